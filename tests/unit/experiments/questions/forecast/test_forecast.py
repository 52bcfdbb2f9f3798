"""A forecast from end to end: its days, its variants, what is refused, and that a fitted one plays another config."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from experiments.errors import ConfigError, RunError
from experiments.questions.forecast.forecast import forecast
from experiments.questions.forecast.result import ForecastResult
from experiments.questions.forecast.variants import parse_weights, variants_of
from experiments.record.record import DatedRecord
from tests.case_configs import RECORD, changed, value
from tests.command_line import refused, winset
from tests.own_record import INVENTED, write_own_record
from tests.weights_by_hand import table_by_hand


@pytest.fixture(scope="module")
def korea() -> ForecastResult:
    """Sixty draws with nothing fitted and sixty under a table by hand."""
    return forecast("Korea", 60, 3, weights={"july_12": table_by_hand()})


def test_there_is_a_draw_of_each_variant_and_day(korea: ForecastResult) -> None:
    counts = korea.draws.groupby(["case", "variant", "as_of", "horizon"]).size()
    assert dict(counts) == {
        ("Korea", variant, "2025-07-12", day): 60
        for variant in ("prior", "july_12")
        for day in ("2025-08-01", "2025-12-31")
    }
    assert korea.negotiations == 120


def test_draws_are_possible(korea: ForecastResult) -> None:
    assert set(korea.draws["agreed"]) == {0, 1}
    assert korea.draws["rec"].between(0, 0.25).all()
    assert korea.draws["car"].between(0, 0.25).all()
    tabled = korea.draws["fund"].dropna()
    assert tabled.between(0, 0.3 * 1870 + 1e-6).all()
    assert tabled.index.size < len(korea.draws)
    assert set(korea.draws.loc[(korea.draws["agreed"] == 0) & korea.draws["fund"].notna(), "fund"]) == {0.0}
    wide = korea.draws.pivot_table(index=["variant", "draw"], columns="horizon", values="agreed")
    assert (wide["2025-12-31"] >= wide["2025-08-01"]).all()


def test_a_fund_is_missing_where_it_never_came_to_the_table(korea: ForecastResult) -> None:
    """Whether it comes is drawn; where it is sure to come no draw is without it, and where it cannot all are."""
    for chance, missing in ((1.0, 0.0), (0.0, 1.0)):
        sure = forecast("Korea", 20, 3, sets=[f"events.fund.probability={chance}"])
        assert sure.draws["fund"].isna().mean() == missing
    row = korea.row("prior", "2025-08-01")
    own = korea.draws[(korea.draws["variant"] == "prior") & (korea.draws["horizon"] == "2025-08-01")]
    assert own["fund"].isna().any()
    # The share of a fund is one of all draws.
    assert row["fund"] == (own["fund"] > 0).sum() / len(own)


def test_without_a_deal_the_rate_is_in_force_or_that_of_the_threat(korea: ForecastResult) -> None:
    without = korea.draws[korea.draws["agreed"] == 0]
    assert set(without["rec"]) == {0.1, 0.25}
    assert set(without["car"]) == {0.25}


def test_a_fitted_variant_is_stamped_and_knows_what_it_was_fitted_to(korea: ForecastResult) -> None:
    row = korea.row("july_12", "2025-08-01")
    assert (row["fitted_through"], row["fitted_to"]) == ("2025-07-12", "UK, Vietnam")
    assert row["effective"] == pytest.approx(1 / (0.2**2 + 0.3**2 + 0.5**2))
    assert korea.row("prior", "2025-08-01")["fitted_through"] == ""
    # Threats that are all but sure, and governments that need nothing at home.
    assert row["agreed"] > korea.row("prior", "2025-08-01")["agreed"]


def test_draws_of_a_variant_do_not_depend_on_the_others(korea: ForecastResult) -> None:
    alone = forecast("Korea", 60, 3)
    both = korea.draws[korea.draws["variant"] == "prior"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.draws, both)


def test_a_variant_that_knows_later_deals_compares_with_them() -> None:
    table = table_by_hand(date(2025, 8, 1), ("UK", "Vietnam", "Japan", "EU", "Korea"))
    prior, shared = variants_of("Brazil", RECORD, {"shared": table})
    assert value(shared.config, "walk_away.open_imports_share") < value(prior.config, "walk_away.open_imports_share")
    assert value(shared.config, "reference.reciprocal_rate") != value(prior.config, "reference.reciprocal_rate")
    assert shared.config.posterior is not None
    assert shared.config.posterior.fitted_through == date(2025, 8, 1)
    # All else of the case is known as of its own day.
    assert shared.config.calendar == prior.config.calendar
    assert shared.config.agenda == prior.config.agenda


def test_the_config_of_the_case_is_kept_for_other_commands(tmp_path: Path) -> None:
    out = tmp_path / "korea"
    result = forecast("korea", 5, out=out)
    called = winset("check", str(out / "case.yaml"))
    assert called.exit_code == 0
    assert "Korea" in called.stdout
    assert (out / "tables" / "draws.csv").read_text("utf-8").startswith("case,variant,as_of,horizon,draw,agreed,rec,")
    assert result.folder == str(out)


def without_horizons() -> DatedRecord:
    return changed("Korea", first_horizon=None, last_horizon=None)


def test_a_case_without_a_horizon_is_refused() -> None:
    with pytest.raises(ConfigError, match="a forecast of 2025-07-12 needs a horizon after that day"):
        forecast("Korea", 5, record=without_horizons())


def test_a_horizon_that_is_over_is_left_out() -> None:
    record = replace(RECORD, outcomes=())
    result = forecast("Korea", 5, as_of=date(2025, 8, 2), record=record)
    assert result.horizons == ("2025-12-31",)
    # No deadline is known by then, so that the next one lies as far off as the first suspension was long.
    assert result.config.calendar.deadline == date(2025, 10, 31)
    assert not len(result.scores)


@pytest.mark.parametrize(
    ("case", "day", "message"),
    [
        ("Japan", "2025-07-25", "Japan's deal has been known since 2025-07-22; choose an earlier day"),
        ("japan", "2025-07-22", "Japan's deal has been known since 2025-07-22; choose an earlier day"),
        ("Korea", "2025-12-31", "Korea's deal has been known since 2025-07-30; choose an earlier day"),
        ("Japan", "2024-01-01", "the facts of Japan were known by"),
    ],
)
def test_a_day_on_which_there_is_nothing_to_forecast_is_refused_by_its_option(
    case: str, day: str, message: str, tmp_path: Path
) -> None:
    said = refused("forecast", case, "--draws", "5", "--as-of", day, "--out", tmp_path / "none")
    assert f"--as-of {day}: {message}" in " ".join(said.split())
    assert not (tmp_path / "none").exists()


def test_a_day_after_the_last_horizon_is_refused_by_its_option() -> None:
    record = replace(RECORD, outcomes=())
    with pytest.raises(RunError, match=r"--as-of 2025-12-31: the last day by which a forecast of Korea .* 2025-12-31"):
        forecast("Korea", 5, as_of=date(2025, 12, 31), record=record)
    day_before = forecast("Japan", 5, as_of=date(2025, 7, 21))
    assert day_before.as_of == date(2025, 7, 21)


def test_tables_of_weights_have_names(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "shared.csv"
    for path in (first, second):
        path.touch()
    assert parse_weights([f"july_12={first}", str(second)]) == {"july_12": first, "shared": second}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["prior={}/a.csv"], "prior is no name of a variant"),
        (["July={}/a.csv"], "July is no name of a variant"),
        (["={}/a.csv"], "nothing is no name of a variant"),
        (["a={}/a.csv", "a={}/b.csv"], "two variants are called a; name them with --weights NAME=FILE"),
        (["{}/a.csv", "a={}/b.csv"], "two variants are called a"),
        (["{}/c.csv"], "there is no file"),
    ],
)
def test_names_that_cannot_be_are_refused(options: list[str], message: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").touch()
    with pytest.raises(RunError, match=message):
        parse_weights([option.format(tmp_path) for option in options])


def test_a_table_that_is_none_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "july_12.csv").write_text("draw,weight\n0,1\n", encoding="utf-8")
    called = winset("forecast", "Korea", "--draws", "5", "--weights", str(tmp_path / "july_12.csv"))
    assert called.exit_code == 2
    assert "july_12.csv" in called.stderr
    assert "is no table of weights" in " ".join(called.stderr.split())


def test_resume_refuses_another_record(tmp_path: Path) -> None:
    first, other = (write_own_record(tmp_path / name, factor) for name, factor in (("first", 1.0), ("other", 2.0)))
    out = tmp_path / "out"
    called = winset("forecast", INVENTED, "--draws", "4", "--record", str(first), "--out", str(out), "--no-figures")
    assert called.exit_code == 0, called.output
    again = winset("forecast", INVENTED, "--draws", "4", "--record", str(other), "--out", str(out), "--resume")
    assert again.exit_code == 2
    assert "record" in again.stderr
    manifest = (out / "manifest.json").read_bytes()
    shutil.copytree(first, tmp_path / "elsewhere")
    same = winset("forecast", INVENTED, "--draws", "4", "--record", str(tmp_path / "elsewhere"), "--out", str(out),
                  "--resume", "--no-figures")  # fmt: skip
    assert same.exit_code == 0, same.output
    assert (out / "manifest.json").read_bytes() == manifest


def test_a_record_that_is_none_is_refused_with_its_option(tmp_path: Path) -> None:
    called = winset("forecast", "Korea", "--draws", "4", "--record", str(tmp_path))
    assert called.exit_code == 2
    assert f"--record {tmp_path}" in " ".join(called.stderr.split())
