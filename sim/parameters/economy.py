"""Parameter rows of the economy: horizon, sectors, the rates without a deal."""

from __future__ import annotations

import math
from datetime import date

from sim.parameters.parameter import OWN, SECTORS, SEED_DATE, Confidence, Parameter, row

ECONOMY: tuple[Parameter, ...] = (
    row(
        "economy", "horizon", (3.5, 1.0, 5.0), "years", "the US term ends on 19 January 2029 (FTM)", "high",
        "Horizon over which elasticities are averaged and the walk-away is weighed.", symbol="H",
    ),
    row(
        "economy", "adjustment_speed", (0.35, 0.15, 0.7), "a year", "BLP: 7 to 10 years to the long run", "medium",
        "Speed at which elasticity and pass-through move to the long run.", symbol="k", valid=(0.001, 10.0),
    ),
    row(
        "economy", "us_exports_to_partner", (79.7, 79.0, 80.5), "US$ bn a year", "FB", "high",
        "US goods exports to the partner.", symbol="X0", drawn_as="us_exports_to_japan",
    ),
    row(
        "economy", "diverted_margin", (0.20, 0.10, 0.30), "share", OWN, "assumption",
        "US producers' margin on spending diverted to them.", symbol="mu_d",
    ),
    row(
        "economy", "diversion_by_volume", (1.0, 0.0, 1.0), "flag",
        "own assumption: a tariff never hurts the industry that it shelters", "assumption",
        "Whether US producers gain what imports lose in volume (1) or what buyers spend less on them (0).",
    ),
    row(
        "economy", "partner_gdp", (4030.0, 3900.0, 4200.0), "US$ bn a year",
        "Y609.3trn in 2024 (Y218), at some 151 yen per US$; NB has 4.1trn", "medium",
        "Gross domestic product of the partner.", valid=(1.0, math.inf), drawn_as="japan_gdp",
    ),
    row(
        "economy", "lost_volume_value_added", (0.85, 0.6, 1.0), "share", "derived: meets NRI's 0.71 to 0.76 % of GDP",
        "medium", "Value added in the partner's economy per dollar of lost export volume.",
    ),
    row(
        "economy", "metals_tariff", (0.25, 0.25, 0.50), "rate", "JT", "high",
        "Scheduled tariff on steel, aluminium and derivatives; not on the table.",
    ),
    row(
        "economy", "deal_includes_mfn", (0.0, 0.0, 1.0), "flag", "BL: stacked in May 2025; EY: inclusive from 22 July",
        "high", "Whether the reciprocal rate of a signed package includes the MFN rate (1) or is stacked on it (0).",
    ),
)

WALK_AWAY: tuple[Parameter, ...] = (
    row(
        "walk_away", "discount_rate", (0.04, 0.0, 0.10), "a year", OWN, "assumption",
        "Discount rate of the walk-away weights.", symbol="r",
    ),
    row(
        "walk_away", "execution_probability", (0.5, 0.0, 1.0), "share",
        "own assumption: even odds", "assumption",
        "Chance that the threat is executed, over all deadlines together.", symbol="p_exec",
    ),
    row(
        "walk_away", "court_survival", (0.6, 0.0, 1.0), "share", "own assumption after the ruling of 28 May 2025",
        "assumption", "Chance that the reciprocal tariff survives the courts.", symbol="p_legal",
    ),
    row(
        "walk_away", "deal_court_exposure", (1.0, 0.0, 1.0), "share",
        "own assumption after the ruling of 28 May 2025, which voided signed and unsigned rates alike", "assumption",
        "Part of the courts' risk that stays on the reciprocal tariff when a deal names it.", symbol="exposure",
    ),
    row(
        "walk_away", "open_imports_share", (1.0, 0.0, 1.0), "share", "own assumption: nobody else has signed yet",
        "assumption", "US imports from countries that still negotiate, over those at the start.", symbol="open",
    ),
    row(
        "walk_away", "status_quo_car_tariff", (0.275, 0.15, 0.275), "rate", "PS, KY", "high",
        "Car tariff while no deal is signed.",
    ),
    row(
        "walk_away", "status_quo_reciprocal_tariff", (0.10, 0.10, 0.25), "rate", "BL", "high",
        "Reciprocal tariff while no deal is signed, stacked on MFN.",
    ),
    row(
        "walk_away", "threat_car_tariff", (0.275, 0.275, 0.35), "rate", "PS, KY", "high",
        "Car tariff if the threat is executed.",
    ),
    row(
        "walk_away", "threat_reciprocal_tariff", (0.24, 0.10, 0.35), "rate", "KY, JT", "high",
        "Reciprocal tariff if the threat is executed, stacked on MFN.",
    ),
    row(
        "walk_away", "threat_metals_tariff", (0.25, 0.25, 0.50), "rate", "JT", "high",
        "Metals tariff if the threat is executed.",
    ),
)

