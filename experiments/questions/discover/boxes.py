"""The boxes of a discovery and the runs in which they were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from experiments.lab.inputs import DUMMY, FLAG, Input, choice_path, config_inputs
from experiments.questions.discover.prim import WAY, Box
from experiments.questions.discover.targets import is_of_deals
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
        Inputs and dummy by column, a row a run (of some targets a deal), and ``case``: whether the target happened.
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
    def tactics(self) -> tuple[str, ...]:
        """Tactics that either side played; empty where each played its own."""
        return tuple(self.manifest.settings["tactics"])

    @property
    def share(self) -> float:
        """Share of the runs in which the target happens."""
        return float(self.sample["case"].mean())

    @property
    def negotiations(self) -> int:
        """Number of negotiations played."""
        return int(self.manifest.settings["runs"]) if self.is_of_deals else len(self.sample)

    @property
    def is_of_deals(self) -> bool:
        """Whether the sample are the deals alone."""
        return is_of_deals(self.target)

    @property
    def restricts_dummy(self) -> bool:
        """Whether a box restricts the input that changes nothing."""
        return any(limit.input == DUMMY for box in self.boxes for limit in box.limits)


def columns_of(config: Config, tactics: Sequence[str] = ()) -> dict[str, str]:
    """Uncertain inputs of a config, each with the column of rows that holds its values."""
    return {one.name: f"param.{one.name}" for one in _drawn(config, tactics)}


def sample_of(config: Config, rows: pd.DataFrame, seed: int, tactics: Sequence[str] = ()) -> pd.DataFrame:
    """Inputs of all runs, and a dummy that changes nothing; a box that restricts it has found noise.

    A choice among tactics has no order, so each tactic that was played is an input of its own: 1 in the runs in which
    the side plays it, else 0.
    """
    columns: dict[str, pd.Series] = {}
    for one in _drawn(config, tactics):
        values = rows[f"param.{one.name}"]
        if one.role != "choice":
            columns[one.name] = values.astype(float)
            continue
        for tactic in tactics:
            columns[choice_path(one.name, tactic)] = (values == tactic).astype(float)
    sample = pd.DataFrame(columns, index=rows.index)
    sample[DUMMY] = uniforms(seed, "explore.dummy", 0, len(rows))[:, 0]
    return sample


def units_in(config: Config, tactics: Sequence[str] = ()) -> dict[str, str]:
    """Units of the inputs of a sample."""
    found = {one.name: one.unit for one in _drawn(config, tactics) if one.role != "choice"}
    chosen = [one.name for one in _drawn(config, tactics) if one.role == "choice"]
    return found | {choice_path(path, tactic): FLAG for path in chosen for tactic in tactics}


def _drawn(config: Config, tactics: Sequence[str]) -> list[Input]:
    """Inputs of a config but for chance and dummy, which a search for boxes does not draw."""
    return [one for one in config_inputs(config, tactics=tactics) if one.role not in ("chance", "dummy")]


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
