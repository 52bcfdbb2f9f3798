"""Every column of the table of runs, cell by cell: from made records whose values all differ, and on made talks."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from experiments.config.model import Config
from experiments.design.records import Batch, build_records
from experiments.engine import constraints
from experiments.engine.rows import runs_table
from experiments.errors import ConfigError
from sim.bargaining.outcomes import OUTCOMES, REASONS, Outcome, Reason
from sim.economy.pledge import OUTLAY, PRICE, SUBSIDY_RATE
from sim.engine.results import NOBODY, RESULT
from sim.issues import CHIP_PURCHASES, PARTNER, SIDES, US
from sim.records import Floats, Integers, Table
from tests.support_talks import LAND, PIE, SEA, pie

#: Chips, land and sea on the table, two firms, a maker and two sampled numbers.
SECTIONS: dict[str, Any] = {
    "agenda": {"chip_purchases": {"low": 0.0, "high": 10.0, "levels": 11}},
    "firms": [{"name": "Firm", "capex": 1.0}, {"name": "Other firm", "capex": 2.0}],
    "chip_makers": [{"name": "Maker", "allocation": 5.0, "uncommitted_output": 5.0}],
    "us_treasury": {"ratification_margin": {"dist": "uniform", "low": 0.1, "high": 0.2}},
    "partner": {"ratification_margin": {"dist": "uniform", "low": 0.3, "high": 0.4}},
    "red_lines": [
        {"name": "no_land", "side": "partner", "issue": "land", "at_most": 9.0},
        {"name": "no_sea", "side": "us_treasury", "issue": "sea", "at_most": 8.0},
    ],
}

#: Issues in the order of the table, those of the model first, with their places in a package.
ISSUES = {"chip_purchases": CHIP_PURCHASES, "land": LAND, "sea": SEA}

#: Runs of the made table: signed on Japan's proposal, signed half-way, and no deal. The first run is no zero.
_DEALT, _MET, FAILED = range(3)
FIRST_RUN = 40


def _config() -> Config:
    return pie(SECTIONS)


def _batch(config: Config) -> tuple[Batch, pd.DataFrame]:
    design = pd.DataFrame(
        {
            "us_treasury.ratification_margin": [0.11, 0.12, 0.13],
            "partner.ratification_margin": [0.31, 0.32, 0.33],
        },
        index=FIRST_RUN + np.arange(3),
    )
    return build_records(config, design, 1), design


def _numbered(*shape: int, start: float) -> Floats:
    """Numbers that are all different, also from those of another start, and so are their differences."""
    places = np.arange(math.prod(shape), dtype=np.float64).reshape(shape)
    return start + places * places * start / 2.0**20


def _results() -> tuple[Table, Floats]:
    """Three ends in which every number is another one."""
    results = np.zeros(3, RESULT)
    for start, name in enumerate(
        ("package", "pledge", "additional", "booked", "offer", "walk_away", "reservation", "payoff", "ledger",
         "deficit", "nash_distance", "pareto_gap", "value_left")
    ):  # fmt: skip
        results[name] = _numbered(*results[name].shape, start=100.0 * (start + 1))
    results["outcome"] = [OUTCOMES.index(one) for one in (Outcome.AGREEMENT, Outcome.AGREEMENT, Outcome.STALL)]
    results["reason"] = [
        REASONS.index(one) for one in (Reason.US_ACCEPTS, Reason.POSITIONS_MET, Reason.DISJOINT_RED_LINES)
    ]
    results["round"] = [3, 5, 9]
    results["day"] = [14.0, 28.0, 57.5]
    results["executions"] = [0, 2, 1]
    results["executed_day"] = [3.0, 7.0, 21.5]
    results["dealt"] = [1, 1, 0]
    results["proposer"] = [PARTNER, NOBODY, NOBODY]
    results["tabled"] = [[1, 1], [1, 1], [1, 0]]
    for name in ("nash_distance", "pareto_gap", "value_left"):
        results[name][FAILED] = np.nan
    return results, _numbered(3, 3, 2, start=5000.0)


def _expected() -> dict[str, list[Any]]:
    """What every column holds, written out from the records and not from the table's own code."""
    results, agents = _results()
    signed = results["dealt"] == 1

    def under_a_deal(values: Floats) -> list[float | None]:
        return [float(value) if there else None for value, there in zip(values, signed, strict=True)]

    def compared(values: Floats) -> list[float | None]:
        return [None if math.isnan(value) else float(value) for value in values]

    columns: dict[str, list[Any]] = {
        "run": [40, 41, 42],
        "outcome": ["agreement", "agreement", "stall"],
        "reason": ["us_accepts", "positions_met", "disjoint_red_lines"],
        "round": [3, 5, 9],
        "date": [dt.date(2025, 6, 15), dt.date(2025, 6, 29), dt.date(2025, 7, 28)],
        "executions": [0, 2, 1],
        "executed_on": [None, dt.date(2025, 6, 8), dt.date(2025, 6, 22)],
        "proposer": ["partner", None, None],
    }
    for issue, slot in ISSUES.items():
        columns[issue] = under_a_deal(results["package"][:, slot])
    for side, prefix in ((US, "us"), (PARTNER, "partner")):
        for issue, slot in ISSUES.items():
            offers = [float(value) for value in results["offer"][:, side, slot]]
            columns[f"{prefix}.{issue}"] = [*offers[:2], offers[2] if side == US else None]
    pledge = results["pledge"]
    columns |= {
        "subsidy_rate": under_a_deal(pledge[:, SUBSIDY_RATE]),
        "subsidy_cost": under_a_deal(pledge[:, OUTLAY]),
        "chip_price": under_a_deal(pledge[:, PRICE]),
        "chip_headline": under_a_deal(results["package"][:, CHIP_PURCHASES]),
        "chip_additional": under_a_deal(results["additional"]),
        "chip_booked": under_a_deal(results["booked"]),
        "recorded_deficit": results["deficit"].tolist(),
    }
    payoffs: dict[str, Floats] = {side: results["payoff"][:, place] for place, side in enumerate(SIDES)}
    without: dict[str, Floats] = {side: results["walk_away"][:, place] for place, side in enumerate(SIDES)}
    for place, name in enumerate(("Firm", "Other firm", "Maker")):
        payoffs[name], without[name] = agents[:, place, 0], agents[:, place, 1]
    columns |= {f"payoff.{name}": values.tolist() for name, values in payoffs.items()}
    columns |= {f"gain.{name}": [*(values - without[name])[:FAILED].tolist(), 0.0] for name, values in payoffs.items()}
    columns |= {f"walk_away.{side}": without[side].tolist() for side in SIDES}
    columns |= {f"reservation.{side}": results["reservation"][:, place].tolist() for place, side in enumerate(SIDES)}
    columns["nash_distance"] = compared(results["nash_distance"])
    columns["pareto_gap"] = compared(results["pareto_gap"])
    for issue, slot in ISSUES.items():
        columns[f"value_left.{issue}"] = compared(results["value_left"][:, slot])
    columns |= BOUND
    columns["param.us_treasury.ratification_margin"] = [0.11, 0.12, 0.13]
    columns["param.partner.ratification_margin"] = [0.31, 0.32, 0.33]
    return columns


