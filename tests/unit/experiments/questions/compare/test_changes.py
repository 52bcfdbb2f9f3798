"""The difference of two configs in words: what is told, with which meaning and unit, and what is left out."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from experiments.config.distributions import DISTRIBUTIONS, Number
from experiments.config.explain import part_in_words
from experiments.config.load import load_config
from experiments.questions.compare.changes import NONE, ChangedSetting, changes
from experiments.questions.compare.numbers_in_words import in_words
from tests.tree import CONFIGS

CARS, JULY = CONFIGS / "cars_on_the_table.yaml", CONFIGS / "july_2025.yaml"


def _changed(*sets: str, of: Any = CARS) -> list[ChangedSetting]:
    return changes(load_config(of), load_config(of, sets))


#: One change each: meaning, unit, and both values.
CHANGES: dict[str, tuple[str, str, str, str, str]] = {
    "partner.subsidy_budget=5": (
        "partner.subsidy_budget", "Most that the partner can spend on chip subsidies", "US$ bn a year",
        "drawn from 0.5 to 6, 2.5 most likely", "5",
    ),
    "walk_away.execution_probability=0": (
        "walk_away.execution_probability", "Chance that the threat is executed, over all deadlines together", "share",
        "drawn from 0 % to 100 %, 50 % most likely", "0 %",
    ),
    "calendar.deadline=2025-08-01": (
        "calendar.deadline", "Day on which the threat falls due", "", "2025-07-09", "2025-08-01",
    ),
    "protocol.kind=simultaneous": (
        "protocol.kind", "Whether sides take turns or table positions at the same time", "", "alternating",
        "simultaneous",
    ),
    "agenda.car_tariff.low=0.1": (
        "agenda.car_tariff.low", "Low end of car tariff on the agenda", "rate", "2.5 %", "10 %",
    ),
    "tactics.us_treasury.beta=0.3": (
        "tactics.us_treasury.beta", "Tactic of US: below 1 concedes late, 1 evenly, above 1 early", "",
        "drawn from 0.05 to 0.5, 0.2 most likely", "0.3",
    ),
    "experiment.sampling=latin_hypercube": (
        "experiment.sampling", "How numbers with a distribution are drawn", "", "monte carlo", "latin hypercube",
    ),
    "experiment.levels=9": (
        "experiment.levels", "Number of levels of every issue, in place of each issue's own", "", NONE, "9",
    ),
    "firms=[{name: NTT, capex: 0.9}]": (
        "firms.NTT.capex", "GPU-type spending without subsidy, NTT", "US$ bn a year", "0.139", "0.9",
    ),
    "red_lines.japan_cars.at_most=0.2": (
        "red_lines.japan_cars.at_most", "Red line of Japan: car tariff at most this", "rate", "25 %", "20 %",
    ),
    "correlations=[{between: [us_treasury.consumer_weight, us_treasury.revenue_weight], rho: 0.5}]": (
        "correlations.us_treasury.consumer_weight and us_treasury.revenue_weight",
        "Correlation of us_treasury.consumer_weight and us_treasury.revenue_weight", "", NONE, "0.5",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_told_with_its_meaning_unit_and_both_values(change: str) -> None:
    (found,) = _changed(change)
    assert found == ChangedSetting(*CHANGES[change])


@pytest.mark.parametrize(
    "change",
    ["title=Another", "story=Another one", "name=another", "experiment.runs=7", "experiment.seed=9",
     "experiment.trajectories=true",
     "partner.subsidy_budget={dist: triangular, low: 0.5, mode: 2.5, high: 6, source: somewhere}"],
)  # fmt: skip
def test_what_bears_on_no_result_is_left_out(change: str) -> None:
    assert _changed(change) == []


def test_a_distribution_that_moves_is_told_from_and_to() -> None:
    (found,) = _changed("partner.subsidy_budget={dist: triangular, low: 1, mode: 5, high: 12}")
    assert (found.before, found.after) == (
        "drawn from 0.5 to 6, 2.5 most likely", "drawn from 1 to 12, 5 most likely"
    )  # fmt: skip


def test_a_number_that_differs_beyond_the_digits_shown_is_told_with_all() -> None:
    (found,) = changes(
        load_config(CARS, ["partner.subsidy_budget=5.0000001"]), load_config(CARS, ["partner.subsidy_budget=5.0000002"])
    )
    assert (found.before, found.after) == ("5.0000001", "5.0000002")


def test_a_whole_part_that_one_config_lacks_is_told_once() -> None:
    gone = changes(load_config(CONFIGS / "japan_us_2025.yaml"), load_config(CARS))
    assert gone == [
        ChangedSetting("red_lines.us_cars", "Red line us_cars", "", "US wants car_tariff at least 27.5 %.", NONE)
    ]  # fmt: skip
    back = changes(load_config(CARS), load_config(CONFIGS / "japan_us_2025.yaml"))
    assert [(one.before, one.after) for one in back] == [(NONE, "US wants car_tariff at least 27.5 %.")]


def test_events_issues_and_firms_are_described() -> None:
    july = load_config(JULY)
    found = {one.path: one for one in changes(load_config(CARS), july)}
    assert found["events.letter"].after == (
        "2025-07-07 letter: walk_away.threat_reciprocal_tariff becomes 0.25; calendar.deadline becomes 2025-08-01."
    )
    assert not [path for path in found if path.startswith("events.letter.")]
    rice = "agenda.rice={unit: Mt, low: 0, high: 1, levels: 5, us_value: 1, partner_value: -1, wants_high: us_treasury}"
    (added,) = changes(july, load_config(JULY, [rice]))
    assert (added.path, added.meaning, added.before) == ("agenda.rice", "Issue rice", NONE)
    assert added.after.startswith("0.00 Mt to 1.00 Mt in 5 levels")
    assert part_in_words(july, "firms.NTT").startswith("capex 0.139, ")
    with pytest.raises(ValueError, match=r"july_2025 has no part firms\.Nobody"):
        part_in_words(july, "firms.Nobody")


def test_values_of_events_and_releases_are_told_by_what_they_set() -> None:
    sets = ("red_lines.us_cars.release.at_least=0.2", "events.letter.probability=0.5",
            "events.letter.set={walk_away.threat_reciprocal_tariff: 0.3, calendar.deadline: 2025-09-01}")  # fmt: skip
    found = {one.path: (one.meaning, one.unit, one.before, one.after) for one in _changed(*sets, of=JULY)}
    assert found == {
        "red_lines.us_cars.release.at_least": (
            "Red line of US once released: car tariff at least this", "rate", "15 %", "20 %",
        ),
        "events.letter.probability": (
            "Chance that letter happens", "share", "100 %", "50 %",
        ),
        "events.letter.set.walk_away.threat_reciprocal_tariff": (
            "Reciprocal tariff if the threat is executed, stacked on MFN, as the event Letter sets it", "rate", "25 %",
            "30 %",
        ),
        "events.letter.set.calendar.deadline": (
            "Event letter: new value of calendar.deadline", "", "2025-08-01", "2025-09-01",
        ),
    }  # fmt: skip


def test_what_is_sure_to_do_nothing_is_said_to() -> None:
    (found,) = _changed("walk_away.threat_reciprocal_tariff=0.3", of=JULY)
    assert found.remark.startswith("holds in rounds 1 to 4 only: event letter of 2025-07-07 sets it")


def test_beliefs_and_acceptance_name_their_side() -> None:
    found = {one.path: one.meaning for one in _changed(
        "beliefs.partner={kind: noisy, noise: 0.2}", "acceptance.us_treasury={name: ac_const, level: 0.8}"
    )}  # fmt: skip
    assert found["beliefs.partner.noise"].startswith("What Japan believes of the other side's weights: ")
    assert found["acceptance.us_treasury.name"].startswith("Acceptance condition of the US: condition of Baarslag")


#: A number of every kind, in words.
NUMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "value": ({"value": 0.25}, "0.25"),
    "uniform": ({"dist": "uniform", "low": 1, "high": 2}, "drawn evenly from 1 to 2"),
    "triangular": ({"dist": "triangular", "low": 1, "mode": 2, "high": 4}, "drawn from 1 to 4, 2 most likely"),
    "normal": ({"dist": "normal", "mean": 1, "sd": 2, "low": 0},
               "drawn from a normal distribution, mean 1, sd 2, cut below 0"),
    "lognormal": ({"dist": "lognormal", "median": 1, "sigma": 0.5, "low": 0.5, "high": 3},
                  "drawn from a lognormal distribution, median 1, sigma 0.5, cut to 0.5 to 3"),
    "beta": ({"dist": "beta", "a": 2, "b": 3, "low": 0, "high": 4},
             "drawn from a beta distribution (2, 3) from 0 to 4"),
    "loguniform": ({"dist": "loguniform", "low": 1, "high": 8}, "drawn from 1 to 8, evenly in the logarithm"),
    "pert": ({"dist": "pert", "low": 1, "mode": 2, "high": 5}, "drawn by PERT from 1 to 5, 2 most likely"),
    "discrete": ({"dist": "discrete", "values": [1, 2], "chances": [0.2, 0.8]}, "one of 1 (20 %) or 2 (80 %)"),
    "column": ({"dist": "column", "file": "data.csv", "column": "budget", "values": [1, 3], "sha256": "ab" * 32},
               "drawn from the column budget of data.csv (2 values from 1 to 3; digest abababab)"),
    "choice": ({"dist": "choice", "values": [1, 2], "weights": [3, 1]}, "one of 1 (75 %) or 2 (25 %)"),
    "discrete_uniform": ({"dist": "discrete_uniform", "low": 1, "high": 3}, "a whole number from 1 to 3, drawn evenly"),
}  # fmt: skip


def _number(data: dict[str, Any]) -> Any:
    return TypeAdapter(Number).validate_python(data)


def test_every_kind_of_number_has_its_words_here() -> None:
    assert NUMBERS.keys() == {"value", *DISTRIBUTIONS}


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_are_told_in_words(kind: str) -> None:
    data, words = NUMBERS[kind]
    assert in_words(_number(data), "ratio") == words


#: Numbers that are given in the other of two ways, in words.
OTHERWISE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"dist": "beta", "mean": 0.25, "sd": 0.125},
     "drawn from a beta distribution from 0 % to 100 %, mean 25 %, sd 12.5 %"),
    ({"dist": "lognormal", "quantiles": {"0.9": 0.4, "0.05": 0.1}, "high": 0.5},
     "drawn from a lognormal distribution, 10 % at its 5 % quantile and 40 % at its 90 % quantile, cut above 50 %"),
    ({"dist": "pert", "low": 0.1, "mode": 0.2, "high": 0.5, "weight": 2},
     "drawn by PERT from 10 % to 50 %, 20 % most likely, weight 2"),
    ({"dist": "discrete", "values": [0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1], "chances": [0.4, *[0.1] * 6]},
     "one of 7 values from 10 % to 70 %, each with its chance"),
    ({"dist": "choice", "values": [0.1 * k for k in range(1, 9)], "weights": [1, *[2] * 7]},
     "one of 8 values from 10 % to 80 %, weighted"),
)  # fmt: skip


@pytest.mark.parametrize(("data", "words"), OTHERWISE)
def test_numbers_that_are_given_in_another_way_are_told_in_words(data: dict[str, Any], words: str) -> None:
    assert in_words(_number(data), "share") == words


def test_shares_are_told_in_per_cent_and_many_values_by_their_ends() -> None:
    assert in_words(_number({"dist": "uniform", "low": 0.0005, "high": 0.01}), "share") == (
        "drawn evenly from 0.05 % to 1 %"
    )
    many = {"dist": "choice", "values": [*range(1, 9)]}
    assert in_words(_number(many), "ratio") == "one of 8 values from 1 to 8"
    assert in_words(_number({"dist": "choice", "values": [1, 2, 4]}), "ratio") == "one of 1, 2 or 4, each as likely"
