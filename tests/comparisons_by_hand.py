"""Answers of grid, factorial and solve whose values differ in every cell, so that no cell can stand for another."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.questions.factorial.combinations import EFFECT_COLUMNS
from experiments.questions.factorial.result import FactorialResult
from experiments.questions.grid.comparison import CONSTRAINTS, DIFFERENCE_COLUMNS, LEVEL_COLUMNS, OUTCOME_COLUMNS
from experiments.questions.grid.result import GridResult
from experiments.questions.solve.points import BetweenLevels, Point
from experiments.questions.solve.problem import Solved, SolvedDeal
from experiments.questions.solve.result import SolveResult
from experiments.store.manifest import Manifest, Request, new_manifest
from sim.solutions.win_sets import Sizes
from tests.tree import TINY


def case() -> Config:
    """The toy under a name of its own."""
    return load_config(TINY, ["name=case"])


def manifest_by_hand(command: str, seed: int, **settings: Any) -> Manifest:
    """Manifest of an answer that nobody has played."""
    return new_manifest(Request(command, case(), seed, settings))


def grid_by_hand(**changes: Any) -> GridResult:
    """400 runs, of which 30 end otherwise on the halved grid."""
    fields: dict[str, Any] = {
        "config": case(),
        "folder": None,
        "manifest": manifest_by_hand("grid", 7, runs=400, engine="compiled"),
        "levels": pd.DataFrame([("agenda.car_tariff", 6, 11), ("agenda.chip_purchases", 5, 9)], columns=LEVEL_COLUMNS),
        "outcomes": pd.DataFrame(
            [("agreement", 240, 252), ("stall", 160, 0), ("walkout", 0, 148)], columns=OUTCOME_COLUMNS
        ),
        "differences": pd.DataFrame(
            [
                ("car_tariff", "rate", 0.15, 0.16, 0.0125, 0.025),
                ("chip_purchases", "US$ bn", 3.25, 4.5, 0.75, 1.75),
                ("gain.us_treasury", "US$ bn a year", 1.11, 2.22, 0.33, 0.44),
                ("gain.partner", "US$ bn a year", 5.55, 6.66, 0.77, 0.88),
            ],
            columns=DIFFERENCE_COLUMNS,
        ),
        "constraints": pd.DataFrame(
            [
                ("own", "car_tariff", "grid:low", 143, 0.65, "the low end of the agenda, 2.5 %"),
                ("own", "car_tariff", "interior", 77, 0.35, "no constraint"),
                ("own", "chip_purchases", "delivery:budget", 220, 1.0, "what the subsidy budget pays for"),
                ("halved", "car_tariff", "interior", 121, 0.55, "no constraint"),
                ("halved", "car_tariff", "grid:low", 99, 0.45, "the low end of the agenda, 2.5 %"),
                ("halved", "chip_purchases", "red_line:chips", 176, 0.8, "the US red line of US$4.50 bn (chips)"),
                ("halved", "chip_purchases", "interior", 44, 0.2, "no constraint"),
            ],
            columns=CONSTRAINTS,
        ),
        "changed": 30,
        "agreed": 220,
    }
    return GridResult(**fields | changes)


#: What the reasons of talks without a deal are in :func:`factorial_by_hand`.
OBSTACLES = {
    "reason.agreement.us_accepts": [0.10, 0.20, 0.31, 0.79],
    "reason.stall.no_zone": [0.50, 0.21, 0.29, 0.04],
    "reason.walkout.no_zone": [0.05, 0.22, 0.01, 0.02],
    "reason.stall.tactics_hold": [0.34, 0.33, 0.33, 0.12],
}


def factorial_by_hand(**changes: Any) -> FactorialResult:
    """Four cells of 100 runs: the red line on cars and the threat, each on and off."""
    cells = {
        "car_line": [True, True, False, False],
        "threat": [True, False, True, False],
        "agreements": [11, 24, 37, 82],
        "share": [0.11, 0.24, 0.37, 0.82],
        "low": [0.06, 0.17, 0.28, 0.73],
        "high": [0.19, 0.33, 0.47, 0.88],
    }
    effects = [
        ("car_line", 1, -0.42, -0.51, -0.33),
        ("threat", 1, -0.29, -0.37, -0.21),
        ("car_line x threat", 2, 0.16, -0.03, 0.27),
    ]
    off = [
        ["car_line", ["us_treasury.consumer_weight=1"]],
        ["threat", ["walk_away.threat_car_tariff=0.1", "walk_away.threat_metals_tariff=0.2"]],
    ]
    fields: dict[str, Any] = {
        "config": case(),
        "folder": None,
        "manifest": manifest_by_hand("factorial", 5, runs=100, switches=off, level=0.9),
        "cells": pd.DataFrame(cells | OBSTACLES),
        "effects": pd.DataFrame(effects, columns=EFFECT_COLUMNS),
    }
    return FactorialResult(**fields | changes)


TALKS = Point("talks", {"car_tariff": 0.175, "chip_purchases": 3.25}, (1.25, 2.5), (0.75, -0.375))
NASH = Point("nash", {"car_tariff": 0.205, "chip_purchases": 4.5}, (6.25, 7.5), (5.125, 4.625))
BETWEEN = BetweenLevels(Point("nash", {"car_tariff": 0.211, "chip_purchases": 4.61}, (6.3, 7.6), (5.2, 4.7)), 0.1125)
DEAL = SolvedDeal(
    "agreement", "us_accepts", TALKS, 0.88, 0.44, {"car_tariff": (0.0, 0.175), "chip_purchases": (0.66, 5.75)}
)
NO_DEAL = SolvedDeal("stall", "no_zone", None, None, None, {})


def solve_by_hand(**changes: Any) -> SolveResult:
    """A deal, a frontier of two points and one solution."""
    solved: dict[str, Any] = {
        "seed": 3,
        "run": 4,
        "date": date(2025, 6, 11),
        "walk_away": (0.5, 2.875),
        "reservation": (0.6, 2.9),
        "frontier": np.array([[9.0, 1.0], [6.25, 7.5]]),
        "sizes": Sizes(200, (110, 70), 30),
        "points": (NASH,),
        "deal": DEAL,
        "refined": (BETWEEN,),
    }
    settings = {"run": 4, "powers": [0.25, 0.123456789], "refine": True}
    return SolveResult(case(), manifest_by_hand("solve", 3, **settings), None, Solved(**solved | changes))
