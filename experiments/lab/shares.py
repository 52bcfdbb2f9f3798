"""Shares of ends and mean gains of some runs, each with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.statistics.intervals import mean_interval, wilson_interval
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

#: A share or a mean, and the ends of its interval.
ENDS: Final = ("", "_low", "_high")


def shares_and_gains(runs: pd.DataFrame, outcomes: Sequence[str]) -> dict[str, float]:
    """Share of each outcome and mean gain of both sides.

    Parameters
    ----------
    runs : pandas.DataFrame
        At least one row; columns ``outcome`` and ``gain.<side>`` (US$ bn a year, 0 without a deal).
    outcomes : sequence of str
        What is counted.

    Returns
    -------
    dict of str to float
        ``share.<outcome>`` with Wilson's interval [Wilson 1927] and ``gain.<side>`` with the normal one, whose ends are
        NaN of a single run; ends under the same names with ``_low`` and ``_high``.
    """
    found: dict[str, float] = {}
    total = len(runs)
    for outcome in outcomes:
        count = int((runs["outcome"] == outcome).sum())
        found |= _with_ends(f"share.{outcome}", count / total, *wilson_interval(count, total))
    for side in SIDES:
        values = runs[f"gain.{side}"].to_numpy(np.float64)
        found |= _with_ends(f"gain.{side}", float(values.mean()), *mean_interval(values))
    return found


def _with_ends(name: str, *values: float) -> dict[str, float]:
    return {f"{name}{end}": value for end, value in zip(ENDS, values, strict=True)}
