"""The command ``winset sensitivity``: load, analyse, store, print."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.errors import RunError, need
from experiments.lab.directory import ExploreFolder
from experiments.lab.models import TalksModel
from experiments.lab.request import Request, plain_tables, seed_of
from experiments.progress import COMPILING, progress_for
from experiments.questions.sensitivity.sensitivity import BASE, TRAJECTORIES, Sensitivity, analyse, check_sizes
from experiments.questions.sensitivity.text import render
from experiments.terminal.letters import print_json

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import Console

    from experiments.progress import Progress
    from experiments.store.place import Folder


def sensitivity(
    config: Config,
    seed: int | None = None,
    *,
    ranges: bool = False,
    base: int = BASE,
    trajectories: int = TRAJECTORIES,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Sensitivity:
    """Explain how the talks of a config end by its uncertain inputs.

    Parameters
    ----------
    config : Config
        The scenario.
    seed : int, optional
        Seed; by default that of the config.
    ranges : bool
        Whether fixed parameters with a plausible range are varied too, evenly.
    base, trajectories : int
        Sizes of the designs, see :func:`experiments.questions.sensitivity.sensitivity.analyse`.
    out : str, path or Place, optional
        Directory for points, tables and pictures.
    resume, overwrite : bool
        Go on with what is in `out`, or replace it.

    Raises
    ------
    RunError
        When an input is correlated with another: these methods vary inputs one by one.
    """
    need("SALib", "sensitivity")
    check_sizes(base, trajectories)
    if config.correlations:
        raise RunError(
            f"{config.name} has correlated inputs, and Sobol and Morris vary inputs one by one; explore it without: "
            "--set correlations=[]."
        )
    chosen = seed_of(config, seed)
    settings = {"ranges": ranges, "base": base, "trajectories": trajectories}
    request = Request("sensitivity", config, chosen, settings)
    model = TalksModel(config, chosen, ranges)
    opened = nullcontext() if out is None else ExploreFolder.open(out, request, resume=resume, overwrite=overwrite)
    with opened as folder:
        result = analyse(model, chosen, base=base, trajectories=trajectories, folder=folder, progress=progress)
        if folder is not None:
            folder.finish(result.tables(), figures_of(result), result.evaluations)
    return result


def figures_of(result: Sensitivity) -> dict[str, Figure]:
    """Pictures of the target and of the gains, by name."""
    from experiments.questions.sensitivity.effects import output_figures

    outputs = dict.fromkeys(result.effects["output"])
    shown = [name for name in outputs if name == result.target or name.startswith("gain.")]
    return {f"{kind}.{output}": one for output in shown for kind, one in output_figures(result, output).items()}


def sensitivity_command(
    path: Path,
    seed: int | None,
    sets: Sequence[str],
    *,
    ranges: bool,
    base: int,
    trajectories: int,
    out: str | None,
    resume: bool,
    overwrite: bool,
    as_json: bool,
    console: Console,
    errors: Console,
) -> None:
    """Analyse a config from the command line."""
    from sim.compiled import is_cold

    config = load_config(path, sets)
    progress = progress_for(errors)
    if is_cold():
        progress.say(COMPILING)
    start = time.perf_counter()
    result = sensitivity(
        config,
        seed,
        ranges=ranges,
        base=base,
        trajectories=trajectories,
        out=out,
        resume=resume,
        overwrite=overwrite,
        progress=progress,
    )
    seconds = time.perf_counter() - start
    if as_json:
        print_json(console, plain(config, result))
        return
    render(result, config.name, seconds, console)
    if out is not None:
        console.out(f"Points, tables and pictures: {out}", highlight=False)


def plain(config: Config, result: Sensitivity) -> dict[str, Any]:
    """Every table as plain data."""
    return {
        "config": config.name,
        "target": result.target,
        "negotiations": result.evaluations,
        **plain_tables(result.tables()),
    }
