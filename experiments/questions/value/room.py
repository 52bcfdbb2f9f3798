"""Whether a move of one issue leaves both governments better off, at the central values and draw by draw."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.questions.value.marginal import OFF_TABLE, OUT_OF_RANGE, UNDELIVERED
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from sim.records import Floats

#: Any move between those of both sides leaves both better off; a little more than the one needs does; none does.
BETWEEN: Final = "between"
BEYOND: Final = "beyond"
NOWHERE: Final = "nowhere"
#: Not known from the moves, or nobody has to give anything.
UNKNOWN: Final = ""


def rooms(changes: Floats, moves: Floats) -> NDArray[np.str_]:
    """Whether a move leaves both better off: the side that gains by the amount would give more than the other needs.

    Where both want the same direction there is nothing in between: what the one needs is more for the other as well,
    as sure as its own payoff is not back where it was that near to the package.

    Parameters
    ----------
    changes, moves : ndarray of shape [draw, side]
        What the amount alone changes for each side (US$ bn a year), and the move that makes up for it.

    Returns
    -------
    ndarray of str, shape [draw]
        BETWEEN, BEYOND, NOWHERE or UNKNOWN.
    """
    known = (changes.min(axis=1) < 0.0) & (changes.max(axis=1) > 0.0) & ~np.isnan(moves).any(axis=1)
    one_gains = changes[:, 0] > 0.0
    gives = np.where(one_gains, moves[:, 0], moves[:, 1])
    needs = np.where(one_gains, moves[:, 1], moves[:, 0])
    wide, wider = np.abs(gives) >= np.abs(needs), np.abs(gives) > np.abs(needs)
    both_want = gives * needs < 0.0
    return np.select([~known, both_want & wide, both_want, wider], [UNKNOWN, BEYOND, UNKNOWN, BETWEEN], NOWHERE)


def room(changes: Sequence[float], moves: Sequence[float]) -> str:
    """Answer of :func:`rooms` for one draw."""
    return str(rooms(np.array([changes]), np.array([moves]))[0])


def room_in_draws(draws: pd.DataFrame, other: str, account: str) -> Counter[str]:
    """How many draws there are of each answer of :func:`rooms`, of those in which both sides have a move."""
    own = draws[(draws["other"] == other) & (draws["account"] == account)].sort_values("run")
    changes, moves = (
        np.column_stack([own.loc[own["side"] == side, name].to_numpy(np.float64) for side in SIDES])
        for name in ("change", "move")
    )
    known = ~np.isnan(moves).any(axis=1)
    return Counter(rooms(changes[known], moves[known]).tolist()) if known.any() else Counter()


def without_move(draws: pd.DataFrame, other: str, account: str) -> Mapping[str, int]:
    """Draws in which a side has no move, by the first reason that holds: agenda, delivery, end of the range."""
    own = draws[(draws["other"] == other) & (draws["account"] == account) & draws["move"].isna()]
    found: Counter[str] = Counter()
    for _, why in own.groupby("run")["why"]:
        there = set(why)
        found[next(reason for reason in (OFF_TABLE, UNDELIVERED, OUT_OF_RANGE) if reason in there)] += 1
    return found
