"""What an analysis evaluates: a function of points in the unit cube. The talks of a config are one such model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, final

import numpy as np

from experiments.engine.rows import runs_table
from experiments.engine.worlds import Seated, Worlds
from experiments.lab.inputs import CHANCE, DUMMY, Input, config_inputs, tactic_paths
from experiments.lab.outputs import Output, talk_outputs
from experiments.store.columns import BINDS
from sim.draws import uniforms
from sim.issues import SIDE_PREFIX, SIDES
from sim.records import Floats, Integers

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        found: dict[str, Floats] = {}
        for place, one in enumerate(self.inputs):
            found[one.name] = one.values(inside[:, place], found)
        return found


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
    tactics : tuple of str
        Tactics that either side may play; without any each plays its own.
    """

    config: Config
    seed: int
    tactics: tuple[str, ...] = ()
    _inputs: tuple[Input, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_inputs", config_inputs(self.config, tactics=self.tactics))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Sampled numbers, what happens or not, tactics that are varied, then chance and dummy."""
        return self._inputs

    def evaluate(self, points: Floats) -> pa.Table:
        """Play the talks at `points`: the table ``runs`` without the agents behind the governments."""
        import pandas as pd

        values = self.values(points)
        # Points with the same chance are the same run of the seed, at other values of the numbers.
        runs = np.minimum((values.pop(CHANCE) * CHANCES).astype(np.int64), CHANCES - 1)
        dummy = values.pop(DUMMY)
        seats = [values.pop(path).astype(np.int64) for path in (tactic_paths() if self.tactics else ())]
        design = pd.DataFrame(values, index=pd.Index(runs, name="run"), dtype=np.float64)
        table = played_by(Worlds.at(self.config, design, self.seed), self.tactics, seats)
        return table.append_column(f"param.{DUMMY}", [dummy])

    def outputs(self, table: pa.Table) -> tuple[Output, ...]:
        """Deal, ends, reasons, round, gap, gains, and the issues of a deal."""
        return talk_outputs(self.config, table)


def played(worlds: Worlds, us: Seated | None = None, partner: Seated | None = None) -> pa.Table:
    """Play worlds and keep what concerns the governments: end, positions, package, what it sits on, gains, numbers."""
    ends = worlds.play(us, partner)
    batch = worlds.batch
    table = runs_table(batch, worlds.design, worlds.config.calendar.start, ends.results, ends.agents)
    positions = [f"{prefix}.{issue}" for prefix in SIDE_PREFIX for issue in batch.agenda]
    constraints = [f"{BINDS}{issue}" for issue in batch.agenda]
    gains = [f"gain.{side}" for side in SIDES]
    drawn = [f"param.{name}" for name in worlds.design.columns]
    return table.select(["run", "outcome", "reason", "round", *batch.agenda, *positions, *constraints, *gains, *drawn])


def played_by(worlds: Worlds, tactics: Sequence[str], seats: Sequence[Integers]) -> pa.Table:
    """Play worlds as :func:`played` does, each with the tactics of its own, which are kept as ``param.tactics...``.

    Parameters
    ----------
    worlds : Worlds
        What is played.
    tactics : sequence of str
        Their names. A side's own tactic keeps the knobs of the config, any other has its defaults.
    seats : sequence of array, shape [world]
        Place of each side's tactic among them, the US first; empty where each side plays its own.
    """
    import pyarrow as pa

    if not seats:
        return played(worlds)
    own = worlds.batch.tactics
    pairs, of_world = np.unique(np.stack(seats, axis=1), axis=0, return_inverse=True)
    tables, order = [], []
    for number, pair in enumerate(pairs):
        places = np.flatnonzero(of_world == number)
        chosen = [
            None if tactics[place] == name else Seated(tactics[place], {})
            for place, name in zip(pair.tolist(), own, strict=True)
        ]
        tables.append(played(worlds.among(places), *chosen))
        order.append(places)
    back = np.argsort(np.concatenate(order), kind="stable")
    table = pa.concat_tables(tables).take(pa.array(back)).combine_chunks()
    for path, places in zip(tactic_paths(), seats, strict=True):
        table = table.append_column(
            f"param.{path}", pa.array([tactics[place] for place in places.tolist()], pa.string())
        )
    return table


def drawn_seats(tactics: Sequence[str], seed: int, first: int, count: int) -> list[Integers]:
    """Place of each side's tactic in the runs ``first`` to ``first + count - 1`` of a seed; empty without tactics."""
    paths = tactic_paths() if tactics else ()
    drawn = [uniforms(seed, f"explore.{path}", first, count)[:, 0] for path in paths]
    return [np.minimum((one * len(tactics)).astype(np.int64), len(tactics) - 1) for one in drawn]
