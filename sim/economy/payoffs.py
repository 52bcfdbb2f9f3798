"""Payoffs of the two governments as named terms that sum to the payoff: the ledger of every move.

US$ bn a year, relative to the world in which only MFN rates apply. The zero of the US payoff is that of the precedent
term: with car tariffs at MFN and nothing else on the table the US payoff is minus the full cost of the precedent.
Rules add to ``out``, one entry per term, so that the ledger of a package and the tables of the bargaining come from the
same text. ``pledge`` is a row of :mod:`sim.economy.pledge`.
"""

from __future__ import annotations

import math
from typing import Final

from sim.compiled import rule
from sim.economy.pledge import COUNTED, COUNTED_PROFIT, FLOW, HEADLINE, OUTLAY, RENT, booked_flow
from sim.economy.trade import (
    CARS,
    MACHINERY,
    OTHER,
    PARTS,
    STACKED,
    consumer_surplus,
    diverted_rent,
    exporter_rent,
    import_value,
    lost_volume,
    market,
    reciprocal_rate,
)
from sim.issues import RECIPROCAL_TARIFF
from sim.records import FURTHER, Floats, Record

US_TERMS: tuple[str, ...] = (
    "tariff_revenue",
    "consumers",
    "protected_rents",
    "deficit",
    "purchase_headline",
    "chip_maker_profit",
    "chip_maker_lobby",
    "other_purchase_profit",
    "fund_profit",
    "fund_headline",
    "supply_security",
    "precedent",
    "audience_cost",
    "further_issues",
    "reference_rate",
    "forward_precedent",
    "priced_red_lines",
)
US_REVENUE: Final = 0
US_CONSUMERS: Final = 1
US_PROTECTED: Final = 2
US_DEFICIT: Final = 3
US_HEADLINE: Final = 4
US_MAKERS: Final = 5
US_LOBBY: Final = 6
US_OTHER_PROFIT: Final = 7
US_FUND_PROFIT: Final = 8
US_FUND_HEADLINE: Final = 9
US_SECURITY: Final = 10
US_PRECEDENT: Final = 11
US_AUDIENCE: Final = 12
US_FURTHER: Final = 13
US_REFERENCE: Final = 14
US_FORWARD: Final = 15
US_PRICED: Final = 16

PARTNER_TERMS: tuple[str, ...] = (
    "car_exporters_rent",
    "other_exporters_rent",
    "lost_volume",
    "subsidy_cost",
    "data_centre_rent",
    "chip_spillover",
    "purchase_premium",
    "farm",
    "fund_profit_given",
    "fund_guarantees",
    "materials_cost",
    "audience_cost",
    "further_issues",
    "reference_rate",
    "priced_red_lines",
)
PARTNER_CAR_RENT: Final = 0
PARTNER_OTHER_RENT: Final = 1
PARTNER_VOLUME: Final = 2
PARTNER_SUBSIDY: Final = 3
PARTNER_RENT: Final = 4
PARTNER_SPILLOVER: Final = 5
PARTNER_PREMIUM: Final = 6
PARTNER_FARM: Final = 7
PARTNER_FUND_PROFIT: Final = 8
PARTNER_GUARANTEES: Final = 9
PARTNER_MATERIALS: Final = 10
PARTNER_AUDIENCE: Final = 11
PARTNER_FURTHER: Final = 12
PARTNER_REFERENCE: Final = 13
PARTNER_PRICED: Final = 14

MAX_TERMS: Final = 17
POINTS: Final = 100.0  # percentage points in a rate of 1


#: A sector's revenue, consumers, protected rents, deficit, exporters' rent and lost volume, weighed.
SectorTerms = tuple[float, float, float, float, float, float]


@rule
def sector_terms(p: Record, s: int, tariff: float, chance: float) -> SectorTerms:
    """What one sector's tariff is worth to both sides, weighed by the chance that it applies."""
    duty, price, spending = market(p, s, tariff)
    value = import_value(p, s, duty, spending)
    extra_duty = tariff * value - p.sector_mfn_rate[s] * p.sector_import_value[s]
    rent = chance * exporter_rent(p, s, duty, price, spending)
    return (
        chance * p.us_revenue_weight * extra_duty,
        chance * p.us_consumer_weight * consumer_surplus(p, s, price, spending),
        chance * p.us_protected_rent_weight * diverted_rent(p, s, price, spending),
        chance * p.us_deficit_weight * (p.sector_import_value[s] - value),
        p.partner_car_rent_weight * rent if s in (CARS, PARTS) else rent,
        chance * p.partner_lost_volume_weight * lost_volume(p, s, price, spending),
    )


@rule
def add_sector_terms(s: int, terms: SectorTerms, us: Floats, partner: Floats) -> None:
    """Add to the US duty, consumer surplus, protected rents and deficit, to the partner rent and lost volume."""
    us[US_REVENUE] += terms[0]
    us[US_CONSUMERS] += terms[1]
    us[US_PROTECTED] += terms[2]
    us[US_DEFICIT] += terms[3]
    partner[PARTNER_CAR_RENT if s in (CARS, PARTS) else PARTNER_OTHER_RENT] += terms[4]
    partner[PARTNER_VOLUME] += terms[5]


