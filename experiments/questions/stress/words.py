"""What a stress test says, in sentences that are made from its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.lab.measures import AIMS
from experiments.labels import counted, inside, listed, number, percent, readable, side
from experiments.story.ending import how_ended

if TYPE_CHECKING:
    from experiments.questions.stress.read import Stressed

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


def answer(found: Stressed) -> str:
    """Say what was searched, the worst that was found of each kind, and where nothing was."""
    result = found.result
    searched = (
        f"{counted(found.points, 'setting')} of {_WHERE[found.search.option('against')]} were tried against "
        f"{readable(found.tactic)} as {side(found.side)}, in "
        f"{counted(int(result['negotiations_of_search']), 'simulated negotiation')}, to find the worst."
    )
    failures = result["failures"]
    if not failures:
        return (
            f"{searched} Nothing was found within this budget: no setting did what counts as a failure "
            f"({'; '.join(HURTS[aim] for aim in found.aims)}) on fresh draws. That is no proof that there is none."
        )
    held = f"{counted(len(failures), 'distinct way')} to fail held on fresh draws."
    return " ".join([searched, held, *worst(found), *nothing(found)])


def worst(found: Stressed) -> Iterator[str]:
    """Worst finding of each kind."""
    for aim in found.aims:
        failures = found.failures(aim)
        if failures:
            yield f"{told(failures[0], found)}."


def nothing(found: Stressed) -> Iterator[str]:
    """Kinds of which nothing was found, and how much was searched."""
    empty = [aim for aim in found.aims if not found.failures(aim)]
    if empty:
        kinds = listed([f"{HURTS[aim]} ({counted(int(found.result['points'][aim]), 'setting')})" for aim in empty])
        yield f"Nothing was found within this budget of: {kinds}."


def told(failure: Mapping[str, Any], found: Stressed, *, knobs: bool = False) -> str:
    """One failure in words, with the knobs of the opponent if asked."""
    own, other = side(found.side), side(_other(found.side))
    opponent = str(failure["opponent"])
    against = f"against {readable(opponent if knobs else opponent.partition(',')[0])}"
    value = score(str(failure["aim"]), float(failure["score"]))
    match failure["aim"]:
        case "gain":
            text = f"Worst loss: {against}, {own} ends {value} below walking away on average"
        case "regret":
            text = f"Most regret: {against}, another tactic would have gained {own} {value} more on average"
        case "missed":
            text = f"Most missed: {against}, {value} of the talks end without a deal though one would have suited both"
        case _:
            text = f"Most exploited: {against}, {value} of the surplus goes to {other} on average"
    return f"{text} ({inside(how_ended(str(failure['outcome'])))})"


def _other(seat: str) -> str:
    return "partner" if seat == "us_treasury" else "us_treasury"


def score(aim: str, value: float) -> str:
    """Score of an aim with its unit: money, or a share in per cent."""
    return f"US${number(value)} bn a year" if AIMS[aim].unit.startswith("US$") else percent(value)


def bare(aim: str, value: float) -> str:
    """Score of an aim for a column whose heading says the unit."""
    return number(value) if AIMS[aim].unit.startswith("US$") else percent(value)
