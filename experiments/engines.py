"""The engines that can compute a chunk of negotiations, behind one signature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, get_args

from experiments.errors import RunError
from experiments.plan import EngineName, Plan

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config import Config


class Tables(Protocol):
    """What an engine returns for consecutive runs: one row per run, and one per round, side and issue if asked."""

    @property
    def runs(self) -> pa.Table:
        """One row per negotiation, in run order."""

    @property
    def trajectories(self) -> pa.Table | None:
        """One row per run, round, side and issue, or None when trajectories were not asked for."""


class Simulate(Protocol):
    """Compute runs `first` to ``first + count - 1`` of `total`; must be importable by name from another process."""

    def __call__(
        self,
        config: Config,
        first: int,
        count: int,
        seed: int,
        total: int,
        *,
        trajectories: bool,
        solutions: bool,
        engine: EngineName,
    ) -> Tables:
        """Return the tables of these runs, the same whatever other runs are computed elsewhere."""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine as the runner sees it.

    Attributes
    ----------
    name : str
        Name on the command line and in the manifest.
    simulate : Simulate
        Computes one stretch of runs.
    is_cold : callable
        Whether the first call will have to compile rules.
    warm_up : callable
        Compiles everything that a plan needs, so that workers find it ready.
    """

    name: str
    simulate: Simulate
    is_cold: Callable[[], bool]
    warm_up: Callable[[Plan], None]


def find_engine(name: str) -> Engine:
    """Return the engine called `name`, with its libraries imported only now."""
    known = get_args(EngineName)
    if name not in known:
        raise RunError(f"there is no engine {name!r}; choose one of: {', '.join(known)}.")
    from experiments.simulate import simulate
    from sim.compiled import is_cold

    return Engine(name, simulate, is_cold, _compute_one_run)


def _compute_one_run(plan: Plan) -> None:
    from experiments.simulate import simulate

    simulate(plan.config, 0, 1, plan.seed, plan.runs, trajectories=True, solutions=plan.solutions, engine=plan.engine)
