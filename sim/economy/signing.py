"""What a government pays for signing, whatever is signed brings: comparison with earlier deals, and lines crossed.

Charged on a signed package only and without the courts' risk: what counts is the rate that was agreed to. Walking away
carries none of it. US$ bn a year; rates are fractions.
"""

from __future__ import annotations

from sim.compiled import rule
from sim.economy.payoffs import PARTNER_PRICED, PARTNER_REFERENCE, US_FORWARD, US_PRICED, US_REFERENCE
from sim.economy.trade import CARS, MACHINERY, OTHER, PARTS
from sim.issues import CAR_TARIFF, MAX_ISSUES, PARTNER, RECIPROCAL_TARIFF, US
from sim.records import Floats, Record


@rule
def trade_in_cars(p: Record) -> float:
    """Imports under the car tariff at MFN rates: cars and parts."""
    return float(p.sector_import_value[CARS] + p.sector_import_value[PARTS])


@rule
def trade_under_reciprocal(p: Record) -> float:
    """Imports under the reciprocal tariff at MFN rates: machinery and other goods."""
    return float(p.sector_import_value[MACHINERY] + p.sector_import_value[OTHER])


@rule
def add_reference_loss(p: Record, trade: float, tariff: float, reference: float, us: Floats, partner: Floats) -> None:
    """Subtract the distance from the rate r of comparable deals, weighed by w V [Marshall and Merlo 2004].

    The US loses k_US w V max(0, r - tau), for others then claim as much; the partner k_JP w V max(0, tau - r), for it
    has taken worse than a rival did.
    """
    compared = p.reference_weight * trade
    us[US_REFERENCE] -= p.us_reference_loss * compared * max(0.0, reference - tariff)
    partner[PARTNER_REFERENCE] -= p.partner_reference_loss * compared * max(0.0, tariff - reference)


@rule
def add_forward_precedent(p: Record, tariff: float, us: Floats) -> None:
    """Subtract k_F open V max(0, threat - tau): what the rest, who still negotiate, may ask for as well."""
    claims = p.us_forward_precedent * p.walk_away_open_imports_share * trade_under_reciprocal(p)
    us[US_FORWARD] -= claims * max(0.0, p.walk_away_threat_reciprocal_tariff - tariff)


@rule
def has_priced_line(p: Record, issue: int) -> bool:
    """Whether either side has drawn a red line on an issue that can be crossed at a price."""
    found = False
    for line in range(p.line_count):
        found |= p.line_priced[line] != 0 and p.line_issue[line] == issue
    return found


@rule
def line_cost(p: Record, side: int, issue: int, value: float) -> float:
    """What crossing its priced red lines on an issue costs a side: price times the distance beyond the bound."""
    cost = 0.0
    for line in range(p.line_count):
        if p.line_priced[line] != 0 and p.line_side[line] == side and p.line_issue[line] == issue:
            beyond = max(0.0, p.line_low[line] - value) + max(0.0, value - p.line_high[line])
            cost += p.line_price[line] * beyond
    return cost


@rule
def add_issue_costs(p: Record, issue: int, value: float, us: Floats, partner: Floats) -> None:
    """Subtract what signing a value of one issue costs both sides; nothing where the issue is off the table."""
    if p.issue_tabled[issue] == 0:
        return
    if issue == CAR_TARIFF:
        add_reference_loss(p, trade_in_cars(p), value, p.reference_car_rate, us, partner)
    if issue == RECIPROCAL_TARIFF:
        add_reference_loss(p, trade_under_reciprocal(p), value, p.reference_reciprocal_rate, us, partner)
        add_forward_precedent(p, value, us)
    us[US_PRICED] -= line_cost(p, US, issue, value)
    partner[PARTNER_PRICED] -= line_cost(p, PARTNER, issue, value)


@rule
def add_signing_costs(p: Record, package: Floats, us: Floats, partner: Floats) -> None:
    """Subtract what signing a package of values costs both sides."""
    for issue in range(MAX_ISSUES):
        add_issue_costs(p, issue, package[issue], us, partner)
