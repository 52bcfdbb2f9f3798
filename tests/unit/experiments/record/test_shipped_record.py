"""The record that comes with winset says what its sources say, agrees with itself, and leaves out what it must."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from experiments.record.cases import CaseFacts
from experiments.record.record import DatedRecord, read_record
from experiments.record.rows import ALL, NOT_LOOKED_UP, RecordRow

SHARED: Final = ("Japan", "UK", "Korea", "EU", "Vietnam")
HELD_BACK: Final = ("Taiwan", "Switzerland", "Indonesia", "Philippines", "India", "Thailand", "Canada", "Brazil")
#: Last day from which anything may be known of the cases that are held back.
LAST_DAY: Final = date(2025, 7, 12)

RECORD: Final[DatedRecord] = read_record()

#: Rounds of Japan as low-value-high in per cent and US$ bn: cars asked and offered, country rate asked and offered,
#: chips, other purchases, fund. An empty cell has no row, "off" is off the table, "?" was said without a number.
TIMELINE: Final = {
    ("0", "2025-04-09"): ("2.5", "27.5", "0", "10-24-24", "off", "off", "off"),
    ("1", "2025-04-16"): ("2.5", "27.5", "0", "10-24-24", "off", "0", "off"),
    ("2", "2025-05-01"): ("2.5", "27.5", "0", "10-24-24", "off", "1-1.5-2", "off"),
    ("3", "2025-05-23"): ("2.5", "27.5", "0", "10-24-24", "0-6.94-6.94", "2", "off"),
    ("4", "2025-05-30"): ("2.5", "27.5", "0", "10-24-24", "6.94", "2-3-4", "?"),
    ("5", "2025-06-06"): ("2.5-10-15", "27.5", "0", "10-24-24", "6.94", "4", "?"),
    ("6", "2025-06-14"): ("2.5-10-15", "27.5", "0-5-10", "10-24-24", "6.94", "4", "?"),
    ("S", "2025-06-16"): ("", "27.5", "", "", "", "", ""),
    ("7", "2025-06-28"): ("2.5-10-15", "27.5", "0-5-10", "24", "6.94", "4-4-", "?"),
    ("7", "2025-07-01"): ("", "", "", "30-32.5-35", "", "", ""),
    ("L", "2025-07-07"): ("", "27.5", "", "25", "", "", ""),
    ("8a", "2025-07-22"): ("15", "15", "10", "10", "off", "12.7", "400"),
    ("8b", "2025-07-22"): ("15", "15", "15", "15", "off", "12.7", "550"),
}
CELLS: Final = (
    ("partner", "car_tariff", 100.0),
    ("us_treasury", "car_tariff", 100.0),
    ("partner", "reciprocal_tariff", 100.0),
    ("us_treasury", "reciprocal_tariff", 100.0),
    ("partner", "chip_purchases", 1.0),
    ("partner", "other_purchases", 1.0),
    ("partner", "investment_fund", 1.0),
)


def _cell(when: tuple[str, str], what: tuple[str, str, float]) -> str:
    side, issue, scale = what
    found = [
        one
        for one in RECORD.positions
        if (one.case, one.round, one.date.isoformat(), one.side, one.issue) == ("Japan", *when, side, issue)
    ]
    if not found:
        return ""
    (one,) = found
    if one.status == "off_table":
        return "off"
    values = [f"{scale * value:.10g}" if value is not None else "" for value in (one.low, one.value, one.high)]
    return "?" if not any(values) else values[0] if len(set(values)) == 1 else "-".join(values)


@pytest.mark.parametrize("when", TIMELINE, ids=" ".join)
def test_the_positions_of_japan_are_those_of_the_timeline(when: tuple[str, str]) -> None:
    assert tuple(_cell(when, cell) for cell in CELLS) == TIMELINE[when]


def test_no_round_of_japan_is_missing_from_the_timeline() -> None:
    rounds = {(one.round, one.date.isoformat()) for one in RECORD.positions if one.case == "Japan"}
    assert rounds == set(TIMELINE)


@pytest.mark.parametrize(
    ("round_", "status"), [("7", "offered"), ("L", "threatened"), ("8a", "offered"), ("8b", "agreed")]
)
def test_what_the_us_does_with_the_country_rate(round_: str, status: str) -> None:
    assert status in {
        one.status
        for one in RECORD.positions
        if (one.case, one.round, one.side, one.issue) == ("Japan", round_, "us_treasury", "reciprocal_tariff")
    }


def test_the_midpoints_of_28_may_are_those_of_both_stated_positions() -> None:
    known = [one for one in RECORD.known_by(date(2025, 5, 28)).positions if one.case == "Japan"]
    latest = {(one.side, one.issue): one.value for one in known}
    for issue, midpoint in (("car_tariff", 0.15), ("reciprocal_tariff", 0.12)):
        ends = [latest[side, issue] for side in ("partner", "us_treasury")]
        assert sum(end for end in ends if end is not None) / 2 == pytest.approx(midpoint)


def test_profit_of_the_fund_goes_from_half_to_nine_tenths() -> None:
    shares = [(one.round, one.value) for one in RECORD.positions if one.issue == "fund_profit_share"]
    assert shares == [("8a", 0.5), ("8b", 0.9), ("8b", 0.9)]


def test_the_cases_are_thirteen_and_outcomes_are_those_of_the_shared_ones() -> None:
    assert {one.case for one in RECORD.cases} == {*SHARED, *HELD_BACK}
    assert {one.case for one in RECORD.outcomes} == set(SHARED)


def test_nothing_is_known_of_the_cases_held_back_after_the_day_of_their_forecast() -> None:
    rows = [one for one in RECORD.events if one.case in HELD_BACK]
    assert rows
    assert {one.kind for one in RECORD.events if one.case in HELD_BACK} == {"threat", "tariff"}
    assert not [one for one in RECORD.positions if one.case in HELD_BACK]
    assert max(max(one.date, one.known_by) for one in rows) <= LAST_DAY
    for case in (one for one in RECORD.cases if one.case in HELD_BACK):
        assert case.as_of == LAST_DAY
        days = (case.known_by, case.letter_known_by)
        assert all(day is None or day <= LAST_DAY for day in days)


OUTCOMES: Final = {
    "UK": ("2025-05-08", 0.10, False, 0.10, None, None),
    "Vietnam": ("2025-07-02", 0.20, False, None, None, None),
    "Japan": ("2025-07-22", 0.15, True, 0.15, 550, 12.7),
    "EU": ("2025-07-27", 0.15, True, 0.15, 600, None),
    "Korea": ("2025-07-30", 0.15, True, 0.15, 350, None),
}


def test_the_outcomes_are_these() -> None:
    assert {
        one.case: (one.deal_date.isoformat(), one.rec, one.includes_mfn, one.car, one.fund, one.purchases)
        for one in RECORD.outcomes
    } == OUTCOMES


@pytest.mark.parametrize("case", SHARED)
def test_outcome_position_and_deal_elsewhere_agree(case: str) -> None:
    (outcome,) = (one for one in RECORD.outcomes if one.case == case)
    terms = {"reciprocal_tariff": outcome.rec, "car_tariff": outcome.car, "investment_fund": outcome.fund}
    terms = {issue: value for issue, value in terms.items() if value is not None}
    deals = [one for one in RECORD.events if (one.case, one.kind) == (case, "deal_elsewhere")]
    assert {one.issue: one.value for one in deals} == terms
    assert {one.date for one in deals} == {outcome.deal_date}
    assert {one.known_by for one in deals} == {outcome.known_by}
    for side in ("us_treasury", "partner"):
        agreed = [one for one in RECORD.positions if (one.case, one.status, one.side) == (case, "agreed", side)]
        assert {one.issue: one.value for one in agreed if one.issue in terms} == terms
        assert {(one.date, one.known_by) for one in agreed} == {(outcome.deal_date, outcome.known_by)}


def _threats(case: str, day: date) -> list[float | None]:
    return [
        one.value
        for one in RECORD.events
        if (one.case, one.kind, one.issue) == (case, "threat", "reciprocal_tariff") and one.known_by == day
    ]


@pytest.mark.parametrize("one", RECORD.cases, ids=lambda one: one.case)
def test_board_letter_and_status_quo_are_those_of_the_events(one: CaseFacts) -> None:
    assert _threats(one.case, date(2025, 4, 2)) == ([] if one.board is None else [one.board])
    if one.letter_known_by is not None:
        assert _threats(one.case, one.letter_known_by) == [one.letter]
    assert one.as_of is not None
    metals = RECORD.in_force(one.case, "metals_tariff", one.as_of)
    assert metals is not None
    assert metals.value == one.status_quo_metals
    over_mfn = RECORD.in_force(ALL, "car_tariff_over_mfn", one.as_of)
    assert over_mfn is not None
    if one.status_quo_car is not None:
        assert one.status_quo_car == pytest.approx((over_mfn.value or 0) + (one.mfn_cars or 0), abs=0.001)
    assert (one.status_quo_car is None) == (one.cars < 0.05)
    country = RECORD.in_force(one.case, "reciprocal_tariff", one.as_of)
    assert country is not None
    assert country.value == one.status_quo_reciprocal


def test_the_tariffs_of_japan_by_date() -> None:
    """Each with the day before it was in force."""
    for issue, day, before, then in (
        ("car_tariff", "2025-04-03", None, 0.275),
        ("reciprocal_tariff", "2025-04-05", None, 0.10),
        ("parts_tariff", "2025-05-03", None, 0.275),
        ("metals_tariff", "2025-03-12", None, 0.25),
        ("metals_tariff", "2025-06-04", 0.25, 0.50),
        ("reciprocal_tariff", "2025-08-07", 0.10, 0.15),
        ("car_tariff", "2025-09-16", 0.275, 0.15),
        ("parts_tariff", "2025-09-16", 0.275, 0.15),
    ):
        on = date.fromisoformat(day)
        found = [RECORD.in_force("Japan", issue, one) for one in (date.fromordinal(on.toordinal() - 1), on)]
        assert [None if one is None else one.value for one in found] == [before, then], (issue, day)
    noon = RECORD.in_force("Japan", "reciprocal_tariff", date(2025, 4, 9))
    assert noon is not None
    assert noon.value == 0.10, "24 % were in force for hours"


def test_what_was_not_looked_up_is_weak_and_is_said_to_be() -> None:
    rows: list[RecordRow] = [*RECORD.positions, *RECORD.events, *RECORD.outcomes]
    weak = [one for one in rows if NOT_LOOKED_UP in one.source]
    assert weak
    assert {one.confidence for one in weak} == {"low"}


#: Sums in US$ bn to a tenth, and duty over imports of machinery and other in per cent to a tenth.
SUMS: Final = {
    "Japan": (151.3, 41.7, 14.6, 6.2, 44.1, 23.6, 21.3, 0.7, 2.0),
    "UK": (68.2, 10.6, 1.4, 2.7, 17.0, 17.5, 19.0, 0.4, 1.4),
    "Korea": (130.5, 36.9, 12.6, 8.3, 23.1, 21.9, 27.7, 0.2, 0.4),
    "EU": (597.5, 50.8, 18.4, 22.8, 132.7, 170.8, 201.9, 0.8, 2.3),
    "Vietnam": (141.4, 0.1, 3.8, 4.3, 29.4, 57.3, 46.5, 0.8, 8.1),
    "Taiwan": (115.3, 0.0, 3.2, 6.6, 16.1, 13.6, 75.8, 1.0, 3.3),
    "Switzerland": (60.9, 0.0, 0.4, 0.7, 8.7, 25.6, 25.5, 0.8, 1.0),
    "Indonesia": (28.1, 0.0, 1.4, 0.5, 4.4, 19.1, 2.8, 1.0, 6.6),
    "Philippines": (13.9, 0.0, 1.4, 0.3, 3.9, 3.4, 5.0, 0.4, 3.7),
    "India": (87.7, 0.0, 2.8, 3.7, 10.9, 42.4, 27.9, 1.1, 4.0),
    "Thailand": (63.3, 0.4, 5.5, 2.5, 18.9, 15.7, 20.3, 1.3, 3.2),
    "Canada": (411.7, 32.4, 18.6, 24.3, 35.2, 128.4, 172.8, 0.1, 0.1),
    "Brazil": (42.7, 0.0, 1.2, 3.4, 3.8, 20.8, 13.6, 0.6, 2.2),
}
#: Board and letter in per cent, US exports, GDP, GDP a head in thousands.
FACTS: Final = {
    "Japan": (24, 25, 79.7, 4030, 32),
    "UK": (10, None, 80.0, 3640, 53),
    "Korea": (25, 25, 65.5, 1870, 36),
    "EU": (20, 30, 370, 19400, 43),
    "Vietnam": (46, None, 13.1, 476, 5),
    "Taiwan": (32, None, 42.4, 780, 33),
    "Switzerland": (31, None, 24.9, 936, 104),
    "Indonesia": (32, 32, 10.2, 1396, 5),
    "Philippines": (17, 20, 9.3, 462, 4),
    "India": (26, None, 41.7, 3900, 3),
    "Thailand": (36, 36, 17.7, 526, 8),
    "Canada": (None, 35, 349, 2240, 54),
    "Brazil": (10, 50, 50, 2180, 10),
}


@pytest.mark.parametrize("case", SUMS)
def test_the_facts_of_a_case(case: str) -> None:
    one = RECORD.case(case)
    rates = (one.mfn_machinery or 0, one.mfn_other or 0)
    sums = (one.total, *one.imports.values(), *(100 * rate for rate in rates))
    assert tuple(round(value, 1) for value in sums) == SUMS[case]
    percents = tuple(None if rate is None else round(100 * rate) for rate in (one.board, one.letter))
    assert (*percents, one.us_exports, one.gdp, one.gdp_per_head) == FACTS[case]
    assert one.includes_mfn is False
    assert (one.first_horizon, one.last_horizon) == (date(2025, 8, 1), date(2025, 12, 31))


def test_the_days_of_the_forecasts_and_the_rates_in_force_on_them() -> None:
    assert RECORD.case("UK").as_of == date(2025, 5, 7)
    assert RECORD.case("Vietnam").as_of == date(2025, 7, 1)
    metals = {one.case: one.status_quo_metals for one in RECORD.cases}
    assert metals.pop("UK") == 0.25, "before it was doubled"
    assert set(metals.values()) == {0.50}
    assert RECORD.case("korea").status_quo_car == 0.25, "free of MFN under the agreement of both"
    assert RECORD.case("Japan").status_quo_car == 0.275
    assert (RECORD.case("Japan").threat, RECORD.case("Vietnam").threat) == (0.25, 0.46)
