"""The red-line part of the records: the lines that are real, stand and bound something, by run and regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.config.agenda_checks import further_names, unit_of_issue
from experiments.config.occurrences import of_line, of_release
from experiments.config.regimes import PlacedLine, Regime, placed_lines
from experiments.config.talks import AgendaEntry
from experiments.design.values import Mask, Values, from_regime
from sim.economy.payoffs import POINTS
from sim.issues import (
    CAR_TARIFF,
    FIRST_FURTHER_ISSUE,
    ISSUE_BY_NAME,
    MAX_ISSUES,
    MAX_RED_LINES,
    RECIPROCAL_TARIFF,
    SIDES,
)
from sim.records import Floats, Integers, Table

if TYPE_CHECKING:
    from experiments.config.model import Config


@dataclass(frozen=True, slots=True)
class _Standing:
    """One line with the runs and regimes in which it binds, and its bounds there (shape ``[run, regime]``).

    `loosens` says in which runs its release is in force, where it has one.
    """

    placed: PlacedLine
    binds: Mask
    low: Floats
    high: Floats
    loosens: Mask


@dataclass(frozen=True, slots=True)
class LineNames:
    """Which red line of the config stands in which place of a record.

    Attributes
    ----------
    names : tuple of str
        Every line of the config, those of events last.
    places : numpy.ndarray
        Number of the line in `names`, -1 for none, shape ``[run, regime, place]``.
    dated : numpy.ndarray
        Whether a line's bounds are those of its dated release, shape ``[run, line, regime]``.
    """

    names: tuple[str, ...]
    places: Integers
    dated: Mask


def fill_red_lines(
    records: Table, config: Config, values: Values, regimes: Sequence[Regime], happened: Mapping[str, Mask]
) -> tuple[list[tuple[int, Mask]], LineNames]:
    """Fill the fields ``line_...``, after the agenda.

    A line binds in a run when it is real there, has been drawn and not given up, its issue is on the table, and a
    dated release has left it a bound.

    Returns
    -------
    released : list of (int, numpy.ndarray)
        For each dated release after the start, its regime and the runs in which it loosens a line.
    lines : LineNames
        Whose line each one is.
    """
    _fill_empty(records)
    slots = issue_slots(config)
    tabled = records["issue_tabled"] != 0
    lines = list(placed_lines(config))
    places = np.full((*records.shape, MAX_RED_LINES), -1, dtype=np.int64)
    dated = np.zeros((len(records), len(lines), len(regimes)), dtype=np.bool_)
    released = []
    for number, placed in enumerate(lines):
        stands = _stands(placed, values, regimes, happened)
        released += _dated_release(placed, values, regimes, stands)
        loosens = _loosens(placed, values)
        low, high = _bounds(placed, values, regimes, loosens)
        binds = stands & tabled[:, :, slots[placed.line.issue]] & (np.isfinite(low) | np.isfinite(high))
        run, regime = np.nonzero(binds)
        places[run, regime, records["line_count"][run, regime]] = number
        _append(records, config, values, _Standing(placed, binds, low, high, loosens))
        if (start := _release_regime(placed, regimes)) is not None:
            dated[loosens, number, start:] = True
    return released, LineNames(tuple(placed.line.name for placed in lines), places, dated)


def _fill_empty(records: Table) -> None:
    records["line_issue"] = -1
    records["line_when_issue"] = -1
    for field in ("line_low", "line_when_low", "line_released_low"):
        records[field] = -np.inf
    for field in ("line_high", "line_when_high", "line_released_high"):
        records[field] = np.inf
    # A line without a price has none to pay.
    records["line_priced"] = 0
    records["line_price"] = 0.0


def _stands(placed: PlacedLine, values: Values, regimes: Sequence[Regime], happened: Mapping[str, Mask]) -> Mask:
    """Whether the line is real and drawn and not given up, by run and regime."""
    name = placed.line.name
    real = values.occurs(of_line(placed.path, placed.line))
    stands = np.zeros((real.size, len(regimes)), dtype=np.bool_)
    if placed.event is None:
        stands[:] = real[:, np.newaxis]
    for index, regime in enumerate(regimes):
        for event in regime.events:
            if name in event.drop_red_lines:
                stands[happened[event.name], index:] = False
            if placed.event is not None and event.name == placed.event.name:
                from_regime(stands, index, happened[event.name], real)
    return stands


def _release_regime(placed: PlacedLine, regimes: Sequence[Regime]) -> int | None:
    """Regime from which a dated release holds, or None without one."""
    release = placed.line.release
    if release is None or release.date is None:
        return None
    return max(index for index, regime in enumerate(regimes) if index == 0 or regime.start <= release.date)


def _loosens(placed: PlacedLine, values: Values) -> Mask:
    """Whether the line's release is in force, by run; without a release it is nowhere."""
    if placed.line.release is None:
        return np.zeros(values.runs.size, dtype=np.bool_)
    return values.occurs(of_release(placed.path, placed.line))


def _dated_release(
    placed: PlacedLine, values: Values, regimes: Sequence[Regime], stands: Mask
) -> list[tuple[int, Mask]]:
    """Regime from which a dated release may hold, and the runs in which it may: nobody knows before whether it will."""
    regime = _release_regime(placed, regimes)
    if not regime:
        return []
    return [(regime, stands[:, regime] & (values.chance_of(of_release(placed.path, placed.line)) > 0))]


