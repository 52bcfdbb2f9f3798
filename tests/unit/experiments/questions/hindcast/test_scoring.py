"""Scores of forecasts made by hand: closed forms, baselines beside them, and what is undefined with its reason."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from experiments.config.knowledge import known_on
from experiments.config.load import load_config
from experiments.questions.hindcast.ablation import ablation_rows
from experiments.questions.hindcast.contains import contains_rows
from experiments.questions.hindcast.draws import FollowedPosition
from experiments.questions.hindcast.scoring import (
    Forecasted,
    path_rows,
    path_scores,
    pit_rows,
    score_rows,
    stated_after,
)
from experiments.questions.hindcast.targets import TARGET_DAY, Target, targets_of
from experiments.questions.hindcast.variants import variants_of
from experiments.record.record import read_record
from experiments.statistics.scores import crps_of_laplace
from tests.tree import CONFIGS

RECORD: Final = read_record()
MAY: Final = date(2025, 5, 28)
#: Runs: 30 deals at 15 and 20 %, 10 of them at 12 and 10 %, and 60 without one.
RUNS: Final = 100


def _bound(run: int, first: int, held_by: str) -> str | None:
    if run >= 40:
        return None
    return held_by if run < first else "interior"


def _draws(**columns: Any) -> pd.DataFrame:
    dealt = np.arange(RUNS) < 40
    car = np.where(dealt, np.where(np.arange(RUNS) < 30, 0.15, 0.12), 0.275)
    reciprocal = np.where(dealt, np.where(np.arange(RUNS) < 30, 0.20, 0.10), 0.10)
    found: dict[str, Any] = {
        "run": np.arange(RUNS),
        "reason": np.where(dealt, "us_accepts", np.where(np.arange(RUNS) < 85, "disjoint_red_lines", "no_zone")),
        "no_deal_before": (np.arange(RUNS) >= 5).astype(float),
        "deal_by": dealt.astype(float),
        "partner_first": (np.arange(RUNS) < 25).astype(float),
        "us_holds": np.ones(RUNS),
        "car_tariff": car,
        "reciprocal_tariff": reciprocal,
        "car_exports": np.full(RUNS, -0.25),
        "all_exports": np.full(RUNS, -0.102),
        "binds.car_tariff": [_bound(run, 30, "release:us_cars") for run in range(RUNS)],
        "binds.reciprocal_tariff": [_bound(run, 10, "red_line:us_baseline") for run in range(RUNS)],
    }  # fmt: skip
    # Two in a row are of one kind, so that every batch has some of each.
    order = np.argsort(np.arange(RUNS) % 20, kind="stable")
    return pd.DataFrame(found | columns).iloc[order].reset_index(drop=True)


def _forecast(day: date = MAY, **columns: Any) -> Forecasted:
    return Forecasted(day, _draws(**columns), 1)


def _targets() -> dict[str, Target]:
    return {one.name: one for one in targets_of(RECORD, "Japan", TARGET_DAY)}


def _rows(forecast: Forecasted) -> pd.DataFrame:
    return pd.DataFrame(score_rows(forecast, [*_targets().values()], RECORD, "Japan"))


#: Deals of a config that has none of the lines of July.
_NOT_BOUND: Final[dict[str, Any]] = dict.fromkeys(("binds.car_tariff", "binds.reciprocal_tariff"))


def _row(rows: pd.DataFrame, target: str, score: str, forecaster: str) -> Any:
    chosen = rows[(rows["target"] == target) & (rows["score"] == score) & (rows["forecaster"] == forecaster)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_scores_of_events_in_closed_form() -> None:
    rows = _rows(_forecast())
    own = _row(rows, "deal_by", "brier", "model")
    assert (own["says"], own["value"]) == (pytest.approx(0.4), pytest.approx(0.36))
    assert own["error"] > 0
    assert _row(rows, "deal_by", "log", "model")["value"] == pytest.approx(-math.log(40.5 / 101))
    assert _row(rows, "no_deal_before", "brier", "model")["value"] == pytest.approx(0.05**2)
    nobody = _row(rows, "deal_by", "brier", "B1")
    assert (nobody["says"], nobody["value"], nobody["skill"]) == (0.0, 1.0, pytest.approx(0.64))
    assert _row(rows, "deal_by", "log", "B1")["value"] == math.inf
    someone = _row(rows, "deal_by", "brier", "B8")
    assert (someone["says"], someone["value"], someone["skill"]) == (1.0, 0.0, -math.inf)
    even = _row(rows, "partner_first", "brier", "even")
    assert (even["value"], even["skill"]) == (0.25, pytest.approx(1 - 0.75**2 / 0.25))
    assert _row(rows, "no_deal_before", "brier", "B1")["says"] == 1.0
    assert _row(rows, "no_deal_before", "brier", "B5")["reason"] == "names no day of the deal"
    assert _row(rows, "us_holds", "brier", "B5")["reason"].startswith("says nothing of it")


def test_who_expects_no_move_stands_beside_the_course_of_the_talks() -> None:
    rows = _rows(_forecast(us_holds=(np.arange(RUNS) < 80).astype(float)))
    held = _row(rows, "us_holds", "brier", "last")
    assert (held["says"], held["value"], held["words"]) == (1.0, 0.0, "positions as last known")
    assert held["skill"] == -math.inf, "the model gives it 80 %"
    first = _row(rows, "partner_first", "brier", "last")
    assert (first["says"], first["value"]) == (0.0, 1.0)
    assert first["skill"] == pytest.approx(1 - 0.75**2)
    assert not len(rows[(rows["target"] == "deal_by") & (rows["forecaster"] == "last")])
    silent = [one for one in RECORD.positions if (one.side, one.issue) != ("us_treasury", "reciprocal_tariff")]
    found = pd.DataFrame(score_rows(
        _forecast(), [_targets()["us_holds"]], replace(RECORD, positions=tuple(silent)), "Japan"
    ))  # fmt: skip
    assert _row(found, "us_holds", "brier", "last")["reason"] == "no position was stated by the date"
    low = [
        replace(one, value=0.19) if one in {*RECORD.positions} - {*silent} and one.value is not None else one
        for one in RECORD.positions
    ]
    found = pd.DataFrame(score_rows(
        _forecast(), [_targets()["us_holds"]], replace(RECORD, positions=tuple(low)), "Japan"
    ))  # fmt: skip
    assert _row(found, "us_holds", "brier", "last")["says"] == 0.0


def test_scores_of_rates_in_closed_form() -> None:
    """Runs without a deal pay 27.5 and 10 %: CRPS of three atoms, and the Laplace baselines of the specification."""
    rows = _rows(_forecast())
    atoms = {0.12: 0.1, 0.15: 0.3, 0.275: 0.6}
    away = sum(share * abs(value - 0.15) for value, share in atoms.items())
    apart = sum(a * b * abs(x - y) for x, a in atoms.items() for y, b in atoms.items()) / 2
    own = _row(rows, "car_tariff", "crps", "model")
    assert own["value"] == pytest.approx(away - apart)
    assert own["says"] == 0.275
    assert _row(rows, "car_tariff", "log", "model")["value"] == pytest.approx(-math.log(30.5 / 103))
    # Bins below 12.5 hold a tenth, up to 17.5 four tenths: squared differences from 0 and 1 of the cumulated shares.
    assert _row(rows, "car_tariff", "rps", "model")["value"] == pytest.approx(0.1**2 + 3 * 0.6**2)
    among = _row(rows, "car_tariff", "crps", "deals")
    assert among["value"] == pytest.approx(0.25 * 0.03 - 0.25 * 0.75 * 0.03)
    midpoint = _row(rows, "car_tariff", "crps", "B5")
    assert midpoint["value"] == pytest.approx(crps_of_laplace(0.15, 0.04, 0.15))
    assert midpoint["value"] == pytest.approx(0.01)
    assert midpoint["skill"] == pytest.approx(1 - own["value"] / 0.01)
    assert _row(rows, "reciprocal_tariff", "crps", "B5")["value"] == pytest.approx(0.0189, abs=5e-5)
    assert _row(rows, "car_tariff", "crps", "B1")["value"] == pytest.approx(crps_of_laplace(0.275, 0.04, 0.15))
    assert _row(rows, "reciprocal_tariff", "crps", "B9")["value"] == pytest.approx(0.05)
    marked = rows[rows["after_the_fact"] == 1]
    assert set(marked["forecaster"]) == {"B3", "B4"}
    assert set(rows.loc[rows["forecaster"].isin(["B3", "B4"]), "after_the_fact"]) == {1}


def test_baselines_of_a_date_know_no_later_deal() -> None:
    before = _rows(_forecast(date(2025, 7, 1)))
    after = _rows(_forecast(date(2025, 7, 11)))
    assert _row(before, "reciprocal_tariff", "crps", "B7")["says"] == 0.10
    assert _row(after, "reciprocal_tariff", "crps", "B7")["says"] == 0.20
    assert _row(after, "reciprocal_tariff", "crps", "B8")["says"] == 0.10
    early = _rows(_forecast(date(2025, 5, 7)))
    for code in ("B7", "B8", "B9"):
        assert _row(early, "car_tariff", "crps", code)["reason"] == "no deal has been signed yet"
    assert _row(after, "no_deal_before", "", "model")["reason"] == "known since 2025-07-09"


def test_without_a_deal_there_is_no_score_among_deals() -> None:
    rows = _rows(_forecast(deal_by=np.zeros(RUNS)))
    assert _row(rows, "car_tariff", "crps", "deals")["reason"] == "no run has a deal by the day"
    assert math.isnan(_row(rows, "car_tariff", "crps", "deals")["value"])


def test_flows_are_scored_beside_no_change() -> None:
    rows = _rows(_forecast())
    own, still = (_row(rows, "car_exports", "crps", name) for name in ("model", "last"))
    assert own["value"] == pytest.approx(0.023)
    assert (still["says"], still["value"]) == (0.0, 0.227)
    assert still["skill"] == pytest.approx(1 - 0.023 / 0.227)
    assert _row(rows, "all_exports", "crps", "model")["value"] == pytest.approx(0.0, abs=1e-12)


def test_transforms_of_atoms_lie_between_their_ends() -> None:
    found = {one["target"]: one for one in pit_rows(_forecast(), [*_targets().values()])}
    assert [*found] == ["car_tariff", "reciprocal_tariff", "car_exports", "all_exports"]
    car = found["car_tariff"]
    assert (car["low"], car["high"]) == (pytest.approx(0.1), pytest.approx(0.4))
    assert car["low"] < car["pit"] < car["high"]
    assert (found["car_exports"]["low"], found["car_exports"]["high"]) == (pytest.approx(1.0), 1.0)


def _with_positions(day: date) -> tuple[Forecasted, dict[str, float]]:
    """Runs that ask for 10 and 30 % on every day and issue of the record, half and half."""
    stated = stated_after(RECORD, "Japan", day, TARGET_DAY)
    columns = {
        FollowedPosition(one.side, one.issue, one.date).column: np.where(np.arange(RUNS) % 2, 0.1, 0.3)
        for one in stated
    }
    return _forecast(day, **columns), {}


def test_positions_are_scored_against_their_ranges() -> None:
    """Japan's 2.5 to 15 % of 6 June: half inside and half 15 points above is a CRPS of 15 / 4."""
    forecast, _ = _with_positions(MAY)
    rows = [*path_rows(forecast, RECORD, "Japan", TARGET_DAY)]
    asked = next(
        one for one in rows if (one["date"], one["side"], one["issue"]) == ("2025-06-06", "partner", "car_tariff")
    )
    assert (asked["low"], asked["value"], asked["high"]) == (0.025, 0.1, 0.15)
    assert asked["model"] == pytest.approx(15 / 4)
    assert (asked["q10"], asked["q90"], asked["present"]) == (0.1, 0.3, 1.0)
    # Until 28 May Japan asked for 2.5 %, which lies in the range; the US held 27.5, 12.5 points above the 15 of July.
    assert asked["last"] == 0.0
    opened = [one for one in rows if (one["round"], one["side"], one["issue"]) == ("8a", "us_treasury", "car_tariff")]
    assert opened[0]["last"] == pytest.approx(12.5)
    assert all(one["date"] > "2025-05-28" for one in rows)
    rates = [one for one in rows if one["issue"] in ("car_tariff", "reciprocal_tariff")]
    own, last, energy, last_energy = path_scores(forecast, rows)
    assert [one["score"] for one in (own, last, energy, last_energy)] == ["crps", "crps", "energy", "energy"]
    assert own["value"] == pytest.approx(np.mean([one["model"] for one in rates]) / 100)
    assert last["value"] == pytest.approx(np.mean([one["last"] for one in rates]) / 100)
    assert last["skill"] == pytest.approx(1 - own["value"] / last["value"])
    # All rows are one vector: half of the runs is at 10 % of each, half at 30 %.
    low, high = (np.array([one[end] for one in rates], dtype=np.float64) for end in ("low", "high"))
    at = [100 * (value - np.clip(value, low, high)) for value in (0.1, 0.3)]
    away = np.mean([np.linalg.norm(one) for one in at]) - np.linalg.norm(at[0] - at[1]) / 4
    assert energy["value"] == pytest.approx(away / 100)
    assert energy["error"] > 0
    assert last_energy["value"] == pytest.approx(math.hypot(*(one["last"] for one in rates)) / 100)
    assert last_energy["skill"] == pytest.approx(1 - energy["value"] / last_energy["value"])


