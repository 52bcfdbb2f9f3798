"""Every cell of a sweep, in the terminal, on the page, in the widget and in JSON, is the number that belongs there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from bokeh.models import ColumnDataSource, HoverTool

from experiments.config.load import load_config
from experiments.lab.known_inputs import KnownInput
from experiments.questions.sweep.answer import answer, moved_inputs, verdict
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.leader import following
from experiments.questions.sweep.text import changes_table, following_table, maps, played, points_table
from experiments.questions.sweep.widget import _parts, measures, point_texts
from experiments.report.blocks import KeyNumber
from experiments.report.terminal import print_blocks
from sim.issues import SIDES
from tests.explorations_by_hand import AXES, NAN, followed_by_hand, leader_by_hand, sweep_by_hand
from tests.made_up import headings, tables_of
from tests.tree import ROOT

RESULT = sweep_by_hand()
MAP = sweep_by_hand(AXES)
LEADER = replace(RESULT, leader=leader_by_hand(), following=followed_by_hand())
#: What is said of cars, whose value is put in at two of three points.
CARS = (
    "Car tariff: at 2 of 3 points with deals, more than half of them sit on inputs: the US red line of 15 % (us_cars) "
    "and the low end of the agenda, 2.5 %."
)
KNOB = KnownInput("us_treasury.knob", "knob of the US", "US$ bn", "1 to 4", "a paper", "high")
KIND = KnownInput("protocol.kind", "", "", "", "", "")


@pytest.mark.parametrize(
    ("slope", "words"),
    [(0.19, "stays"), (0.2, "stays"), (-0.2, "stays"), (0.21, "follows in part"), (0.8, "follows in part"),
     (0.81, "follows:"), (-0.21, "moves the other way")],
)  # fmt: skip
def test_how_far_a_settlement_follows_in_words(slope: float, words: str) -> None:
    followed = followed_by_hand().head(1).assign(follows=slope)
    assert verdict(leader_by_hand(), followed).startswith(f"The settlement {words}")


def test_every_point_with_its_intervals() -> None:
    found = points_table(RESULT)
    assert found.caption == "Every point"
    assert found.columns == (
        "us_treasury.knob, US$ bn", "Deals, 95 % interval", "Stall", "Walk-out", "Gain US", "Gain Japan",
        "Car tariff, %", "Fund, US$ bn",
    )  # fmt: skip
    assert found.rows == (
        ("1", "85 % (82.0 to 89.0 %)", "10 %", "5 %", "1.25 (1.10 to 1.60)", "-2.25 (-2.40 to -1.90)",
         "15.0 (14.6 to 15.7) *", "3.25 (2.85 to 3.95)"),
        ("2.5", "52 % (49.0 to 56.0 %)", "35.5 %", "12.5 %", "2.75 (2.60 to 3.10)", "-0.75 (-0.90 to -0.40)",
         "16.0 (15.6 to 16.7) *", "4.25 (3.85 to 4.95)"),
        ("4", "15 % (12.0 to 19.0 %)", "60 %", "25 %", "4.25 (4.10 to 4.60)", "0.75 (0.60 to 1.10)",
         "17.0 (16.6 to 17.7)", "-"),
    )  # fmt: skip
    assert found.numeric == frozenset(range(1, 8))
    assert "US$ bn a year" in found.note
    assert found.note.endswith(f"* In more than half of these deals an input fixes the value. {CARS}")
    free = replace(RESULT, constraints=RESULT.constraints.iloc[:0])
    assert "*" not in "".join(points_table(free).rows[0])
    assert "input" not in points_table(free).note
    assert not found.folded
    # An issue on which nobody agrees anywhere has no column.
    none = RESULT.points.assign(**{f"fund.{name}": NAN for name in ("q05", "q50", "q95")})
    assert points_table(replace(RESULT, points=none)).columns[-1] == "Car tariff, %"
    both = points_table(MAP)
    assert both.folded
    assert both.columns[:3] == ("us_treasury.knob, US$ bn", "protocol.kind", "Deals, 95 % interval")
    assert [row[:3] for row in both.rows] == [
        ("1", "alternating", "85 % (82.0 to 89.0 %)"), ("1", "free", "52 % (49.0 to 56.0 %)"),
        ("1", "both", "15 % (12.0 to 19.0 %)"), ("4", "alternating", "86 % (83.0 to 90.0 %)"),
        ("4", "free", "53 % (50.0 to 57.0 %)"), ("4", "both", "16 % (13.0 to 20.0 %)"),
    ]  # fmt: skip


def test_every_point_beside_the_first_world_by_world() -> None:
    found = changes_table(RESULT)
    assert found.caption == "Every point beside US$1 bn, world by world"
    assert found.columns == (
        "us_treasury.knob, US$ bn", "Deals, points", "Deals, beside the point before", "Gain US", "Gain Japan",
    )  # fmt: skip
    assert found.rows == (
        ("2.5", "-10.0 (-13.0 to -6.0)", "+30.0 (+27.0 to +34.0)", "+1.10 (+1.05 to +1.17)", "-1.10 (-1.15 to -1.03)"),
        ("4", "-30.0 (-33.0 to +60.0)", "+10.0 (+7.0 to +100.0)", "+2.10 (+2.05 to +2.17)", "-2.10 (-2.15 to -2.03)"),
    )
    assert (found.faint, found.numeric, found.folded) == (frozenset({1}), frozenset(range(1, 5)), False)
    both = changes_table(MAP)
    assert both.caption == "Every point beside US$1 bn, alternating, world by world"
    assert both.columns == ("us_treasury.knob, US$ bn", "protocol.kind", "Deals, points", "Gain US", "Gain Japan")
    assert [row[:3] for row in both.rows] == [
        ("1", "free", "-10.0 (-13.0 to -6.0)"), ("1", "both", "-30.0 (-33.0 to -26.0)"),
        ("4", "alternating", "-50.0 (-53.0 to -46.0)"), ("4", "free", "-70.0 (-73.0 to -66.0)"),
        ("4", "both", "-90.0 (-93.0 to 0.0)"),
    ]  # fmt: skip
    assert both.folded


def test_without_intervals_changes_stand_alone_and_say_why() -> None:
    ends = {f"{name}{end}": NAN for name in ("deals", *SIDES) for end in ("_low", "_high")}
    sobol = RESULT.config.experiment.model_copy(update={"sampling": "sobol"})
    even = replace(
        RESULT,
        changes=RESULT.changes.assign(**ends),
        config=RESULT.config.model_copy(update={"experiment": sobol}),
    )
    found = changes_table(even)
    assert found.rows[1][1:] == ("-30.0", "+10.0", "+2.10", "-2.10")
    assert found.note.endswith("the usual intervals do not hold for them.")
    told = answer(even, [KNOB])
    assert "the share changes by -30.0 points at US$4 bn beside US$1 bn. No intervals: a Sobol sequence" in told.text
    assert told.numbers[0] == KeyNumber("Deals, US$4 bn less US$1 bn, world by world", "-30.0 points")
    rough = "for which intervals of independent draws are no more than rough."
    assert told.certainty.endswith(f"The worlds are those of a Sobol sequence, {rough}")


def test_a_map_has_the_second_axis_down() -> None:
    shares, ends = maps(MAP)
    assert (shares.caption, ends.caption) == ("Share of deals", "Most frequent end")
    assert shares.note == ends.note == "Down: protocol.kind. Across: us_treasury.knob, US$ bn."
    assert shares.columns == ends.columns == ("", "1", "4")
    assert shares.rows == (("alternating", "85 %", "86 %"), ("free", "52 %", "53 %"), ("both", "15 %", "16 %"))
    assert ends.rows == (
        ("alternating", "agreement", "agreement"), ("free", "agreement", "agreement"), ("both", "stall", "stall"),
    )  # fmt: skip
    assert (shares.numeric, ends.numeric) == (frozenset({1, 2}), frozenset())


def test_how_far_a_settlement_follows() -> None:
    leader, followed = leader_by_hand(), followed_by_hand()
    cars = {"car_tariff": "Of cars.", "land": "Of land."}
    found = following_table(leader, followed, cars)
    assert found.caption == "Does the settlement follow the opening of the US?"
    assert found.columns == ("Issue", "Opening from", "to", "Settlement from", "to", "Follows")
    assert found.rows == (
        ("Car tariff", "25 %", "15 %", "16 %", "13 %", "0.31"),
        ("Fund", "US$9.25 bn", "US$5.50 bn", "US$4.75 bn", "US$3.00 bn", "-0.63"),
        ("LNG", "1.50", "1.60", "1.70", "1.80", "-"),
    )
    assert found.note.startswith("Medians.")
    assert found.note.endswith("a tenth of the issue's range. Of cars.")
    # The mean of 0.31 and -0.63.
    assert verdict(leader, followed) == (
        "The settlement moves the other way: on fund it moves by -0.63 of each step of the opening; mean over the "
        "issues that moved -0.16."
    )
    assert verdict(leader_by_hand("car_tariff"), followed).startswith("The settlement follows in part: on car tariff")
    assert verdict(leader_by_hand("lng"), followed) == "The opening on lng did not move where there are deals."


def test_what_was_played() -> None:
    points = (
        "3 points, the same 40 worlds at each: 120 negotiations; seed 23. Looked at are how talks end, both sides' "
        "mean gains over walking away, and what deals say on each issue."
    )
    assert played(RESULT).paragraphs == (points,)
    assert played(LEADER).paragraphs == (
        "Moved is the opening of the US: share of its own way conceded in the first offer (us_treasury.knob).", points,
    )  # fmt: skip
    on_cars = replace(LEADER, leader=leader_by_hand("car_tariff"))
    assert played(on_cars).paragraphs[0] == (
        "Moved is the opening of the US: declared position on car tariff (us_treasury.knob), in place of its own red "
        "lines on that issue."
    )


def test_its_line_says_the_share_of_deals_once_where_it_is_the_same_everywhere() -> None:
    same = RESULT.points.assign(**{"share.agreement": 0.25})
    assert RESULT.headline().endswith(", deals from 15 % to 85 %")
    assert replace(RESULT, points=same).headline().endswith(", deals 25 % at each")


def test_the_terminal_prints_these_blocks() -> None:
    assert list(MAP.blocks()) == [
        answer(MAP, moved_inputs(MAP)),
        played(MAP),
        *maps(MAP),
        points_table(MAP),
        changes_table(MAP),
    ]
    assert list(LEADER.blocks()) == [
        answer(LEADER, moved_inputs(LEADER)),
        played(LEADER),
        points_table(LEADER),
        changes_table(LEADER),
        following_table(leader_by_hand(), followed_by_hand(), LEADER.inputs),
    ]
    assert answer(LEADER, [KNOB]).text.endswith(f"{verdict(leader_by_hand(), followed_by_hand())} {CARS}")
    _, line, changes, following = tables_of(lambda console: print_blocks(LEADER.blocks(), console))
    assert headings(line) == list(points_table(LEADER).columns)
    assert tuple(line.rows) == points_table(LEADER).rows
    assert tuple(changes.rows) == changes_table(LEADER).rows
    assert tuple(following.rows) == following_table(leader_by_hand(), followed_by_hand(), LEADER.inputs).rows
    _, shares, ends = tables_of(lambda console: print_blocks(MAP.blocks(), console))
    assert [tuple(shares.rows), tuple(ends.rows)] == [one.rows for one in maps(MAP)]
    assert "Every point: 6 rows, on the page" in MAP.text()


def test_the_answer_takes_each_number_from_its_place() -> None:
    assert answer(RESULT, [KNOB]).text == (
        "As the knob of the US (us_treasury.knob) goes from US$1 bn to US$4 bn, the share of talks that end in a "
        "deal goes from 85 % (95 % interval: 82 to 89 %) to 15 % (95 % interval: 12 to 19 %). World by world, the "
        "share changes by -30.0 points (95 % interval: -33.0 to +60.0) at US$4 bn beside US$1 bn, which may be chance. "
        "It crosses one half between US$1 bn and US$4 bn. The most frequent end turns from agreement to stall between "
        "US$2.5 bn and US$4 bn. From US$1 bn to US$4 bn, the mean gain over walking away goes, of the US from "
        "US$1.25 bn a year to US$4.25 bn a year and of Japan from -US$2.25 bn a year to US$0.75 bn a year."
    )
    # Across, shares move by 1 point; down, by 70.
    found = answer(MAP, [KNOB, KIND])
    assert found.sentence == "Over 6 points, the share of talks that end in a deal goes from 15 % to 86 %."
    assert found.more[0] == (
        "It goes from 15 % (95 % interval: 12 to 19 %) at us_treasury.knob US$1 "
        "bn, protocol.kind both to 86 % (95 % interval: 83 to 90 %) at us_treasury.knob US$4 bn, protocol.kind "
        "alternating. More than half of the talks end in a deal at 4 of 6 points. Of the two, protocol.kind does "
        "more: between the lowest and the highest point it moves the share by 70 points on average, the knob of the "
        "US (us_treasury.knob) by 1."
    )
    names = sweep_by_hand((Axis("protocol.kind", ("alternating", "free", "both")),))
    assert answer(names, [KIND]).text == (
        "Talks end in a deal most often with protocol.kind alternating, 85 % (95 % interval: 82 to 89 %), and most "
        "seldom with both, 15 % (95 % interval: 12 to 19 %). On average the US gains most over walking away with both, "
        "US$4.25 bn a year, and least with alternating, US$1.25 bn a year. On average Japan gains most over walking "
        "away with both, US$0.75 bn a year, and least with alternating, -US$2.25 bn a year."
    )


def test_measures_of_the_widget_are_the_columns_of_the_points() -> None:
    found = dict(measures(RESULT))
    assert {name: one["label"] for name, one in found.items()} == {
        "share.agreement": "Deals, share of runs, %", "share.stall": "Stall, share of runs, %",
        "share.walkout": "Walk-out, share of runs, %",
        "gain.us_treasury": "Mean gain of US over walking away, US$ bn a year",
        "gain.partner": "Mean gain of Japan over walking away, US$ bn a year",
        "car_tariff.q50": "Car tariff in deals, median, Rate, %", "fund.q50": "Fund in deals, median, US$ bn",
    }  # fmt: skip
    for name, one in found.items():
        scale = 100 if name.startswith(("share", "car")) else 1
        ends = (".q05", ".q95") if name.endswith(".q50") else ("_low", "_high")
        columns = [name, *(f"{name.removesuffix('.q50')}{end}" for end in ends)]
        for key, column in zip(("y", "low", "high"), columns, strict=True):
            shown = [NAN if value is None else value for value in one[key]]
            np.testing.assert_allclose(shown, scale * RESULT.points[column], rtol=1e-4)
    assert (found["share.stall"]["least"], found["share.stall"]["most"]) == (0.0, 100.0)
    assert (found["fund.q50"]["least"], found["fund.q50"]["most"]) == (3.25, 4.25)
    assert found["fund.q50"]["shown"] == ["3.25", "4.25", "-"]
    assert found["gain.partner"]["shown"] == ["-2.25", "-0.75", "0.75"]


def test_what_the_widget_tells_of_a_point() -> None:
    first, _, last = point_texts(RESULT)
    assert first == (
        "At knob (the US) (us_treasury.knob) US$1 bn: deals 85 % (95 % interval: 82 to 89 %); stall 10 %, walk-out "
        "5 %. Mean gains over walking away, US$ bn a year: US +1.25, Japan -2.25. Median deal: car tariff 15 %, fund "
        "US$3.25 bn. Car tariff: 70.6 % of the deals sit on the US red line of 15 % (us_cars): an input."
    )
    assert last.endswith("US +4.25, Japan +0.75. Median deal: car tariff 17 %.")


def _data(result: Any) -> dict[str, Any]:
    return {"measures": dict(measures(result)), "texts": [*point_texts(result)]}


def test_the_widget_draws_points_along_the_axis() -> None:
    parts = _parts(RESULT, _data(RESULT))
    plot = parts["plot"]
    assert plot.xaxis[0].axis_label == "Knob (the US), US$ bn"
    assert plot.yaxis[0].axis_label == "Deals, share of runs, %"
    ends, line, dots = plot.renderers
    source = dots.data_source
    assert isinstance(source, ColumnDataSource)
    assert source is ends.data_source is line.data_source
    assert source.data["x"] == [1.0, 2.5, 4.0]
    assert source.data["value"] == ["1", "2.5", "4"]
    assert source.data["y"] == [85.0, 52.0, 15.0]
    assert source.data["low"] == pytest.approx([82.0, 49.0, 12.0])
    assert source.data["high"] == pytest.approx([89.0, 56.0, 19.0])
    assert source.data["width"] == [3, 0, 0]
    assert (ends.glyph.x0, ends.glyph.y0, ends.glyph.x1, ends.glyph.y1) == ("x", "low", "x", "high")
    assert (line.glyph.x, line.glyph.y, dots.glyph.x, dots.glyph.y) == ("x", "y", "x", "y")
    (hover,) = plot.select(HoverTool)
    assert [tip[1] for tip in hover.tooltips][:2] == ["@value", "@shown"]
    measure, point = parts["select"].children
    assert [name for name, _ in measure.options] == list(_data(RESULT)["measures"])
    assert point.options == [
        (str(place), f"knob (the US) (us_treasury.knob) US${value} bn") for place, value in enumerate(("1", "2.5", "4"))
    ]
    (show,) = measure.js_property_callbacks["change:value"]
    assert (show.args["measure"], show.args["point"]) == (measure, point)
    assert show.args["value_axis"] is plot.yaxis[0]
    assert json.loads(show.args["data"]) == _data(RESULT)


def test_the_widget_draws_a_map_with_the_first_axis_across() -> None:
    parts = _parts(MAP, _data(MAP))
    plot = parts["plot"]
    assert (plot.xaxis[0].axis_label, plot.yaxis[0].axis_label) == (
        "Knob (the US), US$ bn",
        "Whether sides take turns or table positions at the same time",
    )
    (cells,) = plot.renderers
    found = cells.data_source.data
    rows = list(zip(found["x"], found["y_at"], found["one"], found["two"], found["y"], strict=True))
    assert rows == [
        (0, 0, "1", "alternating", 85.0), (0, 1, "1", "free", 52.0), (0, 2, "1", "both", 15.0),
        (1, 0, "4", "alternating", 86.0), (1, 1, "4", "free", 53.0), (1, 2, "4", "both", 16.0),
    ]  # fmt: skip
    assert (cells.glyph.x, cells.glyph.y, cells.glyph.fill_color.field) == ("x", "y_at", "y")
    mapper = cells.glyph.fill_color.transform
    assert (mapper.low, mapper.high) == (0.0, 100.0)
    assert plot.xaxis[0].major_label_overrides == {0: "1", 1: "4"}
    assert plot.yaxis[0].major_label_overrides == {0: "alternating", 1: "free", 2: "both"}
    (hover,) = plot.select(HoverTool)
    assert [tuple(tip) for tip in hover.tooltips][:3] == [
        ("us_treasury.knob", "@one"), ("protocol.kind", "@two"), ("value", "@shown"),
    ]  # fmt: skip


def test_following_is_the_slope_of_the_settlement_on_the_opening() -> None:
    config = load_config(ROOT / "configs" / "cars_on_the_table.yaml")
    openings = RESULT.openings[RESULT.openings["issue"] == "car_tariff"]
    found = following(RESULT.points, openings, leader_by_hand(), config)
    assert list(found) == list(followed_by_hand())
    (row,) = found.to_dict("records")
    # Openings of the US fall by 0.05 a point, settlements rise by 0.01: a slope of -0.2 whatever the range.
    assert row["follows"] == pytest.approx(-0.2)
    ends = [row[f"{part}_{end}"] for part in ("opening", "settled") for end in ("first", "last")]
    assert ends == pytest.approx([0.25, 0.15, 0.15, 0.17])
    assert (row["issue"], row["unit"], row["points"]) == ("car_tariff", "rate", 3)
    # The opening of Japan does not move, so that there is no slope.
    still_there = replace(leader_by_hand(), side="partner")
    (still,) = following(RESULT.points, openings, still_there, config).to_dict("records")
    assert np.isnan(still["follows"])
    assert still["opening_first"] == still["opening_last"] == 0.02


def test_json_holds_every_table() -> None:
    found = json.loads(LEADER.json())
    assert (found["config"], found["negotiations"]) == ("tiny", 120)
    assert list(LEADER.tables) == ["points", "changes", "openings", "constraints", "following"]
    for name, table in LEADER.tables.items():
        assert len(found[name]) == len(table)
        for row, (_, wanted) in zip(found[name], table.iterrows(), strict=True):
            assert row == {
                key: None if isinstance(value, float) and np.isnan(value) else value for key, value in wanted.items()
            }
    assert "following" not in json.loads(RESULT.json())
    assert found["inputs"] == {"car_tariff": CARS}
