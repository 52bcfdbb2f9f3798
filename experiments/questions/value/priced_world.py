"""A negotiation's world on one day, and what it makes of a package: the pledge, and every agent's payoff."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final, Self, final

import numpy as np

from sim.bargaining.red_lines import respects_red_lines
from sim.economy.chip_market import (
    CURVE_POINTS,
    reservation_subsidy,
    review_day,
    signs,
    tabulate_curve,
    total_capex,
)
from sim.economy.firm_payoffs import (
    FIRM_TERMS,
    MAKER_TERMS,
    WORLD,
    firm_deal_terms,
    maker_deal_terms,
    set_deal_worlds,
)
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import DELIVERABLE, PLEDGE_COLUMNS, SUBSIDY_RATE, level_flow, price_pledge, yearly_flow
from sim.economy.trade import SECTOR_COUNT, blend_horizon
from sim.engine.case import not_finite
from sim.grid import level_count, level_value
from sim.issues import CHIP_PURCHASES, MATERIALS_SUPPORT, MAX_ISSUES, PARTNER, SIDES, US, SideName
from sim.row import Row, rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.records import Floats, Record, Table

#: How far from a level a value may lie that is taken for it, in steps of the grid: tables print three digits.
ROUNDED: Final = 0.02


@dataclass(frozen=True, slots=True)
class Grid:
    """An issue on the table.

    Attributes
    ----------
    name : str
        What it is called.
    slot : int
        Its place in a package.
    values : array
        Values of its levels, lowest first.
    """

    name: str
    slot: int
    values: Floats

    @property
    def step(self) -> float:
        """Distance of two levels."""
        return float(self.values[1] - self.values[0])

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest value."""
        return float(self.values[0]), float(self.values[-1])


@dataclass(frozen=True, slots=True)
class WorldNames:
    """What issues by slot, firms and chip makers are called."""

    issues: tuple[str, ...]
    firms: tuple[str, ...]
    makers: tuple[str, ...]


