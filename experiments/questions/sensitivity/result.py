"""A finished sensitivity analysis as it is read back."""

from __future__ import annotations

from typing import Final

from experiments.lab.finished import Finished
from experiments.questions.sensitivity.sensitivity import Sensitivity, target_of

_EFFECTS: Final = ("output", "method", "input", "rank", "measure", "value", "low", "high")

_AGREEMENT: Final = ("output", "first", "second", "rank_correlation", "shared_top")

_SWINGS: Final = ("output", "input", "unit", "low_input", "high_input", "at_low", "at_high", "mean")

_OUTPUTS: Final = ("output", "label", "unit", "points", "mean", "sd", "constant")


def read_sensitivity(found: Finished) -> Sensitivity:
    """Tables of a sensitivity analysis."""
    outputs, effects = found.table("outputs", _OUTPUTS), found.table("effects", _EFFECTS)
    return Sensitivity(
        effects=effects,
        agreement=found.table("agreement", _AGREEMENT),
        swings=found.table("swings", _SWINGS),
        notes=found.table("notes", ("output", "method", "note")),
        outputs=outputs,
        target=target_of(outputs["output"], set(effects["output"])),
        evaluations=found.negotiations,
    )
