"""What a report consists of, and how it becomes one HTML file.

Sections are plain data, so that a kind of directory is reported by a function that returns them. Every text in them is
text: the template escapes it, whatever a config calls its issues, firms and events.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from experiments.errors import need
from experiments.report.telling import Telling

if TYPE_CHECKING:
    from jinja2 import Environment
    from matplotlib.figure import Figure

#: Light, dark, or what the reader's system says.
PageTheme = Literal["auto", "light", "dark"]

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
    """A picture: what is seen, how to read it, and its drawing, which is markup of our own making.

    Attributes
    ----------
    title, caption : str
        What is seen, and how to read it; also read aloud in its place.
    markup : str
        SVG element, see :class:`experiments.report.drawing.Drawing`.
    note : str
        What the figure says below itself; empty where it says nothing.
    narrow : tuple of str
        The same drawn for a phone, in parts that stand one below the other; none where `markup` is shown there as well.
    """

    title: str
    caption: str
    markup: str
    note: str = ""
    narrow: tuple[str, ...] = ()
    kind: str = "picture"


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """A number of an answer.

    Attributes
    ----------
    label : str
        What it is.
    value : str
        The number with its unit, as :func:`experiments.labels.percent` and ``quantity`` write it; or a name.
    interval : str
        How far it could be off, with what the interval is: ``95 %: 81.8 to 86.4 %``. Empty where it has none.
    note : str
        What else belongs to it, such as what it is compared with.
    """

    label: str
    value: str
    interval: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer: what the first screen of a page holds, and with what the text in a terminal begins.

    Attributes
    ----------
    sentence : str
        The answer in one sentence.
    numbers : tuple of KeyNumber
        Three to five that it rests on, the most important one first; fewer where there are no more.
    certainty : str
        What the intervals say, or why there are none.
    inputs : str
        Which of it was put in, by a red line, a bound or a default, and is no finding; also where nothing was.
    more : tuple of str
        Paragraphs on what else came out, for those who read on.
    picture : Picture or None
        The one picture that shows it; a page sets it by :meth:`shown`.
    """

    sentence: str
    numbers: tuple[KeyNumber, ...] = ()
    certainty: str = ""
    inputs: str = ""
    more: tuple[str, ...] = ()
    picture: Picture | None = None
    kind: str = "answer"

    def shown(self, picture: Picture | None) -> Answer:
        """The same answer with its picture."""
        return replace(self, picture=picture)

    @property
    def text(self) -> str:
        """Sentence and further paragraphs as one."""
        return " ".join((self.sentence, *self.more))


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


Block = Answer | Words | Listing | Table | Picture | FoldedParts | Commands | Download | Widget


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
    answer : Answer
        What the first screen says.
    sections : tuple of PageSection
        What stands behind it: what came out first, then how and why, then what was asked.
    scripts : str
        Scripts and styles that the widgets need, of our own making; empty without widgets.
    tab : str
        Title of the window: question, config and main number. The registry of questions sets it.
    meanings : mapping
        What the numbers of the config are, by their paths. The registry of questions sets it.
    """

    title: str
    subtitle: str
    answer: Answer
    sections: tuple[PageSection, ...]
    scripts: str = field(default="", repr=False)
    tab: str = ""
    meanings: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every picture on it."""
        first = () if self.answer.picture is None else (self.answer.picture,)
        return (*first, *(one for part in self.sections for one in part.blocks if isinstance(one, Picture)))


def picture(figure: Figure, caption: str, theme: PageTheme, narrow: Sequence[Figure] = ()) -> Picture:
    """Picture of a figure, which is changed by it; its title is the figure's own, which says what is seen.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What a desk, paper and a saved file show.
    caption : str
        How to read it.
    theme : str
        ``auto``, ``light`` or ``dark``.
    narrow : sequence of matplotlib.figure.Figure
        What a phone shows in its place, one below the other. The first screen of a page has room for the first one.
    """
    from experiments.report.drawing import drawing

    drawn, *parts = (drawing(one, both=theme != "light") for one in (figure, *narrow))
    return Picture(drawn.title, caption, drawn.markup, drawn.note, tuple(part.markup for part in parts))


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


def html(page: Page, theme: PageTheme) -> str:
    """Return the page as one HTML file.

    Parameters
    ----------
    page : Page
        What it holds.
    theme : str
        ``light``, ``dark``, or ``auto`` for what the reader's system says. On paper it is light.
    """
    from experiments.report.drawing import colours_of
    from experiments.report.palette import colour_rules

    drawings = (markup for one in page.pictures for markup in (one.markup, *one.narrow))
    colours = colour_rules(pair for markup in drawings for pair in colours_of(markup))
    return _environment(page.meanings).get_template("page.html").render(page=page, theme=theme, colours=colours)


def fragment(blocks: Iterable[Block], meanings: Mapping[str, str]) -> str:
    """Return blocks as HTML for a notebook; `meanings` are those of the paths that they name."""
    template = _environment(meanings).get_template("block.html")
    return "".join(template.render(block=block) for block in blocks)


def _environment(meanings: Mapping[str, str]) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    loader = FileSystemLoader(_TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    telling = Telling(meanings)
    # Everything that Telling returns is escaped.
    made.filters["told"] = lambda text, beside=(): Markup(telling(text, " ".join(beside)))  # noqa: S704
    return made


def need_extra() -> None:
    """Check that the extra ``report`` is installed, before any work is done.

    Raises
    ------
    experiments.errors.RunError
        When it is not.
    """
    for module in ("jinja2", "bokeh"):
        need(module, "report", "winset report")
