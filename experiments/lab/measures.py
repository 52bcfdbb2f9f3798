"""What can hurt a side at the table: four aims, each a number that is larger the worse the side fares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from experiments.engine.worlds import gains
from experiments.errors import RunError, ended, suggestion
from sim.bargaining.outcomes import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.results import Ends
    from sim.records import Floats, Integers

AimName = Literal["gain", "regret", "missed", "exploited"]

#: Least surplus, US$ bn a year, of which a share is taken: below it nothing was there to be lost.
_LEAST_SURPLUS: Final = 0.01

_TACTICS_HOLD: Final = REASONS.index(Reason.TACTICS_HOLD)


@dataclass(frozen=True, slots=True)
class Aim:
    """One way to hurt a side.

    Attributes
    ----------
    name, title : str
        Name of the option, and what is searched for in words.
    unit : str
        Unit of the score.
    threshold : float
        Score from which a point counts as a failure unless the user says another one.
    low, high : float
        Least and largest threshold that makes sense.
    """

    name: AimName
    title: str
    unit: str
    threshold: float
    low: float
    high: float


AIMS: Final[dict[str, Aim]] = {
    aim.name: aim
    for aim in (
        Aim("gain", "loss against walking away", "US$ bn a year", 0.05, -1e6, 1e6),
        Aim("regret", "regret against the best reply", "US$ bn a year", 0.5, 0.0, 1e6),
        Aim("missed", "deals missed although a zone of agreement existed", "share of draws", 0.5, 0.0, 1.0),
        Aim("exploited", "share of the surplus that the other side takes", "share of the surplus", 0.95, 0.0, 1.0),
    )
}


#: Aims that are searched unless some are named. No rule lets a side sign below its reservation payoff, so that talks
#: bring a loss against walking away only where its ratification margin is negative.
DEFAULT_AIMS: Final[tuple[AimName, ...]] = ("regret", "missed", "exploited")


def aims_of(names: Sequence[str]) -> tuple[AimName, ...]:
    """Aims by their names, each once; :data:`DEFAULT_AIMS` where none is named.

    Raises
    ------
    RunError
        When a name is that of no aim.
    """
    for name in names:
        if name not in AIMS:
            raise RunError(ended(f"--aim {name}: there is no such aim{suggestion(name, AIMS)}"))
    return tuple(AIMS[name].name for name in dict.fromkeys(names or DEFAULT_AIMS))


@dataclass(frozen=True, slots=True)
class Played:
    """What came of points that were played on the same draws; every array has the shape ``[point, draw]``.

    Attributes
    ----------
    own, other : array
        Gain over walking away of the tested side and of the other one, US$ bn a year.
    missed : array
        1 where no deal was made although a package existed that both sides would have ratified.
    exploited : array
        Share of the surplus above both reservations that a deal gave to the other side; 0 without a deal.
    outcome, reason, round : array
        How and when talks ended.
    best : array, shape ``[point, draw]``
        Own gain with the reply that is best for the point on average over the draws; NaN where none was tried.
    reply : array, shape ``[point]``
        Place of that reply among those tried; -1 where none was.
    """

    own: Floats
    other: Floats
    missed: Floats
    exploited: Floats
    outcome: Floats
    reason: Floats
    round: Floats
    best: Floats
    reply: Floats

    @classmethod
    def of(cls, columns: Floats, best: Floats, reply: Floats) -> Played:
        """What :func:`columns_of` gives, shape ``[column, point, draw]``, with the best replies."""
        own, other, missed, exploited, outcome, reason, last = columns
        return cls(own, other, missed, exploited, outcome, reason, last, best, reply)

    def scores(self, aim: AimName) -> Floats:
        """Score of an aim by point and draw."""
        match aim:
            case "gain":
                return -self.own
            case "regret":
                return self.best - self.own
            case "missed":
                return self.missed
            case "exploited":
                return self.exploited


def columns_of(ends: Ends, side: int) -> Floats:
    """Own and other gain, missed, exploited, outcome, reason and round, shape ``[negotiation, 7]``."""
    results = ends.results
    dealt = results["dealt"] != 0
    surplus = np.maximum(results["payoff"] - results["reservation"], 0.0)
    whole = surplus.sum(axis=1)
    share = np.divide(surplus[:, 1 - side], whole, out=np.zeros(len(whole)), where=dealt & (whole >= _LEAST_SURPLUS))
    gain = gains(ends)
    missed = ~dealt & (results["reason"] == _TACTICS_HOLD)
    columns = (gain[:, side], gain[:, 1 - side], missed, share, results["outcome"], results["reason"], results["round"])
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def usual_ends(played: Played, failing: Floats) -> tuple[Integers, Integers]:
    """Outcome and reason that come together most often at each point, the first of several in the order of both.

    Counted among the draws that are `failing` (1 or 0, shape ``[point, draw]``), or all where none is: that is how a
    point fails, though most of its draws may end otherwise.
    """
    pairs = (played.outcome * len(REASONS) + played.reason).astype(np.int64)
    weights = np.where(failing.any(axis=1, keepdims=True), failing, 1.0)
    usual = np.array([np.bincount(row, each).argmax() for row, each in zip(pairs, weights, strict=True)], np.int64)
    return usual // len(REASONS), usual % len(REASONS)
