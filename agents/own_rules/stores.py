"""Find where a function writes into what it was handed, or into anything that outlives the call."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType
from typing import Any, Final

from agents.own_rules.reading import FunctionNode
from sim.records import VIEW

#: Methods that give the same memory under another shape, and those that write into it.
_SAME_MEMORY: Final = ("ravel", "reshape", "squeeze", "swapaxes", "transpose", "view")
_WRITING: Final = ("append", "fill", "itemset", "partition", "put", "resize", "sort", "update")
#: Functions of NumPy that write into their first argument.
_WRITING_FIRST: Final = ("copyto", "fill_diagonal", "place", "put", "putmask")

_ARRAYS: Final = tuple(name for name in VIEW.names or () if VIEW[name].shape)

Complaint = tuple[int, str]


def store_complaints(
    node: FunctionNode, parameters: Collection[str], array: str, outside: Mapping[str, Any]
) -> Iterator[Complaint]:
    """Yield line and message of each write to a parameter, to a view of its memory, or to a name from outside.

    `array` names the parameter that is known to be an array, if there is one.
    """
    handed, arrays = set(parameters), {array}
    # Twice, for an alias may be used above the line that makes it, in a loop.
    for part in [*ast.walk(node), *ast.walk(node)]:
        if isinstance(part, ast.Assign | ast.AnnAssign | ast.NamedExpr) and part.value is not None:
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if _root(part.value) in handed:
                handed |= names
            if _is_array(part.value, arrays):
                arrays |= names
    modules = {name for name, value in outside.items() if isinstance(value, ModuleType)}
    for part in ast.walk(node):
        root, line = _written(part, arrays, modules), getattr(part, "lineno", 0)
        if root in handed:
            yield line, f"{root} may only be read: what is written there would reach other rounds and runs; copy it"
        elif root in outside:
            yield line, f"writing to {root} would carry memory from one run to the next; use local names"


def _written(part: ast.AST, arrays: Collection[str], modules: Collection[str]) -> str | None:
    """Name whose memory a piece of code writes to."""
    if isinstance(part, ast.Attribute | ast.Subscript) and isinstance(part.ctx, ast.Store | ast.Del):
        return _root(part)
    if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
        return part.target.id if part.target.id in arrays else None
    if isinstance(part, ast.keyword) and part.arg == "out":
        return _root(part.value)
    if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
        owner = _root(part.func.value)
        if owner in modules:
            return _root(part.args[0]) if part.func.attr in _WRITING_FIRST and part.args else None
        return owner if part.func.attr in _WRITING else None
    return None


def _root(expression: ast.expr) -> str | None:
    """Name whose memory an expression refers to, or None where it makes a value of its own."""
    if isinstance(expression, ast.Name):
        return expression.id
    if isinstance(expression, ast.Attribute | ast.Subscript):
        return _root(expression.value)
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        return _root(expression.func.value) if expression.func.attr in _SAME_MEMORY else None
    return None


def _is_array(expression: ast.expr, arrays: set[str]) -> bool:
    """Whether an expression is an array that was handed in or a part of one, and not one of its numbers."""
    if isinstance(expression, ast.Name):
        return expression.id in arrays
    if isinstance(expression, ast.Attribute):
        return expression.attr in _ARRAYS
    if isinstance(expression, ast.Subscript):
        return isinstance(expression.slice, ast.Slice) and _is_array(expression.value, arrays)
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Attribute):
        return expression.func.attr in _SAME_MEMORY and _is_array(expression.func.value, arrays)
    return False
