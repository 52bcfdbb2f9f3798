"""Titles and sentences about made-up tables with exact ties name all who tie, and one alone where nobody ties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.figures.concessions import concessions
from experiments.figures.positions import positions
from experiments.questions.run.answer import _others
from experiments.statistics.ties import best_places, first_best
from experiments.story.ending import why_ended
from tests.made_up import made_up

US, PARTNER = "us_treasury", "partner"


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


def test_of_equals_the_first_is_taken_whatever_rounding_says() -> None:
    table = np.array([[1.0, 2.0 - 1e-12, 2.0], [3.0, 2.0, 3.0], [0.5, 0.25, 0.75]])
    assert first_best(table).tolist() == [1, 0, 2]
    assert [best_places(row)[0] for row in table] == [1, 0, 2]


def _offers(values: dict[tuple[str, str], list[float]]) -> pd.DataFrame:
    rows = [
        (0, place, side, issue, value) for (side, issue), own in values.items() for place, value in enumerate(own, 1)
    ]
    return pd.DataFrame(rows, columns=["run", "round", "side", "issue", "value"])


@pytest.mark.parametrize(
    ("cars", "chips", "told"),
    [
        # In all 50 each; the first gives it in round 2, the other in round 3.
        (
            [100, 50, 50],
            [100, 100, 50],
            "most on the car tariff and the chip purchases alike, above all in rounds 2 and 3 alike",
        ),
        ([100, 60, 20], [100, 90, 90], "most on the car tariff, above all in rounds 2 and 3 alike"),
        ([100, 70, 20], [100, 90, 90], "most on the car tariff, above all in round 3"),
        (
            [100, 20, 60],
            [100, 50, 90],
            "most on the car tariff, above all in round 2, and takes back on the car tariff in round 3 and the chip "
            "purchases in round 3 alike",
        ),
    ],
)  # fmt: skip
def test_concessions_name_all_on_which_a_side_gives_most(cars: list[float], chips: list[float], told: str) -> None:
    still = [0.0] * len(cars)
    offers = {(US, "car_tariff"): cars, (US, "chip_purchases"): chips, (PARTNER, "car_tariff"): still}
    figure = concessions(_offers(offers | {(PARTNER, "chip_purchases"): still}))
    assert _title(figure) == f"The US gives {told}; Japan gives next to nothing"


@pytest.mark.parametrize(
    ("issues", "also"),
    [
        (("car_tariff",), ""),
        (("car_tariff", "chip_purchases"), ", and as far of what was tabled on the chip purchases"),
        (("car_tariff", "chip_purchases", "investment_fund"), ", and as far of what was tabled on 2 other issues"),
    ],
)
def test_positions_name_all_issues_on_which_the_sides_stay_furthest_apart(issues: tuple[str, ...], also: str) -> None:
    moved = {(US, "lng_contract"): [8.0, 4.0], (PARTNER, "lng_contract"): [0.0, 2.0]}
    nobody = {(side, issue): [value] * 2 for issue in issues for side, value in ((US, 0.25), (PARTNER, 0.125))}
    guides = pd.DataFrame(columns=["issue", "kind", "side", "value", "label"])
    figure = positions(_offers(moved | nobody), guides)
    assert _title(figure) == f"1 run: the sides stay 12.5 points apart on the car tariff{also} (median)"


def test_how_far_the_sides_stay_apart_is_the_median_of_the_runs() -> None:
    """Gaps of 1, 2 and 12 points in the last round: neither their mean of 5, nor what was open in the first round."""
    rows = [
        (run, round_number, side, "car_tariff", value)
        for run, last in enumerate((0.01, 0.02, 0.12))
        for round_number, gap in ((1, 0.15), (2, last))
        for side, value in ((US, 0.125 + gap), (PARTNER, 0.125))
    ]
    guides = pd.DataFrame(columns=["issue", "kind", "side", "value", "label"])
    figure = positions(pd.DataFrame(rows, columns=["run", "round", "side", "issue", "value"]), guides)
    assert _title(figure) == "3 runs: the sides stay 2 points apart on the car tariff (median)"


def test_the_answer_of_a_run_names_all_of_the_most_frequent_reasons() -> None:
    found = made_up()
    assert list(_others(found)) == [
        "The other ends are: stall 25 %, walk-out 12.5 %. The most frequent reason: " + why_ended("no_zone") + "."
    ]
    tied = found.reasons.assign(count=[310, 190, 200, 200])
    one = found.outcomes.assign(count=[500, 300, 0])
    assert str(next(_others(replace(found, outcomes=one)))).startswith("The other end is: ")
    both = f"{why_ended('no_zone')} and {why_ended('us_ideal_below_reservation')} alike"
    assert list(_others(replace(found, reasons=tied))) == [
        f"The other ends are: stall 25 %, walk-out 12.5 %. The most frequent reasons: {both}."
    ]


def test_a_reason_of_several_ends_counts_in_all_of_them_and_is_named_once() -> None:
    found = made_up()
    reasons = pd.DataFrame(
        [
            ("agreement", "us_accepts", 400),
            ("stall", "no_zone", 100),
            ("stall", "tactics_hold", 150),
            ("walkout", "no_zone", 100),
        ],
        columns=["outcome", "reason", "count"],
    )
    told = list(_others(replace(found, reasons=reasons)))
    assert told == [
        "The other ends are: stall 25 %, walk-out 12.5 %. The most frequent reason: " + why_ended("no_zone") + "."
    ]
