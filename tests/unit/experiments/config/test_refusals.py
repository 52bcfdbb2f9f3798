"""Refused configs: every kind of mistake is named with its place, key and value, and with what would be right.

Who reads it finds its text in the code with one search.
"""

from __future__ import annotations

from typing import Any

import pytest

from experiments.config.load import config_from
from experiments.errors import ConfigError, printable
from tests.found_texts import check_found
from tests.small_records import SMALL


def _refusal(*sets: str, **top: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        config_from({**SMALL, **top}, "small", sets)
    for problem in caught.value.problems:
        check_found(problem.message)
    return str(caught.value)


FURTHER = {
    "unit": "Mt",
    "low": 0,
    "high": 9,
    "levels": 4,
    "us_value": 1,
    "partner_value": -1,
    "wants_high": "us_treasury",
}
LINE = {"name": "a", "side": "us_treasury", "issue": "car_tariff", "at_least": 0.1}
EVENT = {"name": "e", "date": "2025-06-10"}
LATE = {**EVENT, "set": {"calendar.deadline": "9500-01-01"}}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        # Single values.
        (
            "us_treasury.consumer_weight=-1",
            "us_treasury.consumer_weight: must be between 0 and 1e+06 (weight) (got -1)",
        ),
        ("us_treasury.delivery_doubt=1.5", "must be between 0 and 1 (share) (got 1.5)"),
        ("us_treasury.delivery_doubt=true", "must be a number, {value"),
        ("us_treasury.delivery_doubt=no", "(got no)"),
        ("us_treasury.delivery_doubt=.nan", "must be a finite number (got nan)"),
        ("us_treasury.delivery_doubt=-.inf", "must be a finite number (got -inf)"),
        ("us_treasury.delivery_doubt={low: 0, high: 1}", "must be a number, {value"),
        (
            "us_treasury.delivery_doubt={dist: uniform, low: 0, high: 2}",
            "can be from 0 to 2, but must be between 0 and 1",
        ),
        (
            "us_treasury.consumer_weight={dist: normal, mean: 1, sd: 1}",
            "can be from -inf to inf, but must be between 0 and 1e+06",
        ),
        ("us_treasury.consumer_weight={dist: unifrom}", "unknown distribution; did you mean uniform? (got unifrom)"),
        ("us_treasury.consumer_weight={dist: uniform, low: 0}", "us_treasury.consumer_weight.high: is missing"),
        ("us_treasury.consumer_weight={dist: uniform, low: 0, hi: 1, high: 2}", "hi: unknown key; did you mean high?"),
        ("us_treasury.consumer_weight={value: 1, sorce: x}", "unknown key; did you mean source? (got x)"),
        (
            "us_treasury.consumer_weight={value: 1, known_by: may}",
            "must be a calendar date such as 2025-05-30 (got may)",
        ),
        ("economy.deal_includes_mfn=0.5", "must be 0 or 1 (flag), or a choice between them (got 0.5)"),
        ("sectors.car.import_value=1", "sectors.car: unknown key; did you mean cars?"),
        ("sectors.cars.import_valu=1", "sectors.cars.import_valu: unknown key; did you mean import_value?"),
        ("name=a b", "name: must be letters, digits"),
        ("title=''", "title: must be one line of text (got '')"),
        ("title='a\n\n  b'", "title: must be one line of text (got a b)"),
        ("story=3", "story: must be text (got 3)"),
        ("protocol=3", "protocol: must be a map of keys (got 3)"),
        ("protocol.kind=simultan", "must be alternating or simultaneous; did you mean simultaneous? (got simultan)"),
        ("protocol.stall_rounds=0", "must be greater than or equal to 1 (got 0)"),
        ("protocol.stall_rounds=1.5", "must be a whole number (got 1.5)"),
        ("calendar.round_limit=129", "must be less than or equal to 128 (got 129)"),
        ("calendar.days_between_rounds=0", "must be greater than 0 (got 0)"),
        ("calendar.deadline=20250709", "calendar.deadline: must be a calendar date such as 2025-05-30 (got 20250709)"),
        ("calendar.deadline=2025-02-30", "must be a calendar date such as 2025-05-30 (got 2025-02-30)"),
        ("calendar.deadline=2025-05-30", "calendar: deadline must be after start 2025-05-30, got 2025-05-30"),
        ("experiment.runs=0", "must be greater than or equal to 1"),
        ("experiment.seed=-1", "must be greater than or equal to 0"),
        ("experiment.levels=1", "experiment.levels: must be greater than or equal to 2 (got 1)"),
        ("experiment.levels=62", "experiment.levels: must be less than or equal to 61 (got 62)"),
        ("experiment.levels=20.5", "experiment.levels: must be a whole number (got 20.5)"),
        ("experiment.trajectories=yes", "must be true or false (got yes)"),
        ("experiment.sampling=sobl", "did you mean sobol?"),
        # Numbers and dates too large to compute with.
        ("us_treasury.consumer_weight=1e308", "must be between 0 and 1e+06 (weight)"),
        ("firms=[{name: A, capex: 1e7}]", "firms.A.capex: must be between"),
        (
            "agenda.other_purchases.high=1e308",
            "agenda.other_purchases.high: must be between 0 and 1e+06 (US$ bn a year)",
        ),
        ("calendar.slip_days=1e9", "calendar.slip_days: must be less than or equal to 3650"),
        ("calendar.days_between_rounds=1e7", "calendar.days_between_rounds: must be less than or equal to 3650"),
        # Agenda.
        ("agenda.car_tarif={}", "agenda.car_tarif: is no issue of the model, and a further one needs all of"),
        ("agenda.car_tariff=~", "agenda: must hold at least 1"),
        ("agenda.car_tariff.levels=62", "must be less than or equal to 61"),
        ("agenda.car_tariff.levels=1", "must be greater than or equal to 2"),
        ("agenda.car_tariff.low=0.3", "agenda.car_tariff: low must be below high, got low 0.3 and high 0.275"),
        ("agenda.car_tariff.high=6", "agenda.car_tariff.high: must be between 0 and 5 (rate) (got 6.0)"),
        ("agenda.car_tariff.us_value=6", "us_value: is only for further issues; the model prices car_tariff itself"),
        # Tactics and beliefs.
        (
            "tactics.us_treasury.name=linaer",
            "tactics.us_treasury.name: unknown tactic; did you mean linear? "
            "(your own tactic? make it known with --tactics FILE) (got linaer)",
        ),
        (
            "tactics.us_treasury.betta=1",
            "tactics.us_treasury.betta: linear has no knob of this name; did you mean beta?",
        ),
        (
            "tactics.us_treasury={name: hardliner, beta: 1}",
            "hardliner has no knob of this name; it has none; to replace the tactic with its knobs, write "
            "tactics.us_treasury={name: hardliner} (got 1.0)",
        ),
        ("tactics.us_treasury.beta=0", "tactics.us_treasury.beta: must be between 0.01 and 100 (knob) (got 0.0)"),
        ("tactics.us_treasury.beta=x", "tactics.us_treasury.beta: must be a number"),
        ("tactics.us_treasury=~", "tactics.us_treasury: is missing"),
        ("beliefs.us_treasury={kind: noisy}", "beliefs.us_treasury: kind noisy needs noise, for example 0.2"),
        ("beliefs.us_treasury={kind: learnt}", "beliefs.us_treasury: kind learnt needs noise, for example 0.2"),
        ("beliefs.us_treasury={kind: exact, noise: 1}", "noise is used only with kind noisy or learnt"),
        (
            "beliefs.us_treasury={kind: noisy, noise: 1, model: bayesian}",
            "model is used only with kind learnt; delete it (model: ~) or write kind: learnt",
        ),
        (
            "beliefs.us_treasury={kind: learnt, noise: 1, rate: 1}",
            "rate is used only with kind learnt and model frequency; delete it (rate: ~)",
        ),
        ("beliefs.us_treasury={kind: noisy, noise: 1, doubt: 1}", "doubt is used only with kind learnt"),
        (
            "beliefs.us_treasury={kind: learnt, noise: 1, blur: 0}",
            "beliefs.us_treasury.blur: must be between 0.01 and 100 (knob)",
        ),
        ("beliefs.us_treasury={kind: learnt, noise: 1, model: bayes}", "beliefs.us_treasury.model: must be"),
        ("beliefs.us_treasury={kind: noisy, noise: -1}", "beliefs.us_treasury.noise: must be between 0 and 5"),
    ],
)
def test_a_wrong_value_is_refused_with_what_would_be_right(option: str, message: str) -> None:
    refusal = _refusal(option)
    assert message in refusal
    assert refusal.startswith(
        (f"--set {printable(option)}: ", "small: calendar: deadline", "small: agenda: ", "small: tactics")
    )


