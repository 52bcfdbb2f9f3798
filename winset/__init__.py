"""The door to winset: its functions by one import, each loaded when it is first used.

>>> import winset
>>> winset.run("tiny", runs=20).runs["outcome"].value_counts()  # doctest: +SKIP

Every question takes a config (``positions`` a table and ``compare`` finished runs, and no ``sets``), options of its
own, and

sets : sequence of str
    Changes ``path=value`` to the config, as ``--set`` does.
out : str or pathlib.Path, optional
    Directory or address for tables and for what is needed to go on; without one nothing is left behind.
resume : bool
    Whether to go on with what is in `out`; if there is nothing yet, begin.
overwrite : bool
    Whether to replace what the same question has left in `out`, finished or not.
progress : Progress, optional
    What messages and counts go to, such as ``winset.progress_bar()``; by default they are not shown.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from winset.shadowed import refuse_shadows

if TYPE_CHECKING:
    from experiments.api import advise as advise
    from experiments.api import calibrate as calibrate
    from experiments.api import chain as chain
    from experiments.api import compare as compare
    from experiments.api import discover as discover
    from experiments.api import exploit as exploit
    from experiments.api import factorial as factorial
    from experiments.api import forecast as forecast
    from experiments.api import grid as grid
    from experiments.api import hindcast as hindcast
    from experiments.api import leader_sweep as leader_sweep
    from experiments.api import load_config as load_config
    from experiments.api import load_result as load_result
    from experiments.api import load_runs as load_runs
    from experiments.api import load_tactics as load_tactics
    from experiments.api import load_trajectories as load_trajectories
    from experiments.api import play as play
    from experiments.api import positions as positions
    from experiments.api import progress_bar as progress_bar
    from experiments.api import register as register
    from experiments.api import report as report
    from experiments.api import run as run
    from experiments.api import sensitivity as sensitivity
    from experiments.api import solutions as solutions
    from experiments.api import stress as stress
    from experiments.api import sweep as sweep
    from experiments.api import tournament as tournament
    from experiments.api import unregister as unregister
    from experiments.api import value as value

__all__ = [
    "advise",
    "calibrate",
    "chain",
    "compare",
    "discover",
    "exploit",
    "factorial",
    "forecast",
    "grid",
    "hindcast",
    "leader_sweep",
    "load_config",
    "load_result",
    "load_runs",
    "load_tactics",
    "load_trajectories",
    "play",
    "positions",
    "progress_bar",
    "register",
    "report",
    "run",
    "sensitivity",
    "solutions",
    "stress",
    "sweep",
    "tournament",
    "unregister",
    "value",
]


def __getattr__(name: str) -> Any:
    """Load a name when it is first used.

    Raises
    ------
    ImportError
        When another package stands in the way of one of winset's.
    """
    if name == "__version__":
        from importlib import metadata  # loads what reads letters, which a command has no need of

        return metadata.version("winset")
    if name not in __all__:
        raise AttributeError(f"module 'winset' has no attribute {name!r}")
    refuse_shadows()
    return getattr(import_module("experiments.api"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
