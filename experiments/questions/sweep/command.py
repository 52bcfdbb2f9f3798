"""The command ``winset sweep``: load, play every point, store, print."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.errors import RunError, check_number
from experiments.lab.directory import ExploreFolder
from experiments.lab.request import Request, plain_tables, seed_of
from experiments.progress import COMPILING, progress_for
from experiments.questions.sweep.axes import Axis, read_axis
from experiments.questions.sweep.leader import POINTS, Leader, following, leader_of
from experiments.questions.sweep.points import Configured, points_of, with_units
from experiments.questions.sweep.sweep import RUNS, Sweep, play_points
from experiments.questions.sweep.text import render, render_leader
from experiments.terminal.letters import print_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console

    from experiments.progress import Progress
    from experiments.store.place import Folder

_MOST_RUNS = 1_000_000


def sweep(
    config: Config,
    over: Sequence[str] = (),
    runs: int = RUNS,
    seed: int | None = None,
    *,
    configured: Configured | None = None,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Sweep:
    """Play the same worlds at every point of one or two axes.

    Parameters
    ----------
    config : Config
        The scenario.
    over : sequence of str
        One or two axes, each ``path=low:high:n`` or ``path=v1,v2``; a path is one that ``--set`` takes.
    runs : int
        Worlds at each point.
    seed : int, optional
        Seed; by default that of the config.
    configured : callable, optional
        Gives the config with options laid on it; by default on the resolved `config`.
    out, resume, overwrite
        Directory for rows, tables and pictures, and what to do with what is in it.
    """
    axes = [read_axis(option) for option in over]
    if not 1 <= len(axes) <= 2:
        raise RunError(f"--over is given {len(axes)} times; give it once or twice.")
    made = configured or (lambda sets: config_from(config.resolved(), config.name, sets))
    return _swept(config, axes, made, runs, seed, None, out, resume, overwrite, progress)[0]


def leader_sweep(
    config: Config,
    side: str,
    issue: str | None = None,
    points: int = POINTS,
    runs: int = RUNS,
    seed: int | None = None,
    *,
    configured: Configured | None = None,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> tuple[Sweep, pd.DataFrame]:
    """Move one side's opening from end to end; see :mod:`experiments.questions.sweep.leader` for what is moved.

    Returns
    -------
    tuple
        The sweep, and the table of :func:`experiments.questions.sweep.leader.following`.
    """
    check_number("--points", points, 2, 201)
    leader = leader_of(config, side, issue, points)
    made = configured or (lambda sets: config_from(config.resolved(), config.name, sets))
    result, followed = _swept(
        config, [leader.axis], made, runs, seed, leader, out, resume, overwrite, progress
    )  # fmt: skip
    return result, followed


def _swept(
    config: Config,
    axes: Sequence[Axis],
    configured: Configured,
    runs: int,
    seed: int | None,
    leader: Leader | None,
    out: Folder | None,
    resume: bool,
    overwrite: bool,
    progress: Progress | None,
) -> tuple[Sweep, pd.DataFrame]:
    check_number("--runs", runs, 1, _MOST_RUNS)
    beside = leader.sets if leader is not None else ()
    points = points_of(axes, lambda sets: configured([*beside, *sets]))
    named = with_units(axes, points[0].config) if leader is None else tuple(axes)
    settings: dict[str, Any] = {"over": {axis.path: list(axis.values) for axis in axes}, "runs": runs}
    settings |= {"beside": list(beside)} if leader is not None else {}
    request = Request("sweep", config, seed_of(config, seed), settings)
    opened = nullcontext() if out is None else ExploreFolder.open(out, request, resume=resume, overwrite=overwrite)
    with opened as folder:
        result = play_points(named, points, runs, request.seed, folder=folder, progress=progress)
        followed = pd.DataFrame() if leader is None else following(result, leader, points[0].config)
        if folder is not None:
            tables = result.tables() | ({} if leader is None else {"following": followed})
            folder.finish(tables, figures_of(result, leader, followed), result.negotiations)
    return result, followed


def figures_of(result: Sweep, leader: Leader | None = None, followed: pd.DataFrame | None = None) -> dict[str, Figure]:
    """Pictures of a sweep, by name."""
    from experiments.questions.sweep.figures import leader_lines, phase_diagram, sweep_lines

    if len(result.axes) == 2:
        return {"phase_diagram": phase_diagram(result)}
    found = {"sweep": sweep_lines(result)}
    if leader is not None and followed is not None:
        found["leader"] = leader_lines(result, leader, followed)
    return found


def sweep_command(
    path: Path,
    over: Sequence[str],
    leader: str | None,
    issue: str | None,
    points: int | None,
    runs: int,
    seed: int | None,
    sets: Sequence[str],
    *,
    out: str | None,
    resume: bool,
    overwrite: bool,
    as_json: bool,
    console: Console,
    errors: Console,
) -> None:
    """Sweep a config from the command line."""
    from sim.compiled import is_cold

    _check_choice(over, leader, issue, points)
    points = POINTS if points is None else points
    config = load_config(path, sets)
    progress = progress_for(errors)
    if is_cold():
        progress.say(COMPILING)
    start = time.perf_counter()

    def configured(more: Sequence[str]) -> Config:
        return load_config(path, [*sets, *more])

    followed = pd.DataFrame()
    if leader is None:
        result = sweep(config, over, runs, seed, configured=configured, out=out, resume=resume, overwrite=overwrite,
                       progress=progress)  # fmt: skip
    else:
        result, followed = leader_sweep(config, leader, issue, points, runs, seed, configured=configured, out=out,
                                        resume=resume, overwrite=overwrite, progress=progress)  # fmt: skip
    seconds = time.perf_counter() - start
    if as_json:
        tables = result.tables() | ({} if leader is None else {"following": followed})
        told = {"config": config.name, "negotiations": result.negotiations, **plain_tables(tables)}
        print_json(console, told)
        return
    render(result, config.name, seconds, console)
    if leader is not None:
        render_leader(leader_of(config, leader, issue, points), followed, console)
    if out is not None:
        console.out(f"Rows, tables and pictures: {out}", highlight=False)


def _check_choice(over: Sequence[str], leader: str | None, issue: str | None, points: int | None) -> None:
    for option, value in (("--issue", issue), ("--points", points)):
        if leader is None and value is not None:
            raise RunError(f"{option} goes with --leader; give a side: --leader us_treasury or partner.")
    if bool(over) == (leader is not None):
        raise RunError(
            "give what is swept: either --over PATH=VALUES (once or twice) or --leader SIDE, for example "
            "--over partner.subsidy_budget=0.5:6:12."
        )
