"""Progress that keeps what it hears, for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import final

from experiments.progress import Progress


@final
class RecordedProgress(Progress):
    """Keeps what it hears.

    Attributes
    ----------
    messages : list of str
        What was said.
    total : int
        How many negotiations there are to be.
    there, outcomes : Counter
        Outcomes of those that were there already, and of those that were played.
    chunks : list of int
        How many negotiations each chunk has had.
    """

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.total = 0
        self.there: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.chunks: list[int] = []

    def say(self, message: str) -> None:
        """Keep the message."""
        self.messages.append(message)

    @contextmanager
    def counting(self, total: int, there: Counter[str]) -> Iterator[None]:
        """Keep how many negotiations there are to be, and which are there already."""
        self.total, self.there = total, there
        yield

    def advance(self, outcomes: Counter[str]) -> None:
        """Keep the outcomes."""
        self.outcomes += outcomes
        self.chunks.append(outcomes.total())
