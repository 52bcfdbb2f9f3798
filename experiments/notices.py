"""What a command tells beside its results: notes on the input, each once, to whoever listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)


@contextmanager
def notices_to(say: Callable[[str], None]) -> Iterator[None]:
    """Hand every notice inside to `say`, each text once."""
    told: set[str] = set()

    def once(message: str) -> None:
        if message not in told:
            told.add(message)
            say(message)

    token = _LISTENER.set(once)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def is_heard() -> bool:
    """Whether anybody listens; finding out what there is to tell may take time."""
    return _LISTENER.get() is not None


def notice(message: str) -> None:
    """Tell whoever listens."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(f"note: {message}")
