"""From a config and players to a finished directory: play the pairs that are missing, then work out the answers."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.errors import MAX_WORKERS, check_number
from experiments.questions.tournament.analysis import Analysis, analyse
from experiments.questions.tournament.directory import (
    CELLS_TABLE,
    EQUILIBRIA,
    PLAYERS_TABLE,
    WORLDS_TABLE,
    TournamentFolder,
)
from experiments.questions.tournament.equilibria import need_nashpy
from experiments.questions.tournament.failures import Failure, Limits, is_from_outside, left_out
from experiments.questions.tournament.play import play_pairs
from experiments.questions.tournament.players import cell_function
from experiments.store.directory import FIGURES, OUT
from experiments.store.place import Folder, Place, reading_from, storing_in
from experiments.store.places import place_of
from experiments.store.tables import count_outcomes

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure

    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.questions.tournament.pairs import Pair
    from experiments.questions.tournament.terms import Terms


#: How the worlds of a pair that failed are counted while a tournament is going on.
FAILED: Final = "failed"

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
    failures : tuple of Failure
        Pairs that were not played to the end.
    analysis : Analysis
        The tables and equilibria that follow from it.
    """

    terms: Terms
    worlds: pa.Table
    failures: tuple[Failure, ...]
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
    limits: Limits | None = None,
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
    limits : Limits, optional
        What happens when a pair fails, and how long players from outside may take.
    resume : bool
        Go on with the tournament in `folder`; if there is none yet, start it.
    overwrite : bool
        Replace the tournament in `folder`, finished or not.
    """
    if workers is not None:
        check_number("--workers", workers, 1, MAX_WORKERS)
    need_nashpy()
    _refuse_impossible_pairs(terms)
    _refuse_what_cannot_be_handed_over(terms)
    place = place_of(folder)
    with reading_from(place):
        going_on = resume and not place.is_unused()
    opened = (
        TournamentFolder.resume(place, terms, progress.say)
        if going_on
        else TournamentFolder.start(place, terms, overwrite=overwrite)
    )
    with opened as there:
        failures = _play_missing(terms, there, workers or default_workers(), limits or Limits(), progress)
        worlds = there.worlds()
        analysis = analyse(terms, worlds, failures)
        there.finish(_tables(worlds, analysis), {EQUILIBRIA: _json(analysis)}, failures)
    return Tournament(terms, worlds, failures, analysis)


def _refuse_impossible_pairs(terms: Terms) -> None:
    for us, partner in terms.pairs:
        cell_function(terms.players[us], terms.players[partner])


def _refuse_what_cannot_be_handed_over(terms: Terms) -> None:
    if any(map(is_from_outside, terms.players)):
        from experiments.questions.tournament.isolation import job_for

        job_for(terms)


def _play_missing(
    terms: Terms, folder: TournamentFolder, workers: int, limits: Limits, progress: Progress
) -> tuple[Failure, ...]:
    """Play the pairs that are not there yet, and return those that failed in the order of the tables."""
    from experiments.progress import COMPILING
    from sim.compiled import is_cold

    missing = folder.missing
    if missing and is_cold():
        progress.say(COMPILING)
    failures: dict[Pair, Failure] = {}
    # Closed at once when interrupted, so that no thread goes on with pairs that nobody waits for.
    with (
        progress.counting(len(terms.pairs) * terms.worlds, folder.outcomes()),
        closing(play_pairs(terms, missing, workers, limits)) as played,
    ):
        for pair, found in played:
            if isinstance(found, Failure):
                failures[pair] = found
                progress.say(f"{found.us} against {found.partner} failed: {found.message}")
                progress.advance(Counter({FAILED: terms.worlds}))
            else:
                folder.record(pair, found)
                progress.advance(count_outcomes(found))
    return tuple(failures[pair] for pair in terms.pairs if pair in failures)


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
    cells: pd.DataFrame,
    players: pd.DataFrame,
    equilibria: dict[str, Any],
    level: float,
    *,
    worlds: int,
    missing: Collection[str] = (),
) -> dict[str, Figure]:
    """Draw every picture of a tournament, by name; ranks and times to a deal where there are any.

    Parameters
    ----------
    cells, players : pandas.DataFrame
        Its tables of pairs and of players.
    equilibria : dict
        What the pairs that neither side leaves are.
    level : float
        Confidence level of the intervals.
    worlds : int
        Worlds of the tournament.
    missing : collection of str
        Players that are left out of the ranks for failed pairs.
    """
    from experiments.questions.tournament.figures.basins import tournament_basins
    from experiments.questions.tournament.figures.gains import tournament_gains
    from experiments.questions.tournament.figures.ranks import tournament_ranks
    from experiments.questions.tournament.figures.times import tournament_times

    figures = {"tournament_gains": tournament_gains(cells, worlds=worlds)}
    if players.empty:
        return figures
    figures["tournament_ranks"] = tournament_ranks(players, level, worlds=worlds, left_out=missing)
    figures["tournament_basins"] = tournament_basins(equilibria, left_out=missing)
    if players["deal_share"].any():
        figures["tournament_times"] = tournament_times(players, left_out=missing)
    return figures


def draw_figures(tournament: Tournament) -> dict[str, Figure]:
    """Draw every picture of a tournament that was just held."""
    analysis, terms = tournament.analysis, tournament.terms
    tables = (analysis.cells, analysis.players, analysis.equilibria)
    missing = tuple(left_out(tournament.failures))
    return figures_of(*tables, terms.level, worlds=terms.worlds, missing=missing)


def save_figures(tournament: Tournament, folder: Folder, *, advice: str) -> list[str]:
    """Draw the pictures into the folder ``figures`` of a directory and return their paths.

    Parameters
    ----------
    tournament : Tournament
        A finished one.
    folder : str or pathlib.Path
        Its directory, or another one.
    advice : str
        What to do when they cannot be written.
    """
    from experiments.figures.kit.style import png_bytes

    place: Place = place_of(folder)
    with storing_in(place, advice):
        place.make(FIGURES)
        drawn = draw_figures(tournament)
        for name, figure in drawn.items():
            place.write(f"{FIGURES}/{name}.png", png_bytes(figure))
    return [f"{place}/{FIGURES}/{name}.png" for name in drawn]
