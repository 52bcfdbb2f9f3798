"""A number of a config in words: its value, or what it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from experiments.config.distributions import Pert, Quantity
from experiments.labels import counted, listed, percent, scale_of

Write = Callable[[float], str]

#: Values of a choice that are written out.
_WRITTEN_OUT: Final = 6

#: Weight of the mode in PERT that goes without saying.
_USUAL_WEIGHT: Final = Pert.model_fields["weight"].default


def in_words(number: Quantity, unit: str) -> str:
    """Say which value a number has or what it is drawn from; a rate or share in per cent, all else as it is written."""

    def write(value: float) -> str:
        scale = scale_of(unit)
        return f"{value:g}" if scale == 1.0 else f"{scale * value:.6g} %"

    return _WORDS[number.kind](number, write)


def _cut(number: Any, write: Write) -> str:
    low, high = number.low, number.high
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f", cut {'below' if high is None else 'above'} {write(low if high is None else high)}"
    return f", cut to {write(low)} to {write(high)}"


def _choice(number: Any, write: Write) -> str:
    if number.weights is None and len(number.values) <= _WRITTEN_OUT:
        return f"one of {listed([*map(write, number.values)], 'or', cut=False)}, each as likely"
    return _one_of(number, number.weights, write, "weighted")


def _one_of(number: Any, weights: Sequence[float] | None, write: Write, how: str) -> str:
    """Values with their chances, or of many how many there are and how they are drawn."""
    if weights is None or len(number.values) > _WRITTEN_OUT:
        low, high = number.support()
        many = f"one of {len(number.values):,} values from {write(low)} to {write(high)}"
        return many if weights is None else f"{many}, {how}"
    total = sum(weights)
    parts = [f"{write(one)} ({percent(weight / total)})" for one, weight in zip(number.values, weights, strict=True)]
    return f"one of {listed(parts, 'or', cut=False)}"


def _pert(number: Any, write: Write) -> str:
    weight = "" if number.weight == _USUAL_WEIGHT else f", weight {number.weight:g}"
    return f"drawn by PERT from {write(number.low)} to {write(number.high)}, {write(number.mode)} most likely{weight}"


def _lognormal(number: Any, write: Write) -> str:
    if number.quantiles is None:
        shape = f"median {write(number.median)}, sigma {number.sigma:g}"
    else:
        ends = sorted((float(at), value) for at, value in number.quantiles.items())
        shape = listed([f"{write(value)} at its {100.0 * at:g} % quantile" for at, value in ends], cut=False)
    return f"drawn from a lognormal distribution, {shape}{_cut(number, write)}"


def _beta(number: Any, write: Write) -> str:
    ends = f"from {write(number.low)} to {write(number.high)}"
    if number.a is None:
        return f"drawn from a beta distribution {ends}, mean {write(number.mean)}, sd {write(number.sd)}"
    return f"drawn from a beta distribution ({number.a:g}, {number.b:g}) {ends}"


def _column(number: Any, write: Write) -> str:
    low, high = number.support()
    values = f"{counted(len(number.values), 'value')} from {write(low)} to {write(high)}"
    return f"drawn from the column {number.column} of {number.file} ({values}; digest {number.sha256[:8]})"


_WORDS: Final[dict[str, Callable[[Any, Write], str]]] = {
    "value": lambda one, write: write(one.value),
    "uniform": lambda one, write: f"drawn evenly from {write(one.low)} to {write(one.high)}",
    "triangular": lambda one, write: f"drawn from {write(one.low)} to {write(one.high)}, {write(one.mode)} most likely",
    "normal": lambda one, write: (
        f"drawn from a normal distribution, mean {write(one.mean)}, sd {write(one.sd)}{_cut(one, write)}"
    ),
    "loguniform": lambda one, write: f"drawn from {write(one.low)} to {write(one.high)}, evenly in the logarithm",
    "pert": _pert,
    "lognormal": _lognormal,
    "beta": _beta,
    "choice": _choice,
    "discrete": lambda one, write: _one_of(one, one.chances, write, "each with its chance"),
    "column": _column,
    "discrete_uniform": lambda one, write: f"a whole number from {write(one.low)} to {write(one.high)}, drawn evenly",
}
