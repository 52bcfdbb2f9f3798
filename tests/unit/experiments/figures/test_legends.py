"""A legend lists what is drawn and nothing else, and one deal is seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from experiments.config.load import load_config
from experiments.figures.commitments import commitments
from experiments.figures.deliverable_purchases import deliverable_purchases
from experiments.figures.exercised_power import exercised_power, pulls
from experiments.figures.gains_plane import FRONTIER, gains_plane
from experiments.figures.kit.style import BLUISH_GREEN
from experiments.figures.payoff_waterfall import payoff_waterfall
from experiments.figures.positions import positions
from experiments.labels import STATUS_QUO_IS
from experiments.questions.run.figures import Material, draw
from experiments.store.columns import columns_of
from tests.synthetic_tables import curve, guides, ledger, talks
from tests.tree import CONFIGS

BANDS = {"50 % of runs", "90 % of runs"}


def _legend(figure: Figure) -> set[str]:
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    return {text.get_text() for legend in legends if legend is not None for text in legend.get_texts()}


def test_one_deal_is_seen_and_is_not_called_a_median() -> None:
    runs = talks(3, 1)[0]
    figure = gains_plane(runs)
    place = tuple(runs.loc[0, ["gain.us_treasury", "gain.partner"]])
    places = [np.asarray(dots.get_offsets(), dtype=float) for dots in figure.axes[0].collections]
    here = [at for at, own in enumerate(places) if len(own) and tuple(own[0]) == pytest.approx(place)]
    assert len(here) == 1
    face = np.asarray(figure.axes[0].collections[here[0]].get_facecolor(), dtype=float)[0]
    assert tuple(face[:3]) == to_rgb(BLUISH_GREEN)
    assert "one agreement" in _legend(figure)
    assert "median of agreements" not in _legend(figure)


def test_the_ring_of_the_median_hides_no_deal() -> None:
    figure = gains_plane(talks(5, 2)[0])
    assert "median of agreements" in _legend(figure)
    (ring,) = [dots for dots in figure.axes[0].collections if dots.get_label() == "median of agreements"]
    assert len(np.asarray(ring.get_facecolor())) == 0


@pytest.mark.parametrize(("count", "listed"), [(1, False), (4, True)])
def test_bands_are_listed_from_two_runs_on(count: int, listed: bool) -> None:
    runs, trajectories = talks(count, 1)
    figure = positions(trajectories, guides(), runs)
    assert (_legend(figure) >= BANDS) is listed
    assert ("median of a side" in _legend(figure)) is listed
    assert ("position of a side" in _legend(figure)) is not listed


def _beside_lines(figure: Figure, place: int = 0) -> dict[str, tuple[float, float]]:
    """Names of sides in a panel, each with the point of the line that it stands at."""
    panel = [axes for axes in figure.axes if axes.get_title(loc="left") and axes.get_ylabel() != "Runs"][place]
    return {
        text.get_text(): (float(text.xy[0]), float(text.xy[1]))
        for text in panel.texts
        if isinstance(text, Annotation) and text.get_fontweight() == "bold"
    }


def test_each_side_is_named_at_its_line_where_both_are_furthest_apart() -> None:
    """Offers of two runs alike: 25 % and 1 % in round 1, 24 and 3 in round 2, 20 and 7 in round 3."""
    offers = {"us_treasury": [0.25, 0.27, 0.20], "partner": [0.01, 0.02, 0.07]}
    rows = [
        (run, place, side, "car_tariff", value)
        for run in range(2)
        for side, own in offers.items()
        for place, value in enumerate(own, 1)
    ]
    table = pd.DataFrame(rows, columns=["run", "round", "side", "issue", "value"])
    assert _beside_lines(positions(table, guides())) == {"US": (2.0, 27.0), "Japan": (2.0, 2.0)}
    alone = table[table["side"] == "partner"]
    assert _beside_lines(positions(alone, guides())) == {"Japan": (1.0, 1.0)}
    alike = table.assign(value=0.15)
    assert _beside_lines(positions(alike, guides())) == {"US and Japan": (1.0, 15.0)}


def test_names_of_sides_stay_off_the_title_of_their_panel() -> None:
    for share in (0.0, 1.0):  # both at the lower or the upper end of what is drawn
        table = talks(5, 2)[1].assign(value=0.5)
        other = table.assign(run=table["run"] + 10, value=1.0 - share)
        figure = positions(pd.concat([table.assign(value=share), other.head(2)]), guides().iloc[:0])
        figure.canvas.draw()
        panel = figure.axes[2]
        (name,) = [text for text in panel.texts if text.get_text() == "US and Japan"]
        assert panel.bbox.y0 <= Text.get_window_extent(name).y0
        assert Text.get_window_extent(name).y1 <= panel.bbox.y1


def test_a_side_that_tabled_nothing_is_not_named() -> None:
    _, trajectories = talks(3, 1)
    figure = positions(trajectories[trajectories["side"] == "us_treasury"], guides())
    assert [*_beside_lines(figure)] == ["US"]


@pytest.mark.parametrize(("signed", "listed"), [
    ([True, True], {"firm signs"}), ([False, False], {"firm holds out"}),
    ([True, False], {"firm signs", "firm holds out"}),
])  # fmt: skip
def test_firms_are_listed_as_they_answer(signed: list[bool], listed: set[str]) -> None:
    firms = pd.DataFrame({"firm": ["A", "B"], "additional": [1.0, 2.0], "signed": signed})
    assert _legend(commitments(firms, 3.0)) == {*listed, "pledge: US$3.00 bn a year"}


def test_a_note_stands_clear_of_the_legend_and_in_the_place_of_one() -> None:
    """One line of notes below each figure, whether or not there is a legend, and inside the figure."""
    note = "A note of many words. " * 12
    table = ledger()
    unmoved = pd.concat([table[table["state"] == "median deal"].assign(state=state) for state in ("one", "two")])
    runs, trajectories = talks(20, 5)
    for figure in (
        payoff_waterfall(table, note),
        gains_plane(runs.head(1), None, note),
        positions(trajectories, guides(), runs, note=note),
    ):
        (legend,) = figure.legends
        title = legend.get_title()
        figure.canvas.draw()
        assert " ".join(title.get_text().split()) == note.strip()
        box = title.get_window_extent()
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert not any(box.overlaps(text.get_window_extent()) for text in legend.get_texts())
        assert figure.get_supxlabel() == ""
    # The legend of three panels stands in the place of a fourth.
    three = talks(20, 5, ("car_tariff", "chip_purchases", "investment_fund"))[1]
    for bare in (payoff_waterfall(unmoved, note), positions(three, guides(), runs, note=note)):
        assert not bare.legends
        assert " ".join(bare.get_supxlabel().split()) == note.strip()


def test_positions_and_the_median_deal_of_a_run_say_which_value_was_put_in() -> None:
    runs, trajectories = talks(20, 5)
    sits = runs["outcome"].map({"agreement": "grid:low"})
    material = Material(
        load_config(CONFIGS / "tiny.yaml"), columns_of(runs.assign(**{"binds.car_tariff": sits})), trajectories
    )
    drawn = draw(material, ["positions", "payoff_waterfall"])
    told = {name: " ".join(figure.legends[0].get_title().get_text().split()) for name, figure in drawn.items()}
    put_in = "Car tariff: 100 % of the deals sit on the low end of the agenda, 15 %: an input."
    assert told == {"positions": put_in, "payoff_waterfall": f"{STATUS_QUO_IS} {put_in}"}


@pytest.mark.parametrize(
    ("config", "ending"),
    [
        ("cars_on_the_table", "without a deal: no package gives both sides what they need"),
        ("japan_us_2025", "without a deal: the red lines leave no package that both may sign"),
        ("july_2025", "in a deal"),
    ],
)
def test_the_plane_of_gains_says_how_the_central_case_ends(config: str, ending: str) -> None:
    runs = talks(20, 5)[0]
    material = Material(load_config(CONFIGS / f"{config}.yaml"), columns_of(runs), None)
    figure = draw(material, ["gains_plane"])["gains_plane"]
    told = " ".join(figure.legends[0].get_title().get_text().split())
    case = "The central case, with every uncertain number at its median and the draws of run 0,"
    assert told.endswith(f" {case} ends {ending}.")
    drawn = FRONTIER in _legend(figure)
    assert ("those of one case, the central one" in told) == drawn
    assert drawn == (config != "japan_us_2025")


def test_the_waterfall_says_what_the_status_quo_is() -> None:
    config = load_config(CONFIGS / "tiny.yaml")
    runs = talks(20, 0)[0].assign(**{f"{who}.car_tariff": 0.2 for who in ("us", "partner")})
    figure = draw(Material(config, columns_of(runs), None), ["payoff_waterfall"])["payoff_waterfall"]
    assert " ".join(figure.legends[0].get_title().get_text().split()) == STATUS_QUO_IS


def test_the_waterfall_lists_the_directions_that_it_has() -> None:
    table = ledger()
    assert _legend(payoff_waterfall(table)) == {"raises the payoff", "lowers the payoff"}
    states = list(dict.fromkeys(table["state"]))
    rising = pd.DataFrame(
        [("us_treasury", states[0], "revenue", 1.0), ("us_treasury", states[1], "revenue", 2.0)],
        columns=["side", "state", "term", "value"],
    )
    assert _legend(payoff_waterfall(rising)) == {"raises the payoff"}
    assert _legend(payoff_waterfall(rising.assign(value=[2.0, 1.0]))) == {"lowers the payoff"}
    assert _legend(payoff_waterfall(rising.assign(value=1.0))) == set()


def test_a_limit_out_of_sight_is_not_listed() -> None:
    near, far = (deliverable_purchases(curve(), budget_limit=limit) for limit in (0.5, 500.0))
    assert any(text.startswith("subsidy budget") for text in _legend(near))
    assert not any(text.startswith("subsidy budget") for text in _legend(far))
    assert "firm holds out" in _legend(near)
    all_sign = deliverable_purchases(curve().assign(signed=True))
    assert "firm holds out" not in _legend(all_sign)


@pytest.mark.parametrize(("deals", "spread"), [(1, False), (3, True)])
def test_settled_issues_have_a_spread_from_two_deals_on(deals: int, spread: bool) -> None:
    runs, trajectories = talks(4, deals)
    legend = _legend(exercised_power(pulls(trajectories, runs)))
    assert "settled, median of deals (number on the right)" in legend
    assert ("50 % of deals (thin: 90 %)" in legend) is spread
