"""Two searches for what hurts most: differential evolution for the worst case, quality diversity for a map.

Both hand over whole populations, which the compiled engine plays as one batch. Differential evolution is scipy's, the
archive and its emitters are those of pyribs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.errors import RunError
from experiments.lab.designs import sobol_points
from experiments.questions.stress.search_state import ROUND, SCORES, rows_of
from experiments.statistics.resampling import seed_for
from sim.bargaining.outcomes import OUTCOMES

if TYPE_CHECKING:
    from experiments.lab.measures import AimName
    from experiments.questions.stress.search_state import SearchState
    from sim.records import Floats

#: Points of a generation: many, for a narrow hole is found by the first ones or by none. A search with fewer points
#: than the least population is refused.
LEAST_POPULATION: Final = 24
_MOST_POPULATION: Final = 1_000
_GENERATIONS: Final = 8

_EMITTERS: Final = 4
_SIGMA: Final = 0.15

MISSING_RIBS: Final = (
    "pyribs is not installed, so no map of failures is made and the whole budget goes to the worst case; install it "
    "with pip install 'winset[stress]'."
)


def has_ribs() -> bool:
    """Whether pyribs is installed."""
    from importlib.util import find_spec

    return find_spec("ribs") is not None


def population(points: int) -> int:
    """Number of points of a generation when `points` can be afforded in all."""
    return int(np.clip(points // _GENERATIONS, LEAST_POPULATION, _MOST_POPULATION))


def worst_case(state: SearchState, aim: AimName, points: int) -> None:
    """Look for the largest score of an aim with at most `points` points by differential evolution.

    There must be a least population of them. The first generation is a scrambled Sobol sequence, which leaves no larger
    hole than need be.
    """
    from scipy.optimize import Bounds, differential_evolution

    space = state.arena.space
    size = population(points)
    seed = seed_for(state.seed, f"stress.worst.{aim}")
    start = sobol_points(size, space.width, seed)

    def badness(columns: Any, /) -> Any:
        answer = state.evaluate(np.ascontiguousarray(np.clip(columns.T, 0.0, 1.0)), aim)
        return -answer[:, SCORES[aim]]

    generations = points // size - 1
    if generations < 1:
        badness(start.T)
        return
    everywhere = Bounds(np.zeros(space.width), np.ones(space.width))
    try:
        differential_evolution(
            badness, everywhere, init=start, maxiter=generations, vectorized=True, updating="deferred", polish=False,
            tol=0.0, atol=-1.0, rng=np.random.default_rng(seed), mutation=(0.4, 0.9), recombination=0.7,
        )  # fmt: skip
    except RuntimeError as error:
        # So scipy tells what was raised while points were played, such as a tactic that answers with no number.
        if error.__cause__ is None:
            raise
        raise error.__cause__ from None


def fill_map(state: SearchState, aim: AimName, points: int) -> None:
    """Look for the worst point of every cell of the map, opponent and ending by round, with at most `points` points.

    There must be a least population of them.

    Half of the emitters step at random from cells that are filled, the others follow an evolution strategy towards
    cells that are not. What was played before is in the archive from the start.
    """
    try:
        from ribs.archives import GridArchive
        from ribs.emitters import EvolutionStrategyEmitter, GaussianEmitter
        from ribs.schedulers import Scheduler
    except ImportError as error:
        raise RunError(MISSING_RIBS) from error
    arena, seed = state.arena, seed_for(state.seed, f"stress.map.{aim}")
    width, limit = arena.space.width, float(arena.space.config.calendar.round_limit)
    rows = len(arena.space.opponents) * len(OUTCOMES)
    archive = GridArchive(
        solution_dim=width,
        dims=(rows, arena.space.round_bins),
        ranges=[(0.0, float(rows)), (1.0, limit + 1.0)],
        seed=seed,
    )
    batch = population(points) // _EMITTERS
    bounds = [(0.0, 1.0)] * width
    _add_known(state, archive, aim)
    x0 = np.full(width, 0.5)
    wide = [
        GaussianEmitter(archive, sigma=_SIGMA, x0=x0, bounds=bounds, batch_size=batch, seed=seed + k)
        for k in range(_EMITTERS // 2)
    ]
    steep = [
        EvolutionStrategyEmitter(
            archive, x0=x0, sigma0=_SIGMA, ranker="2imp", es="sep_cma_es", batch_size=batch, seed=seed + 100 + k,
        )
        for k in range(_EMITTERS - len(wide))
    ]  # fmt: skip
    scheduler = Scheduler(archive, [*wide, *steep])
    for _ in range(points // (batch * _EMITTERS)):
        genes = np.ascontiguousarray(folded(scheduler.ask()))
        answer = state.evaluate(genes, aim)
        scheduler.tell(answer[:, SCORES[aim]], _measures(state, genes, answer))


def folded(genes: Floats) -> Floats:
    """Points of the unit cube, with what lies outside mirrored at its faces; an evolution strategy knows no bounds."""
    inside: Floats = 1.0 - np.abs(1.0 - np.mod(genes, 2.0))
    return inside


def _measures(state: SearchState, genes: Floats, answers: Floats) -> Floats:
    """Middle of the row and the mean last round of each point."""
    return np.stack([rows_of(state.arena, genes, answers) + 0.5, answers[:, ROUND]], axis=1)


def _add_known(state: SearchState, archive: Any, aim: AimName) -> None:
    genes, answers = state.genes, state.answers
    known = np.isfinite(answers[:, SCORES[aim]])
    if known.any():
        genes, answers = genes[known], answers[known]
        archive.add(genes, answers[:, SCORES[aim]], _measures(state, genes, answers))
