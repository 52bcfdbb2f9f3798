"""The map of failures: which cell stands where, in which colour, and what is left out."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from experiments.questions.stress.failures import MAP_COLUMNS
from experiments.questions.stress.figures import _SHADES, FIGURES, failure_map
from tests.searches_by_hand import stress_by_hand


def _patches(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_the_map_of_failures_places_each_cell_at_its_opponent_ending_and_rounds() -> None:
    rows = [
        ("gain", "boulware", "stall", 1.0, 3.0, 0.4, True),
        ("gain", "boulware", "stall", 3.0, 5.0, 0.9, True),
        ("gain", "boulware", "stall", 3.0, 5.0, 0.7, True),  # a milder one of the same cell
        ("gain", "boulware", "walkout", 3.0, 5.0, 0.5, True),
        ("gain", "linear", "walkout", 5.0, 7.0, 1.4, False),
        ("missed", "linear", "stall", 3.0, 5.0, 0.66, True),
    ]
    names = ["aim", "opponent", "outcome", "round_from", "round_to", "score", "confirmed"]
    figure = failure_map(pd.DataFrame(rows, columns=names), "firm", "3 distinct failures")
    gain, missed = figure.axes[:2]
    expected = [(0, 2.5, 4.5, 0.9), (1, 2.5, 4.5, 0.5), (0, 0.5, 2.5, 0.4), (2, 4.5, 6.5, 1.4)]
    patches = _patches(gain)
    for patch, (row, left, right, _) in zip(patches, expected, strict=True):
        assert patch.get_bbox().extents == pytest.approx((left, row - 0.42, right, row + 0.42))
    assert [text.get_text() for text in gain.texts] == ["0.90", "0.50", "0.40", "1.40"]
    assert [text.get_position() for text in gain.texts] == [(3.5, 0), (3.5, 1), (1.5, 0), (5.5, 2)]
    # The darker the worse, from white at nothing to the largest loss; hollow where it did not hold.
    assert to_hex(_SHADES(0.0)) == "#ffffff"
    for patch, score in zip(patches[:3], (0.9, 0.5, 0.4), strict=True):
        assert to_hex(patch.get_facecolor()) == to_hex(_SHADES(score / 1.4))
    (share,) = _patches(missed)
    assert to_hex(share.get_facecolor()) == to_hex(_SHADES(0.66)), "a share is shaded from 0 to 1"
    assert tuple(patches[3].get_facecolor())[-1] == 0.0
    named = ["boulware · stall", "boulware · walk-out", "linear · walk-out"]
    assert [label.get_text() for label in gain.get_yticklabels()] == named
    assert gain.get_title(loc="left") == "Worse than walking away (loss, US$ bn a year)"
    assert missed.get_title(loc="left") == "Deals missed though a zone existed (share of draws)"
    assert [text.get_text() for text in missed.texts] == ["0.66"]
    assert missed.get_xlabel() == "Round in which the talks end"
    assert gain.get_xlim() == missed.get_xlim() == pytest.approx((0.32, 6.68))


def test_the_map_of_failures_leaves_out_rows_and_no_cell_of_those_it_shows() -> None:
    rows = [("gain", f"firm {k}", "stall", 1.0, 3.0, 9.0 - 0.5 * k, True) for k in range(14)]
    rows.append(("gain", "firm 3", "stall", 3.0, 5.0, 0.25, True))  # milder than those of the rows left out
    names = ["aim", "opponent", "outcome", "round_from", "round_to", "score", "confirmed"]
    figure = failure_map(pd.DataFrame(rows, columns=names), "firm", "15 distinct failures")
    axes = figure.axes[0]
    placed = [(text.get_text(), text.get_position()) for text in axes.texts]
    assert placed == [*((f"{9.0 - 0.5 * k:.2f}", (1.5, k)) for k in range(6)), ("0.25", (3.5, 3))]
    assert [label.get_text() for label in axes.get_yticklabels()] == [f"firm {k} · stall" for k in range(6)]
    assert "The 6 worst rows of each aim; 8 more are in the tables." in " ".join(
        text.get_text().replace("\n", " ") for text in figure.texts
    )


def test_a_map_of_many_failures_is_no_larger_than_a_page() -> None:
    names = ["aim", "opponent", "outcome", "round_from", "round_to", "score", "confirmed"]
    aims = ("gain", "regret", "missed", "exploited")
    rows = [(aim, f"firm {k}", "stall", 1.0, 3.0, 0.5, True) for aim in aims for k in range(30)]
    figure = failure_map(pd.DataFrame(rows, columns=names), "firm", "120 distinct failures")
    assert [len(_patches(axes)) for axes in figure.axes] == [6] * 4
    assert figure.get_figheight() <= 13.0


def test_a_map_without_failures_says_so() -> None:
    figure = failure_map(pd.DataFrame(columns=list(MAP_COLUMNS)), "firm", "nothing found in 10 points")
    assert figure.get_suptitle() == "firm: nothing found in 10 points"
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts] == ["No point of the search reached a threshold"]
    assert not axes.patches


def test_a_stress_test_draws_its_map_under_its_own_name() -> None:
    result = stress_by_hand()
    figures = result.figures()
    assert [*figures] == [*FIGURES] == ["failure_map"]
    title = " ".join(figures["failure_map"].get_suptitle().split())
    assert title == "“boulware” (beta 0.2): 3 distinct failures in 3,048 points, 9,000 negotiations"
    regret, missed = figures["failure_map"].axes
    assert sorted(text.get_text() for text in regret.texts) == ["0.52", "0.62", "1.88"]
    assert [text.get_text() for text in missed.texts] == ["0.81"]
    assert [label.get_text() for label in missed.get_yticklabels()] == ["tit_for_tat · stall"]


def test_a_number_is_read_on_a_ground_of_its_own_where_its_cell_is_narrow() -> None:
    rows = [("missed", "linear", "stall", 1, 2, 0.97, True), ("missed", "linear", "stall", 40, 41, 0.55, True)]
    columns = ["aim", "opponent", "outcome", "round_from", "round_to", "score", "confirmed"]
    (axes,) = failure_map(pd.DataFrame(rows, columns=columns), "boulware", "2 distinct failures").axes
    cells = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [text.get_text() for text in axes.texts] == ["0.97", "0.55"]
    for text, cell in zip(axes.texts, cells, strict=True):
        (stroke,) = text.get_path_effects()
        # matplotlib has no other way to ask a stroke for its colour.
        assert to_hex(vars(stroke)["_gc"]["foreground"]) == to_hex(cell.get_facecolor())
        box = text.get_window_extent()
        assert axes.bbox.x0 <= box.x0 + 1
        assert box.x1 <= axes.bbox.x1 + 1
