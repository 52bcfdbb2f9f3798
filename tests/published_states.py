"""States of the talks whose payoffs were published, and the reduced forms under which they were computed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.records import Floats, Record
from tests.support import REDUCED_FORM, default_record, package_of, payoffs_of, reduced_pledge


class State(NamedTuple):
    """One state of the world: tariffs, purchases as yearly flows, fund, support and how the rates add up."""

    car: float
    reciprocal: float
    metals: float
    inclusive: bool = False
    chips: float = 0.0
    other: float = 0.0
    fund: float = 0.0
    share: float = 0.0
    support: float = 0.0


STATES: dict[str, State] = {
    "mfn": State(0.025, 0.0, 0.0),
    "status_quo": State(0.275, 0.10, 0.25),
    "threat_july": State(0.275, 0.24, 0.25),
    "threat_august": State(0.275, 0.25, 0.50),
    "partner_seed": State(0.025, 0.0, 0.0, chips=6.94, other=2.0, support=1.0),
    "us_seed": State(0.275, 0.10, 0.25, chips=6.94, other=4.0, support=1.0),
    "placard": State(0.15, 0.10, 0.50, other=12.7, fund=400.0, share=0.5, support=1.0),
    "deal": State(0.15, 0.15, 0.50, inclusive=True, other=12.7, fund=550.0, share=0.9, support=1.0),
}


def reduced_record(**overrides: Any) -> Record:
    """Record at the defaults with the reduced forms, some fields replaced."""
    return default_record(**{**REDUCED_FORM, **overrides})


def values(p: Record, state: State, **pledge: float) -> Floats:
    """Payoffs of the US and Japan in a state; `pledge` replaces reduced forms of the chip pledge."""
    p.economy_metals_tariff = state.metals
    p.economy_deal_includes_mfn = float(state.inclusive)
    package = package_of(
        state.car, state.reciprocal, other=state.other, fund=state.fund, share=state.share, support=state.support
    )
    return payoffs_of(p, package, reduced_pledge(state.chips, **pledge))


def gain(p: Record, state: str, over: str) -> Floats:
    """Gains of the US and Japan from one named state over another."""
    return values(p, STATES[state]) - values(p, STATES[over])
