"""Names and values are written for readers: units, few digits, no underscores."""

from __future__ import annotations

import math
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import labels
from experiments.figures.kit.style import OUTCOME_COLOURS
from experiments.story.ending import how_ended
from sim.bargaining.outcomes import Outcome
from sim.issues import ISSUES


def test_every_outcome_has_a_name() -> None:
    names = [str(outcome) for outcome in Outcome]
    assert set(labels.OUTCOME_LABELS) == set(names)
    assert str(Outcome.AGREEMENT) == labels.AGREEMENT
    for told in (labels.outcome_label, labels.ends_how, how_ended, OUTCOME_COLOURS.__getitem__):
        assert len({told(name) for name in names} - set(names)) == len(names), "each in words of its own"


@pytest.mark.parametrize(
    ("outcome", "label", "sentence"),
    [
        ("threat_executed", "Threat executed", "with the threat executed"),
        ("deadline_lapsed", "Deadline lapsed", "with the last deadline lapsed"),
        ("round_limit", "Round limit", "at the round limit"),
        ("truce", "Truce", "in truce"),
    ],
)
def test_an_end_is_named_by_what_happened(outcome: str, label: str, sentence: str) -> None:
    assert (labels.outcome_label(outcome), labels.ends_how(outcome)) == (label, sentence)


@pytest.mark.parametrize(
    ("name", "words", "in_a_sentence"),
    [
        ("car_tariff", "Car tariff", "car tariff"),
        ("us_accepts", "US accepts", "US accepts"),
        ("lng_contract", "LNG contract", "LNG contract"),
        ("McDonald", "McDonald", "mcDonald"),
        ("", "", ""),
    ],
)
def test_names_become_words(name: str, words: str, in_a_sentence: str) -> None:
    assert labels.plain(name) == words
    assert labels.inside(words) == in_a_sentence


def test_issues_come_in_the_order_of_the_package_and_further_ones_last() -> None:
    names = ["lng_contract", *reversed([issue.name for issue in ISSUES]), "lng_contract"]
    assert labels.ordered_issues(names) == [*(issue.name for issue in ISSUES), "lng_contract"]
    assert labels.ordered_outcomes(["stall", "new", "agreement"]) == ["agreement", "stall", "new"]


def test_units_come_from_the_issues_unless_given() -> None:
    assert labels.unit_of("car_tariff") == "rate"
    assert labels.unit_of("lng_contract") == ""
    assert labels.unit_of("lng_contract", {"lng_contract": "Mt a year"}) == "Mt a year"


@pytest.mark.parametrize(
    ("value", "unit", "text", "apart"),
    [
        (0.275, "rate", "27.5 %", "27.5 points"),
        (0.1, "share", "10 %", "10 points"),
        (6.94, "US$ bn", "US$6.94 bn", "US$6.94 bn"),
        (-12.34, "US$ bn a year", "-US$12.3 bn a year", "-US$12.3 bn a year"),
        (1234.5, "US$ bn", "US$1,234 bn", "US$1,234 bn"),
        (3.2, "Mt a year", "3.20 Mt a year", "3.20 Mt a year"),
        (3.2, "", "3.20", "3.20"),
        (0.0004, "US$ bn", "US$0.0004 bn", "US$0.0004 bn"),
        (-1e-9, "rate", "0 %", "0 points"),
        (math.nan, "rate", "-", "-"),
    ],
)
def test_values_carry_their_units(value: float, unit: str, text: str, apart: str) -> None:
    assert labels.quantity(value, unit) == text
    assert labels.distance(value, unit) == apart


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (-0.0, "0.00"),
        (9.996, "10.0"),
        (99.96, "100"),
        (-5.0, "-5.00"),
        (5.0, "+5.00"),
        (-0.004, "-0.004"),
        (-9e-16, "0.00"),
        (9.9e-10, "0.00"),
        (-1.1e-9, "-1e-09"),
    ],
)
def test_numbers_have_about_three_digits(value: float, text: str) -> None:
    assert labels.number(value, sign=value != 0.0 and text.startswith(("+", "-"))) == text


@pytest.mark.parametrize("noise", [9e-16, -9e-16, 3e-12, -9.9e-10, -0.0])
def test_what_rounding_leaves_of_a_zero_is_written_as_zero(noise: float) -> None:
    assert labels.number(noise, sign=True) == "0.00"
    assert labels.aligned([noise, 0.0], sign=True) == ["0.00", "0.00"]
    assert labels.quantity(noise, "US$ bn a year") == labels.distance(noise, "US$ bn a year") == "US$0.00 bn a year"
    assert labels.percent(noise) == "0 %"
    assert [labels.fixed(noise, digits, sign=True) for digits in (0, 2, 3)] == ["0", "0.00", "0.000"]


@given(value=st.floats(-1e6, 1e6), digits=st.integers(0, 4), sign=st.booleans())
def test_a_rounded_number_has_a_sign_only_where_it_is_not_zero(value: float, digits: int, sign: bool) -> None:
    text = labels.fixed(value, digits, sign=sign)
    shown = float(text.replace(",", ""))
    assert shown == pytest.approx(round(value, digits), abs=1e-9)
    assert text.startswith("-") == (shown < 0.0)
    assert text.startswith("+") == (sign and shown > 0.0)


