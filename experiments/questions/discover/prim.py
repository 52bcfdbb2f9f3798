"""Boxes in which something happens: PRIM on a sample of inputs, with what each restriction is worth."""

from __future__ import annotations

import logging
import math
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.errors import need

if TYPE_CHECKING:
    from collections.abc import Collection

    from ema_workbench.analysis.prim import Prim

    from sim.records import Floats

    Flags = NDArray[np.bool_]

#: Share of all rows below which a box is not peeled further.
LEAST_MASS: Final = 0.05
PEEL: Final = 0.05

#: Rows to a value, on average, from which on a column is peeled value by value. A quantile of what is 0 or 1 is 0 or 1,
#: so that peeling by quantiles would never part the two.
_ROWS_A_VALUE: Final = 2

#: Columns of the way from everything to the smallest box.
WAY: Final = ("coverage", "density", "mass", "res_dim")

#: Restrictions whose quasi-p-value is above this are dropped.
SIGNIFICANT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Limit:
    """One restriction of a box: an input lies between `low` and `high`; an end that does not restrict is infinite.

    `quasi_p` is the chance of at least as many cases in the box if the restriction did nothing: a one-sided binomial
    test against the share of cases without it [Bryant and Lempert 2010]. It is no p-value proper, for the box was
    looked for in the same data.
    """

    input: str
    low: float
    high: float
    quasi_p: float


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A box in the space of the inputs.

    Attributes
    ----------
    limits : tuple of Limit
        Its restrictions, the strongest first.
    coverage : float
        Share of all cases that lie in it.
    density : float
        Share of its rows that are cases.
    mass : float
        Share of all rows that lie in it.
    rows : int
        Rows in it.
    trajectory : pandas.DataFrame
        How it was peeled: ``coverage, density, mass, res_dim``, from everything to the smallest box; shares of the rows
        that earlier boxes have left.
    """

    limits: tuple[Limit, ...]
    coverage: float
    density: float
    mass: float
    rows: int
    trajectory: pd.DataFrame


def find_boxes(inputs: pd.DataFrame, cases: Flags, *, most: int, density: float | None = None) -> list[Box]:
    """Find up to `most` boxes, each among the rows that the ones before have left.

    An input of few values, such as what happens or not, is peeled value by value, any other by quantiles. The box taken
    on each way from everything to the smallest is the first, and so the largest, whose density reaches
    `density`; if none does, the last one. Its restrictions are then dropped one by one, the least sure first, until the
    quasi-p-value of each is at most 0.05. A box with no more cases than all rows have ends the search.

    Parameters
    ----------
    inputs : pandas.DataFrame
        Float columns, a row a run.
    cases : array of bool
        Whether what is looked for happened.
    most : int
        Most boxes.
    density : float, optional
        Share of cases that a box must reach; by default half-way from the share in all rows to 1.
    """
    share = float(cases.mean())
    wanted = share + (1 - share) / 2 if density is None else density
    left = np.ones(len(cases), dtype=np.bool_)
    boxes: list[Box] = []
    while len(boxes) < most and cases[left].any() and not cases[left].all():
        limits, trajectory = _peel(inputs[left].reset_index(drop=True), cases[left], wanted, len(cases))
        limits = _significant(inputs[left], cases[left], limits)
        if not limits:
            break
        inside = _inside(inputs, limits) & left
        if cases[inside].mean() <= share:
            break
        ordered = tuple(sorted(limits, key=lambda limit: (limit.quasi_p, limit.input)))
        boxes.append(
            Box(
                limits=ordered,
                coverage=float(cases[inside].sum() / cases.sum()),
                density=float(cases[inside].mean()),
                mass=float(inside.mean()),
                rows=int(inside.sum()),
                trajectory=trajectory,
            )
        )
        left &= ~inside
    return boxes


def _peel(inputs: pd.DataFrame, cases: Flags, wanted: float, total: int) -> tuple[list[Limit], pd.DataFrame]:
    """Limits of the chosen box, and the whole way."""
    need("ema_workbench", "discovery")
    coded, values_of = _coded(inputs)
    # Least mass counts in all rows, also when earlier boxes have taken some away.
    least = min(LEAST_MASS * total / len(cases), 1.0)
    with warnings.catch_warnings():
        # It warns of parallel libraries that are not needed here, and of calls that later pandas will not know.
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim

        logging.getLogger("EMA").setLevel(logging.WARNING)
        # The threshold tells cases from the rest, and any box from none: it must be above 0 and below every density.
        search = prim.Prim(coded, cases.astype(np.int64), threshold=1e-9, peel_alpha=PEEL, mass_min=least)
        _peel_by_value(search, values_of)
        found = search.find_box()
    way = found.peeling_trajectory[list(WAY)].astype(np.float64)
    reached = np.flatnonzero(way["density"].to_numpy() >= wanted)
    chosen = int(reached[0]) if reached.size else len(way) - 1
    whole, box = found.box_lims[0], found.box_lims[chosen]
    limits = []
    for name in inputs.columns:
        (first, last), (low, high) = (frame[name].to_numpy(np.float64) for frame in (whole, box))
        if low > first or high < last:
            values = values_of.get(str(name))
            if values is not None:
                # Pasting may end between two places; the rows inside are those of the places inside.
                first, low = (values[math.ceil(place)] for place in (first, low))
                last, high = (values[math.floor(place)] for place in (last, high))
            limits.append(Limit(str(name), low if low > first else -np.inf, high if high < last else np.inf, np.nan))
    return limits, way.reset_index(drop=True)


def _coded(inputs: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, Floats]]:
    """Inputs for the search, and the values of those columns that are places in the order of their values."""
    coded, values_of = {}, {}
    for name in inputs.columns:
        column = inputs[name].to_numpy(np.float64)
        values, places = np.unique(column, return_inverse=True)
        if _ROWS_A_VALUE * len(values) <= len(column):
            values_of[str(name)] = values
            column = places.astype(np.float64)
        coded[str(name)] = column
    return pd.DataFrame(coded), values_of


def _peel_by_value(search: Prim, names: Collection[str]) -> None:
    """Have a search peel some of its columns place by place.

    It would do so with columns of whole numbers, which it cannot paste: limits that it pastes are no whole numbers.
    """
    by_value = [name for name in search.x.columns if name in names]
    others = [name for name in search.x.columns if name not in names]
    search.x_float, search.x_float_colums = search.x[others].to_numpy(), np.array(others, dtype=object)
    search.x_int, search.x_int_columns = search.x[by_value].to_numpy(), np.array(by_value, dtype=object)


def _inside(inputs: pd.DataFrame, limits: list[Limit]) -> Flags:
    inside = np.ones(len(inputs), dtype=np.bool_)
    for limit in limits:
        values = inputs[limit.input].to_numpy(np.float64)
        inside &= (values >= limit.low) & (values <= limit.high)
    return inside


def _significant(inputs: pd.DataFrame, cases: Flags, limits: list[Limit]) -> list[Limit]:
    """Limits without those that do nothing, each with its quasi-p-value."""
    while limits:
        limits = [replace(limit, quasi_p=_quasi_p(inputs, cases, limits, limit)) for limit in limits]
        worst = max(limits, key=lambda limit: (limit.quasi_p, limit.input))
        if worst.quasi_p <= SIGNIFICANT:
            break
        limits = [limit for limit in limits if limit is not worst]
    return limits


def _quasi_p(inputs: pd.DataFrame, cases: Flags, limits: list[Limit], limit: Limit) -> float:
    from scipy.stats import binom

    box = _inside(inputs, limits)
    without = _inside(inputs, [other for other in limits if other is not limit])
    hits = int(cases[box].sum())
    return float(binom.sf(hits - 1, int(box.sum()), float(cases[without].mean())))
