"""Parameter rows of purchases and the fund: chip market, firms, chip makers, other purchases, the fund."""

from __future__ import annotations

import math

from sim.parameters.parameter import JULY_DEAL, OWN, Confidence, Parameter, row

CHIPS: tuple[Parameter, ...] = (
    row(
        "chips", "delivery_years", (3.0, 1.0, 7.0), "years", OWN, "assumption",
        "Years over which a headline stock of chip purchases is delivered.",
    ),
    row(
        "chips", "booked_share", (0.15, 0.05, 0.60), "share",
        "own assumption: most of the chips are made in Taiwan (TWN)", "assumption",
        "Share of an additional purchase that is booked as a US export.", symbol="o_G", weight=True,
    ),
    row(
        "chips", "subsidised_share", (0.70, 0.55, 0.85), "share", OWN, "assumption",
        "Share of the user cost that the subsidy reaches.", symbol="g", valid=(0.01, 0.99),
    ),
    row(
        "chips", "demand_elasticity", (2.0, 1.5, 2.5), "elasticity", OWN, "assumption",
        "Elasticity of GPU demand in its user cost, 1 / (1 - a).", symbol="n", valid=(1.05, 20.0),
    ),
    row(
        "chips", "financing_share", (0.70, 0.5, 0.85), "share", OWN, "assumption",
        "Share of outlay that the subsidy saves a financing-bound firm.", valid=(0.0, 0.99),
    ),
    row(
        "chips", "supply_elasticity", (4.0, 1.0, 20.0), "elasticity", OWN, "assumption",
        "Elasticity of supply to the partner once uncommitted output is used up.", symbol="eta_s", valid=(0.1, 100.0),
    ),
    row(
        "chips", "income_elasticity", (1.5, 0.5, 3.0), "elasticity", OWN, "assumption",
        "Elasticity of GPU demand in the partner's income.",
    ),
    row(
        "chips", "later_subsidy", (0.5, 0.33, 0.6), "rate", "SJ: METI's rate for small firms and laboratories",
        "medium", "Higher subsidy rate for which a firm may hold out.", symbol="s_bar", valid=(0.0, 0.99),
    ),
    row(
        "chips", "waiting_discount", (0.95, 0.85, 1.0), "share", OWN, "assumption",
        "Discount factor of a firm that signs later instead of now.", symbol="delta", valid=(0.01, 1.0),
    ),
    row(
        "chips", "belief_half_life", (45.0, 14.0, 180.0), "days", OWN, "assumption",
        "Days in which a firm's belief in a later, higher rate halves.", valid=(0.1, 36500.0),
    ),
    row(
        "chips", "review_interval", (28.0, 7.0, 60.0), "days", OWN, "assumption",
        "Days between two reviews of the domestic table.", valid=(1.0, 36500.0),
    ),
    row(
        "chips", "signing_quorum", (0.5, 0.2, 0.9), "share", OWN, "assumption",
        "Share of the firms' spending that must be signed before a pledge can be tabled.",
    ),
    row(
        "chips", "materials_content", (0.02, 0.0, 0.05), "share", OWN, "assumption",
        "The partner's wafers and chemicals in a dollar of extra chip output.",
    ),
    row(
        "chips", "guarantee_margin", (0.2, 0.0, 0.5), "US$ bn a year", OWN, "assumption",
        "Suppliers' profit from the volume guaranteed at full support.", symbol="m_w",
    ),
)

PURCHASES: tuple[Parameter, ...] = (
    row(
        "purchases", "additional_share", (0.3, 0.1, 0.8), "share", OWN, "assumption",
        "Share of other purchases that would not have been made anyway.", symbol="a_A", weight=True,
    ),
    row(
        "purchases", "booked_share", (1.0, 0.8, 1.0), "share", OWN, "assumption",
        "Share of additional other purchases booked as US exports.", symbol="o_A",
    ),
)

FUND: tuple[Parameter, ...] = (
    row(
        "fund", "profit_rate", (0.06, 0.03, 0.10), "a year", OWN, "assumption",
        "Yearly profit on equity-like money.", symbol="rI",
    ),
    row(
        "fund", "reference_size", (550.0, 300.0, 1000.0), "US$ bn", "EY: the agreed fund", "high",
        "Fund at which the curved and the linear value agree.", known_by=JULY_DEAL, valid=(1.0, math.inf),
    ),
    row(
        "fund", "saturation", (400.0, 200.0, 1000.0), "US$ bn", "derived: curvature centred on the agreed fund",
        "assumption", "Fund beyond which projects to fill it run out.", known_by=JULY_DEAL, valid=(1.0, math.inf),
    ),
    row(
        "fund", "guarantee_exponent", (1.5, 0.0, 2.0), "exponent", "derived: curvature centred on the agreed fund",
        "assumption", "How much faster than the fund its guarantee cost rises.", known_by=JULY_DEAL,
    ),
)


def _firm(
    name: str,
    values: tuple[float, float, float],
    unit: str,
    source: str,
    confidence: Confidence,
    doc: str,
    lowest: float = 0.0,
) -> Parameter:
    return row("firms", name, values, unit, source, confidence, doc, group="firm", valid=(lowest, math.inf))


FIRM: tuple[Parameter, ...] = (
    _firm(
        "capex", (0.1, 0.01, 1.0), "US$ bn a year", "own assumption; each shipped firm carries its own figure",
        "assumption", "GPU-type spending without subsidy.",
    ),
    _firm(
        "financing_bound", (0.0, 0.0, 1.0), "flag", OWN, "assumption",
        "Whether financing and not profit limits what the firm buys (1) or not (0).",
    ),
    _firm(
        "unmet_demand", (2.0, 1.0, 9.0), "ratio", "own assumption; BN: 50,000 to 100,000 GPUs needed against 10,800",
        "assumption", "Capacity a financing-bound firm would want, over what it can finance.", 1.0,
    ),
    _firm(
        "allocation_ratio", (4.0, 2.0, 10.0), "ratio", OWN, "assumption",
        "Most the makers' queue lets the firm buy, over its spending without subsidy.", 1.0,
    ),
    _firm(
        "holdout_belief", (0.35, 0.0, 0.8), "share", OWN, "assumption",
        "Belief at the start that a later, higher subsidy will come.",
    ),
)


def _maker(
    name: str,
    values: tuple[float, float, float],
    unit: str,
    source: str,
    confidence: Confidence,
    doc: str,
    drawn_as: str = "",
) -> Parameter:
    return row("chip_makers", name, values, unit, source, confidence, doc, group="maker", drawn_as=drawn_as)


MAKER: tuple[Parameter, ...] = (
    _maker(
        "gross_margin", (0.72, 0.5, 0.85), "share", "NV: guided gross margin", "high",
        "Gross margin on a GPU sale.",
    ),
    _maker(
        "allocation", (0.0, 0.0, 15.0), "US$ bn a year", OWN, "assumption",
        "Most the maker would ship to the partner's firms, at list price, what they buy anyway included.",
    ),
    _maker(
        "uncommitted_output", (0.0, 0.0, 7.0), "US$ bn a year", OWN, "assumption",
        "Output it can add for the partner without taking it from another buyer.",
    ),
    _maker(
        "partner_inputs", (0.0, 0.0, 5.0), "US$ bn a year", OWN, "assumption",
        "Wafers, chemicals and tools of the partner's that it buys for its US plants.", drawn_as="japanese_inputs",
    ),
    _maker(
        "materials_sales", (0.0, 0.0, 5.0), "US$ bn a year", OWN, "assumption",
        "Wafers and chemicals it sells to the US.",
    ),
)
