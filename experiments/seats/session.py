"""Talks that stop whenever it is a person's turn, and go on when they have decided.

The rules play a round in one go, and a person may have to answer in the middle of it. The talks therefore run in a
thread of their own that hands over to the caller and waits; the two never run at the same time.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, final

from agents.tactics.registry import TACTICS
from experiments.config.run_settings import seed_of
from experiments.config.signing import signing_words
from experiments.engine.cases import build_case, seat_agents, tactic_names
from experiments.errors import RunError, check_choice
from experiments.seats.person import PersonGovernment
from experiments.story.narrative import Story, ending_of, play_round
from sim.engine.model import NegotiationModel
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.seats.turn import Decision, Turn
    from experiments.story.narrative import RoundStory


class _AbandonedError(BaseException):
    """The caller has left; it passes every handler on its way out of the thread."""


@final
class Session:
    """One negotiation with a person in a seat.

    Parameters
    ----------
    config : Config
        What is negotiated.
    seed, run : int
        Which negotiation; the other side plays the tactic of the config.
    side : str
        The person's seat, ``us_treasury`` or ``partner``.
    after_round : callable, optional
        Called with the talks and the round after every round, before the next one begins.

    Attributes
    ----------
    model : NegotiationModel
        The talks, to be looked at between decisions.
    rounds : list of RoundStory
        Rounds that are over.

    Raises
    ------
    experiments.errors.RunError
        When the seat is none, or both sides move at once.
    """

    def __init__(
        self,
        config: Config,
        side: str,
        *,
        seed: int | None = None,
        run: int = 0,
        after_round: Callable[[NegotiationModel, RoundStory], None] | None = None,
    ) -> None:
        check_choice("--seat", side, SIDES)
        if config.protocol.kind != "alternating":
            raise RunError("a person takes turns; set protocol.kind to alternating.")
        self.config = config
        self.seed = seed_of(config, seed)
        self.run = run
        self.side = SIDES.index(side)
        self.rounds: list[RoundStory] = []
        self._after_round = after_round
        self._turns: queue.SimpleQueue[Turn | Exception | None] = queue.SimpleQueue()
        self._decisions: queue.SimpleQueue[Decision | None] = queue.SimpleQueue()
        tactics = tactic_names(config)
        seat = seat_agents(tactics, {self.side: lambda model: self._person(model, tactics[self.side])})
        self.model = NegotiationModel(build_case(config, self.seed, run), seat, collect=False, rng=self.seed)
        self._thread = threading.Thread(target=self._talk, name="winset-talks", daemon=True)
        self._turn: Turn | None = None

    @property
    def turn(self) -> Turn | None:
        """What the person has to decide on; None before the start and once the talks are over."""
        return self._turn

    @property
    def is_over(self) -> bool:
        """Whether the talks have ended."""
        return not self.model.running

    @property
    def person(self) -> PersonGovernment:
        """The person's government."""
        seat = self.model.governments[self.side]
        if not isinstance(seat, PersonGovernment):
            raise TypeError("the person's seat is taken by a tactic")
        return seat

    def start(self) -> Turn | None:
        """Play up to the person's first turn and return it; None if the talks end before."""
        self._thread.start()
        return self._wait()

    def decide(self, decision: Decision) -> Turn | None:
        """Go on with the person's decision up to their next turn and return it; None once the talks are over.

        Raises
        ------
        experiments.seats.turn.RefusedDecisionError
            When the rules do not allow it; the turn is still the person's.
        """
        if self._turn is None:
            raise RuntimeError("it is not the person's turn")
        self.person.check(decision)
        self._decisions.put(decision)
        return self._wait()

    def leave(self) -> None:
        """Let go of talks that are not over."""
        if self._thread.is_alive():
            self._decisions.put(None)
            self._thread.join()
        self._turn = None

    def story(self) -> Story:
        """Story of the talks once they are over."""
        names = [*tactic_names(self.config)]
        names[self.side] = "person"
        return Story(
            self.config.title, self.run, self.seed, (names[0], names[1]), self.model.common, tuple(self.rounds),
            ending_of(self.model), signing_words(self.config, (names[0], names[1])),
        )  # fmt: skip

    def _wait(self) -> Turn | None:
        turn = self._turns.get()
        if isinstance(turn, Exception):
            self._turn = None
            raise turn
        self._turn = turn
        return turn

    def _talk(self) -> None:
        try:
            while self.model.running:
                self.rounds.append(play_round(self.model))
                if self._after_round is not None:
                    self._after_round(self.model, self.rounds[-1])
            self._turns.put(None)
        except _AbandonedError:
            return
        except Exception as error:  # noqa: BLE001 - handed over to the caller, who raises it
            self._turns.put(error)

    def _person(self, model: NegotiationModel, tactic: str) -> PersonGovernment:
        return PersonGovernment(model, self.side, TACTICS[tactic], self._decision_of)

    def _decision_of(self, person: PersonGovernment) -> Decision:
        self._turns.put(person.turn())
        decision = self._decisions.get()
        if decision is None:
            raise _AbandonedError
        return decision
