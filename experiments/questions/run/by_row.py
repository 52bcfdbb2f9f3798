"""How the talks of each row of a user's own table of worlds ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from experiments.lab.shares import shares_and_gains
from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    counted,
    number,
    ordered_outcomes,
    outcome_label,
    percent,
)
from experiments.report.blocks import Table, table
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.design.given import GivenDesign
    from experiments.store.columns import Columns

#: Rows above which a table of them tells nobody anything, and above which a page folds it away.
MOST_ROWS: Final = 1_000
_FOLDED_ABOVE: Final = 40
#: Columns of the user's table that are shown beside the number of the row.
_SHOWN: Final = 4

_ONCE: Final = "Gains: US$ bn a year over walking away; a row is one negotiation, whose luck is in it."
_OFTEN: Final = "Gains: means over all runs of the row, US$ bn a year over walking away. Intervals are 95 % ones."


def by_row(columns: Columns, given: GivenDesign) -> pd.DataFrame | None:
    """Shares of the ends and mean gains of each row; None of a table with more than :data:`MOST_ROWS`.

    Parameters
    ----------
    columns : Columns
        Table of the runs.
    given : GivenDesign
        Table of worlds, whose rows the runs take in turn.

    Returns
    -------
    pandas.DataFrame or None
        ``row`` (from 1), the columns of the user's table, ``runs``, and the columns of
        :func:`experiments.lab.shares.shares_and_gains` for every outcome that occurs.
    """
    if len(given) > MOST_ROWS:
        return None
    runs = columns.frame(["run", "outcome", *(f"gain.{side}" for side in SIDES)])
    runs["outcome"] = runs["outcome"].astype(str)
    outcomes = ordered_outcomes([AGREEMENT, *runs["outcome"].unique()])
    rows: list[dict[str, Any]] = []
    for row, own in runs.groupby((runs["run"] - given.first) % len(given)):
        values = dict(zip(given.paths, given.values[int(str(row))].tolist(), strict=True))
        rows.append({"row": int(str(row)) + 1, **values, "runs": len(own), **shares_and_gains(own, outcomes)})
    return pd.DataFrame(rows)


def row_table(found: pd.DataFrame, paths: tuple[str, ...]) -> Table:
    """Table of :func:`by_row`: of rows that were played once how each ended, of others how often each way."""
    shown = paths[:_SHOWN]
    outcomes = [str(name).removeprefix("share.") for name in found if str(name).startswith("share.")]
    outcomes = [name for name in outcomes if not name.endswith(("_low", "_high"))]
    once = bool((found["runs"] == 1).all())
    ends = ("Ended in",) if once else ("Runs", "Deals, 95 % interval", *map(outcome_label, outcomes[1:]))
    rows = []
    for row in found.to_dict("records"):
        values = [number(float(row[path])) for path in shown]
        told = _once(row, outcomes) if once else _often(row, outcomes)
        rows.append((str(row["row"]), *values, *told))
    left = len(paths) - len(shown)
    note = " ".join([_ONCE if once else _OFTEN, *([f"{counted(left, 'further column')} not shown."] if left else [])])
    columns = ("Row", *shown, *ends, *(f"Gain {SIDE_LABELS[side]}" for side in SIDES))
    caption = "How the talks of each row ended"
    return table(caption, columns, rows, note=note, folded=len(found) > _FOLDED_ABOVE)


def _once(row: Any, outcomes: list[str]) -> tuple[str, ...]:
    ended = next(name for name in outcomes if row[f"share.{name}"])
    gains = (number(row[f"gain.{side}"], sign=True) if ended == AGREEMENT else "-" for side in SIDES)
    return (outcome_label(ended), *gains)


def _often(row: Any, outcomes: list[str]) -> tuple[str, ...]:
    low, high = (f"{100 * row[f'share.{AGREEMENT}_{end}']:.1f}" for end in ("low", "high"))
    gains = [
        f"{number(row[f'gain.{side}'])} ({number(row[f'gain.{side}_low'])} to {number(row[f'gain.{side}_high'])})"
        for side in SIDES
    ]
    return (
        f"{row['runs']:,}",
        f"{percent(row[f'share.{AGREEMENT}'])} ({low} to {high} %)",
        *(percent(row[f"share.{name}"]) for name in outcomes[1:]),
        *gains,
    )
