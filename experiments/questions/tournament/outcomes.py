"""The table of worlds as arrays: a number for every US player, the partner player and world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.labels import AGREEMENT
from sim.issues import SIDES

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from experiments.questions.tournament.failures import Failure
    from experiments.questions.tournament.terms import Utility
    from sim.records import Floats

_PAYOFFS: Final = tuple(f"{kind}.{side}" for kind in ("payoff", "gain") for side in SIDES)

#: Columns of the table of worlds, in order.
WORLD_COLUMNS: Final = (
    "us", "partner", "world", "outcome", "round", "day", *_PAYOFFS, "gain.domestic", "nash_distance", "pareto_gap",
)  # fmt: skip
#: Those that say how each negotiation ended.
END_COLUMNS: Final = ("us", "partner", "outcome", "round", *(f"gain.{side}" for side in SIDES))


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """How every pair ended in every world.

    Attributes
    ----------
    labels : tuple of str
        Players, in the order of both first indices of every array.
    deal : array, shape [us, partner, world]
        1 with a deal, 0 without.
    payoff, gain : arrays, shape [us, partner, world, side]
        US$ bn a year.
    domestic, rounds, days, nash_distance, pareto_gap : arrays, shape [us, partner, world]
        Gains of all firms and chip makers together; when the talks ended; distances of deals, else NaN.

    All numbers of a pair that failed are NaN.
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
    def of_table(
        cls, labels: tuple[str, ...], worlds: int, table: pa.Table, failures: Iterable[Failure] = ()
    ) -> Outcomes:
        """Read the table of worlds, whose rows come pair by pair, those that failed left out."""
        import pyarrow.compute as pc

        size = len(labels)
        whole = np.ones((size, size), np.bool_)
        for failure in failures:
            whole[labels.index(failure.us), labels.index(failure.partner)] = False

        def placed(values: Floats) -> Floats:
            full = np.full((size, size, worlds), np.nan)
            full[whole] = values.astype(np.float64).reshape(-1, worlds)
            return full

        def column(name: str) -> Floats:
            return placed(table[name].to_numpy())

        def by_side(kind: str) -> Floats:
            return np.stack([column(f"{kind}.{side}") for side in SIDES], axis=-1)

        return cls(
            labels=labels,
            deal=placed(pc.equal(table["outcome"], AGREEMENT).to_numpy()),
            payoff=by_side("payoff"),
            gain=by_side("gain"),
            domestic=column("gain.domestic"),
            rounds=column("round"),
            days=column("day"),
            nash_distance=column("nash_distance"),
            pareto_gap=column("pareto_gap"),
        )

    def part(self, labels: tuple[str, ...]) -> Outcomes:
        """Outcomes among some of the players."""
        places = [self.labels.index(label) for label in labels]
        among = np.ix_(places, places)
        arrays = {one.name: getattr(self, one.name)[among] for one in fields(self) if one.name != "labels"}
        return Outcomes(labels=labels, **arrays)

    @property
    def whole(self) -> NDArray[np.bool_]:
        """Whether each pair was played to the end, shape ``[us, partner]``."""
        return ~np.isnan(self.deal[..., 0])

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return int(self.deal.shape[2])

    def utility(self, kind: Utility) -> Floats:
        """What the players are after, shape ``[us, partner, world, side]``, US$ bn a year."""
        return self.payoff if kind == "payoff" else self.gain
