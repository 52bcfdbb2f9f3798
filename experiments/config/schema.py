"""JSON schema of config files, for editors and for the suggestions in messages."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from experiments.config.amounts import AMOUNTS, IN_ITS_UNIT, PER, WHOLE
from experiments.config.files import NAMED_LISTS
from experiments.config.model import Config
from experiments.config.numbers import ROW_BY_PATH
from sim.issues import ISSUES, Issue

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@lru_cache(maxsize=1)
def config_schema() -> dict[str, Any]:
    """Keys, types, units, ranges and sources; a file that extends another may leave out what the other holds."""
    schema = Config.model_json_schema(by_alias=True)
    properties = schema["properties"]
    properties["extends"] = {
        "type": "string",
        "description": "Config file that this one extends, relative to it; null deletes a key of it.",
    }
    entry = {"anyOf": [properties["agenda"]["additionalProperties"], {"type": "null"}]}
    properties["agenda"]["additionalProperties"] = entry
    known = {issue.name: _issue_schema(issue, entry) for issue in ISSUES}
    properties["agenda"]["properties"] = known
    event = schema["$defs"]["Event"]["properties"]
    event["add_issues"]["properties"] = known
    change = event["set"]["additionalProperties"]
    event["set"]["properties"] = {
        path: {"description": f"{row.doc} Unit: {row.unit}.", "anyOf": [change]} for path, row in ROW_BY_PATH.items()
    }
    _let_scale(schema["$defs"])
    required = schema.pop("required")
    schema["anyOf"] = [{"required": required}, {"required": ["extends"]}]
    for model in (schema, *schema["$defs"].values()):
        if "properties" in model and not model["properties"].keys() & {"dist", "value"}:
            _make_partial(model)
    schema["properties"]["reference"]["anyOf"].append({"const": "none"})
    return {"$schema": _DIALECT, **schema}


def _let_scale(part: Any) -> None:
    """Let every map with numbers in the unit of what they describe name an amount that they are shares of."""
    if isinstance(part, list):
        for one in part:
            _let_scale(one)
    if not isinstance(part, dict):
        return
    for one in part.values():
        _let_scale(one)
    known = part.get("properties", {})
    if isinstance(known, dict) and known.keys() & IN_ITS_UNIT and known.get("dist", {}).get("const") != WHOLE:
        about = "Amount of the partner that the numbers beside it are shares of, US$ bn a year."
        known[PER] = {"type": "string", "enum": list(AMOUNTS), "description": about}


def _make_partial(model: dict[str, Any]) -> None:
    """Let a part leave out, or delete with null, what the extended file holds; its name still says which part it is."""
    if "required" in model:
        model["required"] = [name for name in model["required"] if name == "name"]
    for name, field in model["properties"].items():
        if name in NAMED_LISTS:
            deletion = {"type": "object", "maxProperties": 1, "additionalProperties": {"type": "null"}}
            field["items"] = {"anyOf": [field["items"], deletion]}
        about = {key: field.pop(key) for key in ("description", "title", "default") if key in field}
        model["properties"][name] = {**about, "anyOf": [field, {"type": "null"}]}


def _issue_schema(issue: Issue, entry: dict[str, Any]) -> dict[str, Any]:
    grid = f"{issue.low:g} to {issue.high:g} in {issue.levels} levels"
    return {"description": f"{issue.doc} Unit: {issue.unit}; default {grid}.", **entry}
