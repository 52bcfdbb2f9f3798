"""What each figure of a run puts where, on made-up tables in which every number is another one.

A picture with rows for columns, one side's numbers for the other's, an end of an interval at its middle or a patch half
a round away looks as good as a right one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, StepPatch
from matplotlib.text import Annotation

from experiments.figures.commitments import commitments
from experiments.figures.compare_positions import compare_positions
from experiments.figures.concessions import concessions
from experiments.figures.constraints import KINDS, constraints
from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.exercised_power import exercised_power
from experiments.figures.gains_plane import gains_plane
from experiments.figures.kit.style import BLUISH_GREEN, INK, OUTCOME_COLOURS, PALE, SIDE_COLOURS
from experiments.figures.outcomes_by_round import outcomes_by_round
from experiments.figures.positions import positions
from experiments.figures.utility_plane import utility_plane
from tests.figure_examples import firms, sat_on
from tests.support_pictures import bars_of, colours_of

US, PARTNER = SIDE_COLOURS


def _line(axes: Axes, label: str) -> list[tuple[float, float]]:
    line = next(line for line in axes.lines if line.get_label() == label)
    return [(float(x), float(y)) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]  # type: ignore[arg-type]  # these lines hold numbers


def _dots(axes: Axes, label: str) -> np.ndarray:
    marks = (part for part in axes.collections if isinstance(part, PathCollection))
    return np.asarray(next(part for part in marks if part.get_label() == label).get_offsets())


def _between(area: FillBetweenPolyCollection, x: float) -> tuple[float, float]:
    """Lower and upper edge of a filled area at one of its corners."""
    corners = np.asarray(area.get_paths()[0].vertices)
    heights = corners[np.isclose(corners[:, 0], x), 1]
    return float(heights.min()), float(heights.max())


def _areas(axes: Axes) -> list[FillBetweenPolyCollection]:
    return [part for part in axes.collections if isinstance(part, FillBetweenPolyCollection)]


def _names(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


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
    assert _names(figure) == [
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


def test_the_plane_of_gains_puts_the_us_across_and_partner_up() -> None:
    """Three deals, and two other runs that are no dots; margins of 1 to 5 for the US and of 10 to 50 for Japan."""
    us, partner, margins = (
        [1.0, 2.0, 6.0, 90.0, 91.0],
        [10.0, 30.0, 21.0, 92.0, 93.0],
        np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    )
    runs = pd.DataFrame(
        {
            "outcome": ["agreement"] * 3 + ["stall", "walkout"],
            "gain.us_treasury": us, "gain.partner": partner,
            "walk_away.us_treasury": 100.0, "reservation.us_treasury": 100.0 + margins,
            "walk_away.partner": -70.0, "reservation.partner": -70.0 + 10.0 * margins,
        }
    )  # fmt: skip
    frontier = pd.DataFrame({"us": [8.0, 0.0, 5.0], "partner": [0.0, 40.0, 28.0]})
    figure = gains_plane(runs, frontier)
    axes = figure.axes[0]
    dots = next(
        part for part in axes.collections if isinstance(part, PathCollection) and np.shape(part.get_offsets())[0] == 3
    )
    assert np.asarray(dots.get_offsets()).tolist() == [[1.0, 10.0], [2.0, 30.0], [6.0, 21.0]]
    assert _dots(axes, "median of agreements").tolist() == [[2.0, 21.0]]
    assert _line(axes, "Pareto frontier, central case") == [(0.0, 40.0), (5.0, 28.0), (8.0, 0.0)]
    assert _dots(axes, "Nash point").tolist() == [[5.0, 28.0]]
    across, down = (
        [line for line in axes.lines if set(np.asarray(values(line)).tolist()) == {0.0}]
        for values in (Line2D.get_ydata, Line2D.get_xdata)
    )
    assert (len(across), len(down)) == (2, 2), "the axes of no gain, and the point of walking away on both"
    upright, level = (patch for patch in axes.patches if isinstance(patch, Rectangle))
    assert (upright.get_x(), upright.get_x() + upright.get_width()) == pytest.approx((1.2, 4.8))
    assert (level.get_y(), level.get_y() + level.get_height()) == pytest.approx((12.0, 48.0))
    assert {x for x, _ in _line(axes, "US: gain needed to ratify (90 % band)")} == {3.0}
    assert {y for _, y in _line(axes, "Japan: gain needed to ratify (90 % band)")} == {30.0}
    assert axes.get_xlabel() == "US gain over walking away, US$ bn a year"
    assert axes.get_ylabel() == "Japan's gain over walking away, US$ bn a year"
    assert "Walk-away point\nno deal: 2 runs (40 %)" in [text.get_text() for text in axes.texts]
    title = figure.get_suptitle().replace("\n", " ")
    start = "Over walking away, in the median of 3 agreements the US gains US$2.00 bn a year, Japan "
    assert title == f"{start}gains US$21.0 bn"


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
        thin, thick, diamond = axes.lines[3 * row : 3 * row + 3]
        assert np.asarray(thin.get_xdata()).tolist() == pytest.approx([low, high])
        assert np.asarray(thick.get_xdata()).tolist() == pytest.approx([quarter, three])
        assert np.asarray(diamond.get_xdata()).tolist() == pytest.approx([middle])
        assert {float(y) for line in (thin, thick, diamond) for y in np.atleast_1d(line.get_ydata())} == {row}
        assert thick.get_linewidth() > 3 * thin.get_linewidth()
    assert colours_of(axes) == [SIDE_COLOURS[US].lower(), SIDE_COLOURS[PARTNER].lower()] * 2


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
    areas = {str(area.get_label()): area for area in _areas(axes)}
    assert [_between(areas["Big"], rate) for rate in (0, 20, 40)] == [(0.0, 1.0), (0.0, 1.7), (0.0, 2.9)]
    assert [_between(areas["Small"], rate) for rate in (0, 20, 40)] == [
        pytest.approx(edges) for edges in ((1.0, 1.3), (1.7, 2.2), (2.9, 3.8))
    ]
    assert _line(axes, "bought by firms that sign, or anyway") == [
        pytest.approx(point) for point in ((0, 1.3), (20, 2.0), (40, 3.8))
    ]
    assert _line(axes, "bought without subsidy") == [pytest.approx(point) for point in ((0, 1.3), (20, 1.3), (40, 1.3))]
    assert {y for _, y in _line(axes, "chip makers' allocation: US$3.40 bn a year")} == {3.4}
    budget = _line(axes, "subsidy budget: US$0.80 bn a year")
    np.testing.assert_allclose([rate * purchases / 100 for rate, purchases in budget], 0.8)
    star = next(line for line in axes.lines if line.get_marker() == "*")
    assert (np.asarray(star.get_xdata()).item(), np.asarray(star.get_ydata()).item()) == (30.0, 2.6)
    assert "pledge: US$2.60 bn a year at 30 %" in _names(figure)
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
    single = positions(table, none)
    compared = compare_positions({"one": (_ends(21), table)})
    for figure in (single, compared):
        axes = next(axes for axes in figure.axes if len(_areas(axes)) >= 4)
        bands = iter(_areas(axes))
        for side, name in ((US, "US"), (PARTNER, "Japan")):
            wide, narrow = next(bands), next(bands)
            for place in (1, 2):
                own = 100.0 * table.loc[(table["side"] == side) & (table["round"] == place), "value"]
                assert _between(wide, place) == pytest.approx(tuple(np.quantile(own, [0.05, 0.95])))
                assert _between(narrow, place) == pytest.approx(tuple(np.quantile(own, [0.25, 0.75])))
                assert _line(axes, f"{name}: median")[place - 1] == pytest.approx((place, own.median()))
            for part in (wide, narrow):
                assert to_hex(np.asarray(part.get_facecolor())[0]) == SIDE_COLOURS[side].lower()


def _ends(count: int) -> pd.DataFrame:
    """So many runs: 3 in 7 end in a deal, 1 in 7 stalls, 3 in 7 see the threat executed."""
    ends = ["agreement"] * 3 + ["stall"] + ["threat_executed"] * 3
    return pd.DataFrame({"run": range(count), "outcome": (ends * count)[:count], "round": 2})


def test_the_bar_of_outcomes_has_each_share_in_its_colour() -> None:
    figure = compare_positions({"one": (_ends(21), _two_sides())})
    bar = next(axes for axes in figure.axes if axes.get_title(loc="left") == "one")
    third = 100.0 / 7.0
    assert [(left, width) for left, width, _ in bars_of(bar)] == [
        pytest.approx(part) for part in ((0.0, 3 * third), (3 * third, third), (4 * third, 3 * third))
    ]
    assert colours_of(bar) == [OUTCOME_COLOURS[name].lower() for name in ("agreement", "stall", "threat_executed")]
    (written,) = bar.texts
    assert written.get_text() == "Agreement 42.9 %"
    assert written.get_position()[0] == pytest.approx(1.5 * third)


def test_the_utility_plane_has_both_payoffs_of_every_offer() -> None:
    rows = [(1, US, 12.0, -9.0), (1, PARTNER, 1.0, 7.0), (2, US, 11.0, -5.0), (2, PARTNER, 4.0, 6.0)]
    offers = pd.DataFrame(rows, columns=["round", "side", "us", "partner"])
    limits = pd.DataFrame([(US, 2.0, 3.5), (PARTNER, -4.0, -1.0)], columns=["side", "walk_away", "reservation"])
    frontier = pd.DataFrame({"us": [3.0, 6.0, 9.5], "partner": [8.0, 5.0, 1.0]})
    figure = utility_plane(offers, limits, frontier, deal=(5.0, 4.5), run=3)
    axes = figure.axes[0]
    assert _line(axes, "US: offers") == [(12.0, -9.0), (11.0, -5.0)]
    assert _line(axes, "Japan: offers") == [(1.0, 7.0), (4.0, 6.0)]
    assert _line(axes, "Pareto frontier") == [(3.0, 8.0), (6.0, 5.0), (9.5, 1.0)]
    # Gains over walking away: 1 x 12, 4 x 9 and 7.5 x 5; over what they sign for, the second point would be best.
    assert _dots(axes, "Nash point").tolist() == [[9.5, 1.0]]
    assert _dots(axes, "deal").tolist() == [[5.0, 4.5]]
    title = figure.get_suptitle().replace("\n", " ")
    assert title == "Run 3: a deal worth US$3.00 bn a year to the US and US$8.50 bn to Japan over walking away"
