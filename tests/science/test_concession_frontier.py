"""How far concession paths lie from the Pareto frontier of their grid, measured on every shipped config.

The shortfall of a package is what the other side could get more at no loss to the path's owner, US$ bn a year. It has
two sources, and the tolerance is their sum, worked out for each path by itself:

- a group of issues whose payoffs bend the wrong way (the first chips need a whole quorum of firms to sign) gives way in
  a lump; the packages inside the lump lie below the straight line over it;
- inside the pair of purchases, and of fund and profit share, the path takes the better of two single steps and may miss
  a combination of both.

Each group's part is how far the packages that the path takes lie below the straight lines over them, and these below
the concave hull of the group. Payoffs of groups add up and groups give way in the order of the slopes of their lines,
so the parts add up too, and the frontier of the grid cannot lie above the hull.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import agents.government
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.engine.frontier import frontier
from sim.bargaining.red_lines import is_empty, linkage_count, table_box
from sim.bargaining.valuation import GROUP_COUNT, PURCHASE_GROUP, group_issues, group_options, group_value
from sim.engine.model import NegotiationModel
from sim.issues import MAX_ISSUES, PARTNER, SIDES, US
from sim.records import Floats, Integers, Record
from sim.solutions.frontier_sum import minkowski_frontier
from sim.solutions.points import pareto_frontier
from tests.support_talks import SHIPPED, played, talks

RUNS = range(12)

#: Rounding of sums of some ten payoffs of order a hundred.
EXACT = 1e-9

#: Mean shortfall along a path that is still called its frontier: US$10m a year, a thousandth of what a deal is worth.
MEAN = 0.01

WHOLE = np.array([-np.inf, -np.inf])


@dataclass(frozen=True)
class Measured:
    """One path of one side in one run, when it was built."""

    side: int
    run: int
    round: int
    shortfall: Floats
    tolerance: float


def _exactly(config: Config) -> Config:
    """The config with exact beliefs on both sides."""
    tree = config.resolved()
    tree["beliefs"] = {side: {"kind": "exact"} for side in SIDES}
    return config_from(tree, config.name)


def _boxes(model: NegotiationModel, side: int) -> Iterator[Integers]:
    """Boxes from which a side tables, one for each branch of the linkages that holds a package."""
    for branch in range(1 << linkage_count(model.p)):
        box = np.empty((2, MAX_ISSUES), np.int64)
        table_box(model.p, model.pledges, side, branch, model.common, box)
        if not is_empty(box):
            yield box


def _grid_frontier(model: NegotiationModel, side: int) -> Floats:
    """Frontier of the packages that a side may table; that of both sides where they have a common box."""
    if model.common:
        return frontier(model, WHOLE)
    points = []
    for box in _boxes(model, side):
        options, starts = group_options(model.valuation, box)
        payoffs, _ = minkowski_frontier(options, starts, WHOLE)
        points.append(payoffs + model.valuation.base)
    merged = np.ascontiguousarray(np.concatenate(points))
    kept: Floats = merged[pareto_frontier(merged)]
    return kept


def _below(own: Floats, other: Floats, points: Floats) -> Floats:
    """What the other side could get more at no less than `own`, from points as (own, other)."""
    order = np.argsort(-points[:, 0], kind="stable")
    best = np.maximum.accumulate(points[order, 1])
    place = np.searchsorted(-points[order, 0], -(own - EXACT), side="right") - 1
    gain: Floats = best[place] - other
    return gain


def _hull(points: Floats) -> Floats:
    """Upper concave hull of points as (own, other), from the best for the owner to the best for the other."""
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    hull: list[Floats] = []
    for point in points[order]:
        if hull and point[1] <= hull[-1][1]:
            continue
        while len(hull) > 1 and _turns_up(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return np.array(hull)


def _turns_up(first: Floats, second: Floats, third: Floats) -> bool:
    """Whether the middle one of three points lies on or below the line from the first to the third."""
    cross = (first[0] - second[0]) * (third[1] - first[1]) - (first[0] - third[0]) * (second[1] - first[1])
    return bool(cross >= 0.0)


def _on_hull(hull: Floats, own: Floats) -> Floats:
    heights: Floats = np.interp(own, hull[::-1, 0], hull[::-1, 1])
    return heights


def _group_gap(model: NegotiationModel, side: int, group: int, box: Integers, levels: Integers) -> float:
    """Most by which a group's part of the path, and the straight lines over it, lie below the hull of the group."""
    first, second = group_issues(group)
    spans = [range(box[0, issue], box[1, issue] + 1) for issue in (first, second)]
    pairs = itertools.product(*spans) if group >= PURCHASE_GROUP else zip(spans[0], spans[0], strict=True)
    values = model.valuation
    points = np.array([[group_value(values, s, group, i, j) for s in (side, 1 - side)] for i, j in pairs])
    taken = {(int(package[first]), int(package[second])) for package in levels}
    chain = np.array([[group_value(values, s, group, i, j) for s in (side, 1 - side)] for i, j in sorted(taken)])
    best, along = _hull(points), _hull(chain)
    lump = (_on_hull(along, chain[:, 0]) - chain[:, 1]).max()
    missed = (_on_hull(best, best[:, 0]) - _on_hull(along, best[:, 0])).max()
    return float(max(lump, 0.0) + max(missed, 0.0))


