"""A hindcast whose values differ in every cell, so that no cell can stand for another."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import pandas as pd

from experiments.questions.hindcast.forecast import (
    ABLATION_COLUMNS,
    CONSTRAINTS,
    CONTAINS_COLUMNS,
    FAN_COLUMNS,
    LEAK_COLUMNS,
    PATH_COLUMNS,
    PIT_COLUMNS,
    SCORE_COLUMNS,
)
from experiments.questions.hindcast.result import HindcastResult, draw_columns
from tests.comparisons_by_hand import case, manifest_by_hand

NAN: Final = float("nan")
MAY, JULY = "2025-05-28", "2025-07-11"

_CAR: Final = [
    ("model", "the model", 0, 0.22, 0.0612, 0.0011, NAN, ""),
    ("deals", "the model, deals alone", 0, 0.16, 0.0234, 0.0021, NAN, ""),
    ("B1", "status quo, no deal", 0, 0.275, 0.0968, 0.0, 0.37, ""),
    ("B3", "0.6 of the threat", 1, 0.165, 0.0125, 0.0, -3.9, ""),
    ("B7", "newest earlier deal", 0, NAN, NAN, NAN, NAN, "no deal has been signed yet"),
    ("B8", "deal of the most similar case", 0, 0.1, 0.0615, 0.0, 0.02, ""),
    ("B9", "earlier deals, each as likely", 0, 0.12, 0.0, 0.0, float("-inf"), ""),
]


def _scores() -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (MAY, "no_deal_before", "brier", "model", "the model", 0, 0.91, 0.0081, 0.0007, NAN, ""),
        (MAY, "no_deal_before", "brier", "B1", "status quo, no deal", 0, 1.0, 0.0, 0.0, float("-inf"), ""),
        (MAY, "no_deal_before", "brier", "B2", "deal at the threat", 0, NAN, NAN, NAN, NAN, "names no day of the deal"),
        (MAY, "no_deal_before", "brier", "even", "even chance", 0, 0.5, 0.25, 0.0, 0.97, ""),
        (MAY, "no_deal_before", "log", "model", "the model", 0, 0.91, 0.0943, 0.003, NAN, ""),
        (JULY, "no_deal_before", "", "model", "the model", 0, NAN, NAN, NAN, NAN, "known since 2025-07-09"),
        (MAY, "deal_by", "brier", "model", "the model", 0, 0.31, 0.4761, 0.0123, NAN, ""),
        (JULY, "deal_by", "brier", "model", "the model", 0, 0.42, 0.3364, 0.0134, NAN, ""),
        (JULY, "deal_by", "log", "model", "the model", 0, 0.42, float("inf"), 0.0, NAN, ""),
    ]
    for score, scale in (("crps", 1.0), ("log", 10.0)):
        for name, words, after, says, value, error, skill, reason in _CAR:
            rows.append(
                (MAY, "car_tariff", score, name, words, after, says, scale * value, scale * error, skill, reason)
            )
    rows += [
        (JULY, "car_tariff", "crps", "model", "the model", 0, 0.19, 0.0312, 0.0014, NAN, ""),
        (JULY, "car_tariff", "crps", "B7", "newest earlier deal", 0, 0.11, 0.0287, 0.0, -0.09, ""),
        (JULY, "car_tariff", "crps", "B8", "deal of the most similar case", 0, 0.1, 0.0299, 0.0, -0.04, ""),
        (MAY, "reciprocal_tariff", "crps", "model", "the model", 0, 0.104, 0.0341, 0.0006, NAN, ""),
        (JULY, "reciprocal_tariff", "crps", "model", "the model", 0, 0.152, 0.0111, 0.0005, NAN, ""),
        (MAY, "rates_path", "crps", "model", "the model", 0, NAN, 0.0144, 0.0004, NAN, ""),
        (MAY, "rates_path", "crps", "last", "positions as last known", 0, NAN, 0.0233, 0.0, 0.38, ""),
        (MAY, "rates_path", "energy", "model", "the model", 0, NAN, 0.0511, 0.0017, NAN, ""),
        (MAY, "rates_path", "energy", "last", "positions as last known", 0, NAN, 0.0462, 0.0, -0.11, ""),
        (JULY, "rates_path", "crps", "model", "the model", 0, NAN, 0.0713, 0.0021, NAN, ""),
        (JULY, "rates_path", "crps", "last", "positions as last known", 0, NAN, 0.0938, 0.0, 0.24, ""),
        (JULY, "rates_path", "energy", "model", "the model", 0, NAN, NAN, NAN, NAN, "not every run has a position"),
    ]
    return rows


def hindcast_by_hand(**changes: Any) -> HindcastResult:
    """Forecasts of 28 May and 11 July by 123 runs each."""
    fields: dict[str, Any] = {
        "config": case(),
        "folder": None,
        "manifest": manifest_by_hand(
            "hindcast", 5, runs=123, dates=[MAY, JULY], day="2025-08-01", informed=False
        ),
        "scores": pd.DataFrame(_scores(), columns=[*SCORE_COLUMNS]),
        "pit": pd.DataFrame(
            [(MAY, "car_tariff", 0.11, 0.19, 0.14), (JULY, "car_tariff", 0.31, 0.37, 0.33)], columns=[*PIT_COLUMNS]
        ),
        "paths": pd.DataFrame(
            [
                (MAY, "2025-06-06", "5", "partner", "car_tariff", "asked", 0.025, 0.1, 0.15, 0.01, 0.97, 0.021, 0.034,
                 0.077, 1.25, 2.5),
                (MAY, "2025-07-22", "8a", "partner", "investment_fund", "offered", 400.0, 400.0, NAN, 100.0, 0.5, 210.0,
                 320.0, 450.0, 0.75, NAN),
                (MAY, "2025-07-23", "8b", "us_treasury", "car_tariff", "agreed", 0.15, 0.15, 0.15, 0.01, 0.0, NAN, NAN,
                 NAN, NAN, 12.5),
            ],
            columns=[*PATH_COLUMNS],
        ),
        "fan": pd.DataFrame(
            [
                (MAY, "2025-05-30", "us_treasury", "car_tariff", 0.99, 0.21, 0.23, 0.25, 0.26, 0.27),
                (MAY, "2025-07-11", "us_treasury", "car_tariff", 0.98, 0.16, 0.17, 0.18, 0.19, 0.2),
                (MAY, "2025-05-30", "partner", "car_tariff", 0.97, 0.02, 0.03, 0.04, 0.05, 0.06),
                (MAY, "2025-07-11", "partner", "car_tariff", 0.96, 0.07, 0.08, 0.09, 0.1, 0.11),
                (JULY, "2025-07-18", "partner", "car_tariff", 0.95, 0.12, 0.125, 0.13, 0.135, 0.14),
            ],
            columns=[*FAN_COLUMNS],
        ),
        "ablation": pd.DataFrame(
            [
                (MAY, "whole", "nothing", "deals", 0.31, 0.0, 0.0),
                (MAY, "whole", "nothing", "car_tariff.mean", 0.221, 0.0, 0.0),
                (MAY, "whole", "nothing", "car_tariff.crps", 0.0612, 0.0, 0.0),
                (MAY, "fund", "the fund", "deals", 0.05, -0.26, 0.013),
                (MAY, "fund", "the fund", "car_tariff.mean", 0.266, 0.045, 0.002),
                (MAY, "fund", "the fund", "car_tariff.crps", 0.0932, 0.032, 0.0041),
                (MAY, "R2", "R2, reference rates of earlier deals", "deals", 0.32, 0.01, 0.007),
                (MAY, "R2", "R2, reference rates of earlier deals", "car_tariff.mean", 0.22, -0.001, 0.0015),
                (MAY, "R2", "R2, reference rates of earlier deals", "car_tariff.crps", 0.0604, -0.0008, 0.0009),
                (JULY, "whole", "nothing", "deals", 0.42, 0.0, 0.0),
            ],
            columns=[*ABLATION_COLUMNS],
        ),
        "contains": pd.DataFrame(
            [
                (MAY, "deal_by", 38, 0.45, NAN, "red lines that leave no package", "", "no"),
                (MAY, "car_tariff", 38, 0.62, 0.55, "the US release of 15 % (us_cars)", "red_lines.us_cars.release",
                 "yes"),
                (JULY, "reciprocal_tariff", 52, 0.71, 0.33, "the US red line (us_floor)", "red_lines.us_floor.at_least",
                 "partly"),
            ],
            columns=[*CONTAINS_COLUMNS],
        ),
        "constraints": pd.DataFrame(
            [
                (MAY, "car_tariff", "release:us_cars", 24, 0.63, "the US release of 15 % (us_cars)"),
                (MAY, "car_tariff", "interior", 14, 0.37, "no constraint"),
                (MAY, "reciprocal_tariff", "interior", 38, 1.0, "no constraint"),
                (JULY, "car_tariff", "red_line:us_cars", 31, 0.6, "the US red line of 27.5 % (us_cars)"),
                (JULY, "car_tariff", "interior", 21, 0.4, "no constraint"),
                (JULY, "reciprocal_tariff", "red_line:us_floor", 37, 0.71, "the US red line (us_floor)"),
                (JULY, "reciprocal_tariff", "interior", 15, 0.29, "no constraint"),
            ],
            columns=[*CONSTRAINTS],
        ),
        "leaks": pd.DataFrame(
            [
                (MAY, "leak", "fund.reference_size", "550.0", "2025-07-23", "EY: the agreed fund"),
                (MAY, "leak", "partner.public_car_tariff", "0.15", "2025-07-24", "own"),
                (MAY, "left out", "events.letter", "2025-07-07", "2025-07-08", "CET"),
                (MAY, "left out", "events.statement", "2025-07-10", "2025-07-10", "NBC"),
                (MAY, "undated", "tactics.partner.initial", "0.05", "", "default"),
                (JULY, "leak", "fund.reference_size", "550.0", "2025-07-23", "EY: the agreed fund"),
            ],
            columns=[*LEAK_COLUMNS],
        ),
        "draws": pd.DataFrame(columns=[*draw_columns()]),
        "day": date(2025, 8, 1),
        "dates": (date(2025, 5, 28), date(2025, 7, 11)),
        "runs": 123,
        "informed": False,
    }  # fmt: skip
    return HindcastResult(**fields | changes)
