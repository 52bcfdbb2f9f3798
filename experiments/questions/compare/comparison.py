"""Runs side by side: what text, page and figures need of a comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.report.origin import Origin
from experiments.store.surroundings import Record
from experiments.store.typed import Number
from experiments.story.constraints import CONSTRAINT_COLUMNS, input_sentences

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config

RUN_COLUMNS: Final = ("run", "title", "seed", "runs", "pairs", "has_intervals", "draws")
CHANGE_COLUMNS: Final = ("run", "path", "meaning", "unit", "before", "after", "remark")
CONSTRAINTS: Final = ("run", *CONSTRAINT_COLUMNS)
POSITION_COLUMNS: Final = ("run", "issue", "side", "round", "runs", "q25", "q50", "q75")

#: Pairs or values of a group from which on a difference of means is told apart from chance.
ENOUGH: Final = 20


class StoredRun(Record):
    """A run, as the manifest of a comparison has it."""

    label: str
    folder: str
    seed: int
    runs: Number
    rows: str
    version: str
    code: str
    config: dict[str, Any]


class StoredRuns(Record):
    """What a comparison is about, as its manifest has it."""

    name: str
    runs: tuple[StoredRun, ...]


@dataclass(frozen=True, eq=False, repr=False)
class RunComparison(Origin):
    """Finished runs side by side, the base first.

    Attributes
    ----------
    members : tuple of StoredRun
        The runs.
    configs : tuple of Config
        What was negotiated in each.
    runs : pandas.DataFrame
        One row a run: ``run, title, seed, runs``, how many runs met the draws of the base's (``pairs``), whether chance
        has an interval (``has_intervals``), and both in a sentence (``draws``); of the base the last is empty.
    changes : pandas.DataFrame
        ``run, path, meaning, unit, before, after, remark``: settings in which a run's config differs from the base's,
        see :class:`experiments.questions.compare.changes.ChangedSetting`.
    outcomes : pandas.DataFrame
        ``run, outcome, base_count, base_runs, count, runs, base_share, share, difference, low, high``: how often talks
        end in each way in the base and in another run; the difference is the other's less the base's, with its 95 %
        interval, which is NaN where there is none.
    moves : pandas.DataFrame
        ``run, base_outcome, outcome, count``: of runs that meet the same draws, how each pair ends.
    values : pandas.DataFrame
        ``run, kind, quantity, unit, base_count, count, base_mean, mean, difference, low, high, base_median, median``.
        Of kind ``issue`` (agreed value), ``gain`` and ``timing`` over the pairs with a deal in both, or over the deals
        of each where runs are independent; of kind ``payoff`` and ``walk_away`` over all runs. Dates are days since
        1970.
    spreads : pandas.DataFrame
        ``run, kind, quantity, unit, count, mean, q05, q25, q50, q75, q95`` over the own deals of every run, the base
        included, or over all its runs.
    constraints : pandas.DataFrame
        ``run, issue, constraint, count, share, words``: the deals of every run by what each issue sits on.
    positions : pandas.DataFrame
        ``run, issue, side, round, runs, q25, q50, q75``: quartiles of what a side tables in a round, over those of the
        kept runs that are still at the table.
    """

    members: tuple[StoredRun, ...]
    configs: tuple[Config, ...]
    runs: pd.DataFrame
    changes: pd.DataFrame
    outcomes: pd.DataFrame
    moves: pd.DataFrame
    values: pd.DataFrame
    spreads: pd.DataFrame
    constraints: pd.DataFrame
    positions: pd.DataFrame

    @property
    def base(self) -> str:
        """What the base is called."""
        return self.members[0].label

    @property
    def others(self) -> tuple[str, ...]:
        """What the runs beside the base are called."""
        return tuple(member.label for member in self.members[1:])

    def draws(self, label: str) -> dict[str, Any]:
        """How the draws of a run stand to those of the base."""
        (row,) = of_run(self.runs, label).to_dict("records")
        return {str(name): value for name, value in row.items()}

    def pairs(self, label: str) -> int:
        """Runs that meet the draws of the base's; 0 where they are independent."""
        return int(self.draws(label)["pairs"])

    def inputs(self, label: str) -> dict[str, str]:
        """What is said of each issue whose value is put in in a run, by issue."""
        return input_sentences(of_run(self.constraints, label))


def of_run(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Rows of a table that are about a run."""
    return frame[(frame["run"] == label).to_numpy()]


def of_kind(frame: pd.DataFrame, *kinds: str) -> pd.DataFrame:
    """Rows of a table of quantities that are of some kinds."""
    return frame[frame["kind"].isin(kinds).to_numpy()]


def is_clear(row: Any) -> bool:
    """Whether the interval of a difference leaves out no difference; it says nothing of groups that are too small."""
    enough = min(row.get("base_count", ENOUGH), row.get("count", ENOUGH)) >= ENOUGH if "kind" in row else True
    return bool(enough and (row["low"] > 0.0 or row["high"] < 0.0))
