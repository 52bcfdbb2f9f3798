"""The process in which pairs with players from outside are played, one after the other, for the one that started it.

It may be killed at any moment. It learns by a pipe when its parent is gone, also while a player thinks.
"""

from __future__ import annotations

import pickle
import signal
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, final

from agents.watching import watch_calls
from experiments.config.own_tactics import KnownTactics, make_known
from experiments.engine.workers import end_with_parent
from experiments.engine.worlds import Worlds
from experiments.questions.tournament.failures import Failure, failure_of
from experiments.questions.tournament.pairs import Pair, draw_worlds, play_pair
from experiments.questions.tournament.players import (
    CellFunction,
    Player,
    Preparing,
    TacticPlayer,
    cell_function,
    play_compiled,
    play_mesa,
)
from experiments.questions.tournament.shared_call import BLOCK, SharedCall
from experiments.refusals import REFUSALS

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.questions.tournament.terms import Terms
    from sim.engine.results import Ends

#: What a child says when it has taken up its assignment; anything else says why it cannot.
READY: Final = "ready"

#: Worlds that compiled code plays at a time; in between it says how far it is.
WORLDS_AT_A_TIME: Final = 100

#: A tactic that answers at once, for loading what a pair needs before its time counts.
_QUICK: Final = TacticPlayer("hardliner")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a child gets when it starts.

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
    first_mesa_block : int
        Number of the first block of worlds in which the Mesa engine asks two tactics move by move, although compiled
        code could play them; its results are the same.
    """

    pair: Pair
    first_mesa_block: int


def main(connection: int, call: int, lifeline: int) -> None:
    """Serve until the parent closes the connection; the arguments are descriptors."""
    # What interrupts the parent is for the parent to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(Connection(lifeline, writable=False))
    with Connection(connection) as parent:
        try:
            assignment: Assignment = pickle.loads(parent.recv_bytes())  # noqa: S301  written by the parent for this process
            make_known(assignment.tactics)
            player = _Table(assignment.terms, SharedCall(call))
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


@final
class _Table:
    """Plays pairs on worlds that are drawn once."""

    def __init__(self, terms: Terms, call: SharedCall) -> None:
        self._terms = terms
        self._call = call
        self._blocks: list[Worlds] = draw_worlds(terms, WORLDS_AT_A_TIME)
        self._warm_up()
        watch_calls(call)

    def play(self, task: Task) -> pa.Table | Failure:
        """Play a pair on every world."""
        us, partner = (self._terms.players[place] for place in task.pair)
        try:
            return play_pair(self._terms, self._blocks, task.pair, self._playing(task.first_mesa_block))
        except BaseException as error:  # noqa: BLE001  code of somebody else may raise anything, SystemExit too
            return failure_of(error, us, partner)

    def _playing(self, first_mesa_block: int) -> CellFunction:
        """Function that plays a block of worlds and writes what is going on, move by move or for a block at once."""

        def play(worlds: Worlds, us: Player, partner: Player, *, solutions: bool) -> Ends:
            engine, first = cell_function(us, partner), int(worlds.batch.runs[0])
            if engine is play_compiled and first < first_mesa_block * WORLDS_AT_A_TIME:
                self._call.began(first, 0, BLOCK)
            elif engine is play_compiled:
                engine = play_mesa
            ends = engine(worlds, us, partner, solutions=solutions)
            self._call.ended()
            return ends

        return play

    def _warm_up(self) -> None:
        """Compile or load all that pairs need, so that no limit counts it."""
        from agents.tactics.registry import TACTICS

        terms = self._terms
        world = Worlds.draw(terms.config, 1, terms.seed, 0, terms.worlds)
        for player in terms.players:
            if isinstance(player, TacticPlayer):
                TACTICS[player.name].machine_code()
            elif isinstance(player, Preparing):
                # What a player cannot do, its own pairs will say.
                with suppress(*REFUSALS):
                    player.prepare(world)
        for engine in (play_compiled, play_mesa):
            # What is wrong with the config itself, pairs will say.
            with suppress(*REFUSALS):
                engine(world, _QUICK, _QUICK, solutions=self._terms.solutions)
