"""What came out of many runs, in numbers: outcomes, packages, gains, what sets deals apart, and the gaps that are left.

Numbers only: :mod:`experiments.questions.run.text` prints them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from experiments.labels import AGREEMENT, ordered_issues, ordered_outcomes
from experiments.statistics.intervals import compare_groups, holm_adjusted, wilson_interval
from experiments.statistics.ties import SAME_VALUE
from experiments.store.columns import BINDS, Columns, Floats, columns_of
from experiments.story.constraints import count_constraints

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
QUANTILE_COLUMNS: Final = ("q05", "q25", "q50", "q75", "q95")

#: Fewest deals, and fewest runs without one, from which their parameters are compared.
SMALLEST_GROUP: Final = 20

#: Columns of a run that say how its chip pledge is met, in the order in which they are shown.
PLEDGE_COLUMNS: Final = (
    "subsidy_rate",
    "subsidy_cost",
    "chip_headline",
    "chip_additional",
    "chip_booked",
    "chip_price",
)


#: Day zero of dates as numbers.
_EPOCH: Final = datetime(1970, 1, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What came out of a set of runs.

    Attributes
    ----------
    runs, agreements : int
        Number of runs, and of those that ended in an agreement.
    level : float
        Level of every interval, for example 0.95.
    outcomes : pandas.DataFrame
        ``outcome, count, share, low, high``: share of the runs with its Wilson interval. Agreement is always listed.
    reasons : pandas.DataFrame
        ``outcome, reason, count, share, low, high``, most frequent first within an outcome.
    rounds : pandas.DataFrame
        Quantiles of the last round: ``outcome, count, q05, …, q95``; the first row, ``all``, holds every run. They are
        rounds in which talks ended: the first by which so large a share of them had.
    dates : pandas.DataFrame
        The same of the date of that round; no row where the table of runs has no dates.
    package : pandas.DataFrame
        Quantiles over the agreements: ``issue, count, q05, …, q95``.
    constraints : pandas.DataFrame
        Agreements by the constraint that each issue sits on: ``issue, constraint, count, share``, see
        :func:`experiments.story.constraints.count_constraints`; no row where the table of runs lacks ``binds.<issue>``.
    pledge : pandas.DataFrame
        Quantiles over the agreements of subsidy and chip pledge: ``quantity, count, q05, …, q95``.
    gains : pandas.DataFrame
        Quantiles over the agreements of each agent's gain over walking away, US$ bn a year:
        ``agent, count, q05, …, q95``.
    gaps : pandas.DataFrame
        Quantiles over the runs without a deal of the last US position less the partner's: ``issue, count, q05, …,
        q95``.
    met : pandas.DataFrame
        Runs without a deal in which the last offers of both sides are one and the same package: ``reason, count``, most
        frequent first.
    differences : pandas.DataFrame
        What sets deals apart from the other runs, largest effect first: ``parameter, deal_median, other_median,
        effect, low, high, p_value``, see :func:`experiments.statistics.intervals.compare_groups`; p-values hold for all
        parameters together.
    differences_note : str
        Why `differences` is empty; empty itself when it is not.
    executed, dealt_after : int
        Number of runs in which a threat was carried out and the talks went on, and of those that then ended in a deal.
    """

    runs: int
    agreements: int
    level: float
    outcomes: pd.DataFrame
    reasons: pd.DataFrame
    rounds: pd.DataFrame
    dates: pd.DataFrame
    package: pd.DataFrame
    constraints: pd.DataFrame
    pledge: pd.DataFrame
    gains: pd.DataFrame
    gaps: pd.DataFrame
    met: pd.DataFrame
    differences: pd.DataFrame
    differences_note: str
    executed: int = 0
    dealt_after: int = 0


