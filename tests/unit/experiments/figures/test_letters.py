"""Pictures show names in any script with the fonts that there are, and tell apart what no font has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from matplotlib.figure import Figure

from experiments.figures.commitments import commitments
from experiments.figures.kit import letters
from experiments.figures.kit.style import image_bytes, png_bytes, shortened, text_width, tidy, wrapped
from experiments.store.picture_forms import PictureForm

KANA = "さくらひまわり"
RIGHT_TO_LEFT = ("שלום בע״מ", "شركة الرقائق")
FAMILY = "Kana for tests"


@pytest.fixture(autouse=True)
def nothing_told_before() -> None:
    letters.notice_once()


@pytest.fixture
def with_kana(tmp_path: Path) -> Iterator[None]:
    """A font that has the kana, each a block of another width."""
    path = tmp_path / "kana.ttf"
    names = [".notdef", *(f"kana{place}" for place in range(len(KANA)))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): name for letter, name in zip(KANA, names[1:], strict=True)})
    glyphs = {}
    for place, name in enumerate(names):
        pen = TTGlyphPen(None)
        corners = [(0, 0), (0, 700), (100 + 100 * place, 700), (100 + 100 * place, 0)]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
        glyphs[name] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(path)
    manager = font_manager.fontManager
    before = list(manager.ttflist)
    manager.addfont(path)
    yield
    manager.ttflist = before


def _drawn(*names: str) -> Figure:
    count = len(names)
    firms = pd.DataFrame({"firm": names, "additional": range(count, 0, -1), "signed": [True] * count})
    return commitments(firms, 5.0)


def _labels(figure: Figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()][:-1]


def test_letters_that_no_font_has_become_codes_and_names_stay_apart() -> None:
    figure = _drawn("さくら", "ひまわり", "NTT さ")
    assert _labels(figure) == ["U+3055 304F 3089", "U+3072 307E 308F 308A", "NTT U+3055"]
    png_bytes(figure)  # a missing glyph would warn, and a warning fails
    assert letters.notice_once() == (
        "pictures show codes in place of letters that no font of matplotlib has: く (U+304F), さ (U+3055), "
        "ひ (U+3072), ま (U+307E), ら (U+3089), り (U+308A), わ (U+308F); install a font that has them."
    )
    assert letters.notice_once() == ""


def test_long_names_of_missing_letters_stay_apart() -> None:
    names = [KANA + end for end in ("一", "二", "三")]
    shown = [shortened(name) for name in names]
    assert len(set(shown)) == 3
    assert all(len(text) <= 22 for text in shown)
    # Titles and notes do not cut names: there a long row of codes ends in a check sum as well.
    told = [tidy(f"the {name} tariff") for name in names]
    assert len(set(told)) == 3
    assert all(text.startswith("the U+3055 304F 3089…") and text.endswith(" tariff") for text in told)
    assert all(len(text) <= 32 for text in told)


@pytest.mark.usefixtures("with_kana")
def test_wide_letters_take_the_place_of_two() -> None:
    assert shortened(KANA, 14) == KANA
    assert shortened(KANA, 9) == "さくらひ…"
    assert wrapped(KANA, 6).split("\n") == ["さくら", "ひまわ", "り"]


@pytest.mark.usefixtures("with_kana")
@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_font_that_has_the_letters_is_used(form: PictureForm) -> None:
    figure = _drawn("さくら", "ひまわり", "Ordinary")
    assert _labels(figure) == ["さくら", "ひまわり", "Ordinary"]
    label = figure.axes[0].get_yticklabels()[0]
    assert label.get_fontfamily() == [letters.FIRST, FAMILY]
    assert image_bytes(figure, form)
    assert letters.notice_once() == ""


@pytest.mark.usefixtures("with_kana")
def test_widths_are_measured_in_the_font_that_draws() -> None:
    size = 10.5 / 72
    assert text_width("さくら") == pytest.approx(3 * size, rel=0.15)


def test_names_from_right_to_left_are_drawn_as_they_are() -> None:
    figure = _drawn(*RIGHT_TO_LEFT)
    assert _labels(figure) == list(RIGHT_TO_LEFT)
    assert png_bytes(figure) != png_bytes(_drawn(*(name[::-1] for name in RIGHT_TO_LEFT)))


def test_a_picture_in_known_letters_needs_one_family() -> None:
    figure = _drawn("Ordinary", "Größe ≥ 1 µ")
    assert {tuple(label.get_fontfamily()) for label in figure.axes[0].get_yticklabels()} <= {
        ("sans-serif",),
        (letters.FIRST,),
    }
    assert letters.families("Größe") == [letters.FIRST]


def test_joiners_are_left_out_and_lines_kept() -> None:
    assert tidy("a\N{TAG LATIN SMALL LETTER A}b") == "ab"
    assert letters.drawable("two\nlines") == "two\nlines"


def test_a_letter_counts_as_there_only_where_titles_have_it_too() -> None:
    # STIXGeneral, which comes with matplotlib, has it in its regular face alone.
    figure = Figure(figsize=(4, 2))
    figure.suptitle(tidy("通商の交渉"), fontweight="bold", fontfamily=letters.families("の"))
    assert png_bytes(figure)
