"""What one run computes: which negotiations, in which chunks, with which tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal, overload

from pydantic import Field

from experiments.config.own_tactics import DEFAULT_ENGINE, EngineName, TacticSource
from experiments.errors import MAX_RUNS, SEEDS, check_number
from experiments.store.surroundings import Record

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.design.given import GivenDesign

TrajectoryScope = Literal["all", "sample"]


#: Runs whose trajectories are kept for the pictures when trajectories are not asked for.
SAMPLE_RUNS: Final = 200

#: Runs up to which the bargaining solutions are computed unless told otherwise.
SOLUTIONS_UP_TO: Final = 10_000


_LEAST_CHUNKS: Final = 16

#: Fewest and most runs of a chunk by engine: a chunk takes about a second at most, and its files are not tiny.
_CHUNK_SIZES: Final[dict[str, tuple[int, int]]] = {"compiled": (250, 10_000), "mesa": (10, 250)}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive runs that are computed and stored together."""

    index: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for on top of the config; None means not said."""

    runs: int | None = None
    seed: int | None = None
    chunk_size: int | None = None
    engine: EngineName | None = None
    trajectories: TrajectoryScope | None = None
    solutions: bool | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides the rows of a run, and how they are cut into files."""

    config: Config
    runs: int
    seed: int
    chunk_size: int
    engine: EngineName = DEFAULT_ENGINE
    trajectories: TrajectoryScope = "sample"
    solutions: bool = True
    tactics: tuple[TacticSource, ...] = ()
    given: GivenDesign | None = None
    until: Until | None = None

    def __post_init__(self) -> None:
        check_number("--runs", self.runs, 1, MAX_RUNS)
        check_number("--seed", self.seed, *SEEDS)
        check_number("--chunk-size", self.chunk_size, 1, MAX_RUNS)

    @property
    def trajectory_runs(self) -> int:
        """Number of runs, counted from run 0, whose trajectories are kept."""
        return kept_trajectories(self.runs, self.trajectories)

    def chunks(self) -> Iterator[Chunk]:
        """Cut the runs into chunks of `chunk_size`; the last one may be shorter."""
        for index, first in enumerate(range(0, self.runs, self.chunk_size)):
            yield Chunk(index, first, min(self.chunk_size, self.runs - first))


_Runs = Annotated[int, Field(ge=1, le=MAX_RUNS)]


class Until(Record):
    """How sure a run is to be: it goes on until half of an interval is no wider, or until `most` negotiations.

    Attributes
    ----------
    measure : str
        Outcome whose share is meant, or an issue or ``gain.<agent>`` whose mean over the deals is.
    half_width : float
        In the unit of the share or mean.
    most : int
        Negotiations after which it ends in any case.
    """

    measure: str
    half_width: Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
    most: _Runs


class GivenSettings(Record):
    """What a manifest says of a table of worlds: its digest, its rows, and the paths of its columns."""

    digest: str
    rows: _Runs
    columns: tuple[str, ...]


class RunSettings(Record):
    """What a manifest says of a plan beside config, seed and tactics; no table and no aim where it has none."""

    runs: _Runs
    chunk_size: _Runs
    engine: EngineName
    trajectories: TrajectoryScope
    solutions: bool
    design: GivenSettings | None = None
    until: Until | None = None

    @property
    def trajectory_runs(self) -> int:
        """Number of runs, counted from run 0, whose trajectories are kept."""
        return kept_trajectories(self.runs, self.trajectories)


def kept_trajectories(runs: int, scope: TrajectoryScope) -> int:
    """Number of runs whose trajectories are kept, of so many."""
    return runs if scope == "all" else min(SAMPLE_RUNS, runs)


def make_plan(config: Config, options: Options) -> Plan:
    """Fill what the user left open from the config, then from the defaults."""
    from experiments.config.own_tactics import sources_of

    runs = config.experiment.runs if options.runs is None else options.runs
    engine = options.engine or DEFAULT_ENGINE
    # Here too, for what follows from the number of runs is worked out before there is a plan.
    check_number("--runs", runs, 1, MAX_RUNS)
    return Plan(
        config=config,
        runs=runs,
        seed=config.experiment.seed if options.seed is None else options.seed,
        chunk_size=default_chunk_size(runs, engine) if options.chunk_size is None else options.chunk_size,
        engine=engine,
        trajectories=options.trajectories or scope_of(config.experiment.trajectories),
        solutions=runs <= SOLUTIONS_UP_TO if options.solutions is None else options.solutions,
        tactics=sources_of(config),
    )


@overload
def scope_of(trajectories: bool) -> TrajectoryScope: ...
@overload
def scope_of(trajectories: bool | None) -> TrajectoryScope | None: ...
def scope_of(trajectories: bool | None) -> TrajectoryScope | None:
    """All trajectories when they are asked for, else a sample for the pictures; None stays open."""
    return None if trajectories is None else "all" if trajectories else "sample"


def default_chunk_size(runs: int, engine: str) -> int:
    """Chunk size that keeps workers busy to the end and costs an interrupted run a second or so.

    It depends on the number of runs and the engine alone, so that the same command writes the same bytes on any
    machine.
    """
    smallest, largest = _CHUNK_SIZES.get(engine, _CHUNK_SIZES["mesa"])
    return min(max(math.ceil(runs / _LEAST_CHUNKS), smallest), largest)
