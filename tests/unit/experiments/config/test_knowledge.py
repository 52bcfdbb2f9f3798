"""A config as it could be known on a day: what leaks is refused, what came later left out, what was before applied."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest

from experiments.baselines.similarity import reference_rate
from experiments.config.distributions import Choice
from experiments.config.knowledge import Knowledge, first_round_after, known_on
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.numbers import numbers, provenance_of
from experiments.errors import ConfigError
from experiments.questions.hindcast.targets import DATES
from experiments.record.record import read_record
from experiments.record.situations import features_of
from tests.tree import CONFIGS

STRICT: Final = CONFIGS / "japan_hindcast.yaml"
DAY: Final = date(2025, 5, 28)
ADVICE: Final = "ask otherwise"


def _with(*sets: str) -> Config:
    return load_config(STRICT, sets)


def _refused(config: Config, day: date = DAY) -> str:
    with pytest.raises(ConfigError) as caught:
        known_on(config, day).refuse_leaks(config, ADVICE)
    return str(caught.value)


@pytest.mark.parametrize("day", DATES)
def test_the_strict_config_holds_nothing_that_was_learnt_after_a_date(day: date) -> None:
    config = load_config(STRICT)
    found = known_on(config, day)
    assert found.leaks == ()
    found.refuse_leaks(config, ADVICE)
    later = [one.path for one in provenance_of(found.config) if one.known_by is not None and one.known_by > day]
    assert later == []
    assert {one.name for one in found.left_out} == {
        one.name for one in config.events if one.known_by is not None and one.known_by > day
    }
    assert {one.name for one in found.left_out}.isdisjoint(one.name for one in found.config.events)


def test_every_number_of_the_strict_config_has_a_source_and_a_date() -> None:
    """Knobs that no config gives have those of their tactic and no date."""
    found = [one for one in provenance_of(load_config(STRICT)) if not one.path.startswith(("calendar.", "protocol."))]
    assert [one.path for one in found if one.known_by is None] == [
        "tactics.us_treasury.initial",
        "tactics.partner.initial",
    ]
    assert [one.path for one in found if one.source.startswith("config file")] == []


def test_the_strict_config_loads_without_whatever_was_learnt_after_28_may() -> None:
    """All rows are deleted by hand; what is left is what a forecast of that day makes of the whole."""
    late = [one.name for one in load_config(STRICT).events if one.known_by is not None and one.known_by > DAY]
    assert late == ["metals", "threat_of_1_july", "vietnam", "letter", "statement"]
    bare = _with("correlations=[]", *(f"events.{name}=~" for name in late))
    assert known_on(bare, DAY).config.resolved() == known_on(load_config(STRICT), DAY).config.resolved()


#: One entry of each kind, known a day after the forecast.
LATE: Final = {
    "us_treasury.fund_equity_belief": "us_treasury.fund_equity_belief={value: 0.3, source: p, known_by: 2025-05-29}",
    "agenda.car_tariff.high": "agenda.car_tariff.known_by=2025-05-29",
    "red_lines.us_baseline.at_least": "red_lines.us_baseline.known_by=2025-05-29",
    "firms.KDDI.capex": "firms.KDDI.known_by=2025-05-29",
    "events.fund.add_issues.investment_fund.high": "events.fund.add_issues.investment_fund.known_by=2025-05-29",
    "tactics.partner.beta": "tactics.partner.beta={value: 0.2, source: a page, known_by: 2025-05-29}",
}


@pytest.mark.parametrize("path", LATE)
def test_a_config_with_one_row_known_a_day_late_is_refused(path: str) -> None:
    config = _with(LATE[path])
    said = _refused(config)
    assert f"{path}: " in said
    assert "was known by 2025-05-29 and not yet on 2025-05-28" in said
    assert said.endswith(ADVICE)
    assert known_on(config, DAY + timedelta(days=1)).leaks == ()


def test_a_default_that_was_learnt_later_is_refused() -> None:
    said = _refused(_with("fund.reference_size=~"))
    assert (
        "fund.reference_size: 550.0 was known by 2025-07-23 and not yet on 2025-05-28 (source: EY: the agreed fund)"
        in said
    )


def test_july_rests_on_what_came_later() -> None:
    """The leaks that the specification of the hindcast names, and no number of the seed config."""
    july = load_config(CONFIGS / "july_2025.yaml")
    leaks = {one.path for one in known_on(july, DAY).leaks}
    assert leaks >= {
        "red_lines.us_cars.release.at_least", "red_lines.us_cars.release.when.at_least", "red_lines.japan_farm.at_most",
        "partner.public_car_tariff", "partner.farm_purchase_span", "fund.reference_size", "fund.saturation",
        "fund.guarantee_exponent", "sectors.cars.pass_through_short_run", "agenda.other_purchases.high",
    }  # fmt: skip
    assert known_on(load_config(CONFIGS / "japan_us_2025.yaml"), DAY).leaks == ()
    told = {one.path for one in known_on(july, DAY, informed=True).leaks}
    assert told - leaks >= {
        "events.fund.add_issues.investment_fund.high",
        "events.fund.add_issues.fund_profit_share.low",
        "events.letter.set.walk_away.threat_reciprocal_tariff",
    }
    assert known_on(july, DAY, informed=True).left_out == ()


def test_a_forecast_starts_at_the_first_round_after_its_date() -> None:
    config = load_config(STRICT)
    starts = {day: first_round_after(config, day) for day in DATES}
    assert [*starts.values()] == [date(2025, 5, 30), *(date(2025, *one) for one in ((6, 20), (7, 4), (7, 18), (7, 25)))]
    # A round on the date itself is over.
    assert first_round_after(config, date(2025, 6, 20)) == date(2025, 6, 27)


def _known(day: date, *sets: str) -> Knowledge:
    return known_on(_with(*sets), day)


def test_what_happened_before_is_where_the_talks_start() -> None:
    config = _known(date(2025, 7, 11)).config
    assert [event.name for event in config.events] == ["election", "fund"]
    assert config.section("economy").number("metals_tariff").support() == (0.5, 0.5)
    threat = config.section("walk_away").number("threat_reciprocal_tariff")
    assert (threat.support(), threat.known_by, threat.source) == ((0.25, 0.25), date(2025, 7, 7), "CET, PN")
    assert [line.name for line in config.red_lines] == ["us_cars", "japan_cars", "japan_farm", "us_floor"]
    assert (config.calendar.deadline, config.calendar.max_slips) == (date(2025, 8, 1), 2)
    assert [one.between for one in config.correlations] == [("reference.weight", "reference.reciprocal_rate")]


def test_an_event_of_chance_stays_one_at_the_start() -> None:
    fund = next(event for event in _known(date(2025, 7, 11)).config.events if event.name == "fund")
    assert fund.date == date(2025, 7, 18)
    assert fund.probability.support() == (0.0, 1.0)


def test_a_deadline_that_has_gone_by_has_slipped() -> None:
    found = _known(date(2025, 7, 11), "events.letter=~").config.calendar
    assert (found.deadline, found.max_slips) == (date(2025, 8, 8), 1)
    with pytest.raises(ConfigError, match=r"is over on 2025-07-18, .* however often it slips \(0 times\)"):
        _known(date(2025, 7, 11), "events.letter=~", "calendar.max_slips=0")


def test_a_deadline_of_a_chance_event_that_is_over_is_let_go() -> None:
    found = _known(date(2025, 7, 11), "events.fund.set={calendar.deadline: 2025-07-15}").config
    assert next(event for event in found.events if event.name == "fund").changes == {}
    assert found.calendar.deadline == date(2025, 8, 1)


def test_a_release_that_has_come_holds_from_the_start() -> None:
    # One event fewer, for as many days as the config has are all that fit.
    bare = ("events.threat_of_1_july=~", "red_lines.us_baseline.release={date: 2025-06-15, at_least: 0.05}")
    line = _known(date(2025, 6, 13), *bare).config.red_lines[1]
    assert (line.name, line.at_least and line.at_least.support(), line.release) == ("us_baseline", (0.05, 0.05), None)
    lifted = _known(date(2025, 6, 13), bare[0], "red_lines.us_baseline.release={date: 2025-06-15}").config
    assert "us_baseline" not in [one.name for one in lifted.red_lines]
    later = _known(DAY, *bare).config.red_lines[1]
    assert later.release is not None


def test_what_rests_on_an_event_that_is_left_out_goes_with_it() -> None:
    """Without the event that brings the fund no line waits for it; the correlation with its number goes as well."""
    found = _known(DAY, "events.fund.known_by=2025-06-30").config
    line = next(one for one in found.red_lines if one.name == "us_cars")
    assert line.release is None
    assert found.correlations == ()


def test_beliefs_of_firms_fade_until_the_start() -> None:
    half_life = "chips.belief_half_life=42"
    before, after = _with(half_life), _known(date(2025, 7, 10), half_life).config
    assert after.calendar.start == before.calendar.start + timedelta(days=42)
    for one, other in zip(before.firms, after.firms, strict=True):
        assert other.number("holdout_belief").support()[0] == pytest.approx(
            one.number("holdout_belief").support()[0] / 2
        )
        assert other.number("capex") == one.number("capex")


def test_the_config_of_10_july_is_what_was_known_on_that_day() -> None:
    written, known = load_config(CONFIGS / "july_10.yaml"), known_on(load_config(STRICT), date(2025, 7, 10)).config
    own, other = _plain(written), _plain(known)
    beliefs = [[firm.pop("holdout_belief") for firm in one["firms"]] for one in (own, other)]
    assert beliefs[0] == pytest.approx(beliefs[1], abs=5e-4)
    assert own == other
    assert known_on(written, date(2025, 7, 10)).leaks == ()
    assert {one.path for one in known_on(written, date(2025, 7, 9)).leaks} == {
        "red_lines.us_floor.at_least", "red_lines.us_floor.firmness",
    }  # fmt: skip


def _plain(config: Config) -> dict[str, Any]:
    return {key: value for key, value in config.resolved().items() if key not in ("name", "title", "story")}


def test_reference_rates_are_those_of_the_deals_signed_before() -> None:
    """At ten bandwidths from 0.3 to 2, by the formula and the record; weight and rate of a draw share theirs."""
    record = read_record()
    japan, britain, vietnam = (features_of(record.case(name)) for name in ("Japan", "UK", "Vietnam"))
    assert japan is not None
    assert britain is not None
    assert vietnam is not None
    widths = [0.3 + 1.7 * (place + 0.5) / 10 for place in range(10)]
    found = {entry.path: entry.number for entry in numbers(load_config(STRICT))}
    weight, rate = found["reference.weight"], found["events.vietnam.set.reference.reciprocal_rate"]
    assert isinstance(weight, Choice)
    assert isinstance(rate, Choice)
    both = [reference_rate(japan, [(britain, 0.10), (vietnam, 0.20)], width) for width in widths]
    assert weight.values == pytest.approx([one.closeness for one in both if one], abs=5e-5)
    assert rate.values == pytest.approx([one.rate for one in both if one], abs=5e-5)


def test_a_config_known_on_a_day_is_known_on_it_again() -> None:
    once = known_on(load_config(STRICT), date(2025, 7, 10))
    again = known_on(config_from(once.config.resolved()), date(2025, 7, 10))
    assert again.config.resolved() == once.config.resolved()
    assert (again.left_out, again.leaks) == ((), ())