def _tolerance(model: NegotiationModel, side: int, path: Record) -> float:
    """Sum of the groups' gaps, in the branch where it is largest."""
    levels = path.levels[: path.count]
    gaps = []
    for box in _boxes(model, side):
        inside = levels[((box[0] <= levels) & (levels <= box[1])).all(axis=1)]
        gaps.append(sum(_group_gap(model, side, group, box, inside) for group in range(GROUP_COUNT) if len(inside)))
    return float(max(gaps))


@cache
def _measure(config: Path) -> list[Measured]:
    """Every path that is built in some runs of a config, with exact beliefs, down to the best for the other side.

    In talks a path ends where no walk-away can reach it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agents.government, "path_floor", lambda *_: -np.inf)
        return _measured(config)


def _measured(config: Path) -> list[Measured]:
    found = []
    exact = _exactly(load_config(config))
    for run in RUNS:
        model = talks(exact, run=run)
        built = None
        while model.running:
            model.step()
            if (model.opened_by, bytes(model.valuation.data)) == built:
                continue
            built = (model.opened_by, bytes(model.valuation.data))
            for side, government in enumerate(model.governments):
                path, points = government.path_to(-np.inf), _grid_frontier(model, side)
                own, other = path.own[: path.count].copy(), path.other[: path.count].copy()
                shortfall = _below(own, other, points if side == US else points[:, ::-1])
                found.append(Measured(side, run, model.round, shortfall, _tolerance(model, side, path)))
    return found


@pytest.mark.parametrize("config", SHIPPED, ids=lambda config: config.stem)
def test_paths_run_along_the_frontier_of_their_grid(config: Path) -> None:
    measured = _measure(config)
    assert measured
    for side, name in enumerate(SIDES):
        own = [path for path in measured if path.side == side]
        worst = max(own, key=lambda path: float(path.shortfall.max()))
        mean = float(np.mean([path.shortfall.mean() for path in own]))
        exact = np.mean(np.concatenate([path.shortfall for path in own]) < EXACT)
        print(
            f"{config.stem}, {name}: {len(own)} paths, {exact:.1%} of packages on the frontier, "
            f"mean shortfall {mean:.5f}, worst {worst.shortfall.max():.3f} of {worst.tolerance:.3f} allowed "
            f"(run {worst.run}, round {worst.round})"
        )
        assert mean <= MEAN
        for path in own:
            assert path.shortfall.min() >= -EXACT, "a package above the frontier"
            assert path.shortfall.max() <= path.tolerance + EXACT


@pytest.mark.parametrize("config", SHIPPED, ids=lambda config: config.stem)
def test_paths_start_on_the_frontier_and_end_at_the_best_for_the_other(config: Path) -> None:
    for path in _measure(config):
        assert path.shortfall[0] <= EXACT
        assert path.shortfall[-1] <= EXACT


def test_the_frontier_of_the_common_box_is_the_same_from_both_sides() -> None:
    model = played(load_config(SHIPPED[0]), run=1)
    assert model.common
    assert np.array_equal(_grid_frontier(model, US), _grid_frontier(model, PARTNER))
