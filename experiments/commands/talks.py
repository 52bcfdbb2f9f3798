"""Commands that play negotiations: ``run``, ``play``, ``compare`` and ``hash``."""

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
    console,
    errors_told,
    tell,
)
from experiments.terminal.letters import print_json_text


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
    """Run many negotiations and write tables and pictures."""
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


def play(
    config: ConfigArgument,
    seed: SeedOption = None,
    run: Annotated[int, typer.Option(metavar="N", help="Which of the runs of this seed.")] = 0,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    seat: Annotated[
        str | None,
        typer.Option(metavar="SIDE", help="Take a seat and bargain yourself: us_treasury or partner."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the story as JSON for other programs.")] = False,
) -> None:
    """Tell one negotiation round by round, with the reason for each move, or sit down and bargain."""
    with errors_told(tactics):
        if seat is not None:
            from experiments.commands.seat import seat_command

            seat_command(config, seat, seed=seed, run=run, sets=all_sets(sets, levels), as_json=as_json)
            return
        from experiments.api import play as play_one

        played = play_one(config, seed=seed, run=run, sets=all_sets(sets, levels), say=tell)
        if as_json:
            print_json_text(console(), played.json())
        else:
            played.print_to(console())


def hash_(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="Finished directory, or its address.", show_default=False)
    ],
) -> None:
    """Print one digest of the results of a finished directory, and its kind: equal digests mean equal results."""
    with errors_told():
        from experiments.questions.digest import digest_of

        kind, digest = digest_of(folder)
        tell(f"{kind}:")
        console().out(digest, highlight=False)


def compare(
    folders: Annotated[
        list[str], typer.Argument(metavar="DIR DIR...", help="Directories of finished runs.", show_default=False)
    ],
    out: Annotated[str, typer.Option(metavar="DIR", help="Directory for the picture.", show_default=False)],
    tactics: TacticsOption = None,
) -> None:
    """Draw finished runs side by side."""
    with errors_told(tactics):
        from experiments.questions.run.compare import compare_runs

        console().out(compare_runs(folders, out), highlight=False)
