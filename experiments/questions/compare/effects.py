"""What differs between two runs, in numbers: endings, agreed values, gains and dates, with intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from experiments.labels import AGREEMENT, ordered_issues, ordered_outcomes, unit_of
from experiments.statistics.group_differences import newcombe_interval, paired_mean_interval, welch_interval
from experiments.statistics.intervals import mean_change_interval
from experiments.statistics.ties import SAME_VALUE
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from experiments.questions.compare.compared import ComparedRun
    from experiments.questions.compare.draws import CommonDraws
    from experiments.store.columns import Columns, Floats

    Flags = NDArray[np.bool_]

OUTCOME_COLUMNS: Final = (
    "run", "outcome", "base_count", "base_runs", "count", "runs", "base_share", "share", "difference", "low", "high",
)  # fmt: skip
MOVE_COLUMNS: Final = ("run", "base_outcome", "outcome", "count")
VALUE_COLUMNS: Final = (
    "run", "kind", "quantity", "unit", "base_count", "count", "base_mean", "mean", "difference", "low", "high",
    "base_median", "median",
)  # fmt: skip
SPREAD_COLUMNS: Final = ("run", "kind", "quantity", "unit", "count", "mean", "q05", "q25", "q50", "q75", "q95")

#: Kinds of quantities. Those of the first tuple are of deals, and those of the second of all runs.
OF_DEALS: Final = ("issue", "gain", "timing")
OF_ALL_RUNS: Final = ("payoff", "walk_away")

YEARLY: Final = "US$ bn a year"
#: A date is counted from this day, and a difference of two is in days.
DAYS: Final = "days since 1970-01-01"
ROUNDS: Final = "rounds"
_LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_EPOCH: Final = np.datetime64("1970-01-01", "D")


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity of a run: its kind, what it is of, its unit, and its column in the table of runs."""

    kind: str
    name: str
    unit: str
    column: str


