"""Answers of forecast and chain whose values differ in every cell, so that no cell can stand for another."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.cases.cases import case_config
from experiments.questions.chain.result import ChainResult
from experiments.questions.chain.tables import (
    ALONE,
    CASE_COLUMNS,
    IN_CHAIN,
    ORDER_COLUMNS,
    PLACE_COLUMNS,
    REMOVED_COLUMNS,
    SETTINGS,
)
from experiments.questions.chain.tables import CONSTRAINTS as CHAIN_CONSTRAINTS
from experiments.questions.forecast.draws import DRAW_COLUMNS
from experiments.questions.forecast.result import ForecastResult
from experiments.questions.forecast.tables import (
    BASELINE_COLUMNS,
    BIN_COLUMNS,
    CONSTRAINTS,
    DEALS,
    HOLD,
    RATE_COLUMNS,
    SCORE_COLUMNS,
    SUMMARY_COLUMNS,
)
from experiments.statistics.bins import RATE_BINS
from experiments.store.manifest import Request, new_manifest
from tests.case_configs import RECORD

VARIANTS: Final = ("prior", "july_12")
HORIZONS: Final = ("2025-08-01", "2025-12-31")


def _rates() -> pd.DataFrame:
    """Quantiles that rise within a row, no two alike: 1.1 %, 1.2 % ... in the first, 2.1 % ... in the next."""
    keys = product(VARIANTS, HORIZONS, ("rec", "car"), (HOLD, DEALS))
    rows = [
        (*key, 100 + place, *(round(0.01 * (place + 1) + 0.001 * (at + 1), 4) for at in range(5)))
        for place, key in enumerate(keys)
    ]
    return pd.DataFrame(rows, columns=list(RATE_COLUMNS))


def _bins() -> pd.DataFrame:
    ends = (np.nan, *RATE_BINS.edges, np.nan)
    keys = list(product(("rec", "car"), VARIANTS, HORIZONS))
    rows = [
        (variant, horizon, rate, ends[at], ends[at + 1], round(0.01 * (place * 6 + at + 1), 4))
        for place, (rate, variant, horizon) in enumerate(keys)
        for at in range(6)
    ]
    return pd.DataFrame(rows, columns=list(BIN_COLUMNS))


def _draws() -> pd.DataFrame:
    keys = product(VARIANTS, HORIZONS)
    rows = [("Korea", variant, "2025-07-12", horizon, 0, 0, 0.1, 0.25, 0.0) for variant, horizon in keys]
    return pd.DataFrame(rows, columns=list(DRAW_COLUMNS))


def forecast_by_hand(**changes: Any) -> ForecastResult:
    """Korea with two variants, four of whose baselines say something."""
    config = case_config("Korea")
    settings = {"case": "Korea", "as_of": "2025-07-12", "horizons": list(HORIZONS), "draws": 400, "variants": [],
                "sets": ["partner.reference_loss=0"], "record": RECORD.digest}  # fmt: skip
    fitted = {"prior": ("", "", np.nan), "july_12": ("2025-07-12", "UK, Vietnam", 118.4)}
    summary = [
        (variant, *fitted[variant], horizon, 400, *(round(0.1 * (place + 1) + shift, 3) for shift in
         (0.011, 0.002, 0.033, 0.004)), 101.0 * (place + 1))
        for place, (variant, horizon) in enumerate(product(VARIANTS, HORIZONS))
    ]  # fmt: skip
    baselines = [
        ("rec", "B1", "status quo, no deal", "", 0, 0.101, 0.051, ""),
        ("rec", "B3", "0.6 of the threat", "chosen after the fact", 1, 0.152, 0.042, ""),
        ("rec", "B5", "midpoint of both stated positions", "", 1, np.nan, np.nan, "no position of Korea is given"),
        ("rec", "B9", "earlier deals, each as likely", "", 1, 0.103, np.nan, ""),
        ("rec", "B9", "earlier deals, each as likely", "", 1, 0.204, np.nan, ""),
        ("car", "B1", "status quo, no deal", "", 0, 0.255, 0.036, ""),
    ]
    scores = [
        (HORIZONS[0], "agreed", "prior", "", 1.0, 0.111, "brier", 0.221, 0.012, np.nan, ""),
        (HORIZONS[0], "agreed", "prior", "", 1.0, 0.111, "log", 1.331, 0.023, np.nan, "nats"),
        (HORIZONS[0], "agreed", "B1", "", 1.0, 0.0, "brier", 1.0, 0.0, 0.779, ""),
        (HORIZONS[0], "agreed", "B1", "", 1.0, 0.0, "log", np.inf, 0.0, 1.0, "nats"),
        (HORIZONS[0], "agreed", "B3", "chosen after the fact", 1.0, 1.0, "brier", 0.0, 0.0, -np.inf, ""),
        (HORIZONS[0], "agreed", "even", "", 1.0, 0.5, "brier", 0.25, 0.0, 0.116, ""),
        (HORIZONS[0], "agreed", "even", "", 1.0, 0.5, "log", 0.693, 0.0, -0.921, "nats"),
        (HORIZONS[0], "rec", "prior", "", 0.15, 0.122, "crps", 0.0144, 0.0034, np.nan, "fraction"),
        (HORIZONS[0], "rec", "prior", "", 0.15, 0.122, "log", 1.551, 0.045, np.nan, "nats"),
        (HORIZONS[0], "rec", "prior", "", 0.15, 0.122, "ranked", 0.661, 0.056, np.nan, ""),
        (HORIZONS[0], "rec", "B3", "chosen after the fact", 0.15, 0.152, "crps", 0.0177, 0.0, 0.186, "fraction"),
        (HORIZONS[0], "car", "prior", "", 0.16, 0.25, "crps", 0.0881, 0.0078, np.nan, "fraction"),
        (HORIZONS[1], "rec", "prior", "", 0.15, 0.133, "crps", 0.0199, 0.0089, np.nan, "fraction"),
    ]
    constraints = [
        ("prior", "reciprocal_tariff", "grid:high", 61, 0.61, "the high end of the agenda, 25 %"),
        ("prior", "reciprocal_tariff", "interior", 39, 0.39, "no constraint"),
        ("july_12", "reciprocal_tariff", "interior", 7, 1.0, "no constraint"),
        ("july_12", "car_tariff", "grid:low", 83, 0.83, "the low end of the agenda, 2.5 %"),
        ("july_12", "car_tariff", "interior", 17, 0.17, "no constraint"),
    ]
    fields: dict[str, Any] = {
        "config": config,
        "folder": None,
        "manifest": new_manifest(Request("forecast", config, 7, settings)),
        "case": "Korea",
        "as_of": date(2025, 7, 12),
        "weights": {},
        "draws": _draws(),
        "summary": pd.DataFrame(summary, columns=list(SUMMARY_COLUMNS)),
        "rates": _rates(),
        "bins": _bins(),
        "baselines": pd.DataFrame(baselines, columns=list(BASELINE_COLUMNS)),
        "scores": pd.DataFrame(scores, columns=list(SCORE_COLUMNS)),
        "constraints": pd.DataFrame(constraints, columns=list(CONSTRAINTS)),
    }  # fmt: skip
    return ForecastResult(**{**fields, **changes})


MEMBERS: Final = ("UK", "Korea", "Brazil")


def chain_by_hand(**changes: Any) -> ChainResult:
    """Three cases, in three orders."""
    config = case_config("UK")
    settings = {
        "chain": {"name": "three", "title": "Three cases", "cases": list(MEMBERS), "reference": "earlier_deals",
                  "bandwidth": 0.7},
        "horizon": "2025-08-01", "runs": 90, "orders": 4, "stress": 5, "configs": ["a", "b", "c"],
        "sets": ["partner.reference_loss=0"], "record": RECORD.digest,
    }  # fmt: skip
    cases = []
    for place, (case, setting) in enumerate(product(MEMBERS, SETTINGS)):
        base = 0.1 + 0.05 * place
        rates = (base + 0.001, 0.0021 + 0.001 * place, base - 0.032, base + 0.003, base + 0.044, base + 0.005)
        cars = (np.nan, np.nan) if case == "Brazil" else (base + 0.006, base + 0.007)
        seen = (np.nan if setting == ALONE else base + 0.008, np.nan, 0.11 + place / 10, 0.95 - place / 100, base + 0.3)
        fact = {"UK": (1.0, 0.107), "Korea": (0.0, np.nan), "Brazil": (np.nan, np.nan)}[case]
        cases.append((case, setting, 90, 0.2 + place / 10, 0.021 + place / 1000, *rates, *cars, *seen, *fact))
    removed = [
        ("Korea", "UK", 90, 0.051, 0.012, -0.023, 0.004, -0.034, 0.0051, 41, -0.0151, -0.0079),
        ("Brazil", "UK", 90, 0.006, 0.017, 0.0071, 0.0082, 0.0093, 0.0104, 32, 0.0033, 0.0038),
        ("Brazil", "Korea", 90, -0.061, 0.0162, -0.0163, 0.0064, np.nan, np.nan, 1, -0.0004, -0.0159),
    ]
    orders = [
        (0, "chain", "UK, Korea, Brazil", 0.41, 0.142),
        (1, "largest first, smallest first", "Korea, UK, Brazil", 0.43, 0.154),
        (2, "tried", "Brazil, Korea, UK", 0.47, 0.136),
    ]
    places = [
        (order, at + 1, case, 0.3 + 0.01 * (3 * order + at), 0.11 + 0.01 * (3 * order + at))
        for order in range(3)
        for at, case in enumerate(MEMBERS)
    ]
    constraints = [
        ("Korea", "reciprocal_tariff", "grid:high", 61, 0.61, "the high end of the agenda, 25 %"),
        ("Korea", "reciprocal_tariff", "interior", 39, 0.39, "no constraint"),
    ]
    fields: dict[str, Any] = {
        "config": config,
        "folder": None,
        "manifest": new_manifest(Request("chain", config, 7, settings)),
        "name": "three",
        "title": "Three cases",
        "horizon": "2025-08-01",
        "runs": 90,
        "cases": pd.DataFrame(cases, columns=list(CASE_COLUMNS)),
        "removed": pd.DataFrame(removed, columns=list(REMOVED_COLUMNS)),
        "orders": pd.DataFrame(orders, columns=list(ORDER_COLUMNS)),
        "places": pd.DataFrame(places, columns=list(PLACE_COLUMNS)),
        "constraints": pd.DataFrame(constraints, columns=list(CHAIN_CONSTRAINTS)),
    }
    assert IN_CHAIN in SETTINGS
    return ChainResult(**{**fields, **changes})
