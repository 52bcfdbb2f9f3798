"""What the figures of a hindcast put where, on tables in which every number is another one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from experiments.figures.kit.style import BLUISH_GREEN, INK, MUTED, SIDE_COLOURS
from experiments.questions.hindcast.figures import FIGURES, calibration, fan, learnt, scores
from experiments.record.record import read_record
from tests.hindcast_by_hand import hindcast_by_hand


def _days(*days: date) -> list[float]:
    return [float(one.toordinal()) for one in days]


def _xs(line: Line2D) -> list[float]:
    return [float(one) for one in np.atleast_1d(np.asarray(line.get_xdata(), dtype=np.float64))]


def _ys(line: Line2D) -> list[float]:
    return [float(one) for one in np.atleast_1d(np.asarray(line.get_ydata(), dtype=np.float64))]


def _points(axes: Axes, marker: str) -> list[tuple[float, float, str]]:
    """Single marks of a kind: place and whether they are filled."""
    return [
        (_xs(line)[0], _ys(line)[0], str(line.get_markerfacecolor()))
        for line in axes.lines
        if line.get_marker() == marker and len(_xs(line)) == 1
    ]


def test_the_fan_is_that_of_the_first_date_beside_what_was_said() -> None:
    figure = fan(hindcast_by_hand())
    cars = figure.axes[0]
    assert cars.get_title(loc="left") == "Car tariff"
    assert cars.get_ylabel() == "Rate, %"
    assert figure.axes[-1].get_xlabel() == "Day of 2025"
    days = _days(date(2025, 5, 30), date(2025, 7, 11))
    for side, medians in (("us_treasury", [25.0, 18.0]), ("partner", [4.0, 9.0])):
        line = next(one for one in cars.lines if one.get_color() == SIDE_COLOURS[side] and one.get_linewidth() == 2)
        assert _xs(line) == days
        assert _ys(line) == pytest.approx(medians)
    areas = [one for one in cars.collections if isinstance(one, FillBetweenPolyCollection)]
    edges = [_edges(one, days[0]) for one in areas]
    assert edges == [pytest.approx(pair) for pair in ((21, 27), (23, 26), (2, 6), (3, 5))]
    said = [one for one in read_record().positions if one.case == "Japan" and one.issue == "car_tariff" and one.value]
    marks = sorted((x, round(y, 6)) for x, y, _ in _points(cars, "o"))
    assert marks == sorted((_days(one.date)[0], round(100 * (one.value or 0), 6)) for one in said)
    ranges = [(_xs(line)[0], *_ys(line)) for line in cars.lines if line.get_linewidth() == 1.2]
    assert any(one == pytest.approx((_days(date(2025, 6, 6))[0], 2.5, 15.0)) for one in ranges)
    dotted = next(line for line in cars.lines if line.get_linestyle() == ":")
    assert _xs(dotted) == _days(date(2025, 5, 28)) * 2


def _edges(area: FillBetweenPolyCollection, x: float) -> tuple[float, float]:
    corners = np.asarray(area.get_paths()[0].vertices)
    heights = corners[np.isclose(corners[:, 0], x), 1]
    return float(heights.min()), float(heights.max())


def test_scores_stand_in_the_row_of_their_date() -> None:
    figure = scores(hindcast_by_hand())
    cars = figure.axes[0]
    assert cars.get_title(loc="left") == "Car tariff on 1 August: 15 % in fact"
    assert cars.get_xlabel() == "CRPS, points (the lower the better)"
    assert [one.get_text() for one in cars.get_yticklabels()] == ["11 July", "28 May"]
    own = {(round(x, 4), y) for x, y, fill in _points(cars, "s") if to_hex(fill) == to_hex(BLUISH_GREEN)}
    assert own == {(6.12, 1.0), (3.12, 0.0)}
    assert [(round(x, 4), y) for x, y, fill in _points(cars, "s") if fill == "none"] == [(2.34, 1.0)]
    baselines = {(round(x, 4), y): fill for x, y, fill in _points(cars, "o")}
    assert {*baselines} == {(9.68, 1.0), (1.25, 1.0), (6.15, 1.0), (0.0, 1.0), (2.87, 0.0), (2.99, 0.0)}
    assert [place for place, fill in baselines.items() if fill == "none"] == [(1.25, 1.0)]
    # Two marks that stand close share one label, in the order in which they stand.
    labels = {text.get_text(): text.xy for text in cars.texts if isinstance(text, Annotation)}
    assert labels["B7 8"] == pytest.approx((2.93, 0.0))
    assert labels["B3"] == pytest.approx((1.25, 1.0))


def test_calibration_shows_where_what_happened_lies() -> None:
    figure = calibration(hindcast_by_hand())
    (axes,) = figure.axes
    names = [one.get_text().replace("\n", " ") for one in axes.get_yticklabels()]
    assert names[-1] == "car tariff on 1 August"
    row = {name: place for place, name in enumerate(names)}
    bars = [line for line in axes.lines if line.get_linewidth() == 3]
    assert [_xs(line) for line in bars] == [[0.11, 0.19], [0.31, 0.37]]
    assert [_ys(line)[0] for line in bars] == pytest.approx(
        [row["car tariff on 1 August"] + 0.3, row["car tariff on 1 August"] - 0.3]
    )
    assert [x for x, _, _ in _points(axes, "o")] == [0.14, 0.33]
    events = [(x, round(y, 4)) for x, y, _ in _points(axes, "D")]
    deal, before = row["deal by 1 August"], row["no deal before 9 July"]
    assert sorted(events) == sorted([(0.91, before + 0.3), (0.31, deal + 0.3), (0.42, deal - 0.3)])
    assert axes.get_xlabel() == "Share of the runs below it; of an event those with it"


def test_what_each_date_learnt_stands_at_its_date() -> None:
    figure = learnt(hindcast_by_hand())
    chance, rates, off = figure.axes
    assert [one.get_text() for one in chance.get_xticklabels()] == ["28 May", "11 July"]
    lines = {str(line.get_label()): _ys(line) for line in chance.lines}
    assert lines["deal by 1 August"] == pytest.approx([31.0, 42.0])
    assert lines["no deal before 9 July"][0] == pytest.approx(91.0)
    assert np.isnan(lines["no deal before 9 July"][1])
    assert (chance.get_ylabel(), rates.get_ylabel(), off.get_ylabel()) == (
        "Share of runs, %",
        "Tariff, %",
        "CRPS, points",
    )
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "Probability", "Median rate (dashed: in fact)", "How far off",
    ]  # fmt: skip
    assert {axes.get_xlabel() for axes in figure.axes} == {"Date of the forecast"}
    medians = {str(line.get_label()): _ys(line) for line in rates.lines}
    assert medians["car tariff on 1 August"] == pytest.approx([22.0, 19.0])
    assert medians["reciprocal tariff on 1 August"] == pytest.approx([10.4, 15.2])
    assert [_ys(line)[0] for line in rates.lines if line.get_linestyle() == "--"] == [15.0, 15.0]
    scored = {str(line.get_label()): _ys(line) for line in off.lines}
    assert scored["reciprocal tariff on 1 August"] == pytest.approx([3.41, 1.11])


def test_marks_of_the_model_have_two_errors_and_the_legend_says_so() -> None:
    figure = scores(hindcast_by_hand())
    (bars, other) = (one for one in figure.axes[0].containers if isinstance(one, ErrorbarContainer))
    ends = [one.lines[2][0].get_segments()[0] for one in (bars, other)]
    assert sorted((*np.asarray(end)[:, 0].round(4).tolist(), float(end[0][1])) for end in ends) == [
        (2.84, 3.4, 0.0), (5.9, 6.34, 1.0),
    ]  # fmt: skip
    assert _legend(figure) == {
        "model, 2 standard errors": (to_hex(BLUISH_GREEN), "s", True),
        "model, deals alone": (to_hex(BLUISH_GREEN), "s", False),
        "baselines B1 to B9": (to_hex(MUTED), "o", True),
    }


def test_the_fan_names_each_side_by_its_colour() -> None:
    assert {label: colour for label, (colour, *_) in _legend(fan(hindcast_by_hand())).items()} == {
        "US: median": to_hex(SIDE_COLOURS["us_treasury"]),
        "Japan: median": to_hex(SIDE_COLOURS["partner"]),
        "on record, with its range": to_hex(INK),
    }


@pytest.mark.parametrize(("day", "dealt"), [(date(2025, 8, 1), True), (date(2025, 7, 15), False)])
def test_diamonds_have_the_colour_of_their_date_and_are_filled_where_it_happened(day: date, dealt: bool) -> None:
    figure = calibration(hindcast_by_hand(day=day))
    colours = {label: colour for label, (colour, *_) in _legend(figure).items()}
    may, july = colours["28 May"], colours["11 July"]
    assert may != july
    diamonds = {_xs(line)[0]: line for line in figure.axes[0].lines if line.get_marker() == "D"}
    for said, colour, happened in ((0.91, may, True), (0.31, may, dealt), (0.42, july, dealt)):
        assert to_hex(diamonds[said].get_color()) == colour
        assert (str(diamonds[said].get_markerfacecolor()) != "none") is happened
    bars = [to_hex(line.get_color()) for line in figure.axes[0].lines if line.get_linewidth() == 3]
    # Rates of a deal that came later are no targets.
    assert bars == ([may, july] if dealt else [])


def _legend(figure: Figure) -> dict[str, tuple[str, str, bool]]:
    """Colour, marker and whether it is filled of each entry of the legend below a figure."""
    (legend,) = figure.legends
    return {
        text.get_text(): (to_hex(line.get_color()), str(line.get_marker()), str(line.get_markerfacecolor()) != "none")
        for text, line in zip(legend.get_texts(), legend.get_lines(), strict=True)
    }


def test_a_picture_of_what_was_told_says_so() -> None:
    told, strict = (fan(hindcast_by_hand(informed=informed)) for informed in (True, False))
    notes = [" ".join(one.legends[0].get_title().get_text().split()) for one in (told, strict)]
    assert notes[0].endswith("The forecast was told what came later.")
    assert "told" not in notes[1]


def test_pictures_of_rates_say_which_of_them_were_put_in() -> None:
    sentence = "Car tariff: 63.2 % of the deals sit on the US release of 15 % (us_cars): an input. That is of 28 May, "
    result = hindcast_by_hand()
    of_scores = " ".join(scores(result).legends[0].get_title().get_text().split())
    of_dates = " ".join(learnt(result).get_supxlabel().split())
    for note in (of_scores, of_dates):
        assert sentence in note
        assert (
            "Reciprocal tariff: 71.2 % of the deals sit on the US red line (us_floor): an input. That is of 11 July."
            in note
        )
    free = hindcast_by_hand(constraints=result.constraints.iloc[:0])
    assert "an input" not in " ".join(scores(free).legends[0].get_title().get_text().split())


def test_every_figure_is_named() -> None:
    assert [*FIGURES] == ["fan", "scores", "calibration", "learnt"]
