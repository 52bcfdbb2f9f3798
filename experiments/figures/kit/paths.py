"""Positions over the rounds as tables: their quantiles, the runs still at the table, what is open at the end."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from experiments.labels import ordered_issues
from sim.issues import ISSUE_BY_NAME

TRAJECTORY_COLUMNS: Final = ("run", "round", "side", "issue", "value")
LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)

#: An issue on which the sides open apart in a smaller share of the runs than this is not shown as contested.
_CONTESTED: Final = 0.05


def need_columns(frame: pd.DataFrame, columns: tuple[str, ...], table: str) -> None:
    """Raise when `frame`, called `table` in the message, lacks one of `columns`."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"table '{table}' lacks the column(s) {', '.join(missing)}; it has {', '.join(frame.columns)}")


def standing_positions(trajectories: pd.DataFrame) -> pd.DataFrame:
    """Offers that stand in each round: columns ``run, round, side, issue, value``, of those that have a value."""
    need_columns(trajectories, TRAJECTORY_COLUMNS, "trajectories")
    named = {name: trajectories[name].astype(object) for name in ("side", "issue")}
    return trajectories[list(TRAJECTORY_COLUMNS)].assign(**named).dropna(subset=["value"])


def position_bands(standing: pd.DataFrame) -> pd.DataFrame:
    """Quantiles of the positions over the runs that reached the round.

    Returns
    -------
    pandas.DataFrame
        Columns ``q05, q25, q50, q75, q95``, index ``issue, side, round``.
    """
    columns = [f"q{round(100 * level):02d}" for level in LEVELS]
    if standing.empty:
        index = pd.MultiIndex.from_arrays([[], [], []], names=["issue", "side", "round"])
        return pd.DataFrame(columns=columns, index=index, dtype=float)
    quantiles = standing.groupby(["issue", "side", "round"])["value"].quantile(np.array(LEVELS)).unstack()
    quantiles.columns = pd.Index(columns)
    return quantiles


def runs_at_table(trajectories: pd.DataFrame) -> pd.Series:
    """Return the number of runs that reached each round."""
    if trajectories.empty:
        return pd.Series(dtype="int64")
    ends = trajectories.groupby("run")["round"].max().to_numpy()
    rounds = np.arange(int(trajectories["round"].min()), int(ends.max()) + 1)
    return pd.Series([int((ends >= number).sum()) for number in rounds], index=rounds)


def last_full_round(at_table: pd.Series) -> int:
    """Last round that at least a tenth of the runs reached: after it, quantiles say little about all runs."""
    if at_table.empty:
        return 0
    return int(at_table.index[at_table >= 0.1 * at_table.max()].max())


def contested_issues(table: pd.DataFrame) -> list[str]:
    """Issues of a table of runs that open apart, in the order of the agenda, without those of next to no runs.

    A mean over two of four hundred runs says nothing about the talks. The share is that of the runs of the issue that
    has most of them; `table` has columns ``run, issue``.
    """
    runs = pd.DataFrame({name: table[name].to_numpy() for name in ("run", "issue")}).drop_duplicates()["issue"]
    counts = runs.value_counts(sort=False)
    return ordered_issues(str(issue) for issue in counts.index[counts >= _CONTESTED * counts.max()])


def open_gaps(standing: pd.DataFrame) -> pd.DataFrame:
    """What is still open between the sides when talks end: rows are runs, columns issues.

    The US less the partner, for issues that the US wants high; of a further issue the openings tell who wants it high.
    Below zero the offers have crossed: each side grants more than the other asks.
    """
    sides = standing.pivot(index=["issue", "run", "round"], columns="side", values="value")
    if not {"us_treasury", "partner"} <= set(sides.columns):
        return pd.DataFrame()
    gaps = (sides["us_treasury"] - sides["partner"]).dropna().sort_index().groupby(level=["issue", "run"])
    first, last = gaps.first().unstack("issue"), gaps.last().unstack("issue")
    us_wants_high = [name in ISSUE_BY_NAME or first[name].median() >= 0 for name in last.columns]
    return last * np.where(us_wants_high, 1.0, -1.0)


def sample_runs(trajectories: pd.DataFrame, count: int) -> list[int]:
    """Up to `count` run numbers, evenly spaced over all that there are."""
    runs = np.sort(trajectories["run"].unique())
    if len(runs) <= count:
        return [int(run) for run in runs]
    return [int(run) for run in runs[np.linspace(0, len(runs) - 1, count).round().astype(int)]]


def round_dates(trajectories: pd.DataFrame) -> dict[int, date]:
    """Date of each round, or nothing when the rounds of different runs fall on different dates."""
    if "date" not in trajectories.columns or trajectories.empty:
        return {}
    pairs = trajectories[["round", "date"]].dropna().drop_duplicates()
    if pairs.empty or pairs["round"].duplicated().any():
        return {}
    days = pd.to_datetime(pairs["date"])
    return {int(number): day.date() for number, day in zip(pairs["round"], days, strict=True)}
