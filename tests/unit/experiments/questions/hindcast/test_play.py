"""The question itself: what it refuses and says, what an informed one is marked with, who stands beside the model."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from experiments.baselines.baselines import BASELINES
from experiments.baselines.events import EVEN
from experiments.config.load import load_config
from experiments.errors import ConfigError, RunError
from experiments.questions.hindcast.forecast import DEALS, LAST, MODEL
from experiments.questions.hindcast.hindcast import FEWEST_RUNS, hindcast
from experiments.questions.hindcast.page import page
from experiments.questions.hindcast.result import HindcastResult
from experiments.report.blocks import html
from experiments.story.constraints import is_input
from tests.command_line import winset
from tests.pages import as_written
from tests.tree import CONFIGS

MAY, JULY = date(2025, 5, 28), date(2025, 7, 11)
CODES = {one.code for one in BASELINES}


@pytest.fixture(scope="module")
def strict() -> HindcastResult:
    return hindcast(CONFIGS / "japan_hindcast.yaml", [JULY, MAY, MAY], FEWEST_RUNS, 7)


def test_everyone_stands_beside_the_model_on_every_rate(strict: HindcastResult) -> None:
    assert strict.dates == (MAY, JULY)
    for day in strict.dates:
        for rate in ("car_tariff", "reciprocal_tariff"):
            for score in ("crps", "log", "rps"):
                rows = strict.score(day, rate, score)
                assert set(rows["forecaster"]) == {MODEL, DEALS, *CODES}
                has_reason = rows["reason"] != ""
                assert (rows["value"].isna() == has_reason).all()
                assert set(rows.loc[rows["after_the_fact"] == 1, "forecaster"]) == {"B3", "B4"}
                baselines = rows[rows["forecaster"].isin(CODES) & ~has_reason]
                assert not baselines["skill"].isna().any()
    assert set(strict.score(MAY, "deal_by", "brier")["forecaster"]) == {MODEL, EVEN, *CODES}
    for score in ("crps", "energy"):
        assert set(strict.score(MAY, "rates_path", score)["forecaster"]) == {MODEL, LAST}
    assert set(strict.ablation["variant"]) >= {"whole", "fund", "chips", "line.us_cars", "R1", "R2", "R3"}
    assert len(strict.draws) == 2 * FEWEST_RUNS


def test_rates_that_inputs_fix_in_most_deals_are_said_to_be_put_in(strict: HindcastResult) -> None:
    """Whether or not what was put in is the answer, counted here from the runs themselves."""
    draws = strict.draws[strict.draws["deal_by"] == 1]
    said = 0
    for day in strict.dates:
        own = draws[draws["as_of"] == str(day)]
        for rate in ("car_tariff", "reciprocal_tariff"):
            share = own[f"binds.{rate}"].map(is_input).mean()
            assert (rate in strict.inputs(day)) == (share > 0.5)
            said += share > 0.5
            contains = strict.contains[(strict.contains["as_of"] == str(day)) & (strict.contains["target"] == rate)]
            assert contains["on_inputs"].iloc[0] == pytest.approx(share)
    assert said
    sentence = next(iter(strict.inputs(MAY).values()))
    for text in (" ".join(strict.text().split()), as_written(html(page(strict, "light"), "light"))):
        assert sentence in text


def test_the_same_seed_gives_the_same_forecast_of_a_date_alone(strict: HindcastResult) -> None:
    alone = hindcast(CONFIGS / "japan_hindcast.yaml", [MAY], FEWEST_RUNS, 7)
    for name in ("scores", "fan", "ablation", "leaks", "draws"):
        both = strict.tables[name]
        own = both[both["as_of"] == str(MAY)].reset_index(drop=True)
        assert own.equals(alone.tables[name]), name


def test_a_config_that_was_told_more_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    folder = tmp_path / "refused"
    done = winset("hindcast", CONFIGS / "july_2025.yaml", "--runs", str(FEWEST_RUNS), "--out", folder)
    assert done.exit_code == 2
    said = " ".join(done.stderr.split())
    assert "red_lines.us_cars.release.at_least: 0.15 was known by 2025-07-23 and not yet on 2025-05-28" in said
    assert "ask with --informed" in said
    assert not folder.exists()
    with pytest.raises(ConfigError, match=r"fund\.saturation: 400\.0 was known by 2025-07-23"):
        hindcast(CONFIGS / "july_2025.yaml", [JULY], FEWEST_RUNS)


def test_an_informed_hindcast_is_marked_wherever_it_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "told"
    done = winset(
        "hindcast", CONFIGS / "july_2025.yaml", "--informed", "--as-of", str(MAY), "--runs", str(FEWEST_RUNS),
        "--out", folder, "--no-figures",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    printed = " ".join(done.stdout.split())
    assert printed.startswith("INFORMED: these are no forecasts.")
    assert printed.index("partner.audience_cost") < printed.index("What the model says")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["settings"]["informed"] is True
    leaks = (folder / "tables" / "leaks.csv").read_text("utf-8").splitlines()
    assert any("events.fund.add_issues.investment_fund.high" in line and ",leak," in line for line in leaks)


def test_a_switch_that_fixes_a_correlated_number_names_what_has_to_go_with_it() -> None:
    strict = CONFIGS / "japan_hindcast.yaml"
    with pytest.raises(ConfigError, match=r"leave this correlation out: --set correlations\.0=~") as refused:
        hindcast(strict, [MAY], FEWEST_RUNS, sets=["reference=none"])
    assert "correlations.0: between must name sampled numbers; it is a fixed value" in str(refused.value)
    without = load_config(strict, ["reference=none", "correlations.0=~"])
    assert without.correlations == ()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"dates": []}, "--as-of names no date"),
        ({"dates": [date(2025, 8, 1)]}, "--as-of 2025-08-01: the forecast must be made before 2025-08-01"),
        (
            {"dates": [MAY, date(2025, 10, 22)], "day": date(2025, 12, 1)},
            "--as-of 2025-10-22: everything that a hindcast of Japan is scored on has been known since 2025-10-22",
        ),
        (
            {"dates": [date(2025, 7, 31)], "sets": ["partner.name=Korea"]},
            "--as-of 2025-07-31: everything that a hindcast of Korea is scored on has been known since 2025-07-30",
        ),
        ({"runs": FEWEST_RUNS - 1}, f"--runs is {FEWEST_RUNS - 1}"),
        ({"sets": ["partner.name=Ruritania"]}, "the record has no outcome of talks with Ruritania"),
    ],
)
def test_what_cannot_be_asked_is_refused(how: dict[str, object], message: str) -> None:
    with pytest.raises(RunError, match=message):
        hindcast(CONFIGS / "japan_hindcast.yaml", **{"dates": [MAY], "runs": FEWEST_RUNS, **how})  # type: ignore[arg-type]  # as the test says


def test_a_deal_in_the_target_day_is_needed_for_a_rate() -> None:
    early = hindcast(CONFIGS / "japan_hindcast.yaml", [MAY], FEWEST_RUNS, 7, day=date(2025, 7, 20))
    assert "car_tariff" not in early.targets
    assert early.targets["deal_by"].observed == 0.0
    assert "Car tariff on" not in early.text()


def test_a_config_without_any_deal_has_its_answer(tmp_path: Path) -> None:
    found = hindcast(CONFIGS / "japan_us_2025.yaml", [MAY], FEWEST_RUNS, 1, out=tmp_path / "none")
    assert found.score(MAY, "deal_by", "brier").set_index("forecaster").loc[MODEL, "value"] == 1.0
    rates = found.contains[found.contains["target"].isin(["car_tariff", "reciprocal_tariff"])]
    assert rates["on_inputs"].isna().all()
    assert rates["at_answer"].isna().all()
    assert found.text()
    assert "nan" not in found.text().lower().split()
    assert found.save_figures(tmp_path / "pictures")
