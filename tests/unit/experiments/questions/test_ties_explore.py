"""Equals are told as equals: points of a sweep, obstacles of a factorial."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.labels import fixed
from experiments.questions.discover.boxes import box_figure
from experiments.questions.discover.prim import Limit
from experiments.questions.factorial.text import _obstacle
from experiments.questions.sensitivity.effects import morris_plane, sobol_bars, tornado
from experiments.questions.sensitivity.words import _effect, _value, sensitivity_answer
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.sweep import Sweep
from experiments.questions.sweep.text import conclusion, verdict
from experiments.questions.sweep.words import _turns, usual_ends
from experiments.statistics.ties import best_places, together
from tests.explorations_by_hand import (
    INPUTS,
    discovery_by_hand,
    followed_by_hand,
    leader_by_hand,
    sensitivity_by_hand,
    sweep_by_hand,
)

NOISE = 3e-13


@pytest.mark.parametrize(
    ("values", "more", "places"),
    [
        ([1.0, 3.0, 2.0], True, [1]),
        ([1.0, 3.0, 2.0], False, [0]),
        ([2.0, 2.0 + NOISE, 1.0, 2.0 - NOISE], True, [0, 1, 3]),
        ([2.0, 2.0 + 1e-6], True, [1]),
        ([0.0, -NOISE, 5.0], False, [0, 1]),
        ([7.0], True, [0]),
    ],
)
def test_values_that_differ_by_rounding_are_equal(values: list[float], more: bool, places: list[int]) -> None:
    assert best_places(values, more=more) == places


def test_equals_are_named_together() -> None:
    assert [together(names) for names in (["a"], ["a", "b"], ["a", "b", "c", "d"])] == [
        "a", "a and b alike", "a and 3 others alike",
    ]  # fmt: skip


def _sweep(shares: list[float]) -> Sweep:
    points = pd.DataFrame({"point": range(len(shares)), "a.b": np.arange(len(shares)) / 10, "share.agreement": shares})
    return Sweep((Axis("a.b", tuple(f"{place / 10:g}" for place in range(len(shares)))),), points, pd.DataFrame(), 10)


def test_a_sweep_names_how_many_points_are_equal() -> None:
    assert list(conclusion(_sweep([0.1, 0.0, 0.0, 0.7, 0.7, 0.7]))) == [
        "The share of deals goes from 0 % at a.b 0.1 and 1 other point to 70 % at a.b 0.3 and 2 other points."
    ]
    assert list(conclusion(_sweep([0.1, 0.3, 0.2]))) == [
        "The share of deals goes from 10 % at a.b 0 to 30 % at a.b 0.1."
    ]
    assert list(conclusion(_sweep([0.3, 0.3 + NOISE]))) == ["The share of deals is 30 % at every point."]


def test_obstacles_of_a_factorial_that_are_equally_frequent_are_named_together() -> None:
    row = {
        "share": 0.4,
        "reason.stall.tactics_hold": 0.2,
        "reason.walkout.no_zone": 0.3,
        "reason.cycle.tactics_hold": 0.1,
    }
    assert _obstacle(pd.Series(row)) == "tactics hold and no zone alike, 30 %"
    assert _obstacle(pd.Series(row | {"reason.walkout.no_zone": 0.31})) == "no zone, 31 %"


@pytest.mark.parametrize(
    ("share", "text"), [(-1e-17, "0.0"), (0.00049, "0.0"), (-0.0049, "-0.5"), (0.123, "+12.3"), (0.0, "0.0")]
)
def test_points_that_round_to_nothing_have_no_sign(share: float, text: str) -> None:
    assert fixed(100.0 * share, 1, sign=True) == text


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


def test_figures_of_a_sensitivity_name_all_inputs_that_do_most() -> None:
    columns = ("sobol.total", "sobol.first", "morris.mu_star")
    ends = {f"{name}{end}": [0.5, 0.5, 0.2, 0.0] for name in columns for end in ("", "_low", "_high")}
    effects = pd.DataFrame(ends | {"morris.sigma": [0.1, 0.4, 0.3, 0.0]}, index=["a", "b", "c", "dummy"])
    alone = effects.assign(**{name: [0.5, 0.4, 0.2, 0.0] for name in columns})
    noisy = effects.assign(**{name: [0.5, 0.5 + NOISE, 0.2, 0.0] for name in columns})
    real = ["a", "b", "c"]
    for frame in (effects, noisy):
        assert " ".join(sorted(_title(sobol_bars(frame, "Deal", real, 0.1)).split()[1:4])) == "a and b"
        assert _title(sobol_bars(frame, "Deal", real, 0.1)).endswith("alike matter most (50 % of variance)")
        assert _title(morris_plane(frame, "Deal", "", real)).endswith("alike have the largest effect")
    assert _title(sobol_bars(alone, "Deal", real, 0.1)) == "Deal: a matters most (50 % of variance)"
    assert _title(morris_plane(alone, "Deal", "", real)).startswith(
        "Deal: a has the largest effect, which is much the same"
    )
    swings = sensitivity_by_hand().swings.drop(columns="output")
    assert (
        _title(tornado(swings, "Deal", "", ["a.one", "b.two"], "Sobol")) == "Deal: a.one swings the mean by 62.0 points"
    )
    equal = swings.assign(at_low=[0.25, 0.75, 0.4], at_high=[0.75, 0.25, 0.41])
    assert (
        _title(tornado(equal, "Deal", "", ["a.one", "b.two"], "Sobol"))
        == "Deal: a.one and b.two alike swing the mean by 50.0 points"
    )
    # The dummy is never what swings most, and what swings less than it is noise.
    small = swings.assign(at_low=[0.2, 0.25, 0.4], at_high=[0.3, 0.3, 0.45])
    assert (
        _title(tornado(small, "Deal", "", ["a.one", "b.two"], "Sobol")) == "Deal: a.one swings the mean by 10.0 points"
    )
    noise = swings.assign(at_low=[0.2, 0.25, 0.4], at_high=[0.3, 0.3, 0.9])
    assert (
        _title(tornado(noise, "Deal", "", ["a.one", "b.two"], "Sobol"))
        == "Deal: no input swings the mean beyond the noise"
    )


def test_the_answer_of_a_sensitivity_names_all_inputs_that_do_most_and_no_negative_nothing() -> None:
    result = sensitivity_by_hand()
    effects = result.effects.copy()
    is_total = (effects["output"] == "deal") & (effects["method"] == "sobol") & (effects["measure"] == "total")
    effects.loc[is_total & effects["input"].isin(["a.one", "b.two"]), "value"] = [0.5, 0.5 + NOISE]
    told = sensitivity_answer(replace(result, effects=effects), INPUTS)
    assert (
        "What most decide the end (deal or no deal) are, alike, the first weight (a.one) and the second weight "
        "(b.two); of the first: alone and with the others it accounts for 50 % of the variance (95 % interval: 50 to "
        "74 %). Then follow: chance (everything drawn inside), 22 % (15 to 33 %)."
    ) in told
    row = pd.Series({"sobol.total": 0.3, "sobol.total_low": -0.002, "sobol.total_high": 0.7})
    assert _effect(row, "sobol.total", "sobol").endswith("(95 % interval: 0 to 70 %)")
    assert _value(row, "sobol.total", "sobol") == "30 % (0 to 70 %)"


def test_the_title_of_boxes_counts_the_inputs_that_it_does_not_name() -> None:
    found = discovery_by_hand()
    first = found.boxes[0]
    assert "of a box set by b.two and a.one, against 40 % in all runs" in _title(box_figure(found))
    more = replace(first, limits=(*first.limits, Limit("c.three", 55.0, np.inf, 0.01)))
    assert "of a box set by b.two, a.one and 1 other input," in _title(box_figure(replace(found, boxes=(more,))))


def test_a_sweep_names_all_ends_that_are_equally_frequent_and_counts_equal_steps() -> None:
    result = sweep_by_hand()
    points = result.points.assign(**{"share.stall": [0.1, 0.52 + NOISE, 0.6]})
    assert usual_ends(replace(result, points=points)) == [("agreement",), ("agreement", "stall"), ("stall",)]
    shares = {"share.agreement": [0.1, 0.2, 0.3], "share.stall": [0.1, 0.2, 0.3], "share.walkout": [0.0] * 3}
    ends = {"share.agreement_low": [0.05, 0.15, 0.25], "share.agreement_high": [0.15, 0.24, 0.35]}
    told = " ".join(_turns(replace(result, points=result.points.assign(**shares, **ends))))
    assert told == (
        "It does not clearly cross one half; its largest step lies between 1 US$ bn and 2.5 US$ bn: from 10 % to 20 %, "
        "and 1 other step as large. At every point, talks most often end in an agreement or in a stall."
    )


def test_issues_that_follow_equally_are_named_together() -> None:
    followed = followed_by_hand().assign(follows=[0.5, 0.5 - NOISE, -0.5])
    assert verdict(leader_by_hand(), followed).startswith("The settlement follows in part: car tariff and fund alike")
    assert "lng" not in verdict(leader_by_hand(), followed).lower()
