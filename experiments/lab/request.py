"""What an exploration was asked for: everything that decides its rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.errors import SEEDS, RunError, check_number

if TYPE_CHECKING:
    import pandas as pd

if TYPE_CHECKING:
    from experiments.config.model import Config


#: Distributions whose version can change a number, beside those that every manifest names.
_LIBRARIES: Final[dict[str, str]] = {"sensitivity": "SALib", "discover": "ema-workbench"}


@dataclass(frozen=True, slots=True)
class Request:
    """A command, its config and its settings.

    Attributes
    ----------
    command : str
        ``sweep``, ``sensitivity`` or ``discover``.
    config : Config
        What is explored.
    seed : int
        Seed of every draw.
    settings : dict
        Everything else that decides the rows, as plain data.
    """

    command: str
    config: Config
    seed: int
    settings: dict[str, Any]

    def __post_init__(self) -> None:
        check_number("--seed", self.seed, *SEEDS)
        refuse_uncompiled(self.config)

    def library(self) -> str | None:
        """Distribution beside the usual ones whose version matters."""
        return _LIBRARIES.get(self.command)


def seed_of(config: Config, seed: int | None) -> int:
    """`seed`, or else that of the config."""
    return config.experiment.seed if seed is None else seed


def refuse_uncompiled(config: Config) -> None:
    """Refuse a tactic of the user's that does not compile: explorations play with the compiled engine only."""
    from agents.own_rules.compiling import NotCompiled
    from agents.tactics.registry import TACTICS

    for choice in (config.tactics.us_treasury, config.tactics.partner):
        code = TACTICS[choice.name].machine_code()
        if isinstance(code, NotCompiled):
            raise RunError(
                f"tactic {choice.name} does not compile: {code.reason}; many thousand talks are played with the "
                "compiled engine only. Rewrite the tactic with numbers, or use winset run --engine mesa."
            )


def plain_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, list[dict[str, Any]]]:
    """Rows of each table by its name."""
    return {
        name: [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]
        for name, table in tables.items()
    }


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
