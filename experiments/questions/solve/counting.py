"""How many packages each government would ratify, exactly, without listing them."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.bargaining.red_lines import full_box, is_empty, linkage_count, narrow_to_deliverable, table_box
from sim.bargaining.valuation import group_options
from sim.issues import MAX_ISSUES, SIDES
from sim.solutions.win_sets import Sizes, count_pairs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.engine.model import NegotiationModel
    from sim.records import Floats, Integers, Record

#: Packages of half the issues that are held in memory; beyond it they are not counted.
_MOST_LISTED: Final = 4_000_000


def ratified(model: NegotiationModel, reservation: Floats) -> Sizes | None:
    """Count the packages that each side, and that both, would ratify now.

    A side ratifies what its own red lines allow and what is worth at least its reservation to it. Counted among all
    packages of the grid that firms and chip makers would deliver; payoffs of two halves of the issues are added, so
    that a package within rounding of a reservation may fall on either side.

    Parameters
    ----------
    model : NegotiationModel
        The talks, at the date that is asked about.
    reservation : array, shape [2]
        What each side needs: its walk-away payoff and its ratification margin.

    Returns
    -------
    Sizes or None
        None where there are too many packages to count.
    """
    every = np.empty((2, MAX_ISSUES), np.int64)
    full_box(model.p, every)
    narrow_to_deliverable(model.pledges, every)
    own = [_boxes(model, side, common=False) for side in range(len(SIDES))]
    floors = [np.where(np.arange(len(SIDES)) == side, reservation, -np.inf) for side in range(len(SIDES))]
    wanted = [*zip(own, floors, strict=True), (_boxes(model, 0, common=True), reservation)]
    counts = [_count_union(model.valuation, boxes, floor) for boxes, floor in wanted]
    found = [count for count in counts if count is not None]
    if len(found) < len(counts):
        return None
    return Sizes(_size(every), tuple(found[:-1]), found[-1])


def _boxes(model: NegotiationModel, side: int, *, common: bool) -> list[Integers]:
    """Boxes whose union a side, or both, may sign: one for each way in which linkages release red lines."""
    found: dict[bytes, Integers] = {}
    for branch in range(1 << linkage_count(model.p)):
        box = np.empty((2, MAX_ISSUES), np.int64)
        table_box(model.p, model.pledges, side, branch, common, box)
        if not is_empty(box):
            found[box.tobytes()] = box
    return list(found.values())


def _size(box: Integers) -> int:
    """Number of packages of a box; a Python integer, as it may be large."""
    packages = 1
    for width in (box[1] - box[0] + 1).tolist():
        packages *= max(int(width), 0)
    return packages


def _count_union(valuation: Record, boxes: list[Integers], floor: Floats) -> int | None:
    """Packages of a union of boxes that reach the floor: boxes added, their overlaps taken off again, and so on."""
    total = 0
    for chosen in range(1, len(boxes) + 1):
        for together in combinations(boxes, chosen):
            overlap = _overlap(together)
            if is_empty(overlap):
                continue
            count = _count(valuation, overlap, floor)
            if count is None:
                return None
            total += count if chosen % 2 == 1 else -count
    return total


def _overlap(boxes: Iterable[Integers]) -> Integers:
    stacked = np.array(list(boxes))
    return np.stack([stacked[:, 0].max(axis=0), stacked[:, 1].min(axis=0)])


def _count(valuation: Record, box: Integers, floor: Floats) -> int | None:
    options, starts = group_options(valuation, box)
    groups = sorted((options[a:b] for a, b in pairwise(starts)), key=len, reverse=True)
    halves = [np.zeros((1, 2)), np.zeros((1, 2))]
    for group in groups:
        smaller = int(len(halves[0]) > len(halves[1]))
        if len(halves[smaller]) * len(group) > _MOST_LISTED:
            return None
        halves[smaller] = (halves[smaller][:, np.newaxis] + group[np.newaxis]).reshape(-1, 2)
    return int(count_pairs(halves[0], halves[1], floor - valuation.base))
