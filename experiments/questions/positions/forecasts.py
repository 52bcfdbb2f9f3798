"""Every forecaster put to a table of positions: their answers, and the rounds, shares and trades behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.positions.averages import weighted_mean, weighted_median
from experiments.positions.condorcet import condorcet_winner, stationary_law
from experiments.positions.contests import READINGS, margins, probability, support
from experiments.positions.equal_gain import EqualGain, equal_gain
from experiments.positions.expected_utility import KINDS, Compromise, Rules, rounds_of
from experiments.positions.nash_product import nash_product

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from experiments.positions.table import IssuePositions, PositionTable
    from sim.records import Floats

#: Forecasters by the name that tables give them, in the order in which they are shown; the first is the yardstick.
FORECASTERS: Final[dict[str, str]] = {
    "weighted_mean": "Weighted mean",
    "weighted_median": "Weighted median",
    "nash_product": "Nash product",
    "condorcet": "Condorcet winner",
    "condorcet_chain": "Condorcet chain, mean",
    "expected_utility_all_pairs": "Expected utility, all pairs",
    "expected_utility_per_pair": "Expected utility, per pair",
    "equal_gain": "Equal Gain",
}
EXCHANGE: Final = "equal_gain"

FORECAST_COLUMNS: Final = ("issue", "forecaster", "value", "low", "high")
CHAIN_COLUMNS: Final = ("issue", "position", "share")
PATH_COLUMNS: Final = ("issue", "reading", "round", "actor", "position", "risk", "kind", "towards")
TRADE_COLUMNS: Final = (
    "giver", "taker", "first", "second", "first_shift", "second_shift", "gain",
)  # fmt: skip


def expected_utility_name(reading: str) -> str:
    """Name of the expected-utility model in one of its readings."""
    return f"expected_utility_{reading}"


def answers(issue: IssuePositions, salience: Floats, compromise: Compromise, rounds: int) -> dict[str, Floats]:
    """Answers on one issue of every forecaster but the exchange, which needs all issues.

    Parameters
    ----------
    issue : IssuePositions
        Positions, power and range.
    salience : numpy.ndarray
        ``[draw, actor]``.
    compromise : str
        Which compromise an actor takes, see :class:`experiments.positions.expected_utility.Rules`.
    rounds : int
        Rounds of the expected-utility model at most; its answer is the weighted median after the last.

    Returns
    -------
    dict of str to numpy.ndarray
        Answers of each forecaster, ``[draw]``, NaN where it has none.
    """
    weights = issue.power * salience
    found = {
        "weighted_mean": weighted_mean(issue.position, weights),
        "weighted_median": weighted_median(issue.position, weights),
        "nash_product": nash_product(issue.position, weights, issue.low, issue.high, issue.disagreement),
    }
    supported = support(np.broadcast_to(issue.position, weights.shape), weights, issue.options, issue.scale)
    found["condorcet"] = np.array([_winner(issue, one) for one in margins(supported)])
    laws = [stationary_law(one) for one in probability(supported, "per_pair")]
    found["condorcet_chain"] = np.array([float(law @ issue.options) for law in laws])
    for reading in READINGS:
        rules = Rules(issue.scale, reading, compromise)
        last = rounds_of(np.broadcast_to(issue.position, weights.shape), salience, issue.power, rules, rounds)[-1]
        found[expected_utility_name(reading)] = weighted_median(last.positions, weights)
    return found


def _winner(issue: IssuePositions, lead: Floats) -> float:
    winner = condorcet_winner(lead)
    return np.nan if winner is None else float(issue.options[winner])


def exchanged(table: PositionTable) -> EqualGain:
    """One round of exchanges on all issues of a table."""
    positions, salience, power = (
        table.matrix({issue.name: values for issue, values in zip(table.issues, columns, strict=True)})
        for columns in (
            [issue.position for issue in table.issues],
            [issue.salience for issue in table.issues],
            [issue.power for issue in table.issues],
        )
    )
    return equal_gain(positions, np.nan_to_num(salience), np.nan_to_num(power))


def tables_of(table: PositionTable, compromise: Compromise, rounds: int) -> tuple[dict[str, pd.DataFrame], bool]:
    """Tables ``forecasts``, ``chain``, ``paths`` and ``trades``; and whether every order of equal trades was tried."""
    import pandas as pd

    exchange = exchanged(table)
    forecasts: list[tuple[Any, ...]] = []
    chain: list[tuple[Any, ...]] = []
    paths: list[tuple[Any, ...]] = []
    for place, issue in enumerate(table.issues):
        found = answers(issue, issue.salience[None, :], compromise, rounds)
        rows = [(issue.name, name, float(value[0]), float(value[0]), float(value[0])) for name, value in found.items()]
        ends = (float(ends[place]) for ends in (exchange.outcome, exchange.low, exchange.high))
        forecasts += [*rows, (issue.name, EXCHANGE, *ends)]
        chain += _chain(issue)
        paths += _paths(issue, compromise, rounds)
    names = table.actors
    trades = [
        (names[one.giver], names[one.taker], table.issues[one.first].name, table.issues[one.second].name,
         one.first_shift, one.second_shift, one.gain)
        for one in exchange.trades
    ]  # fmt: skip
    return {
        "forecasts": pd.DataFrame(forecasts, columns=[*FORECAST_COLUMNS]),
        "chain": pd.DataFrame(chain, columns=[*CHAIN_COLUMNS]),
        "paths": pd.DataFrame(paths, columns=[*PATH_COLUMNS]),
        "trades": pd.DataFrame(trades, columns=[*TRADE_COLUMNS]),
    }, exchange.is_complete


def _chain(issue: IssuePositions) -> Iterator[tuple[Any, ...]]:
    supported = support(issue.position, issue.weight, issue.options, issue.scale)
    law = stationary_law(probability(supported, "per_pair"))
    for position, share in zip(issue.options.tolist(), law.tolist(), strict=True):
        yield issue.name, position, share


def _paths(issue: IssuePositions, compromise: Compromise, rounds: int) -> Iterator[tuple[Any, ...]]:
    """Where every actor stands after each round of the expected-utility model, from its start as round 0."""
    for reading in READINGS:
        for actor, position in zip(issue.actors, issue.position.tolist(), strict=True):
            yield issue.name, reading, 0, actor, position, np.nan, KINDS[0], actor
        played = rounds_of(issue.position, issue.salience, issue.power, Rules(issue.scale, reading, compromise), rounds)
        for number, one in enumerate(played, start=1):
            for place, actor in enumerate(issue.actors):
                kind, towards = KINDS[int(one.kinds[place])], issue.actors[int(one.partners[place])]
                position, risk = float(one.positions[place]), float(one.risk[place])
                yield issue.name, reading, number, actor, position, risk, kind, towards
