"""What the numbers of a config are: in words, and in which unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from experiments.config.agenda_checks import price_unit
from experiments.config.explain import further_units
from experiments.config.talks import RedLine
from experiments.labels import SIDE_LABELS, inside, plain, unit_of

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.numbers import Entry


def units_of(config: Config, entries: Iterable[Entry]) -> dict[str, str]:
    """Units of a config's numbers by path: of a number's row, of the issue that a red line bounds, else none."""
    further = further_units(config)
    return {entry.path: _unit(config, entry, further) for entry in entries}


def _unit(config: Config, entry: Entry, further: Mapping[str, str]) -> str:
    if entry.row is not None:
        return entry.row.unit
    where, _, name = entry.path.rpartition(".")
    if isinstance(entry.owner, RedLine) and name == "price":
        return price_unit(config, entry.owner.issue)
    if not isinstance(entry.owner, RedLine) or name not in ("at_least", "at_most"):
        return ""
    # What releases a line is a value of another issue than the one that the line bounds.
    release = entry.owner.release
    condition = release.when if release is not None and where.endswith(".release.when") else None
    return unit_of(entry.owner.issue if condition is None else condition.issue, further)


def meaning_of(config: Config, path: str) -> str:
    """What an entry is that is not in the parameter table; empty where its path says it all."""
    # Compiled rules stand behind the registry, and a start without them is quicker.
    from agents.tactics.registry import TACTICS

    part, _, rest = path.partition(".")
    name, _, key = rest.rpartition(".")
    if part == "tactics" and name in SIDE_LABELS:
        if key == "name":
            return f"tactic of {SIDE_LABELS[name]}"
        knobs = TACTICS[getattr(config.tactics, name).name].knobs
        return next((f"tactic of {SIDE_LABELS[name]}: {inside(knob.doc.rstrip('.'))}" for knob in knobs
                     if knob.name == key), "")  # fmt: skip
    if part == "red_lines":
        return _in_line(config, *rest.split(".", 1))
    return f"chance that {inside(plain(name))} happens" if part == "events" and key == "probability" else ""


def _in_line(config: Config, name: str, key: str) -> str:
    """What an entry of a red line is."""
    line = next((line for line in config.red_lines if line.name == name), None)
    if key == "release.probability":
        return f"chance that the release of the red line {name} is in force"
    if line is None:
        return ""
    whose, what = SIDE_LABELS[line.side], inside(plain(line.issue))
    meanings = {
        "at_least": f"red line of {whose}: {what} at least this",
        "at_most": f"red line of {whose}: {what} at most this",
        "price": f"price of crossing the red line of {whose} on {what}",
        "firmness": f"chance that the red line of {whose} on {what} is real",
    }
    return meanings.get(key, "")
