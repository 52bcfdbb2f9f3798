"""Differences in numbers: which runs are paired, and shares, means and intervals against tables made by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.config.load import load_config
from experiments.questions.compare.draws import CommonDraws, draws_of
from experiments.questions.compare.effects import effects, spreads
from experiments.store.columns import FrameColumns
from tests.tree import TINY

PAIRED, ALONE = CommonDraws(6, True, ""), CommonDraws(0, True, "")
DEAL, STALL, WALK = "agreement", "stall", "walkout"


def _run(label: str, outcomes: list[str], values: list[float], days: list[int], **further: Any) -> Any:
    """A run with one issue, as a comparison reads it."""
    deals = np.array([one == DEAL for one in outcomes])
    cars = np.where(deals, values, np.nan)
    frame = pd.DataFrame(
        {
            "outcome": outcomes,
            "round": [3 + place for place in range(len(outcomes))],
            "date": pd.to_datetime([f"2025-07-{day:02d}" for day in days]),
            "car_tariff": cars,
            "us.car_tariff": values,
            "partner.car_tariff": values,
            "gain.us_treasury": [10 * value for value in values],
            "payoff.us_treasury": [2 * value for value in values],
            "payoff.partner": values,
            "walk_away.us_treasury": 1.0,
            "walk_away.partner": -1.0,
            **further,
        }
    )
    return SimpleNamespace(label=label, columns=FrameColumns(frame))


BASE = _run("base", [DEAL, DEAL, STALL, STALL, DEAL, WALK], [0.1, 0.2, 0.3, 0.4, 0.12, 0.6], [1, 2, 3, 4, 5, 6])
OTHER = _run("other", [DEAL, STALL, DEAL, STALL, DEAL, STALL], [0.12, 0.2, 0.35, 0.4, 0.18, 0.6], [3, 2, 3, 4, 9, 6])


def _row(table: pd.DataFrame, **keys: str) -> dict[str, Any]:
    chosen = np.logical_and.reduce([(table[name] == value).to_numpy() for name, value in keys.items()])
    (row,) = table[chosen].to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_paired_shares_count_pairs_and_have_the_interval_of_pairs() -> None:
    found = effects(BASE, OTHER, PAIRED, {})
    deal = _row(found["outcomes"], outcome=DEAL)
    assert [deal[name] for name in ("base_count", "base_runs", "count", "runs")] == [3, 6, 3, 6]
    assert (deal["base_share"], deal["share"], deal["difference"]) == (0.5, 0.5, 0.0)
    # One pair gains a deal and one loses it: (1 + 1 + 1 + 1) / 8 around 0.
    half = stats.norm.ppf(0.975) * math.sqrt((4 / 8) / 8)
    assert (deal["low"], deal["high"]) == pytest.approx((-half, half))
    walk = _row(found["outcomes"], outcome=WALK)
    assert (walk["base_count"], walk["count"], walk["difference"]) == (1, 0, pytest.approx(-1 / 6))
    moves = {(row["base_outcome"], row["outcome"]): row["count"] for row in found["moves"].to_dict("records")}
    assert moves == {(DEAL, DEAL): 2, (DEAL, STALL): 1, (STALL, DEAL): 1, (STALL, STALL): 1, (WALK, STALL): 1}


def test_paired_means_are_over_the_runs_with_a_deal_in_both() -> None:
    values = effects(BASE, OTHER, PAIRED, {})["values"]
    cars = _row(values, kind="issue", quantity="car_tariff")
    assert (cars["unit"], cars["base_count"], cars["count"]) == ("rate", 2, 2)
    assert (cars["base_mean"], cars["mean"]) == pytest.approx((0.11, 0.15))
    assert (cars["base_median"], cars["median"]) == pytest.approx((0.11, 0.15))
    expected = stats.ttest_rel([0.12, 0.18], [0.1, 0.12]).confidence_interval(0.95)
    assert (cars["low"], cars["difference"], cars["high"]) == pytest.approx((expected.low, 0.04, expected.high))
    gain = _row(values, kind="gain", quantity="us_treasury")
    assert (gain["base_mean"], gain["mean"], gain["difference"]) == pytest.approx((1.1, 1.5, 0.4))
    day = _row(values, kind="timing", quantity="date")
    assert day["difference"] == pytest.approx(3.0), "two and four days later"
    assert day["base_mean"] == pytest.approx((np.datetime64("2025-07-03") - np.datetime64("1970-01-01")).astype(int))
    assert _row(values, kind="timing", quantity="round")["difference"] == 0.0


def test_payoffs_are_over_all_runs_with_or_without_a_deal() -> None:
    values = effects(BASE, OTHER, PAIRED, {})["values"]
    payoff = _row(values, kind="payoff", quantity="us_treasury")
    assert (payoff["base_count"], payoff["count"]) == (6, 6)
    assert payoff["difference"] == pytest.approx(2 * (0.02 + 0.05 + 0.06) / 6)
    away = _row(values, kind="walk_away", quantity="partner")
    assert (away["base_mean"], away["difference"], away["low"], away["high"]) == (-1.0, 0.0, 0.0, 0.0)


def test_independent_runs_take_the_deals_of_each_and_other_intervals() -> None:
    longer = _run("longer", [DEAL] * 4 + [STALL], [0.1, 0.2, 0.3, 0.4, 0.5], [1, 2, 3, 4, 5])
    found = effects(BASE, longer, ALONE, {})
    assert found["moves"].empty
    deal = _row(found["outcomes"], outcome=DEAL)
    assert (deal["count"], deal["runs"], deal["difference"]) == (4, 5, pytest.approx(0.3))
    # Newcombe's method from the intervals of Wilson of 3 of 6 and 4 of 5.
    ends = [stats.binomtest(*one).proportion_ci(method="wilson") for one in ((3, 6), (4, 5))]
    low = 0.3 - math.hypot(0.8 - ends[1].low, ends[0].high - 0.5)
    high = 0.3 + math.hypot(ends[1].high - 0.8, 0.5 - ends[0].low)
    assert (deal["low"], deal["high"]) == pytest.approx((low, high), abs=1e-6)
    cars = _row(found["values"], kind="issue", quantity="car_tariff")
    assert (cars["base_count"], cars["count"]) == (3, 4)
    expected = stats.ttest_ind([0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.12], equal_var=False).confidence_interval(0.95)
    assert (cars["low"], cars["high"]) == pytest.approx((expected.low, expected.high))


def test_without_intervals_differences_stand_alone() -> None:
    found = effects(BASE, OTHER, CommonDraws(6, False, ""), {})
    for table in (found["outcomes"], found["values"]):
        assert table["low"].isna().all()
        assert table["high"].isna().all()
    assert _row(found["values"], kind="issue", quantity="car_tariff")["difference"] == pytest.approx(0.04)


def test_an_issue_that_one_agenda_lacks_has_no_difference() -> None:
    frame = OTHER.columns.frame(OTHER.columns.names)
    further = frame.assign(**dict.fromkeys(("rice", "us.rice", "partner.rice"), frame["us.car_tariff"]))
    other: Any = SimpleNamespace(label="other", columns=FrameColumns(further))
    rice = _row(effects(BASE, other, PAIRED, {"rice": "Mt"})["values"], kind="issue", quantity="rice")
    assert (rice["unit"], rice["base_count"], rice["count"]) == ("Mt", 0, 3)
    assert math.isnan(rice["difference"])
    assert math.isnan(rice["base_mean"])


def test_rounding_is_no_difference() -> None:
    frame = BASE.columns.frame(BASE.columns.names)
    nudged = frame.assign(**{"gain.us_treasury": frame["gain.us_treasury"] + 1e-13})
    other: Any = SimpleNamespace(label="other", columns=FrameColumns(nudged))
    gain = _row(effects(BASE, other, PAIRED, {})["values"], kind="gain", quantity="us_treasury")
    assert (gain["difference"], gain["low"], gain["high"]) == (0.0, 0.0, 0.0)


def test_runs_without_any_deal_have_no_means_of_deals() -> None:
    none = _run("none", [STALL] * 6, [0.1] * 6, [1] * 6)
    values = effects(BASE, none, PAIRED, {})["values"]
    assert math.isnan(_row(values, kind="issue", quantity="car_tariff")["difference"])
    assert _row(values, kind="payoff", quantity="partner")["count"] == 6


def test_spreads_are_over_the_own_deals_of_a_run() -> None:
    found = spreads(OTHER, {})
    cars = _row(found, kind="issue", quantity="car_tariff")
    assert (cars["run"], cars["count"]) == ("other", 3)
    own = [0.12, 0.35, 0.18]
    assert [cars[f"q{level:02d}"] for level in (5, 25, 50, 75, 95)] == pytest.approx(
        np.quantile(own, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
    )
    assert cars["mean"] == pytest.approx(np.mean(own))
    rounds = _row(found, kind="timing", quantity="round")
    assert [rounds["q05"], rounds["q50"], rounds["q95"]] == [3, 5, 7], "rounds in which talks ended"


def _drawn(label: str, seed: int = 1, runs: int = 100, sampling: str = "monte_carlo", table: str | None = None) -> Any:
    config = load_config(TINY, [f"experiment.sampling={sampling}"])
    design = None if table is None else SimpleNamespace(digest=table)
    return SimpleNamespace(label=label, seed=seed, config=config, settings=SimpleNamespace(runs=runs, design=design))


@pytest.mark.parametrize(
    ("one", "other", "pairs", "has_intervals", "why"),
    [
        ({}, {}, 100, True, "Paired: 100 runs of each meet the same draws (seed 1) and are compared one by one."),
        ({}, {"runs": 250}, 100, True, "b has 250 runs, of which the first 100 are looked at here."),
        ({"runs": 250}, {}, 100, True, "a has 250 runs, of which the first 100 are looked at here."),
        ({}, {"seed": 2}, 0, True, "Independent runs: seed 1 in a and 2 in b."),
        ({}, {"sampling": "latin_hypercube"}, 0, True, "a is drawn by independent draws and b by a Latin hypercube."),
        ({"sampling": "latin_hypercube"}, {"sampling": "latin_hypercube"}, 100, True, "rather too wide"),
        ({"sampling": "latin_hypercube"}, {"sampling": "latin_hypercube", "runs": 90}, 0, True,
         "a Latin hypercube of 100 runs (a) has other draws than one of 90 (b)."),
        ({"sampling": "sobol"}, {"sampling": "sobol"}, 100, False,
         "No intervals: a Sobol sequence spreads its points evenly"),
        ({}, {"sampling": "sobol", "seed": 3}, 0, False, "No intervals: a Sobol sequence"),
        ({"table": "x"}, {"table": "x", "runs": 200}, 100, False,
         "Paired: 100 runs of each play the same worlds of one table (seed 1). No intervals: the rows of a table"),
        ({"table": "x"}, {"table": "y"}, 0, False, "Independent runs: a and b play other tables of worlds. No int"),
        ({"table": "x"}, {"table": "x", "seed": 2}, 0, False, "a and b play one table of worlds from two seeds."),
        ({}, {"table": "x"}, 0, False, "Independent runs: b alone plays a table of worlds. No intervals"),
    ],
)  # fmt: skip
def test_runs_are_paired_where_the_draws_are_the_same(
    one: dict[str, Any], other: dict[str, Any], pairs: int, has_intervals: bool, why: str
) -> None:
    found = draws_of(_drawn("a", **one), _drawn("b", **other))
    assert (found.pairs, found.has_intervals) == (pairs, has_intervals)
    assert why in found.why
