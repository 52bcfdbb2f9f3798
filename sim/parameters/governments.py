"""Parameter rows of the two governments: what they want, what they fear and what binds them."""

from __future__ import annotations

import math
from datetime import date
from typing import Final

from sim.parameters.parameter import JULY_DEAL, OWN, Parameter, row

PER_BN = "US$ bn a year per US$ bn a year"

_PATTERN: Final = (
    "own assumption; the pattern is that of Marshall and Merlo (2004) and of Bagwell and Staiger (2010); off unless a "
    "config gives it a value"
)

US_TREASURY: tuple[Parameter, ...] = (
    row(
        "us_treasury", "consumer_weight", (0.5, 0.1, 1.0), "weight", "own assumption on politics in 2025", "assumption",
        "Weight of US consumer surplus.", symbol="lamC", weight=True,
    ),
    row(
        "us_treasury", "revenue_weight", (1.0, 0.6, 1.4), "weight", "numeraire; tariff revenue as motive: Y54",
        "assumption", "Weight of tariff revenue.", symbol="lamR", weight=True,
    ),
    row(
        "us_treasury", "protected_rent_weight", (1.3, 1.0, 2.0), "weight",
        "own assumption; the estimates of Goldberg and Maggi (1999) come to 1.01 to 1.02 (GM)", "assumption",
        "Weight of the rents of protected US producers.", symbol="lamP", weight=True,
    ),
    row(
        "us_treasury", "deficit_weight", (0.05, 0.0, 0.15), PER_BN, OWN, "assumption",
        "Value of one US$ bn a year off the recorded bilateral deficit.", symbol="wB", weight=True,
    ),
    row(
        "us_treasury", "purchase_headline_weight", (2.0, 0.5, 4.0), "US$ bn a year", OWN, "assumption",
        "Political value of announced purchases: this times ln(1 + flow / scale).", symbol="aH", weight=True,
    ),
    row(
        "us_treasury", "purchase_headline_scale", (5.0, 2.0, 10.0), "US$ bn a year", OWN, "assumption",
        "Yearly flow at which the headline value of purchases bends.", symbol="Hs", valid=(0.01, math.inf),
    ),
    row(
        "us_treasury", "fund_headline_weight", (1.5, 0.5, 4.0), "US$ bn a year", OWN, "assumption",
        "Political value of the announced fund: this times ln(1 + fund / scale).", symbol="aI", weight=True,
    ),
    row(
        "us_treasury", "fund_headline_scale", (100.0, 50.0, 200.0), "US$ bn", OWN, "assumption",
        "Fund at which its headline value bends.", symbol="Is", valid=(0.1, math.inf),
    ),
    row(
        "us_treasury", "fund_equity_belief", (0.30, 0.02, 0.80), "share", OWN, "assumption",
        "Share of the fund that the US believes to be real, equity-like money.", symbol="phiUS", weight=True,
    ),
    row(
        "us_treasury", "supply_security_value", (1.0, 0.3, 2.0), "US$ bn a year",
        "own assumption: 2 % disruption risk x US$50bn of output x Japan's share of wafers and resist", "assumption",
        "Value of full wafer and chemical assurance: this times sqrt(support).", symbol="vq", weight=True,
    ),
    row(
        "us_treasury", "precedent_probability", (0.25, 0.0, 0.7), "share", OWN, "assumption",
        "Chance that a car-tariff cut for the partner spreads to other exporters of cars.", symbol="pc", weight=True,
    ),
    row(
        "us_treasury", "precedent_imports", (82.8, 60.0, 110.0), "US$ bn a year", "CRS: EU 45.4 and Korea 37.4", "high",
        "US imports of cars to which the cut would spread.", symbol="V_oth",
    ),
    row(
        "us_treasury", "precedent_loss_share", (0.9, 0.5, 1.0), "share", OWN, "assumption",
        "Loss to the US per dollar of those imports and per unit of rate cut.",
    ),
    row(
        "us_treasury", "precedent_base_rate", (0.275, 0.275, 0.275), "rate", "PS, KY", "high",
        "Car tariff from which the precedent is counted.",
    ),
    row(
        "us_treasury", "other_purchase_margin", (0.15, 0.05, 0.30), "share", OWN, "assumption",
        "US sellers' margin on additional other purchases.", weight=True,
    ),
    row(
        "us_treasury", "lobby_weight", (0.2, 0.0, 1.0), "weight", OWN, "assumption",
        "Extra weight of chip makers' profit from the pledge, won by their lobby.", symbol="lambda_M", weight=True,
    ),
    row(
        "us_treasury", "delivery_doubt", (0.2, 0.0, 0.6), "share", OWN, "assumption",
        "Part of a fully signed pledge that the US still does not count.", symbol="chi0", weight=True,
    ),
    row(
        "us_treasury", "ratification_margin", (0.5, 0.0, 2.0), "US$ bn a year", OWN, "assumption",
        "Gain over walk-away without which the deal does not pass at home (Putnam 1988).", symbol="R_US",
    ),
    row(
        "us_treasury", "audience_cost", (0.0, 0.0, 0.6), "US$ bn a year per point",
        "own assumption: the precedent term already prices the retreat", "assumption",
        "Cost of signing one point of car tariff below the US public position.", symbol="K_US", weight=True,
    ),
    row(
        "us_treasury", "public_car_tariff", (0.275, 0.15, 0.275), "rate", "DT", "high",
        "Car tariff that the US has said in public it will keep.",
    ),
    row(
        "us_treasury", "reference_loss", (0.0, 0.0, 1.5), "ratio", _PATTERN, "assumption",
        "Loss per dollar of trade and unit of rate by which a rate stays below that of a comparable earlier deal.",
        symbol="k_US", weight=True,
    ),
    row(
        "us_treasury", "forward_precedent", (0.0, 0.0, 0.7), "ratio",
        "own assumption; off unless a config gives it a value", "assumption",
        "Loss per dollar of trade and unit of rate by which the reciprocal rate stays below the threat.",
        symbol="k_F", weight=True,
    ),
)

