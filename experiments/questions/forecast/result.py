"""The answer of a forecast, and how it is read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, final

from pydantic import Field

from experiments.labels import counted, percent
from experiments.questions.forecast.draws import DRAW_COLUMNS, DRAW_TEXTS
from experiments.questions.forecast.tables import (
    BASELINE_COLUMNS,
    BASELINE_TEXTS,
    BIN_COLUMNS,
    BIN_TEXTS,
    CONSTRAINTS,
    RATE_COLUMNS,
    RATE_TEXTS,
    SCORE_COLUMNS,
    SCORE_TEXTS,
    SUMMARY_COLUMNS,
    SUMMARY_TEXTS,
    Forecasts,
)
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

DRAWS: Final = table_file("draws")
SUMMARY: Final = table_file("summary")
RATES_FILE: Final = table_file("rates")
BINS: Final = table_file("bins")
BASELINES: Final = table_file("baselines")
SCORES: Final = table_file("scores")
CONSTRAINTS_FILE: Final = table_file("constraints")

#: The config of the case, for other commands: JSON is YAML.
CASE: Final = "case.yaml"


def weights_file(variant: str) -> str:
    """Table of weights of a variant, as a calibration has left it."""
    return f"weights_{variant}.csv"


class VariantSettings(Record):
    """A variant: its name, what it is fitted to, and the digests of its table of weights and of its config."""

    name: str
    fitted_through: str
    fitted_to: tuple[str, ...]
    weights: str
    config: str


class ForecastSettings(Record):
    """What is asked beside config and seed."""

    case: str
    as_of: date
    horizons: Annotated[tuple[date, ...], Field(min_length=1, max_length=2)]
    draws: Number
    variants: Annotated[tuple[VariantSettings, ...], Field(min_length=1)]
    sets: tuple[str, ...]
    record: str


@final
@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ForecastResult(Forecasts, Result):
    """The answer of a forecast.

    Attributes
    ----------
    weights : dict
        Files of the tables of weights, by variant.
    """

    weights: Mapping[str, bytes]

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of :class:`Forecasts`."""
        return {
            "draws": self.draws,
            "summary": self.summary,
            "rates": self.rates,
            "bins": self.bins,
            "baselines": self.baselines,
            "scores": self.scores,
            "constraints": self.constraints,
        }

    @property
    def negotiations(self) -> int:
        """Runs of all variants."""
        return len(self.draws) // len(self.horizons)

    def headline(self) -> str:
        """Say how likely a deal is."""
        rows = [self.row(self.variants[0], horizon) for horizon in self.horizons]
        shares = " and ".join(f"{percent(row['agreed'])} by {row['horizon']}" for row in rows)
        variants = counted(len(self.variants), "variant")
        return f"{self.case} from {self.as_of}, {variants}; {self.variants[0]}: deal {shares}"

    def blocks(self) -> Sequence[Block]:
        """The answer, the forecasts, the baselines, and scores where the record says how the case ended."""
        from experiments.questions.forecast.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every table but the draws as plain data, and which variants know how this very case ended."""
        from experiments.questions.forecast.text import in_sample, warning_of_sample

        tables = {name: table for name, table in self.tables.items() if name != "draws"}
        about = {"case": self.case, "as_of": self.as_of.isoformat(), "config": self.config.name, "seed": self.seed}
        inputs = {variant: self.inputs(variant) for variant in self.variants}
        fitted = {"fitted_to_the_case": list(in_sample(self)), "warning": warning_of_sample(self)}
        return {**about, **fitted, "inputs": inputs, **records(tables)}

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """Rates by horizon beside the baselines, and shares of deals."""
        from experiments.questions.forecast.figures import forecast_deals, forecast_rates

        return {"forecast_rates": lambda: forecast_rates(self), "forecast_deals": lambda: forecast_deals(self)}


def read(found: Finished) -> ForecastResult:
    """Read the answer of a finished forecast."""
    config, settings = found.config, found.settings(ForecastSettings)
    if found.data(CASE) != config.resolved():
        raise found.damaged(CASE, "it is not the config of the manifest")
    draws = found.table(DRAWS, DRAW_COLUMNS, texts=DRAW_TEXTS)
    rows = settings.draws * len(settings.horizons) * len(settings.variants)
    if len(draws) != rows:
        raise found.damaged(DRAWS, f"it has {counted(len(draws), 'row')}, and {rows:,} were asked for")
    return ForecastResult(
        config=config,
        manifest=found.manifest,
        folder=found.folder,
        case=settings.case,
        as_of=settings.as_of,
        draws=draws,
        summary=found.table(SUMMARY, SUMMARY_COLUMNS, texts=SUMMARY_TEXTS),
        rates=found.table(RATES_FILE, RATE_COLUMNS, texts=RATE_TEXTS),
        bins=found.table(BINS, BIN_COLUMNS, texts=BIN_TEXTS),
        baselines=found.table(BASELINES, BASELINE_COLUMNS, texts=BASELINE_TEXTS),
        scores=found.table(SCORES, SCORE_COLUMNS, texts=SCORE_TEXTS),
        weights={one.name: found.content(weights_file(one.name)) for one in settings.variants if one.weights},
        constraints=found.table(CONSTRAINTS_FILE, CONSTRAINTS, texts=("variant", "issue", "constraint", "words")),
    )
