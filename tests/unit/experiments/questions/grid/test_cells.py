"""Every cell of a comparison of grids is the number of its place, on the screen, on the page and as plain data."""

from __future__ import annotations

import json
import math

import pytest

from experiments.questions.grid.page import page
from experiments.questions.grid.text import answer, comparison
from experiments.report.blocks import Commands, Listing, html
from experiments.report.terminal import text_of
from tests.comparisons_by_hand import grid_by_hand
from tests.pages import as_written

ROWS = (
    ("Levels of the issues", "5 to 6", "9 to 11", "", ""),
    ("Agreement", "60 %", "63 %", "+3.0 points", ""),
    ("Stall", "40 %", "0 %", "-40.0 points", ""),
    ("Walk-out", "0 %", "37 %", "+37.0 points", ""),
    # Wilson with 30 of 400, by hand.
    ("Outcome differs (95 % interval)", "", "", "7.5 %", "5.3 to 10.5 %"),
    ("Agreement on both grids", "", "", "55 %", ""),
    ("Car tariff, %", "15.0", "16.0", "1.25", "2.50"),
    ("Chip purchases, US$ bn", "3.25", "4.50", "0.75", "1.75"),
    ("Gain of US, US$ bn a year", "1.11", "2.22", "0.33", "0.44"),
    ("Gain of Japan, US$ bn a year", "5.55", "6.66", "0.77", "0.88"),
)
ANSWER = (
    "Halving every step changes the outcome of 30 of 400 runs (7.5 %); "
    "gains of deals move by 0.330 (US) and 0.770 (Japan) US$ bn a year. The share of deals goes from 60 % to 63 %."
)


#: What is said of the means: cars are put in in 65 % of the deals on the own grid, and in 45 % on the other.
OWN = "Car tariff: 65 % of the deals sit on the low end of the agenda, 2.5 %: an input."
HALVED = "Chip purchases: 80 % of the deals sit on the US red line of US$4.50 bn (chips): an input."


def test_a_comparison_of_grids_cell_by_cell() -> None:
    table = comparison(grid_by_hand())
    assert table.caption == "Grid of case and every step halved: the same 400 runs from seed 7"
    assert table.columns == ("", "own grid", "halved", "mean difference", "95th percentile")
    assert table.numeric == {1, 2, 3, 4}
    assert table.rows == ROWS
    assert table.note == (
        "Differences run by run, without their sign, over the runs that agree on both grids; of outcomes: halved less "
        f"own. Own grid: {OWN} Halved: {HALVED}"
    )


def test_the_answer_says_what_halving_changes() -> None:
    result = grid_by_hand()
    assert answer(result).text == ANSWER
    same = result.outcomes.assign(halved=[240, 160, 0])
    assert answer(grid_by_hand(outcomes=same)).text.endswith(" The share of deals stays at 60 %.")
    none = result.outcomes.iloc[1:].assign(own=[400, 0], halved=[0, 400])
    assert answer(grid_by_hand(outcomes=none)).text.endswith(" The share of deals stays at 0 %.")


def test_without_a_deal_on_both_grids_there_is_no_difference() -> None:
    nothing = dict.fromkeys(("own", "halved", "mean", "percentile_95"), math.nan)
    result = grid_by_hand(agreed=0, differences=grid_by_hand().differences.assign(**nothing))
    assert "(7.5 %); no run agrees on both grids. The share" in answer(result).text
    assert comparison(result).rows[-1] == ("Gain of Japan, US$ bn a year", "-", "-", "-", "-")
    assert json.loads(result.json())["gains"]["us_treasury"]["mean_difference"] is None


def test_plain_data_say_what_is_put_in_on_each_grid() -> None:
    found = json.loads(grid_by_hand().json())["inputs"]
    assert found == {"own": {"car_tariff": OWN}, "halved": {"chip_purchases": HALVED}}


def test_the_screen_shows_every_row_of_the_table() -> None:
    lines = [" ".join(line.split()) for line in text_of(grid_by_hand().blocks()).splitlines()]
    for row in ROWS:
        assert " ".join(cell for cell in row if cell) in lines
    assert max(map(len, grid_by_hand().text().splitlines())) <= 100


def test_the_page_shows_the_blocks_of_the_screen_and_how_to_run_it_again() -> None:
    result = grid_by_hand()
    made = page(result, "light")
    words, table = result.blocks()
    assert words == made.answer
    sections = {section.name: section for section in made.sections}
    assert [*sections] == ["came-out", "scenario", "limits", "again"]
    assert sections["came-out"].blocks[0] == table
    assert getattr(sections["came-out"].blocks[1], "rows", None) == (
        ("agenda.car_tariff", "6", "11"),
        ("agenda.chip_purchases", "5", "9"),
    )
    asked = sections["scenario"].blocks[0]
    assert isinstance(asked, Listing)
    assert asked.lines[0] == "400 runs on the grid of the config, and the same with every step halved."
    assert asked.lines[1].startswith("Seed 7;")
    assert Commands(("winset grid case.yaml --runs 400 --seed 7",)) in sections["again"].blocks
    shown = as_written(html(made, "light"))
    assert all(f"{cell}<" in shown for row in ROWS for cell in row if cell)


def test_another_engine_is_said_where_it_is_run_again() -> None:
    result = grid_by_hand()
    settings = result.manifest.settings | {"engine": "mesa"}
    again = page(grid_by_hand(manifest=result.manifest.model_copy(update={"settings": settings})), "light").sections[-1]
    assert Commands(("winset grid case.yaml --runs 400 --seed 7 --engine mesa",)) in again.blocks


def test_a_comparison_of_grids_as_plain_data() -> None:
    result = grid_by_hand()
    plain = result.plain()
    assert json.loads(result.json()) == plain
    assert (plain["config"], plain["runs"], plain["seed"], plain["agree_on_both"]) == ("case", 400, 7, 220)
    assert plain["levels"] == {"agenda.car_tariff": [6, 11], "agenda.chip_purchases": [5, 9]}
    assert plain["outcome_shares"] == {"agreement": [0.6, 0.63], "stall": [0.4, 0.0], "walkout": [0.0, 0.37]}
    differs = plain["outcome_differs"]
    assert (differs["runs"], differs["share"]) == (30, 0.075)
    assert (differs["low"], differs["high"]) == pytest.approx((0.05304, 0.10505), abs=5e-6)
    found = {name: one for part in ("issues", "gains") for name, one in plain[part].items()}
    assert {name: (one["unit"], *one["means"], one["mean_difference"], one["percentile_95"])
            for name, one in found.items()} == {
        "car_tariff": ("rate", 0.15, 0.16, 0.0125, 0.025),
        "chip_purchases": ("US$ bn", 3.25, 4.5, 0.75, 1.75),
        "us_treasury": ("US$ bn a year", 1.11, 2.22, 0.33, 0.44),
        "partner": ("US$ bn a year", 5.55, 6.66, 0.77, 0.88),
    }  # fmt: skip
    assert [*plain["gains"]] == ["us_treasury", "partner"]


def test_an_answer_is_one_line_and_in_a_notebook_a_table() -> None:
    result = grid_by_hand()
    assert repr(result) == "<GridResult: 400 runs of case on two grids, 7.5 % with another outcome>"
    assert result.negotiations == 800
    shown = as_written(result._repr_html_())
    assert all(f"{cell}<" in shown for row in ROWS for cell in row if cell)
