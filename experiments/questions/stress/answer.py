"""The answer of a stress test, made from its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from experiments.lab.measures import AIMS
from experiments.labels import between, counted, inside, listed, number, percent, readable, side
from experiments.report.blocks import Answer, KeyNumber
from experiments.report.key_numbers import around
from experiments.story.ending import how_ended

if TYPE_CHECKING:
    from experiments.questions.stress.failures import Failures, StressFailure

#: Numbers that an answer gives at most.
_MOST: Final = 5

#: What is searched for, as the heading of a table.
TITLES: Final[dict[str, str]] = {
    "gain": "Worse than walking away",
    "regret": "Another tactic would have done better",
    "missed": "Deals missed",
    "exploited": "The other side takes the surplus",
}

#: What is searched for, inside a sentence.
HURTS: Final[dict[str, str]] = {
    "gain": "a loss against walking away",
    "regret": "regret against a better tactic",
    "missed": "missed deals",
    "exploited": "a surplus that goes to the other side",
}

_WHERE: Final[dict[str, str]] = {
    "opponent": "the other side's tactic with its knobs",
    "world": "the uncertain numbers of the config",
    "both": "the other side's tactic with its knobs and the uncertain numbers of the config",
}


#: Standard errors of a 95 % interval.
INTERVAL: Final = 1.96


def answer(result: Failures) -> Answer:
    """Say the worst that was found of each kind, what was searched, and where nothing was found."""
    searched = (
        f"{counted(sum(result.points.values()), 'setting')} of {_WHERE[result.options.against]} were tried against "
        f"{readable(result.tactic)} as {side(result.side)}, in {counted(result.searching, 'simulated negotiation')}, "
        "to find the worst."
    )
    fresh = f"95 %: over {counted(result.options.fresh, 'fresh draw')} of the chances and numbers of each setting."
    bars = listed([f"{HURTS[aim]} from {score(aim, result.thresholds[aim])}" for aim in result.aims], cut=False)
    put_in = f"Put in: what counts as a failure ({bars}) and how much is searched. More search can find worse."
    numbers = tuple(_numbers(result))
    if not result.failures:
        none = (
            "Nothing was found within this budget: no setting did what counts as a failure "
            f"({'; '.join(HURTS[aim] for aim in result.aims)}) on fresh draws."
        )
        proof = "That is no proof that there is none."
        return Answer(none, numbers, "Nothing was found that could have an interval.", put_in, (searched, proof))
    first, *others = _worst(result)
    ways = counted(len(result.failures), "distinct way")
    confirmed = (
        f"{ways} in which {readable(result.tactic)} fails as {side(result.side)} held on fresh draws; "
        f"{first[:1].lower()}{first[1:]}"
    )
    more = " ".join([searched, *others, *_nothing(result)])
    return Answer(confirmed, numbers, fresh, put_in, (more,))


def _numbers(result: Failures) -> Iterator[KeyNumber]:
    """Worst of each kind, and how much was searched."""
    for aim in result.aims:
        failures = result.failures_of(aim)
        if failures:
            worst = failures[0]
            against = readable(worst.opponent.partition(",")[0])
            note = f"{counted(len(failures), 'way')}, this one against {against}"
            yield KeyNumber(f"{TITLES[aim]}: the worst", score(aim, worst.score), _interval(result, worst), note)
        else:
            yield KeyNumber(TITLES[aim], "nothing found", note=f"in {counted(result.points[aim], 'setting')}")
    if len(result.aims) < _MOST:
        yield KeyNumber("Settings tried", f"{sum(result.points.values()):,}",
                        note=f"in {counted(result.searching, 'negotiation')}")  # fmt: skip


def _interval(result: Failures, failure: StressFailure) -> str:
    """Interval of a score over fresh draws; where they are all alike there is none."""
    if failure.standard_error == 0.0:
        return f"the same in all {result.options.fresh:,} fresh draws"
    low, high = around(failure.score, INTERVAL * failure.standard_error)
    return f"95 %: {between(low, high, 'US$ bn a year' if AIMS[failure.aim].unit.startswith('US$') else 'share')}"


def _worst(result: Failures) -> Iterator[str]:
    """Worst finding of each kind."""
    for aim in result.aims:
        failures = result.failures_of(aim)
        if failures:
            yield f"{described(failures[0], result)}."


def _nothing(result: Failures) -> Iterator[str]:
    """Kinds of which nothing was found, and how much was searched."""
    empty = [aim for aim in result.aims if not result.failures_of(aim)]
    if empty:
        kinds = listed([f"{HURTS[aim]} ({counted(result.points[aim], 'setting')})" for aim in empty])
        yield f"Nothing was found within this budget of: {kinds}."


def described(failure: StressFailure, result: Failures, *, knobs: bool = False) -> str:
    """One failure in words, with the knobs of the opponent on request."""
    own, other = side(result.side), side(result.opponent)
    against = f"against {readable(failure.opponent if knobs else failure.opponent.partition(',')[0])}"
    value = score(failure.aim, failure.score)
    match failure.aim:
        case "gain":
            text = f"Worst loss: {against}, {own} ends {value} below walking away on average"
        case "regret":
            text = f"Most regret: {against}, another tactic would have gained {own} {value} more on average"
        case "missed":
            text = f"Most missed: {against}, {value} of the talks end without a deal though one would have suited both"
        case _:
            text = f"Most exploited: {against}, {value} of the surplus goes to {other} on average"
    return f"{text} ({inside(how_ended(failure.outcome))})"


def score(aim: str, value: float) -> str:
    """Score of an aim with its unit: money, or a share in per cent."""
    return f"US${number(value)} bn a year" if AIMS[aim].unit.startswith("US$") else percent(value)


def bare(aim: str, value: float) -> str:
    """Score of an aim for a column whose heading says the unit."""
    return number(value) if AIMS[aim].unit.startswith("US$") else percent(value)