@pytest.mark.parametrize(
    ("top", "message"),
    [
        # Names.
        ({"firms": [{"name": "A", "capex": 1}] * 2}, "firms.A: is the name of more than one firm or chip maker"),
        (
            {"firms": [{"name": "A", "capex": 1}], "chip_makers": [{"name": "A"}]},
            "chip_makers.A: is the name of more than",
        ),
        ({"firms": [{"name": "us_treasury", "capex": 1}]}, "firms.us_treasury: is the name of a side; choose another"),
        ({"firms": [{"name": "US Treasury", "capex": 1}]}, "firms.US Treasury: is the name of a side; choose another"),
        ({"chip_makers": [{"name": "partner"}]}, "chip_makers.partner: is the name of a side; choose another"),
        ({"firms": [{"name": "A.B", "capex": 1}]}, "firms.A.B.name: must be letters, digits"),
        ({"firms": [{"name": "A"}]}, "firms.A.capex: is missing"),
        ({"firms": [{"capex": 1}]}, "firms.0.name: is missing"),
        ({"firms": [{"name": f"A{n}", "capex": 1} for n in range(17)]}, "firms: must hold at most 16"),
        ({"red_lines": [LINE, LINE]}, "red_lines.a: is the name of more than one red line"),
        ({"events": [{**EVENT, "drop_issues": ["car_tariff"]}] * 2}, "events.e: is the name of more than one event"),
        # Further issues.
        ({"agenda": {"lng": {**FURTHER, "unit": None}}}, "agenda.lng.unit: is empty"),
        ({"agenda": {"lng": {k: v for k, v in FURTHER.items() if k != "unit"}}}, "a further one also needs unit"),
        ({"agenda": {f"i{n}": FURTHER for n in range(4)}}, "agenda: at most 3 further issues fit"),
        ({"agenda": {"outcome": FURTHER}}, "agenda.outcome: an issue's name is letters, digits and _, and no column"),
        ({"agenda": {"l n g": FURTHER}}, "agenda.l n g: an issue's name is letters, digits and _"),
        (
            {"agenda": {"lng": {**FURTHER, "us_value": -2}}},
            "agenda.lng.wants_high: a unit must be worth at least as much",
        ),
        (
            {"agenda": {"lng": {**FURTHER, "us_value": {"dist": "normal", "mean": 0, "sd": 1}}}},
            "agenda.lng.us_value: has no bounds; give low and high",
        ),
        (
            {"agenda": {"lng": {**FURTHER, "high": 1e7}}},
            "agenda.lng.high: must be between -1e+06 and 1e+06 (Mt) (got 10000000.0)",
        ),
        (
            {"agenda": {"lng": {**FURTHER, "us_value": 1e7}}},
            "agenda.lng.us_value: must be between -1e+06 and 1e+06 (US$ bn a year per unit)",
        ),
        # Dates that no calendar has.
        (
            {"calendar": {"start": "9999-01-01", "deadline": "9999-06-01", "round_limit": 64, "max_slips": 0}},
            "calendar.days_between_rounds: the last of 64 rounds would be after 9999-12-31",
        ),
        (
            {"calendar": {**SMALL["calendar"], "slip_days": 3650, "max_slips": 100}, "events": [LATE]},
            "calendar.slip_days: the deadline of 9500-01-01 would slip past 9999-12-31",
        ),
        # Red lines.
        (
            {"red_lines": [{**LINE, "issue": "car_tarif"}]},
            "red_lines.a.issue: is never on the table; did you mean car_tariff?",
        ),
        ({"red_lines": [{**LINE, "issue": "investment_fund"}]}, "red_lines.a.issue: is never on the table"),
        (
            {"red_lines": [{**LINE, "at_least": 0.3}]},
            "red_lines.a.at_least: must stay between 0.025 and 0.275, the range of",
        ),
        ({"red_lines": [{**LINE, "at_most": 0.05}]}, "red_lines.a.at_least: must not exceed at_most, 0.05 (got 0.1)"),
        ({"red_lines": [{k: v for k, v in LINE.items() if k != "at_least"}]}, "red_lines.a: needs at_least or at_most"),
        (
            {"red_lines": [{**LINE, "firmness": 1.2}]},
            "red_lines.a.firmness: must be between 0 and 1 (chance) (got 1.2)",
        ),
        ({"red_lines": [{**LINE, "side": "us"}]}, "red_lines.a.side: must be us_treasury or partner (got us)"),
        ({"red_lines": [{**LINE, "release": {}}]}, "red_lines.a.release: needs a date or a when"),
        (
            {"red_lines": [{**LINE, "price": 0.2, "release": {"date": "2025-06-01"}}]},
            "red_lines.a.release: is not for a line with a price, which can be crossed anyway; delete one of the two",
        ),
        (
            {"red_lines": [{**LINE, "price": {"dist": "uniform", "low": -1, "high": 1}}]},
            "red_lines.a.price: can be from -1 to 1, but must be between 0 and 1e+06 (US$ bn a year per point)",
        ),
        (
            {"events": [{**EVENT, "add_red_lines": [{**LINE, "name": "b", "price": -0.5}]}]},
            "events.e.add_red_lines.b.price: must be between 0 and 1e+06 (US$ bn a year per point) (got -0.5)",
        ),
        ({"reference": "nothing"}, "reference: must be none or a map of keys (got nothing)"),
        ({"reference": 3}, "reference: must be a map of keys (got 3)"),
        ({"reference": {"rate": 0.1}}, "reference.rate: unknown key"),
        ({"reference": {"weight": 1.2}}, "reference.weight: must be between 0 and 1 (share) (got 1.2)"),
        (
            {"events": [{**EVENT, "set": {"reference.reciprocal_rate": 0.15, "reference.weight": 2}}]},
            "events.e.set.reference.weight: must be between 0 and 1 (share) (got 2.0)",
        ),
        (
            {"walk_away": {"deal_court_exposure": {"dist": "uniform", "low": 0.5, "high": 1.5}}},
            "walk_away.deal_court_exposure: can be from 0.5 to 1.5, but must be between 0 and 1 (share)",
        ),
        ({"economy": {"diversion_by_volume": 0.5}}, "economy.diversion_by_volume: must be 0 or 1"),
        ({"us_treasury": {"reference_loss": -0.1}}, "us_treasury.reference_loss: must be"),
        (
            {"calendar": {"start": "2025-05-30", "deadline": "2025-07-09", "after_execution": "stop"}},
            "calendar.after_execution: must be end or continue (got stop)",
        ),
        (
            {"red_lines": [{**LINE, "release": {"date": "2025-06-01", "when": {"issue": "x", "at_most": 1}}}]},
            "red_lines.a.release: needs either a date or a when, not both",
        ),
        (
            {"red_lines": [{**LINE, "release": {"date": "2025-06-01", "at_least": 0.2}}]},
            "red_lines.a.release.at_least: must be looser than the line itself: at most 0.1 (got 0.2)",
        ),
        (
            {"red_lines": [{**LINE, "release": {"date": "2025-06-01", "at_most": 0.2}}]},
            "red_lines.a.release.at_most: loosens a bound that the line does not have",
        ),
        (
            {"red_lines": [{**LINE, "release": {"when": {"issue": "car_tariff", "at_least": 0.2}}}]},
            "red_lines.a.release.when.issue: must be another issue than the one that the line bounds",
        ),
        (
            {"red_lines": [{**LINE, "release": {"when": {"issue": "fund", "at_least": 0.2}}}]},
            "red_lines.a.release.when.issue: is never on the table",
        ),
        (
            {
                "agenda": {"car_tariff": {}, "investment_fund": {}},
                "red_lines": [{**LINE, "release": {"when": {"issue": "investment_fund", "at_least": 701}}}],
            },
            "red_lines.a.release.when.at_least: must stay between 0 and 700, the range of investment_fund on the",
        ),
        (
            {"red_lines": [{**LINE, "name": f"l{n}"} for n in range(13)]},
            "red_lines: at most 12 fit, those of events included",
        ),
        # Events.
        ({"events": [EVENT]}, "events.e: changes nothing; give set, add_issues"),
        (
            {"events": [{**EVENT, "date": "2025-05-29", "set": {"economy.adjustment_speed": 0.3}}]},
            "events.e.date: must not be before",
        ),
        (
            {"events": [{**EVENT, "set": {"economy.adjustment_sped": 0.3}}]},
            "events.e.set.economy.adjustment_sped: an event sets single",
        ),
        (
            {"events": [{**EVENT, "set": {"economy.adjustment_sped": 0.3}}]},
            "did you mean economy.adjustment_speed? (got 0.3)",
        ),
        ({"events": [{**EVENT, "set": {"firms.A.capex": 0.3}}]}, "events.e.set.firms.A.capex: an event sets single"),
        (
            {"events": [{**EVENT, "set": {"economy.adjustment_speed": -1}}]},
            "events.e.set.economy.adjustment_speed: must be between 0.001 and 10",
        ),
        (
            {"events": [{**EVENT, "set": {"economy.adjustment_speed": "2025-06-01"}}]},
            "must be a number or a distribution",
        ),
        (
            {"events": [{**EVENT, "set": {"calendar.deadline": 3}}]},
            "events.e.set.calendar.deadline: must be a calendar date",
        ),
        (
            {"events": [{**EVENT, "set": {"calendar.deadline": "2025-06-10"}}]},
            "must be after 2025-06-10 (got 2025-06-10)",
        ),
        (
            {"events": [{**EVENT, "probability": -1, "set": {"economy.adjustment_speed": 1}}]},
            "events.e.probability: must be between 0",
        ),
        (
            {"events": [{**EVENT, "drop_issues": ["cars"]}]},
            "events.e.drop_issues: no issue of this name is on the table by then",
        ),
        (
            {"events": [{**EVENT, "drop_issues": ["car_tariff"]}]},
            "events.e.drop_issues: may leave no issue on the table",
        ),
        (
            {"events": [{**EVENT, "drop_red_lines": ["a"]}]},
            "events.e.drop_red_lines: no red line of this name has been drawn",
        ),
        (
            {
                "events": [
                    {"name": f"e{n}", "date": f"2025-06-{n + 1:02}", "set": {"economy.adjustment_speed": 1}}
                    for n in range(8)
                ]
            },
            "events: events and dated releases fall on 8 days after the start; at most 7 fit",
        ),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(top: dict[str, Any], message: str) -> None:
    assert message in _refusal(**top)


SPREAD = {"dist": "uniform", "low": 0, "high": 1}
PATHS = [f"us_treasury.{name}" for name in ("consumer_weight", "revenue_weight", "lobby_weight")]


def _pair(first: int, second: int, rho: float) -> dict[str, Any]:
    return {"between": [PATHS[first], PATHS[second]], "rho": rho}


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        (
            [{"between": [PATHS[0], "us_treasury.audience_cost"], "rho": 0.5}],
            "it is a fixed value, give it a distribution or leave this correlation out: --set correlations.0=~ (got",
        ),
        ([{"between": [PATHS[0], "us_treasury.lobby_weigth"], "rho": 0.5}], "did you mean us_treasury.lobby_weight?"),
        ([_pair(0, 0, 0.5)], "correlations.0: between must name two different numbers"),
        ([_pair(0, 1, 0.5), _pair(1, 0, 0.4)], "the correlation of this pair is given more than once"),
        ([_pair(0, 1, 1)], "correlations.0.rho: must be less than 1"),
        (
            [_pair(0, 1, 0.9), _pair(1, 2, 0.9)],
            "matrix must be positive definite; lower a rho or give the missing pairs",
        ),
        ([{"between": [PATHS[0]], "rho": 0.5}], "correlations.0.between.1: is missing"),
    ],
)
def test_correlations_that_no_numbers_can_have_are_refused(correlations: list[Any], message: str) -> None:
    weights = {path.partition(".")[2]: SPREAD for path in PATHS}
    assert message in _refusal(us_treasury=weights, correlations=correlations)


def test_a_consistent_correlation_matrix_is_accepted() -> None:
    weights = {path.partition(".")[2]: SPREAD for path in PATHS}
    pairs = [_pair(0, 1, 0.9), _pair(1, 2, 0.9), _pair(0, 2, 0.9)]
    assert len(config_from({**SMALL, "us_treasury": weights, "correlations": pairs}).correlations) == 3


@pytest.mark.parametrize("order", [["us_treasury.lobby_weigt"], [PATHS[0], PATHS[0]]])
def test_a_wrong_sobol_order_is_refused(order: list[str]) -> None:
    assert "experiment.sobol_order: names" in _refusal(experiment={"sobol_order": order})
