"""What each entry of a config is, in words and with its unit, by its path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from experiments.config.agenda_checks import price_unit
from experiments.config.explain import further_units
from experiments.config.numbers import ROW_BY_PATH, numbers, provenance_of
from experiments.config.occurrences import uncertain
from experiments.config.regimes import placed_lines
from experiments.config.talks import RedLine
from experiments.labels import SIDE_LABELS, inside, plain, unit_of
from experiments.labels import side as called
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.numbers import Entry
    from experiments.config.occurrences import Occurrence

#: Entries of an issue of the agenda, with the issue in braces.
_OF_ISSUE: Final = {
    "us_value": "value of {issue} to the US",
    "partner_value": "value of {issue} to {partner}",
    "low": "low end of {issue} on the agenda",
    "high": "high end of {issue} on the agenda",
    "levels": "levels of {issue} on the agenda",
}

#: Entries of a red line, with its side and issue in braces.
_OF_LINE: Final = {
    "at_least": "red line of {whose}: {what} at least this",
    "at_most": "red line of {whose}: {what} at most this",
    "price": "price of crossing the red line of {whose} on {what}",
    "firmness": "chance that the red line of {whose} on {what} is real",
    "release.at_least": "red line of {whose} once released: {what} at least this",
    "release.at_most": "red line of {whose} once released: {what} at most this",
    "release.when.at_least": "release of the red line of {whose} on {what}: from this on",
    "release.when.at_most": "release of the red line of {whose} on {what}: up to this",
    "release.date": "day of the release of the red line of {whose} on {what}",
}


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


#: Parts of a config whose entries are described where they are defined.
_DESCRIBED: Final = ("calendar", "protocol", "experiment")


def meanings_of(config: Config) -> dict[str, str]:
    """What every number and date of a config is, and what happens or not in it, by its path."""
    rows = {entry.path: entry.row for entry in numbers(config)}
    found = {f"tactics.{side}.name": f"tactic of {SIDE_LABELS[side]}" for side in SIDE_LABELS}
    for entry in provenance_of(config):
        row = rows.get(entry.path) or ROW_BY_PATH.get(entry.path)
        own = "" if row is None else inside(row.doc.rstrip("."))
        part, _, rest = entry.path.partition(".")
        if own and part in ("firms", "chip_makers"):
            own = f"{own}, {rest.rpartition('.')[0]}"
        elif own and part == "sectors":
            own = f"{own}, {inside(plain(rest.partition('.')[0]))}"
        elif own and part == "events":
            own = f"{own}, as the event {plain(rest.partition('.')[0])} sets it"
        found[entry.path] = own or meaning_in(config, entry.path) or in_words(entry.path)
    found |= {one.path: occurrence_words(config, one)[0] for one in uncertain(config)}
    return _apart(found)


def meaning_of(config: Config, path: str) -> str:
    """What one entry of a config is; the words of its path where nothing else says it."""
    return meanings_of(config).get(path) or meaning_in(config, path) or in_words(path)


def _apart(found: dict[str, str]) -> dict[str, str]:
    """Name the side where both sides have a number of the same meaning."""
    first, second = SIDES
    for path in [one for one in found if one.startswith(f"{first}.")]:
        other = f"{second}.{path.partition('.')[2]}"
        if found.get(other) == found[path]:
            found[path], found[other] = (f"{found[path]}, {SIDE_LABELS[side]}" for side in SIDES)
    return found


def occurrence_words(config: Config, one: Occurrence) -> tuple[str, str, str]:
    """What happens or not as a noun, and as clauses that it does not happen and that it does."""
    if one.kind == "event":
        event = f"event {one.name}"
        return f"{event}, which happens or not", f"the {event} does not happen", f"the {event} happens"
    if one.kind == "opening":
        us, partner = (called(side) for side in SIDES)
        return "side that opens", f"{partner} opens", f"{us} opens"
    placed = next(placed for placed in placed_lines(config) if placed.line.name == one.name)
    line = f"red line {one.name} of {called(placed.line.side)}"
    if one.kind == "red_line":
        return f"{line}, which is real or not", f"the {line} is not real", f"the {line} is real"
    release = f"release of the {line}"
    return f"{release}, which is in force or not", f"the {release} is not in force", f"the {release} is in force"


def meaning_in(config: Config, path: str) -> str:
    """What an entry is that is not in the parameter table; empty where its path says it all."""
    part, _, rest = path.partition(".")
    name, _, key = rest.rpartition(".")
    if part == "tactics" and name in SIDE_LABELS:
        return _of_tactic(config, name, key)
    if part == "red_lines":
        return _of_line(config, *rest.split(".", 1))
    if part == "agenda" and key in _OF_ISSUE:
        issue = inside(plain(name))
        return _OF_ISSUE[key].format(issue=issue, partner=SIDE_LABELS["partner"])
    if part == "events" and key in ("probability", "date") and "." not in name:
        what = "chance that {} happens" if key == "probability" else "day of {}"
        return what.format(inside(plain(name)))
    return _described(config, part, rest) if part in _DESCRIBED else ""


def _described(config: Config, part: str, key: str) -> str:
    """What the definition of an entry says that it is, up to where it lists what it may be."""
    field = type(getattr(config, part)).model_fields.get(key)
    words = "" if field is None else " ".join(str(field.description or "").split())
    return inside(words.partition(":")[0].rstrip("."))


def in_words(path: str) -> str:
    """Words of a path, the last part first: ``calendar.round_limit`` becomes ``round limit (calendar)``."""
    *parts, last = path.split(".")
    where = ", ".join(called(one) if one in SIDE_LABELS else inside(plain(one)) for one in parts)
    return f"{inside(plain(last))} ({where})" if where else inside(plain(last))


def _of_tactic(config: Config, side: str, key: str) -> str:
    from agents.tactics.registry import TACTICS

    if key == "name":
        return f"tactic of {SIDE_LABELS[side]}"
    tactic = TACTICS.get(getattr(config.tactics, side).name)
    knobs = () if tactic is None else tactic.knobs
    return next(
        (f"tactic of {SIDE_LABELS[side]}: {inside(knob.doc.rstrip('.'))}" for knob in knobs if knob.name == key), ""
    )


def _of_line(config: Config, name: str, key: str) -> str:
    line = next((line for line in config.red_lines if line.name == name), None)
    if key == "release.probability":
        return f"chance that the release of the red line {name} is in force"
    if line is None or key not in _OF_LINE:
        return ""
    return _OF_LINE[key].format(whose=SIDE_LABELS[line.side], what=inside(plain(line.issue)))
