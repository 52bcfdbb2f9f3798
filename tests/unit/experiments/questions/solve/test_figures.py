"""The picture of a bargaining problem has each number on its axis, names every point, and says what is seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from experiments.questions.solve.page import page
from experiments.report.blocks import Picture
from tests.comparisons_by_hand import DEAL, NASH, NO_DEAL, TALKS, solve_by_hand


def _axes(**changes: object) -> Axes:
    return solve_by_hand(**changes).figures()["bargaining_problem"].axes[0]


def _title(**changes: object) -> str:
    return " ".join(solve_by_hand(**changes).figures()["bargaining_problem"].get_suptitle().split())


def _points(axes: Axes) -> dict[str, tuple[float, float]]:
    drawn = [one for one in axes.collections if isinstance(one, PathCollection)]
    return {str(one.get_label()): tuple(np.asarray(one.get_offsets())[0].tolist()) for one in drawn}


def test_each_number_is_on_its_axis() -> None:
    """Walking away is worth 0.5 and 2.875, and 0.6 and 2.9 are needed."""
    axes = _axes()
    assert axes.get_xlabel() == "US gain over walking away, US$ bn a year"
    assert axes.get_ylabel() == "Japan's gain over walking away, US$ bn a year"
    lines = {str(line.get_label()): np.asarray(line.get_xydata()) for line in axes.lines}
    np.testing.assert_allclose(lines["Pareto frontier"], [[5.75, 4.625], [8.5, -1.875]])
    np.testing.assert_allclose(lines["US: gain needed to ratify"][:, 0], 0.1)
    np.testing.assert_allclose(lines["Japan: gain needed to ratify"][:, 1], 0.025)
    assert _points(axes) == {"What the talks agreed": TALKS.gain, "Nash": NASH.gain}


def test_all_that_counts_is_inside_the_picture() -> None:
    axes = _axes(reservation=(9.5, 12.0))
    for x, y in ((0.0, 0.0), (9.0, 9.125), TALKS.gain, NASH.gain, (5.75, 4.625)):
        assert axes.get_xlim()[0] < x < axes.get_xlim()[1]
        assert axes.get_ylim()[0] < y < axes.get_ylim()[1]


def test_solutions_on_one_point_are_drawn_once_and_named_together() -> None:
    others = (
        replace(NASH, name="egalitarian", gain=TALKS.gain),
        replace(NASH, name="nash_power_0.3", gain=(1.0, 2.0)),
        replace(NASH, name="nash_power_0.6", gain=(2.0, 1.0)),
        replace(NASH, name="best_partner"),
    )
    axes = _axes(points=(NASH, *others))
    assert _points(axes) == {
        "What the talks agreed\nEgalitarian": TALKS.gain,
        "Nash\nBest for Japan that the US ratifies": NASH.gain,
        "Nash, US power 0.3": (1.0, 2.0),
        "Nash, US power 0.6": (2.0, 1.0),
    }
    looks = [
        (str(one.get_paths()[0]), str(one.get_facecolor()))
        for one in axes.collections
        if isinstance(one, PathCollection)
    ]
    assert len({*looks}) == len(looks) == 4


def test_the_title_says_what_is_seen() -> None:
    start = "The deal is worth US$0.75 bn a year to the US and -US$0.38 bn to Japan over walking away"
    assert _title() == f"{start}; Nash would give US$5.12 bn and US$4.62 bn"
    assert _title(points=()) == start
    same = replace(DEAL, point=replace(NASH, name="talks"))
    assert _title(deal=same) == (
        "The deal is the Nash solution, worth US$5.12 bn a year to the US and US$4.62 bn to Japan over walking away"
    )
    assert _title(deal=NO_DEAL) == "No deal, though 1 point of the frontier would have brought both what they need"
    assert _title(deal=NO_DEAL, reservation=(9.5, 2.9)) == (
        "No deal: both could gain over walking away, but not both as much as they need to ratify"
    )
    poor = {"frontier": np.array([[9.0, 1.0], [0.1, 7.5]]), "points": ()}
    assert _title(deal=NO_DEAL, **poor) == "No deal: nothing that both may sign is worth walking away to both"


def test_without_a_frontier_there_is_no_picture() -> None:
    nothing = solve_by_hand(deal=NO_DEAL, points=(), frontier=np.empty((0, 2)))
    assert nothing.figures() == {}
    assert not [block for section in page(nothing, "light").sections for block in section.blocks
                if isinstance(block, Picture)]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_the_picture_with_its_caption(theme: str) -> None:
    made = page(solve_by_hand(), "dark" if theme == "dark" else "light")
    (shown,) = made.pictures
    assert shown is made.answer.picture
    assert shown.title == _title()
    assert "to the US (to the right) and to Japan (upwards)" in shown.caption
    assert shown.markup.startswith("<svg ")
    assert ("var(--c" in shown.markup) is (theme == "dark")
