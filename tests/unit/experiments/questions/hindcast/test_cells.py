"""Every cell of a hindcast is the number of its place, on the screen, on the page and as plain data."""

from __future__ import annotations

import json

import pytest

from experiments.questions.hindcast.answer import answer, beaten_by
from experiments.questions.hindcast.page import page
from experiments.questions.hindcast.text import (
    ablation_tables,
    contains_table,
    leak_table,
    left_out,
    overview,
    path_overview,
    path_table,
    stamp,
    target_tables,
)
from experiments.report.blocks import Commands, html
from tests.hindcast_by_hand import JULY, MAY, hindcast_by_hand

CELLS = "In brackets the Monte Carlo error; after a slash the skill of the model against the baseline."


def test_scores_of_a_rate_cell_by_cell() -> None:
    result = hindcast_by_hand()
    crps, log = target_tables(result, result.targets["car_tariff"], every=True)
    assert crps.caption == "Car tariff on 1 August (in fact 15 %): CRPS, points"
    assert crps.columns == ("Forecaster", "28 May", "11 July")
    assert crps.numeric == {1, 2}
    assert crps.rows == (
        ("the model", "6.12 (0.11)", "3.12 (0.14)"),
        ("the model, deals alone", "2.34 (0.21)", "-"),
        ("B1 status quo, no deal", "9.68 / +0.37", "-"),
        ("B3 0.6 of the threat*", "1.25 / -3.90", "-"),
        ("B7 newest earlier deal", "-", "2.87 / -0.09"),
        ("B8 deal of the most similar case", "6.15 / +0.02", "2.99 / -0.04"),
        ("B9 earlier deals, each as likely", "0.00 / -inf", "-"),
    )
    assert crps.strong == {0}
    assert crps.note == (
        f"{CELLS} * Chosen after the fact, by someone who knew the outcome. B7 of 28 May: no deal has been signed yet."
    )
    assert log.caption == "Car tariff on 1 August (in fact 15 %): log score, nats"
    assert log.rows[0] == ("the model", "0.612 (0.011)")
    assert log.folded
    assert [*target_tables(result, result.targets["car_tariff"])] == [crps]


def test_scores_of_an_event_cell_by_cell() -> None:
    result = hindcast_by_hand()
    (brier,) = target_tables(result, result.targets["no_deal_before"])
    assert brier.caption == "No deal before 9 July (in fact yes): Brier score"
    assert brier.columns == ("Forecaster", "28 May")
    assert brier.rows == (
        ("the model", "0.008 (0.001)"),
        ("B1 status quo, no deal", "0.000 / -inf"),
        ("even chance", "0.250 / +0.97"),
    )
    assert brier.note == f"{CELLS} B2 of 28 May: names no day of the deal."
    _, log = target_tables(result, result.targets["deal_by"], every=True)
    assert log.rows == (("the model", "infinite"),)


def test_what_the_model_says_cell_by_cell() -> None:
    table = overview(hindcast_by_hand())
    assert table.columns == ("Target", "in fact", "28 May", "11 July")
    assert table.rows[:4] == (
        ("no deal before 9 July", "yes", "91 %", "known"),
        ("deal by 1 August", "yes", "31 %", "42 %"),
        ("car tariff on 1 August", "15 %", "22 %", "19 %"),
        ("reciprocal tariff on 1 August", "15 %", "10.4 %", "15.2 %"),
    )


def test_ablation_cell_by_cell() -> None:
    first, second = ablation_tables(hindcast_by_hand(), every=True)
    assert first.caption == "Without a part of it: forecast of 28 May"
    assert first.columns == ("Without", "deals, %", "car, mean %", "car, CRPS")
    assert first.rows == (
        ("nothing: the forecast itself", "31.00", "22.10", "6.12"),
        ("the fund", "5.00 (-26.00 +- 1.30)", "26.60 (+4.50 +- 0.20)", "9.32 (+3.20 +- 0.41)"),
        (
            "R2, reference rates of earlier deals",
            "32.00 (+1.00 +- 0.70)",
            "22.00 (-0.10 +- 0.15)",
            "6.04 (-0.08 +- 0.09)",
        ),
    )
    assert first.faint == {2}
    assert (first.folded, second.folded) == (False, True)
    assert second.rows == (("nothing: the forecast itself", "42.00"),)
    short, _ = ablation_tables(hindcast_by_hand())
    assert short.columns == ("Without", "deals, %", "car, CRPS")


