"""A command whose numbers and paths are checked before it starts: none absurd, none empty, no address for a path."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

from experiments.commands.options import say
from experiments.commands.usage import called, misuse_as_message, refuse
from experiments.config.run_settings import OPTION_OF, refuse_fixed
from experiments.errors import RunError, ended, shown, suggestion
from experiments.progress import notices_to

#: Numbers beyond this are no count, seed or size of anything, and many libraries cannot hold them.
LARGEST: Final = 2**63 - 1

#: How the start of an address looks once it has been read as a path, which leaves one slash of two.
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")

#: An address in the memory of this process, also behind a cache (``simplecache::memory://run``), with a slash or two.
_MEMORY: Final = re.compile(r"(^|::)memory:/")

#: Where the words of the command line are kept.
_GIVEN: Final = "winset.given"

#: Options that say how much a command plays.
_SIZES: Final = ("runs", "worlds", "base", "budget")


def _without_type_of_flags(parameters: Any) -> Any:
    """Options and arguments of which a flag shows no type, for it takes no value."""
    for parameter in parameters:
        if getattr(parameter, "is_flag", False):
            parameter.display_type_rich = lambda ctx: None  # noqa: ARG005  handed over by this name
    return parameters


class CommandGroup(TyperGroup):
    """All commands of winset."""

    def get_params(self, ctx: Any) -> Any:
        """Options before a command, as the help shows them."""
        return _without_type_of_flags(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before a command; without a word, Typer shows the help."""
        with misuse_as_message(self, ctx, tuple(args)) if args else nullcontext():
            return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find a command by its name."""
        if not ctx.resilient_parsing and args[0] not in self.commands and not args[0].startswith("-"):
            told = ended(f"there is no command {shown(args[0])}{suggestion(args[0], self.commands, most=0)}")
            refuse(f"{told} See {ctx.command_path} --help.")
        return super().resolve_command(ctx, args)


class CheckedCommand(TyperCommand):
    """A command of winset."""

    def get_params(self, ctx: Any) -> Any:
        """Options and arguments, as the help shows them."""
        return _without_type_of_flags(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse what is empty, which would pass for this folder as a path."""
        for before, given in pairwise(["", *args]):
            option, equals, value = given.partition("=")
            if not given or (option.startswith("--") and equals and not value):
                name = option or (before if before.startswith("-") else "an argument")
                refuse(f"{name} is empty; give it a value or leave it out.")
        # A path forgets one slash of an address.
        ctx.meta[_GIVEN] = [part for given in args for part in (given, given.partition("=")[2])]
        with misuse_as_message(self, ctx, tuple(args)):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Check what the command was given, then do it."""
        for parameter in self.params:
            value = ctx.params.get(parameter.name)
            if complaint := _complaint(value) or _about_place(value, parameter, ctx.meta.get(_GIVEN, ())):
                refuse(f"{called(parameter)} {complaint}.")
        try:
            refuse_fixed(ctx.params.get("sets") or (), self._fixed(ctx.params))
        except RunError as error:
            refuse(str(error))
        with notices_to(say):
            return super().invoke(ctx)

    def _fixed(self, given: dict[str, Any]) -> dict[str, str | None]:
        """Entries of the config that this command takes from its own options, with the option to use."""
        fixed: dict[str, str | None] = {}
        for entry, option in OPTION_OF.items():
            name = option.removeprefix("--")
            if given.get(name) is not None:
                fixed[entry] = option
        size = next((one for one in _SIZES if one in given), None)
        if size is not None and given[size] is not None:
            fixed["experiment.runs"] = f"--{size}"
        if "trajectories" not in given or size == "base":
            fixed["experiment.trajectories"] = None
        return fixed


def _complaint(value: object) -> str | None:
    """What is wrong with a value, or None."""
    if isinstance(value, list | tuple):
        return next((found for found in map(_complaint, value) if found), None)
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value:g}; it must be a finite number"
    if isinstance(value, int) and abs(value) > LARGEST:
        return f"is a number of {len(str(abs(value)))} digits; nothing here is larger than {LARGEST:,}"
    return None


def _about_place(value: object, parameter: Any, given: Sequence[str]) -> str | None:
    """What is wrong with a path, or with the address of a directory, or None."""
    if isinstance(value, list | tuple):
        return next((found for one in value if (found := _about_place(one, parameter, given))), None)
    if isinstance(value, Path) and _ADDRESS.match(str(value)):
        typed = next((text for text in given if text and Path(text) == value), value)
        return f"is an address ({typed}); only a path of this machine is taken here"
    if not isinstance(value, str) or not str(getattr(parameter, "metavar", None)).startswith("DIR"):
        return None
    if _MEMORY.search(value):
        return f"is {value}, and what is kept in memory is gone when the command ends; name a folder or another address"
    if _ADDRESS.match(value) and "://" not in value:
        right = value.replace(":/", "://", 1)
        return f"is {value}; an address has two slashes ({right}), and a folder of this name is written ./{value}"
    return None
