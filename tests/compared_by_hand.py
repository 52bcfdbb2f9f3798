"""A comparison of runs whose values differ in every cell, so that no cell can stand for another."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from experiments.questions.compare.comparison import (
    CHANGE_COLUMNS,
    CONSTRAINTS,
    POSITION_COLUMNS,
    RUN_COLUMNS,
    StoredRun,
)
from experiments.questions.compare.effects import MOVE_COLUMNS, OUTCOME_COLUMNS, SPREAD_COLUMNS, VALUE_COLUMNS
from experiments.questions.compare.result import CompareResult
from tests.comparisons_by_hand import case, manifest_by_hand

NAN: Final = float("nan")
YEARLY: Final = "US$ bn a year"
US, PARTNER = "us_treasury", "partner"

PAIRED: Final = "Paired: 400 runs of each meet the same draws (seed 7) and are compared one by one."
ALONE: Final = "Independent runs: seed 7 in base and 8 in third."

_OUTCOMES: Final = [
    ("other", "agreement", 100, 400, 112, 400, 0.25, 0.28, 0.03, 0.011, 0.049),
    ("other", "stall", 80, 400, 88, 400, 0.2, 0.22, 0.02, -0.012, 0.052),
    ("other", "threat_executed", 220, 400, 200, 400, 0.55, 0.5, -0.05, -0.081, -0.019),
]
_THIRD: Final = [
    ("third", "agreement", 100, 400, 45, 300, 0.25, 0.15, -0.1, -0.16, -0.04),
    ("third", "threat_executed", 220, 400, 255, 300, 0.55, 0.85, 0.3, NAN, NAN),
]
_MOVES: Final = [
    ("other", "agreement", "agreement", 93),
    ("other", "agreement", "stall", 7),
    ("other", "stall", "agreement", 19),
    ("other", "stall", "stall", 61),
    ("other", "threat_executed", "stall", 20),
    ("other", "threat_executed", "threat_executed", 200),
]
#: Two day numbers: 11 and 14 July 2025 as means, 9 and 16 July as medians.
_DAYS: Final = (20280.0, 20283.0, 20278.0, 20285.0)
_VALUES: Final = [
    ("other", "issue", "car_tariff", "rate", 93, 93, 0.151, 0.139, -0.012, -0.016, -0.008, 0.15, 0.1375),
    ("other", "issue", "chip_purchases", "US$ bn", 93, 93, 7.31, 7.45, 0.14, -0.06, 0.34, 7.2, 7.6),
    ("other", "issue", "rice", "Mt", 93, 93, 0.42, 0.42, 0.0, 0.0, 0.0, 0.41, 0.43),
    ("other", "gain", US, YEARLY, 93, 93, 1.21, 1.46, 0.25, 0.11, 0.39, 1.15, 1.4),
    ("other", "gain", PARTNER, YEARLY, 93, 93, 2.23, 2.01, -0.22, -0.47, 0.03, 2.1, 1.95),
    ("other", "gain", "NTT", YEARLY, 93, 93, 0.51, 0.55, 0.04, 0.02, 0.06, 0.5, 0.54),
    ("other", "timing", "round", "rounds", 93, 93, 6.1, 6.6, 0.5, 0.2, 0.8, 6.0, 7.0),
    ("other", "timing", "date", "days since 1970-01-01", 93, 93, *_DAYS[:2], 3.0, 1.2, 4.8, *_DAYS[2:]),
    ("other", "payoff", US, YEARLY, 400, 400, 12.1, 12.9, 0.8, 0.6, 1.0, 11.8, 12.4),
    ("other", "payoff", PARTNER, YEARLY, 400, 400, -14.2, -13.1, 1.1, 0.9, 1.3, -14.0, -13.3),
    ("other", "walk_away", US, YEARLY, 400, 400, 11.1, 11.7, 0.6, 0.5, 0.7, 11.0, 11.6),
    ("other", "walk_away", PARTNER, YEARLY, 400, 400, -15.1, -15.1, 0.0, 0.0, 0.0, -15.0, -15.2),
]
_SPREADS: Final = [
    ("issue", "car_tariff", "rate", 100, 0.152, 0.11, 0.13, 0.15, 0.17, 0.2),
    ("issue", "chip_purchases", "US$ bn", 100, 7.33, 3.0, 5.0, 7.2, 9.0, 12.0),
    ("gain", US, YEARLY, 100, 1.22, 0.3, 0.8, 1.15, 1.5, 2.3),
    ("gain", PARTNER, YEARLY, 100, 2.25, 0.5, 1.2, 2.1, 2.9, 3.8),
    ("timing", "round", "rounds", 100, 6.2, 4.0, 5.0, 6.0, 7.0, 11.0),
    ("timing", "date", "days since 1970-01-01", 100, 20280.5, 20264.0, 20271.0, 20278.0, 20285.0, 20313.0),
]
_CONSTRAINTS: Final = [
    ("base", "car_tariff", "release:us_cars", 61, 0.61, "the US release of 15 % (us_cars)"),
    ("base", "car_tariff", "interior", 39, 0.39, "no constraint"),
    ("base", "chip_purchases", "delivery:budget", 100, 1.0, "what the subsidy budget pays for"),
    ("other", "car_tariff", "release:us_cars", 28, 0.25, "the US release of 15 % (us_cars)"),
    ("other", "car_tariff", "interior", 84, 0.75, "no constraint"),
    ("other", "chip_purchases", "delivery:quorum", 112, 1.0, "what enough firms sign for within the subsidy budget"),
]


def _spreads(labels: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Spreads of each run, those of a later one a little higher."""
    rows: list[tuple[Any, ...]] = []
    for place, label in enumerate(labels):
        for kind, name, unit, count, *values in _SPREADS:
            step = 7 * place if name == "date" else place if name == "round" else 0.02 * place * values[3]
            rows.append((label, kind, name, unit, count + 12 * place, *(value + step for value in values)))
    return rows


