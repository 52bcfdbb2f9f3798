"""Talks that go on once a threat has been carried out: what it leaves in force, and for how long no deadline stands."""

from __future__ import annotations

from typing import Final

from sim.bargaining.calendar import round_day
from sim.compiled import rule
from sim.issues import CAR_TARIFF, RECIPROCAL_TARIFF
from sim.records import Floats, Record

#: Places in an array of rates.
CAR: Final = 0
RECIPROCAL: Final = 1
METALS: Final = 2
RATES: Final = 3


@rule
def note_execution(p: Record, talk: Record) -> None:
    """Note that the threat is carried out in this round: nothing is due until an event sets a new deadline."""
    if talk.executions == 0:
        talk.executed_day = talk.day
    talk.executions += 1
    talk.to_put_in_force = 1
    talk.still_rounds = 0
    talk.has_deadline = 0
    # Beyond the last round, so that tactics pace themselves by the round limit.
    talk.deadline_day = round_day(p, p.round_limit + 1)


@rule
def rates_in_force(p: Record, rates: Floats) -> None:
    """Write the rates without a deal into `rates` (shape [RATES])."""
    rates[CAR] = p.walk_away_status_quo_car_tariff
    rates[RECIPROCAL] = p.walk_away_status_quo_reciprocal_tariff
    rates[METALS] = p.economy_metals_tariff


@rule
def threatened_rates(p: Record, rates: Floats) -> None:
    """Write the rates of the threat into `rates` (shape [RATES])."""
    rates[CAR] = p.walk_away_threat_car_tariff
    rates[RECIPROCAL] = p.walk_away_threat_reciprocal_tariff
    rates[METALS] = p.walk_away_threat_metals_tariff


@rule
def put_in_force(p: Record, before: Floats, after: Floats) -> None:
    """Put the rates of a threat that has been carried out in force in one regime, that of the execution or a later one.

    A rate that an event has set anew since is left as it is. An issue off the table keeps its value without a deal.
    """
    if p.walk_away_status_quo_car_tariff == before[CAR]:
        p.walk_away_status_quo_car_tariff = after[CAR]
    if p.walk_away_status_quo_reciprocal_tariff == before[RECIPROCAL]:
        p.walk_away_status_quo_reciprocal_tariff = after[RECIPROCAL]
    if p.economy_metals_tariff == before[METALS]:
        p.economy_metals_tariff = after[METALS]
    p.issue_off_value[CAR_TARIFF] = p.walk_away_status_quo_car_tariff
    p.issue_off_value[RECIPROCAL_TARIFF] = p.walk_away_status_quo_reciprocal_tariff
    for issue in (CAR_TARIFF, RECIPROCAL_TARIFF):
        if p.issue_tabled[issue] == 0:
            p.issue_low[issue] = p.issue_off_value[issue]
            p.issue_high[issue] = p.issue_off_value[issue]
