"""NegMAS's own mechanism and our Mesa engine end the same talks alike, and both see the same payoffs.

What has to be aligned: offers alternate with the same side first; one regime, one table and a walk-away that does not
move (the threat is never executed, no margin changes); the same number of rounds; and negotiators who ask for nothing
that their government could not sign.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from negmas.inout import Scenario
from negmas.sao import SAOMechanism

from experiments.config.load import load_config
from experiments.seats.names import guest_from
from experiments.seats.playing import Decider, play_run
from experiments.seats.scenario import MAPPING, PayoffTable, scenario, table_of, write_scenario
from sim.bargaining.valuation import package_value
from sim.issues import SIDES
from tests.tree import CONFIGS

ALIGNED = [
    "calendar.days_between_rounds=1",
    "calendar.round_limit=60",
    "walk_away.execution_probability=0",
    "agenda.car_tariff.levels=11",
    "agenda.chip_purchases.levels=9",
    # A wide zone of agreement, so that it matters who concedes when.
    "us_treasury.consumer_weight=1.5",
    "us_treasury.precedent_probability=0",
]
PAIRS = [
    ("BoulwareTBNegotiator", "ConcederTBNegotiator"),
    ("NaiveTitForTatNegotiator", "LinearTBNegotiator"),
    ("MiCRONegotiator", "MiCRONegotiator"),
    ("HybridNegotiator", "GAgentK"),
    ("CABNegotiator", "NiceTitForTatNegotiator"),
    ("GHardHeaded", "BoulwareTBNegotiator"),
    ("ToughNegotiator", "ConcederTBNegotiator"),
]


@pytest.mark.parametrize("first", SIDES)
@pytest.mark.parametrize("names", PAIRS, ids=" and ".join)
def test_two_guests_end_as_in_the_mechanism_of_negmas(names: tuple[str, str], first: str) -> None:
    config = load_config(CONFIGS / "tiny.yaml", [*ALIGNED, f"protocol.first_mover={first}"])
    guests = tuple(guest_from(f"negmas:{name}") for name in names)
    deciders = (Decider(guest=guests[0]), Decider(guest=guests[1]))
    model = play_run(config, 1, 0, deciders)

    table = table_of(config, 1, 0)
    case_of_negmas = scenario(table)
    mechanism = SAOMechanism(
        outcome_space=case_of_negmas.outcome_space, n_steps=table.model.round_of_deadline, sync_calls=True
    )
    start = SIDES.index(first)
    for side in (start, 1 - start):
        mechanism.add(guests[side].make(), ufun=case_of_negmas.ufuns[side])
    theirs = mechanism.run()

    assert model.round == theirs.step
    if theirs.agreement is None:
        assert model.deal is None
    else:
        assert model.deal is not None
        assert model.deal.proposer is not None
        proposer = model.governments[SIDES.index(model.deal.proposer)]
        assert table.space.outcome(np.asarray(proposer.seat.levels)) == tuple(theirs.agreement)


def test_the_pairs_above_end_in_more_than_one_way() -> None:
    """Otherwise a table that never signs would pass."""
    config = load_config(CONFIGS / "tiny.yaml", ALIGNED)
    ends = set()
    for names in PAIRS:
        deciders = (Decider(guest=guest_from(f"negmas:{names[0]}")), Decider(guest=guest_from(f"negmas:{names[1]}")))
        model = play_run(config, 1, 0, deciders)
        ends.add((model.deal is not None, model.round))
    assert len(ends) > 1
    assert {dealt for dealt, _ in ends} == {True, False}


def _largest_difference(table: PayoffTable, utilities: dict[str, object], outcomes: list[tuple[object, ...]]) -> float:
    places = list(np.ndindex(table.space.shape))
    assert len(outcomes) == len(places) == table.space.size
    worst = 0.0
    for side, name in enumerate(SIDES):
        utility = utilities[name]
        for place, outcome in zip(places, outcomes, strict=True):
            ours = float(package_value(table.model.valuation, side, table.space.levels(place)))
            worst = max(worst, abs(float(utility(outcome)) - ours))  # type: ignore[operator]  # NegMAS's function
    return worst


@pytest.mark.parametrize("form", ["yml", "xml"])
@pytest.mark.parametrize(
    ("name", "levels", "at_round", "whole"),
    [("tiny", 4, 1, False), ("july_2025", 3, 10, False), ("july_2025", 3, 10, True)],
)
def test_files_read_back_hold_our_payoffs(
    tmp_path: Path, name: str, levels: int, at_round: int, whole: bool, form: str
) -> None:
    """Both pairs whose payoffs do not add up are open in July once the fund is there."""
    config = load_config(CONFIGS / f"{name}.yaml", [f"experiment.levels={levels}"])
    table = table_of(config, 1, 0, at_round=at_round, whole=whole)
    files = write_scenario(config, table, tmp_path / "case", "xml" if form == "xml" else "yml")
    assert MAPPING in [path.name for path in files]
    read = Scenario.load(tmp_path / "case")
    assert read is not None
    utilities = {Path(str(utility.name)).stem: utility for utility in read.ufuns}
    assert set(utilities) == set(SIDES)
    # Sums of a handful of payoffs of some tens of US$ bn: rounding is far below 1e-9.
    assert _largest_difference(table, utilities, list(read.outcome_space.enumerate())) < 1e-9
    for side, name_of_side in enumerate(SIDES):
        reservation = float(table.model.governments[side].seat.reservation)
        assert float(utilities[name_of_side].reserved_value) == pytest.approx(reservation, abs=1e-12)


@settings(max_examples=15, deadline=None)
@given(run=st.integers(0, 500), levels=st.integers(2, 6))
def test_utilities_in_memory_are_our_payoffs_whatever_the_run(run: int, levels: int) -> None:
    config = load_config(CONFIGS / "cars_on_the_table.yaml", [f"experiment.levels={min(levels, 4)}"])
    table = table_of(config, 3, run)
    made = scenario(table)
    utilities = dict(zip(SIDES, made.ufuns, strict=True))
    assert _largest_difference(table, utilities, list(made.outcome_space.enumerate())) < 1e-9
    for side in range(len(SIDES)):
        grid = table.space.payoffs(table.model, side)
        place = tuple(int(size) - 1 for size in table.space.shape)
        ours = float(package_value(table.model.valuation, side, table.space.levels(place)))
        assert float(grid[place]) == pytest.approx(ours, abs=1e-9)
