"""Indifference curves of two issues: where each government is as well off as with the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.questions.value.accounts import ACCOUNTS, Books
from experiments.questions.value.marginal import Payoffs
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.questions.value.priced_world import Grid, PricedWorld
    from sim.records import Floats

#: Columns: by account, the value of the first issue, that of the second at which each side is as well off as with the
#: package (NaN where there is none), the ends of those at which both are better off (NaN where there are none), and
#: whether the chips can be delivered.
CURVES: Final = ("account", "first", *SIDES, "better_from", "better_to", "delivered")

_POINTS: Final = 61


def indifference_curves(
    books: Books, values: dict[str, float], first: str, second: str
) -> Iterator[tuple[object, ...]]:
    """Yield rows of :data:`CURVES`, with the first issue from end to end of its range."""
    for account in ACCOUNTS:
        yield from _curves(books[account], account, values, first, second)


def _curves(
    world: PricedWorld, account: str, values: dict[str, float], first: str, second: str
) -> Iterator[tuple[object, ...]]:
    grids = world.grids()
    wanted = world.worth(world.package(values))
    across = np.union1d(np.linspace(*grids[first].ends, _POINTS), [values[first]])
    home = int(np.searchsorted(across, values[first]))
    found: dict[int, tuple[object, ...]] = {}
    for places in (range(home, len(across)), range(home - 1, -1, -1)):
        # A curve is followed from the package outwards, so that it stays one where there are several roots.
        last = [values[second]] * len(SIDES)
        for place in places:
            here = {**values, first: float(across[place])}
            payoffs = Payoffs(world, here, grids[second])
            roots = [payoffs.root(side, float(wanted[side]), last[side])[0] for side in range(len(SIDES))]
            last = [before if np.isnan(root) else root for before, root in zip(last, roots, strict=True)]
            better = _both_better(world, here, grids[second], roots, wanted)
            delivered = world.can_deliver(world.package(here))
            found[place] = (account, float(across[place]), *roots, *better, delivered)
    for place in range(len(across)):
        yield found[place]


def _both_better(
    world: PricedWorld, values: dict[str, float], second: Grid, roots: Sequence[float], wanted: Floats
) -> tuple[float, float]:
    """Ends of the widest stretch of the second issue in whose middle both sides gain, between curves and range."""
    edges = np.unique([*second.ends, *(root for root in roots if not np.isnan(root))])
    best = (np.nan, np.nan)
    for low, high in pairwise(map(float, edges)):
        middle = world.worth(world.package({**values, second.name: (low + high) / 2.0}))
        if (middle > wanted).all() and not high - low <= best[1] - best[0]:
            best = low, high
    return best
