"""Runs of a forecast: of each whether there is a deal by a horizon, and which rates hold on that day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.cases.pooled import case_seed
from experiments.cases.streams import shared_design
from experiments.engine.compiled import play
from experiments.engine.constraints import constraints_of
from experiments.engine.in_force import is_tabled_on, rates_on_day
from experiments.engine.worlds import Worlds
from experiments.store.columns import BINDS
from sim.bargaining.outcomes import OUTCOMES
from sim.issues import INVESTMENT_FUND

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.config.model import Config

#: Columns of the table of draws, which is that of the published files.
DRAW_COLUMNS: Final = ("case", "variant", "as_of", "horizon", "draw", "agreed", "rec", "car", "fund")
DRAW_TEXTS: Final = ("case", "variant", "as_of", "horizon")

#: What a run says of each horizon.
_OF_HORIZON: Final = ("agreed", "rec", "car", "fund")

#: Days by which a deal may come later than a horizon and still count: what sums of fractions of a day are off.
_SLACK: Final = 1e-6

#: Rates and amounts are written with so many decimals.
_DECIMALS: Final = 6


def play_runs(config: Config, case: str, horizons: Sequence[date], seed: int, first: int, count: int) -> pa.Table:
    """Play runs of a variant.

    Parameters
    ----------
    config : Config
        Talks of the case.
    case : str
        Its name.
    horizons : sequence of datetime.date
        Days by which a deal counts.
    seed : int
        Seed of all cases.
    first, count : int
        Which draws.

    Returns
    -------
    pyarrow.Table
        One row a run: ``draw, outcome``; for each horizon by its number ``agreed.0, rec.0, car.0, fund.0``, rates as
        fractions, the fund in US$ bn and 0 where none is agreed by then; the fund is missing in runs in which it is not
        on the table on the day, the car rate where cars never are; and ``binds.<issue>``.
    """
    import pyarrow as pa

    own = case_seed(seed, case)
    batch = Worlds.at(config, shared_design(config, case, count, seed, first), own).batch
    results = play(config, batch, own, trajectories=False, solutions=False).results
    columns: dict[str, Any] = {
        "draw": pa.array(batch.runs),
        "outcome": pa.array([str(OUTCOMES[place]) for place in results["outcome"]]),
    }
    without_cars = np.full(count, "car_tariff" not in config.agenda)
    for number, horizon in enumerate(horizons):
        day = (horizon - config.calendar.start).days + _SLACK
        rates = rates_on_day(batch, results, day)
        without_fund = ~is_tabled_on(batch, results, INVESTMENT_FUND, day)
        fund = np.where(rates.agreed, results["package"][:, INVESTMENT_FUND], 0.0)
        columns |= {
            f"agreed.{number}": pa.array(rates.agreed.astype(np.int64)),
            f"rec.{number}": pa.array(np.round(rates.reciprocal, _DECIMALS)),
            f"car.{number}": pa.array(np.round(rates.car, _DECIMALS), mask=without_cars),
            f"fund.{number}": pa.array(np.round(fund, _DECIMALS), mask=without_fund),
        }
    return pa.table({**columns, **constraints_of(batch, results)})


def draws_table(runs: Sequence[tuple[str, pa.Table]], case: str, as_of: date, horizons: Sequence[date]) -> pd.DataFrame:
    """Draws of all variants and horizons, columns :data:`DRAW_COLUMNS`.

    Parameters
    ----------
    runs : sequence of (str, pyarrow.Table)
        Each variant by name, and its runs of :func:`play_runs`.
    """
    import pandas as pd

    parts = []
    for variant, table in runs:
        for number, horizon in enumerate(horizons):
            part = {name: table[f"{name}.{number}"].to_pandas() for name in _OF_HORIZON}
            about = {"case": case, "variant": variant, "as_of": as_of.isoformat(), "horizon": horizon.isoformat()}
            parts.append(pd.DataFrame({**about, "draw": table["draw"].to_pandas(), **part}))
    return pd.concat(parts, ignore_index=True)[list(DRAW_COLUMNS)]


def binding(table: pa.Table) -> list[tuple[str, pd.Series]]:
    """What each issue of each deal sits on, by issue."""
    names = [name for name in table.column_names if name.startswith(BINDS)]
    return [(name.removeprefix(BINDS), table[name].to_pandas()) for name in names]
