"""A tournament of two tactics in two worlds, with numbers that are all different and answers worked out by hand."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa

from experiments.config.load import load_config
from experiments.questions.tournament.analysis import Analysis, analyse
from experiments.questions.tournament.failures import Failure
from experiments.questions.tournament.players import players_from
from experiments.questions.tournament.result import TournamentResult
from experiments.questions.tournament.terms import Terms
from experiments.questions.tournament.tournament import request_for
from experiments.statistics.resampling import world_weights
from experiments.store.manifest import new_manifest
from tests.tree import CONFIGS

#: Players, as US and as Japan, and the pairs in the order of the tables.
A, B = "boulware", "linear"
PAIRS = ((A, A), (A, B), (B, A), (B, B))

#: The third pair, if it had failed.
FAILED = Failure(
    us=B, partner=A, kind="time", message="too slow", player=A, side="partner", round=4, run=17, at_fault=(A,)
)

#: A value a pair and world.
COLUMNS: dict[str, list[Any]] = {
    "outcome": ["agreement", "stall", "agreement", "agreement", "stall", "walkout", "stall", "agreement"],
    "round": [2, 3, 4, 6, 8, 9, 5, 7],
    "day": [11.0, 12.0, 14.0, 20.0, 15.0, 16.0, 17.0, 29.0],
    "payoff.us_treasury": [1.0, 5.0, 2.0, 8.0, 4.0, 3.0, 7.0, 0.0],
    "payoff.partner": [10.0, 30.0, 20.0, 25.0, 13.0, 11.0, 12.0, 17.0],
    "gain.us_treasury": [0.1, 0.2, 0.3, 0.5, -0.7, 1.1, 1.3, 1.7],
    "gain.partner": [2.1, 2.3, 2.9, 3.1, 3.7, 4.1, 4.3, -4.7],
    "gain.domestic": [0.01, 0.02, 0.03, 0.05, 0.07, 0.11, 0.13, 0.17],
    "nash_distance": [0.5, None, 0.3, 0.8, None, None, None, 1.5],
    "pareto_gap": [0.125, None, 0.06, 0.2, None, None, None, 0.625],
}


def terms(utility: Any = "payoff") -> Terms:
    """What was asked for: the worst three quarters of the worlds, 400 resampled tournaments."""
    return Terms(
        config=load_config(CONFIGS / "cars_on_the_table.yaml"),
        players=players_from([A, B]),
        worlds=2,
        seed=7,
        utility=utility,
        alpha=0.75,
        draws=400,
        starts=20,
    )


def worlds() -> pa.Table:
    """Table of worlds."""
    us, partner = ([pair[side] for pair in PAIRS for _ in range(2)] for side in (0, 1))
    return pa.table({"us": us, "partner": partner, "world": [0, 1] * 4} | COLUMNS)


@cache
def by_hand(utility: Any = "payoff") -> Analysis:
    """What the analysis says."""
    return analyse(terms(utility), worlds())


def analysis() -> Analysis:
    """The tournament by hand, with shares of samples that are all different."""
    found = by_hand()
    equilibria = json.loads(json.dumps(found.equilibria))
    equilibria["equilibria"][0] |= {
        "survival": 0.475, "regret_in_samples": {"us_treasury": 0.625, "partner": 0.875},
    }  # fmt: skip
    equilibria["replicator"]["basins"] = [
        {"us_treasury": [A], "partner": [B], "settled": True, "share": 0.85},
        {"us_treasury": [A, B], "partner": [A], "settled": False, "share": 0.15},
    ]
    players = found.players.assign(best_share=[0.725, 0.275, 0.91, 0.09], rank_high=[1, 2, 2, 2])
    return Analysis(found.cells.assign(equilibrium_share=[0.1, 0.6, 0.2, 0.1]), players, equilibria)


def result_by_hand(
    failures: tuple[Failure, ...] = (), *, worlds_played: int = 2, rows: pd.DataFrame | None = None, **changes: Any
) -> TournamentResult:
    """The answer of the tournament by hand.

    Parameters
    ----------
    failures : tuple of Failure
        Pairs that were not played to the end.
    worlds_played : int
        What it says of the number of worlds.
    rows : pandas.DataFrame, optional
        Table of worlds in place of its own.
    **changes
        Other attributes in place of its own.
    """
    found, table = analysis(), worlds().to_pandas() if rows is None else rows
    made: dict[str, Any] = {
        "config": terms().config,
        "settings": json.loads(json.dumps(terms().settings() | {"worlds": worlds_played})),
        "cells": found.cells,
        "players": found.players,
        "equilibria": found.equilibria,
        "failures": failures,
        "manifest": new_manifest(request_for(terms())),
        "folder": None,
        "read_worlds": lambda columns: table[list(columns)],
    }
    return TournamentResult(**made | changes)


def share_of_first_world(low: float, high: float) -> float:
    """Share of the resampled tournaments in which the first world has a weight from `low` to `high`."""
    weights = [float(row[0]) for rows in world_weights(2, 400, 7) for row in rows]
    return sum(low <= weight <= high for weight in weights) / len(weights)
