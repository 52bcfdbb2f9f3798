"""Pictures of a tournament: gains, ranks, times and basins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from experiments.questions.tournament.figures.basins import tournament_basins
from experiments.questions.tournament.figures.gains import tournament_gains
from experiments.questions.tournament.figures.ranks import tournament_ranks
from experiments.questions.tournament.figures.times import tournament_times

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Figures of a tournament, each a function of tables.
FIGURES: Final[dict[str, Callable[..., Figure]]] = {
    "tournament_gains": tournament_gains,
    "tournament_ranks": tournament_ranks,
    "tournament_times": tournament_times,
    "tournament_basins": tournament_basins,
}
