"""On which constraint each issue of a deal sits: a red line, a linkage, delivery, an end of the grid, ratification.

Worked out after the talks from the records of a batch and the results of either engine, by the rules of `sim`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.store.columns import BINDS
from sim.bargaining.execution import RATES, put_in_force, rates_in_force
from sim.bargaining.red_lines import BOUND_SLACK
from sim.compiled import rule
from sim.economy.chip_market import (
    CURVE_POINTS,
    allocation,
    market_price,
    quorum_subsidy,
    reservation_subsidy,
    review_day,
    tabulate_curve,
    total_capex,
    uncommitted_output,
    value_scales,
)
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import (
    DELIVERABLE,
    PLEDGE_COLUMNS,
    least_outlay,
    level_flow,
    sign_pledge,
    supply_pledge,
    yearly_flow,
)
from sim.economy.trade import SECTOR_COUNT, blend_horizon
from sim.grid import level_count, level_value
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, PARTNER, SIDE_PREFIX, US
from sim.records import RECORD, Floats, Integers, Record, Table

if TYPE_CHECKING:
    from experiments.design.records import Batch

#: What a value can sit on. Of two steps that are stopped, the stop of the lower rank counts, see :data:`_RANKS`.
NOTHING: Final = 0  # no deal, or not on the table
RED_LINE: Final = 1
RELEASE: Final = 2
LINKAGE: Final = 3
DEMAND: Final = 4
ALLOCATION: Final = 5
QUORUM: Final = 6
BUDGET: Final = 7
GRID_LOW: Final = 8
GRID_HIGH: Final = 9
OF_US: Final = 10
OF_PARTNER: Final = 11
INTERIOR: Final = 12
INDIFFERENT: Final = 13

#: Place of each stop in the order of precedence.
_RANKS: Final = (9, 0, 0, 1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6)

#: How the table of runs writes each; those of a line end with its name.
CODES: Final = (
    "", "red_line:", "release:", "linkage:", "delivery:demand", "delivery:allocation", "delivery:quorum",
    "delivery:budget", "grid:low", "grid:high", f"ratification:{SIDE_PREFIX[US]}",
    f"ratification:{SIDE_PREFIX[PARTNER]}", "interior", "indifferent",
)  # fmt: skip

#: Gain of a step below which nobody wants it, and by which a reservation is missed: far above rounding, US$ bn a year.
_TINY: Final = 1e-9

#: Distance from a level, in steps, up to which a value stands on it.
_ON_LEVEL: Final = 1e-6

#: Columns of a step: whether it can be priced, and what it changes for each side.
_PRICED: Final = 0
_CHANGES: Final = 1


@rule
def _within(value: float, low: float, high: float) -> bool:
    return low - BOUND_SLACK <= value <= high + BOUND_SLACK


@rule
def line_allows(p: Record, line: int, package: Floats) -> bool:
    """Whether one red line, itself, by its release or at its price, allows a package (values, shape [MAX_ISSUES])."""
    issue, when = p.line_issue[line], p.line_when_issue[line]
    free = p.issue_tabled[issue] == 0 or p.line_priced[line] != 0
    if free or _within(package[issue], p.line_low[line], p.line_high[line]):
        return True
    return bool(
        when >= 0
        and _within(package[when], p.line_when_low[line], p.line_when_high[line])
        and _within(package[issue], p.line_released_low[line], p.line_released_high[line])
    )


@rule
def _line_that_stops(p: Record, issue: int, package: Floats, moved: Floats) -> tuple[int, int]:
    """How a red line forbids a package in which one issue has moved, and which: a line on the issue before others.

    A line on the issue stops it as itself where the agreed value is inside its own bounds, else by its release. A line
    on another issue stops it where the move breaks the condition of its release.
    """
    found, which = NOTHING, -1
    for line in range(p.line_count):
        if line_allows(p, line, moved):
            continue
        if p.line_issue[line] == issue:
            kept = _within(package[issue], p.line_low[line], p.line_high[line])
            return (RED_LINE if kept else RELEASE), line
        if found == NOTHING:
            found, which = LINKAGE, line
    return found, which


@rule
def _price(
    p: Record, firms: Table, makers: Table, curve: Floats, reservations: Floats, flow: float, pledge: Floats
) -> int:
    """Price a yearly flow into `pledge` and say why it cannot be delivered, NOTHING if it can.

    The quorum stops a flow that the budget would pay for at the subsidy at which the firms buy it, but not at the one
    at which enough of them sign.
    """
    supply_pledge(p, firms, makers, curve, value_scales(p, firms), flow, pledge)
    if pledge[DELIVERABLE] < 0.5:
        before = total_capex(firms)
        if before <= 0.0:
            return DEMAND
        price = market_price(p, before + flow, before + uncommitted_output(makers))
        return ALLOCATION if (before + flow) / price > allocation(makers) else DEMAND
    is_paid_for = least_outlay(pledge) <= p.partner_subsidy_budget
    sign_pledge(p, firms, reservations, quorum_subsidy(p, firms, reservations), pledge)
    if pledge[DELIVERABLE] > 0.5:
        return NOTHING
    return QUORUM if is_paid_for else BUDGET


@rule
def next_value(p: Record, issue: int, value: float, up: bool) -> tuple[float, bool]:
    """Value one level above or below an agreed one, and whether the grid has it; between levels the next of them."""
    step = (p.issue_high[issue] - p.issue_low[issue]) / (p.issue_levels[issue] - 1)
    place = (value - p.issue_low[issue]) / step
    nearest = math.floor(place + 0.5)
    if math.fabs(place - nearest) <= _ON_LEVEL:
        level = int(nearest) + (1 if up else -1)
    else:
        level = math.floor(place) + (1 if up else 0)
    if 0 <= level < level_count(p, issue):
        return level_value(p, issue, level), True
    return value + (step if up else -step), False


@rule
def _is_wanted(step: Floats, back: Floats) -> bool:
    """Whether some side gains by a step, shape [_CHANGES + 2].

    One that cannot be priced is wanted where the step back would cost somebody something, or cannot be priced either.
    """
    if step[_PRICED] > 0.5:
        return bool(max(step[_CHANGES + US], step[_CHANGES + PARTNER]) > _TINY)
    return bool(back[_PRICED] < 0.5 or min(back[_CHANGES + US], back[_CHANGES + PARTNER]) < -_TINY)


@rule
def _side_that_refuses(step: Floats, result: Record) -> int:
    """Side that a step would push below its reservation, NOTHING if none."""
    for side in (US, PARTNER):
        if result.payoff[side] + step[_CHANGES + side] < result.reservation[side] - _TINY:
            return OF_US if side == US else OF_PARTNER
    return NOTHING


@rule
def _settle(steps: Floats, stops: Integers) -> int:
    """Which of the two directions counts, 0 down and 1 up; -1 if no wanted step is stopped, -2 if nothing matters.

    The stop of the lower rank counts, and of two of one rank that of the step that would add more to both payoffs.
    """
    chosen, rank, worth, matters = -1, len(_RANKS), -math.inf, False
    for way in range(2):
        change = steps[way, _CHANGES + US] + steps[way, _CHANGES + PARTNER]
        for side in (US, PARTNER):
            matters = matters or math.fabs(steps[way, _CHANGES + side]) > _TINY
        if not _is_wanted(steps[way], steps[1 - way]):
            continue
        matters = True
        own = _RANKS[stops[way, 0]]
        if stops[way, 0] != NOTHING and (own < rank or (own == rank and change > worth)):
            chosen, rank, worth = way, own, change
    return chosen if matters else -2


@rule
def _bind_issue(
    p: Record, firms: Table, makers: Table, curve: Floats, reservations: Floats, result: Record, issue: int,
    moved: Floats, pledge: Floats, rates: Floats, ledger: Floats, steps: Floats, stops: Integers, found: Integers,
) -> None:  # fmt: skip
    """Write the constraint that an issue of a deal sits on, and its red line, into `found` (shape [2])."""
    steps[:, :] = 0.0
    for way in range(2):
        value, exists = next_value(p, issue, result.package[issue], way == 1)
        moved[issue] = value
        stops[way, 0], stops[way, 1] = _line_that_stops(p, issue, result.package, moved)
        undelivered = NOTHING
        if exists and issue == CHIP_PURCHASES:
            flow = yearly_flow(p, value)
            undelivered = _price(p, firms, makers, curve, reservations, flow, pledge)
        if not exists or undelivered != NOTHING:
            edge = GRID_HIGH if way == 1 else GRID_LOW
            if stops[way, 0] == NOTHING:
                stops[way, 0] = undelivered if exists else edge
            continue
        package_ledger(p, moved, pledge, rates, ledger)
        steps[way, _PRICED] = 1.0
        for side in (US, PARTNER):
            steps[way, _CHANGES + side] = total(ledger[side]) - result.payoff[side]
        if stops[way, 0] == NOTHING:
            stops[way, 0] = _side_that_refuses(steps[way], result)
    moved[issue] = result.package[issue]
    way = _settle(steps, stops)
    found[0] = INTERIOR if way == -1 else INDIFFERENT if way == -2 else stops[way, 0]
    found[1] = stops[way, 1] if way >= 0 else -1


@rule
def lay_terms(regimes: Table, result: Record, terms: Table) -> None:
    """Write the parameters by which the engine priced the end of one negotiation into `terms`, shape [1].

    Those of its last regime, with the rates of threats that had been carried out.
    """
    terms[0] = regimes[result.regime]
    if result.executions > 0:
        before = np.empty(RATES)
        rates_in_force(terms[0], before)
        put_in_force(terms[0], before, result.in_force)
    blend_horizon(terms[0])


@rule
def bind_deals(regimes: Table, firms: Table, makers: Table, results: Table, found: Integers) -> None:
    """Write on which constraint each issue of every deal sits.

    For issue k of the package x and either direction let y be x with k one level further, every other issue as agreed.
    Some side wants the step if y is worth more to it. What stops it is the first of: a red line on k (itself or its
    release); the condition of a release on which another line rests; delivery, for chips; the reservation of the side
    that pays. Where the grid ends there is no y: the lines are asked about the value a step beyond it, and otherwise
    the end of the grid stops it. The issue sits on what stops a wanted step. If both are stopped, a red line comes
    first, then a linkage, delivery, an end of the grid and ratification.

    Parameters
    ----------
    regimes : array of RECORD, shape [run, regime]
        Parameters; they are left as they are.
    firms, makers : array of FIRM, array of MAKER, shape [run, agent]
        Data-centre firms and chip makers.
    results : array of RESULT, shape [run]
        How the negotiations ended.
    found : array of int64, shape [run, MAX_ISSUES, 2]
        Overwritten with the kind of constraint and the place of its red line in the record, -1 if it is none.
    """
    terms = np.zeros(1, RECORD)
    curve, reservations = np.zeros(CURVE_POINTS), np.zeros(firms.shape[1])
    moved, pledge = np.empty(MAX_ISSUES), np.empty(PLEDGE_COLUMNS)
    rates, ledger = np.empty(SECTOR_COUNT), np.empty((2, MAX_TERMS))
    steps, stops = np.empty((2, _CHANGES + 2)), np.empty((2, 2), np.int64)
    found[:, :, 0] = NOTHING
    found[:, :, 1] = -1
    for run in range(results.shape[0]):
        result = results[run]
        if result.dealt == 0:
            continue
        lay_terms(regimes[run], result, terms)
        p = terms[0]
        if p.issue_tabled[CHIP_PURCHASES] != 0:
            for i in range(firms.shape[1]):
                reservations[i] = reservation_subsidy(p, firms[run, i], review_day(p, result.day))
            most = total_capex(firms[run]) + level_flow(p, level_count(p, CHIP_PURCHASES) - 1)
            tabulate_curve(p, firms[run], most, curve)
        moved[:] = result.package
        for issue in range(MAX_ISSUES):
            if p.issue_tabled[issue] == 0:
                continue
            pledge[:] = result.pledge
            _bind_issue(
                p, firms[run], makers[run], curve, reservations, result, issue, moved, pledge, rates, ledger, steps,
                stops, found[run, issue],
            )  # fmt: skip


def constraints_of(batch: Batch, results: Table) -> dict[str, Any]:
    """Constraint that each issue of a deal sits on, as text columns ``binds.<issue>``; null without a deal.

    Parameters
    ----------
    batch : Batch
        The negotiations.
    results : array of RESULT, shape [run]
        How they ended, by either engine.
    """
    found = np.empty((len(results), MAX_ISSUES, 2), dtype=np.int64)
    bind_deals(batch.parameters, batch.firms, batch.makers, results, found)
    return named(batch, results["regime"], found)


def named(batch: Batch, regimes: Integers, found: Integers) -> dict[str, Any]:
    """Write what :func:`bind_deals` found in words of the config."""
    import pyarrow as pa

    lines = batch.lines
    texts = [*CODES, *(f"{kind}{name}" for kind in CODES[RED_LINE : LINKAGE + 1] for name in lines.names)]
    runs = np.arange(len(found))
    columns = {}
    for issue in batch.agenda:
        slot = batch.issues.index(issue)
        kind, place = found[:, slot, 0], found[:, slot, 1]
        number = np.where(place < 0, 0, lines.places[runs, regimes, place])
        is_line = place >= 0
        # A line whose dated release is in force stands in the record with the bounds of the release.
        dated = is_line & (kind == RED_LINE)
        if len(lines.names):
            dated &= lines.dated[runs, number, regimes]
        kind = np.where(dated, RELEASE, kind)
        text = np.where(is_line, len(CODES) + (kind - RED_LINE) * len(lines.names) + number, kind)
        names = pa.array(texts, pa.string())
        columns[f"{BINDS}{issue}"] = names.take(pa.array(text, mask=kind == NOTHING))
    return columns