def test_positions_on_amounts_are_scored_in_their_own_units() -> None:
    """All runs offer one number of each: US$ 50 bn less than the fund on record are half a unit of US$ 100 bn."""
    offers = {"investment_fund": 350.0, "other_purchases": 11.0, "chip_purchases": 5.5, "fund_profit_share": 0.53}
    forecast, _ = _with_positions(MAY)
    last = {one.issue: one for one in stated_after(RECORD, "Japan", MAY, TARGET_DAY) if one.issue in offers}
    columns = {
        FollowedPosition(one.side, one.issue, one.date).column: np.full(RUNS, offers[issue])
        for issue, one in last.items()
    }
    of_offers = replace(forecast, draws=forecast.draws.assign(**columns))
    days = {(str(one.date), one.issue) for one in last.values()}
    found = {
        one["issue"]: (one["value"], one["unit"], one["model"])
        for one in path_rows(of_offers, RECORD, "Japan", TARGET_DAY)
        if (one["date"], one["issue"]) in days
    }
    assert found == {
        "investment_fund": (400.0, 100.0, pytest.approx(0.5)),
        "other_purchases": (12.7, 1.0, pytest.approx(1.7)),
        "chip_purchases": (6.94, 1.0, pytest.approx(1.44)),
        "fund_profit_share": (0.5, 0.01, pytest.approx(3.0)),
    }