REFERENCE: tuple[Parameter, ...] = (
    row(
        "reference", "reciprocal_rate", (0.10, 0.0, 0.30), "rate", "own assumption: the baseline that all pay (BL)",
        "assumption", "Reciprocal rate of the comparable deals that others have signed before.", symbol="ref_rec",
    ),
    row(
        "reference", "car_rate", (0.10, 0.025, 0.275), "rate", "own assumption: the baseline that all pay (BL)",
        "assumption", "Car tariff of the comparable deals that others have signed before.", symbol="ref_car",
    ),
    row(
        "reference", "weight", (1.0, 0.0, 1.0), "share", "own assumption: as like as can be", "assumption",
        "How comparable the most similar of these deals is; 0 where there is none.", symbol="w_ref",
    ),
)

_BOJ_RELEASE = date(2025, 7, 10)
#: A 25 % tariff on cars from outside North America cuts imports by 73.9 % [ITC], at full pass-through.
_HIGHEST_CAR_ELASTICITY = 6.15
_ELASTICITIES = (
    "range of BLP and Broda and Weinstein (2006; EF); from memory Fajgelbaum et al. (2020) and Ossa (2014)"
)

#: name -> (values by sector, half-width of the range as a share, unit, source, confidence, doc, symbol)
_SECTOR_COLUMNS: dict[str, tuple[tuple[float, ...], float, str, str, Confidence, str, str]] = {
    "import_value": (
        (41.665, 14.553, 6.208, 44.056, 23.582, 21.277), 0.05, "US$ bn a year", "CEN: imports for consumption in 2024",
        "high", "US imports from the partner.", "V0",
    ),
    "mfn_rate": (
        (0.025, 0.025, 0.0, 0.007, 0.02, 0.0), 0.2, "rate", "CEN: duty collected over imports in 2024", "high",
        "Most-favoured-nation rate before 2025.", "mfn",
    ),
    "elasticity_short_run": (
        (0.9, 0.8, 1.5, 0.7, 0.8, 0.8), 0.5, "elasticity", _ELASTICITIES, "medium",
        "Import-demand elasticity in the first year.", "eps_SR",
    ),
    "elasticity_long_run": (
        (3.0, 2.0, 3.5, 2.0, 2.5, 2.5), 0.5, "elasticity", _ELASTICITIES + "; ITC 6.15 is the upper bound for cars",
        "medium", "Import-demand elasticity after seven to ten years.", "eps_LR",
    ),
    "pass_through_short_run": (
        (0.10, 0.50, 0.70, 0.85, 0.90, 1.0), 0.2, "share", "cars: BoJ export price (CBT); others ARW, FGKK", "medium",
        "Share of the duty that reaches the buyer's price in the first year.", "rho_SR",
    ),
    "pass_through_long_run": (
        (0.80, 0.90, 0.90, 1.0, 1.0, 1.0), 0.2, "share", "FGKK, ARW; cars own assumption", "medium",
        "Share of the duty that reaches the buyer's price in the long run.", "rho_LR",
    ),
    "exporter_margin": (
        (0.25, 0.20, 0.15, 0.25, 0.20, 0.20), 0.3, "share", OWN, "assumption",
        "Exporters' margin at the baseline.", "mu",
    ),
    "diverted_share": (
        (0.55, 0.50, 0.70, 0.35, 0.30, 0.0), 0.3, "share", OWN, "assumption",
        "Share of diverted spending that goes to US plants.", "theta",
    ),
}


#: Source and confidence of single sectors, where they are not those of the column.
_OF_SECTOR: dict[tuple[str, str], tuple[str, Confidence]] = {
    ("mfn_rate", "cars"): ("PS; CEN has 2.5 %", "high"),
    ("mfn_rate", "parts"): ("HTS; CEN has 2.5 %", "high"),
    ("mfn_rate", "metals"): ("SMU: steel is free of duty since 1999; the 1.1 % of CEN are duties beyond MFN", "medium"),
    ("mfn_rate", "exempt"): ("SMU: drugs and electronics have been free of duty since 1999; CEN has 0.2 %", "medium"),
}


def _sector_rows() -> tuple[Parameter, ...]:
    rows = []
    for name, (values, width, unit, source, confidence, doc, symbol) in _SECTOR_COLUMNS.items():
        for sector, value in zip(SECTORS, values, strict=True):
            low, high = value * (1 - width), value * (1 + width)
            known_by = SEED_DATE
            if (name, sector) == ("pass_through_short_run", "cars"):
                low, high, known_by = 0.05, 0.90, _BOJ_RELEASE
            if (name, sector) == ("elasticity_long_run", "cars"):
                high = _HIGHEST_CAR_ELASTICITY
            top = 1.0 if unit == "share" else math.inf
            origin, trust = _OF_SECTOR.get((name, sector), (source, confidence))
            rows.append(
                row(
                    f"sectors.{sector}", name, (value, low, min(high, top)), unit, origin, trust, doc,
                    symbol=symbol, known_by=known_by, group="sector",
                )
            )
    return tuple(rows)

SECTOR: tuple[Parameter, ...] = _sector_rows()
