"""The door to winset: its functions and types by one import, each loaded when it is first used.

>>> import winset
>>> winset.run("tiny", runs=20).runs["outcome"].value_counts()  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Final

from winset.shadowed import refuse_shadows

if TYPE_CHECKING:
    from agents.tactics.registering import register as register
    from agents.tactics.registering import unregister as unregister
    from experiments.api import advise as advise
    from experiments.api import exploit as exploit
    from experiments.api import play as play
    from experiments.api import run as run
    from experiments.api import solutions as solutions
    from experiments.api import stress as stress
    from experiments.api import tournament as tournament
    from experiments.config.load import load_config as load_config
    from experiments.config.own_tactics import load_tactics as load_tactics
    from experiments.questions.explorations import discover as discover
    from experiments.questions.explorations import leader_sweep as leader_sweep
    from experiments.questions.explorations import sensitivity as sensitivity
    from experiments.questions.explorations import sweep as sweep
    from experiments.store.reading import load_runs as load_runs
    from experiments.store.reading import load_trajectories as load_trajectories

#: Module of each name.
_PLACES: Final = {
    "advise": "experiments.api",
    "discover": "experiments.questions.explorations",
    "exploit": "experiments.api",
    "leader_sweep": "experiments.questions.explorations",
    "load_config": "experiments.config.load",
    "load_runs": "experiments.store.reading",
    "load_tactics": "experiments.config.own_tactics",
    "load_trajectories": "experiments.store.reading",
    "play": "experiments.api",
    "register": "agents.tactics.registering",
    "run": "experiments.api",
    "sensitivity": "experiments.questions.explorations",
    "solutions": "experiments.api",
    "stress": "experiments.api",
    "sweep": "experiments.questions.explorations",
    "tournament": "experiments.api",
    "unregister": "agents.tactics.registering",
}

__all__ = [
    "advise",
    "discover",
    "exploit",
    "leader_sweep",
    "load_config",
    "load_runs",
    "load_tactics",
    "load_trajectories",
    "play",
    "register",
    "run",
    "sensitivity",
    "solutions",
    "stress",
    "sweep",
    "tournament",
    "unregister",
]


def __getattr__(name: str) -> Any:
    """Load a name when it is first used.

    Raises
    ------
    ImportError
        When another package stands in the way of one of winset's.
    """
    if name == "__version__":
        return metadata.version("winset")
    if name not in _PLACES:
        raise AttributeError(f"module 'winset' has no attribute {name!r}")
    refuse_shadows()
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
