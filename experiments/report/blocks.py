"""What a report consists of, and how it becomes one HTML file.

Sections are plain data, so that a kind of directory is reported by a function that returns them. Every text in them is
text: the template escapes it, whatever a config calls its issues, firms and events.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.errors import need

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

    from experiments.figures.kit.theme import Theme

#: Dots per inch of a picture inside a page. At 100, hinting makes small letters wider than their lines have room for.
_DPI: Final = 125

#: Inches from which on a figure is too wide for the column of the page, so that it can be moved sideways instead.
_BROAD: Final = 14.0

_TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs of text."""

    paragraphs: tuple[str, ...]
    kind: str = "words"


@dataclass(frozen=True, slots=True)
class Listing:
    """A heading and its lines; folded away where they are many."""

    heading: str
    lines: tuple[str, ...]
    folded: bool = False
    kind: str = "listing"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; the first column names its row, and `numeric` columns stand flush right.

    Rows in `strong` stand out, and those in `faint` stand back, such as a difference that may be chance.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    note: str = ""
    folded: bool = False
    strong: frozenset[int] = frozenset()
    faint: frozenset[int] = frozenset()
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: what is seen (also read aloud in its place), how to read it, and its PNG file.

    A `broad` one keeps its size on a screen and can be moved sideways.
    """

    title: str
    caption: str
    png: bytes
    broad: bool = False
    kind: str = "picture"

    @property
    def data(self) -> str:
        """The file as an address inside the page."""
        return f"data:image/png;base64,{base64.b64encode(self.png).decode()}"


@dataclass(frozen=True, slots=True)
class FoldedParts:
    """Parts, each a heading and its lines, folded away below one heading."""

    heading: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    kind: str = "parts"


@dataclass(frozen=True, slots=True)
class Commands:
    """Lines to type."""

    lines: tuple[str, ...]
    kind: str = "commands"


@dataclass(frozen=True, slots=True)
class Download:
    """A file inside the page that can be saved."""

    name: str
    label: str
    content: bytes
    kind: str = "download"

    @property
    def data(self) -> str:
        """The file as an address inside the page."""
        return f"data:application/octet-stream;base64,{base64.b64encode(self.content).decode()}"


@dataclass(frozen=True, slots=True)
class Widget:
    """What answers to a click, as markup of our own making: the only block that is not escaped."""

    markup: str
    fallback: str
    kind: str = "widget"


Block = Words | Listing | Table | Picture | FoldedParts | Commands | Download | Widget


@dataclass(frozen=True, slots=True)
class PageSection:
    """A heading, the question that it answers, and its blocks."""

    name: str
    heading: str
    lead: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report.

    Attributes
    ----------
    title, subtitle : str
        What it is about.
    answer : str
        One paragraph for a reader who stops there.
    sections : tuple of Section
    scripts : str
        Scripts and styles that the widgets need, of our own making; empty without widgets.
    """

    title: str
    subtitle: str
    answer: str
    sections: tuple[PageSection, ...]
    scripts: str = field(default="", repr=False)


def picture(figure: Figure, caption: str, theme: Theme) -> Picture:
    """Picture of a figure in a theme; its title is the figure's own, which says what is seen."""
    from experiments.figures.kit.style import image_bytes
    from experiments.figures.kit.theme import themed

    title = " ".join(figure.get_suptitle().split())
    broad = figure.get_figwidth() > _BROAD
    return Picture(title, caption, image_bytes(themed(figure, theme), "png", _DPI), broad)


def table(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    texts: int = 1,
    note: str = "",
    folded: bool = False,
    strong: Iterable[int] = (),
    faint: Iterable[int] = (),
) -> Table:
    """Table whose first `texts` columns are text and the others numbers."""
    numeric = frozenset(range(texts, len(columns)))
    lines = tuple(tuple(row) for row in rows)
    return Table(caption, tuple(columns), lines, numeric, note, folded, frozenset(strong), frozenset(faint))


def html(page: Page, theme: Theme) -> str:
    """Return the page as one HTML file."""
    return _environment().get_template("page.html").render(page=page, theme=theme)


def fragment(blocks: Iterable[Block]) -> str:
    """Return blocks as HTML for a notebook."""
    template = _environment().get_template("block.html")
    return "".join(template.render(block=block) for block in blocks)


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def need_extra() -> None:
    """Check that the extra ``report`` is installed, before any work is done.

    Raises
    ------
    experiments.errors.RunError
        When it is not.
    """
    for module in ("jinja2", "bokeh"):
        need(module, "report", "winset report")