def test_no_other_place_writes_signs_by_itself() -> None:
    """A format such as ``:+.2f`` writes +0.00 and -0.00; :func:`experiments.labels.fixed` does not."""
    sources = [path for path in Path(labels.__file__).parent.rglob("*.py") if path.name != "labels.py"]
    signed = re.compile(r":\+,?(\.\d)?[feg%]")
    assert len(sources) > 100
    assert not [str(path) for path in sources if signed.search(path.read_text(encoding="utf-8"))]


def test_numbers_in_a_row_share_their_decimals() -> None:
    assert labels.aligned([0.0, 1.234, 21.65]) == ["0.0", "1.2", "21.6"]
    assert labels.aligned([0.02, -0.00004, math.nan], sign=True) == ["+0.0200", "0.0000", "-"]
    assert labels.aligned([0.0, 0.0]) == ["0.00", "0.00"]
    assert labels.aligned([1000.4, 0.2]) == ["1,000", "0"]


@pytest.mark.parametrize(
    ("count", "total", "text"),
    [
        (0, 10, "0 %"),
        (1, 10_000, "<0.1 %"),
        (9_999, 10_000, ">99.9 %"),
        (5, 5, "100 %"),
        (0, 0, "-"),
        (189, 200, "94.5 %"),
        (1, 1000, "0.1 %"),
        (999, 1000, "99.9 %"),
        (1, 4, "25 %"),
    ],
)
def test_shares_are_never_rounded_to_nothing_or_everything(count: int, total: int, text: str) -> None:
    assert labels.share_of(count, total) == text


def test_counts_agree_with_their_noun() -> None:
    assert (labels.counted(1, "run"), labels.counted(1000, "run")) == ("1 run", "1,000 runs")
    assert (labels.every(1, "run"), labels.every(20, "run")) == ("the only run", "each of 20 runs")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("tactics.partner.name=random_step", "tactic random_step"),
        ("tactics.partner.name", "tactic"),
        ("tactics.partner.beta=0.2", "beta = 0.2"),
        ("partner.subsidy_budget=2.5", "subsidy budget = 2.5"),
        ("partner.subsidy_budget", "subsidy budget"),
        ("red_lines.japan_cars.release.when.at_least=400", "red line japan cars, release, when, at least = 400"),
        ("red_lines.japan_cars=given up", "red line japan cars = given up"),
        ("as it is", "as it is"),
    ],
)
def test_a_lever_is_told_in_words(setting: str, words: str) -> None:
    assert labels.lever_label(setting, "partner").lower() == words


def test_the_partner_is_called_alike_in_every_thread_and_otherwise_where_a_text_says_so() -> None:
    ruritania = labels.PartnerNames("Ruritania", "Ruritanian", "Crown of Ruritania", "krone")
    netherlands = labels.PartnerNames("the Netherlands", "Dutch", "the Dutch government", "euro")
    labels.call_partner(ruritania)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(labels.partner_name).result() == "Ruritania"
        with labels.partner_called(netherlands):
            called = (labels.partner_possessive(), labels.partner_adjective(), labels.partner_currency())
            assert called == ("the Netherlands'", "Dutch", "euro")
            assert dict(labels.SIDE_LABELS) == {"us_treasury": "US", "partner": "the Netherlands"}
            assert labels.AGENT_LABELS["partner"] == "the Dutch government"
            assert labels.as_called("{partner}, {partners}") == "the Netherlands, the Netherlands'"
            assert pool.submit(labels.partner_name).result() == "Ruritania"
    assert labels.partner_name() == "Ruritania"


@pytest.mark.parametrize(
    ("share", "text"), [(-1e-17, "0.0"), (0.00049, "0.0"), (-0.0049, "-0.5"), (0.123, "+12.3"), (0.0, "0.0")]
)
def test_points_that_round_to_nothing_have_no_sign(share: float, text: str) -> None:
    assert labels.fixed(100.0 * share, 1, sign=True) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("", ""),
        ("a", "a"),
        ("ab", "a and b"),
        ("abcde", "a, b, c, d and e"),
        ("abcdef", "a, b, c, d and 2 others"),
    ],
)
def test_names_are_listed_and_many_are_cut(names: str, text: str) -> None:
    assert labels.listed(names) == text
    assert labels.listed(iter(names), "or") == text.replace(" and ", " or ")


def test_names_that_all_count_are_all_listed() -> None:
    assert labels.listed("abcdefg", cut=False) == "a, b, c, d, e, f and g"


@pytest.mark.parametrize(("text", "capitalised"), [("", ""), ("a US b", "A US b"), ("Already", "Already")])
def test_a_sentence_begins_with_a_capital(text: str, capitalised: str) -> None:
    assert labels.capitalised(text) == capitalised


def test_threads_at_work_on_two_configs_do_not_mix_up_their_partners() -> None:
    names = {name: replace(labels.NOBODY, name=name) for name in ("Ruritania", "Syldavia")}
    both_loaded = Barrier(len(names))

    def work(name: str) -> str:
        labels.call_partner(names[name])
        both_loaded.wait(10)
        return labels.partner_name()

    before = labels.partner_name()
    with ThreadPoolExecutor(len(names)) as pool:
        assert list(pool.map(work, names)) == list(names)
        assert labels.partner_name() == before, "nobody has loaded another config in this thread"