def summarise(runs: pd.DataFrame | Columns, *, level: float = 0.95) -> Summary:
    """Summarise a table of runs.

    Parameters
    ----------
    runs : pandas.DataFrame or Columns
        One row per run, with at least ``outcome, reason, round``. Of a run's directory, only a few columns are in
        memory at a time.
    level : float
        Level of the intervals, between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"level = {level}: the level of an interval lies between 0 and 1, for example 0.95")
    table = columns_of(runs)
    missing = [name for name in ("outcome", "reason", "round") if name not in table.names]
    if missing:
        raise ValueError(f"table 'runs' lacks the column(s) {', '.join(missing)}")
    ends = table.frame(["outcome", "reason"])
    is_deal = (ends["outcome"] == AGREEMENT).to_numpy(dtype=bool)
    issues = ordered_issues(
        name.removeprefix("us.")
        for name in table.names
        if name.startswith("us.") and f"partner.{name[3:]}" in table.names
    )
    gains = {name.removeprefix("gain."): name for name in table.names if name.startswith("gain.")}
    differences, note = _differences(table, is_deal, level)
    met = ~is_deal & _table_the_same(table, issues)
    went_on = _went_on(table)
    return Summary(
        runs=len(table),
        agreements=int(is_deal.sum()),
        level=level,
        outcomes=_shares(ends, ["outcome"], level, always=AGREEMENT),
        reasons=_shares(ends, ["outcome", "reason"], level),
        rounds=_observed(next(table.numbers([("round",)]))[0], ends["outcome"]),
        dates=_dates(table, ends["outcome"]),
        package=_quantiles("issue", _of(table, is_deal, {name: name for name in issues})),
        constraints=count_constraints(_constraints(table, issues)),
        pledge=_quantiles("quantity", _of(table, is_deal, {name: name for name in PLEDGE_COLUMNS})),
        gains=_quantiles("agent", _of(table, is_deal, gains)),
        gaps=_quantiles("issue", _gaps(table, ~is_deal, issues)),
        met=_counts(ends["reason"][met]),
        differences=differences,
        differences_note=note,
        executed=int(went_on.sum()),
        dealt_after=int((went_on & is_deal).sum()),
    )


def _went_on(table: Columns) -> Flags:
    """Runs in which a threat was carried out and the talks went on; none where the table does not say."""
    if "executions" not in table.names:
        return np.zeros(len(table), np.bool_)
    return next(table.numbers([("executions",)]))[0] > 0.0


def _of(table: Columns, chosen: Flags, columns: dict[str, str]) -> Iterator[tuple[str, Floats]]:
    """Known numbers of the chosen runs, column by column; `columns` gives each one's name in the table by its label."""
    there = {label: name for label, name in columns.items() if name in table.names}
    for label, (values,) in zip(there, table.numbers([(name,) for name in there.values()]), strict=True):
        yield label, _known(values[chosen])


def _constraints(table: Columns, issues: list[str]) -> Iterator[tuple[str, pd.Series]]:
    """Constraint that each issue of each deal sits on."""
    for issue in issues:
        name = f"{BINDS}{issue}"
        if name in table.names:
            yield issue, table.frame([name])[name]


def _positions(table: Columns, issues: list[str]) -> Iterator[tuple[Floats, ...]]:
    """Last positions of the US and of the partner on each issue."""
    return table.numbers([(f"us.{name}", f"partner.{name}") for name in issues])


def _gaps(table: Columns, chosen: Flags, issues: list[str]) -> Iterator[tuple[str, Floats]]:
    """Gaps of the chosen runs by issue."""
    for name, (us, partner) in zip(issues, _positions(table, issues), strict=True):
        yield name, _known(us[chosen] - partner[chosen])


def _table_the_same(table: Columns, issues: list[str]) -> Flags:
    """Runs in which both sides made an offer, and both their last ones are the same package."""
    both, apart = np.zeros((2, len(table)), np.bool_)
    for us, partner in _positions(table, issues):
        apart |= (np.isnan(us) != np.isnan(partner)) | (np.abs(us - partner) > SAME_VALUE)
        both |= ~np.isnan(us - partner)
    return both & ~apart


def _counts(reasons: pd.Series) -> pd.DataFrame:
    counts = reasons.dropna().astype(str).value_counts()
    return counts.rename_axis("reason").rename("count").reset_index()


def _known(values: Floats) -> Floats:
    return values[~np.isnan(values)]


