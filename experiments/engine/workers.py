"""Worker processes of this machine: how they start, and that they end with the process that started them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from types import ModuleType


class WorkerPool:
    """Spawned processes, which share neither threads nor compiled state with this one.

    Parameters
    ----------
    workers : int
        Number of processes.
    """

    def __init__(self, workers: int) -> None:
        from experiments.engine import call_limit

        context = multiprocessing.get_context("spawn")
        self._lifeline, self._end = context.Pipe(duplex=False)
        self._started, self._sign = context.Pipe(duplex=False)
        self._reasons, self._reason = context.Pipe(duplex=False)
        # Started here because the tracker unblocks SIGINT when it starts, which would undo `interrupts_deferred`.
        resource_tracker.ensure_running()
        self._executor = ProcessPoolExecutor(
            workers,
            mp_context=context,
            initializer=_start_worker,
            initargs=(self._lifeline, self._sign, self._reason, call_limit.CALL_SECONDS),
        )

    @contextmanager
    def starting(self) -> Iterator[ProcessPoolExecutor]:
        """Hand out the executor for submitting, which starts processes as they are needed."""
        with interrupts_deferred(), _script_kept_out():
            yield self._executor

    @property
    def has_started(self) -> bool:
        """Whether a worker has come as far as to take work."""
        return self._started.poll()

    def reason_of_end(self) -> str | None:
        """Why a worker has ended itself, or None."""
        return str(self._reasons.recv()) if self._reasons.poll() else None

    def abandon(self) -> None:
        """End workers in the middle of what they do: nobody waits for it any more."""
        self._end.close()

    def close(self) -> None:
        """Wait for the workers to end."""
        self._executor.shutdown(wait=True, cancel_futures=True)
        for end in (self._end, self._lifeline, self._started, self._sign, self._reasons, self._reason):
            end.close()


@contextmanager
def interrupts_deferred() -> Iterator[None]:
    """Hold Ctrl-C back while a process starts, which inherits this: only the parent answers to Ctrl-C."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _script_kept_out() -> Iterator[None]:
    """Hide the user's script while a process starts, which would otherwise execute it before anything else.

    Nothing in it is a worker's business. It may lack the guard ``if __name__ == "__main__":``, and would then start its
    runs again in each worker; one from standard input is nowhere to be found.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


def _start_worker(lifeline: Connection, started: Connection, reason: Connection, call_seconds: float) -> None:
    from experiments.engine.call_limit import limit_calls

    started.send_bytes(b"1")
    end_with_parent(lifeline)
    limit_calls(partial(_say_and_end, reason), call_seconds)


def _say_and_end(reason: Connection, message: str) -> None:
    """Tell the parent why, if it is still there to hear it, and end this process from whatever thread."""
    try:
        reason.send(message)
    finally:
        os._exit(1)


def end_with_parent(lifeline: Connection) -> None:
    """From now on, end this process when the parent closes its end of the pipe, which a dying parent does as well."""
    threading.Thread(target=_wait_and_end, args=(lifeline,), daemon=True).start()


def _wait_and_end(lifeline: Connection) -> None:
    lifeline.poll(None)
    os._exit(1)
