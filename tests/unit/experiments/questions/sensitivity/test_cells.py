"""Every cell and sentence of a sensitivity analysis, in terminal, page and JSON, holds what belongs there."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from experiments.lab.left_out import left_out_table, plain_left_out, varied_words
from experiments.lab.seats import families
from experiments.questions.sensitivity.answer import _effect, _value, answer, clear_words
from experiments.questions.sensitivity.page import page
from experiments.questions.sensitivity.result import SensitivityResult
from experiments.questions.sensitivity.text import (
    agreement_tables,
    decided_by,
    effects_table,
    how_sure,
    means_table,
    named_inputs,
    strongest_table,
)
from experiments.report.blocks import Answer, Block, Listing, Table, Words
from experiments.report.terminal import text_of
from tests.explorations_by_hand import sensitivity_by_hand

RESULT = sensitivity_by_hand()


def _about_the_gain(**means: list[float]) -> SensitivityResult:
    """The analysis by hand in which nothing but the gain is explained."""
    effects = RESULT.effects[RESULT.effects["output"] == "gain.us_treasury"]
    return replace(RESULT, effects=effects, outputs=RESULT.outputs.assign(**means))


def _named(block: Block) -> str:
    match block:
        case Table(caption=text) | Listing(heading=text):
            return text
        case Words(paragraphs=(text, *_)) | Answer(sentence=text):
            return text.partition(".")[0]
    raise AssertionError(block)


def test_effects_cell_by_cell() -> None:
    found = effects_table(RESULT, "deal")
    assert found.caption == "Deal or no deal: what decides"
    assert found.columns == ("Input", "Above the noise", "Sobol first", "Sobol total", "PAWN mean", "Morris mu*")
    assert found.rows == (
        ("a.one", "yes", "0.51 (0.42 to 0.58)", "0.61 (0.50 to 0.74)", "0.37 (0.30 to 0.46)", "0.91 (0.81 to 1.13)"),
        ("b.two", "yes", "0.31 (0.21 to 0.35)", "0.43 (0.33 to 0.49)", "0.47 (0.41 to 0.55)", "0.72 (0.54 to 0.98)"),
        ("chance", "yes", "0.12 (0.07 to 0.27)", "0.22 (0.15 to 0.33)", "-", "0.45 (0.36 to 0.64)"),
        ("c.three", "yes", "0.02 (-0.03 to 0.15)", "0.05 (0.01 to 0.11)", "0.13 (0.09 to 0.19)",
         "0.17 (0.06 to 0.24)"),
        ("dummy", "no", "0.01 (-0.03 to 0.05)", "0.03 (0.02 to 0.06)", "0.10 (0.07 to 0.15)", "0.00 (0.00 to 0.00)"),
    )  # fmt: skip
    assert found.numeric == {2, 3, 4, 5}
    assert found.faint == {4}
    assert found.note == (
        "In brackets: 95 % interval. Above the noise: by one of the methods. Sobol: shares of the variance. PAWN: "
        "distance between distributions, from 0 to 1. Morris: share of worlds per unit of the input's cumulative "
        "probability."
    )


def test_effects_of_an_output_that_one_method_explains() -> None:
    gain = effects_table(RESULT, "gain.us_treasury")
    assert gain.caption == "Gain of US: what decides"
    assert gain.columns == ("Input", "Above the noise", "Morris mu*")
    assert gain.rows == (
        ("b.two", "yes", "3.65 (3.15 to 4.55)"),
        ("a.one", "yes", "1.75 (1.25 to 2.35)"),
        ("c.three", "yes", "0.95 (0.65 to 1.85)"),
        ("chance", "yes", "0.85 (0.55 to 1.95)"),
        ("dummy", "no", "0.00 (0.00 to 0.00)"),
    )
    assert gain.note.endswith("Morris: US$ bn a year per unit of the input's cumulative probability.")
    assert "Sobol" not in gain.note
    # By PAWN alone, the first input is not above the noise.
    cars = effects_table(RESULT, "car_tariff")
    assert [row[:2] for row in cars.rows] == [("c.three", "yes"), ("b.two", "yes"), ("a.one", "no"), ("dummy", "no")]
    assert cars.faint == {2, 3}


def test_small_effects_keep_a_digit() -> None:
    effects = RESULT.effects.copy()
    chosen = (effects["output"] == "gain.us_treasury") & (effects["input"] == "chance")
    effects.loc[chosen & (effects["measure"] == "mu_star"), ["value", "low", "high"]] = [0.0007, 0.0005, 11.25]
    last = effects_table(replace(RESULT, effects=effects), "gain.us_treasury").rows[-2]
    assert last == ("chance", "yes", "0.0007 (0.0005 to 11.2)")


def test_inputs_are_explained_once_for_all_tables() -> None:
    found = named_inputs(RESULT)
    assert found.columns == ("What it is", "Path in the config", "Support")
    assert found.rows == (
        ("First weight", "a.one", "high"),
        ("Second weight", "b.two", "assumption"),
        ("-", "c.three", "low"),
        ("Everything drawn inside", "chance", "-"),
        ("Changes nothing", "dummy", "-"),
    )
    assert found.note == "Support: confidence of the source of the range; assumption: the developers' own."
    # What stands in no table is not explained.
    cars = RESULT.effects[RESULT.effects["output"] == "car_tariff"]
    assert [row[1] for row in named_inputs(replace(RESULT, effects=cars)).rows] == [
        "a.one",
        "b.two",
        "c.three",
        "dummy",
    ]


def test_the_other_tables() -> None:
    strongest = strongest_table(RESULT)
    assert strongest.columns == ("Outcome", "By", "Inputs above the noise, strongest first")
    # The dummy's first effect reaches to 0.05, its mean distances to 0.14 and 0.13.
    assert strongest.rows == (
        ("Deal or no deal", "Sobol total", "a.one, b.two, chance"),
        ("Car tariff in a deal", "PAWN mean", "c.three, b.two"),
    )
    means = means_table(RESULT)
    assert means.columns == ("Outcome", "Worlds", "Mean", "")
    assert means.rows == (
        ("Deal or no deal", "256", "47.4 %", ""),
        ("Gain of US", "255", "US$1.23 bn a year", ""),
        ("Car tariff in a deal", "121", "15.5 %", ""),
        ("Last round", "254", "7.00 rounds", "never varies"),
    )
    assert means.folded
    # In 63 of the 121 worlds with a deal the agenda ends there.
    sentence = "Car tariff: 52.1 % of the deals sit on the low end of the agenda, 15 %: an input."
    assert means.note.endswith(f"those in which the outcome is defined. {sentence}")
    assert json.loads(RESULT.json())["inputs"] == {"car_tariff": sentence}
    free = replace(RESULT, constraints=RESULT.constraints.assign(count=[60, 61]))
    assert "input" not in means_table(free).note.replace("all inputs", "")
    *_, notes = how_sure(RESULT)
    assert isinstance(notes, Listing)
    assert notes.lines == (
        "Last round: all methods: constant: always 7; nothing to explain.",
        "Gain of US, Car tariff in a deal: Sobol: refused here.",
    )


def test_agreement_on_the_target_cell_by_cell() -> None:
    (own,) = agreement_tables(RESULT)
    assert (own.caption, own.folded) == ("Do the methods agree?", False)
    assert own.columns == ("Outcome", "Methods", "They", "Shared of the first", "Rank correlation")
    assert own.rows == (
        ("Deal or no deal", "Sobol, PAWN", "agree in part", "3 of 5", "0.51"),
        ("Deal or no deal", "Sobol, Morris", "agree", "5 of 5", "0.93"),
        ("Deal or no deal", "PAWN, Morris", "differ", "1 of 5", "-0.26"),
    )
    assert own.note == "Rank correlation: Spearman's, over the inputs of both."


def test_agreement_on_other_outcomes_is_folded_where_it_is_long() -> None:
    gain, cars = (
        [table[table["output"] == "deal"].assign(output=output) for table in (RESULT.effects, RESULT.agreement)]
        for output in ("gain.us_treasury", "car_tariff")
    )
    of_deal = RESULT.effects[RESULT.effects["output"] == "deal"]
    effects = pd.concat([of_deal, gain[0], cars[0]], ignore_index=True)
    three = replace(RESULT, effects=effects, agreement=pd.concat([RESULT.agreement, gain[1]], ignore_index=True))
    own, others = agreement_tables(three)
    assert (others.caption, others.folded) == ("Do the methods agree on the other outcomes?", False)
    assert others.rows == tuple(("Gain of US", *row[1:]) for row in own.rows)
    six = replace(three, agreement=pd.concat([three.agreement, cars[1]], ignore_index=True))
    own, others = agreement_tables(six)
    assert (own.folded, others.folded, len(others.rows)) == (False, True, 6)
    assert [row[0] for row in others.rows] == ["Gain of US"] * 3 + ["Car tariff in a deal"] * 3


def test_what_each_method_finds() -> None:
    assert decided_by(RESULT).lines == (
        "Sobol total: deal or no deal is decided by a.one, b.two, chance.",
        "PAWN mean: deal or no deal is decided by b.two, a.one.",
        "Morris mu*: deal or no deal is decided by a.one, b.two, chance, c.three.",
    )
    assert decided_by(_about_the_gain()).lines == (
        "Morris mu*: gain of US is decided by b.two, a.one, c.three, chance.",
    )


def test_the_answer_takes_each_number_from_its_place() -> None:
    found = answer(RESULT)
    assert found.sentence == (
        "What most decides the end (deal or no deal) is the first weight (a.one): alone and with the others "
        "it accounts "
        "for 61 % of the variance (95 % interval: 50 to 74 %)."
    )
    assert found.numbers[0].value == "61 %"
    assert found.numbers[0].interval == "95 %: 50.0 to 74.0 %"
    assert found.more[0] == (
        "Talks end in a deal in 47.4 % of 256 sampled worlds. Then follow: second weight (b.two), 43 % (33 "
        "to 49 %); chance (everything drawn inside), 22 % (15 to 33 %). "
        "The three methods differ: of the first 5 inputs, Sobol and PAWN share 3, Sobol and Morris share 5 and PAWN "
        "and Morris share 1. Mind that the second weight (b.two) rests on the developers' assumption alone, with no "
        "source behind: another range could change this answer."
    )
    # Of the two that are varied and above the noise of Sobol, chance is none.
    assert clear_words(RESULT) == "Of 3 varied inputs, 2 stand above the noise of Sobol."


def test_the_answer_is_about_something_else_where_all_talks_end_alike() -> None:
    found = answer(_about_the_gain(mean=[0.0, 1.234, 0.155, 7.0]))
    assert found.sentence == (
        "What most decides the gain of US is the second weight (b.two): the mean effect of a step over its range is "
        "3.65 (95 % interval: 3.15 to 4.55)."
    )
    assert found.more[0].startswith(
        "Talks never end in a deal, whatever the inputs; so this is about the gain of US, US$1.23 bn a year on "
        "average. Then follow: first weight (a.one), 1.75 (1.25 to 2.35); "
        "c.three, 0.95 (0.65 to 1.85). Only one method applies here, so nothing confirms it."
    )
    assert (
        answer(_about_the_gain(mean=[1.0, 1.234, 0.155, 7.0]))
        .more[0]
        .startswith(
            "Talks always end in a deal, whatever the inputs; so this is about the gain of US, US$1.23 bn a year"
        )
    )


def test_the_answer_of_a_sensitivity_names_all_inputs_that_do_most_and_no_negative_nothing() -> None:
    effects = RESULT.effects.copy()
    is_total = (effects["output"] == "deal") & (effects["method"] == "sobol") & (effects["measure"] == "total")
    effects.loc[is_total & effects["input"].isin(["a.one", "b.two"]), "value"] = [0.5, 0.5 + 3e-13]
    found = answer(replace(RESULT, effects=effects))
    assert found.sentence == (
        "What most decide the end (deal or no deal) are, alike, the first weight (a.one) and the second weight "
        "(b.two); of the first: alone and with the others it accounts for 50 % of the variance (95 % interval: 50 to "
        "74 %)."
    )
    assert "Then follow: chance (everything drawn inside), 22 % (15 to 33 %)." in found.more[0]
    row = pd.Series({"sobol.total": 0.3, "sobol.total_low": -0.002, "sobol.total_high": 0.7})
    assert _effect(row, "sobol.total", "sobol").endswith("(95 % interval: 0 to 70 %)")
    assert _value(row, "sobol.total", "sobol") == "30 % (0 to 70 %)"


def test_blocks_stand_in_their_order_and_the_terminal_prints_them() -> None:
    blocks = RESULT.blocks()
    assert [_named(block) for block in blocks] == [
        answer(RESULT).sentence.partition(".")[0],
        "Of 3 varied inputs, 2 stand above the noise of Sobol",
        "Deal or no deal: what decides",
        "What each method finds",
        "What these inputs are",
        "Strongest inputs of every outcome",
        "Where each outcome stands on average",
        "Gain of US: what decides",
        "The three methods",
        "Do the methods agree?",
        "What was not computed, and why",
        "What was left out",
    ]
    assert blocks[0] == answer(RESULT)
    printed = text_of(blocks, meanings=RESULT.meanings)
    assert printed == RESULT.text()
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    whole = (block for block in blocks if isinstance(block, Table) and not block.folded)
    for table in (one for one in whole if one.caption != "What was left out"):
        assert all(" ".join(row).replace("  ", " ") in lines for row in table.rows), table.caption
    assert "Where each outcome stands on average: 4 rows, on the page" in lines
    assert max(map(len, printed.splitlines())) <= 100


def test_the_page_shows_every_block() -> None:
    result = replace(RESULT, sample=_constant_sample(RESULT))
    found = page(result, "light")
    shown = [block for section in found.sections for block in section.blocks]
    assert found.answer.shown(None) == answer(result)
    assert all(block in shown for block in result.blocks()[1:])
    assert [section.name for section in found.sections] == ["came-out", "others", "sure", "scenario", "limits", "again"]
    assert found.subtitle == "Which inputs decide: 2,345 simulated negotiations of tiny"
    asked = next(one for one in found.sections if one.name == "scenario").blocks[0]
    text = " ".join(asked.paragraphs) if isinstance(asked, Words) else ""
    # 256 base rows of five inputs and two more, and 77 trajectories of six steps.
    assert text.startswith("2,345 negotiations were played: 1,792 for Sobol and PAWN, 462 for Morris; seed 5.")
    assert [one.title.partition(":")[0] for one in found.pictures[:3]] == ["Deal or no deal"] * 3


def _constant_sample(result: SensitivityResult) -> Any:
    """A sample in which nothing varies, so that there is nothing to pick on the page."""
    import pyarrow as pa

    from experiments.questions.sensitivity.result import PlainSample

    issues = [f"{prefix}{name}" for prefix in ("", "us.", "partner.") for name in result.config.agenda]
    numbers = {name: [0.5, 0.5] for name in (*issues, "round", "gain.us_treasury", "gain.partner")}
    texts = {"outcome": ["agreement"] * 2, "reason": ["us_accepts"] * 2}
    texts |= {f"binds.{name}": ["interior"] * 2 for name in result.config.agenda}
    rows = pa.table({**texts, **numbers})
    return lambda: PlainSample((), np.empty((2, 0)), {}, rows)


def test_tactics_that_are_varied_are_not_said_to_be_left_out() -> None:
    settings = {**RESULT.manifest.settings, "tactics": [*families()]}
    both = replace(
        RESULT, manifest=RESULT.manifest.model_copy(update={"settings": settings}), sample=_constant_sample(RESULT)
    )
    first = varied_words(RESULT.config, families())
    assert first.startswith("Varied: 1 number, who opens and both tactics. Left out, as the config fixes them: ")
    assert "--vary" not in first
    assert answer(both).more[-1] == first
    left = both.blocks()[-1]
    assert left == left_out_table(RESULT.config, families())
    assert [row[0] for row in left_out_table(RESULT.config).rows] == ["tactics", *(row[0] for row in left.rows)]
    assert json.loads(both.json())["words"] == first
    assert "tactic" in repr(RESULT)
    assert "tactic" not in repr(both)
    found = page(both, "light")
    assert found.answer.shown(None) == answer(both)
    assert left in next(one for one in found.sections if one.name == "scenario").blocks


def test_json_holds_every_table() -> None:
    found = json.loads(RESULT.json())
    assert (found["config"], found["target"], found["negotiations"]) == ("tiny", "deal", 2_345)
    assert next(iter(found)) == "words"
    assert {key: found[key] for key in ("words", "left_out")} == plain_left_out(RESULT.config)
    assert list(RESULT.tables) == ["effects", "agreement", "swings", "notes", "outputs", "constraints"]
    for name, table in RESULT.tables.items():
        assert len(found[name]) == len(table)
        for row, (_, wanted) in zip(found[name], table.iterrows(), strict=True):
            assert row == {
                key: None if isinstance(value, float) and np.isnan(value) else value for key, value in wanted.items()
            }


def test_where_nothing_varies_it_is_said() -> None:
    none = replace(RESULT, effects=RESULT.effects.iloc[:0], agreement=RESULT.agreement.iloc[:0])
    assert none.target == ""
    assert answer(none).text.startswith(
        "Nothing varies over 2,345 negotiations: 47.4 % of them end in a deal, whatever the inputs. Within the ranges "
        "that were asked for, no input decides anything."
    )
    text, means, *_ = none.blocks()
    assert text == answer(none)
    assert isinstance(means, Table)
    assert (means.rows, means.folded) == (means_table(RESULT).rows, False)
    assert none.drawings() == {}
    assert repr(none).startswith("<SensitivityResult: 2,345 negotiations of tiny, nothing varies; left out as fixed: 2")
