"""Compile a tactic's function to the one signature by which engines call it, or say in a line why it does not compile.

The compiled function is handed around as a value. Numba propagates what it raises to its caller, also through
:data:`ASPIRATION`, and bounds are checked: a tactic that reads beyond its arrays gets an error and no foreign memory.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import numba
from numba.core.dispatcher import Dispatcher

from agents.own_rules.reading import is_own_helper, outside_names
from sim.compiled import IS_COMPILED
from sim.records import VIEW, Floats, Record

#: ``float64(view, knobs)``, the signature of every compiled tactic.
SIGNATURE: Final = numba.float64(numba.from_dtype(VIEW), numba.float64[::1])

#: Type of a tactic that compiled code takes as an argument; Numba compiles the taker once for all tactics.
ASPIRATION: Final = numba.types.FunctionType(SIGNATURE)

#: As the rules of :mod:`sim`, and with bounds checked, for nobody has tested this code.
_HOW: Final = {"error_model": "numpy", "nogil": True, "boundscheck": True}

_LONGEST_REASON: Final = 160

#: Numba's internals in its messages, and what is left of them.
_SHORTER: Final = (
    (r"No implementation of function Function\(<(?:[a-z-]+ )*'?([\w.]+).*", r"Numba has no \1 of these types"),
    (r"Module\(<module '([\w.]+)'[^>]*>\)", r"module \1"),
    (r"Type of variable '\$.*", "the type of a value cannot be determined"),
    (r"( for '\$[^']*')?,? defined at .*|\.* Raised from .*|:$", ""),
)


@dataclass(frozen=True, slots=True)
class CompiledTactic:
    """A tactic's machine code: callable from Python and from compiled code that takes an :data:`ASPIRATION`."""

    function: Callable[[Record, Floats], float]


@dataclass(frozen=True, slots=True)
class NotCompiled:
    """Why a tactic does not compile, in one line."""

    reason: str


@cache
def compile_tactic(function: Callable[[Record, Floats], float]) -> CompiledTactic | NotCompiled:
    """Compile ``(view, knobs) -> aspiration`` once for this process.

    Python functions of the same file that it calls are compiled with it. Where no rule is, it stays as it is.
    """
    if isinstance(function, Dispatcher):
        function.compile(SIGNATURE)
        return CompiledTactic(function)
    if not isinstance(function, FunctionType):
        return NotCompiled(f"a {type(function).__name__} is no function")
    return _compiled(function) if IS_COMPILED else CompiledTactic(function)


def _compiled(function: FunctionType) -> CompiledTactic | NotCompiled:
    try:
        with warnings.catch_warnings():
            # Hints on speed are of no use to who wrote a tactic.
            warnings.simplefilter("ignore")
            compiled = numba.njit(SIGNATURE, **_HOW)(_with_compiled_helpers(function, ()))
    except RecursionError:
        return NotCompiled("its functions call each other in a circle")
    except Exception as error:  # noqa: BLE001  Numba fails in many ways on code that it does not know; Python runs it
        return NotCompiled(_reason(error, function))
    if any(result.lifted for result in compiled.overloads.values()):
        return NotCompiled("it leaves compiled code (numba.objmode)")
    return CompiledTactic(compiled)


def _with_compiled_helpers(function: FunctionType, callers: tuple[FunctionType, ...]) -> FunctionType:
    """Copy of a function in which each Python function of its file is a compiled one, as Numba wants it."""
    if function in callers:
        raise RecursionError
    compiled = {}
    for name, value in outside_names(function).items():
        if name in function.__globals__ and is_own_helper(function, value):
            compiled[name] = numba.njit(**_HOW)(_with_compiled_helpers(value, (*callers, function)))
    if not compiled:
        return function
    names = {**function.__globals__, **compiled}
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _reason(error: Exception, function: FunctionType) -> str:
    """First line of Numba's message that says something, with the line of the file."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    said = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("Failed in")]
    first = said[0] if said else type(error).__name__
    for pattern, short in _SHORTER:
        first = re.sub(pattern, short, first)
    if len(first) > _LONGEST_REASON:
        first = first[: _LONGEST_REASON - 3] + "..."
    line = _line(error, text, function)
    return f"line {line}: {first}" if line else first


def _line(error: Exception, text: str, function: FunctionType) -> int | None:
    name = Path(function.__code__.co_filename).name
    place: Any = getattr(error, "loc", None)
    if place is not None and Path(place.filename).name == name:
        return int(place.line)
    found = re.search(rf"{re.escape(name)}\"?(?:, line | \()(\d+)", text)
    return int(found.group(1)) if found else None
