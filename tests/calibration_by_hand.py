"""A calibration whose tables are written by hand: no number occurs twice, so that a cell in a wrong place shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.config.load import load_config
from experiments.config.weights import FittedTo, WeightTable
from experiments.questions.calibrate.result import CalibrateResult
from experiments.questions.calibrate.tables import CORRELATIONS, PARAMETERS, ROWS, STEPS
from experiments.record.record import read_record
from experiments.store.manifest import Request, new_manifest
from tests.tree import TINY

PATHS: Final = ("walk_away.court_survival", "partner.audience_cost", "us_treasury.reference_loss")

DRAWS: Final = 400


def parameters() -> pd.DataFrame:
    """One parameter that is identified, one of which something is said, one that is left as it was."""
    rows = [
        (PATHS[0], "share", 0.51, 0.29, 0.72, 0.14, 0.48, 0.73, 0.94, 0.766, 0.031, 0.74, 0.11, 0.855),
        (PATHS[1], "US$ bn a year per point", 0.31, 0.172, 0.25, 0.151, 0.03, 0.24, 0.52, 0.229, 0.042, 0.22, 0.147,
         0.269),
        (PATHS[2], "ratio", 0.75, 0.433, 0.77, 0.441, 0.06, 0.78, 1.43, -0.037, 0.053, np.nan, np.nan, np.nan),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(PARAMETERS))


def correlations() -> pd.DataFrame:
    """One below what is shown, and two above it of either sign."""
    rows = [(PATHS[0], PATHS[1], 0.31), (PATHS[0], PATHS[2], 0.07), (PATHS[1], PATHS[2], -0.43)]
    return pd.DataFrame(rows, columns=list(CORRELATIONS))


def _row(case: str, day: str, name: str, unit: str, said: tuple[float, float, float], fitted: bool, *rest: float,
         is_open: bool = False) -> tuple[Any, ...]:  # fmt: skip
    return (case, day, day, name, unit, *said, 0.125, is_open, fitted, 1.0, *rest)


def rows() -> pd.DataFrame:
    """Two fitted rows, of which the draws miss one, and three that were held out: better, worse and alike."""
    found = [
        _row("Japan", "2025-06-06", "partner.car_tariff", "rate", (0.025, 0.10, 0.15), True,
             0.055, 0.021, 0.026, 0.053, 0.089, 0.0012, 0.0002, 0.097, 0.013, 0.076, 0.098, 0.118, 0.0007, 0.0001),
        _row("Japan", "2025-06-28", "partner.other_purchases", "US$ bn a year", (4.0, 4.0, 4.0), True,
             2.1, 0.9, 1.2, 2.2, 3.3, 1.11, 0.05, 2.7, 0.4, 2.3, 2.8, 3.1, 0.83, 0.04, is_open=True),
        _row("Japan", "2025-07-22", "us_treasury.reciprocal_tariff", "rate", (0.15, 0.15, 0.15), False,
             0.113, 0.027, 0.101, 0.112, 0.137, 0.0321, 0.0011, 0.143, 0.017, 0.124, 0.144, 0.165, 0.0043, 0.0013),
        _row("Japan", "2025-07-22", "deal_day", "days", (53.0, 53.0, 53.0), False,
             61.0, 9.0, 47.0, 60.0, 79.0, 6.4, 0.3, 71.0, 8.0, 57.0, 72.0, 84.0, 11.6, 0.6),
        _row("Korea", "2025-07-30", "car_tariff", "rate", (0.15, 0.15, 0.15), False,
             0.192, 0.034, 0.151, 0.191, 0.243, 0.0285, 0.0031, 0.188, 0.033, 0.148, 0.187, 0.241, 0.0279, 0.0035),
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(ROWS))


def steps() -> pd.DataFrame:
    """Two steps of sequential Monte Carlo."""
    found = [(1, 2.345, 361.2, False, 1, 0.512, 287.3), (2, 1.678, 187.6, True, 4, 0.297, 143.4)]
    return pd.DataFrame(found, columns=list(STEPS))


def weights(count: int = DRAWS) -> WeightTable:
    """Draws that are evenly spread, the second of which counts most."""
    values = np.stack(
        [np.linspace(0.4, 0.9, count), np.linspace(0.001, 0.01, count), np.linspace(0, 1.5, count)], axis=1
    )
    own = np.full(count, 1.0)
    own[1] = 2.0
    fitted = FittedTo(
        "tiny",
        ("Japan", "Korea"),
        date(2025, 6, 28),
        date(2025, 6, 28),
        ("Japan 2025-06-06 partner.car_tariff",),
        "weights",
        0.77,
        11,
    )
    return WeightTable(PATHS, np.arange(count), own / own.sum(), values, fitted)


def calibration_by_hand(**changes: Any) -> CalibrateResult:
    """The whole answer, with other fields where `changes` names them."""
    config = load_config(TINY)
    settings = {
        "cases": ["Korea"], "parameters": list(PATHS), "through": "2025-06-28", "hold_out": ["deal_day"],
        "method": "weights", "draws": DRAWS, "repeats": 3, "tolerance": 0.5, "widen": True, "kept": 0.05,
        "most_steps": 200, "record": read_record().digest,
    }  # fmt: skip
    found = CalibrateResult(
        config=config,
        manifest=new_manifest(Request("calibrate", config, 11, settings)),
        folder=None,
        method="weights",
        draws=DRAWS,
        repeats=3,
        held_out=("deal_day",),
        asked_tolerance=0.5,
        played=2_400,
        too_early=18,
        not_on_table=5,
        ended="weights",
        parameters=parameters(),
        correlations=correlations(),
        rows=rows(),
        steps=steps(),
        weights=weights(),
    )
    return replace(found, **changes)
