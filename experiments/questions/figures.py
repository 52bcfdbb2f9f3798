"""Every figure of tables that winset draws, of runs and of questions, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from matplotlib.figure import Figure

from experiments.figures.commitments import commitments
from experiments.figures.compare_positions import compare_positions
from experiments.figures.concessions import concessions
from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.exercised_power import exercised_power
from experiments.figures.gains_plane import gains_plane
from experiments.figures.outcomes_by_round import outcomes_by_round
from experiments.figures.payoff_waterfall import payoff_waterfall
from experiments.figures.positions import positions
from experiments.figures.utility_plane import utility_plane
from experiments.questions.advise.regret_heat_map import regret_heat_map
from experiments.questions.stress.failure_map import failure_map
from experiments.questions.tournament.figures.basins import tournament_basins
from experiments.questions.tournament.figures.gains import tournament_gains
from experiments.questions.tournament.figures.ranks import tournament_ranks
from experiments.questions.tournament.figures.times import tournament_times

#: Every figure by the name of its file, without the ending.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "positions": positions,
    "concessions": concessions,
    "exercised_power": exercised_power,
    "outcomes_by_round": outcomes_by_round,
    "gains_plane": gains_plane,
    "utility_plane": utility_plane,
    "deliverable_purchases": deliverable_purchases,
    "commitments": commitments,
    "payoff_waterfall": payoff_waterfall,
    "compare_positions": compare_positions,
    "tournament_gains": tournament_gains,
    "tournament_ranks": tournament_ranks,
    "tournament_times": tournament_times,
    "tournament_basins": tournament_basins,
    "failure_map": failure_map,
    "regret_heat_map": regret_heat_map,
}
