"""From a config and players to a finished directory: play the pairs that are missing, then work out the answers."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.directory import FIGURES
from experiments.job import OUT
from experiments.place import Folder, Place, place_of, reading_from, storing_in
from experiments.plan import MAX_WORKERS, check_number
from experiments.store import count_outcomes
from experiments.tournament.analysis import Analysis, analyse
from experiments.tournament.equilibria import need_nashpy
from experiments.tournament.folder import (
    CELLS_TABLE,
    EQUILIBRIA,
    PLAYERS_TABLE,
    WORLDS_TABLE,
    TournamentFolder,
)
from experiments.tournament.play import play_pairs
from experiments.tournament.players import cell_function

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure

    from experiments.config import Config
    from experiments.progress import Progress
    from experiments.tournament.terms import Terms

#: Threads that pay on any machine: a pair is long, and its rules hold no lock.
_MOST_THREADS: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Tournament:
    """A finished tournament.

    Attributes
    ----------
    terms : Terms
        What was asked for.
    worlds : pyarrow.Table
        One row a pair and world.
    analysis : Analysis
        The tables and equilibria that follow from it.
    """

    terms: Terms
    worlds: pa.Table
    analysis: Analysis


def default_folder(config: Config) -> Path:
    """Directory of a tournament whose user names none."""
    return OUT / f"{config.name}-tournament"


def default_workers() -> int:
    """Threads that play pairs: as many as processors, within reason."""
    return min(_MOST_THREADS, os.cpu_count() or 1)


def tournament_to_folder(
    terms: Terms,
    folder: Folder,
    *,
    workers: int | None,
    progress: Progress,
    resume: bool = False,
    overwrite: bool = False,
) -> Tournament:
    """Hold a tournament in `folder` and return what it says.

    Parameters
    ----------
    terms : Terms
        What is asked for.
    folder : str or pathlib.Path
        Directory or address.
    workers : int, optional
        Threads; by default as many as there are processors.
    progress : Progress
        Told what happens.
    resume : bool
        Go on with the tournament in `folder`; if there is none yet, start it.
    overwrite : bool
        Replace the tournament in `folder`, finished or not.
    """
    if workers is not None:
        check_number("--workers", workers, 1, MAX_WORKERS)
    need_nashpy()
    _refuse_impossible_pairs(terms)
    place = place_of(folder)
    with reading_from(place):
        going_on = resume and not place.is_unused()
    opened = (
        TournamentFolder.resume(place, terms, progress.say)
        if going_on
        else TournamentFolder.start(place, terms, overwrite=overwrite)
    )
    with opened as there:
        _play_missing(terms, there, workers or default_workers(), progress)
        worlds = there.worlds()
        analysis = analyse(terms, worlds)
        there.finish(_tables(worlds, analysis), {EQUILIBRIA: _json(analysis)})
    return Tournament(terms, worlds, analysis)


def _refuse_impossible_pairs(terms: Terms) -> None:
    for us, japan in terms.pairs:
        cell_function(terms.players[us], terms.players[japan])


def _play_missing(terms: Terms, folder: TournamentFolder, workers: int, progress: Progress) -> None:
    from experiments.progress import COMPILING
    from sim.compiled import is_cold

    missing = folder.missing
    if missing and is_cold():
        progress.say(COMPILING)
    # Closed at once when interrupted, so that no thread goes on with pairs that nobody waits for.
    with (
        progress.counting(len(terms.pairs) * terms.worlds, folder.outcomes()),
        closing(play_pairs(terms, missing, workers)) as played,
    ):
        for pair, rows in played:
            folder.record(pair, rows)
            progress.advance(count_outcomes(rows))


def _tables(worlds: pa.Table, analysis: Analysis) -> dict[str, pa.Table]:
    import pyarrow as pa

    return {
        WORLDS_TABLE: worlds,
        CELLS_TABLE: pa.Table.from_pandas(analysis.cells, preserve_index=False),
        PLAYERS_TABLE: pa.Table.from_pandas(analysis.players, preserve_index=False),
    }


def _json(analysis: Analysis) -> str:
    return json.dumps(analysis.equilibria, indent=1, ensure_ascii=False) + "\n"


def figures_of(
    cells: pd.DataFrame, players: pd.DataFrame, equilibria: dict[str, Any], level: float
) -> dict[str, Figure]:
    """Draw every picture of a tournament, by name; that of times to a deal only where there are deals.

    Parameters
    ----------
    cells, players : pandas.DataFrame
        Its tables of pairs and of players.
    equilibria : dict
        What the pairs that neither side leaves are.
    level : float
        Confidence level of the intervals.
    """
    from experiments.figures import tournament_basins, tournament_gains, tournament_ranks, tournament_times

    figures = {
        "tournament_gains": tournament_gains(cells),
        "tournament_ranks": tournament_ranks(players, level),
        "tournament_basins": tournament_basins(equilibria),
    }
    if players["deal_share"].any():
        figures["tournament_times"] = tournament_times(players)
    return figures


def draw_figures(tournament: Tournament) -> dict[str, Figure]:
    """Draw every picture of a tournament that was just held."""
    analysis = tournament.analysis
    return figures_of(analysis.cells, analysis.players, analysis.equilibria, tournament.terms.level)


def save_figures(tournament: Tournament, folder: Folder) -> list[str]:
    """Draw the pictures into the folder ``figures`` of the directory and return their paths."""
    from experiments.figures import png_bytes

    place: Place = place_of(folder)
    with storing_in(place):
        place.make(FIGURES)
        drawn = draw_figures(tournament)
        for name, figure in drawn.items():
            place.write(f"{FIGURES}/{name}.png", png_bytes(figure))
    return [f"{place}/{FIGURES}/{name}.png" for name in drawn]
