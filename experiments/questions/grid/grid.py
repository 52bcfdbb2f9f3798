"""What the grid does to the results: the same runs on a config's grid and on one with every step halved."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.agenda import halved
from experiments.config.agenda_checks import all_entries
from experiments.config.explain import further_units
from experiments.config.own_tactics import DEFAULT_ENGINE, EngineName
from experiments.errors import MAX_RUNS, SEEDS, check_number
from experiments.lab.paired import AGREEMENT
from experiments.labels import unit_of
from experiments.statistics.intervals import Floats, wilson_interval
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config

#: Runs that are held in memory at a time.
_CHUNK: Final = 5_000

_GAIN_UNIT: Final = "US$ bn a year"


@dataclass(frozen=True, slots=True)
class Difference:
    """What halving the grid does to one quantity, over the runs that agree on both grids.

    Attributes
    ----------
    quantity, unit : str
        Column of the table ``runs``, and unit of its values.
    means : tuple of float
        Mean on the config's grid and on the halved one; NaN without such runs.
    mean, percentile_95 : float
        Mean and 95th percentile of the absolute differences run by run; NaN without such runs.
    """

    quantity: str
    unit: str
    means: tuple[float, float]
    mean: float
    percentile_95: float


@dataclass(frozen=True, slots=True)
class GridComparison:
    """The same runs on two grids, the config's own first.

    Attributes
    ----------
    name : str
        Name of the config.
    runs, seed : int
        Number of runs, and seed of their draws.
    levels : dict of str to tuple of int
        Number of levels of each issue on both grids, by the issue's path in the config.
    outcomes : tuple of Counter
        How often talks ended in each way.
    changed : int
        Runs that end in another way on the halved grid.
    agreed : int
        Runs that agree on both grids.
    issues, gains : tuple of Difference
        Agreed value of each issue, and gain of each government over its walk-away.
    seconds : tuple of float
        Time that the runs took.
    """

    name: str
    runs: int
    seed: int
    levels: dict[str, tuple[int, int]]
    outcomes: tuple[Counter[str], Counter[str]]
    changed: int
    agreed: int
    issues: tuple[Difference, ...]
    gains: tuple[Difference, ...]
    seconds: tuple[float, float]

    @property
    def changed_share(self) -> float:
        """Share of the runs that end in another way on the halved grid."""
        return self.changed / self.runs

    @property
    def time_ratio(self) -> float:
        """Time on the halved grid over that on the config's own."""
        return self.seconds[1] / max(self.seconds[0], 1e-9)

    def changed_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Wilson interval of :attr:`changed_share`."""
        return wilson_interval(self.changed, self.runs, level)

    def plain(self) -> dict[str, Any]:
        """Every figure as plain data; a figure that does not exist is None."""
        low, high = self.changed_interval()
        names = sorted(self.outcomes[0].keys() | self.outcomes[1].keys())
        return {
            "config": self.name,
            "runs": self.runs,
            "seed": self.seed,
            "levels": {path: list(pair) for path, pair in self.levels.items()},
            "outcome_shares": {name: [counts[name] / self.runs for counts in self.outcomes] for name in names},
            "outcome_differs": {"runs": self.changed, "share": self.changed_share, "low": low, "high": high},
            "agree_on_both": self.agreed,
            "issues": {one.quantity: _plain_difference(one) for one in self.issues},
            "gains": {one.quantity.removeprefix("gain."): _plain_difference(one) for one in self.gains},
            "seconds": list(self.seconds),
            "time_ratio": self.time_ratio,
        }


def _plain_difference(difference: Difference) -> dict[str, Any]:
    return {
        "unit": difference.unit,
        "means": [_or_none(value) for value in difference.means],
        "mean_difference": _or_none(difference.mean),
        "percentile_95": _or_none(difference.percentile_95),
    }


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def compare_grids(
    config: Config,
    runs: int,
    seed: int,
    *,
    engine: EngineName = DEFAULT_ENGINE,
    advance: Callable[[Counter[str]], None] = lambda _: None,
) -> GridComparison:
    """Play the same runs on a config's grid and on the one with every step halved.

    Parameters
    ----------
    config : Config
        The scenario.
    runs, seed : int
        Number of runs on each grid, and the seed of every draw.
    engine : str
        What computes them.
    advance : callable
        Told the outcomes of each finished chunk.

    Raises
    ------
    RunError
        When a grid has too many levels to be halved, or a number is outside its limits.
    """
    check_number("--runs", runs, 1, MAX_RUNS)
    check_number("--seed", seed, *SEEDS)
    pair = (config, halved(config))
    issues = tuple(dict.fromkeys(name for _, name, _ in all_entries(config)))
    gains = tuple(f"gain.{side}" for side in SIDES)
    tally = _Tally((*issues, *gains))
    for grid in pair:  # what must be compiled is compiled before the clock runs
        _play(grid, 0, 1, seed, runs, engine)
    for first in range(0, runs, _CHUNK):
        count = min(_CHUNK, runs - first)
        tables = []
        for place, grid in enumerate(pair):
            start = time.perf_counter()
            tables.append(_play(grid, first, count, seed, runs, engine))
            tally.seconds[place] += time.perf_counter() - start
            advance(Counter(tables[-1]["outcome"]))
        tally.add(tables[0], tables[1])
    units = further_units(config)
    return GridComparison(
        name=config.name,
        runs=runs,
        seed=seed,
        levels=_level_pairs(*pair),
        outcomes=tally.outcomes,
        changed=tally.changed,
        agreed=tally.agreed,
        issues=tuple(tally.difference(name, unit_of(name, units)) for name in issues),
        gains=tuple(tally.difference(name, _GAIN_UNIT) for name in gains),
        seconds=(tally.seconds[0], tally.seconds[1]),
    )


def _level_pairs(first: Config, second: Config) -> dict[str, tuple[int, int]]:
    both = zip(all_entries(first), all_entries(second), strict=True)
    return {path: (one.levels, other.levels) for (path, _, one), (_, _, other) in both}


def _play(config: Config, first: int, count: int, seed: int, total: int, engine: EngineName) -> pd.DataFrame:
    from experiments.engine.simulate import simulate

    tables = simulate(config, first, count, seed, total, trajectories=False, solutions=False, engine=engine)
    frame: pd.DataFrame = tables.runs.to_pandas()
    return frame


class _Tally:
    """Counts and differences over the chunks; of each run it keeps a few numbers only."""

    def __init__(self, quantities: tuple[str, ...]) -> None:
        self.outcomes: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.changed = 0
        self.agreed = 0
        self.seconds = [0.0, 0.0]
        self._sums = {name: np.zeros(2) for name in quantities}
        self._moves: dict[str, list[Floats]] = {name: [] for name in quantities}

    def add(self, own: pd.DataFrame, finer: pd.DataFrame) -> None:
        """Take the same runs on both grids."""
        for counts, table in zip(self.outcomes, (own, finer), strict=True):
            counts.update(table["outcome"])
        self.changed += int((own["outcome"] != finer["outcome"]).sum())
        both = ((own["outcome"] == AGREEMENT) & (finer["outcome"] == AGREEMENT)).to_numpy(np.bool_)
        self.agreed += int(both.sum())
        for name, sums in self._sums.items():
            values = [table[name].to_numpy(np.float64)[both] for table in (own, finer)]
            sums += [part.sum() for part in values]
            self._moves[name].append(np.abs(values[1] - values[0]))

    def difference(self, name: str, unit: str) -> Difference:
        """Summary of one quantity."""
        if not self.agreed:
            return Difference(name, unit, (math.nan, math.nan), math.nan, math.nan)
        moves = np.concatenate(self._moves[name])
        own, finer = self._sums[name] / self.agreed
        return Difference(name, unit, (float(own), float(finer)), float(moves.mean()), float(np.quantile(moves, 0.95)))
