"""A small tournament that the tests share."""

from __future__ import annotations

from typing import Any

from experiments.config import load_config
from experiments.tournament.players import Player, players_from
from experiments.tournament.terms import Terms
from tests.support_talks import CONFIGS

CARS = CONFIGS / "cars_on_the_table.yaml"
PLAYERS = "boulware,conceder{beta: 2},tit_for_tat"


def small_terms(**changes: Any) -> Terms:
    """Three tactics on 30 worlds."""
    chosen: tuple[Player, ...] = players_from([PLAYERS])
    settings: dict[str, Any] = {"players": chosen, "worlds": 30, "seed": 5, "draws": 100, "starts": 20}
    return Terms(config=load_config(CARS), **(settings | changes))
