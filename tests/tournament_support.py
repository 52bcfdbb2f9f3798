"""Small tournaments that the tests share."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from experiments.config.load import load_config
from experiments.questions.tournament.analysis import Analysis, analyse
from experiments.questions.tournament.players import Player, players_from
from experiments.questions.tournament.terms import Terms
from tests.tree import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"
PLAYERS = "boulware,conceder{beta: 2},tit_for_tat"


#: A tactic in the seat of either side, for the synthetic tournament: every third one never makes a deal.
_FIELD = ["boulware", "conceder{beta: 2}", "hardliner", "tit_for_tat{opening: 0.3}"]


def _synthetic_terms() -> Terms:
    return small_terms(players=players_from(_FIELD), worlds=40)


@cache
def synthetic_analysis() -> Analysis:
    """Tables of a tournament whose payoffs are drawn and not played."""
    return analyse(_synthetic_terms(), pa.Table.from_pandas(synthetic_worlds(), preserve_index=False))


@cache
def synthetic_worlds() -> pd.DataFrame:
    """Table of worlds of that tournament."""
    terms = _synthetic_terms()
    source = np.random.default_rng(3)
    size, pairs = len(terms.pairs) * terms.worlds, np.repeat(np.array(terms.pairs), terms.worlds, axis=0)
    deal = (pairs[:, 0] != 2) & (source.uniform(size=size) < 0.7)
    level = deal[:, np.newaxis] * (1.0 + pairs)
    columns: dict[str, Any] = {
        "outcome": np.where(deal, "agreement", "stall"),
        "round": source.integers(3, 12, size),
        "day": source.uniform(10.0, 40.0, size),
        "payoff.us_treasury": 5.0 + level[:, 0] + source.normal(size=size),
        "payoff.partner": -9.0 + level[:, 1] + source.normal(size=size),
        # Without a deal nobody gains or loses against walking away.
        "gain.us_treasury": level[:, 0],
        "gain.partner": level[:, 1] - 0.5 * deal,
        "gain.domestic": source.normal(size=size) * deal,
        "nash_distance": np.where(deal, 1.0, np.nan),
        "pareto_gap": np.where(deal, 0.1, np.nan),
    }
    seats = dict(zip(("us", "partner"), np.array(terms.labels)[pairs].T, strict=True))
    return pd.DataFrame(seats | {"world": np.tile(np.arange(terms.worlds), len(terms.pairs))} | columns)


def small_terms(**changes: Any) -> Terms:
    """Three tactics on 30 worlds."""
    chosen: tuple[Player, ...] = players_from([PLAYERS])
    settings: dict[str, Any] = {"players": chosen, "worlds": 30, "seed": 5, "draws": 100, "starts": 20}
    return Terms(config=load_config(CARS), **(settings | changes))
