"""A number of a config in words: its value, or what it is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from experiments.config.distributions import Choice, Quantity
from experiments.labels import listed, percent, scale_of

Write = Callable[[float], str]

#: Values of a choice that are written out.
_WRITTEN_OUT: Final = 6


def in_words(number: Quantity, unit: str) -> str:
    """Say which value a number has or what it is drawn from; a rate or share in per cent, all else as it is written."""

    def write(value: float) -> str:
        scale = scale_of(unit)
        return f"{value:g}" if scale == 1.0 else f"{scale * value:.6g} %"

    said = _WORDS.get(number.kind)
    return number.text() if said is None else said(number, write)


def _cut(number: Any, write: Write) -> str:
    low, high = number.low, number.high
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f", cut {'below' if high is None else 'above'} {write(low if high is None else high)}"
    return f", cut to {write(low)} to {write(high)}"


def _choice(number: Any, write: Write) -> str:
    weighted = "" if number.weights is None else ", weighted"
    if len(number.values) > _WRITTEN_OUT:
        low, high = number.support()
        return f"one of {len(number.values):,} values from {write(low)} to {write(high)}{weighted}"
    if number.weights is None:
        return f"one of {listed([*map(write, number.values)], 'or', cut=False)}, each as likely"
    total = sum(number.weights)
    parts = [
        f"{write(one)} ({percent(weight / total)})" for one, weight in zip(number.values, number.weights, strict=True)
    ]
    return f"one of {listed(parts, 'or', cut=False)}"


_WORDS: Final[dict[str, Callable[[Any, Write], str]]] = {
    "value": lambda one, write: write(one.value),
    "uniform": lambda one, write: f"drawn evenly from {write(one.low)} to {write(one.high)}",
    "triangular": lambda one, write: f"drawn from {write(one.low)} to {write(one.high)}, {write(one.mode)} most likely",
    "normal": lambda one, write: (
        f"drawn from a normal distribution, mean {write(one.mean)}, sd {write(one.sd)}{_cut(one, write)}"
    ),
    "lognormal": lambda one, write: (
        f"drawn from a lognormal distribution, median {write(one.median)}, sigma {one.sigma:g}{_cut(one, write)}"
    ),
    "beta": lambda one, write: (
        f"drawn from a beta distribution ({one.a:g}, {one.b:g}) from {write(one.low)} to {write(one.high)}"
    ),
    Choice.kind: _choice,
    "discrete_uniform": lambda one, write: f"a whole number from {write(one.low)} to {write(one.high)}, drawn evenly",
}
