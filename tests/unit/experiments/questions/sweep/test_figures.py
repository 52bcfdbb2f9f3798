"""What figures of a sweep draw is what stands in its tables: places, ends, scales, labels and units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes as Panel
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from experiments.figures.kit.style import OUTCOME_COLOURS, OUTCOME_MARKERS, SIDE_COLOURS, SIDE_MARKERS
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.figures import FIGURES, INPUT, leader_lines, phase_diagram, sweep_lines
from experiments.questions.sweep.leader import Leader
from experiments.questions.sweep.text import maps
from sim.issues import SIDES
from sim.records import Floats
from tests.explorations_by_hand import sweep_of


def _xy(line: Line2D) -> Floats:
    return np.asarray(line.get_xydata(), dtype=np.float64)


def _ticks(axes: Panel, which: str = "y") -> list[str]:
    return [label.get_text() for label in (axes.get_yticklabels() if which == "y" else axes.get_xticklabels())]


AXIS = Axis("us_treasury.knob", ("1", "2.5", "4"), "ratio")
OUTCOMES = ("agreement", "stall")


def _points(count: int, issues: tuple[str, ...] = ("car_tariff", "fund")) -> pd.DataFrame:
    """Points of a sweep, no two of whose numbers are equal."""
    columns: dict[str, Any] = {"point": range(count), "runs": 40}
    base = 0.0
    for outcome in OUTCOMES:
        base += 0.11
        for end, shift in (("", 0.0), ("_low", -0.031), ("_high", 0.042)):
            columns[f"share.{outcome}{end}"] = base + shift + 0.07 * np.arange(count)
    for number, side in enumerate(("us_treasury", "partner")):
        for end, shift in (("", 0.0), ("_low", -0.3), ("_high", 0.4)):
            columns[f"gain.{side}{end}"] = (1 + number) * (1.3 - 0.9 * np.arange(count)) + shift
    for number, issue in enumerate(issues):
        columns[f"{issue}.deals"] = 10.0 + number
        for name, shift in (("q05", 0.02), ("q50", 0.05), ("q95", 0.09)):
            columns[f"{issue}.{name}"] = shift + 0.2 * number + 0.013 * np.arange(count)
    return pd.DataFrame(columns)


def _band(axes: Panel, place: int = 0) -> dict[float, tuple[float, float]]:
    """Lowest and highest value of a filled band at each place across."""
    vertices: Floats = np.asarray(axes.collections[place].get_paths()[0].vertices, dtype=np.float64)
    return {
        float(x): (float(vertices[vertices[:, 0] == x, 1].min()), float(vertices[vertices[:, 0] == x, 1].max()))
        for x in np.unique(vertices[:, 0])
    }


def _is_line(axes: Panel, place: int, across: list[float], points: pd.DataFrame, name: str, scale: float) -> None:
    line = axes.lines[place]
    assert list(_xy(line)[:, 0]) == across
    np.testing.assert_allclose(_xy(line)[:, 1], scale * points[name])
    band = _band(axes, place)
    for x, low, high in zip(across, points[f"{name}_low"], points[f"{name}_high"], strict=True):
        assert band[x] == pytest.approx((scale * low, scale * high))


def test_lines_of_a_sweep_are_its_points_with_their_intervals() -> None:
    points = _points(3).assign(**{AXIS.path: [1.0, 2.5, 4.0]})
    figure = sweep_lines(sweep_of((AXIS,), points))
    agreement, stall, gains, cars, fund = figure.axes[:5]
    across = [1.0, 2.5, 4.0]
    for axes, outcome in zip((agreement, stall), OUTCOMES, strict=True):
        _is_line(axes, 0, across, points, f"share.{outcome}", 100.0)
        (line,) = axes.lines
        assert to_hex(line.get_color()) == to_hex(OUTCOME_COLOURS[outcome])
        assert line.get_marker() == OUTCOME_MARKERS[outcome]
        assert axes.get_ylabel() == "Share of runs, %"
        assert axes.get_ylim() == (-3.0, 103.0)
    for place, side in enumerate(("us_treasury", "partner")):
        _is_line(gains, place, across, points, f"gain.{side}", 1.0)
        assert to_hex(gains.lines[place].get_color()) == to_hex(SIDE_COLOURS[side])
        assert gains.lines[place].get_marker() == SIDE_MARKERS[side]
    assert gains.get_legend_handles_labels()[1] == ["US", "Japan"]
    assert gains.get_ylabel() == "US$ bn a year"
    for axes, issue, scale, unit in ((cars, "car_tariff", 100.0, "Rate, %"), (fund, "fund", 1.0, "US$ bn")):
        np.testing.assert_allclose(_xy(axes.lines[0])[:, 1], scale * points[f"{issue}.q50"])
        for x, low, high in zip(across, points[f"{issue}.q05"], points[f"{issue}.q95"], strict=True):
            assert _band(axes)[x] == pytest.approx((scale * low, scale * high))
        assert axes.get_ylabel() == unit
    assert [axes.get_title(loc="left") for axes in figure.axes[:5]] == [
        "Agreement", "Stall", "Mean gain over walking away", "Car tariff in deals", "Fund in deals",
    ]  # fmt: skip
    # The axis is named under the lowest panel of each column.
    assert [axes.get_xlabel() for axes in figure.axes[:5]] == ["", "", "", *["Knob (the US), ratio"] * 2]


@pytest.mark.parametrize(
    ("shares", "half", "title"),
    [
        ([0.1, 0.3, 0.5], 0.05, "Knob (the US): deals range from 10 % to 50 %"),
        ([0.5, 0.3, 0.1], 0.3, "Knob (the US): deals range from 10 % to 50 %, within noise"),
        ([0.5, 0.52, 0.54], 0.001, "Knob (the US): deals hardly move (50 % to 54 %)"),
    ],
)
def test_the_title_says_whether_deals_move_beyond_noise(shares: list[float], half: float, title: str) -> None:
    points = _points(3).assign(**{AXIS.path: [1.0, 2.5, 4.0], "share.agreement": shares})
    points = points.assign(**{f"share.agreement_{end}": points["share.agreement"] + sign * half
                              for end, sign in (("low", -1.0), ("high", 1.0))})  # fmt: skip
    assert " ".join(sweep_lines(sweep_of((AXIS,), points)).get_suptitle().split()) == title


def _framed(axes: Panel) -> set[tuple[int, int]]:
    """Columns and rows of the cells that are framed."""
    frames = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    return {(int(frame.get_x()), int(frame.get_y())) for frame in frames}


def test_a_phase_diagram_has_a_map_an_end_with_the_first_axis_across_and_the_second_up() -> None:
    first, second = Axis("x", ("1", "2", "3"), "rate"), Axis("y", ("10", "20"), "US$ bn")
    points = _points(6).assign(x=[1.0, 1.0, 2.0, 2.0, 3.0, 3.0], y=[10.0, 20.0] * 3)
    points["share.agreement"] = [0.01, 0.12, 0.23, 0.34, 0.45, 0.96]
    points["share.stall"] = [0.99, 0.88, 0.77, 0.66, 0.55, 0.04]
    figure = phase_diagram(sweep_of((first, second), points))
    agreement, stall, bar = figure.axes
    tables = ([[1, 23, 45], [12, 34, 96]], [[99, 77, 55], [88, 66, 4]])
    for axes, table, name in ((agreement, tables[0], "Agreement"), (stall, tables[1], "Stall")):
        (cells,) = [one for one in axes.collections if isinstance(one, QuadMesh)]
        np.testing.assert_allclose(np.asarray(cells.get_array()).reshape(2, 3), table)
        assert cells.get_clim() == (0, 100)
        written = {text.get_position(): text.get_text() for text in axes.texts}
        assert written == {(j + 0.5, i + 0.5): str(table[i][j]) for i in range(2) for j in range(3)}
        assert axes.get_title(loc="left") == name
        assert axes.get_xlabel() == "X, rate"
    assert _framed(agreement) == {(2, 1)}
    assert _framed(stall) == {(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)}
    assert (_ticks(agreement, "x"), _ticks(agreement)) == (["1", "2", "3"], ["10", "20"])
    assert agreement.get_ylabel() == "Y, US$ bn"
    assert bar.get_ylabel() == "Share of runs, %"
    assert " ".join(figure.get_suptitle().split()) == (
        "Over both inputs: deals range from 1 % to 96 %; most often stall, at 5 of 6 points"
    )


def test_a_map_of_many_cells_has_no_numbers() -> None:
    values = tuple(str(value) for value in range(12))
    first, second = Axis("x", values, "rate"), Axis("y", ("10", "20"), "US$ bn")
    points = _points(24).assign(x=np.repeat(np.arange(12.0), 2), y=[10.0, 20.0] * 12)
    assert not phase_diagram(sweep_of((first, second), points)).axes[0].texts


def test_lines_of_a_leader_show_its_own_openings_beside_the_settlement() -> None:
    axis = Axis("tactics.us_treasury.initial", ("0", "0.5", "1"), "share")
    points = _points(3).assign(**{axis.path: [0.0, 0.5, 1.0]})
    openings = pd.DataFrame(
        [
            {"point": point, "side": side, "issue": issue, "q50": base + 0.01 * point}
            for point in (2, 0, 1)
            for side, more in (("us_treasury", 0.1), ("partner", 0.7))
            for issue, base in (("car_tariff", more), ("fund", 3 + more))
        ]
    )
    followed = pd.DataFrame({"issue": ["car_tariff", "fund"], "follows": [0.25, -0.75]})
    leader = Leader("us_treasury", None, axis, ())
    figure = leader_lines(sweep_of((axis,), points, openings, leader, followed))
    deals, cars, fund = figure.axes[:3]
    _is_line(deals, 0, [0.0, 0.5, 1.0], points, "share.agreement", 100.0)
    for axes, issue, scale, base, unit in (
        (cars, "car_tariff", 100.0, 0.1, "Rate, %"), (fund, "fund", 1.0, 3.1, "US$ bn"),
    ):  # fmt: skip
        opened, settled, *squares = axes.lines
        # By hand, cars are put in at the first two of the three points and the fund at none.
        marked = [_xy(square).tolist() for square in squares]
        at_two = [[x, scale * points[f"{issue}.q50"][at]] for at, x in enumerate((0.0, 0.5))]
        assert marked == ([at_two] if issue == "car_tariff" else [])
        np.testing.assert_allclose(_xy(opened)[:, 1], scale * (base + 0.01 * np.arange(3)))
        np.testing.assert_allclose(_xy(settled)[:, 1], scale * points[f"{issue}.q50"])
        assert to_hex(opened.get_color()) == to_hex(SIDE_COLOURS["us_treasury"])
        for x, low, high in zip((0.0, 0.5, 1.0), points[f"{issue}.q05"], points[f"{issue}.q95"], strict=True):
            assert _band(axes)[x] == pytest.approx((scale * low, scale * high))
        assert axes.get_ylabel() == unit
    assert deals.get_ylabel() == "Share of runs, %"
    assert deals.get_ylim() == (-3.0, 103.0)
    assert [axes.get_title(loc="left") for axes in (deals, cars, fund)] == [
        "Deals",
        "Car tariff (follows: 0.25)",
        "Fund (follows: -0.75)",
    ]
    assert cars.get_legend_handles_labels()[1] == ["opening of the US", "settlement", INPUT]
    assert f"Square: {INPUT}. Car tariff: at 2 of 3 points with deals" in " ".join(figure.get_supxlabel().split())
    assert {axes.get_xlabel() for axes in (deals, cars, fund)} == {"Share of its own way conceded in the first\noffer"}
    title = " ".join(figure.get_suptitle().split())
    assert title == "As the opening of the US moves, the settlement follows most on fund: -0.75 of each step"


def test_the_title_of_a_leader_says_where_the_settlement_follows_on_no_issue() -> None:
    axis = Axis("tactics.us_treasury.initial", ("0", "0.5", "1"), "share")
    points = _points(3).assign(**{axis.path: [0.0, 0.5, 1.0]})
    followed = pd.DataFrame({"issue": ["car_tariff", "fund"], "follows": [0.0, 0.0]})
    rows = [(point, "us_treasury", issue, 0.1 * point) for point in range(3) for issue in followed["issue"]]
    openings = pd.DataFrame(rows, columns=["point", "side", "issue", "q50"])
    figure = leader_lines(sweep_of((axis,), points, openings, Leader("us_treasury", None, axis, ()), followed))
    assert figure.get_suptitle() == "As the opening of the US moves, the settlement follows on no issue"


def _shares(count: int, shares: list[list[float]]) -> pd.DataFrame:
    columns: dict[str, Any] = {"point": range(count), "runs": 40}
    for place, outcome in enumerate(("agreement", "stall", "walkout")[: len(shares[0])]):
        for end, shift in (("", 0.0), ("_low", -0.01), ("_high", 0.01)):
            columns[f"share.{outcome}{end}"] = [own[place] + shift for own in shares]
    for side in SIDES:
        for end, shift in (("", 0.0), ("_low", -0.5), ("_high", 0.5)):
            columns[f"gain.{side}{end}"] = shift
    return pd.DataFrame(columns)


def test_a_map_shows_all_ends_that_are_equally_frequent() -> None:
    first, second = Axis("x", ("1", "2"), "rate"), Axis("y", ("10", "20"), "US$ bn")
    shares = [[0.2, 0.4, 0.4], [0.6, 0.2, 0.2], [0.25, 0.5, 0.25], [0.125, 0.75, 0.125]]
    points = _shares(4, shares).assign(x=[1.0, 1.0, 2.0, 2.0], y=[10.0, 20.0] * 2)
    result = sweep_of((first, second), points)
    figure = phase_diagram(result)
    framed = {axes.get_title(loc="left"): _framed(axes) for axes in figure.axes if axes.get_title(loc="left")}
    assert framed == {"Agreement": {(0, 1)}, "Stall": {(0, 0), (1, 0), (1, 1)}, "Walk-out": {(0, 0)}}
    assert "several where they are equally frequent" in " ".join(figure.get_supxlabel().split())
    _, usual = maps(result)
    assert usual.rows == (("10", "stall and walk-out", "stall"), ("20", "agreement", "stall"))


def test_every_picture_is_named_and_drawn_where_there_is_something() -> None:
    points = _points(3).assign(**{AXIS.path: [1.0, 2.5, 4.0]})
    assert list(sweep_of((AXIS,), points).figures()) == ["sweep"]
    both = (Axis("x", ("1", "2"), "rate"), Axis("y", ("10", "20"), "US$ bn"))
    values = {"x": [1.0, 1.0, 2.0, 2.0], "y": [10.0, 20.0] * 2}
    assert list(sweep_of(both, _points(4).assign(**values)).figures()) == ["phase_diagram"]
    leader, followed = Leader("us_treasury", None, AXIS, ()), pd.DataFrame({"issue": ["fund"], "follows": [0.5]})
    openings = pd.DataFrame({"point": [0], "side": "us_treasury", "issue": "fund", "q50": [1.0]})
    assert list(sweep_of((AXIS,), points, openings, leader, followed).drawings()) == ["sweep", "leader"]
    assert set(FIGURES) == {"sweep", "phase_diagram", "leader"}
    with pytest.raises(ValueError, match="nobody was moved"):
        leader_lines(sweep_of((AXIS,), points))
