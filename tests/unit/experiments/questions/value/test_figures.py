"""Pictures of a valued package show the columns that they should, in the units that they name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex

from experiments.figures.kit.style import SIDE_COLOURS
from experiments.questions.value.figures import equivalents, indifference_curves
from experiments.questions.value.findings import spread
from tests import value_by_hand as by_hand
from tests.support_pictures import assert_fits_a_phone, drawn_on
from tests.value_by_hand import PARTNER, US

BETWEEN = ("chip_purchases", "car_tariff")
UNITS = {"chip_purchases": "US$ bn", "car_tariff": "rate"}
VALUES = {"car_tariff": 0.175, "chip_purchases": 1.5}


def _line(axes: Axes, side: str) -> Any:
    (found,) = [line for line in axes.lines if to_hex(line.get_color()) == SIDE_COLOURS[side].lower()]
    return np.asarray(found.get_xydata())


def test_curves_stand_on_the_axes_of_their_issues() -> None:
    figure = indifference_curves(by_hand.curves(), BETWEEN, VALUES, UNITS)
    political, plain = figure.axes
    assert (political.get_title(loc="left"), plain.get_title(loc="left")) == ("Political payoff", "Plain economics")
    assert political.get_xlabel() == plain.get_xlabel() == "Chip purchases, US$ bn"
    assert political.get_ylabel() == "Car tariff, %"
    np.testing.assert_allclose(_line(political, US)[:3], [(0, 26), (1.5, 17.5), (3, 16)])
    np.testing.assert_allclose(_line(political, PARTNER)[:3], [(0, 21), (1.5, 17.5), (3, 16.5)])
    np.testing.assert_allclose(_line(plain, US)[:3], [(0, 25), (1.5, 17.5), (3, 16.8)])
    np.testing.assert_allclose(_line(plain, PARTNER)[:3], [(0, 22), (1.5, 17.5), (3, 16.2)])
    styles = {str(line.get_linestyle()) for line in political.lines if line.get_marker() != "*"}
    assert len(styles) == 2, "the sides are told apart without colours"
    for axes in figure.axes:
        (star,) = [line for line in axes.lines if line.get_marker() == "*"]
        assert np.asarray(star.get_xydata()).tolist() == [[1.5, 17.5]]
    assert " ".join(figure.get_suptitle().split()) == (
        "Trades of chip purchases for car tariff leave both better off by their own payoffs alone"
    )
    keys = [text.get_text() for text in figure.legends[0].get_texts()]
    assert keys == [
        "US as well off as with the package", "Japan as well off as with the package", "The package",
        "Both better off", "Chips cannot be delivered",
    ]  # fmt: skip


def test_the_area_in_which_both_gain_lies_between_its_ends() -> None:
    table = by_hand.curves()
    table.loc[table["account"] == "political", ["better_from", "better_to"]] = [
        (0.2, 0.25), (0.16, 0.27), (0.155, 0.165), (np.nan, np.nan),
    ]  # fmt: skip
    political, plain = indifference_curves(table, BETWEEN, VALUES, UNITS).axes
    (area,) = [part for part in political.collections if isinstance(part, PolyCollection)]
    vertices: Any = area.get_paths()[0].vertices
    corners = {tuple(corner) for corner in np.round(vertices, 6).tolist()}
    assert {(0.0, 20.0), (0.0, 25.0), (1.5, 16.0), (1.5, 27.0), (3.0, 15.5), (3.0, 16.5)} <= corners
    assert not [part for part in plain.collections if isinstance(part, PolyCollection) and len(part.get_paths())]


@pytest.mark.parametrize(
    ("accounts", "title"),
    [
        ((), "No trade of chip purchases for car tariff leaves both better off"),
        (
            ("plain",),
            "Trades of chip purchases for car tariff leave both better off in plain economics alone",
        ),
        (
            ("political", "plain"),
            "Trades of chip purchases for car tariff leave both better off by their own payoffs and in plain economics",
        ),
    ],
)
def test_the_title_says_in_which_account_both_gain(accounts: tuple[str, ...], title: str) -> None:
    table = by_hand.curves().assign(better_from=np.nan, better_to=np.nan, delivered=True)
    table.loc[table["account"].isin(accounts), ["better_from", "better_to"]] = (0.16, 0.17)
    figure = indifference_curves(table, BETWEEN, VALUES, UNITS)
    assert " ".join(figure.get_suptitle().split()) == title
    assert "Chips cannot be delivered" not in [text.get_text() for text in figure.legends[0].get_texts()]


def test_intervals_show_the_middle_of_the_draws_and_how_many_they_are() -> None:
    figure = equivalents(spread(by_hand.draws()), ("chip_purchases", 3.0), UNITS)
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "Car tariff"
    assert axes.get_xlabel() == "Move, points"
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["US, political payoff", "Japan, political payoff", "US, plain economics", "Japan, plain economics"]
    lines = [(float(np.ravel(line.get_ydata())[0]), np.ravel(line.get_xdata()), line) for line in axes.lines]
    lines = [(float(np.ravel(line.get_ydata())[0]), np.ravel(line.get_xdata()), line) for line in axes.lines]
    bars = {at: ends for at, ends, line in lines if line.get_linewidth() == 3}
    np.testing.assert_allclose(bars[0.0], [-4.8, -1.2])
    np.testing.assert_allclose(bars[1.0], [-1.54, -0.46])
    np.testing.assert_allclose(bars[2.0], [-9.6, -2.4])
    marks: dict[float, Any] = {
        at: (float(ends[0]), str(line.get_marker())) for at, ends, line in lines if line.get_marker() in ("o", "s")
    }
    assert marks == {
        0.0: (pytest.approx(-3), "o"), 1.0: (pytest.approx(-1), "s"), 2.0: (pytest.approx(-6), "o"),
        3.0: (pytest.approx(-3.75), "s"),
    }  # fmt: skip
    words = [text.get_text() for text in axes.texts]
    assert [word for word in words if " of " in word] == ["5 of 5", "4 of 5", "5 of 5", "4 of 5"]
    assert " ".join(figure.get_suptitle().split()) == "What makes up for US$3 bn more of chip purchases"


def test_an_issue_that_hardly_ever_makes_up_for_it_is_named_and_not_drawn() -> None:
    found = spread(by_hand.draws(40))
    rare = found.assign(other="chip_purchases", found=1)
    figure = equivalents(pd.concat([found, rare]), ("chip_purchases", 3.0), UNITS)
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["Car tariff"]
    assert figure.get_supxlabel().replace("\n", " ").endswith("In less than 5 % of the draws: chip purchases.")
    alone = equivalents(rare, ("car_tariff", 0.01), UNITS)
    assert [axes.get_title(loc="left") for axes in alone.axes] == ["Chip purchases"]
    assert alone.axes[0].get_xlabel() == "Move, US$ bn"
    assert "less than" not in alone.get_supxlabel()


def test_on_a_phone_the_same_is_drawn_and_nothing_is_cropped() -> None:
    table = by_hand.curves()
    desk, phone = (indifference_curves(table, BETWEEN, VALUES, UNITS, narrow=narrow) for narrow in (False, True))
    assert [axes.get_title(loc="left") for axes in phone.axes] == ["Political payoff", "Plain economics"]
    assert [drawn_on(axes) for axes in phone.axes] == [drawn_on(axes) for axes in desk.axes]
    assert {axes.get_xlabel() for axes in phone.axes} == {"Chip purchases, US$ bn"}
    assert phone.axes[0].get_ylabel() == "Car tariff, %"
    keys = [text.get_text() for text in phone.legends[0].get_texts()]
    assert keys == ["US as well off", "Japan as well off", "The package", "Both better off", "No delivery"]
    assert_fits_a_phone(phone)
    asked = spread(by_hand.draws()), ("chip_purchases", 3.0), UNITS
    ranges = [equivalents(*asked, narrow=narrow) for narrow in (False, True)]
    assert [[drawn_on(axes) for axes in figure.axes] for figure in ranges[1:]] == [
        [drawn_on(axes) for axes in ranges[0].axes]
    ]
    assert_fits_a_phone(ranges[1])
