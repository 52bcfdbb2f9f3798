"""What only a process of its own can show: how long a start takes, and how much memory a run holds at its peak."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.bench.measure import duration
from experiments.errors import RunError
from experiments.json_values import json_value

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Runs of ``winset run`` whose time, from the command to the printed summary, is the time of a start.
START_RUNS: Final = 100

#: The most runs that the Mesa engine is asked for; more would take hours.
MOST_MESA_RUNS: Final = 10_000

_LAST_WORDS: Final = 400


class CommandRuns:
    """Runs ``winset`` on one config in fresh processes.

    Parameters
    ----------
    config : Config
        Written to a file of its own, with all that was set, for the processes to read.
    folder : pathlib.Path
        For that file and for what the processes write.
    """

    def __init__(self, config: Config, folder: Path) -> None:
        self._folder = folder
        self._config = folder / f"{config.name}.yaml"
        self._config.write_text(_as_yaml(config), encoding="utf-8")
        self._count = 0

    def _run(self, module: str, engine: str, runs: int, more: Sequence[str], environment: dict[str, str]) -> str:
        self._count += 1
        out = self._folder / f"out{self._count}"
        command = [sys.executable, "-m", module, "run", str(self._config), "--runs", str(runs), "--out", str(out)]
        command += ["--engine", engine, "--workers", "1", "--no-figures", *more]
        done = subprocess.run(  # noqa: S603 - our own command, with arguments of our own
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RunError(f"a process of the benchmark failed: {done.stderr.strip()[-_LAST_WORDS:]}")
        return done.stdout

    def start_seconds(self, engine: str, runs: int, cache: Path | None = None) -> float:
        """Time ``winset run`` to its summary; with `cache`, an empty folder, nothing is compiled beforehand."""
        environment = {} if cache is None else {"WINSET_CACHE_DIR": str(cache)}
        start = time.perf_counter()
        self._run("experiments.cli", engine, runs, [], environment)
        return time.perf_counter() - start

    def peak_mib(self, engine: str, runs: int) -> float:
        """Most memory that ``winset run`` holds while it computes and summarises so many runs; MiB."""
        words = self._run("experiments.bench.child", engine, runs, ["--no-trajectories", "--no-solutions"], {})
        return int(words.splitlines()[-1]) / 1024


def _as_yaml(config: Config) -> str:
    import json

    # JSON is YAML too.
    return json.dumps(config.resolved(), ensure_ascii=False, indent=1, default=json_value)


def measure_starts(
    commands: CommandRuns, engines: Sequence[str], runs: int, repetitions: int, cold: int, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Time cold and warm starts of every engine, in turns.

    Parameters
    ----------
    commands : CommandRuns
        Runs the commands in processes of their own.
    engines : sequence of str
        Engines that are timed.
    runs : int
        Negotiations of each start.
    repetitions, cold : int
        How often each warm start and each cold start is timed; a cold one compiles every rule.
    say : callable
        Gets a line before each start.
    """
    seconds: dict[tuple[str, str], list[float]] = {}
    for _ in range(cold):
        for engine in engines:
            say(f"cold start, {engine} engine")
            with tempfile.TemporaryDirectory() as cache:
                seconds.setdefault(("cold", engine), []).append(commands.start_seconds(engine, runs, Path(cache)))
    for engine in engines:
        commands.start_seconds(engine, runs)  # so that everything is compiled
    for _ in range(repetitions):
        for engine in engines:
            say(f"warm start, {engine} engine")
            seconds.setdefault(("warm", engine), []).append(commands.start_seconds(engine, runs))
    return [
        {"start": kind, "engine": engine, "runs": runs, "seconds": duration(times)}
        for (kind, engine), times in seconds.items()
    ]


def measure_memory(
    commands: CommandRuns, engines: Sequence[str], sizes: Sequence[int], say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Measure peak memory by number of runs; an engine that would take hours is left out with the reason."""
    found: list[dict[str, Any]] = []
    for engine in engines:
        for runs in sizes:
            if engine == "mesa" and runs > MOST_MESA_RUNS:
                found.append({"engine": engine, "runs": runs, "mib": None, "reason": "not measured: it takes hours"})
                continue
            say(f"peak memory at {runs:,} runs, {engine} engine")
            found.append({"engine": engine, "runs": runs, "mib": commands.peak_mib(engine, runs), "reason": None})
    return found
