"""Every cell of what a forecast prints is its own value: rows, columns, units, and what is said in words."""

from __future__ import annotations

import pandas as pd

from experiments.questions.forecast.text import (
    all_scores,
    answer,
    baselines,
    bins,
    chances,
    in_sample,
    rates,
    scores,
    warning_of_sample,
)
from tests.forecasts_by_hand import HORIZONS, forecast_by_hand


def test_shares_of_deals_and_funds() -> None:
    table = chances(forecast_by_hand())
    assert table.columns == ("Variant", "By", "Fitted to", "Deal, %", "Fund, %", "Fund if any, median")
    assert table.rows == (
        ("prior", "2025-08-01", "nothing", "11.1 ±10.2", "13.3 ±10.4", "US$101 bn"),
        ("prior", "2025-12-31", "nothing", "21.1 ±20.2", "23.3 ±20.4", "US$202 bn"),
        ("july_12", "2025-08-01", "UK, Vietnam, 2025-07-12", "31.1 ±30.2", "33.3 ±30.4", "US$303 bn"),
        ("july_12", "2025-12-31", "UK, Vietnam, 2025-07-12", "41.1 ±40.2", "43.3 ±40.4", "US$404 bn"),
    )
    assert table.numeric == {3, 4, 5}


def test_quantiles_of_rates() -> None:
    table = rates(forecast_by_hand())
    assert table.columns == (
        "Rate, %", "Variant", "By", "Among", "Draws", "5 %", "25 %", "Median", "75 %", "95 %",
    )  # fmt: skip
    assert len(table.rows) == 16
    assert table.rows[0] == (
        "Reciprocal tariff", "prior", "2025-08-01", "all draws", "100", "1.1", "1.2", "1.3", "1.4", "1.5",
    )  # fmt: skip
    assert table.rows[-1] == (
        "Car tariff", "july_12", "2025-12-31", "deals", "115", "16.1", "16.2", "16.3", "16.4", "16.5",
    )  # fmt: skip


def test_bins_of_rates() -> None:
    table = bins(forecast_by_hand())
    assert table.columns == (
        "Rate", "Variant", "By", "below 7.5", "7.5 to 12.5", "12.5 to 17.5", "17.5 to 22.5", "22.5 to 27.5",
        "27.5 or more",
    )  # fmt: skip
    assert table.rows[1] == ("Reciprocal tariff", "prior", "2025-12-31", "7.0", "8.0", "9.0", "10.0", "11.0", "12.0")
    assert table.rows[6] == ("Car tariff", "july_12", "2025-08-01", "37.0", "38.0", "39.0", "40.0", "41.0", "42.0")


def test_baselines_stand_beside_with_their_mark() -> None:
    table = baselines(forecast_by_hand())
    assert table.columns == ("Rate", "Baseline", "Says", "Undefined, for", "Rate, %", "Error, points")
    assert table.rows == (
        ("Reciprocal tariff", "B1 status quo, no deal", "no deal", "", "10.1", "5.1"),
        ("Reciprocal tariff", "B3* 0.6 of the threat", "deal", "", "15.2", "4.2"),
        (
            "Reciprocal tariff",
            "B5 midpoint of both stated positions",
            "deal",
            "no position of Korea is given",
            "-",
            "-",
        ),
        ("Reciprocal tariff", "B9 earlier deals, each as likely", "deal", "", "10.3, 20.4", "-"),
        ("Car tariff", "B1 status quo, no deal", "no deal", "", "25.5", "3.6"),
    )
    assert "*: chosen after the fact" in table.note


