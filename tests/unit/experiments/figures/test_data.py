"""What each figure of a run puts where, on made-up tables in which every number is another one.

A picture with rows for columns, one side's numbers for the other's, an end of an interval at its middle or a patch half
a round away looks as good as a right one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.text import Annotation

from experiments.figures.commitments import commitments
from experiments.figures.concessions import concessions
from experiments.figures.constraints import KINDS, constraints
from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.exercised_power import exercised_power
from experiments.figures.kit.style import BLUISH_GREEN, INK, OUTCOME_COLOURS, PALE, SIDE_COLOURS
from experiments.figures.outcomes_by_round import outcomes_by_round
from experiments.figures.positions import positions
from experiments.figures.utility_plane import utility_plane
from tests.drawn import areas_on, between_at, dots_on, line_on, names_in
from tests.figure_examples import firms, sat_on
from tests.support_pictures import bars_of, colours_of

US, PARTNER = SIDE_COLOURS


def test_outcomes_are_stacked_round_by_round_around_each_round() -> None:
    """Ten runs: deals in rounds 2, 3, 3; executed in 3, 4, 4, 4; lapsed in 1, 4, 5."""
    ends = {"agreement": [2, 3, 3], "threat_executed": [3, 4, 4, 4], "deadline_lapsed": [1, 4, 5]}
    rows = [(outcome, place) for outcome, rounds in ends.items() for place in rounds]
    axes = outcomes_by_round(pd.DataFrame(rows, columns=["outcome", "round"])).axes[0]
    steps = {patch.get_label(): patch for patch in axes.patches if isinstance(patch, StepPatch) and patch.get_fill()}
    expected = {
        "Agreement": ([0, 0, 0, 0, 0], [0, 10, 30, 30, 30]),
        "Threat executed": ([0, 10, 30, 30, 30], [0, 10, 40, 70, 70]),
        "Deadline lapsed": ([0, 10, 40, 70, 70], [10, 20, 50, 90, 100]),
    }
    assert list(steps) == list(expected)
    for (label, (bottom, top)), outcome in zip(expected.items(), ends, strict=True):
        values, edges, baseline = steps[label].get_data()
        np.testing.assert_allclose(edges, [0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
        np.testing.assert_allclose(values, top)
        np.testing.assert_allclose(baseline, bottom)
        assert to_hex(steps[label].get_facecolor()) == OUTCOME_COLOURS[outcome].lower()
    assert (axes.get_xlim(), axes.get_ylim()) == ((0.5, 5.5), (0, 100))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Round", "Runs that have ended, %")
    beside = [text.get_text() for text in axes.texts]
    assert beside == ["Agreement: 3 (30 %)", "Threat executed: 4 (40 %)", "Deadline lapsed: 3 (30 %)"]


def test_constraints_are_stacked_issue_by_issue_inputs_first() -> None:
    """Of 100 deals each; issues come in the order of the package, and the share of a kind is as wide as its part."""
    figure = constraints(sat_on())
    axes = figure.axes[0]
    stacked: list[tuple[str, list[tuple[str, float]]]] = [
        ("Car tariff", [("release", 83), ("ratification", 5), ("interior", 12)]),
        ("Chip purchases", [("red_line", 21), ("delivery", 62), ("indifferent", 17)]),
        ("Investment fund", [("linkage", 41), ("grid", 17), ("ratification", 42)]),
    ]
    assert [label.get_text() for label in axes.get_yticklabels()] == [name for name, _ in stacked]
    wanted = []
    for row, (_, parts) in enumerate(stacked):
        left = 0.0
        for kind, width in parts:
            wanted.append(((left, width, row), KINDS[kind][0].lower(), KINDS[kind][2]))
            left += width
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    np.testing.assert_allclose(bars_of(axes), [place for place, _, _ in wanted])
    assert colours_of(axes) == [colour for _, colour, _ in wanted]
    assert [bool(bar.get_hatch()) for bar in bars] == [is_input for _, _, is_input in wanted]
    assert len({colour for colour, _, _ in KINDS.values()}) == len(KINDS)
    assert axes.get_xlim() == (0.0, 100.0)
    assert axes.get_xlabel() == "Share of the deals with the issue on the table, %"
    written = {(text.get_text(), text.get_position()) for text in axes.texts}
    assert ("us_cars 83 %", (41.5, 0)) in written
    assert ("budget 62 %", (52.0, 1)) in written
    assert ("US 42 %", (79.0, 2)) in written
    assert not any(text[-3:] == "5 %" and "Japan" in text for text, _ in written), "too narrow for its name"
    assert names_in(figure) == [
        "red line: chips", "release of a red line: us_cars", "condition of a release: us_cars",
        "end of the agenda: high end", "delivery of chips: budget", "ratification: Japan and US", "none",
        "moves no payoff",
    ]  # fmt: skip
    assert " ".join(figure.get_suptitle().split()) == (
        "In more than half of the deals the config puts in 2 of 3 issues: most often the car tariff (83 %)"
    )


def test_a_share_of_exactly_half_is_not_called_put_in() -> None:
    half = pd.DataFrame(
        [("car_tariff", "grid:low", 5), ("car_tariff", "interior", 5)], columns=["issue", "constraint", "count"]
    )
    title = constraints(half).get_suptitle()
    assert " ".join(title.split()) == "In more than half of the deals the config puts in none of 1 issue"


def test_an_unknown_constraint_is_refused() -> None:
    odd = sat_on().assign(constraint="fate:us")
    with pytest.raises(ValueError, match="constraint is fate"):
        constraints(odd)


def _offers(values: dict[tuple[str, str], list[float]]) -> pd.DataFrame:
    """Offers of one run by side and issue, round by round."""
    rows = [
        (0, place, side, issue, value) for (side, issue), own in values.items() for place, value in enumerate(own, 1)
    ]
    return pd.DataFrame(rows, columns=["run", "round", "side", "issue", "value"])


def test_the_maps_of_concessions_have_issues_down_and_rounds_across() -> None:
    """Openings 100 and 0 on both issues, so that a step in the unit is one in per cent of the way."""
    table = _offers(
        {
            (US, "car_tariff"): [100.0, 93.0, 82.0, 69.0], (PARTNER, "car_tariff"): [0.0, 2.0, 5.0, 11.0],
            (US, "chip_purchases"): [100.0, 60.0, 62.0, 45.0], (PARTNER, "chip_purchases"): [0.0, 21.0, 40.0, 63.0],
        }
    )  # fmt: skip
    marks = pd.DataFrame([(3, "Letter", "threat announced")], columns=["round", "name", "detail"])
    figure = concessions(table, marks)
    panels = {axes.get_title(loc="left"): axes for axes in figure.axes if axes.images}
    given = {"US gives": [[7, 11, 13], [40, -2, 17]], "Japan gives": [[2, 3, 6], [21, 19, 23]]}
    for title, cells in given.items():
        axes = panels[title]
        image = axes.images[0]
        np.testing.assert_allclose(np.asarray(image.get_array()), cells)
        assert tuple(image.get_extent()) == (1.5, 4.5, 1.5, -0.5), "a cell's middle is its round and its row"
        assert image.get_clim() == (-40.0, 40.0)
        assert [label.get_text() for label in axes.get_yticklabels()] == ["Car tariff", "Chip purchases"]
        assert axes.get_yticks().tolist() == [0, 1]
        written = {(text.get_position(), text.get_text().replace("\N{MINUS SIGN}", "-")) for text in axes.texts}
        assert written == {((k + 2, row), str(cells[row][k])) for row in (0, 1) for k in range(3)}
        assert {float(np.asarray(line.get_xdata())[0]) for line in axes.lines} == {2.5}, "before round 3"


def test_power_is_drawn_with_the_ends_of_its_intervals() -> None:
    """Settled at 1, 2, 4, 8, …: no quantile is another's, nor the mean."""
    settled = {"car_tariff": [0.01, 0.02, 0.04, 0.08, 0.16, 0.64], "fund": [0.3, 0.5, 0.6, 0.72, 0.9]}
    rows = [(run, issue, 0.97, 0.03, place) for issue, own in settled.items() for run, place in enumerate(own)]
    axes = exercised_power(pd.DataFrame(rows, columns=["run", "issue", "us", "partner", "settled"])).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    order = [next(name for name in settled if name.replace("_", " ") == label.lower()) for label in names]
    bars = bars_of(axes)
    for row, issue in enumerate(order):
        low, quarter, middle, three, high = 100.0 * np.quantile(settled[issue], [0.05, 0.25, 0.5, 0.75, 0.95])
        assert bars[2 * row] == pytest.approx((0.0, middle, row))
        assert bars[2 * row + 1] == pytest.approx((middle, 100.0 - middle, row))
        assert axes.texts[row].get_text() == f"{middle:.0f} %"
        thin, thick, diamond = axes.lines[3 * row : 3 * row + 3]
        assert np.asarray(thin.get_xdata()).tolist() == pytest.approx([low, high])
        assert np.asarray(thick.get_xdata()).tolist() == pytest.approx([quarter, three])
        assert np.asarray(diamond.get_xdata()).tolist() == pytest.approx([middle])
        assert {float(y) for line in (thin, thick, diamond) for y in np.atleast_1d(line.get_ydata())} == {row}
        assert thick.get_linewidth() > 3 * thin.get_linewidth()
    assert colours_of(axes) == [SIDE_COLOURS[US].lower(), SIDE_COLOURS[PARTNER].lower()] * 2


