"""Where a fault can be planted in a file, and a random draw of such places."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import parso
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutants.operators import OPERATORS

#: Kinds left out: a decorator taken away breaks every import, and an exception renamed says nothing of results.
LEFT_OUT = {"core/RemoveDecorator", "core/ExceptionReplacer", "core/VariableReplacer", "core/VariableInserter"}

#: Of the hundred pairs of binary operators those that numbers allow; the others raise at once.
ARITHMETIC = {
    "Add_Sub",
    "Add_Mul",
    "Sub_Add",
    "Sub_Div",
    "Mul_Add",
    "Mul_Div",
    "Div_Mul",
    "Div_Sub",
    "Pow_Mul",
    "Mod_Div",
}


@dataclass(frozen=True)
class Mutant:
    """One planted fault.

    Attributes
    ----------
    path : str
        File, from the root of the project.
    operator : str
        Kind of the fault.
    occurrence : int
        Which place of that kind in the file, counted from 0.
    line : int
        Line of the place, counted from 1.
    statement : tuple of int
        First and last line of the statement around it, or of its head.
    at_import : bool
        Whether it runs when its file is imported, by whichever test comes first.
    """

    path: str
    operator: str
    occurrence: int
    line: int
    statement: tuple[int, int]
    at_import: bool = False

    def source(self, before: str) -> str:
        """Text of the file with the fault."""
        after = mutate_code(before, _operators()[self.operator](), self.occurrence)
        if after is None:
            raise ValueError(f"{self.path}: {self.operator} has no place {self.occurrence}")
        return str(after)

    def difference(self, before: str) -> str:
        """Changed lines, for a reader."""
        lines = difflib.unified_diff(before.splitlines(), self.source(before).splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


@cache
def _operators() -> dict[str, type[Operator]]:
    binary = "core/ReplaceBinaryOperator_"
    names = (name for name in operator_names() if name not in LEFT_OUT)
    core = {
        name: get_operator(name)
        for name in names
        if not name.startswith(binary) or name.removeprefix(binary) in ARITHMETIC
    }
    return core | OPERATORS


def _is_idle(node: Any) -> bool:
    """Whether a change of the node cannot change what the program does: annotations, docstrings, imports for types."""
    child, parent = node, node.parent
    while parent is not None:
        idle = (
            parent.type in {"import_from", "import_name", "decorator", "tfpdef"}
            or (parent.type == "annassign" and child is parent.children[1])
            or (parent.type == "param" and child.type == "operator")
            or (parent.type == "funcdef" and child is parent.annotation)
            or (parent.type == "simple_stmt" and child.type == "string")
        )
        if idle:
            return True
        child, parent = parent, parent.parent
    return False


def _statement(node: Any) -> tuple[int, int]:
    """First and last line of the innermost statement; of a loop, a branch or a function only its head."""
    while node.parent is not None and node.parent.type not in {"suite", "file_input"}:
        node = node.parent
    body = next((child for child in getattr(node, "children", ()) if child.type == "suite"), None)
    last = node.end_pos[0] if body is None else body.start_pos[0]
    return node.start_pos[0], last


def _runs_at_import(node: Any) -> bool:
    """Whether a place is outside the body of every function."""
    child, parent = node, node.parent
    while parent is not None:
        if parent.type in {"funcdef", "lambdef"} and child is parent.children[-1]:
            return False
        child, parent = parent, parent.parent
    return True


def mutants_of(root: Path, path: str) -> Iterator[Mutant]:
    """Every fault that can be planted in a file."""
    tree = parso.parse((root / path).read_text(encoding="utf-8"))
    nodes = list(ast_nodes(tree))
    for name, kind in _operators().items():
        operator = kind()
        occurrence = 0
        for node in nodes:
            for start, _ in operator.mutation_positions(node):
                if not _is_idle(node):
                    yield Mutant(path, name, occurrence, start[0], _statement(node), _runs_at_import(node))
                occurrence += 1


def draw(root: Path, paths: list[str], count: int, seed: int) -> list[Mutant]:
    """Draw distinct faults at random, each kind in a line with equal weight.

    A binary operator has ten replacements and a comparison seven. Drawn one by one they would crowd out all other
    faults, so a line of the code is drawn first, then a kind of fault in it, then one of that kind.
    """
    by_place: dict[tuple[str, int], dict[str, list[Mutant]]] = {}
    for path in paths:
        for mutant in mutants_of(root, path):
            family = mutant.operator.split("_")[0]
            by_place.setdefault((path, mutant.line), {}).setdefault(family, []).append(mutant)
    random = np.random.default_rng(seed)
    places = sorted(by_place)
    drawn: list[Mutant] = []
    for k in random.permutation(len(places)):
        if len(drawn) == count:
            break
        families = by_place[places[k]]
        family = sorted(families)[random.integers(len(families))]
        mutant = families[family][random.integers(len(families[family]))]
        if _is_python(mutant.source((root / mutant.path).read_text(encoding="utf-8"))):
            drawn.append(mutant)
    return drawn


def _is_python(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
