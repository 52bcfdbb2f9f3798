"""Talks are let go of once they are over, whoever has played them: memory stays flat over hundreds."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import weakref

import mesa

from experiments.config.load import load_config
from experiments.engine.cases import ConfiguredNegotiation
from sim.engine.model import NegotiationModel
from sim.engine.model_memory import FIRST_COLLECTION
from tests.memory_of_talks import WAYS
from tests.sizes import is_long, sized
from tests.tree import CONFIGS, ROOT

TALKS = sized(100, 500)

#: MiB that the last four fifths of the talks may add: less than the 90 of 120 talks that each leave three quarters of
#: one, and more than what the models that wait to be collected hold (at most 24) and what breaks up the heap.
MOST_GROWTH = 60.0


#: `solutions` makes its model as `play` does, and `batch_run` steps one as a loop of one's own does.
ALIKE = ("solutions", "own_loop")


def test_memory_stays_flat_over_many_talks() -> None:
    ways = [way for way in WAYS if is_long() or way not in ALIKE]
    asked = [sys.executable, "-m", "tests.memory_of_talks", str(TALKS), *ways]
    # One thread of linear algebra, so that the process may be forked.
    done = subprocess.run(
        asked, cwd=ROOT, env=os.environ | {"OPENBLAS_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    assert [*measured] == ways
    for way, found in measured.items():
        assert found["left"] <= 1, (way, "the last one may still have a name")
        assert found["uncollected"] <= FIRST_COLLECTION + 1, way
        assert found["late"] - found["early"] <= MOST_GROWTH, (way, found)


def _tiny() -> NegotiationModel:
    return ConfiguredNegotiation(config=load_config(CONFIGS / "tiny.yaml"), collect=False)


class Observer(mesa.Agent):  # type: ignore[misc]  # Mesa has no types
    """An agent of the user's own."""


def test_agents_are_numbered_from_one_also_those_that_come_later() -> None:
    model = _tiny()
    seated = [agent.unique_id for agent in model.agents]
    assert sorted(seated) == list(range(1, len(seated) + 1))
    later = [Observer(model).unique_id for _ in range(3)]
    assert later == [len(seated) + k for k in (1, 2, 3)]
    assert _tiny().cast.us.unique_id == 1  # type: ignore[attr-defined]  # of a Mesa government


def test_a_model_that_an_agent_of_the_users_own_joins_is_let_go_of_as_well() -> None:
    model = _tiny()
    Observer(model)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_models_that_somebody_holds_stay() -> None:
    held = [_tiny() for _ in range(2 * FIRST_COLLECTION)]
    assert len({id(model) for model in held}) == 2 * FIRST_COLLECTION
    held[0].step()
    assert held[0].round == 1
