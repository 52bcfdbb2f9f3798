"""A path of the config never stands without its meaning, in print or in a picture, and JSON holds plain values."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from experiments.config.load import load_config
from experiments.config.meanings import meanings_of
from experiments.figures.kit.input_names import input_label, input_words
from experiments.json_values import json_value
from experiments.questions.registry import QUESTIONS
from experiments.report.blocks import Answer, Block, FoldedParts, Listing, Table, Words
from experiments.report.telling import Telling
from experiments.report.terminal import print_blocks, text_of
from tests.figure_examples import EXAMPLES
from tests.made_up import headings, tables_of
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers
from tests.tree import TINY

#: What may be the path of a number: parts of a config joined by points.
_PATH = re.compile(
    r"(?<![\w./-])(?:us_treasury|partner|economy|walk_away|reference|chips|purchases|fund|sectors|firms|chip_makers|"
    r"red_lines|tactics|events|calendar|protocol|agenda|acceptance|beliefs)(?:\.\w+)+"
)

#: Answers that are looked at on every change; all of them with --long.
FEW = ("advise", "sweep", "sweep of names", "leader on one issue", "calibrate", "compare", "run")

#: A path behind an option is there to be typed.
_TYPED = re.compile(r"--[\w-]+[ =]['\"]?$")

_TOLD = Telling({"partner.subsidy_budget": "most that can be spent", "us_treasury.knob": "knob of the US"})


def _paths(text: str) -> list[str]:
    return [found[0] for found in _PATH.finditer(text) if not _TYPED.search(text[: found.start()])]


def _bare(texts: Iterator[str], meanings: Mapping[str, str]) -> list[tuple[str, str]]:
    """Paths whose meaning does not stand in the same text, with that text."""
    found = []
    for text in (" ".join(text.split()) for text in texts):
        telling = Telling(meanings)
        found += [(path, text) for path in _paths(text) if telling.meaning_of(path).lower()[:40] not in text.lower()]
    return found


def _printed(block: Block, meanings: Mapping[str, str]) -> Iterator[str]:
    """Texts of a block as they are printed: paragraphs, lines, headings, and whole rows of tables."""
    for table in tables_of(lambda console: print_blocks([block], console, meanings)):
        yield from (table.title, table.caption, *headings(table))
        yield from (" ".join(row) for row in table.rows)
    match block:
        case Answer():
            for text in (block.sentence, block.certainty, block.inputs, *block.more):
                yield text_of([Words((text,))], meanings=meanings)
        case Words():
            yield from (text_of([Words((text,))], meanings=meanings) for text in block.paragraphs)
        case Listing() if not block.folded:
            yield from (text_of([Listing("", (line,))], meanings=meanings) for line in block.lines)
        case FoldedParts() | Listing():
            yield text_of([block], meanings=meanings)


@pytest.mark.parametrize("name", usual(SMALL, FEW))
def test_no_path_is_printed_without_its_meaning(name: str, answers: SmallAnswers) -> None:
    result = answers[name].result
    texts = [text for block in result.blocks() for text in _printed(block, result.meanings)]
    assert texts
    assert _bare(iter(texts), result.meanings) == []


def test_paths_are_printed_where_there_are_some(answers: SmallAnswers) -> None:
    """What the test above looks at does hold paths, as a user types them."""
    for name, path in (("sweep", "us_treasury.consumer_weight"), ("calibrate", "walk_away.execution_probability"),
                       ("advise", "tactics.partner.beta")):  # fmt: skip
        assert path in _paths(" ".join(answers[name].result.text(10_000).split()))


def _texts_of(figure: Figure) -> Iterator[str]:
    for axes in figure.axes:
        yield from (label.get_text() for label in (*axes.get_xticklabels(), *axes.get_yticklabels()))
    yield from (text.get_text() for text in figure.findobj(Text))


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_picture_names_a_path_without_its_meaning(name: str) -> None:
    assert _bare(_texts_of(EXAMPLES[name]()), meanings_of(load_config(TINY))) == []


@pytest.mark.parametrize("name", usual([name for name, one in SMALL.items() if QUESTIONS[one.command].draws], FEW))
def test_no_picture_of_an_answer_names_a_path_without_its_meaning(name: str, answers: SmallAnswers) -> None:
    result = answers[name].result
    for kind, figure in result.figures().items():
        assert (kind, _bare(_texts_of(figure), result.meanings)) == (kind, [])


def test_the_check_sees_a_bare_path() -> None:
    figure, meanings = Figure(), {"walk_away.court_survival": "chance in court"}
    figure.text(0.5, 0.5, "walk_away.court_survival")
    assert _bare(_texts_of(figure), meanings) == [("walk_away.court_survival", "walk_away.court_survival")]
    assert _bare(iter(["a chance in court\n(walk_away.court_survival)"]), meanings) == []


@pytest.mark.parametrize(
    ("text", "beside", "told"),
    [
        ("partner.subsidy_budget", "", "Most that can be spent (partner.subsidy_budget)"),
        ("with partner.subsidy_budget=5 it", "", "with most that can be spent (partner.subsidy_budget=5) it"),
        ("the cap (partner.subsidy_budget)", "", "the cap (most that can be spent, partner.subsidy_budget)"),
        ("partner.subsidy_budget", "Most that can be spent", "partner.subsidy_budget"),
        ("most that can be spent (partner.subsidy_budget)", "", "most that can be spent (partner.subsidy_budget)"),
        ("type --set partner.subsidy_budget=5", "", "type --set partner.subsidy_budget=5"),
        ("type --set 'partner.subsidy_budget=5'", "", "type --set 'partner.subsidy_budget=5'"),
        (
            "partner.subsidy_budget, us_treasury.knob and partner.subsidy_budget", "",
            "Most that can be spent (partner.subsidy_budget), knob of the US (us_treasury.knob) and "
            "partner.subsidy_budget",
        ),
    ],
)  # fmt: skip
def test_a_path_stands_behind_its_meaning(text: str, beside: str, told: str) -> None:
    assert _TOLD.plain(text, beside) == told


def test_a_row_says_what_its_path_means_once() -> None:
    whole = Table("", ("What it is", "Path"), (("most that can be spent", "partner.subsidy_budget"),))
    meanings = {"partner.subsidy_budget": "most that can be spent"}
    assert text_of([whole], 100, meanings).splitlines()[1].split("  ")[-1].strip() == "partner.subsidy_budget"
    bare = Table("", ("Path", "Value"), (("partner.subsidy_budget", "5"),))
    assert "Most that can be spent (partner.subsidy_budget)" in text_of([bare], 100, meanings)
    assert "partner.subsidy_budget  5" in text_of([bare], 100)


def test_a_label_names_its_path_where_the_meaning_is_cut_or_shared() -> None:
    meanings = {"a.one": "weight of cars", "a.two": "cost", "b.two": "cost", "c.long": "what " * 30}
    assert input_label("a.one", meanings) == "Weight of cars"
    assert input_label("a.one", meanings, "US$ bn") == "Weight of cars, US$ bn"
    assert input_label("a.one", meanings, "weight") == "Weight of cars"
    assert input_label("a.one", meanings, values="1 to 2") == "Weight of cars (1 to 2)"
    assert input_label("a.two", meanings) == "Cost\na.two"
    assert input_words("b.two", meanings) == "cost (b.two)"
    *lines, path = input_label("c.long", meanings, "days", width=30).split("\n")
    assert path == "c.long"
    assert len(lines) == 2
    assert max(map(len, lines)) <= 30
    assert lines[-1].endswith("\N{HORIZONTAL ELLIPSIS}, days")
    assert input_label("dummy", meanings) == "Dummy"
    assert input_label("calendar.round_limit", {}) == "Round limit (calendar)"


@pytest.mark.parametrize("name", SMALL)
def test_json_holds_no_object_as_python_prints_it(name: str, answers: SmallAnswers) -> None:
    text = answers[name].result.json()
    assert "object at 0x" not in text
    assert not re.search(r'"<[A-Z]\w+|"\w+\((?:sentence|path|config|name)=', text)
    assert "NaN" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    json.loads(text)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (dt.date(2025, 7, 9), "2025-07-09"),
        (dt.datetime(2025, 7, 9, 12, 30), "2025-07-09T12:30:00"),
        (PurePosixPath("out/july"), "out/july"),
        (np.float64(0.25), 0.25),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([1.5, 2.5]), [1.5, 2.5]),
    ],
)
def test_json_holds_what_it_does_not_know_as_plain_values(value: object, plain: object) -> None:
    assert json.loads(json.dumps({"value": value}, default=json_value)) == {"value": plain}


@pytest.mark.parametrize("value", [object(), Answer("a sentence"), {1, 2}, Path])
def test_json_refuses_any_other_object(value: object) -> None:
    with pytest.raises(TypeError, match="JSON has no value for"):
        json.dumps({"value": value}, default=json_value)
