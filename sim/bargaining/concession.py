"""The concession path: from a side's own ideal downwards, each step giving the other side most per unit of own loss.

Within a group of issues whose payoffs do not depend on the rest, the steps from the own ideal level to the other
side's are kept where they hurt the own side and help the other, and pooled so that the ratio of gain to loss falls
along them (pool adjacent violators). The groups' steps are then merged by that ratio. For separable payoffs the path
runs along the Pareto frontier of the grid up to the pooling; inside a pair the order is greedy. Where a linkage
releases a red line the path is the frontier of the union of the branches' paths.

A side may also concede issue by issue: a group that has been opened is conceded to its end before the next one is. Its
path ends where the other one does and gives the other side less on the way.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.bargaining.chains import build_chain
from sim.bargaining.red_lines import full_box, is_empty, linkage_count, table_box
from sim.bargaining.valuation import GROUP_COUNT, PURCHASE_GROUP, group_issues
from sim.compiled import rule
from sim.grid import copy_levels
from sim.issues import MAX_ISSUES, MAX_LEVELS, MAX_LINKAGES
from sim.records import Floats, Integers, Record, Table, layout

#: Four branches of two linkages, each at most as long as all chains together.
MAX_NODES: Final = 2048
MAX_CHAIN: Final = 2 * MAX_LEVELS
#: Each linkage is kept or released.
MAX_BRANCHES: Final = 1 << MAX_LINKAGES

#: One path for each branch of the linkages: an array of PATH from Python, where the type of a tuple would be found out
#: anew at each call, and a tuple of records in compiled code, where it costs nothing to hand over.
Branches = tuple[Record, ...] | Table

#: Orders in which the steps of the groups are taken.
BY_PACKAGE: Final = 0
BY_ISSUE: Final = 1

#: Rows of the present state of every group while a path is built.
_OWN: Final = 0
_OTHER: Final = 1
_NEXT_RATIO: Final = 2

#: One side's path: packages with falling own payoff and rising payoff of the other side, as believed. The chain of a
#: group holds the levels of its two issues and both payoffs at each kept combination, and the pooled step ratio.
PATH: np.dtype[np.void] = layout(
    [
        ("count", np.int64),
        ("floor", np.float64),  # own payoff below which it has no nodes
        ("complete", np.int64),  # whether every node down to the floor is there
        ("order", np.int64),  # BY_PACKAGE or BY_ISSUE
        ("open", np.int64),  # group of which the last node has conceded a part, -1 at the start
        ("branches", np.int64),  # of linkages whose paths it unites; 0 if it is built from chains itself
        ("heads", np.int64, (MAX_BRANCHES,)),  # first node of each branch that has not been taken yet
        ("entries", np.int64, (GROUP_COUNT,)),  # where each group's chain stands at the last node
        ("at", np.float64, (3, GROUP_COUNT)),  # payoffs of each group there, and the ratio of its next step
        ("place", np.int64, (MAX_ISSUES,)),  # levels there
        ("box", np.int64, (2, MAX_ISSUES)),  # lowest and highest level of each issue in its chains
        ("tried", np.int64, (2, MAX_ISSUES)),  # scratch: the box of a branch
        ("has_chains", np.int64),  # whether its chains rest on the present payoffs, those of purchases apart
        ("moving", np.int64, (GROUP_COUNT,)),  # groups whose chain has a step
        ("moving_count", np.int64),
        ("sums", np.float64, (2, GROUP_COUNT)),  # payoffs at the last node without the groups from each one on
        ("highest", np.float64, (MAX_LEVELS,)),  # scratch of the search for the best levels
        ("blocks", np.int64, (MAX_CHAIN,)),  # scratch of the pooling: first entry of each block
        ("chain_count", np.int64, (GROUP_COUNT,)),
        ("chain_first", np.int64, (GROUP_COUNT, MAX_CHAIN)),
        ("chain_second", np.int64, (GROUP_COUNT, MAX_CHAIN)),
        ("chain_own", np.float64, (GROUP_COUNT, MAX_CHAIN)),
        ("chain_other", np.float64, (GROUP_COUNT, MAX_CHAIN)),
        ("chain_ratio", np.float64, (GROUP_COUNT, MAX_CHAIN)),
        ("levels", np.int64, (MAX_NODES, MAX_ISSUES)),
        ("own", np.float64, (MAX_NODES,)),
        ("other", np.float64, (MAX_NODES,)),
    ]
)


@rule
def _place(path: Record, group: int, entry: int) -> None:
    first, second = group_issues(group)
    path.place[first] = path.chain_first[group, entry]
    if group >= PURCHASE_GROUP:
        path.place[second] = path.chain_second[group, entry]


@rule
def _add_node(path: Record, moved: int) -> None:
    """Add the package where the chains stand, once a group has moved; 0 for all of them.

    Payoffs are sums as in :func:`sim.bargaining.valuation.package_value`, those before the moved group being kept.
    """
    node = path.count
    own, other = path.sums[_OWN, moved], path.sums[_OTHER, moved]
    for group in range(moved, GROUP_COUNT):
        path.sums[_OWN, group], path.sums[_OTHER, group] = own, other
        own += path.at[_OWN, group]
        other += path.at[_OTHER, group]
    copy_levels(path.place, path.levels[node])
    path.own[node] = own
    path.other[node] = other
    path.count = node + 1


@rule
def _step_to(path: Record, group: int, entry: int) -> None:
    """Take a group to an entry of its chain and note the ratio of the step after it."""
    _place(path, group, entry)
    path.entries[group] = entry
    path.at[_OWN, group] = path.chain_own[group, entry]
    path.at[_OTHER, group] = path.chain_other[group, entry]
    path.at[_NEXT_RATIO, group] = (
        path.chain_ratio[group, entry + 1] if entry + 1 < path.chain_count[group] else -math.inf
    )


@rule
def start_path(own: Record, other: Record, side: int, box: Integers, floor: float, path: Record) -> None:
    """Make the chains of all groups inside a box, and the first node of a path: the side's ideal.

    Parameters
    ----------
    own, other : record
        Payoff tables: the side's own are read from `own`, the other side's, as believed, from `other`.
    side : int
        The side that concedes.
    box : array, shape [2, MAX_ISSUES]
        Lowest and highest level of each issue.
    floor : float
        Own payoff below which the side tables nothing; its ideal is always on the path.
    path : record
        Overwritten, but for chains that it has and that would come out the same.
    """
    path.branches = 0
    path.count = 0
    path.complete = 0
    path.floor = floor
    path.open = -1
    path.sums[_OWN, 0], path.sums[_OTHER, 0] = own.base[side], other.base[1 - side]
    path.place[:] = 0
    path.moving_count = 0
    for group in range(GROUP_COUNT):
        build_chain(own, other, side, group, box, path)
        _step_to(path, group, 0)
        if path.chain_count[group] > 1:
            path.moving[path.moving_count] = group
            path.moving_count += 1
    path.box[:, :] = box
    path.has_chains = 1
    _add_node(path, 0)


@rule
def _forget_chains(branches: Branches, path: Record) -> None:
    """Note that payoffs have changed, and that no chain rests on the present ones."""
    path.has_chains = 0
    for branch in range(MAX_BRANCHES):
        branches[branch].has_chains = 0


@rule
def _extend(path: Record) -> None:
    """Add the next node, or note that the path is complete."""
    best_group = -1
    best_ratio = -math.inf
    for k in range(path.moving_count):
        group = path.moving[k]
        if path.at[_NEXT_RATIO, group] > best_ratio:
            best_group, best_ratio = group, path.at[_NEXT_RATIO, group]
    if path.order == BY_ISSUE:
        if path.open >= 0 and path.at[_NEXT_RATIO, path.open] > -math.inf:
            best_group = path.open
        path.open = best_group
    if best_group < 0 or path.count == MAX_NODES:
        path.complete = 1
        return
    _step_to(path, best_group, path.entries[best_group] + 1)
    _add_node(path, best_group)
    if path.own[path.count - 1] < path.floor:
        path.count -= 1
        path.complete = 1


@rule
def _union_step(branches: Branches, path: Record) -> None:
    """Take the best node that is left of the branches' paths; keep it if it gives the other side more than the last."""
    best = -1
    for branch in range(path.branches):
        source, head = branches[branch], path.heads[branch]
        while source.complete == 0 and head >= source.count:
            _extend(source)
        if head < source.count and (best < 0 or _is_before(source, head, branches[best], path.heads[best])):
            best = branch
    if best < 0 or path.count == MAX_NODES:
        path.complete = 1
        return
    source, head, node = branches[best], path.heads[best], path.count
    path.heads[best] = head + 1
    if node == 0 or source.other[head] > path.other[node - 1]:
        copy_levels(source.levels[head], path.levels[node])
        path.own[node] = source.own[head]
        path.other[node] = source.other[head]
        path.count = node + 1


