"""Every kind of block as markup: each text in its own place, cells by row and column, folded only where asked."""

from __future__ import annotations

import base64
import re

import pytest

from experiments.report.blocks import (
    Answer,
    Block,
    Commands,
    Download,
    FoldedParts,
    KeyNumber,
    Listing,
    Page,
    PageSection,
    Picture,
    Table,
    Widget,
    Words,
    html,
    table,
)

COLUMNS = ("Name", "Kind", "Deals", "Gain")
ROWS = (("a", "b", "1 %", "2"), ("c", "d", "3 %", "4"))


def _markup(block: Block) -> str:
    """Markup of a block on a page, without what the page puts around it and between lines."""
    page = html(Page("title", "kind", Answer("answer."), (PageSection("one", "One", "", (block,)),)), "light")
    heading, _, after = page.partition('<h2 id="one-heading">One</h2>')
    assert heading
    lines = after[: after.index("</section>")].replace("\N{NO-BREAK SPACE}", " ").splitlines()
    return "".join(line.strip() for line in lines)


@pytest.mark.parametrize(
    ("block", "markup"),
    [
        (Words(("first", "second")), "<p>first</p><p>second</p>"),
        (Listing("head", ("one", "two")), "<h3>head</h3><ul><li>one</li><li>two</li></ul>"),
        (
            Listing("head", ("one",), folded=True),
            "<details><summary>head</summary><ul><li>one</li></ul></details>",
        ),
        (
            FoldedParts("head", (("day 1", ("a", "b")), ("day 2", ("c",)))),
            '<details><summary>head</summary><p class="part">day 1</p><ul><li>a</li><li>b</li></ul>'
            '<p class="part">day 2</p><ul><li>c</li></ul></details>',
        ),
        (
            Picture("seen", "read so", "<svg></svg>", "a note"),
            '<figure><p class="seen">seen</p><div role="img" aria-label="seen. read so"><svg></svg></div>'
            '<p class="note">a note</p><figcaption>read so</figcaption></figure>',
        ),
        (
            Picture("seen", "read so", "<svg>1</svg>", narrow=("<svg>2</svg>", "<svg>3</svg>")),
            '<figure><p class="seen">seen</p><div role="img" aria-label="seen. read so">'
            '<div class="broad"><svg>1</svg></div><div class="narrow"><svg>2</svg></div>'
            '<div class="narrow"><svg>3</svg></div></div><figcaption>read so</figcaption></figure>',
        ),
        (
            Download("runs.csv", "All runs", b"a,b"),
            '<p><a class="download" download="runs.csv" href="data:application/octet-stream;base64,'
            f'{base64.b64encode(b"a,b").decode()}">All runs</a></p>',
        ),
        (
            Widget("<svg></svg>", "no script"),
            '<div class="widget"><svg></svg></div><noscript><p class="note">no script</p></noscript>',
        ),
    ],
    ids=lambda value: value.kind if not isinstance(value, str) else "",
)  # fmt: skip
def test_a_block_puts_each_text_in_its_place(block: Block, markup: str) -> None:
    assert _markup(block) == markup


def test_commands_stand_in_lines_of_their_own() -> None:
    page = html(
        Page("title", "kind", Answer("answer."), (PageSection("one", "One", "", (Commands(("a --b", "c")),)),)), "light"
    )
    assert '<pre tabindex="0"><code>a --b\nc</code></pre>' in page


def test_an_answer_has_each_text_in_its_place() -> None:
    numbers = (KeyNumber("share", "84 %", "95 %: 80 to 88 %"), KeyNumber("best", "boulware", note="clear"))
    answer = Answer("It is so.", numbers, "Wilson.", "Put in.", ("more", "still more"))
    (first,) = re.findall('<p class="answer">.*</header>', html(Page("t", "k", answer, ()), "light"), re.DOTALL)
    markup = "".join(line.strip() for line in first.splitlines()).replace("\N{NO-BREAK SPACE}", " ")
    assert markup == (
        '<p class="answer">It is so.</p><div class="evidence bare"><div><dl class="numbers">'
        '<div><dt>share</dt><dd><span class="value">84 %</span>'
        '<span class="interval">95 %: 80 to 88 %</span></dd></div>'
        '<div><dt>best</dt><dd><span class="value">boulware</span><span class="interval">clear</span></dd></div></dl>'
        '<p class="certainty">Wilson.</p><p class="inputs">Put in.</p></div></div>'
        '<div class="more"><p>more</p><p>still more</p></div></header>'
    )
    assert answer.text == "It is so. more still more"
    seen = answer.shown(Picture("seen", "so", "<svg></svg>"))
    assert '<div class="evidence"><div>' in "".join(html(Page("t", "k", seen, ()), "light").splitlines())


def test_the_window_has_the_title_that_is_set() -> None:
    page = Page("title", "kind", Answer("It is so."), (), tab="run july: 84 %")
    assert "<title>run july: 84 %</title>" in html(page, "light")
    assert "<h1>title</h1>" in html(page, "light")


@pytest.mark.parametrize(("texts", "flush_right"), [(1, {1, 2, 3}), (2, {2, 3})])
def test_a_table_has_each_cell_in_its_row_and_column(texts: int, flush_right: set[int]) -> None:
    markup = _markup(table("caption", COLUMNS, ROWS, texts=texts, note="a note"))
    kinds = [' class="number"' if place in flush_right else "" for place in range(len(COLUMNS))]
    heads = "".join(f'<th scope="col"{kind}>{name}</th>' for name, kind in zip(COLUMNS, kinds, strict=True))
    rows = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row[1:], kinds[1:], strict=True))
        + "</tr>"
        for row in ROWS
    )
    assert markup == (
        '<div class="wide" tabindex="0" role="region" aria-label="caption"><table><caption>caption</caption>'
        f'<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div><p class="note">a note</p>'
    )


def test_a_table_is_folded_and_has_a_note_only_where_asked() -> None:
    plain = _markup(Table("caption", COLUMNS, ROWS))
    assert re.findall("details|note|number", plain) == []
    folded = _markup(table("caption", COLUMNS, ROWS, folded=True))
    assert folded.startswith("<details><summary>caption</summary><div")
    assert folded.endswith("</div></details>")
