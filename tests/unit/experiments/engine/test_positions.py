"""Positions on a day, by hand: nothing before the first offer, then the last one, then what was signed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from experiments.engine.positions import offers_of, position_on
from sim.engine.results import RESULT, TRACK, Ends

NAN = np.nan


def _batch(*, tabled: tuple[int, int] = (1, 1)) -> Any:
    """Two regimes, in each of which the only issue is on the table or not."""
    return SimpleNamespace(parameters={"issue_tabled": np.tile(np.array(tabled)[:, np.newaxis], (3, 1, 1))})


def _ends() -> Ends:
    """Three talks of one issue by hand, with rounds on days 0, 7 and 14, the last of them in the second regime.

    The first: the US offers .27 from round 1 and .25 from round 2, the partner .1 from round 2 and .12 from round 3, no
    deal. The second: a deal at .2 on day 7, before which only the US has offered. The third ends in round 1, when
    nobody has offered.
    """
    results, tracks = np.zeros(3, RESULT), np.zeros((3, 3), TRACK)
    tracks["day"] = [0.0, 7.0, 14.0]
    tracks["regime"] = [0, 0, 1]
    results["round"], results["day"], results["dealt"] = [3, 2, 1], [14.0, 7.0, 0.0], [0, 1, 0]
    results["regime"] = [1, 0, 0]
    results["package"][1, 0] = 0.2
    for place, (us, partner) in enumerate([(0.27, None), (0.25, 0.1), (0.25, 0.12)]):
        tracks["tabled"][0, place] = (1, partner is not None)
        tracks["offer"][0, place, :, 0] = (us, partner or 0.0)
    tracks["tabled"][1, :2, 0] = 1
    tracks["offer"][1, :2, 0, 0] = 0.26
    # Rounds that were not played hold what must not be read.
    tracks["tabled"][1:, 2] = 1
    tracks["offer"][1:, 2] = 0.99
    return Ends(results, np.zeros((3, 0, 2)), tracks)


@pytest.mark.parametrize(
    ("side", "day", "expected"),
    [
        (0, -1.0, [NAN, NAN, NAN]),
        (0, 0.0, [0.27, 0.26, NAN]),
        (0, 6.9, [0.27, 0.26, NAN]),
        (0, 7.0, [0.25, 0.2, NAN]),
        (0, 99.0, [0.25, 0.2, NAN]),
        # The partner's first offer of day 7, and what it signs then, are no positions of the days before.
        (1, 0.0, [NAN, NAN, NAN]),
        (1, 6.9, [NAN, NAN, NAN]),
        (1, 7.0, [0.1, 0.2, NAN]),
        (1, 14.0, [0.12, 0.2, NAN]),
    ],
)
def test_a_position_is_the_last_offer_or_what_was_signed(side: int, day: float, expected: list[float]) -> None:
    np.testing.assert_array_equal(position_on(_batch(), _ends(), side, 0, day), expected)


@pytest.mark.parametrize(
    ("tabled", "day", "expected"),
    [
        # Off the table until the third round: what the rounds before hold is no offer, and a deal says nothing of it.
        ((0, 1), 7.0, [NAN, NAN, NAN]),
        ((0, 1), 14.0, [0.25, NAN, NAN]),
        # On the table until then: the last offer on it stands.
        ((1, 0), 14.0, [0.25, 0.2, NAN]),
    ],
)
def test_an_issue_that_is_not_on_the_table_has_no_offers(
    tabled: tuple[int, int], day: float, expected: list[float]
) -> None:
    np.testing.assert_array_equal(position_on(_batch(tabled=tabled), _ends(), 0, 0, day), expected)


def test_rounds_that_were_not_played_have_neither_offer_nor_day() -> None:
    offers, days = offers_of(_batch(), _ends(), 0, 0)
    np.testing.assert_array_equal(offers, [[0.27, 0.25, 0.25], [0.26, 0.26, NAN], [NAN, NAN, NAN]])
    np.testing.assert_array_equal(days, [[0.0, 7.0, 14.0], [0.0, 7.0, np.inf], [0.0, np.inf, np.inf]])