def test_the_title_of_power_counts_issues_and_names_no_winner() -> None:
    """Of five issues one is put in; quartiles lie left of half-way twice, right of it once, and around it once."""
    settled = {
        "car_tariff": [0.1, 0.2, 0.3], "chip_purchases": [0.2, 0.3, 0.5], "other_purchases": [0.6, 0.7, 0.9],
        "investment_fund": [0.1, 0.5, 0.8], "fund_profit_share": [1.0, 1.0, 1.0],
    }  # fmt: skip
    rows = [(run, issue, 0.9, 0.1, place) for issue, own in settled.items() for run, place in enumerate(own)]
    table = pd.DataFrame(rows, columns=["run", "issue", "us", "partner", "settled"])
    gains = {US: 11.7, PARTNER: -1.66}
    figure = exercised_power(table, "A note.", gains=gains, put_in=["fund_profit_share", "elsewhere"])
    assert " ".join(figure.get_suptitle().split()) == (
        "Of 4 issues that no input fixes, 2 settle nearer Japan's opening, 1 nearer the US opening and 1 half-way or "
        "on either side"
    )
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "Car tariff", "Chip purchases", "Other purchases", "Investment fund", "Fund profit share (input)",
    ]  # fmt: skip
    assert " ".join(figure.legends[0].get_title().get_text().split()) == (
        "Nearer an opening: the middle half of the deals lies on that side of half-way. It does not say who gains: "
        "over walking away, in the same deals the US gains US$11.7 bn a year, Japan loses US$1.66 bn (medians). A note."
    )
    fixed = exercised_power(table, put_in=settled)
    assert " ".join(fixed.get_suptitle().split()) == (
        "An input fixes the value of each issue in more than half of the deals"
    )


