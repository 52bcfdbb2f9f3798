"""Where nothing stands out from the noise, no title, sentence or cell of a sensitivity analysis names a winner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.questions.sensitivity.answer import answer
from experiments.questions.sensitivity.figures import FIGURES, drawings_of
from experiments.questions.sensitivity.result import SensitivityResult
from experiments.questions.sensitivity.text import YARDSTICK, agreement_tables, decided_by, how_sure
from experiments.report.blocks import Listing
from tests.explorations_by_hand import sensitivity_by_hand

RESULT = sensitivity_by_hand()


def _louder(noisy: Mapping[str, float]) -> SensitivityResult:
    """The analysis by hand with a dummy of `noisy` times the effect, by method."""
    effects = RESULT.effects.copy()
    for method, value in noisy.items():
        is_dummy = (effects["method"] == method) & (effects["input"] == "dummy")
        effects.loc[is_dummy, ["value", "low", "high"]] = [value, value - 0.01, value + 0.01]
    return replace(RESULT, effects=effects)


ALL_NOISE = _louder({"sobol": 0.8, "pawn": 0.8, "morris": 8.0})


def _titles(figures: Mapping[str, Figure]) -> dict[str, str]:
    return {name: " ".join(figure.get_suptitle().split()) for name, figure in figures.items()}


def test_titles_name_what_stands_above_the_noise() -> None:
    assert _titles(RESULT.figures()) == {
        "sobol.deal": "Deal or no deal: what matters most is the first weight (61 % of variance)",
        "tornado.deal": "Deal or no deal: the widest swing of the mean, 62.0 points, comes from the first weight",
        "morris.deal": (
            "Deal or no deal: the largest effect (91.0 points, within noise of 1 other), which is much the same "
            "whatever the others, is that of the first weight"
        ),
        "morris.gain.us_treasury": (
            "Gain of US: the largest effect (3.65 US$ bn a year), which is much the same whatever the others, is that "
            "of the second weight"
        ),
    }


def test_titles_name_nobody_where_all_is_noise() -> None:
    assert _titles(ALL_NOISE.figures()) == {
        "sobol.deal": "Deal or no deal: no input stands out from the noise of Sobol",
        "tornado.deal": "Deal or no deal: no input swings the mean beyond the noise",
        "morris.deal": "Deal or no deal: no input stands out from the noise of Morris",
        "morris.gain.us_treasury": "Gain of US: no input stands out from the noise of Morris",
    }


def test_a_title_passes_over_a_larger_effect_that_is_not_sure() -> None:
    effects = RESULT.effects.copy()
    unsure = (effects["input"] == "a.one") & effects["measure"].isin(["total", "mu_star"])
    effects.loc[unsure, "low"] = 0.0
    titles = _titles({kind: draw() for kind, draw in drawings_of(replace(RESULT, effects=effects), "deal").items()})
    assert titles == {
        "sobol": "Deal or no deal: what matters most is the second weight (43 % of variance)",
        "tornado": "Deal or no deal: the widest swing of the mean, 26.0 points, comes from the second weight",
        "morris": (
            "Deal or no deal: the largest effect (72.0 points, within noise of 2 others), which is much the same "
            "whatever the others, is that of the second weight"
        ),
    }
    text = answer(replace(RESULT, effects=effects)).text
    assert "What most decides the end (deal or no deal) is the second weight (b.two)" in text


@pytest.mark.parametrize("kind", FIGURES)
def test_every_picture_says_what_the_dummy_is_and_when_an_input_is_named(kind: str) -> None:
    figure = drawings_of(RESULT, "deal")[kind]()
    told = [figure.get_supxlabel(), *(legend.get_title().get_text() for legend in figure.legends)]
    note = " ".join(" ".join(told).split())
    assert "Dummy: a random number that no rule reads" in note
    assert "The title names an input only if" in note


def test_terminal_and_page_say_what_the_dummy_is() -> None:
    methods = next(how_sure(RESULT))
    assert isinstance(methods, Listing)
    assert any(YARDSTICK in line for line in methods.lines)
    assert YARDSTICK in " ".join(RESULT.text().split())


def test_agreement_of_methods_is_not_told_of_noise() -> None:
    assert decided_by(ALL_NOISE).lines == tuple(
        f"{name}: deal or no deal is decided by nothing above the noise."
        for name in ("Sobol total", "PAWN mean", "Morris mu*")
    )
    text = answer(ALL_NOISE).text
    assert "No input stands out from the noise of the method (Sobol)" in text
    assert "agree" not in text
    assert "differ" not in text
    (agreement,) = agreement_tables(ALL_NOISE)
    assert [row[2] for row in agreement.rows] == [
        f"{names}: nothing above the noise" for names in ("Sobol and PAWN", "Sobol and Morris", "PAWN and Morris")
    ]


def test_what_happens_or_not_is_told_by_how_often() -> None:
    output, label = "outcome.stall", "Talks end in a stall"
    effects = ALL_NOISE.effects[ALL_NOISE.effects["output"] == "deal"].assign(output=output)
    outputs = pd.concat([RESULT.outputs, RESULT.outputs.head(1).assign(output=output, label=label)], ignore_index=True)
    outputs.loc[0, "mean"] = 0.0
    result = replace(RESULT, effects=effects, outputs=outputs)
    assert result.target == output
    assert decided_by(result).lines[0] == (
        "Sobol total: how often talks end in a stall is decided by nothing above the noise."
    )
    text = answer(result).text
    assert (
        answer(result).more[0].startswith("Talks never end in a deal, whatever the inputs; so this is about how often")
    )
    assert "so this is about how often talks end in a stall, 47.4 % on average." in text
    assert "do not tell what decides how often talks end in a stall." in text


def test_the_mean_of_an_issue_is_told_with_what_put_it_in() -> None:
    """Where talks always end in a deal this is about an issue, here one that sits on the agenda in 63 of 121."""
    outputs = RESULT.outputs.copy()
    outputs.loc[0, "mean"] = 1.0
    effects = RESULT.effects[RESULT.effects["output"] == "car_tariff"]
    swings = RESULT.swings.assign(output="car_tariff")
    result = replace(RESULT, effects=effects, swings=swings, outputs=outputs)
    assert result.target == "car_tariff"
    put_in = "Car tariff: 52.1 % of the deals sit on the low end of the agenda, 15 %: an input."
    assert f"so this is about the car tariff in a deal, 15.5 % on average. {put_in}" in answer(result).more[0]
    drawn = drawings_of(result, "car_tariff")["tornado"]()
    assert " ".join(drawn.get_supxlabel().split()).endswith(f"than the dummy. {put_in}")
    free = replace(result, constraints=RESULT.constraints.assign(count=[60, 61]))
    assert "an input." not in answer(free).text


@pytest.mark.parametrize(
    ("noisy", "text"),
    [
        (
            {"pawn": 0.8},
            "PAWN finds nothing above the noise, which does not confirm it. Sobol and Morris agree: they share 5 of "
            "the first 5 inputs.",
        ),
        (
            {"pawn": 0.8, "morris": 8.0},
            "PAWN and Morris find nothing above the noise, which does not confirm it.",
        ),
        (
            {"sobol": 0.8, "morris": 8.0},
            "By PAWN alone, the second weight (b.two) and the first weight (a.one) stand out.",
        ),
        (
            {"sobol": 0.8},
            "By PAWN, the second weight (b.two) and the first weight (a.one) stand out; by Morris, the first weight "
            "(a.one), the second weight (b.two) and the chance (everything drawn inside) stand out.",
        ),
    ],
)  # fmt: skip
def test_the_answer_says_which_methods_can_confirm_it(noisy: dict[str, float], text: str) -> None:
    found = answer(_louder(noisy)).text
    assert text in found
    assert "both methods" not in found.lower()


def test_the_table_of_agreement_says_whose_order_is_noise() -> None:
    (agreement,) = agreement_tables(_louder({"pawn": 0.8}))
    assert [row[1:3] for row in agreement.rows] == [
        ("Sobol, PAWN", "PAWN: nothing above the noise"),
        ("Sobol, Morris", "agree"),
        ("PAWN, Morris", "PAWN: nothing above the noise"),
    ]
