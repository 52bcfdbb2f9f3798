"""The reference of ``import winset``: every name with its docstring, where the function stands."""

from __future__ import annotations

import winset

_INTRODUCTION = """\
# Python reference

Every name of `import winset`, in alphabetical order. [From Python](python.md) says what all questions have in common.
"""


def python_markdown() -> str:
    """Page with a directive of mkdocstrings for each name, which it replaces by signature and docstring."""
    return "\n".join([_INTRODUCTION, *(_directive(name) for name in winset.__all__)])


def _directive(name: str) -> str:
    function = getattr(winset, name)
    return f"::: {function.__module__}.{function.__qualname__}\n    options:\n      heading: winset.{name}\n"
