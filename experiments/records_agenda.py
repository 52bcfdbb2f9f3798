"""The agenda part of the records: which issues are on the table, with which grid, and what they are worth off it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.records_values import Mask, Values, from_regime
from experiments.regimes import Regime
from experiments.schema_agenda_checks import further_names
from experiments.schema_talks import AgendaEntry
from sim.issues import CAR_TARIFF, FIRST_FURTHER_ISSUE, ISSUE_BY_NAME, MAX_ISSUES, RECIPROCAL_TARIFF
from sim.records import Table

if TYPE_CHECKING:
    from experiments.schema import Config


def issue_slots(config: Config) -> dict[str, int]:
    """Slot of every issue by name: those of the model, then the further issues in order of appearance."""
    slots = {name: issue.slot for name, issue in ISSUE_BY_NAME.items()}
    return slots | {name: FIRST_FURTHER_ISSUE + index for index, name in enumerate(further_names(config))}


def fill_agenda(
    records: Table, config: Config, values: Values, stages: Sequence[Regime], happened: Mapping[str, Mask]
) -> None:
    """Fill the fields ``issue_...`` and ``further_...`` of every run and regime.

    An issue off the table has one level, its value without a deal.
    """
    slots = issue_slots(config)
    everywhere = np.ones(values.runs.size, dtype=np.bool_)
    for name, entry in config.agenda.items():
        _table(records, slots[name], entry, f"agenda.{name}", values, 0, everywhere)
    for index, stage in enumerate(stages):
        for event in stage.events:
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
        for side in ("us", "japan"):
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
