"""Play the points of a search: every point on the same draws of chance, threads side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from experiments.design.sampling import design_table
from experiments.engine.worlds import Seated, Worlds
from experiments.lab.measures import Played, columns_of
from experiments.statistics.ties import first_best

if TYPE_CHECKING:
    import pandas as pd

    from experiments.lab.space import Space
    from sim.engine.results import Ends
    from sim.records import Floats, Integers

T = TypeVar("T")
R = TypeVar("R")

#: Negotiations that one thread holds in memory at a time; the records of one take some ten kilobytes.
_PIECE: Final = 2_000


def side_by_side(function: Callable[[T], R], tasks: Iterable[T]) -> list[R]:
    """Results of tasks in their order; as many threads as there are processors, at most four."""
    listed = list(tasks)
    threads = min(4, os.cpu_count() or 1, max(1, len(listed)))
    if threads == 1:
        return [function(task) for task in listed]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, listed))


@dataclass(slots=True)
class Arena:
    """Plays points of a space.

    Attributes
    ----------
    space : Space
        What points mean.
    replies : tuple of Seated
        Tactics of the tested side against which regret is measured; without any there is none.
    played : int
        Negotiations so far.
    """

    space: Space
    replies: tuple[Seated, ...] = ()
    played: int = field(default=0)

    def cost(self, *, replies: bool) -> int:
        """Negotiations that one point takes on one draw."""
        return 1 + (len(self.replies) if replies else 0)

    def play(self, genes: Floats, seed: int, draws: int, *, replies: bool, chosen: Integers | None = None) -> Played:
        """Play points on runs 0 to ``draws - 1`` of a seed: all of them meet the same chances.

        The best reply to a point is the best on average over these draws, or `chosen` before (shape ``[point]``) where
        the draws are fresh, so that luck in choosing it is not counted as regret.
        """
        own = np.empty((len(genes), draws, 7))
        best = np.full((len(genes), draws), np.nan)
        reply = np.full(len(genes), -1.0)
        base = design_table(self.space.config, draws, seed, total=draws)
        each = max(1, _PIECE // draws)
        family = self.space.family(genes)
        tasks = []
        for one in range(len(self.space.opponents)):
            members = np.flatnonzero(family == one)
            tasks += [members[start : start + each] for start in range(0, len(members), each)]

        def compute(members: Integers) -> tuple[Floats, Floats | None]:
            return self._piece(genes[members], int(family[members[0]]), base, seed, replies=replies)

        for members, (columns, others) in zip(tasks, side_by_side(compute, tasks), strict=True):
            own[members] = columns
            if others is not None:
                place = first_best(others.mean(axis=2).T) if chosen is None else chosen[members]
                reply[members] = place
                best[members] = others[place, np.arange(len(members))]
        self.played += len(genes) * draws * self.cost(replies=replies and bool(self.replies))
        return Played.of(np.moveaxis(own, 2, 0), best, reply)

    def designs(self, genes: Floats, base: pd.DataFrame) -> pd.DataFrame:
        """Design table of points, each on every row of `base`: points one after the other."""
        draws = len(base)
        design = base.iloc[np.tile(np.arange(draws), len(genes))].copy()
        for path, values in self.space.world(genes).items():
            design[path] = np.repeat(values, draws)
        return design

    def _piece(
        self, genes: Floats, family: int, base: pd.DataFrame, seed: int, *, replies: bool
    ) -> tuple[Floats, Floats | None]:
        space, draws = self.space, len(base)
        worlds = Worlds.at(space.config, self.designs(genes, base), seed)
        opponent = None
        if space.families:
            knobs = {name: np.repeat(values, draws) for name, values in space.knobs(family, genes).items()}
            opponent = Seated(space.families[family], knobs)
        shape = (len(genes), draws)
        columns = columns_of(self._seat(worlds, space.own, opponent), space.side).reshape(*shape, 7)
        if not (replies and self.replies):
            return columns, None
        own = columns[:, :, 0]
        others = [
            columns_of(self._seat(worlds, one, opponent), space.side)[:, 0].reshape(shape) for one in self.replies
        ]
        return columns, np.stack([own, *others])

    def _seat(self, worlds: Worlds, own: Seated | None, opponent: Seated | None) -> Ends:
        us, partner = (own, opponent) if self.space.side == 0 else (opponent, own)
        return worlds.play(us, partner)
