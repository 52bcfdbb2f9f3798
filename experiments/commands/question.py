"""What the commands of all questions share: their common options, and the one way from options to an answer."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypedDict, TypeVar

import typer

from experiments.commands.options import (
    ANSWER,
    ConfigArgument,
    JsonOption,
    LevelsOption,
    SeedOption,
    SetOption,
    TableSeedOption,
    TacticsOption,
    all_sets,
    console,
    errors_as_messages,
    kept_in,
)
from experiments.config.changes import Change
from experiments.labels import partner_called
from experiments.terminal.letters import print_json_text

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.report.result import Result
    from experiments.store.directory import Named
    from experiments.store.place import Folder

_Subject = TypeVar("_Subject", bound="Named")

OutOption = Annotated[str | None, typer.Option("--out", metavar="DIR")]
ResumeOption = Annotated[
    bool,
    typer.Option(
        "--resume", help="Go on with what an interrupted command left in DIR, or start it.", rich_help_panel=ANSWER
    ),
]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace the answer in DIR, finished or not.", rich_help_panel=ANSWER)
]
FiguresOption = Annotated[
    bool, typer.Option("--figures/--no-figures", help="Draw the pictures into DIR.", rich_help_panel=ANSWER)
]

_OUT: str = "Directory for tables and pictures, or an address such as s3://bucket/name. (Default: {}.)"
_OWN: str = "common"
#: What only a question about a config is given.
_OF_CONFIG: Final = ("config", "sets", "levels", "tactics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How an answer is wanted, whatever the question is about.

    Attributes
    ----------
    keeps : tuple of str
        What the directory of the answer is called after the config or table where the user names none; empty if nothing
        is kept.
    """

    keeps: tuple[str, ...]
    seed: int | None = None
    out: str | None
    resume: bool
    overwrite: bool
    figures: bool
    as_json: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Common(Wanted):
    """What the command of every question about a config is given.

    Attributes
    ----------
    config : pathlib.Path
        Config file, or its bare name.
    """

    config: Path
    sets: list[str] | None
    levels: int | None
    tactics: list[Path] | None

    @property
    def changes(self) -> list[str | Change]:
        """Changes to the config, those of shorthand options last."""
        return all_sets(self.sets, self.levels)

    def load(self) -> Config:
        """Config with the changes of the options laid on it."""
        from experiments.config.load import load_config

        return load_config(self.config, self.changes)


class How(TypedDict):
    """Arguments that the function of every question has."""

    seed: int | None
    out: Folder | None
    resume: bool
    overwrite: bool
    progress: Progress


def _options(
    *,
    config: ConfigArgument,
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
    """Name what every question is given, for its types and defaults."""


def question(
    *keeps: str, of_talks: bool = True, subject: Any = ConfigArgument, about: str = "table", draws: bool = True
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command what every question is given, as its argument `common`, and print errors of its user as messages.

    Parameters
    ----------
    *keeps : str
        How the directory of an answer is called after the config where none is named: the question, and options whose
        values follow. Without it nothing is kept.
    of_talks : bool
        Whether the question is about a config, so that `common` is a :class:`Common`; else the command names what it is
        about itself, and `common` is a :class:`Wanted`.
    subject : type
        Annotated type of the first argument of a question about talks, where that is no config.
    about : str
        What else a question is about, as its help names it.
    draws : bool
        Whether chance is drawn for it, so that it has a seed.
    """

    def with_options(function: Callable[..., None]) -> Callable[..., None]:
        own = [one for one in _parameters(function) if one.name != _OWN]
        common = list(_common(keeps, "config" if of_talks else about, of_talks=of_talks, draws=draws))
        common = [one.replace(annotation=subject) if one.name == "config" else one for one in common]

        @wraps(function)
        def command(**given: Any) -> None:
            names = (*keeps[:1], *(given[name] for name in keeps[1:]))
            gathered = {one.name: given.pop(one.name) for one in common}
            kind = Common if of_talks else Wanted
            with errors_as_messages(gathered.get("tactics")):
                function(**given, common=kind(keeps=names, **gathered))

        parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in (*own, *common)]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by inspect
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        return command

    return with_options


def _common(keeps: tuple[str, ...], about: str, *, of_talks: bool, draws: bool) -> Iterator[inspect.Parameter]:
    """What every question of this kind is given."""
    for one in _parameters(_options):
        if one.name == "seed" and not draws:
            continue
        if one.name == "out":
            yield _with_help(one, keeps, about)
        elif of_talks:
            yield one
        elif one.name not in _OF_CONFIG:
            yield one.replace(annotation=TableSeedOption) if one.name == "seed" else one


def _parameters(function: Callable[..., None]) -> list[inspect.Parameter]:
    return list(inspect.signature(function, eval_str=True).parameters.values())


def _with_help(out: inspect.Parameter, keeps: tuple[str, ...], about: str) -> inspect.Parameter:
    parts = (f"<name of the {about}>", *keeps[:1], *(f"<{name}>" for name in keeps[1:]))
    text = _OUT.format(f"out/{'-'.join(parts)}" if keeps else "only print")
    return out.replace(
        annotation=Annotated[str | None, typer.Option("--out", metavar="DIR", help=text, rich_help_panel=ANSWER)]
    )


def conduct(play: Callable[[Config, How], Result], common: Common) -> Result:
    """Put a question about a config, keep its pictures, and print the answer.

    Parameters
    ----------
    play : callable
        Plays with a config what is missing in the directory, and returns the answer.
    common : Common
        What every question is given.
    """
    return conduct_about(common.load(), play, common)


def conduct_about(subject: _Subject, play: Callable[[_Subject, How], Result], wanted: Wanted) -> Result:
    """Put a question about a config, a table or whatever has a name, keep its pictures, and print the answer.

    Parameters
    ----------
    subject : Named
        What the question is about.
    play : callable
        Computes of it what is missing in the directory, and returns the answer.
    wanted : Wanted
        How the answer is wanted.
    """
    from experiments.progress import progress_for
    from experiments.store.directory import default_folder
    from experiments.store.locks import keeping_locks
    from experiments.store.place import KEPT

    usual = default_folder(subject, *wanted.keeps) if wanted.keeps else None
    folder = wanted.out if wanted.out is not None else usual
    how: How = {
        "seed": wanted.seed,
        "out": folder,
        "resume": wanted.resume,
        "overwrite": wanted.overwrite,
        "progress": progress_for(console(errors=True)),
    }
    start = time.perf_counter()
    with nullcontext() if folder is None else kept_in(folder), keeping_locks():
        result = play(subject, how)
        seconds = time.perf_counter() - start
        pictures = result.save_figures(advice=KEPT) if wanted.figures and folder is not None else []
    if wanted.as_json:
        print_json_text(console(), result.json())
    else:
        _print(result, seconds, pictures)
    return result


def _print(result: Result, seconds: float, pictures: Sequence[str]) -> None:
    from experiments.report.terminal import print_blocks

    where = console()
    with partner_called(result.partner_names):
        print_blocks(result.blocks(), where, result.meanings)
    where.out("")
    where.out(f"{result.amount}, {seconds:.1f} s", highlight=False)
    for picture in pictures:
        where.out(f"Picture: {picture}", highlight=False)
    if result.folder is not None:
        where.out(f"Kept in {result.folder}; as a page to read: winset report {result.folder}", highlight=False)
