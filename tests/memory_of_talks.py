"""Play many talks in several ways of playing them, each in a process of its own, and print what is left in memory.

``python -m tests.memory_of_talks TALKS WAY ...`` prints JSON, for each way: the models that are still there before and
after a collection, and the resident memory in MiB after a fifth of the talks and after all. The processes are forked
from one that has imported everything and played nothing.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import sys
import weakref
from collections.abc import Callable
from typing import Any, Final

import mesa
import psutil

from experiments.api import play, run, solutions
from experiments.app.models import WatchedTalks
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.cases import ConfiguredNegotiation
from experiments.seats.session import Session
from experiments.seats.turn import Action, Decision
from sim.engine.model import NegotiationModel
from tests.tree import TINY


def _own_loop(config: Config, talks: int) -> None:
    model = ConfiguredNegotiation(config=config, run=talks)
    while model.running:
        model.step()


def _batch_run(config: Config, talks: int) -> None:
    mesa.batch_run(
        ConfiguredNegotiation, {"config": [config], "run": [talks]}, number_processes=1, display_progress=False
    )


def _page(config: Config, talks: int) -> None:
    model = WatchedTalks(config=config, run=str(talks), base_seed="1")
    while model.running:
        model.step()
    if model.problem:
        raise RuntimeError(model.problem)


def _seat(config: Config, talks: int) -> None:
    session = Session(config, "us_treasury", run=talks)
    turn = session.start()
    while turn is not None:
        turn = session.decide(Decision(Action.HOLD if turn.round < 3 else Action.WALK_OUT))


def _mesa_engine(config: Config, talks: int) -> None:
    """Five runs at every fifth call, so that a call holds several."""
    if talks % 5 == 0:
        run(config, runs=5, seed=talks, engine="mesa", workers=1)


WAYS: Final[dict[str, Callable[[Config, int], Any]]] = {
    "play": lambda config, talks: play(config, run=talks),
    "solutions": lambda config, talks: solutions(config, run=talks),
    "page": _page,
    "seat": _seat,
    "own_loop": _own_loop,
    "batch_run": _batch_run,
    "mesa_engine": _mesa_engine,
}


def _resident() -> float:
    """Resident memory in MiB."""
    return float(psutil.Process().memory_info().rss) / 2**20


def _count_models() -> weakref.WeakSet[NegotiationModel]:
    models: weakref.WeakSet[NegotiationModel] = weakref.WeakSet()
    initialise = NegotiationModel.__init__

    def noted(self: NegotiationModel, *given: Any, **named: Any) -> None:
        models.add(self)
        initialise(self, *given, **named)

    NegotiationModel.__init__ = noted  # type: ignore[method-assign]  # to see every model that is made
    return models


def measure(way: str, talks: int) -> dict[str, float]:
    """Play the talks one after the other; see the module."""
    config, models, early = load_config(TINY), _count_models(), 0.0
    for number in range(talks):
        WAYS[way](config, number)
        if number + 1 == talks // 5:
            early = _resident()
    late, alive = _resident(), len(models)
    gc.collect()
    return {"early": early, "late": late, "uncollected": alive, "left": len(models)}


def measure_apart(way: str, talks: int) -> dict[str, float]:
    """Do so in a process that is forked from this one, and ends with it."""
    forks = multiprocessing.get_context("fork")
    ours, theirs = forks.Pipe(duplex=False)
    process = forks.Process(target=lambda: theirs.send(measure(way, talks)))
    process.start()
    # Then a process that fails is the end of what can be received.
    theirs.close()
    found: dict[str, float] = ours.recv()
    process.join()
    return found


if __name__ == "__main__":
    print(json.dumps({way: measure_apart(way, int(sys.argv[1])) for way in sys.argv[2:]}))
