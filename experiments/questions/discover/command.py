"""The command ``winset discover``: load, play, look for boxes, store, print."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.errors import need
from experiments.lab.directory import ExploreFolder
from experiments.lab.request import Request, plain_tables, seed_of
from experiments.progress import COMPILING, progress_for
from experiments.questions.discover.discover import (
    BOXES,
    NO_DEAL,
    RUNS,
    Discovery,
    check_search,
    discover_boxes,
    uncertain_entries,
)
from experiments.questions.discover.text import render
from experiments.terminal.letters import print_json

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.progress import Progress
    from experiments.store.place import Folder


def discover(
    config: Config,
    target: str = NO_DEAL,
    runs: int = RUNS,
    seed: int | None = None,
    *,
    boxes: int = BOXES,
    density: float | None = None,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Discovery:
    """Find boxes of a config's uncertain inputs in which talks end in a given way.

    Parameters
    ----------
    config : Config
        The scenario.
    target : str
        One of :func:`experiments.questions.discover.discover.targets`.
    runs : int
        Negotiations to play; they are those of ``winset run`` with this seed.
    seed : int, optional
        Seed; by default that of the config.
    boxes : int
        Most boxes.
    density : float, optional
        See :func:`experiments.questions.discover.prim.find_boxes`.
    out, resume, overwrite
        Directory for rows, tables and pictures, and what to do with what is in it.
    """
    from experiments.questions.discover.boxes import box_figure

    need("ema_workbench", "discovery")
    # Before a directory is made: all that can be known without playing.
    check_search(target, runs, boxes, density)
    uncertain_entries(config)
    settings = {"target": target, "runs": runs, "boxes": boxes, "density": density}
    request = Request("discover", config, seed_of(config, seed), settings)
    opened = nullcontext() if out is None else ExploreFolder.open(out, request, resume=resume, overwrite=overwrite)
    with opened as folder:
        result = discover_boxes(
            config,
            request.seed,
            target=target,
            runs=runs,
            most=boxes,
            density=density,
            folder=folder,
            progress=progress,
        )
        if folder is not None:
            folder.finish(result.tables(), {"boxes": box_figure(result)}, runs)
    return result


def discover_command(
    path: Path,
    target: str,
    runs: int,
    seed: int | None,
    sets: Sequence[str],
    *,
    boxes: int,
    density: float | None,
    out: str | None,
    resume: bool,
    overwrite: bool,
    as_json: bool,
    console: Console,
    errors: Console,
) -> None:
    """Look for boxes from the command line."""
    from sim.compiled import is_cold

    config = load_config(path, sets)
    progress = progress_for(errors)
    if is_cold():
        progress.say(COMPILING)
    start = time.perf_counter()
    result = discover(
        config,
        target,
        runs,
        seed,
        boxes=boxes,
        density=density,
        out=out,
        resume=resume,
        overwrite=overwrite,
        progress=progress,
    )
    seconds = time.perf_counter() - start
    if as_json:
        head = {"config": config.name, "target": target, "share": result.share, "negotiations": runs}
        print_json(console, head | plain_tables(result.tables()))
        return
    render(result, config.name, seconds, console)
    if out is not None:
        console.out(f"Rows, tables and pictures: {out}", highlight=False)
