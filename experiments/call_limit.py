"""End a process in which a tactic of the user's own gives no answer.

Nothing inside a process can stop such a tactic: compiled code hears no signal, and Python code may catch whatever is
raised in it. A thread therefore watches the calls and ends the process as a whole, which leaves nothing half-written.
Time counts only while that thread itself gets to run, so that a process that was stopped for a while may go on.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

import numpy as np

from agents.watching import watch_calls
from sim.protocol import RUNNING

if TYPE_CHECKING:
    from experiments.records import Batch
    from sim.records import Table

#: Seconds that a player from outside may think about one move.
CALL_SECONDS: Final = 30.0

#: Seconds between two looks at what is going on.
_LOOK: Final = 0.25

#: Shows the cursor, which a bar of progress hides.
_SHOW_CURSOR: Final = "\x1b[?25h"

#: Ends this process with a message; does not return.
End = Callable[[str], None]


@dataclass(slots=True)
class _Waiting:
    """What a thread waits for: an answer in one round, or the runs of a batch in compiled code.

    Attributes
    ----------
    names : list of str
        The user's own tactics that may be asked.
    where : callable
        Says where the talks are, in words; whoever watches sees by it that they go on.
    since : str
        Where they were at the last look.
    seconds : float
        How long they have been there.
    """

    names: list[str]
    where: Callable[[], str]
    since: str = ""
    seconds: float = field(default=0.0)

    def look(self, passed: float) -> float:
        """Seconds without an answer, now that so many more have passed."""
        before, self.since = self.since, self.where()
        self.seconds = self.seconds + passed if self.since == before else 0.0
        return self.seconds


@final
class CallLimit:
    """Watches the calls of the user's own tactics in all threads of this process.

    Parameters
    ----------
    end : callable
        Told which tactic gives no answer, and where; ends the process.
    seconds : float
        How long a call may take.
    """

    def __init__(self, end: End, seconds: float) -> None:
        self._end = end
        self._seconds = seconds
        self._waiting: dict[int, _Waiting] = {}
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def asked(self, run: int, round_number: int, side: int, player: str) -> None:
        """Hear that a player is asked."""
        if names := _own([player]):
            where = f"in round {round_number} of run {run}"
            self._waiting[threading.get_ident()] = _Waiting(names, lambda: where)

    def answered(self) -> None:
        """Hear that it has answered."""
        self._waiting.pop(threading.get_ident(), None)

    def begun(self, batch: Batch, results: Table) -> None:
        """Hear that compiled code begins to play a batch; it writes an outcome for one run after the other."""
        if names := _own(batch.tactics):
            self._waiting[threading.get_ident()] = _Waiting(names, lambda: _first_running(batch, results))

    def close(self) -> None:
        """Watch no longer."""
        self._over.set()

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._over.wait(_LOOK):
            now = time.monotonic()
            # No more than two looks' time: this process may have been stopped in between.
            passed, last = min(now - last, 2 * _LOOK), now
            for waiting in list(self._waiting.values()):
                if waiting.look(passed) > self._seconds:
                    self._end(self._told(waiting))

    def _told(self, waiting: _Waiting) -> str:
        from agents.tactics.registering import own_tactics

        places = ", ".join(own_tactics()[name].place for name in waiting.names)
        return (
            f"{places}: tactic {' or '.join(waiting.names)} gave no answer within {self._seconds:g} s "
            f"{waiting.since}; see whether a loop in it can go on for ever."
        )


#: Who watches the calls of this process; at most one.
_limits: Final[list[CallLimit]] = []


@contextmanager
def calls_limited(end: End, seconds: float | None = None) -> Iterator[None]:
    """Watch the calls of the user's own tactics inside this context."""
    limit_calls(end, seconds)
    try:
        yield
    finally:
        watch_calls(None)
        _limits.pop().close()


def limit_calls(end: End, seconds: float | None = None) -> None:
    """Watch the calls of the user's own tactics from now on."""
    for before in _limits:
        before.close()
    limit = CallLimit(end, CALL_SECONDS if seconds is None else seconds)
    watch_calls(limit)
    _limits[:] = [limit]


@contextmanager
def batch_watched(batch: Batch, results: Table) -> Iterator[None]:
    """Play a batch with compiled code inside this context; `results` gets an outcome for one run after the other."""
    if not _limits:
        yield
        return
    limit = _limits[0]
    limit.begun(batch, results)
    try:
        yield
    finally:
        limit.answered()


def end_command(message: str) -> None:
    """End this command as wrong input does, from whatever thread."""
    from experiments.commands.options import BAD_INPUT, tell

    tell(f"{_SHOW_CURSOR if sys.stderr.isatty() else ''}error: {message}")
    sys.stderr.flush()
    os._exit(BAD_INPUT)


def _own(names: tuple[str, ...] | list[str]) -> list[str]:
    """Those of the tactics that are the user's own, ready to be called."""
    from agents.tactics.own_rule import OwnRule
    from agents.tactics.registry import TACTICS

    own = [name for name in dict.fromkeys(names) if name in TACTICS and isinstance(TACTICS[name].aspiration, OwnRule)]
    for name in own:
        # Compiled with its first call, which is not to count.
        TACTICS[name].machine_code()
    return own


def _first_running(batch: Batch, results: Table) -> str:
    """Say which run compiled code plays."""
    running = np.flatnonzero(results["outcome"] == RUNNING)
    return f"in run {int(batch.runs[running[0]])}" if running.size else "after the last run"
