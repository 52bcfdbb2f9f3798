"""Levers of a side: what it can set before talks open, each with a few values, as changes to its config."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from agents.tactics.registry import TACTICS
from experiments.config.agenda_checks import all_entries
from experiments.config.numbers import ROW_BY_PATH, numbers
from experiments.config.run_settings import refuse_compared
from experiments.config.yaml import between_commas
from experiments.errors import RunError
from experiments.lab.seats import families, scaled
from sim.issues import INVESTMENT_FUND, ISSUES, PARTNER, SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.talks import AgendaEntry, RedLine

#: Where the values of a default lever stand in its range.
_SHARES: Final = np.array([0.1, 0.5, 0.9])

#: Share of an issue's range by which a red line of one's own is moved.
_STEP: Final = 0.1

_FUND: Final = ISSUES[INVESTMENT_FUND].name
_BUDGET: Final = "partner.subsidy_budget"
_CAP: Final = "lever_cap"


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a lever.

    Attributes
    ----------
    lever, value : str
        Path and value as a user would name them; both empty for the config as it is.
    changes : tuple of str
        Options ``path=value`` that make it so.
    """

    lever: str
    value: str
    changes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Lever and value on one line."""
        return f"{self.lever}={self.value}" if self.lever else "as it is"


AS_IT_IS: Final = Setting("", "", ())


def settings_of(config: Config, side: str, texts: Sequence[str]) -> list[Setting]:
    """Config as it is, and every value of every lever that was named, or of the default ones.

    Raises
    ------
    RunError
        When an option is not of the form ``path=value,value``.
    """
    chosen = [one for text in texts for one in _named(text)] if texts else _defaults(config, side)
    return [AS_IT_IS, *dict.fromkeys(chosen)]


def _named(text: str) -> list[Setting]:
    path, equals, values = (part.strip() for part in text.partition("="))
    parts = between_commas(values)
    if not path or not equals or not all(parts):
        raise RunError(
            f"--lever {text}: write path=value,value, for example partner.subsidy_budget=0.5,2.5,6; a value "
            "that holds a comma stands in braces, as after --set."
        )
    refuse_compared("--lever", path)
    return [Setting(path, part, (f"{path}={part}",)) for part in parts]


def _defaults(config: Config, side: str) -> list[Setting]:
    """What the config gives to this side: its tactic and knobs, its red lines, and the partner's budget and fund."""
    found = [
        Setting(f"tactics.{side}.name", name, (f"tactics.{side}={{name: {name}}}",))
        for name in families()
        if name != getattr(config.tactics, side).name
    ]
    found += _knobs(config, side)
    for line in config.red_lines:
        if line.side == side:
            found += _line(config, line)
    if side == SIDES[PARTNER]:
        row = ROW_BY_PATH[_BUDGET]
        found += [_number(_BUDGET, value) for value in (row.low, row.default, row.high)]
        found += _caps(config)
    return found


def _number(path: str, value: float) -> Setting:
    return Setting(path, f"{value:g}", (f"{path}={value:.12g}",))


def _knobs(config: Config, side: str) -> list[Setting]:
    name = getattr(config.tactics, side).name
    return [
        _number(f"tactics.{side}.{knob.name}", float(value))
        for knob in TACTICS[name].knobs
        for value in scaled(knob, _SHARES)
    ]


def _entries(config: Config) -> dict[str, AgendaEntry]:
    return {name: entry for _, name, entry in all_entries(config)}


def _line(config: Config, line: RedLine) -> list[Setting]:
    """Line of one's own given up, and each of its bounds and of its release's a step lower and higher.

    What crossing a line costs at home is no choice of the government, so that a line with a price is no lever.
    """
    if line.price is not None:
        return []
    entries = _entries(config)
    found = [Setting(f"red_lines.{line.name}", "given up", (f"red_lines.{line.name}=~",))]
    prefix = f"red_lines.{line.name}."
    for entry in numbers(config):
        key = entry.path.removeprefix(prefix)
        if not entry.path.startswith(prefix) or key in ("firmness", "release.probability"):
            continue
        issue = line.release.when.issue if ".when." in key and line.release and line.release.when else line.issue
        grid = entries.get(issue)
        if grid is None:
            continue
        middle = float(entry.number.ppf(np.array([0.5]))[0])
        for step in (-1, 1):
            value = middle + step * _STEP * (grid.high - grid.low)
            if math.isfinite(value) and grid.low <= value <= grid.high:
                found.append(_number(entry.path, value))
    return found


def _caps(config: Config) -> list[Setting]:
    """Red line of the partner's own on the size of the fund, where a fund can come to the table."""
    grid = _entries(config).get(_FUND)
    if grid is None:
        return []
    found = []
    for share in (0.25, 0.5, 0.75):
        cap = grid.low + share * (grid.high - grid.low)
        line: dict[str, Any] = {"side": SIDES[PARTNER], "issue": _FUND, "at_most": cap}
        found.append(Setting("fund cap", f"{cap:g}", (f"red_lines.{_CAP}={json.dumps(line)}",)))
    return found
