"""The reference of ``import winset``: every name with its docstring, where the function stands."""

from __future__ import annotations

import re
from typing import Final

import winset
from experiments.documentation.markdown import code, table

_INTRODUCTION: Final = """\
# Python reference

Every name of `import winset`, in alphabetical order; [From Python](python.md) says what a question returns.

## What every question takes

A config (`positions` a table, and no `sets`), options of its own, and

"""

#: An argument in the docstring of `winset`: its name, its type, and below them what it means.
_SHARED: Final = re.compile(r"^(\w+) : (.+)\n((?: {4}.+\n?)+)", re.MULTILINE)


def python_markdown() -> str:
    """Page with a directive of mkdocstrings for each name, which it replaces by signature and docstring."""
    rows = [[code(name), code(kind), _in_line(meaning)] for name, kind, meaning in _shared()]
    shared = table(["name", "type", "meaning"], rows)
    return "\n".join([_INTRODUCTION + shared, *(_directive(name) for name in winset.__all__)])


def shared_arguments() -> list[str]:
    """Names of the arguments that every question takes."""
    return [name for name, _, _ in _shared()]


def _shared() -> list[tuple[str, str, str]]:
    return _SHARED.findall(winset.__doc__ or "")


def _in_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _directive(name: str) -> str:
    function = getattr(winset, name)
    return f"::: {function.__module__}.{function.__qualname__}\n    options:\n      heading: winset.{name}\n"
