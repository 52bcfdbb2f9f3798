"""The mechanism of NegMAS in which a guest negotiates, with a stand-in that repeats the offers of the other side.

Only this module subclasses NegMAS, so that it can be imported only where NegMAS is installed; it is imported late.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final, final

from negmas.sao import ResponseType, SAOMechanism, SAONegotiator, SAOResponse

if TYPE_CHECKING:
    from experiments.seats.negmas import NegmasObject

_OTHER: Final = "the other side"


class AnswerKind(Enum):
    """What a guest does in its turn."""

    OFFERS = "offers"
    ACCEPTS = "accepts"
    LEAVES = "leaves"
    WAITS = "waits"


@final
@dataclass(frozen=True, slots=True)
class GuestAnswer:
    """A guest's turn: what it does, and its package where it makes an offer."""

    kind: AnswerKind
    outcome: tuple[int, ...] | None = None


@final
class StandIn(SAONegotiator):  # type: ignore[misc]  # the base is `Any` where NegMAS is not installed
    """Offers what the other government has tabled; until that is known, it makes the mechanism wait."""

    def __init__(self) -> None:
        super().__init__(name=_OTHER, id=_OTHER)
        self.offer: tuple[int, ...] | None = None

    def __call__(self, state: NegmasObject, dest: str | None = None) -> NegmasObject:
        """Make the offer once, or wait."""
        if self.offer is None:
            return SAOResponse(ResponseType.WAIT, None)
        offer, self.offer = self.offer, None
        return SAOResponse(ResponseType.REJECT_OFFER, offer)

    def propose(self, state: NegmasObject, dest: str | None = None) -> tuple[int, ...] | None:
        """Standing offer; the mechanism calls the negotiator itself and never this."""
        return self.offer


@final
class GuestMechanism:
    """One NegMAS negotiation of a guest, stepped turn by turn.

    NegMAS's alternating-offers mechanism drives the guest, with all its callbacks, states and clocks. Its other seat
    waits until our engine knows what the other government does, which NegMAS's protocol provides for.

    Parameters
    ----------
    negotiator : negotiator of NegMAS
        The guest.
    utility : utility function of NegMAS
        Its payoffs.
    rounds : int
        Rounds left to the deadline, this one included.
    opens : bool
        Whether the guest makes the first offer: none of the other side stands yet.
    """

    def __init__(self, negotiator: NegmasObject, utility: NegmasObject, rounds: int, *, opens: bool) -> None:
        self._guest = negotiator
        self._opens = opens
        self._stand_in = StandIn()
        self._mechanism = SAOMechanism(outcome_space=utility.outcome_space, n_steps=rounds, sync_calls=True)
        for seat in (negotiator, self._stand_in) if opens else (self._stand_in, negotiator):
            if not self._mechanism.add(seat, ufun=utility if seat is negotiator else None):
                raise ValueError("its negotiator does not join a talk of two sides with discrete issues")
        self._stepped = False

    @property
    def is_over(self) -> bool:
        """Whether the negotiation has ended for NegMAS."""
        return bool(self._stepped and not self._mechanism.state.running)

    def renew(self, utility: NegmasObject) -> None:
        """Hand the guest other payoffs over the same packages and notify it, as NegMAS does when preferences change."""
        # NegMAS discourages an exchange in mid-talk, and there is no other way to keep what the guest has learnt.
        self._guest.set_preferences(utility)

    def set_reservation(self, reservation: float) -> None:
        """Move the guest's reserved value; walking away is worth something else at every date."""
        self._guest.ufun.reserved_value = reservation

    def answer(self, offer: tuple[int, ...] | None) -> GuestAnswer:
        """Let the guest answer the other side's standing offer.

        Parameters
        ----------
        offer : tuple of int, optional
            That offer; None only if the guest opens.
        """
        self._stand_in.offer = offer
        if self._opens and self._stepped:
            # The other side's offer completes the round that the guest had opened.
            self._mechanism.step()
        self._stepped = True
        self._mechanism.step()
        return self._answer()

    def _answer(self) -> GuestAnswer:
        state = self._mechanism.state
        if state.agreement is not None:
            return GuestAnswer(AnswerKind.ACCEPTS)
        if state.broken or state.timedout:
            return GuestAnswer(AnswerKind.LEAVES)
        if state.current_proposer != self._guest.id or state.current_offer is None:
            return GuestAnswer(AnswerKind.WAITS)
        return GuestAnswer(AnswerKind.OFFERS, tuple(state.current_offer))
