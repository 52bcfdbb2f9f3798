"""What happened when, as marks on an axis of rounds: dated events, deadlines, and what came of those."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.figures.paths import round_dates
from experiments.labels import inside, plain, share_of

if TYPE_CHECKING:
    from experiments.config import Config
    from experiments.schema_talks import Event

_DEADLINE: Final = "calendar.deadline"
_THREAT: Final = "walk_away.threat_"

#: Numbers that an event changes and that are named; more would hide what matters.
_MOST: Final = 3

#: Name of the deadline that stands unless it slips.
_FIRST: Final = "Deadline"


def event_marks(config: Config, runs: pd.DataFrame, trajectories: pd.DataFrame) -> pd.DataFrame:
    """Find the rounds in which events take effect and deadlines fall due.

    An event takes effect in the first round on or after its date. At a deadline the threat is executed, which ends the
    talks, or the deadline slips: both shares are read off the runs, as those that ended there with ``threat_executed``
    and those that went on. Where events that may or may not happen move the deadline, nobody can tell a slip from a
    later deadline, and only executions are counted.

    Parameters
    ----------
    config : Config
        Dates of events and deadlines.
    runs : pandas.DataFrame
        Columns ``run, outcome, round``.
    trajectories : pandas.DataFrame
        Columns ``round, date``; without dates there are no marks.

    Returns
    -------
    pandas.DataFrame
        Columns ``round, name, detail`` in order of the rounds; the detail is empty where the name says it all.
    """
    rounds = round_dates(trajectories)
    marks = [
        (place, plain(event.name), _event_detail(event))
        for event in config.events
        if (place := _round_of(event.date, rounds)) is not None
    ]
    for day, name in _deadlines(config):
        place = _round_of(day, rounds)
        if place is not None:
            marks.append((place, name, _ends(place, runs, slips=name == _FIRST)))
    found = pd.DataFrame(marks, columns=["round", "name", "detail"])
    return found.sort_values("round", kind="stable", ignore_index=True)


def _round_of(day: date, rounds: dict[int, date]) -> int | None:
    """First round on or after a day; none when the talks never came so far."""
    return min((number for number, on in rounds.items() if on >= day), default=None)


def _event_detail(event: Event) -> str:
    kinds = []
    if any(path.startswith(_THREAT) for path in event.changes):
        kinds.append("threat announced")
    if _DEADLINE in event.changes:
        kinds.append("deadline moved")
    if event.add_issues:
        kinds.append(f"{', '.join(inside(plain(name)) for name in event.add_issues)} offered")
    if event.drop_issues:
        kinds.append(f"{', '.join(inside(plain(name)) for name in event.drop_issues)} off the table")
    if event.add_red_lines:
        kinds.append("red line drawn")
    if event.drop_red_lines:
        kinds.append("red line falls")
    others = [path for path in event.changes if path != _DEADLINE and not path.startswith(_THREAT)]
    if others:
        named = ", ".join(inside(plain(path.rpartition(".")[2])) for path in others[:_MOST])
        kinds.append(f"{named}{f' and {len(others) - _MOST} more' if len(others) > _MOST else ''} changed")
    return ", ".join(kinds) + ("" if _is_sure(event) else " (in some runs)")


def _is_sure(event: Event) -> bool:
    return not event.probability.is_sampled and event.probability.support()[0] >= 1.0


def _deadlines(config: Config) -> Iterator[tuple[date, str]]:
    """Days on which a deadline falls due, and its name."""
    calendar = config.calendar
    current, maybe = calendar.deadline, []
    for event in sorted(config.events, key=lambda event: event.date):
        moved = event.changes.get(_DEADLINE)
        if not isinstance(moved, date) or event.date > current:
            continue
        if _is_sure(event):
            current = moved
        else:
            maybe.append(moved)
    if maybe:
        yield from ((day, "Deadline in some runs") for day in sorted({current, *maybe}))
        return
    yield current, _FIRST
    for slip in range(1, calendar.max_slips + 1):
        yield current + timedelta(days=calendar.slip_days * slip), "Deadline after a slip"


def _ends(place: int, runs: pd.DataFrame, *, slips: bool) -> str:
    """What came of a deadline, as shares of all runs."""
    executed = int(((runs["outcome"] == "threat_executed") & (runs["round"] == place)).sum())
    passed = int((runs["round"] > place).sum())
    if executed == passed == 0:
        return "no run went on past it, and the threat was executed in none"
    parts = [f"threat executed in {share_of(executed, len(runs))}"]
    if slips:
        parts.append(f"slipped in {share_of(passed, len(runs))}")
    return f"{', '.join(parts)} of runs"