def test_courses_are_scored_on_the_rows_that_runs_have() -> None:
    """A row that half of the runs have counts for the mean alone, one that none has for neither."""
    forecast, _ = _with_positions(MAY)
    names = [str(name) for name in forecast.draws if "_tariff.2025" in str(name)]
    gone: dict[str, Any] = {
        names[0]: np.full(RUNS, np.nan),
        names[1]: forecast.draws[names[1]].where(np.arange(RUNS) % 4 < 2),
    }
    some = replace(forecast, draws=forecast.draws.assign(**gone))
    every = [*path_rows(some, RECORD, "Japan", TARGET_DAY)]
    last = {one["score"]: one["value"] for one in path_scores(some, every) if one["forecaster"] == "last"}
    rows = [one for one in every if "tariff" in one["issue"]]
    assert sorted(one["present"] for one in rows)[:3] == [0.0, 0.5, 1.0]
    assert len(rows) == len(names)
    assert last == {
        "crps": pytest.approx(np.mean([one["last"] for one in rows if one["present"] > 0]) / 100),
        "energy": pytest.approx(math.hypot(*(one["last"] for one in rows if one["present"] == 1)) / 100),
    }
    none = forecast.draws.assign(**{name: forecast.draws[name].where(np.arange(RUNS) % 2 == 0) for name in names})
    half = replace(forecast, draws=none)
    found = [*path_scores(half, [*path_rows(half, RECORD, "Japan", TARGET_DAY)])]
    assert [(one["score"], one["reason"]) for one in found] == [
        ("crps", ""), ("crps", ""), ("energy", "on no day of the record every run has a position"),
    ]  # fmt: skip


