"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import (
    COUNT,
    DAYS,
    FROM_0,
    FROM_1,
    HIGH,
    LOW,
    MONEY,
    NASH_DISTANCE,
    OUTCOME,
    PARETO_GAP,
    ROUNDS,
    SHARE,
)
from experiments.export.described import NO_UNIT, Described, DescribedTable

_US: Final = Described("us", "player in the seat of the US", NO_UNIT)
_PARTNER: Final = Described("partner", "player in the seat of {partner}", NO_UNIT)
_FAILED: Final = "the pair failed"
_NONE: Final = "no deals, or the pair failed"
_MEAN_NASH: Final = Described(
    "nash_distance", "mean distance of deals' payoffs from those of Nash's solution", MONEY, _NONE
)
_ROUNDS: Final = Described("rounds", "mean round in which deals are made", ROUNDS, _NONE)
_DAYS: Final = Described("days", "mean day on which deals are made, from the first round", DAYS, _NONE)

COLUMNS: Final = {
    "cells": DescribedTable(
        "a pair of players",
        (
            _US,
            _PARTNER,
            Described("worlds", "worlds in which the pair met; 0 where it failed", COUNT),
            Described("deals", "deals that the pair made", COUNT, _FAILED),
            Described("deal_share", "share of the worlds with a deal", SHARE, _FAILED),
            Described("deal_low", f"{LOW} the share of deals", SHARE, _FAILED),
            Described("deal_high", f"{HIGH} the share of deals", SHARE, _FAILED),
            Described("payoff.<side>", "mean payoff of <side>", MONEY, _FAILED),
            Described("payoff_error.<side>", "standard error of the mean payoff of <side>", MONEY, _FAILED),
            Described("payoff_cvar.<side>", "mean payoff of <side> in its worst worlds", MONEY, _FAILED),
            Described("gain.<side>", "mean gain of <side> over walking away", MONEY, _FAILED),
            Described("gain_error.<side>", "standard error of the mean gain of <side>", MONEY, _FAILED),
            Described("gain_cvar.<side>", "mean gain of <side> in its worst worlds", MONEY, _FAILED),
            Described("regret.<side>", "mean regret of <side> in hindsight, world by world", MONEY,
                      "the pair failed, or a player is not ranked"),
            Described("deviation.<side>", "gain of <side> by its best single reply to this opponent", MONEY,
                      "the pair failed, or a player is not ranked"),
            Described("welfare", "mean sum of both governments' gains", MONEY, _FAILED),
            Described("welfare_with_firms", "the same with the gains of firms and chip makers", MONEY, _FAILED),
            _MEAN_NASH,
            Described("pareto_gap", "mean of what both sides could still gain at once", MONEY, _NONE),
            _ROUNDS,
            _DAYS,
            Described("equilibrium_share", "share of bootstrap samples in which the pair is a pure equilibrium", SHARE,
                      "the pair failed, or a player is not ranked"),
        ),
    ),
    "players": DescribedTable(
        "a player in a seat",
        (
            Described("seat", "seat of the player", NO_UNIT, values="side"),
            Described("player", "player", NO_UNIT),
            Described("rank", "rank by mean utility", FROM_1),
            Described("rank_low", f"{LOW} the rank", FROM_1),
            Described("rank_high", f"{HIGH} the rank", FROM_1),
            Described("best_share", "share of bootstrap samples in which it comes first", SHARE),
            Described("utility", "mean utility over opponents and worlds", MONEY),
            Described("utility_low", f"{LOW} the mean utility", MONEY),
            Described("utility_high", f"{HIGH} the mean utility", MONEY),
            Described("payoff", "mean payoff", MONEY),
            Described("payoff_cvar", "mean payoff in the worst worlds and against the worst opponents", MONEY),
            Described("gain", "mean gain over walking away", MONEY),
            Described("gain_cvar", "mean gain in the worst worlds and against the worst opponents", MONEY),
            Described("regret", "mean regret in hindsight over opponents", MONEY),
            Described("regret_worst", "mean regret in hindsight against the opponent where it is largest", MONEY),
            Described("deal_share", "share of the negotiations with a deal", SHARE),
            Described("welfare", "mean sum of both governments' gains", MONEY),
            _MEAN_NASH,
            _ROUNDS,
            _DAYS,
            Described("replicator_share", "mean share at the end of the replicator dynamics", SHARE),
        ),
    ),
    "worlds": DescribedTable(
        "a pair in a world",
        (
            _US,
            _PARTNER,
            Described("world", "number of the world", FROM_0),
            OUTCOME,
            Described("round", "round in which the talks ended", FROM_1),
            Described("day", "day on which the talks ended, from the first round", DAYS),
            Described("payoff.<side>", "payoff of <side> against the world of 2024", MONEY),
            Described("gain.<side>", "gain of <side> over walking away", MONEY),
            Described("gain.domestic", "gains of all firms and chip makers together over walking away", MONEY),
            NASH_DISTANCE,
            PARETO_GAP,
        ),
    ),
}  # fmt: skip
