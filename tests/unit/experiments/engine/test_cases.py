"""From config to cases and models: every draw has its own stream, and a run is the same alone or in a crowd."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.chip_maker import ChipMaker
from agents.data_center_firm import DataCenterFirm
from agents.partner_government import PartnerGovernment
from agents.tactics.registry import TACTICS
from agents.us_treasury import USTreasury
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.cases import ConfiguredNegotiation, build_case, cases, seat_agents, tactic_names
from experiments.engine.simulate import simulate
from experiments.errors import ConfigError, RunError
from sim.engine.case import Case
from sim.engine.model import NegotiationModel
from sim.issues import CAR_TARIFF, PARTNER, US
from sim.records import MAX_ROUNDS, Table
from tests.support_talks import laid_on, pie
from tests.tree import CONFIGS

RUNS = 12
JULY = CONFIGS / "july_2025.yaml"
BLUFF = CONFIGS / "bluff.yaml"


def _cases(config: Config, seed: int = 1, runs: int = RUNS, first: int = 0) -> list[Case]:
    design = design_table(config, runs, seed, first, total=first + runs)
    return list(cases(config, build_records(config, design, seed), seed))


def _with(config: Config, changes: Mapping[str, Any]) -> Config:
    return config_from(laid_on(config.resolved(), changes))


def _fields_that_differ(one: Table, other: Table) -> set[str]:
    """Fields of two arrays of records that are not equal to the last bit."""
    return {name for name in one.dtype.names or () if one[name].tobytes() != other[name].tobytes()}


def _differences(one: list[Case], other: list[Case]) -> set[str]:
    """Everything in which the cases of two configs differ, record fields by name."""
    found: set[str] = set()
    for a, b in zip(one, other, strict=True):
        found |= _fields_that_differ(a.regimes, b.regimes)
        for name in ("first_mover", "coin"):
            if getattr(a.draws, name) != getattr(b.draws, name):
                found.add(name)
        for name in ("execution", "tactics"):
            if not np.array_equal(getattr(a.draws, name), getattr(b.draws, name)):
                found.add(name)
        if a.event_names != b.event_names:
            found.add("events")
        for side, (mine, theirs) in enumerate(zip(a.beliefs, b.beliefs, strict=True)):
            if (mine is None) != (theirs is None):
                found.add(f"belief of side {side}")
            elif mine is not None and theirs is not None:
                found |= {f"belief of side {side}: {name}" for name in _fields_that_differ(mine, theirs)}
        for kind in ("firms", "makers"):
            shared = min(len(getattr(a, kind)), len(getattr(b, kind)))
            if _fields_that_differ(getattr(a, kind)[:shared], getattr(b, kind)[:shared]):
                found.add(kind)
    return found


def test_the_same_config_and_seed_give_the_same_cases() -> None:
    for path in (JULY, BLUFF):
        config = load_config(path)
        assert _differences(_cases(config), _cases(config)) == set()


def test_another_seed_draws_everything_anew() -> None:
    config = load_config(BLUFF)
    moved = _differences(_cases(config, seed=1), _cases(config, seed=2))
    assert {"first_mover", "coin", "execution", "us_consumer_weight", "line_count", "makers"} <= moved


@pytest.mark.parametrize("path", [JULY, BLUFF], ids=lambda path: path.stem)
def test_a_run_is_the_same_alone_in_a_batch_and_in_a_later_chunk(path: Any) -> None:
    config = load_config(path)
    batch = _cases(config)
    assert [case.run for case in batch] == list(range(RUNS))
    assert _differences([batch[7]], [build_case(config, 1, 7)]) == set()
    assert _differences(batch[5:], _cases(config, runs=RUNS - 5, first=5)) == set()


def test_another_tactic_of_one_side_moves_nothing_but_its_own_knobs() -> None:
    """The draws of the other side, of nature and of the sampled numbers stay what they were."""
    config = load_config(JULY)
    for tactic in ({"name": "tit_for_tat"}, {"name": "hardliner"}, {"name": "linear", "beta": 2.0}):
        tree = config.resolved()
        tree["tactics"]["us_treasury"] = tactic
        other = config_from(tree)
        moved = _differences(_cases(config), _cases(other))
        assert moved <= {"knobs"}
        for one, two in zip(_cases(config), _cases(other), strict=True):
            assert np.array_equal(one.regimes["knobs"][:, PARTNER], two.regimes["knobs"][:, PARTNER])


def test_a_tactic_that_draws_gets_draws_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(CONFIGS / "cars_on_the_table.yaml")
    calm = _cases(config)
    assert all((case.draws.tactics == 0.5).all() for case in calm)
    monkeypatch.setitem(TACTICS, "boulware", replace(TACTICS["boulware"], is_random=True))
    drawing = _cases(config)
    assert _differences(calm, drawing) == {"tactics"}
    draws = np.array([case.draws.tactics for case in drawing])
    assert draws.shape == (RUNS, 2, MAX_ROUNDS)
    assert len(np.unique(draws)) == draws.size
    assert ((draws > 0) & (draws < 1)).all()


def test_a_further_firm_or_maker_leaves_the_others_and_all_draws_alone() -> None:
    config = load_config(JULY)
    tree = config.resolved()
    tree["firms"].append({"name": "New", "capex": {"dist": "uniform", "low": 0.1, "high": 0.2}})
    tree["chip_makers"].append({"name": "New maker", "allocation": {"dist": "uniform", "low": 0.1, "high": 0.2}})
    more = _cases(config_from(tree))
    assert _differences(_cases(config), more) == set()
    assert all(0.1 <= case.firms["capex"][-1] <= 0.2 for case in more)


def test_a_further_sampled_number_moves_itself_and_no_other() -> None:
    config = load_config(JULY)
    path = {"us_treasury": {"precedent_imports": {"dist": "uniform", "low": 60.0, "high": 110.0}}}
    more = _with(config, path)
    assert _differences(_cases(config), _cases(more)) == {"us_precedent_imports"}
    design = design_table(config, RUNS, 1)
    wider = design_table(more, RUNS, 1)
    assert set(wider.columns) - set(design.columns) == {"us_treasury.precedent_imports"}
    assert wider[list(design.columns)].equals(design)


def test_a_further_event_or_line_leaves_what_else_happens_alone() -> None:
    config = load_config(BLUFF)
    tree = config.resolved()
    line = {"name": "new", "side": "us_treasury", "issue": "materials_support", "at_least": 0.1, "firmness": 0.5}
    tree["red_lines"].append(line)
    more = config_from(tree)
    assert {name.rpartition("line_")[1] for name in _differences(_cases(config), _cases(more))} == {"line_"}
    assert [_lines_on_cars(case) for case in _cases(config)] == [_lines_on_cars(case) for case in _cases(more)]


def _lines_on_cars(case: Case) -> list[float]:
    """Lower bounds of the lines on cars that are real in a run."""
    regime = case.regimes[0]
    drawn = range(regime["line_count"])
    return [float(regime["line_low"][line]) for line in drawn if regime["line_issue"][line] == CAR_TARIFF]


def test_noise_in_one_belief_leaves_the_other_and_the_truth_alone() -> None:
    config = load_config(BLUFF)
    louder = _with(config, {"beliefs": {"us_treasury": {"noise": 0.9}}})
    moved = _differences(_cases(config), _cases(louder))
    assert moved
    assert all(name.startswith("belief of side 0: ") for name in moved)


def test_errors_of_belief_touch_the_weights_of_the_other_side_and_shared_ones_only() -> None:
    for case in _cases(load_config(BLUFF), runs=4):
        for side, own in ((US, "us_"), (PARTNER, "partner_")):
            beliefs = case.beliefs[side]
            assert beliefs is not None
            moved = _fields_that_differ(case.regimes, beliefs)
            assert moved
            assert not any(
                name.startswith((own, "issue_", "line_", "sector_", "economy_", "deadline")) for name in moved
            )


def test_draws_of_one_run_are_all_different() -> None:
    draws = [
        (case.draws.first_mover, case.draws.coin, *case.draws.execution) for case in _cases(load_config(JULY))
    ]  # fmt: skip
    assert len(set(itertools.chain(*draws))) == sum(map(len, draws))


@pytest.mark.parametrize(
    ("sets", "deadlines"), [((), 4), (("calendar.max_slips=3",), 8), (("calendar.max_slips=100",), MAX_ROUNDS)]
)
def test_every_deadline_that_can_fall_due_has_a_draw_of_its_own(sets: tuple[str, ...], deadlines: int) -> None:
    """In July the letter sets a second deadline, and each may slip."""
    draws = [build_case(load_config(JULY, sets), 1, run).draws.execution for run in range(3)]
    assert [draw.shape for draw in draws] == [(deadlines,)] * 3
    assert len(np.unique(draws)) == 3 * deadlines


def test_a_further_slip_leaves_the_draws_of_earlier_deadlines_as_they_are() -> None:
    few, many = (build_case(load_config(JULY, (f"calendar.max_slips={n}",)), 1, 5).draws.execution for n in (1, 2))
    assert many[:4].tolist() == few.tolist()


def test_all_agents_of_a_config_sit_at_the_table() -> None:
    config = load_config(CONFIGS / "tiny.yaml")
    model = NegotiationModel(build_case(config, 1, 0), seat_agents(tactic_names(config)))
    assert isinstance(model.cast.us, USTreasury)
    assert isinstance(model.cast.partner, PartnerGovernment)
    assert [model.governments[side].side for side in (US, PARTNER)] == [US, PARTNER]
    assert [firm.name for firm in model.cast.firms] == ["Big", "Small"]
    assert [maker.name for maker in model.cast.makers] == ["Vendor"]
    kinds = {USTreasury: 1, PartnerGovernment: 1, DataCenterFirm: 2, ChipMaker: 1}
    assert {kind: len(agents) for kind, agents in model.agents_by_type.items()} == kinds


def test_a_model_is_made_from_a_path_a_config_or_a_config_with_overrides() -> None:
    path = CONFIGS / "tiny.yaml"
    change: dict[str, Any] = {"us_treasury.consumer_weight": 0.25}
    from_path = ConfiguredNegotiation(config=path, run=3, **change)
    from_text = ConfiguredNegotiation(config=str(path), run=3, **change)
    from_config = ConfiguredNegotiation(config=load_config(path), run=3, **change)
    for model in (from_path, from_text, from_config):
        assert model.case.run == 3
        assert model.case.regimes["us_consumer_weight"].tolist() == [0.25]
        assert _differences([model.case], [from_path.case]) == set()
    assert ConfiguredNegotiation(config=path).case.regimes["us_consumer_weight"].tolist() == [1.0]


def test_the_seed_of_the_config_holds_unless_another_is_given() -> None:
    path = CONFIGS / "tiny.yaml"
    default = ConfiguredNegotiation(config=path)
    assert _differences([default.case], [ConfiguredNegotiation(config=path, rng=1).case]) == set()
    assert _differences([default.case], [ConfiguredNegotiation(config=path, rng=2).case]) != set()
    seed: dict[str, Any] = {"experiment.seed": 2}
    seeded = ConfiguredNegotiation(config=path, **seed)
    assert _differences([seeded.case], [ConfiguredNegotiation(config=path, rng=2).case]) == set()


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ({"us_treasury.consumer_wieght": 0.5}, "consumer_weight"),
        ({"us_treasury.consumer_weight": -1.0}, "us_treasury.consumer_weight"),
        ({"tactics.us_treasury.name": "boulwar"}, "boulware"),
    ],
)
def test_a_wrong_override_is_refused_with_its_key(override: dict[str, Any], told: str) -> None:
    for config in (CONFIGS / "tiny.yaml", load_config(CONFIGS / "tiny.yaml")):
        with pytest.raises(ConfigError, match=told):
            ConfiguredNegotiation(config=config, **override)


def test_rng_and_seed_are_two_names_of_one_number() -> None:
    path = CONFIGS / "tiny.yaml"
    one, two = ConfiguredNegotiation(config=path, rng=5), ConfiguredNegotiation(config=path, seed=5)
    assert _differences([one.case], [two.case]) == set()
    with pytest.raises(RunError, match="only one of them"):
        ConfiguredNegotiation(config=path, rng=5, seed=5)
    with pytest.raises(RunError, match="seed is -1"):
        ConfiguredNegotiation(config=path, seed=-1)


def test_a_generator_stands_for_the_seed_that_it_draws() -> None:
    path = CONFIGS / "tiny.yaml"
    one, two = (ConfiguredNegotiation(config=path, rng=np.random.default_rng(7)) for _ in range(2))
    assert _differences([one.case], [two.case]) == set()
    generator = np.random.default_rng(7)
    ConfiguredNegotiation(config=path, rng=generator)
    assert _differences([one.case], [ConfiguredNegotiation(config=path, rng=generator).case]) != set()


def test_every_chunk_has_the_columns_of_the_whole_run_whatever_happens_in_it() -> None:
    """An event may bring an issue in some runs only; its column stands also where it never came."""
    event = {"name": "e", "date": "2025-06-05", "probability": 0.5, "add_issues": {"materials_support": {"levels": 2}}}
    config = pie(events=[event])
    chunks = [simulate(config, run, 1, 1, 6, trajectories=False, solutions=False).runs for run in range(6)]
    assert {tuple(chunk.column_names) for chunk in chunks} == {tuple(chunks[0].column_names)}
    assert {"materials_support", "us.materials_support", "partner.materials_support"} <= set(chunks[0].column_names)
    came = [bool(build_case(config, 1, run).event_names[1]) for run in range(6)]
    assert set(came) == {True, False}
