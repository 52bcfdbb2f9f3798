"""How far answers move when salience is known with some error only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.positions.equal_gain import after_exchange
from experiments.questions.positions.forecasts import EXCHANGE, answers
from sim.draws import uniforms

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from experiments.positions.expected_utility import Compromise
    from experiments.positions.table import PositionTable
    from sim.records import Floats

#: Standard deviations of the error of salience, which lies between 0 and 1.
DEVIATIONS: Final = (0.01, 0.05)

#: Share of the range from which on an answer has moved far.
FAR: Final = 0.05

NOISE_COLUMNS: Final = ("issue", "forecaster", "deviation", "low", "median", "high", "far", "without")

_ENDS: Final = (0.05, 0.5, 0.95)
#: Numbers of one array that are computed at once.
_AT_ONCE: Final = 2_000_000


def perturbed(table: PositionTable, deviation: float, draws: int, seed: int) -> list[Floats]:
    """Salience of each issue with a normal error, ``[draw, actor]``; what leaves 0 to 1 is thrown back at the end.

    Each actor and issue has a stream of its own, so that another one leaves the draws of the others alone, and both
    deviations scale the same draws.
    """
    from scipy.special import ndtri

    found = []
    for issue in table.issues:
        names = [f"positions.salience.{issue.name}.{actor}" for actor in issue.actors]
        scores = np.column_stack([ndtri(uniforms(seed, name, 0, draws)[:, 0]) for name in names])
        found.append(reflected(issue.salience + deviation * scores))
    return found


def reflected(values: Floats) -> Floats:
    """Numbers thrown back at 0 and 1 until they lie between."""
    inside = np.mod(values, 2.0)
    thrown: Floats = np.where(inside > 1.0, 2.0 - inside, inside)
    return thrown


def noise_table(
    table: PositionTable, compromise: Compromise, rounds: int, draws: int, seed: int, forecasts: pd.DataFrame
) -> pd.DataFrame:
    """Table of how answers spread: 5, 50 and 95 % of the draws that have one, and the shares far off and without.

    Parameters
    ----------
    table : PositionTable
        The positions.
    compromise, rounds
        As in :func:`experiments.questions.positions.forecasts.answers`.
    draws, seed : int
        Draws for each deviation, and the seed of them all.
    forecasts : pandas.DataFrame
        Answers without noise: ``issue, forecaster, value``.

    Returns
    -------
    pandas.DataFrame
        ``issue, forecaster, deviation, low, median, high, far, without``: shares of all draws in the last two, where
        an answer is far off that is further from the one without noise than 5 % of the range; NaN without one.
    """
    import pandas as pd

    still = {(issue, name): value for issue, name, value, *_ in forecasts.itertuples(index=False)}
    rows: list[tuple[Any, ...]] = []
    for deviation in DEVIATIONS:
        for place, name, values in _answers(table, perturbed(table, deviation, draws, seed), compromise, rounds):
            issue = table.issues[place]
            known = values[~np.isnan(values)]
            ends = np.quantile(known, _ENDS).tolist() if len(known) else [np.nan] * len(_ENDS)
            answer = still[issue.name, name]
            far = float((np.abs(known - answer) > FAR * issue.scale).sum()) / draws if not np.isnan(answer) else np.nan
            rows.append((issue.name, name, deviation, *ends, far, 1.0 - len(known) / draws))
    return pd.DataFrame(rows, columns=[*NOISE_COLUMNS])


def _answers(
    table: PositionTable, salience: list[Floats], compromise: Compromise, rounds: int
) -> Iterator[tuple[int, str, Floats]]:
    """Answers of every forecaster on every issue by the issue's place."""
    for place, (issue, drawn) in enumerate(zip(table.issues, salience, strict=True)):
        size = max(1, _AT_ONCE // len(issue.actors) ** 2)
        parts = [
            answers(issue, drawn[first : first + size], compromise, rounds) for first in range(0, len(drawn), size)
        ]
        for name in parts[0]:
            yield place, name, np.concatenate([part[name] for part in parts])
    exchanged = _exchanged(table, salience)
    for place in range(len(table.issues)):
        yield place, EXCHANGE, exchanged[:, place]


def _exchanged(table: PositionTable, salience: list[Floats]) -> Floats:
    """Outcomes of the exchange, ``[draw, issue]``."""
    positions = table.matrix({issue.name: issue.position for issue in table.issues})
    power = np.nan_to_num(table.matrix({issue.name: issue.power for issue in table.issues}))
    names = [issue.name for issue in table.issues]
    return np.array([
        after_exchange(positions, np.nan_to_num(table.matrix(dict(zip(names, drawn, strict=True)))), power)
        for drawn in zip(*salience, strict=True)
    ])  # fmt: skip
