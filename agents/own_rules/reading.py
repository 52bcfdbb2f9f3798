"""Read a Python function without running it: its source, and the names from outside that it refers to."""

from __future__ import annotations

import ast
import builtins
import dis
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

from agents.errors import TacticDefinitionError

#: Stands for a name that nothing defines.
MISSING: Final = object()

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def place_of(file: str, line: int) -> str:
    """File and line as messages show them: relative to the current folder where it lies inside it."""
    path, here = Path(file), Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else file}:{line}"


def plain_function(function: Any) -> Any:
    """Python function behind a compiled one; anything else is returned as it is."""
    return getattr(function, "py_func", function)


def is_own_helper(function: FunctionType, value: object) -> bool:
    """Whether `value` is a Python function of the same file as `function`."""
    return isinstance(value, FunctionType) and value.__code__.co_filename == function.__code__.co_filename


def outside_names(function: FunctionType) -> dict[str, Any]:
    """Names that a function reads and does not define itself, with their present values; :data:`MISSING` if none."""
    closure = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    found = {name: _cell_value(cell) for name, cell in closure.items()}
    for code in _nested(function.__code__):
        for step in dis.get_instructions(code):
            if step.opname in {"LOAD_GLOBAL", "LOAD_NAME"}:
                name = str(step.argval)
                found[name] = function.__globals__.get(name, vars(builtins).get(name, MISSING))
    return found


def function_nodes(function: FunctionType) -> list[FunctionNode]:
    """Syntax trees of a function, with the line numbers of its file; several if lambdas share its line.

    Raises
    ------
    TacticDefinitionError
        If the source is not to be had, as for a function typed at the prompt of Python.
    """
    code = function.__code__
    try:
        lines, _ = inspect.findsource(code)
        tree = ast.parse("".join(lines))
    except (OSError, SyntaxError) as error:
        message = f"the source of {function.__name__} cannot be read; write it in a file or a notebook"
        raise TacticDefinitionError(message, place_of(code.co_filename, code.co_firstlineno)) from error
    found = [node for node in ast.walk(tree) if _is_node_of(node, code)]
    if not found:
        message = f"the source of {function.__name__} is not there any more; load it anew"
        raise TacticDefinitionError(message, place_of(code.co_filename, code.co_firstlineno))
    return [node for node in found if isinstance(node, FunctionNode)]


def _is_node_of(node: ast.AST, code: CodeType) -> bool:
    if isinstance(node, ast.Lambda):
        return code.co_name == "<lambda>" and node.lineno == code.co_firstlineno
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return node.name == code.co_name and first == code.co_firstlineno


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _cell_value(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING
