"""What can be checked of a config before many points of it are played."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.errors import RunError

if TYPE_CHECKING:
    from experiments.config.model import Config


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
