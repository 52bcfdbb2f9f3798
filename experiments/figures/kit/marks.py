"""Marks on an axis of rounds: names of what happens, each on a dashed line before its round, none across another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes

from experiments.figures.kit.style import MUTED, SMALL_SIZE, halo, shortened, text_width

#: Height of a line of marks, and width of the map on which they must not meet, inches.
_LINE: Final = 0.24
_MAP_WIDTH: Final = 6.9

#: Letters of a name that are shown.
_LONGEST: Final = 40
_DASHES: Final[Any] = (0, (4, 2))


@dataclass(frozen=True, slots=True)
class Mark:
    """A name beside a line, on the axis of rounds: where the line stands, the ends of the name, and its row."""

    at: float
    left: float
    right: float
    name: str
    row: int = 0

    def meets(self, other: Mark) -> bool:
        """Whether two names would meet in one row."""
        return self.left < other.right and other.left < self.right

    def is_crossed_by(self, other: Mark) -> bool:
        """Whether the line of another mark, which runs down from its row, would run through this name."""
        return other.row <= self.row and self.left < other.at < self.right


def placed_marks(marks: pd.DataFrame | None, last: int) -> list[Mark]:
    """Marks of the rounds that are shown, in rows where no names meet and, if it can be had, no line crosses one."""
    if marks is None:
        return []
    shown = marks[marks["round"].between(2, last)]
    wanted = [_mark(int(str(number)), rows["name"], last) for number, rows in shown.groupby("round")]
    # Lines run down: of names to the left of their line the last stands on top, of the others the first.
    wanted.sort(key=lambda mark: (mark.left == mark.at, mark.at if mark.left == mark.at else -mark.at))
    placed: list[Mark] = []
    for mark in wanted:
        rows = [replace(mark, row=row) for row in range(len(wanted))]
        free = (one for one in rows if not any(_clash(one, other) for other in placed))
        # Where every row has a line run through a name, the lowest empty one has the fewest; there always is one.
        taken = {other.row for other in placed}
        placed.append(next(free, next(one for one in reversed(rows) if one.row not in taken)))
    return placed


def _clash(one: Mark, other: Mark) -> bool:
    same = one.row == other.row and one.meets(other)
    return same or one.is_crossed_by(other) or other.is_crossed_by(one)


def _mark(number: int, names: Iterable[str], last: int) -> Mark:
    """Mark before a round; a name that would reach beyond the map stands to the left of its line."""
    name, at = ", ".join(shortened(one, _LONGEST) for one in names), number - 0.5
    width = (last - 1) / _MAP_WIDTH * (text_width(name) + 0.15)
    left = at if at + width <= last + 0.5 else at - width
    return Mark(at, left, left + width, name)


def write_marks(strip: Axes, panels: Iterable[Axes], marks: list[Mark]) -> None:
    """Write the marks above the maps, each with a dashed line down to the last of them."""
    rows = _rows(marks)
    strip.set_axis_off()
    strip.set_ylim(rows, 0)
    for mark in marks:
        is_left = mark.left < mark.at
        strip.plot([mark.at, mark.at], [mark.row + 0.1, rows], color=MUTED, linewidth=1.1, linestyle=_DASHES)
        strip.annotate(
            mark.name, (mark.at, mark.row + 0.5), (-5 if is_left else 5, 0), textcoords="offset points", va="center",
            ha="right" if is_left else "left", fontsize=SMALL_SIZE, annotation_clip=False,
        ).set_in_layout(False)  # fmt: skip
        for panel in panels:
            panel.axvline(mark.at, color=MUTED, linewidth=1.1, linestyle=_DASHES, path_effects=halo())


def marks_height(marks: list[Mark]) -> float:
    """Height of the strip that holds the marks, inches."""
    return 0.1 + _LINE * _rows(marks)


def _rows(marks: list[Mark]) -> int:
    return max((mark.row + 1 for mark in marks), default=0)


def note_of(marks: pd.DataFrame | None, last: int) -> str:
    """What the marks that are shown stand for, where their names do not say it."""
    if marks is None:
        return ""
    explained = marks[marks["round"].between(2, last) & (marks["detail"] != "")]
    return " ".join(f"{name}: {detail}." for name, detail in zip(explained["name"], explained["detail"], strict=True))
