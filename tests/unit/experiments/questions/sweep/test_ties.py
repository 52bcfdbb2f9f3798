"""Points of a sweep that are equal are named as equals, whatever rounding says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from experiments.questions.sweep.answer import _extremes, _turns, answer, moved_inputs, verdict
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.result import SweepResult
from tests.explorations_by_hand import followed_by_hand, leader_by_hand, sweep_by_hand, sweep_of

NOISE = 3e-13


def _sweep(shares: list[float]) -> SweepResult:
    axis = Axis("a.b", tuple(f"{place / 10:g}" for place in range(len(shares))))
    columns = {"point": range(len(shares)), "a.b": np.arange(len(shares)) / 10}
    columns |= {f"share.agreement{end}": shares for end in ("", "_low", "_high")}
    gains = [f"gain.{side}{end}" for side in ("us_treasury", "partner") for end in ("", "_low", "_high")]
    columns |= {name: [1.5] * len(shares) for name in gains}
    return sweep_of((axis,), pd.DataFrame(columns))


def test_a_sweep_names_how_many_points_are_lowest_and_highest() -> None:
    assert list(_extremes(_sweep([0.1, 0.0, 0.0, 0.7, 0.7, 0.7]))) == [
        "It is lowest, 0 %, at a.b 0.1 and 1 other point, and highest, 70 %, at a.b 0.3 and 2 other points."
    ]
    assert list(_extremes(_sweep([0.1, 0.3, 0.2]))) == ["It is lowest, 10 %, at a.b 0, and highest, 30 %, at a.b 0.1."]
    # The sentence before has said it of both ends.
    assert list(_extremes(_sweep([0.1, 0.2, 0.3]))) == list(_extremes(_sweep([0.3, 0.2, 0.1]))) == []
    assert list(_extremes(_sweep([0.1, 0.3, 0.3])))


def test_shares_that_differ_by_rounding_are_the_same_at_every_point() -> None:
    result = _sweep([0.3, 0.3 + NOISE])
    assert answer(result, moved_inputs(result)).text.startswith(
        "The share of deals is the same at every point: 30 % (95 % interval: 30 to 30 %). From 0 to 0.1, the mean gain"
    )


def test_a_sweep_names_all_ends_that_are_equally_frequent_and_counts_equal_steps() -> None:
    result = sweep_by_hand()
    points = result.points.assign(**{"share.stall": [0.1, 0.52 + NOISE, 0.6]})
    assert replace(result, points=points).usual_ends() == [("agreement",), ("agreement", "stall"), ("stall",)]
    shares = {"share.agreement": [0.1, 0.2, 0.3], "share.stall": [0.1, 0.2, 0.3], "share.walkout": [0.0] * 3}
    ends = {"share.agreement_low": [0.05, 0.15, 0.25], "share.agreement_high": [0.15, 0.24, 0.35]}
    told = " ".join(_turns(replace(result, points=result.points.assign(**shares, **ends))))
    assert told == (
        "It does not clearly cross one half; its largest step lies between US$1 bn and US$2.5 bn: from 10 % to 20 %, "
        "and 1 other step as large. At every point, talks most often end in an agreement or in a stall."
    )


def test_no_extreme_and_no_largest_step_is_named_where_all_intervals_overlap() -> None:
    result = sweep_by_hand()
    ends = {"share.agreement_low": [0.1, 0.1, 0.1], "share.agreement_high": [0.45, 0.45, 0.45]}
    points = result.points.assign(**{"share.agreement": [0.2, 0.4, 0.3], "share.stall": [0.8, 0.6, 0.7]}, **ends)
    told = " ".join([*_extremes(replace(result, points=points)), *_turns(replace(result, points=points))])
    assert told == "At every point, talks most often end in a stall."


def test_issues_that_follow_equally_are_named_together() -> None:
    followed = followed_by_hand().assign(follows=[0.5, 0.5 - NOISE, -0.5])
    told = verdict(leader_by_hand(), followed)
    assert told.startswith("The settlement follows in part: on car tariff and fund alike it moves by 0.50 of each step")
    assert "lng" not in told.lower()
