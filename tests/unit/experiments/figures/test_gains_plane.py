"""What the plane of gains puts where, with deals and without; every number of its tables is another one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from experiments.figures.gains_plane import FRONTIER, gains_plane
from experiments.figures.kit.style import OUTCOME_COLOURS, SIDE_COLOURS
from tests.drawn import dots_on, line_on
from tests.support_pictures import bars_of, colours_of

US, PARTNER = SIDE_COLOURS


def test_the_plane_of_gains_puts_the_us_across_and_partner_up() -> None:
    """Three deals, and two other runs that are no dots; margins of 1 to 5 for the US and of 10 to 50 for Japan."""
    us, partner, margins = (
        [1.0, 2.0, 6.0, 90.0, 91.0],
        [10.0, 30.0, 21.0, 92.0, 93.0],
        np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    )
    runs = pd.DataFrame(
        {
            "outcome": ["agreement"] * 3 + ["stall", "walkout"],
            "gain.us_treasury": us, "gain.partner": partner,
            "walk_away.us_treasury": 100.0, "reservation.us_treasury": 100.0 + margins,
            "walk_away.partner": -70.0, "reservation.partner": -70.0 + 10.0 * margins,
        }
    )  # fmt: skip
    frontier = pd.DataFrame({"us": [8.0, 0.0, 5.0], "partner": [0.0, 40.0, 28.0]})
    figure = gains_plane(runs, frontier)
    axes = figure.axes[0]
    dots = next(
        part for part in axes.collections if isinstance(part, PathCollection) and np.shape(part.get_offsets())[0] == 3
    )
    assert np.asarray(dots.get_offsets()).tolist() == [[1.0, 10.0], [2.0, 30.0], [6.0, 21.0]]
    assert dots_on(axes, "median of agreements").tolist() == [[2.0, 21.0]]
    assert line_on(axes, FRONTIER) == [(0.0, 40.0), (5.0, 28.0), (8.0, 0.0)]
    assert dots_on(axes, "Nash point").tolist() == [[5.0, 28.0]]
    across, down = (
        [line for line in axes.lines if set(np.asarray(values(line)).tolist()) == {0.0}]
        for values in (Line2D.get_ydata, Line2D.get_xdata)
    )
    assert (len(across), len(down)) == (2, 2), "the axes of no gain, and the point of walking away on both"
    upright, level = (patch for patch in axes.patches if isinstance(patch, Rectangle))
    assert (upright.get_x(), upright.get_x() + upright.get_width()) == pytest.approx((1.2, 4.8))
    assert (level.get_y(), level.get_y() + level.get_height()) == pytest.approx((12.0, 48.0))
    assert {x for x, _ in line_on(axes, "US: gain needed to ratify (90 % band)")} == {3.0}
    assert {y for _, y in line_on(axes, "Japan: gain needed to ratify (90 % band)")} == {30.0}
    assert axes.get_xlabel() == "US gain over walking away, US$ bn a year"
    assert axes.get_ylabel() == "Japan's gain over walking away,\nUS$ bn a year"
    assert "Walk-away point\nno deal: 2 runs (40 %)" in [text.get_text() for text in axes.texts]
    title = figure.get_suptitle().replace("\n", " ")
    start = "Over walking away, in the median of 3 agreements the US gains US$2.00 bn a year, Japan "
    assert title == f"{start}gains US$21.0 bn"
    # Of the frontier of the one case, (6, 21) lies above its 18.7 there; (1, 10) and (2, 30) lie below 37.6 and 35.2.
    told = " ".join(figure.legends[0].get_title().get_text().split())
    assert told == (
        "90 % of the agreements give the US 1.10 to 5.60 and Japan 11.1 to 29.1. The frontier and the points on it are "
        "those of one case, the central one; every dot has a frontier of its own, and 33.3 % of them lie beyond the "
        "one drawn."
    )


def _no_deals(whys: bool = True) -> pd.DataFrame:
    """Eight runs: five stall, four of them for want of a zone, and three end in a walk-out; needs of 2 and of 30."""
    runs = pd.DataFrame({
        "outcome": ["stall"] * 5 + ["walkout"] * 3, "gain.us_treasury": 0.0, "gain.partner": -1.0,
        "walk_away.us_treasury": 7.0, "reservation.us_treasury": 9.0,
        "walk_away.partner": -70.0, "reservation.partner": -40.0,
    })  # fmt: skip
    return runs.assign(why=["no zone"] * 4 + ["tactics"] + ["red lines"] * 3) if whys else runs


def test_the_plane_of_gains_without_a_deal_says_why_and_by_how_much_the_frontier_misses() -> None:
    frontier = pd.DataFrame({"us": [8.0, 0.0, 5.0, 1.0], "partner": [0.0, 40.0, 28.0, 34.0]})
    figure = gains_plane(_no_deals(), frontier, "How it ends.")
    top, plane = figure.axes
    assert bars_of(top) == [pytest.approx(bar) for bar in ((0.0, 50.0, 0), (0.0, 37.5, 1), (0.0, 12.5, 2))]
    stall, walkout = OUTCOME_COLOURS["stall"].lower(), OUTCOME_COLOURS["walkout"].lower()
    assert colours_of(top) == [stall, walkout, stall]
    written = {text.get_text(): text.get_position()[1] for text in top.texts}
    assert written == pytest.approx({
        "50 %": 0, "Stall: no zone": -0.32, "37.5 %": 1, "Walk-out: red lines": 0.68, "12.5 %": 2,
        "Stall: tactics": 1.68,
    })  # fmt: skip
    assert top.get_xlim()[0] == 0.0
    assert top.get_xlabel() == "Share of runs, %"
    assert line_on(plane, FRONTIER) == [(0.0, 40.0), (1.0, 34.0), (5.0, 28.0), (8.0, 0.0)]
    assert plane.get_xlabel() == "US gain over walking away, US$ bn a year"
    assert {x for x, _ in line_on(plane, "US: gain needed to ratify (90 % band)")} == {2.0}
    # Needed are 2 and 30: (1, 34) is short by 1, (5, 28) by 2, the ends by more.
    assert " ".join(figure.get_suptitle().split()) == (
        "No deal in 8 runs: 50 % end in a stall; in the central case every package leaves a side US$1.00 bn a year or "
        "more short"
    )
    assert figure.legends[0].get_title().get_text() == "How it ends."


def test_no_deal_though_there_was_a_zone_or_without_any_frontier_is_told() -> None:
    near = pd.DataFrame({"us": [1.0, 3.0], "partner": [34.0, 31.0]})
    title = " ".join(gains_plane(_no_deals(), near).get_suptitle().split())
    assert title.endswith("50 % end in a stall, though in the central case a package gives both what they need")
    alone = gains_plane(_no_deals(), near.iloc[:0], "Why.")
    assert len(alone.axes) == 1
    assert " ".join(alone.get_suptitle().split()) == "No deal in 8 runs: 50 % end in a stall, for no zone"
    assert alone.get_supxlabel() == "Why."
    plain = gains_plane(_no_deals(whys=False))
    assert " ".join(plain.get_suptitle().split()) == "No deal in 8 runs: 62.5 % end in a stall"
    assert [text.get_text() for text in plain.axes[0].texts][1::2] == ["Stall", "Walk-out"]


def test_rare_ends_without_a_deal_share_a_bar() -> None:
    counts = [9, 8, 7, 6, 5, 4, 3]
    runs = pd.DataFrame({
        "outcome": "stall", "why": [f"why {place}" for place, count in enumerate(counts) for _ in range(count)],
        "gain.us_treasury": 0.0, "gain.partner": 0.0,
    })  # fmt: skip
    axes = gains_plane(runs).axes[0]
    assert [width for _, width, _ in bars_of(axes)] == pytest.approx([100 * part / 42 for part in (9, 8, 7, 6, 5, 7)])
    assert axes.texts[-1].get_text() == "2 others"
