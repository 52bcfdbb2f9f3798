"""Models of Mesa's page: one negotiation, or two, with a snapshot of every round and what was refused in words."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

import mesa

from experiments.app.controls import ControlValues, setting_words, typed_run, typed_seed
from experiments.config.explain import event_descriptions, further_units
from experiments.engine.cases import ConfiguredNegotiation
from experiments.engine.frontier import frontier, walk_away_point
from experiments.labels import partner_called
from experiments.refusals import REFUSALS, refusal
from experiments.story.ledgers import TERMS
from experiments.story.narrative import Ending, RoundStory, ending_of, play_round
from experiments.story.text import Glossary
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from sim.engine.model import NegotiationModel

#: Prefixes of the controls of two negotiations side by side.
LEFT: Final = "left_"
RIGHT: Final = "right_"


@dataclass(frozen=True, slots=True)
class StandingOffer:
    """A side's standing offer.

    Attributes
    ----------
    values : dict
        Value of every issue, in its unit.
    payoffs : tuple of float
        What it is worth to the US and to the partner, US$ bn a year.
    ledgers : tuple of dict
        Terms of both payoffs.
    """

    values: dict[str, float]
    payoffs: tuple[float, float]
    ledgers: tuple[dict[str, float], dict[str, float]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What there is to see after a round; pairs are of the US and the partner, payoffs in US$ bn a year.

    Attributes
    ----------
    story : RoundStory
        Who did what and why.
    offers : pair of StandingOffer or None
        Offers on the table.
    walk_away, needs : pair of float
        What no deal is worth, and the least that would be ratified.
    frontier : tuple of pairs
        Pareto frontier above the walk-away payoffs; empty if nothing is better for both.
    """

    story: RoundStory
    offers: tuple[StandingOffer | None, StandingOffer | None]
    walk_away: tuple[float, float]
    needs: tuple[float, float]
    frontier: tuple[tuple[float, float], ...]


def snapshot_of(model: NegotiationModel, story: RoundStory) -> Snapshot:
    """What there is to see of talks after a round."""
    us, partner = (government.seat for government in model.governments)
    points = frontier(model, walk_away_point(model))
    return Snapshot(
        story=story,
        offers=(_standing(model, 0), _standing(model, 1)),
        walk_away=(float(us.walk_away), float(partner.walk_away)),
        needs=(float(us.reservation), float(partner.reservation)),
        frontier=tuple((float(x), float(y)) for x, y in points),
    )


def _standing(model: NegotiationModel, side: int) -> StandingOffer | None:
    seat = model.governments[side].seat
    if not seat.tabled:
        return None
    package = seat.package.copy()
    _, ledger = model.price_package(package)
    us, partner = ({term: float(ledger[who, k]) for k, term in enumerate(TERMS[who])} for who in range(len(SIDES)))
    return StandingOffer(
        {model.case.issue_names[i]: float(package[i]) for i in model.case.tabled(model.p)},
        (sum(us.values()), sum(partner.values())),
        (us, partner),
    )


@final
class WatchedTalks(mesa.Model):
    """One negotiation from the controls of the page; a step is a round.

    Parameters
    ----------
    config : Config
        What is negotiated.
    run, base_seed : str
        Which negotiation, as typed.
    scenario : object
        Not used: Mesa's page hands one to every model from 3.5 on.
    **kwargs
        Fields of :class:`experiments.app.controls.ControlValues`.

    Attributes
    ----------
    snapshots : tuple of Snapshot
        What there is to see of the rounds so far.
    ending : Ending or None
        How the talks ended.
    setting : str
        Who plays what, and what the controls change, in words.
    problem : str
        What is wrong with the controls, or is refused at the table; empty if nothing did.
    """

    def __init__(
        self, *, config: Config, run: str = "0", base_seed: str = "0", scenario: object = None, **kwargs: Any
    ) -> None:
        super().__init__(rng=0)  # all draws are those of the talks
        self.config = config
        self.snapshots: tuple[Snapshot, ...] = ()
        self.ending: Ending | None = None
        self.problem = ""
        self.glossary = Glossary(further_units(config), event_descriptions(config))
        self.talks: ConfiguredNegotiation | None = None
        self.setting = ""
        _lock_steps(self)
        try:
            values = ControlValues(**kwargs)
            changed = values.changed(config)
            self.talks = ConfiguredNegotiation(
                config=changed, run=typed_run(run), seed=typed_seed(base_seed), collect=False
            )
            with partner_called(changed.partner.names):
                self.setting = setting_words(changed, values, run, base_seed)
        except REFUSALS as error:
            self._stop(refusal(error))

    @property
    def tables(self) -> tuple[WatchedTalks, ...]:
        """The only table."""
        return (self,)

    def step(self) -> None:
        """Play a round, unless the talks are over."""
        if self.talks is None or not self.talks.running:
            self.running = False
            return
        try:
            snapshot = snapshot_of(self.talks, play_round(self.talks))
            if not self.talks.running:
                self.ending = ending_of(self.talks)
        except REFUSALS as error:
            self._stop(refusal(error))
            return
        self.snapshots = (*self.snapshots, snapshot)
        self.running = self.talks.running

    def _stop(self, problem: str) -> None:
        self.problem = problem
        self.talks = None
        self.running = False


@final
class TwoTalks(mesa.Model):
    """Two negotiations under the same draws, stepped together.

    Parameters
    ----------
    config : Config
        What is negotiated at both tables.
    run, base_seed : str
        Which negotiation, the same at both.
    scenario : object
        Not used, as in :class:`WatchedTalks`.
    **kwargs
        Fields of :class:`experiments.app.controls.ControlValues`, those of a table behind its prefix.
    """

    def __init__(
        self, *, config: Config, run: str = "0", base_seed: str = "0", scenario: object = None, **kwargs: Any
    ) -> None:
        super().__init__(rng=0)  # all draws are those of the talks
        self.tables = tuple(
            WatchedTalks(config=config, run=run, base_seed=base_seed, **_of_table(prefix, kwargs))
            for prefix in (LEFT, RIGHT)
        )
        self.running = any(table.running for table in self.tables)
        _lock_steps(self)

    def step(self) -> None:
        """Play a round at both tables."""
        for table in self.tables:
            table.step()
        self.running = any(table.running for table in self.tables)


def _lock_steps(model: mesa.Model) -> None:
    """Let threads step a model in turn: Mesa plays in one of its own while the page's buttons stay in reach.

    The lock is around the step as Mesa has wrapped it, whose clock does not bear two threads either.
    """
    lock, step = threading.Lock(), model.step

    def locked_step() -> None:
        with lock:
            step()

    vars(model)["step"] = locked_step


def _of_table(prefix: str, controls: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in controls.items() if name.startswith(prefix)}
