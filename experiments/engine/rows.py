"""From the records of an engine to the output tables: one row for each negotiation, and one for each position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.engine.constraints import constraints_of
from sim.bargaining.outcomes import OUTCOMES, REASONS
from sim.economy.pledge import OUTLAY, PRICE, SUBSIDY_RATE
from sim.engine.results import NOBODY, gains_of
from sim.issues import CHIP_PURCHASES, SIDE_PREFIX, SIDES

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    import pyarrow as pa

    from experiments.design.records import Batch
    from sim.records import Floats, Integers, Table

_MICROSECONDS_A_DAY: Final = 86_400_000_000


def agent_names(batch: Batch) -> tuple[str, ...]:
    """Names of the agents besides the governments that have a payoff: firms, then chip makers."""
    return (*batch.firm_names, *batch.maker_names)


def runs_table(batch: Batch, design: pd.DataFrame, start: date, results: Table, agents: Floats) -> pa.Table:
    """Make the table ``runs``: how every negotiation ended, what it was worth, and its sampled numbers.

    Parameters
    ----------
    batch : Batch
        The negotiations.
    design : pandas.DataFrame
        Their sampled numbers, which come last as ``param.<path>``.
    start : datetime.date
        Date of the first round.
    results : array of RESULT, shape [run]
        How they ended.
    agents : array, shape [run, firm or maker, 2]
        Payoff and walk-away payoff of firms and chip makers.
    """
    import pyarrow as pa

    columns: dict[str, Any] = {
        "run": pa.array(batch.runs),
        "outcome": _named(OUTCOMES, results["outcome"]),
        "reason": _named(REASONS, results["reason"]),
        "round": pa.array(results["round"]),
        "date": dates(start, results["day"]),
        "executions": pa.array(results["executions"]),
        "executed_on": _executed_on(start, results),
        "proposer": _named(SIDES, np.where(results["proposer"] == NOBODY, len(SIDES), results["proposer"])),
    }
    columns |= _positions(batch, results) | _purchases(results)
    columns["recorded_deficit"] = pa.array(results["deficit"])
    columns |= _payoffs(batch, results, agents)
    for name in ("nash_distance", "pareto_gap"):
        columns[name] = _floats(results[name], ~np.isnan(results[name]))
    columns |= _values_left(batch, results)
    columns |= constraints_of(batch, results)
    for path in design.columns:
        columns[f"param.{path}"] = pa.array(design[path].to_numpy(), pa.float64())
    return pa.table(columns)


def dates(start: date, days: Floats) -> pa.Array:
    """Calendar dates of days counted from the first round, to the microsecond as Python's own dates."""
    import pyarrow as pa

    whole = np.rint(days * _MICROSECONDS_A_DAY).astype(np.int64) // _MICROSECONDS_A_DAY
    first = np.datetime64(start, "D").astype(np.int64)
    return pa.array((first + whole).astype(np.int32)).cast(pa.date32())


def _executed_on(start: date, results: Table) -> pa.Array:
    """Date on which a threat was carried out first while the talks went on; null where none was."""
    import pyarrow as pa
    import pyarrow.compute as pc

    there = pa.array(results["executions"] > 0)
    return pc.if_else(there, dates(start, results["executed_day"]), pa.scalar(None, pa.date32()))


def _named(names: tuple[str, ...], places: Integers) -> pa.Array:
    """Text column from places in a list of names; a place beyond the list is a missing value."""
    import pyarrow as pa

    texts = pa.array([*(str(name) for name in names), None], pa.string())
    return texts.take(pa.array(np.asarray(places, dtype=np.int64)))


def _floats(values: Floats, there: Table) -> pa.Array:
    import pyarrow as pa

    return pa.array(np.ascontiguousarray(values), pa.float64(), mask=~there)


def _slots(batch: Batch) -> list[tuple[int, str]]:
    """Place in a package and name of every issue that is ever on the table, in the order of the agenda."""
    slots = [(slot, issue) for slot, issue in enumerate(batch.issues) if issue in batch.agenda]
    order = {issue: place for place, issue in enumerate(batch.agenda)}
    return sorted(slots, key=lambda entry: order[entry[1]])


def _values_left(batch: Batch, results: Table) -> dict[str, Any]:
    left = results["value_left"]
    return {f"value_left.{issue}": _floats(left[:, slot], ~np.isnan(left[:, slot])) for slot, issue in _slots(batch)}


def _positions(batch: Batch, results: Table) -> dict[str, Any]:
    slots = _slots(batch)
    dealt = results["dealt"] != 0
    columns = {issue: _floats(results["package"][:, slot], dealt) for slot, issue in slots}
    for side, prefix in enumerate(SIDE_PREFIX):
        tabled = results["tabled"][:, side] != 0
        columns |= {f"{prefix}.{issue}": _floats(results["offer"][:, side, slot], tabled) for slot, issue in slots}
    return columns


def _purchases(results: Table) -> dict[str, Any]:
    pledge = results["pledge"]
    columns = {
        "subsidy_rate": pledge[:, SUBSIDY_RATE],
        "subsidy_cost": pledge[:, OUTLAY],
        "chip_price": pledge[:, PRICE],
        "chip_headline": results["package"][:, CHIP_PURCHASES],
        "chip_additional": results["additional"],
        "chip_booked": results["booked"],
    }
    dealt = results["dealt"] != 0
    return {name: _floats(values, dealt) for name, values in columns.items()}


def _payoffs(batch: Batch, results: Table, agents: Floats) -> dict[str, Any]:
    import pyarrow as pa

    names = (*SIDES, *agent_names(batch))
    payoffs = np.concatenate([results["payoff"], agents[:, :, 0]], axis=1)
    gains = gains_of(results, agents)
    columns = {f"payoff.{name}": pa.array(np.ascontiguousarray(payoffs[:, i])) for i, name in enumerate(names)}
    columns |= {f"gain.{name}": pa.array(np.ascontiguousarray(gains[:, i])) for i, name in enumerate(names)}
    for kind in ("walk_away", "reservation"):
        values = results[kind]
        columns |= {f"{kind}.{side}": pa.array(np.ascontiguousarray(values[:, i])) for i, side in enumerate(SIDES)}
    return columns


def trajectory_table(batch: Batch, start: date, results: Table, tracks: Table) -> pa.Table:
    """Make the table ``trajectories``: one row for each run, round, side and issue on the table.

    Parameters
    ----------
    batch, start, results
        As for :func:`runs_table`.
    tracks : array of TRACK, shape [run, round]
        Standing offers of every round; those after a run's last one are not read.
    """
    import pyarrow as pa

    played = np.arange(tracks.shape[1]) < results["round"][:, np.newaxis]
    places = np.arange(len(batch.runs))[:, np.newaxis]
    on_table = batch.parameters["issue_tabled"][places, tracks["regime"]] != 0
    there = (played[:, :, np.newaxis] & (tracks["tabled"] != 0))[..., np.newaxis] & on_table[:, :, np.newaxis, :]
    run, round_, side, slot = np.nonzero(there)
    return pa.table(
        {
            "run": pa.array(batch.runs[run]),
            "round": pa.array(round_ + 1),
            "date": dates(start, tracks["day"][run, round_]),
            "side": _named(SIDES, side),
            "issue": _named(batch.issues, slot),
            "value": pa.array(tracks["offer"][run, round_, side, slot]),
            "executions": pa.array(tracks["executions"][run, round_]),
            **{name: pa.array(tracks[name][run, round_, side]) for name in ("aspiration", "payoff", "reservation")},
        }
    )
