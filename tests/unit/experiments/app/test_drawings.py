"""What the page draws and tabulates of a negotiation: each value in its place, with a text for those who cannot see."""

from __future__ import annotations

import base64
import datetime as dt
import re
from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from experiments.app.fragments import history_html, turn_html
from experiments.app.models import Snapshot, StandingOffer
from experiments.app.plane import plane_figure, plane_html
from experiments.app.positions import issue_svg, positions_html
from experiments.app.style import CSS, DARK_DEAL, DARK_PARTNER, DARK_US
from experiments.figures.kit.style import BLUE, BLUISH_GREEN, VERMILLION
from experiments.labels import PartnerNames, partner_called
from experiments.seats import turn_text
from experiments.seats.turn import Offer, Scale, Turn
from sim.issues import SIDES

US, PARTNER = SIDES


def snapshot(number: int, us: StandingOffer | None, partner: StandingOffer | None, **story: Any) -> Snapshot:
    return Snapshot(
        story=cast("Any", SimpleNamespace(number=number, turns=(), **story)),
        offers=(us, partner),
        walk_away=(2.0, -4.0),
        needs=(3.5, -1.0),
        frontier=((3.0, 8.0), (6.0, 5.0), (9.5, 1.0)),
    )


def offer(us: float, partner: float, **values: float) -> StandingOffer:
    return StandingOffer(values, (us, partner), ({}, {}))


#: The US speaks first; the fund comes to the table in round 2.
TALKS = (
    snapshot(1, offer(12.0, -9.0, car_tariff=0.275), None),
    snapshot(2, offer(11.0, -5.0, car_tariff=0.25, investment_fund=550.0), offer(1.0, 7.0, car_tariff=0.025)),
    snapshot(3, offer(11.0, -5.0, car_tariff=0.25, investment_fund=550.0), offer(4.0, 6.0, car_tariff=0.15)),
)


def line(axes: Axes, label: str) -> list[tuple[float, float]]:
    (found,) = (line for line in axes.lines if line.get_label() == label)
    return [(float(x), float(y)) for x, y in np.asarray(found.get_xydata())]


def test_the_plane_has_the_worth_of_every_offer_and_what_it_is_measured_against() -> None:
    figure = plane_figure(TALKS, (5.0, 4.5))
    (axes,) = figure.axes
    assert line(axes, "US: offers") == [(12.0, -9.0), (11.0, -5.0), (11.0, -5.0)]
    assert line(axes, "Japan: offers") == [(1.0, 7.0), (4.0, 6.0)]
    assert line(axes, "Pareto frontier") == [(3.0, 8.0), (6.0, 5.0), (9.5, 1.0)]
    assert [x for x, _ in line(axes, "US: walk-away")] == [2.0, 2.0]
    assert [x for x, _ in line(axes, "US: least it signs for")] == [3.5, 3.5]
    assert [y for _, y in line(axes, "Japan: walk-away")] == [-4.0, -4.0]
    assert [y for _, y in line(axes, "Japan: least it signs for")] == [-1.0, -1.0]
    dots = {str(marks.get_label()): marks for marks in axes.collections if isinstance(marks, PathCollection)}
    assert np.asarray(dots["deal"].get_offsets()).tolist() == [[5.0, 4.5]]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("US payoff, US$ bn a year", "Japan's payoff, US$ bn a year")
    (legend,) = figure.legends
    assert {text.get_text() for text in legend.get_texts()} >= {"US: offers", "Nash point", "deal"}
    assert [text.get_text() for text in axes.texts] == ["round 1", "round 3", "round 2", "round 3"]


def test_nothing_written_in_the_plane_leaves_it() -> None:
    figure = plane_figure(TALKS, (5.0, 4.5))
    width, height = figure.get_size_inches()
    taken = figure.get_tightbbox()
    assert 0.0 <= taken.x0 < taken.x1 <= width
    assert 0.0 <= taken.y0 < taken.y1 <= height


def test_names_of_rounds_that_would_lie_on_one_another_give_way_to_the_last() -> None:
    close = (snapshot(1, offer(12.0, -9.0), None), snapshot(2, offer(12.01, -9.0), None))
    assert [text.get_text() for text in plane_figure(close, None).axes[0].texts] == ["round 2"]


