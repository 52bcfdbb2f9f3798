"""Each baseline by hand, where each is defined, and the error that it is given."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from experiments.baselines.baselines import (
    BASELINES,
    BaselineForecast,
    Situation,
    Stated,
    baseline_forecasts,
    laplace_scale,
)
from experiments.baselines.events import event_baseline_scores, event_baselines, of_a_deal
from experiments.baselines.similarity import EarlierDeal, Features
from experiments.statistics.bins import RATE_BINS
from experiments.statistics.forecasts import Laplace, WeightedDraws, event_scores, number_scores

#: Made-up cases: the oldest deal is the most similar one, and no two numbers are the same.
NEAR, MIDDLE, FAR = Features(31, 0.27, -70), Features(20, 0.05, -20), Features(6, 0.0, 12)
DEALS = (
    EarlierDeal("far", date(2025, 7, 5), 0.21, FAR),
    EarlierDeal("near", date(2025, 5, 9), 0.11, NEAR),
    EarlierDeal("later", date(2025, 7, 20), 0.31, Features(32, 0.28, -71)),
    EarlierDeal("middle", date(2025, 6, 3), 0.17, MIDDLE),
    EarlierDeal("here", date(2025, 7, 1), 0.29, Features(32, 0.28, -72)),
)
HERE = Situation(
    case="here",
    as_of=date(2025, 7, 12),
    in_force=0.10,
    threat=0.26,
    us=Stated(0.24, power=0.6, salience=0.5),
    partner=Stated(0.02, power=0.4, salience=0.9),
    features=Features(32, 0.28, -72),
)
#: The others before their deals: what each baseline says of them has another error in every cell.
SHARED = {
    "near": Situation("near", date(2025, 5, 7), 0.08, 0.13, Stated(0.14, 1, 2), Stated(0.03, 3, 1), NEAR),
    "middle": Situation("middle", date(2025, 6, 1), 0.09, 0.32, Stated(0.22, 2, 1), Stated(0.05, 1, 5), MIDDLE),
    "far": Situation("far", date(2025, 7, 1), 0.12, 0.46, Stated(0.41, 1, 1), Stated(0.07, 1, 3), FAR),
    "later": Situation("later", date(2025, 7, 12), 0.1, 0.36, features=FAR),
}


def _by_code(
    situation: Situation = HERE,
    deals: tuple[EarlierDeal, ...] = DEALS,
    shared: dict[str, Situation] | None = None,
) -> dict[str, BaselineForecast]:
    found = baseline_forecasts(situation, deals, SHARED if shared is None else shared)
    return {forecast.baseline.code: forecast for forecast in found}


def _laplace(found: BaselineForecast) -> Laplace:
    assert isinstance(found.forecast, Laplace)
    return found.forecast


def test_baselines_stand_in_their_order_with_their_marks() -> None:
    assert [baseline.code for baseline in BASELINES] == [f"B{number}" for number in range(1, 10)]
    assert [baseline.code for baseline in BASELINES if baseline.chosen_after_the_fact] == ["B3", "B4"]
    assert {baseline.mark for baseline in BASELINES if baseline.code in {"B3", "B4"}} == {"chosen after the fact"}
    assert {baseline.mark for baseline in BASELINES if baseline.code not in {"B3", "B4"}} == {""}
    assert [baseline.code for baseline in BASELINES if not baseline.agrees] == ["B1"]
    assert len({baseline.name for baseline in BASELINES}) == 9


@pytest.mark.parametrize(
    ("code", "rate", "errors"),
    [
        ("B1", 0.10, (0.03, 0.08, 0.09)),
        ("B2", 0.26, (0.02, 0.15, 0.25)),
        ("B3", 0.156, (0.032, 0.022, 0.066)),
        ("B4", 0.15, (0.04, 0.02, 0.06)),
        ("B5", 0.13, (0.025, 0.035, 0.03)),
        # Weights .3 and .36 of the positions .24 and .02; of the others 2 and 3, 2 and 5, 1 and 3.
        ("B6", 0.12, (0.036, 0.17 - 0.69 / 7, 0.055)),
    ],
)
def test_baseline_without_deals_of_others_by_hand(code: str, rate: float, errors: tuple[float, ...]) -> None:
    found = _by_code()[code]
    assert found.undefined == ""
    assert found.errors == pytest.approx(dict(zip(("near", "middle", "far"), errors, strict=True)))
    assert _laplace(found).centre == pytest.approx(rate)
    assert _laplace(found).scale == pytest.approx(sum(errors) / 3)


def test_newest_deal_is_that_of_the_last_day_before_and_errs_as_it_did() -> None:
    # The deal of 20 July comes later and the case's own one does not count. Before the first deal there is nothing to
    # copy; before "middle" 11 was the newest for 17, before "far" 17 for 21.
    found = _by_code()["B7"]
    assert _laplace(found).centre == 0.21
    assert found.errors == pytest.approx({"middle": 0.06, "far": 0.04})
    assert _laplace(found).scale == pytest.approx(0.05)


def test_most_similar_deal_is_by_features_and_not_by_date() -> None:
    found = _by_code()["B8"]
    assert _laplace(found).centre == 0.11
    # "far" lies 2.4 from "middle" and 8.3 from "near".
    assert found.errors == pytest.approx({"middle": 0.06, "far": 0.04})
    # A third deal on 1 June that is as far away as can be is the newest one for "middle" and changes nothing.
    other = EarlierDeal("other", date(2025, 5, 31), 0.47, Features(1, 0.9, 40))
    assert _by_code(deals=(*DEALS, other))["B8"].errors == found.errors
    assert _by_code(deals=(*DEALS, other))["B7"].errors["middle"] == pytest.approx(0.30)


def test_climatology_is_the_earlier_deals_each_as_likely() -> None:
    found = _by_code()["B9"]
    assert isinstance(found.forecast, WeightedDraws)
    assert sorted(found.forecast.values.tolist()) == [0.11, 0.17, 0.21]
    assert found.forecast.weights is None
    assert found.errors == {}
    scores = number_scores(found.forecast, 0.15)
    # Only 17 lies in the bin of 15: (1 + 1/2) / (3 + 3). E|X - y| = .12 / 3, E|X - X'| = 2 (.06 + .04 + .10) / 9.
    assert scores.probability == pytest.approx(0.25)
    assert scores.crps.value == pytest.approx(0.04 - 0.2 / 9)
    assert scores.crps.error == 0.0


def test_deals_of_the_same_day_count_alike() -> None:
    twin = EarlierDeal("twin", date(2025, 7, 5), 0.13, NEAR)
    found = _by_code(deals=(*DEALS, twin))
    assert _laplace(found["B7"]).centre == pytest.approx(0.17)
    # As similar as "near", and newer.
    assert _laplace(found["B8"]).centre == pytest.approx(0.13)


def test_a_deal_of_the_day_itself_is_not_yet_known() -> None:
    deals = (*DEALS, EarlierDeal("today", HERE.as_of, 0.40, HERE.features))
    assert {code: found.forecast for code, found in _by_code(deals=deals).items() if code != "B9"} == {
        code: found.forecast for code, found in _by_code().items() if code != "B9"
    }
    climatology = _by_code(deals=deals)["B9"].forecast
    assert isinstance(climatology, WeightedDraws)
    assert 0.40 not in climatology.values


def test_nothing_later_than_the_date_moves_any_forecast() -> None:
    early = replace(HERE, as_of=date(2025, 6, 2))
    before = tuple(deal for deal in DEALS if deal.signed < early.as_of)
    with_later, without = _by_code(early), _by_code(early, before)
    for code, found in with_later.items():
        assert found.errors == without[code].errors
        if code != "B9":
            assert found.forecast == without[code].forecast
    # One case shows no error: 4 points.
    assert {_laplace(found).scale for code, found in with_later.items() if code != "B9"} == {0.04}


# Where they are undefined

WITHOUT_SENSE = "power and salience must not be negative, and not 0 for both sides"
LACKING = [
    (side, Stated(0.2, power=power, salience=salience))
    for side in ("us", "partner")
    for power, salience in ((1, None), (None, 1))
]
NEGATIVE = [
    (side, Stated(0.2, power=power, salience=salience))
    for side in ("us", "partner")
    for power, salience in ((1, -0.1), (-0.1, 1))
]


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"in_force": None}, {"B1": "no rate in force is given"}),
        ({"threat": None}, {"B2": "no threat is given", "B3": "no threat is given"}),
        ({"us": Stated(power=1, salience=1)}, dict.fromkeys(("B5", "B6"), "no position of the US is given")),
        ({"partner": Stated(power=1, salience=1)}, dict.fromkeys(("B5", "B6"), "no position of the partner is given")),
        (
            {"us": Stated(), "partner": Stated()},
            dict.fromkeys(("B5", "B6"), "no position of the US and the partner is given"),
        ),
        ({"partner": Stated(0.02)}, {"B6": "power and salience are not given for both sides"}),
        (
            {"us": Stated(0.24, 0, 1), "partner": Stated(0.02, 1, 0)},
            {"B6": WITHOUT_SENSE},
        ),
        (
            {"us": Stated(0.24, -1, -1), "partner": Stated(0.02, 1, 1)},
            {"B6": WITHOUT_SENSE},
        ),
        *(({side: stated}, {"B6": "power and salience are not given for both sides"}) for side, stated in LACKING),
        *(({side: stated}, {"B6": WITHOUT_SENSE}) for side, stated in NEGATIVE),
        ({"features": None}, {"B8": "features of the case are not given"}),
        ({"as_of": date(2025, 5, 9)}, dict.fromkeys(("B7", "B8", "B9"), "no deal has been signed yet")),
    ],
)
def test_a_baseline_says_why_it_is_undefined(changes: dict[str, object], reasons: dict[str, str]) -> None:
    found = _by_code(replace(HERE, **changes))  # type: ignore[arg-type]  # fields by name, of several types
    assert {code: forecast.undefined for code, forecast in found.items() if forecast.undefined} == reasons
    assert {code for code, forecast in found.items() if forecast.forecast is None} == set(reasons)
    assert all(found[code].errors == {} for code in reasons)


def test_a_side_without_power_or_salience_does_not_count() -> None:
    for us in (Stated(0.24, 0, 1), Stated(0.24, 1, 0)):
        assert _laplace(_by_code(replace(HERE, us=us))["B6"]).centre == 0.02


def test_similarity_needs_the_features_of_every_deal() -> None:
    deals = tuple(replace(deal, features=None) if deal.case in {"far", "near"} else deal for deal in DEALS)
    assert _by_code(deals=deals)["B8"].undefined == "features of near, far are not given"


# The error of a point


@pytest.mark.parametrize(
    ("errors", "scale"),
    [
        ([], 0.04),
        ([0.2], 0.04),
        ([0.02, 0.04], 0.03),
        ([0.0, 0.001], 0.01),
        ([0.0, 0.02], 0.01),
        ([0.1, 0.2, 0.3], 0.2),
    ],
)
def test_scale_is_the_mean_error_of_two_cases_or_more(errors: list[float], scale: float) -> None:
    assert laplace_scale(errors) == pytest.approx(scale)


def test_errors_are_those_of_shared_cases_only() -> None:
    found = _by_code(shared={case: SHARED[case] for case in ("near", "far", "later")})
    assert found["B1"].errors == pytest.approx({"near": 0.03, "far": 0.09})
    assert _laplace(found["B1"]).scale == pytest.approx(0.06)
    # The other two deals can still be copied.
    assert _laplace(found["B7"]).centre == 0.21
    assert found["B7"].errors == pytest.approx({"far": 0.04})
    assert _laplace(found["B7"]).scale == 0.04


@pytest.mark.parametrize(
    "wrong", [replace(SHARED["near"], as_of=date(2025, 5, 9)), replace(SHARED["near"], case="far")]
)
def test_a_situation_after_its_deal_or_of_another_case_is_refused(wrong: Situation) -> None:
    with pytest.raises(ValueError, match="must be its own and before its deal of 2025-05-09"):
        _by_code(shared={**SHARED, "near": wrong})


def test_midpoint_of_28_may_scores_as_published() -> None:
    # Positions in fractions: cars 27.5 against 2.5, reciprocal 24 against 0. Outcome 15 and 15.
    uk = (EarlierDeal("uk", date(2025, 5, 8), 0.10, Features(53, 10.6 / 68.2, 11.8)),)
    cars = Situation("japan", date(2025, 5, 28), us=Stated(0.275, 1, 1), partner=Stated(0.025, 1, 1))
    reciprocal = Situation("japan", date(2025, 5, 28), us=Stated(0.24, 1, 1), partner=Stated(0.0, 1, 1))
    for situation, centre, crps, inside in ((cars, 0.15, 0.0100, 0.465), (reciprocal, 0.12, 0.0189, 0.315)):
        found = _by_code(situation, uk, {})
        for code in ("B5", "B6"):
            assert _laplace(found[code]).centre == pytest.approx(centre)
            assert _laplace(found[code]).scale == 0.04
            scores = number_scores(_laplace(found[code]), 0.15)
            assert scores.crps.value == pytest.approx(crps, abs=5e-5)
            assert scores.probability == pytest.approx(inside, abs=5e-4)
            assert scores.log.value == pytest.approx(-math.log(inside), abs=2e-3)


def test_every_defined_forecast_has_all_scores() -> None:
    for code, found in _by_code().items():
        assert found.forecast is not None
        scores = number_scores(found.forecast, 0.15)
        numbers = (scores.crps.value, scores.log.value, scores.ranked.value)
        assert all(math.isfinite(number) and number > 0 for number in numbers), code
        assert found.forecast.probabilities(RATE_BINS).sum() == pytest.approx(1.0)
        assert np.all(found.forecast.probabilities(RATE_BINS) > 0)


def test_of_a_deal_everyone_is_sure_but_the_even_chance() -> None:
    """A model that sees the deal in a quarter of its draws, beside who says yes, no, nothing, and even."""
    silent = replace(HERE, partner=Stated())
    said = [*event_baselines(baseline_forecasts(silent, DEALS, SHARED), of_a_deal)]
    assert [one.code for one in said] == [*(one.code for one in BASELINES), "even"]
    chances = {one.code: one.probability for one in said}
    assert (chances["B1"], chances["B2"], chances["even"], chances["B5"]) == (0.0, 1.0, 0.5, None)
    by_code = {one.code: one for one in said}
    assert by_code["B5"].undefined == "no position of the partner is given"
    assert by_code["B3"].mark == "chosen after the fact"
    own = event_scores(np.array([1.0, 0.0, 0.0, 0.0]), happened=True)
    brier, log = (
        {one.code: (value, gained) for one, value, gained in event_baseline_scores(own, said, score, happened=True)}
        for score in ("brier", "log")
    )
    assert brier["B1"] == pytest.approx((1.0, 1 - 0.75**2))
    assert brier["B2"] == (0.0, -math.inf)
    assert brier["even"] == pytest.approx((0.25, 1 - 0.75**2 / 0.25))
    assert log["B1"] == (math.inf, 1.0)
    assert log["even"] == pytest.approx((math.log(2), 1 - own.log.value / math.log(2)))
    assert all(math.isnan(one) for one in (*brier["B5"], *log["B5"]))


def test_a_reason_instead_of_a_probability_is_kept() -> None:
    said = event_baselines(baseline_forecasts(HERE, DEALS, SHARED), lambda one: "no day" if one.agrees else 1.0)
    found = {one.code: (one.probability, one.undefined) for one in said}
    assert (found["B1"], found["B2"], found["even"]) == ((1.0, ""), (None, "no day"), (0.5, ""))
