"""Parts of sentences that several pages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from experiments.labels import SIDE_LABELS

#: Names that a sentence lists before it counts the others.
_NAMED: Final = 4


def side(seat: str) -> str:
    """Name of a side inside a sentence."""
    return "the US" if SIDE_LABELS[seat] == "US" else SIDE_LABELS[seat]


def listed(names: Sequence[str], last: str = "and") -> str:
    """``a, b and c``, with another word before the last one if wanted; many names are cut short."""
    if len(names) > _NAMED + 1:
        return f"{', '.join(names[:_NAMED])} {last} {len(names) - _NAMED} others"
    return f" {last} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def quoted(names: Iterable[str]) -> list[str]:
    """Names of tactics as a sentence has them."""
    return [f"“{name}”" for name in names]


def readable(tactic: str) -> str:
    """Tactic as a reader has it: ``fixed_step,step=0.2`` becomes ``“fixed step” (step 0.2)``."""
    name, *knobs = tactic.split(",")
    written = ", ".join(knob.strip().replace("=", " ") for knob in knobs)
    return f"“{name}” ({written})" if written else f"“{name}”"
