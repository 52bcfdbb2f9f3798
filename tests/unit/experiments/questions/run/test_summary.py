"""The summary counts, ranks and prints what the table of runs holds, whatever is missing from it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.questions.run.summary import SMALLEST_GROUP, Summary, summarise
from experiments.questions.run.text import blocks
from experiments.report.terminal import text_of
from tests.synthetic_tables import talks
from tests.tree import ROOT


def _runs(count: int = 100, deals: int = 60) -> pd.DataFrame:
    return talks(count, deals)[0]


def _printed(summary: Summary, width: int = 100, *sets: str) -> str:
    return text_of(blocks(summary, load_config(ROOT / "configs" / "july_2025.yaml", sets)), width)


def test_outcomes_are_shares_with_intervals_agreement_first() -> None:
    table = summarise(_runs()).outcomes.set_index("outcome")
    assert table.index[0] == "agreement"
    assert (table["count"].iloc[0], table["share"].iloc[0]) == (60, 0.6)
    assert table["share"].sum() == pytest.approx(1.0)
    assert ((table["low"] < table["share"]) & (table["share"] < table["high"])).all()


def test_agreement_is_listed_also_when_there_is_none() -> None:
    first = summarise(_runs(30, 0)).outcomes.iloc[0]
    assert (first["outcome"], first["count"], first["share"], first["low"]) == ("agreement", 0, 0.0, 0.0)
    assert first["high"] == pytest.approx(0.1135, abs=1e-4)


def test_deals_are_counted_by_what_each_issue_sits_on() -> None:
    """Of five deals; without the columns, as in a table of another version, there is nothing to count."""
    binds = {
        "binds.chip_purchases": ["grid:low", "interior", "grid:low", "delivery:budget", "grid:low", *[None] * 3],
        "binds.car_tariff": ["interior", "release:us_cars", "interior", None, "ratification:us", *[None] * 3],
    }
    found = summarise(pd.concat([_runs(8, 5), pd.DataFrame(binds)], axis=1)).constraints
    assert found.to_numpy().tolist() == [
        ["car_tariff", "interior", 2, 0.5],
        ["car_tariff", "ratification:us", 1, 0.25],
        ["car_tariff", "release:us_cars", 1, 0.25],
        ["chip_purchases", "grid:low", 3, 0.6],
        ["chip_purchases", "delivery:budget", 1, 0.2],
        ["chip_purchases", "interior", 1, 0.2],
    ]
    unknown = summarise(_runs(8, 5))
    assert unknown.constraints.empty
    assert "On which constraints the deals sit is not known of this table" in " ".join(_printed(unknown).split())


def test_reasons_are_counted_within_their_outcome() -> None:
    given: list[str | None] = [
        "us_accepts",
        "us_accepts",
        "partner_accepts",
        "partner_accepts",
        "partner_accepts",
        *[None] * 5,
    ]
    runs = _runs(10, 5).assign(reason=pd.Series(given))
    reasons = summarise(runs).reasons
    assert reasons[["outcome", "reason", "count"]].to_numpy().tolist()[:3] == [
        ["agreement", "partner_accepts", 3],
        ["agreement", "us_accepts", 2],
        ["stall", "", 1],
    ]


def test_packages_and_gains_are_those_of_agreements() -> None:
    runs = _runs()
    summary = summarise(runs)
    deals = runs[runs["outcome"] == "agreement"]
    package = summary.package.set_index("issue")
    assert list(package.index) == ["car_tariff", "chip_purchases"]
    expected = deals["car_tariff"].astype(float).quantile([0.05, 0.25, 0.5, 0.75, 0.95])
    np.testing.assert_allclose(package.loc["car_tariff"].to_numpy(float)[1:], expected)
    gains = summary.gains.set_index("agent")
    assert list(gains.index) == ["us_treasury", "partner", "SoftBank"]
    assert gains.loc["partner", "count"] == 60
    assert gains.loc["partner", "q50"] == pytest.approx(deals["gain.partner"].median())


def test_packages_that_both_table_are_counted_by_reason() -> None:
    """Of six runs one is a deal, two are apart, and in one Japan made no offer; a rate that both sum is no gap."""
    nothing = float("nan")
    runs = pd.DataFrame(
        {
            "outcome": ["agreement", "walkout", "stall", "stall", "walkout", "stall"],
            "reason": ["us_accepts", "no_zone", "no_zone", "tactics_hold", "no_zone", "no_zone"],
            "round": 1,
            "us.car_tariff": [0.1, 0.1, 0.1, 0.3, 0.1, 0.1],
            "partner.car_tariff": [0.1, 0.1, 0.2, 0.1 + 0.2, nothing, 0.1],
            "us.investment_fund": [1.0, 2.0, 3.0, nothing, 4.0, 5.0],
            "partner.investment_fund": [1.0, 2.0, 3.0, nothing, 4.0, 5.5],
        }
    )
    summary = summarise(runs)
    assert sorted(summary.met.itertuples(index=False, name=None)) == [("no_zone", 1), ("tactics_hold", 1)]
    assert "In 2 of 5 runs both table one and the same package" in " ".join(_printed(summary).split())
    assert summarise(runs[:1]).met.empty
    told = " ".join(_printed(summarise(runs[2:3])).split())
    assert "Zero without a deal" in told
    assert "one and the same" not in told


def test_gaps_are_those_of_runs_without_a_deal() -> None:
    gaps = summarise(_runs()).gaps.set_index("issue")
    assert gaps.loc["car_tariff", "count"] == 40
    assert gaps.loc["car_tariff", "q50"] == pytest.approx(0.25 / 3)


def test_rounds_are_counted_for_all_and_for_each_outcome() -> None:
    runs = _runs()
    rounds = summarise(runs).rounds.set_index("outcome")
    assert rounds.loc["all", "q50"] == np.sort(runs["round"])[49]
    assert rounds.loc["agreement", "count"] == 60


def test_rounds_have_their_dates_beside_them() -> None:
    """Rounds 2 to 21, three days apart: the quantiles of all groups differ, and half a round does not exist."""
    rounds = np.arange(2, 22)
    dates = [dt.date(2025, 6, 1) + dt.timedelta(3 * int(k)) for k in rounds]
    outcome = ["agreement"] * 5 + ["threat_executed"] * 15
    runs = pd.DataFrame({"outcome": outcome, "reason": "x", "round": rounds, "date": dates})
    summary = summarise(runs)
    assert summary.rounds.to_numpy().tolist() == [
        ["all", 20, 2.0, 6.0, 11.0, 16.0, 20.0],
        ["agreement", 5, 2.0, 3.0, 4.0, 5.0, 6.0],
        ["threat_executed", 15, 7.0, 10.0, 14.0, 18.0, 21.0],
    ]
    shown = [f"2025-{month}" for month in ("06-07", "06-19", "07-04", "07-19", "07-31")]
    assert [str(day) for day in summary.dates.iloc[0, 2:]] == shown
    lines = [line.split() for line in _printed(summary).splitlines()]
    at = lines.index(["All", "runs", "round", "2", "6", "11", "16", "20"])
    assert lines[at + 1] == ["date", *shown]
    assert lines[at + 2 : at + 4] == [
        ["Agreement", "round", "2", "3", "4", "5", "6"],
        ["date", "2025-06-07", "2025-06-10", "2025-06-13", "2025-06-16", "2025-06-19"],
    ]
    assert lines[at + 4] == ["Threat", "executed", "round", "7", "10", "14", "18", "21"]
    assert summarise(runs.drop(columns="date")).dates.empty


def test_a_parameter_that_sets_deals_apart_comes_first() -> None:
    table = summarise(_runs()).differences
    assert list(table["parameter"]) == ["us_treasury.consumer_weight", "economy.horizon"]
    first, second = table.to_dict("records")
    assert first["deal_median"] > first["other_median"]
    assert 0.5 < first["low"] < first["effect"] < first["high"] <= 1.0
    assert first["p_value"] < 1e-6
    assert second["low"] < 0.0 < second["high"]


@pytest.mark.parametrize(("deals", "compared"), [(SMALLEST_GROUP - 1, False), (SMALLEST_GROUP, True)])
def test_small_groups_are_not_compared_and_it_is_said(deals: int, compared: bool) -> None:
    summary = summarise(_runs(100, deals))
    assert (len(summary.differences) > 0) is compared
    note = f"{deals} with a deal and {100 - deals} without: parameters are compared from 20 runs in each group on"
    assert summary.differences_note == ("" if compared else note)
    assert (note in " ".join(_printed(summary).split())) is not compared


def test_constant_and_unsampled_parameters_are_left_out() -> None:
    runs = _runs().drop(columns=["param.us_treasury.consumer_weight", "param.economy.horizon"])
    assert summarise(runs).differences_note == "no parameter was sampled"
    fixed = runs.assign(**{"param.walk_away.discount_rate": 0.04, "param.fund.share": None})
    assert summarise(fixed).differences_note == "no parameter varied in enough runs of both groups"


@pytest.mark.parametrize("deals", [0, 1, 100])
def test_columns_without_values_are_left_out(deals: int) -> None:
    runs = _runs(100, deals).assign(subsidy_rate=None, chip_price=np.nan, **{"us.car_tariff": None, "gain.NTT": None})
    summary = summarise(runs)
    assert summary.pledge.empty
    assert "NTT" not in set(summary.gains["agent"])
    assert "car_tariff" not in set(summary.gaps["issue"])
    assert len(summary.package) == (2 if deals else 0)
    assert _printed(summary)


def test_no_run_and_one_run_are_summarised() -> None:
    empty = summarise(_runs().iloc[:0])
    assert (empty.runs, empty.agreements) == (0, 0)
    assert _printed(empty) == "There are no negotiations in this directory.\n"
    one = summarise(_runs(1, 1))
    assert one.outcomes.loc[0, "low"] == pytest.approx(0.2065, abs=1e-4)
    assert "The agreed package, over 1 deal\n" in _printed(one)


def test_talks_that_went_on_after_an_execution_are_counted_and_told() -> None:
    """Of 100 runs 30 saw one, of which 10 ended in a deal; a table without the column has none."""
    runs = _runs(100, 60)
    deals, others = runs["outcome"] == "agreement", runs["outcome"] != "agreement"
    executions = pd.Series(0, index=runs.index)
    executions[runs.index[deals][:10]] = 1
    executions[runs.index[others][:20]] = 2
    summary = summarise(runs.assign(executions=executions))
    assert (summary.executed, summary.dealt_after) == (30, 10)
    told = "In 30 % a threat was executed and the talks went on with its tariffs in force; 10 % ended in a deal after"
    assert told in " ".join(_printed(summary).split())
    without = summarise(runs)
    assert (without.executed, without.dealt_after) == (0, 0)
    assert "went on" not in _printed(without)
    one = summarise(_runs(1, 1).assign(executions=1))
    assert "A threat was executed on the way" in _printed(one)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_that_is_no_share_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match=f"level = {level}: the level of an interval lies between 0 and 1"):
        summarise(_runs(), level=level)


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match=r"table 'runs' lacks the column\(s\) reason, round"):
        summarise(pd.DataFrame({"outcome": ["stall"]}))


def test_printed_summary_has_units_and_readable_digits() -> None:
    runs = _runs().assign(chip_headline=6.94, chip_additional=1.5, subsidy_rate=1 / 3)
    printed = _printed(summarise(runs)).splitlines()
    lines = {line.strip().partition("  ")[0]: line.split() for line in reversed(printed)}
    assert lines["Agreement"][1:] == ["60", "60.0", "%", "50.2", "to", "69.1", "%"]
    assert lines["Car tariff"][-1] == "%"
    assert [line.split()[-1] for line in printed if line.startswith("Car tariff")] == ["%", "points"]
    assert lines["Subsidy rate"][2:] == ["33.3"] * 5 + ["%"]
    assert lines["Chips: headline"][2:] == ["6.94"] * 5 + ["US$", "bn"]
    assert lines["Chips: additional"][2:] == ["1.50"] * 5 + ["US$", "bn", "a", "year"]
    assert lines["Japan's government"][-4:] == ["US$", "bn", "a", "year"]
    assert lines["SoftBank"][1] == "+0.0200"


@pytest.mark.parametrize("width", [60, 100, 200])
def test_printed_summary_fits_its_width(width: int) -> None:
    runs = _runs().assign(**{"gain.A very long name of a firm that goes on and on and on and on": 1.0})
    runs["param.red_lines.us_cars_and_everything_else.release.when.at_least"] = runs["param.economy.horizon"]
    assert max(map(len, _printed(summarise(runs), width).splitlines())) <= min(width, 100)


def test_odd_names_are_printed_as_they_are() -> None:
    odd = "x [bold] \\[/] $y$"
    runs = talks(50, 25, (odd,))[0].assign(reason=odd)
    runs[f"gain.{odd}"], runs[f"param.{odd}"] = 1.0, np.arange(50.0)
    text = _printed(summarise(runs))
    assert text.count(odd) >= 5


def test_the_numbers_need_no_drawing_library() -> None:
    code = (
        "import sys; import pandas as pd; from experiments.questions.run.summary import summarise; "
        "import experiments.questions.run.text; "
        "summarise(pd.DataFrame({'outcome': ['stall'], 'reason': ['x'], 'round': [3]})); "
        "assert not {'matplotlib', 'scipy', 'numba'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)
