"""Section of a page on what the columns of its tables hold: the same dictionary that an export brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.export.described import NO_UNIT
from experiments.labels import capitalised, counted
from experiments.report.blocks import Commands, PageSection, table

if TYPE_CHECKING:
    from experiments.report.blocks import Block
    from experiments.report.result import Result


def columns_section(result: Result) -> PageSection:
    """Every column of every table with unit and meaning, and how to take them into another program."""
    blocks: list[Block] = []
    for name, (rows, entries) in result.entries().items():
        lines = [
            (one.column, capitalised(one.meaning), "-" if one.unit == NO_UNIT else one.unit, one.missing or "-")
            for one in entries
        ]
        caption = f"{name}: {counted(len(lines), 'column')}; a row is {rows}"
        blocks.append(table(caption, ("Column", "Meaning", "Unit", "Missing"), lines, texts=4, folded=True))
    blocks.append(Commands(("winset export DIR --format xlsx",)))
    lead = "What the columns of the tables hold; winset export writes them as CSV, or for Excel, Stata or DuckDB."
    return PageSection("columns", "The tables", lead, tuple(blocks))
