"""What an analysis evaluates: a function of points in the unit cube. The talks of a config are one such model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

import numpy as np

from experiments.engine.rows import runs_table
from experiments.engine.worlds import Worlds
from experiments.lab.inputs import CHANCE, DUMMY, Input, config_inputs
from experiments.lab.outputs import Output, talk_outputs
from experiments.store.columns import BINDS
from sim.issues import SIDE_PREFIX, SIDES
from sim.records import Floats

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config.model import Config

#: Different chances that a run can meet; a chance is one of so many runs of the seed.
CHANCES: Final = 1 << 14

#: Probabilities stay this far from 0 and 1, so that every quantile is finite.
_EDGE: Final = 2.0**-53


class Model(ABC):
    """A function from points in the unit cube, one dimension an input, to a table with a row for each point."""

    @property
    @abstractmethod
    def inputs(self) -> tuple[Input, ...]:
        """Inputs in the order of the dimensions."""

    @abstractmethod
    def evaluate(self, points: Floats) -> pa.Table:
        """Table of the results at `points`, shape ``[point, input]``; it must depend on nothing else."""

    @abstractmethod
    def outputs(self, table: pa.Table) -> tuple[Output, ...]:
        """Quantities to be explained, from the results of all points."""

    def values(self, points: Floats) -> dict[str, Floats]:
        """Values of the inputs at `points`, by name."""
        inside = np.clip(points, _EDGE, 1 - _EDGE)
        return {one.name: one.ppf(inside[:, place]) for place, one in enumerate(self.inputs)}


@final
@dataclass(frozen=True, eq=False)
class TalksModel(Model):
    """The talks of a config, with their chance as one more input.

    Attributes
    ----------
    config : Config
        What is negotiated.
    seed : int
        Seed of the chances.
    ranges : bool
        Whether fixed parameters with a plausible range are varied too.
    """

    config: Config
    seed: int
    ranges: bool = False
    _inputs: tuple[Input, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_inputs", config_inputs(self.config, ranges=self.ranges))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Sampled numbers, then chance and dummy."""
        return self._inputs

    def evaluate(self, points: Floats) -> pa.Table:
        """Play the talks at `points`: the table ``runs`` without the agents behind the governments."""
        import pandas as pd

        values = self.values(points)
        # Points with the same chance are the same run of the seed, at other values of the numbers.
        runs = np.minimum((values.pop(CHANCE) * CHANCES).astype(np.int64), CHANCES - 1)
        dummy = values.pop(DUMMY)
        design = pd.DataFrame(values, index=pd.Index(runs, name="run"), dtype=np.float64)
        table = played(Worlds.at(self.config, design, self.seed))
        return table.append_column(f"param.{DUMMY}", [dummy])

    def outputs(self, table: pa.Table) -> tuple[Output, ...]:
        """Deal, ends, reasons, round, gap, gains, and the issues of a deal."""
        return talk_outputs(self.config, table)


def played(worlds: Worlds) -> pa.Table:
    """Play worlds and keep what concerns the governments: end, positions, package, what it sits on, gains, numbers."""
    ends = worlds.play()
    batch = worlds.batch
    table = runs_table(batch, worlds.design, worlds.config.calendar.start, ends.results, ends.agents)
    positions = [f"{prefix}.{issue}" for prefix in SIDE_PREFIX for issue in batch.agenda]
    constraints = [f"{BINDS}{issue}" for issue in batch.agenda]
    gains = [f"gain.{side}" for side in SIDES]
    drawn = [f"param.{name}" for name in worlds.design.columns]
    return table.select(["run", "outcome", "reason", "round", *batch.agenda, *positions, *constraints, *gains, *drawn])
