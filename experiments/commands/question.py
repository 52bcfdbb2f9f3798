"""What the commands of all questions share: their common options, and the one way from options to an answer."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict

import typer

from experiments.commands.options import (
    JsonOption,
    LevelsOption,
    SeedOption,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    kept_in,
)
from experiments.labels import partner_called
from experiments.terminal.letters import print_json_text

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.report.result import Result
    from experiments.store.place import Folder

OutOption = Annotated[str | None, typer.Option("--out", metavar="DIR")]
ResumeOption = Annotated[bool, typer.Option("--resume", help="Go on with what is in DIR, or start it.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace what is in DIR, finished or not.")]
FiguresOption = Annotated[bool, typer.Option("--figures/--no-figures", help="Draw the pictures.")]

_OUT: str = "Directory for tables and pictures, or an address such as s3://bucket/name. (Default: {}.)"
_OWN: str = "common"
#: Options that change a config.
_OF_CONFIG: Final = ("sets", "levels", "tactics")
_TABLE_SEED: Final = Annotated[int | None, typer.Option(metavar="S", help="Seed of every draw. (Default: 1.)")]


@dataclass(frozen=True, slots=True)
class Common:
    """Options that the command of every question has; those on a config are None where it is about a table."""

    seed: int | None
    out: str | None
    resume: bool
    overwrite: bool
    figures: bool
    as_json: bool
    sets: list[str] | None = None
    levels: int | None = None
    tactics: list[Path] | None = None

    @property
    def changes(self) -> list[str]:
        """Changes to the config, those of shorthand options last."""
        return all_sets(self.sets, self.levels)

    def load(self, config: Path, more: Sequence[str] = ()) -> Config:
        """Config with the changes of the options laid on it, and further ones after them."""
        from experiments.config.load import load_config

        return load_config(config, [*self.changes, *more])


class How(TypedDict):
    """Arguments that the function of every question has."""

    seed: int | None
    out: Folder | None
    resume: bool
    overwrite: bool
    progress: Progress


def _options(
    *,
    seed: SeedOption = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    out: OutOption = None,
    resume: ResumeOption = False,
    overwrite: OverwriteOption = False,
    figures: FiguresOption = True,
    as_json: JsonOption = False,
) -> None:
    """Name the options that every question has, for their types and defaults."""


def question(keeps: str = "", *, of_talks: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that every question has, gathered in its argument `common`.

    Parameters
    ----------
    keeps : str
        How the directory of an answer is called after the config where none is named; without it nothing is kept.
    of_talks : bool
        Whether the question is about a config; where it is about a table, options that change a config are left out.
    """

    def with_options(function: Callable[..., None]) -> Callable[..., None]:
        own = [one for one in _parameters(function) if one.name != _OWN]
        common = [one for one in _parameters(_options) if of_talks or one.name not in _OF_CONFIG]
        common = [_with_help(one, keeps) if one.name == "out" else one for one in common]
        if not of_talks:
            common = [one.replace(annotation=_TABLE_SEED) if one.name == "seed" else one for one in common]

        @wraps(function)
        def command(**given: Any) -> None:
            gathered = Common(**{one.name: given.pop(one.name) for one in common})
            function(**given, common=gathered)

        parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *common)]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by inspect
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        return command

    return with_options


def _parameters(function: Callable[..., None]) -> list[inspect.Parameter]:
    return list(inspect.signature(function, eval_str=True).parameters.values())


def _with_help(out: inspect.Parameter, keeps: str) -> inspect.Parameter:
    text = _OUT.format(f"out/<name of the config>-{keeps}" if keeps else "only print")
    return out.replace(annotation=Annotated[str | None, typer.Option("--out", metavar="DIR", help=text)])


def conduct(
    play: Callable[[How], Result], common: Common, usual: Folder | None = None, *, of_talks: bool = True
) -> Result:
    """Put a question, keep its pictures, and print the answer.

    Parameters
    ----------
    play : callable
        Plays what is missing in the directory and returns the answer.
    common : Common
        Options that every question has.
    usual : str or pathlib.Path, optional
        Directory of the answer where the user names none.
    of_talks : bool
        Whether negotiations are played, for which the rules may have to be compiled first.
    """
    from experiments.progress import COMPILING, progress_for
    from experiments.store.place import KEPT
    from sim.compiled import is_cold

    folder = common.out if common.out is not None else usual
    progress = progress_for(console(errors=True))
    if of_talks and is_cold():
        progress.say(COMPILING)
    how: How = {
        "seed": common.seed,
        "out": folder,
        "resume": common.resume,
        "overwrite": common.overwrite,
        "progress": progress,
    }
    start = time.perf_counter()
    with nullcontext() if folder is None else kept_in(folder):
        result = play(how)
        seconds = time.perf_counter() - start
        pictures = result.save_figures(advice=KEPT) if common.figures and folder is not None else []
    if common.as_json:
        print_json_text(console(), result.json())
    else:
        _print(result, seconds, pictures)
    return result


def _print(result: Result, seconds: float, pictures: Sequence[str]) -> None:
    from experiments.report.terminal import print_blocks

    where = console()
    with partner_called(result.partner_names):
        print_blocks(result.blocks(), where)
    where.out("")
    where.out(f"{result.amount}, {seconds:.1f} s", highlight=False)
    for picture in pictures:
        where.out(f"Picture: {picture}", highlight=False)
    if result.folder is not None:
        where.out(f"Kept in {result.folder}; as a page to read: winset report {result.folder}", highlight=False)
