"""A summary whose values differ in every cell, so that no cell can stand for another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pandas as pd
from rich.console import Console

from experiments.questions.run.summary import QUANTILE_COLUMNS, Summary
from experiments.terminal.table import TerminalTable

_SHARES = ["count", "share", "low", "high"]
_QUANTILES = ["count", *QUANTILE_COLUMNS]


def made_up() -> Summary:
    """800 runs; 500 deals for two reasons, 200 stalls and 100 walk-outs for one each."""
    outcomes = pd.DataFrame(
        [
            ("agreement", 500, 0.625, 0.5912, 0.6578),
            ("stall", 200, 0.25, 0.2213, 0.2812),
            ("walkout", 100, 0.125, 0.1038, 0.1497),
        ],
        columns=["outcome", *_SHARES],
    )
    reasons = pd.DataFrame(
        [
            ("agreement", "us_accepts", 310, 0.3875, 0.3543, 0.4218),
            ("agreement", "partner_accepts", 190, 0.2375, 0.2093, 0.2682),
            ("stall", "no_zone", 200, 0.25, 0.2214, 0.2811),
            ("walkout", "us_ideal_below_reservation", 100, 0.125, 0.1039, 0.1496),
        ],
        columns=["outcome", "reason", *_SHARES],
    )
    rounds = _frame("outcome", ("all", 800, 2, 4, 6, 8, 11), ("agreement", 500, 1, 3, 5, 7, 9),
                    ("stall", 200, 12, 13, 14, 15, 16), ("walkout", 100, 17, 18, 19, 20, 21))  # fmt: skip
    return Summary(
        runs=800,
        agreements=500,
        level=0.95,
        outcomes=outcomes,
        reasons=reasons,
        rounds=rounds,
        dates=rounds.assign(**{name: rounds[name].map(lambda k: date(2025, 5, k)) for name in QUANTILE_COLUMNS}),
        package=_frame("issue", ("car_tariff", 500, 0.125, 0.135, 0.15, 0.165, 0.175),
                       ("chip_purchases", 500, 1.25, 2.5, 3.75, 5.25, 6.5)),
        constraints=pd.DataFrame(
            [
                ("car_tariff", "grid:low", 310, 0.62),
                ("car_tariff", "interior", 103, 0.206),
                ("car_tariff", "ratification:us", 87, 0.174),
                ("chip_purchases", "delivery:budget", 251, 0.502),
                ("chip_purchases", "grid:high", 249, 0.498),
            ],
            columns=["issue", "constraint", "count", "share"],
        ),
        pledge=_frame("quantity", ("subsidy_rate", 500, 0.311, 0.322, 0.333, 0.344, 0.355),
                      ("subsidy_cost", 500, 0.61, 0.72, 0.83, 0.94, 1.05),
                      ("chip_headline", 500, 6.1, 6.3, 6.5, 6.7, 6.9),
                      ("chip_additional", 500, 2.11, 2.22, 2.33, 2.44, 2.55),
                      ("chip_booked", 500, 3.11, 3.22, 3.33, 3.44, 3.55),
                      ("chip_price", 500, 1.01, 1.02, 1.03, 1.04, 1.05)),
        gains=_frame("agent", ("us_treasury", 500, -1.11, -0.22, 0.33, 1.44, 2.55),
                     ("partner", 500, 4.11, 4.22, 4.33, 4.44, 4.55),
                     ("SoftBank", 500, 7.11, 7.22, 7.33, 7.44, 7.55)),
        gaps=_frame("issue", ("car_tariff", 300, -0.011, 0.012, 0.043, 0.054, 0.065),
                    ("chip_purchases", 300, 1.15, 2.25, 3.35, 4.45, 5.55)),
        met=pd.DataFrame([("us_ideal_below_reservation", 90), ("no_zone", 7)], columns=["reason", "count"]),
        differences=pd.DataFrame(
            [
                ("us_treasury.consumer_weight", 0.81, 0.52, 0.63, 0.41, 0.74, 0.0004),
                ("economy.horizon", 8.5, 9.25, -0.12, -0.31, 0.09, 0.3456),
            ],
            columns=["parameter", "deal_median", "other_median", "effect", "low", "high", "p_value"],
        ),
        differences_note="",
    )  # fmt: skip


def _frame(key: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[key, *_QUANTILES])


def tables_of(show: Callable[[Console], object]) -> list[TerminalTable]:
    """Tables that a function prints, in order."""

    class Collecting:
        width = 100
        encoding = "utf-8"

        def __init__(self) -> None:
            self.tables: list[TerminalTable] = []

        def print(self, *shown: object, **_style: Any) -> None:
            self.tables += [one for one in shown if isinstance(one, TerminalTable)]

        def out(self, *_shown: object, **_style: Any) -> None:
            """Take what is no table."""

    console = Collecting()
    show(cast(Console, console))
    return console.tables


def headings(table: TerminalTable) -> list[str]:
    """Headings of a table."""
    return [column.heading for column in table.columns]