@rule
def add_sector(p: Record, s: int, tariff: float, us: Floats, partner: Floats) -> None:
    """Add what one sector's tariff is worth to both sides when it is sure to apply."""
    add_sector_terms(s, sector_terms(p, s, tariff, 1.0), us, partner)


@rule
def signed_chance(p: Record) -> float:
    """Chance that the reciprocal tariff that a deal names stands, 1 - exposure (1 - p_legal)."""
    return float(1.0 - p.walk_away_deal_court_exposure * (1.0 - p.walk_away_court_survival))


@rule
def reciprocal_chance(p: Record) -> float:
    """Chance that the reciprocal tariff stands: of one that a deal names, or of one that it leaves as it is."""
    return float(signed_chance(p) if p.issue_tabled[RECIPROCAL_TARIFF] != 0 else p.walk_away_court_survival)


@rule
def struck_terms(p: Record) -> tuple[SectorTerms, SectorTerms]:
    """Terms of machinery and of other goods where the courts strike the tariff down, weighed by the chance of that."""
    falls = 1.0 - reciprocal_chance(p)
    return (
        sector_terms(p, MACHINERY, reciprocal_rate(p, MACHINERY, 0.0, STACKED), falls),
        sector_terms(p, OTHER, reciprocal_rate(p, OTHER, 0.0, STACKED), falls),
    )


@rule
def _add_reciprocal_sector(
    p: Record, s: int, tariff: float, stands: float, struck: SectorTerms, us: Floats, partner: Floats
) -> None:
    inclusive = p.economy_deal_includes_mfn if p.issue_tabled[RECIPROCAL_TARIFF] != 0 else STACKED
    add_sector_terms(s, sector_terms(p, s, reciprocal_rate(p, s, tariff, inclusive), stands), us, partner)
    if stands < 1.0:
        add_sector_terms(s, struck, us, partner)


@rule
def add_reciprocal(
    p: Record, tariff: float, struck: tuple[SectorTerms, SectorTerms], us: Floats, partner: Floats
) -> None:
    """Add the reciprocal tariff as :func:`add_signed_reciprocal` does; `struck` is the same for all tariffs."""
    stands = reciprocal_chance(p)
    _add_reciprocal_sector(p, MACHINERY, tariff, stands, struck[0], us, partner)
    _add_reciprocal_sector(p, OTHER, tariff, stands, struck[1], us, partner)


@rule
def add_signed_reciprocal(p: Record, tariff: float, us: Floats, partner: Floats) -> None:
    """Add the reciprocal tariff under a signed deal, p U(tau) + (1 - p) U(no reciprocal tariff).

    Where the deal names the tariff, p is :func:`signed_chance`. Where the tariff was off the table the deal leaves it
    as it is: stacked on MFN, and p is p_legal. A tariff that the courts strike down leaves the MFN rate.
    """
    add_reciprocal(p, tariff, struck_terms(p), us, partner)


@rule
def add_precedent(p: Record, car_tariff: float, us: Floats) -> None:
    """Subtract pc V_oth x share x max(0, base - tau_car): a cut for the partner may spread to the EU and Korea."""
    cut = max(0.0, p.us_precedent_base_rate - car_tariff)
    us[US_PRECEDENT] -= p.us_precedent_probability * p.us_precedent_imports * p.us_precedent_loss_share * cut


@rule
def add_audience_costs(p: Record, car_tariff: float, us: Floats, partner: Floats) -> None:
    """Subtract the cost of signing away from one's own public position on cars; charged on a signed deal only."""
    us[US_AUDIENCE] -= p.us_audience_cost * POINTS * max(0.0, p.us_public_car_tariff - car_tariff)
    partner[PARTNER_AUDIENCE] -= p.partner_audience_cost * POINTS * max(0.0, car_tariff - p.partner_public_car_tariff)


@rule
def farm_share(p: Record, other_purchases: float) -> float:
    """Share of the full concession on farm goods that a purchase implies."""
    over = (other_purchases - p.partner_farm_free_purchases) / p.partner_farm_purchase_span
    return float(min(1.0, max(0.0, over)))


@rule
def add_chips(p: Record, pledge: Floats, us: Floats, partner: Floats) -> None:
    """Add what a chip pledge is worth by itself: booked exports and makers' profit; subsidy, rent and spillover."""
    us[US_DEFICIT] += p.us_deficit_weight * p.chips_booked_share * pledge[COUNTED]
    us[US_MAKERS] += pledge[COUNTED_PROFIT]
    us[US_LOBBY] += p.us_lobby_weight * pledge[COUNTED_PROFIT]
    partner[PARTNER_SUBSIDY] -= p.partner_public_funds_cost * pledge[OUTLAY]
    partner[PARTNER_RENT] += pledge[RENT]
    partner[PARTNER_SPILLOVER] += p.partner_spillover_share * pledge[FLOW]


