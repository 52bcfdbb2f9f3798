"""Answer of a valued package whose numbers differ in every cell, so that no cell can stand for another."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from experiments.questions.value.curves import CURVES
from experiments.questions.value.findings import Valued
from experiments.questions.value.marginal import EQUIVALENTS, MARGINAL
from experiments.questions.value.result import DRAWS, PACKAGE, ValueResult
from experiments.questions.value.terms import TERM_COLUMNS
from tests.comparisons_by_hand import case, manifest_by_hand

US, PARTNER = "us_treasury", "partner"
NAN = float("nan")


def package() -> pd.DataFrame:
    """Cars named, chips at the status quo."""
    rows = [("car_tariff", 0.175, "given", 0.15, 0.275, 6), ("chip_purchases", 1.5, "status quo", 0.0, 6.0, 5)]
    return pd.DataFrame(rows, columns=[*PACKAGE])


def terms() -> pd.DataFrame:
    """A term of each kind; the parts add up to the payoff."""
    rows = [
        (US, US, "package", "tariff_revenue", 7.5, 5.25, 2.25, 0.0, 5.25),
        (US, US, "package", "purchase_headline", 3.125, 0.0, 3.125, 0.0, 0.0),
        (US, US, "package", "precedent", -1.75, 0.0, 0.0, -1.75, -1.5),
        (US, US, "package", "fund_headline", 0.0, 0.0, 0.0, 0.0, 0.0),
        (US, US, "status_quo", "tariff_revenue", 6.5, 4.75, 1.75, 0.0, 4.75),
        (PARTNER, PARTNER, "package", "car_exporters_rent", -8.25, -6.0, -2.25, 0.0, -6.0),
        (PARTNER, PARTNER, "status_quo", "car_exporters_rent", -9.5, -7.0, -2.5, 0.0, -7.0),
        ("Big", "firm", "package", "subsidy", 0.123, 0.123, 0.0, 0.0, 0.123),
        ("Big", "firm", "package", "lost_demand", -0.012, -0.012, 0.0, 0.0, -0.012),
        ("Small", "firm", "package", "subsidy", 0.0, 0.0, 0.0, 0.0, 0.0),
        ("Vendor", "maker", "package", "additional_margin", 0.456, 0.456, 0.0, 0.0, 0.456),
    ]
    return pd.DataFrame(rows, columns=[*TERM_COLUMNS])


def marginal() -> pd.DataFrame:
    """Cars with a kink in both directions, chips at the end of their range."""
    rows = [
        ("car_tariff", 0.01, "political", US, 0.81, 0.79),
        ("car_tariff", 0.01, "political", PARTNER, -0.44, -0.71),
        ("car_tariff", 0.01, "plain", US, 0.51, 0.49),
        ("car_tariff", 0.01, "plain", PARTNER, -0.24, -0.23),
        ("chip_purchases", 1.0, "political", US, NAN, 0.33),
        ("chip_purchases", 1.0, "political", PARTNER, NAN, -0.13),
        ("chip_purchases", 1.0, "plain", US, NAN, 0.21),
        ("chip_purchases", 1.0, "plain", PARTNER, NAN, -0.12),
    ]
    return pd.DataFrame(rows, columns=[*MARGINAL])


def units() -> pd.DataFrame:
    """One unit of each issue."""
    rows = [
        ("chip_purchases", 1.0, "car_tariff", "political", US, 0.33, -0.0061, "", ""),
        ("chip_purchases", 1.0, "car_tariff", "political", PARTNER, -0.13, -0.0029, "", "us_treasury"),
        ("chip_purchases", 1.0, "car_tariff", "plain", US, 0.21, NAN, "range", ""),
        ("chip_purchases", 1.0, "car_tariff", "plain", PARTNER, -0.12, -0.0053, "", ""),
        ("car_tariff", -0.01, "chip_purchases", "political", US, -0.81, 2.75, "", ""),
        ("car_tariff", -0.01, "chip_purchases", "political", PARTNER, 0.44, 3.25, "", ""),
        ("car_tariff", -0.01, "chip_purchases", "plain", US, -0.51, 1.25, "", ""),
        ("car_tariff", -0.01, "chip_purchases", "plain", PARTNER, 0.24, NAN, "delivery", ""),
    ]
    return pd.DataFrame(rows, columns=[*EQUIVALENTS])


def equivalents() -> pd.DataFrame:
    """Three bn of chips for cars."""
    rows = [
        ("chip_purchases", 3.0, "car_tariff", "political", US, 1.25, -0.0201, "", "us_treasury"),
        ("chip_purchases", 3.0, "car_tariff", "political", PARTNER, -0.55, -0.0103, "", "us_treasury"),
        ("chip_purchases", 3.0, "car_tariff", "plain", US, 0.65, -0.0412, "", ""),
        ("chip_purchases", 3.0, "car_tariff", "plain", PARTNER, -0.45, -0.0324, "", ""),
    ]
    return pd.DataFrame(rows, columns=[*EQUIVALENTS])


def curves() -> pd.DataFrame:
    """Three points of two accounts; at the last chips cannot be delivered, and only in one account do both gain."""
    rows = [
        ("political", 0.0, 0.26, 0.21, NAN, NAN, True),
        ("political", 1.5, 0.175, 0.175, NAN, NAN, True),
        ("political", 3.0, 0.16, 0.165, 0.16, 0.165, True),
        ("political", 6.0, NAN, NAN, NAN, NAN, False),
        ("plain", 0.0, 0.25, 0.22, NAN, NAN, True),
        ("plain", 1.5, 0.175, 0.175, NAN, NAN, True),
        ("plain", 3.0, 0.168, 0.162, NAN, NAN, True),
        ("plain", 6.0, NAN, NAN, NAN, NAN, False),
    ]
    return pd.DataFrame(rows, columns=[*CURVES])


def draws(count: int = 5) -> pd.DataFrame:
    """Moves of 5 draws, of which the last has none for one side; where both gain by the amount, nobody has to give."""
    both_gain = {("political", 1), ("plain", 1), ("plain", 3)}
    scale = {("political", US): -0.01, ("political", PARTNER): -0.004, ("plain", US): -0.02, ("plain", PARTNER): -0.015}
    rows = [
        (
            run,
            "car_tariff",
            account,
            side,
            (100 if side == PARTNER and (account, run) not in both_gain else -100) * (run + 1) * step,
            NAN if missing else (run + 1) * step,
            "delivery" if missing else "",
        )
        for run in range(count)
        for (account, side), step in scale.items()
        for missing in [run == count - 1 and side == PARTNER]
    ]
    return pd.DataFrame(rows, columns=[*DRAWS]).astype({"move": np.float64})


def value_by_hand(**changes: Any) -> ValueResult:
    """A package of tiny at the medians, with 5 draws."""
    fields: dict[str, Any] = {
        "date": date(2025, 6, 11),
        "crosses": ("us_treasury",),
        "run": None,
        "at": None,
        "between": ("chip_purchases", "car_tariff"),
        "amount": ("chip_purchases", 3.0),
        "draws": 5,
        "tables": {
            "package": package(), "terms": terms(), "marginal": marginal(), "units": units(),
            "equivalents": equivalents(), "curves": curves(), "draws": draws(),
        },
    } | changes  # fmt: skip
    settings = {
        "run": fields["run"], "at": fields["at"], "on": "2025-06-11", "package": {"car_tariff": 0.175},
        "between": [*fields["between"]], "amount": [*fields["amount"]], "draws": fields["draws"],
    }  # fmt: skip
    return ValueResult(case(), manifest_by_hand("value", 4, **settings), None, Valued(**fields))
