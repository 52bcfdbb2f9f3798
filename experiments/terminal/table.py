"""Tables in the terminal: every command prints its tables through this file, and none of them loses a letter.

Rich cuts what does not fit. Here headings and words fold, numbers and their units stay whole, and columns that do not
fit beside the others follow below, with the columns that say what the rows are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, final

from rich.cells import cell_len
from rich.text import Text

from experiments.terminal.letters import spelled

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult


Kind = Literal["words", "number"]

#: Columns that text takes where the terminal has more.
LINE_WIDTH: Final = 100

_GAP: Final = 2
#: Headings up to here are not folded, such as ``95 %``.
_SHORT: Final = 8
_FURTHER: Final = "further columns"


@final
@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, whether it holds words or numbers, and whether it stands beside every other column."""

    heading: str
    kind: Kind
    is_key: bool


@final
@dataclass(frozen=True, slots=True)
class Placed:
    """A column in a band: its place in the table, where it starts and how wide it is."""

    place: int
    start: int
    width: int


@final
class TerminalTable:
    """A table that fits into any width, as something that a rich console can print.

    Parameters
    ----------
    title : str
        Stands above the table; none if it is empty.
    show_header : bool
        Whether the headings are shown.
    """

    def __init__(self, title: str = "", *, show_header: bool = True) -> None:
        self.title = title
        self.caption = ""
        self.show_header = show_header
        self.columns: list[Column] = []
        self.rows: list[tuple[str, ...]] = []
        self.styles: list[str] = []

    def add_column(self, heading: str, kind: Kind = "number", *, is_key: bool = False) -> None:
        """Add a column; words stand on the left and fold, numbers stand on the right and do not."""
        self.columns.append(Column(heading, kind, is_key))

    def add_row(self, *cells: str, style: str = "") -> None:
        """Add a row with a cell for each column."""
        if len(cells) != len(self.columns):
            raise ValueError(f"a row of {len(cells)} cells for {len(self.columns)} columns")
        self.rows.append(cells)
        self.styles.append(style)

    def bands(self, width: int) -> list[tuple[Placed, ...]]:
        """Which columns stand side by side in `width`, and where; every column is in one band at least."""
        every = range(len(self.columns))
        if self._least(every, width) <= width:
            return [self._placed(every, width)]
        keys = [place for place in every if self.columns[place].is_key]
        chosen: list[list[int]] = []
        for place in (place for place in every if place not in keys):
            if chosen and self._least([*keys, *chosen[-1], place], width) <= width:
                chosen[-1].append(place)
            else:
                chosen.append([place])
        return [self._placed(sorted([*keys, *band]), width) for band in chosen or [[]]]

    def _least(self, places: Sequence[int], width: int) -> int:
        """Width that columns need side by side."""
        return sum(self._floor(place, width) for place in places) + _GAP * (len(places) - 1)

    def _floor(self, place: int, width: int) -> int:
        """Width of a column whose heading is folded, and its words as well; a very long word is broken."""
        column = self.columns[place]
        words = _heading_floor(column.heading) if self.show_header else 0
        cells = [row[place] for row in self.rows]
        if column.kind == "number":
            return max([words, 1, *map(cell_len, cells)])
        return min(max([words, 1, *map(_longest_word, cells)]), max(1, 2 * width // 5))

    def _natural(self, place: int) -> int:
        heading = cell_len(self.columns[place].heading) if self.show_header else 0
        return max([heading, 1, *(cell_len(row[place]) for row in self.rows)])

    def _placed(self, places: Sequence[int], width: int) -> tuple[Placed, ...]:
        widths = self._widths(places, width)
        starts = [sum(widths[:count]) + _GAP * count for count in range(len(widths))]
        return tuple(Placed(*each) for each in zip(places, starts, widths, strict=True))

    def _widths(self, places: Sequence[int], width: int) -> list[int]:
        """Shrink columns from their natural widths until they fit: long words, then headings, then words again."""
        room = width - _GAP * (len(places) - 1)
        widths = [self._natural(place) for place in places]
        words = [at for at, place in enumerate(places) if self.columns[place].kind == "words"]
        numbers = [at for at in range(len(places)) if at not in words]
        floors = [self._floor(place, width) for place in places]
        # The last three bear on screens narrower than a number.
        for shrunk, least in (
            (words, [max(width // 3, floor) for floor in floors]),
            (numbers, floors),
            (words, floors),
            (words, [_SHORT] * len(places)),
            (numbers, [1] * len(places)),
            (words, [1] * len(places)),
        ):
            _shrink(widths, shrunk, least, room)
        return widths

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.title:
            yield Text(self.title, style="bold")
        shown = self._spelled(console.encoding)
        for count, band in enumerate(shown.bands(options.max_width)):
            if count:
                yield Text(f"\n{_FURTHER}", style="dim")
            yield from shown._lines(band, console)
        if self.caption:
            yield Text(self.caption, style="dim italic")

    def _spelled(self, encoding: str) -> TerminalTable:
        """Same table in letters that an encoding has, before it is measured."""
        table = TerminalTable(show_header=self.show_header)
        table.columns = [replace(column, heading=spelled(column.heading, encoding)) for column in self.columns]
        table.rows = [tuple(spelled(cell, encoding) for cell in row) for row in self.rows]
        table.styles = self.styles
        return table

    def _lines(self, band: Sequence[Placed], console: Console) -> Iterator[Text]:
        if self.show_header:
            yield from self._folded(band, [column.heading for column in self.columns], console, "bold", low=True)
        for row, style in zip(self.rows, self.styles, strict=True):
            yield from self._folded(band, row, console, style)

    def _folded(
        self, band: Sequence[Placed], cells: Sequence[str], console: Console, style: str, *, low: bool = False
    ) -> Iterator[Text]:
        """Lines of a row; headings stand low, so that they end above their column."""
        parts = [
            [line.plain.rstrip() for line in Text(cells[placed.place]).wrap(console, placed.width, overflow="fold")]
            for placed in band
        ]
        height = max(map(len, parts), default=1)
        for part in parts:
            missing = [""] * (height - len(part))
            part[:] = [*missing, *part] if low else [*part, *missing]
        for texts in zip(*parts, strict=True):
            line = "".join(
                " " * (_GAP if placed.start else 0) + _set(text, placed.width, self.columns[placed.place].kind)
                for placed, text in zip(band, texts, strict=True)
            )
            yield Text(line.rstrip(), style=style, no_wrap=True)


def _shrink(widths: list[int], chosen: Sequence[int], least: Sequence[int], room: int) -> None:
    """Take from the widest of the chosen columns until all fit or none can give more."""
    while sum(widths) > room:
        able = [at for at in chosen if widths[at] > least[at]]
        if not able:
            return
        widths[max(able, key=lambda at: widths[at])] -= 1


def _heading_floor(heading: str) -> int:
    return cell_len(heading) if cell_len(heading) <= _SHORT else _longest_word(heading)


def _longest_word(text: str) -> int:
    return max((cell_len(word) for word in text.split()), default=0)


def _set(text: str, width: int, kind: Kind) -> str:
    blanks = " " * (width - cell_len(text))
    return text + blanks if kind == "words" else blanks + text
