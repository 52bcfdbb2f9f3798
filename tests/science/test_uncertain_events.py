"""Where an event alone decides whether there is a deal, its effects are those of the closed form, and its box is found.

In the talks of these tests a deal is made unless an event of the first day makes a package worth too little to the US.
Whether it happens is then all of the variance, and of two such events each has the share that follows from the product
of two independent yes-or-no variables.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pandas as pd
import pytest

from experiments.lab.inputs import DUMMY
from experiments.questions.discover.discover import discover
from experiments.questions.sensitivity.sensitivity import sensitivity
from tests.tree import TINY

BASE: Final = 512


def _events(**probabilities: object) -> str:
    """Change that adds events by name, each with its probability."""
    margin = {"us_treasury.ratification_margin": 9}
    return "events=" + json.dumps(
        [
            {"name": name, "date": "2025-06-01", "probability": chance, "set": margin}
            for name, chance in probabilities.items()
        ]
    )


def _effects(events: str, vary: tuple[str, ...] = ()) -> tuple[Any, pd.DataFrame]:
    result = sensitivity(TINY, 3, base=BASE, trajectories=200, vary=vary, sets=[events])
    table = result.effects[result.effects["output"] == "deal"]
    return result, table.pivot(index="input", columns="measure", values="value")


def _said(result: Any) -> str:
    return " ".join(result.text().split())


def test_an_event_that_decides_alone_has_all_of_the_variance() -> None:
    result, found = _effects(_events(scandal=0.3))
    event = "events.scandal.happens"
    # A deal is 1 less whether it happens: both effects are exactly 1. The total effect is estimated from as many pairs
    # as there are base rows, a share 2 x 0.3 x 0.7 of which differ: two standard errors are 0.11.
    assert found.loc[event, "total"] == pytest.approx(1.0, abs=0.12)
    assert found.loc[event, "first"] == pytest.approx(1.0, abs=0.12)
    assert (found.drop(index=event)["total"] == 0.0).all()
    # A step of half the distribution changes it with probability 2 x 0.3, and by 1, per half a unit.
    assert found.loc[event, "mu_star"] == pytest.approx(2 * 2 * 0.3, abs=0.15)
    assert found["mu"].to_dict()[event] == -found["mu_star"].to_dict()[event]
    assert result.deciding() == [event]
    swing = result.swings[(result.swings["output"] == "deal") & (result.swings["input"] == event)].iloc[0]
    assert swing[["low_input", "high_input", "at_low", "at_high"]].tolist() == [0.0, 1.0, 1.0, 0.0]
    assert "What most decides the end (deal or no deal) is the event scandal, which happens or not" in _said(result)


def test_a_sure_event_is_left_out_and_is_an_input_where_it_is_asked_for() -> None:
    result, found = _effects(_events(scandal=1))
    assert found.empty
    assert "1 event sure to happen (scandal)" in _said(result)
    result, found = _effects(_events(scandal=1), vary=("events",))
    assert found.loc["events.scandal.happens", "total"] == pytest.approx(1.0, abs=0.1)
    assert "1 event (happening or not)" in _said(result)
    assert "sure to happen" not in repr(result)


def test_two_events_share_the_variance_as_two_factors_do() -> None:
    _, found = _effects(_events(scandal=0.3, strike=0.5))
    # y = (1 - A)(1 - B), with means a = 0.7 and b = 0.5 of the factors: V = ab (1 - ab), the first effect of A is
    # b^2 a (1 - a) / V and its total effect b a (1 - a) / V. The tolerance is about two standard errors.
    a, b = 0.7, 0.5
    variance = a * b * (1 - a * b)
    for name, own, other in (("scandal", a, b), ("strike", b, a)):
        row = found.loc[f"events.{name}.happens"]
        assert row["first"] == pytest.approx(other**2 * own * (1 - own) / variance, abs=0.12)
        assert row["total"] == pytest.approx(other * own * (1 - own) / variance, abs=0.1)


def test_an_event_of_unknown_chance_shares_the_variance_with_its_chance() -> None:
    _, found = _effects(_events(scandal={"dist": "uniform", "low": 0, "high": 1}))
    # It happens where u > 1 - p, both uniform: the mean given p is p, so that either has the first effect
    # (1 / 12) / (1 / 4), and the total effect is what the other leaves.
    for name in ("probability", "happens"):
        row = found.loc[f"events.scandal.{name}"]
        assert row["first"] == pytest.approx(1 / 3, abs=0.12)
        assert row["total"] == pytest.approx(2 / 3, abs=0.1)


@pytest.mark.parametrize("probability", [0.3, 0.1])
def test_the_box_of_an_event_that_decides_is_the_event(probability: float) -> None:
    result = discover(TINY, "no_deal", 400, 2, sets=[_events(scandal=probability)])
    (box,) = result.boxes
    (limit,) = box.limits
    assert (limit.input, limit.low) == ("events.scandal.happens", 1.0)
    assert (box.coverage, box.density) == (1.0, 1.0)
    assert box.rows == result.sample["case"].sum() == result.sample["events.scandal.happens"].sum()
    # Three standard errors of a share among 400 runs.
    assert box.mass == pytest.approx(probability, abs=3 * (probability * (1 - probability) / 400) ** 0.5)
    assert not result.restricts_dummy
    assert DUMMY in result.sample
    assert "where the event scandal happens (events.scandal.happens)" in _said(result)


def test_the_box_of_a_tactic_that_never_signs_is_the_tactic() -> None:
    result = discover(TINY, "no_deal", 1_500, 2, vary=["tactics"], boxes=1)
    assert result.tactics
    (box,) = result.boxes
    assert box.density > result.share
    assert all(limit.input.startswith("tactics.") for limit in box.limits)
    assert "plays “" in _said(result)
