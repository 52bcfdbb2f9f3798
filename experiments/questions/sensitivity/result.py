"""What came out of a sensitivity analysis: what each method says of every outcome, and whether the methods agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final, final

import numpy as np

from experiments.lab.designs import plain_rows, saltelli
from experiments.lab.inputs import DUMMY
from experiments.lab.known_inputs import known_inputs
from experiments.lab.left_out import brief_words, plain_left_out
from experiments.lab.models import TalksModel
from experiments.lab.vary import vary_of
from experiments.labels import counted
from experiments.questions.sensitivity.analysis import NOTES, OUTPUTS, SWINGS, check_base, check_trajectories
from experiments.questions.sensitivity.effects import AGREEMENT_COLUMNS, EFFECTS
from experiments.questions.sensitivity.findings import Findings
from experiments.report.result import records
from experiments.store.surroundings import Record
from experiments.store.tables import RUNS, table_file
from experiments.store.typed import checked
from experiments.story.constraints import COUNT_COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure

    from experiments.lab.inputs import Input
    from experiments.report.blocks import Block
    from experiments.store.reading import Finished
    from sim.records import Floats

#: Columns of text in the tables; every other one holds numbers or truth values.
_TEXTS: Final = ("output", "method", "input", "measure", "first", "second", "unit", "label", "note",
                      "issue", "constraint")  # fmt: skip


class SensitivitySettings(Record):
    """What is asked beside config and seed: what is varied, and the sizes of both designs."""

    vary: Annotated[tuple[str, ...], checked(vary_of)]
    tactics: tuple[str, ...]
    ranges: bool
    base: Annotated[int, checked(check_base)]
    trajectories: Annotated[int, checked(check_trajectories)]


@final
@dataclass(frozen=True, slots=True, eq=False)
class PlainSample:
    """The plain sample of all inputs at once, and what came of it.

    Attributes
    ----------
    inputs : tuple of Input
        Inputs in the order of the columns.
    points : array, shape [row, input]
        Where the rows lie in the unit cube.
    values : dict of str to array, shape [row]
        Values of the inputs by name.
    rows : pyarrow.Table
        One row per negotiation.
    """

    inputs: tuple[Input, ...]
    points: Floats
    values: dict[str, Floats]
    rows: pa.Table


@final
@dataclass(frozen=True, eq=False, repr=False)
class SensitivityResult(Findings):
    """The answer of a sensitivity analysis.

    Attributes
    ----------
    sample : callable
        Returns the :class:`PlainSample`.
    """

    sample: Callable[[], PlainSample]

    def headline(self) -> str:
        """Say how many talks were played and which input decides most."""
        played = f"{counted(self.negotiations, 'negotiation')} of {self.config.name}"
        left = f"; {brief_words(self.config, self.tactics)}"
        if not self.target:
            return f"{played}, nothing varies{left}"
        first = next(iter(self.deciding()), "")
        decides = f"most by {first}" if first else "by nothing above the noise"
        return f"{played}, {self.subject(self.target)} is decided {decides}{left}"

    def blocks(self) -> Sequence[Block]:
        """Sentences and tables on what decides, by which method, and whether the methods agree."""
        from experiments.questions.sensitivity.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every table as plain data."""
        return {
            **plain_left_out(self.config, self.tactics),
            "config": self.config.name,
            "target": self.target,
            "negotiations": self.negotiations,
            "inputs": self.put_in,
            **records(self.tables),
        }

    def drawings(self) -> dict[str, Callable[[], Figure]]:
        """Pictures of the target and of the gains, by kind and output."""
        from experiments.questions.sensitivity.figures import drawings_of

        return {f"{kind}.{output}": draw for output in self.shown for kind, draw in drawings_of(self, output).items()}


def read(found: Finished) -> SensitivityResult:
    """Read the answer of a finished sensitivity analysis."""
    settings = found.settings(SensitivitySettings)
    inputs = known_inputs(found.config, tactics=settings.tactics)
    effects = _table(found, "effects", EFFECTS)
    if unknown := sorted(set(effects["input"]) - set(inputs)):
        raise found.damaged(table_file("effects"), f"the config has no input {unknown[0]}")
    sample = partial(_plain_sample, found, settings)
    if found.is_temporary:
        kept = sample()
        sample = partial(_as_kept, kept)
    return SensitivityResult(
        config=found.config,
        manifest=found.manifest,
        folder=found.folder,
        inputs=inputs,
        effects=effects,
        agreement=_table(found, "agreement", AGREEMENT_COLUMNS),
        swings=_table(found, "swings", SWINGS),
        notes=_table(found, "notes", NOTES),
        outputs=_table(found, "outputs", OUTPUTS),
        constraints=_table(found, "constraints", COUNT_COLUMNS),
        sample=sample,
    )


def _table(found: Finished, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    return found.table(table_file(name), columns, texts=[column for column in columns if column in _TEXTS])


def _as_kept(kept: PlainSample) -> PlainSample:
    return kept


def _plain_sample(found: Finished, settings: SensitivitySettings) -> PlainSample:
    """The plain rows of the Saltelli design, whose points are laid out again and held against the dummy that was kept.

    Raises
    ------
    experiments.errors.RunError
        When the rows are not those of the design, or a file of them is not what was written.
    """
    model = TalksModel(found.config, found.seed, settings.tactics)
    points = saltelli(model.inputs, settings.base, found.seed).points
    rows, count = found.rows(), len(model.inputs)
    designed = len(points) + settings.trajectories * (count + 1)
    if rows.num_rows != designed:
        raise found.damaged(RUNS, f"it has {rows.num_rows:,} rows, and its design {designed:,}")
    sample = rows.take(plain_rows(np.arange(len(points), dtype=np.float64), count).astype(np.int64))
    plain = plain_rows(points, count)
    values = model.values(plain)
    if not np.array_equal(values[DUMMY], sample.column(f"param.{DUMMY}").to_numpy()):
        raise found.damaged(RUNS, "its rows are not those of its design")
    return PlainSample(model.inputs, plain, values, sample)