@rule
def _is_before(one: Record, node: int, other: Record, other_node: int) -> bool:
    """Whether a node is better for the own side than another, or as good and better for the other side."""
    if one.own[node] == other.own[other_node]:
        return one.other[node] > other.other[other_node]
    return one.own[node] > other.own[other_node]


@rule
def extend_path(branches: Branches, path: Record, target: float, asked: float) -> None:
    """Build a path on, to a node below `target` or to one that gives the other side `asked`, whichever comes first.

    Most nodes are never tabled, so that they are built when they are needed. `branches` are those of
    :func:`side_path`.
    """
    while path.complete == 0 and path.own[path.count - 1] >= target and path.other[path.count - 1] < asked:
        if path.branches == 0:
            _extend(path)
        else:
            _union_step(branches, path)


@rule
def side_path(
    p: Record,
    pledges: Floats,
    own: Record,
    other: Record,
    side: int,
    common: bool,
    floor: float,
    is_new: bool,
    branches: Branches,
    path: Record,
) -> None:
    """Write the first node of a side's concession path over all branches of the linkages.

    Packages come from the common box where there is one, else from the side's own. A side whose own red lines leave
    no package tables from the whole grid; it can sign nothing. The path ends above `floor`, and :func:`extend_path`
    builds it on. With linkages it is the frontier of the paths in their branches, walked side by side.

    Parameters
    ----------
    own, other, side, floor, path
        See :func:`start_path`.
    is_new : bool
        Whether other payoffs than those of purchases may have changed since the last call for these records.
    branches : MAX_BRANCHES records of PATH
        Overwritten; needed to build on.
    """
    if is_new:
        _forget_chains(branches, path)
    path.order = p.path_order[side]
    box, filled, last = path.tried, 0, 0
    for branch in range(1 << linkage_count(p)):
        table_box(p, pledges, side, branch, common, box)
        if not is_empty(box):
            filled, last = filled + 1, branch
    if filled > 1:
        _start_union(p, pledges, own, other, side, common, floor, branches, path)
        return
    if filled == 1:
        table_box(p, pledges, side, last, common, box)
    else:
        full_box(p, box)
    start_path(own, other, side, box, floor, path)


