"""Timing for benchmarks: what is compared takes turns, so that noise on the machine meets all of it alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

#: Does a job as many times as it is told.
Task = Callable[[int], object]

#: How much longer the next trial may be than the last one while the size of a measurement is sought.
_MOST_GROWTH: Final = 20.0
_LARGEST_COUNT: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Effort:
    """How much time a measurement may take.

    Attributes
    ----------
    repetitions : int
        How often each thing is measured.
    seconds : float
        About how long one measurement takes.
    """

    repetitions: int
    seconds: float


def interleaved(tasks: Mapping[str, Task], effort: Effort) -> dict[str, list[float]]:
    """Measure tasks in turns; seconds for doing each job once, one number for each repetition.

    Every task is first run for nothing, which compiles what it needs, and its size is chosen so that one measurement
    takes about as long as `effort` says.
    """
    counts = {name: _fitting_count(task, effort.seconds) for name, task in tasks.items()}
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(effort.repetitions):
        for name, task in tasks.items():
            seconds[name].append(_timed(task, counts[name]) / counts[name])
    return seconds


def _fitting_count(task: Task, seconds: float) -> int:
    task(1)
    count = 1
    while (spent := _timed(task, count)) < 0.5 * seconds and count < _LARGEST_COUNT:
        growth = seconds / max(spent, seconds / _MOST_GROWTH)
        count = min(_LARGEST_COUNT, max(count + 1, round(count * growth)))
    return count


def _timed(task: Task, count: int) -> float:
    start = time.perf_counter()
    task(count)
    return time.perf_counter() - start


def rate(seconds: Sequence[float]) -> dict[str, Any]:
    """Summarise times of one job as jobs a second: best and median of the repetitions."""
    return {
        "best": 1.0 / min(seconds),
        "median": 1.0 / statistics.median(seconds),
        "repetitions": len(seconds),
    }


def duration(seconds: Sequence[float]) -> dict[str, Any]:
    """Summarise times as seconds: best and median of the repetitions."""
    return {"best": min(seconds), "median": statistics.median(seconds), "repetitions": len(seconds)}