def _shares(ends: pd.DataFrame, keys: list[str], level: float, always: str = "") -> pd.DataFrame:
    import pandas as pd

    counts = ends.groupby(keys, observed=True, dropna=False, sort=False).size()
    rows: list[tuple[Any, ...]] = [
        (*("" if pd.isna(part) else str(part) for part in key), int(count))
        for key, count in zip(counts.index.to_frame(index=False).itertuples(index=False), counts, strict=True)
    ]
    if always and always not in {row[0] for row in rows}:
        rows.append((always, 0))
    order = ordered_outcomes(row[0] for row in rows)
    rows.sort(key=lambda row: (order.index(row[0]), -row[-1], row[:-1]))
    table = pd.DataFrame(rows, columns=[*keys, "count"])
    total = len(ends)
    intervals = [wilson_interval(row[-1], total, level) for row in rows]
    table["share"] = [row[-1] / total if total else math.nan for row in rows]
    table["low"] = [low for low, _ in intervals]
    table["high"] = [high for _, high in intervals]
    return table


def _observed(values: Floats, outcomes: pd.Series) -> pd.DataFrame:
    """Quantiles of all runs, then by outcome, that are among the values themselves."""
    groups = {"all": values}
    for outcome in ordered_outcomes(map(str, outcomes.dropna().unique())):
        groups[outcome] = values[(outcomes == outcome).to_numpy(dtype=bool)]
    return _quantiles("outcome", iter(groups.items()), "inverted_cdf")


def _dates(table: Columns, outcomes: pd.Series) -> pd.DataFrame:
    """Dates of the last round, as dates; by the same rule as the rounds, so that they belong together."""
    import pandas as pd

    if "date" not in table.names:
        return pd.DataFrame(columns=["outcome", "count", *QUANTILE_COLUMNS])
    days = pd.to_datetime(table.frame(["date"])["date"]).to_numpy("datetime64[D]")
    found = _observed(days.astype(np.int64).astype(np.float64), outcomes)
    dates = {name: (_EPOCH + pd.to_timedelta(found[name], "D")).dt.date for name in QUANTILE_COLUMNS}
    return found.assign(**dates)


def _quantiles(
    key: str, columns: Iterator[tuple[str, Floats]], method: Literal["linear", "inverted_cdf"] = "linear"
) -> pd.DataFrame:
    """Quantiles of each column; one without any value is left out."""
    import pandas as pd

    rows = [
        (name, len(values), *(float(value) for value in np.quantile(values, QUANTILES, method=method)))
        for name, values in columns
        if len(values)
    ]
    return pd.DataFrame(rows, columns=[key, "count", *QUANTILE_COLUMNS])


def _differences(table: Columns, is_deal: Flags, level: float) -> tuple[pd.DataFrame, str]:
    import pandas as pd

    columns = ["parameter", "deal_median", "other_median", "effect", "low", "high", "p_value"]
    nothing = pd.DataFrame(columns=columns)
    parameters = [name for name in table.names if name.startswith("param.")]
    deals = int(is_deal.sum())
    others = len(is_deal) - deals
    if not parameters:
        return nothing, "no parameter was sampled"
    if min(deals, others) < SMALLEST_GROUP:
        return nothing, (
            f"{deals} with a deal and {others} without: "
            f"parameters are compared from {SMALLEST_GROUP} runs in each group on"
        )
    rows = []
    for name, (values,) in zip(parameters, table.numbers([(name,) for name in parameters]), strict=True):
        x, y = _known(values[is_deal]), _known(values[~is_deal])
        if min(len(x), len(y)) < SMALLEST_GROUP or min(x.min(), y.min()) == max(x.max(), y.max()):
            continue
        row = (name.removeprefix("param."), float(np.median(x)), float(np.median(y)), *compare_groups(x, y, level))
        rows.append(row)
    if not rows:
        return nothing, "no parameter varied in enough runs of both groups"
    rows.sort(key=lambda row: (-abs(row[3]), row[0]))
    frame = pd.DataFrame(rows, columns=columns)
    frame["p_value"] = holm_adjusted(frame["p_value"].to_numpy())
    return frame, ""
