"""How moves and values of issues are written: with their units, in points for rates and shares."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from experiments.labels import between, number, quantity, scale_of

#: Moves smaller than this, as they are shown, are called so.
_LEAST_SHOWN: Final = 0.005
_ALIKE: Final = "about the same"


def moved(move: float, unit: str) -> str:
    """Write a move: ``2.60 points lower``, ``US$1.20 bn higher``."""
    if math.isnan(move):
        return "-"
    if scale_of(unit) * abs(move) < _LEAST_SHOWN:
        return _ALIKE
    return f"{size(abs(move), unit)} {'higher' if move > 0 else 'lower'}"


def moves_between(row: Mapping[str, float], unit: str) -> str:
    """Write the ends of a range of moves, the smaller move first: ``1.79 to 7.46 points lower``."""
    low, high = row["low"], row["high"]
    if low < 0 < high:
        return f"{moved(low, unit)} to {moved(high, unit)}"
    scale = scale_of(unit)
    near, far = sorted((scale * abs(low), scale * abs(high)))
    return f"{between(near, far, unit if scale == 1.0 else 'points')} {'higher' if low >= 0 else 'lower'}"


def size(value: float, unit: str) -> str:
    """Distance with its unit; rates and shares in points, with three digits."""
    if scale_of(unit) == 1.0:
        shown = number(value)
        return quantity(value, unit).replace(shown, _without_zeros(shown), 1)
    shown = _without_zeros(number(scale_of(unit) * value))
    return f"{shown} point{'' if shown == '1' else 's'}"


def _without_zeros(shown: str) -> str:
    """Number without decimals that are all zero."""
    whole, _, decimals = shown.partition(".")
    return shown if decimals.strip("0") else whole


def signed(move: float, unit: str) -> str:
    """Write a move with its sign, as a table has it: ``-2.60 points``, ``+US$1.20 bn``."""
    written = moved(move, unit)
    if written in ("-", _ALIKE):
        return written
    return f"{'+' if move > 0 else '-'}{size(abs(move), unit)}"


def by(amount: float, unit: str) -> str:
    """Write an amount after an issue: ``up by US$3 bn``, ``down by 1 point``."""
    return f"{'up' if amount > 0 else 'down'} by {size(abs(amount), unit)}"


def ends(row: Mapping[str, float], unit: str) -> str:
    """Ends of a range, without the unit where both would have it: ``-7.46 to -1.79``."""
    scale = scale_of(unit)
    return f"{number(scale * row['low'], sign=True)} to {number(scale * row['high'], sign=True)}"


def level(value: float, unit: str) -> str:
    """Write the value of an issue: ``27.5 %``, ``US$3 bn``."""
    return size(value, unit) if scale_of(unit) == 1.0 else quantity(value, unit)
