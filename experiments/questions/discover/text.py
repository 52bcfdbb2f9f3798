"""What a discovery says in sentences and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.lab.known_inputs import KnownInput, each_tactic, known_inputs
from experiments.lab.left_out import left_out_table
from experiments.labels import percent
from experiments.questions.discover.answer import (
    answer,
    between,
    cases_in,
    coverage_interval,
    density_interval,
    in_words,
)
from experiments.report.blocks import Block, Table, table

if TYPE_CHECKING:
    from experiments.questions.discover.boxes import Discovery


def blocks(result: Discovery) -> Iterator[Block]:
    """Say where talks end in the given way: each box in words, what it holds, and what each restriction is worth."""
    inputs = inputs_of(result)
    yield answer(result, inputs)
    if result.boxes:
        yield box_table(result)
        yield limit_table(result, inputs)
    yield left_out_table(result.config, result.tactics)


def inputs_of(result: Discovery) -> dict[str, KnownInput]:
    """Uncertain inputs by path, and the dummy."""
    return each_tactic(known_inputs(result.config, tactics=result.tactics, added=False), result.tactics)


def box_table(result: Discovery) -> Table:
    """Size, density and coverage of each box, with intervals."""
    rows = [
        (f"Box {place}", f"{box.rows:,}", percent(box.mass), f"{cases_in(box):,}", percent(box.density),
         between(density_interval(box)), percent(box.coverage), between(coverage_interval(box, result)))
        for place, box in enumerate(result.boxes, 1)
    ]  # fmt: skip
    columns = ("", "Runs", "Of all", "Such runs", "Density", "95 % interval", "Coverage", "95 % interval")
    note = (
        f"Such runs: those in which talks {result.words}; {percent(result.share)} of all runs. Density: share of the "
        "box that are such runs. Coverage: share of such runs that lie in the box."
    )
    return table("The boxes", columns, rows, note=note)


def limit_table(result: Discovery, inputs: dict[str, KnownInput]) -> Table:
    """Restrictions of each box in words, with the support of the input and what the restriction is worth."""
    rows = [
        (f"Box {place}", phrase, inputs[limit.input].support or "-", _small(limit.quasi_p))
        for place, box in enumerate(result.boxes, 1)
        for phrase, limit in zip(in_words(result, box, inputs), box.limits, strict=True)
    ]
    columns = ("Box", f"Talks {result.words} when", "Support", "Quasi-p")
    note = (
        "All restrictions of a box hold at once. Support: confidence of the source of the input's range. Quasi-p: "
        "chance of so many such runs if the restriction did nothing; no p-value proper, for the box was looked for in "
        "the same runs."
    )
    return table("Their restrictions, the surest first", columns, rows, texts=3, note=note)


def _small(value: float) -> str:
    return f"{value:.1g}" if value >= 1e-12 else "<1e-12"
