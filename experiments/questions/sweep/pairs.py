"""What differs between points of a sweep, world by world: the same worlds are played at each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.lab.shares import ENDS
from experiments.labels import AGREEMENT
from experiments.statistics.group_differences import paired_mean_interval
from experiments.statistics.intervals import mean_change_interval
from experiments.statistics.ties import SAME_VALUE
from sim.issues import SIDES

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.statistics.intervals import Floats

#: What a point is set beside: the first point, or the one before it.
FIRST: Final = "first"
BEFORE: Final = "before"
#: Columns of the changes.
CHANGES: Final = ("point", "beside", *(f"{name}{end}" for name in ("deals", *SIDES) for end in ENDS))


def changes_of(table: pa.Table, runs: int, *, is_line: bool, has_intervals: bool) -> pd.DataFrame:
    """Table of the changes between points.

    Parameters
    ----------
    table : pyarrow.Table
        Rows, `runs` for each point, in the order of the points; those of one number are one world.
    runs : int
        Worlds.
    is_line : bool
        Whether points follow one another, so that each but the first is also set beside the one before it.
    has_intervals : bool
        Whether chance between worlds has an interval; its ends are NaN otherwise.

    Returns
    -------
    pandas.DataFrame
        ``point, beside``, for ``deals`` the change of their share and for each side that of its mean gain over walking
        away (US$ bn a year), each with its 95 % interval: of a share that of Bonett and Price (2012), of a gain
        Student's.
    """
    deals = np.equal(table.column("outcome").to_numpy(), AGREEMENT).astype(np.float64).reshape(-1, runs)
    gains = [table.column(f"gain.{side}").to_numpy().reshape(-1, runs) for side in SIDES]
    pairs = [(point, FIRST, 0) for point in range(1, len(deals))]
    pairs += [(point, BEFORE, point - 1) for point in range(1, len(deals)) if is_line]
    rows = []
    for point, beside, other in pairs:
        row: dict[str, Any] = {"point": point, "beside": beside}
        row |= _ends("deals", deals[point] - deals[other], mean_change_interval, has_intervals)
        for side, own in zip(SIDES, gains, strict=True):
            row |= _ends(side, _without_noise(own[point] - own[other]), paired_mean_interval, has_intervals)
        rows.append(row)
    return pd.DataFrame(rows, columns=list(CHANGES))


def _ends(name: str, changes: Floats, interval: Any, has_intervals: bool) -> dict[str, float]:
    low, high = interval(changes) if has_intervals else (np.nan, np.nan)
    return dict(zip((f"{name}{end}" for end in ENDS), (float(changes.mean()), low, high), strict=True))


def _without_noise(changes: Floats) -> Floats:
    return np.where(np.abs(changes) <= SAME_VALUE, 0.0, changes)


def is_clear(row: Any, name: str = "deals") -> bool:
    """Whether the interval of a change leaves out 0."""
    return bool(row[f"{name}_low"] > 0.0 or row[f"{name}_high"] < 0.0)


def beside(changes: pd.DataFrame, which: str) -> Iterator[dict[Any, Any]]:
    """Rows of the points that are set beside the first, or beside the one before."""
    return iter(changes[changes["beside"] == which].to_dict("records"))
