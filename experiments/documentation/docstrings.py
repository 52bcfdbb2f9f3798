"""Docstrings as the site shows them: types and defaults of each parameter, and names without the roles of Sphinx."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any, Final

from griffe import Extension, Function

import winset
from experiments.documentation.python_names import shared_arguments

_ROLE: Final = re.compile(r":(?:attr|class|data|exc|func|meth|mod):`~?([^`]+)`")

#: Several parameters that share a sentence, which stands indented below them.
_TOGETHER: Final = re.compile(r"^(?P<names>\w+(?:, \w+)+)\n(?P<meaning>(?: {4}.*(?:\n|$))+)", re.MULTILINE)


class Docstrings(Extension):
    """Mends what is read of the functions of ``import winset`` before their docstrings are parsed.

    What every question takes stands once on the page, and with no function by itself.
    """

    def on_function(self, *, func: Function, **_: Any) -> None:
        """Give each parameter a line and a type of its own, and its default as a number and not by a name."""
        called = _called().get(func.path)
        if called is None or func.docstring is None:
            return
        for name, parameter in inspect.signature(called).parameters.items():
            if isinstance(parameter.default, int | float | str):
                func.parameters[name].default = repr(parameter.default)

        def one_by_one(found: re.Match[str]) -> str:
            names = [name for name in found["names"].split(", ") if name not in shared_arguments()]
            return "".join(f"{name} : {func.parameters[name].annotation}\n{found['meaning']}" for name in names)

        func.docstring.value = _TOGETHER.sub(one_by_one, _ROLE.sub(r"`\1`", func.docstring.value))


@cache
def _called() -> dict[str, Any]:
    functions = (getattr(winset, name) for name in winset.__all__)
    return {f"{one.__module__}.{one.__qualname__}": one for one in functions}
