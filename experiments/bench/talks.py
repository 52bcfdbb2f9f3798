"""One run's talks as bare numbers that other negotiation software understands: payoffs that add up over the issues."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.engine.cases import build_case, seat_agents, tactic_names
from experiments.errors import RunError
from sim.bargaining.valuation import package_value
from sim.engine.model import NegotiationModel
from sim.issues import MAX_ISSUES, SIDES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.config.model import Config
    from sim.engine.case import Case

#: Tactics of one formula: aspiration (1 - initial) (1 - t^(1 / beta)); their knobs are beta and initial.
_POLYNOMIAL: Final = ("boulware", "linear", "conceder")

#: Issues whose payoffs do not add up while both are on the table.
_PAIRS: Final = (("chip_purchases", "other_purchases"), ("investment_fund", "fund_profit_share"))


@dataclass(frozen=True, slots=True)
class SideOfTalks:
    """What one side brings.

    Attributes
    ----------
    base : float
        Payoff of the package in which every issue is at level 0; US$ bn a year.
    gains : tuple of tuple of float
        What each level of each issue adds to it.
    reservation : float
        The least payoff at which it signs.
    opening : float
        Aspiration at the start: 1 asks for the ideal.
    exponent : float
        The aspiration falls as 1 - t^exponent.
    """

    base: float
    gains: tuple[tuple[float, ...], ...]
    reservation: float
    opening: float
    exponent: float

    def payoff(self, levels: Sequence[int]) -> float:
        """Payoff of a package of levels, one for each issue on the table."""
        return self.base + sum(gains[level] for gains, level in zip(self.gains, levels, strict=True))


@dataclass(frozen=True, slots=True)
class AdditiveTalks:
    """One run: its issues, both sides (the US first), who speaks first, and after how many rounds it is over."""

    issues: tuple[str, ...]
    sides: tuple[SideOfTalks, SideOfTalks]
    first_mover: int
    rounds: int

    @property
    def packages(self) -> int:
        """Number of packages on the grid."""
        count = 1
        for gains in self.sides[0].gains:
            count *= len(gains)
        return count


def why_not_additive(config: Config) -> str | None:
    """Say why other software cannot be given the talks of a config as a sum over issues; None if it can."""
    names = tactic_names(config)
    for side, name in zip(SIDES, names, strict=True):
        if name not in _POLYNOMIAL:
            return f"tactics.{side}.name is {name}; only {', '.join(_POLYNOMIAL)} have a counterpart elsewhere"
    for pair in _PAIRS:
        if set(pair) <= set(config.agenda):
            return f"the payoffs of {pair[0]} and {pair[1]} do not add up"
    if config.events or config.red_lines:
        return "it has events or red lines, which other software does not know"
    return None


def talks_of(config: Config, seed: int, run: int) -> AdditiveTalks:
    """Resolve one run to bare numbers, with the payoffs and reservations that our own rules give in its first round.

    Raises
    ------
    RunError
        When the payoffs of the config are no sum over issues, or its tactics have no counterpart.
    """
    reason = why_not_additive(config)
    if reason is not None:
        raise RunError(f"{config.name} cannot be handed to other software: {reason}.")
    case = build_case(config, seed, run)
    model = opened(config, case)
    tabled = case.tabled(model.p)
    sides = [_side(model, side, tabled) for side in range(len(SIDES))]
    return AdditiveTalks(
        issues=tuple(case.issue_names[issue] for issue in tabled),
        sides=(sides[0], sides[1]),
        first_mover=model.first_mover(),
        rounds=model.round_of_deadline,
    )


def opened(config: Config, case: Case) -> NegotiationModel:
    """Play the first round of a case, after which every payoff of its grid is tabulated."""
    model = NegotiationModel(case, seat_agents(tactic_names(config)), collect=False, rng=case.run)
    model.step()
    return model


def _side(model: NegotiationModel, side: int, tabled: list[int]) -> SideOfTalks:
    levels = np.zeros(MAX_ISSUES, np.int64)
    base = float(package_value(model.valuation, side, levels))
    gains = []
    for issue in tabled:
        row = []
        for level in range(int(model.p.issue_levels[issue])):
            levels[issue] = level
            row.append(float(package_value(model.valuation, side, levels)) - base)
        levels[issue] = 0
        gains.append(tuple(row))
    beta, initial = (float(knob) for knob in model.p.knobs[side][:2])
    return SideOfTalks(
        base=base,
        gains=tuple(gains),
        reservation=float(model.governments[side].seat.reservation),
        opening=1.0 - initial,
        exponent=1.0 / beta,
    )