def test_what_the_config_contains_cell_by_cell() -> None:
    table = contains_table(hindcast_by_hand())
    assert table.columns == (
        "Forecast of", "Target", "contained", "on an input", "there, in the bin of the answer", "which input",
    )  # fmt: skip
    assert table.rows == (
        ("28 May", "deal by 1 August", "no", "45 %", "-", "red lines that leave no package"),
        ("28 May", "car tariff on 1 August", "yes", "62 %", "55 %",
         "the US release of 15 % (us_cars); red_lines.us_cars.release"),
        ("11 July", "reciprocal tariff on 1 August", "partly", "71 %", "33 %",
         "the US red line (us_floor); red_lines.us_floor.at_least"),
    )  # fmt: skip
    assert table.numeric == {3, 4}


def test_positions_cell_by_cell() -> None:
    result = hindcast_by_hand()
    course = path_overview(result)
    assert course.columns == ("Forecast of", "Forecaster", "mean CRPS", "energy score")
    assert course.rows == (
        ("28 May", "the model", "1.44 (0.04)", "5.11 (0.17)"),
        ("28 May", "positions as last known", "2.33 / +0.38", "4.62 / -0.11"),
        ("11 July", "the model", "7.13 (0.21)", "-"),
        ("11 July", "positions as last known", "9.38 / +0.24", "-"),
    )
    assert course.note.endswith(f"{CELLS} 11 July: not every run has a position.")
    assert course.caption.endswith("from those on record, points")
    rows = path_table(result, MAY)
    assert rows.columns == (
        "Day (round)", "Side", "Issue", "on record", "runs: 10, 50, 90 %", "runs with one", "CRPS", "last known",
    )  # fmt: skip
    assert rows.caption == "Positions on record after 28 May, and the runs"
    assert rows.note == "CRPS in points of a rate, US$ bn of purchases, and US$ 100 bn of a fund."
    assert rows.rows == (
        ("2025-06-06 (5)", "Japan", "Car tariff, %", "2.5 to 10 to 15", "2.1 / 3.4 / 7.7", "97 %", "1.25", "2.50"),
        ("2025-07-22 (8a)", "Japan", "Investment fund, US$ bn", "400 to open", "210 / 320 / 450", "50 %", "0.75", "-"),
        ("2025-07-23 (8b)", "US", "Car tariff, %", "15", "-", "0 %", "-", "12.50"),
    )
    assert path_table(result, JULY).rows == ()


def test_what_leaks_cell_by_cell() -> None:
    result = hindcast_by_hand(informed=True)
    leaks, missing = leak_table(result), left_out(result)
    assert leaks.columns == ("Entry", "Value", "Known by", "Source", "Leaks into")
    assert missing.columns == ("Forecast of", "events left out", "entries without a date")
    assert leaks.rows == (
        ("fund.reference_size", "550.0", "2025-07-23", "EY: the agreed fund", "28 May, 11 July"),
        ("partner.public_car_tariff", "0.15", "2025-07-24", "own", "28 May"),
    )
    assert missing.rows == (("28 May", "letter, statement", "1"), ("11 July", "-", "0"))
    (said,) = stamp(result).paragraphs
    assert said.startswith("INFORMED: these are no forecasts. They rest on 2 entries that nobody knew")


def test_the_stamp_stands_first_and_on_every_form_of_the_answer() -> None:
    told, strict = hindcast_by_hand(informed=True), hindcast_by_hand()
    assert told.text().startswith("INFORMED: these are no forecasts.")
    assert told.text().index("fund.reference_size") < told.text().index("Car tariff on 1 August")
    assert "INFORMED" not in strict.text()
    assert json.loads(told.json())["informed"] is True
    assert page(told, "light").title.startswith("INFORMED hindcast, no forecast: ")
    assert page(told, "light").sections[0].name == "leaks"
    assert page(strict, "light").title.startswith("Hindcast: ")
    assert "leaks" not in [one.name for one in page(strict, "light").sections]


