"""Position forecasts whose numbers differ in every cell, made up so that a table or figure can be checked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.positions.table import IssuePositions, PositionTable
from experiments.questions.positions.forecasts import FORECASTERS
from experiments.questions.positions.noise import DEVIATIONS

#: Issues with their range, and what the numbers of each begin with.
ISSUES = {"delay": 10.0, "quota share": 60.0}


def table_by_hand() -> PositionTable:
    """Three actors on two issues; two of them share a position on the first."""
    three = ("Ann", "Bob", "Cy")
    delay = IssuePositions(
        "delay", three, np.array([2.0, 2.0, 9.0]), np.array([0.5, 0.25, 1.0]), np.array([2.0, 4.0, 3.0]), 0.0, 10.0,
        "years",
    )  # fmt: skip
    quota = IssuePositions(
        "quota share", three, np.array([10.0, 35.0, 55.0]), np.array([0.2, 0.4, 0.9]), np.array([1.0, 2.0, 1.0]), 0.0,
        60.0,
    )  # fmt: skip
    return PositionTable("by_hand", (delay, quota), ("Salience is read from 0 to 100.",))


def forecasts_by_hand() -> pd.DataFrame:
    """Answers that differ in every row; nobody wins on the second issue, and only the exchange has a range."""
    rows = []
    for first, (issue, scale) in enumerate(ISSUES.items()):
        for place, name in enumerate(FORECASTERS):
            value = np.nan if (issue, name) == ("quota share", "condorcet") else scale * (0.1 + 0.05 * place) + first
            ends = (value - 0.5, value + 0.7) if name == "equal_gain" else (value, value)
            rows.append((issue, name, value, *ends))
    return pd.DataFrame(rows, columns=["issue", "forecaster", "value", "low", "high"])


def noise_by_hand() -> pd.DataFrame:
    """Ranges around the answers, wider with the larger error; the chain is far off in many draws of it."""
    still = forecasts_by_hand()
    rows = []
    for step, deviation in enumerate(DEVIATIONS, start=1):
        for place, (issue, name, value) in enumerate(still[["issue", "forecaster", "value"]].itertuples(index=False)):
            far = 0.004 * place * step if name != "condorcet_chain" else 0.11 * step
            without = float(np.isnan(value))
            far = np.nan if np.isnan(value) else far
            rows.append((issue, name, deviation, value - 0.3 * step, value, value + 0.4 * step, far, without))
    columns = ["issue", "forecaster", "deviation", "low", "median", "high", "far", "without"]
    return pd.DataFrame(rows, columns=columns)


def paths_by_hand() -> pd.DataFrame:
    """Two rounds over all pairs and one per pair, in which Cy comes down."""
    rows = []
    for issue in table_by_hand().issues:
        for reading, last in (("all_pairs", 2), ("per_pair", 1)):
            for number in range(last + 1):
                for actor, start in zip(issue.actors, issue.position.tolist(), strict=True):
                    moves = actor == "Cy" and number > 0
                    at = start - (2.0 if reading == "all_pairs" else 3.0) * number * moves
                    kind = "compromises" if moves else "stays"
                    rows.append((issue.name, reading, number, actor, at, 1.0, kind, "Ann" if moves else actor))
    columns = ["issue", "reading", "round", "actor", "position", "risk", "kind", "towards"]
    return pd.DataFrame(rows, columns=columns)


def chain_by_hand() -> pd.DataFrame:
    """Shares of time of each position."""
    rows = [("delay", 2.0, 0.35), ("delay", 9.0, 0.65)]
    rows += [("quota share", 10.0, 0.125), ("quota share", 35.0, 0.5), ("quota share", 55.0, 0.375)]
    return pd.DataFrame(rows, columns=["issue", "position", "share"])


def trades_by_hand() -> pd.DataFrame:
    """One trade."""
    rows = [("Ann", "Cy", "delay", "quota share", 0.412, -1.75, 0.238)]
    columns = ["giver", "taker", "first", "second", "first_shift", "second_shift", "gain"]
    return pd.DataFrame(rows, columns=columns)