def test_neither_a_threat_nor_what_was_signed_is_a_stated_position() -> None:
    """The letter of 7 July and the deal of 22 July are on record with a number, and no position of the talks."""
    stated = stated_after(RECORD, "Japan", MAY, TARGET_DAY)
    assert {one.status for one in stated} == {"offered", "asked"}
    left_out = {one.status for one in RECORD.positions if one.case == "Japan" and one.value is not None} - {
        one.status for one in stated
    }
    assert left_out == {"threatened", "agreed"}
    last = [one for one in stated if (one.side, one.issue) == ("us_treasury", "reciprocal_tariff")][-1]
    assert (last.round, last.value) == ("8a", 0.1)
    # The position of the US that was last known on 11 July is the 24 % of 28 June, not the threat of 25 %.
    forecast, _ = _with_positions(date(2025, 7, 11))
    rows = [*path_rows(forecast, RECORD, "Japan", TARGET_DAY)]
    own = next(one for one in rows if (one["side"], one["issue"]) == ("us_treasury", "reciprocal_tariff"))
    assert own["last"] == pytest.approx(14.0)


def test_a_day_of_two_positions_counts_the_last_one() -> None:
    day = date(2025, 6, 28)
    rows = [one for one in RECORD.positions if (one.case, one.date, one.issue) == ("Japan", day, "car_tariff")]
    twice = replace(RECORD, positions=(*RECORD.positions, *(replace(one, round="7b", value=0.12) for one in rows)))
    found = stated_after(twice, "Japan", MAY, TARGET_DAY)
    assert [one.round for one in found if (one.date, one.issue) == (day, "car_tariff")] == ["7b", "7b"]


