"""Play pairs with players from outside in processes of their own, which are killed when a limit of time passes.

A thread cannot be stopped, and a loop in compiled code not even interrupted. A process can. It is started by a command
of its own rather than forked or spawned: so it shares no locks with this one and does not run the user's script again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final, final

from agents.errors import PlayerCall
from experiments.config.own_tactics import known_tactics
from experiments.errors import RunError, need
from experiments.questions.tournament.child import READY, WORLDS_AT_A_TIME, Assignment, Task
from experiments.questions.tournament.failures import Failure, Limits, failed
from experiments.questions.tournament.shared_call import BLOCK, SharedCall, shared_file

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.questions.tournament.pairs import Pair
    from experiments.questions.tournament.terms import Terms

#: Seconds between two looks at a child.
_LOOK: Final = 0.05
#: Seconds that a child may take to end by itself when it is no longer needed.
_LEAVE: Final = 5.0

_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from experiments.questions.tournament.child import main; main(*map(int, sys.argv[1:4]))"
)


def assignment_for(terms: Terms) -> bytes:
    """Everything that a child has to know, as bytes.

    Raises
    ------
    RunError
        When cloudpickle is missing, or a player cannot be handed over.
    """
    need("cloudpickle", "tournament", "a tournament with players of your own")
    import cloudpickle

    try:
        content: bytes = cloudpickle.dumps(Assignment(terms, known_tactics()))
    except Exception as error:
        raise RunError(
            f"the players cannot be handed to a process of their own: {type(error).__name__}: {error}. What a player "
            "holds must be something that Python can pickle."
        ) from error
    return content


class Stopped(Exception):  # noqa: N818  no error: who waits for a pair no longer wants it
    """The tournament ends before the pair does."""


@final
class Children:
    """Processes that play pairs; threads share them.

    Parameters
    ----------
    terms : Terms
        The tournament.
    limits : Limits
        How long pairs and players may take.
    one_at_first : bool
        Whether the others should start only when the first one is ready, as when it compiles what all need.
    """

    def __init__(self, terms: Terms, limits: Limits, *, one_at_first: bool) -> None:
        self._terms = terms
        self._limits = limits
        self._assignment = assignment_for(terms)
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._first = threading.Lock()
        self._together = not one_at_first
        self._stop = threading.Event()

    def play(self, pair: Pair) -> pa.Table | Failure:
        """Play a pair within its limits.

        Raises
        ------
        Stopped
            When :meth:`stop` was called meanwhile.
        """
        us, partner = (self._terms.players[place] for place in pair)
        limit = self._limits.of_pair(self._terms.worlds)
        first_mesa_block, spent = sys.maxsize, 0.0
        while True:
            child = self._take()
            try:
                began = time.monotonic()
                answer = self._wait(child, Task(pair, first_mesa_block), limit - spent)
                spent += time.monotonic() - began
            except BaseException:
                child.kill()
                raise
            if answer is not None:
                child.is_fresh = False
                with self._lock:
                    self._idle.append(child)
                return answer
            run, round_number, side = child.shared_call.place
            thinking = child.shared_call.going_on is not None and side != BLOCK
            call = PlayerCall((us, partner)[side].label, side, round_number, run) if thinking else None
            late = child.is_late
            code = child.kill()
            if late and call is None:
                # Compiled code tells of no single move; played again by the other engine, it does.
                first_mesa_block = run // WORLDS_AT_A_TIME
            elif late and call is not None:
                return failed(us, partner, "time", self._too_slow(call), call)
            elif spent >= limit:
                return failed(us, partner, "time", f"the pair took longer than {limit:g} s (--pair-timeout)")
            elif not child.is_fresh:
                # An earlier pair may have left behind what ended it, such as a timer. Alone, this one shows its own.
                first_mesa_block, spent = sys.maxsize, 0.0
            else:
                return failed(us, partner, "died", _ended(code), call)

    def stop(self) -> None:
        """Have all pairs end soon."""
        self._stop.set()

    def close(self) -> None:
        """Let the processes go."""
        with self._lock:
            for child in self._idle:
                child.leave()
            self._idle.clear()

    def _take(self) -> _Child:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        with self._first:
            if not self._together:
                child = _Child(self._assignment, self._stop)
                self._together = True
                return child
        return _Child(self._assignment, self._stop)

    def _wait(self, child: _Child, task: Task, seconds: float) -> pa.Table | Failure | None:
        """Answer of a child; None if a limit passed or it died."""
        if not child.send(task):
            return None
        end = time.monotonic() + seconds
        call, since = None, 0.0
        while not child.connection.poll(_LOOK):
            if self._stop.is_set():
                raise Stopped
            now, going_on = time.monotonic(), child.shared_call.going_on
            if going_on is None or going_on != call:
                call, since = going_on, now
            elif now - since > self._limits.call_seconds:
                child.is_late = True
                return None
            if now > end:
                return None
        answer = child.receive()
        return None if isinstance(answer, str) else answer

    def _too_slow(self, call: PlayerCall) -> str:
        return (
            f"{call.player} thought longer than {self._limits.call_seconds:g} s in round {call.round} of run "
            f"{call.run} (--call-timeout)"
        )


def _ended(code: int) -> str:
    how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    return f"the process in which the pair was played ended {how}"


@final
class _Child:
    """A process that plays pairs.

    Attributes
    ----------
    connection : Connection
        To and from it.
    shared_call : SharedCall
        Whose move it is.
    is_late : bool
        Whether a player has been thinking for too long.
    is_fresh : bool
        Whether no pair has been played in it to the end.

    Raises
    ------
    RunError
        When it cannot take up its assignment.
    """

    def __init__(self, assignment: bytes, stop: threading.Event) -> None:
        self.is_late = False
        self.is_fresh = True
        with ExitStack() as owned:
            self.connection, theirs = multiprocessing.Pipe()
            owned.callback(self.connection.close)
            shared = owned.enter_context(shared_file())
            self.shared_call = SharedCall(shared)
            lifeline, self._lifeline = os.pipe()
            owned.callback(os.close, self._lifeline)
            try:
                handles = (theirs.fileno(), shared, lifeline)
                # What a player prints belongs to no table.
                self._process = subprocess.Popen(  # noqa: S603  this Python
                    [sys.executable, "-c", _START, json.dumps(sys.path), *map(str, handles)],
                    stdin=subprocess.DEVNULL, stdout=2, pass_fds=handles,
                )  # fmt: skip
            finally:
                theirs.close()
                os.close(lifeline)
            owned.callback(self._end)
            # One that has ended already is noticed below, with how it ended.
            with suppress(ConnectionError):
                self.connection.send_bytes(assignment)
            while not self.connection.poll(_LOOK):
                if stop.is_set():
                    raise Stopped
            said = self.receive()
            if said != READY:
                wrong = _ended(self._process.wait()) if said is None else said
                raise RunError(f"the players cannot be taken up by a process of their own: {wrong}.")
            self._owned = owned.pop_all()

    def send(self, task: Task) -> bool:
        """Send a task; False if it died before."""
        self.shared_call.clear()
        try:
            self.connection.send(task)
        except ConnectionError:
            return False
        return True

    def receive(self) -> pa.Table | Failure | str | None:
        """Take an answer; None if it died instead."""
        try:
            answer: pa.Table | Failure | str | None = self.connection.recv()
        except (EOFError, OSError):
            # An error of the system and no end of file where it died in the middle of its answer.
            return None
        return answer

    def kill(self) -> int:
        """End it at once and return its exit code."""
        self._process.kill()
        code = self._process.wait()
        self._owned.close()
        return code

    def leave(self) -> None:
        """Let it end by itself."""
        self.connection.close()
        try:
            self._process.wait(_LEAVE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._owned.close()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
