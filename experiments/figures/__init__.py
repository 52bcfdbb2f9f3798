"""Figures: each one is a function from tables to a matplotlib figure, listed in :data:`FIGURES`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from matplotlib.figure import Figure

from experiments.figures.compare_positions import compare_positions
from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.gains_plane import gains_plane
from experiments.figures.outcomes_by_round import outcomes_by_round
from experiments.figures.payoff_waterfall import payoff_waterfall
from experiments.figures.positions import positions
from experiments.figures.style import png_bytes, save
from experiments.figures.tournament_basins import tournament_basins
from experiments.figures.tournament_gains import tournament_gains
from experiments.figures.tournament_ranks import tournament_ranks
from experiments.figures.tournament_times import tournament_times

#: Every figure by the name of its file, without the ending.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "positions": positions,
    "outcomes_by_round": outcomes_by_round,
    "gains_plane": gains_plane,
    "deliverable_purchases": deliverable_purchases,
    "payoff_waterfall": payoff_waterfall,
    "compare_positions": compare_positions,
    "tournament_gains": tournament_gains,
    "tournament_ranks": tournament_ranks,
    "tournament_times": tournament_times,
    "tournament_basins": tournament_basins,
}

__all__ = [
    "FIGURES",
    "compare_positions",
    "deliverable_purchases",
    "gains_plane",
    "outcomes_by_round",
    "payoff_waterfall",
    "png_bytes",
    "positions",
    "save",
    "tournament_basins",
    "tournament_gains",
    "tournament_ranks",
    "tournament_times",
]
