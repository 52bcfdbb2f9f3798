"""Tables and plain data of a stress test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from experiments.lab.measures import AIMS
from experiments.lab.seats import described
from experiments.questions.stress.cases import opponent_knobs
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.lab.space import Space
    from experiments.questions.stress.findings import Finding
    from experiments.questions.stress.result import StressResult

#: Columns of the map, in their order.
MAP_COLUMNS = (
    "aim", "opponent", "knobs", "outcome", "reason", "round", "round_from", "round_to", "searched", "score", "error",
    "failing", "confirmed", "gain", "gain_other", "run",
)  # fmt: skip


def map_table(space: Space, findings: Sequence[Finding]) -> pd.DataFrame:
    """One row a finding: what was searched for, against whom, how talks end, and its score on fresh draws."""
    import pandas as pd

    limit = space.config.calendar.round_limit
    rows = []
    for one in findings:
        start = one.cell[1] * limit / space.round_bins
        rows.append(
            {
                "aim": one.aim,
                "opponent": one.opponent,
                "knobs": described(one.opponent, opponent_knobs(space, one)),
                "outcome": one.outcome,
                "reason": one.reason,
                "round": one.round,
                "round_from": 1 + start,
                "round_to": 1 + start + limit / space.round_bins,
                "searched": one.searched,
                "score": one.score,
                "error": one.error,
                "failing": one.failing,
                "confirmed": one.confirmed,
                "gain": one.own,
                "gain_other": one.other,
                "run": one.run,
            }
        )
    return pd.DataFrame(rows, columns=list(MAP_COLUMNS))


def plain_result(result: StressResult) -> dict[str, Any]:
    """Everything that is printed, as plain data; times are left to the manifest."""
    space = result.space
    return {
        "config": space.config.name,
        "side": SIDES[space.side],
        "verdict": result.verdict(),
        "points": result.points,
        "negotiations_of_search": result.searching,
        "negotiations": result.negotiations,
        "thresholds": {aim: {"value": value, "unit": AIMS[aim].unit} for aim, value in result.thresholds.items()},
        "candidates": len(result.findings),
        "dropped": result.dropped,
        "failures": [
            {
                "aim": one.aim,
                "score": one.score,
                "standard_error": one.error,
                "failing_share": one.failing,
                "opponent": described(one.opponent, opponent_knobs(space, one)),
                "outcome": one.outcome,
                "reason": one.reason,
                "round": one.round,
                "gain": _or_none(one.own),
                "gain_other": _or_none(one.other),
                "case": result.cases.get(place),
            }
            for place, one in enumerate(result.failures)
        ],
    }


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
