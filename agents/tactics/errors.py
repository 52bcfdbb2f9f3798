"""What is wrong with a tactic's answer."""

from __future__ import annotations


class TacticError(ValueError):
    """A tactic returned something that is not an aspiration."""


def not_a_number(tactic: str, round_number: int, run: int) -> str:
    """Say that a tactic's answer is no aspiration."""
    return f"tactic {tactic} returned NaN in round {round_number} of run {run}; an aspiration is a number from 0 to 1"
