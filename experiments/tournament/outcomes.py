"""The table of worlds as arrays: a number for every US player, Japan player and world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.issues import SIDES

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.tournament.terms import Utility
    from sim.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """How every pair ended in every world.

    Attributes
    ----------
    labels : tuple of str
        Players, in the order of both first indices of every array.
    deal : array of bool, shape [us, japan, world]
    payoff, gain : arrays, shape [us, japan, world, side]
        US$ bn a year.
    domestic, rounds, days, nash_distance, pareto_gap : arrays, shape [us, japan, world]
        Gains of all firms and chip makers together; when the talks ended; distances of deals, else NaN.
    """

    labels: tuple[str, ...]
    deal: Floats
    payoff: Floats
    gain: Floats
    domestic: Floats
    rounds: Floats
    days: Floats
    nash_distance: Floats
    pareto_gap: Floats

    @classmethod
    def of_table(cls, labels: tuple[str, ...], table: pa.Table) -> Outcomes:
        """Read the table of worlds, whose rows come pair by pair."""
        import pyarrow.compute as pc

        shape = (len(labels), len(labels), -1)

        def column(name: str) -> Floats:
            values: Floats = table[name].to_numpy().astype(np.float64).reshape(shape)
            return values

        def by_side(kind: str) -> Floats:
            return np.stack([column(f"{kind}.{side}") for side in SIDES], axis=-1)

        return cls(
            labels=labels,
            deal=pc.equal(table["outcome"], "agreement").to_numpy().reshape(shape),
            payoff=by_side("payoff"),
            gain=by_side("gain"),
            domestic=column("gain.domestic"),
            rounds=column("round"),
            days=column("day"),
            nash_distance=column("nash_distance"),
            pareto_gap=column("pareto_gap"),
        )

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return int(self.deal.shape[2])

    def utility(self, kind: Utility) -> Floats:
        """What the players are after, shape ``[us, japan, world, side]``, US$ bn a year."""
        return self.payoff if kind == "payoff" else self.gain
