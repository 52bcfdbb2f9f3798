"""Who can be seated in a search: the families of the registry, a tactic named by the user, and how knobs are scaled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from agents.own_rules.compiling import NotCompiled
from agents.tactics.registry import TACTICS
from agents.tactics.tactic import Knob
from experiments.engine.worlds import Seated
from experiments.errors import RunError, check_choice, ended, suggestion, tactic_hint
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from sim.records import Floats

#: A knob whose limits span more than this ratio is searched on a logarithmic scale.
_WIDE: Final = 100.0


def side_index(side: str) -> int:
    """Place of a side by its name.

    Raises
    ------
    RunError
        When no side has that name.
    """
    check_choice("--side", side, SIDES)
    return SIDES.index(side)


def families() -> tuple[str, ...]:
    """Names of the tactics that the compiled engine can play, those of the user included, in the registry's order."""
    return tuple(name for name, tactic in TACTICS.items() if not isinstance(tactic.machine_code(), NotCompiled))


def seated(text: str, option: str = "--tactic") -> Seated:
    """Tactic that a user names as ``name`` or ``name,knob=value,...``; knobs left out have their defaults.

    Raises
    ------
    RunError
        When there is no such tactic or knob, a value is none or outside its limits, or the tactic does not compile.
    """
    name, *parts = (part.strip() for part in text.split(","))
    if name not in TACTICS:
        raise RunError(ended(f"{option} {text}: there is no tactic {name!r}{tactic_hint(name)}"))
    code = TACTICS[name].machine_code()
    if isinstance(code, NotCompiled):
        raise RunError(f"{option} {text}: tactic {name} does not compile: {code.reason}; a search needs one that does.")
    known = {knob.name: knob for knob in TACTICS[name].knobs}
    knobs: dict[str, float | Floats] = {}
    for part in parts:
        key, _, value = part.partition("=")
        if key not in known:
            raise RunError(ended(f"{option} {text}: tactic {name} has no knob {key!r}{suggestion(key, known)}"))
        knobs[key] = _value(f"{option} {text}", known[key], value)
    return Seated(name, knobs)


def _value(where: str, knob: Knob, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not knob.low <= value <= knob.high:
        raise RunError(f"{where}: {knob.name} must be a number from {knob.low:g} to {knob.high:g}, got {text!r}.")
    return value


def check_config_compiles(config: Config, side: str) -> None:
    """Refuse a config whose tactic in a seat cannot be played by the compiled engine.

    Raises
    ------
    RunError
        Naming the tactic and why it does not compile.
    """
    seated(getattr(config.tactics, side).name, f"tactics.{side}.name")


def refuse_uncompiled(config: Config) -> None:
    """Refuse a tactic of the user's that does not compile: explorations play with the compiled engine only."""
    for choice in (config.tactics.us_treasury, config.tactics.partner):
        code = TACTICS[choice.name].machine_code()
        if isinstance(code, NotCompiled):
            raise RunError(
                f"tactic {choice.name} does not compile: {code.reason}; many thousand talks are played with the "
                "compiled engine only. Rewrite the tactic with numbers, or use winset run --engine mesa."
            )


def described(name: str, knobs: dict[str, float]) -> str:
    """Tactic and its knobs in words, as the option ``--tactic`` takes them up to rounding."""
    return ",".join([name, *(f"{key}={value:.4g}" for key, value in knobs.items())])


def scaled(knob: Knob, share: Floats) -> Floats:
    """Values of a knob at shares of its range from 0 to 1; wide positive ranges run on a logarithmic scale."""
    if knob.low > 0 and knob.high / knob.low >= _WIDE:
        values = knob.low * (knob.high / knob.low) ** share
    else:
        values = knob.low + (knob.high - knob.low) * share
    clipped: Floats = np.clip(values, knob.low, knob.high)
    return clipped


def knobs_at(name: str, shares: Floats) -> dict[str, Floats]:
    """Knobs of a family at shares of their ranges; `shares` has the shape ``[point, knob or more]``."""
    return {knob.name: scaled(knob, shares[:, place]) for place, knob in enumerate(TACTICS[name].knobs)}
