"""Figures of runs show what their tables say: what lies on which axis, in which unit, and what titles claim."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.text import Text

from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.gains_plane import gains_plane
from experiments.figures.kit.paths import last_full_round, open_gaps, runs_at_table, standing_positions
from experiments.figures.kit.style import OUTCOME_COLOURS, SIDE_COLOURS, png_bytes, spread, tidy
from experiments.figures.outcomes_by_round import outcomes_by_round
from experiments.figures.payoff_waterfall import payoff_waterfall
from experiments.figures.positions import positions
from sim.issues import SIDES
from tests.synthetic_tables import START, curve, guides, ledger, talks

ODD = "_$x^2$ & <b> [bold]\n日本 %s \\alpha"


def _texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_visible() and text.get_text()]


def _words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in _texts(figure))


def _title(figure: Figure) -> str:
    return figure.get_suptitle().replace("\n", " ")


def _panel(figure: Figure, title: str) -> Axes:
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def _series(axes: Axes, label: str) -> tuple[np.ndarray, np.ndarray]:
    line = next(line for line in axes.lines if line.get_label() == label)
    return np.asarray(line.get_xdata()), np.asarray(line.get_ydata())


def _vertices(part: Artist) -> np.ndarray:
    """Corners of a filled area."""
    assert isinstance(part, PolyCollection)
    return np.asarray(part.get_paths()[0].vertices)


def _steps(patch: StepPatch) -> list[float]:
    return [float(value) for value in patch.get_data()[0]]


def test_positions_draws_the_median_and_the_bands_of_the_runs_at_the_table() -> None:
    runs, trajectories = talks(40, 25)
    axes = _panel(positions(trajectories, guides(), runs), "Car tariff")
    rounds, values = _series(axes, "US: median")
    own = trajectories[(trajectories["issue"] == "car_tariff") & (trajectories["side"] == "us_treasury")]
    by_round = own.groupby("round")["value"]
    np.testing.assert_allclose(values, 100 * by_round.median().loc[rounds])
    wide = _vertices(axes.collections[0])
    at_five = wide[np.isclose(wide[:, 0], 5.0), 1]
    expected = 100 * np.quantile(own.loc[own["round"] == 5, "value"], [0.05, 0.95])
    np.testing.assert_allclose([at_five.min(), at_five.max()], expected)
    assert axes.get_ylabel() == "Rate, %"


def test_positions_shows_how_many_runs_are_left_and_when() -> None:
    runs, trajectories = talks(40, 25)
    figure = positions(trajectories, guides(), runs)
    strip = _panel(figure, "Runs still at the table")
    counts = _steps(next(patch for patch in strip.patches if isinstance(patch, StepPatch)))
    assert counts == [(runs["round"] >= number).sum() for number in range(1, int(runs["round"].max()) + 1)]
    assert strip.get_xticklabels()[0].get_text() == f"1\n{START.day} May"


def test_positions_marks_guides_once_with_their_values() -> None:
    _, trajectories = talks(10, 0)
    figure = positions(trajectories, guides(), None)
    words = _words(figure)
    for text in (
        "US red line,\nStatus quo\n27.5 %",
        "Japan red line\n25 %",
        "Threat\n26 %",
        "Offer of May\nUS$6.94 bn",
    ):
        assert words.count(text) == 1
    heights = [float(np.asarray(line.get_ydata())[0]) for line in _panel(figure, "Car tariff").lines[-4:]]
    assert heights == pytest.approx([27.5, 25.0, 27.5, 26.0])


@pytest.mark.parametrize(
    ("deals", "starts"),
    [
        (0, "No deal in 40 runs: the sides stay 8.3 points apart on the car tariff"),
        (10, "A deal in 25 % of 40 runs; in the others the sides stay 8.3 points apart on the car tariff"),
        (40, "A deal in each of 40 runs, in half of them by round"),
    ],
)
def test_title_of_positions_says_what_is_seen(deals: int, starts: str) -> None:
    runs, trajectories = talks(40, deals)
    assert _title(positions(trajectories, guides(), runs)).startswith(starts)


def test_runs_count_until_they_end_and_gaps_are_those_of_their_last_round() -> None:
    rows = [(0, 1, "us_treasury", 3.0), (0, 1, "partner", 1.0), (0, 2, "us_treasury", 2.0)]
    rows += [(0, 2, "partner", 1.5), (1, 1, "us_treasury", 9.0), (1, 1, "partner", 8.0)]
    table = pd.DataFrame(rows, columns=["run", "round", "side", "value"]).assign(issue="car_tariff")
    assert runs_at_table(table).to_dict() == {1: 2, 2: 1}
    assert open_gaps(standing_positions(table))["car_tariff"].to_dict() == {0: 0.5, 1: 1.0}


def test_an_issue_that_leaves_the_table_leaves_its_panel() -> None:
    runs, trajectories = talks(30, 0)
    dropped = trajectories[(trajectories["issue"] == "car_tariff") | (trajectories["round"] <= 2)]
    axes = _panel(positions(dropped, guides(), runs), "Chip purchases")
    assert _series(axes, "US: median")[0].tolist() == [1, 2]


def test_offers_that_cross_are_not_called_a_gap() -> None:
    runs, trajectories = talks(20, 0, ("car_tariff", "lng_contract"))
    swap = {"us_treasury": "partner", "partner": "us_treasury"}
    crossed = trajectories.assign(side=trajectories["side"].map(swap))
    title = _title(positions(crossed, guides(), runs, units={"lng_contract": "Mt a year"}))
    assert title == "No deal in 20 runs: the sides stay 1.33 Mt a year apart on the LNG contract (median)"
    cars = crossed[crossed["issue"] == "car_tariff"]
    assert _title(positions(cars, guides(), runs)).endswith("(median), and a side needs more or may not sign")


def test_bands_stop_where_less_than_a_tenth_of_the_runs_is_left() -> None:
    at_table = pd.Series([50, 20, 5, 4, 1], index=[1, 2, 3, 4, 5])
    assert last_full_round(at_table) == 3


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("kind", "ceiling", "unknown kind ceiling; kinds are red_line"),
        ("side", "eu", "the side of a red line is one of us"),
    ],
)
def test_wrong_guides_are_refused(column: str, value: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        positions(talks(2, 1)[1], guides().assign(**{column: value}))


def test_outcomes_accumulate_to_all_runs() -> None:
    runs = pd.DataFrame({"outcome": ["agreement", "stall", "agreement", "walkout"], "round": [2, 3, 4, 4]})
    figure = outcomes_by_round(runs)
    steps = {patch.get_label(): patch for patch in figure.axes[0].patches if isinstance(patch, StepPatch)}
    assert _steps(steps["Agreement"]) == [0, 25, 25, 50]
    assert _steps(steps["Walk-out"]) == [0, 25, 50, 100]
    assert to_hex(steps["Stall"].get_facecolor()) == OUTCOME_COLOURS["stall"].lower()
    for text in ("Agreement: 2 (50 %)", "Stall: 1 (25 %)", "Walk-out: 1 (25 %)"):
        assert text in _words(figure)
    assert _title(figure) == "A deal in 50 % of 4 runs; half of the deals are made by round 4"


def test_outcomes_without_a_deal_name_the_most_common_ends() -> None:
    runs = pd.DataFrame({"outcome": ["stall"] * 3 + ["threat_executed"], "round": [2, 3, 4, 4]})
    assert _title(outcomes_by_round(runs)) == "No deal in 4 runs: stall 75 %, threat executed 25 %"


def test_gains_plane_draws_agreements_only_and_counts_the_others() -> None:
    runs, _ = talks(40, 25)
    figure = gains_plane(runs)
    dots = np.asarray(figure.axes[0].collections[0].get_offsets())
    np.testing.assert_allclose(dots, runs.loc[:24, ["gain.us_treasury", "gain.partner"]])
    assert "no deal: 15 runs (37.5 %)" in _words(figure)
    spans = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    margin = (runs["reservation.us_treasury"] - runs["walk_away.us_treasury"]).quantile([0.05, 0.95])
    np.testing.assert_allclose([spans[0].get_x(), spans[0].get_x() + spans[0].get_width()], margin)


def test_gains_plane_without_a_deal_draws_no_gain() -> None:
    figure = gains_plane(talks(20, 0)[0])
    assert all(len(axes.collections) == 0 for axes in figure.axes)
    assert _title(figure) == "No deal in 20 runs: 20 % end in a stall"


def test_crowded_dots_are_fainter() -> None:
    runs = pd.DataFrame({"outcome": "agreement", "gain.us_treasury": [1.0] * 50 + [9.0], "gain.partner": 1.0})
    alpha = np.asarray(gains_plane(runs).axes[0].collections[0].get_facecolor())[:, 3]
    assert alpha[-1] == pytest.approx(0.9)
    assert alpha[0] == pytest.approx(0.9 / np.sqrt(50))


def test_solutions_are_marked_on_the_frontier() -> None:
    us = np.linspace(-2.0, 8.0, 101)
    frontier = pd.DataFrame({"us": us, "partner": 4.0 - us / 2})
    figure = gains_plane(talks(5, 3)[0], frontier)
    marked = {str(part.get_label()): np.asarray(part.get_offsets()) for part in figure.axes[0].collections}
    for name in ("Nash point", "Kalai-Smorodinsky point"):
        np.testing.assert_allclose(marked[name], [[4.0, 2.0]], atol=1e-9)


def test_the_plane_of_gains_shows_the_frontier_where_both_gain_and_no_more() -> None:
    """Gains of 1 and 2; where both gain the frontier goes from (0, 8) to (10, 0), and without that from -50 to 40."""
    runs = pd.DataFrame(
        {"outcome": "agreement", "gain.us_treasury": [1.0, 2.0], "gain.partner": [1.0, 2.0]}
        | {f"{kind}.{side}": 0.0 for kind in ("walk_away", "reservation") for side in SIDES}
    )
    frontier = pd.DataFrame({"us": [-50.0, 0.0, 10.0, 40.0], "partner": [9.0, 8.0, 0.0, -60.0]})
    (across, up), (wide, high) = (
        (axes.get_xlim(), axes.get_ylim())
        for axes in (gains_plane(runs, part).axes[0] for part in (frontier, frontier.iloc[[0, 3]]))
    )
    assert across == pytest.approx((-1.4, 10.8))
    assert up == pytest.approx((-0.14 * 8, 8 + 0.08 * 8))
    assert wide == pytest.approx((-50 - 0.14 * 90, 40 + 0.08 * 90))
    assert high == pytest.approx((-60 - 0.14 * 69, 9 + 0.08 * 69))


def test_purchases_are_stacked_and_hatched_where_a_firm_holds_out() -> None:
    figure = deliverable_purchases(curve(), budget_limit=0.9, allocation_limit=3.5, pledge=(0.3, 2.5))
    axes = figure.axes[0]
    firms = {str(part.get_label()): part for part in axes.collections if not str(part.get_label()).startswith("_")}
    assert list(firms) == ["SoftBank", "KDDI"]
    assert _vertices(firms["KDDI"])[:, 1].max() == pytest.approx(4.0)
    hatched = [part for part in axes.collections if part.get_hatch() and part.get_paths()]
    assert len(hatched) == 1
    assert _vertices(hatched[0])[:, 0].max() == pytest.approx(10.0)
    shade = np.asarray(firms["KDDI"].get_facecolor())[0, :3]
    np.testing.assert_allclose(np.asarray(hatched[0].get_facecolor())[0, :3], 0.45 * shade + 0.55)
    assert to_hex(np.asarray(hatched[0].get_edgecolor())[0]) == "#ffffff"
    rates, limit = _series(axes, "subsidy budget: US$0.90 bn a year")
    np.testing.assert_allclose(rates * limit, 90.0)
    _, signed = _series(axes, "bought by firms that sign, or anyway")
    np.testing.assert_allclose(signed[:3], [2.0, 2.1, 2.4])


@pytest.mark.parametrize(
    ("limits", "seen"),
    [
        ({}, "The firms sign for up to US$2.00 bn a year more than they would buy anyway, at a subsidy of 50 %"),
        ({"budget_limit": 0.9}, "Within the limits, the firms sign for up to US$1.00 bn a year more"),
        ({"allocation_limit": 2.5}, "Within the limits, the firms sign for up to US$0.40 bn a year more"),
        ({"allocation_limit": 1.0}, "Within the limits, the firms sign for nothing beyond what they would buy anyway"),
    ],
)
def test_title_of_purchases_keeps_the_limits(limits: dict[str, float], seen: str) -> None:
    assert _title(deliverable_purchases(curve(), **limits)).startswith(seen)  # type: ignore[arg-type]  # each limit by its name


def test_waterfall_leads_from_the_first_state_to_the_second() -> None:
    figure = payoff_waterfall(ledger())
    axes = _panel(figure, "US Treasury")
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["Status quo", "Revenue", "Purchases", "Loss of US consumers", "3 other terms", "Median deal"]
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    start, end, *changes = [bar.get_width() for bar in bars]
    assert (start, end) == pytest.approx((1.34, 3.38))
    assert changes == pytest.approx([-3.0, 3.0, 2.0, 0.04])
    assert _title(figure) == (
        "From status quo to median deal: the US gains US$2.04 bn a year, Japan gains US$3.00 bn a year "
        "(over the status quo, not over walking away)"
    )
    assert to_hex(bars[0].get_facecolor()) == SIDE_COLOURS["us_treasury"].lower()
    assert "US$ bn a year" in axes.get_xlabel()


def test_waterfall_needs_two_states() -> None:
    with pytest.raises(ValueError, match="state needs two values, in order; it has 1"):
        payoff_waterfall(ledger().assign(state="deal"))


@pytest.mark.parametrize("count", [0, 1])
def test_no_run_and_one_run_are_drawn(count: int) -> None:
    runs, trajectories = talks(1, 1)
    runs, trajectories = runs.iloc[:count], trajectories.iloc[: count * len(trajectories)]
    for figure in (
        positions(trajectories, guides(), runs),
        positions(trajectories, guides()),
        positions(trajectories[trajectories["round"] == 1], guides().iloc[:0]),
        outcomes_by_round(runs),
        gains_plane(runs),
        deliverable_purchases(curve().iloc[: 2 * count]),
    ):
        assert png_bytes(figure, 50).startswith(b"\x89PNG")


def test_odd_names_are_drawn_as_they_are() -> None:
    runs, trajectories = talks(6, 3, ("car_tariff", ODD))
    shown = tidy(ODD)
    assert "\n" not in shown
    assert "日" not in shown
    one = positions(trajectories, guides().assign(label=ODD), runs, units={ODD: "Mt a year"})
    firms = deliverable_purchases(curve((ODD, "$", "")))
    for figure in (one, firms, payoff_waterfall(ledger().assign(term=ODD))):
        png_bytes(figure, 50)
    assert "$x^2$" in _words(one)
    assert "Mt a year" in _words(one)


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match=r"table 'runs' lacks the column\(s\) round; it has outcome"):
        outcomes_by_round(pd.DataFrame({"outcome": ["stall"]}))


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 0.2)), min_size=1, max_size=12))
def test_labels_are_spread_without_overlap_and_in_order(labels: list[tuple[float, float]]) -> None:
    centres, heights = [label[0] for label in labels], [label[1] for label in labels]
    placed = spread(centres, heights, 0.0, 1.0)
    squeeze = min(1.0, 1.0 / sum(heights))
    order = sorted(range(len(labels)), key=lambda index: centres[index])
    edge = 0.0
    for index in order:
        half = squeeze * heights[index] / 2
        assert placed[index] - half >= edge - 1e-9
        edge = placed[index] + half
    assert edge <= 1.0 + 1e-9
