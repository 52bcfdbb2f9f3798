"""Axes of a sweep: a path of the config and the values that it takes, read from the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from experiments.config.changes import Change
from experiments.config.run_settings import refuse_compared
from experiments.config.yaml import between_commas, read_scalar
from experiments.errors import RunError

MAX_POINTS: Final = 2_000
_DOLLARS: Final = "US$"
_TACTIC: Final = re.compile(r"(tactics\.\w+)\.name")
_RANGE: Final = re.compile(r"\s*([^:{}\[\],]+):([^:{}\[\],]+):([0-9]+)\s*")


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of a sweep.

    Attributes
    ----------
    path : str
        What is swept, as ``--set`` names it.
    values : tuple of str
        Its values as ``--set`` reads them, in the order of the axis.
    unit : str
        Unit of the values; empty where there is none.
    option : str
        Option that names it, as it was typed; empty where it was read back.
    """

    path: str
    values: tuple[str, ...]
    unit: str = ""
    option: str = field(default="", compare=False)

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """Values as numbers; none when one of them is no number."""
        found = [read_scalar(value) for value in self.values]
        plain = [float(value) for value in found if isinstance(value, int | float) and not isinstance(value, bool)]
        return tuple(plain) if len(plain) == len(found) else None

    @property
    def title(self) -> str:
        """Path with the unit."""
        return f"{self.path}, {self.unit}" if self.unit else self.path

    def set_to(self, value: str) -> Change:
        """Change to a config; a tactic is named with its default knobs, not with another one's."""
        tactic = _TACTIC.fullmatch(self.path)
        text = f"{self.path}={value}" if tactic is None else f"{tactic[1]}={{name: {value}}}"
        return Change(text, self.option)


def value_label(value: Any, unit: str = "") -> str:
    """A value of an axis, with its unit where it is a number: rates and shares in per cent."""
    if isinstance(value, str):
        return value
    if unit in ("share", "rate"):
        return f"{100.0 * float(value):.6g} %"
    if unit.startswith(_DOLLARS):
        return f"{_DOLLARS}{float(value):.6g}{unit.removeprefix(_DOLLARS)}"
    return f"{float(value):.6g}{f' {unit}' if unit and unit not in ('weight', 'flag') else ''}"


def read_axis(option: str) -> Axis:
    """Read ``path=low:high:n`` (n values evenly from low to high) or ``path=v1,v2,...``.

    Raises
    ------
    RunError
        When the text is neither, or names fewer than two values or one of them twice.
    """
    path, equals, text = option.partition("=")
    path, text = path.strip(), text.strip()
    if not equals or not path or not text:
        raise _wrong(option, "it must read path=low:high:n or path=v1,v2")
    refuse_compared("--over", path)
    span = _RANGE.fullmatch(text)
    values = _even(option, *span.groups()) if span else tuple(between_commas(text))
    if len(values) < 2:
        raise _wrong(option, "it must name at least two values")
    if len(set(values)) < len(values):
        raise _wrong(option, "a value stands there twice")
    return Axis(path, values, option=f"--over {option}")


def _even(option: str, low: str, high: str, count: str) -> tuple[str, ...]:
    ends = [read_scalar(end.strip()) for end in (low, high)]
    first, last = (float(end) if isinstance(end, int | float) else np.nan for end in ends)
    if not np.isfinite([first, last]).all() or first == last:
        raise _wrong(option, "low and high must be two different numbers")
    if not 2 <= int(count) <= MAX_POINTS:
        raise _wrong(option, f"the number of values must be from 2 to {MAX_POINTS:,}")
    # Twelve digits: 0.1 and not 0.30000000000000004.
    return tuple(f"{value:.12g}" for value in np.linspace(first, last, int(count)))


def _wrong(option: str, why: str) -> RunError:
    return RunError(f"--over {option}: {why}; for example --over partner.subsidy_budget=0.5:6:12.")
