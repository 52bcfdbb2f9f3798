"""Equals are told as equals: values of a lever and reactions."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.labels import fixed
from experiments.questions.advise.advise import Advice, replies_of, term_names
from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.advise.robust import CRITERIA, resampled
from experiments.questions.advise.text import cost_lines
from experiments.statistics.ties import best_places, together

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


def _advice(own: np.ndarray) -> Advice:
    """Advice of settings that all meet one reaction; `own` has a row a setting and a column a world."""
    count = len(own)
    wins, means = resampled(own, 0.0, 1)
    terms = np.zeros((count, len(term_names(0))))
    settings = (AS_IT_IS, *(Setting("lever", str(place), ()) for place in range(1, count)))
    return Advice(
        0, settings, ("as in the config",), own[:, np.newaxis], -own[:, np.newaxis], terms, np.ones(count), 0.0, wins,
        means, 10, 1.0,
    )  # fmt: skip


def test_values_of_a_lever_that_do_equally_well_are_told_together() -> None:
    worlds = np.linspace(1, 2, 25)
    advice = _advice(np.stack([worlds, worlds + 1, worlds + 1 + NOISE, worlds + 1 - NOISE]))
    levers = advice.levers().iloc[0]
    assert levers["best"] == levers["worst"] == "1 and 2 others alike"
    assert levers["span"] == pytest.approx(1.0)
    assert cost_lines(advice) == [
        "Lever = 1 changes a deal's terms by: nothing (deals in 100 % of worlds, 100 % as it is)."
    ]
    for name in CRITERIA:
        # Gains are all above the floor, which no setting reaches more often than another.
        shares = [0.25] * 4 if name == "satisficing" else [0.0, 1 / 3, 1 / 3, 1 / 3]
        np.testing.assert_allclose(advice.wins[name], shares, atol=1e-9)


def test_the_first_of_equal_reactions_answers() -> None:
    other = np.array([[[1.0, 2.0], [1.0 + NOISE, 2.0], [0.0, 1.0]], [[0.0, 0.0], [0.0, 1.0], [0.5, 0.5 + NOISE]]])
    assert replies_of(other) == [0, 1]


@pytest.mark.parametrize(
    ("share", "text"), [(-1e-17, "0.0"), (0.00049, "0.0"), (-0.0049, "-0.5"), (0.123, "+12.3"), (0.0, "0.0")]
)
def test_points_that_round_to_nothing_have_no_sign(share: float, text: str) -> None:
    assert fixed(100.0 * share, 1, sign=True) == text
