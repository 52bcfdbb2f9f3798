"""Utility plane, concessions, exercised power and commitments draw what their tables say, on a light or dark ground."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from experiments.figures.commitments import commitments
from experiments.figures.concessions import concession_steps, concessions
from experiments.figures.exercised_power import exercised_power, pulls
from experiments.figures.kit.style import image_bytes, png_bytes
from experiments.figures.kit.theme import DARK_GROUND, ON_DATA, themed
from experiments.figures.utility_plane import utility_plane
from experiments.store.picture_forms import PictureForm
from tests.figure_examples import EXAMPLES, FEW, firms, frontier, limits, offers
from tests.sizes import usual
from tests.synthetic_tables import talks


def _title(figure: Figure) -> str:
    return figure.get_suptitle().replace("\n", " ")


def _labels(figure: Figure) -> set[str]:
    return {text.get_text() for legend in figure.legends for text in legend.get_texts()}


def _luminance(colour: object) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]  # type: ignore[arg-type]  # a colour of an artist
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(first: object, second: object) -> float:
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _positions(rows: list[tuple[int, int, str, str, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["run", "round", "side", "issue", "value"])


#: Opens at 20 and 0; the US gives 5 and takes 1 back, Japan gives 10. On the second issue both open alike.
BY_HAND = _positions(
    [
        (0, 1, "us_treasury", "car_tariff", 20.0), (0, 1, "partner", "car_tariff", 0.0),
        (0, 2, "us_treasury", "car_tariff", 15.0), (0, 2, "partner", "car_tariff", 0.0),
        (0, 3, "us_treasury", "car_tariff", 16.0), (0, 3, "partner", "car_tariff", 10.0),
        (0, 1, "us_treasury", "chip_purchases", 3.0), (0, 1, "partner", "chip_purchases", 3.0),
        (0, 2, "us_treasury", "chip_purchases", 2.0), (0, 2, "partner", "chip_purchases", 3.0),
    ]
)  # fmt: skip


def test_utility_plane_shows_limits_frontier_solutions_and_paths() -> None:
    figure = utility_plane(offers(), limits(), frontier(), deal=(4.0, 2.0), run=7)
    axes = figure.axes[0]
    lines = {str(line.get_label()): line for line in axes.lines}
    assert np.asarray(lines["US: walk-away"].get_xdata()).tolist() == [2.0, 2.0]
    assert np.asarray(lines["US: least it signs for"].get_xdata()).tolist() == [3.0, 3.0]
    assert np.asarray(lines["Japan: walk-away"].get_ydata()).tolist() == [-2.0, -2.0]
    assert np.asarray(lines["Japan: least it signs for"].get_ydata()).tolist() == [-1.0, -1.0]
    assert np.asarray(lines["US: offers"].get_xdata()).tolist() == [10.0, 8.0, 6.0]
    assert np.asarray(lines["Japan: offers"].get_ydata()).tolist() == [4.0, 3.0, 2.0]
    marks = {str(p.get_label()): p.get_offsets() for p in axes.collections if isinstance(p, PathCollection)}
    # A straight frontier with equal best gains has both points in its middle.
    for name in ("Nash point", "Kalai-Smorodinsky point"):
        assert np.asarray(marks[name]).tolist() == [[5.0, 1.0]]
    assert np.asarray(marks["deal"]).tolist() == [[4.0, 2.0]]
    assert axes.get_xlabel() == "US payoff, US$ bn a year"
    assert axes.get_ylabel() == "Japan's payoff, US$ bn a year"
    assert {"Pareto frontier", "Nash point", "deal", "US: walk-away"} <= _labels(figure)
    assert _title(figure).startswith("Run 7: a deal worth US$2.00 bn a year to the US and US$4.00 bn to Japan")


def test_utility_plane_looks_closer_only_where_the_frontier_is_small() -> None:
    wide = utility_plane(offers(), limits(), frontier())
    far = offers().replace({"us": {10.0: 60.0}, "partner": {-6.0: -70.0}})
    near = utility_plane(far, limits(), frontier())
    assert (len(wide.axes), len(near.axes)) == (1, 2)
    assert near.axes[1].get_xlim()[1] < 10.0


@pytest.mark.parametrize(
    ("partner_last", "ending"),
    [((1.0, 2.0), "the other's last offer leaves the US US$2.00 bn a year short of signing"),
     ((4.0, 2.0), "the last offers bring each side what it needs")],
)  # fmt: skip
def test_utility_plane_says_who_lacks_what(partner_last: tuple[float, float], ending: str) -> None:
    table = offers()
    table.loc[5, ["us", "partner"]] = partner_last
    assert _title(utility_plane(table, limits(), outcome="stall")) == f"One negotiation: stall; {ending}"


def test_concessions_are_shares_of_the_way_between_the_openings() -> None:
    steps = concession_steps(BY_HAND).set_index(["side", "round"])["step"]
    assert steps.to_dict() == {
        ("us_treasury", 2): 0.25,
        ("us_treasury", 3): pytest.approx(-0.05),
        ("partner", 2): 0.0,
        ("partner", 3): 0.5,
    }


def test_map_of_concessions_has_a_panel_a_side_and_a_row_an_issue() -> None:
    figure = concessions(BY_HAND)
    us, partner, bar = figure.axes
    assert [axes.get_title(loc="left") for axes in (us, partner)] == ["US gives", "Japan gives"]
    assert [label.get_text() for label in us.get_yticklabels()] == ["Car tariff"]
    np.testing.assert_allclose(np.asarray(us.images[0].get_array()), [[25.0, -5.0]])
    np.testing.assert_allclose(np.asarray(partner.images[0].get_array()), [[0.0, 50.0]])
    assert bar.get_ylabel() == "Given, % of the way"
    assert partner.get_xlabel() == "Round"
    assert _title(figure) == (
        "The US gives most on the car tariff, above all in round 2; "
        "Japan gives most on the car tariff, above all in round 3"
    )


def test_issues_that_hardly_any_run_contests_are_left_out() -> None:
    copies = [BY_HAND.assign(run=run) for run in range(41)]
    copies[40].loc[copies[40].index[6], "value"] = 4.0  # in one of 41 runs the sides open apart on the chips
    rows = pd.concat(copies)
    runs = pd.DataFrame({"run": range(41), "outcome": "agreement", "car_tariff": 16.0, "chip_purchases": 3.0})
    for figure in (concessions(rows), exercised_power(pulls(rows, runs))):
        assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["Car tariff"]


def test_power_of_the_us_is_the_place_of_the_settlement() -> None:
    runs = pd.DataFrame({"run": [0], "outcome": ["agreement"], "car_tariff": [16.0], "chip_purchases": [3.0]})
    pulled = pulls(BY_HAND, runs)
    assert pulled.to_dict("records") == [
        {"run": 0, "issue": "car_tariff", "us": 0.8, "partner": 0.5, "settled": 0.8},
    ]
    figure = exercised_power(pulled)
    bars = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert [round(bar.get_width(), 9) for bar in bars] == [80.0, 20.0]
    assert figure.axes[0].get_xlabel() == "Place between Japan's opening (0) and the US opening (100), %"
    assert _title(figure) == "Of 1 issue, none settle nearer Japan's opening and 1 nearer the US opening"


def test_power_without_a_deal_leaves_the_rest_open() -> None:
    runs = pd.DataFrame({"run": [0], "outcome": ["stall"], "car_tariff": [None]})
    figure = exercised_power(pulls(BY_HAND, runs))
    bars = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert [round(bar.get_width(), 9) for bar in bars] == [50.0, 30.0, 20.0]
    assert "still open, median without a deal" in _labels(figure)


def test_commitments_add_up_to_what_is_signed() -> None:
    figure = commitments(firms(), 1.2, subsidy_rate=0.3)
    axes = figure.axes[0]
    bars = [(bar.get_x(), bar.get_width()) for bar in axes.patches if isinstance(bar, Rectangle)]
    np.testing.assert_allclose(bars, [(0.0, 0.6), (0.6, 0.3), (0.9, 0.1), (0.0, 0.9)])
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["SoftBank", "KDDI", "GMO", "All that sign"]
    assert np.asarray(axes.lines[0].get_xdata()).tolist() == [1.2, 1.2]
    assert _title(figure) == "2 of 3 firms sign for US$0.90 bn a year at a subsidy of 30 %: 75 % of the pledge"


@pytest.mark.parametrize("table", ["concessions", "exercised_power"])
def test_a_single_round_is_drawn_and_no_offer_is_no_error(table: str) -> None:
    runs, trajectories = talks(4, 2)
    for rows in (trajectories[trajectories["round"] == 1], trajectories.iloc[:0]):
        drawn = concessions(rows) if table == "concessions" else exercised_power(pulls(rows, runs))
        assert _title(drawn)


@pytest.mark.parametrize("name", usual(EXAMPLES, FEW))
def test_text_can_be_read_on_the_dark_ground(name: str) -> None:
    figure = themed(EXAMPLES[name](), "dark")
    assert to_hex(figure.patch.get_facecolor()) == DARK_GROUND.lower()
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text()]
    # What was white stands on a bar. 4.5 is what the accessibility guidelines ask of small text.
    own = [text.get_color() for text in texts if text.get_gid() != ON_DATA]
    assert all(_contrast(colour, DARK_GROUND) >= 4.5 for colour in own if to_hex(colour) != DARK_GROUND.lower())


def test_the_light_theme_changes_nothing() -> None:
    plain = png_bytes(EXAMPLES["commitments"](), 50)
    assert png_bytes(themed(EXAMPLES["commitments"](), "light"), 50) == plain


@pytest.mark.parametrize(("form", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_every_format_gives_the_same_bytes_again(form: PictureForm, start: bytes) -> None:
    first = image_bytes(EXAMPLES["utility_plane"](), form, 50)
    assert first.startswith(start)
    assert image_bytes(EXAMPLES["utility_plane"](), form, 50) == first
