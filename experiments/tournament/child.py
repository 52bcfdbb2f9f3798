"""The process in which pairs with players from outside are played, one after the other, for the one that started it.

It may be killed at any moment. It learns by a pipe when its parent is gone, also while a player thinks.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, final

from agents.watching import watch_calls
from experiments.refusals import REFUSALS
from experiments.tournament.failures import Failure, failure_of
from experiments.tournament.play import Pair, draw_worlds, rows_of
from experiments.tournament.players import Preparing, TacticPlayer, cell_function, play_compiled, play_mesa
from experiments.tournament.stamps import BLOCK, Stamps
from experiments.user_tactics import KnownTactics, make_known
from experiments.worlds import Worlds

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.tournament.terms import Terms

#: What a child says when it has taken up its job; anything else says why it cannot.
READY: Final = "ready"

#: Worlds that compiled code plays at a time; in between it says how far it is.
WORLDS_AT_A_TIME: Final = 100

#: A tactic that answers at once, for loading what a pair needs before its time counts.
_QUICK: Final = TacticPlayer("hardliner")


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is told when it starts.

    Attributes
    ----------
    terms : Terms
        The tournament.
    tactics : KnownTactics
        The user's own tactics.
    """

    terms: Terms
    tactics: KnownTactics


@dataclass(frozen=True, slots=True)
class Task:
    """A pair to be played.

    Attributes
    ----------
    pair : tuple of int
        Places of its players.
    careful_from : int
        Number of the first block of worlds in which the Mesa engine asks two tactics move by move, although compiled
        code could play them; its results are the same.
    """

    pair: Pair
    careful_from: int


def main(connection: int, stamps: int, lifeline: int) -> None:
    """Serve until the parent closes the connection; the arguments are descriptors."""
    # What interrupts the parent is for the parent to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    with Connection(connection) as parent:
        try:
            job: Job = pickle.loads(parent.recv_bytes())  # noqa: S301  written by the parent for this process
            make_known(job.tactics)
            player = _Table(job.terms, Stamps(stamps))
        except Exception as error:  # noqa: BLE001  whatever it is, the parent tells the user
            parent.send(f"{type(error).__name__}: {error}")
            return
        parent.send(READY)
        while True:
            try:
                task: Task = parent.recv()
            except EOFError:
                return
            parent.send(player.play(task))


def _end_with_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)


@final
class _Table:
    """Plays pairs on worlds that are drawn once."""

    def __init__(self, terms: Terms, stamps: Stamps) -> None:
        self._terms = terms
        self._stamps = stamps
        self._blocks: list[Worlds] = draw_worlds(terms, WORLDS_AT_A_TIME)
        self._warm_up()
        watch_calls(stamps)

    def play(self, task: Task) -> pa.Table | Failure:
        """Play a pair on every world."""
        us, japan = (self._terms.players[place] for place in task.pair)
        try:
            return self._rows(task)
        except BaseException as error:  # noqa: BLE001  code of somebody else may raise anything, SystemExit too
            return failure_of(error, us, japan)

    def _rows(self, task: Task) -> pa.Table:
        import pyarrow as pa

        us, japan = (self._terms.players[place] for place in task.pair)
        plays = cell_function(us, japan)
        tables = []
        for number, worlds in enumerate(self._blocks):
            whole = plays is play_compiled and number < task.careful_from
            if whole:
                self._stamps.asked(int(worlds.batch.runs[0]), 0, BLOCK)
            engine = play_mesa if plays is play_compiled and not whole else plays
            tables.append(
                rows_of(us.label, japan.label, worlds, engine(worlds, us, japan, solutions=self._terms.solutions))
            )
            self._stamps.answered()
        return pa.concat_tables(tables).combine_chunks()

    def _warm_up(self) -> None:
        """Compile or load all that pairs need, so that no limit counts it."""
        from agents.tactics.registry import TACTICS

        terms = self._terms
        world = Worlds.draw(terms.config, 1, terms.seed, 0, terms.worlds)
        for player in terms.players:
            if isinstance(player, TacticPlayer):
                TACTICS[player.name].machine_code()
            elif isinstance(player, Preparing):
                with suppress(*REFUSALS):
                    player.prepare(world)
        for engine in (play_compiled, play_mesa):
            # What is wrong with the config itself, pairs will say.
            with suppress(*REFUSALS):
                engine(world, _QUICK, _QUICK, solutions=self._terms.solutions)
