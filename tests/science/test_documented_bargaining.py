"""The page of the model says what grid, beliefs and caps do: its tables are played anew, cell by cell."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest

from experiments.config.agenda import halved
from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.labels import AGREEMENT
from experiments.questions.grid.grid import grid
from experiments.statistics.intervals import Z_95
from sim.issues import SIDES
from tests.documented import deal_share, deals, faults, played, says, table, text
from tests.tree import CONFIGS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.grid.result import GridResult

pytestmark = pytest.mark.long

GRIDS: Final = "docs/model/red_lines.md"
BELIEFS_PAGE: Final = "docs/model/beliefs.md"

#: What still counts as no gap to the frontier, US$ bn a year.
ON_FRONTIER: Final = 1e-9

BELIEFS: Final = {
    "exact": "kind: exact",
    "noisy": "kind: noisy, noise: 0.5",
    "Bayesian": "kind: learnt, noise: 0.5, model: bayesian",
    "frequency": "kind: learnt, noise: 0.5, model: frequency",
}


def _talks(name: str, beliefs: str, cap: str, *, together: bool = False) -> pd.DataFrame:
    """Runs of a config in which both sides have such beliefs: 2,000, or 1,000 with offers at the same time."""
    sets = (*(f"beliefs.{side}={{{BELIEFS[beliefs]}}}" for side in SIDES), f"protocol.cap={cap}")
    if together:
        return played(name, (*sets, "protocol.kind=simultaneous"), 1_000, solutions=True)
    return played(name, sets, solutions=True)


# The grid.


@cache
def _halved(name: str, levels: int | None) -> GridResult:
    return grid(load_config(CONFIGS / f"{name}.yaml", [f"experiment.levels={levels}"] if levels else []), 2_000, 1)


def _shares(result: GridResult, outcome: str) -> tuple[float, float]:
    """Share of the runs that end so on the own grid and on the halved one, in per cent."""
    row = result.outcomes[result.outcomes["outcome"] == outcome].iloc[0]
    return 100.0 * float(row["own"]) / result.runs, 100.0 * float(row["halved"]) / result.runs


def test_the_table_of_grids_is_what_halving_does() -> None:
    wrong = {}
    for row, cells in table(GRIDS, "config and levels").items():
        found = re.fullmatch(r"`(\w+)`, (?:all (\d+) to (\d+)|as shipped)", row)
        assert found is not None, row
        levels = int(found[2]) if found[2] else None
        assert levels is None or int(found[3]) == 2 * levels - 1
        result = _halved(found[1], levels)
        us, partner = result.gains["mean"]
        if bad := faults(
            cells,
            {
                "outcome differs": ("# %", [100.0 * result.changed / result.runs]),
                "share of deals": ("# to # %", _shares(result, AGREEMENT)),
                "US gain moves by": ("#", [us]),
                "Japan's gain moves by": ("#", [partner]),
            },
        ):
            wrong[row] = bad
    assert wrong == {}


def _towards_61_levels(name: str) -> dict[str, tuple[float, float]]:
    """Share of the runs that end in each way on the shipped grid and on one of 61 levels, in per cent."""
    shipped, fine = _halved(name, None), _halved(name, 31)
    ends = {*shipped.outcomes["outcome"]} & {*fine.outcomes["outcome"]}
    return {outcome: (_shares(shipped, outcome)[0], _shares(fine, outcome)[1]) for outcome in ends}


def test_what_the_page_says_of_stalls_on_finer_grids_holds() -> None:
    said = re.search(
        r"With 61 levels its stalls fall from .*? points more talks whose deadline lapses; .*? to [\d.]+ %", text(GRIDS)
    )
    assert said is not None
    cars, may = (_towards_61_levels(name) for name in ("cars_on_the_table", "japan_us_2025"))
    words = (
        "With # levels its stalls fall from # to # %, with # points more deals and # points more talks whose deadline "
        "lapses; those of `japan_us_#` fall from # to # %"
    )
    more = [cars[outcome][1] - cars[outcome][0] for outcome in (AGREEMENT, "deadline_lapsed")]
    assert says(said.group(), words, [61, *cars["stall"], *more, 2025, *may["stall"]])


def test_what_the_page_says_of_runs_that_end_otherwise_holds() -> None:
    words = "# % stalled on the shipped grid (# % in `japan_us_#`, where # % end otherwise)"
    said = re.search(words.replace("#", r"[\d.]+").replace("(", r"\(").replace(")", r"\)"), text(GRIDS))
    assert said is not None
    shares = {}
    for name in ("cars_on_the_table", "japan_us_2025"):
        config = halved(load_config(CONFIGS / f"{name}.yaml"))
        own = played(name)["outcome"]
        finer = simulate(config, 0, len(own), 1, len(own), trajectories=False, solutions=False).runs.to_pandas()
        otherwise = own != finer["outcome"]
        shares[name] = 100.0 * float((own[otherwise] == "stall").mean()), 100.0 * float(otherwise.mean())
    (cars, _), (may, differ) = shares.values()
    assert says(said.group(), words, [cars, may, 2025, differ])


# Beliefs.


def _dealt(frame: pd.DataFrame) -> np.ndarray:
    return frame.index.isin(deals(frame).index).astype(np.float64)


def _interval(change: np.ndarray) -> tuple[float, float]:
    """Mean of a paired change, and half of its 95 % interval."""
    return float(change.mean()), Z_95 * float(change.std(ddof=1)) / float(np.sqrt(len(change)))


def test_the_table_of_beliefs_is_what_they_are_worth() -> None:
    wrong = {}
    for row, cells in table(BELIEFS_PAGE, "deals | cap | exact", named_by=2).items():
        name, cap = re.findall(r"`(\w+)`", row)
        frames = {beliefs: _talks(name, beliefs, cap) for beliefs in BELIEFS}
        computed = {
            beliefs: _change(frames["noisy"], frame, "points" in cells[beliefs])
            if beliefs in ("Bayesian", "frequency")
            else ("# %", [deal_share(frame)])
            for beliefs, frame in frames.items()
        }
        if bad := faults(cells, computed):
            wrong[row] = bad
    assert wrong == {}


def _change(before: pd.DataFrame, after: pd.DataFrame, points: bool) -> tuple[str, list[float]]:
    if before["outcome"].equals(after["outcome"]):
        return "# % (no outcome changes)", [deal_share(after)]
    mean, half = _interval(100.0 * (_dealt(after) - _dealt(before)))
    return f"# % (# to #{' points' if points else ''})", [deal_share(after), mean - half, mean + half]


def test_what_the_page_says_of_deals_that_noise_costs_holds() -> None:
    """How much of it learning brings back, and how much of it the cap by belief makes."""
    share = {
        (name, beliefs, cap): deal_share(_talks(name, beliefs, cap))
        for name in CONFIGS_OF_BELIEFS
        for beliefs in ("exact", "noisy", "Bayesian")
        for cap in ("own_payoff", "belief")
    }
    by_cap = []
    for name in CONFIGS_OF_BELIEFS:
        exact, noisy, learnt = (share[name, beliefs, "own_payoff"] for beliefs in ("exact", "noisy", "Bayesian"))
        capped, capped_learnt = (share[name, beliefs, "belief"] for beliefs in ("noisy", "Bayesian"))
        assert 0.0 <= learnt - noisy <= 0.2 * (exact - noisy)
        assert learnt - noisy < 0.5 * (capped_learnt - capped)
        by_cap.append((noisy - capped) / (exact - capped))
    assert by_cap[0] == 1.0, "all of it in July"
    assert 0.5 < by_cap[1] < 0.6, "more than half of it with cars on the table"
    assert by_cap[2] == pytest.approx(0.4, abs=0.03), "two fifths of it in the benchmark"


CONFIGS_OF_BELIEFS: Final = ("july_2025", "cars_on_the_table", "bench_five_issues")


def _on_frontier(frame: pd.DataFrame) -> float:
    return 100.0 * float((deals(frame)["pareto_gap"] <= ON_FRONTIER).mean())


def test_what_the_page_says_of_gaps_to_the_frontier_holds() -> None:
    page = text(BELIEFS_PAGE)
    noisy = [_talks(name, "noisy", "own_payoff") for name in CONFIGS_OF_BELIEFS]
    learnt = [_talks(name, "Bayesian", "own_payoff") for name in CONFIGS_OF_BELIEFS]
    assert all(99.0 < _on_frontier(_talks(name, "exact", "own_payoff")) <= 100.0 for name in CONFIGS_OF_BELIEFS)
    said = re.search(r"with noisy ones \d.*?, at a mean gap of .*? US\$ bn a year", page)
    assert said is not None
    gaps = [float(deals(frame)["pareto_gap"].mean()) for frame in noisy]
    words = "with noisy ones #, # and # %, at a mean gap of #, # and # US$ bn a year"
    assert says(said.group(), words, [*map(_on_frontier, noisy), *gaps])
    said = re.search(r"its gap changes by .*?, and its distance to the Nash package by [^:]*", page)
    assert said is not None
    changes = {
        column: [
            value
            for before, after in zip(noisy, learnt, strict=True)
            for value in _interval((after[column] - before[column]).dropna().to_numpy())
        ]
        for column in ("pareto_gap", "nash_distance")
    }
    three = "# +- #, # +- # and # +- #"
    words = f"its gap changes by {three}, and its distance to the Nash package by {three}"
    assert says(said.group(), words, [*changes["pareto_gap"], *changes["nash_distance"]])


# Caps.


def test_the_table_of_caps_is_how_talks_end() -> None:
    wrong = {}
    for row, cells in table(BELIEFS_PAGE, "config, beliefs | cap", named_by=2).items():
        name, *caps = re.findall(r"`(\w+)`", row)
        beliefs = "noisy" if "noisy" in row else "exact"
        frames = [_talks(name, beliefs, cap, together="simultaneous" in row) for cap in caps]
        for frame in frames:
            means = {"distance to Nash": deals(frame)["nash_distance"], "gain US": frame["gain.us_treasury"],
                     "gain Japan": frame["gain.partner"], "rounds": frame["round"]}  # fmt: skip
            computed = {
                "deals": ("# %", [deal_share(frame)]),
                "Pareto-optimal": ("# %", [_on_frontier(frame)]),
                **{column: ("#", [float(values.mean())]) for column, values in means.items()},
            }
            if bad := faults(cells, computed):
                wrong[row] = bad
    assert wrong == {}


def test_the_runs_in_which_caps_differ_are_as_many_as_the_page_says() -> None:
    page = text(BELIEFS_PAGE)
    said = re.search(r"\(\d+ runs of `july_2025`, whose outcomes stay\)", page)
    assert said is not None
    ends = ["outcome", "round", "payoff.us_treasury", "payoff.partner"]
    by_belief, by_own = (_talks("july_2025", "exact", cap) for cap in ("belief", "own_payoff"))
    differ = int((by_belief[ends] != by_own[ends]).any(axis=1).sum())
    assert says(said.group(), "(# runs of `july_#`, whose outcomes stay)", [differ, 2025])
    assert by_belief["outcome"].equals(by_own["outcome"])
    said = re.search(r"[\d.]+ % of the runs of `japan_us_2025` and [\d.]+ % of those of `bluff`", page)
    assert said is not None
    shares = [
        100.0
        * float((_talks(name, "exact", "belief")["outcome"] != _talks(name, "exact", "own_payoff")["outcome"]).mean())
        for name in ("japan_us_2025", "bluff")
    ]
    words = "# % of the runs of `japan_us_#` and # % of those of `bluff`"
    assert says(said.group(), words, [shares[0], 2025, shares[1]])
