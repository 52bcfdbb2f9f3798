"""What figures of a sensitivity analysis draw is what stands in its tables; their titles name all that do most."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes as Panel
from matplotlib.colors import to_hex
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from experiments.figures.kit.style import BLUE, ORANGE, SKY_BLUE
from experiments.labels import number
from experiments.questions.sensitivity.figures import FIGURES, morris_bars, sobol_bars, tornado
from sim.records import Floats
from tests.explorations_by_hand import sensitivity_by_hand

#: What sums leave of equal numbers.
NOISE = 3e-13

INPUTS = ["a.low", "b.high", "c.mid", "dummy"]


#: What the inputs of the two tables are.
MEANINGS = {"b.high": "weight of cars", "c.mid": "cost of delay", "a.low": "chance in court"}
SWUNG = {"a": "chance in court", "b": "cost of delay"}


def _effects() -> pd.DataFrame:
    """Effects of four inputs, no number of which occurs twice."""
    values = {
        "sobol.first": [0.05, 0.41, 0.22, 0.013],
        "sobol.first_low": [-0.02, 0.33, 0.16, -0.06],
        "sobol.first_high": [0.12, 0.49, 0.28, 0.086],
        "sobol.total": [0.11, 0.63, 0.34, 0.0],
        "sobol.total_low": [0.07, 0.52, 0.29, 0.0],
        "sobol.total_high": [0.15, 0.74, 0.39, 0.001],
        "morris.mu_star": [0.3, 1.7, 0.9, 0.04],
        "morris.mu_star_low": [0.13, 1.15, 0.71, 0.0],
        "morris.mu_star_high": [0.47, 2.25, 1.09, 0.085],
        "morris.sigma": [0.21, 0.6, 1.1, 0.02],
    }
    return pd.DataFrame(values, index=INPUTS)


def _xy(line: Line2D) -> Floats:
    return np.asarray(line.get_xydata(), dtype=np.float64)


def _bars(axes: Panel, colour: str) -> list[Rectangle]:
    return [bar for bar in axes.patches if isinstance(bar, Rectangle) and to_hex(bar.get_facecolor()) == colour.lower()]


def _ticks(axes: Panel) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def _title(figure: Figure) -> str:
    return " ".join(figure.get_suptitle().split())


@pytest.mark.parametrize(("measure", "colour", "offset"), [("total", BLUE, -0.2), ("first", SKY_BLUE, 0.2)])
def test_sobol_bars_are_the_effects_with_their_ends(measure: str, colour: str, offset: float) -> None:
    effects = _effects()
    figure = sobol_bars(effects, "Deal or no deal", INPUTS, 0.086, MEANINGS)
    axes = figure.axes[0]
    order = ["b.high", "c.mid", "a.low", "dummy"]
    assert _ticks(axes) == ["Weight of cars", "Cost of delay", "Chance in court", "Dummy"]
    assert axes.yaxis_inverted()
    bars = _bars(axes, colour)
    assert [bar.get_width() for bar in bars] == list(effects.loc[order, f"sobol.{measure}"])
    # The bars of a row stand beside each other, the total above.
    assert [bar.get_y() + bar.get_height() / 2 for bar in bars] == pytest.approx(np.arange(4) + offset)
    drawn = [line for one in axes.containers if isinstance(one, ErrorbarContainer) for line in one.lines[2]]
    segments = {segment[0][1]: sorted(segment[:, 0]) for lines in drawn for segment in lines.get_segments()}
    for row, name in enumerate(order):
        ends = [effects.loc[name, f"sobol.{measure}_{end}"] for end in ("low", "high")]
        assert segments[row + offset] == pytest.approx(ends)
    assert axes.get_xlabel() == "Share of the variance (bars: 95 % intervals)"
    assert figure.get_suptitle().replace("\n", " ") == (
        "Deal or no deal: what matters most is the weight of cars (63 % of variance)"
    )
    handles, labels = axes.get_legend_handles_labels()
    drawn_as = dict(zip(labels, handles, strict=True))
    assert set(drawn_as) == {"total effect: alone and with others", "first effect: alone", "noise, from the dummy"}
    noise = drawn_as["noise, from the dummy"]
    assert isinstance(noise, Line2D)
    assert list(_xy(noise)[:, 0]) == [0.086, 0.086]


def _swings() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "input": ["a", "b", "dummy"],
            "unit": ["rate", "", ""],
            "low_input": [0.11, 2.2, 0.05],
            "high_input": [0.29, 7.7, 0.95],
            "at_low": [0.31, 0.62, 0.45],
            "at_high": [0.55, 0.21, 0.47],
            "mean": [0.44] * 3,
        }
    )


@pytest.mark.parametrize(
    ("unit", "scale", "label", "swing"),
    [
        ("", 100.0, "Deal: mean, %", "41.0 points"),
        ("share", 100.0, "Deal: mean, %", "41.0 points"),
        ("rate", 100.0, "Deal: mean, %", "41.0 points"),
        ("US$ bn a year", 1.0, "Mean of deal, US$ bn a year", "0.41 US$ bn a year"),
    ],
)
def test_a_tornado_reaches_from_the_mean_to_the_means_of_both_tenths(
    unit: str, scale: float, label: str, swing: str
) -> None:
    swings = _swings()
    figure = tornado(swings, "Deal", unit, ["a", "b"], "Sobol", SWUNG)
    axes = figure.axes[0]
    assert _ticks(axes) == ["Cost of delay (2.20 to 7.70)", "Chance in court (11.0 to 29.0 %)", "Dummy"]
    for column, colour in (("at_low", ORANGE), ("at_high", BLUE)):
        ends = []
        for bar in _bars(axes, colour):
            assert bar.get_x() == pytest.approx(44 * scale / 100)
            ends.append(bar.get_x() + bar.get_width())
        assert ends == pytest.approx(scale * swings[column].to_numpy()[[1, 0, 2]])
    assert axes.get_xlabel() == label
    assert (
        f"Deal: the widest swing of the mean, {swing}, comes from the cost of delay"
        in figure.get_suptitle().replace("\n", " ")
    )
    assert axes.get_legend_handles_labels()[1] == ["input in its lowest tenth", "input in its highest tenth"]
    assert figure.get_supxlabel().endswith("dummy.")
    put_in = tornado(swings, "Deal", unit, ["a", "b"], "Sobol", SWUNG, "Cars were put in.")
    assert put_in.get_supxlabel().replace("\n", " ").endswith("than the dummy. Cars were put in.")


def test_a_tornado_names_the_two_ends_of_what_happens_or_not() -> None:
    swings = _swings().assign(unit=["flag", "rate", ""], low_input=[0.0, 2.2, 0.05], high_input=[1.0, 7.7, 0.95])
    figure = tornado(swings, "Deal", "", ["a", "b"], "Sobol", SWUNG)
    assert _ticks(figure.axes[0]) == ["Cost of delay (220.0 to 770.0 %)", "Chance in court (0 to 1)", "Dummy"]
    said = " ".join(" ".join(text.get_text().split()) for text in figure.texts)
    assert "median of the input in both tenths; of what happens or not, 0 without it and 1 with it. The other" in said
    none = tornado(_swings(), "Deal", "", ["a", "b"], "Sobol", SWUNG)
    assert not any("what happens or not" in " ".join(text.get_text().split()) for text in none.texts)


@pytest.mark.parametrize(
    ("unit", "scale", "words"),
    [("", 100.0, "points"), ("US$ bn a year", 1.0, "US$ bn a year"), ("rate", 100.0, "points")],
)
def test_bars_of_morris_are_size_with_its_interval_and_spread_in_the_unit_of_the_output(
    unit: str, scale: float, words: str
) -> None:
    effects = _effects()
    figure = morris_bars(effects, "Gain of US", unit, INPUTS, 0.085, MEANINGS)
    left, right = figure.axes
    order = ["b.high", "c.mid", "a.low", "dummy"]
    assert _ticks(left) == ["Weight of cars", "Cost of delay", "Chance in court", "Dummy"]
    assert left.yaxis_inverted()
    for axes, name, colour in ((left, "mu_star", BLUE), (right, "sigma", SKY_BLUE)):
        bars = _bars(axes, colour)
        assert [bar.get_x() for bar in bars] == [0.0] * 4
        assert [bar.get_width() for bar in bars] == pytest.approx(scale * effects.loc[order, f"morris.{name}"])
        assert [bar.get_y() + bar.get_height() / 2 for bar in bars] == pytest.approx(np.arange(4))
        assert axes.get_xlim()[0] == 0.0
    drawn = [line for one in left.containers if isinstance(one, ErrorbarContainer) for line in one.lines[2]]
    segments = {segment[0][1]: sorted(segment[:, 0]) for lines in drawn for segment in lines.get_segments()}
    for row, name in enumerate(order):
        ends = [scale * float(effects[f"morris.mu_star_{end}"][name]) for end in ("low", "high")]
        assert segments[row] == pytest.approx(ends)
    (ticks,) = [line for line in right.lines if line.get_marker() == "|"]
    np.testing.assert_allclose(_xy(ticks)[:, 0], scale * effects.loc[order, "morris.mu_star"])
    np.testing.assert_allclose(_xy(ticks)[:, 1], np.arange(4))
    (noise,) = [line for line in left.lines if line.get_linestyle() == "--"]
    assert list(_xy(noise)[:, 0]) == pytest.approx([scale * 0.085] * 2)
    assert left.get_xlabel() == f"Mean size of the effect, {words}\n(bars: 95 % intervals)"
    assert right.get_xlabel() == f"Spread of the effect, {words}"
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["noise, from the dummy", "mean size again"]
    assert "Effect on gain of US of moving one input alone, per unit" in " ".join(legend.get_title().get_text().split())
    assert _title(figure) == (
        f"Gain of US: the largest effect ({number(1.7 * scale)} {words}), which is much the same whatever the others, "
        "is that of the weight of cars"
    )


def test_bars_of_morris_leave_out_the_weakest_and_never_the_dummy() -> None:
    names = [f"in.{place}" for place in range(15)]
    values = [20.0 - place for place in range(15)]
    ends = {f"morris.mu_star{end}": [*values, 0.5] for end in ("", "_low", "_high")}
    effects = pd.DataFrame(ends | {"morris.sigma": 1.0}, index=[*names, "dummy"])
    assert _ticks(morris_bars(effects, "Deal", "", ["in.0"], 0.5, {}).axes[0]) == [
        *(f"{place} (in)" for place in range(12)), "Dummy",
    ]  # fmt: skip


def test_morris_says_how_many_others_may_be_as_large() -> None:
    """Intervals of the largest from 1.15 to 2.25: one other reaches 1.2, two end below."""
    effects = _effects().assign(**{"morris.mu_star_high": [0.47, 2.25, 1.2, 0.085]})
    title = "Deal: the largest effect (170 points, within noise of 1 other), which is much the same"
    assert _title(morris_bars(effects, "Deal", "", INPUTS, 0.085, MEANINGS)).startswith(title)
    restless = effects.assign(**{"morris.sigma": [0.21, 0.86, 1.1, 0.02]})
    assert _title(morris_bars(restless, "Deal", "", INPUTS, 0.085, MEANINGS)).endswith(
        "which changes with the other inputs, is that of the weight of cars"
    )


def test_figures_of_a_sensitivity_name_all_inputs_that_do_most() -> None:
    columns = ("sobol.total", "sobol.first", "morris.mu_star")
    ends = {f"{name}{end}": [0.5, 0.5, 0.2, 0.0] for name in columns for end in ("", "_low", "_high")}
    effects = pd.DataFrame(ends | {"morris.sigma": [0.1, 0.4, 0.3, 0.0]}, index=["a", "b", "c", "dummy"])
    alone = effects.assign(**{name: [0.5, 0.4, 0.2, 0.0] for name in columns})
    noisy = effects.assign(**{name: [0.5, 0.5 + NOISE, 0.2, 0.0] for name in columns})
    real = ["a", "b", "c"]
    for frame in (effects, noisy):
        either = [f"the {one} and the {other} alike" for one, other in permutations(SWUNG.values())]
        title = _title(sobol_bars(frame, "Deal", real, 0.1, SWUNG))
        assert title in [f"Deal: what matter most are {both} (50 % of variance)" for both in either]
        title = _title(morris_bars(frame, "Deal", "", real, 0.0, SWUNG))
        assert title in [f"Deal: the largest effects (50.0 points) are those of {both}" for both in either]
    assert _title(sobol_bars(alone, "Deal", real, 0.1, SWUNG)) == (
        "Deal: what matters most is the chance in court (50 % of variance)"
    )
    assert _title(morris_bars(alone, "Deal", "", real, 0.0, SWUNG)).startswith(
        "Deal: the largest effect (50.0 points, within noise of 1 other), which is much the same"
    )
    swings = sensitivity_by_hand().swings.drop(columns="output")
    named = {"a.one": "first weight", "b.two": "second weight"}
    title = _title(tornado(swings, "Deal", "", ["a.one", "b.two"], "Sobol", named))
    assert title == "Deal: the widest swing of the mean, 62.0 points, comes from the first weight"
    equal = swings.assign(at_low=[0.25, 0.75, 0.4], at_high=[0.75, 0.25, 0.41])
    title = _title(tornado(equal, "Deal", "", ["a.one", "b.two"], "Sobol", named))
    assert title == (
        "Deal: the widest swings of the mean, 50.0 points, come from the first weight and the second weight alike"
    )
    # The dummy is never what swings most, and what swings less than it is noise.
    small = swings.assign(at_low=[0.2, 0.25, 0.4], at_high=[0.3, 0.3, 0.45])
    title = _title(tornado(small, "Deal", "", ["a.one", "b.two"], "Sobol", named))
    assert title == "Deal: the widest swing of the mean, 10.0 points, comes from the first weight"
    noise = swings.assign(at_low=[0.2, 0.25, 0.4], at_high=[0.3, 0.3, 0.9])
    assert (
        _title(tornado(noise, "Deal", "", ["a.one", "b.two"], "Sobol", named))
        == "Deal: no input swings the mean beyond the noise"
    )


def test_pictures_are_called_by_kind_and_output() -> None:
    names = list(sensitivity_by_hand().drawings())
    assert names == ["sobol.deal", "tornado.deal", "morris.deal", "morris.gain.us_treasury"]
    assert {name.partition(".")[0] for name in names} == set(FIGURES)
    assert list(sensitivity_by_hand().draw(["morris.deal", "morris.car_tariff"])) == ["morris.deal"]
