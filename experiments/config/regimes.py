"""Regimes of a config: the stretches of time between two dated changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.talks import Event, RedLine

MAX_REGIMES = 8


@dataclass(frozen=True, slots=True)
class Regime:
    """A stretch of time in which no dated change falls.

    Attributes
    ----------
    start : datetime.date
        Its first day; that of the first regime is the start of the talks.
    day : float
        Days from the start of the talks to its first day.
    events : tuple of Event
        Events that may happen at its start, in order of their dates.
    """

    start: date
    day: float
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A red line, the path of its numbers, and the event that draws it (None when it stands from the start)."""

    path: str
    line: RedLine
    event: Event | None


def days_since_start(config: Config, day: date) -> float:
    """Days from the first round to `day`."""
    return float((day - config.calendar.start).days)


def ordered_events(config: Config) -> list[Event]:
    """Events by date; those of one day in the order of the config."""
    return sorted(config.events, key=lambda event: event.date)


def placed_lines(config: Config) -> Iterator[PlacedLine]:
    """Every red line: those that stand from the start, then those of the events by date."""
    for line in config.red_lines:
        yield PlacedLine(f"red_lines.{line.name}", line, None)
    for event in ordered_events(config):
        for line in event.add_red_lines:
            yield PlacedLine(f"events.{event.name}.add_red_lines.{line.name}", line, event)


def regimes_of(config: Config) -> list[Regime]:
    """Regimes in order of time; what is dated on or before the start of the talks belongs to the first."""
    start = config.calendar.start
    events = ordered_events(config)
    releases = [placed.line.release.date for placed in placed_lines(config) if placed.line.release]
    dated = {event.date for event in events} | {day for day in releases if day is not None}
    starts = [start, *sorted(day for day in dated if day > start)]
    return [
        Regime(day, days_since_start(config, day), tuple(event for event in events if max(event.date, start) == day))
        for day in starts
    ]
