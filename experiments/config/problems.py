"""Errors of the config models as problems: the place in the file, the path, and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from experiments.config.distributions import DISTRIBUTIONS
from experiments.config.talks import AgendaEntry
from experiments.config.values import PATTERN_WORDS
from experiments.config.yaml import Node, item_name, join
from experiments.errors import Problem, shown, suggestion
from sim.issues import ISSUE_BY_NAME

_TYPE_WORDS = {
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "model_type": "must be a map of keys",
    "model_attributes_type": "must be a map of keys",
    "dict_type": "must be a map of keys",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
}

#: The same for a limit, which pydantic gives by this name.
_LIMIT_WORDS = {
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be greater than or equal to {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be less than or equal to {le}",
    "too_long": "must hold at most {max_length}",
    "too_short": "must hold at least {min_length}",
    "string_too_long": "must have at most {max_length} characters",
}

#: Messages of our own models, which quote the values that they are about.
_SELF_EXPLAINED = frozenset({"talks", "number"})

#: Parts of more values than this are not quoted.
_LARGE = 20

#: Where a key is unknown and resembles none, up to so many known ones are listed: a whole section, or all sections.
_LISTED_KEYS = 40

Location = Sequence[str | int]


def problems_of(error: ValidationError, tree: Node, schema: dict[str, Any]) -> list[Problem]:
    """Translate every error of a validation of `tree`; `schema` says which keys are allowed where."""
    details = error.errors(include_url=False)
    return [_problem(detail, tree, schema) for detail in details if not _is_of_its_parts(detail, details)]


def _is_of_its_parts(detail: Any, details: Sequence[Any]) -> bool:
    """Whether a list is only called too short because its parts are wrong, which is said of them."""
    at: Location = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(one["loc"]) > len(at) and one["loc"][: len(at)] == at for one in details
    )


def _problem(detail: Any, tree: Node, schema: dict[str, Any]) -> Problem:
    location: Location = detail["loc"]
    kind = str(detail["type"])
    node, path, rest = _walk(tree, location)
    if kind == "missing":
        return _missing(location, node, path)
    if kind == "extra_forbidden":
        known = _allowed_keys(schema, location[:-1])
        message = f"unknown key{suggestion(str(location[-1]), known, most=_LISTED_KEYS)}"
        return Problem(node.key_place, path, f"{message} (got {_got(node)})")
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _no_number(node, path)
    # A default that breaks a rule was not written anywhere: `rest` then names the key below the last written part.
    whole = ".".join(part for part in (path, *rest) if part)
    got = "" if kind in _SELF_EXPLAINED else f" (got {_got(node)})"
    return Problem(node.place, whole, f"{_words(kind, detail)}{got}")


def _walk(tree: Node, location: Location) -> tuple[Node, str, list[str]]:
    """Follow a location as far as it was written: node, its path, and the names that lead no further.

    Names in angle brackets are the kinds of a union, which no file spells out.
    """
    node, path, rest = tree, "", list[str]()
    for part in location:
        if isinstance(part, str) and part.startswith("<"):
            continue
        if node.is_map and part in node.value and not rest:
            node, path = node.value[part], join(path, str(part))
        elif node.is_list and isinstance(part, int) and part < len(node.value) and not rest:
            node, path = node.value[part], join(path, item_name(node.value[part], part))
        elif node.is_map or node.is_list:
            rest.append(str(part))
    return node, path, rest


def _missing(location: Location, node: Node, path: str) -> Problem:
    parent, _, name = path.rpartition(".")
    if parent == "agenda" or parent.endswith(".add_issues"):
        keys = ", ".join(("low", "high", "levels", *AgendaEntry.FURTHER_KEYS))
        message = f"is no issue of the model, and a further one needs all of {keys}{suggestion(name, ISSUE_BY_NAME)}"
        return Problem(node.key_place, path, message)
    return Problem(node.key_place, join(path, str(location[-1])), "is missing")


def _no_number(node: Node, path: str) -> Problem:
    named = node.value.get("dist") if node.is_map else None
    if named is None:
        message = "must be a number, {value: 1, source: why} or a distribution such as {dist: uniform, low: 0, high: 1}"
        return Problem(node.place, path, f"{message} (got {_got(node)})")
    message = f"unknown distribution{suggestion(str(named.plain()), DISTRIBUTIONS)}"
    return Problem(named.place, join(path, "dist"), f"{message} (got {_got(named)})")


def _words(kind: str, detail: Any) -> str:
    if kind in _TYPE_WORDS:
        return _TYPE_WORDS[kind]
    if kind in _LIMIT_WORDS:
        return _LIMIT_WORDS[kind].format(**{name: _plain(limit) for name, limit in detail["ctx"].items()})
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"]).replace("'", "")
        given = detail["input"]
        hint = suggestion(given, expected.replace(" or ", ", ").split(", ")) if isinstance(given, str) else ""
        return f"must be {expected}{'' if hint.startswith('; known') else hint}"
    if kind == "string_pattern_mismatch":
        return PATTERN_WORDS[detail["ctx"]["pattern"]]
    return str(detail["msg"]).replace("Input should be", "must be").replace("String should", "must")


def _plain(limit: object) -> object:
    return f"{limit:g}" if isinstance(limit, float) else limit


def _got(node: Node) -> str:
    text = shown(node.plain()) if node.size < _LARGE else "..."
    if text.endswith("..."):
        return "a map" if node.is_map else "a list" if node.is_list else text
    return text


def _allowed_keys(schema: dict[str, Any], location: Location) -> list[str]:
    """Keys that the schema allows at a location."""
    nodes = _expanded([schema], schema)
    for part in location:
        if isinstance(part, str) and part.startswith("<"):
            nodes = [node for node in nodes if _kind_of(node) == part[1:-1]]
        else:
            nodes = _expanded([below for node in nodes for below in _below(node, part)], schema)
    return list(dict.fromkeys(key for node in nodes for key in node.get("properties", {})))


def _kind_of(node: dict[str, Any]) -> str:
    dist = node.get("properties", {}).get("dist", {})
    return str(dist.get("const", "value"))


def _below(node: dict[str, Any], part: str | int) -> list[dict[str, Any]]:
    if isinstance(part, int):
        found = [node.get("items")]
    else:
        found = [node.get("properties", {}).get(part) or node.get("additionalProperties")]
    return [below for below in found if isinstance(below, dict)]


def _expanded(nodes: list[dict[str, Any]], schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Schema nodes with references followed and alternatives spread out."""
    done: list[dict[str, Any]] = []
    for node in nodes:
        if "$ref" in node:
            done += _expanded([schema["$defs"][node["$ref"].rpartition("/")[2]]], schema)
            continue
        done += _expanded([*node.get("anyOf", []), *node.get("oneOf", [])], schema)
        done.append(node)
    return done
