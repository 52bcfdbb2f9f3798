"""Packages, amounts and pairs that are given: what is taken, what is refused and why, and a run's own packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

import winset
from experiments.errors import RunError
from experiments.questions.value.result import ValueResult
from tests.tree import CONFIGS

TINY: Final = str(CONFIGS / "tiny.yaml")
JULY: Final = str(CONFIGS / "july_2025.yaml")


def value(config: str | Path = TINY, package: Any = None, **options: Any) -> ValueResult:
    """Value without draws."""
    return winset.value(config, package, **{"draws": 0, **options})


def values(result: ValueResult) -> dict[str, float]:
    """Package that was valued."""
    return result.valued.values


def refused(config: str | Path = TINY, package: Any = None, **options: Any) -> str:
    """What is said of a question that cannot be answered."""
    with pytest.raises(RunError) as told:
        value(config, package, **options)
    return str(told.value)


def test_an_issue_that_is_left_out_is_at_the_status_quo() -> None:
    result = value(TINY, "chip_purchases=1.5")
    table = result.tables["package"].set_index("issue")
    assert table["source"].to_dict() == {"car_tariff": "status quo", "chip_purchases": "given"}
    assert values(result) == {"car_tariff": 0.275, "chip_purchases": 1.5}
    # A share of a fund of nothing is as low as its range goes.
    july = values(value(JULY))
    assert (july["investment_fund"], july["fund_profit_share"]) == (0.0, 0.5)


def test_a_package_may_be_a_text_several_or_a_mapping() -> None:
    wanted = {"car_tariff": 0.175, "chip_purchases": 3.0}
    assert values(value(TINY, "car_tariff=0.175,chip_purchases=3")) == pytest.approx(wanted)
    assert values(value(TINY, ["car_tariff=0.175", " chip_purchases = 3"])) == pytest.approx(wanted)
    assert values(value(TINY, wanted)) == pytest.approx(wanted)


def test_a_value_as_tables_print_it_is_its_level() -> None:
    """9.02 stands for a level of 9.022 of the chips."""
    result = value(str(CONFIGS / "japan_us_2025.yaml"), {"chip_purchases": 9.02})
    assert values(result)["chip_purchases"] == pytest.approx(13 * 13.88 / 20)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"package": "car_tariff=0.16"},
            "--package car_tariff=0.16: it is no level of its grid, which goes from 0.15 to 0.275 in steps of 0.025; "
            "0.15 and 0.175 are the nearest levels.",
        ),
        (
            {"package": {"car_tariff": 0.9}},
            "--package car_tariff=0.9: it is no level of its grid, which goes from 0.15 to 0.275 in steps of 0.025; "
            "0.275 is the nearest level.",
        ),
        (
            {"package": "car_tarif=0.15"},
            "--package car_tarif: on 2025-06-01 there is no such issue on the table; did you mean car_tariff?",
        ),
        (
            {"package": "fund=400"},
            "--package fund: on 2025-06-01 there is no such issue on the table; known: car_tariff, chip_purchases.",
        ),
        ({"package": "car_tariff"}, "--package car_tariff: it must be ISSUE=VALUE, such as car_tariff=0.15."),
        (
            {"package": "car_tariff=15%"},
            "--package car_tariff=15%: 15% is no number; a rate of 15 % is written 0.15.",
        ),
        (
            {"package": "car_tariff=0.15,car_tariff=0.175"},
            "--package car_tariff=0.175: car_tariff has a value already, 0.15.",
        ),
        (
            {"package": {"chip_purchases": 6.0}, "sets": ["partner.subsidy_budget=1"]},
            "--package chip_purchases=6: firms, makers and the subsidy budget do not allow it on 2025-06-01; at most 3 "
            "can be delivered.",
        ),
        ({"between": "car_tariff"}, "--between car_tariff: it must be two issues, such as chip_purchases,car_tariff."),
        (
            {"between": ["car_tariff", "car_tariff"]},
            "--between car_tariff,car_tariff: it must be two different issues.",
        ),
        ({"amount": {"car_tariff": 0.0}}, "--amount car_tariff=0: it must be more or less than nothing."),
        (
            {"amount": "car_tariff=0.05"},
            "--amount car_tariff=0.05: the package has 0.275, and 0.325 is outside the range of 0.15 to 0.275; give "
            "-0.125 to 0.",
        ),
        ({"at": "offer"}, "--at is offer; it must be one of deal, us, partner."),
        (
            {"at": "deal", "package": "car_tariff=0.15"},
            "--at deal takes the package from the talks, and --package names one; give one of them.",
        ),
        (
            {"at": "us", "on": "2025-06-11"},
            "--on 2025-06-11: --at us values the package on the last day of its talks.",
        ),
        ({"on": "2031-01-01"}, "--on 2031-01-01: the talks of tiny begin on 2025-06-01 and last 50 days at most."),
        ({"on": "2025-05-01"}, "--on 2025-05-01: the talks of tiny begin on 2025-06-01 and last 50 days at most."),
        (
            {"sets": ["agenda.chip_purchases=~"]},
            "tiny: on 2025-06-01 only car_tariff is on the table, and one issue is valued in terms of another.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_would_be_right(options: dict[str, Any], message: str) -> None:
    assert refused(**options) == message


def test_an_issue_that_an_event_brings_is_refused_before_it_with_the_day() -> None:
    assert refused(JULY, "investment_fund=550", on="2025-07-01") == (
        "--package investment_fund: it is not on the table on 2025-07-01; the event fund brings it on 2025-07-22 "
        "(--on 2025-07-22)."
    )
    result = value(JULY, "investment_fund=550")
    assert str(result.valued.date) == "2025-07-23", "the first round with the fund on the table"


def test_the_amount_is_half_of_the_range_where_that_has_room() -> None:
    assert value().valued.amount == ("chip_purchases", 3.0)
    assert value(TINY, {"chip_purchases": 4.5}).valued.amount == ("chip_purchases", 1.5)
    assert value(TINY, {"chip_purchases": 6.0}).valued.amount == ("chip_purchases", -3.0)
    issue, amount = value(between="car_tariff,chip_purchases").valued.amount
    assert (issue, round(amount, 9)) == ("car_tariff", -0.05)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of tiny, of which some end without a deal."""
    folder = tmp_path_factory.mktemp("runs") / "out"
    sets = ["us_treasury.consumer_weight={dist: uniform, low: 0.1, high: 1}"]
    winset.run(TINY, 12, seed=6, sets=sets, out=folder, workers=1)
    return folder


