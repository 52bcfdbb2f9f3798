"""Configs of cases: what a row of the record and the template make, cell by cell, and nothing that was learnt later."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from experiments.cases.cases import case_config
from experiments.cases.known import KnownCase
from experiments.cases.template import TEMPLATE, template
from experiments.config.distributions import Choice, Uniform
from experiments.config.numbers import provenance_of
from experiments.errors import ConfigError
from sim.parameters.parameter import SECTORS
from tests.case_configs import CASES, RECORD, changed, value


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_a_case_was_learnt_after_its_day(case: str) -> None:
    config, day = case_config(case), RECORD.case(case).as_of
    assert day is not None
    assert config.calendar.start == day
    found = provenance_of(config)
    assert not [one.path for one in found if one.known_by is not None and one.known_by > day]
    # Calendar and protocol have no place for a date; every other number says where it comes from and since when.
    undated = [one.path for one in found if one.known_by is None or one.source == "default"]
    assert not [path for path in undated if not path.startswith(("calendar.", "protocol."))]
    assert not [one.path for one in found if one.source.startswith("borrowed")]


@pytest.mark.parametrize("case", CASES)
def test_every_amount_and_rate_of_a_row_lands_in_its_place(case: str) -> None:
    config, facts = case_config(case), RECORD.case(case)
    for sector in SECTORS:
        assert value(config, f"sectors.{sector}.import_value") == facts.imports[sector]
        assert value(config, f"sectors.{sector}.mfn_rate") == (facts.mfn_rates[sector] or 0.0)
    assert value(config, "economy.us_exports_to_partner") == facts.us_exports
    assert value(config, "economy.partner_gdp") == facts.gdp
    assert value(config, "economy.metals_tariff") == facts.status_quo_metals
    assert value(config, "walk_away.threat_metals_tariff") == facts.status_quo_metals
    assert value(config, "walk_away.status_quo_reciprocal_tariff") == facts.status_quo_reciprocal
    assert value(config, "walk_away.threat_reciprocal_tariff") == (facts.letter or facts.board)
    if facts.status_quo_car is not None:
        for path in ("walk_away.status_quo_car_tariff", "walk_away.threat_car_tariff", "us_treasury.public_car_tariff"):
            assert value(config, path) == facts.status_quo_car
    assert (config.firms, config.chip_makers) == ((), ())


def test_cars_are_on_the_table_where_they_are_more_than_a_billion() -> None:
    for case in CASES:
        has_cars = "car_tariff" in case_config(case).agenda
        assert has_cars == (RECORD.case(case).cars > 1.0), case


def test_grids_run_from_nothing_to_the_threat_and_from_mfn_to_what_cars_pay() -> None:
    japan, vietnam = case_config("Japan"), case_config("Vietnam")
    assert (japan.agenda["reciprocal_tariff"].low, japan.agenda["reciprocal_tariff"].high) == (0.0, 0.25)
    assert japan.agenda["reciprocal_tariff"].levels == 26
    assert (japan.agenda["car_tariff"].low, japan.agenda["car_tariff"].high) == (0.025, 0.275)
    assert japan.agenda["other_purchases"].high == pytest.approx(0.15 * 79.7)
    assert (vietnam.agenda["reciprocal_tariff"].high, vietnam.agenda["reciprocal_tariff"].levels) == (0.46, 47)
    assert "car_tariff" not in vietnam.agenda
    korea = case_config("Korea")
    assert (korea.agenda["car_tariff"].low, korea.agenda["car_tariff"].high) == (0.0, 0.25)
    fund = korea.events[0].add_issues
    assert fund["investment_fund"].high == pytest.approx(0.3 * 1870)
    assert (fund["fund_profit_share"].low, fund["fund_profit_share"].high) == (0.0, 1.0)


def test_the_deadline_is_the_next_one_that_was_known_and_a_round_falls_on_it() -> None:
    expected = {"UK": date(2025, 7, 9), "Vietnam": date(2025, 7, 9), "Japan": date(2025, 8, 1)}
    for case, day in expected.items():
        calendar = case_config(case).calendar
        assert calendar.deadline == day
        rounds = (day - calendar.start).days / calendar.days_between_rounds
        assert rounds == pytest.approx(round(rounds))
        assert calendar.days_between_rounds <= 7
        last = RECORD.case(case).last_horizon
        assert last is not None
        assert calendar.date_of(calendar.round_limit) > last
        assert (calendar.deadline - calendar.start).days + calendar.max_slips * calendar.slip_days > (
            last - calendar.start
        ).days
        assert calendar.after_execution == "continue"


def test_only_floors_that_were_said_by_then_are_red_lines() -> None:
    assert not case_config("UK").red_lines
    assert not case_config("Vietnam").red_lines
    (line,) = case_config("Korea").red_lines
    assert (line.name, line.side, line.issue, line.known_by) == (
        "us_reciprocal_tariff", "us_treasury", "reciprocal_tariff", date(2025, 7, 10),
    )  # fmt: skip
    assert isinstance(line.at_least, Choice)
    assert line.at_least.values == (0.15, 0.2)
    assert isinstance(line.firmness, Uniform)
    names = {one.name: one for one in case_config("Japan").red_lines}
    assert names.keys() == {"us_reciprocal_tariff", "us_car_tariff"}
    assert names["us_car_tariff"].at_least is not None
    assert names["us_car_tariff"].at_least.support() == (0.275, 0.275)


def test_a_floor_above_the_threat_is_as_high_as_the_threat() -> None:
    (line,) = case_config("Korea", record=changed("Korea", letter=0.18)).red_lines
    assert line.at_least is not None
    assert line.at_least.support() == (0.15, 0.18)


def test_an_election_ahead_lowers_what_is_needed_at_home_and_only_there() -> None:
    by_case = {case: [event.name for event in case_config(case).events] for case in CASES}
    assert by_case.pop("Japan") == ["fund", "election"]
    assert set(map(tuple, by_case.values())) == {("fund",)}
    election = case_config("Japan").events[1]
    assert election.date == date(2025, 7, 20)
    needed = election.changes["partner.ratification_margin"]
    assert not isinstance(needed, date)
    exposed = 41.665 + 14.553 + 44.056 + 23.582
    assert needed.support()[0] == pytest.approx(0.00403 * exposed)


def test_all_cases_share_politics_tactics_and_protocol() -> None:
    first, *others = (case_config(case) for case in CASES)
    for other in others:
        assert other.tactics == first.tactics
        assert other.protocol == first.protocol
        for path in ("walk_away.execution_probability", "walk_away.court_survival", "us_treasury.reference_loss"):
            section, _, name = path.partition(".")
            assert other.section(section).number(name) == first.section(section).number(name)


def test_the_template_names_no_country_in_its_numbers_and_has_no_amount_of_money() -> None:
    tree, rules = template()
    assert set(rules.called) == set(CASES)
    text = TEMPLATE.read_text(encoding="utf-8").partition("\ncalendar:")[2]
    assert not [case for case in CASES if re.search(rf"\b{case}\b", text)]
    for path, name in (("us_treasury", "ratification_margin"), ("partner", "audience_cost"), ("fund", "saturation")):
        assert "per" in tree[path][name]


def test_names_are_those_of_the_case() -> None:
    config = case_config("uk")
    assert (config.name, config.partner.name) == ("case_uk", "UK")
    assert config.partner.names.adjective == "British"
    assert config.partner.names.government == "the British government"
    assert config.partner.names.currency == "pound"


def test_changes_are_laid_on_last() -> None:
    config = case_config("Korea", sets=["economy.partner_gdp=2000", "red_lines=[]"])
    assert value(config, "economy.partner_gdp") == 2000
    assert not config.red_lines
    # What is a share follows.
    assert config.events[0].add_issues["investment_fund"].high == pytest.approx(600)


@pytest.mark.parametrize(
    ("columns", "column", "message"),
    [
        ({"gdp": None, "gdp_source": None, "gdp_confidence": None}, "gdp", "needs GDP"),
        ({"us_exports": None}, "us_exports", "needs US exports to it"),
        ({"as_of": None}, "as_of", "needs the day from which it is forecast"),
        ({"letter": None, "board": None}, "letter", "needs a country rate of board or letter"),
    ],
)
def test_a_row_that_lacks_what_a_config_needs_is_refused(columns: dict[str, Any], column: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as refused:
        case_config("Korea", record=changed("Korea", **columns))
    (problem,) = refused.value.problems
    assert (problem.path, problem.place.line) == (column, 5)


def test_a_case_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"no such case in the record.*Korea"):
        case_config("Atlantis")


def test_a_day_before_the_facts_is_refused() -> None:
    with pytest.raises(ConfigError, match="were known by 2025-04-11, which is after 2025-04-10"):
        case_config("Korea", as_of=date(2025, 4, 10))


def test_on_another_day_rates_are_those_of_the_events() -> None:
    config = case_config("Japan", as_of=date(2025, 6, 10))
    assert value(config, "walk_away.threat_reciprocal_tariff") == 0.24
    assert value(config, "economy.metals_tariff") == 0.5
    assert config.calendar.deadline == date(2025, 7, 9)
    assert value(case_config("Japan", as_of=date(2025, 7, 2)), "walk_away.threat_reciprocal_tariff") == 0.35
    assert value(case_config("Japan", as_of=date(2025, 5, 20)), "economy.metals_tariff") == 0.25


@pytest.mark.parametrize("case", CASES)
def test_events_give_the_rates_that_cases_csv_has(case: str) -> None:
    """The two files tell of the same tariffs: read from the events, the status quo is that of the row."""
    facts = RECORD.case(case)
    assert facts.as_of is not None
    without = replace(facts, as_of=None, status_quo_reciprocal=None, status_quo_car=None, status_quo_metals=None)
    record = replace(RECORD, cases=tuple(without if one.case == case else one for one in RECORD.cases))
    rates = KnownCase.on(record, case, facts.as_of).rates()
    assert rates.reciprocal == facts.status_quo_reciprocal
    assert rates.metals == facts.status_quo_metals
    if facts.status_quo_car is not None:
        assert rates.car == pytest.approx(facts.status_quo_car, abs=0.001)
    assert rates.threat == facts.threat
