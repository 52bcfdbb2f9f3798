"""End a process in which a tactic of the user's own gives no answer.

Nothing inside a process can stop such a tactic: compiled code hears no signal, and Python code may catch whatever is
raised in it. A thread therefore watches the calls and ends the process as a whole, which leaves no file half-written.
Time counts only while that thread itself gets to run, so that a process that was stopped for a while may go on, and not
while a debugger has hold of the call.
"""

from __future__ import annotations

import bdb
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from agents.watching import watch_calls
from sim.bargaining.outcomes import RUNNING

if TYPE_CHECKING:
    from experiments.design.records import Batch
    from sim.records import Table

#: Seconds that a player from outside may think about one move.
CALL_SECONDS: Final = 30.0

#: Seconds between two looks at what is going on.
_LOOK: Final = 0.25

#: Seconds that the last words of a command may take to be printed.
_LAST_WORDS: Final = 2.0

#: Shows the cursor, which a bar of progress hides.
_SHOW_CURSOR: Final = "\x1b[?25h"

#: Ends this process with a message; does not return.
End = Callable[[str], None]


@dataclass(slots=True)
class _Waiting:
    """What a thread waits for: an answer in one round, or the runs of a batch in compiled code.

    Attributes
    ----------
    places : dict
        The user's own tactics that may be asked, with file and line.
    where : callable
        Says where the talks are, in words; whoever watches sees by it that they go on.
    since : str
        Where they were at the last look.
    seconds : float
        How long they have been there.
    """

    places: dict[str, str]
    where: Callable[[], str]
    since: str = ""
    seconds: float = 0.0

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

    def began(self, run: int, round_number: int, side: int, player: str) -> None:
        """Hear that a player is asked."""
        if places := _own([player]):
            where = f"in round {round_number} of run {run}"
            self._waiting[threading.get_ident()] = _Waiting(places, lambda: where)

    def ended(self) -> None:
        """Hear that it has answered."""
        self._waiting.pop(threading.get_ident(), None)

    def begun(self, batch: Batch, results: Table) -> None:
        """Hear that compiled code begins to play a batch; it writes an outcome for one run after the other."""
        if places := _own(batch.tactics):
            self._waiting[threading.get_ident()] = _Waiting(places, lambda: _first_running(batch, results))

    def close(self) -> None:
        """Watch no longer."""
        self._over.set()

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._over.wait(_LOOK):
            now = time.monotonic()
            # No more than two looks' time: this process may have been stopped in between.
            passed, last = min(now - last, 2 * _LOOK), now
            for thread, waiting in list(self._waiting.items()):
                if waiting.look(0.0 if _is_stepped(thread) else passed) > self._seconds:
                    self._end(self._message(waiting))

    def _message(self, waiting: _Waiting) -> str:
        return (
            f"{', '.join(waiting.places.values())}: tactic {' or '.join(waiting.places)} gave no answer within "
            f"{self._seconds:g} s {waiting.since}; see whether a loop in it can go on for ever."
        )


#: Who watches the calls of this process; at most one.
_limits: Final[list[CallLimit]] = []


@contextmanager
def calls_limited(end: End, seconds: float | None = None) -> Iterator[None]:
    """Watch the calls of the user's own tactics inside this context, in place of whoever watches outside it."""
    before, limit = list(_limits), _limit(end, seconds)
    _put(limit)
    try:
        yield
    finally:
        _put(*before)
        limit.close()


def limit_calls(end: End, seconds: float | None = None) -> None:
    """Watch the calls of the user's own tactics from now on."""
    for before in _limits:
        before.close()
    _put(_limit(end, seconds))


def _limit(end: End, seconds: float | None) -> CallLimit:
    return CallLimit(end, CALL_SECONDS if seconds is None else seconds)


def _put(*limits: CallLimit) -> None:
    """Let one limit, or none, watch from now on."""
    _limits[:] = limits
    watch_calls(limits[0] if limits else None)


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
        limit.ended()


def end_command(message: str) -> None:
    """End this command as wrong input does, from whatever thread.

    Whatever the thread in the tactic holds, it holds for ever: a lock of a stream, or that of a bar of progress, which
    has standard error in its hands while it is up. So nothing here waits for a lock, and nothing keeps the end back.
    """
    from experiments.refusals import BAD_INPUT

    try:
        last = threading.Thread(target=_clear_up, daemon=True)
        last.start()
        last.join(_LAST_WORDS)
        start = f"{_SHOW_CURSOR}\n" if os.isatty(2) else ""
        encoding = getattr(sys.__stderr__, "encoding", None) or "utf-8"
        os.write(2, f"{start}error: {message}\n".encode(encoding, "backslashreplace"))
    finally:
        os._exit(BAD_INPUT)


def _clear_up() -> None:
    """Do what the end of the interpreter would: hand on what was printed, and remove what was kept for this process."""
    from sim.code_cache.folder import remove_passing

    remove_passing()
    if sys.__stdout__ is not None:
        # Nobody may be left to read it, or it is closed; the message on the other stream still has to come out.
        with suppress(OSError, ValueError):
            sys.__stdout__.flush()


def _is_stepped(thread: int) -> bool:
    """Whether a debugger has hold of what a thread executes; one that only counts lines does not.

    The first frame of a thread keeps the mark of a debugger that has let go.
    """
    monitoring: Any = getattr(sys, "monitoring", None)
    if monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None:
        return True
    frame = sys._current_frames().get(thread)
    while frame is not None and frame.f_back is not None:
        trace: Any = frame.f_trace
        if isinstance(getattr(trace, "__self__", None), bdb.Bdb) or "pydevd" in str(getattr(trace, "__module__", "")):
            return True
        frame = frame.f_back
    return False


def _own(names: tuple[str, ...] | list[str]) -> dict[str, str]:
    """Find those of the tactics that are the user's own, ready to be called, and where each is written."""
    from agents.own_rules.own_rule import OwnRule
    from agents.tactics.registry import TACTICS

    places = {}
    for name in names:
        rule = TACTICS[name].aspiration if name in TACTICS else None
        if isinstance(rule, OwnRule):
            # Compiled with its first call, which is not to count.
            TACTICS[name].machine_code()
            places[name] = rule.place
    return places


def _first_running(batch: Batch, results: Table) -> str:
    """Say which run compiled code plays."""
    running = np.flatnonzero(results["outcome"] == RUNNING)
    return f"in run {int(batch.runs[running[0]])}" if running.size else "after the last run"
