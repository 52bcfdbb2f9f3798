"""What the user sees while a run is computed: a moving bar on a terminal, one line at the end elsewhere."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, final

from experiments.labels import counted, inside, outcome_label, share_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress


_LISTENER: ContextVar[Callable[[str], None] | None] = ContextVar("listener", default=None)

#: Said before the first negotiation after an installation or a change of the rules.
COMPILING: Final = "Compiling the rules for the first time; this takes less than a minute and happens once."


#: Seconds between two lines of a long run in a log.
_SECONDS_BETWEEN_LINES: Final = 60.0


class Progress(ABC):
    """Hears what a runner does."""

    @abstractmethod
    def say(self, message: str) -> None:
        """Take a message for the user."""

    @abstractmethod
    def counting(self, total: int, there: Counter[str]) -> AbstractContextManager[None]:
        """Count from the outcomes that are there already to `total` runs, until the context ends."""

    @abstractmethod
    def advance(self, outcomes: Counter[str]) -> None:
        """Take the outcomes of a finished chunk."""


@final
class LineProgress(Progress):
    """Prints messages, a line now and then and one at the end: for logs, pipes and (quiet) notebooks."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._total = 0
        self._there = 0
        self._start = 0.0
        self._next_line = 0.0

    def say(self, message: str) -> None:
        """Print the message."""
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def counting(self, total: int, there: Counter[str]) -> Iterator[None]:
        """Print runs, rate and shares at the end; nothing if the run is interrupted."""
        self._counts = Counter(there)
        self._total, self._there = total, there.total()
        self._start = self._clock()
        self._next_line = self._start + _SECONDS_BETWEEN_LINES
        yield
        computed = self._counts.total() - self._there
        now = f", {computed:,} of them computed now" if there else ""
        rate = f" at {self._rate():,.0f} a second" if computed else ""
        self.say(f"{counted(total, 'negotiation')}{now}{rate}: {shares_in_words(self._counts)}")

    def advance(self, outcomes: Counter[str]) -> None:
        """Count the outcomes; print how far the run is when the last line was long ago."""
        self._counts += outcomes
        left = self._total - self._counts.total()
        if self._clock() < self._next_line or not left:
            return
        self._next_line = self._clock() + _SECONDS_BETWEEN_LINES
        time_left = timedelta(seconds=round(left / self._rate()))
        self.say(
            f"{self._counts.total():,} of {counted(self._total, 'negotiation')} at {self._rate():,.0f} a second, "
            f"{time_left} left: {shares_in_words(self._counts)}"
        )

    def _rate(self) -> float:
        return (self._counts.total() - self._there) / max(self._clock() - self._start, 1e-9)


@final
class BarProgress(Progress):
    """Draws a bar with runs done, rate, time left and the running shares of outcomes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._counts: Counter[str] = Counter()
        self._bar: RichProgress | None = None
        self._task: Any = None
        self._started_at = (0.0, 0)

    def say(self, message: str) -> None:
        """Print the message above the bar."""
        self._console.print(message, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def counting(self, total: int, there: Counter[str]) -> Iterator[None]:
        """Show the bar until the context ends; its last state stays on the screen."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._counts = Counter(there)
        self._started_at = time.monotonic(), there.total()
        columns = (
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[shares]}"),
        )
        with Progress(*columns, console=self._console) as bar:
            self._bar = bar
            self._task = bar.add_task("", total=total, completed=there.total(), rate="", shares="")
            yield
        self._bar = None

    def advance(self, outcomes: Counter[str]) -> None:
        """Move the bar."""
        if self._bar is None:
            raise RuntimeError("advance() belongs inside counting()")
        self._counts += outcomes
        start, there = self._started_at
        rate = (self._counts.total() - there) / max(time.monotonic() - start, 1e-9)
        self._bar.update(
            self._task,
            completed=self._counts.total(),
            rate=f"{rate:,.0f}/s",
            shares=shares_in_words(self._counts),
        )


def shares_in_words(counts: Counter[str]) -> str:
    """Shares of the outcomes, the most frequent first, for example ``stall 71.2 %, agreement 28.8 %``."""
    total = counts.total()
    return ", ".join(f"{inside(outcome_label(name))} {share_of(count, total)}" for name, count in counts.most_common())


def progress_for(console: Console) -> Progress:
    """Choose the bar for a terminal and the line for everything else."""
    return BarProgress(console) if console.is_terminal else LineProgress(console)


@contextmanager
def notices_to(say: Callable[[str], None]) -> Iterator[None]:
    """Hand every notice inside to `say`, each text once."""
    said: set[str] = set()

    def once(message: str) -> None:
        if message not in said:
            said.add(message)
            say(message)

    token = _LISTENER.set(once)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def has_listener() -> bool:
    """Whether notices go anywhere; to find out what there is to say may take time."""
    return _LISTENER.get() is not None


def notice(message: str) -> None:
    """Hand a notice to whoever listens."""
    listener = _LISTENER.get()
    if listener is not None:
        listener(f"note: {message}")


@final
class _Silent(Progress):
    """Tells nobody anything."""

    def say(self, message: str) -> None:
        """Tell nobody."""

    def counting(self, total: int, there: Counter[str]) -> AbstractContextManager[None]:
        """Count nothing."""
        return nullcontext()

    def advance(self, outcomes: Counter[str]) -> None:
        """Count nothing."""


def listener(progress: Progress | None) -> Progress:
    """Whom a question tells how far it is: `progress`, first of all that the rules have to be compiled, or nobody."""
    if progress is None:
        return _Silent()
    from sim.compiled import is_cold

    if is_cold():
        progress.say(COMPILING)
    return progress
