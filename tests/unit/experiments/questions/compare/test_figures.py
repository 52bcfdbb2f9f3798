"""The pictures of a comparison: which value went to which axis, and what the title says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from experiments.figures.kit.style import BLUE, MUTED, OUTCOME_COLOURS, SIDE_COLOURS
from experiments.questions.compare.figures.compare_positions import compare_positions
from experiments.questions.compare.figures.comparison import panels_of
from tests.compared_by_hand import NAN, comparison_by_hand
from tests.support_pictures import assert_fits_a_phone, drawn_on

US, PARTNER = SIDE_COLOURS.values()
RESULT = comparison_by_hand()


def _figure(name: str, **changes: Any) -> Figure:
    return comparison_by_hand(**changes).draw([name])[name]


def _panel(figure: Figure, title: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def _along(line: Line2D) -> list[float]:
    return [float(one) for one in np.asarray(line.get_xdata(), dtype=float)]


def _up(line: Line2D) -> list[float]:
    return [float(one) for one in np.asarray(line.get_ydata(), dtype=float)]


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


def test_the_bars_hold_the_share_of_each_ending_in_each_run() -> None:
    axes = _panel(_figure("comparison"), "How talks end")
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    found = [(round(bar.get_y() + 0.35), bar.get_x(), bar.get_width(), to_hex(bar.get_facecolor())) for bar in bars]
    colours = [OUTCOME_COLOURS[name].lower() for name in ("agreement", "stall", "threat_executed")]
    expected = [
        (0, 0.0, 25.0, colours[0]), (0, 25.0, 20.0, colours[1]), (0, 45.0, 55.0, colours[2]),
        (1, 0.0, 28.0, colours[0]), (1, 28.0, 22.0, colours[1]), (1, 50.0, 50.0, colours[2]),
    ]  # fmt: skip
    assert [one[3] for one in found] == [one[3] for one in expected]
    np.testing.assert_allclose([one[:3] for one in found], [one[:3] for one in expected])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["base", "other"]
    assert axes.get_xlabel() == "Share of the runs, %"


def test_differences_are_in_points_and_hollow_where_chance_explains_them() -> None:
    axes = _panel(_figure("comparison"), "other less base")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Agreement", "Stall", "Threat executed"]
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [_along(dot)[0] for dot in dots] == pytest.approx([3.0, 2.0, -5.0])
    assert [_up(dot)[0] for dot in dots] == [0.0, 1.0, 2.0]
    assert [to_hex(dot.get_markerfacecolor()) for dot in dots] == [BLUE.lower(), "#ffffff", BLUE.lower()]
    bars = [sorted(_along(line)) for line in axes.lines if line.get_linewidth() == 2.2]
    np.testing.assert_allclose(bars, [(1.1, 4.9), (-1.2, 5.2), (-8.1, -1.9)])
    assert axes.get_xlabel() == "Percentage points more than in base"


def test_every_issue_and_both_gains_have_a_panel_with_the_spread_of_each_run() -> None:
    figure = _figure("comparison")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[2:] == ["Car tariff", "Chip purchases", "Gain of the US", "Gain of Japan"]
    axes = _panel(figure, "Car tariff")
    assert axes.get_xlabel() == "Rate, %"
    for place, colour in enumerate((MUTED, BLUE)):
        own = [line for line in axes.lines if _up(line)[0] == place]
        step = 100 * 0.02 * place * 0.15
        thin, thick, dot = (_along(line) for line in own)
        assert thin == pytest.approx([11.0 + step, 20.0 + step])
        assert thick == pytest.approx([13.0 + step, 17.0 + step])
        assert dot == pytest.approx([15.0 + step])
        assert {to_hex(line.get_color()) for line in own} == {colour.lower()}


def test_below_each_name_stands_how_far_the_mean_moves() -> None:
    figure = _figure("comparison")
    said = {axes.get_title(loc="left"): [text.get_text() for text in axes.texts] for axes in figure.axes[2:]}
    assert said == {
        "Car tariff": ["\N{MINUS SIGN}1.20 (\N{MINUS SIGN}1.60 to \N{MINUS SIGN}0.80)"],
        "Chip purchases": ["not told apart from chance"],
        "Gain of the US": ["+0.250 (+0.110 to +0.390)"],
        "Gain of Japan": ["not told apart from chance"],
    }
    note = " ".join(figure.legends[0].get_title().get_text().split())
    assert note.endswith("Put in by a red line, linkage or end of the agenda in most deals, in base: car tariff.")


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (0.011, 0.049, "+3.0 points (+1.1 to +4.9)"),
        (-0.01, 0.07, "not told apart from chance"),
        (NAN, NAN, "+3.0 points"),
    ],
)
def test_the_title_says_how_the_share_of_deals_differs(low: float, high: float, ends: str) -> None:
    outcomes = RESULT.outcomes.assign(low=low, high=high)
    assert _title(_figure("comparison", outcomes=outcomes)) == f"Deals in 28 % of other and 25 % of base: {ends}"


def test_several_runs_are_drawn_beside_one_base() -> None:
    result = comparison_by_hand(("base", "other", "third"))
    drawn = result.draw()
    assert [*drawn] == ["comparison", "compare_positions.1", "compare_positions.2"]
    assert _title(drawn["comparison"]) == "Deals in 25 % of base, 28 % of other and 15 % of third"
    legend = {text.get_text() for text in drawn["comparison"].legends[0].get_texts()}
    assert {"base", "other", "third"} <= legend
    assert _title(drawn["compare_positions.2"]).startswith("third beside base: ")


def test_positions_are_the_medians_of_both_runs_by_side_and_round() -> None:
    figure = _figure("compare_positions")
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Car tariff", "Chip purchases"]
    axes = _panel(figure, "Car tariff")
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Round", "Rate, %")
    table = RESULT.positions
    lines = iter(axes.lines)
    for side in SIDE_COLOURS:
        for run, style in (("base", "--"), ("other", "-")):
            own = table[(table["run"] == run) & (table["side"] == side) & (table["issue"] == "car_tariff")]
            line = next(lines)
            # Two of forty runs are too few for a round.
            assert _along(line) == [1.0, 2.0]
            np.testing.assert_allclose(_up(line), 100 * own["q50"].to_numpy()[:2])
            assert to_hex(line.get_color()) == SIDE_COLOURS[side].lower()
            assert line.get_linestyle() == style


def test_the_title_names_the_largest_shift_of_a_median() -> None:
    table = RESULT.positions
    moved = table.assign(q50=0.2)
    chosen = (moved["run"] == "other") & (moved["side"] == "partner") & (moved["round"] == 2)
    moved.loc[chosen & (moved["issue"] == "car_tariff"), "q50"] = 0.15
    assert _title(compare_positions(moved, "base", "other")) == (
        "other beside base: Japan's median on car tariff is 5 points lower in round 2"
    )
    same = _title(compare_positions(table.assign(q50=0.2), "base", "other"))
    assert same == "other beside base: both sides table the same in the median of every round"
    apart = table.assign(issue=table["issue"] + table["run"])
    assert _title(compare_positions(apart, "base", "other")).endswith("no issue is tabled in the same round of both")


def test_runs_without_paths_have_no_picture_of_positions() -> None:
    assert [*comparison_by_hand(positions=RESULT.positions.iloc[:0]).draw()] == ["comparison"]


@pytest.mark.parametrize("labels", [("base", "other"), ("base", "other", "third")])
def test_on_a_phone_the_same_is_drawn_in_parts_and_nothing_is_cropped(labels: tuple[str, ...]) -> None:
    result = comparison_by_hand(labels)
    desk, phone = result.draw()["comparison"], result.narrow("comparison")
    assert [len(part.axes) for part in phone] == [1, 1, len(desk.axes) - 2]
    for one, other in zip((axes for part in phone for axes in part.axes), desk.axes, strict=True):
        assert one.get_title(loc="left") == other.get_title(loc="left")
        assert one.get_xlabel() == other.get_xlabel()
        assert drawn_on(one) == drawn_on(other)
        assert [text.get_text() for text in one.texts] == [text.get_text() for text in other.texts]
    said = {text.get_text() for part in phone for text in part.legends[0].get_texts()}
    assert said == {text.get_text() for text in desk.legends[0].get_texts()}
    for part in phone:
        assert_fits_a_phone(part)


def test_on_a_phone_positions_stand_one_issue_below_the_other() -> None:
    result = comparison_by_hand(("base", "other", "third"))
    for name in ("compare_positions.1", "compare_positions.2"):
        desk, (phone,) = result.draw()[name], result.narrow(name)
        titles = [axes.get_title(loc="left") for axes in phone.axes]
        panels = [axes for axes in desk.axes if axes.get_title(loc="left")]
        assert titles == [axes.get_title(loc="left") for axes in panels]
        assert [drawn_on(axes) for axes in phone.axes] == [drawn_on(axes) for axes in panels]
        lefts = {round(float(axes.get_position().x0), 3) for axes in phone.axes}
        assert len(lefts) == 1
        assert_fits_a_phone(phone)


def test_without_any_deal_a_phone_shows_endings_alone() -> None:
    none = RESULT.spreads.iloc[:0]
    assert panels_of(none) == []
    spreads = RESULT.spreads[RESULT.spreads["kind"] == "timing"]
    assert len(comparison_by_hand(spreads=spreads).narrow("comparison")) == 2
