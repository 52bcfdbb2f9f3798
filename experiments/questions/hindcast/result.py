"""The answer of a hindcast, and how it is read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, final

from pydantic import Field

from experiments.labels import counted, percent
from experiments.questions.hindcast.draws import (
    BIND_COLUMNS,
    EVENT_COLUMNS,
    FLOW_COLUMNS,
    RATE_COLUMNS,
    RUN_COLUMNS,
)
from experiments.questions.hindcast.forecast import (
    ABLATION_COLUMNS,
    CONSTRAINTS,
    CONTAINS_COLUMNS,
    FAN_COLUMNS,
    LEAK_COLUMNS,
    MODEL,
    PATH_COLUMNS,
    PIT_COLUMNS,
    SCORE_COLUMNS,
    Hindcast,
)
from experiments.report.result import Result, figures_in, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

#: Files of the answer by table, and the runs themselves.
FILES: Final = {
    name: table_file(name) for name in ("scores", "pit", "paths", "fan", "ablation", "contains", "constraints", "leaks")
}  # fmt: skip
DRAWS_FILE: Final = "tables/draws.parquet"

#: Columns of each table, and those of them that are text.
COLUMNS: Final[dict[str, tuple[Sequence[str], Sequence[str]]]] = {
    "scores": (SCORE_COLUMNS, ("as_of", "target", "score", "forecaster", "words", "reason")),
    "pit": (PIT_COLUMNS, ("as_of", "target")),
    "paths": (PATH_COLUMNS, ("as_of", "date", "round", "side", "issue", "status")),
    "fan": (FAN_COLUMNS, ("as_of", "date", "side", "issue")),
    "ablation": (ABLATION_COLUMNS, ("as_of", "variant", "words", "measure")),
    "contains": (CONTAINS_COLUMNS, ("as_of", "target", "inputs", "stated", "contained")),
    "constraints": (CONSTRAINTS, ("as_of", "issue", "constraint", "words")),
    "leaks": (LEAK_COLUMNS, LEAK_COLUMNS),
}


class HindcastSettings(Record):
    """What is asked beside config and seed."""

    runs: Number
    dates: Annotated[tuple[date, ...], Field(min_length=1)]
    day: date
    informed: bool


def draw_columns() -> tuple[str, ...]:
    """Columns of the table of runs."""
    return ("as_of", *RUN_COLUMNS, *EVENT_COLUMNS, *RATE_COLUMNS, *FLOW_COLUMNS, *BIND_COLUMNS)


def picture_names() -> Sequence[str]:
    """Names of the pictures of an answer."""
    return [*figures_in("hindcast")]


@final
@dataclass(frozen=True, eq=False, repr=False)
class HindcastResult(Hindcast, Result):
    """The answer of a hindcast; its tables are those of :class:`Hindcast`."""

    draws: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of :class:`Hindcast`, and the runs."""
        return {name: getattr(self, name) for name in (*FILES, "draws")}

    @property
    def negotiations(self) -> int:
        """Runs of all forecasts, with those of which a part was taken away."""
        return self.runs * len(self.ablation[["as_of", "variant"]].drop_duplicates())

    def headline(self) -> str:
        """Say how often the forecasts see the deal, and how far they are off."""
        last = max(self.dates)
        own = self.score(last, "deal_by", "brier")
        deals = percent(float(own.loc[own["forecaster"] == MODEL, "says"].iloc[0])) if len(own) else "no target"
        return (
            f"{counted(len(self.dates), 'forecast')} of {self.case} from {self.config.name}, deals on {last}: {deals}"
        )

    def blocks(self) -> Sequence[Block]:
        """Sentences and tables of the hindcast, what leaks first."""
        from experiments.questions.hindcast.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every table but the runs, as plain data, and whether the forecasts were told what came later."""
        about = {
            "config": self.config.name,
            "case": self.case,
            "informed": self.informed,
            "day": str(self.day),
            "dates": [str(one) for one in self.dates],
            "runs": self.runs,
            "inputs": {str(one): self.inputs(one) for one in self.dates},
            "targets": [
                {"name": one.name, "kind": one.kind, "what": one.words, "observed": one.observed,
                 "known_by": str(one.known_by), "source": one.source}
                for one in self.targets.values()
            ],
        }  # fmt: skip
        return about | records({name: getattr(self, name) for name in FILES})

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """Fans beside the record, scores beside baselines, calibration, and what each date learnt."""
        return {name: _drawn(figure, self) for name, figure in figures_in("hindcast").items()}


def _drawn(figure: Callable[..., Figure], result: Hindcast) -> Callable[[], Figure]:
    return lambda: figure(result)


def read(found: Finished) -> HindcastResult:
    """Read the answer of a finished hindcast."""
    settings = found.settings(HindcastSettings)
    tables = {name: found.table(FILES[name], columns, texts=texts) for name, (columns, texts) in COLUMNS.items()}
    return HindcastResult(
        config=found.config,
        manifest=found.manifest,
        folder=found.folder,
        day=settings.day,
        dates=settings.dates,
        runs=settings.runs,
        informed=settings.informed,
        draws=found.table(DRAWS_FILE, draw_columns()),
        **tables,
    )
