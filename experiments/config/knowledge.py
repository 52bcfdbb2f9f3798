"""A config as it could be known on a day, and what in it was learnt later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from experiments.config.amounts import IN_ITS_UNIT
from experiments.config.numbers import Provenance, provenance_of
from experiments.config.regimes import ordered_events
from experiments.config.still_drawn import without_missing
from experiments.errors import ConfigError, Problem
from experiments.labels import counted

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.talks import Event

_EVENTS: Final = "events."
_DEADLINE: Final = "calendar.deadline"
_CHANGES: Final = ("set", "add_issues", "drop_issues", "add_red_lines", "drop_red_lines")
_BOUNDS: Final = ("at_least", "at_most")
_MEDIAN: Final = np.array([0.5])


@final
@dataclass(frozen=True, slots=True)
class Knowledge:
    """A config on the date of a forecast.

    Attributes
    ----------
    day : datetime.date
        Date of the forecast.
    config : Config
        The talks from their first round after that day on. Events of before are what the talks start from.
    leaks : tuple of Provenance
        Entries that the config rests on and that were known only later, with their dates.
    left_out : tuple of Event
        Events that were learnt later, by date; the config is without them.
    undated : tuple of Provenance
        Numbers, grids and lines of which the config does not say when they could be known.
    """

    day: date
    config: Config
    leaks: tuple[Provenance, ...]
    left_out: tuple[Event, ...]
    undated: tuple[Provenance, ...]

    def refuse_leaks(self, config: Config, advice: str) -> None:
        """Refuse a config that rests on what was learnt after the day.

        Parameters
        ----------
        config : Config
            As it was written, which knows the place of each entry.
        advice : str
            What to do about it.

        Raises
        ------
        experiments.errors.ConfigError
            Naming every such entry with its file, line, value, date and source.
        """
        problems = [
            Problem(
                config.place(leak.path),
                leak.path,
                f"{leak.value} was known by {leak.known_by} and not yet on {self.day} (source: {leak.source})",
            )
            for leak in self.leaks
        ]
        if problems:
            *others, last = ConfigError(problems).problems  # in the order in which they are told
            raise ConfigError([*others, Problem(last.place, last.path, f"{last.message}; {advice}")])


def known_on(config: Config, day: date, *, informed: bool = False) -> Knowledge:
    """Give a config as it was known on a day.

    Events that were learnt later are left out. What happened before the first round after the day is made part of the
    start: values, agenda, red lines and deadline; an event of before that is a matter of chance stays one. A deadline
    that has gone by has slipped. Firms' belief in a later subsidy has faded since the start of the config.

    Parameters
    ----------
    config : Config
        The scenario, with its dated events.
    day : datetime.date
        Date of the forecast.
    informed : bool
        Keep the events that were learnt later as well; they are then among the leaks.

    Raises
    ------
    experiments.errors.ConfigError
        If the deadline is over on that day and cannot slip as often as it would have to.
    """
    late = () if informed else tuple(event for event in ordered_events(config) if is_late(event.known_by, day))
    names = {event.name for event in late}
    start = first_round_after(config, day)
    past = [event for event in ordered_events(config) if event.name not in names and event.date <= start]
    tree = config.resolved()
    _leave_out(tree, names)
    for event in past:
        _apply(tree, event, start)
    _forget_missing(tree)
    _begin(tree, config, start)
    found = [one for one in provenance_of(config) if not _is_of(one.path, names)]
    return Knowledge(
        day,
        without_missing(tree, config.name),
        leaks=tuple(one for one in found if is_late(one.known_by, day)),
        left_out=late,
        undated=tuple(one for one in found if one.known_by is None and _could_be_dated(one.path)),
    )


def is_late(known_by: date | None, day: date) -> bool:
    """Whether something was learnt after a day; what has no date was not."""
    return known_by is not None and known_by > day


def first_round_after(config: Config, day: date) -> date:
    """Day of the first round after `day`."""
    calendar, number = config.calendar, 1
    while calendar.date_of(number) <= day:
        number += 1
    return calendar.date_of(number)


def _is_of(path: str, events: Iterable[str]) -> bool:
    return any(path.startswith(f"{_EVENTS}{name}.") for name in events)


def _could_be_dated(path: str) -> bool:
    """Calendar, protocol, beliefs and conditions of signing say how talks are held, and have no place for a date."""
    return not path.startswith(("calendar.", "protocol."))


def _leave_out(tree: dict[str, Any], names: set[str]) -> None:
    tree["events"] = [event for event in tree["events"] if event["name"] not in names]


def _forget_missing(tree: dict[str, Any]) -> None:
    """Take away what rests on an issue or a red line that no event brings any more."""
    issues = {*tree["agenda"], *(name for event in tree["events"] for name in event.get("add_issues", {}))}
    drawn = [line for event in tree["events"] for line in event.get("add_red_lines", ())]
    known = {line["name"] for line in (*tree["red_lines"], *drawn)}
    for line in (*tree["red_lines"], *drawn):
        when = line.get("release", {}).get("when")
        if when is not None and when["issue"] not in issues:
            del line["release"]
    for event in tree["events"]:
        for key, there in (("drop_issues", issues), ("drop_red_lines", known)):
            event[key] = [name for name in event.get(key, ()) if name in there]
    tree["events"] = [event for event in tree["events"] if any(event.get(key) for key in _CHANGES)]


def _apply(tree: dict[str, Any], event: Event, start: date) -> None:
    """Make an event of before part of the start if it is certain; else let go of a deadline that is over."""
    written = next(one for one in tree["events"] if one["name"] == event.name)
    if event.probability.support() != (1.0, 1.0):
        written["date"] = start.isoformat()
        due = event.changes.get(_DEADLINE)
        if isinstance(due, date) and due <= start:
            del written["set"][_DEADLINE]
        return
    tree["events"].remove(written)
    for path, value in written.get("set", {}).items():
        _put(tree, path, _with_origin(value, event))
        _rename(tree, f"{_EVENTS}{event.name}.set.{path}", path)
    tree["agenda"] = {
        **{name: issue for name, issue in tree["agenda"].items() if name not in event.drop_issues},
        **{name: _with_origin(issue, event) for name, issue in written.get("add_issues", {}).items()},
    }
    tree["red_lines"] = [
        *(line for line in tree["red_lines"] if line["name"] not in event.drop_red_lines),
        *(_with_origin(line, event) for line in written.get("add_red_lines", ())),
    ]
    for line in event.add_red_lines:
        _rename(tree, f"{_EVENTS}{event.name}.add_red_lines.{line.name}", f"red_lines.{line.name}")


def _with_origin(value: Any, event: Event) -> Any:
    """Value with source and date of its event where it has none of its own."""
    origin = {"source": event.source, "known_by": event.known_by and event.known_by.isoformat()}
    given = {key: text for key, text in origin.items() if text is not None}
    if isinstance(value, dict):
        return {**given, **value}
    return value if isinstance(value, str) or not given else {"value": value, **given}


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *parts, last = path.split(".")
    part = tree
    for name in parts:
        part = part[name]
    part[last] = value


def _rename(tree: dict[str, Any], before: str, now: str) -> None:
    """Let correlations and a posterior speak of a number by its new path."""
    for pair in tree["correlations"]:
        pair["between"] = [_renamed(path, before, now) for path in pair["between"]]
    posterior = tree.get("posterior") or {}
    for key in posterior.keys() & {"paths", "identified"}:
        posterior[key] = [_renamed(path, before, now) for path in posterior[key]]


def _renamed(path: str, before: str, now: str) -> str:
    return now + path[len(before) :] if path == before or path.startswith(f"{before}.") else path


def _begin(tree: dict[str, Any], config: Config, start: date) -> None:
    """Start the talks on a day: the deadline as it has slipped by then, beliefs as they have faded."""
    calendar = tree["calendar"]
    calendar["start"] = start.isoformat()
    due, slips = date.fromisoformat(calendar["deadline"]), config.calendar.max_slips
    while due <= start and slips > 0:
        due += timedelta(days=config.calendar.slip_days)
        slips -= 1
    if due <= start:
        over = f"is over on {start}, the first round after the date of the forecast, however often it slips"
        message = f"{over} ({counted(config.calendar.max_slips, 'time')}); an event known by then must set a later one"
        raise ConfigError([Problem(config.place(_DEADLINE), _DEADLINE, message)])
    calendar["deadline"], calendar["max_slips"] = due.isoformat(), slips
    tree["red_lines"] = [line for one in tree["red_lines"] if (line := _released(one, start)) is not None]
    days = (start - config.calendar.start).days
    half_life = float(config.section("chips").number("belief_half_life").ppf(_MEDIAN)[0])
    for firm in tree["firms"] if days else ():
        firm["holdout_belief"] = _times(firm["holdout_belief"], 0.5 ** (days / half_life))


def _released(line: dict[str, Any], start: date) -> dict[str, Any] | None:
    """Red line as it holds on a day by which its release may have come; None where that has lifted it."""
    release = line.get("release", {})
    if "date" not in release or date.fromisoformat(release["date"]) > start:
        return line
    bounds = {key: release[key] for key in _BOUNDS if key in release}
    kept = {key: value for key, value in line.items() if key not in (*_BOUNDS, "release")}
    return kept | bounds if bounds else None


def _times(number: Any, factor: float) -> Any:
    """Number of a resolved config, times a factor."""
    if not isinstance(number, dict):
        return number * factor
    return {
        key: _each_times(value, factor) if key in IN_ITS_UNIT else value for key, value in number.items()
    }  # fmt: skip


def _each_times(value: Any, factor: float) -> Any:
    return [one * factor for one in value] if isinstance(value, list) else value * factor
