"""The chain of a group of issues: its levels from the own best to the other side's best, as a side would concede them.

Steps are kept where they hurt the own side and help the other, and pooled so that the ratio of gain to loss falls along
them (pool adjacent violators). A path is merged from the chains of all groups, :mod:`sim.bargaining.concession`.
"""

from __future__ import annotations

import math

import numpy as np

from sim.bargaining.valuation import FUND_GROUP, PURCHASE_GROUP, SEPARABLE, group_issues, group_value
from sim.compiled import rule
from sim.records import Floats, Integers, Record


@rule
def _best(valuation: Record, side: int, tie: Record, group: int, box: Integers, scratch: Floats) -> tuple[int, int]:
    """Levels of a group that are best for a side inside the box; ties go to the other side's good."""
    if group == PURCHASE_GROUP:
        return _best_of_pair(valuation.purchases[side], tie.purchases[1 - side], group, box, scratch)
    if group == FUND_GROUP:
        return _best_of_pair(valuation.fund[side], tie.fund[1 - side], group, box, scratch)
    issue = SEPARABLE[group]
    payoffs, ties = valuation.single[side, issue], tie.single[1 - side, issue]
    best = box[0, issue]
    for level in range(box[0, issue] + 1, box[1, issue] + 1):
        if payoffs[level] > payoffs[best] or (payoffs[level] == payoffs[best] and ties[level] > ties[best]):
            best = level
    return best, best


@rule
def _best_of_pair(payoffs: Floats, ties: Floats, group: int, box: Integers, highest: Floats) -> tuple[int, int]:
    """Levels of a pair of issues with the largest payoff inside the box, of equal ones the first with the largest tie.

    The largest payoff is sought in all columns at once, which the processor does several at a time.
    """
    first, second = group_issues(group)
    low, width = box[0, second], box[1, second] - box[0, second] + 1
    highest[:width] = -math.inf
    for i in range(box[0, first], box[1, first] + 1):
        row = payoffs[i, low : low + width]
        for k in range(row.shape[0]):
            highest[k] = row[k] if row[k] > highest[k] else highest[k]
    best = -math.inf
    for k in range(width):
        best = highest[k] if highest[k] > best else best
    best_i, best_j = box[0, first], low
    tie = -math.inf
    for k in range(width):
        if highest[k] < best:
            continue
        for i in range(box[0, first], box[1, first] + 1):
            here = ties[i, low + k]
            if payoffs[i, low + k] == best and (here > tie or (here == tie and i < best_i)):
                best_i, best_j, tie = i, low + k, here
    return best_i, best_j


@rule
def _score(loss: float, gain: float) -> float:
    """Attraction of a step: the other side's gain per unit of own loss."""
    if gain <= 0.0:
        return gain - 1e300 * max(loss, 0.0)
    if loss <= 0.0:
        return math.inf
    return gain / loss


@rule
def _append(path: Record, group: int, first: int, second: int, own: float, other: float) -> None:
    """Keep a combination if it helps the other side; drop what it then dominates."""
    count = path.chain_count[group]
    if count > 0 and other <= path.chain_other[group, count - 1]:
        return
    while count > 0 and own >= path.chain_own[group, count - 1]:
        count -= 1
    path.chain_first[group, count] = first
    path.chain_second[group, count] = second
    path.chain_own[group, count] = own
    path.chain_other[group, count] = other
    path.chain_count[group] = count + 1


@rule
def _walk_group(own: Record, other: Record, side: int, group: int, box: Integers, path: Record) -> None:
    """Walk a group's levels from the own best to the other side's best, the better of the two steps first."""
    i, j = _best(own, side, other, group, box, path.highest)
    goal_i, goal_j = _best(other, 1 - side, own, group, box, path.highest)
    path.chain_count[group] = 0
    mine = group_value(own, side, group, i, j)
    theirs = group_value(other, 1 - side, group, i, j)
    _append(path, group, i, j, mine, theirs)
    pair = group >= PURCHASE_GROUP
    while i != goal_i or (pair and j != goal_j):
        best_score, best_i, best_j = -math.inf, i, j
        best_mine, best_theirs = mine, theirs
        for move in range(2 if pair else 1):
            step_i, step_j = i, j
            if move == 0:
                step_i += int(np.sign(goal_i - i))
            else:
                step_j += int(np.sign(goal_j - j))
            if step_i == i and step_j == j:
                continue
            step_mine = group_value(own, side, group, step_i, step_j)
            step_theirs = group_value(other, 1 - side, group, step_i, step_j)
            score = _score(mine - step_mine, step_theirs - theirs)
            if score > best_score or (best_i == i and best_j == j):
                best_score, best_i, best_j = score, step_i, step_j
                best_mine, best_theirs = step_mine, step_theirs
        i, j, mine, theirs = best_i, best_j, best_mine, best_theirs
        _append(path, group, i, j, mine, theirs)


@rule
def _pool(path: Record, group: int) -> None:
    """Pool neighbouring steps until the ratio of gain to loss falls along the chain; ``ratio[k]`` leads to entry k."""
    starts = path.blocks
    blocks = 0
    for k in range(1, path.chain_count[group]):
        starts[blocks] = k - 1
        blocks += 1
        path.chain_ratio[group, k] = _block_ratio(path, group, k - 1, k)
        while blocks > 1:
            start = starts[blocks - 2]
            if _block_ratio(path, group, start, starts[blocks - 1]) >= path.chain_ratio[group, k]:
                break
            blocks -= 1
            path.chain_ratio[group, k] = _block_ratio(path, group, start, k)
        for earlier in range(starts[blocks - 1] + 1, k):
            path.chain_ratio[group, earlier] = path.chain_ratio[group, k]


@rule
def _block_ratio(path: Record, group: int, start: int, end: int) -> float:
    """Gain of the other side per unit of own loss from one entry of a chain to a later one."""
    return float(
        (path.chain_other[group, end] - path.chain_other[group, start])
        / (path.chain_own[group, start] - path.chain_own[group, end])
    )


@rule
def _same_box(one: Integers, other: Integers, group: int) -> bool:
    """Whether two boxes hold the same levels of a group."""
    first, second = group_issues(group)
    same = one[0, first] == other[0, first] and one[1, first] == other[1, first]
    return bool(same and one[0, second] == other[0, second] and one[1, second] == other[1, second])


@rule
def build_chain(own: Record, other: Record, side: int, group: int, box: Integers, path: Record) -> None:
    """Make a group's chain inside a box, as :func:`sim.bargaining.concession.start_path` describes it.

    One that the path has is left, if payoffs and box are those on which it rests.
    """
    if path.has_chains == 0 or group == PURCHASE_GROUP or not _same_box(path.box, box, group):
        _walk_group(own, other, side, group, box, path)
        _pool(path, group)
