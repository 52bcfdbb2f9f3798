"""What the commands share: their common options, where they print, and how they say what is wrong with the input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from experiments.config.changes import Change
from experiments.config.own_tactics import DEFAULT_ENGINE, EngineName
from experiments.refusals import BAD_INPUT, REFUSALS, refusal
from experiments.terminal.interrupts import exit_code
from experiments.terminal.standard_streams import OutputError

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 100

#: The two who bargain, as configs and tables call them: the US, and the country that bargains with it.
Side = Literal["us_treasury", "partner"]

#: Headings under which the help lists options that many commands have.
CHANGES: Final = "Config, tactics and seed"
ANSWER: Final = "Where the answer goes"

CONFIG_HELP: Final = "Config: a YAML file, or the name of one that comes with winset (winset list configs shows them)."
ConfigArgument = Annotated[Path, typer.Argument(metavar="CONFIG", help=CONFIG_HELP, show_default=False)]
OptionalConfigArgument = Annotated[Path | None, typer.Argument(metavar="[CONFIG]", help=CONFIG_HELP)]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="PATH=VALUE",
        help="Change one value of the config, such as us_treasury.consumer_weight=0.3; may be repeated. "
        "winset list parameters names most of them.",
        rich_help_panel=CHANGES,
    ),
]
TacticsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--tactics",
        metavar="FILE",
        help="Execute a Python file that registers tactics of your own; may be repeated.",
        rich_help_panel=CHANGES,
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option(
        metavar="S",
        help="Seed of all random draws; the same seed gives the same results. (Default: from the config.)",
        rich_help_panel=CHANGES,
    ),
]
TableSeedOption = Annotated[
    int | None,
    typer.Option(
        metavar="S",
        help="Seed of all random draws; the same seed gives the same results. (Default: 1.)",
        show_default=False,
    ),
]

VaryOption = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="WHAT",
        help="Vary what the config fixes: events, red_lines or releases (linkages), which then happen in every second "
        "run, tactics (any of them in either seat), or all; may be repeated.",
    ),
]
RangesOption = Annotated[
    bool, typer.Option("--ranges", help="Vary fixed numbers too, evenly over their plausible ranges.")
]
LevelsOption = Annotated[
    int | None,
    typer.Option(
        "--levels",
        metavar="N",
        help="Number of values from which every issue is set. (Default: each its own, from the config.)",
        rich_help_panel=CHANGES,
    ),
]
EngineOption = Annotated[
    EngineName | None,
    typer.Option(
        help="Compiled code, or the agents of Mesa, which are slower and give the same results. "
        f"(Default: {DEFAULT_ENGINE}.)"
    ),
]


RecordOption = Annotated[
    Path | None,
    typer.Option(
        "--record",
        metavar="DIR",
        help="Folder of a record of your own, of the same four files. (Default: that of winset.)",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON for other programs, and no tables.", rich_help_panel=ANSWER)
]


def all_sets(sets: list[str] | None, levels: int | None) -> list[str | Change]:
    """Changes to the config, those of shorthand options last."""
    return [*(sets or ()), *(() if levels is None else (Change(f"experiment.levels={levels}", f"--levels {levels}"),))]


@contextmanager
def errors_as_messages(tactics: list[Path] | None = None) -> Iterator[None]:
    """Load the user's own tactics and say what is wrong with the input; a fault of ours keeps its traceback."""
    try:
        with _own_tactics(tactics) if tactics else nullcontext():
            yield
        _say_of_letters()
    except REFUSALS as error:
        say(f"error: {refusal(error)}")
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt as interruption:
        raise _interrupted(interruption, "interrupted.") from None


@contextmanager
def _own_tactics(files: list[Path]) -> Iterator[None]:
    """Load the user's own tactics, and end this command when one of them gives no answer."""
    from experiments.config.own_tactics import load_tactics
    from experiments.engine.call_limit import calls_limited, end_command

    load_tactics(*files)
    with calls_limited(end_command):
        yield


@contextmanager
def kept_in(folder: object) -> Iterator[None]:
    """Say what an interruption leaves in the directory of a command that can go on."""
    try:
        yield
    except KeyboardInterrupt as interruption:
        what = f"interrupted; what was finished is kept in {folder}. Go on with the same command and --resume."
        raise _interrupted(interruption, what) from None


def _interrupted(interruption: KeyboardInterrupt, message: str) -> typer.Exit:
    with suppress(OSError, OutputError):
        # A session that is over takes its terminal along.
        say(message)
    return typer.Exit(exit_code(interruption))


def _say_of_letters() -> None:
    """Say which letters pictures could not show, if any were drawn."""
    drawn = sys.modules.get("experiments.figures.kit.letters")
    if drawn is not None and (missing := drawn.notice_once()):
        say(missing)


def say(message: str) -> None:
    """Print a line where it does not mix with results."""
    sys.stderr.write(f"{message}\n")


def console(*, errors: bool = False) -> Console:
    """Where a command prints its tables, or what goes to the error stream."""
    from rich.console import Console

    wide = Console(stderr=errors)
    # Into a file or a pipe rich would write 80 columns; the tables are made for 100.
    return wide if wide.is_terminal else Console(stderr=errors, width=PIPE_WIDTH)
