"""What a user sees of a discovery: each box in words, and what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from experiments.lab.inputs import DUMMY
from experiments.labels import counted, percent
from experiments.questions.discover.discover import Discovery, in_words
from experiments.terminal.table import LINE_WIDTH, TerminalTable

if TYPE_CHECKING:
    from rich.console import Console


def render(result: Discovery, name: str, seconds: float, console: Console) -> None:
    """Print the boxes, at most 100 columns wide."""
    runs = len(result.sample)
    width = min(LINE_WIDTH, console.width)
    console.print(Text(f"{name}: talks {result.words} in {percent(result.share)} of {counted(runs, 'run')}", "bold"))
    for place, box in enumerate(result.boxes, 1):
        console.out("")
        held = f"holds {percent(box.coverage)} of these runs (coverage); of its {counted(box.rows, 'run')} "
        console.print(Text(f"Box {place} {held}{percent(box.density)} are such (density):"), width=width)
        table = TerminalTable(show_header=place == 1)
        table.add_column("talks " + result.words + " when", "words", is_key=True)
        table.add_column("quasi-p")
        for phrase, limit in zip(in_words(result, box), box.limits, strict=True):
            table.add_row(phrase, f"{limit.quasi_p:.1g}" if limit.quasi_p >= 1e-12 else "<1e-12")
        console.print(table, width=width)
    console.out("")
    for line in conclusion(result):
        console.print(Text(line), width=width)
    console.out(f"{counted(runs, 'negotiation')} in {seconds:.1f} s.", highlight=False)


def conclusion(result: Discovery) -> list[str]:
    """Say what was found, and whether the dummy is in it."""
    if not result.boxes:
        return ["No box holds the target more often than the other runs: nothing found."]
    covered = sum(box.coverage for box in result.boxes)
    lines = [f"Together the boxes hold {percent(covered)} of the runs in which talks {result.words}."]
    if any(limit.input == DUMMY for box in result.boxes for limit in box.limits):
        lines.append("A box restricts the dummy, which changes nothing: take its weaker restrictions for noise.")
    return lines
