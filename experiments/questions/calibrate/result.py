"""The answer of a calibration, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, final

from experiments.config.weights import WEIGHTS, WeightTable, weights_in
from experiments.errors import ConfigError
from experiments.labels import counted
from experiments.questions.calibrate.findings import Calibrated
from experiments.questions.calibrate.fitting import Method
from experiments.questions.calibrate.tables import CORRELATIONS, PARAMETERS, ROWS, STEPS, TEXTS
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Count, Number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished


class CalibrateSettings(Record):
    """What is asked beside config and seed; `record` is the digest of the record."""

    cases: tuple[str, ...]
    parameters: tuple[str, ...]
    through: date | None
    hold_out: tuple[str, ...]
    method: Method
    draws: Number
    repeats: Number
    tolerance: float
    widen: bool
    kept: float
    most_steps: Number
    record: str


class CalibrateResults(Record):
    """Rows that could not be compared, why the search ended, and negotiations that were played."""

    too_early: Count
    not_on_table: Count
    ended: Literal["weights", "tolerance", "acceptance", "copies", "steps"]
    negotiations: Number


@final
@dataclass(frozen=True, eq=False, repr=False)
class CalibrateResult(Calibrated, Result):
    """The answer of a calibration; its tables are those of :class:`Calibrated`."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``parameters``, ``correlations``, ``rows``, ``steps`` and ``weights``."""
        return {
            "parameters": self.parameters,
            "correlations": self.correlations,
            "rows": self.rows,
            "steps": self.steps,
            "weights": self.weight_rows,
        }

    @property
    def negotiations(self) -> int:
        """Negotiations that were played."""
        return self.played

    def headline(self) -> str:
        """Say how many parameters the record identifies."""
        clear, total = len(self.identified), len(self.parameters)
        return f"{counted(total, 'parameter')} of {self.config.name}, {clear} identified by the record"

    def blocks(self) -> Sequence[Block]:
        """What the record identifies, prior and posterior, what it predicts, and how to play under the posterior."""
        from experiments.questions.calibrate.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every number as plain data, but for the draws."""
        tables = {name: table for name, table in self.tables.items() if name != "weights"}
        return {
            "config": self.config.name,
            "cases": list(self.weights.fitted.cases),
            "fitted_through": self.weights.fitted.fitted_through.isoformat(),
            "digest": self.weights.digest,
            "method": self.method,
            "draws": self.draws,
            "seed": self.seed,
            "negotiations": self.played,
            "tolerance": self.weights.fitted.tolerance,
            "effective": self.weights.effective,
            "ended": self.ended,
            "identified": list(self.identified),
            **records(tables),
        }

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """Priors and posteriors, contraction, predictions, and what they gain."""
        from experiments.questions.calibrate.figures import drawings_of

        return drawings_of(self)


def read(found: Finished) -> CalibrateResult:
    """Read the answer of a finished calibration."""
    settings, results = found.settings(CalibrateSettings), found.results(CalibrateResults)
    weights = _weights(found)
    if weights.paths != settings.parameters:
        raise found.damaged(WEIGHTS, "it holds other parameters than were calibrated")
    parameters = _table(found, "parameters", PARAMETERS)
    if tuple(parameters["path"]) != settings.parameters:
        raise found.damaged(table_file("parameters"), "its rows are not the parameters that were calibrated")
    return CalibrateResult(
        config=found.config,
        manifest=found.manifest,
        folder=found.folder,
        method=settings.method,
        draws=settings.draws,
        repeats=settings.repeats,
        held_out=settings.hold_out,
        asked_tolerance=settings.tolerance,
        played=results.negotiations,
        too_early=results.too_early,
        not_on_table=results.not_on_table,
        ended=results.ended,
        parameters=parameters,
        correlations=_table(found, "correlations", CORRELATIONS),
        rows=_table(found, "rows", ROWS),
        steps=_table(found, "steps", STEPS),
        weights=weights,
    )


def _table(found: Finished, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    return found.table(table_file(name), columns, texts=[column for column in columns if column in TEXTS])


def _weights(found: Finished) -> WeightTable:
    try:
        return weights_in(found.content(WEIGHTS), WEIGHTS)
    except ConfigError as error:
        raise found.damaged(WEIGHTS, error) from error
