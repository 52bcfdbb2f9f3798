"""Pictures of position forecasts: which number went to which axis, with its unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from experiments.figures.kit.style import BLUE, MUTED, VERMILLION
from experiments.labels import number
from experiments.positions.table import PositionTable
from experiments.questions.positions.figures import (
    MOST_ISSUES,
    MOST_PATHS,
    expected_utility_path,
    position_forecasts,
)
from experiments.questions.positions.findings import rounds_table
from experiments.questions.positions.forecasts import FORECASTERS
from experiments.questions.positions.noise import DEVIATIONS
from tests.positions_by_hand import forecasts_by_hand, noise_by_hand, paths_by_hand, table_by_hand


@pytest.fixture(scope="module")
def line() -> Figure:
    return position_forecasts(table_by_hand(), forecasts_by_hand(), noise_by_hand())


@pytest.fixture(scope="module")
def path() -> Figure:
    return expected_utility_path(table_by_hand(), paths_by_hand())


def _of(table: pd.DataFrame, issue: str) -> pd.DataFrame:
    return table[table["issue"] == issue]


def _marks(axes: Axes) -> dict[float, tuple[float, str]]:
    """Position and colour of the mark in each row."""
    return {
        float(np.asarray(one.get_ydata())[0]): (float(np.asarray(one.get_xdata())[0]), str(one.get_color()))
        for one in axes.lines
        if len(np.asarray(one.get_xdata())) == 1
    }


def test_every_answer_stands_in_its_row_and_the_weighted_mean_stands_out(line: Figure) -> None:
    for axes, issue in zip(line.axes, table_by_hand().issues, strict=True):
        answers = _of(forecasts_by_hand(), issue.name).set_index("forecaster")["value"]
        marks = _marks(axes)
        for place, name in enumerate(FORECASTERS):
            at, colour = marks[float(place)]
            assert at == pytest.approx(answers[name], nan_ok=True)
            assert colour == (VERMILLION if name == "weighted_mean" else BLUE)
        labels = [label.get_text() for label in axes.get_yticklabels()]
        assert labels == [
            f"{label}: none" if np.isnan(answers[name]) else f"{label} {number(answers[name])}"
            for name, label in FORECASTERS.items()
        ]
        assert [label.get_fontweight() == "bold" for label in axes.get_yticklabels()] == [True] + [False] * 7


def test_ranges_are_those_of_both_errors_the_smaller_one_thick(line: Figure) -> None:
    axes = line.axes[0]
    noise = _of(noise_by_hand(), "delay").set_index(["forecaster", "deviation"])
    drawn = {
        (float(np.asarray(one.get_ydata())[0]), one.get_linewidth()): np.asarray(one.get_xdata()).tolist()
        for one in axes.lines
        if len(np.asarray(one.get_xdata())) == 2 and one.get_alpha() is not None
    }
    for place, name in enumerate(FORECASTERS):
        for deviation, width in zip(DEVIATIONS, (6.0, 2.0), strict=True):
            ends = noise.loc[(name, deviation), ["low", "high"]].to_numpy().tolist()
            assert drawn[float(place), width] == pytest.approx(ends)


def test_actors_stand_where_they_want_as_large_as_they_weigh(line: Figure) -> None:
    for axes, issue in zip(line.axes, table_by_hand().issues, strict=True):
        (marks,) = (one for one in axes.collections if isinstance(one, PathCollection))
        at = np.asarray(marks.get_offsets())[:, 0]
        assert at.tolist() == issue.options.tolist()
        weights = np.array([issue.weight[issue.position == option].sum() for option in issue.options])
        assert np.asarray(marks.get_sizes()) == pytest.approx(420.0 * weights / weights.max())
        names = [text.get_text() for text in axes.texts]
        assert names == (["Ann\nBob", "Cy"] if issue.name == "delay" else ["Ann", "Bob", "Cy"])


def test_axes_have_the_issue_its_unit_and_its_range(line: Figure) -> None:
    assert [axes.get_xlabel() for axes in line.axes] == ["Position on delay, years", "Position on quota share"]
    low, high = line.axes[0].get_xlim()
    assert low < 0.0
    assert high > 10.0
    assert line.get_suptitle() == "On delay the weighted mean is 1.00 years; the forecasters say 1.00 to 4.50"
    assert [text.get_text() for text in line.legends[0].get_texts()] == [
        "actors, by power times salience",
        "weighted mean",
        "other forecasters",
        "90 % of draws, error of salience 0.01",
        "90 % of draws, error of salience 0.05",
    ]


def test_paths_are_those_of_the_actors_with_median_and_mean(path: Figure) -> None:
    table, paths = table_by_hand(), paths_by_hand()
    assert [axes.get_title(loc="left") for axes in path.axes] == [
        "delay, all pairs", "delay, per pair", "quota share, all pairs", "quota share, per pair",
    ]  # fmt: skip
    for place, axes in enumerate(path.axes):
        issue, reading = table.issues[place // 2], ("all_pairs", "per_pair")[place % 2]
        own = _of(paths, issue.name)
        own = own[own["reading"] == reading]
        *actors, median, mean = axes.lines
        for line, actor in zip(actors, issue.actors, strict=True):
            steps = own[own["actor"] == actor]
            assert np.asarray(line.get_xdata()).tolist() == steps["round"].tolist()
            assert np.asarray(line.get_ydata()).tolist() == steps["position"].tolist()
        averages = rounds_table(paths, issue)
        averages = averages[averages["reading"] == reading]
        assert np.asarray(median.get_ydata()).tolist() == averages["median"].tolist()
        assert np.asarray(mean.get_ydata()).tolist() == averages["mean"].tolist()
        assert (median.get_color(), mean.get_color()) == (BLUE, VERMILLION)
    assert [axes.get_ylabel() for axes in path.axes] == ["Position, years", "", "Position", ""]
    assert [axes.get_xlabel() for axes in path.axes[2:]] == ["Round", "Round"]
    (legend,) = path.legends
    labels = {
        text.get_text(): line.get_color()
        for text, line in zip(legend.get_texts(), legend.get_lines(), strict=True)
    }  # fmt: skip
    assert labels == {"weighted median: the answer": BLUE, "weighted mean": VERMILLION, "an actor": MUTED}
    assert path.get_suptitle() == "Expected utility on delay ends at 5.00 years over all pairs, at 6.00 years per pair"


def test_of_many_issues_the_first_are_drawn_and_the_others_are_counted() -> None:
    delay = table_by_hand().issues[0]
    many = PositionTable("many", tuple(replace(delay, name=f"issue {place}") for place in range(MOST_ISSUES + 2)))
    names = pd.DataFrame({"issue": [one.name for one in many.issues]})
    forecasts, noise, paths = (
        _of(table, "delay").drop(columns="issue").merge(names, how="cross")
        for table in (forecasts_by_hand(), noise_by_hand(), paths_by_hand())
    )
    figure = position_forecasts(many, forecasts, noise)
    assert len(figure.axes) == MOST_ISSUES
    assert "(2 more issues in the tables)" in figure.get_suptitle().replace("\n", " ")
    assert len(expected_utility_path(many, paths).axes) == 2 * MOST_PATHS


def test_many_actors_at_one_place_are_counted() -> None:
    delay = table_by_hand().issues[0]
    crowd = replace(
        delay, actors=tuple(f"Actor number {place}" for place in range(7)), position=np.full(7, 3.0),
        salience=np.full(7, 0.5), power=np.ones(7),
    )  # fmt: skip
    figure = position_forecasts(PositionTable("crowd", (crowd,)), forecasts_by_hand(), noise_by_hand())
    (names,) = (text.get_text() for text in figure.axes[0].texts)
    assert names.split("\n")[-1] == "and 3 more"
    assert len(names.split("\n")) == 5


def test_issues_on_which_nobody_disagrees_are_counted_and_not_drawn() -> None:
    delay, quota = table_by_hand().issues
    agreed = replace(quota, position=np.full(3, 35.0))
    table = PositionTable("agreed", (agreed, replace(delay, name="long_delay")))
    forecasts, noise, paths = (
        made.assign(issue=made["issue"].replace("delay", "long_delay"))
        for made in (forecasts_by_hand(), noise_by_hand(), paths_by_hand())
    )
    figure = position_forecasts(table, forecasts, noise)
    assert [axes.get_xlabel() for axes in figure.axes] == ["Position on long delay, years"]
    assert "(1 more issue in the tables)" in figure.get_suptitle().replace("\n", " ")
    titles = [axes.get_title(loc="left") for axes in expected_utility_path(table, paths).axes]
    assert titles == ["long delay, all pairs", "long delay, per pair"]
    alone = PositionTable("agreed", (agreed,))
    assert [axes.get_xlabel() for axes in position_forecasts(alone, forecasts, noise).axes] == [
        "Position on quota share"
    ]
