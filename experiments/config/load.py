"""The public door to configs: read, validate and describe them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from experiments.config.changes import Changes
from experiments.config.checks import completed
from experiments.config.files import Written, read_config, read_mapping, read_over
from experiments.config.model import Config
from experiments.config.problems import problems_of
from experiments.config.schema import config_schema
from experiments.config.shipped import config_file
from experiments.config.without_effect import announce
from experiments.config.yaml import Node, join
from experiments.errors import ConfigError, Position
from experiments.labels import call_partner

#: A config that is loaded already, as plain data, or as the name of a file.
AnyConfig = Config | Mapping[str, Any] | str | Path


def load_config(path: str | Path, sets: Changes = ()) -> Config:
    """Read and validate a config file.

    Parameters
    ----------
    path : str or pathlib.Path
        YAML file, or the bare name of one; see :func:`experiments.config.shipped.config_file`.
    sets : sequence of str or Change
        Changes ``path=value`` that are laid on the file in order; a value is read as YAML.

    Raises
    ------
    ConfigError
        Listing everything that is wrong, with file, line, column, key and value.
    """
    config = _validated(read_config(config_file(path), sets))
    announce(config)
    return config


def config_from(mapping: Mapping[str, Any], origin: str = "mapping", sets: Changes = ()) -> Config:
    """Validate a config that is plain data already, for example the resolved config in a manifest.

    `origin` names the data in messages.
    """
    config = _validated(read_mapping(mapping, origin, sets))
    announce(config, options_only=True)
    return config


def config_over(mapping: Mapping[str, Any], origin: str, raw: bytes, name: str) -> Config:
    """Validate a config file that extends a config which is plain data, such as a failure that a search has written.

    `origin` and `name` name the data and the file in messages.
    """
    return _validated(read_over(mapping, origin, raw, name))


def _validated(written: Written) -> Config:
    tree = written.tree
    try:
        config = Config.model_validate(tree.plain())
    except ValidationError as error:
        raise ConfigError(problems_of(error, tree, config_schema())) from None
    # Who loads a config goes on to tell of it; whoever tells of an earlier one says so with `partner_called`.
    call_partner(config.partner.names)
    return completed(config.with_places(_places(tree, ""), written.drawn))


def _places(node: Node, path: str) -> dict[str, Position]:
    """Place of every written value by path."""
    found = {path: node.place}
    for name, child in node.children():
        found |= _places(child, join(path, name))
    return found


def config_of(config: AnyConfig, sets: Changes) -> Config:
    """Load a config from whatever names it, with changes ``path=value``."""
    if isinstance(config, str | Path):
        return load_config(config, sets)
    if isinstance(config, Mapping):
        return config_from(config, sets=sets)
    if sets:
        return config_from(config.resolved(), config.name, sets)
    if isinstance(config, Config):
        call_partner(config.partner.names)
    return config
