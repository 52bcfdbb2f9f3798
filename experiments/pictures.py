"""Every picture of a finished run, drawn from its tables and the central case of its config."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from experiments.central import CentralCase
from experiments.columns import Columns, Floats, columns_of
from experiments.explain import further_units
from sim.issues import SIDE_PREFIX, SIDES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.config import Config


#: Columns that a figure looks at in the table of runs.
_ENDS: Final = ("run", "outcome", "round")
_GAINS: Final = ("outcome", *(f"{kind}.{side}" for kind in ("gain", "walk_away", "reservation") for side in SIDES))


def _frame(runs: Columns, names: tuple[str, ...]) -> pd.DataFrame:
    return runs.frame([name for name in names if name in runs.names])


def _medians(runs: Columns, prefix: str, chosen: NDArray[np.bool_]) -> dict[str, float]:
    """Median of each issue over the chosen runs; an issue without any value is left out."""
    first = f"{SIDE_PREFIX[0]}."
    agenda = [name.removeprefix(first) for name in runs.names if name.startswith(first)]
    columns = runs.numbers([(f"{prefix}{issue}",) for issue in agenda])
    medians = {issue: _median(values[chosen]) for issue, (values,) in zip(agenda, columns, strict=True)}
    return {issue: median for issue, median in medians.items() if median is not None}


def _median(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else None


def ledger_to_deal(central: CentralCase, runs: pd.DataFrame | Columns) -> pd.DataFrame:
    """Payoff terms at the status quo and under the median deal; without deals under each side's median last position.

    Parameters
    ----------
    central : CentralCase
        Prices the packages.
    runs : pandas.DataFrame or Columns
        Table ``runs``.
    """
    table = columns_of(runs)
    is_deal = (table.frame(["outcome"])["outcome"] == "agreement").to_numpy(dtype=bool)
    if is_deal.any():
        return central.ledger({"median deal": _medians(table, "", is_deal)})
    everyone = np.ones(len(table), np.bool_)
    us, japan = (_medians(table, f"{prefix}.", everyone) for prefix in SIDE_PREFIX)
    return central.ledger({"own median last position": (us, japan)})


def _median_pledge(runs: Columns) -> float:
    """Median headline of chips that was signed, or without deals that Japan last offered; 0 off the table."""
    signed, offered = (_median_of(runs, name) for name in ("chip_headline", "japan.chip_purchases"))
    return signed if signed is not None else offered if offered is not None else 0.0


def _median_of(runs: Columns, name: str) -> float | None:
    return _median(next(runs.numbers([(name,)]))[0]) if name in runs.names else None


def figures_of(config: Config, runs: pd.DataFrame | Columns, trajectories: pd.DataFrame | None) -> dict[str, Figure]:
    """Draw every figure that the tables allow, by name; each is also a function of :mod:`experiments.figures`.

    Parameters
    ----------
    config : Config
        What was negotiated.
    runs : pandas.DataFrame or Columns
        Table of the runs.
    trajectories : pandas.DataFrame
        Table of the trajectories; positions are drawn only where there are some.
    """
    from experiments.figures import (
        deliverable_purchases,
        gains_plane,
        outcomes_by_round,
        payoff_waterfall,
        positions,
    )

    central = CentralCase(config)
    table = columns_of(runs)
    ends = _frame(table, _ENDS)
    figures = {}
    if trajectories is not None and len(trajectories):
        figures["positions"] = positions(trajectories, central.guides(), ends, units=further_units(config))
    figures["outcomes_by_round"] = outcomes_by_round(ends)
    figures["gains_plane"] = gains_plane(_frame(table, _GAINS), central.gains_frontier())
    if config.firms:
        pledged = _median_pledge(table)
        figures["deliverable_purchases"] = deliverable_purchases(
            central.deliverable_curve(), pledge=central.pledge_point(pledged), **central.limits()
        )
    figures["payoff_waterfall"] = payoff_waterfall(ledger_to_deal(central, table))
    return figures


def draw_all(config: Config, runs: pd.DataFrame, trajectories: pd.DataFrame | None, folder: Path) -> list[Path]:
    """Draw every figure into `folder` as PNG and return the files."""
    from experiments.figures import save

    return [save(figure, folder / f"{name}.png") for name, figure in figures_of(config, runs, trajectories).items()]
