"""What calendar, agenda and red lines must satisfy: dates that exist, known issues, bounds that can be met."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from experiments.config.distributions import Quantity
from experiments.config.parameters import limit_complaint, must_be
from experiments.config.regimes import PlacedLine, ordered_events, placed_lines
from experiments.config.talks import AgendaEntry
from experiments.errors import suggestion
from sim.issues import (
    CHIP_PURCHASES,
    FIRST_FURTHER_ISSUE,
    ISSUE_BY_NAME,
    LARGEST_VALUE,
    MAX_ISSUES,
    MAX_LINKAGES,
    MAX_RED_LINES,
)

if TYPE_CHECKING:
    from experiments.config.model import Config

MAX_FURTHER = MAX_ISSUES - FIRST_FURTHER_ISSUE

#: Columns of the table of runs, which no issue may be named like.
_TAKEN = frozenset(
    {
        "run", "outcome", "reason", "round", "date", "executions", "executed_on", "proposer", "subsidy_rate",
        "subsidy_cost", "chip_headline", "chip_additional", "chip_booked", "chip_price", "recorded_deficit",
        "nash_distance", "pareto_gap",
    }
)  # fmt: skip

Range = tuple[float, float]
End = Literal["at_least", "at_most"]
ENDS: tuple[End, End] = ("at_least", "at_most")


@dataclass(frozen=True, slots=True)
class ConfigFinding:
    """Something wrong with a value of a config; `value` is quoted unless it is None."""

    path: str
    message: str
    value: object


def calendar_findings(config: Config) -> Iterator[ConfigFinding]:
    """Rounds and slipped deadlines that would fall after the last date that a calendar knows."""
    talks = config.calendar
    left = (date.max - talks.start).days
    if (talks.round_limit - 1) * talks.days_between_rounds > left:
        message = f"the last of {talks.round_limit} rounds would be after {date.max}; hold fewer, or closer together"
        yield ConfigFinding("calendar.days_between_rounds", message, talks.days_between_rounds)
    moved = [event.changes.get("calendar.deadline") for event in config.events]
    deadline = max([talks.deadline, *(day for day in moved if isinstance(day, date))])
    if talks.max_slips * talks.slip_days > (date.max - deadline).days:
        message = f"the deadline of {deadline} would slip past {date.max}; let it slip by less or fewer times"
        yield ConfigFinding("calendar.slip_days", message, talks.slip_days)


def all_entries(config: Config) -> Iterator[tuple[str, str, AgendaEntry]]:
    """Path, name and grid of every issue: those on the table at the start, then those that events bring, by date."""
    for name, entry in config.agenda.items():
        yield f"agenda.{name}", name, entry
    for event in ordered_events(config):
        for name, entry in event.add_issues.items():
            yield f"events.{event.name}.add_issues.{name}", name, entry


def further_names(config: Config) -> list[str]:
    """Names of the further issues in the order of their slots."""
    return list(dict.fromkeys(name for _, name, _ in all_entries(config) if name not in ISSUE_BY_NAME))


def unit_of_issue(config: Config, issue: str) -> str:
    """Unit of an issue: that of the model, or what the config gives a further one; empty for one that it lacks."""
    if issue in ISSUE_BY_NAME:
        return ISSUE_BY_NAME[issue].unit
    return next((entry.unit for _, name, entry in all_entries(config) if name == issue and entry.unit), "")


def price_unit(config: Config, issue: str) -> str:
    """Unit of the price at which a red line on an issue can be crossed."""
    unit = unit_of_issue(config, issue)
    return f"US$ bn a year per {'point' if unit == 'rate' else unit or 'unit'}"


def agenda_findings(config: Config) -> Iterator[ConfigFinding]:
    """Everything that is wrong with the issues."""
    for path, name, entry in all_entries(config):
        if name in ISSUE_BY_NAME:
            yield from _priced_findings(path, name, entry)
        else:
            yield from _further_findings(path, name, entry)
    further = further_names(config)
    if len(further) > MAX_FURTHER:
        message = f"at most {MAX_FURTHER} further issues fit beside those of the model"
        yield ConfigFinding("agenda", message, ", ".join(further))
    yield from _drop_findings(config)


def _priced_findings(path: str, name: str, entry: AgendaEntry) -> Iterator[ConfigFinding]:
    issue = ISSUE_BY_NAME[name]
    for key in AgendaEntry.FURTHER_KEYS:
        if getattr(entry, key) is not None:
            yield ConfigFinding(f"{path}.{key}", f"is only for further issues; the model prices {name} itself", None)
    low, high = issue.limits
    for key, value in (("low", entry.low), ("high", entry.high)):
        if not low <= value <= high:
            yield ConfigFinding(f"{path}.{key}", must_be(low, high, issue.unit), value)
    if issue.slot == CHIP_PURCHASES and entry.low > 0:
        yield ConfigFinding(
            f"{path}.low", "must be 0: firms may back no pledge at all, and none must then be possible", entry.low
        )


def _further_findings(path: str, name: str, entry: AgendaEntry) -> Iterator[ConfigFinding]:
    if not name.replace("_", "").isalnum() or not name.isascii() or name in _TAKEN:
        yield ConfigFinding(path, "an issue's name is letters, digits and _, and no column of the results", name)
    missing = [key for key in AgendaEntry.FURTHER_KEYS if getattr(entry, key) is None]
    if missing:
        hint = suggestion(name, ISSUE_BY_NAME)
        message = f"is no issue of the model, and a further one also needs {', '.join(missing)}{hint}"
        yield ConfigFinding(path, message, None)
        return
    for key, value in (("low", entry.low), ("high", entry.high)):
        if abs(value) > LARGEST_VALUE:
            yield ConfigFinding(f"{path}.{key}", must_be(-LARGEST_VALUE, LARGEST_VALUE, str(entry.unit)), value)
    for key, number in (("us_value", entry.us_value), ("partner_value", entry.partner_value)):
        if number is None:
            continue
        if not all(map(math.isfinite, number.support())):
            yield ConfigFinding(f"{path}.{key}", "has no bounds; give low and high", number.text())
        elif complaint := limit_complaint(number, -LARGEST_VALUE, LARGEST_VALUE, "US$ bn a year per unit"):
            yield ConfigFinding(f"{path}.{key}", complaint, number.text())
    if entry.us_value is not None and entry.partner_value is not None:
        us, partner = entry.us_value.support(), entry.partner_value.support()
        high, low = (us, partner) if entry.wants_high == "us_treasury" else (partner, us)
        if high[0] < low[1]:
            message = "a unit must be worth at least as much to the side that wants it high as to the other"
            yield ConfigFinding(f"{path}.wants_high", message, entry.wants_high)


def _drop_findings(config: Config) -> Iterator[ConfigFinding]:
    """Issues dropped that are not there, and an agenda that may run empty."""
    ever, certain = set(config.agenda), set(config.agenda)
    for event in ordered_events(config):
        path = f"events.{event.name}.drop_issues"
        for name in event.drop_issues:
            if name not in ever:
                yield ConfigFinding(
                    path, f"no issue of this name is on the table by then{suggestion(name, ever)}", name
                )
        certain -= set(event.drop_issues)
        if not event.probability.is_sampled and event.probability.support()[0] >= 1:
            certain |= set(event.add_issues)
        ever |= set(event.add_issues)
        if not certain:
            yield ConfigFinding(path, "may leave no issue on the table", None)
            return


def red_line_findings(config: Config) -> Iterator[ConfigFinding]:
    """Everything that is wrong with the red lines."""
    ranges: dict[str, Range] = {}
    for _, name, entry in all_entries(config):
        low, high = ranges.get(name, (math.inf, -math.inf))
        ranges[name] = min(low, entry.low), max(high, entry.high)
    placed = list(placed_lines(config))
    if len(placed) > MAX_RED_LINES:
        yield ConfigFinding("red_lines", f"at most {MAX_RED_LINES} fit, those of events included", len(placed))
    linked = [one for one in placed if one.line.release is not None and one.line.release.when is not None]
    if len(linked) > MAX_LINKAGES:
        message = f"at most {MAX_LINKAGES} may be released by another issue, those of events included"
        yield ConfigFinding("red_lines", message, len(linked))
    for one in placed:
        yield from _line_findings(one, ranges)


def _line_findings(placed: PlacedLine, ranges: dict[str, Range]) -> Iterator[ConfigFinding]:
    line, path = placed.line, placed.path
    if line.issue not in ranges:
        yield ConfigFinding(f"{path}.issue", f"is never on the table{suggestion(line.issue, ranges)}", line.issue)
        return
    bounds = {end: getattr(line, end) for end in ENDS}
    yield from _bound_findings(path, line.issue, ranges[line.issue], bounds)
    if line.release is None:
        return
    if line.price is not None:
        yield ConfigFinding(
            f"{path}.release",
            "is not for a line with a price, which can be crossed anyway; delete one of the two, for example with "
            f"{path}.release=~",
            None,
        )
        return
    released = {end: getattr(line.release, end) for end in ENDS}
    yield from _bound_findings(f"{path}.release", line.issue, ranges[line.issue], released)
    for end in ENDS:
        yield from _looser_findings(f"{path}.release.{end}", end, bounds[end], released[end])
    if line.release.when is None:
        return
    when, where = line.release.when, f"{path}.release.when"
    if when.issue == line.issue:
        yield ConfigFinding(f"{where}.issue", "must be another issue than the one that the line bounds", when.issue)
    elif when.issue not in ranges:
        yield ConfigFinding(f"{where}.issue", f"is never on the table{suggestion(when.issue, ranges)}", when.issue)
    else:
        yield from _bound_findings(where, when.issue, ranges[when.issue], {end: getattr(when, end) for end in ENDS})


def _bound_findings(
    path: str, issue: str, allowed: Range, bounds: dict[End, Quantity | None]
) -> Iterator[ConfigFinding]:
    for end, bound in bounds.items():
        if bound is None:
            continue
        low, high = bound.support()
        if not (allowed[0] <= low and high <= allowed[1]):
            message = f"must stay between {allowed[0]:g} and {allowed[1]:g}, the range of {issue} on the agenda"
            yield ConfigFinding(f"{path}.{end}", message, bound.text())
    least, most = bounds["at_least"], bounds["at_most"]
    if least is not None and most is not None and least.support()[1] > most.support()[0]:
        yield ConfigFinding(f"{path}.at_least", f"must not exceed at_most, {most.text()}", least.text())


def _looser_findings(path: str, end: End, bound: Quantity | None, released: Quantity | None) -> Iterator[ConfigFinding]:
    if released is None:
        return
    if bound is None:
        message = f"loosens a bound that the line does not have; give the line {end} or leave this out"
        yield ConfigFinding(path, message, released.text())
        return
    if end == "at_least":
        looser = released.support()[1] <= bound.support()[0]
    else:
        looser = released.support()[0] >= bound.support()[1]
    if not looser:
        right = "at most" if end == "at_least" else "at least"
        yield ConfigFinding(path, f"must be looser than the line itself: {right} {bound.text()}", released.text())
