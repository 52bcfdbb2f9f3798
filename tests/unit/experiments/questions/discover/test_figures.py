"""What the figure of a discovery draws is what stands in its tables: places, ends, labels and units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from experiments.questions.discover.beside import spread
from experiments.questions.discover.figures import FIGURES, box_figure
from experiments.questions.discover.prim import Box, Limit
from experiments.questions.discover.widget import _parts, plane
from sim.records import Floats
from tests.explorations_by_hand import INPUTS, discovery_by_hand


def _xy(line: Line2D) -> Floats:
    return np.asarray(line.get_xydata(), dtype=np.float64)


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


def test_the_figure_of_boxes_shows_the_peeling_the_runs_and_the_box() -> None:
    sample = pd.DataFrame(
        {"a": [0.1, 0.4, 0.7, 0.9], "b": [10.0, 30.0, 20.0, 40.0], "dummy": [0.5, 0.2, 0.3, 0.8],
         "case": [True, False, True, False]}
    )  # fmt: skip
    way = pd.DataFrame(
        {"coverage": [1.0, 0.83, 0.61], "density": [0.5, 0.72, 0.94], "mass": [1.0, 0.6, 0.3], "res_dim": [0, 1, 2]}
    )
    limits = (Limit("b", 15.0, np.inf, 1e-4), Limit("a", -np.inf, 0.75, 0.01))
    box = Box(limits, 0.57, 0.91, 0.33, 40, way)
    result = replace(discovery_by_hand(), sample=sample, boxes=(box,), units={"a": "rate", "b": "US$ bn"})
    (figure,) = result.figures().values()
    left, right = figure.axes
    peeling, taken, share = left.lines
    np.testing.assert_allclose(_xy(peeling), 100 * way[["coverage", "density"]].to_numpy())
    np.testing.assert_allclose(_xy(taken), [[57, 91]])
    assert list(_xy(share)[:, 1]) == [50, 50]
    assert left.get_xlabel() == "Coverage: share of the cases in the box, %"
    assert left.get_ylabel() == "Density: share of the box\nthat are cases, %"
    others, cases = (one for one in right.collections if isinstance(one, PathCollection))
    np.testing.assert_allclose(np.asarray(cases.get_offsets()), [[10, 0.1], [20, 0.7]])
    np.testing.assert_allclose(np.asarray(others.get_offsets()), [[30, 0.4], [40, 0.9]])
    (frame,) = [patch for patch in right.patches if isinstance(patch, Rectangle)]
    assert frame.get_bbox().extents == pytest.approx((15.0, 0.1, 40.0, 0.75))
    assert (right.get_xlabel(), right.get_ylabel()) == ("B, US$ bn", "A, rate")
    assert right.get_legend_handles_labels()[1] == ["other runs", "talks fail"]
    title = " ".join(figure.get_suptitle().split())
    assert title == "Talks fail in 91 % of a box set by the b and the a, against 50 % in all runs"
    note = " ".join(figure.get_supxlabel().split())
    assert note.startswith("Box 1 holds 40 of 4 runs and 57 % of the cases. Large mark: the box that was taken")
    assert [one.get_marker() for one in (peeling, taken)] == ["s", "s"]
    assert taken.get_markersize() > 2 * peeling.get_markersize()
    assert {"boxes": box_figure} == FIGURES
    assert list(result.drawings()) == ["boxes"]


def test_legends_of_boxes_lie_below_all_points() -> None:
    (figure,) = discovery_by_hand().figures().values()
    figure.canvas.draw()
    for axes in figure.axes:
        legend = axes.get_legend()
        assert legend is not None
        assert legend.get_window_extent().y1 < axes.xaxis.label.get_window_extent().y0


def test_without_a_box_the_runs_alone_are_drawn() -> None:
    found = replace(discovery_by_hand(), boxes=())
    figure = box_figure(found)
    (axes,) = figure.axes
    assert not [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert sum(len(np.asarray(dots.get_offsets())) for dots in axes.collections) == len(found.sample)
    assert _title(figure) == "No box in which talks fail more often than the 40 % of all runs"


def test_the_title_of_boxes_counts_the_inputs_that_it_does_not_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.questions.discover.text.known_inputs", lambda *_one, **_named: INPUTS)
    found = discovery_by_hand()
    first = found.boxes[0]
    assert "of a box set by the second weight and the first weight, against 40 % in all runs" in _title(
        box_figure(found)
    )
    more = replace(first, limits=(*first.limits, Limit("c.three", 55.0, np.inf, 0.01)))
    assert "of a box set by the second weight, the first weight and 1 other input," in _title(
        box_figure(replace(found, boxes=(more,)))
    )


def test_a_box_of_one_input_is_drawn_over_that_and_one_it_leaves_free() -> None:
    found = discovery_by_hand()
    first = found.boxes[0]
    titles = {
        count: box_figure(replace(found, boxes=(replace(first, limits=first.limits[:count]),)))
        .axes[1]
        .get_title("left")
        for count in (1, 2)
    }
    assert titles == {1: "Box 1 over its input and one it leaves free", 2: "Box 1 over its two strongest inputs"}


def test_what_is_0_or_1_is_spread_to_both_sides_and_framed() -> None:
    sample = pd.DataFrame(
        {"a": [0.1, 0.4, 0.7, 0.9], "e.happens": [0.0, 1.0, 1.0, 0.0], "dummy": [0.5, 0.2, 0.3, 0.8],
         "case": [False, True, True, False]}
    )  # fmt: skip
    way = pd.DataFrame({"coverage": [1.0, 0.9], "density": [0.5, 1.0], "mass": [1.0, 0.5], "res_dim": [0, 1]})
    limits = (Limit("e.happens", 1.0, np.inf, 1e-4), Limit("a", 0.3, np.inf, 0.01))
    box = Box(limits, 0.9, 1.0, 0.5, 2, way)
    result = replace(discovery_by_hand(), sample=sample, boxes=(box,), units={"a": "rate", "e.happens": "flag"})
    (figure,) = result.figures().values()
    right = figure.axes[1]
    others, cases = (one for one in right.collections if isinstance(one, PathCollection))
    aside = spread(result, "e.happens")
    assert len(set(aside)) == 4
    assert np.abs(aside).max() <= 0.3
    assert not spread(result, "a").any()
    np.testing.assert_allclose(np.asarray(cases.get_offsets()), [[1 + aside[1], 0.4], [1 + aside[2], 0.7]])
    np.testing.assert_allclose(np.asarray(others.get_offsets()), [[aside[0], 0.1], [aside[3], 0.9]])
    (frame,) = [patch for patch in right.patches if isinstance(patch, Rectangle)]
    assert frame.get_bbox().extents == pytest.approx((0.65, 0.3, 1.35, 0.9))
    assert [tick.get_text() for tick in right.get_xticklabels()] == ["0: no", "1: yes"]
    assert (right.get_xlabel(), right.get_ylabel()) == ("Happens (e)", "A, rate")
    texts = " ".join(" ".join(text.get_text().split()) for text in figure.texts)
    assert "What is 0 or 1 is spread to both sides of it." in texts
    data = plane(result)
    assert data["limits"] == {"1": {"e.happens": [0.65, 1.35], "a": [0.3, 0.9]}}
    assert (data["spread"], data["ends"]["e.happens"]) == ({"e.happens": "spread_0"}, [-0.35, 1.35])
    chosen = {
        happens: renderer.data_source.data
        for happens, renderer in enumerate(_parts(result, data)["plot"].renderers[:2])
    }
    for happens, runs in ((0, [0, 3]), (1, [1, 2])):
        found = chosen[happens]
        assert found["across"] == [float(happens)] * 2
        np.testing.assert_allclose(found["x"], happens + aside[runs], atol=1e-3)
        assert found["y"] == found["up"] == sample["a"].iloc[runs].tolist()
