"""The page of every question: its first screen is the answer, its window has a title, and no path stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import pytest

from experiments.questions.registry import QUESTIONS, read_result
from experiments.report.blocks import Answer, Block, Page, html
from experiments.report.telling import Telling
from tests.made_once import made_once
from tests.sizes import usual
from tests.small_answers import SMALL, SmallAnswers
from tests.unit.experiments.questions.test_every_answer import FEW

#: Paths into a config, wherever they stand.
_PATH: Final = re.compile(
    r"\b(?:walk_away|us_treasury|partner|economy|chips|fund|purchases|calendar|protocol|tactics|red_lines|events|agenda"
    r"|firms|chip_makers|sectors|beliefs|acceptance)\.[a-z_]+\b"
)
#: Numbers that a line could leave without their unit.
_TORN: Final = re.compile(r"\d (?:%|bn\b|points\b|rounds?\b|days?\b)|US\$ bn")

#: Elements without an end.
_OPEN: Final = ("meta", "link", "br", "img", "input", "path", "use", "image", "rect", "hr")


class _Words(HTMLParser):
    """Texts of a page that people read, with the elements around them; headings; and what is read aloud."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.blocks: list[str] = []
        self.rows: list[str] = []
        self.row_of: dict[int, int] = {}
        self.headings: list[int] = []
        self.aloud: list[str] = []
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.aloud += [value for name in ("aria-label", "alt", "title") if (value := values.get(name))]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "tr":
            self.rows.append("")
        if tag in ("th", "td"):
            self.row_of[len(self.blocks)] = len(self.rows) - 1
        if tag in ("p", "li", "th", "td", "dt", "dd", "summary", "figcaption", "caption"):
            self.blocks.append("")
        if tag not in _OPEN:
            self._open.append((tag, values.get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if any(tag in ("script", "style", "pre", "title") or name == "widget" for tag, name in self._open):
            return
        tag, name = self._open[-1] if self._open else ("", "")
        self.texts.append((f"{tag}.{name}", data))
        if self.blocks:
            self.blocks[-1] += f"\0{data}\0" if name == "path" else data
        if self.rows:
            self.rows[-1] += f" {data}"


@dataclass(frozen=True)
class Made:
    """Command of a small answer, what the terminal says of it, its page, and the page as a file."""

    command: str
    said: Sequence[Block]
    text: str
    page: Page
    markup: str


@pytest.fixture(params=usual(SMALL, (*FEW, "exploit", "factorial", "solve", "hindcast", "discover")))
def made(request: pytest.FixtureRequest, answers: SmallAnswers, tmp_path_factory: pytest.TempPathFactory) -> Made:
    answer = answers[request.param].folder

    def make(_: Path) -> Made:
        question, result = read_result(answer)
        page = question.page(result, "auto")
        return Made(question.command, result.blocks(), result.text(1_000), page, html(page, "auto"))

    return made_once(tmp_path_factory, f"parts_of_{request.param.replace(' ', '_')}", make)


def test_every_page_begins_with_one_sentence_its_numbers_and_its_inputs(made: Made) -> None:
    answer, told = made.page.answer, Telling(made.page.meanings)
    assert answer.sentence.endswith(".")
    assert not re.search(r"[.!?] [A-Z“]", answer.sentence), "more than one sentence"
    assert len(answer.sentence) <= 260
    assert 1 < len(answer.numbers) <= 5
    assert answer.inputs.endswith(".")
    assert answer.certainty.endswith(".")
    first = made.markup[made.markup.index('<header id="answer"') : made.markup.index("</header>")]
    for text in (answer.sentence, answer.certainty, answer.inputs):
        assert told(text) in first
    for one in answer.numbers:
        assert all(told(text) in first for text in (one.label, one.value, one.interval, one.note))
    assert first.count("<figure>") == (answer.picture is not None)
    assert first.count('<svg class="drawing"') == (0 if answer.picture is None else 1 + len(answer.picture.narrow))
    assert answer.picture is None or QUESTIONS[made.command].draws


def test_the_terminal_begins_with_the_same_answer(made: Made) -> None:
    (own,) = (block for block in made.said if isinstance(block, Answer))
    assert made.page.answer.shown(None) == own
    told = " ".join(made.text.split())
    before = told[: told.index(Telling(made.page.meanings).plain(own.sentence))]
    assert before == "" or before.startswith("INFORMED: these are no forecasts.")
    assert all(" ".join(one.value.split()) in told for one in own.numbers)


def test_the_window_names_question_subject_and_main_number(made: Made) -> None:
    (title,) = re.findall("<title>(.*?)</title>", made.markup)
    first = made.page.answer.numbers[0]
    assert unescape(title).startswith(f"{made.command} ")
    assert unescape(title).endswith(f": {first.label} {first.value}")


def test_what_came_out_stands_first_and_what_was_asked_behind(made: Made) -> None:
    sections = re.findall(r'<section id="([\w-]+)"', made.markup)
    assert next(name for name in sections if name != "leaks") == "came-out"
    asked = "scenario" if "scenario" in sections else "asked"
    assert sections.index(asked) > sections.index("came-out")
    links = re.findall(r'<a href="#([\w-]+)">', made.markup)
    assert links == ["answer", *sections] * 2


def test_no_path_stands_without_its_meaning_and_no_number_without_its_unit(made: Made) -> None:
    read = _Words(made.markup)
    alone = [text for where, text in read.texts if where != "code.path" and _PATH.search(text)]
    assert alone == []
    telling = Telling(made.page.meanings)
    for place, block in enumerate(read.blocks):
        for found in re.finditer("\0(.*?)\0", block):
            said = re.sub("\0.*?\0", "", block)
            row = read.rows[read.row_of[place]] if place in read.row_of else ""
            meaning = telling.meaning_of(found[1].partition("=")[0])
            beside = meaning.lower() in row.replace("\N{NO-BREAK SPACE}", " ").lower()
            assert beside or re.search(r"[A-Za-z]{3}", said), f"{found[1]} stands alone"
    for text in read.aloud:
        for found in _PATH.finditer(text):
            assert re.search(r"[A-Za-z]{3}.* $", text[: found.start()]), text
    assert [text for _, text in read.texts if _TORN.search(text)] == []


def test_headings_are_in_order_and_every_picture_is_told(made: Made) -> None:
    page = made.markup
    read = _Words(page)
    assert read.headings.count(1) == 1
    assert read.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    drawing = r'(?:<div class="broad">)?<svg class="drawing" aria-hidden="true"'
    told = re.findall(rf'<div role="img" aria-label="([^"]+)">{drawing}', page)
    again = page.count('<div class="narrow"><svg class="drawing" aria-hidden="true"')
    assert len(told) == page.count('<svg class="drawing"') - again
    assert all(len(text) > 40 for text in told)
