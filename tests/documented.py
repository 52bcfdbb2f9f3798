"""Tables of the pages of `docs/`, and whether a cell says what was computed, to the rounding that it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Final

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.labels import AGREEMENT
from tests.tree import CONFIGS, ROOT

if TYPE_CHECKING:
    import pandas as pd

NUMBER: Final = re.compile(r"[-+]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)")

#: What stands below the heading of a table.
RULE: Final = re.compile(r"\|[-| :]+\|")

#: Before the name of a column that has had its name before.
AGAIN: Final = "again: "

#: Part of the last digit by which a cell may be beyond half of it, for means that another machine sums otherwise.
SLACK: Final = 1e-6

#: Runs of which the program keeps one table.
CHUNK: Final = 2_000


def rows(page: str, heading: str) -> list[list[str]]:
    """Cells of the one table of a page whose heading begins so, row by row, its heading first."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    starts = [
        place
        for place, (line, below) in enumerate(pairwise(lines))
        if line.startswith(f"| {heading}") and RULE.fullmatch(below)
    ]
    if len(starts) != 1:
        raise ValueError(f"{page} has {len(starts)} tables whose heading begins with {heading!r}")
    first, _, *others = takewhile(lambda line: line.startswith("|"), lines[starts[0] :])
    return [_cells(line) for line in (first, *others)]


def table(page: str, heading: str, named_by: int = 1) -> dict[str, dict[str, str]]:
    """Rows of the one table of a page whose heading begins so; each has its cells by column.

    Rows are named by their first cells, as many as `named_by`, with commas between them; a first cell that is empty is
    that of the row above. A second column of one name is called "again: ...".
    """
    names, *lines = rows(page, heading)
    columns: list[str] = []
    for name in names:
        columns.append(f"{AGAIN}{name}" if name in columns else name)
    found: dict[str, dict[str, str]] = {}
    above = ""
    for first, *others in lines:
        above = first or above
        cells = [above, *others]
        name = ", ".join(cells[:named_by])
        if name in found:
            raise ValueError(f"{page} has two rows {name!r} below {heading!r}")
        found[name] = dict(zip(columns[named_by:], cells[named_by:], strict=True))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("**", "") for cell in line.strip().strip("|").split("|")]


def text(page: str) -> str:
    """Text of a page with its lines joined."""
    return " ".join((ROOT / page).read_text(encoding="utf-8").split())


def faults(cells: Mapping[str, str], computed: Mapping[str, tuple[str, Sequence[float]]]) -> list[str]:
    """Say of every cell of a row that does not say what was computed what it should say.

    What was computed are the words of the cell with a `#` for each number, and the numbers.
    """
    if cells.keys() != computed.keys():
        return [f"columns {[*cells]}, computed {[*computed]}"]
    return [
        f"{name}: {cells[name]!r}, computed {computed[name]}"
        for name in cells
        if not says(cells[name], *computed[name])
    ]


def says(cell: str, words: str, values: Sequence[float]) -> bool:
    """Whether a text has these words, with a `#` for each number, and these numbers, to the digits that it shows."""
    numbers = NUMBER.findall(cell)
    if NUMBER.sub("#", cell) != words or len(numbers) != len(values):
        return False
    return all(_rounds_to(value, number) for value, number in zip(values, numbers, strict=True))


def _rounds_to(value: float, number: str) -> bool:
    digit = 10.0 ** -len(number.partition(".")[2])
    return abs(value - float(number.replace(",", ""))) <= (0.5 + SLACK) * digit


@cache
def played(
    name: str, sets: tuple[str, ...] = (), runs: int = 2_000, seed: int = 1, *, solutions: bool = False
) -> pd.DataFrame:
    """Table of runs of a shipped config, one row a negotiation."""
    import pandas as pd

    config = load_config(CONFIGS / f"{name}.yaml", sets)
    parts: list[pd.DataFrame] = [
        simulate(
            config, first, min(CHUNK, runs - first), seed, runs,
            trajectories=False, solutions=solutions, engine="compiled",
        ).runs.to_pandas()
        for first in range(0, runs, CHUNK)
    ]  # fmt: skip
    frame: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return frame


def deals(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of the runs that end in a deal."""
    return frame[frame["outcome"] == AGREEMENT]


def deal_share(frame: pd.DataFrame) -> float:
    """Share of the runs that end in a deal, in per cent."""
    return 100.0 * len(deals(frame)) / len(frame)
