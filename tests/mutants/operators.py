"""Faults that Cosmic Ray does not plant: a column for its neighbour, arguments in the wrong order, min for max."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Name, PythonNode, String

Span = tuple[tuple[int, int], tuple[int, int]]

#: A string that names a column, a key or a quantity and is no sentence.
KEY = re.compile(r"[a-z][a-z0-9_]*([._][a-z0-9_]+)*")

#: Functions and methods that are easily taken for each other.
OPPOSITES = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "argmin": "argmax",
    "argmax": "argmin",
    "nanmin": "nanmax",
    "nanmax": "nanmin",
    "minimum": "maximum",
    "maximum": "minimum",
    "mean": "median",
    "median": "mean",
    "idxmin": "idxmax",
    "idxmax": "idxmin",
    "floor": "ceil",
    "ceil": "floor",
}


def _key(node: Any) -> str | None:
    """Return the string of a plain literal that names something, else None."""
    if not isinstance(node, String) or node.string_prefix:
        return None
    text = ast.literal_eval(node.value)
    return text if isinstance(text, str) and KEY.fullmatch(text) else None


def _strings(node: Any) -> Iterator[str]:
    for child in getattr(node, "children", ()):
        text = _key(child)
        if text is not None:
            yield text
        yield from _strings(child)


@lru_cache(maxsize=256)
def _keys(scope: Any) -> tuple[str, ...]:
    """Return the distinct keys of a function, a class or a file in order."""
    return tuple(dict.fromkeys(_strings(scope)))


def _neighbour(node: Any) -> str | None:
    """Return the key that follows this one in the innermost scope that has another, cyclically."""
    own = _key(node)
    scope = node.parent
    while scope is not None:
        if scope.type in {"funcdef", "classdef", "file_input"} and own is not None:
            keys = _keys(scope)
            if len(keys) > 1:
                return keys[(keys.index(own) + 1) % len(keys)]
        scope = scope.parent
    return None


class NeighbouringKey(Operator):
    """Name the next column, key or quantity of the function in place of this one."""

    def mutation_positions(self, node: Any) -> Iterable[Span]:
        if _key(node) is not None and _neighbour(node) is not None:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return String(repr(_neighbour(node)), node.start_pos, node.prefix)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example('x = t["deal"], t["gain"]', "x = t['gain'], t[\"deal\"]"),)


def _plain_arguments(node: Any) -> list[int]:
    """Return the places among a call's children of its first two arguments where both are positional."""
    if not isinstance(node, PythonNode) or node.type != "arglist":
        return []
    places = [k for k, child in enumerate(node.children) if child.type != "operator"][:2]
    values = [node.children[k] for k in places]
    if len(values) < 2 or any(value.type == "argument" for value in values):
        return []
    return places if values[0].get_code().strip() != values[1].get_code().strip() else []


class SwappedArguments(Operator):
    """Exchange the first two arguments of a call."""

    def mutation_positions(self, node: Any) -> Iterable[Span]:
        if _plain_arguments(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        first, second = _plain_arguments(node)
        children = list(node.children)
        children[first], children[second] = children[second], children[first]
        return PythonNode("arglist", children)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("plot(x, y)", "plot( yx,)"),)


class OppositeFunction(Operator):
    """Call min for max, any for all, mean for median, and the reverse."""

    def mutation_positions(self, node: Any) -> Iterable[Span]:
        if isinstance(node, Name) and node.value in OPPOSITES and _is_called(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return Name(OPPOSITES[node.value], node.start_pos, node.prefix)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("x = min(y)", "x = max(y)"),)


def _is_called(name: Any) -> bool:
    following = name.get_next_leaf()
    return following is not None and following.value == "("


OPERATORS: dict[str, type[Operator]] = {
    "NeighbouringKey": NeighbouringKey,
    "SwappedArguments": SwappedArguments,
    "OppositeFunction": OppositeFunction,
}
