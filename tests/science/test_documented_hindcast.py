"""What README and the page of hindcasts say of the forecasts is what they are, beside the baselines that beat them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Final

import numpy as np
import pytest

from experiments.questions.hindcast.hindcast import hindcast
from experiments.questions.hindcast.result import HindcastResult
from tests.documented import faults, rows, says, table, text
from tests.tree import CONFIGS

pytestmark = pytest.mark.long

PAGE: Final = "docs/hindcast.md"
RUNS: Final = 4_000
MODEL: Final = "model"
STILL: Final = "B1"
#: Columns of README's table: who says what stands in it.
BASELINES: Final = {
    "midpoint of stated positions": "B5",
    "deal of the most similar country": "B8",
    "nothing moves": STILL,
}
DATES: Final = {
    "28 May": date(2025, 5, 28),
    "13 June": date(2025, 6, 13),
    "28 June": date(2025, 6, 28),
    "11 July": date(2025, 7, 11),
    "21 July": date(2025, 7, 21),
}

#: Targets with the score that the page tells of them: what is said of an event, the error of a rate.
SCORES: Final = {"no_deal_before": "brier", "deal_by": "brier", "partner_first": "brier", "us_holds": "brier"}


@cache
def _forecasts() -> HindcastResult:
    return hindcast(CONFIGS / "japan_hindcast.yaml", runs=RUNS, seed=1)


@cache
def _informed(*sets: str) -> HindcastResult:
    return hindcast(CONFIGS / "july_2025.yaml", [DATES["28 May"]], RUNS, 1, informed=True, sets=sets)


def _found(day: str, target: str, forecaster: str) -> tuple[float, float] | None:
    """What is said of an event in per cent, or a score in points, with its error; None where there is none.

    The score is the CRPS of a rate, or the one that stands behind a colon after the target.
    """
    target, _, named = target.partition(":")
    score = named or SCORES.get(target, "crps")
    table_of = _forecasts().score(DATES[day], target, score)
    row = table_of[table_of["forecaster"] == forecaster]
    value = row["says" if score == "brier" else "value"].to_numpy(np.float64)
    if not len(value) or np.isnan(value[0]):
        return None
    return 100.0 * float(value[0]), 100.0 * float(row["error"].iloc[0])


def _value(day: str, target: str, forecaster: str = MODEL) -> float:
    found = _found(day, target, forecaster)
    assert found is not None
    return found[0]


def test_the_first_table_of_the_readme_is_what_the_forecasts_say() -> None:
    facts = {
        "no deal before 9 July": ("none", "no_deal_before"),
        "deal by 1 August": ("on # July", "deal_by"),
        "car tariff, error": ("# %", "car_tariff"),
        "reciprocal tariff, error": ("# %", "reciprocal_tariff"),
    }
    found = table("README.md", "| in fact | the model, on 28 May")
    assert [*found] == [*facts]
    targets = _forecasts().targets
    wrong = {}
    for row, (fact, target) in facts.items():
        is_rate = target not in SCORES
        words = "# points" if is_rate else "# %"
        both = ("28 May", "11 July")
        observed = [100.0 * float(targets[target].observed)] if is_rate else [22] if "#" in fact else []
        later = _found("11 July", target, MODEL)
        computed: dict[str, tuple[str, Sequence[float]]] = {
            "in fact": (fact, observed),
            "the model, on 28 May": (words, [_value("28 May", target)]),
            "on 11 July": (words, [later[0]]) if later else ("", []),
        }
        for name, code in BASELINES.items():
            values = [one[0] for day in both if (one := _found(day, target, code)) is not None]
            # What a baseline says of an event is the same on both dates.
            shown = values if is_rate else values[:1]
            computed[name] = ("# and #" if is_rate else "# %", shown) if shown else ("", [])
        if bad := faults(found[row], computed):
            wrong[row] = bad
    assert wrong == {}


def test_what_the_readme_calls_better_is_better() -> None:
    for day in ("28 May", "11 July"):
        assert _value(day, "deal_by") < 50.0, "there was a deal, so that an even chance says more of it"
        for target in ("car_tariff", "reciprocal_tariff"):
            assert _value(day, target, "B5") < _value(day, target)
        assert _value(day, "car_tariff", "B8") < _value(day, "car_tariff")
    assert _value("28 May", "no_deal_before") > 50.0


#: Rows of the table of what came out: target with its score, and who says it; all alike, or each with its own number.
CAME_OUT: Final[list[tuple[str, str, tuple[str, ...]]]] = [
    ("no deal before 9 July (there was none)", "no_deal_before", (MODEL,)),
    ("deal by 1 August (there was one)", "deal_by", (MODEL,)),
    ("car tariff: the model", "car_tariff", (MODEL,)),
    ("among its deals", "car_tariff", ("deals",)),
    ("B1, B2: 27.5 %", "car_tariff", ("B1", "B2")),
    ("B5, B6: midpoint", "car_tariff", ("B5", "B6")),
    ("B7, B8: the deal of the UK", "car_tariff", ("B7", "B8")),
    ("B9", "car_tariff", ("B9",)),
    ("B3\\*, B4\\*", "car_tariff", ("B3", "B4")),
    ("reciprocal tariff: the model", "reciprocal_tariff", (MODEL,)),
    ("among its deals", "reciprocal_tariff", ("deals",)),
    ("B1: 10 %", "reciprocal_tariff", ("B1",)),
    ("B2: the threat", "reciprocal_tariff", ("B2",)),
    ("B5, B6: midpoint", "reciprocal_tariff", ("B5", "B6")),
    ("B7", "reciprocal_tariff", ("B7",)),
    ("B8", "reciprocal_tariff", ("B8",)),
    ("B9", "reciprocal_tariff", ("B9",)),
    ("B3\\*, B4\\*", "reciprocal_tariff", ("B3", "B4")),
    ("Japan leaves first (it did)", "partner_first", (MODEL,)),
    ("the US holds 20 % or more on 28 June (it did)", "us_holds", (MODEL,)),
    ("positions on rates, mean CRPS: the model", "rates_path", (MODEL,)),
    ("as last known", "rates_path", ("last",)),
    ("positions on rates, energy score: the model", "rates_path:energy", (MODEL,)),
    ("as last known", "rates_path:energy", ("last",)),
]


def _holds(cell: str, day: str, target: str, forecasters: Sequence[str]) -> bool:
    found = [one for one in (_found(day, target, name) for name in forecasters) if one is not None]
    if len(found) < len(forecasters):
        return cell == ""
    if "," in cell:
        return says(cell, ", ".join("#" * len(found)), [value for value, _ in found])
    words = "# %" if target in SCORES else "#"
    return all(
        says(cell, f"{words} (#)", [value, error]) if "(" in cell else says(cell, words, [value])
        for value, error in found
    )


def test_the_table_of_what_came_out_is_what_the_forecasts_say() -> None:
    heading, *lines = rows(PAGE, "forecast of | 28 May")
    assert heading[1:] == [*DATES]
    assert [line[0] for line in lines] == [name for name, _, _ in CAME_OUT]
    wrong = [
        (name, day, cell, [_found(day, target, forecaster) for forecaster in forecasters])
        for (name, *cells), (_, target, forecasters) in zip(lines, CAME_OUT, strict=True)
        for day, cell in zip(DATES, cells, strict=True)
        if not _holds(cell, day, target, forecasters)
    ]
    assert wrong == []


def test_the_first_sentence_of_the_page_says_how_often_there_is_a_deal() -> None:
    dealt = [_value(day, "deal_by") for day in DATES]
    said = text(PAGE)
    sentence = said[said.index("the US and Japan by 1 August in") : said.index(" Below are all baselines")]
    words = "the US and Japan by # August in # to # % of the runs; there was one on # July."
    assert says(sentence, words, [1, min(dealt), max(dealt), 22])


#: Baselines that beat the forecast of a rate on every date, and those that do so until June or in July alone.
BEATEN_BY: Final = {
    "car_tariff": ({3, 4, 5, 6, 7, 8, 9}, set(), set()),
    "reciprocal_tariff": ({3, 4, 5, 6}, {1, 7, 8}, {9}),
}


def test_the_first_table_of_the_page_names_all_baselines_that_beat_the_model_with_their_scores() -> None:
    for target, (always, in_june, in_july) in BEATEN_BY.items():
        for day in DATES:
            model, error = _found(day, target, MODEL) or (0.0, 0.0)
            better = {n for n in range(1, 10) if (one := _found(day, target, f"B{n}")) and one[0] < model - 2.0 * error}
            assert better == always | (in_july if "July" in day else in_june), (target, day)
    found = table(PAGE, "target, score |")
    spans = {
        (target, n): sorted({round(_value(day, target, f"B{n}"), 9) for day in DATES})
        for target in BEATEN_BY
        for n in range(1, 10)
    }
    car, reciprocal = ([_value(day, target) for day in DATES] for target in BEATEN_BY)
    midpoints = spans["reciprocal_tariff", 5]
    assert says(found["car tariff, CRPS"]["the model"], "#, from # July on #", [car[0], 11, car[-1]])
    assert says(
        found["car tariff, CRPS"]["beaten by"],
        "on every date B# and B# (midpoint of what both sides had said in public) # to #, B# (newest earlier deal) and "
        "B# (deal of the most similar country) #, B# (all earlier deals) #, B#\\* #, B#\\* #",
        [5, 6, *_ends(spans["car_tariff", 5]), 7, 8, *spans["car_tariff", 7], 9, *spans["car_tariff", 9],
         3, *spans["car_tariff", 3], 4, *spans["car_tariff", 4]],
    )  # fmt: skip
    assert says(
        found["reciprocal tariff, CRPS"]["the model"],
        "# and #, from # July on #",
        [reciprocal[0], reciprocal[2], 11, reciprocal[-1]],
    )
    assert says(
        found["reciprocal tariff, CRPS"]["beaten by"],
        "on every date B# and B# # to #, B#\\* # to #, B#\\* # to #; until # June also B# (the rate in force, no "
        "deal), B# and B#, each #; on # and # July B# #",
        [5, 6, *reversed(_ends(midpoints)), 3, *_ends(spans["reciprocal_tariff", 3]),
         4, *_ends(spans["reciprocal_tariff", 4]), 28, 1, 7, 8, _value("28 May", "reciprocal_tariff", "B1"),
         11, 21, 9, _value("11 July", "reciprocal_tariff", "B9")],
    )  # fmt: skip
    alike = [_value("28 May", "reciprocal_tariff", f"B{n}") for n in (1, 7, 8)]
    assert alike == pytest.approx([alike[0]] * 3, abs=0.005), "each has the same number in the cell"


def test_the_first_table_of_the_page_has_the_brier_scores_of_a_deal() -> None:
    scores = [_forecasts().score(day, "deal_by", "brier").set_index("forecaster")["value"] for day in DATES.values()]
    model = [float(score[MODEL]) for score in scores]
    cell = table(PAGE, "target, score |")["deal by 1 August, Brier"]["the model"]
    assert says(cell, "#, from # July on #", [model[0], 11, model[-1]])
    assert all(float(score[name]) == 0.0 for score in scores for name in score.index if name in {"B2", "B5", "B9"})


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


WITHOUT: Final = {
    "nothing": "whole",
    "the fund": "fund",
    "chips and materials": "chips",
    "US line on cars": "line.us_cars",
    "US floor of 10 %": "line.us_baseline",
    "Japanese line on cars": "line.japan_cars",
    "Japanese line on farm goods": "line.japan_farm",
    "R1, courts' risk on signed rates": "R1",
    "R2, reference rates": "R2",
    "R3, forward precedent": "R3",
}
MEASURES: Final = {
    "deals by 1 August, %": "deals",
    "CRPS car": "car_tariff.crps",
    "CRPS reciprocal": "reciprocal_tariff.crps",
}


def test_the_table_of_forecasts_without_a_part_is_what_they_are() -> None:
    found = table(PAGE, "without | deals by 1 August")
    assert [*found] == [*WITHOUT]
    ablation = _forecasts().ablation
    ablation = ablation[ablation["as_of"] == str(DATES["28 May"])]
    wrong = {}
    for row, variant in WITHOUT.items():
        computed: dict[str, tuple[str, Sequence[float]]] = {}
        for column, measure in MEASURES.items():
            one = ablation[(ablation["variant"] == variant) & (ablation["measure"] == measure)].iloc[0]
            numbers = [100.0 * float(one[name]) for name in ("value", "change", "error")]
            words = "# (# +- #)" if "+-" in found[row][column] else "# (#)" if "(" in found[row][column] else "#"
            assert ("(" in words) == (variant != "whole")
            computed[column] = (words, numbers[: words.count("#")])
        if bad := faults(found[row], computed):
            wrong[row] = bad
    assert wrong == {}


def _told(result: HindcastResult) -> dict[str, tuple[str, Sequence[float]]]:
    draws = result.draws
    inside = {
        issue: (draws[issue] > 0.125 - 1e-9) & (draws[issue] < 0.175 - 1e-9)
        for issue in ("car_tariff", "reciprocal_tariff")
    }
    car, reciprocal = inside.values()
    errors = {issue: result.score(DATES["28 May"], issue, "crps").iloc[0] for issue in inside}
    assert {row["forecaster"] for row in errors.values()} == {MODEL}
    quantiles = np.percentile(100.0 * draws.loc[draws["deal_by"] != 0, "reciprocal_tariff"], [10, 50, 90])
    return {
        "deal by 1 August": ("#", [float((draws["deal_by"] != 0).mean())]),
        "car in 12.5 to 17.5": ("#", [float(car.mean())]),
        "reciprocal in 12.5 to 17.5": ("#", [float(reciprocal.mean())]),
        "both": ("#", [float((car & reciprocal).mean())]),
        "CRPS car": ("#", [100.0 * float(errors["car_tariff"]["value"])]),
        "CRPS reciprocal": ("#", [100.0 * float(errors["reciprocal_tariff"]["value"])]),
        "reciprocal in deals, 10 / 50 / 90 %": ("# / # / #", [float(one) for one in quantiles]),
    }


@pytest.mark.parametrize(
    ("row", "sets"), [("as shipped (R1)", ()), ("without R1", ("walk_away.deal_court_exposure=0",))]
)
def test_the_table_of_what_came_later_begins_as_july_ends(row: str, sets: tuple[str, ...]) -> None:
    assert faults(table(PAGE, "| deal by 1 August | car in")[row], _told(_informed(*sets))) == []
