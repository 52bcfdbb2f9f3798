"""Criteria of a robust choice, from a table of gains: one row a setting, one column a world.

Regret and its minimax are Savage's, the share of worlds above a floor is Simon's satisficing, and CVaR is the mean of
the worst tail. All settings meet the same worlds, so that differences are between settings and not between draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.statistics.ties import best_places
from sim.draws import uniforms

if TYPE_CHECKING:
    from sim.records import Floats

#: Part of the worlds that counts as the worst tail.
TAIL: Final = 0.1

RESAMPLES: Final = 1_000

#: Criteria by name, with whether more of it is better.
CRITERIA: Final[dict[str, bool]] = {"mean": True, "cvar": True, "satisficing": True, "max_regret": False}

#: The same in words.
WORDS: Final = {
    "mean": "highest mean gain",
    "cvar": f"best mean of the worst {100 * TAIL:.0f} % of worlds (CVaR)",
    "satisficing": "most worlds at or above the floor",
    "max_regret": "least largest regret",
}

#: Share of resampled sets of worlds from which a recommendation counts as sure.
SURE: Final = 0.9


def floor_note(floor: float, shares: Sequence[float]) -> str:
    """Why the share of worlds at or above a floor tells settings not apart, where it is 0 or less and all meet it."""
    if floor > 0.0 or min(shares, default=0.0) < 1.0:
        return ""
    return (
        "Every setting meets this floor in every world: without a deal the gain is 0, and no side signs what it holds "
        "to be worth less to it than walking away. Choose a floor above 0 to tell settings apart."
    )


def regrets(gains: Floats) -> Floats:
    """What each setting falls short of the best one in each world, shape ``[setting, world]``."""
    shortfall: Floats = gains.max(axis=0) - gains
    return shortfall


def cvar(gains: Floats, tail: float = TAIL) -> Floats:
    """Mean of the worst `tail` of the worlds, at least of one, by setting."""
    count = max(1, round(tail * gains.shape[-1]))
    means: Floats = np.sort(gains, axis=-1)[..., :count].mean(axis=-1)
    return means


def criteria(gains: Floats, floor: float) -> dict[str, Floats]:
    """Every criterion by name, each of shape ``[setting]``; satisficing counts worlds that reach `floor`."""
    return {
        "mean": gains.mean(axis=1),
        "cvar": cvar(gains),
        "satisficing": (gains >= floor).mean(axis=1),
        "max_regret": regrets(gains).max(axis=1),
    }


def resampled(gains: Floats, floor: float, seed: int) -> tuple[dict[str, Floats], Floats]:
    """How often each setting wins by each criterion, and the mean gains, over worlds drawn anew with replacement.

    Settings that win together share the win.

    Returns
    -------
    tuple
        Shares of the resamples by criterion, each of shape ``[setting]``, and means of shape ``[resample, setting]``.
    """
    count = gains.shape[1]
    wins = {name: np.zeros(len(gains)) for name in CRITERIA}
    means = np.empty((RESAMPLES, len(gains)))
    for number in range(RESAMPLES):
        drawn = (uniforms(seed, "advise.resample", number, 1, count)[0] * count).astype(np.int64)
        sample = gains[:, drawn]
        means[number] = sample.mean(axis=1)
        for name, values in criteria(sample, floor).items():
            best = best_places(values, more=CRITERIA[name])
            wins[name][best] += 1 / (RESAMPLES * len(best))
    return wins, means
