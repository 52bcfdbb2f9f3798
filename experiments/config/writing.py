"""Configs written as YAML: values laid at their paths, and the text of plain data."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from experiments.config.files import NAMED_LISTS


def lay(tree: dict[str, Any], path: str, value: Any) -> None:
    """Write a value at a path; named lists hold their items by name, and keys below ``set`` are paths themselves."""
    node: Any = tree
    parts = path.split(".")
    while len(parts) > 1:
        key, parts = parts[0], parts[1:]
        if key == "set":
            node.setdefault(key, {})[".".join(parts)] = value
            return
        if key in NAMED_LISTS:
            items = node.setdefault(key, [])
            name, parts = parts[0], parts[1:]
            if all(item["name"] != name for item in items):
                items.append({"name": name})
            node = next(item for item in items if item["name"] == name)
        else:
            node = node.setdefault(key, {})
    node[parts[0]] = value


def as_yaml(tree: Mapping[str, Any], heading: str = "") -> bytes:
    """YAML text of plain data below comment lines."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel types it by its default
    yaml.width = 118
    buffer = io.BytesIO()
    yaml.dump(dict(tree), buffer)
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    return comment.encode() + buffer.getvalue()
