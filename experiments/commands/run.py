"""The command ``run``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.conduct import conduct
from experiments.commands.options import (
    ConfigArgument,
    EngineOption,
    FiguresOption,
    JsonOption,
    LevelsOption,
    OverwriteOption,
    ResumeOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    errors_told,
)


def run(
    config: ConfigArgument,
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="Number of negotiations. (Default: from the config.)")
    ] = None,
    seed: SeedOption = None,
    sets: SetOption = None,
    tactics: TacticsOption = None,
    levels: LevelsOption = None,
    engine: EngineOption = None,
    workers: Annotated[
        int | None,
        typer.Option(
            metavar="W", help="Number of processes. (Default: 2, or 1 on one processor or for a run of seconds.)"
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Compute on a Dask cluster: the address of its scheduler, or local for one on this machine.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            help="Directory for the results, or an address such as s3://bucket/run. "
            "(Default: out/<name of the config>-run.)",
        ),
    ] = None,
    trajectories: Annotated[
        bool | None,
        typer.Option(
            "--trajectories/--no-trajectories",
            help="Keep every run's trajectory, or only those of a sample for the pictures. (Default: from the config.)",
        ),
    ] = None,
    solutions: Annotated[
        bool | None,
        typer.Option(
            "--solutions/--no-solutions",
            help="Compute the distance of each deal to the bargaining solutions. (Default: up to 10,000 runs.)",
        ),
    ] = None,
    figures: FiguresOption = True,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    chunk_size: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations in one file. (Default: by the number of runs.)")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run many negotiations and write tables and pictures.

    Example: winset run july_2025 --runs 200 --out out/july
    """
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.questions.run.run import run as play_runs
        from experiments.store.directory import default_folder

        loaded = load_config(config, all_sets(sets, levels))
        folder = out or str(default_folder(loaded, "run"))
        conduct(
            lambda progress: play_runs(
                loaded,
                runs,
                seed,
                engine=engine,
                trajectories=trajectories,
                solutions=solutions,
                chunk_size=chunk_size,
                workers=workers,
                cluster=cluster,
                out=folder,
                resume=resume,
                overwrite=overwrite,
                progress=progress,
            ),
            folder,
            as_json=as_json,
            figures=figures,
        )
