"""The boxes of a discovery and the runs in which they were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.lab.inputs import DUMMY, sampled_entries
from experiments.questions.discover.prim import WAY, Box
from experiments.report.origin import Origin
from sim.draws import uniforms

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Columns of the tables: boxes, their restrictions, and the way from everything to the smallest box.
BOXES: Final = ("box", "coverage", "density", "mass", "rows", "restricted")
LIMITS: Final = ("box", "input", "unit", "low", "high", "quasi_p")
PEELING: Final = (*WAY, "box")


@dataclass(frozen=True, eq=False, repr=False)
class Discovery(Origin):
    """Boxes in which a target happens.

    Attributes
    ----------
    target, words : str
        The target and what it means, as the end of "talks ...".
    sample : pandas.DataFrame
        Inputs and dummy by column, a row a run, and ``case``: whether the target happened.
    boxes : tuple of Box
        The boxes, in the order in which they were found.
    units : mapping of str to str
        Unit of each input.
    """

    target: str
    words: str
    sample: pd.DataFrame
    boxes: tuple[Box, ...]
    units: Mapping[str, str]

    @property
    def share(self) -> float:
        """Share of the runs in which the target happens."""
        return float(self.sample["case"].mean())

    @property
    def negotiations(self) -> int:
        """Number of negotiations played."""
        return len(self.sample)

    @property
    def restricts_dummy(self) -> bool:
        """Whether a box restricts the input that changes nothing."""
        return any(limit.input == DUMMY for box in self.boxes for limit in box.limits)


def columns_of(config: Config) -> dict[str, str]:
    """Uncertain inputs of a config, each with the column of rows that holds its values."""
    return {entry.path: f"param.{entry.path}" for entry in sampled_entries(config)}


def sample_of(config: Config, rows: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Inputs of all runs, and a dummy that changes nothing; a box that restricts it has found noise."""
    sample = pd.DataFrame({path: rows[column].astype(float) for path, column in columns_of(config).items()})
    sample[DUMMY] = uniforms(seed, "explore.dummy", 0, len(rows))[:, 0]
    return sample


def tables_of(boxes: Sequence[Box], units: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Tables of the boxes, their restrictions, and the way to each."""
    numbered = list(enumerate(boxes, 1))
    rows = [(number, box.coverage, box.density, box.mass, box.rows, len(box.limits)) for number, box in numbered]
    limits = [
        (number, limit.input, units.get(limit.input, ""), limit.low, limit.high, limit.quasi_p)
        for number, box in numbered
        for limit in box.limits
    ]
    ways = [box.trajectory.assign(box=number)[list(PEELING)] for number, box in numbered]
    return {
        "boxes": pd.DataFrame(rows, columns=list(BOXES)),
        "limits": pd.DataFrame(limits, columns=list(LIMITS)),
        "peeling": pd.concat(ways or [pd.DataFrame(columns=list(PEELING))], ignore_index=True),
    }
