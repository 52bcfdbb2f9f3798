"""The runs of a forecast: how each of them stands on the days that are scored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.compiled import play
from experiments.engine.in_force import rates_on_day
from experiments.engine.positions import offers_of, position_on
from experiments.engine.rows import runs_table
from experiments.questions.hindcast.flows import export_changes
from experiments.questions.hindcast.targets import CARS_OPENING, FIRST_DEADLINE, HELD_RATE, SEVENTH_ROUND
from experiments.store.columns import BINDS
from sim.issues import CAR_TARIFF, SIDES, US

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.design.records import Batch
    from sim.engine.results import Ends
    from sim.issues import SideName
    from sim.records import Floats, Table

#: What the columns of positions begin with; side, issue and day follow.
POSITION: Final = "position."

#: Columns of the draws beside positions.
RUN_COLUMNS: Final = ("run", "outcome", "reason", "deal_date")
EVENT_COLUMNS: Final = ("no_deal_before", "deal_by", "partner_first", "us_holds")
RATE_COLUMNS: Final = ("car_tariff", "reciprocal_tariff")
FLOW_COLUMNS: Final = ("car_exports", "all_exports")
BIND_COLUMNS: Final = tuple(f"{BINDS}{issue}" for issue in RATE_COLUMNS)

_NEVER: Final = np.inf
_SAME: Final = 1e-9


@final
@dataclass(frozen=True, slots=True)
class FollowedPosition:
    """Whose position on which issue is read on which day."""

    side: SideName
    issue: str
    day: date

    @property
    def column(self) -> str:
        """Its column in the draws."""
        return f"{POSITION}{self.side}.{self.issue}.{self.day}"


def draws_of(
    config: Config,
    first: int,
    count: int,
    seed: int,
    total: int,
    day: date,
    followed: Sequence[FollowedPosition] | None,
) -> pa.Table:
    """Play runs of a forecast and say how they stand.

    Parameters
    ----------
    config : Config
        The config as it was known.
    first, count, total, seed : int
        Which runs, of how many, from which seed.
    day : datetime.date
        Day on which deals and rates are read.
    followed : sequence of FollowedPosition, optional
        Positions to read on the way. Without any the order of movement is not looked at.

    Returns
    -------
    pyarrow.Table
        One row a run: ``run, outcome, reason``, the day of the deal, the targets, what car and reciprocal rate of a
        deal sit on, and the positions. Events are 1 or 0, rates and changes fractions.
    """
    import pyarrow as pa

    design = design_table(config, count, seed, first, total)
    batch = build_records(config, design, seed)
    ends = play(config, batch, seed, trajectories=followed is not None, solutions=False)
    start, results = config.calendar.start, ends.results
    played = runs_table(batch, design, start, results, ends.agents)
    on_day = rates_on_day(batch, results, _days(start, day))
    dealt = results["dealt"] != 0
    before = dealt & (results["day"] < _days(start, FIRST_DEADLINE))
    cars, everything = export_changes(batch, on_day, day)
    columns: dict[str, Any] = {
        "run": played["run"],
        "outcome": played["outcome"],
        "reason": played["reason"],
        "deal_date": _deal_dates(start, results),
        "no_deal_before": pa.array((~before).astype(float)),
        "deal_by": pa.array(on_day.agreed.astype(float)),
        "car_tariff": pa.array(on_day.car),
        "reciprocal_tariff": pa.array(on_day.reciprocal),
        "car_exports": pa.array(cars),
        "all_exports": pa.array(everything),
    }
    there = set(played.column_names)
    none = pa.nulls(count, pa.string())
    columns |= {name: played[name] if name in there else none for name in BIND_COLUMNS}
    if followed is not None:
        columns |= _movement(batch, ends, start)
        columns |= {one.column: pa.array(_position(batch, ends, start, one)) for one in followed}
    return pa.table(columns)


def _deal_dates(start: date, results: Table) -> Any:
    import pyarrow as pa

    days = [
        (start + timedelta(days=float(day))) if dealt else None
        for day, dealt in zip(results["day"], results["dealt"], strict=True)
    ]
    return pa.array(days, pa.date32())


def _days(start: date, day: date) -> float:
    return float((day - start).days)


def _position(batch: Batch, ends: Ends, start: date, one: FollowedPosition) -> Floats:
    if one.issue not in batch.issues:
        return np.full(len(batch.runs), np.nan)
    return position_on(batch, ends, SIDES.index(one.side), batch.issues.index(one.issue), _days(start, one.day))


def _movement(batch: Batch, ends: Ends, start: date) -> dict[str, Any]:
    """Whether the partner leaves its opening on cars first, and whether the US holds its reciprocal rate."""
    import pyarrow as pa

    us, partner = (_leaves_on(batch, ends, side) for side in CARS_OPENING)
    held = _position(batch, ends, start, FollowedPosition("us_treasury", "reciprocal_tariff", SEVENTH_ROUND))
    return {
        "partner_first": pa.array((partner < us).astype(float)),
        "us_holds": pa.array((held >= HELD_RATE - _SAME).astype(float)),
    }


def _leaves_on(batch: Batch, ends: Ends, side: SideName) -> Floats:
    """Day of the first round in which a side asks for another car tariff than at its opening; never is infinite.

    Who signs another one leaves at the latest on that day.
    """
    place, opening = SIDES.index(side), CARS_OPENING[side]
    offers, days = offers_of(batch, ends, place, CAR_TARIFF)
    towards = 1.0 if place != US else -1.0
    has_moved = towards * (offers - opening) > _SAME
    moved = np.where(has_moved, days, _NEVER).min(axis=1)
    results = ends.results
    package = results["package"][:, CAR_TARIFF]
    signed = (results["dealt"] != 0) & (towards * (package - opening) > _SAME)
    first: Floats = np.minimum(moved, np.where(signed, results["day"], _NEVER))
    return first
