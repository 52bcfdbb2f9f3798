"""Points of a sweep: one config each, played on the same draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.changes import Change, blamed_on
from experiments.config.meanings import units_of
from experiments.config.model import Config
from experiments.config.numbers import numbers
from experiments.engine.rows import runs_table
from experiments.engine.worlds import Worlds
from experiments.errors import RunError
from experiments.lab.seats import refuse_uncompiled
from experiments.questions.sweep.axes import MAX_POINTS, Axis
from experiments.store.columns import BINDS
from experiments.store.plan import Chunk
from sim.issues import SIDE_PREFIX, SIDES

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.engine.results import Ends

#: Runs of a point that are played together: their first offers are read off trajectories, 20 kB a run.
_MOST_RUNS: Final = 2_000

#: Gives the config with some changes laid on it.
Configured = Callable[[Sequence[Change]], Config]


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One config of a sweep, and the values that make it."""

    values: tuple[str, ...]
    config: Config


def points_of(axes: Sequence[Axis], configured: Configured) -> list[SweepPoint]:
    """Every combination of the axes' values, the last axis fastest.

    Raises
    ------
    RunError, ConfigError
        When there are too many, a path is swept twice, or a value is none that the path can take.
    """
    if len({axis.path for axis in axes}) < len(axes):
        raise RunError(f"--over names {axes[0].path} twice; give two different paths.")
    count = int(np.prod([len(axis.values) for axis in axes]))
    if count > MAX_POINTS:
        raise RunError(f"--over makes {count:,} points; at most {MAX_POINTS:,} are played.")
    points = []
    for values in product(*(axis.values for axis in axes)):
        sets = [axis.set_to(value) for axis, value in zip(axes, values, strict=True)]
        with blamed_on(sets):
            config = configured(sets)
        refuse_uncompiled(config)
        points.append(SweepPoint(values, config))
    return points


def with_units(axes: Sequence[Axis], config: Config) -> tuple[Axis, ...]:
    """Axes with the units of the numbers that they name."""
    units = units_of(config, numbers(config))
    return tuple(Axis(axis.path, axis.values, units.get(axis.path, "")) for axis in axes)


def play_point(config: Config, first: int, count: int, runs: int, seed: int) -> pa.Table:
    """Rows of `count` of the `runs` worlds of one point: end, both sides' first and last positions, package, gains.

    With the package goes the constraint that each of its issues sits on.
    """
    from experiments.engine.compiled import play

    worlds = Worlds.draw(config, count, seed, first, runs)
    ends = play(config, worlds.batch, seed, trajectories=True, solutions=False)
    batch = worlds.batch
    table = runs_table(batch, worlds.design, config.calendar.start, ends.results, ends.agents)
    positions = [f"{prefix}.{issue}" for prefix in SIDE_PREFIX for issue in batch.agenda]
    gains = [f"gain.{side}" for side in SIDES]
    constraints = [f"{BINDS}{issue}" for issue in batch.agenda]
    kept = table.select(["run", "outcome", "reason", "round", *batch.agenda, *positions, *constraints, *gains])
    for name, values in _openings(worlds, ends).items():
        kept = kept.append_column(name, values)
    return kept


def _openings(worlds: Worlds, ends: Ends) -> dict[str, Any]:
    """First package that each side tabled, by ``opening.<side>.<issue>``; missing where it tabled none."""
    import pyarrow as pa

    found = {}
    tabled = ends.tracks["tabled"] != 0
    runs = np.arange(len(worlds))
    # Rounds after the end of the talks hold zeros, and so count as not tabled.
    for side, prefix in enumerate(SIDE_PREFIX):
        first = tabled[:, :, side].argmax(axis=1)
        there = tabled[:, :, side].any(axis=1)
        for slot, issue in enumerate(worlds.batch.issues):
            if issue in worlds.batch.agenda:
                values = ends.tracks["offer"][runs, first, side, slot]
                found[f"opening.{prefix}.{issue}"] = pa.array(values, mask=~there)
    return found


def chunks_of_points(points: int, runs: int) -> list[Chunk]:
    """Chunks of at most so many runs that their trajectories fit into memory; none holds runs of two points."""
    chunks: list[Chunk] = []
    for point in range(points):
        for first in range(0, runs, _MOST_RUNS):
            chunks.append(Chunk(len(chunks), point * runs + first, min(_MOST_RUNS, runs - first)))
    return chunks
