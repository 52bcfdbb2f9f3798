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

    def began(self, run: int, round_number: int, side: int, player: str) -> None:
        """Hear that `player`, which sits for `side`, is asked; said by the thread that asks."""

    def ended(self) -> None:
        """Hear that it has answered, or raised an error."""


#: Whoever hears of the calls of this process; at most one.
_watching: Final[list[Watch]] = []


def watch_calls(watch: Watch | None) -> None:
    """Let `watch`, or nobody, hear of all calls in this process from now on."""
    _watching[:] = [] if watch is None else [watch]


@contextmanager
def call_of(run: int, round_number: int, side: int, player: str) -> Iterator[None]:
    """Ask a player inside this context."""
    if not _watching:
        yield
        return
    watch = _watching[0]
    watch.began(run, round_number, side, player)
    try:
        yield
    finally:
        watch.ended()
