"""A calibration from its options to its tables: weights are those of the kernel, however they are computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from scipy.special import ndtri

import winset
from experiments.cases.cases import case_config
from experiments.cases.pooled import shared_probabilities, with_priors_of
from experiments.config.amounts import amount_of
from experiments.config.load import load_config
from experiments.config.weights import under_posterior
from experiments.errors import ConfigError, RunError
from experiments.lab import evaluate
from experiments.questions.calibrate import calibrate as module
from experiments.questions.calibrate.fitting import squares_of, tolerance_for, weighted
from experiments.questions.calibrate.parameters import DEFAULT, values_at, with_priors
from experiments.questions.calibrate.simulation import CaseTalks, simulated
from experiments.questions.calibrate.targets import targets_of
from experiments.questions.hindcast import hindcast
from experiments.record.record import read_record
from experiments.statistics.scores import effective_number
from experiments.statistics.weighted import kernel_logs, moments, weights_of_logs
from tests.command_line import refused
from tests.tree import RECORD, TINY

SHARED: Final = ("walk_away.court_survival", "partner.ratification_margin")
JAPAN: Final = "japan_us_2025"
FIRST: Final = "2025-06-28"


def _calibrated(**changes: Any) -> Any:
    return winset.calibrate(JAPAN, **{"through": FIRST, "draws": 300, "kept": 0.4, **changes})


@pytest.mark.parametrize("method", ["weights", "smc"])
def test_the_same_bytes_whatever_computes_them(method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for workers, size in ((1, 2_048), (3, 37)):
        monkeypatch.setattr(evaluate, "WORKERS", workers)
        monkeypatch.setattr(module, "chunks_of", lambda rows, size=size: evaluate.chunks_of(rows, size))
        out = tmp_path / f"{workers}"
        _calibrated(method=method, most_steps=2, repeats=2, out=out)
        found.append({path.name: path.read_bytes() for path in (*(out / "tables").iterdir(), out / "weights.csv")})
    assert found[0] == found[1]
    assert len(found[0]) == 5


def test_weights_are_those_of_the_kernel_and_values_those_of_the_draws() -> None:
    found = _calibrated(parameters=SHARED, tolerance=1.5, seed=4)
    base = with_priors(load_config(JAPAN), SHARED)
    case = CaseTalks("Japan", base, targets_of("Japan", base, read_record(), None or _day(FIRST), ()).rows)
    probabilities = shared_probabilities(base, SHARED, 4, 0, 300)
    shared = {path: probabilities[:, place] for place, path in enumerate(SHARED)}
    said = simulated(case, shared, 4, 0, 0, 300)
    fitted = np.array([row.fitted for row in case.rows])
    values, widths = (np.array([getattr(row, name) for row in case.rows]) for name in ("value", "width"))
    off = (said - values) / widths
    # Japan's purchases of 28 June were 4 or more.
    more = np.array([row.is_open for row in case.rows])
    off[:, more] = np.minimum(off[:, more], 0.0)
    kernel = np.exp(-(np.minimum(np.abs(off[:, fitted]), 10.0) ** 2).sum(axis=1) / (2 * 1.5**2))
    np.testing.assert_allclose(found.weights.weights, kernel / kernel.sum(), rtol=1e-9)
    own = values_at(base, SHARED, probabilities)
    np.testing.assert_allclose(found.weights.values[:, 0], own[:, 0], rtol=1e-12)
    np.testing.assert_allclose(found.weights.values[:, 1] * amount_of(base, "exposed_imports"), own[:, 1], rtol=1e-12)
    row = found.parameters.set_index("path").loc["walk_away.court_survival"]
    mean, sd = moments(own, found.weights.weights)
    assert (row["posterior_mean"], row["posterior_sd"]) == pytest.approx((mean[0], sd[0]))
    assert row["prior_mean"] == pytest.approx((0.0 + 0.6 + 1.0) / 3, abs=1e-4)
    assert row["contraction"] == pytest.approx(1 - (sd[0] / row["prior_sd"]) ** 2)


def _day(text: str) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(text)


def test_pooled_weights_are_products_over_cases_with_noise_of_their_own() -> None:
    base = case_config("Japan")
    found = winset.calibrate(base, ["Vietnam"], parameters=SHARED, draws=200, tolerance=3.0, seed=2)
    assert found.weights.fitted.cases == ("Japan", "Vietnam")
    ready = with_priors(base, SHARED)
    probabilities = shared_probabilities(ready, SHARED, 2, 0, 200)
    shared = {path: probabilities[:, place] for place, path in enumerate(SHARED)}
    product = np.zeros(200)
    for name, config in (("Japan", ready), ("Vietnam", with_priors_of(ready, case_config("Vietnam"), SHARED))):
        talks = CaseTalks(name, config, targets_of(name, config, read_record(), None, ()).rows)
        said = simulated(talks, shared, 2, 0, 0, 200)
        product += kernel_logs(squares_of([talks], [said[:, np.newaxis]]), 3.0)
    np.testing.assert_allclose(found.weights.weights, weights_of_logs(product), rtol=1e-9)
    assert set(found.rows["case"]) == {"Japan", "Vietnam"}


def test_the_tolerance_is_raised_until_enough_draws_count() -> None:
    squares = np.random.default_rng(1).chisquare(20, (500, 2, 3))
    found = tolerance_for(squares, 0.1, 0.2)
    assert effective_number(weights_of_logs(kernel_logs(squares, found)), 500) == pytest.approx(100, rel=1e-6)
    assert tolerance_for(squares, 50.0, 0.2) == 50.0


def test_regression_moves_the_draws_of_the_table() -> None:
    plain = _calibrated(draws=1_000)
    moved = _calibrated(draws=1_000, method="regression")
    np.testing.assert_array_equal(plain.weights.weights, moved.weights.weights)
    place = plain.weights.paths.index("tactics.us_treasury.beta")
    mean, sd = moments(moved.weights.values, moved.weights.weights)
    row = moved.parameters.iloc[place]
    assert (row["adjusted_mean"], row["adjusted_sd"]) == pytest.approx((mean[place], sd[place]))
    assert row["adjusted_sd"] < row["posterior_sd"]
    assert moved.weights.values[:, place].min() >= 0.05
    assert moved.weights.values[:, place].max() <= 0.5
    with pytest.raises(RunError, match=r"--method regression: 5 effective draws are too few"):
        _calibrated(draws=100, kept=0.05, method="regression")


def test_sequential_monte_carlo_comes_nearer_than_weights() -> None:
    plain = _calibrated(parameters=("tactics.us_treasury.beta",), draws=400, kept=0.25)
    found = _calibrated(parameters=("tactics.us_treasury.beta",), draws=400, kept=0.25, method="smc", most_steps=6)
    assert found.ended in ("steps", "tolerance", "copies", "acceptance")
    tolerances = found.steps["tolerance"].tolist()
    assert tolerances == sorted(tolerances, reverse=True)
    assert found.weights.fitted.tolerance == tolerances[-1]
    assert found.steps["distinct"].iloc[-1] == pytest.approx(found.weights.effective)
    assert found.negotiations >= 400 * (1 + int(found.steps["moves"].sum()))
    # Both say that the US held out.
    for one in (plain, found):
        assert one.parameters["posterior_mean"].iloc[0] < one.parameters["prior_mean"].iloc[0]


def test_a_record_of_ones_own_is_read_from_its_folder() -> None:
    found = winset.calibrate(TINY, record=RECORD, draws=100, through="2025-06-20", parameters=SHARED)
    assert found.fitted_rows["name"].tolist() == [
        "us_treasury.car_tariff", "partner.car_tariff", "us_treasury.car_tariff", "deal_day",
    ]  # fmt: skip
    assert found.held_rows["name"].tolist() == ["deal_day", "car_tariff"]
    assert found.weights.fitted.fitted_through.isoformat() == "2025-06-20"
    assert found.weights.fitted.rows[-1] == "Japan 2025-06-20 deal_day"
    whole = winset.calibrate(TINY, record=RECORD, draws=100, parameters=SHARED)
    assert whole.weights.fitted.fitted_through.isoformat() == "2025-06-25"


def test_a_record_is_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "w.csv"
    file.touch()
    said = refused("calibrate", TINY, "--record", file, "--out", tmp_path / "none")
    words = "is a file; a record is a folder that holds positions.csv, events.csv, cases.csv and outcomes.csv"
    assert f"error: --record {file}: {words}" in " ".join(said.split())
    assert not (tmp_path / "none").exists()


def test_the_usual_parameters_are_those_that_the_config_draws_or_that_have_a_range() -> None:
    assert _calibrated(draws=100).weights.paths == DEFAULT
    fixed = winset.calibrate(TINY, draws=100)
    assert fixed.weights.paths == tuple(path for path in DEFAULT if not path.startswith("tactics."))
    row = fixed.parameters.set_index("path").loc["walk_away.court_survival"]
    # Evenly from 0 to 1, the range of the parameter table.
    assert (row["prior_mean"], row["prior_sd"]) == pytest.approx((0.5, 12**-0.5), abs=1e-4)


def test_a_run_under_the_weights_draws_what_was_left(tmp_path: Path) -> None:
    found = _calibrated(draws=600, kept=0.1, out=tmp_path / "fit")
    runs = winset.run(JAPAN, 400, weights=tmp_path / "fit" / "weights.csv").runs
    drawn = runs["param.tactics.us_treasury.beta"]
    row = found.parameters.set_index("path").loc["tactics.us_treasury.beta"]
    # 400 of the rows: their mean strays by four standard errors in one of some ten thousand seeds.
    assert drawn.mean() == pytest.approx(row["posterior_mean"], abs=4 * row["posterior_sd"] / 20)
    assert under_posterior(load_config(JAPAN), found.weights).posterior is not None


def test_a_table_is_known_no_earlier_than_any_entry_of_the_configs_that_were_fitted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _calibrated(draws=100).weights.fitted.known_by.isoformat() == FIRST
    found = winset.calibrate("july_2025", parameters=SHARED, draws=100, through=FIRST).weights
    assert (found.fitted.fitted_through.isoformat(), found.fitted.known_by.isoformat()) == (FIRST, "2025-07-26")
    pooled = winset.calibrate(JAPAN, ["Vietnam"], parameters=SHARED, draws=100, through="2025-07-03").weights
    assert pooled.fitted.known_by.isoformat() == "2025-07-03"
    # A strict forecast from the day after the last row that was fitted must not read what only July knew.
    monkeypatch.setattr(hindcast, "evaluate", lambda *_: pytest.fail("played"))
    under = under_posterior(load_config("japan_hindcast", ["correlations=[]"]), found)
    with pytest.raises(ConfigError, match=r"was known by 2025-07-26 and not yet on 2025-06-29"):
        winset.hindcast(under, [_day("2025-06-29")])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cases": ["Atlantis"]}, "there is no such case in the record"),
        ({"cases": ["Japan"]}, "--case Japan: it is fitted already; the case of the config is Japan"),
        ({"cases": ["Korea", "korea"]}, "--case korea: it is fitted already"),
        ({"through": "28 June"}, "--through 28 June: it must be a calendar date such as 2025-05-28"),
        ({"through": "2025-05-01"}, "the record has no row of Japan through 2025-05-01"),
        ({"hold_out": ["Japan"]}, "the record has no row of Japan"),
        ({"hold_out": ["cars"]}, "--hold-out cars: nothing in the record is called so"),
        ({"parameters": ["walk_away.nothing"]}, "--parameter walk_away.nothing: japan_us_2025 has no such number"),
        ({"parameters": [SHARED[0], SHARED[0]]}, "--parameter walk_away.court_survival is given twice"),
        ({"parameters": ["economy.deal_includes_mfn"]}, "it is a switch; compare its two positions by --set"),
        ({"parameters": ["tactics.partner.initial"]}, "it is a fixed number without a plausible range"),
        ({"draws": 99}, "--draws"),
        ({"repeats": 0}, "--repeats"),
        ({"tolerance": 0.0}, "--tolerance is 0; it must be above 0 and at most 1000"),
        ({"tolerance": float("nan")}, "--tolerance is nan"),
        ({"kept": 1.5}, "--kept is 1.5; it must be above 0 and at most 1"),
        ({"method": "guess"}, "--method"),
        (
            {"sets": [f"correlations=[{{between: [{SHARED[0]}, walk_away.execution_probability], rho: 0.4}}]"]},
            "it is correlated with another number",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_played(
    changes: dict[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "simulated", lambda *_: pytest.fail("played"))
    cases = changes.pop("cases", ())
    with pytest.raises((RunError, ConfigError)) as told:
        winset.calibrate(JAPAN, cases, **changes)
    assert said in str(told.value)


def test_a_config_that_draws_from_a_posterior_is_not_calibrated_again() -> None:
    found = _calibrated(draws=100)
    with pytest.raises(RunError, match="draws numbers from a posterior already"):
        winset.calibrate(under_posterior(load_config(JAPAN), found.weights), draws=100)


def test_repeats_average_out_what_is_not_shared() -> None:
    base = with_priors(load_config(JAPAN), SHARED)
    rows = targets_of("Japan", base, read_record(), _day(FIRST), ()).rows
    case = CaseTalks("Japan", base, rows)
    probabilities = shared_probabilities(base, SHARED, 1, 0, 120)
    shared = {path: probabilities[:, place] for place, path in enumerate(SHARED)}
    said = np.stack([simulated(case, shared, 1, repeat, 0, 120) for repeat in range(3)], axis=1)
    found = weighted([case], ndtri(probabilities), [said], 1.0, 0.0, widen=False)
    squares = squares_of([case], [said])
    kernel = np.exp(-squares[:, 0] / 2)
    np.testing.assert_allclose(found.weights, kernel.mean(axis=1) / kernel.mean(axis=1).sum(), rtol=1e-9)
    # Each repeat counts by its own kernel in what is predicted.
    np.testing.assert_allclose(found.shares[0], kernel / kernel.sum(), rtol=1e-9)
