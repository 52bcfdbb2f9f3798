"""Play talks with guests in the Mesa engine: one run as a story, or every world of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, final

import numpy as np

from agents.tactics.registry import TACTICS
from experiments.config.load import AnyConfig, config_of
from experiments.config.run_settings import seed_of
from experiments.config.signing import signing_words
from experiments.engine.cases import cases, seat_agents
from experiments.engine.rows import agent_names
from experiments.engine.settlement import end_of
from experiments.engine.worlds import Seated, Worlds
from experiments.errors import MAX_RUNS, RunError, check_number, tactic_hint
from experiments.seats.guest import GuestGovernment
from experiments.seats.names import Guest, guest_from, is_guest
from experiments.seats.space import open_space
from experiments.story.played import PlayResult
from sim.engine.model import NegotiationModel
from sim.engine.results import RESULT, TRACK, Ends

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.design.records import Batch
    from sim.engine.case import Case
    from sim.engine.cast import Cast


@final
@dataclass(frozen=True)
class Decider:
    """Who decides for a government: a guest, a tactic with its knobs, or (neither) the tactic of the config."""

    guest: Guest | None = None
    seated: Seated | None = None

    @classmethod
    def named(cls, text: str | None, option: str) -> Decider:
        """Read a guest or the name of a tactic; None leaves the seat to the config.

        Raises
        ------
        RunError
            When there is no such guest or tactic.
        """
        if text is None:
            return cls()
        if is_guest(text):
            return cls(guest=guest_from(text, option))
        if text not in TACTICS:
            raise RunError(f"{option} {text}: there is no such tactic{tactic_hint(text)}; a guest is negmas:Name.")
        return cls(seated=Seated(text, {}))


def play(
    config: AnyConfig,
    run: int = 0,
    us: str | None = None,
    partner: str | None = None,
    *,
    seed: int | None = None,
    sets: Sequence[str] = (),
) -> PlayResult:
    """Play one negotiation with guests at the table and get it as a story, round by round.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated. Guests sort packages: cut the grid with ``sets=["experiment.levels=5"]``.
    run : int
        Which of the negotiations of the seed.
    us, partner : str, optional
        ``negmas:BoulwareTBNegotiator``, or the name of a tactic; by default the tactic of the config.
    seed : int, optional
        Seed; by default that of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.

    Raises
    ------
    experiments.errors.ConfigError
        When the config is wrong.
    experiments.errors.RunError
        When a name is wrong, NegMAS is not installed, the grid is too large for guests, or a guest fails.
    """
    from experiments.story.narrative import story_of

    ready = config_of(config, sets)
    chosen = seed_of(ready, seed)
    check_number("--run", run, 0, MAX_RUNS - 1)
    deciders = (Decider.named(us, "--us"), Decider.named(partner, "--partner"))
    worlds = Worlds.draw(ready, 1, chosen, run)
    batch, case = next(_seated_cases(worlds, deciders))
    model = NegotiationModel(case, seat_guests(deciders, batch.tactics, chosen), collect=False, rng=chosen)
    names = _names(deciders, batch)
    return PlayResult(ready, story_of(model, ready.title, run, chosen, names, signing_words(ready, names)))


def play_worlds(worlds: Worlds, deciders: tuple[Decider, Decider], *, solutions: bool) -> Ends:
    """Play every world with these two; row k is world k.

    Raises
    ------
    RunError
        When a guest fails, with its name, round and run.
    """
    count = len(worlds)
    results = np.zeros(count, RESULT)
    agents = np.zeros((count, len(agent_names(worlds.batch)), 2))
    for place, (batch, case) in enumerate(_seated_cases(worlds, deciders)):
        model = _play_case(case, deciders, batch.tactics, worlds.seed)
        result, agents[place] = end_of(model, solutions=solutions)
        results[place] = result[0]
    return Ends(results, agents, np.zeros((0, 0), TRACK))


def _play_case(case: Case, deciders: tuple[Decider, Decider], tactics: tuple[str, str], seed: int) -> NegotiationModel:
    model = NegotiationModel(case, seat_guests(deciders, tactics, seed), collect=False, rng=case.run)
    while model.running:
        model.step()
    return model


def play_run(config: Config, seed: int, run: int, deciders: tuple[Decider, Decider]) -> NegotiationModel:
    """Play one run of an experiment to its end, with these who decide."""
    batch, case = next(_seated_cases(Worlds.draw(config, 1, seed, run), deciders))
    return _play_case(case, deciders, batch.tactics, seed)


def check_table(config: Config, seed: int) -> None:
    """Refuse a config at whose table no guest can sit, as it stands in the first round of the first run.

    Raises
    ------
    RunError
        When both sides move at once, or too many packages are on the table, or only one.
    """
    hardliner = Decider(seated=Seated("hardliner", {}))
    batch, case = next(_seated_cases(Worlds.draw(config, 1, seed, 0), (hardliner, hardliner)))
    model = NegotiationModel(case, seat_guests((hardliner, hardliner), batch.tactics, seed), collect=False, rng=seed)
    model.step()
    if model.p.simultaneous != 0:
        raise RunError("guests take turns; set protocol.kind to alternating.")
    open_space(model)


def _seated_cases(worlds: Worlds, deciders: tuple[Decider, Decider]) -> Iterator[tuple[Batch, Case]]:
    us, partner = (decider.seated for decider in deciders)
    batch = worlds.seated(us, partner)
    for case in cases(worlds.config, batch, worlds.seed):
        yield batch, case


def _names(deciders: tuple[Decider, Decider], batch: Batch) -> tuple[str, str]:
    us, partner = (
        tactic if decider.guest is None else decider.guest.label
        for decider, tactic in zip(deciders, batch.tactics, strict=True)
    )
    return us, partner


def seat_guests(
    deciders: tuple[Decider, Decider], tactics: tuple[str, str], seed: int
) -> Callable[[NegotiationModel], Cast]:
    """Make the function that seats all agents, with guests for the governments that have one."""
    guests = {
        side: partial(GuestGovernment, side=side, guest=decider.guest, seed=seed)
        for side, decider in enumerate(deciders)
        if decider.guest is not None
    }
    return seat_agents(tactics, guests)
