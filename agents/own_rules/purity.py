"""Refuse a tactic whose answer could depend on anything but its view and its knobs.

A run must be repeatable, whatever process, engine or order it is computed in. Random numbers, clocks, files and memory
between rounds break that, some of them in silence: compiled code draws from `random` without a word, and takes a
module's variables for constants. What is checked is the function and the functions of its file that it calls.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum
from functools import partial
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

import numpy as np

from agents.errors import TacticDefinitionError
from agents.own_rules.reading import (
    MISSING,
    FunctionNode,
    function_nodes,
    is_own_helper,
    outside_names,
    place_of,
    plain_function,
)
from agents.own_rules.stores import store_complaints
from sim.records import PATH_FIELDS, VIEW

_RANDOM: Final = ("random", "_random", "secrets", "uuid", "numpy.random")
_CLOCKS: Final = ("time", "datetime", "_datetime")
_WORLD: Final = (
    "asyncio", "http", "io", "_io", "locale", "multiprocessing", "os", "pathlib", "posix", "requests", "shutil",
    "socket", "subprocess", "sys", "tempfile", "threading", "urllib",
)  # fmt: skip
_BUILTINS: Final = (
    "__import__", "breakpoint", "compile", "delattr", "eval", "exec", "globals", "hash", "id", "input", "locals",
    "open", "setattr", "vars",
)  # fmt: skip

_USE_DRAW: Final = "use view.draw, the run's own uniform draw of the round, and register with is_random=True"
_ALONE: Final = "a tactic's answer may depend on view and knobs alone"

_CONSTANTS: Final = (bool, int, float, complex, str, bytes, type(None), range, np.generic, Enum)


class Checked:
    """What a tactic consists of, once nothing is left to complain about.

    Attributes
    ----------
    sources : list of str
        Source of the function and of the functions that it calls.
    constants : dict
        Constants of its file that it reads, as text.
    """

    def __init__(self) -> None:
        self.sources: list[str] = []
        self.constants: dict[str, str] = {}


def check_tactic(function: FunctionType, *, is_random: bool, reads_path: bool) -> Checked:
    """Refuse a function that is not one of view and knobs alone.

    Raises
    ------
    TacticDefinitionError
        Naming file, line and what to do instead.
    """
    return _Check(function, is_random=is_random, reads_path=reads_path).checked


class _Check:
    def __init__(self, tactic: FunctionType, *, is_random: bool, reads_path: bool) -> None:
        self.checked = Checked()
        self._tactic = tactic
        self._is_random = is_random
        self._reads_path = reads_path
        self._seen: set[FunctionType] = set()
        self._walk(tactic)

    def _walk(self, function: FunctionType) -> None:
        if function in self._seen:
            return
        self._seen.add(function)
        names = outside_names(function)
        for node in function_nodes(function):
            self._check_body(function, node, names)
            self.checked.sources.append(ast.unparse(node))
        for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self._check_value(function, "a default", default, function.__code__.co_firstlineno)

    def _check_body(self, function: FunctionType, node: FunctionNode, names: dict[str, Any]) -> None:
        parameters = function.__code__.co_varnames[: function.__code__.co_argcount]
        array = parameters[1] if function is self._tactic else ""
        for line, message in store_complaints(node, parameters, array, names):
            self._refuse(function, line, message)
        for part in ast.walk(node):
            line = getattr(part, "lineno", function.__code__.co_firstlineno)
            if isinstance(part, ast.Import | ast.ImportFrom):
                self._refuse(function, line, "a tactic imports nothing while it runs; import at the top of the file")
            if isinstance(part, ast.Global | ast.Nonlocal):
                message = f"{part.names[0]} would carry memory from one run to the next; {_ALONE}"
                self._refuse(function, line, message)
            if isinstance(part, ast.Yield | ast.YieldFrom | ast.Await):
                self._refuse(function, line, "a tactic returns one number; it is no generator")
            if isinstance(part, ast.Attribute):
                self._check_field(function, part)
            if isinstance(part, ast.Attribute | ast.Name):
                self._check_reference(function, part, names)

    def _check_field(self, function: FunctionType, part: ast.Attribute) -> None:
        view = self._tactic.__code__.co_varnames[0]
        fields = VIEW.names or ()
        if function is self._tactic and isinstance(part.value, ast.Name) and part.value.id == view:
            if part.attr not in fields:
                self._refuse(function, part.lineno, f"{view} has no field {part.attr!r}; it has {', '.join(fields)}")
            elif part.attr in PATH_FIELDS and not self._reads_path:
                self._refuse(
                    function, part.lineno, f"{view}.{part.attr} is filled only for a tactic with reads_path=True"
                )
            elif part.attr == "draw" and not self._is_random:
                self._refuse(function, part.lineno, f"{view}.draw is drawn only for a tactic with is_random=True")
        elif part.attr == "draw" and not self._is_random:
            self._refuse(function, part.lineno, "draw is drawn only for a tactic with is_random=True")
        if part.attr == "rvs":
            self._refuse(function, part.lineno, f"rvs draws random numbers of its own; {_USE_DRAW}")

    def _check_reference(self, function: FunctionType, part: ast.Attribute | ast.Name, names: dict[str, Any]) -> None:
        resolved = _resolve(part, names)
        if resolved is not None:
            written, value = resolved
            self._check_value(function, written, value, part.lineno)

    def _check_value(self, function: FunctionType, written: str, value: Any, line: int) -> None:
        value = plain_function(value)
        if value is MISSING:
            self._refuse(function, line, f"the name {written} is not defined")
        if why := _outside(written, value):
            self._refuse(function, line, why)
        if is_own_helper(self._tactic, value):
            self._walk(value)
        elif isinstance(value, partial):
            for piece in (value.func, *value.args, *value.keywords.values()):
                self._check_value(function, written, piece, line)
        elif (wrapped := getattr(value, "__wrapped__", None)) is not None:
            self._check_value(function, written, wrapped, line)
        elif isinstance(value, type) and value.__module__ == self._tactic.__module__:
            for method in vars(value).values():
                if is_own_helper(self._tactic, method):
                    self._walk(method)
        elif not isinstance(value, ModuleType | type | FunctionType | BuiltinFunctionType | np.ufunc):
            self._check_constant(function, written, value, line)

    def _check_constant(self, function: FunctionType, written: str, value: Any, line: int) -> None:
        if _is_constant(value):
            self.checked.constants[written] = repr(value)
        elif not callable(value) or not _is_installed(value):
            kind = type(value).__name__
            message = f"{written} is of type {kind}, which can change from run to run; make it a number, text or tuple"
            self._refuse(function, line, message)

    def _refuse(self, function: FunctionType, line: int, message: str) -> None:
        raise TacticDefinitionError(message, place_of(function.__code__.co_filename, line))


def _resolve(part: ast.Attribute | ast.Name, names: dict[str, Any]) -> tuple[str, Any] | None:
    """Written name and value of a name from outside, or of what it names inside a module."""
    if isinstance(part, ast.Name):
        return (part.id, names[part.id]) if isinstance(part.ctx, ast.Load) and part.id in names else None
    if not isinstance(part.value, ast.Attribute | ast.Name):
        return None
    owner = _resolve(part.value, names)
    if owner is None or not isinstance(owner[1], ModuleType):
        return None
    return f"{owner[0]}.{part.attr}", getattr(owner[1], part.attr, MISSING)


def _outside(written: str, value: Any) -> str | None:
    """Why a value lets in something from outside the run, or None."""
    homes = list(_homes(value))
    if _any_in(homes, _RANDOM):
        return f"{written} draws random numbers of its own, so that no run could be repeated; {_USE_DRAW}"
    if _any_in(homes, _CLOCKS):
        return f"{written} reads the clock, so that no run could be repeated; {_ALONE}"
    # Builtins of that name, and not a helper that happens to share it.
    builtin = getattr(value, "__name__", "") if _any_in(homes, ("builtins",)) else ""
    if _any_in(homes, _WORLD) or builtin in _BUILTINS:
        return f"{written} reaches outside the run; {_ALONE}"
    return None


def _homes(value: Any) -> Iterator[str]:
    """Modules that a value comes from."""
    if isinstance(value, ModuleType):
        yield value.__name__
        return
    if isinstance(value, type | FunctionType | BuiltinFunctionType):
        yield str(getattr(value, "__module__", None) or "")
    bound_to = getattr(value, "__self__", None)
    if isinstance(bound_to, ModuleType):
        yield bound_to.__name__
    elif bound_to is not None:
        yield type(bound_to).__module__
    yield type(value).__module__ if not isinstance(value, type | FunctionType | BuiltinFunctionType) else ""


def _any_in(homes: list[str], modules: tuple[str, ...]) -> bool:
    return any(home == module or home.startswith(f"{module}.") for home in homes for module in modules)


def _is_constant(value: Any) -> bool:
    if isinstance(value, tuple | frozenset):
        return all(_is_constant(piece) for piece in value)
    return isinstance(value, _CONSTANTS)


def _is_installed(value: Any) -> bool:
    """Whether a callable object belongs to an installed package, such as a function of NumPy written in C."""
    return type(value).__module__.partition(".")[0] in {"numpy", "scipy", "numba", "functools", "builtins"}
