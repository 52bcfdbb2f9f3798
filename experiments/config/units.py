"""Units of the numbers of a config by their paths, as far as they are known before it is validated."""

from __future__ import annotations

from typing import Final

from sim.issues import ISSUE_BY_NAME
from sim.parameters.table import TABLE

_UNITS: Final = {row.path: row.unit for row in TABLE}

#: Tables of firms and makers, whose rows have a name in the path of their numbers.
_OF_AGENTS: Final = ("firms", "chip_makers")

#: Parts of a config whose numbers are no money, and what they are.
_OF_SIDES: Final = {"tactics": "that of a tactic", "beliefs": "that of a belief", "acceptance": "share"}

_SHARES: Final = ("firmness", "probability")
_MONEY: Final = "US$ bn"


def unit_at(path: str, issue: str) -> str:
    """Unit of a number; empty where nothing says which it is.

    Parameters
    ----------
    path : str
        Its path, or that of the map that holds the two ends of a grid or of a red line.
    issue : str
        Issue of the red line or condition that it is part of; empty if there is none.
    """
    bare = path.partition(".set.")[2] if path.startswith("events.") and ".set." in path else path
    parts = bare.split(".")
    if parts[0] in _OF_AGENTS:
        bare = f"{parts[0]}.{parts[-1]}"
    if bare in _UNITS:
        return _UNITS[bare]
    if parts[0] in _OF_SIDES:
        return _OF_SIDES[parts[0]]
    if parts[-1] in _SHARES:
        return "share"
    if parts[-1] == "price":
        return _MONEY
    named = parts[-1] if parts[-2:-1] in (["agenda"], ["add_issues"]) else issue
    return ISSUE_BY_NAME[named].unit if named in ISSUE_BY_NAME else ""


def is_money(unit: str) -> bool:
    """Whether a unit is money, or money per point; money per money is a ratio."""
    first, _, per = unit.partition(" per ")
    return first.startswith(_MONEY) and not per.startswith(_MONEY)
