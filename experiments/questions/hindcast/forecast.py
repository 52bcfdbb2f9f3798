"""What every table of a hindcast has, and the record of its answer that text and figures need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from experiments.questions.hindcast.targets import Target, targets_of
from experiments.record.record import read_record
from experiments.report.origin import Origin
from experiments.story.constraints import CONSTRAINT_COLUMNS, input_sentences

if TYPE_CHECKING:
    import pandas as pd

#: Forecasters beside the baselines and an even chance: all runs, those with a deal by the day, and no change.
MODEL: Final = "model"
DEALS: Final = "deals"
LAST: Final = "last"

#: Targets that are whole courses of talks: how far positions lie from those on record.
PATHS: Final = {"rates_path": ("car_tariff", "reciprocal_tariff")}

SCORE_COLUMNS: Final = (
    "as_of", "target", "score", "forecaster", "words", "after_the_fact", "says", "value", "error", "skill", "reason",
)  # fmt: skip
PIT_COLUMNS: Final = ("as_of", "target", "low", "high", "pit")
PATH_COLUMNS: Final = (
    "as_of", "date", "round", "side", "issue", "status", "low", "value", "high", "unit", "present", "q10", "q50", "q90",
    "model", "last",
)  # fmt: skip
FAN_COLUMNS: Final = ("as_of", "date", "side", "issue", "present", "q05", "q25", "q50", "q75", "q95")
ABLATION_COLUMNS: Final = (
    "as_of", "variant", "words", "measure", "value", "change", "error",
)  # fmt: skip
CONTAINS_COLUMNS: Final = ("as_of", "target", "deals", "on_inputs", "at_answer", "inputs", "stated", "contained")
CONSTRAINTS: Final = ("as_of", *CONSTRAINT_COLUMNS)
LEAK_COLUMNS: Final = ("as_of", "kind", "path", "value", "known_by", "source")

#: Kinds of rows of the table of leaks.
LEAK: Final = "leak"
LEFT_OUT: Final = "left out"
UNDATED: Final = "undated"


@dataclass(frozen=True, eq=False, repr=False)
class Hindcast(Origin):
    """Forecasts of one case from several dates, scored.

    Attributes
    ----------
    scores : pandas.DataFrame
        One row for each date, target, score and forecaster. ``says`` is what it says: the probability of an event, the
        median of a rate or a change (fractions). ``value`` and ``error`` are the score and its Monte Carlo error,
        ``skill`` of a baseline that of the model against it; ``reason`` says why there is no score.
    pit : pandas.DataFrame
        Probability integral transform of every rate and change: P(X < y), P(X <= y) and a random number between them.
    paths : pandas.DataFrame
        Positions on record after each date with quantiles of the runs and the CRPS of the model and of the last known
        position, in units of the row.
    fan : pandas.DataFrame
        Quantiles of the positions of each side on each issue, week by week.
    ablation : pandas.DataFrame
        What each measure is without one part, and how far it moves on the same draws, with its error.
    contains : pandas.DataFrame
        Whether the config contains the answer to each target.
    constraints : pandas.DataFrame
        What the rates of the deals by the day sit on, date by date, see
        :func:`experiments.story.constraints.count_constraints`.
    leaks : pandas.DataFrame
        Entries known only after each date, events that were left out, and entries without a date.
    day : datetime.date
        Day on which deals and rates are read.
    dates : tuple of datetime.date
        Dates of the forecasts.
    runs : int
        Runs of each forecast.
    informed : bool
        Whether what was learnt later was let in.
    """

    scores: pd.DataFrame
    pit: pd.DataFrame
    paths: pd.DataFrame
    fan: pd.DataFrame
    ablation: pd.DataFrame
    contains: pd.DataFrame
    constraints: pd.DataFrame
    leaks: pd.DataFrame
    day: date
    dates: tuple[date, ...]
    runs: int
    informed: bool

    @property
    def case(self) -> str:
        """Country that talks with the US."""
        return self.config.partner.name

    @property
    def targets(self) -> dict[str, Target]:
        """Targets by name."""
        return {one.name: one for one in targets_of(read_record(), self.case, self.day)}

    def score(self, as_of: date | str, target: str, score: str) -> pd.DataFrame:
        """Rows of one score of one target on one date, the model first."""
        rows = self.scores
        return rows[(rows["as_of"] == str(as_of)) & (rows["target"] == target) & (rows["score"] == score)]

    def inputs(self, as_of: date | str) -> dict[str, str]:
        """Sentence of every rate that inputs fix in more than half of the deals of one date, by issue."""
        return input_sentences(self.constraints[(self.constraints["as_of"] == str(as_of)).to_numpy()])

    @property
    def leaking(self) -> pd.DataFrame:
        """Entries that the forecasts rest on and that were known only later."""
        return self.leaks[self.leaks["kind"] == LEAK]