def test_ablations_are_paired() -> None:
    """The same runs with 20 deals fewer: the change and its error are those of the runs that differ."""
    whole = _draws()
    less = whole.assign(deal_by=whole["deal_by"] * (whole["run"] < 20))
    variants = [*variants_of(known_on(load_config(CONFIGS / "japan_hindcast.yaml"), MAY).config)]
    chosen = [one for one in variants if one.name in ("whole", "fund")]
    draws = {"whole": whole, "fund": less}
    rows = pd.DataFrame(ablation_rows("2025-05-28", chosen, draws, _targets())).set_index(["variant", "measure"])
    deals: Any = rows.loc[("fund", "deals")]
    assert (deals["value"], deals["change"]) == (pytest.approx(0.2), pytest.approx(-0.2))
    assert deals["error"] > 0
    assert rows.loc[("whole", "deals"), "error"] == 0.0
    assert rows.loc[("fund", "car_tariff.crps"), "change"] == 0.0
    assert rows.loc[("whole", "car_tariff.bin"), "value"] == pytest.approx(0.3)
    assert rows.loc[("whole", "car_tariff.mean"), "value"] == pytest.approx(0.3 * 0.15 + 0.1 * 0.12 + 0.6 * 0.275)


def test_what_a_config_contains() -> None:
    """July names 15 % itself; of 10 July one of two numbers is the answer; in May nothing is."""
    july = load_config(CONFIGS / "july_2025.yaml")
    found = {one["target"]: one for one in contains_rows(_forecast(), july, [*_targets().values()])}
    car = found["car_tariff"]
    assert (car["contained"], car["deals"]) == ("yes", 40)
    assert "red_lines.us_cars.release.at_least" in car["stated"]
    assert "partner.public_car_tariff" in car["stated"]
    assert (car["on_inputs"], car["at_answer"]) == (pytest.approx(0.75), pytest.approx(0.75))
    assert car["inputs"] == "the US release of 15 % (us_cars)"
    reciprocal = found["reciprocal_tariff"]
    # The ten deals on the floor lie in another bin than the answer.
    assert (reciprocal["contained"], reciprocal["on_inputs"], reciprocal["at_answer"]) == (
        "no",
        pytest.approx(0.25),
        0.0,
    )
    assert (found["deal_by"]["contained"], found["deal_by"]["stated"]) == ("partly", "events.fund.date")
    assert found["deal_by"]["on_inputs"] == pytest.approx(45 / 60)
    assert found["no_deal_before"]["contained"] == "yes"
    for flow in ("car_exports", "all_exports"):
        assert (found[flow]["contained"], found[flow]["inputs"]) == ("not examined", "")
        assert found[flow]["stated"] == "none; the trade block was once compared with this very number"
        assert math.isnan(found[flow]["on_inputs"])
    statement = known_on(load_config(CONFIGS / "japan_hindcast.yaml"), date(2025, 7, 11)).config
    bare = _forecast(date(2025, 7, 11), **_NOT_BOUND)
    later = {one["target"]: one for one in contains_rows(bare, statement, [*_targets().values()])}
    assert (later["reciprocal_tariff"]["contained"], later["reciprocal_tariff"]["stated"]) == (
        "partly", "red_lines.us_floor.at_least",
    )  # fmt: skip
    assert later["car_tariff"]["contained"] == "no"
    may = known_on(load_config(CONFIGS / "japan_hindcast.yaml"), MAY).config
    first = {one["target"]: one for one in contains_rows(_forecast(**_NOT_BOUND), may, [*_targets().values()])}
    assert first["reciprocal_tariff"]["contained"] == "no"
    assert first["partner_first"]["stated"] == "red_lines.us_cars"
