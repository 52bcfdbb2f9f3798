"""Tournaments from notebooks and scripts; :mod:`experiments.api` passes this on."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from experiments.config.model import Config
from experiments.engine.call_limit import CALL_SECONDS
from experiments.labels import partner_called
from experiments.questions.tournament.failures import FailedPairError, Failure, Limits, OnError, on_error_of
from experiments.questions.tournament.job import Tournament, draw_figures, save_figures, tournament_to_folder
from experiments.questions.tournament.players import Player, every_tactic, players_from
from experiments.questions.tournament.terms import DEFAULT_WORLDS, Terms, Utility, utility_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: What to ask for after a tournament that a failed pair has ended.
_GOING_ON = (
    'resume=True goes on with them, also with longer limits of time, or with on_error="keep", which marks the failed '
    "pair. A tactic that was changed needs overwrite=True."
)

#: What to do when pictures cannot be written.
_ELSEWHERE = "Mend this, or name another folder."

#: How long the lines of a summary are.
_WIDTH = 100


@dataclass(frozen=True, eq=False)
class TournamentResult:
    """The tables of a finished tournament; docs/tournament.md has their columns.

    Attributes
    ----------
    config : Config
        What was negotiated.
    cells : pandas.DataFrame
        One row a pair: what the US plays, what the partner plays, and what came of it.
    players : pandas.DataFrame
        One row a seat and player, best first, with ranks and their intervals.
    worlds : pandas.DataFrame
        One row a pair and world.
    equilibria : dict
        Equilibria, what elimination leaves, and basins of the replicator dynamics.
    failures : tuple of Failure
        Pairs that were not played to the end, with the reason; those at fault are left out of the ranks.
    folder : pathlib.Path or None
        Directory of the tournament, where one was named.
    """

    config: Config
    cells: pd.DataFrame
    players: pd.DataFrame
    worlds: pd.DataFrame
    equilibria: dict[str, Any]
    failures: tuple[Failure, ...]
    folder: Path | None
    _held: Tournament

    def figures(self) -> dict[str, Figure]:
        """Draw the pictures, by name."""
        with partner_called(self.config.partner.names):
            return draw_figures(self._held)

    def save_figures(self, folder: str | Path) -> list[str]:
        """Draw the pictures into the folder ``figures`` of `folder`, and return their paths."""
        with partner_called(self.config.partner.names):
            return save_figures(self._held, folder, advice=_ELSEWHERE)

    def text(self, width: int = _WIDTH) -> str:
        """Summary as plain text of `width` columns."""
        from experiments.questions.tournament.text import render

        console = Console(width=width, color_system=None, force_terminal=False, force_jupyter=False)
        with console.capture() as captured, partner_called(self.config.partner.names):
            render(self._held, console)
        return captured.get()


def tournament(
    config: Config | Mapping[str, Any] | str | Path,
    players: Sequence[str | Player] | None = None,
    worlds: int = DEFAULT_WORLDS,
    seed: int | None = None,
    sets: Sequence[str] = (),
    workers: int | None = None,
    out: str | Path | None = None,
    *,
    utility: Utility = "payoff",
    alpha: float = 0.10,
    level: float = 0.95,
    draws: int = 1_000,
    starts: int = 500,
    solutions: bool = True,
    on_error: OnError = "keep",
    pair_timeout: float | None = None,
    call_timeout: float = CALL_SECONDS,
    resume: bool = False,
    overwrite: bool = False,
) -> TournamentResult:
    """Let every player meet every player in both seats on the same worlds.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    players : sequence of str or Player, optional
        Tactics with their knobs, as ``"boulware{beta: 0.1}"``, or other players; by default every tactic.
    worlds : int
        Draws of the config that every pair plays.
    seed : int, optional
        Seed; by default that of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    workers : int, optional
        Threads; by default one a processor.
    out : str or pathlib.Path, optional
        Directory for the files; without one they are gone when the frames are read.
    utility, alpha, level, draws, starts, solutions
        As in :class:`experiments.questions.tournament.terms.Terms`.
    on_error : str
        ``keep`` marks a pair that fails and goes on, ``stop`` ends the tournament.
    pair_timeout, call_timeout : float
        Seconds that a pair in which a player from outside sits may take, and that such a player may think about one
        move; see :class:`experiments.questions.tournament.failures.Limits`.
    resume, overwrite : bool
        Go on with the tournament in `out`, or replace it.
    """
    # Here, for it passes this function on.
    from experiments.config.load import config_of
    from experiments.progress import _MessagesOnly

    loaded = config_of(config, sets)
    terms = Terms(
        config=loaded,
        players=every_tactic() if players is None else _players(players),
        worlds=worlds,
        seed=loaded.experiment.seed if seed is None else seed,
        utility=utility_of(utility),
        alpha=alpha,
        level=level,
        draws=draws,
        starts=starts,
        solutions=solutions,
    )
    with tempfile.TemporaryDirectory(prefix="winset-") as temporary:
        folder = Path(temporary) if out is None else Path(out)
        try:
            held = tournament_to_folder(
                terms,
                folder,
                workers=workers,
                progress=_MessagesOnly(),
                limits=Limits(on_error_of(on_error), pair_timeout, call_timeout),
                resume=resume,
                overwrite=overwrite,
            )
        except FailedPairError as error:
            if out is None:
                raise
            raise error.kept_in(folder, _GOING_ON) from error
    return TournamentResult(
        config=loaded,
        cells=held.analysis.cells,
        players=held.analysis.players,
        worlds=held.worlds.to_pandas(),
        equilibria=held.analysis.equilibria,
        failures=held.failures,
        folder=None if out is None else folder,
        _held=held,
    )


def _players(players: Sequence[str | Player]) -> tuple[Player, ...]:
    found: list[Player] = []
    for player in players:
        found += players_from([player], "players") if isinstance(player, str) else [player]
    return tuple(found)
