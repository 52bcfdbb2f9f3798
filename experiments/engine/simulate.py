"""Simulate a stretch of runs with either engine and return its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, get_args

from experiments.config.own_tactics import EngineName
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.rows import runs_table, trajectory_table
from experiments.errors import check_choice
from experiments.store.plan import Plan

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.design.given import GivenDesign


@dataclass(frozen=True, slots=True)
class SimulatedTables:
    """Tables of consecutive runs.

    Attributes
    ----------
    runs : pyarrow.Table
        One row for each run.
    trajectories : pyarrow.Table or None
        One row for each run, round, side and issue, where asked for.
    """

    runs: pa.Table
    trajectories: pa.Table | None


def simulate(
    config: Config,
    first: int,
    count: int,
    seed: int,
    total: int,
    *,
    trajectories: bool,
    solutions: bool,
    engine: EngineName = "compiled",
    given: GivenDesign | None = None,
) -> SimulatedTables:
    """Simulate runs `first` to ``first + count - 1`` of `total`.

    Parameters
    ----------
    config : Config
        The scenario.
    first, count, total : int
        Which runs, of how many in the whole experiment.
    seed : int
        Seed of the experiment.
    trajectories : bool
        Whether to return every position of every round.
    solutions : bool
        Whether to compute the distance of each deal from the Nash solution and from the Pareto frontier.
    engine : str
        ``compiled`` or ``mesa``; both give the same tables.
    given : GivenDesign, optional
        Values that a table of worlds gives the runs, in place of those drawn.
    """
    if engine == "compiled":
        from experiments.engine.compiled import play
    else:
        from experiments.engine.agents import play
    design = design_table(config, count, seed, first, total, given)
    batch = build_records(config, design, seed)
    ends = play(config, batch, seed, trajectories=trajectories, solutions=solutions)
    start = config.calendar.start
    return SimulatedTables(
        runs_table(batch, design, start, ends.results, ends.agents),
        trajectory_table(batch, start, ends.results, ends.tracks) if trajectories else None,
    )


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
        given: GivenDesign | None,
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
    check_choice("--engine", name, get_args(EngineName))
    from sim.compiled import is_cold

    return Engine(name, simulate, is_cold, _compute_one_run)


def _compute_one_run(plan: Plan) -> None:
    simulate(
        plan.config,
        0,
        1,
        plan.seed,
        plan.runs,
        trajectories=True,
        solutions=plan.solutions,
        engine=plan.engine,
        given=plan.given,
    )
