"""The answer of a discovery, and how it is read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, final

from pydantic import Field

from experiments.lab.left_out import brief_words, plain_left_out
from experiments.lab.vary import vary_of
from experiments.labels import counted, percent
from experiments.questions.discover.boxes import (
    BOXES,
    LIMITS,
    PEELING,
    Discovery,
    columns_of,
    sample_of,
    tables_of,
    units_in,
)
from experiments.questions.discover.prim import Box, Limit
from experiments.questions.discover.targets import cases_of, check_target, looked_at, words_of
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Number, checked

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

#: Files of the tables, by their names.
FILES: Final = {name: table_file(name) for name in ("boxes", "limits", "peeling")}


class DiscoverSettings(Record):
    """What is asked beside config and seed."""

    target: Annotated[str, checked(check_target)]
    runs: Number
    boxes: Number
    density: Annotated[float, Field(gt=0.0, le=1.0)] | None
    vary: Annotated[tuple[str, ...], checked(vary_of)]
    tactics: tuple[str, ...]
    ranges: bool


@final
@dataclass(frozen=True, eq=False, repr=False)
class DiscoverResult(Discovery, Result):
    """The answer of a discovery."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``boxes``, ``limits`` and ``peeling``."""
        return tables_of(self.boxes, self.units)

    def headline(self) -> str:
        """Say what was looked for and how much of it the boxes hold."""
        looked_for = f"talks {self.words} in {percent(self.share)} of {counted(self.negotiations, 'negotiation')}"
        boxes = f"{len(self.boxes)} box{'es' if len(self.boxes) > 1 else ''}" if self.boxes else "no box"
        covered = f" with {percent(sum(box.coverage for box in self.boxes))} of them" if self.boxes else ""
        left = brief_words(self.config, self.tactics)
        return f"{looked_for} of {self.config.name}; {boxes}{covered}; {left}"

    def blocks(self) -> Sequence[Block]:
        """Sentences and tables of the boxes."""
        from experiments.questions.discover.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every table, as plain data."""
        return {
            **plain_left_out(self.config, self.tactics),
            "config": self.config.name,
            "target": self.target,
            "share": self.share,
            "negotiations": self.negotiations,
            **records(self.tables),
        }

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """How each box was peeled, and the first one among the runs."""
        from experiments.questions.discover.figures import box_figure

        return {"boxes": lambda: box_figure(self)}


def read(found: Finished) -> DiscoverResult:
    """Read the answer of a finished discovery, with the runs in which the boxes were found."""
    settings, config, played = found.settings(DiscoverSettings), found.config, found.rows().to_pandas()
    target, tactics = settings.target, settings.tactics
    if missing := [column for column in columns_of(config, tactics).values() if column not in played]:
        raise found.damaged("runs", f"its rows lack the column {missing[0]}")
    rows = looked_at(target, played)
    sample, cases = sample_of(config, rows, found.seed, tactics), cases_of(target, rows)
    return DiscoverResult(
        config=config,
        target=target,
        words=words_of(target, rows, cases),
        sample=sample.assign(case=cases),
        boxes=tuple(_boxes(found, {*map(str, sample)})),
        units=units_in(config, tactics),
        manifest=found.manifest,
        folder=found.folder,
    )


def _boxes(found: Finished, inputs: set[str]) -> Iterator[Box]:
    boxes = found.table(FILES["boxes"], BOXES)
    limits = found.table(FILES["limits"], LIMITS, texts=("input", "unit"))
    peeling = found.table(FILES["peeling"], PEELING)
    if unknown := sorted(set(limits["input"]) - inputs):
        raise found.damaged(FILES["limits"], f"the config has no input {unknown[0]}")
    for row in boxes.to_dict("records"):
        own = limits[limits["box"] == row["box"]].to_dict("records")
        if not own:
            raise found.damaged(FILES["limits"], f"box {row['box']} restricts nothing")
        ends = tuple(Limit(str(o["input"]), float(o["low"]), float(o["high"]), float(o["quasi_p"])) for o in own)
        way = peeling[peeling["box"] == row["box"]].drop(columns="box").reset_index(drop=True)
        coverage, density, mass = (float(row[name]) for name in ("coverage", "density", "mass"))
        yield Box(ends, coverage, density, mass, int(row["rows"]), way)
