"""The expected-utility model: each round, who expects to be better challenged gives way, and all move at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, final

import numpy as np

from experiments.positions.contests import Reading, probability, support

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.records import Floats

#: Which compromise an actor takes where several are open to it.
Compromise = Literal["least_movement", "lowest"]
COMPROMISES: Final[tuple[Compromise, ...]] = ("least_movement", "lowest")

#: Ways to move, in the order in which an actor looks for one.
KINDS: Final = ("stays", "gives in", "compromises", "capitulates")

#: Difference of expected utilities, and share of the range, up to which two are one.
_SAME: Final = 1e-12
_SAME_PLACE: Final = 1e-9


@final
@dataclass(frozen=True, slots=True)
class Rules:
    """How the model is read.

    Attributes
    ----------
    scale : float
        The range R of the issue.
    reading : str
        How votes become a probability, see :func:`experiments.positions.contests.probability`.
    compromise : str
        ``least_movement``, or ``lowest``: the least weighted position, as a public re-implementation has it, which
        breaks under reflection of the scale.
    """

    scale: float
    reading: Reading = "per_pair"
    compromise: Compromise = "least_movement"


class Round(NamedTuple):
    """What one round does: positions after it, exponents of risk, ways to move, and towards whom (the actor itself)."""

    positions: Floats
    risk: Floats
    kinds: NDArray[np.int64]
    partners: NDArray[np.int64]


def basic_utilities(distance: Floats, risk: Floats) -> tuple[Floats, Floats, Floats]:
    """Utility of success, of failure and of the status quo.

    ``U_s = 2 - 4 (.5 - .5 d)^r``, ``U_f = 2 - 4 (.5 + .5 d)^r``, ``U_q = 2 - 4 (.5)^r``

    Parameters
    ----------
    distance : numpy.ndarray
        Distance d of two positions as a share of the range.
    risk : numpy.ndarray
        Exponent r of whoever looks at it.

    References
    ----------
    Scholz, Calbert and Smith 2011, equations 15, 16 and 24.
    """
    return 2.0 - 4.0 * (0.5 - 0.5 * distance) ** risk, 2.0 - 4.0 * (0.5 + 0.5 * distance) ** risk, 2.0 - 4.0 * 0.5**risk


def expected_utilities(distance: Floats, salience: Floats, wins: Floats, risk: Floats) -> tuple[Floats, Floats]:
    """What each actor expects of challenging each other one, and of being challenged by it, both as it sees them.

    ``E^h(a -> b) = s_b [P U_s + (1 - P) U_f] + (1 - s_b) U_s - Q U_q`` with ``Q = 1``, the exponent of h and P the
    probability that a beats b.

    Parameters
    ----------
    distance : numpy.ndarray
        Distance of any two positions as a share of the range, ``[..., actor, actor]``.
    salience : numpy.ndarray
        Salience of each actor, ``[..., actor]``.
    wins : numpy.ndarray
        Probability that each beats each, ``[..., actor, actor]``.
    risk : numpy.ndarray
        Exponent of each actor, ``[..., actor]``.

    Returns
    -------
    tuple of numpy.ndarray
        ``e[i, j] = E^i(i -> j)`` and ``f[i, j] = E^i(j -> i)``.
    """
    success, failure, status_quo = basic_utilities(distance, risk[..., :, None])
    challenged = np.swapaxes(wins, -1, -2)
    theirs, own = salience[..., None, :], salience[..., :, None]
    challenging = theirs * (wins * success + (1.0 - wins) * failure) + (1.0 - theirs) * success - status_quo
    being = own * (challenged * success + (1.0 - challenged) * failure) + (1.0 - own) * success - status_quo
    return challenging, being


def risk_exponents(being_challenged: Floats) -> Floats:
    """Exponents from how much the others expect of challenging each actor.

    ``D_i = sum_j E^i(j -> i)`` at exponents of 1, ``R_i = (2 D_i - max D - min D) / (max D - min D)``,
    ``r_i = (1 - R_i / 3) / (1 + R_i / 3)``; 1 for all where nobody differs.

    Parameters
    ----------
    being_challenged : numpy.ndarray
        ``E^i(j -> i)`` at exponents of 1, ``[..., i, j]``.
    """
    danger = np.where(np.eye(being_challenged.shape[-1], dtype=bool), 0.0, being_challenged).sum(axis=-1)
    most, least = danger.max(axis=-1, keepdims=True), danger.min(axis=-1, keepdims=True)
    differs = most - least > _SAME
    share = np.divide(2.0 * danger - most - least, most - least, out=np.zeros_like(danger), where=differs)
    exponents: Floats = (1.0 - share / 3.0) / (1.0 + share / 3.0)
    return exponents


def one_round(positions: Floats, salience: Floats, power: Floats, rules: Rules) -> Round:
    """Move every actor once, all at the same time.

    With ``e = E^i(i -> j)`` and ``f = E^i(j -> i)``, actor i may give in to j (``f > e > 0``: move to ``x_j``),
    compromise (``f > 0 > e`` and ``f > |e|``: move to ``x_i + (x_j - x_i) |e / f|``) or capitulate (``f > 0 > e`` and
    ``f < |e|``: move to ``x_j``). It takes the first kind that is open to it, and of that kind what moves it least; of
    two that are equally near, the one who stands first in the file.

    Parameters
    ----------
    positions, salience, power : numpy.ndarray
        Of each actor, ``[..., actor]``; salience from 0 to 1.
    rules : Rules
        How the model is read.

    References
    ----------
    Bueno de Mesquita 1994 as re-implemented by Scholz, Calbert and Smith 2011.
    """
    shape = np.broadcast_shapes(positions.shape, salience.shape, power.shape)
    here = np.broadcast_to(positions, shape)
    weights = np.broadcast_to(power * salience, shape)
    gap = here[..., None, :] - here[..., :, None]
    distance = np.abs(gap) / rules.scale
    ones = np.ones(shape)
    wins = probability(support(here, weights, here, rules.scale), rules.reading)
    risk = risk_exponents(expected_utilities(distance, salience, wins, ones)[1])
    wins = probability(support(here, weights, here, rules.scale, risk), rules.reading)
    e, f = expected_utilities(distance, salience, wins, risk)
    is_apart = distance > _SAME_PLACE
    gives_in = is_apart & (f - e > _SAME) & (e > _SAME)
    is_weaker = is_apart & (f > _SAME) & (e < -_SAME)
    compromises = is_weaker & (f + e > _SAME)
    capitulates = is_weaker & (f + e < -_SAME)
    share = np.abs(np.divide(e, f, out=np.zeros_like(e), where=compromises))
    if rules.compromise == "lowest":
        cost = (np.abs(e) * here[..., :, None] + np.abs(f) * here[..., None, :]) / (
            np.abs(e) + np.abs(f) + ~compromises
        )
    else:
        cost = share * distance
    return _moved(
        here, gap, risk, ((gives_in, distance, 1.0), (compromises, cost, share), (capitulates, distance, 1.0))
    )


def _moved(
    here: Floats, gap: Floats, risk: Floats, offers: tuple[tuple[np.ndarray, Floats, Floats | float], ...]
) -> Round:
    """Positions after each actor has taken the cheapest offer of the first kind that it has."""
    count = here.shape[-1]
    moved = here.copy()
    kinds = np.zeros(here.shape, dtype=np.int64)
    partners = np.broadcast_to(np.arange(count), here.shape).copy()
    for number, (is_open, cost, share) in enumerate(offers, start=1):
        priced = np.where(is_open, cost, np.inf)
        least = priced.min(axis=-1, keepdims=True)
        near = _SAME_PLACE * np.maximum(1.0, np.abs(np.where(np.isfinite(least), least, 0.0)))
        chosen = (is_open & (priced <= least + near)).argmax(axis=-1)
        takes = is_open.any(axis=-1) & (kinds == 0)
        step = np.take_along_axis(gap * share, chosen[..., None], axis=-1)[..., 0]
        moved = np.where(takes, here + step, moved)
        kinds = np.where(takes, number, kinds)
        partners = np.where(takes, chosen, partners)
    return Round(moved, risk, kinds, partners)


def rounds_of(positions: Floats, salience: Floats, power: Floats, rules: Rules, most: int) -> list[Round]:
    """Rounds one after the other, up to `most`, or until nobody moves.

    Parameters
    ----------
    positions, salience, power : numpy.ndarray
        Of each actor at the start, ``[..., actor]``.
    rules : Rules
        How the model is read.
    most : int
        Rounds at most.

    Returns
    -------
    list of Round
        Each with the positions after it; the last one is a round in which nobody moved, if it came to that.
    """
    played: list[Round] = []
    here = positions
    for _ in range(most):
        played.append(one_round(here, salience, power, rules))
        before, here = here, played[-1].positions
        if np.all(np.abs(here - before) <= _SAME_PLACE * rules.scale):
            break
    return played