def _bounds(placed: PlacedLine, values: Values, regimes: Sequence[Regime], loosens: Mask) -> tuple[Floats, Floats]:
    """Bounds by run and regime, dated releases included."""
    line, regime = placed.line, _release_regime(placed, regimes)
    shape = (values.runs.size, len(regimes))
    bounds = []
    for end, missing in (("at_least", -np.inf), ("at_most", np.inf)):
        bound = np.empty(shape)
        bound[:] = _column(values, line, f"{placed.path}.{end}", end, missing)
        if regime is not None:
            looser = _column(values, line.release, f"{placed.path}.release.{end}", end, missing)
            bound[:, regime:] = np.where(loosens[:, np.newaxis], looser, bound[:, regime:])
        bounds.append(bound)
    return bounds[0], bounds[1]


def _column(values: Values, part: object, path: str, end: str, missing: float) -> Floats:
    if getattr(part, end) is None:
        return np.full((values.runs.size, 1), missing)
    return values[path][:, np.newaxis]


def _append(records: Table, config: Config, values: Values, standing: _Standing) -> None:
    """Write a line behind those that already bind in each run and regime."""
    line, path, slots = standing.placed.line, standing.placed.path, issue_slots(config)
    run, regime = np.nonzero(standing.binds)
    position = records["line_count"][run, regime]
    place = (run, regime, position)
    records["line_side"][place] = SIDES.index(line.side)
    records["line_issue"][place] = slots[line.issue]
    records["line_low"][place] = standing.low[run, regime]
    records["line_high"][place] = standing.high[run, regime]
    records["line_count"][run, regime] += 1
    if line.price is not None:
        records["line_priced"][place] = 1
        records["line_price"][place] = (values[f"{path}.price"] * prices_a_unit(config, line.issue))[run]
    release = line.release
    if release is not None and release.when is not None:
        # Where the release is not in force, the line is one without a release.
        loose = tuple(index[standing.loosens[run]] for index in place)
        run = run[standing.loosens[run]]
        records["line_when_issue"][loose] = slots[release.when.issue]
        for part, where, prefix in ((release.when, "release.when", "when"), (release, "release", "released")):
            for end, field, missing in (("at_least", "low", -np.inf), ("at_most", "high", np.inf)):
                bound = _column(values, part, f"{path}.{where}.{end}", end, missing)[:, 0]
                records[f"line_{prefix}_{field}"][loose] = bound[run]


def prices_a_unit(config: Config, issue: str) -> float:
    """Prices of a red line in one unit of its issue: a rate of 1 is a hundred percentage points."""
    return POINTS if unit_of_issue(config, issue) == "rate" else 1.0


def issue_slots(config: Config) -> dict[str, int]:
    """Slot of every issue by name: those of the model, then the further issues in order of appearance."""
    slots = {name: issue.slot for name, issue in ISSUE_BY_NAME.items()}
    return slots | {name: FIRST_FURTHER_ISSUE + index for index, name in enumerate(further_names(config))}


def fill_agenda(
    records: Table, config: Config, values: Values, regimes: Sequence[Regime], happened: Mapping[str, Mask]
) -> None:
    """Fill the fields ``issue_...`` and ``further_...`` of every run and regime.

    An issue off the table has one level, its value without a deal.
    """
    slots = issue_slots(config)
    everywhere = np.ones(values.runs.size, dtype=np.bool_)
    for name, entry in config.agenda.items():
        _table(records, slots[name], entry, f"agenda.{name}", values, 0, everywhere)
    for index, regime in enumerate(regimes):
        for event in regime.events:
            mask = happened[event.name]
            for name in event.drop_issues:
                from_regime(records["issue_tabled"][:, :, slots[name]], index, mask, 0)
            for name, entry in event.add_issues.items():
                path = f"events.{event.name}.add_issues.{name}"
                _table(records, slots[name], entry, path, values, index, mask)
    _fill_untabled(records)


def _table(records: Table, slot: int, entry: AgendaEntry, path: str, values: Values, regime: int, mask: Mask) -> None:
    from_regime(records["issue_tabled"][:, :, slot], regime, mask, 1)
    from_regime(records["issue_low"][:, :, slot], regime, mask, entry.low)
    from_regime(records["issue_high"][:, :, slot], regime, mask, entry.high)
    from_regime(records["issue_levels"][:, :, slot], regime, mask, entry.levels)
    if slot >= FIRST_FURTHER_ISSUE:
        for side in ("us", "partner"):
            worth = records[f"further_{side}_value"][:, :, slot - FIRST_FURTHER_ISSUE]
            from_regime(worth, regime, mask, values[f"{path}.{side}_value"])


def _fill_untabled(records: Table) -> None:
    off = records["issue_off_value"]
    off[:, :, CAR_TARIFF] = records["walk_away_status_quo_car_tariff"]
    off[:, :, RECIPROCAL_TARIFF] = records["walk_away_status_quo_reciprocal_tariff"]
    for slot in range(MAX_ISSUES):
        untabled = records["issue_tabled"][:, :, slot] == 0
        for end in ("issue_low", "issue_high"):
            records[end][:, :, slot][untabled] = off[:, :, slot][untabled]
        records["issue_levels"][:, :, slot][untabled] = 1