def test_an_open_issue_shows_what_each_side_gave_in_its_own_colour() -> None:
    rows = [
        (run, "car_tariff", us, partner, np.nan)
        for run, (us, partner) in enumerate([(0.9, 0.1), (0.7, 0.2), (0.6, 0.45)])
    ]
    axes = exercised_power(pd.DataFrame(rows, columns=["run", "issue", "us", "partner", "settled"])).axes[0]
    assert [bar[:2] for bar in bars_of(axes)] == [pytest.approx(bar) for bar in ((0, 20), (20, 50), (70, 30))]
    assert colours_of(axes) == [colour.lower() for colour in (SIDE_COLOURS[US], PALE, SIDE_COLOURS[PARTNER])]


def test_commitments_tell_who_signs_by_colour_and_amount() -> None:
    axes = commitments(firms(), 1.2, subsidy_rate=0.3).axes[0]
    signs, holds = BLUISH_GREEN.lower(), PALE.lower()
    assert colours_of(axes) == [signs, signs, holds, INK.lower()]
    assert [bar[2] for bar in bars_of(axes)] == [0, 1, 2, 3]
    written = [text for text in axes.texts if isinstance(text, Annotation)]
    assert [text.get_text() for text in written] == ["0.60", "0.30", "0.10", "0.90"]
    np.testing.assert_allclose([text.xy for text in written], [(0.6, 0), (0.9, 1), (1.0, 2), (0.9, 3)])
    assert axes.get_xlabel() == "Chip purchases beyond what would be bought anyway, US$ bn a year"