def quantities(columns: Columns, units: Mapping[str, str]) -> list[Measure]:
    """Quantities that a table of runs has: agreed values, gains, dates, payoffs and payoffs of walking away."""
    names = columns.names
    issues = ordered_issues(name.removeprefix("us.") for name in names if name.startswith("us."))
    gains = [name.removeprefix("gain.") for name in names if name.startswith("gain.")]
    return [
        *(Measure("issue", name, unit_of(name, units), name) for name in issues),
        *(Measure("gain", name, YEARLY, f"gain.{name}") for name in gains),
        Measure("timing", "round", ROUNDS, "round"),
        Measure("timing", "date", DAYS, "date"),
        *(Measure(kind, side, YEARLY, f"{kind}.{side}") for kind in OF_ALL_RUNS for side in SIDES),
    ]


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a table of runs, from the first one on.

    Attributes
    ----------
    columns : Columns
        The table.
    count : int
        How many of its rows.
    """

    columns: Columns
    count: int

    @cached_property
    def outcomes(self) -> Any:
        """How each run ended, shape ``[run]``."""
        return self.columns.frame(["outcome"])["outcome"].astype(object).to_numpy()[: self.count]

    @cached_property
    def is_deal(self) -> Flags:
        """Whether each run ended in a deal, shape ``[run]``."""
        return np.asarray(self.outcomes == AGREEMENT, dtype=np.bool_)

    def numbers(self, quantity: Measure) -> Floats:
        """Values of a quantity, shape ``[run]``, NaN where a run has none; a date is days since 1970."""
        if quantity.column == "date":
            days = self.columns.frame(["date"])["date"].to_numpy("datetime64[D]")[: self.count]
            return np.where(np.isnat(days), np.nan, (days - _EPOCH).astype(np.float64))
        return next(self.columns.numbers([(quantity.column,)]))[0][: self.count]


def effects(
    base: ComparedRun, other: ComparedRun, draws: CommonDraws, units: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """Tables ``outcomes``, ``moves`` and ``values`` of a run beside the base."""
    import pandas as pd

    pairs = draws.pairs
    first, second = (Rows(run.columns, pairs or len(run.columns)) for run in (base, other))
    moves = list(_moves(first, second)) if pairs else []
    tables = {
        "outcomes": (OUTCOME_COLUMNS, _outcomes(first, second, draws)),
        "moves": (MOVE_COLUMNS, moves),
        "values": (VALUE_COLUMNS, _values(first, second, draws, units)),
    }
    return {
        name: pd.DataFrame([(other.label, *row) for row in rows], columns=list(columns))
        for name, (columns, rows) in tables.items()
    }


def _outcomes(first: Rows, second: Rows, draws: CommonDraws) -> Iterator[tuple[Any, ...]]:
    """Share of each ending in both, the difference and its interval."""
    for name in ordered_outcomes([AGREEMENT, *first.outcomes, *second.outcomes]):
        ended = first.outcomes == name, second.outcomes == name
        (base, base_runs), (count, runs) = counts = _counts(ended[0]), _counts(ended[1])
        shares = base / base_runs, count / runs
        low, high = _interval_of_shares(ended, counts, draws)
        yield name, base, base_runs, count, runs, *shares, shares[1] - shares[0], low, high


def _counts(ended: Any) -> tuple[int, int]:
    return int(ended.sum()), len(ended)


def _interval_of_shares(
    ended: tuple[Any, Any], counts: tuple[tuple[int, int], tuple[int, int]], draws: CommonDraws
) -> tuple[float, float]:
    if not draws.has_intervals:
        return math.nan, math.nan
    if draws.pairs:
        return mean_change_interval(ended[1].astype(np.float64) - ended[0].astype(np.float64))
    return newcombe_interval(*counts)


def _moves(first: Rows, second: Rows) -> Iterator[tuple[str, str, int]]:
    """How many runs end in one way in the base and in which way in the other."""
    names = ordered_outcomes([*first.outcomes, *second.outcomes])
    for before in names:
        for after in names:
            count = int(((first.outcomes == before) & (second.outcomes == after)).sum())
            if count:
                yield before, after, count


def _values(first: Rows, second: Rows, draws: CommonDraws, units: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """Means and medians of each quantity, the difference of the means and its interval."""
    there = [{(one.kind, one.name): one for one in quantities(rows.columns, units)} for rows in (first, second)]
    for key in dict.fromkeys([*there[0], *there[1]]):
        found = [own.get(key) for own in there]
        quantity = next(one for one in found if one is not None)
        values = [
            _chosen(rows, one) if one is not None else np.full(rows.count, np.nan)
            for rows, one in zip((first, second), found, strict=True)
        ]
        if draws.pairs and None not in found:
            both = ~np.isnan(values[0]) & ~np.isnan(values[1])
            values = [one[both] for one in values]
        before, after = (one[~np.isnan(one)] for one in values)
        yield quantity.kind, quantity.name, quantity.unit, len(before), len(after), *_means(before, after, draws)


def _chosen(rows: Rows, quantity: Measure) -> Floats:
    """Values of a quantity; those of deals are unknown without one."""
    values = rows.numbers(quantity)
    return np.where(rows.is_deal, values, np.nan) if quantity.kind in OF_DEALS else values


def _means(before: Floats, after: Floats, draws: CommonDraws) -> tuple[float, ...]:
    """Both means, their difference with its interval, and both medians."""
    means = [float(one.mean()) if len(one) else math.nan for one in (before, after)]
    medians = [float(np.median(one)) if len(one) else math.nan for one in (before, after)]
    if not draws.pairs:
        low, high = welch_interval(before, after) if draws.has_intervals else (math.nan, math.nan)
        return *means, means[1] - means[0], low, high, *medians
    if len(before) != len(after) or not len(before):
        return *means, math.nan, math.nan, math.nan, *medians
    changes = after - before
    changes[np.abs(changes) <= SAME_VALUE] = 0.0
    low, high = paired_mean_interval(changes) if draws.has_intervals else (math.nan, math.nan)
    return *means, float(changes.mean()), low, high, *medians


def spreads(run: ComparedRun, units: Mapping[str, str]) -> pd.DataFrame:
    """Table ``spreads``: mean and quantiles of each quantity over a run's own deals, or all its runs."""
    import pandas as pd

    rows = Rows(run.columns, len(run.columns))
    found = []
    for quantity in quantities(run.columns, units):
        values = _chosen(rows, quantity)
        values = values[~np.isnan(values)]
        if not len(values):
            continue
        # Rounds and dates are days on which talks ended, and none between two of them.
        method: Literal["linear", "inverted_cdf"] = "inverted_cdf" if quantity.kind == "timing" else "linear"
        levels = (float(one) for one in np.quantile(values, _LEVELS, method=method))
        named = run.label, quantity.kind, quantity.name, quantity.unit
        found.append((*named, len(values), float(values.mean()), *levels))
    return pd.DataFrame(found, columns=list(SPREAD_COLUMNS))
