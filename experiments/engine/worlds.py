"""Worlds: draws of a config that any pair of tactics can be played on, so that all pairs meet the same chances.

A tournament, a stress test or a search changes who sits at the table many thousand times and leaves the world as it
is. The records of the worlds are therefore built once, and only what a tactic brings along is written anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from agents.tactics.registry import TACTICS
from experiments.config.signing import sets_condition
from experiments.design.records import Batch, build_records, seat_tactic
from experiments.design.sampling import design_table
from experiments.engine.compiled import play as play_compiled
from experiments.errors import tactic_hint
from sim.engine.results import gains_of
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from experiments.config.model import Config
    from sim.engine.results import Ends
    from sim.records import Floats, Integers


@dataclass(frozen=True, slots=True)
class Seated:
    """A tactic with its knobs.

    Attributes
    ----------
    name : str
        Name of the tactic in the registry.
    knobs : mapping
        Knobs by name that differ from their defaults: one number for all worlds or an array of one a world.
    """

    name: str
    knobs: Mapping[str, float | Floats]

    def values(self, runs: int) -> Floats:
        """Knobs in the order in which the rule reads them, shape ``[run, knob]``.

        Raises
        ------
        ValueError
            When there is no such tactic or knob, or a knob is outside its limits.
        """
        if self.name not in TACTICS:
            raise ValueError(f"there is no tactic {self.name}{tactic_hint(self.name)}")
        knobs = TACTICS[self.name].knobs
        if unknown := self.knobs.keys() - {knob.name for knob in knobs}:
            raise ValueError(f"tactic {self.name} has no knob {', '.join(sorted(unknown))}")
        columns = np.empty((runs, len(knobs)))
        for place, knob in enumerate(knobs):
            column = np.asarray(self.knobs.get(knob.name, knob.default), dtype=np.float64)
            if not ((column >= knob.low) & (column <= knob.high)).all():
                raise ValueError(f"{knob.name} of tactic {self.name} must be between {knob.low:g} and {knob.high:g}")
            columns[:, place] = column
        return columns


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """Negotiations that wait for their two tactics.

    Attributes
    ----------
    config : Config
        What they are drawn from.
    seed : int
        Seed of every draw.
    design : pandas.DataFrame
        Their sampled numbers, one row a world; see :func:`experiments.design.sampling.design_table`.
    batch : Batch
        Their records, with the tactics of the config.
    """

    config: Config
    seed: int
    design: pd.DataFrame
    batch: Batch

    @classmethod
    def draw(cls, config: Config, count: int, seed: int, first: int = 0, total: int | None = None) -> Worlds:
        """Draw the worlds of runs ``first`` to ``first + count - 1`` of `total`."""
        return cls.at(config, design_table(config, count, seed, first, total), seed)

    @classmethod
    def at(cls, config: Config, design: pd.DataFrame, seed: int) -> Worlds:
        """Worlds of a design table; a column may also name a number that the config fixes, and takes its place."""
        return cls(config, seed, design, build_records(config, design, seed))

    def __len__(self) -> int:
        """Return the number of worlds."""
        return len(self.batch.runs)

    def among(self, places: Integers) -> Worlds:
        """Worlds at some places of these."""
        batch = self.batch
        part = replace(
            batch,
            runs=batch.runs[places],
            parameters=batch.parameters[places],
            # Where nobody misjudges anything, there is no record of beliefs.
            beliefs=batch.beliefs[places] if len(batch.beliefs) else batch.beliefs,
            firms=batch.firms[places],
            makers=batch.makers[places],
            happened={name: mask[places] for name, mask in batch.happened.items()},
        )
        return replace(self, design=self.design.iloc[places], batch=part)

    def seated(self, us: Seated | None = None, partner: Seated | None = None) -> Batch:
        """Records with other tactics in their seats; None leaves the one of the config where it is."""
        parameters = self.batch.parameters.copy()
        names = list(self.batch.tactics)
        for side, choice in enumerate((us, partner)):
            if choice is not None:
                names[side] = choice.name
                signs = not sets_condition(self.config, side)
                seat_tactic(parameters, side, choice.name, choice.values(len(self)), signs=signs)
        return replace(self.batch, parameters=parameters, tactics=(names[0], names[1]))

    def play(self, us: Seated | None = None, partner: Seated | None = None, *, solutions: bool = False) -> Ends:
        """Play every world with these two tactics, compiled; threads may play different pairs side by side.

        Raises
        ------
        experiments.errors.RunError
            When a tactic does not compile.
        """
        batch = self.seated(us, partner)
        return play_compiled(self.config, batch, self.seed, trajectories=False, solutions=solutions)


def gains(ends: Ends) -> Floats:
    """Gain of each side over walking away, shape ``[world, side]``, US$ bn a year."""
    return gains_of(ends.results, ends.agents)[:, : len(SIDES)]
