"""YAML text as a tree of nodes that know where they were written.

Scalars follow the core schema of YAML 1.2 (``no`` is text, ``0123`` is 123), plus calendar dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from experiments.config.limits import MAX_BYTES, MAX_DEPTH, size_complaint
from experiments.errors import ConfigError, Position, Problem, shown

Scalar = str | int | float | bool | date | None

_LONGEST_INTEGER = 18

#: What no text may hold, escaped or not: control characters other than tab and line ends, and halves of a pair.
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")

_NULL = re.compile(r"~|null|Null|NULL|")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_INTEGERS = (
    (re.compile(r"[-+]?[0-9]+"), 10),
    (re.compile(r"0o[0-7]+"), 8),
    (re.compile(r"0x[0-9a-fA-F]+"), 16),
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NOT_A_NUMBER = re.compile(r"\.(nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a config and the places where it and its key were written.

    Attributes
    ----------
    value : scalar, dict of Node or list of Node
        What was written.
    place, key_place : Place
        Where the value starts, and where its key (or else the value) starts.
    size, letters, depth : int
        Number of values in the tree below, this one included, of characters in its keys and texts, and of maps and
        lists inside each other.
    """

    value: Any
    place: Position
    key_place: Position
    size: int = field(init=False, default=1)
    letters: int = field(init=False, default=0)
    depth: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Measure the tree by its children, which are measured already."""
        size, letters, depth = 1, 0, 0
        if isinstance(self.value, str):
            letters = len(self.value)
        elif isinstance(self.value, dict | list):
            children: Iterable[Node] = self.value.values() if isinstance(self.value, dict) else self.value
            letters = sum(map(len, self.value)) if isinstance(self.value, dict) else 0
            for child in children:
                size += child.size
                letters += child.letters
                depth = max(depth, child.depth)
            depth += 1
        object.__setattr__(self, "size", size)
        object.__setattr__(self, "letters", letters)
        object.__setattr__(self, "depth", depth)

    @property
    def is_map(self) -> bool:
        """Whether the value is a map of nodes."""
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether the value is a list of nodes."""
        return isinstance(self.value, list)

    def scalar(self, key: str) -> Scalar:
        """Return the scalar under `key`, or None when there is none."""
        child = self.value.get(key) if self.is_map else None
        return child.value if child is not None and not child.is_map and not child.is_list else None

    def children(self) -> list[tuple[str, Node]]:
        """Parts of a map or list with their names in paths; none of a scalar."""
        if self.is_map:
            return list(self.value.items())
        return [(item_name(item, number), item) for number, item in enumerate(self.value)] if self.is_list else []

    def plain(self) -> Any:
        """Value without places."""
        if self.is_map:
            return {key: child.plain() for key, child in self.value.items()}
        if self.is_list:
            return [child.plain() for child in self.value]
        return self.value


def join(path: str, key: str) -> str:
    """Path of `key` below `path`."""
    name = key or "''"
    return f"{path}.{name}" if path else name


def item_name(item: Node, number: int) -> str:
    """How an item of a list is addressed in a path: by its name, else by its position from 0."""
    name = item.scalar("name")
    return str(number) if name is None else str(name)


def fail(place: Position, path: str, message: str) -> NoReturn:
    """Raise the one problem described."""
    raise ConfigError([Problem(place, path, message)])


def text_complaint(text: str) -> str | None:
    """Say which character no text of a config may hold, or return None."""
    wrong = _NOT_TEXT.search(text)
    return f"character {ord(wrong[0]):#06x} is not allowed in a config" if wrong else None


def parse_yaml(text: str, origin: str, *, positions: bool = True) -> Node:
    """Read one YAML document.

    Parameters
    ----------
    text : str
        The document.
    origin : str
        File name (or option) for messages.
    positions : bool
        Whether places carry line and column; an option on the command line has none.

    Raises
    ------
    ConfigError
        When the text is not YAML, holds a key twice, an own tag, or more than one document, or is too large.
    """
    if len(text) > MAX_BYTES:
        fail(Position(origin), "", f"is larger than a config may be: {MAX_BYTES:,} characters")
    composer = _Composer(origin, positions)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            composer.take(event)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        fail(composer.at(line, column), "", f"character {ord(text[error.position]):#06x} is not allowed in YAML")
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = composer.at(mark.line + 1, mark.column + 1) if mark else Position(origin)
        fail(where, "", f"not valid YAML: {_hint(error)}")
    except (YAMLError, ValueError) as error:
        fail(Position(origin), "", f"not valid YAML: {shown(error)}")
    return composer.result()


def _hint(error: MarkedYAMLError) -> str:
    problem = shown(error.problem or error.context or "unreadable")
    if "'\\t'" in problem:
        return "a tab stands where YAML wants spaces"
    return problem


