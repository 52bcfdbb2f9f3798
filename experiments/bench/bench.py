"""``winset bench``: how fast the engines are, how they start, what memory they take, and NegMAS on the same talks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.bench import negmas_negotiation
from experiments.bench.engines import Contender, contenders, engines, how_runs_end
from experiments.bench.measure import Effort, Task, interleaved, machine_facts, rate
from experiments.bench.negmas import RUNS, NegmasPayoffs, NegmasTask, why_not
from experiments.bench.payoffs import PayoffLoops, on_threads
from experiments.bench.process import START_RUNS, CommandRuns, measure_memory, measure_starts
from experiments.bench.talks import AdditiveTalks, talks_of
from experiments.bench.text import markdown, ratios, show
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.seats.negmas import version
from experiments.store.place import storing_in
from experiments.store.places import place_of

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.config.model import Config

Report = dict[str, Any]
Say = Callable[[str], None]

_THREADS: Final = (1, 2)
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """What to measure, and how long to take over it.

    Attributes
    ----------
    effort : Effort
        Repetitions and length of the timed measurements.
    cold_starts : int
        How often a cold start of each engine is timed; 0 for not at all.
    start_runs : int
        Negotiations of a start.
    memory_runs : tuple of int
        Sizes at which peak memory is read; none for not at all.
    negmas : bool
        Whether to play the same talks in NegMAS.
    """

    effort: Effort
    cold_starts: int = 2
    start_runs: int = START_RUNS
    memory_runs: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    negmas: bool = True


_ADVICE: Final = "Name another file with --json."

FULL: Final = BenchOptions(Effort(repetitions=5, seconds=1.0))

#: Everything once and small: shows that the benchmark works and says nothing about speed.
QUICK: Final = BenchOptions(Effort(repetitions=2, seconds=0.02), cold_starts=1, start_runs=2, memory_runs=(2, 4))


def bench_command(
    path: Path,
    sets: Sequence[str],
    json_file: Path | None,
    *,
    quick: bool,
    cold: bool,
    memory: bool,
    negmas: bool,
    as_markdown: bool,
    console: Console,
    say: Say,
) -> None:
    """Measure a config, print the table, and write the figures where asked."""
    from sim.compiled import IS_COMPILED

    if not IS_COMPILED:
        raise RunError("winset bench times compiled rules; start it without NUMBA_DISABLE_JIT.")
    options = QUICK if quick else FULL
    options = replace(
        options,
        cold_starts=options.cold_starts if cold else 0,
        memory_runs=options.memory_runs if memory else (),
        negmas=negmas,
    )
    config = load_config(path, sets)
    if json_file is not None and json_file.is_dir():
        raise RunError(f"--json {json_file} is a folder; name a file.")
    if json_file is not None:
        # Before minutes of measuring for a file that cannot be written.
        with storing_in(json_file, _ADVICE):
            place_of(json_file.parent).make()
    report = measure(config, options, say)
    if json_file is not None:
        write_report(report, json_file)
    if as_markdown:
        console.out(markdown(report), highlight=False)
    else:
        show(report, console)


def measure(config: Config, options: BenchOptions, say: Say) -> Report:
    """Measure everything on one config, in one go.

    Parameters
    ----------
    config : Config
        What is negotiated.
    options : BenchOptions
        What to measure.
    say : callable
        Told what is being measured.

    Returns
    -------
    dict
        Plain data: ``machine``, ``negotiations`` and ``payoffs`` (a second), ``starts`` (seconds), ``memory`` (MiB),
        ``negmas`` (set-ups, or the reason why it was left out), ``ends`` (rounds and deals), ``ratios`` (of medians).
    """
    seed = config.experiment.seed
    report: Report = {
        "format": _FORMAT,
        "date": datetime.now(UTC).date().isoformat(),
        "config": {"name": config.name, "digest": config.digest(), "seed": seed},
        "machine": machine_facts(),
    }
    # Processes are started first, while this one is small and nothing else runs.
    report |= _in_processes(config, options, say)
    reason = "left out" if not options.negmas else why_not(config)
    talks = [] if reason else [talks_of(config, seed, run) for run in range(RUNS)]
    report |= _negotiations(config, seed, talks, options, say)
    report["negmas"]["reason"] = reason
    report["ends"] = {engine: how_runs_end(config, seed, engine) for engine in engines()}
    say("payoff evaluations a second")
    report["payoffs"] = _payoffs(config, seed, talks, options)
    report["ratios"] = ratios(report)
    return report


def write_report(report: Report, path: Path) -> None:
    """Write a report as JSON."""
    folder = place_of(path.parent)
    with storing_in(path, _ADVICE):
        folder.make()
        folder.write(path.name, (json.dumps(report, indent=1) + "\n").encode())


def _in_processes(config: Config, options: BenchOptions, say: Say) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        with storing_in(folder, "Set TMPDIR to a folder with room."):
            commands = CommandRuns(config, Path(folder))
        starts = measure_starts(
            commands, engines(), options.start_runs, options.effort.repetitions, options.cold_starts, say
        )
        memory = measure_memory(commands, engines()[:1], options.memory_runs, say)
    return {"starts": starts, "memory": memory}


def _negotiations(config: Config, seed: int, talks: list[AdditiveTalks], options: BenchOptions, say: Say) -> Report:
    with contenders(config, seed, _THREADS) as ours:
        theirs = [NegmasTask(talks, setup) for setup in negmas_negotiation.SETUPS] if talks else []
        tasks: dict[str, Task] = {each.name: each.play for each in ours}
        tasks |= {f"negmas/{each.setup.name}": each for each in theirs}
        say(f"negotiations a second, {len(tasks)} ways in turns")
        seconds = interleaved(tasks, options.effort)
    return {
        "negotiations": [_row(each) | {"per_second": rate(seconds[each.name])} for each in ours],
        "negmas": {
            "version": version(),
            "setups": [each.results() | {"per_second": rate(seconds[f"negmas/{each.setup.name}"])} for each in theirs],
        },
    }


def _row(contender: Contender) -> Report:
    return {
        "engine": contender.engine,
        "scope": contender.scope,
        "threads": contender.threads,
        "opening_only": contender.opening,
    }


def _payoffs(config: Config, seed: int, talks: list[AdditiveTalks], options: BenchOptions) -> list[Report]:
    loops = PayoffLoops(config, seed)
    tasks = {
        (engine, source, threads): on_threads(task, threads)
        for (engine, source), task in loops.tasks().items()
        for threads in _THREADS
    }
    if talks:
        tasks["negmas", "tables", 1] = NegmasPayoffs(talks[0], negmas_negotiation.SETUPS[0], loops.tabled_levels)
    seconds = interleaved({"/".join(map(str, way)): task for way, task in tasks.items()}, options.effort)
    return [
        {"engine": way[0], "from": way[1], "threads": way[2], "per_second": rate(seconds["/".join(map(str, way))])}
        for way in tasks
    ]
