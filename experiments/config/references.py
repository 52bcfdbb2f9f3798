"""References ``${path}`` from one value of a config to another."""

from __future__ import annotations

import re
from dataclasses import replace

from experiments.config.limits import MAX_DEPTH, MAX_PATH, size_complaint
from experiments.config.yaml import Node, fail, item_name, join
from experiments.errors import ConfigError, Problem, shown

_REFERENCE = re.compile(r"\$\{\s*([^${}]*?)\s*\}")


def resolve_references(tree: Node) -> Node:
    """Replace every ``${path}`` by the value that stands at `path`; a text may hold several.

    A reference to a distribution is refused: the two numbers would be drawn independently, not equal.

    Raises
    ------
    ConfigError
        Listing every reference that names nothing, a distribution, or itself; or the first that makes the config
        larger or deeper than one may be.
    """
    resolver = _Resolver(tree)
    resolved = resolver.resolved(tree, "", (), 0)
    if resolver.problems:
        raise ConfigError(resolver.problems)
    return resolved


class _Resolver:
    def __init__(self, root: Node) -> None:
        self._root = root
        self._targets: dict[str, tuple[Node, bool]] = {}
        self._items: dict[int, dict[str, Node]] = {}
        self.problems: list[Problem] = []

    def resolved(self, node: Node, path: str, above: tuple[str, ...], level: int) -> Node:
        """`node` with its references replaced.

        Parameters
        ----------
        node : Node
            Part of the config as it was written.
        path : str
            Where it stands.
        above : tuple of str
            Targets that are being resolved.
        level : int
            Maps, lists and references that lead to it.
        """
        if level + (node.is_map or node.is_list) > MAX_DEPTH:
            fail(node.place, path, f"nested or referred to more than {MAX_DEPTH} deep")
        if not node.is_map and not node.is_list:
            return self._replaced(node, path, above, level) if "${" in str(node.value) else node
        size, letters = 0, 0
        parts: list[Node] = []
        for name, child in node.children():
            part = self.resolved(child, join(path, name), above, level + 1)
            size, letters = size + part.size, letters + part.letters
            _refuse_excess(size, letters, child, join(path, name))
            parts.append(part)
        return replace(node, value=dict(zip(node.value, parts, strict=True)) if node.is_map else parts)

    def _replaced(self, node: Node, path: str, above: tuple[str, ...], level: int) -> Node:
        if "${" in _REFERENCE.sub("", node.value):
            return self._problem(
                node, path, f"holds an unfinished reference; write ${{path}} (got {shown(node.value)})"
            )
        if whole := _REFERENCE.fullmatch(node.value):
            target = self._target(node, whole[1], path, above, level)
            if level + target.depth > MAX_DEPTH:
                fail(node.place, path, f"nested or referred to more than {MAX_DEPTH} deep")
            return replace(target, place=node.place, key_place=node.key_place)
        letters, pieces = 0, list[str]()
        for number, piece in enumerate(_REFERENCE.split(node.value)):
            target = self._target(node, piece, path, above, level) if number % 2 else replace(node, value=piece)
            if target.is_map or target.is_list:
                return self._problem(node, path, f"{shown(piece)} is not a single value and cannot stand inside a text")
            pieces.append(str(target.value))
            letters += len(pieces[-1])
            _refuse_excess(1, letters, node, path)
        return replace(node, value="".join(pieces))

    def _target(self, node: Node, name: str, path: str, above: tuple[str, ...], level: int) -> Node:
        if len(name) > MAX_PATH:
            return self._problem(node, path, f"a reference names a path of at most {MAX_PATH} characters")
        if name in above:
            return self._problem(node, path, f"${{{name}}} leads back to itself")
        if name not in self._targets:
            found = self._find(name)
            if found is None:
                return self._problem(node, path, f"${{{name}}} names no value that this config writes")
            target = self.resolved(found, name, (*above, name), level + 1)
            self._targets[name] = target, _holds_distribution(target)
        target, is_drawn = self._targets[name]
        if is_drawn:
            return self._problem(
                node, path, f"${{{name}}} is a distribution; write it out (and correlate the two if they move together)"
            )
        return target

    def _problem(self, node: Node, path: str, message: str) -> Node:
        self.problems.append(Problem(node.place, path, message))
        return replace(node, value="")

    def _find(self, path: str) -> Node | None:
        """Node at `path`, with items of lists by name or position."""
        node, parts = self._root, path.split(".")
        while parts:
            if node.is_map:
                # Keys below `set` are paths themselves, so the longest key that fits is the right one.
                width = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in node.value), 0)
                if not width:
                    return None
                node, parts = node.value[".".join(parts[:width])], parts[width:]
            elif node.is_list:
                item = self._by_name(node).get(parts[0])
                if item is None:
                    return None
                node, parts = item, parts[1:]
            else:
                return None
        return node

    def _by_name(self, node: Node) -> dict[str, Node]:
        """Items of a list by name or position, the first of each; the list is indexed once."""
        if id(node) not in self._items:
            named: dict[str, Node] = {}
            for number, item in enumerate(node.value):
                named.setdefault(item_name(item, number), item)
            self._items[id(node)] = named
        return self._items[id(node)]


def _refuse_excess(size: int, letters: int, node: Node, path: str) -> None:
    """Stop at the value with which a part of the config becomes larger than a whole one may be."""
    if complaint := size_complaint(size, letters):
        fail(node.place, path, f"with its references the config {complaint}")


def _holds_distribution(node: Node) -> bool:
    if node.is_map:
        return "dist" in node.value or any(_holds_distribution(child) for child in node.value.values())
    return node.is_list and any(_holds_distribution(child) for child in node.value)
