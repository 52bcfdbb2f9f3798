"""Both sides' payoffs at every level of the grid: exact values, tabulated once, so that a round evaluates none.

Payoffs add up over issues except inside two pairs: chip and other purchases share one headline, and the fund's profit
is fund times share. The tables therefore hold one vector per separable issue and one matrix per pair.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import rule
from sim.economy.ledger import total
from sim.economy.payoffs import (
    MAX_TERMS,
    SectorTerms,
    add_audience_costs,
    add_chips,
    add_fund_size,
    add_further_issue,
    add_materials,
    add_other_purchases,
    add_precedent,
    add_reciprocal,
    add_sector,
    effective_fund,
    fund_profit_given,
    fund_profit_to_us,
    purchase_headline,
    struck_terms,
)
from sim.economy.pledge import DELIVERABLE, FLOW, HEADLINE
from sim.economy.signing import add_issue_costs, has_priced_line
from sim.economy.trade import CARS, EXEMPT, METALS, PARTS
from sim.grid import level_count, level_value
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    FIRST_FURTHER_ISSUE,
    FUND_PROFIT_SHARE,
    INVESTMENT_FUND,
    MATERIALS_SUPPORT,
    MAX_ISSUES,
    MAX_LEVELS,
    OTHER_PURCHASES,
    PARTNER,
    RECIPROCAL_TARIFF,
    US,
)
from sim.records import Floats, Integers, Record, layout

#: Payoff tables of both sides; the first index of every table is the side.
VALUATION: np.dtype[np.void] = layout(
    [
        ("base", np.float64, (2,)),
        ("single", np.float64, (2, MAX_ISSUES, MAX_LEVELS)),
        ("purchases", np.float64, (2, MAX_LEVELS, MAX_LEVELS)),
        ("fund", np.float64, (2, MAX_LEVELS, MAX_LEVELS)),
        ("headline", np.float64, (MAX_LEVELS, MAX_LEVELS)),  # what purchases are worth to the US as headline
        ("headline_of", np.float64, (MAX_LEVELS,)),  # chip flow that each row of it counts; NaN before the first
    ]
)

#: Groups of issues whose payoffs add up: every separable issue, then the two pairs.
GROUP_COUNT: Final = 8
PURCHASE_GROUP: Final = 6
FUND_GROUP: Final = 7
SEPARABLE: Final = (
    CAR_TARIFF,
    RECIPROCAL_TARIFF,
    MATERIALS_SUPPORT,
    FIRST_FURTHER_ISSUE,
    FIRST_FURTHER_ISSUE + 1,
    FIRST_FURTHER_ISSUE + 2,
)


@rule
def group_issues(group: int) -> tuple[int, int]:
    """Issues of a group; a separable issue is its own second."""
    if group == PURCHASE_GROUP:
        return CHIP_PURCHASES, OTHER_PURCHASES
    if group == FUND_GROUP:
        return INVESTMENT_FUND, FUND_PROFIT_SHARE
    return SEPARABLE[group], SEPARABLE[group]


@rule
def _add_car_tariff(p: Record, tariff: float, ledger: Floats) -> None:
    add_sector(p, CARS, tariff, ledger[US], ledger[PARTNER])
    add_sector(p, PARTS, tariff, ledger[US], ledger[PARTNER])
    add_precedent(p, tariff, ledger[US])
    add_audience_costs(p, tariff, ledger[US], ledger[PARTNER])


@rule
def _add_separable(
    p: Record, issue: int, value: float, struck: tuple[SectorTerms, SectorTerms], ledger: Floats
) -> None:
    if issue == CAR_TARIFF:
        _add_car_tariff(p, value, ledger)
    elif issue == RECIPROCAL_TARIFF:
        add_reciprocal(p, value, struck, ledger[US], ledger[PARTNER])
    elif issue == MATERIALS_SUPPORT:
        add_materials(p, value, ledger[US], ledger[PARTNER])
    else:
        add_further_issue(p, issue - FIRST_FURTHER_ISSUE, value, ledger[US], ledger[PARTNER])
    add_issue_costs(p, issue, value, ledger[US], ledger[PARTNER])


@rule
def _tabulate_separable(p: Record, ledger: Floats, valuation: Record) -> None:
    struck = struck_terms(p)
    for group in range(PURCHASE_GROUP):
        issue = SEPARABLE[group]
        for level in range(level_count(p, issue)):
            ledger[:, :] = 0.0
            _add_separable(p, issue, level_value(p, issue, level), struck, ledger)
            valuation.single[US, issue, level] = total(ledger[US])
            valuation.single[PARTNER, issue, level] = total(ledger[PARTNER])


@rule
def tabulate_purchases(p: Record, pledges: Floats, ledger: Floats, valuation: Record) -> None:
    """Fill the table of chip and other purchases by the pledges of today, after :func:`tabulate_fixed`.

    `ledger` is scratch. Headlines are kept as long as the flow that they count stays what it was.
    """
    others = level_count(p, OTHER_PURCHASES)
    values, alone = np.empty(MAX_LEVELS), np.empty((2, MAX_LEVELS))
    grid_values(p, OTHER_PURCHASES, values)
    for other in range(others):
        ledger[:, :] = 0.0
        add_other_purchases(p, values[other], ledger[US], ledger[PARTNER])
        add_issue_costs(p, OTHER_PURCHASES, values[other], ledger[US], ledger[PARTNER])
        alone[US, other] = total(ledger[US])
        alone[PARTNER, other] = total(ledger[PARTNER])
    lines = has_priced_line(p, CHIP_PURCHASES)
    for chips in range(level_count(p, CHIP_PURCHASES)):
        is_same = chips > 0 and pledges[chips, DELIVERABLE] < 0.5 and pledges[chips, FLOW] == pledges[chips - 1, FLOW]
        if is_same and not lines:
            # What cannot be delivered is worth the same at every further level: nothing.
            for other in range(others):
                valuation.purchases[US, chips, other] = valuation.purchases[US, chips - 1, other]
                valuation.purchases[PARTNER, chips, other] = valuation.purchases[PARTNER, chips - 1, other]
            continue
        ledger[:, :] = 0.0
        add_chips(p, pledges[chips], ledger[US], ledger[PARTNER])
        add_issue_costs(p, CHIP_PURCHASES, level_value(p, CHIP_PURCHASES, chips), ledger[US], ledger[PARTNER])
        us, partner = total(ledger[US]), total(ledger[PARTNER])
        headlines = valuation.headline[chips]
        if valuation.headline_of[chips] != pledges[chips, HEADLINE]:
            valuation.headline_of[chips] = pledges[chips, HEADLINE]
            for other in range(others):
                headlines[other] = purchase_headline(p, pledges[chips], values[other])
        for other in range(others):
            valuation.purchases[US, chips, other] = us + alone[US, other] + headlines[other]
            valuation.purchases[PARTNER, chips, other] = partner + alone[PARTNER, other]


@rule
def _tabulate_fund(p: Record, ledger: Floats, valuation: Record) -> None:
    shares = np.empty(MAX_LEVELS)
    grid_values(p, FUND_PROFIT_SHARE, shares)
    crossed = np.zeros((2, MAX_LEVELS))
    for share in range(level_count(p, FUND_PROFIT_SHARE)):
        ledger[:, :] = 0.0
        add_issue_costs(p, FUND_PROFIT_SHARE, shares[share], ledger[US], ledger[PARTNER])
        crossed[US, share] = total(ledger[US])
        crossed[PARTNER, share] = total(ledger[PARTNER])
    for size in range(level_count(p, INVESTMENT_FUND)):
        fund = level_value(p, INVESTMENT_FUND, size)
        effective = effective_fund(p, fund)
        ledger[:, :] = 0.0
        add_fund_size(p, fund, ledger[US], ledger[PARTNER])
        add_issue_costs(p, INVESTMENT_FUND, fund, ledger[US], ledger[PARTNER])
        us, partner = total(ledger[US]), total(ledger[PARTNER])
        # Profit is proportional to the share that goes to the US.
        to_us, given = fund_profit_to_us(p, effective, 1.0), fund_profit_given(p, fund, 1.0)
        for share in range(level_count(p, FUND_PROFIT_SHARE)):
            valuation.fund[US, size, share] = us + to_us * shares[share] + crossed[US, share]
            valuation.fund[PARTNER, size, share] = partner - given * shares[share] + crossed[PARTNER, share]


@rule
def tabulate(p: Record, pledges: Floats, valuation: Record) -> None:
    """Fill the payoff tables of both sides at the parameters of `p`; `pledges` prices every chip-purchase level."""
    ledger = np.zeros((2, MAX_TERMS))
    tabulate_fixed(p, ledger, valuation)
    tabulate_purchases(p, pledges, ledger, valuation)


@rule
def tabulate_fixed(p: Record, ledger: Floats, valuation: Record) -> None:
    """Fill the tables of all issues but the purchases: they hold until the parameters change. `ledger` is scratch."""
    ledger[:, :] = 0.0
    add_sector(p, METALS, p.economy_metals_tariff, ledger[US], ledger[PARTNER])
    add_sector(p, EXEMPT, p.sector_mfn_rate[EXEMPT], ledger[US], ledger[PARTNER])
    valuation.base[US] = total(ledger[US])
    valuation.base[PARTNER] = total(ledger[PARTNER])
    valuation.headline_of[:] = math.nan
    _tabulate_separable(p, ledger, valuation)
    _tabulate_fund(p, ledger, valuation)


@rule
def group_value(valuation: Record, side: int, group: int, first: int, second: int) -> float:
    """Payoff of a group of issues at the levels of its first and second issue."""
    if group == PURCHASE_GROUP:
        return float(valuation.purchases[side, first, second])
    if group == FUND_GROUP:
        return float(valuation.fund[side, first, second])
    return float(valuation.single[side, SEPARABLE[group], first])


@rule
def package_value(valuation: Record, side: int, levels: Integers) -> float:
    """Payoff of a package of levels (shape [MAX_ISSUES])."""
    value = valuation.base[side]
    for group in range(GROUP_COUNT):
        first, second = group_issues(group)
        value += group_value(valuation, side, group, levels[first], levels[second])
    return float(value)


@rule
def package_values(p: Record, levels: Integers, package: Floats) -> None:
    """Write the values of a package of levels into `package` (shape [MAX_ISSUES])."""
    for issue in range(MAX_ISSUES):
        package[issue] = level_value(p, issue, levels[issue])


@rule
def grid_values(p: Record, issue: int, values: Floats) -> None:
    """Write the value of every level of an issue into `values`."""
    for level in range(level_count(p, issue)):
        values[level] = level_value(p, issue, level)


@rule
def is_finite(p: Record, valuation: Record) -> bool:
    """Whether every payoff in the tables is a number; anything else would make every offer look acceptable."""
    finite = math.isfinite(valuation.base[US]) and math.isfinite(valuation.base[PARTNER])
    for side in (US, PARTNER):
        for issue in SEPARABLE:
            finite &= _all_finite(valuation.single[side, issue], level_count(p, issue))
        for i in range(level_count(p, CHIP_PURCHASES)):
            finite &= _all_finite(valuation.purchases[side, i], level_count(p, OTHER_PURCHASES))
        for i in range(level_count(p, INVESTMENT_FUND)):
            finite &= _all_finite(valuation.fund[side, i], level_count(p, FUND_PROFIT_SHARE))
    return finite


@rule
def _all_finite(payoffs: Floats, count: int) -> bool:
    # Counted and not asked one by one, so that the processor looks at several at a time.
    broken = 0
    for k in range(count):
        broken += 0 if math.isfinite(payoffs[k]) else 1
    return broken == 0


@rule
def group_options(valuation: Record, box: Integers) -> tuple[Floats, Integers]:
    """Payoffs of every option of every group inside a box, for the solution concepts.

    Returns
    -------
    options : array, shape [option, 2]
        Payoffs to the US and the partner, the two pairs first.
    starts : array of int64, shape [GROUP_COUNT + 1]
        Options of the k-th group are ``starts[k]`` to ``starts[k + 1] - 1``.
    """
    starts = np.zeros(GROUP_COUNT + 1, np.int64)
    for k in range(GROUP_COUNT):
        group = GROUP_COUNT - 1 - k
        first, second = group_issues(group)
        size = box[1, first] - box[0, first] + 1
        if group >= PURCHASE_GROUP:
            size *= box[1, second] - box[0, second] + 1
        starts[k + 1] = starts[k] + size
    options = np.empty((starts[GROUP_COUNT], 2))
    option = 0
    for k in range(GROUP_COUNT):
        group = GROUP_COUNT - 1 - k
        first, second = group_issues(group)
        for i in range(box[0, first], box[1, first] + 1):
            seconds = range(box[0, second], box[1, second] + 1) if group >= PURCHASE_GROUP else range(i, i + 1)
            for j in seconds:
                for side in (US, PARTNER):
                    options[option, side] = group_value(valuation, side, group, i, j)
                option += 1
    return options, starts
