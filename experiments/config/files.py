"""Config files and the changes of options as one tree of nodes: reading, ``extends``, merging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from experiments.config.amounts import resolve_amounts
from experiments.config.changes import Change, Changes, changes_of
from experiments.config.columns import resolve_columns
from experiments.config.limits import MAX_BYTES, MAX_DEPTH, MAX_FILES, MAX_PATH, size_complaint
from experiments.config.references import resolve_references
from experiments.config.yaml import Node, fail, item_name, join, parse_yaml, text_complaint
from experiments.errors import ConfigError, Position, Problem, printable, shown, suggestion
from experiments.files import NO_FILE, decoded, read_source

#: Lists whose items are addressed and merged by their ``name``.
NAMED_LISTS = frozenset({"firms", "chip_makers", "red_lines", "add_red_lines", "events"})

#: Key of a part that says which kind it is: a part of another kind replaces the earlier one instead of merging.
_KIND_KEYS = {"tactics": "name", "beliefs": "kind", "acceptance": "name"}


@dataclass(frozen=True, slots=True)
class Written:
    """A config as it was written, files and options merged.

    Attributes
    ----------
    tree : Node
        The merged config.
    drawn : tuple of str
        Paths of its distributions in the order in which the files and then the options made them one, so that a file
        that extends another, or an option, adds to the end.
    """

    tree: Node
    drawn: tuple[str, ...]


def read_config(path: str | Path, sets: Changes = ()) -> Written:
    """Read a config with the files that it extends, and apply ``path=value`` options in order.

    Raises
    ------
    ConfigError
        When a file cannot be read, is not YAML, or extends itself, or an option names nothing.
    """
    return _finished(_with_bases(_FileRead.of(Path(path), 0), ()), sets)


def files_of(path: Path) -> list[Path]:
    """File of a config and all that it extends, of one that :func:`read_config` reads."""
    file = _FileRead.of(path, 0)
    found = [path]
    while (extends := file.tree.value.get("extends")) is not None:
        file = _base(file, extends)
        found.append(file.path)
    return found


def read_mapping(mapping: Mapping[str, Any], origin: str, sets: Changes = ()) -> Written:
    """Read a config that is already plain data, for example the resolved config of a manifest."""
    return _finished(_layer((), _without_nulls(_from_plain(mapping, Position(origin)))), sets)


def read_over(mapping: Mapping[str, Any], origin: str, raw: bytes, name: str) -> Written:
    """Read a file as an extension of plain data, whatever file it says that it extends.

    `origin` and `name` name the data and the file in messages.
    """
    below = _layer((), _without_nulls(_from_plain(mapping, Position(origin))))
    tree = _without_base(_parsed(raw, name))
    return _finished(_layer(below.drawn, _merged_or_fail(below.tree, tree, "")), ())


def _finished(written: Written, sets: Changes) -> Written:
    problems: list[Problem] = []
    for change in changes_of(sets):
        try:
            written = _layer(written.drawn, _apply_option(written.tree, change))
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(problems)
    return replace(written, tree=resolve_amounts(resolve_columns(resolve_references(written.tree))))


def _layer(drawn: tuple[str, ...], tree: Node) -> Written:
    """Tree after one more layer, with its new distributions behind those `drawn` before."""
    return Written(tree, tuple(dict.fromkeys([*drawn, *_distributions(tree, "")])))


def _distributions(node: Node, path: str) -> Iterator[str]:
    if node.is_map and "dist" in node.value:
        yield path
    for name, child in node.children():
        yield from _distributions(child, join(path, name))


def _from_plain(value: Any, place: Position, level: int = 0) -> Node:
    if level > MAX_DEPTH:
        fail(place, "", f"nested more than {MAX_DEPTH} deep")
    if isinstance(value, Mapping):
        for key in value:
            if complaint := text_complaint(str(key)):
                fail(place, shown(key), complaint)
        return Node({str(key): _from_plain(child, place, level + 1) for key, child in value.items()}, place, place)
    if isinstance(value, list | tuple):
        return Node([_from_plain(child, place, level + 1) for child in value], place, place)
    if isinstance(value, str) and (complaint := text_complaint(value)):
        fail(place, "", complaint)
    if value is not None and not isinstance(value, str | bool | int | float | date):
        fail(place, "", f"holds a {type(value).__name__}, which no config can hold")
    return Node(value, place, place)


@dataclass(frozen=True, slots=True)
class _FileRead:
    """One file of a config: its tree, what tells it from other files, and the bytes read up to and with it."""

    path: Path
    tree: Node
    identity: tuple[int, int]
    total: int

    @classmethod
    def of(cls, path: Path, already: int) -> _FileRead:
        with_others = " together with the files that extend it" if already else ""
        too_large = f"is larger than a config may be{with_others}: {MAX_BYTES:,} bytes"
        source = read_source(path, MAX_BYTES - already, too_large)
        return cls(path, _parsed(source.raw, str(path)), source.identity, already + len(source.raw))


def _with_bases(file: _FileRead, above: tuple[_FileRead, ...]) -> Written:
    tree = file.tree
    extends = tree.value.get("extends")
    if extends is None:
        return _layer((), _without_nulls(tree))
    if not isinstance(extends.value, str) or not extends.value:
        fail(extends.place, "extends", f"must be the name of a YAML file (got {shown(extends.plain())})")
    chain = (*above, file)
    if len(chain) >= MAX_FILES:
        fail(extends.place, "extends", f"this would be file {len(chain) + 1} of the config; at most {MAX_FILES} fit")
    base = _base(file, extends)
    if base.identity in {earlier.identity for earlier in chain}:
        names = " -> ".join(one.path.name for one in (*chain, base))
        fail(extends.place, "extends", f"the files extend each other in a circle: {names}")
    below = _with_bases(base, chain)
    return _layer(below.drawn, _merged_or_fail(below.tree, _without_base(tree), ""))


def _base(file: _FileRead, extends: Node) -> _FileRead:
    """Read the file that `file` extends; where that is impossible, the place is that of the key."""
    path = file.path.parent / extends.value
    try:
        return _FileRead.of(path, file.total)
    except ConfigError as error:
        first = error.problems[0]
        if first.place.line:
            raise
        name = printable(str(path))
        message = f"there is no file {name}" if first.message == NO_FILE else f"{name} {first.message}"
        fail(extends.place, "extends", message)


def _without_base(tree: Node) -> Node:
    return replace(tree, value={key: child for key, child in tree.value.items() if key != "extends"})


def _parsed(raw: bytes, name: str) -> Node:
    tree = parse_yaml(decoded(raw, name), name)
    if tree.value is None:
        fail(tree.place, "", "the file is empty; a config starts with a key such as name")
    if not tree.is_map:
        fail(tree.place, "", f"a config must be a map of keys (got {shown(tree.plain())})")
    return tree


def _without_nulls(tree: Node) -> Node:
    """Tree of a file that extends nothing, where a null has nothing to delete."""
    return _merged_or_fail(replace(tree, value={}), tree, "")


def _merged_or_fail(base: Node, over: Node, path: str) -> Node:
    problems: list[Problem] = []
    tree = _merge(base, over, path, problems)
    if problems:
        raise ConfigError(problems)
    if complaint := size_complaint(tree.size, tree.letters):
        fail(over.place, path, complaint)
    return tree


def _merge(base: Node | None, over: Node, path: str, problems: list[Problem]) -> Node:
    """Lay `over` on `base`: maps merge key by key, lists of named things by name, anything else replaces.

    An empty map or list replaces too: there is nothing in it to merge. A whole file that is empty replaces nothing.
    """
    if path and (over.is_map or over.is_list) and not over.value:
        return over
    if over.is_map:
        keeps = base is not None and base.is_map and not _replaces(base, over, path)
        below = dict(base.value) if base is not None and keeps else {}
        for key, child in over.value.items():
            _merge_key(below, key, child, join(path, key), problems)
        return replace(over, value=below)
    if over.is_list:
        named = path.rpartition(".")[2] in NAMED_LISTS
        earlier = base.value if named and base is not None and base.is_list else []
        return replace(over, value=_merge_items(earlier, over.value, path, problems))
    return over


def _replaces(base: Node, over: Node, path: str) -> bool:
    if "dist" in over.value or "value" in over.value:
        return True
    kind = _KIND_KEYS.get(path.partition(".")[0])
    return kind is not None and kind in over.value and over.scalar(kind) != base.scalar(kind)


def _merge_key(below: dict[str, Node], key: str, child: Node, path: str, problems: list[Problem]) -> None:
    if child.value is not None:
        below[key] = _merge(below.get(key), child, path, problems)
    elif key in below:
        del below[key]
    else:
        message = "is empty, and there is nothing to delete; leave the key out, or write {} for the defaults"
        problems.append(Problem(child.key_place, path, message))


def _merge_items(earlier: list[Node], later: list[Node], path: str, problems: list[Problem]) -> list[Node]:
    items = list(earlier)
    position = {item.scalar("name"): index for index, item in enumerate(earlier) if item.scalar("name") is not None}
    deleted = set()
    for number, item in enumerate(later):
        if (gone := _deleted_name(item)) is not None and gone in position:
            deleted.add(position.pop(gone))
            continue
        name = item.scalar("name")
        where = join(path, str(number) if name is None else str(name))
        # A name that comes twice in one list merges once; the second stays, to be reported as a double.
        index = position.pop(name, None) if name is not None else None
        if index is None:
            items.append(_merge(None, item, where, problems))
        else:
            items[index] = _merge(items[index], item, where, problems)
    return [item for index, item in enumerate(items) if index not in deleted]


def _deleted_name(item: Node) -> str | None:
    """Name of the thing that an item ``- name: ~`` deletes, where `name` is the thing's own name."""
    if item.is_map and len(item.value) == 1:
        key, child = next(iter(item.value.items()))
        return str(key) if child.value is None else None
    return None


