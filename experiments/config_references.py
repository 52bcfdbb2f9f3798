"""References ``${path}`` from one value of a config to another."""

from __future__ import annotations

import re
from dataclasses import replace

from experiments.config_nodes import MAX_NODES, Node, item_name, join
from experiments.errors import ConfigError, Problem, shown

_REFERENCE = re.compile(r"\$\{\s*([^${}]*?)\s*\}")
_LONGEST_TEXT = 100_000


def resolve_references(tree: Node) -> Node:
    """Replace every ``${path}`` by the value that stands at `path`; a text may hold several.

    A reference to a distribution is refused: the two numbers would be drawn independently, not equal.

    Raises
    ------
    ConfigError
        Listing every reference that names nothing, a distribution, or itself.
    """
    resolver = _Resolver(tree)
    resolved = resolver.resolved(tree, "", ())
    if resolver.problems:
        raise ConfigError(resolver.problems)
    return resolved


class _Resolver:
    def __init__(self, root: Node) -> None:
        self._root = root
        self._targets: dict[str, Node] = {}
        self.problems: list[Problem] = []

    def resolved(self, node: Node, path: str, above: tuple[str, ...]) -> Node:
        """`node` with its references replaced; `above` are the targets that are being resolved."""
        if node.is_map:
            below = {key: self.resolved(child, join(path, key), above) for key, child in node.value.items()}
            return replace(node, value=below, size=1 + sum(child.size for child in below.values()))
        if node.is_list:
            items = [self.resolved(child, join(path, item_name(child, i)), above) for i, child in enumerate(node.value)]
            return replace(node, value=items, size=1 + sum(child.size for child in items))
        if isinstance(node.value, str) and "${" in node.value:
            return self._replaced(node, path, above)
        return node

    def _replaced(self, node: Node, path: str, above: tuple[str, ...]) -> Node:
        if "${" in _REFERENCE.sub("", node.value):
            return self._problem(
                node, path, f"holds an unfinished reference; write ${{path}} (got {shown(node.value)})"
            )
        if whole := _REFERENCE.fullmatch(node.value):
            target = self._target(node, whole[1], path, above)
            return replace(target, place=node.place, key_place=node.key_place)
        pieces: list[str] = []
        for number, piece in enumerate(_REFERENCE.split(node.value)):
            target = self._target(node, piece, path, above) if number % 2 else replace(node, value=piece)
            if target.is_map or target.is_list:
                return self._problem(node, path, f"{piece} is not a single value and cannot stand inside a text")
            pieces.append(str(target.value))
        text = "".join(pieces)
        if len(text) > _LONGEST_TEXT:
            return self._problem(node, path, f"its references grow to more than {_LONGEST_TEXT} characters")
        return replace(node, value=text)

    def _target(self, node: Node, name: str, path: str, above: tuple[str, ...]) -> Node:
        if name in above:
            return self._problem(node, path, f"${{{name}}} leads back to itself")
        if name not in self._targets:
            found = _find(self._root, name)
            if found is None:
                return self._problem(node, path, f"${{{name}}} names no value that this config writes")
            self._targets[name] = self.resolved(found, name, (*above, name))
        target = self._targets[name]
        if _holds_distribution(target):
            return self._problem(
                node, path, f"${{{name}}} is a distribution; write it out (and correlate the two if they move together)"
            )
        if target.size > MAX_NODES:
            return self._problem(node, path, f"${{{name}}} expands to more than {MAX_NODES} values")
        return target

    def _problem(self, node: Node, path: str, message: str) -> Node:
        self.problems.append(Problem(node.place, path, message))
        return replace(node, value="")


def _find(root: Node, path: str) -> Node | None:
    """Node at `path`, with items of lists by name or position."""
    node, parts = root, path.split(".")
    while parts:
        if node.is_map:
            # Keys below `set` are paths themselves, so the longest key that fits is the right one.
            width = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in node.value), 0)
            if not width:
                return None
            node, parts = node.value[".".join(parts[:width])], parts[width:]
        elif node.is_list:
            names = [item_name(item, number) for number, item in enumerate(node.value)]
            if parts[0] not in names:
                return None
            node, parts = node.value[names.index(parts[0])], parts[1:]
        else:
            return None
    return node


def _holds_distribution(node: Node) -> bool:
    if node.is_map:
        return "dist" in node.value or any(_holds_distribution(child) for child in node.value.values())
    return node.is_list and any(_holds_distribution(child) for child in node.value)