def read_scalar(text: str) -> Scalar:
    """Value of an unquoted scalar in the core schema of YAML 1.2, with dates."""
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    if _DATE.fullmatch(text):
        return _read_date(text)
    return _read_number(text)


def between_commas(text: str) -> list[str]:
    """Parts of an option that commas part; a comma inside brackets belongs to its part."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "{[") - (letter in "}]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def read_braces(text: str) -> dict[str, Any] | None:
    """Map that an option holds in braces, such as ``{beta: 2}``; None where the text is no such map."""
    try:
        found = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return None
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) and text.endswith("}") else None


def _read_date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _read_number(text: str) -> int | float | str:
    for pattern, base in _INTEGERS:
        if pattern.fullmatch(text):
            return int(text, base) if len(text) <= _LONGEST_INTEGER else float("inf")
    if _FLOAT.fullmatch(text):
        return float(text)
    if infinite := _INFINITE.fullmatch(text):
        return float(f"{infinite[1]}inf")
    return float("nan") if _NOT_A_NUMBER.fullmatch(text) else text


@dataclass(slots=True)
class _Open:
    """A map or list whose end has not been read yet."""

    place: Position
    anchor: str | None
    is_map: bool
    entries: dict[str, Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    key: str | None = None
    key_place: Position | None = None


class _Composer:
    """Builds the tree from parser events, without recursion."""

    def __init__(self, origin: str, positions: bool) -> None:
        self._origin = origin
        self._positions = positions
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None
        self._documents = 0
        self._size = 0
        self._letters = 0

    def at(self, line: int, column: int) -> Position:
        return Position(self._origin, line, column) if self._positions else Position(self._origin)

    def result(self) -> Node:
        place = self.at(1, 1)
        return self._root or Node(None, place, place)

    def take(self, event: Any) -> None:
        place = self.at(event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    fail(place, "", "a second document starts here; a config is one document")
            case MappingStartEvent() | SequenceStartEvent():
                self._refuse_tag(event, place)
                if len(self._open) >= MAX_DEPTH:
                    fail(place, "", f"nested more than {MAX_DEPTH} deep")
                self._open.append(_Open(place, event.anchor, isinstance(event, MappingStartEvent)))
            case MappingEndEvent() | SequenceEndEvent():
                self._close()
            case ScalarEvent():
                self._refuse_tag(event, place)
                if complaint := text_complaint(event.value):
                    fail(place, self._path(event.value), complaint)
                value = event.value if event.style else read_scalar(event.value)
                self._count(1, len(event.value), place)
                self._add(Node(value, place, place), event.anchor, event.value)
            case AliasEvent():
                named = self._anchored(event.anchor, place)
                if len(self._open) + named.depth > MAX_DEPTH:
                    fail(place, "", f"nested more than {MAX_DEPTH} deep")
                self._count(named.size, named.letters, place)
                self._add(replace(named, place=place, key_place=place), None, None)
            case _:
                pass

    def _anchored(self, anchor: str, place: Position) -> Node:
        if anchor in self._anchors:
            return self._anchors[anchor]
        if any(part.anchor == anchor for part in self._open):
            fail(place, "", f"*{anchor} stands inside the value that it names")
        fail(place, "", f"*{anchor} names no earlier anchor &{anchor}")

    def _refuse_tag(self, event: Any, place: Position) -> None:
        if event.ctag is not None:
            fail(place, "", f"tags are not supported, got {shown(event.ctag)}")

    def _close(self) -> None:
        part = self._open.pop()
        self._count(1, 0, part.place)
        self._add(Node(part.entries if part.is_map else part.items, part.place, part.place), part.anchor, None)

    def _count(self, values: int, letters: int, place: Position) -> None:
        """Add to what has been read so far, and stop as soon as it is too much."""
        self._size += values
        self._letters += letters
        if complaint := size_complaint(self._size, self._letters):
            fail(place, "", complaint)

    def _add(self, node: Node, anchor: str | None, text: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self._root = node
            return
        part = self._open[-1]
        if not part.is_map:
            part.items.append(node)
        elif part.key is None:
            part.key, part.key_place = self._key(part, node, text), node.place
        else:
            part.entries[part.key] = replace(node, key_place=part.key_place or node.place)
            part.key = None

    def _path(self, text: str) -> str:
        """Path of the value that is read now; where it is a key, `text` is its last part."""
        keys = [part.key for part in self._open if part.key is not None]
        if self._open and self._open[-1].is_map and self._open[-1].key is None:
            keys.append(shown(text))
        return reduce(join, keys, "")

    def _key(self, part: _Open, node: Node, text: str | None) -> str:
        if text is None:
            fail(node.place, "", "a key must be plain text")
        if text == "<<":
            fail(node.place, "<<", "merge keys are not part of YAML 1.2; use extends")
        if text in part.entries:
            first = part.entries[text].key_place
            fail(node.place, self._path(text), f"the key stands here a second time; it was first given at {first}")
        return text
