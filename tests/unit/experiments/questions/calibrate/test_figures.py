"""What figures of a calibration draw is what stands in its tables, in the units that their axes name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes as Panel
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, StepPatch

from experiments.figures.kit.style import BLUE, MUTED, ORANGE, PALE
from experiments.questions.calibrate.figures import (
    bin_shares,
    calibrated_parameters,
    contraction_bars,
    record_predicted,
    time_split,
)
from experiments.questions.calibrate.findings import ERRORS, IDENTIFIED
from sim.records import Floats
from tests.calibration_by_hand import calibration_by_hand, parameters, rows


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


def _series(axes: Panel) -> dict[str, ErrorbarContainer]:
    return {str(one.get_label()): one for one in axes.containers if isinstance(one, ErrorbarContainer)}


def _ends(container: ErrorbarContainer, along: int) -> Floats:
    """Ends of the lines of a container along x (0) or y (1), shape ``[point, 2]``."""
    (bars,) = (one for one in container.lines[2] if isinstance(one, LineCollection))
    return np.array([[point[along] for point in segment] for segment in bars.get_segments()])


def test_shares_in_bins_are_those_of_both() -> None:
    prior = {"a.one": np.linspace(0.0, 1.0, 41), "b.two": np.linspace(2.0, 4.0, 41)}
    draws = {"a.one": np.array([0.02, 0.98]), "b.two": np.array([3.0, 5.0])}
    found = bin_shares(prior, draws, np.array([1.0, 3.0]))
    one, two = (found[found["path"] == path] for path in ("a.one", "b.two"))
    assert (len(one), len(two)) == (20, 20)
    np.testing.assert_allclose(one["prior"].sum(), 1.0)
    assert (one["posterior"].iloc[0], one["posterior"].iloc[-1]) == (0.25, 0.75)
    # Bins hold both, so that those of the second reach to the draw beyond the prior.
    assert (two["low"].iloc[0], two["high"].iloc[-1]) == (2.0, 5.0)
    assert two["posterior"].iloc[-1] == 0.75
    assert two["prior"].iloc[-1] == 0.0


def test_parameters_are_drawn_before_and_after_in_their_units() -> None:
    shares = pd.DataFrame(
        [("a.one", "share", 0.0, 0.5, 0.6, 0.1), ("a.one", "share", 0.5, 1.0, 0.4, 0.9),
         ("b.two", "ratio", 2.0, 3.0, 0.7, 0.45), ("b.two", "ratio", 3.0, 4.0, 0.3, 0.55)],
        columns=["path", "unit", "low", "high", "prior", "posterior"],
    )  # fmt: skip
    figure = calibrated_parameters(shares, "tiny", ["a.one"], {"a.one": "weight of cars"})
    assert _title(figure) == "tiny: the record identifies the weight of cars"
    first, second, third = figure.axes
    assert not third.axison
    for axes, label, edges, prior, posterior in (
        (first, "%", [0.0, 50.0, 100.0], [60.0, 40.0], [10.0, 90.0]),
        (second, "ratio", [2.0, 3.0, 4.0], [70.0, 30.0], [45.0, 55.0]),
    ):
        assert (axes.get_xlabel(), axes.get_ylabel()) == (label, "% of draws")
        steps = [one for one in axes.patches if isinstance(one, StepPatch)]
        for step, wanted in zip(steps, (prior, posterior), strict=True):
            values, places, _ = step.get_data()
            np.testing.assert_allclose(places, edges)
            np.testing.assert_allclose(values, wanted)
        assert to_hex(steps[0].get_facecolor()) == PALE.lower()
        assert [(one.get_label(), one.get_fill()) for one in steps] == [("Prior", True), ("Posterior", False)]
    titles = [axes.title if axes.get_title(loc="center") else axes._left_title for axes in (first, second)]  # type: ignore[attr-defined]  # no public name
    assert [one.get_text() for one in titles] == ["Weight of cars", "Two (b)"]
    assert [one.get_fontweight() for one in titles] == ["bold", "normal"]
    assert "none of these parameters" in _title(calibrated_parameters(shares, "tiny", [], {}))


MEANINGS = {
    "us_treasury.reference_loss": "loss by a rate below", "partner.audience_cost": "cost of signing",
    "walk_away.court_survival": "chance in court",
}  # fmt: skip


def test_contraction_bars_have_their_errors_and_the_adjusted_ones() -> None:
    figure = contraction_bars(parameters(), "tiny", MEANINGS)
    (axes,) = figure.axes
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["Loss by a rate below", "Cost of signing", "Chance in court"]
    assert axes.get_xlabel() == "Contraction: 1 less posterior variance over prior variance"
    dashed = [np.asarray(one.get_xdata()).tolist() for one in axes.lines if one.get_linestyle() == "--"]
    assert dashed == [[IDENTIFIED] * 2], "from here on a parameter counts as identified"
    bars = [one for one in axes.patches if isinstance(one, Rectangle) and to_hex(one.get_facecolor()) == BLUE.lower()]
    np.testing.assert_allclose([bar.get_width() for bar in bars], [-0.037, 0.229, 0.766])
    (errors,) = (one for one in axes.containers if isinstance(one, ErrorbarContainer))
    middle, off = np.array([-0.037, 0.229, 0.766]), ERRORS * np.array([0.053, 0.042, 0.031])
    np.testing.assert_allclose(_ends(errors, 0), np.stack([middle - off, middle + off], axis=1))
    (moved,) = (line for line in axes.lines if line.get_marker() == "D")
    np.testing.assert_allclose(np.asarray(moved.get_xydata()), [[0.269, 1], [0.855, 2]])
    assert to_hex(moved.get_color()) == ORANGE.lower()
    assert _title(figure) == "tiny: the record says most of the chance in court"
    vague = contraction_bars(parameters().assign(error=0.4), "tiny", MEANINGS)
    assert "says nothing of these parameters beyond the error of the draws" in _title(vague)


def test_the_record_is_drawn_beside_what_draws_say() -> None:
    own = rows()[rows()["case"] == "Japan"]
    figure = record_predicted(own, "Japan", date(2025, 6, 28))
    assert _title(figure) == "Japan: 4 dated rows of the record, 2 outside what 90 % of the fitted draws say"
    cars, purchases, rate, deal = figure.axes
    for axes, label in (
        (cars, "Car tariff, %"), (purchases, "Other purchases, US$ bn a year"), (rate, "Reciprocal tariff, %"),
        (deal, "Day of the deal, days"),
    ):  # fmt: skip
        assert axes.get_ylabel() == label
        assert [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"] == [22.0]  # type: ignore[index]  # a vertical line
    found = _series(cars)
    for name, middle, ends in (("Prior", 5.3, [2.6, 8.9]), ("Posterior", 9.8, [7.6, 11.8]), ("Record", 10, [2.5, 15])):
        np.testing.assert_allclose(np.asarray(found[name].lines[0].get_ydata()), [middle])
        np.testing.assert_allclose(_ends(found[name], 1), [ends], rtol=1e-9)
    colours = {name: to_hex(one.lines[0].get_color()) for name, one in found.items()}
    assert colours == {"Prior": MUTED.lower(), "Posterior": BLUE.lower(), "Record": ORANGE.lower()}
    days = np.asarray(_series(deal)["Record"].lines[0].get_xdata(), dtype=float)
    # The days since the first row, 6 June.
    np.testing.assert_allclose(days, [46.0])
    assert np.asarray(_series(deal)["Posterior"].lines[0].get_ydata()).tolist() == [72.0]
    assert cars.get_xticklabels()[0].get_text() == "6 Jun"


def test_the_split_in_time_is_in_widths_of_the_rows() -> None:
    held = rows().iloc[2:]
    figure = time_split(held, "tiny")
    (axes,) = figure.axes
    assert axes.get_xlabel() == "CRPS in widths of the row; lower is better"
    assert _title(figure) == "tiny: of 3 held-out rows 1 predicted better once fitted, 1 worse"
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Korea 2025-07-30, car tariff in force or agreed", "Japan 2025-07-22, reciprocal tariff of the US",
        "Japan 2025-07-22, day of the deal",
    ]  # fmt: skip
    found = _series(axes)
    for name, values, errors in (
        ("Prior", [0.0285, 0.0321, 6.4], [0.0031, 0.0011, 0.3]),
        ("Fitted", [0.0279, 0.0043, 11.6], [0.0035, 0.0013, 0.6]),
    ):
        middle, off = np.array(values) / 0.125, 2 * np.array(errors) / 0.125
        np.testing.assert_allclose(np.asarray(found[name].lines[0].get_xdata()), middle)
        np.testing.assert_allclose(_ends(found[name], 0), np.stack([middle - off, middle + off], axis=1))


def test_the_split_in_time_counts_better_and_worse_rows_apart() -> None:
    better = rows().iloc[[2, 4]]
    assert _title(time_split(better, "tiny")) == "tiny: of 2 held-out rows 1 predicted better once fitted, 0 worse"
    worse = rows().iloc[[3, 4]]
    assert _title(time_split(worse, "tiny")) == "tiny: of 2 held-out rows 0 predicted better once fitted, 1 worse"


@pytest.mark.parametrize("held", [True, False])
def test_each_case_has_its_picture_and_the_split_one_where_rows_are_held_out(held: bool) -> None:
    found = calibration_by_hand()
    drawn = (found if held else replace(found, rows=rows().iloc[:2])).figures()
    expected = {"calibrated_parameters", "contraction_bars", "record_predicted.Japan"}
    assert {*drawn} == (expected | {"record_predicted.Korea", "time_split"} if held else expected)
    # Draws stand as shares in the table of weights and are drawn in the parameter's own unit.
    panel = drawn["calibrated_parameters"].axes[1]
    assert panel.get_xlabel() == "US$ bn a year per point"
    assert panel.get_xlim()[1] > 0.5