@pytest.mark.parametrize(("name", "columns"), [("Korea", 2), ("the Kingdom of Ruritania", 1)], ids=["short", "long"])
def test_a_long_name_gets_rows_of_the_legend_to_itself(name: str, columns: int) -> None:
    with partner_called(PartnerNames(name, "", "", "")):
        figure = plane_figure(TALKS, None)
    (legend,) = figure.legends
    figure.draw_without_rendering()
    assert len({round(text.get_window_extent().x0) for text in legend.get_texts()}) == columns
    assert legend.get_window_extent().x1 <= figure.bbox.x1


def test_the_plane_is_an_image_with_a_text_and_in_the_colours_of_the_theme() -> None:
    images = {theme: plane_html(TALKS, (5.0, 4.5), theme) for theme in ("light", "dark")}
    for image in images.values():
        (tag,) = tags(image, "img")
        assert tag["alt"] == (
            "Offers by what they are worth to the US and to Japan, US$ bn a year, in this order. "
            "US offer: 11.0 and -5.00; Japan offer: 4.00 and 6.00; walking away: 2.00 and -4.00; "
            "the least that each signs for: 3.50 and -1.00; deal: 5.00 and 4.50."
        )
    light, dark = (drawing_in(image) for image in images.values())
    for colour, on_dark in ((BLUE, DARK_US), (VERMILLION, DARK_PARTNER), (BLUISH_GREEN, DARK_DEAL)):
        assert (colour.lower() in light, on_dark in light) == (True, False)
        assert (colour.lower() in dark, on_dark in dark) == (False, True)
        assert on_dark in CSS
    # The ground is the page's: nothing is painted over all of it.
    assert not re.search(r'id="patch_1">\s*<path[^>]*fill: #', light)


def test_without_offers_and_frontier_the_plane_still_has_its_limits() -> None:
    bare = replace(snapshot(1, None, None), frontier=())
    assert line(plane_figure((bare,), None).axes[0], "US: walk-away")[0][0] == 2.0
    assert "offer:" not in tags(plane_html((bare,), None, "light"), "img")[0]["alt"]


def test_an_issue_has_both_paths_by_round_and_what_was_agreed() -> None:
    paths = [[(1, 0.275), (2, 0.25), (3, 0.25)], [(2, 0.025), (3, 0.15)]]
    drawing = issue_svg(paths, 0.15, 3, "rate")
    us, partner = (tag["points"].split() for tag in tags(drawing, "polyline"))
    # From 44 to 228 across, from the lowest value at 92 up to the highest at 12.
    assert us == ["44.0,12.0", "136.0,20.0", "228.0,20.0"]
    assert partner == ["136.0,92.0", "228.0,52.0"]
    assert [tag["class"] for tag in tags(drawing, "polyline")] == ["us", "partner"]
    assert [(tag["cx"], tag["cy"]) for tag in tags(drawing, "circle")] == [tuple(point.split(",")) for point in us]
    assert [(tag["x"], tag["y"]) for tag in tags(drawing, "rect")] == [("132.5", "88.5"), ("224.5", "48.5")]
    texts = {element.text: element.attrib for element in ET.fromstring(drawing).iter("text")}  # noqa: S314 - our own
    assert (texts["27.5"]["y"], texts["2.50"]["y"]) == ("16.0", "96.0")
    assert (texts["★"]["x"], texts["★"]["y"]) == ("228.0", "59.0")
    assert tags(drawing, "svg")[0]["aria-label"] == (
        "Offers by round. US: 27.5 % in round 1, 25 % in round 3; Japan: 2.5 % in round 2, 15 % in round 3; "
        "agreed: 15 %."
    )


def test_one_value_in_one_round_is_drawn_in_the_middle() -> None:
    drawing = issue_svg([[(1, 90.0)], []], None, 1, "Mt a year")
    assert tags(drawing, "circle")[0]["cy"] == "52.0"
    assert len(tags(drawing, "path")) == 1
    assert re.findall(r">([^<>]+)</text>", drawing) == ["round 1", "90.0"]
    assert tags(drawing, "svg")[0]["aria-label"] == "Offers by round. US: 90.0 Mt a year in round 1."