def test_the_answer_says_first_who_beats_the_model() -> None:
    """B8 of 28 May lies within twice the error of the model's score, and so neither beats it nor loses."""
    result = hindcast_by_hand()
    assert beaten_by(result, result.dates[0], "car_tariff") == (["B3", "B9"], ["B1"])
    assert beaten_by(result, result.dates[1], "car_tariff") == ([], [])
    assert answer(result).sentence == (
        "A baseline without a model forecasts better in 1 of 4 forecasts of rates; deal by 1 August (so it was) has a "
        "chance of 42 % in the last one."
    )
    assert answer(result).more[0] == (
        "Car tariff on 1 August, 15 % in fact: the CRPS of the model is 6.12 points on 28 May and 3.12 on 11 July. B3 "
        "and B9 beat it on some dates. The config contains this answer on 28 May: the US release of 15 % (us_cars) "
        "(55 % of the deals sit there on an input). Car tariff: 63.2 % of the deals sit on the US release of 15 % "
        "(us_cars): an input. That is of 28 May, and more than half of them do on 11 July. Reciprocal tariff on 1 "
        "August, 15 % in fact: the CRPS of the model is 3.41 points on 28 May and 1.11 on 11 July. No baseline beats "
        "it. Reciprocal tariff: 71.2 % of the deals sit on the US red line (us_floor): an input. That is of 11 July. "
        "No deal before 9 July (so it was): 91 % "
        "on 28 May. Deal by 1 August (so it was): 31 % on 28 May, 42 % on 11 July. 123 runs a forecast. * Chosen after "
        "the fact."
    )
    best = result.scores.assign(value=result.scores["value"].where(result.scores["forecaster"] != "B8", 0.001))
    assert "B8 beats it on every date, B3 and B9 on some." in answer(hindcast_by_hand(scores=best)).text
    after = best.assign(forecaster=best["forecaster"].replace({"B8": "B3", "B3": "B8"}))
    assert "B3* beats it on every date, B8 and B9 on some." in answer(hindcast_by_hand(scores=after)).text


@pytest.mark.parametrize("informed", [True, False])
def test_the_page_has_every_table_and_says_how_to_come_by_it_again(informed: bool) -> None:
    result = hindcast_by_hand(informed=informed)
    found = page(result, "light")
    text = html(found, "light")
    for part in ("6.12 (0.11)", "9.68 / +0.37", "2.5 to 10 to 15", "-26.00 +- 1.30", "chosen after the fact"):
        assert part.casefold() in text.casefold()
    commands = next(block for one in found.sections for block in one.blocks if isinstance(block, Commands))
    told = " --informed" if informed else ""
    assert commands.lines == (
        "winset hindcast case.yaml --as-of 2025-05-28 --as-of 2025-07-11 --day 2025-08-01 --runs 123 --seed 5" + told,
    )


def test_plain_data_has_every_table_and_what_happened() -> None:
    result = hindcast_by_hand()
    plain = json.loads(result.json())
    assert [one["name"] for one in plain["targets"]] == [*result.targets]
    assert plain["targets"][2] | {"source": ""} == {
        "name": "car_tariff", "kind": "rate", "what": "car tariff on 1 August", "observed": 0.15,
        "known_by": "2025-07-22", "source": "",
    }  # fmt: skip
    for name in ("scores", "pit", "paths", "fan", "ablation", "contains", "constraints", "leaks"):
        assert len(plain[name]) == len(result.tables[name])
    assert plain["scores"][0]["value"] == 0.0081
    assert plain["inputs"] == {
        MAY: {"car_tariff": "Car tariff: 63.2 % of the deals sit on the US release of 15 % (us_cars): an input."},
        JULY: {
            "car_tariff": "Car tariff: 59.6 % of the deals sit on the US red line of 27.5 % (us_cars): an input.",
            "reciprocal_tariff": "Reciprocal tariff: 71.2 % of the deals sit on the US red line (us_floor): an input.",
        },
    }
    assert result.headline() == "2 forecasts of Japan from case, deals on 2025-07-11: 42 %"
    assert result.negotiations == 123 * 4
