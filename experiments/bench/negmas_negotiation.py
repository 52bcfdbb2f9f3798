"""The same talks in NegMAS: our tabulated payoffs as its utility functions, its own negotiators and its own protocol.

NegMAS (Mohammad and others) is called through its public interface and only here; install it with the extra `negmas`.
A negotiation has three parts, so that they can be timed apart: payoffs (utility functions), paths (inverses of them,
from which a negotiator finds a package worth what it aspires to), and bargaining (the mechanism with its negotiators,
to its end).

Where the two differ: NegMAS counts time in shares of the rounds plus one, so its aspiration in the last of 100 rounds
is that of 100/101; its offers are worth the aspiration to their maker without regard to the other side; and it prices
nothing at home and ends for no other reason than a deal or the last round.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from experiments.bench.talks import AdditiveTalks, SideOfTalks
from experiments.seats.negmas import NegmasObject

#: Slack in US$ bn a year that a negotiator adds to its band of payoffs, against rounding.
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Setup:
    """One documented way to set NegMAS up for these talks.

    Attributes
    ----------
    name : str
        Key in the results.
    title : str
        What it is called in tables.
    inverse : str
        Class in ``negmas.preferences.inv_ufun`` that finds packages by their payoff.
    options : dict
        Its settings.
    is_exact : bool
        Whether it finds the package that is worth least among those worth the aspiration, as our own rule does.
    offers : str
        ``least``: the cheapest package in the band from the aspiration up; ``any``: any package in it.
    payoffs : str
        ``additive``: its additive utility function; ``function``: a Python function of the package.
    """

    name: str
    title: str
    inverse: str
    options: dict[str, Any] = field(default_factory=dict)
    is_exact: bool = False
    offers: Literal["least", "any"] = "least"
    payoffs: Literal["additive", "function"] = "additive"


_PRESORTING: Final = "PresortingInverseUtilityFunction"
_BIDS: Final = "BIDSInverseUtilityFunction"
_PLANNING: Final = "AttributePlanningInverseUtilityFunction"

#: Its default, and what the documentation of its inverses names as faster. BIDS and attribute planning are approximate:
#: they find a package near the aspiration. `any` concedes less, for any package worth more will do as an offer.
SETUPS: Final = (
    Setup("default", "default, all packages sorted", "DefaultInverseUtilityFunction", is_exact=True),
    Setup(
        "function", "default, payoffs in Python", "DefaultInverseUtilityFunction",
        is_exact=True, payoffs="function",
    ),
    Setup(
        "rational", "acceptable packages sorted", _PRESORTING,
        {"rational_only": True, "eps": -1.0, "rel_eps": -1.0}, is_exact=True,
    ),
    Setup("bids", "BIDS", _BIDS),
    Setup("bids_any", "BIDS, any offer in band", _BIDS, offers="any"),
    Setup("planning_any", "attribute planning, any in band", _PLANNING, offers="any"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class End:
    """How a negotiation ended: rounds played, and the levels of the package agreed on, if any."""

    rounds: int
    agreement: tuple[int, ...] | None


def payoffs(talks: AdditiveTalks, setup: Setup) -> list[NegmasObject]:
    """Make both sides' utility functions over the levels of the grid."""
    from negmas.outcomes import make_issue, make_os

    sizes = [len(gains) for gains in talks.sides[0].gains]
    space = make_os([make_issue(size, name=name) for name, size in zip(talks.issues, sizes, strict=True)])
    make = _additive if setup.payoffs == "additive" else _function
    return [make(side, space) for side in talks.sides]


def _additive(side: SideOfTalks, space: NegmasObject) -> NegmasObject:
    from negmas.preferences import LinearAdditiveUtilityFunction

    tables = [dict(enumerate(gains)) for gains in side.gains]
    return LinearAdditiveUtilityFunction(tables, bias=side.base, outcome_space=space, reserved_value=side.reservation)


def _function(side: SideOfTalks, space: NegmasObject) -> NegmasObject:
    from negmas.preferences import MappingUtilityFunction

    return MappingUtilityFunction(side.payoff, outcome_space=space, reserved_value=side.reservation)


def paths(utilities: Sequence[NegmasObject], setup: Setup) -> list[NegmasObject]:
    """Invert both utility functions, ready for questions."""
    from negmas.preferences import inv_ufun

    kind = functools.partial(getattr(inv_ufun, setup.inverse), **setup.options)
    inverses = [kind(utility) for utility in utilities]
    for inverse in inverses:
        inverse.init()
    return inverses


def bargain(
    talks: AdditiveTalks, setup: Setup, utilities: Sequence[NegmasObject], inverses: Sequence[NegmasObject]
) -> End:
    """Let two time-dependent negotiators take turns until they agree or the rounds are over."""
    from negmas.sao import AspirationNegotiator, SAOMechanism

    mechanism = SAOMechanism(
        outcome_space=utilities[0].outcome_space, n_steps=talks.rounds, extra_callbacks=False, sync_calls=True
    )
    for index in (talks.first_mover, 1 - talks.first_mover):
        side = talks.sides[index]
        negotiator = AspirationNegotiator(
            max_aspiration=side.opening,
            aspiration_type=side.exponent,
            stochastic=setup.offers == "any",
            tolerance=_SLACK,
            ufun_inverter=_given(inverses[index]),
        )
        mechanism.add(negotiator, ufun=utilities[index])
    state = mechanism.run()
    return End(int(state.step), None if state.agreement is None else tuple(map(int, state.agreement)))


def _given(inverse: NegmasObject) -> Callable[[NegmasObject], NegmasObject]:
    """Make a factory that hands over an inverse that is ready."""
    return lambda _utility: inverse
