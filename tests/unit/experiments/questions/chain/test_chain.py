"""A chain from end to end: alone it is the case itself, and what is not looked at changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.cases.cases import case_config
from experiments.errors import ConfigError, RunError
from experiments.questions.chain.chain import chain, horizon_of, spec_of
from experiments.questions.chain.members import Member, members_of
from experiments.questions.chain.result import ChainResult
from experiments.questions.chain.spec import CHAINS, ChainSpec, read_chain
from experiments.questions.chain.tables import ALONE, IN_CHAIN
from experiments.questions.forecast.forecast import forecast
from tests.case_configs import CASES, RECORD
from tests.command_line import winset

RUNS = 40


def spec(*cases: str, **keys: Any) -> ChainSpec:
    return ChainSpec(name="made_up", title="Made up", cases=cases, **keys)


def members(*cases: str, **keys: Any) -> tuple[Member, ...]:
    chosen = spec(*cases, **keys)
    return members_of(chosen, RECORD, RUNS, 3, (), horizon_of(chosen, RECORD))


@pytest.fixture(scope="module")
def three() -> ChainResult:
    """UK, Japan and Korea, one after the other."""
    return chain(spec("UK", "Japan", "Korea"), RUNS, 3)


@pytest.mark.parametrize("case", ["UK", "Korea", "Brazil"])
def test_a_chain_of_one_case_is_that_case(case: str) -> None:
    """The same draws, day by day and rate by rate, as its forecast with nothing fitted."""
    result = chain(spec(case), RUNS, 3)
    alone, chained = (result.row(case, setting) for setting in (ALONE, IN_CHAIN))
    assert {key: one for key, one in alone.items() if key != "setting"} == pytest.approx(
        {key: one for key, one in chained.items() if key != "setting"}, nan_ok=True
    )
    own = forecast(case, RUNS, 3).draws.query("horizon == '2025-08-01'")
    (member,) = members(case)
    played = member.play()
    assert np.array_equal(played.agreed, own["agreed"] == 1)
    np.testing.assert_allclose(played.rec, own["rec"], atol=1e-6)
    assert chained["agreed"] == own["agreed"].mean()
    assert chained["rec"] == pytest.approx(own["rec"].mean(), abs=1e-6)
    assert not len(result.removed)
    assert not len(result.orders)


def test_a_case_that_is_added_where_nobody_looks_at_others_changes_nothing() -> None:
    two = chain(spec("Japan", "Korea", reference="none"), RUNS, 3, stress=0)
    four = chain(spec("UK", "Japan", "Korea", "Brazil", reference="none"), RUNS, 3, stress=0)
    for case in ("Japan", "Korea"):
        for setting in (ALONE, IN_CHAIN):
            assert two.row(case, setting) == pytest.approx(four.row(case, setting), nan_ok=True)
    for name in ("agreed_change", "rec_change"):
        assert (four.removed[name] == 0).all()


def test_where_others_are_looked_at_an_added_case_changes_later_ones(three: ChainResult) -> None:
    two = chain(spec("Japan", "Korea"), RUNS, 3, stress=0)
    assert two.row("Korea", IN_CHAIN)["rec"] != three.row("Korea", IN_CHAIN)["rec"]


def test_the_first_case_is_as_it_is_alone(three: ChainResult) -> None:
    alone, chained = (three.row("UK", setting) for setting in (ALONE, IN_CHAIN))
    assert {**alone, "setting": ""} == pytest.approx({**chained, "setting": ""}, nan_ok=True)
    assert np.isnan(alone["reference"])


def test_later_cases_see_the_deals_threats_and_open_trade_of_earlier_ones(three: ChainResult) -> None:
    korea = three.row("Korea", IN_CHAIN)
    assert 0.0 <= korea["reference"] <= 0.1 + 1e-9, "no rate of the UK or Japan is nearer than what was signed"
    assert 0.0 < korea["weight"] <= 1.0
    assert korea["open"] < three.row("Japan", IN_CHAIN)["open"] < 1.0
    assert korea["execution"] != three.row("Korea", ALONE)["execution"]


def test_without_a_case_is_the_chain_of_the_others(three: ChainResult) -> None:
    without = chain(spec("UK", "Korea"), RUNS, 3, stress=0)
    row = three.removed.set_index(["case", "without"]).to_dict("index")["Korea", "Japan"]
    full, other = three.row("Korea", IN_CHAIN), without.row("Korea", IN_CHAIN)
    # The record's deal of Japan came after Korea's day: what is not in the chain is not there at all.
    assert row["agreed_change"] == pytest.approx(full["agreed"] - other["agreed"])
    assert row["rec_change"] == pytest.approx(full["rec"] - other["rec"])
    assert row["runs"] == RUNS


def test_all_orders_of_few_cases_are_tried_and_those_by_size_are_named(three: ChainResult) -> None:
    assert len(three.orders) == 6
    assert len(three.places) == 18
    names = dict(zip(three.orders["cases"], three.orders["name"], strict=True))
    # By GDP: Japan 4,030, UK 3,640, Korea 1,870.
    assert names["Japan, UK, Korea"] == "largest first"
    assert names["Korea, UK, Japan"] == "smallest first"
    assert names["UK, Japan, Korea"] == "chain"
    own = three.places[three.places["order"] == 0].set_index("case")
    for case in three.members:
        assert own.loc[case, "agreed"] == pytest.approx(three.row(case, IN_CHAIN)["agreed"])
        assert own.loc[case, "rec"] == pytest.approx(three.row(case, IN_CHAIN)["rec"])


def test_cases_without_a_date_come_in_random_places() -> None:
    result = chain(spec("Brazil", "UK", "India"), 20, 3, orders=6, stress=0)
    assert result.members[0] == "UK", "its deal was before the day of the others"
    removed = set(zip(result.removed["case"], result.removed["without"], strict=True))
    assert {("Brazil", "India"), ("India", "Brazil")} <= removed
    assert ("UK", "Brazil") not in removed


def test_the_bandwidth_is_that_of_the_option() -> None:
    near, far = (chain(spec("UK", "Korea"), 30, 3, bandwidth=width, stress=0) for width in (0.3, 3.0))
    assert near.row("Korea", IN_CHAIN)["weight"] < far.row("Korea", IN_CHAIN)["weight"]
    assert far.manifest.settings["chain"]["bandwidth"] == 3.0


def test_changes_are_made_to_every_case() -> None:
    sets = ["us_treasury.reference_loss=0", "partner.reference_loss=0"]
    result = chain(spec("UK", "Korea"), 20, 3, stress=0, sets=sets)
    assert result.config.us_treasury.number("reference_loss").support() == (0.0, 0.0)


@pytest.mark.parametrize("name", ["five", "thirteen"])
def test_shipped_chains_name_cases_of_the_record(name: str) -> None:
    found = read_chain(CHAINS / f"{name}.yaml")
    assert found.name == name
    assert set(found.cases) <= set(CASES)
    assert len(found.cases) == {"five": 5, "thirteen": 13}[name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: a\ntitle: b\n", "cases"),
        ("name: a\ntitle: b\ncases: []\n", "cases"),
        ("name: a\ntitle: b\ncases: [UK, uk]\n", "uk is named twice"),
        ("name: a\ntitle: b\ncases: [UK]\nbandwidth: 0\n", "bandwidth"),
        ("name: a\ntitle: b\ncases: [UK]\nreference: all\n", "reference"),
        ("name: a\ntitle: b\ncases: [UK]\nband: 1\n", "band"),
        ("- UK\n", "a map of keys"),
        (
            "name: a\ntitle: b\ncases: [UK, Koera,\n Atlantis]\n",
            "error: {path}:3:13: cases.1: there is no such case in the record; did you mean Korea? (got Koera) "
            "{path}:4:2: cases.2: there is no such case in the record; known:",
        ),
        (
            "name: a\ntitle: b\ncases: [UK]\nbandwidth: 1e-300\n",
            "4:12: bandwidth: must be greater than or equal to 0.01",
        ),
        (
            "name: a\ntitle: b\ncases: [UK, Korea]\nhorizon: 2025-07-12\n",
            "{path}:4:10: horizon: must be after 2025-07-12, the day from which Korea is forecast, and by 2030-07-12 "
            "at the latest (got 2025-07-12)",
        ),
        ("name: a\ntitle: b\ncases: [UK]\nhorizon: 2025-05-01\n", "must be after 2025-05-07, the day from which UK is"),
        ("name: a\ntitle: b\ncases: [UK]\nhorizon: 9999-12-31\n", "by 2030-05-07 at the latest (got 9999-12-31)"),
    ],
)
def test_a_chain_that_is_wrong_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "chain.yaml"
    path.write_text(text, encoding="utf-8")
    called = winset("chain", str(path), "--runs", "2")
    assert called.exit_code == 2
    assert message.format(path=path) in " ".join(called.stderr.split())
    assert not (tmp_path / "out").exists()


def test_a_case_that_is_no_name_is_refused_once(tmp_path: Path) -> None:
    path = tmp_path / "chain.yaml"
    path.write_text("name: a\ntitle: b\ncases: [1]\n", encoding="utf-8")
    assert winset("chain", str(path)).stderr.strip() == f"error: {path}:3:9: cases.0: must be text (got 1)"


def test_a_least_bandwidth_and_any_day_after_the_forecasts_are_played() -> None:
    result = chain(spec("UK", "Korea", horizon=date(2025, 7, 13)), 20, 3, bandwidth=0.01, stress=0)
    assert result.horizon == "2025-07-13"
    assert 0.0 <= result.row("Korea", IN_CHAIN)["weight"] < 1e-6


def test_a_chain_that_is_not_there_is_refused_with_those_that_are() -> None:
    called = winset("chain", "six")
    assert called.exit_code == 2
    assert "no chain of that name comes with winset" in " ".join(called.stderr.split())


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), 101.0, 1e-300, 0.0099])
def test_a_bandwidth_that_cannot_be_is_refused(width: float) -> None:
    with pytest.raises(RunError, match=r"--bandwidth is .*; it must be a number from 0\.01 to 100\."):
        chain(spec("UK"), 2, bandwidth=width)


def test_a_chain_may_be_plain_data_and_is_checked_like_a_file() -> None:
    assert spec_of({"name": "made_up", "title": "Made up", "cases": ["UK"]}) == spec("UK")
    with pytest.raises(ConfigError, match="mapping: cases"):
        spec_of({"name": "made_up", "title": "Made up", "cases": []})


def test_too_few_runs_are_refused() -> None:
    with pytest.raises(RunError, match="--runs"):
        chain(spec("UK"), 1)


def test_cases_without_a_horizon_need_one() -> None:
    bare = replace(RECORD, cases=tuple(replace(one, first_horizon=None, last_horizon=None) for one in RECORD.cases))
    with pytest.raises(ConfigError, match="give the day by which deals count"):
        chain(spec("UK"), 2, record=bare)


def test_deals_of_members_are_played_and_those_of_others_are_facts() -> None:
    inside, outside = members("UK", "Korea")[1], members("Korea")[0]
    assert [one.case for one in inside.known.signed] == ["Vietnam"]
    assert [one.case for one in outside.known.signed] == ["UK", "Vietnam"]
    assert outside.config == case_config("Korea")
    assert isinstance(pd.DataFrame(outside.design), pd.DataFrame)
