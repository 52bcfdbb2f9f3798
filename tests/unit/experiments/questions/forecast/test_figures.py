"""What pictures of a forecast draw is what stands in its tables: places, ends, units, and the fact where known."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer

from experiments.figures.kit.style import BLUE, BLUISH_GREEN, INK, ORANGE
from experiments.questions.forecast.figures import FIGURES, NOTHING, forecast_deals, forecast_rates
from tests.forecasts_by_hand import HORIZONS, VARIANTS, forecast_by_hand


def lines(axes: Axes) -> list[tuple[list[float], list[float]]]:
    return [
        (np.asarray(line.get_xdata(), float).round(6).tolist(), np.asarray(line.get_ydata(), float).round(6).tolist())
        for line in axes.lines
    ]


def test_each_rate_has_a_panel_with_ranges_and_medians_in_per_cent() -> None:
    figure = forecast_rates(forecast_by_hand())
    rec, car = figure.axes
    assert [axes.get_title("left") for axes in figure.axes] == ["Reciprocal tariff", "Car tariff"]
    assert {axes.get_xlabel() for axes in figure.axes} == {"Rate, %"}
    assert {axes.get_ylabel() for axes in figure.axes} == {"Variant and day, or baseline"}
    drawn = lines(rec)
    # Of each row all draws lie above deals: thin from 5 to 95 %, thick from 25 to 75 %, a dot at the median.
    assert drawn[:3] == [([1.1, 1.5], [-0.16, -0.16]), ([1.2, 1.4], [-0.16, -0.16]), ([1.3], [-0.16])]
    assert drawn[3:6] == [([2.1, 2.5], [0.16, 0.16]), ([2.2, 2.4], [0.16, 0.16]), ([2.3], [0.16])]
    # The last variant on the last day stands in the fourth row.
    assert drawn[9 * 2 : 9 * 2 + 1] == [([13.1, 13.5], [2.84, 2.84])]
    assert lines(car)[:1] == [([3.1, 3.5], [-0.16, -0.16])]


def test_rows_are_named_by_variant_and_day_and_below_them_by_baseline() -> None:
    rec = forecast_rates(forecast_by_hand()).axes[0]
    assert [label.get_text() for label in rec.get_yticklabels()] == [
        *(f"{variant}, {day}" for variant in VARIANTS for day in HORIZONS),
        "B1 status quo, no deal", "B3* 0.6 of the threat", "B5 midpoint of both stated positions",
        "B9 earlier deals, each as likely",
    ]  # fmt: skip
    assert rec.yaxis_inverted()


def test_baselines_stand_at_their_rates_with_their_errors() -> None:
    rec, car = forecast_rates(forecast_by_hand()).axes
    (bars,) = (one for one in rec.containers if isinstance(one, ErrorbarContainer))
    points = np.asarray(bars.lines[0].get_xydata(), float)
    assert points.round(6).tolist() == [[10.1, 4.0], [15.2, 5.0], [10.3, 7.0], [20.4, 7.0]]
    ends = [segment[:, 0].round(6).tolist() for segment in bars.lines[2][0].get_segments()]
    assert ends == [[5.0, 15.2], [11.0, 19.4], [10.3, 10.3], [20.4, 20.4]]
    (own,) = (one for one in car.containers if isinstance(one, ErrorbarContainer))
    assert np.asarray(own.lines[0].get_xydata(), float).round(6).tolist() == [[25.5, 4.0]]


def test_a_baseline_without_a_rate_says_so_in_its_row() -> None:
    rec, car = forecast_rates(forecast_by_hand()).axes
    rows = {axes: [text.get_position()[1] for text in axes.texts if text.get_text() == NOTHING] for axes in (rec, car)}
    assert rows[rec] == [6.0]
    assert rows[car] == [5.0, 6.0, 7.0]


def test_the_fact_is_a_line_where_the_record_has_it() -> None:
    rec, car = forecast_rates(forecast_by_hand()).axes
    facts = {axes: [line for line in axes.lines if line.get_label() == "fact"] for axes in (rec, car)}
    assert [float(np.asarray(line.get_xdata())[0]) for line in facts[rec]] == [15.0]
    assert [float(np.asarray(line.get_xdata())[0]) for line in facts[car]] == [16.0]
    result = forecast_by_hand()
    bare = forecast_rates(forecast_by_hand(scores=result.scores.iloc[:0]))
    assert not [line for axes in bare.axes for line in axes.lines if line.get_label() == "fact"]


def test_the_note_says_what_was_put_in_and_what_was_chosen_after_the_fact() -> None:
    figure = forecast_rates(forecast_by_hand())
    note = " ".join(figure.get_supxlabel().split())
    assert "*: chosen after the fact." in note
    assert "Reciprocal tariff: 61 % of the deals sit on the high end of the agenda, 25 %: an input." in note
    assert "july_12: Car tariff: 83 % of the deals sit on the low end of the agenda, 2.5 %: an input." in note
    assert "deals in 21.1 % by the last day" in " ".join(figure.get_suptitle().split())


def test_all_draws_and_deals_have_a_colour_each_that_the_legend_names() -> None:
    rec = forecast_rates(forecast_by_hand()).axes[0]
    rows = [(float(np.asarray(line.get_ydata())[0]), to_hex(line.get_color())) for line in rec.lines[:6]]
    assert rows == [(-0.16, BLUE.lower())] * 3 + [(0.16, BLUISH_GREEN.lower())] * 3
    legend = rec.get_legend()
    assert legend is not None
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["all draws", "deals", "fact", "baselines"]
    colours = [to_hex(line.get_color()) for line in legend.get_lines()[:3]]
    assert colours == [BLUE.lower(), BLUISH_GREEN.lower(), INK.lower()]
    assert rec.get_ylabel() == "Variant and day, or baseline"
    note = " ".join(forecast_rates(forecast_by_hand()).get_supxlabel().split())
    assert note.startswith("Dots: medians; thick: half of the draws, thin: nine of ten. Baselines with their expected")
    thin, thick, dot = rec.lines[:3]
    assert thin.get_linewidth() < thick.get_linewidth()
    assert dot.get_marker() == "o"


def test_bars_are_shares_of_deals_and_funds_with_two_errors() -> None:
    figure = forecast_deals(forecast_by_hand())
    deals, funds = figure.axes
    assert (deals.get_title("left"), funds.get_title("left")) == ("Deal announced", "With a fund")
    assert deals.get_ylabel() == "Share of draws, %"
    assert [label.get_text() for label in deals.get_xticklabels()] == list(VARIANTS)
    heights = {
        axes: [[bar.get_height() for bar in one] for one in axes.containers if isinstance(one, BarContainer)]
        for axes in (deals, funds)
    }
    assert heights[deals] == [pytest.approx([11.1, 31.1]), pytest.approx([21.1, 41.1])]
    assert heights[funds] == [pytest.approx([13.3, 33.3]), pytest.approx([23.3, 43.3])]
    legend = funds.get_legend()
    assert legend is not None
    # The record by hand tells of the first day alone.
    assert [text.get_text() for text in legend.get_texts()] == [
        *(f"by {day}" for day in HORIZONS), "in fact: a deal by 2025-08-01",
    ]  # fmt: skip
    (fact,) = (line for line in deals.lines if str(line.get_label()).startswith("in fact"))
    xy = np.asarray(fact.get_xydata(), float).round(6).tolist()
    assert xy == [[-0.15, 100], [0.85, 100]]
    assert not [line for line in funds.lines if str(line.get_label()).startswith("in fact")]
    first, last = (one for one in funds.containers if isinstance(one, BarContainer))
    colours = [to_hex(one.patches[0].get_facecolor()) for one in (first, last)]
    assert colours == [BLUE.lower(), ORANGE.lower()]
    assert [to_hex(patch.get_facecolor()) for patch in legend.get_patches()] == colours
    bars = next(one for one in deals.containers if isinstance(one, BarContainer))
    assert bars.errorbar is not None
    ends = [segment[:, 1].round(6).tolist() for segment in bars.errorbar.lines[2][0].get_segments()]
    assert ends == [[-9.3, 31.5], [-29.3, 91.5]]


def test_no_deal_is_marked_at_nothing_and_nothing_is_marked_without_an_outcome() -> None:
    result = forecast_by_hand()
    none = forecast_deals(forecast_by_hand(scores=result.scores.assign(fact=0.0)))
    (fact,) = (line for line in none.axes[0].lines if str(line.get_label()).startswith("in fact"))
    assert np.asarray(fact.get_ydata(), float).tolist() == [0, 0]
    assert fact.get_label() == "in fact: no deal by 2025-08-01"
    bare = forecast_deals(forecast_by_hand(scores=result.scores.iloc[:0]))
    assert not [line for line in bare.axes[0].lines if str(line.get_label()).startswith("in fact")]


def test_the_note_of_shares_says_which_baselines_say_that_there_is_a_deal() -> None:
    note = " ".join(forecast_deals(forecast_by_hand()).get_supxlabel().split())
    assert note.endswith("Of the baselines say a deal: B3* and B9; no deal: B1.")


def test_every_figure_is_listed() -> None:
    assert set(FIGURES) == set(forecast_by_hand().drawings())
