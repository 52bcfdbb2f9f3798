"""The page of all keys of a config, from the JSON schema that ``winset check --schema`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, final

from experiments.config.schema import config_schema
from experiments.documentation.markdown import code, plain, table

_INTRODUCTION: Final = """\
# Config keys

Every key that a config may hold, from the schema by which configs are checked; `winset check --schema` prints it for
editors, and `winset check CONFIG` explains a config in words. `[]` stands for each entry of a list, `<name>` for a name
of a map. Where a *number* stands, a [distribution](#distributions) may stand as well; a *fixed number* is never drawn.
Keys that are parameters have their source on [the page of parameters](parameters.md). A key without a default has to
be given or may be left out, as its meaning says.
"""

#: Key by which a map says how a number is drawn.
_DRAWN: Final = "dist"

_REFERENCE: Final = "#/$defs/"

#: Our words for types of JSON.
_WORDS: Final = {"object": "map", "boolean": "true or false", "integer": "whole number", "number": "fixed number"}

#: Keys that every distribution may have.
_COMMON: Final = ("source", "known_by", "confidence", "per")

Schema = dict[str, Any]
#: Keys within a key, each with its type.
Keys = tuple[tuple[str, str], ...]


@final
@dataclass(frozen=True, slots=True)
class ToldKey:
    """What the page says of a key: its path, type and default in Markdown, and its meaning as text."""

    path: str
    kind: str
    default: str
    meaning: str


def config_markdown() -> str:
    """Page of all keys in Markdown: those at the top, a table for each section, and the distributions."""
    schema = config_schema()
    definitions: Schema = schema["$defs"]
    told: dict[Keys, str] = {}
    single: list[ToldKey] = []
    sections: list[str] = []
    for key, part in schema["properties"].items():
        head, *others = _folded(_rows(key, part, definitions), told)
        if others:
            sections.append(f"## `{key}`\n\n{plain(head.meaning)}\n\n{_table(others)}")
        else:
            single.append(head)
    return "\n".join([_INTRODUCTION, f"## At the top\n\n{_table(single)}", *sections, _distributions(definitions)])


def _table(rows: list[ToldKey]) -> str:
    cells = [[code(row.path), row.kind, row.default, plain(row.meaning)] for row in rows]
    return table(["key", "type", "default", "meaning"], cells)


def _rows(path: str, part: Schema, definitions: Schema) -> list[ToldKey]:
    """ToldKey of a key, then those of all keys within it."""
    nested = _nested(path, part, definitions)
    kind = " or ".join(dict.fromkeys(_kinds(part, definitions)))
    head = ToldKey(path, kind, "" if nested else _default(part), _meaning(part, definitions))
    return [head, *(row for inner, inside in nested.items() for row in _rows(inner, inside, definitions))]


def _folded(rows: list[ToldKey], told: dict[Keys, str]) -> list[ToldKey]:
    """Rows without those within a key that has the keys of one that was told before, to which it refers.

    What is told here is added to `told`.
    """
    head, *within = rows
    keys = tuple((row.path.removeprefix(head.path), row.kind) for row in within)
    if keys in told:
        return [replace(head, meaning=f"{head.meaning} Keys as in {told[keys]}.")]
    if keys:
        told[keys] = head.path
    left: list[ToldKey] = []
    while within:
        inner = within[0].path
        size = next((k for k, row in enumerate(within) if k and not _is_within(row.path, inner)), len(within))
        left += _folded(within[:size], told)
        within = within[size:]
    return [head, *left]


def _is_within(path: str, outer: str) -> bool:
    return path.startswith((f"{outer}.", f"{outer}["))


def _alternatives(part: Schema, definitions: Schema) -> Iterator[Schema]:
    """What a value may be, references followed; null, which takes an entry back, is left out."""
    for one in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        yield from _alternatives(one, definitions)
    if reference := part.get("$ref"):
        definition = definitions[reference.removeprefix(_REFERENCE)]
        yield from _alternatives(definition, definitions) if "anyOf" in definition else [definition]
    elif ("type" in part or "const" in part or "enum" in part) and not _is_null(part):
        yield part


def _is_null(part: Schema) -> bool:
    return part.get("type") == "null" or part.get("maxProperties") == 1


def _is_number(part: Schema) -> bool:
    """Whether a map tells a number with its source, or how it is drawn."""
    return bool(part.get("properties", {}).keys() & {_DRAWN, "value"})


def _nested(path: str, part: Schema, definitions: Schema) -> dict[str, Schema]:
    """Keys within a value, by their path."""
    found: dict[str, Schema] = {}
    for one in _alternatives(part, definitions):
        if one.get("type") == "array" and "items" in one:
            found |= _nested(f"{path}[]", one["items"], definitions)
        elif one.get("type") == "object" and not _is_number(one):
            further = one.get("additionalProperties")
            if isinstance(further, dict):
                found |= {f"{path}.<name>": further}
            # Names that a map knows beside any other are values, and no keys.
            if not isinstance(further, dict) or "name" in one.get("properties", {}):
                found |= {f"{path}.{key}": inside for key, inside in one["properties"].items()}
    return found


def _kinds(part: Schema, definitions: Schema) -> Iterator[str]:
    alternatives = [*_alternatives(part, definitions)]
    drawn = any(_is_number(one) for one in alternatives)
    for one in alternatives:
        if drawn and (_is_number(one) or one.get("type") == "number"):
            yield "number"
        else:
            yield _kind(one, definitions)


def _kind(part: Schema, definitions: Schema) -> str:
    if "const" in part or "enum" in part:
        return " or ".join(code(str(one)) for one in part.get("enum", [part.get("const")]))
    if part["type"] == "array":
        items = part.get("items") or part["prefixItems"][0]
        inner = " or ".join(dict.fromkeys(_kinds(items, definitions)))
        is_pair = part.get("minItems") == part.get("maxItems") == 2
        return f"{'two' if is_pair else 'list'} of {'maps' if inner == 'map' else inner}"
    if part["type"] == "string":
        return "date" if part.get("format") == "date" else "text"
    return f"{_WORDS[part['type']]}{_limits(part)}"


def _limits(part: Schema) -> str:
    words = {
        "minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"
    }  # fmt: skip
    return "".join(f", {word} {_number(part[key])}" for key, word in words.items() if key in part)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _default(part: Schema) -> str:
    """Default of a key: a number, a word or none; of what has a source beside it the value."""
    default = part.get("default")
    if isinstance(default, dict):
        default = default.get("value")
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, int | float):
        return _number(default)
    if isinstance(default, list):
        return "none"
    return code(default or "")


def _meaning(part: Schema, definitions: Schema) -> str:
    """What a key means: its own description, or that of what stands there."""
    found = part.get("description") or next(
        (
            one["description"]
            for one in _alternatives(part, definitions)
            if "description" in one and not _is_number(one)
        ),
        "",
    )
    # Source and confidence of a parameter are on its own page.
    return " ".join(str(found).replace("`", "").partition(" Source: ")[0].split())


def _distributions(definitions: Schema) -> str:
    parts = [
        "## Distributions\n",
        "In place of a number stands a map with the kind of distribution and its numbers; each may carry `source`, "
        "`known_by` and `confidence`, and `per` makes its numbers shares of an amount of the partner.\n",
    ]
    rows = []
    for definition in definitions.values():
        keys = definition.get("properties", {})
        if _DRAWN in keys:
            own = [key for key in keys if key not in (_DRAWN, *_COMMON)]
            rows.append(
                [code(keys[_DRAWN]["const"]), ", ".join(map(code, own)), plain(_meaning(definition, definitions))]
            )
    return "\n".join([*parts, table(["`dist`", "numbers", "meaning"], rows)])
