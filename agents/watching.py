"""Tell whoever watches this process when a player is asked for its next move, and when it has answered.

A player of somebody else may never answer. It cannot be stopped from within its own process; the process that waits for
it has to know how long it has been thinking, and in which round.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol


class Watch(Protocol):
    """Hears of every call of a player."""

    def asked(self, run: int, round_number: int, side: int) -> None:
        """Hear that the player of `side` is asked."""

    def answered(self) -> None:
        """Hear that it has answered, or raised an error."""


#: Whoever hears of the calls of this process; at most one.
_watching: Final[list[Watch]] = []


def watch_calls(watch: Watch) -> None:
    """Let `watch` hear of all calls in this process from now on."""
    _watching[:] = [watch]


@contextmanager
def call_of(run: int, round_number: int, side: int) -> Iterator[None]:
    """Ask a player inside this context."""
    if not _watching:
        yield
        return
    watch = _watching[0]
    watch.asked(run, round_number, side)
    try:
        yield
    finally:
        watch.answered()
