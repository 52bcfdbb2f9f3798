"""What a little more of an issue is worth to both governments, and how much of one issue makes up for another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.questions.value.accounts import ACCOUNTS, Books
from sim.issues import SIDES, SideName

if TYPE_CHECKING:
    from experiments.questions.value.priced_world import Grid, PricedWorld
    from sim.records import Floats

#: Columns of what a little more is worth: US$ bn a year per natural unit, below and above the package.
MARGINAL: Final = ("issue", "unit", "account", "side", "down", "up")
#: Columns of what makes up for an amount of an issue: what the amount alone changes (US$ bn a year), the move of
#: another issue, why there is none, and the sides of which the package that comes of both crosses a red line.
EQUIVALENTS: Final = ("issue", "amount", "other", "account", "side", "change", "move", "why", "crosses")

#: Why no move of another issue makes up for an amount; nothing where one does.
OUT_OF_RANGE: Final = "range"
UNDELIVERED: Final = "delivery"
OFF_TABLE: Final = "agenda"

#: Differences below this are what rounding leaves of a zero, US$ bn a year.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Compensation:
    """Move of an issue that leaves a side as well off as before, or why there is none.

    Attributes
    ----------
    size : float
        In the unit of the issue; NaN where there is none.
    why : str
        Why there is none.
    change : float
        What it makes up for: the change of the side's payoff without it, US$ bn a year.
    crosses : tuple of str
        Sides of which the package with both changes crosses a red line.
    """

    size: float
    why: str = ""
    change: float = np.nan
    crosses: tuple[SideName, ...] = ()


def marginal_values(books: Books, values: dict[str, float], units: dict[str, float]) -> Iterator[tuple[object, ...]]:
    """Yield rows of :data:`MARGINAL`: the change of each payoff a unit, over one step of the grid down and up.

    NaN where the range ends or the step cannot be delivered.
    """
    for name, grid in books.political.grids().items():
        value = values[name]
        low, high = grid.ends
        for account in ACCOUNTS:
            world = books[account]
            at = world.worth(world.package(values))
            slopes = []
            for other in (max(low, value - grid.step), min(high, value + grid.step)):
                moved = world.worth(world.package({**values, name: other}))
                span = other - value
                slopes.append((moved - at) / span * units[name] if abs(span) > _ROUNDING else np.full(2, np.nan))
            for place, side in enumerate(SIDES):
                yield name, units[name], account, side, float(slopes[0][place]), float(slopes[1][place])


def equivalents(
    books: Books, values: dict[str, float], issue: str, amount: float, others: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    """Yield rows of :data:`EQUIVALENTS`: what of each other issue makes up for an amount of one, exactly."""
    for other in others:
        for account in ACCOUNTS:
            for side, move in zip(SIDES, moves(books[account], values, issue, amount, other), strict=True):
                yield issue, amount, other, account, side, move.change, move.size, move.why, ",".join(move.crosses)


def moves(world: PricedWorld, values: dict[str, float], issue: str, amount: float, other: str) -> list[Compensation]:
    """Move of `other`, for each side, that makes up for a change of `issue`.

    It is the root of U(x + a e_issue + m e_other) - U(x) in m that is nearest to 0, within the range of `other`. Levels
    of the grid are looked through for the first change of sign in both directions, and the root is found between two of
    them; payoffs are smooth or have a kink between two levels, and no jump but where chips cannot be delivered.
    """
    grids = world.grids()
    if {issue, other, *values} - grids.keys():
        return [Compensation(np.nan, OFF_TABLE)] * len(SIDES)
    before = world.worth(world.package(values))
    changed = {**values, issue: values[issue] + amount}
    after = world.worth(world.package(changed))
    if np.isnan(before).any() or np.isnan(after).any():
        return [Compensation(np.nan, UNDELIVERED)] * len(SIDES)
    payoffs = Payoffs(world, changed, grids[other])
    found = []
    for side in range(len(SIDES)):
        root, why = payoffs.root(side, float(before[side]), values[other])
        crosses = () if why else world.crossed(world.package({**changed, other: root}))
        found.append(Compensation(root - values[other], why, float(after[side] - before[side]), crosses))
    return found


class Payoffs:
    """Payoffs of both sides along one issue, with all others fixed.

    Parameters
    ----------
    world : PricedWorld
        The world.
    values : dict of str to float
        Value of every issue on the table.
    grid : Grid
        The issue.
    """

    def __init__(self, world: PricedWorld, values: dict[str, float], grid: Grid) -> None:
        self._world = world
        self._package = world.package(values)
        self._grid = grid
        self._levels = [self._at(float(value)) for value in grid.values]

    def _at(self, value: float) -> Floats:
        self._package[self._grid.slot] = value
        return self._world.worth(self._package)

    def root(self, side: int, wanted: float, start: float) -> tuple[float, str]:
        """Value nearest to `start` at which a side's payoff is as `wanted`, or NaN and why there is none."""

        def gap(value: float) -> float:
            return float(self._at(value)[side]) - wanted

        first = gap(start)
        if abs(first) <= _ROUNDING:
            return start, ""
        found, undelivered = [], False
        for ahead in (self._beyond(start, up=True), self._beyond(start, up=False)):
            before, below = start, first
            for place in ahead:
                value, above = float(self._grid.values[place]), float(self._levels[place][side]) - wanted
                if np.isnan(above):
                    undelivered = True
                    break
                if below * above <= 0.0:
                    found.append(_root_between(gap, before, value))
                    break
                before, below = value, above
        if found:
            return min(found, key=lambda value: abs(value - start)), ""
        return np.nan, UNDELIVERED if undelivered else OUT_OF_RANGE

    def _beyond(self, start: float, *, up: bool) -> list[int]:
        """Places of the levels above or below a value, the nearest first."""
        values = self._grid.values
        return [*np.flatnonzero(values > start)] if up else [*np.flatnonzero(values < start)[::-1]]


def _root_between(gap: Callable[[float], float], one: float, other: float) -> float:
    """Root of a continuous function between two values at which it has no sign in common."""
    from scipy.optimize import brentq

    return float(brentq(gap, one, other, xtol=_ROUNDING, rtol=1e-14))