def test_purchases_are_stacked_over_the_rate_in_per_cent() -> None:
    """Two firms at three rates; the second signs at the last rate alone."""
    rows = [
        (0.0, "Big", 1.0, 0.0, True), (0.0, "Small", 0.3, 0.0, False),
        (0.2, "Big", 1.7, 0.7, True), (0.2, "Small", 0.5, 0.2, False),
        (0.4, "Big", 2.9, 1.9, True), (0.4, "Small", 0.9, 0.6, True),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["subsidy_rate", "firm", "purchases", "additional", "signed"])
    figure = deliverable_purchases(table, pledge=(0.3, 2.6), budget_limit=0.8, allocation_limit=3.4)
    axes = figure.axes[0]
    areas = {str(area.get_label()): area for area in areas_on(axes)}
    assert [between_at(areas["Big"], rate) for rate in (0, 20, 40)] == [(0.0, 1.0), (0.0, 1.7), (0.0, 2.9)]
    assert [between_at(areas["Small"], rate) for rate in (0, 20, 40)] == [
        pytest.approx(edges) for edges in ((1.0, 1.3), (1.7, 2.2), (2.9, 3.8))
    ]
    assert line_on(axes, "bought by firms that sign, or anyway") == [
        pytest.approx(point) for point in ((0, 1.3), (20, 2.0), (40, 3.8))
    ]
    assert line_on(axes, "bought without subsidy") == [
        pytest.approx(point) for point in ((0, 1.3), (20, 1.3), (40, 1.3))
    ]
    assert {y for _, y in line_on(axes, "chip makers' allocation: US$3.40 bn a year")} == {3.4}
    budget = line_on(axes, "subsidy budget: US$0.80 bn a year")
    np.testing.assert_allclose([rate * purchases / 100 for rate, purchases in budget], 0.8)
    star = next(line for line in axes.lines if line.get_marker() == "*")
    assert (np.asarray(star.get_xdata()).item(), np.asarray(star.get_ydata()).item()) == (30.0, 2.6)
    assert "pledge: US$2.60 bn a year at 30 %" in names_in(figure)
    assert axes.get_xlim() == (0.0, 40.0)
    assert (axes.get_xlabel(), axes.get_ylabel()) == (
        "Subsidy rate, % of the purchase", "Purchases of US chips, US$ bn a year",
    )  # fmt: skip


def _two_sides(count: int = 21) -> pd.DataFrame:
    """Runs whose offers grow with the square of their numbers; Japan's are five points lower, round 2 two points."""
    rows = [
        (run, place, side, "car_tariff", (0.01 * run) ** 2 * 2.5 + shift - 0.02 * (place - 1))
        for run in range(count)
        for place in (1, 2)
        for side, shift in ((US, 0.25), (PARTNER, 0.20))
    ]
    return pd.DataFrame(rows, columns=["run", "round", "side", "issue", "value"])


def test_bands_of_positions_end_at_their_quantiles() -> None:
    table = _two_sides()
    none = pd.DataFrame({name: pd.Series(dtype=object) for name in ("issue", "kind", "side", "value", "label")})
    figure = positions(table, none)
    axes = next(axes for axes in figure.axes if len(areas_on(axes)) >= 4)
    bands = iter(areas_on(axes))
    for side, name in ((US, "US"), (PARTNER, "Japan")):
        wide, narrow = next(bands), next(bands)
        for place in (1, 2):
            own = 100.0 * table.loc[(table["side"] == side) & (table["round"] == place), "value"]
            assert between_at(wide, place) == pytest.approx(tuple(np.quantile(own, [0.05, 0.95])))
            assert between_at(narrow, place) == pytest.approx(tuple(np.quantile(own, [0.25, 0.75])))
            assert line_on(axes, f"{name}: median")[place - 1] == pytest.approx((place, own.median()))
        for part in (wide, narrow):
            assert to_hex(np.asarray(part.get_facecolor())[0]) == SIDE_COLOURS[side].lower()


def test_the_utility_plane_has_both_payoffs_of_every_offer() -> None:
    rows = [(1, US, 12.0, -9.0), (1, PARTNER, 1.0, 7.0), (2, US, 11.0, -5.0), (2, PARTNER, 4.0, 6.0)]
    offers = pd.DataFrame(rows, columns=["round", "side", "us", "partner"])
    limits = pd.DataFrame([(US, 2.0, 3.5), (PARTNER, -4.0, -1.0)], columns=["side", "walk_away", "reservation"])
    frontier = pd.DataFrame({"us": [3.0, 6.0, 9.5], "partner": [8.0, 5.0, 1.0]})
    figure = utility_plane(offers, limits, frontier, deal=(5.0, 4.5), run=3)
    axes = figure.axes[0]
    assert line_on(axes, "US: offers") == [(12.0, -9.0), (11.0, -5.0)]
    assert line_on(axes, "Japan: offers") == [(1.0, 7.0), (4.0, 6.0)]
    assert line_on(axes, "Pareto frontier") == [(3.0, 8.0), (6.0, 5.0), (9.5, 1.0)]
    # Gains over walking away: 1 x 12, 4 x 9 and 7.5 x 5; over what they sign for, the second point would be best.
    assert dots_on(axes, "Nash point").tolist() == [[9.5, 1.0]]
    assert dots_on(axes, "deal").tolist() == [[5.0, 4.5]]
    title = figure.get_suptitle().replace("\n", " ")
    assert title == "Run 3: a deal worth US$3.00 bn a year to the US and US$8.50 bn to Japan over walking away"
