"""A call that cannot be read, told in one line that names the option, as everything else that is wrong with the input.

Typer prints a box for an option that there is not, a number that is none or a word that is none of the choices, and a
line would follow for what commands check themselves. Here both have one form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, get_args

import typer

from experiments.commands.options import say
from experiments.errors import ended, one_of, shown, suggestion
from experiments.refusals import BAD_INPUT

#: What Typer raises for a call that it cannot read; of these it exports the one for a wrong value.
_CannotBeRead: Final[type[Exception]] = typer.BadParameter.__mro__[1]

_NUMBERS: Final = {int: "it must be a whole number", float: "it must be a number"}


def refuse(message: str) -> NoReturn:
    """End a command whose input is wrong."""
    say(f"error: {message}")
    raise typer.Exit(BAD_INPUT)


@contextmanager
def misuse_as_message(command: Any, ctx: Any, args: Sequence[str]) -> Iterator[None]:
    """Tell what Typer cannot read of these words of a command."""
    try:
        yield
    except _CannotBeRead as error:
        refuse(_message(error, command, ctx, args))


def called(parameter: Any) -> str:
    """How the user knows a parameter: an option by its name, and an argument by the word that stands for it."""
    if parameter.param_type_name == "option":
        return str(parameter.opts[-1])
    return str(getattr(parameter, "metavar", None) or parameter.name).strip("[]")


def _message(error: Any, command: Any, ctx: Any, args: Sequence[str]) -> str:
    parameter = getattr(error, "param", None)
    if parameter is not None:
        # What is missing is a wrong value of a special kind.
        if type(error) is not typer.BadParameter:
            return _missing(parameter, command)
        return _wrong_value(error, parameter, command, ctx, args)
    name = getattr(error, "option_name", None)
    options = {option: one for one in command.params for option in (*one.opts, *one.secondary_opts)}
    if name is None:
        told = ended(str(error.message).rstrip("."))
        return f"{told[:1].lower()}{told[1:]} See {ctx.command_path} --help."
    if name not in options:
        known = [option for option in options if option.startswith("-")]
        return f"{ended(f'there is no option {name}{suggestion(name, known, most=0)}')} See {ctx.command_path} --help."
    if options[name].is_flag:
        return f"{name} takes no value."
    return f"{name} needs a value{_such_as(options[name])}."


def _missing(parameter: Any, command: Any) -> str:
    choices = _choices(parameter)
    right = f"; {one_of(choices)}" if choices else ""
    return f"{called(parameter)} is missing{right}. {command.epilog}"


def _wrong_value(error: Any, parameter: Any, command: Any, ctx: Any, args: Sequence[str]) -> str:
    given, _, _ = command.make_parser(ctx).parse_args(args=list(args))
    value = given.get(parameter.name)
    values = list(value) if isinstance(value, list | tuple) else [value]
    kind = _kind(parameter)
    if choices := _choices(parameter):
        right = one_of(choices)
        values = [one for one in values if one not in choices]
    elif kind in _NUMBERS:
        right = _NUMBERS[kind]
        values = [one for one in values if not _is_number(one, kind)]
    else:
        right = str(error.message).rstrip(".")
    return f"{called(parameter)} is {', '.join(map(shown, values))}; {right}."


def _kind(parameter: Any) -> Any:
    """Type of the values of a parameter, each by itself."""
    annotation = parameter.type_descriptor.annotation
    return get_args(annotation)[0] if annotation in (list[int], list[float], list[str]) else annotation


def _choices(parameter: Any) -> list[str]:
    return [str(one) for one in parameter.type_descriptor.choices or ()]


def _such_as(parameter: Any) -> str:
    choices = _choices(parameter)
    return f"; {one_of(choices)}" if choices else ""


def _is_number(text: str, kind: type[int] | type[float]) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True