#: What each issue of the three ends sits on, as it is written and as the rule finds it: kind, and place of the line.
BOUND: dict[str, list[Any]] = {
    "binds.chip_purchases": ["delivery:budget", "grid:high", None],
    "binds.land": ["red_line:no_land", "ratification:partner", None],
    "binds.sea": ["ratification:us", "linkage:no_sea", None],
}
_FOUND = {
    CHIP_PURCHASES: [(constraints.BUDGET, -1), (constraints.GRID_HIGH, -1)],
    LAND: [(constraints.RED_LINE, 0), (constraints.OF_PARTNER, -1)],
    SEA: [(constraints.OF_US, -1), (constraints.LINKAGE, 1)],
}


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The made records are no talks, of which a rule could work out what they sit on."""

    def bind(_regimes: Table, _firms: Table, _makers: Table, _results: Table, found: Integers) -> None:
        found[:] = constraints.NOTHING, -1
        for slot, of_runs in _FOUND.items():
            found[:FAILED, slot] = of_runs

    monkeypatch.setattr(constraints, "bind_deals", bind)


def _table() -> pa.Table:
    config = _config()
    batch, design = _batch(config)
    return runs_table(batch, design, config.calendar.start, *_results())


def test_the_made_records_would_show_any_column_that_holds_another_ones_values() -> None:
    columns = _expected()
    apart = [str(values) for name, values in columns.items() if name != "chip_headline"]
    assert len(apart) == len(set(apart))
    assert columns["chip_headline"] == columns["chip_purchases"], "two names of one number"


@pytest.mark.parametrize("name", list(_expected()))
def test_a_column_holds_what_its_name_says(name: str) -> None:
    assert _table()[name].to_pylist() == _expected()[name]


def test_the_table_has_these_columns_in_this_order_and_no_others() -> None:
    assert _table().column_names == list(_expected())


def test_no_issue_may_be_called_like_a_column_of_something_else() -> None:
    columns = [name for name in _expected() if "." not in name and name not in ISSUES]
    for name in columns:
        with pytest.raises(ConfigError, match="and no column of the results"):
            pie({"agenda": {name: PIE["agenda"]["land"]}})
