"""Scores of published forecasts: cells and comparisons by hand, and what is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from experiments.errors import RunError
from experiments.forecast_scores import Comparison, PublishedScores, blocks, main, score_forecasts
from experiments.record.record import read_record
from experiments.report.terminal import text_of
from experiments.statistics.scores import crps_of_laplace
from tests import made_up_record
from tests.published_by_hand import HORIZON, lines_by_hand, publish, rows

FITTED_TO = {"prior": (), "part": ("Japan", "Korea")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("root") / "forecasts", lines_by_hand(), FITTED_TO)


@pytest.fixture(scope="module")
def scored(folder: Path) -> PublishedScores:
    return score_forecasts(folder)


@pytest.fixture(scope="module")
def printed(scored: PublishedScores) -> list[str]:
    """Lines of the text, spaces of the columns taken together."""
    return [" ".join(line.split()) for line in text_of(blocks(scored), 100).splitlines()]


def score(scored: PublishedScores, case: str, target: str, forecaster: str, name: str) -> dict[str, Any]:
    table = next(one.scores for one in scored.cases if one.case == case)
    (row,) = table[
        (table["target"] == target) & (table["forecaster"] == forecaster) & (table["score"] == name)
    ].to_dict("records")
    return {str(key): value for key, value in row.items()}


def comparison(scored: PublishedScores, variant: str, target: str, name: str, baseline: str) -> Comparison:
    (found,) = (
        one for one in scored.comparisons
        if (one.variant, one.target, one.score, one.baseline) == (variant, target, name, baseline)
    )  # fmt: skip
    return found


def test_a_deal_has_the_scores_of_its_share(scored: PublishedScores) -> None:
    shares = {"UK": 0.75, "Vietnam": 0.25, "Japan": 0.5, "EU": 1.0, "Korea": 0.0}
    assert [one.case for one in scored.cases] == [*shares]
    assert scored.cases[2].as_of == date(2025, 7, 12)
    for case, share in shares.items():
        brier, log = (score(scored, case, "agreed", "prior", name) for name in ("brier", "log"))
        assert (brier["horizon"], brier["fact"], brier["said"], brier["unit"]) == (
            HORIZON, 1.0, pytest.approx(share), "",
        )  # fmt: skip
        assert brier["value"] == pytest.approx((1 - share) ** 2)
        assert log["value"] == pytest.approx(-math.log((40 * share + 0.5) / 41))
        assert log["unit"] == "nats"


def test_errors_are_those_of_twenty_batches(scored: PublishedScores) -> None:
    # Of Japan's batches of two draws ten have a deal in both and a rate of 15 %, ten no deal and 25 %.
    brier = score(scored, "Japan", "agreed", "prior", "brier")
    assert brier["error"] == pytest.approx(math.sqrt(20 / 19 * 20 * (0.5 / 20) ** 2))
    log = score(scored, "Japan", "agreed", "prior", "log")
    half = math.log(2.5 / 0.5) / 2
    assert log["error"] == pytest.approx(math.sqrt(20 / 19 * 20 * (half / 20) ** 2))
    rate = score(scored, "Japan", "rec", "prior", "crps")
    assert rate["error"] == pytest.approx(math.sqrt(20 / 19 * 20 * (0.05 / 20) ** 2))
    assert score(scored, "Korea", "rec", "prior", "crps")["error"] == pytest.approx(0.0, abs=1e-15)
    assert score(scored, "Korea", "rec", "B4", "crps")["error"] == 0.0


def test_rates_have_their_scores_by_hand(scored: PublishedScores) -> None:
    # |X - y| on average, less half of |X - X'|.
    own = {"UK": 0.03, "Vietnam": 0.08, "Japan": 0.05 - 0.025, "EU": 0.04 - 0.02, "Korea": 0.05}
    for case, value in own.items():
        found = score(scored, case, "rec", "prior", "crps")
        assert (found["value"], found["unit"]) == (pytest.approx(value), "fraction")
    cars = {"UK": 0.1, "Japan": 0.065 - 0.03, "EU": 0.01, "Korea": 0.1}
    for case, value in cars.items():
        assert score(scored, case, "car", "prior", "crps")["value"] == pytest.approx(value)
    assert "car" not in set(scored.cases[1].scores["target"])
    # Half of the draws lie in the bin of 15 %, none of Korea's; (k + 1/2) / (n + 3).
    assert score(scored, "Japan", "rec", "prior", "log")["value"] == pytest.approx(-math.log(20.5 / 43))
    assert score(scored, "Korea", "rec", "prior", "log")["value"] == pytest.approx(-math.log(0.5 / 43))
    assert score(scored, "EU", "car", "prior", "log")["value"] == pytest.approx(-math.log(40.5 / 43))


def test_baselines_stand_beside_from_what_was_known_on_the_day(scored: PublishedScores) -> None:
    # One earlier deal shows no error yet; on 12 July 15 % had been wrong by 5 points twice.
    assert score(scored, "UK", "rec", "B4", "crps")["value"] == pytest.approx(crps_of_laplace(0.15, 0.04, 0.1))
    assert score(scored, "Vietnam", "rec", "B4", "crps")["value"] == pytest.approx(crps_of_laplace(0.15, 0.04, 0.2))
    assert score(scored, "Korea", "rec", "B4", "crps")["value"] == pytest.approx(0.05 * 0.25)
    # Of the deals of July, Korea on 12 July knows that of Vietnam alone.
    assert score(scored, "Korea", "rec", "B7", "crps")["said"] == 0.2
    table = scored.cases[4].scores
    codes = list(dict.fromkeys(table[table["target"] == "rec"]["forecaster"]))
    assert codes == ["prior", "part", "B1", "B2", "B3", "B4", "B7", "B8", "B9"]
    marks = dict(zip(table["forecaster"], table["mark"], strict=True))
    assert {code for code, mark in marks.items() if mark == "chosen after the fact"} == {"B3", "B4"}
    assert scored.cases[4].silent["rec"] == dict.fromkeys(("B5", "B6"), "no position of the partner is given")


def test_a_baseline_is_sure_of_a_deal_or_of_none(scored: PublishedScores) -> None:
    for code, value in (("B1", math.inf), ("B2", 0.0)):
        found = score(scored, "EU", "agreed", code, "log")
        assert (found["value"], found["error"], found["unit"]) == (value, 0.0, "nats")


def test_differences_over_cases_have_their_sign_test_by_hand(scored: PublishedScores) -> None:
    found = comparison(scored, "prior", "agreed", "brier", "B1")
    pair = found.found
    assert pair.differences == pytest.approx(
        {"UK": -0.9375, "Vietnam": -0.4375, "Japan": -0.75, "EU": -1.0, "Korea": 0.0}
    )
    assert (pair.better, pair.worse, pair.ties) == (4, 0, 1)
    assert pair.p_value == 2 / 16
    assert pair.mean == pytest.approx(-3.125 / 5)
    assert (pair.low, pair.high) == pytest.approx((-3.125 / 4, -2.125 / 4))
    assert (pair.low_without, pair.high_without) == ("Korea", "EU")
    assert (found.horizon, found.unit, found.mark) == (HORIZON, "", "")

    rates = comparison(scored, "prior", "rec", "crps", "B4")
    # One case of five goes the other way: (1 + 5) / 32 on either side.
    assert (rates.found.better, rates.found.worse, rates.found.p_value) == (1, 4, 12 / 32)
    assert rates.found.differences["Japan"] == pytest.approx(0.025 - 0.0125)
    assert (rates.unit, rates.mark) == ("fraction", "chosen after the fact")
    assert comparison(scored, "prior", "agreed", "log", "B1").found.mean == -math.inf
    # Only Japan has a position of its own on record.
    assert [*comparison(scored, "prior", "rec", "crps", "B5").found.differences] == ["Japan"]


def test_a_variant_is_not_compared_where_it_was_fitted(scored: PublishedScores) -> None:
    pair = comparison(scored, "part", "agreed", "brier", "B1").found
    assert pair.differences == {"UK": -1.0, "Vietnam": -1.0, "EU": -1.0}
    assert pair.p_value == 2 / 8
    assert score(scored, "Japan", "agreed", "part", "brier")["mark"] == "fitted to it: no forecast"
    assert score(scored, "UK", "agreed", "part", "brier")["mark"] == ""
    assert score(scored, "Japan", "agreed", "prior", "brier")["mark"] == ""
    assert not [one for one in scored.comparisons if one.variant == "part" and one.baseline in ("B5", "B6")]


def test_cells_are_printed_with_errors_and_marks(printed: list[str]) -> None:
    japan = printed[printed.index(f"How Japan ended by {HORIZON}, and scores") :]
    assert "Deal prior yes 50.0 0.25 ±0.11 - 0.69 ±0.18 -" in japan
    assert "Deal part** yes 100.0 0.00 ±0.00 - 0.01 ±0.00 -" in japan
    note = " ".join(japan[: japan.index(f"How EU ended by {HORIZON}, and scores")])
    assert "*: chosen after the fact. **: fitted to it: no forecast." in note
    uk = printed[printed.index(f"How UK ended by {HORIZON}, and scores") :]
    assert "Deal part yes 100.0 0.00 ±0.00 - 0.01 ±0.00 -" in uk
    assert "Deal B1 yes 0.0 1.00 / +0.75 - infinite / +1.00 -" in japan
    assert "Deal B4* yes 100.0 0.00 / -inf - 0.00 / -inf -" in japan
    assert any(line.startswith("Reciprocal prior 15.0 % 20.0 - 2.50 ±1.15 0.74 ±") for line in japan)
    assert any(line.startswith("Car tariff prior 15.0 % 21.5 - 3.50 ±") for line in japan)
    korea = " ".join(printed[printed.index(f"How Korea ended by {HORIZON}, and scores") :])
    assert "Korea: B5 and B6 say nothing of the reciprocal tariff (no position of the partner is given); B5" in korea


def test_comparisons_are_printed_cell_by_cell(printed: list[str]) -> None:
    prior = printed[printed.index(f"prior against each baseline by {HORIZON}") :]
    assert "Deal Brier B1 5 4, 0, 1 0.125 -0.62 -0.78 (Korea) to -0.53 (EU)" in prior
    assert "Deal log, nats B1 5 5, 0, 0 0.062 -infinite -infinite" in prior
    assert "Deal Brier B5 1 0, 1, 0 1.000 +0.25 -" in prior
    part = prior[prior.index(f"part against each baseline by {HORIZON}") :]
    assert "Deal Brier B1 3 3, 0, 0 0.250 -1.00 -1.00" in part
    text = " ".join(printed)
    assert "part was fitted to Japan and Korea: no forecast there, left out of the comparisons." in text
    assert "Scored: UK, Vietnam, Japan, EU and Korea." in text
    assert "Not scored" not in text
    # Points and not fractions.
    rate = next(line for line in prior if line.startswith("Reciprocal CRPS, B4* 5 1, 4, 0 0.375"))
    mean = 100 * (0.205 - 2 * crps_of_laplace(0.15, 0.04, 0.1) - 3 * 0.0125) / 5
    assert f" +{mean:.2f} " in rate


def test_a_horizon_before_the_deal_has_a_deal_that_did_not_happen_and_no_rates(tmp_path: Path) -> None:
    early = rows("Japan", "prior", "2025-07-12", 10, (0.1, 0.1), (0.25, 0.25), horizon="2025-07-21")
    found = score_forecasts(publish(tmp_path / "early", {"japan.csv": early}, {"prior": ()}))
    assert set(found.cases[0].scores["target"]) == {"agreed"}
    row = score(found, "Japan", "agreed", "prior", "brier")
    assert (row["fact"], row["value"]) == (0.0, pytest.approx(0.0625))
    assert score(found, "Japan", "agreed", "B1", "brier")["value"] == 0.0
    assert score(found, "Japan", "agreed", "B1", "log")["value"] == 0.0
    assert score(found, "Japan", "agreed", "B2", "log")["value"] == math.inf


def test_a_variant_that_was_fitted_to_all_has_no_comparison(tmp_path: Path) -> None:
    lines = {"japan.csv": lines_by_hand()["japan.csv"]}
    found = score_forecasts(publish(tmp_path / "all", lines, {"prior": (), "part": ("Japan",)}))
    assert {one.variant for one in found.comparisons} == {"prior"}
    text = " ".join(text_of(blocks(found), 100).split())
    assert "part was fitted to Japan: no forecast there, none is left to compare." in text
    assert "part against each baseline" not in text


def test_what_is_printed_is_there_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["folder"] == str(folder)
    assert found["digest"] == json.loads((folder / "forecasts.json").read_text("utf-8"))["digest"]
    assert found["fitted_to"] == {"prior": [], "part": ["Japan", "Korea"]}
    assert found["unscored"] == []
    assert found["silent"]["Korea"]["rec"]["B5"] == "no position of the partner is given"
    (row,) = (
        one for one in found["scores"]
        if (one["case"], one["forecaster"], one["target"], one["score"]) == ("Japan", "prior", "rec", "crps")
    )  # fmt: skip
    assert (row["as_of"], row["horizon"], row["value"]) == ("2025-07-12", HORIZON, pytest.approx(0.025))
    (pair,) = (
        one for one in found["comparisons"]
        if (one["variant"], one["target"], one["score"], one["baseline"]) == ("prior", "agreed", "brier", "B1")
    )  # fmt: skip
    assert pair["differences"]["UK"] == -0.9375
    assert (pair["p_value"], pair["low_without"], pair["high_without"]) == (0.125, "Korea", "EU")
    assert "found" not in pair
    assert main([str(folder)]) == 0
    assert "prior against each baseline" in capsys.readouterr().out


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path]:
    """A record of one made-up country, and a forecast of it."""
    record = tmp_path / "record"
    record.mkdir()
    for name, (_, text) in made_up_record.READERS.items():
        (record / f"{name}.csv").write_text(text, encoding="utf-8")
    lines = rows("Ruritania", "prior", "2025-07-12", 30, (0.1, 0.2), (0.25, 0.125))
    return record, publish(tmp_path / "own", {"ruritania.csv": lines}, {"prior": ()})


def test_a_record_of_ones_own_says_how_further_cases_ended(
    own: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    record, folder = own
    assert main([str(folder), "--record", str(record), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    facts = {(one["target"], one["fact"]) for one in found["scores"]}
    assert facts == {("agreed", 1.0), ("rec", 0.15), ("car", 0.125)}
    # Ours does not know the country.
    assert main([str(folder)]) == 2
    assert "the record does not say how Ruritania ended: nothing to score" in capsys.readouterr().err


def test_a_case_without_a_deal_is_named(own: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    record, folder = own
    assert main([str(folder), "--record", str(record), "--no-deal", "Ruritania"]) == 2
    assert "--no-deal Ruritania: the record has a deal of 2025-07-22" in capsys.readouterr().err
    text = (record / "outcomes.csv").read_text("utf-8")
    (record / "outcomes.csv").write_text("".join(text.splitlines(keepends=True)[:2]), encoding="utf-8")
    found = score_forecasts(folder, read_record(record), ["Ruritania"])
    row = score(found, "Ruritania", "agreed", "prior", "brier")
    assert (row["fact"], row["value"]) == (0.0, pytest.approx(0.5625))
    assert set(found.cases[0].scores["target"]) == {"agreed"}
    with pytest.raises(RunError, match="--no-deal Atlantis: there is no forecast of it; known: Ruritania"):
        score_forecasts(folder, read_record(record), ["Atlantis"])


def test_cases_whose_end_is_not_known_are_named_and_left_out(tmp_path: Path) -> None:
    brazil = rows("Brazil", "prior", "2025-07-12", 10, (0.1, 0.1), (0.25, 0.25))
    lines = {"brazil.csv": brazil, "japan.csv": lines_by_hand()["japan.csv"]}
    found = score_forecasts(publish(tmp_path / "two", lines, {"prior": (), "part": ()}))
    assert ([one.case for one in found.cases], found.unscored) == (["Japan"], ("Brazil",))
    text = " ".join(text_of(blocks(found), 100).split())
    assert "Not scored, for the record does not say how they ended: Brazil." in text


def _cell(folder: Path) -> None:
    path = folder / "japan.csv"
    path.write_text(path.read_text("utf-8").replace("0.15", "0.16", 1), encoding="utf-8")


def _missing(folder: Path) -> None:
    (folder / "japan.csv").unlink()


def _more(folder: Path) -> None:
    (folder / "atlantis.csv").write_text("", encoding="utf-8")


def _no_digests(folder: Path) -> None:
    (folder / "forecasts.json").unlink()


def _no_json(folder: Path) -> None:
    (folder / "forecasts.json").write_text("{", encoding="utf-8")


def _no_variants(folder: Path) -> None:
    about = json.loads((folder / "forecasts.json").read_text("utf-8"))
    (folder / "forecasts.json").write_text(json.dumps({**about, "variants": ["prior"]}), encoding="utf-8")


def _other_digest(folder: Path) -> None:
    about = json.loads((folder / "forecasts.json").read_text("utf-8"))
    (folder / "forecasts.json").write_text(json.dumps({**about, "digest": "0"}), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_cell, "japan.csv has been changed; only forecasts as they were published are scored"),
        (_missing, "japan.csv is missing"),
        (_more, "atlantis.csv is not listed"),
        (_no_digests, "has no forecasts.json: name a folder that python -m experiments.forecast_files has written"),
        (_no_json, "forecasts.json must have, as JSON,"),
        (_no_variants, "forecasts.json must have, as JSON,"),
        (_other_digest, "forecasts.json has been changed"),
    ],
)
def test_a_folder_that_is_not_as_published_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], said: str
) -> None:
    folder = publish(tmp_path / "changed", lines_by_hand(), FITTED_TO)
    damage(folder)
    assert main([str(folder)]) == 2
    printed = capsys.readouterr()
    assert not printed.out
    assert printed.err.startswith(f"error: {folder}")
    assert said in printed.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2025-07-12", "12 July", "is no table of draws"),
        (",1,0.15,", ",yes,0.15,", "is no table of draws"),
        (",1,0.15,", ",2,0.15,", "must have 0 or 1 in every row of agreed"),
        (",1,0.15,", ",1,,", "must have a number in every row of rec"),
        ("0.275,0.0", ",0.0", "must have a number in every row of car, or in none"),
        ("Japan,part", "Korea,part", "must have draws of one case from one day"),
        (",part,", ",other,", "must have draws of prior or part alone"),
    ],
)
def test_files_that_are_no_draws_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    lines = lines_by_hand()["japan.csv"]
    at = next(place for place, line in enumerate(lines) if old in line)
    changed = [*lines[:at], lines[at].replace(old, new), *lines[at + 1 :]]
    folder = publish(tmp_path / "none", {"japan.csv": changed}, FITTED_TO)
    assert main([str(folder)]) == 2
    assert f"error: {folder / 'japan.csv'} {said}" in capsys.readouterr().err


def test_a_file_without_rows_or_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"japan\.csv must have the columns case,variant,.* and rows"):
        score_forecasts(publish(tmp_path / "empty", {"japan.csv": []}, FITTED_TO))