def test_every_issue_that_was_ever_on_the_table_is_drawn_under_its_name_and_unit() -> None:
    page = positions_html(TALKS, {"car_tariff": 0.15, "investment_fund": 550.0}, {"<b>": "<i>"})
    assert re.findall(r"<figcaption>(.*?)</figcaption>", page) == ["Car tariff, %", "Investment fund, US$ bn"]
    labels = [tag["aria-label"] for tag in tags(page, "svg")]
    assert labels[1] == "Offers by round. US: US$550 bn in round 2, US$550 bn in round 3; agreed: US$550 bn."


def test_names_of_a_config_are_no_markup() -> None:
    odd = (snapshot(1, offer(1.0, 2.0, **{"<b>odd": 3.0}), None),)
    with partner_called(PartnerNames("<i>Nowhere", "", "", "")):
        for page in (positions_html(odd, None, {"<b>odd": "<u>"}), plane_html(odd, None, "light")):
            assert not re.search(r"<[biu]>", page.replace('<b class="', ""))


def test_all_offers_are_listed_with_their_worth_to_both_sides() -> None:
    turns = [
        SimpleNamespace(side=US, action="opens", offer={"car_tariff": 0.275}),
        SimpleNamespace(side=PARTNER, action="accepts", offer={}),
    ]
    first = snapshot(1, offer(12.0, -9.0, car_tariff=0.275), offer(1.0, 7.0))
    page = history_html((replace(first, story=cast("Any", SimpleNamespace(number=1, turns=turns))),), {})
    head, opens, accepts = rows_of(page)
    assert head == ["Round", "Car tariff", "Worth to the US, US$ bn a year", "Worth to Japan, US$ bn a year"]
    assert opens == ["1 US opens", "27.5 %", "12.00", "-9.00"]
    assert accepts == ["1 Japan accepts", "", "", ""]


TURN = Turn(
    side=PARTNER,
    round=4,
    date=dt.date(2025, 7, 5),
    deadline=dt.date(2025, 7, 9),
    events=(),
    ideal=9.0,
    reservation=-1.5,
    walk_away=-2.25,
    heard=Offer({"car_tariff": 0.25, "chip_purchases": 5.0}, -3.0, 12.5, {}, "it is too little"),
    last=Offer({"car_tariff": 0.05, "chip_purchases": 2.0}, 4.0, 1.75, {}),
    scales={"car_tariff": Scale(0.0, 0.3, 3), "chip_purchases": Scale(0.0, 9.0, 9)},
    suggestions=(),
)


def test_a_person_sees_both_offers_and_their_worth() -> None:
    assert rows_of(turn_html(TURN, {})) == [
        ["Issue", "US offers", "your last offer"],
        ["Car tariff", "25 %", "5 %"],
        ["Chip purchases", "US$5.00 bn", "US$2.00 bn"],
        ["Worth to you (US$ bn a year)", "-3.00", "4.00"],
        ["Worth to US, you believe (US$ bn a year)", "12.50", "1.75"],
    ]
    first = rows_of(turn_html(replace(TURN, heard=None), {}))
    assert [cells[1:] for cells in first[1:]] == [["-", "5 %"], ["-", "US$2.00 bn"], ["-", "4.00"], ["-", "1.75"]]


def test_a_turn_in_words() -> None:
    assert turn_text.when(TURN) == "Round 4, 5 July 2025; deadline 9 July 2025."
    assert turn_text.payoffs_to_know(TURN) == (
        "You need -1.50; walking away is worth -2.25, your best package 9.00 (US$ bn a year)."
    )
    assert turn_text.obstacle(TURN) == "You cannot sign the offer: it is too little."
    assert turn_text.obstacle(replace(TURN, heard=None)) == ""
    assert TURN.last is not None
    assert turn_text.package(TURN.last, {}) == "car tariff 5 %, chip purchases US$2.00 bn"


def tags(page: str, name: str) -> list[dict[str, str]]:
    """Attributes of every tag of this name."""
    found: list[dict[str, str]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag == name:
                found.append({key: value or "" for key, value in attrs})

    Reader().feed(page)
    return found


def rows_of(page: str) -> list[list[str]]:
    """Cells of a table, row by row."""
    rows = re.findall(r"<tr.*?>(.*?)</tr>", page)
    return [[re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<t[hd]>(.*?)</t[hd]>", row)] for row in rows]


def drawing_in(image: str) -> str:
    """The SVG of an image."""
    return base64.b64decode(tags(image, "img")[0]["src"].partition("base64,")[2]).decode()
