"""Commands that say what there is and what a config means: ``check`` and ``list``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.catalogue import Kind
from experiments.commands.options import (
    JsonOption,
    LevelsOption,
    OptionalConfigArgument,
    SetOption,
    TacticsOption,
    all_sets,
    console,
    errors_as_messages,
)
from experiments.config.shipped import CONFIGS
from experiments.errors import RunError
from experiments.terminal.letters import print_json


def check(
    config: OptionalConfigArgument = None,
    sets: SetOption = None,
    levels: LevelsOption = None,
    tactics: TacticsOption = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of config files, for editors.")
    ] = False,
) -> None:
    """Validate a config and explain it in words.

    Example: winset check july_2025
    """
    with errors_as_messages(tactics):
        from experiments.config.explain import explain
        from experiments.config.load import load_config
        from experiments.config.schema import config_schema

        if schema:
            print_json(console(), config_schema())
        elif config is None:
            raise RunError("name a config file, or ask for --schema.")
        else:
            explain(load_config(config, all_sets(sets, levels)), console())


def list_(
    kind: Annotated[Kind, typer.Argument(help="What to list.", show_default=False)],
    as_json: JsonOption = False,
    folder: Annotated[
        Path, typer.Option(metavar="DIR", help="With configs: folder to look in.", show_default="those of winset")
    ] = CONFIGS,
    tactics: TacticsOption = None,
) -> None:
    """List tactics, acceptance conditions, issues or parameters, each with its source, or configs or figures.

    Example: winset list tactics
    """
    with errors_as_messages(tactics):
        from experiments.catalogue import show_list

        show_list(kind, console(), as_json=as_json, folder=folder)
