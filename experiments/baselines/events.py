"""What baselines say of an event: a probability each, or why they give none; an even chance stands beside them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

from experiments.baselines.baselines import Baseline, BaselineForecast
from experiments.statistics.forecasts import EventScores
from experiments.statistics.scores import brier_score, event_log_score, skill

#: Code of the forecaster to whom an event is as likely as not.
EVEN: Final = "even"


@final
@dataclass(frozen=True, slots=True)
class EventBaseline:
    """What a baseline says of an event.

    Attributes
    ----------
    code, name, mark : str
        As of :class:`experiments.baselines.baselines.Baseline`; of the even chance :data:`EVEN` and no mark.
    probability : float or None
        None where it says nothing of the event.
    undefined : str
        Why it says nothing; empty if it does.
    """

    code: str
    name: str
    mark: str
    probability: float | None
    undefined: str = ""


def event_baselines(
    said: Sequence[BaselineForecast], says: Callable[[Baseline], float | str]
) -> Iterator[EventBaseline]:
    """Each baseline with the probability that it gives an event, and then an even chance.

    Parameters
    ----------
    said : sequence of BaselineForecast
        What the baselines say of a rate; who can say nothing of it says nothing of an event either.
    says : callable
        Probability that a baseline gives the event, or why it gives none.
    """
    for one in said:
        found = one.undefined or says(one.baseline)
        about = (one.baseline.code, one.baseline.name, one.baseline.mark)
        yield EventBaseline(*about, None, found) if isinstance(found, str) else EventBaseline(*about, found)
    yield EventBaseline(EVEN, "even chance", "", 0.5)


def of_a_deal(baseline: Baseline) -> float:
    """Probability of a deal by a day, which is 1 or 0: a baseline names a deal or none, and no day of it."""
    return float(baseline.agrees)


def event_baseline_scores(
    own: EventScores, said: Iterable[EventBaseline], score: str, *, happened: bool
) -> Iterator[tuple[EventBaseline, float, float]]:
    """Each baseline with its score and the skill of a model against it; unknown (NaN) where it says nothing.

    Parameters
    ----------
    own : EventScores
        Of the model.
    said : iterable of EventBaseline
        What the baselines say.
    score : str
        ``brier`` or ``log``.
    happened : bool
        Whether the event did.
    """
    ours, compute = {"brier": (own.brier, brier_score), "log": (own.log, event_log_score)}[score]
    for one in said:
        if one.probability is None:
            yield one, math.nan, math.nan
        else:
            theirs = compute(one.probability, happened=happened)
            yield one, theirs, skill(ours.value, theirs)
