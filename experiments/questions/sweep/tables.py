"""The tables of a sweep: what came out at every point, and what both sides opened with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.lab.shares import ENDS, shares_and_gains
from experiments.labels import AGREEMENT, ordered_outcomes, unit_of
from experiments.questions.sweep.axes import Axis
from experiments.report.origin import Origin
from experiments.statistics.ties import best_places
from experiments.store.columns import BINDS
from experiments.story.constraints import (
    CONSTRAINT_COLUMNS,
    count_constraints,
    input_sentences,
    sentences_over_points,
    together,
    worded,
)
from sim.issues import SIDE_PREFIX, SIDES

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.questions.sweep.leader import Leader

QUANTILES: Final[dict[str, float]] = {"q05": 0.05, "q50": 0.5, "q95": 0.95}

#: Share of deals at each point.
DEALS: Final = f"share.{AGREEMENT}"

#: Columns of what the deals of each point sit on.
CONSTRAINTS: Final = ("point", *CONSTRAINT_COLUMNS)

#: Columns of the first packages.
OPENINGS: Final = ("point", "side", "issue", *QUANTILES)


@dataclass(frozen=True, eq=False, repr=False)
class Sweep(Origin):
    """What came out at every point.

    Attributes
    ----------
    axes : tuple of Axis
        One or two.
    points : pandas.DataFrame
        A row a point, with the columns of :func:`point_columns`: the axes' values under their paths, for each outcome
        its share with a Wilson interval, for each side the mean gain over all runs with its normal 95 % interval, and
        for each issue the number of deals and quantiles over them.
    changes : pandas.DataFrame
        What differs between points world by world, see :func:`experiments.questions.sweep.pairs.changes_of`.
    openings : pandas.DataFrame
        ``point, side, issue, q05, q50, q95``: quantiles of the first package that a side tabled.
    constraints : pandas.DataFrame
        ``point, issue, constraint, count, share, words``: deals of each point by the constraint that an issue sits on,
        see :func:`experiments.story.constraints.count_constraints`.
    runs : int
        Worlds at each point.
    units : mapping
        Units of the issues that a config itself defines.
    leader : Leader or None
        Who was moved; None unless it was a leader sweep.
    following : pandas.DataFrame or None
        How far the settlement followed the leader, as of :func:`experiments.questions.sweep.leader.following`.
    """

    axes: tuple[Axis, ...]
    points: pd.DataFrame
    changes: pd.DataFrame
    openings: pd.DataFrame
    constraints: pd.DataFrame
    runs: int
    units: Mapping[str, str]
    leader: Leader | None = None
    following: pd.DataFrame | None = None

    @property
    def outcomes(self) -> list[str]:
        """Outcomes that occur, agreement first."""
        return outcomes_in(self.points)

    @property
    def issues(self) -> list[str]:
        """Issues that come to the table at any point."""
        return issues_in(self.points)

    @property
    def agreed(self) -> list[str]:
        """Issues on which there is a deal at any point."""
        return [issue for issue in self.issues if self.points[f"{issue}.q50"].notna().any()]

    @property
    def negotiations(self) -> int:
        """Number of negotiations played."""
        return self.runs * len(self.points)

    @cached_property
    def inputs(self) -> dict[str, str]:
        """What is said of each issue whose value is put in at some point, by issue."""
        return sentences_over_points(self.constraints)

    def inputs_at(self, point: int) -> dict[str, str]:
        """What is said of each issue whose value is put in at a point, by issue."""
        return self._inputs_by_point.get(point, {})

    @cached_property
    def _inputs_by_point(self) -> dict[int, dict[str, str]]:
        by_point = self.constraints.groupby("point", sort=False)
        return {int(str(point)): input_sentences(own) for point, own in by_point}

    def unit(self, issue: str) -> str:
        """Unit of an issue."""
        return unit_of(issue, self.units)

    def deal_map(self) -> pd.DataFrame:
        """Share of deals with the second axis as rows and the first as columns, in their orders."""
        first, second = (axis.path for axis in self.axes)
        wide = self.points.pivot_table(index=second, columns=first, values=DEALS, sort=False)
        rows = list(dict.fromkeys(self.points[second]))
        columns = list(dict.fromkeys(self.points[first]))
        return wide.reindex(index=rows, columns=columns)

    def usual_ends(self) -> list[tuple[str, ...]]:
        """Most frequent ends at every point, several only where they are equally frequent."""
        outcomes = self.outcomes
        table = self.points[[f"share.{outcome}" for outcome in outcomes]].to_numpy(float)
        return [tuple(outcomes[place] for place in best_places(shares)) for shares in table]


def outcomes_in(points: pd.DataFrame) -> list[str]:
    """Outcomes that a table of points has shares of, agreement first."""
    names = [str(name).removeprefix("share.") for name in points if str(name).startswith("share.")]
    return ordered_outcomes(name for name in names if not name.endswith(ENDS[1:]))


def issues_in(points: pd.DataFrame) -> list[str]:
    """Issues that a table of points has deals on."""
    return [str(name).removesuffix(".deals") for name in points if str(name).endswith(".deals")]


def point_columns(axes: Sequence[Axis], outcomes: Sequence[str], issues: Sequence[str]) -> list[str]:
    """Columns of a table of points, in order."""
    return [
        "point",
        *(axis.path for axis in axes),
        "runs",
        *(f"share.{outcome}{end}" for outcome in outcomes for end in ENDS),
        *(f"gain.{side}{end}" for side in SIDES for end in ENDS),
        *(f"{issue}.{name}" for issue in issues for name in ("deals", *QUANTILES)),
    ]


def _values_of_points(axes: Sequence[Axis]) -> dict[str, list[float | str]]:
    """Values of each axis at every point, by its path: numbers, or texts where one of them is none."""
    rows: list[tuple[float | str, ...]] = list(product(*(axis.numbers or axis.values for axis in axes)))
    return {axis.path: [row[place] for row in rows] for place, axis in enumerate(axes)}


def tables_of(table: pa.Table, axes: Sequence[Axis], runs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of points and openings, of rows that are `runs` for each point, in the order of the points."""
    outcomes = ordered_outcomes([AGREEMENT, *table.column("outcome").unique().to_pylist()])
    prefix = f"opening.{SIDE_PREFIX[0]}."
    issues = [name.removeprefix(prefix) for name in table.column_names if name.startswith(prefix)]
    values = _values_of_points(axes)
    rows, openings = [], []
    for index in range(len(table) // runs):
        frame: pd.DataFrame = table.slice(index * runs, runs).to_pandas()
        moved = {path: of_points[index] for path, of_points in values.items()}
        rows.append({"point": index, **moved, "runs": runs, **_summary(frame, outcomes, issues)})
        openings += _openings(index, frame, issues)
    columns = point_columns(axes, outcomes, issues)
    return pd.DataFrame(rows, columns=columns), pd.DataFrame(openings, columns=list(OPENINGS))


def _summary(frame: pd.DataFrame, outcomes: Sequence[str], issues: Sequence[str]) -> dict[str, float]:
    found = shares_and_gains(frame, outcomes)
    deals = frame[frame["outcome"] == AGREEMENT]
    for issue in issues:
        found |= {f"{issue}.deals": float(deals[issue].notna().sum())}
        found |= {f"{issue}.{name}": value for name, value in _quantiles(deals[issue]).items()}
    return found


def constraints_of_points(table: pa.Table, configs: Sequence[Config], runs: int) -> pd.DataFrame:
    """What the deals of each point sit on, in words of the point's own config."""
    names = [name for name in table.column_names if name.startswith(BINDS)]
    parts: list[tuple[int, pd.DataFrame]] = []
    for point, config in enumerate(configs):
        rows: pd.DataFrame = table.slice(point * runs, runs).select(names).to_pandas()
        counts = count_constraints((name.removeprefix(BINDS), rows[name]) for name in names)
        parts.append((point, worded(counts, config)))
    return together(parts, "point")


def _quantiles(column: pd.Series) -> dict[str, float]:
    values = column.to_numpy(np.float64)
    values = values[~np.isnan(values)]
    return {name: float(np.quantile(values, level)) if values.size else np.nan for name, level in QUANTILES.items()}


def _openings(point: int, frame: pd.DataFrame, issues: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"point": point, "side": side, "issue": issue, **_quantiles(frame[f"opening.{prefix}.{issue}"])}
        for side, prefix in zip(SIDES, SIDE_PREFIX, strict=True)
        for issue in issues
    ]