@rule
def _start_union(
    p: Record, pledges: Floats, own: Record, other: Record, side: int, common: bool, floor: float, branches: Branches,
    path: Record,
) -> None:  # fmt: skip
    """Write the first node of the frontier of the paths in all branches that hold a package."""
    box = path.tried
    path.branches = 1 << linkage_count(p)
    path.floor = floor
    path.count = 0
    path.complete = 0
    path.heads[:] = 0
    for branch in range(path.branches):
        source = branches[branch]
        source.order = path.order
        source.count = 0
        source.complete = 1
        table_box(p, pledges, side, branch, common, box)
        if not is_empty(box):
            start_path(own, other, side, box, floor, source)
    while path.count == 0:
        _union_step(branches, path)


@rule
def node_worth(path: Record, target: float) -> int:
    """Last node of a path that is worth at least `target` to its owner; the first node if none is."""
    # Sought from the end, for a path is built no further than to the first node below the target of today.
    node, above, step = path.count - 1, path.count, 1
    while node > 0 and path.own[node] < target:
        node, above, step = max(0, node - step), node, 2 * step
    while above - node > 1:
        middle = (node + above) // 2
        if path.own[middle] >= target:
            node = middle
        else:
            above = middle
    return node


@rule
def node_asked(path: Record, asked: float) -> int:
    """First node that gives the other side, as believed, at least what its own standing offer would."""
    below, node = -1, path.count - 1
    while node - below > 1:
        middle = (node + below) // 2
        if path.other[middle] < asked:
            below = middle
        else:
            node = middle
    return node
