"""From a config and what the user asked for to a finished directory: start it, or go on with it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.config.changes import Changes
from experiments.config.load import AnyConfig, config_of
from experiments.config.own_tactics import EngineName, choose_engine, workers_for
from experiments.config.weights import OPTION, read_weights, under_posterior
from experiments.engine.simulate import find_engine
from experiments.errors import MAX_WORKERS, RunError, check_number, given_with
from experiments.progress import Progress, listener
from experiments.questions.run.execute import execute
from experiments.questions.run.result import RunResult, read
from experiments.report.result import figures_in
from experiments.store.directory import Directory, Say
from experiments.store.manifest import Manifest, Request, command_at, read_manifest
from experiments.store.place import Folder, Place
from experiments.store.places import place_of
from experiments.store.plan import Options, Plan, RunSettings, make_plan, scope_of
from experiments.store.typed import settings_of

if TYPE_CHECKING:
    from experiments.config.model import Config


#: Runs that the compiled engine has done on one process before a second one has started.
_SHORT: Final = 100_000
_SHORT_WITH_SOLUTIONS: Final = 2_000


def run(
    config: AnyConfig,
    runs: int | None = None,
    seed: int | None = None,
    *,
    engine: EngineName | None = None,
    trajectories: bool | None = None,
    solutions: bool | None = None,
    chunk_size: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    weights: str | Path | None = None,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Run many negotiations.

    What is not said comes from the config or, with `resume`, from the run that goes on.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    runs, seed : int, optional
        Number of negotiations and seed; by default those of the config.
    engine : str, optional
        ``compiled`` or ``mesa``; the rows are the same.
    trajectories : bool, optional
        Whether every run's trajectory is kept, or only those of a sample; by default as the config says.
    solutions : bool, optional
        Whether the distance of each deal to the bargaining solutions is worked out; by default up to 10,000 runs.
    chunk_size : int, optional
        Negotiations in one file; by default by the number of runs.
    workers : int, optional
        Number of processes on this machine, which do not execute the script that starts them; by default as many as
        pay.
    cluster : str, optional
        Address of a Dask scheduler whose workers compute, or ``local`` for a cluster of processes on this machine.
    weights : str or pathlib.Path, optional
        Table of weights that ``winset calibrate`` has left: the numbers that it holds are drawn from its posterior, a
        row at a time, and all others as the config says.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When the config or a number is wrong, or `out` holds something else.
    """
    loaded, progress = config_of(config, sets), listener(progress)
    if weights is not None:
        with given_with(OPTION, weights):
            table = read_weights(Path(weights))
        loaded = under_posterior(loaded, table, f"{OPTION} {weights}", sets=sets)
    options = Options(runs, seed, chunk_size, engine, scope_of(trajectories), solutions)
    if workers is not None:
        check_number("--workers", workers, 1, MAX_WORKERS)
    place = None if out is None else place_of(out)
    options = _options(loaded, options, place if resume else None, progress.say)
    plan = make_plan(loaded, options)
    if cluster is not None:
        _refuse_tactics_without_a_file(plan)
    processes = workers_for(loaded, default_workers(plan) if workers is None else workers, progress.say)
    chosen = find_engine(plan.engine)
    with ExitStack() as opened:
        backend = None
        if cluster is not None:
            from experiments.questions.run.cluster import as_seen_by_all, connected

            place = None if place is None else as_seen_by_all(place)
            backend = opened.enter_context(connected(cluster, workers, processes))
        # Only now: a cluster that cannot be reached leaves no directory behind.
        directory = opened.enter_context(
            Directory.open(
                place,
                request_for(plan),
                resume=resume,
                overwrite=overwrite,
                say=progress.say,
                shared=cluster is not None,
            )
        )
        execute(plan, chosen, directory, workers=processes, progress=progress, backend=backend)
        return read(directory.finished())


def _options(config: Config, options: Options, going_on: Place | None, say: Say) -> Options:
    """Fill what the user left open from the run that goes on, if there is one, and choose the engine."""
    if going_on is not None and command_at(going_on) == "run":
        options = resumed_options(options, read_manifest(going_on), going_on)
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
    return Request("run", plan.config, plan.seed, settings, plan.tactics, pictures=partial(figures_in, "run"))


def resumed_options(options: Options, manifest: Manifest, place: object) -> Options:
    """Fill what the user left open from the run that is to go on, in the place that messages name."""
    given = {name: value for name, value in asdict(options).items() if value is not None}
    recorded = settings_of(RunSettings, manifest, place).model_dump()
    return Options(**{"seed": manifest.seed, **recorded} | given)


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
