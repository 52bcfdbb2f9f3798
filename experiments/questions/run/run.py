"""From a config and what the user asked for to a finished directory: start it, or go on with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from experiments.config.own_tactics import choose_engine, workers_for
from experiments.engine.simulate import Engine, find_engine
from experiments.errors import MAX_WORKERS, RunError, check_number
from experiments.progress import Progress
from experiments.questions.run.execute import execute
from experiments.questions.run.result import RunResult, read
from experiments.store.directory import Directory, Say
from experiments.store.manifest import Manifest, Request, read_manifest
from experiments.store.place import Folder, Place, reading_from
from experiments.store.places import place_of
from experiments.store.plan import Options, Plan, make_plan

if TYPE_CHECKING:
    from experiments.config.model import Config


#: Runs that the compiled engine has done on one process before a second one has started.
_SHORT: Final = 100_000
_SHORT_WITH_SOLUTIONS: Final = 2_000


def play(
    config: Config,
    options: Options,
    folder: Folder | None,
    *,
    workers: int | None,
    progress: Progress,
    resume: bool = False,
    overwrite: bool = False,
    cluster: str | None = None,
    engine_of: Callable[[str], Engine] = find_engine,
) -> RunResult:
    """Run a config into `folder` and return what came out.

    Parameters
    ----------
    config : Config
        What is negotiated.
    options : Options
        What the user asked for; the rest comes from the config or, with `resume`, from the run that goes on.
    folder : str or pathlib.Path, optional
        Directory or address of the run; without one its tables are read before they go.
    workers : int, optional
        Number of processes on this machine; by default as many as pay.
    progress : Progress
        Told what happens.
    resume : bool
        Go on with the run in `folder`; if there is none yet, start it.
    overwrite : bool
        Replace the run in `folder`, finished or not.
    cluster : str, optional
        Address of a Dask scheduler whose workers compute, or ``local`` for a cluster of processes on this machine.
    engine_of : callable
        Finds the engine by its name.
    """
    if workers is not None:
        check_number("--workers", workers, 1, MAX_WORKERS)
    place = None if folder is None else place_of(folder)
    options = _options(config, options, place if resume else None, progress.say)
    plan = make_plan(config, options)
    if cluster is not None:
        _refuse_tactics_without_a_file(plan)
    processes = workers_for(config, default_workers(plan) if workers is None else workers, progress.say)
    engine = engine_of(plan.engine)
    with ExitStack() as opened:
        backend = None
        if cluster is not None:
            from experiments.questions.run.cluster import as_seen_by_all, connected

            place = None if place is None else as_seen_by_all(place)
            backend = opened.enter_context(connected(cluster, workers, processes))
        # Only now: a cluster that cannot be reached leaves no directory behind.
        directory = opened.enter_context(
            Directory.open(place, request_for(plan), resume=resume, overwrite=overwrite, say=progress.say)
        )
        execute(plan, engine, directory, workers=processes, progress=progress, backend=backend)
        return read(directory.finished())


def _options(config: Config, options: Options, going_on: Place | None, say: Say) -> Options:
    """Fill what the user left open from the run that goes on, if there is one, and choose the engine."""
    if going_on is not None:
        with reading_from(going_on):
            is_there = not going_on.is_unused()
        if is_there:
            options = resumed_options(options, read_manifest(going_on))
    return replace(options, engine=choose_engine(config, options.engine, say))


def request_for(plan: Plan) -> Request:
    """What the directory of a run is filled for."""
    settings = {
        "runs": plan.runs,
        "chunk_size": plan.chunk_size,
        "engine": plan.engine,
        "trajectories": plan.trajectories,
        "solutions": plan.solutions,
    }
    return Request("run", plan.config, plan.seed, settings, plan.tactics)


def resumed_options(options: Options, manifest: Manifest) -> Options:
    """Fill what the user left open from the run that is to go on."""
    given = {name: value for name, value in asdict(options).items() if value is not None}
    recorded = {"seed": manifest.seed, **manifest.settings}
    return Options(**({name: recorded.get(name) for name in asdict(options)} | given))


def _refuse_tactics_without_a_file(plan: Plan) -> None:
    for source in plan.tactics:
        if source.path is None:
            raise RunError(
                f"{source.name} was registered from Python, where no other machine finds it; "
                "put it into a file that all workers see and load that file."
            )


def default_workers(plan: Plan) -> int:
    """Two, or one where there is only one processor or too little to do for a second process to pay."""
    if plan.engine == "compiled" and plan.runs < (_SHORT_WITH_SOLUTIONS if plan.solutions else _SHORT):
        return 1
    return min(2, os.cpu_count() or 1)
