"""Where runs are drawn that are 0 or 1 in an input: beside it, or all of them would lie upon each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.lab.inputs import FLAG
from sim.draws import uniforms

if TYPE_CHECKING:
    from experiments.questions.discover.boxes import Discovery
    from sim.records import Floats

#: How far runs spread, and how far a box reaches, on either side of 0 and of 1.
WITHIN: Final = 0.3
BESIDE: Final = 0.35


def is_flag(result: Discovery, name: str) -> bool:
    """Whether an input is 0 or 1."""
    return result.units.get(name) == FLAG


def spread(result: Discovery, name: str) -> Floats:
    """How far each run is drawn from its value of an input; nothing for an input that is no flag."""
    runs = len(result.sample)
    if not is_flag(result, name):
        return np.zeros(runs)
    return 2.0 * WITHIN * (uniforms(result.seed, f"explore.spread.{name}", 0, runs)[:, 0] - 0.5)