def _apply_option(tree: Node, change: Change) -> Node:
    origin = change.origin
    path, equals, value = change.text.partition("=")
    parts = path.strip().split(".")
    if not equals or not all(parts):
        fail(Position(origin), "", "write path=value, for example us_treasury.consumer_weight=0.5")
    if len(parts) > MAX_DEPTH or len(path) > MAX_PATH:
        fail(Position(origin), "", f"the path has more than {MAX_DEPTH} parts or {MAX_PATH} characters")
    if not value.strip():
        fail(Position(origin), path.strip(), "has no value; write ~ to delete a key")
    return _assigned(tree, parts, parse_yaml(value, origin, positions=False), "")


def is_set_by(path: str, change: Change) -> bool:
    """Whether a change that can be read sets the value at a path, a part of it, or a section with a value there."""
    given, _, value = change.text.partition("=")
    given = given.strip()
    if given == path or given.startswith(f"{path}."):
        return True
    if not path.startswith(f"{given}."):
        return False
    node = parse_yaml(value, change.origin, positions=False)
    for key in path.removeprefix(f"{given}.").split("."):
        if not node.is_map or key not in node.value:
            return False
        node = node.value[key]
    return True


def _assigned(node: Node, parts: list[str], value: Node, path: str) -> Node:
    """Lay `value` on the part of `node` that `parts` lead to."""
    if not parts:
        return _merged_or_fail(node, value, path)
    if node.is_list:
        return _assigned_item(node, parts, value, path)
    if not node.is_map:
        fail(value.place, path, f"is a single value ({shown(node.value)}) and has no part {parts[0]}")
    # The keys below `set` are themselves paths.
    width = len(parts) if path.rpartition(".")[2] == "set" else 1
    key, rest = ".".join(parts[:width]), parts[width:]
    if not rest and (value.value is None or key not in node.value):
        return _merged_or_fail(node, replace(value, value={key: value}), path)
    child = node.value.get(key, replace(value, value={}))
    return replace(node, value={**node.value, key: _assigned(child, rest, value, join(path, key))})


def _assigned_item(node: Node, parts: list[str], value: Node, path: str) -> Node:
    key, rest = parts[0], parts[1:]
    names = [item_name(item, number) for number, item in enumerate(node.value)]
    where = join(path, key)
    if key not in names:
        if rest or not value.is_map:
            fail(value.place, where, f"there is nothing of that name{suggestion(key, names)}")
        named = replace(value, value={"name": replace(value, value=key), **value.value})
        return replace(node, value=[*node.value, _merged_or_fail(replace(value, value={}), named, where)])
    index = names.index(key)
    below = [] if not rest and value.value is None else [_assigned(node.value[index], rest, value, where)]
    return replace(node, value=[*node.value[:index], *below, *node.value[index + 1 :]])
