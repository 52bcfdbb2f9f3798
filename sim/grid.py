"""Levels of an issue's grid and the values that they stand for."""

from __future__ import annotations

import math

from sim.compiled import rule
from sim.issues import MAX_ISSUES
from sim.records import Integers, Record


@rule
def level_value(p: Record, issue: int, level: int) -> float:
    """Value of a level of an issue's grid; an issue off the table has its off value as its only level."""
    if p.issue_tabled[issue] == 0:
        return float(p.issue_off_value[issue])
    steps = p.issue_levels[issue] - 1
    return float(p.issue_low[issue] + (p.issue_high[issue] - p.issue_low[issue]) * level / steps)


@rule
def level_count(p: Record, issue: int) -> int:
    """Number of levels of an issue's grid."""
    return int(p.issue_levels[issue]) if p.issue_tabled[issue] != 0 else 1


@rule
def copy_levels(source: Integers, target: Integers) -> None:
    """Copy a package of levels, shape [MAX_ISSUES]; a slice would first be checked for overlap, which takes longer."""
    for issue in range(MAX_ISSUES):
        target[issue] = source[issue]


@rule
def nearest_level(p: Record, issue: int, value: float) -> int:
    """Level of the grid that is nearest to a value."""
    if p.issue_tabled[issue] == 0:
        return 0
    step = (p.issue_high[issue] - p.issue_low[issue]) / (p.issue_levels[issue] - 1)
    level = math.floor((value - p.issue_low[issue]) / step + 0.5)
    return int(min(max(level, 0), level_count(p, issue) - 1))


@rule
def same_levels(one: Integers, other: Integers) -> bool:
    """Whether two packages of levels, shape [MAX_ISSUES], are one; comparing arrays would make a third one."""
    issue = 0
    while issue < MAX_ISSUES and one[issue] == other[issue]:
        issue += 1
    return issue == MAX_ISSUES