def test_a_package_of_a_finished_run_is_that_of_its_table(played: Path) -> None:
    runs: Any = winset.load_runs(played).set_index("run")
    dealt = runs[runs["outcome"] == "agreement"].index[0]
    for at, prefix in (("deal", ""), ("us", "us."), ("partner", "partner.")):
        result = value(played, run=int(dealt), at=at)
        assert values(result) == {name: runs.loc[dealt, f"{prefix}{name}"] for name in ("car_tariff", "chip_purchases")}
        assert result.valued.date == runs.loc[dealt, "date"]
        assert (result.seed, result.config.name) == (6, "tiny")
    terms: Any = value(played, run=int(dealt), at="deal").tables["terms"]
    own = terms[(terms["agent"] == "partner") & (terms["state"] == "package")]
    assert own["payoff"].sum() == pytest.approx(runs.loc[dealt, "payoff.partner"], abs=1e-9)


def test_a_run_without_a_deal_has_none_to_value(played: Path) -> None:
    runs: Any = winset.load_runs(played).set_index("run")
    missed = int(runs[runs["outcome"] != "agreement"].index[0])
    dealt = [str(run) for run in runs[runs["outcome"] == "agreement"].index[:5]]
    told = refused(played, run=missed, at="deal")
    assert told.startswith(f"--at deal: run {missed} ended ")
    assert f"on {runs.loc[missed, 'date']}" in told
    assert f"there is no deal to value (runs with one: {', '.join(dealt[:-1])} and {dealt[-1]})" in told
    assert value(played, run=missed, at="us").valued.at == "us"
    assert "runs with one" not in refused(TINY, run=0, at="deal", sets=["tactics.us_treasury={name: hardliner}"])


def test_a_finished_run_keeps_its_config_and_seed(played: Path, tmp_path: Path) -> None:
    assert refused(played, run=12, at="deal") == "--run is 12; it must be a whole number from 0 to 11."
    for option, given in (("--set", {"sets": ["us_treasury.consumer_weight=1"]}), ("--seed", {"seed": 3})):
        assert refused(played, **given).startswith(f"{option}: {played} was played with a config and a seed of its own")
    other = tmp_path / "solved"
    winset.solutions(TINY, out=other)
    assert refused(other) == f"{other} holds results of winset solve, and not of winset run."
