"""Every kind of block as markup: each text in its own place, cells by row and column, folded only where asked."""

from __future__ import annotations

import base64
import re

import pytest

from experiments.report.blocks import (
    Block,
    Commands,
    Download,
    FoldedParts,
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
    page = html(Page("title", "kind", "answer", (PageSection("one", "One", "", (block,)),)), "light")
    heading, _, after = page.partition('<h2 id="one-heading">One</h2>')
    assert heading
    return "".join(line.strip() for line in after[: after.index("</section>")].splitlines())


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
            Picture("seen", "read so", b"png"),
            '<figure><div class="frame" tabindex="0"><img src="data:image/png;base64,cG5n" alt="seen. read so"></div>'
            "<figcaption>read so</figcaption></figure>",
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
    page = html(Page("title", "kind", "answer", (PageSection("one", "One", "", (Commands(("a --b", "c")),)),)), "light")
    assert '<pre tabindex="0"><code>a --b\nc</code></pre>' in page


def test_a_broad_picture_can_be_moved() -> None:
    assert '<div class="frame broad"' in _markup(Picture("seen", "read so", b"png", broad=True))


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
