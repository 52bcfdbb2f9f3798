"""What happened when, as marks on an axis of rounds: dated events, deadlines, and what came of those."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.figures.kit.deadlines import DEADLINE, deadlines_due, is_sure
from experiments.figures.kit.paths import round_dates
from experiments.labels import inside, plain, share_of

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.talks import Event

_THREAT: Final = "walk_away.threat_"

#: Numbers that an event changes and that are named; more would hide what matters.
_MOST: Final = 3

#: Ends of talks that are looked for after the deadline: who ends so in its round has seen it slip.
_AFTER_THE_DEADLINE: Final = ("cycle", "stall", "round_limit")

Mark = tuple[int, date, str, str]


def event_marks(config: Config, runs: pd.DataFrame, trajectories: pd.DataFrame) -> pd.DataFrame:
    """Find the rounds in which events take effect and deadlines fall due.

    An event takes effect in the first round on or after its date. At a deadline the threat is executed, or the deadline
    slips, or the last one lapses: the shares are read off the runs, as those that ended there with ``threat_executed``
    or ``deadline_lapsed`` and those that came to what follows a slip. From the round on in which an event that may or
    may not happen has moved the deadline, nobody can tell a slip from a later deadline, and only executions are
    counted. Marks that would share a name carry their dates.

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
    marks: list[Mark] = [
        (place, event.date, plain(event.name), _event_detail(event))
        for event in config.events
        if (place := _round_of(event.date, rounds)) is not None
    ]
    marks += _deadline_marks(config, runs, rounds)
    found = pd.DataFrame(
        [(place, name, detail) for place, name, detail in _with_distinct_names(marks)],
        columns=["round", "name", "detail"],
    )
    return found.sort_values("round", kind="stable", ignore_index=True)


def _with_distinct_names(marks: list[Mark]) -> Iterator[tuple[int, str, str]]:
    names = Counter(name for _, _, name, _ in marks)
    for place, on, name, detail in marks:
        yield place, name if names[name] == 1 else f"{name} ({on.day} {on:%B %Y})", detail


def _round_of(day: date, rounds: dict[int, date]) -> int | None:
    """First round on or after a day; none when the talks never came so far."""
    return min((number for number, on in rounds.items() if on >= day), default=None)


def _event_detail(event: Event) -> str:
    kinds = []
    if any(path.startswith(_THREAT) for path in event.changes):
        kinds.append("threat announced")
    if DEADLINE in event.changes:
        kinds.append("deadline moved")
    if event.add_issues:
        kinds.append(f"{', '.join(inside(plain(name)) for name in event.add_issues)} offered")
    if event.drop_issues:
        kinds.append(f"{', '.join(inside(plain(name)) for name in event.drop_issues)} off the table")
    if event.add_red_lines:
        kinds.append("red line drawn")
    if event.drop_red_lines:
        kinds.append("red line falls")
    others = [path for path in event.changes if path != DEADLINE and not path.startswith(_THREAT)]
    if others:
        named = ", ".join(inside(plain(path.rpartition(".")[2])) for path in others[:_MOST])
        kinds.append(f"{named}{f' and {len(others) - _MOST} more' if len(others) > _MOST else ''} changed")
    return ", ".join(kinds) + ("" if is_sure(event) else " (in some runs)")


def _deadline_marks(config: Config, runs: pd.DataFrame, rounds: dict[int, date]) -> Iterator[Mark]:
    """Deadlines that come to the table, each with what came of it."""
    for count, due in enumerate(deadlines_due(config, max(rounds, default=0)), start=1):
        if due.is_sure:
            yield due.place, due.day, _name(count), _ends(due.place, runs, rounds.get(due.place), is_last=due.is_last)
        else:
            executed = _share(_executed(due.place, runs, rounds.get(due.place)))
            yield due.place, due.day, "Deadline in some runs", f"threat executed in {executed} of runs"


def _name(count: int) -> str:
    if count == 1:
        return "Deadline"
    teen = 10 <= count % 100 <= 20
    return f"{count}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(count % 10, 'th')} deadline"


def _executed(place: int, runs: pd.DataFrame, on: date | None) -> pd.Series:
    """Runs in which the first threat was carried out in a round, whether the talks ended there or went on."""
    ended = _ended(place, runs, "threat_executed")
    if on is None or "executed_on" not in runs.columns:
        return ended
    return ended | (runs["executed_on"].astype("datetime64[s]") == pd.Timestamp(on))


def _share(chosen: pd.Series) -> str:
    return share_of(int(chosen.sum()), len(chosen))


def _ended(place: int, runs: pd.DataFrame, *outcomes: str) -> pd.Series:
    return runs["outcome"].isin(outcomes) & (runs["round"] == place)


def _ends(place: int, runs: pd.DataFrame, on: date | None, *, is_last: bool) -> str:
    """What came of a deadline, as shares of all runs."""
    executed = _executed(place, runs, on)
    if is_last:
        spared, word = _ended(place, runs, "deadline_lapsed"), "lapsed"
    else:
        spared, word = (runs["round"] > place) | _ended(place, runs, *_AFTER_THE_DEADLINE), "slipped"
    spared &= ~executed
    if not (spared | executed).any():
        return f"it {word} in no run, and the threat was executed in none"
    return f"threat executed in {_share(executed)}, {word} in {_share(spared)} of runs"
