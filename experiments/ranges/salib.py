"""Bounds files of SALib, as its ``SALib.util.read_param_file`` reads them.

A row holds name, two bounds, group and distribution, the last two if wanted, without a header. What the bounds are
depends on the distribution: of a normal one its mean and standard deviation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from experiments.config.distributions import MOST_LOGARITHM
from experiments.errors import suggestion
from experiments.ranges.rows import Range, Row, number_in, refused

_COLUMNS: Final = ("name", "lower bound", "upper bound", "group", "distribution")
_LEAST: Final = 3
_NO_GROUP: Final = ("", "NA")
_UNIFORM: Final = "unif"


def salib_ranges(rows: Sequence[Row]) -> list[Range]:
    """Ranges of a bounds file.

    Raises
    ------
    experiments.errors.ConfigError
        Naming the row and cell that SALib would not read either, or whose distribution winset does not have.
    """
    return [_range(row) for row in rows]


def _range(row: Row) -> Range:
    if not _LEAST <= len(row) <= len(_COLUMNS):
        raise refused(row[0], f"has {len(row)} values; a row of SALib holds {', '.join(_COLUMNS)}, the last two if "
                              "wanted")  # fmt: skip
    name = row[0]
    group = row[3].text if len(row) > 3 else ""
    if len(row) < len(_COLUMNS) and group in (*_DISTRIBUTIONS, *_NOT_HERE):
        example = ",".join((*(cell.text for cell in row[:3]), _NO_GROUP[-1], group))
        raise refused(row[3], f"{group} stands where the group does; write {example}", name.text)
    dist = row[4].text if len(row) > 4 and row[4].text else _UNIFORM
    first, second = (number_in(row[place], f"{name.text}: the {_COLUMNS[place]}") for place in (1, 2))
    if dist not in _DISTRIBUTIONS:
        known = (*_DISTRIBUTIONS, *_NOT_HERE)
        why = _NOT_HERE.get(dist, f"is no distribution of SALib{suggestion(dist, known)}")
        raise refused(row[4], f"{dist} {why}", name.text)
    note = "" if group in _NO_GROUP or group == name.text else f"group {group} of {name.text}"
    try:
        number = _DISTRIBUTIONS[dist](first, second)
    except ValueError as error:
        raise refused(row[4], f"{dist}: {error}", name.text) from None
    return Range(name, number, (note,) if note else ())


def _lognormal(mean: float, sd: float) -> dict[str, Any]:
    """Lognormal by mean and standard deviation of its logarithm.

    Raises
    ------
    ValueError
        When its median is no number of full precision.
    """
    if not abs(mean) < MOST_LOGARITHM:
        raise ValueError(
            f"the first number is the mean of the logarithm, between -{MOST_LOGARITHM:g} and {MOST_LOGARITHM:g} "
            f"(got {mean:g})"
        )
    return {"dist": "lognormal", "median": math.exp(mean), "sigma": sd}


def _triangular(end: float, peak: float) -> dict[str, Any]:
    """Triangular from 0 to `end` with its peak at a share of the way, for a bounds file has no room for a start.

    Raises
    ------
    ValueError
        When the peak lies outside.
    """
    if not 0 <= peak < 1:
        raise ValueError(f"the second number is the peak as a share of the first, from 0 to below 1 (got {peak:g})")
    return {"dist": "triangular", "low": 0.0, "mode": end * peak, "high": end}


#: Distributions that a bounds file may name, each from its two numbers.
_DISTRIBUTIONS: Final[dict[str, Callable[[float, float], dict[str, Any]]]] = {
    _UNIFORM: lambda low, high: {"dist": "uniform", "low": low, "high": high},
    "logunif": lambda low, high: {"dist": "loguniform", "low": low, "high": high},
    "norm": lambda mean, sd: {"dist": "normal", "mean": mean, "sd": sd},
    "lognorm": _lognormal,
    "triang": _triangular,
}

#: Distributions of SALib that cannot be carried over, and why.
_NOT_HERE: Final = {
    "truncnorm": "needs four numbers, for which a bounds file has no room, and SALib does not read it from one either; "
    "write {dist: normal, mean: 1, sd: 1, low: 0, high: 2} into the config",
    "weibull": "is no distribution of winset; take lognormal with two of its quantiles, or a column of its values",
}
