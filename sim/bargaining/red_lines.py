"""Public red lines: constraints on the packages that a side may table or sign, some of them released by a linkage.

A line with a price is none of these: it forbids nothing, and :mod:`sim.economy.signing` charges what lies beyond it.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.compiled import rule
from sim.economy.pledge import DELIVERABLE
from sim.grid import level_count
from sim.issues import CHIP_PURCHASES, MAX_ISSUES
from sim.records import Floats, Integers, Record

#: Slack with which a value meets a bound; far below any step of a grid, far above rounding.
BOUND_SLACK: Final = 1e-9


@rule
def _inside(value: float, low: float, high: float) -> bool:
    return low - BOUND_SLACK <= value <= high + BOUND_SLACK


@rule
def _lowest_level(p: Record, issue: int, bound: float) -> int:
    if bound == -math.inf:
        return 0
    step = (p.issue_high[issue] - p.issue_low[issue]) / (p.issue_levels[issue] - 1)
    return int(max(0.0, math.ceil((bound - p.issue_low[issue] - BOUND_SLACK) / step)))


@rule
def _highest_level(p: Record, issue: int, bound: float) -> int:
    last = level_count(p, issue) - 1
    if bound == math.inf:
        return last
    step = (p.issue_high[issue] - p.issue_low[issue]) / (p.issue_levels[issue] - 1)
    return int(min(float(last), math.floor((bound - p.issue_low[issue] + BOUND_SLACK) / step)))


@rule
def _narrow(p: Record, issue: int, low: float, high: float, box: Integers) -> None:
    if p.issue_tabled[issue] == 0:
        return
    box[0, issue] = max(box[0, issue], _lowest_level(p, issue, low))
    box[1, issue] = min(box[1, issue], _highest_level(p, issue, high))


@rule
def _require(p: Record, issue: int, low: float, high: float, box: Integers) -> None:
    """Narrow to a linkage's condition; an issue off the table meets it only by its off value."""
    if p.issue_tabled[issue] != 0:
        _narrow(p, issue, low, high, box)
    elif not _inside(p.issue_off_value[issue], low, high):
        box[1, issue] = -1


@rule
def linkage_count(p: Record) -> int:
    """Number of red lines that another issue can release."""
    count = 0
    for line in range(p.line_count):
        if p.line_when_issue[line] >= 0:
            count += 1
    return count


@rule
def full_box(p: Record, box: Integers) -> None:
    """Write the whole grid into `box` (shape [2, MAX_ISSUES]; lowest and highest level of each issue)."""
    for issue in range(MAX_ISSUES):
        box[0, issue] = 0
        box[1, issue] = level_count(p, issue) - 1


@rule
def narrow_to_red_lines(p: Record, side: int, branch: int, box: Integers) -> None:
    """Narrow `box` to the red lines of one side (or of both for side -1).

    `branch` has one bit per linkage: 0 keeps the line, 1 releases it and asks for its condition instead.
    """
    linkage = 0
    for line in range(p.line_count):
        linked = p.line_when_issue[line] >= 0
        released = linked and (branch >> linkage) & 1 == 1
        if linked:
            linkage += 1
        if p.line_priced[line] != 0 or (side >= 0 and p.line_side[line] != side):
            continue
        issue = p.line_issue[line]
        if released:
            _narrow(p, issue, p.line_released_low[line], p.line_released_high[line], box)
            _require(p, p.line_when_issue[line], p.line_when_low[line], p.line_when_high[line], box)
        else:
            _narrow(p, issue, p.line_low[line], p.line_high[line], box)


@rule
def narrow_to_deliverable(pledges: Floats, box: Integers) -> None:
    """Narrow `box` to chip purchases that the firms will deliver within the budget and the makers' allocation."""
    while box[1, CHIP_PURCHASES] >= 0 and pledges[box[1, CHIP_PURCHASES], DELIVERABLE] < 0.5:
        box[1, CHIP_PURCHASES] -= 1


@rule
def is_empty(box: Integers) -> bool:
    """Whether a box holds no package."""
    empty = False
    for issue in range(MAX_ISSUES):
        if box[0, issue] > box[1, issue]:
            empty = True
    return empty


@rule
def has_common_package(p: Record, pledges: Floats) -> bool:
    """Whether Box_US, Box_JP and the linkages hold a common package."""
    box = np.empty((2, MAX_ISSUES), np.int64)
    for branch in range(1 << linkage_count(p)):
        full_box(p, box)
        narrow_to_red_lines(p, -1, branch, box)
        narrow_to_deliverable(pledges, box)
        if not is_empty(box):
            return True
    return False


@rule
def table_box(p: Record, pledges: Floats, side: int, branch: int, common: bool, box: Integers) -> None:
    """Write the box from which a side tables packages: the common one where there is one, else its own.

    Neither side tables a pledge that the firms will not deliver.
    """
    full_box(p, box)
    narrow_to_red_lines(p, -1 if common else side, branch, box)
    narrow_to_deliverable(pledges, box)


@rule
def respects_red_lines(p: Record, side: int, package: Floats) -> bool:
    """Whether a package (values, shape [MAX_ISSUES]) lies inside the side's red lines and their releases."""
    for line in range(p.line_count):
        issue = p.line_issue[line]
        if p.line_priced[line] != 0 or p.line_side[line] != side or p.issue_tabled[issue] == 0:
            continue
        kept = _inside(package[issue], p.line_low[line], p.line_high[line])
        when = p.line_when_issue[line]
        released = (
            when >= 0
            and _inside(package[when], p.line_when_low[line], p.line_when_high[line])
            and _inside(package[issue], p.line_released_low[line], p.line_released_high[line])
        )
        if not (kept or released):
            return False
    return True