def test_scores_have_their_unit_and_error() -> None:
    table = scores(forecast_by_hand(), HORIZONS[0])
    assert table.columns == ("Of", "Forecaster", "Fact", "Said, %", "Brier", "CRPS, points", "log, nats", "ranked")
    assert table.rows == (
        ("Deal", "prior", "yes", "11.1", "0.22 ±0.01", "-", "1.33 ±0.02", "-"),
        ("Deal", "B1", "yes", "0.0", "1.00 / +0.78", "-", "infinite / +1.00", "-"),
        ("Deal", "B3*", "yes", "100.0", "0.00 / -inf", "-", "-", "-"),
        ("Deal", "even chance", "yes", "50.0", "0.25 / +0.12", "-", "0.69 / -0.92", "-"),
        ("Reciprocal tariff", "prior", "15.0 %", "12.2", "-", "1.44 ±0.34", "1.55 ±0.04", "0.66 ±0.06"),
        ("Reciprocal tariff", "B3*", "15.0 %", "15.2", "-", "1.77 / +0.19", "-", "-"),
        ("Car tariff", "prior", "16.0 %", "25.0", "-", "8.81 ±0.78", "-", "-"),
    )
    assert "after a slash stands the skill of the first variant against a baseline" in table.note
    first, last = all_scores(forecast_by_hand())
    assert (first.folded, last.folded) == (False, True)
    assert last.rows == (("Reciprocal tariff", "prior", "15.0 %", "13.3", "-", "1.99 ±0.89", "-", "-"),)


def test_what_is_said_names_inputs_and_what_a_variant_is_fitted_to() -> None:
    found = answer(forecast_by_hand())
    rates, inputs, fitted = found.more
    said = f"{found.sentence} {rates}"
    assert said == (
        "Korea from 2025-07-12, 400 draws with nothing fitted: a deal in 11.1 % by 2025-08-01 and 21.1 % by "
        "2025-12-31, a fund in 13.3 % by 2025-08-01 and 23.3 % by 2025-12-31. Reciprocal tariff on 2025-12-31: 5.3 % "
        "(5.1 % to 5.5 % in nine of ten draws). Car tariff on 2025-12-31: 7.3 % (7.1 % to 7.5 % in nine of ten draws)."
    )
    assert inputs == (
        "Reciprocal tariff: 61 % of the deals sit on the high end of the agenda, 25 %: an input. july_12: Car tariff: "
        "83 % of the deals sit on the low end of the agenda, 2.5 %: an input."
    )
    assert fitted == (
        "july_12, fitted to UK, Vietnam through 2025-07-12 (118 effective draws): a deal in 31.1 % by 2025-08-01 and "
        "41.1 % by 2025-12-31."
    )


def test_a_variant_that_was_fitted_to_the_case_is_no_forecast() -> None:
    result = forecast_by_hand()
    assert warning_of_sample(result) == ""
    summary = result.summary.assign(fitted_to=["", "", "UK, Korea", "UK, Korea"])
    own = forecast_by_hand(summary=summary)
    assert in_sample(own) == ("july_12",)
    assert warning_of_sample(own) == "July_12 was fitted to Korea itself: no forecast."
    assert answer(own).more[1] == warning_of_sample(own)
    assert warning_of_sample(own) in own.text(200)
    assert (own.plain()["fitted_to_the_case"], own.plain()["warning"]) == (["july_12"], warning_of_sample(own))
    assert (result.plain()["fitted_to_the_case"], result.plain()["warning"]) == ([], "")
    assert "no forecast" not in result.text(200)


def test_without_cars_and_without_an_outcome_nothing_is_said_of_them() -> None:
    result = forecast_by_hand()
    bare = forecast_by_hand(
        rates=result.rates[result.rates["rate"] == "rec"],
        bins=result.bins[result.bins["rate"] == "rec"],
        baselines=result.baselines[result.baselines["rate"] == "rec"],
        scores=result.scores.iloc[:0],
    )
    assert not bare.has_cars
    text = bare.text()
    assert "Car tariff" not in text
    assert "How Korea ended" not in text
    assert isinstance(bare.scores, pd.DataFrame)


def test_plain_data_has_every_table_but_the_draws() -> None:
    plain = forecast_by_hand().plain()
    assert plain.keys() == {
        "case", "as_of", "config", "seed", "fitted_to_the_case", "warning", "inputs",
        "summary", "rates", "bins", "baselines", "scores", "constraints",
    }  # fmt: skip
    assert plain["seed"] == 7
    assert plain["summary"][2]["fitted_through"] == "2025-07-12"
    assert plain["baselines"][2]["value"] is None
