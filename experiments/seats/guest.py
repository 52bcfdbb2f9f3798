"""A government of the Mesa engine that a guest decides for: the rules of the table stay ours.

What the guest does goes through the rules that every government keeps (:mod:`sim.bargaining.offers`):

- The guest is shown the other side's standing offer, and its own payoffs of every package inside the red lines.
- A package that may not be tabled (a red line, a pledge that firms will not deliver) is replaced by one that may be and
  gives up least: the lowest own payoff at or above that of the package it named, its best one if there is none.
- An acceptance is a deal only if the other side stands by its offer, the guest's government may sign it and it is
  worth its reservation; otherwise the guest holds to its last package.
- To end the negotiation, or to refuse to make an offer, is to walk out: the talks end in that round.
- New tables (a review of the domestic table) renew its utility function, and it is notified; its reserved value moves
  with the calendar, without notice. When an event opens a regime, when the deadline slips, when the packages on offer
  change or when an acceptance came to nothing, it starts afresh, as a new negotiator with the rounds that are left.
- Nobody knows what a guest plans: talks with one end neither as a stall nor as a cycle. Some guests repeat old offers,
  in any order, until the other side moves.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final, final

import numpy as np

from agents.errors import PlayerCall
from agents.tactics.tactic import Tactic
from agents.watching import call_of
from experiments.errors import RunError
from experiments.seats.external import ExternalGovernment
from experiments.seats.scenario import PayoffTable, outcome_space, utility
from experiments.seats.space import OutcomeSpace, open_space
from sim.bargaining.offers import PAYOFF_SLACK
from sim.draws import uniforms
from sim.issues import SIDE_STREAMS, SIDES

if TYPE_CHECKING:
    from experiments.seats.mechanism import GuestAnswer, GuestMechanism
    from experiments.seats.names import Guest
    from sim.engine.model import NegotiationModel
    from sim.records import Floats, Integers, Record


#: States that NumPy's generator can be seeded with.
_SEEDS: Final = 2**32


class GuestRandomState:
    """Random state of one guest.

    NegMAS draws from the global generators of Python and NumPy. While a guest is called, these are in the state in
    which that guest left them, and afterwards again in the one that they had before. A guest's draws thus depend on its
    seed alone, and nobody else's draws depend on a guest.

    Parameters
    ----------
    seed, run, side : int
        Seed of the experiment, number of the run and side that the guest sits for.
    """

    def __init__(self, seed: int, run: int, side: int) -> None:
        draw = float(uniforms(seed, f"guests.{SIDE_STREAMS[side]}", run, 1)[0, 0])
        number = int(draw * _SEEDS)
        self._python = random.Random(number).getstate()  # noqa: S311 - no secret
        self._numpy = np.random.RandomState(number).get_state()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Put the global generators into the guest's state while it is called."""
        python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - what the guest draws from
        random.setstate(self._python)
        np.random.set_state(self._numpy)  # noqa: NPY002 - what the guest draws from
        try:
            yield
        finally:
            self._python, self._numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - what the guest draws from
            random.setstate(python)
            np.random.set_state(numpy)  # noqa: NPY002 - what the guest draws from


def _no_aspiration(_view: Record, _knobs: Floats) -> float:
    """A guest names packages and has no aspiration."""
    return math.nan


def _as_tactic(guest: Guest) -> Tactic:
    return Tactic(guest.label, _no_aspiration, (), True, True, False, "decides by its own rules", "NegMAS")


@final
class GuestError(RunError):
    """A guest that failed.

    Parameters
    ----------
    message : str
        What happened.
    call : PlayerCall
        When it was to decide.
    """

    def __init__(self, message: str, call: PlayerCall) -> None:
        super().__init__(message)
        self.call = call