@rule
def add_other_purchases(p: Record, other_purchases: float, us: Floats, partner: Floats) -> None:
    """Add what other purchases are worth by themselves; only their additional part is new trade."""
    additional = p.purchases_additional_share * other_purchases
    us[US_DEFICIT] += p.us_deficit_weight * p.purchases_booked_share * additional
    us[US_OTHER_PROFIT] += p.us_other_purchase_margin * additional
    partner[PARTNER_PREMIUM] -= p.partner_purchase_premium * additional
    farm = farm_share(p, other_purchases)
    partner[PARTNER_FARM] -= p.partner_farm_cost * farm * farm


@rule
def booked_purchases(p: Record, pledge: Floats, other_purchases: float) -> float:
    """Purchases that customs book as US exports: the booked parts of what is additional, o_G signed G + o_A a_A A."""
    additional = p.purchases_additional_share * other_purchases
    return float(booked_flow(p, pledge) + p.purchases_booked_share * additional)


@rule
def purchase_headline(p: Record, pledge: Floats, other_purchases: float) -> float:
    """Headline that chip and other purchases share, aH ln(1 + (Gc + A) / Hs). Flows, US$ bn a year.

    ``log`` takes half the time of ``log1p``; purchases are no tiny share of the scale.
    """
    headline = pledge[HEADLINE] + other_purchases
    return p.us_purchase_headline_weight * math.log(1.0 + headline / p.us_purchase_headline_scale)


@rule
def add_purchases(p: Record, pledge: Floats, other_purchases: float, us: Floats, partner: Floats) -> None:
    """Add chip and other purchases with their shared headline."""
    add_chips(p, pledge, us, partner)
    add_other_purchases(p, other_purchases, us, partner)
    us[US_HEADLINE] += purchase_headline(p, pledge, other_purchases)


@rule
def effective_fund(p: Record, fund: float) -> float:
    """I_eff = R (1 - e^(-I / S)) / (1 - e^(-R / S)): projects run out; equal to I at the reference fund R."""
    return float(
        p.fund_reference_size * math.expm1(-fund / p.fund_saturation)
        / math.expm1(-p.fund_reference_size / p.fund_saturation)
    )  # fmt: skip


@rule
def guarantee_burden(p: Record, fund: float) -> float:
    """I (I / R)^x: the fund as its loans and guarantees weigh on the partner, equal to I at the reference fund R."""
    return float(fund * math.pow(fund / p.fund_reference_size, p.fund_guarantee_exponent))


@rule
def add_fund_size(p: Record, fund: float, us: Floats, partner: Floats) -> None:
    """Add what the fund is worth whatever its profit share: the headline, and the cost of loans and guarantees."""
    us[US_FUND_HEADLINE] += p.us_fund_headline_weight * math.log1p(fund / p.us_fund_headline_scale)
    loans = 1.0 - p.partner_fund_equity_belief
    partner[PARTNER_GUARANTEES] -= loans * p.partner_guarantee_cost * guarantee_burden(p, fund)


@rule
def fund_profit_to_us(p: Record, effective: float, profit_share: float) -> float:
    """Profit of equity-like money that goes to the US, as it believes; `effective` is I_eff."""
    return p.us_fund_equity_belief * effective * p.fund_profit_rate * profit_share


@rule
def fund_profit_given(p: Record, fund: float, profit_share: float) -> float:
    """Profit of equity-like money that goes to the US, as the partner believes."""
    return p.partner_fund_equity_belief * fund * p.fund_profit_rate * profit_share


@rule
def add_fund(p: Record, fund: float, profit_share: float, us: Floats, partner: Floats) -> None:
    """Add the fund and the US share of its profit."""
    add_fund_size(p, fund, us, partner)
    us[US_FUND_PROFIT] += fund_profit_to_us(p, effective_fund(p, fund), profit_share)
    partner[PARTNER_FUND_PROFIT] -= fund_profit_given(p, fund, profit_share)


@rule
def add_materials(p: Record, support: float, us: Floats, partner: Floats) -> None:
    """Add wafer and chemical support q: vq sqrt(q) to the US, the government's part of its cost, s_q cq q^2."""
    us[US_SECURITY] += p.us_supply_security_value * math.sqrt(support)
    partner[PARTNER_MATERIALS] -= p.partner_materials_cost_share * p.partner_materials_cost * support * support


@rule
def add_further_issue(p: Record, index: int, value: float, us: Floats, partner: Floats) -> None:
    """Add a further issue of the config at its value per unit to each side."""
    us[US_FURTHER] += p.further_us_value[index] * value
    partner[PARTNER_FURTHER] += p.further_partner_value[index] * value


@rule
def add_further_issues(p: Record, values: Floats, us: Floats, partner: Floats) -> None:
    """Add all further issues; `values` holds one value per further slot."""
    for index in range(FURTHER):
        add_further_issue(p, index, values[index], us, partner)
