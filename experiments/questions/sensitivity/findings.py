"""What the tables of a sensitivity analysis say of each output: what it is called, and which inputs decide it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from experiments.lab.outputs import DEAL, is_counted
from experiments.labels import inside
from experiments.questions.sensitivity.effects import above_noise, main_method, target_of
from experiments.report.origin import Origin
from experiments.report.result import Result
from experiments.story.constraints import input_sentences, worded

if TYPE_CHECKING:
    import pandas as pd

    from experiments.lab.known_inputs import KnownInput


@dataclass(frozen=True, eq=False, repr=False)
class Findings(Origin, Result):
    """Tables of an analysis, from which its sentences, tables and figures are made.

    Attributes
    ----------
    inputs : dict of str to KnownInput
        What was varied, by path.
    effects, agreement, swings, notes, outputs, constraints : pandas.DataFrame
        Tables of :func:`experiments.questions.sensitivity.analysis.analyse`.
    """

    inputs: dict[str, KnownInput]
    effects: pd.DataFrame
    agreement: pd.DataFrame
    swings: pd.DataFrame
    notes: pd.DataFrame
    outputs: pd.DataFrame
    constraints: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``effects``, ``agreement``, ``swings``, ``notes``, ``outputs`` and ``constraints``."""
        return {
            "effects": self.effects,
            "agreement": self.agreement,
            "swings": self.swings,
            "notes": self.notes,
            "outputs": self.outputs,
            "constraints": self.constraints,
        }

    @cached_property
    def put_in(self) -> dict[str, str]:
        """What is said of each issue whose value is put in, by issue."""
        return input_sentences(worded(self.constraints, self.config))

    @property
    def tactics(self) -> tuple[str, ...]:
        """Tactics that either side played; empty where each played its own."""
        return tuple(self.manifest.settings["tactics"])

    @property
    def negotiations(self) -> int:
        """Number of points that were evaluated."""
        return self.manifest.rows

    @cached_property
    def explained(self) -> tuple[str, ...]:
        """Outputs that any method explains."""
        return tuple(dict.fromkeys(self.effects["output"]))

    @cached_property
    def target(self) -> str:
        """Output of the conclusion: deal or no deal, or if that never varies the gap or the way in which talks fail."""
        return target_of(self.outputs["output"], set(self.explained))

    @property
    def shown(self) -> tuple[str, ...]:
        """Outputs that have pictures and a table of their own: that of the conclusion, and the gains."""
        return tuple(name for name in self.explained if name == self.target or name.startswith("gain."))

    @property
    def gains(self) -> tuple[str, ...]:
        """Gains that any method explains, but for the output of the conclusion."""
        return tuple(name for name in self.shown if name != self.target)

    def label(self, output: str) -> str:
        """Words for an output."""
        return str(self._described(output, "label"))

    def unit(self, output: str) -> str:
        """Unit of an output; empty where it has none."""
        return str(self._described(output, "unit"))

    def subject(self, output: str) -> str:
        """Words for an output inside a sentence: what happens or not is told by how often."""
        label = inside(self.label(output))
        return f"how often {label}" if is_counted(output) and output != DEAL else label

    def _described(self, output: str, column: str) -> Any:
        return self.outputs.loc[self.outputs["output"] == output, column].iloc[0]

    def deciding(self) -> list[str]:
        """Inputs that decide the target: those of the first five whose interval lies above the noise, best first."""
        method = main_method(self.effects, self.target)
        return above_noise(self.effects, self.target, method) if method else []
