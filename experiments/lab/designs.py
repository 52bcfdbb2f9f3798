"""Points in the unit cube at which a model is evaluated, laid out as the estimators want them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.errors import need
from sim.draws import stream_key
from sim.records import Floats

if TYPE_CHECKING:
    from experiments.lab.inputs import Input


#: Levels of a Morris grid; even, so that every level has a partner half the grid (and a bit) away.
MORRIS_LEVELS: Final = 6


def generator(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one purpose, from the seed and the purpose's name."""
    return np.random.default_rng(stream_key(seed, f"explore.{name}"))


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Points for one method, shape ``[point, input]``, and where its estimator takes them to lie."""

    points: Floats
    grid: Floats


def saltelli(inputs: tuple[Input, ...], base: int, seed: int) -> Design:
    """``base (D + 2)`` points: for each of `base` rows A, then A with column j from B for each j, then B.

    A and B are the halves of a scrambled Sobol sequence in 2 D dimensions [Saltelli et al. 2010, the layout that
    SALib's estimator reads].
    """
    from scipy.stats.qmc import Sobol

    count = len(inputs)
    sequence = Sobol(2 * count, scramble=True, rng=generator(seed, "saltelli")).random(base)
    rows = np.repeat(sequence[:, np.newaxis, :count], count + 2, axis=1)
    place = np.arange(count)
    rows[:, place + 1, place] = sequence[:, count:]
    rows[:, -1] = sequence[:, count:]
    points = rows.reshape(base * (count + 2), count)
    return Design(points, points)


def plain_rows(values: Floats, count: int) -> Floats:
    """Rows A and B of a Saltelli design with `count` inputs: a plain sample of the unit cube, shape ``[2 base, …]``."""
    rows = values.reshape(-1, count + 2, *values.shape[1:])
    return np.concatenate([rows[:, 0], rows[:, -1]])


def morris(inputs: tuple[Input, ...], trajectories: int, seed: int) -> Design:
    """``trajectories (D + 1)`` points on a grid, each differing from the one before in one input.

    Grid level ``l`` of ``p`` stands for probability ``(l + 1/2) / p``, so that no input sits at the end of an infinite
    range. Chance and a choice among names have no order: each level of them is a fresh draw in each trajectory. Of what
    happens or not, a level is any place between ``l / p`` and ``(l + 1) / p``, drawn anew for each trajectory: at the
    middles alone, what happens seldom would never happen.
    """
    need("SALib", "sensitivity")
    from SALib.sample import morris as salib

    problem = salib_problem(inputs)
    whole = int(generator(seed, "morris").integers(1, 2**31))
    grid = np.asarray(salib.sample(problem, trajectories, num_levels=MORRIS_LEVELS, seed=whole), dtype=np.float64)
    level = np.rint(grid * (MORRIS_LEVELS - 1)).astype(np.int64)
    points = (level + 0.5) / MORRIS_LEVELS
    owner = np.repeat(np.arange(trajectories), len(inputs) + 1)
    for place, one in enumerate(inputs):
        drawn = generator(seed, f"morris.{one.name}")
        if not one.is_ordered:
            fresh = drawn.random((trajectories, MORRIS_LEVELS))
            points[:, place] = fresh[owner, level[:, place]]
        elif one.role == "occurrence":
            within = drawn.random(trajectories)
            points[:, place] = (level[:, place] + within[owner]) / MORRIS_LEVELS
    return Design(points, grid)


def salib_problem(inputs: tuple[Input, ...]) -> dict[str, object]:
    """Inputs as SALib describes them: names, each on the unit interval."""
    names = [one.name for one in inputs]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def sobol_points(count: int, width: int, seed: int) -> Floats:
    """Evenly spread points of the unit cube, shape ``[count, width]``."""
    from scipy.stats.qmc import Sobol

    engine = Sobol(width, rng=np.random.default_rng(seed))
    spread: Floats = engine.random_base2(max(0, int(np.ceil(np.log2(max(count, 1))))))[:count]
    return np.clip(spread, 0.0, 1.0)
