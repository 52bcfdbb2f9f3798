"""Sweeps: the same worlds played at every point of one or two axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.config.explain import further_units
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.lab.evaluate import Job, evaluate
from experiments.lab.outputs import AGREEMENT
from experiments.labels import ordered_outcomes, unit_of
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.points import SweepPoint, chunks_of_points, play_point
from experiments.statistics.intervals import wilson_interval
from experiments.store.plan import Chunk
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.lab.directory import ExploreFolder
    from experiments.progress import Progress

RUNS: Final = 200
QUANTILES: Final[dict[str, float]] = {"q05": 0.05, "q50": 0.5, "q95": 0.95}
_Z: Final = 1.959964


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """What came out at every point.

    Attributes
    ----------
    axes : tuple of Axis
        One or two.
    points : pandas.DataFrame
        A row a point: ``point``, the axes' values under their paths, ``runs``, for each outcome
        ``share.<outcome>, _low, _high`` (Wilson intervals), for each issue ``<issue>.deals, .q05, .q50, .q95`` over the
        deals, and for each side ``gain.<side>`` with ``_low, _high``: mean over all runs and its normal 95 % interval.
    openings : pandas.DataFrame
        ``point, side, issue, q05, q50, q95``: quantiles of the first package that a side tabled.
    runs : int
        Worlds at each point.
    units : mapping
        Units of the issues that the config itself defines.
    """

    axes: tuple[Axis, ...]
    points: pd.DataFrame
    openings: pd.DataFrame
    runs: int
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that occur, agreement first."""
        names = [str(name).removeprefix("share.") for name in self.points if str(name).startswith("share.")]
        return ordered_outcomes(name for name in names if not name.endswith(("_low", "_high")))

    @property
    def issues(self) -> list[str]:
        """Issues that come to the table at any point."""
        return [str(name).removesuffix(".deals") for name in self.points if str(name).endswith(".deals")]

    def unit(self, issue: str) -> str:
        """Unit of an issue."""
        return unit_of(issue, self.units)

    @property
    def negotiations(self) -> int:
        """Number of negotiations played."""
        return self.runs * len(self.points)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        return {"points": self.points, "openings": self.openings}


def play_points(
    axes: Sequence[Axis],
    points: Sequence[SweepPoint],
    runs: int,
    seed: int,
    *,
    folder: ExploreFolder | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Play `runs` worlds at every point, all on the draws of `seed`: points differ by nothing but their values."""
    check_number("--runs", runs, 1, MAX_RUNS)
    if len(axes) not in {1, 2}:
        raise RunError(f"a sweep has one or two axes, got {len(axes)}; give --over once or twice.")

    def compute(chunk: Chunk) -> Any:
        point, first = divmod(chunk.first, runs)
        return play_point(points[point].config, first, chunk.count, runs, seed)

    table = evaluate(Job(chunks_of_points(len(points), runs), compute), folder, progress)
    outcomes = ordered_outcomes([AGREEMENT, *table.column("outcome").unique().to_pylist()])
    rows, openings = [], []
    for index, point in enumerate(points):
        frame: pd.DataFrame = table.slice(index * runs, runs).to_pandas()
        named = {axis.path: _value(axis, value) for axis, value in zip(axes, point.values, strict=True)}
        rows.append({"point": index, **named, "runs": runs, **_summary(frame, outcomes)})
        openings += _openings(index, frame)
    units = {issue: unit for point in points for issue, unit in further_units(point.config).items()}
    return Sweep(tuple(axes), pd.DataFrame(rows), pd.DataFrame(openings, columns=_OPENING_COLUMNS), runs, units)


_OPENING_COLUMNS: Final = ["point", "side", "issue", *QUANTILES]


def _value(axis: Axis, text: str) -> float | str:
    numbers = axis.numbers
    return text if numbers is None else numbers[axis.values.index(text)]


def _summary(frame: pd.DataFrame, outcomes: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    total = len(frame)
    for outcome in outcomes:
        count = int((frame["outcome"] == outcome).sum())
        low, high = wilson_interval(count, total)
        found |= {f"share.{outcome}": count / total, f"share.{outcome}_low": low, f"share.{outcome}_high": high}
    for side in SIDES:
        values = frame[f"gain.{side}"].to_numpy(np.float64)
        half = _Z * values.std(ddof=1) / np.sqrt(total) if total > 1 else np.nan
        mean = float(values.mean())
        found |= {f"gain.{side}": mean, f"gain.{side}_low": mean - half, f"gain.{side}_high": mean + half}
    deals = frame[frame["outcome"] == AGREEMENT]
    for issue in _issues(frame):
        found |= {f"{issue}.deals": float(deals[issue].notna().sum())}
        found |= {f"{issue}.{name}": value for name, value in _quantiles(deals[issue]).items()}
    return found


def _issues(frame: pd.DataFrame) -> list[str]:
    return [str(name).removeprefix("opening.us.") for name in frame if str(name).startswith("opening.us.")]


def _quantiles(column: pd.Series) -> dict[str, float]:
    values = column.to_numpy(np.float64)
    values = values[~np.isnan(values)]
    return {name: float(np.quantile(values, level)) if values.size else np.nan for name, level in QUANTILES.items()}


def _openings(point: int, frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"point": point, "side": side, "issue": issue, **_quantiles(frame[f"opening.{prefix}.{issue}"])}
        for side, prefix in zip(SIDES, ("us", "partner"), strict=True)
        for issue in _issues(frame)
    ]
