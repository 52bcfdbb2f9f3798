"""The runs of a forecast, held against the tables of the same runs: deals, rates, positions, who moved first."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.in_force import RatesOnDay
from experiments.engine.simulate import simulate
from experiments.engine.worlds import Worlds
from experiments.questions.hindcast.draws import FollowedPosition, draws_of
from experiments.questions.hindcast.flows import YEN, export_changes
from experiments.questions.hindcast.targets import FIRST_DEADLINE, HALF_YEAR, SEVENTH_ROUND
from experiments.questions.hindcast.variants import WHOLE, variants_of
from sim.issues import SIDES, SideName
from sim.parameters.parameter import SECTORS
from tests.tree import CONFIGS

RUNS: Final = 120
DAY: Final = date(2025, 8, 1)
ISSUES: Final = ("car_tariff", "reciprocal_tariff", "investment_fund")
DAYS: Final = (date(2025, 5, 29), date(2025, 6, 6), date(2025, 6, 25), date(2025, 7, 12), date(2025, 7, 31))


@pytest.fixture(scope="module")
def config() -> Config:
    """Talks of which some agree early, some late and some never, and in which threats are carried out."""
    sets = (
        "partner.ratification_margin=0", "us_treasury.ratification_margin=0",
        "walk_away.execution_probability=0.9", "us_treasury.reference_loss=0", "partner.reference_loss=0",
        "tactics.partner={name: linear, beta: {dist: uniform, low: 0.2, high: 5}}", "events.fund.date=2025-06-13",
    )  # fmt: skip
    return load_config(CONFIGS / "japan_hindcast.yaml", sets)


@pytest.fixture(scope="module")
def draws(config: Config) -> pd.DataFrame:
    followed = [FollowedPosition(side, issue, day) for side in SIDES for issue in ISSUES for day in DAYS]
    found: pd.DataFrame = draws_of(config, 0, RUNS, 1, RUNS, DAY, followed).to_pandas()
    return found


@pytest.fixture(scope="module")
def tables(config: Config) -> tuple[pd.DataFrame, pd.DataFrame]:
    played = simulate(config, 0, RUNS, 1, RUNS, trajectories=True, solutions=False)
    assert played.trajectories is not None
    return played.runs.to_pandas(), played.trajectories.to_pandas()


def test_deals_and_rates_are_those_of_the_runs(draws: pd.DataFrame, tables: tuple[pd.DataFrame, ...]) -> None:
    runs = tables[0]
    dealt = runs["outcome"] == "agreement"
    by = dealt & (runs["date"] <= DAY)
    assert 0 < by.sum() < RUNS
    assert (runs["outcome"] == "threat_executed").sum() > 0
    assert draws["deal_by"].tolist() == by.astype(float).tolist()
    early = dealt & (runs["date"] < FIRST_DEADLINE)
    assert early.any()
    assert draws["no_deal_before"].tolist() == (~early).astype(float).tolist()
    assert [None if pd.isna(one) else one for one in draws["deal_date"]] == [
        day if is_deal else None for day, is_deal in zip(runs["date"], dealt, strict=True)
    ]
    for issue in ("car_tariff", "reciprocal_tariff"):
        np.testing.assert_array_equal(draws.loc[by, issue], runs.loc[by, issue])
        assert draws[f"binds.{issue}"].fillna("").tolist() == runs[f"binds.{issue}"].fillna("").tolist()
    stood = ~by & ((runs["outcome"] != "threat_executed") | (runs["date"] > DAY))
    assert set(draws.loc[stood, "reciprocal_tariff"]) == {0.10}
    assert set(draws.loc[~by, "car_tariff"]) == {0.275}
    executed = (runs["outcome"] == "threat_executed") & (runs["date"] <= DAY)
    assert (draws.loc[executed, "reciprocal_tariff"] > 0.2).all()


def _standing(runs: pd.DataFrame, trajectories: pd.DataFrame, one: FollowedPosition) -> list[float]:
    """Position of each run, one run after the other from its table."""
    found = []
    own = trajectories[(trajectories["side"] == one.side) & (trajectories["issue"] == one.issue)]
    for row in runs.to_dict("records"):
        if row["outcome"] == "agreement" and row["date"] <= one.day:
            # A deal of talks in which the issue never came to the table says nothing of it.
            found.append(row[one.issue] if (own["run"] == row["run"]).any() else float("nan"))
            continue
        before = own[(own["run"] == row["run"]) & (own["date"] <= one.day)]
        found.append(before["value"].iloc[-1] if len(before) else float("nan"))
    return found


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("issue", ISSUES)
def test_positions_are_the_standing_offers_of_the_day(
    draws: pd.DataFrame, tables: tuple[pd.DataFrame, pd.DataFrame], side: SideName, issue: str
) -> None:
    for day in DAYS:
        one = FollowedPosition(side, issue, day)
        np.testing.assert_array_equal(draws[one.column], _standing(*tables, one), str(day))
    assert draws[FollowedPosition(side, issue, DAYS[0]).column].isna().all()
    assert draws[FollowedPosition(side, issue, DAYS[-1]).column].notna().any()


def test_who_leaves_the_opening_first(draws: pd.DataFrame, tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    runs, trajectories = tables
    cars = trajectories[trajectories["issue"] == "car_tariff"]
    never = date(2999, 1, 1)
    expected = []
    for row in runs.to_dict("records"):
        own = cars[cars["run"] == row["run"]]
        us = own[(own["side"] == "us_treasury") & (own["value"] < 0.275 - 1e-9)]["date"].min()
        partner = own[(own["side"] == "partner") & (own["value"] > 0.025 + 1e-9)]["date"].min()
        signed = row["date"] if row["outcome"] == "agreement" else never
        days = [min(never if pd.isna(one) else one, signed) for one in (us, partner)]
        expected.append(float(days[1] < days[0]))
    assert draws["partner_first"].tolist() == expected
    assert 0 < sum(expected) < RUNS


def test_whether_the_us_holds_its_rate(draws: pd.DataFrame, tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    held = _standing(*tables, FollowedPosition("us_treasury", "reciprocal_tariff", SEVENTH_ROUND))
    assert draws["us_holds"].tolist() == [float(one >= 0.2 - 1e-9) for one in held]
    assert 0 < draws["us_holds"].sum() < RUNS


def test_pieces_of_the_runs_are_those_of_the_whole(config: Config, draws: pd.DataFrame) -> None:
    piece = draws_of(config, 70, 20, 1, RUNS, DAY, None).to_pandas()
    pd.testing.assert_frame_equal(piece, draws.loc[70:89, piece.columns].reset_index(drop=True))


def test_exports_follow_the_tariffs_that_hold() -> None:
    """Without pass-through the volume stands still, and the price before duty takes all of it."""
    still = load_config(
        CONFIGS / "japan_us_2025.yaml",
        [f"sectors.{one}.pass_through_short_run=0" for one in SECTORS],
    )
    found = draws_of(still, 0, 3, 1, 3, DAY, None).to_pandas()
    assert found["deal_by"].tolist() == [0.0] * 3
    assert found["car_exports"].to_numpy() == pytest.approx([YEN * 1.025 / 1.275 - 1] * 3, rel=1e-12)
    imports = [
        (41.665, 0.025, 0.275), (14.553, 0.025, 0.275), (6.208, 0.0, 0.25), (44.056, 0.007, 0.107),
        (23.582, 0.02, 0.12), (21.277, 0.0, 0.0),
    ]  # fmt: skip
    total = sum(value * (1 + mfn) / (1 + rate) for value, mfn, rate in imports)
    whole = sum(value for value, _, _ in imports)
    late = found["outcome"] != "threat_executed"
    assert found.loc[late, "all_exports"].to_numpy() == pytest.approx(YEN * total / whole - 1, rel=1e-12)


def test_metals_pay_what_an_executed_threat_makes_them_pay() -> None:
    """Nothing but metals has changed, from 25 to 50 %, and the price before duty takes it."""
    still = load_config(
        CONFIGS / "japan_us_2025.yaml",
        [f"sectors.{one}.pass_through_short_run=0" for one in SECTORS],
    )
    batch = Worlds.draw(still, 2, seed=1).batch
    held = RatesOnDay(np.array([False, False]), np.array([0.1, 0.1]), np.array([0.275, 0.275]), np.array([0.25, 0.5]))
    cars, everything = export_changes(batch, held, DAY)
    assert cars[0] == cars[1]
    first, last = HALF_YEAR
    share = (last - DAY).days / ((last - first).days + 1)
    metals, whole = 6.208, 151.341
    lost = metals / 1.25 - metals / 1.5
    assert everything[0] - everything[1] == pytest.approx(YEN * share * lost / whole, rel=1e-9)


def test_variants_take_away_what_they_say() -> None:
    config = load_config(CONFIGS / "japan_hindcast.yaml")
    found = {one.name: one.config for one in variants_of(config)}
    assert [*found] == [
        WHOLE, "fund", "chips", "line.us_cars", "line.us_baseline", "line.japan_cars", "line.japan_farm",
        "line.us_floor", "R1", "R2", "R3",
    ]  # fmt: skip
    assert found[WHOLE] is config
    assert "fund" not in [event.name for event in found["fund"].events]
    assert next(line for line in found["fund"].red_lines if line.name == "us_cars").release is None
    assert {"chip_purchases", "materials_support"}.isdisjoint(found["chips"].agenda)
    assert "us_cars" not in [line.name for line in found["line.us_cars"].red_lines]
    statement = next(event for event in found["line.us_floor"].events if event.name == "statement")
    assert (statement.add_red_lines, statement.drop_red_lines) == ((), ("us_baseline",))
    assert found["R1"].section("walk_away").number("deal_court_exposure").support() == (0.0, 0.0)
    for section in ("us_treasury", "partner"):
        assert found["R2"].section(section).number("reference_loss").support() == (0.0, 0.0)
    assert found["R3"].section("us_treasury").number("forward_precedent").support() == (0.0, 0.0)
    seed = [one.name for one in variants_of(load_config(CONFIGS / "japan_us_2025.yaml"))]
    assert seed == [WHOLE, "chips", "line.us_cars", "line.us_baseline", "line.japan_cars", "line.japan_farm", "R1"]
