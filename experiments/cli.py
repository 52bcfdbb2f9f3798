"""The command line. Every command reads its options here and leaves the work to one function of another module."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.errors import ConfigError
from experiments.listing import BENCH_CONFIG, CONFIGS, Kind
from experiments.plan import DEFAULT_ENGINE, SEEDS, EngineName, Options, RunError, check_number, scope_of

if TYPE_CHECKING:
    from rich.console import Console

BAD_INPUT = 2
INTERRUPTED = 130

PIPE_WIDTH = 100

app = typer.Typer(
    help="Simulate a two-level trade negotiation: governments bargain, firms decide what can be delivered.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

ConfigArgument = Annotated[Path, typer.Argument(metavar="CONFIG", help="Config file (YAML).", show_default=False)]
RunArgument = Annotated[
    str, typer.Argument(metavar="DIR", help="Directory or address of a finished run.", show_default=False)
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change one value of the config; may be repeated."),
]
TacticsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--tactics", metavar="FILE", help="Execute a Python file that registers tactics of your own; may be repeated."
    ),
]
SeedOption = Annotated[int | None, typer.Option(metavar="S", help="Seed of every draw. (Default: from the config.)")]

LevelsOption = Annotated[
    int | None,
    typer.Option(
        "--levels", metavar="N", help="Number of levels of every issue, as experiment.levels. (Default: each its own.)"
    ),
]
EngineOption = Annotated[
    EngineName | None, typer.Option(help=f"What computes the negotiations. (Default: {DEFAULT_ENGINE}.)")
]


@app.command()
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
    with _errors_told(tactics):
        from experiments.config import load_config
        from experiments.job import default_folder, run_to_folder
        from experiments.present import show_run
        from experiments.progress import progress_for

        loaded = load_config(config, _all_sets(sets, levels))
        folder = out or str(default_folder(loaded))
        try:
            run_to_folder(
                loaded,
                options,
                folder,
                workers=workers,
                progress=progress_for(_console(errors=True)),
                resume=resume,
                overwrite=overwrite,
                cluster=cluster,
            )
            show_run(loaded, folder, _console(), figures=figures)
        except KeyboardInterrupt:
            _tell(f"interrupted; what was finished is kept in {folder}. Go on with the same command and --resume.")
            raise typer.Exit(INTERRUPTED) from None


@app.command()
def play(
    config: ConfigArgument,
    seed: SeedOption = None,
    run: Annotated[int, typer.Option(metavar="N", help="Which of the runs of this seed.")] = 0,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
) -> None:
    """Tell one negotiation round by round, with the reason for each move."""
    with _errors_told(tactics):
        from experiments.api import play as play_one

        play_one(config, seed=seed, run=run, sets=_all_sets(sets, levels), say=_tell).tell(_console())


@app.command()
def factorial(
    config: ConfigArgument,
    runs: Annotated[
        int | None, typer.Option(metavar="N", help="Negotiations in each cell. (Default: from the config.)")
    ] = None,
    seed: SeedOption = None,
    switches: Annotated[
        list[str] | None,
        typer.Option(
            "--switch",
            metavar="NAME=PATH=VALUE",
            help="A change that turns a rule off; may be repeated, also for one name. "
            "(Default: red line on cars, audience costs, ratification, threat.)",
        ),
    ] = None,
    sets: SetOption = None,
    tactics: TacticsOption = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Directory for the tables. (Default: only print them.)")
    ] = None,
) -> None:
    """Run every combination of rules on and off on the same draws: which of them stand in the way of a deal."""
    with _errors_told(tactics):
        from experiments.factorial_text import factorial_command

        if seed is not None:
            check_number("--seed", seed, *SEEDS)
        factorial_command(
            config, runs, seed, out, switches or (), sets or (), console=_console(), errors=_console(errors=True)
        )


@app.command()
def grid(
    config: ConfigArgument,
    runs: Annotated[int, typer.Option(metavar="N", help="Number of negotiations on each grid.")] = 500,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    engine: EngineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """Play the same negotiations with every step of the grid halved: how much the grid decides."""
    with _errors_told(tactics):
        from experiments.grid_text import grid_command

        grid_command(
            config,
            runs,
            seed,
            _all_sets(sets, levels),
            engine=engine,
            as_json=as_json,
            console=_console(),
            errors=_console(errors=True),
        )


@app.command()
def bench(
    config: Annotated[Path, typer.Option(metavar="FILE", help="What is negotiated.")] = CONFIGS / BENCH_CONFIG,
    sets: SetOption = None,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write every figure as JSON.", show_default=False)
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as Markdown.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Measure next to nothing, to see that it works.")] = False,
    cold: Annotated[bool, typer.Option("--cold/--no-cold", help="Time starts with nothing compiled.")] = True,
    memory: Annotated[bool, typer.Option("--memory/--no-memory", help="Measure peak memory.")] = True,
    negmas: Annotated[bool, typer.Option("--negmas/--no-negmas", help="Play the same job in NegMAS.")] = True,
) -> None:
    """Measure how fast the engines are, how they start and what memory they take; takes some minutes."""
    with _errors_told():
        from experiments.bench import bench_command

        bench_command(
            config,
            sets or (),
            json,
            quick=quick,
            cold=cold,
            memory=memory,
            negmas=negmas,
            as_markdown=markdown,
            console=_console(),
            say=_tell,
        )


@app.command()
def check(
    config: Annotated[Path | None, typer.Argument(metavar="[CONFIG]", help="Config file (YAML).")] = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of config files, for editors.")
    ] = False,
) -> None:
    """Validate a config and explain it in words."""
    with _errors_told(tactics):
        from experiments.config import json_schema, load_config
        from experiments.explain import explain

        if schema:
            import json

            _console().out(json.dumps(json_schema(), indent=1, ensure_ascii=False), highlight=False)
        elif config is None:
            raise RunError("name a config file, or ask for --schema.")
        else:
            explain(load_config(config, _all_sets(sets, levels)), _console())


@app.command("list")
def list_(
    kind: Annotated[Kind, typer.Argument(help="What to list.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Where to look for configs.")] = CONFIGS,
    tactics: TacticsOption = None,
) -> None:
    """List tactics, configs, issues or parameters, each with its source."""
    with _errors_told(tactics):
        from experiments.listing import show_list

        show_list(kind, _console(), as_json=as_json, folder=folder)


@app.command("hash")
def hash_(folder: RunArgument) -> None:
    """Print one digest of the rows of a run in run order: equal digests mean equal results."""
    with _errors_told():
        from experiments.digest import digest_of_run

        _console().out(digest_of_run(folder), highlight=False)


@app.command()
def compare(
    folders: Annotated[
        list[str], typer.Argument(metavar="DIR DIR...", help="Directories of finished runs.", show_default=False)
    ],
    out: Annotated[str, typer.Option(metavar="DIR", help="Directory for the picture.", show_default=False)],
    tactics: TacticsOption = None,
) -> None:
    """Draw finished runs side by side."""
    with _errors_told(tactics):
        from experiments.present import compare_runs

        _console().out(compare_runs(folders, out), highlight=False)


def _all_sets(sets: list[str] | None, levels: int | None) -> list[str]:
    """Changes to the config, those of shorthand options last."""
    return [*(sets or ()), *(() if levels is None else (f"experiment.levels={levels}",))]


@contextmanager
def _errors_told(tactics: list[Path] | None = None) -> Iterator[None]:
    """Load the user's own tactics and tell what is wrong with the input; a fault of ours keeps its traceback."""
    try:
        if tactics:
            from experiments.user_tactics import load_tactics

            load_tactics(*tactics)
        yield
    except (ConfigError, RunError) as error:
        _tell(f"error: {error}")
        raise typer.Exit(BAD_INPUT) from None
    except (ArithmeticError, ValueError) as error:
        if not _is_about_input(error):
            raise
        _tell(f"error: {error}")
        raise typer.Exit(BAD_INPUT) from None


def _is_about_input(error: Exception) -> bool:
    """Whether a rule refused its numbers: no finite payoff, or a tactic that fails or answers with no aspiration."""
    from agents.tactics.errors import TacticError
    from agents.tactics.own_rule import OwnTacticError
    from agents.tactics.reading import TacticDefinitionError

    # Python's own subclasses, such as a division by zero, are faults of ours.
    return type(error) is ArithmeticError or isinstance(error, TacticError | OwnTacticError | TacticDefinitionError)


def _tell(message: str) -> None:
    typer.echo(message, err=True)


def _console(*, errors: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=errors)
    # Into a file or a pipe rich would write 80 columns; the tables are made for 100.
    return console if console.is_terminal else Console(stderr=errors, width=PIPE_WIDTH)


def main() -> None:
    """Entry point of the command ``winset``."""
    app(prog_name="winset")


if __name__ == "__main__":
    main()
