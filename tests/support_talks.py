"""Talks with round numbers for tests: configs laid on a small base, and governments that follow a script."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from agents.tactics.tactic import Tactic
from experiments.config.load import config_from
from experiments.config.model import Config
from experiments.engine.cases import build_case, seat_agents, tactic_names
from sim.bargaining.concession import PATH
from sim.bargaining.offers import SEAT
from sim.economy.pledge import DELIVERABLE, PLEDGE_COLUMNS
from sim.engine.cast import Cast
from sim.engine.model import NegotiationModel
from sim.grid import level_value
from sim.issues import CAR_TARIFF, MAX_ISSUES, MAX_LEVELS
from sim.records import KNOBS, Floats, Integers, Record
from sim.row import new_row, rows
from tests.tree import CONFIGS

#: Every config that is shipped, by file.
SHIPPED = sorted(CONFIGS.glob("*.yaml"))

#: A test's own tactic: what a side sees to its aspiration.
Script = Callable[[Record], float]

#: Two further issues and nothing else: a unit of land is worth 1 to the US and costs Japan 0.5, a unit of sea is worth
#: 1 to Japan and costs the US 0.5. Without tariffs on the table and without a threat, no deal is worth what the package
#: of zeros is worth. First round on 1 June, one a week, deadline at round 9.
PIE: dict[str, Any] = {
    "name": "pie",
    "title": "Land against sea",
    "calendar": {
        "start": "2025-06-01",
        "days_between_rounds": 7,
        "deadline": "2025-07-27",
        "slip_days": 7,
        "max_slips": 0,
        "round_limit": 30,
    },
    "protocol": {"first_mover": "us_treasury"},
    "agenda": {
        "land": {
            "unit": "plot", "low": 0.0, "high": 10.0, "levels": 11, "us_value": 1.0, "partner_value": -0.5,
            "wants_high": "us_treasury",
        },
        "sea": {
            "unit": "plot", "low": 0.0, "high": 10.0, "levels": 11, "us_value": -0.5, "partner_value": 1.0,
            "wants_high": "partner",
        },
    },
    "us_treasury": {"ratification_margin": 0.0, "audience_cost": 0.0},
    "partner": {"ratification_margin": 0.0, "audience_cost": 0.0},
    "walk_away": {"execution_probability": 0.0, "court_survival": 1.0},
    "tactics": {"us_treasury": {"name": "linear"}, "partner": {"name": "linear"}},
}  # fmt: skip

#: Slots of the two further issues of :data:`PIE`.
LAND, SEA = 7, 8


def laid_on(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Deep copy of `base` with `changes` laid on it: maps merge, anything else and every distribution replaces."""
    merged = copy.deepcopy(dict(base))
    for key, value in changes.items():
        if isinstance(value, Mapping) and isinstance(merged.get(key), Mapping) and "dist" not in value:
            merged[key] = laid_on(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def pie(changes: Mapping[str, Any] | None = None, **sections: Any) -> Config:
    """Make a config from :data:`PIE` and changes to it."""
    return config_from(laid_on(laid_on(PIE, changes or {}), sections))


def record_of(config: Config, regime: int = 0, seed: int = 1, run: int = 0) -> Record:
    """Parameter record of one run and regime."""
    return rows(build_case(config, seed, run).regimes.copy())[regime]


def scripted(script: Script) -> Tactic:
    """Make a tactic of a Python function."""
    return Tactic(
        "scripted", lambda view, _knobs: script(view), (), True, False, False, "follows a script of a test", "none"
    )


def holds(aspiration: float) -> Script:
    """Script of a side that keeps one aspiration."""
    return lambda _view: aspiration


def follows(*aspirations: float) -> Script:
    """Script of a side whose aspiration in round 1, 2, ... is given; the last one stays."""
    return lambda view: aspirations[min(int(view.round), len(aspirations)) - 1]


def talks(
    config: Config, us: Script | None = None, partner: Script | None = None, *, run: int = 0, seed: int = 1
) -> NegotiationModel:
    """Seat a negotiation; a side with a script follows it instead of the config's tactic."""

    def seat(model: NegotiationModel) -> Cast:
        cast = seat_agents(tactic_names(config))(model)
        for government, script in ((cast.us, us), (cast.partner, partner)):
            if script is not None:
                government.tactic = scripted(script)  # type: ignore[attr-defined]  # of a Mesa government
        return cast

    return NegotiationModel(build_case(config, seed, run), seat, collect=False, rng=seed)


def to_the_end(model: NegotiationModel) -> NegotiationModel:
    """Play a negotiation to its end."""
    while model.running:
        model.step()
    return model


def played(config: Config, us: Script | None = None, partner: Script | None = None, **where: int) -> NegotiationModel:
    """Seat a negotiation and play it to its end."""
    return to_the_end(talks(config, us, partner, **where))


def tabled(model: NegotiationModel, side: int) -> dict[str, float]:
    """Values of a side's standing offer by issue."""
    seat = model.governments[side].seat
    names = model.case.issue_names
    return {names[i]: float(level_value(model.p, i, seat.levels[i])) for i in model.case.tabled(model.p)}


Range = tuple[float, float]

#: Bounds that bind nothing.
ANY: Range = (-math.inf, math.inf)


def draw_line(
    p: Record, side: int, issue: int, bounds: Range, when: tuple[int, Range] | None = None, released: Range = ANY
) -> None:
    """Draw a red line in a record; with `when`, another issue inside its range loosens the bounds to `released`."""
    line = int(p.line_count)
    p.line_side[line] = side
    p.line_issue[line] = issue
    p.line_low[line], p.line_high[line] = bounds
    p.line_when_issue[line] = -1 if when is None else when[0]
    p.line_when_low[line], p.line_when_high[line] = ANY if when is None else when[1]
    p.line_released_low[line], p.line_released_high[line] = released
    p.line_count = line + 1


def deliverable_pledges(levels: int = MAX_LEVELS) -> Floats:
    """Pledges of which the first `levels` can be delivered."""
    pledges = np.zeros((MAX_LEVELS, PLEDGE_COLUMNS))
    pledges[:levels, DELIVERABLE] = 1.0
    return pledges


def levels_of(**by_slot: int) -> Integers:
    """Package of levels: zero but for the slots given as ``s3=5``."""
    levels = np.zeros(MAX_ISSUES, np.int64)
    for slot, level in by_slot.items():
        levels[int(slot.removeprefix("s"))] = level
    return levels


def seat_with(*offers: Integers) -> Record:
    """Seat of a side that has made these offers, oldest first."""
    seat = new_row(SEAT)
    for offer in offers:
        seat.history[int(seat.offers)] = offer
        seat.levels[:] = offer
        seat.offers = int(seat.offers) + 1
    seat.tabled = int(bool(offers))
    return seat


def knobs_of(*values: float) -> Floats:
    """Knobs of a tactic in the order of its registry entry."""
    knobs = np.zeros(KNOBS)
    knobs[: len(values)] = values
    return knobs


#: Nodes of a path for tests: payoffs to its owner and to the other side.
STEPS = ((10.0, 0.0), (8.0, 3.0), (5.0, 5.0), (1.0, 6.0))


def staircase(*nodes: tuple[float, float]) -> Record:
    """Path with these payoffs to its owner and to the other side; the k-th package has level k on cars."""
    path = new_row(PATH)
    for k, (own, other) in enumerate(nodes):
        path.own[k], path.other[k], path.levels[k, CAR_TARIFF] = own, other, k
    path.count = len(nodes)
    return path