def _positions(labels: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Two rounds of two issues, and a third that two of forty runs reach."""
    rows: list[tuple[Any, ...]] = []
    for place, label in enumerate(labels):
        for issue, start, step in (("car_tariff", 0.25, -0.03), ("chip_purchases", 9.0, -1.0)):
            for side, sign in ((US, 1.0), (PARTNER, -1.0)):
                for turn, runs in ((1, 40), (2, 30), (3, 2)):
                    middle = start / (1.0 if sign > 0 else 3.0) + sign * step * turn * (1.0 + 0.4 * place)
                    rows.append((label, issue, side, turn, runs, 0.9 * middle, middle, 1.2 * middle))
    return rows


def comparison_by_hand(labels: tuple[str, ...] = ("base", "other"), **changes: Any) -> CompareResult:
    """A base of 400 runs of the toy, and one or two runs beside it."""
    plain = case().resolved()
    members = tuple(
        StoredRun(label=label, folder=f"out/{label}", seed=7 + (place == 2), runs=400 - 100 * (place == 2),
                  rows=f"{place}", version="0.1.0", code="c0de", config=plain)
        for place, label in enumerate(labels)
    )  # fmt: skip
    about = [
        ("base", "Two issues", 7, 400, 400, True, ""),
        ("other", "Two issues, changed", 7, 400, 400, True, PAIRED),
        ("third", "Two issues, again", 8, 300, 0, True, ALONE),
    ]
    fields: dict[str, Any] = {
        "config": case(),
        "folder": None,
        "manifest": manifest_by_hand("compare", 7),
        "members": members,
        "configs": tuple(case() for _ in labels),
        "runs": pd.DataFrame(about[: len(labels)], columns=RUN_COLUMNS),
        "changes": pd.DataFrame(
            [
                ("other", "partner.subsidy_budget", "Most that can be spent", YEARLY, "2.5", "5", ""),
                ("other", "walk_away.court_survival", "Chance before the courts", "share", "60 %", "90 %",
                 "does nothing: there is no court"),
            ],
            columns=CHANGE_COLUMNS,
        ),
        "outcomes": pd.DataFrame([*_OUTCOMES, *(_THIRD if len(labels) > 2 else [])], columns=OUTCOME_COLUMNS),
        "moves": pd.DataFrame(_MOVES, columns=MOVE_COLUMNS),
        "values": pd.DataFrame(
            [*_VALUES, *([("third", *row[1:]) for row in _VALUES] if len(labels) > 2 else [])], columns=VALUE_COLUMNS
        ),
        "spreads": pd.DataFrame(_spreads(labels), columns=SPREAD_COLUMNS),
        "constraints": pd.DataFrame(_CONSTRAINTS, columns=CONSTRAINTS),
        "positions": pd.DataFrame(_positions(labels), columns=POSITION_COLUMNS),
    }  # fmt: skip
    return CompareResult(**{**fields, **changes})
