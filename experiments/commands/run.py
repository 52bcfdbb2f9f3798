"""The command ``run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import EngineOption
from experiments.commands.question import Common, conduct, question


@question("run")
def run(
    common: Common,
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="Number of negotiations. (Default: from the config.)")
    ] = None,
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
            help="Compute on a Dask cluster: the address of its scheduler, such as tcp://10.0.0.5:8786, or local for "
            "one on this machine.",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Draw the numbers that winset calibrate has weighted from its table, weights.csv, a row at a time.",
        ),
    ] = None,
    design: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Play the worlds of a table of your own, CSV or Parquet: a row is a world, a column the path of a "
            "number of the config.",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="MEASURE=HALF_WIDTH",
            help="Play until half of the 95 % interval of the share of an outcome, or of the mean over the deals of an "
            "issue or of gain.<agent>, is no wider, for example agreement=0.01.",
        ),
    ] = None,
    most: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations after which --until gives up. (Default: 128,000.)")
    ] = None,
    trajectories: Annotated[
        bool | None,
        typer.Option(
            "--trajectories/--no-trajectories",
            help="Keep what both sides offered in every round of every negotiation, or only of the first ones for the "
            "pictures. (Default: from the config.)",
        ),
    ] = None,
    solutions: Annotated[
        bool | None,
        typer.Option(
            "--solutions/--no-solutions",
            help="Compute how far each deal is from the bargaining solutions, such as Nash's. "
            "(Default: up to 10,000 runs.)",
        ),
    ] = None,
    chunk_size: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations in one file. (Default: by the number of runs.)")
    ] = None,
) -> None:
    """Run many negotiations and write tables and pictures.

    Example: winset run july_2025 --runs 200 --out out/july
    """
    from experiments.questions.run.run import run as play

    tables = weights, design
    conduct(
        lambda loaded, how: play(
            # With a table the changes are told apart, so that one which the table would undo is refused.
            loaded if tables == (None, None) else common.config,
            runs,
            engine=engine,
            trajectories=trajectories,
            solutions=solutions,
            chunk_size=chunk_size,
            workers=workers,
            cluster=cluster,
            weights=weights,
            design=design,
            until=until,
            most=most,
            sets=() if tables == (None, None) else common.changes,
            **how,
        ),
        common,
    )
