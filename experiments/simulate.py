"""Simulate a stretch of runs with either engine and return its tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.records import build_records
from experiments.rows import runs_table, trajectory_table
from experiments.sampling import design_table

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config import Config
    from experiments.plan import EngineName


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
    """
    if engine == "compiled":
        from experiments.engine_compiled import play
    else:
        from experiments.engine_mesa import play
    design = design_table(config, count, seed, first, total)
    batch = build_records(config, design, seed)
    ends = play(config, batch, seed, trajectories=trajectories, solutions=solutions)
    start = config.calendar.start
    return SimulatedTables(
        runs_table(batch, design, start, ends.results, ends.agents),
        trajectory_table(batch, start, ends.results, ends.tracks) if trajectories else None,
    )
