"""The ledger of a whole package, and the payoffs of a world without a deal."""

from __future__ import annotations

from sim.compiled import rule
from sim.economy.payoffs import (
    add_audience_costs,
    add_fund,
    add_further_issues,
    add_materials,
    add_precedent,
    add_purchases,
    add_sector,
    add_signed_reciprocal,
)
from sim.economy.signing import add_signing_costs
from sim.economy.trade import CARS, EXEMPT, METALS, PARTS, SECTOR_COUNT, STACKED, sector_rates
from sim.issues import (
    CAR_TARIFF,
    FIRST_FURTHER_ISSUE,
    FUND_PROFIT_SHARE,
    INVESTMENT_FUND,
    MATERIALS_SUPPORT,
    OTHER_PURCHASES,
    PARTNER,
    RECIPROCAL_TARIFF,
    US,
)
from sim.records import Floats, Record


@rule
def add_tariffs(p: Record, rates: Floats, us: Floats, partner: Floats) -> None:
    """Add every sector at its total rate, and the precedent of the car tariff."""
    for s in range(SECTOR_COUNT):
        add_sector(p, s, rates[s], us, partner)
    add_precedent(p, rates[CARS], us)


@rule
def package_rates(p: Record, package: Floats, rates: Floats) -> None:
    """Write every sector's total rate under a signed package; metals stay at their scheduled rate.

    A reciprocal tariff that was off the table stays stacked on the MFN rate.
    """
    inclusive = p.economy_deal_includes_mfn if p.issue_tabled[RECIPROCAL_TARIFF] != 0 else STACKED
    sector_rates(p, package[CAR_TARIFF], package[RECIPROCAL_TARIFF], p.economy_metals_tariff, inclusive, rates)


@rule
def struck_rates(p: Record, package: Floats, rates: Floats) -> None:
    """Write every sector's total rate under a signed package whose reciprocal tariff the courts strike down."""
    sector_rates(p, package[CAR_TARIFF], 0.0, p.economy_metals_tariff, STACKED, rates)


@rule
def package_ledger(p: Record, package: Floats, pledge: Floats, rates: Floats, ledger: Floats) -> None:
    """Write the terms of both sides under a signed package.

    Parameters
    ----------
    package : array, shape [MAX_ISSUES]
        Value of every issue.
    pledge : array, shape [PLEDGE_COLUMNS]
        What the package's chip purchases mean, from :func:`sim.economy.pledge.price_pledge`.
    rates : array, shape [SECTOR_COUNT]
        Overwritten with the total rates of the package.
    ledger : array, shape [2, MAX_TERMS]
        Overwritten with the terms; row 0 the US, row 1 the partner.
    """
    ledger[:, :] = 0.0
    us, partner = ledger[US], ledger[PARTNER]
    package_rates(p, package, rates)
    for s in (CARS, PARTS, METALS, EXEMPT):
        add_sector(p, s, rates[s], us, partner)
    add_signed_reciprocal(p, package[RECIPROCAL_TARIFF], us, partner)
    add_precedent(p, rates[CARS], us)
    add_audience_costs(p, package[CAR_TARIFF], us, partner)
    add_purchases(p, pledge, package[OTHER_PURCHASES], us, partner)
    add_fund(p, package[INVESTMENT_FUND], package[FUND_PROFIT_SHARE], us, partner)
    add_materials(p, package[MATERIALS_SUPPORT], us, partner)
    add_further_issues(p, package[FIRST_FURTHER_ISSUE:], us, partner)
    add_signing_costs(p, package, us, partner)


@rule
def no_deal_ledger(p: Record, rates: Floats, ledger: Floats) -> None:
    """Write the terms of both sides without a deal, when only tariffs count."""
    ledger[:, :] = 0.0
    add_tariffs(p, rates, ledger[US], ledger[PARTNER])


@rule
def total(terms: Floats) -> float:
    """Payoff: the sum of its terms, of even and odd places apart, which halves the wait for each addition."""
    even, odd = 0.0, 0.0
    for i in range(0, terms.shape[0] - 1, 2):
        even += terms[i]
        odd += terms[i + 1]
    if terms.shape[0] % 2 == 1:
        even += terms[-1]
    return even + odd