PARTNER_GOVERNMENT: tuple[Parameter, ...] = (
    row(
        "partner", "car_rent_weight", (1.5, 1.0, 2.0), "weight", OWN, "assumption",
        "Weight of the rents of car and parts exporters.", symbol="omA", weight=True,
    ),
    row(
        "partner", "lost_volume_weight", (0.10, 0.0, 0.3), "weight", OWN, "assumption",
        "Weight of lost export volume (jobs).", symbol="gamV", weight=True,
    ),
    row(
        "partner", "public_funds_cost", (1.10, 1.0, 1.3), "weight", "KK", "medium",
        "Marginal cost of one unit of public funds.", symbol="mcf", weight=True,
    ),
    row(
        "partner", "spillover_share", (0.05, 0.0, 0.15), "share", OWN, "assumption",
        "Domestic spillover per dollar of additional chips.", symbol="zeta", weight=True,
    ),
    row(
        "partner", "farm_cost", (0.3, 0.1, 1.0), "US$ bn a year",
        "own assumption, of Japan's US rice +75 % inside the quota (Y725)", "assumption",
        "Farm cost of the full concession on farm goods.", symbol="fR", weight=True, drawn_as="rice_cost",
    ),
    row(
        "partner", "farm_free_purchases", (4.0, 2.0, 6.0), "US$ bn a year",
        "own assumption, fits the states of the record", "assumption",
        "Other purchases that take no concession on farm goods.", known_by=JULY_DEAL, drawn_as="rice_free_purchases",
    ),
    row(
        "partner", "farm_purchase_span", (8.7, 4.0, 12.0), "US$ bn a year",
        "own assumption, fits the states of the record", "assumption",
        "Further purchases over which the farm concession rises to the full one.", known_by=JULY_DEAL,
        valid=(0.01, math.inf), drawn_as="rice_purchase_span",
    ),
    row(
        "partner", "purchase_premium", (0.05, 0.0, 0.15), "share", OWN, "assumption",
        "Premium paid on additional other purchases.", symbol="prem", weight=True,
    ),
    row(
        "partner", "fund_equity_belief", (0.015, 0.01, 0.10), "share", "DN (Akazawa, 26 July 2025)", "medium",
        "Share of the fund that the partner believes to be real, equity-like money.", symbol="phiJP",
        known_by=date(2025, 7, 26), weight=True,
    ),
    row(
        "partner", "guarantee_cost", (0.002, 0.0005, 0.010), "share", OWN, "assumption",
        "Net yearly cost per dollar of loans and guarantees.", symbol="ell", weight=True,
    ),
    row(
        "partner", "materials_cost", (0.3, 0.1, 0.6), "US$ bn a year", OWN, "assumption",
        "Cost of full wafer and chemical support: this times support squared.", symbol="cq", weight=True,
    ),
    row(
        "partner", "materials_cost_share", (1.0, 0.0, 1.0), "share",
        "own assumption: the state answers for its promise", "assumption",
        "Part of that cost that the government pays; suppliers pay the rest.", symbol="s_q",
    ),
    row(
        "partner", "subsidy_budget", (2.5, 0.5, 6.0), "US$ bn a year",
        "own assumption; METI's cloud awards of 2024 were Y72.5bn and about Y42bn (IW, SJ)", "assumption",
        "Most that the partner can spend on chip subsidies.", symbol="B",
    ),
    row(
        "partner", "ratification_margin", (1.5, 0.0, 4.0), "US$ bn a year", OWN, "assumption",
        "Gain over walk-away without which the deal does not pass at home (Putnam 1988).", symbol="R_JP",
    ),
    row(
        "partner", "audience_cost", (0.18, 0.0, 0.6), "US$ bn a year per point",
        "derived: lower bound from the refusal of 1 May 2025, spread over the points above 15 %", "medium",
        "Cost of signing one point of car tariff above the partner's public position.", symbol="K_JP", weight=True,
        known_by=JULY_DEAL,
    ),
    row(
        "partner", "public_car_tariff", (0.15, 0.025, 0.15), "rate", "own assumption: the rate agreed in July",
        "assumption", "Car tariff above which the partner's retreat costs it at home.", symbol="asp",
        known_by=JULY_DEAL,
    ),
    row(
        "partner", "reference_loss", (0.0, 0.0, 1.5), "ratio", _PATTERN, "assumption",
        "Loss per dollar of trade and unit of rate by which a rate exceeds that of a comparable earlier deal.",
        symbol="k_JP", weight=True,
    ),
)