@final
class GuestGovernment(ExternalGovernment):
    """A government that a negotiator of NegMAS decides for.

    Parameters
    ----------
    model : NegotiationModel
        The talks.
    side : int
        Which government it is.
    guest : Guest
        Who decides.
    seed : int
        Seed of the experiment; all draws of the guest follow from it, the run and the side.

    Attributes
    ----------
    replaced : int
        Packages that it named and that could not be tabled.
    refused : int
        Acceptances that came to nothing.
    """

    def __init__(self, model: NegotiationModel, side: int, guest: Guest, seed: int) -> None:
        super().__init__(model, side, _as_tactic(guest))
        self.replaced = 0
        self.refused = 0
        self._guest = guest
        self._random = GuestRandomState(seed, model.case.run, side)
        self._mechanism: GuestMechanism | None = None
        self._space: OutcomeSpace | None = None
        self._last_round = 0
        self._tables_are_new = False

    def enter_regime(self, before: Record, is_first: bool) -> None:
        """Take up new parameters; the guest starts afresh."""
        super().enter_regime(before, is_first)
        self._mechanism = None

    def study_table(self) -> None:
        """Note the best package and that payoffs have changed."""
        super().study_table()
        self._tables_are_new = True

    def next_node(self) -> int:
        """Let the guest take its turn and lay the package that it would table on the path."""
        if self.talks.p.simultaneous != 0:
            raise RunError(f"{self._guest.label} takes turns; set protocol.kind to alternating.")
        try:
            with self._called(), self._random.in_use(), warnings.catch_warnings():
                # What NegMAS warns of (a case that a strategy rounds off, an exchange of preferences) it also handles.
                warnings.simplefilter("ignore")
                answer = self._guest_answer()
        except RunError:
            raise
        except Exception as error:
            raise self._failure(error) from error
        from experiments.seats.mechanism import AnswerKind

        return self._take_turn(
            self._levels(answer), accepts=answer.kind is AnswerKind.ACCEPTS, leaves=answer.kind is AnswerKind.LEAVES
        )

    def table(self, node: int) -> None:
        """Put the package on the table, unless the guest has left it."""
        if self._accepts:
            self.refused += 1
            self._mechanism = None
        super().table(node)

    def _guest_answer(self) -> GuestAnswer:
        model, other = self.talks, self.other.seat
        space, last = open_space(model), model.round_of_deadline
        opens = other.tabled == 0
        if self._mechanism is None or self._mechanism.is_over or space != self._space or last != self._last_round:
            self._mechanism = self._new_mechanism(space, last - model.round + 1, opens=opens)
            self._space, self._last_round = space, last
        elif self._tables_are_new:
            self._mechanism.renew(self._utility(space))
        self._tables_are_new = False
        self._mechanism.set_reservation(float(self.seat.reservation))
        return self._mechanism.answer(None if opens else space.outcome(np.asarray(other.levels)))

    def _new_mechanism(self, space: OutcomeSpace, rounds: int, *, opens: bool) -> GuestMechanism:
        from experiments.seats.mechanism import GuestMechanism

        return GuestMechanism(self._guest.make(), self._utility(space), max(rounds, 1), opens=opens)

    def _utility(self, space: OutcomeSpace) -> object:
        return utility(PayoffTable(self.talks, space), self.side, outcome_space(space))

    def _levels(self, answer: GuestAnswer) -> Integers:
        """Levels that are tabled after an answer: the package named or its replacement, else the last or best one."""
        space = self._space
        if space is None:
            raise RuntimeError("a guest answered before there were packages to offer")
        if answer.outcome is not None:
            outcome = answer.outcome
            sizes = space.shape
            if len(outcome) != len(sizes) or not all(0 <= v < n for v, n in zip(outcome, sizes, strict=True)):
                raise self._failure(f"it offered {outcome}, which is not on the agenda")
            return self._tableable(space, tuple(int(value) for value in outcome))
        if self.seat.tabled != 0:
            return np.asarray(self.seat.levels).copy()
        return np.asarray(self.path.levels[0]).copy()

    def _tableable(self, space: OutcomeSpace, outcome: tuple[int, ...]) -> Integers:
        allowed = space.tableable(self.talks, self.side)
        if allowed[outcome] or not allowed.any():
            return space.levels(outcome)
        self.replaced += 1
        payoffs = space.payoffs(self.talks, self.side)
        enough = allowed & (payoffs >= payoffs[outcome] - PAYOFF_SLACK)
        if enough.any():
            place = int(np.argmin(np.where(enough, payoffs, math.inf)))
        else:
            place = int(np.argmax(np.where(allowed, payoffs, -math.inf)))
        return space.levels([int(value) for value in np.unravel_index(place, space.shape)])

    def _called(self) -> AbstractContextManager[None]:
        return call_of(self.talks.case.run, self.talks.round, self.side, self._guest.label)

    def _failure(self, what: Exception | str) -> GuestError:
        model = self.talks
        kind = f"{type(what).__name__}: " if isinstance(what, Exception) else ""
        return GuestError(
            f"{self._guest.label} for {SIDES[self.side]} failed in round {model.round} of run {model.case.run}: "
            f"{kind}{what}. Leave it out, or cut the grid with --levels if it is at a loss with many packages.",
            PlayerCall(self._guest.label, self.side, model.round, model.case.run),
        )
