"""By which acceptance condition a side signs, and why: the config's, else its tactic's own, else the default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.tactics.registry import SIGNS_BY_DEFAULT, TACTICS
from experiments.config.distributions import Fixed, Quantity
from experiments.labels import agent_label
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config


@dataclass(frozen=True, slots=True)
class SignsBy:
    """The acceptance condition that is in force for a side.

    Attributes
    ----------
    condition : str
        Its name in configs.
    key : str or None
        Name of its number; None for a condition that has none.
    number : Quantity or None
        That number.
    why : str
        Where it comes from, in words.
    """

    condition: str
    key: str | None
    number: Quantity | None
    why: str


def signs_by(config: Config, side: str, tactic: str) -> SignsBy:
    """Condition by which a side signs while it plays a tactic, be it the config's or one seated in its place."""
    chosen = getattr(config.acceptance, side)
    if chosen.name is not None:
        return SignsBy(chosen.name, chosen.key, chosen.number, "as the config says")
    brought = TACTICS[tactic].signing
    signing = brought or SIGNS_BY_DEFAULT
    number = None if signing.key is None else Fixed(value=signing.number)
    why = "the default" if brought is None else f"which comes with {tactic}, as the config names none"
    return SignsBy(signing.condition, signing.key, number, why)


def sets_condition(config: Config, side: int) -> bool:
    """Whether the config itself says by which condition a side signs, so that no tactic can bring its own."""
    return getattr(config.acceptance, SIDES[side]).name is not None


def signing_words(config: Config, tactics: tuple[str, str]) -> str:
    """Sentence that says by which condition each side signs, and why; a guest or person is left out."""
    parts = []
    for side, tactic in zip(SIDES, tactics, strict=True):
        if tactic not in TACTICS:
            continue
        one = signs_by(config, side, tactic)
        number = "" if one.number is None else f" ({one.key} {one.number.text()})"
        parts.append(f"{agent_label(side)} signs by {one.condition}{number}, {one.why}")
    return f"{'; '.join(parts)}." if parts else ""
