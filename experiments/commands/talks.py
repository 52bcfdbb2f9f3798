"""Commands that play negotiations: ``run``, ``play``, ``compare`` and ``hash``."""

from __future__ import annotations

from typing import Annotated

import typer

from experiments.commands.options import (
    ConfigArgument,
    EngineOption,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_told,
    kept_in,
    tell,
)
from experiments.store.plan import Options, scope_of
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
            "(Default: out/<name of the config>.)",
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
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the pictures.")] = True,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in DIR, or start it.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the run in DIR, finished or not.")] = False,
    chunk_size: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations in one file. (Default: by the number of runs.)")
    ] = None,
) -> None:
    """Run many negotiations and write tables and pictures."""
    options = Options(
        runs=runs,
        seed=seed,
        chunk_size=chunk_size,
        engine=engine,
        trajectories=scope_of(trajectories),
        solutions=solutions,
    )
    with errors_told(tactics):
        from experiments.config.load import load_config
        from experiments.progress import progress_for
        from experiments.questions.run.job import default_folder, run_to_folder
        from experiments.questions.run.show import show_run

        loaded = load_config(config, all_sets(sets, levels))
        folder = out or str(default_folder(loaded))
        with kept_in(folder):
            run_to_folder(
                loaded,
                options,
                folder,
                workers=workers,
                progress=progress_for(console(errors=True)),
                resume=resume,
                overwrite=overwrite,
                cluster=cluster,
            )
            show_run(loaded, folder, console(), figures=figures)


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
            played.tell(console())


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
        from experiments.questions.run.show import compare_runs

        console().out(compare_runs(folders, out), highlight=False)
