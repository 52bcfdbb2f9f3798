"""Timing for benchmarks: what is compared takes turns, so that noise on the machine meets all of it alike."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.compiled import empty_ends, machine_code, talks_of
from sim.engine.kernel import play_all
from sim.engine.memory import Talks
from sim.engine.results import Ends

if TYPE_CHECKING:
    from experiments.config.model import Config

_PACKAGES: Final = ("winset", "numpy", "numba", "mesa", "negmas")

_CPU_INFO: Final = Path("/proc/cpuinfo")


#: Does one thing a given number of times.
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
    """Measure tasks in turns; seconds for doing each once, one number for each repetition.

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
    """Summarise times of one task as tasks a second: best and median of the repetitions."""
    return {
        "best": 1.0 / min(seconds),
        "median": 1.0 / statistics.median(seconds),
        "repetitions": len(seconds),
    }


def duration(seconds: Sequence[float]) -> dict[str, Any]:
    """Summarise times as seconds: best and median of the repetitions."""
    return {"best": min(seconds), "median": statistics.median(seconds), "repetitions": len(seconds)}


@dataclass(frozen=True, slots=True)
class PreparedLoop:
    """Negotiations as records, with room for their ends."""

    talks: Talks
    ends: Ends
    tactics: tuple[str, str]

    def __call__(self, count: int, threads: int) -> Ends:
        """Play the first `count` negotiations on so many threads."""
        bounds = [round(count * share / threads) for share in range(threads + 1)]
        us, partner = (machine_code(name) for name in self.tactics)
        with ThreadPoolExecutor(threads) as pool:
            parts = [
                pool.submit(play_all, _part(self.talks, *span), us, partner, False, _ends(self.ends, *span))
                for span in pairwise(bounds)
            ]
            for part in parts:
                part.result()
        return self.ends


def prepare(config: Config, count: int, seed: int) -> PreparedLoop:
    """Draw and build the records of so many negotiations."""
    batch = build_records(config, design_table(config, count, seed, 0, count), seed)
    return PreparedLoop(talks_of(config, batch, seed), empty_ends(batch), batch.tactics)


def _part(talks: Talks, first: int, last: int) -> Talks:
    runs = {
        name: getattr(talks, name)[first:last]
        for name in ("regimes", "firms", "makers", "movers", "coins", "executions", "beliefs", "tactics")
    }
    return talks._replace(**runs)


def _ends(ends: Ends, first: int, last: int) -> Ends:
    return Ends(ends.results[first:last], ends.agents[first:last], np.zeros((0, 0), ends.tracks.dtype))


def machine_facts() -> dict[str, Any]:
    """Return processors, system and versions; None for what is not installed."""
    return {
        "processors": os.cpu_count(),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in _PACKAGES},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    if _CPU_INFO.exists():
        for line in _CPU_INFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