@final
@dataclass(frozen=True, eq=False)
class PricedWorld:
    """The world of one negotiation on one day.

    Attributes
    ----------
    p : record
        Parameters of the day, as :data:`sim.records.RECORD` has them.
    firms, makers : array of FIRM, array of MAKER
        Data-centre firms and chip makers.
    names : WorldNames
        What issues, firms and makers are called.
    run : int
        Number of the draw.
    day : datetime.date
        The day.
    reservations : array, shape [firm]
        Subsidy below which each firm holds out on that day.
    curve : array
        Demand of the firms by subsidy, from :func:`sim.economy.chip_market.tabulate_curve`.
    """

    p: Record
    firms: Table
    makers: Table
    names: WorldNames
    run: int
    day: date
    reservations: Floats
    curve: Floats
    _pledges: dict[float, Floats] = field(default_factory=dict, repr=False)

    @classmethod
    def on(
        cls, parameters: Record, firms: Table, makers: Table, names: WorldNames, run: int, day: date, passed: float
    ) -> Self:
        """World of a day.

        Parameters
        ----------
        parameters : record
            Parameters of the regime; they are copied.
        firms, makers, names, run
            As the attributes.
        day : datetime.date
            The day.
        passed : float
            Days from the first round to it.
        """
        p = copy.deepcopy(parameters)
        blend_horizon(p)
        review = review_day(p, passed)
        reservations = np.array([reservation_subsidy(p, firm, review) for firm in rows(firms)], dtype=np.float64)
        curve = np.zeros(CURVE_POINTS)
        most = total_capex(firms) + level_flow(p, level_count(p, CHIP_PURCHASES) - 1)
        tabulate_curve(p, firms, most, curve)
        return cls(p, firms, makers, names, run, day, reservations, curve)

    def grids(self) -> dict[str, Grid]:
        """Issues on the table by name, in the order of their slots."""
        found = {}
        for slot, name in enumerate(self.names.issues):
            if self.p.issue_tabled[slot] != 0:
                values = [float(level_value(self.p, slot, level)) for level in range(level_count(self.p, slot))]
                found[name] = Grid(name, slot, np.array(values))
        return found

    def package(self, values: Mapping[str, float]) -> Floats:
        """Package vector from values by issue; one that is not named has its value without a deal, inside its range."""
        p = self.p
        package: Floats = np.array([p.issue_off_value[slot] for slot in range(MAX_ISSUES)], dtype=np.float64)
        for name, grid in self.grids().items():
            package[grid.slot] = values.get(name, min(max(float(package[grid.slot]), grid.ends[0]), grid.ends[1]))
        return package

    def pledge(self, package: Floats) -> Floats:
        """What a package's chip purchases mean, from :func:`sim.economy.pledge.price_pledge`; not to be changed."""
        headline = float(package[CHIP_PURCHASES])
        if headline not in self._pledges:
            pledge = np.zeros(PLEDGE_COLUMNS)
            flow = yearly_flow(self.p, headline)
            price_pledge(self.p, self.firms, self.makers, self.curve, self.reservations, flow, pledge)
            self._pledges[headline] = pledge
        return self._pledges[headline]

    def can_deliver(self, package: Floats) -> bool:
        """Whether firms, makers and the subsidy budget allow the chip purchases of a package."""
        return bool(self.pledge(package)[DELIVERABLE] > 0.5)

    def crossed(self, package: Floats) -> tuple[SideName, ...]:
        """Sides of which a package crosses a red line that has no price."""
        return tuple(side for place, side in enumerate(SIDES) if not respects_red_lines(self.p, place, package))

    def ledger(self, package: Floats) -> Floats:
        """Terms of both governments under a package, shape [2, MAX_TERMS], US$ bn a year.

        Raises
        ------
        ArithmeticError
            When one is no finite number.
        """
        ledger: Floats = np.zeros((2, MAX_TERMS))
        package_ledger(self.p, package, self.pledge(package), np.zeros(SECTOR_COUNT), ledger)
        if not np.isfinite(ledger).all():
            raise ArithmeticError(not_finite(self.run, self.day))
        return ledger

    def worth(self, package: Floats) -> Floats:
        """Payoffs of both governments, shape [2], US$ bn a year; NaN where the chips cannot be delivered."""
        if not self.can_deliver(package):
            return np.full(2, np.nan)
        ledger = self.ledger(package)
        return np.array([total(ledger[US]), total(ledger[PARTNER])])

    def firm_terms(self, package: Floats) -> list[Floats]:
        """Terms of every firm under a package, in the order of its names, US$ bn a year."""
        pledge, worlds = self.pledge(package), self._worlds(package)
        rate, found = float(pledge[SUBSIDY_RATE]), []
        for firm, reservation in zip(rows(self.firms), self.reservations, strict=True):
            terms = np.zeros(len(FIRM_TERMS))
            signed = rate > 0.0 and bool(signs(rate, float(reservation)))
            firm_deal_terms(self.p, firm, pledge, signed, worlds, terms)
            found.append(terms)
        return found

    def maker_terms(self, package: Floats) -> list[Floats]:
        """Terms of every chip maker under a package, in the order of its names, US$ bn a year."""
        worlds, found = self._worlds(package), []
        for maker in rows(self.makers):
            terms = np.zeros(len(MAKER_TERMS))
            maker_deal_terms(self.p, maker, worlds, float(package[MATERIALS_SUPPORT]), terms)
            found.append(terms)
        return found

    def _worlds(self, package: Floats) -> Table:
        worlds: Table = np.zeros(2, WORLD)
        rates = np.zeros(SECTOR_COUNT)
        set_deal_worlds(self.p, self.makers, self.firms, package, self.pledge(package), rates, worlds)
        return worlds


def row_of(table: Table, place: int) -> Record:
    """One record of a table of records as the rules read it."""
    return Row(np.ascontiguousarray(table[place : place + 1]))


def on_grid(grid: Grid, value: float) -> float | None:
    """Level that a value stands for, or None where it stands for none."""
    nearest = float(grid.values[np.abs(grid.values - value).argmin()])
    return nearest if abs(nearest - value) <= ROUNDED * grid.step else None


def neighbours(grid: Grid, value: float) -> Sequence[float]:
    """Levels on both sides of a value, or the end that it lies beyond."""
    place = int(np.searchsorted(grid.values, value))
    return [float(level) for level in grid.values[max(0, place - 1) : place + 1]]
