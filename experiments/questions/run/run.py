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
from experiments.labels import counted
from experiments.progress import Progress, listener
from experiments.questions.run.execute import Backend, compute_missing
from experiments.questions.run.extend import extended, refuse_another_table
from experiments.questions.run.result import RunResult, read
from experiments.questions.run.until import MOST, RunFound, UntilAsked, found_so_far, looks_at, next_look, refuse_until
from experiments.questions.run.worlds import KEPT_AS, runs_of_worlds, settings_of_design, with_worlds
from experiments.report.result import figures_in
from experiments.store.directory import Directory, Say
from experiments.store.manifest import Manifest, Request, command_at, read_manifest
from experiments.store.place import Folder, Place
from experiments.store.places import place_of
from experiments.store.plan import Options, Plan, RunSettings, Until, make_plan, scope_of
from experiments.store.typed import settings_of

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.design.given import GivenDesign
    from experiments.engine.simulate import Engine


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
    design: pd.DataFrame | str | Path | None = None,
    until: str | None = None,
    most: int | None = None,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> RunResult:
    """Run many negotiations.

    What is not said comes from the config or, with `resume`, from the run that goes on. With `resume` and more `runs`
    than a run in `out` has, finished or not, those that are missing are added to it.

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
    design : pandas.DataFrame, str or pathlib.Path, optional
        Table of worlds, or its CSV or Parquet file: a row is a world, a column the path of a number of the config or of
        what happens or not, in the units of the config. Every row is played once, or with `runs`, a multiple of the
        rows, as often as any other. What it does not name is drawn as the config says.
    until : str, optional
        ``measure=half_width``, such as ``agreement=0.01``: negotiations are added until half of the 95 % interval of
        the share of an outcome, or of the mean over the deals of an issue or of ``gain.<agent>``, is no wider. It is
        looked at after 1,000, 2,000, 4,000 … negotiations.
    most : int, optional
        Negotiations after which `until` gives up; 128,000 unless given.
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
    if workers is not None:
        check_number("--workers", workers, 1, MAX_WORKERS)
    place = None if out is None else place_of(out)
    if runs is not None and until is not None:
        raise RunError(f"--until {until}: it adds negotiations until they are enough, and --runs {runs} says how many.")
    going_on = _going_on(place) if resume else None
    loaded, given = with_worlds(loaded, design, going_on, sets)
    options = Options(runs, seed, chunk_size, engine, scope_of(trajectories), solutions)
    plan = _planned(loaded, options, UntilAsked(until, most), given, going_on, progress.say)
    refuse_until(plan, weighted=loaded.posterior is not None)
    if cluster is not None:
        _refuse_tactics_without_a_file(plan)
    chosen = find_engine(plan.engine)
    with ExitStack() as opened:
        backend = None
        if cluster is not None:
            from experiments.questions.run.cluster import as_seen_by_all, connected

            place = None if place is None else as_seen_by_all(place)
            processes = _processes(plan, workers, progress.say)
            backend = opened.enter_context(connected(cluster, workers, processes))
        # Only now: a cluster that cannot be reached leaves no directory behind.
        directory = opened.enter_context(
            Directory.open(
                place,
                request_for(plan, place),
                resume=resume,
                overwrite=overwrite,
                say=progress.say,
                shared=cluster is not None,
            )
        )
        if given is not None:
            directory.keep(KEPT_AS, given.frame())
        _play(plan, chosen, directory, workers=workers, progress=progress, backend=backend)
        return read(directory.finished())


def _play(
    plan: Plan,
    engine: Engine,
    directory: Directory,
    *,
    workers: int | None,
    progress: Progress,
    backend: Backend | None,
) -> None:
    """Compute what is missing; with an aim, look at what there is, and go on until it is enough or the most."""
    say: Say = progress.say
    while True:
        processes, say = _processes(plan, workers, say), _quiet
        compute_missing(plan, engine, directory, workers=processes, progress=progress, backend=backend)
        if plan.until is None:
            directory.finish()
            return
        found = found_so_far(plan.until, directory)
        directory.finish(**RunFound(until=found).model_dump())
        runs = next_look(plan.until, found)
        if runs is None:
            return
        plan = replace(plan, runs=runs)
        directory.ask_for_more(extended(directory.manifest, plan, directory.place))


def _quiet(_message: str) -> None:
    """Say nothing twice."""


def _processes(plan: Plan, workers: int | None, say: Say) -> int:
    return workers_for(plan.config, default_workers(plan) if workers is None else workers, say)


def _going_on(place: Place | None) -> tuple[Place, Manifest] | None:
    """Run that is in a place, finished or not, and where it is."""
    return None if place is None or command_at(place) != "run" else (place, read_manifest(place))


def _planned(
    config: Config,
    options: Options,
    aim: UntilAsked,
    given: GivenDesign | None,
    going_on: tuple[Place, Manifest] | None,
    say: Say,
) -> Plan:
    """Plan of a run, where what the user left open is that of the run that goes on, if there is one."""
    recorded = None if going_on is None else settings_of(RunSettings, going_on[1], going_on[0])
    # Who names a number of negotiations, or how sure all are to be, lets go of what was asked for before.
    until = aim.over(None if recorded is None or options.runs is not None else recorded.until, config)
    if going_on is not None and recorded is not None:
        refuse_another_table(recorded, given, going_on[0])
        options = resumed_options(options, going_on[1], going_on[0])
    options = replace(options, engine=choose_engine(config, options.engine, say))
    if given is not None:
        options = replace(options, runs=runs_of_worlds(given, options.runs))
    if until is None:
        return replace(make_plan(config, options), given=given)
    if until.most < (there := options.runs or 0):
        raise RunError(
            f"{MOST} {until.most:,}: {counted(there, 'negotiation')} are there or asked for already; name more."
        )
    return replace(_until_plan(config, options, until), given=given, until=until)


def _until_plan(config: Config, options: Options, until: Until) -> Plan:
    """Plan of the first look; chunks and what is worked out are those of a run of the most."""
    longest = make_plan(config, replace(options, runs=until.most))
    return replace(longest, runs=options.runs or next(looks_at(until)))


def request_for(plan: Plan, place: object = "it") -> Request:
    """What the directory of a run is filled for, in the place that messages name."""
    settings: dict[str, object] = {
        "runs": plan.runs,
        "chunk_size": plan.chunk_size,
        "engine": plan.engine,
        "trajectories": plan.trajectories,
        "solutions": plan.solutions,
    }
    if plan.given is not None:
        settings["design"] = settings_of_design(plan.given).model_dump()
    if plan.until is not None:
        settings["until"] = plan.until.model_dump()
    return Request(
        "run",
        plan.config,
        plan.seed,
        settings,
        plan.tactics,
        pictures=partial(figures_in, "run"),
        carried_over=lambda before: extended(before, plan, place),
    )


def resumed_options(options: Options, manifest: Manifest, place: object) -> Options:
    """Fill what the user left open from the run that is to go on, in the place that messages name."""
    given = {name: value for name, value in asdict(options).items() if value is not None}
    recorded = settings_of(RunSettings, manifest, place).model_dump(exclude={"design", "until"})
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
