"""When deadlines fall due: the calendar of the talks, gone through round by round with what dated events make of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.talks import Event

#: What an event sets to move the deadline.
DEADLINE: Final = "calendar.deadline"

#: Share of the days between two rounds that a deadline may lie after a round and still fall due in it.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that falls due.

    Attributes
    ----------
    place : int
        Round in which it does.
    day : datetime.date
        Its date; the earliest one where events that may or may not happen lead to several.
    is_last : bool
        Whether it lapses and does not slip if the threat is not executed.
    is_sure : bool
        Whether it is the same in every run that comes so far.
    """

    place: int
    day: date
    is_last: bool
    is_sure: bool


@dataclass(frozen=True, slots=True)
class _State:
    """Where a run may stand: the deadline that was set last, and what slips have made of it; days from the start.

    Once a threat has been carried out no deadline stands, which is one that never comes.
    """

    set_to: float
    day: float
    slips: int


def is_sure(event: Event) -> bool:
    """Whether an event happens in every run."""
    return not event.probability.is_sampled and event.probability.support()[0] >= 1.0


def deadlines_due(config: Config, last_round: int) -> Iterator[Due]:
    """Deadlines that can fall due up to a round, at most one a round: what the talks do with their calendar.

    Parameters
    ----------
    config : Config
        Its calendar and events.
    last_round : int
        Round up to which talks came.
    """
    calendar = config.calendar
    ahead = sorted(filter(_can_move, config.events), key=lambda event: event.date)
    first = _days(config, calendar.deadline)
    states, sure = {_State(first, first, 0)}, True
    for place in range(1, last_round + 1):
        today = (place - 1) * calendar.days_between_rounds
        opened = [event for event in ahead if _days(config, event.date) <= today]
        del ahead[: len(opened)]
        states = {_taken_up(state, set_to) for state in states for set_to in _settings(config, opened, state.set_to)}
        sure = sure and len(states) == 1
        due = {state for state in states if state.day <= today + _ROUNDING * calendar.days_between_rounds}
        if due:
            earliest = calendar.start + timedelta(days=min(state.day for state in due))
            yield Due(place, earliest, all(state.slips >= calendar.max_slips for state in due), sure)
        slipped = {
            replace(state, day=state.day + calendar.slip_days, slips=state.slips + 1)
            for state in due
            if state.slips < calendar.max_slips
        }
        executed = {replace(state, day=math.inf) for state in due} if calendar.after_execution == "continue" else set()
        states = (states - due) | slipped | executed


def _can_move(event: Event) -> bool:
    return DEADLINE in event.changes and event.probability.support()[1] > 0.0


def _days(config: Config, day: date) -> float:
    return float((day - config.calendar.start).days)


def _settings(config: Config, opened: Sequence[Event], set_to: float) -> set[float]:
    """Deadlines that may be set once events have happened or not, in their order."""
    found = {set_to}
    for event in opened:
        moved = event.changes[DEADLINE]
        if isinstance(moved, date):
            found = {_days(config, moved)} | (set() if is_sure(event) else found)
    return found


def _taken_up(state: _State, set_to: float) -> _State:
    """A deadline on another day has not slipped yet; one that is set to the day on which it was is no new one."""
    return state if set_to == state.set_to else _State(set_to, set_to, 0)
