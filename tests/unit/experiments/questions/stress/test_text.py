"""Every sentence and cell of a stress test is the number of its place, on screen, page and in JSON."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from typing import Any, cast

import pandas as pd
import pytest

from experiments.labels import partner_called
from experiments.questions.stress.answer import answer
from experiments.questions.stress.baseline import baseline_table
from experiments.questions.stress.failures import StressFailure
from experiments.questions.stress.page import _options, page
from experiments.questions.stress.result import StressResult
from experiments.questions.stress.text import aims_table, became_of, candidates, failure_tables, searched
from experiments.report.blocks import Block, Commands, Listing, Table, Words
from experiments.report.terminal import print_blocks
from tests.made_up import headings, tables_of
from tests.pages import as_written
from tests.searches_by_hand import config, stress_by_hand


def _dates(*rounds: float) -> list[str]:
    dates = [str(config().calendar.date_of(last)) for last in rounds]
    assert len(set(dates)) == len(dates)
    return dates


def _kinds(blocks: tuple[Block, ...] | list[Block]) -> list[str]:
    return [block.kind for block in blocks]


def test_the_answer_is_one_paragraph() -> None:
    found = answer(stress_by_hand())
    assert found.sentence == (
        "3 distinct ways in which “boulware” (beta 0.2) fails as Japan held on fresh draws; most regret: against "
        "“boulware”, another tactic would have gained Japan US$1.88 bn a year more on average (the talks "
        "stall: neither "
        "side moves any more)."
    )
    assert found.more[0] == (
        "3,048 settings of the other side's tactic with its knobs were tried against “boulware” (beta 0.2) as Japan, "
        "in 9,000 simulated negotiations, to find the worst. Most missed: against “tit_for_tat”, 81.2 % of "
        "the talks end without a "
        "deal though one would have suited both (the talks stall: neither side moves any more). Nothing was found "
        "within this budget of: a surplus that goes to the other side (1,520 settings)."
    )


def test_where_nothing_was_found_the_answer_says_what_was_looked_for() -> None:
    none = replace(stress_by_hand(), failures=())
    assert answer(none).more[-1] == "That is no proof that there is none."
    assert answer(none).sentence == (
        "Nothing was found within this budget: no setting did what counts as a failure (regret "
        "against a better tactic; missed deals; a surplus that goes to the other side) on fresh draws."
    )
    assert none.verdict() == "nothing found in 3,048 points, 9,000 negotiations"


@pytest.mark.parametrize(
    ("aim", "score", "words"),
    [
        ("gain", 0.75, "Worst loss: against “linear”, Japan ends US$0.75 bn a year below walking away on average"),
        ("exploited", 0.875, "Most exploited: against “linear”, 87.5 % of the surplus goes to the US on average"),
    ],
)
def test_the_other_aims_in_words(aim: str, score: float, words: str) -> None:
    failure = StressFailure(
        aim, score, 0.1, 1.0, "linear,beta=2", "walkout", "no_zone", 3.0, -score, 1.0, None
    )  # fmt: skip
    found = replace(stress_by_hand(), failures=(failure,), points={aim: 10}, thresholds={aim: 0.5})
    assert answer(found).sentence.endswith(f"; {words[:1].lower()}{words[1:]} (the talks end with a walk-out).")


def test_the_table_of_aims() -> None:
    found = stress_by_hand()
    aims = aims_table(found)
    assert aims.columns == (
        "What hurts", "Counts from", "Settings", "Candidates", "Dropped", "Alike", "Ways to fail", "Worst",
    )  # fmt: skip
    # Standard errors times 1.96.
    assert aims.rows == (
        ("Another tactic would have done better", "US$0.50 bn a year", "48", "3", "1", "0", "2", "1.88 ± 0.24"),
        ("Deals missed", "60 %", "1,480", "1", "0", "0", "1", "81.2 % ± 9.4 %"),
        ("The other side takes the surplus", "95 %", "1,520", "0", "0", "0", "nothing found", "-"),
    )
    assert "Dropped: did not hold on 64 fresh draws beyond chance." in aims.note
    # Two more that held in a way of the first.
    more = pd.concat([found.map, found.map.head(1), found.map.head(1)], ignore_index=True)
    assert aims_table(replace(found, map=more)).rows[0][3:7] == ("5", "1", "2", "2")


def test_the_tables_of_failures() -> None:
    regret, missed = failure_tables(stress_by_hand())
    assert [regret.caption, missed.caption] == ["Another tactic would have done better: 2 ways", "Deals missed: 1 way"]
    for one in (regret, missed):
        assert one.columns == (
            "Opponent", "Talks end", "Round", "Date", "Score", "Fails in", "Japan gain", "US gain", "Case",
        )  # fmt: skip
        assert not one.folded
        assert "gains over walking away (US$ bn a year)" in one.note
        # Each word that the note explains heads a column.
        assert {"Score", "Round", "Fails in", "Talks end"} <= {*one.columns}
        assert one.note.endswith("Talks end: the usual way where it fails.")
    assert regret.note.startswith("Score: regret against the best reply, US$ bn a year; mean over the fresh draws ± ")
    assert missed.note.startswith("Score: deals missed although a zone of agreement existed, share of draws; ")
    first, second, third = _dates(5.25, 2.75, 6.5)
    assert [row[1:] for row in (*regret.rows, *missed.rows)] == [
        ("stall (tactics hold)", "5.25", first, "1.88 ± 0.24", "73.4 %", "+0.38", "+2.62", "regret_1"),
        ("walk-out (no zone)", "2.75", second, "0.62 ± 0.12", "54.6 %", "-0.12", "+1.38", "-"),
        ("stall (tactics hold)", "6.50", third, "81.2 % ± 9.4 %", "81.2 %", "+0.88", "+4.38", "missed_1"),
    ]
    assert regret.rows[0][0] == "“boulware” (beta 0.1, initial 0.75)"
    assert [regret.rows[1][0], missed.rows[0][0].split(" (")[0]] == ["“hardliner”", "“tit_for_tat”"]


def _many(count: int) -> StressResult:
    failures = tuple(
        StressFailure("gain", 9.0 - 0.01 * k, 0.0, 1.0, f"firm {k}", "stall", "no_zone", 2.0, 0.0, 0.0, None)
        for k in range(count)
    )
    return replace(stress_by_hand(), failures=failures, points={"gain": 10}, thresholds={"gain": 0.5})


@pytest.mark.parametrize(
    ("count", "lengths", "note"),
    [(10, [10], None), (11, [10, 1], ""), (100, [10, 90], ""), (101, [10, 90], "The file map.parquet has all 101.")],
)
def test_of_many_failures_the_worst_are_seen_and_the_next_are_folded_away(
    count: int, lengths: list[int], note: str | None
) -> None:
    tables = list(failure_tables(_many(count)))
    assert [len(one.rows) for one in tables] == lengths
    assert [row[0] for one in tables for row in one.rows] == [f"“firm {k}”" for k in range(min(count, 100))]
    assert tables[0].caption == f"Worse than walking away: {count} ways"
    assert [one.folded for one in tables] == [False, True][: len(tables)]
    if note is not None:
        assert tables[1].caption == f"Worse than walking away, the next {lengths[1]} of {count}"
        assert tables[1].note == note


def test_the_verdict_and_what_became_of_the_candidates() -> None:
    assert candidates(stress_by_hand()).paragraphs == (
        "“boulware” (beta 0.2) for Japan in tiny: 3 distinct failures in 3,048 points, 9,000 negotiations.",
        "4 candidates: 3 distinct failures, 0 that held but fail as a worse one does (same opponent, ending and "
        "reason), 1 that did not hold on fresh draws, in 2,500 more negotiations.",
    )
    none = replace(stress_by_hand(), failures=(), map=stress_by_hand().map.head(0), played=9_000)
    assert candidates(none).paragraphs[1] == "No candidates to be confirmed on fresh draws."


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((24, 0, 21), "24 candidates: 21 distinct failures, 3 that held but fail as a worse one does"),
        ((9, 2, 1), "9 candidates: 1 distinct failure, 6 that held but fail as a worse one does"),
        ((1, 1, 0), "1 candidate: 0 distinct failures, 0 that held but fail as a worse one does"),
        ((0, 0, 0), "No candidates to be confirmed on fresh draws"),
    ],
)
def test_what_became_of_candidates_adds_up(counts: tuple[int, int, int], said: str) -> None:
    text = became_of(*counts)
    assert text.startswith(said)
    if counts[0]:
        whole, *parts = (int(number) for number in re.findall(r"\d+", text))
        assert whole == sum(parts) == counts[0]


@pytest.mark.parametrize(
    ("against", "words"),
    [
        ("opponent", "What may change: the other side's tactic: every family that the compiled engine plays"),
        ("world", "What may change: the numbers that the config draws, each inside the central 99.9 % of its range."),
        ("both", "the other side's tactic with its knobs, and the numbers that the config draws, at the same time."),
    ],
)
def test_what_was_tested_and_how_it_was_searched(against: str, words: str) -> None:
    found = stress_by_hand()
    options = replace(found.options, against=cast(Any, against))
    under, change, failure, budget, how, confirmed = searched(replace(found, options=options)).lines
    assert under == "Under test: “boulware” (beta 0.2) in the seat of Japan."
    assert words in change
    assert failure == (
        "What counts as a failure, as a mean over the draws: regret against a better tactic from US$0.50 bn a year; "
        "missed deals from 60 %; a surplus that goes to the other side from 95 %."
    )
    assert budget == (
        "Budget: 10,000 negotiations for the search, of which 9,000 were used; every setting meets the same 8 draws of "
        "chance. Seed 21."
    )
    assert how.startswith("Half of it went to the single worst setting")
    assert confirmed == (
        "A failure is reported only if it holds on 64 fresh draws by more than 2.3 standard errors: 2,500 negotiations "
        "more."
    )


def test_without_a_map_all_of_the_budget_went_to_the_worst() -> None:
    found = stress_by_hand()
    without = replace(found, options=replace(found.options, map=False))
    assert "All of it went to the single worst setting" in searched(without).lines[4]
    assert _options(without)[-1] == "--no-map"


def test_blocks_are_in_their_order_and_cases_are_named_where_they_lie() -> None:
    found = stress_by_hand()
    temporary = list(found.blocks())
    assert _kinds(temporary) == ["answer", "table", "words", "table", "table", "listing"]
    assert temporary[0] == answer(found)
    *same, heading, commands = replace(found, folder="out/a test").blocks()
    assert same == temporary
    assert heading == Words(("2 cases to play again.",))
    assert commands == Commands(
        (
            "winset play 'out/a test/cases/regret_1.yaml'",
            "winset play 'out/a test/cases/missed_1.yaml' --run 5",
        )
    )
    *_, heading, commands = replace(found, folder="s3://bucket/test").blocks()
    assert heading == Words(("2 cases to play again, from inside the directory of this test.",))
    assert commands == Commands(("winset play cases/regret_1.yaml", "winset play cases/missed_1.yaml --run 5"))


def test_the_terminal_prints_the_blocks() -> None:
    found = replace(stress_by_hand(), folder="here")
    _, aims, regret, missed = tables_of(partial(print_blocks, found.blocks()))
    for printed, block in ((aims, aims_table(found)), *zip((regret, missed), failure_tables(found), strict=True)):
        assert headings(printed) == list(block.columns)
        assert printed.rows == list(block.rows)
        assert (printed.title, printed.caption) == (block.caption, block.note)
    text = " ".join(found.text().split())
    for part in (
        answer(found).sentence,
        *answer(found).more,
        *candidates(found).paragraphs,
        *searched(found).lines,
        "winset play here/cases/",
    ):
        assert part in text


def test_the_page_shows_the_blocks_with_what_only_a_page_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.questions.stress.page.replayed_cases", lambda _result: [])
    monkeypatch.setattr("experiments.questions.stress.page.baseline_table", lambda _result: None)
    found = replace(stress_by_hand(), folder="/somewhere/on/this/machine")
    shown = page(found, "light")
    assert (shown.title, shown.subtitle) == (
        "Where “boulware” (beta 0.2) breaks as Japan",
        f"Stress test on the config tiny: {config().title}",
    )
    assert shown.answer.shown(None) == answer(found)
    sections = {section.name: section.blocks for section in shown.sections}
    assert [*sections] == ["came-out", "how", "against", "scenario", "limits", "again"]
    everything = [block for section in shown.sections for block in section.blocks]
    for block in list(found.blocks())[1:-2]:
        assert everything.count(block) == 1
    assert _kinds(sections["came-out"]) == ["table", "words", "table", "table"]
    assert "/somewhere" not in str([block for block in everything if isinstance(block, Commands | Words | Listing)])
    commands = [line for block in sections["how"] if isinstance(block, Commands) for line in block.lines]
    assert commands == ["winset play cases/regret_1.yaml", "winset play cases/missed_1.yaml --run 5"]
    (again,) = [block for block in sections["again"] if isinstance(block, Commands)]
    assert again.lines == (f"winset stress tiny.yaml {' '.join(_options(found))}",)
    assert "Of 4 candidates one in a hundred" in str(sections["limits"])


def test_the_page_says_where_there_is_nothing_to_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.questions.stress.page.baseline_table", lambda _result: None)
    found = stress_by_hand()
    uncased = replace(found, failures=tuple(replace(one, case=None) for one in found.failures))
    for result, said in (
        (uncased, ["No failure was written as a config (--cases 0), so that none is played again here."]),
        (
            replace(found, failures=(), map=found.map.head(0)),
            [
                "No setting of the search reached a bar, so that there is no map of failures.",
                "No failure was found, so that there is none to play again.",
            ],
        ),
    ):
        told = str([section.blocks for section in page(result, "light").sections])
        for sentence in (*said, "A tactic of the config does not compile, so that there is no usual case beside it."):
            assert sentence in told


def test_the_same_test_is_made_again_with_these_options() -> None:
    assert " ".join(_options(stress_by_hand())) == (
        "--side partner --seed 21 --tactic boulware,beta=0.2 --against opponent --budget 10000 --draws 8 "
        "--fresh 64 --cases 1 --aim regret --aim missed --aim exploited --threshold missed=0.6"
    )


def test_the_worst_stands_beside_the_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    calm = {"regret": -0.25, "missed": 0.125, "exploited": 0.375}
    monkeypatch.setattr("experiments.questions.stress.baseline._unattacked", lambda _result: calm)
    usual = baseline_table(stress_by_hand())
    assert usual is not None
    assert usual.columns == ("What hurts", "Not attacked", "Counts from", "Worst", "Unit")
    assert usual.numeric == {1, 2, 3}
    assert [row[1:] for row in usual.rows] == [
        ("-0.25", "0.50", "1.88", "US$ bn a year"), ("12.5 %", "60 %", "81.2 %", "share of draws"),
        ("37.5 %", "95 %", "-", "share of the surplus"),
    ]  # fmt: skip
    assert "the same tactic as Japan against the config's own opponent, “linear”" in usual.note


def test_the_map_as_a_table() -> None:
    found = stress_by_hand()
    limit = config().calendar.round_limit
    width = limit / min(8, limit)
    first, second, third, last = found.map.to_dict("records")
    numbers = ("searched", "score", "error", "failing", "gain", "gain_other", "round", "run")
    assert [first[name] for name in numbers] == [1.905, 1.875, 0.125, 0.734, 0.375, 2.625, 5.25, 5]
    assert (first["round_from"], first["round_to"]) == (1 + 2 * width, 1 + 3 * width)
    assert first["knobs"] == "boulware,beta=0.1,initial=0.75"
    names = ("aim", "opponent", "outcome", "reason", "confirmed")
    assert [tuple(row[name] for name in names) for row in (second, third)] == [
        ("regret", "hardliner", "walkout", "no_zone", True), ("regret", "hardliner", "stall", "no_zone", False),
    ]  # fmt: skip
    assert last["knobs"].startswith("tit_for_tat,")


def test_a_stress_test_as_json() -> None:
    result = stress_by_hand()
    found = json.loads(result.json())
    assert found == result.plain()
    assert [*found] == [
        "config", "side", "verdict", "points", "negotiations_of_search", "negotiations", "thresholds", "candidates",
        "dropped", "failures",
    ]  # fmt: skip
    assert (found["config"], found["verdict"]) == ("tiny", "3 distinct failures in 3,048 points, 9,000 negotiations")
    whole = ("side", "negotiations_of_search", "negotiations", "candidates", "dropped")
    assert [found[name] for name in whole] == ["partner", 9_000, 11_500, 4, 1]
    assert found["thresholds"] == {
        "regret": {"value": 0.5, "unit": "US$ bn a year"}, "missed": {"value": 0.6, "unit": "share of draws"},
        "exploited": {"value": 0.95, "unit": "share of the surplus"},
    }  # fmt: skip
    assert found["points"] == {"regret": 48, "missed": 1_480, "exploited": 1_520}
    worst, second, missed = found["failures"]
    assert worst == {
        "aim": "regret", "score": 1.875, "standard_error": 0.125, "failing_share": 0.734,
        "opponent": "boulware,beta=0.1,initial=0.75", "outcome": "stall", "reason": "tactics_hold", "round": 5.25,
        "gain": 0.375, "gain_other": 2.625,
        "case": {"run": 0, "outcome": "stall", "reason": "tactics_hold", "round": 5, "gain": 0.375,
                 "gain_other": 2.625, "score": 1.875, "file": "cases/regret_1.yaml", "seed": 11},
    }  # fmt: skip
    assert second["case"] is None
    assert (missed["case"]["run"], missed["case"]["seed"], missed["case"]["file"]) == (5, 12, "cases/missed_1.yaml")


def test_a_notebook_shows_one_line_and_the_blocks() -> None:
    found = stress_by_hand()
    with partner_called(config().partner.names):
        assert repr(found) == f"<StressResult: {candidates(found).paragraphs[0].removesuffix('.')}>"
    assert "\n" not in repr(found)
    markup = as_written(found._repr_html_())
    tables = [block for block in found.blocks() if isinstance(block, Table)]
    for cell in (cell for block in tables for row in block.rows for cell in row):
        assert cell in markup
