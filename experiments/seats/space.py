"""The packages of a table as other software sees them: issues with a few values each, and exact payoffs that add up.

Our payoffs add up over groups of issues: every separable issue, chip with other purchases, and the fund with its
profit share. Where both issues of a pair are open the pair becomes one issue, whose values are the combinations of
both. That makes each side's payoff a sum of tables, one an issue, with nothing lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

import numpy as np

from experiments.errors import RunError
from sim.bargaining.red_lines import full_box, is_empty, linkage_count, narrow_to_red_lines, table_box
from sim.bargaining.valuation import GROUP_COUNT, group_issues, group_value
from sim.grid import level_value
from sim.issues import MAX_ISSUES, SIDES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.engine.model import NegotiationModel
    from sim.records import Floats, Integers

#: Packages up to which strategies that sort all of them play in a reasonable time.
MOST_PACKAGES: Final = 100_000


@final
@dataclass(frozen=True, slots=True)
class GuestIssue:
    """One issue as a guest sees it: an open issue of ours, or a pair of them whose payoffs do not add up.

    Attributes
    ----------
    group : int
        Group of issues in :mod:`sim.bargaining.valuation`.
    name : str
        Names of its issues, with ``+`` between them.
    options : tuple of tuple of int
        Levels of the group's first and second issue at each of its values.
    """

    group: int
    name: str
    options: tuple[tuple[int, int], ...]


@final
@dataclass(frozen=True, slots=True)
class OutcomeSpace:
    """Packages inside a box of levels.

    Attributes
    ----------
    low, high : tuple of int
        Lowest and highest level of every slot of a package.
    parts : tuple of GuestIssue
        Issues with more than one value, at least one part.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]
    parts: tuple[GuestIssue, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of values of every part."""
        return tuple(len(part.options) for part in self.parts)

    @property
    def size(self) -> int:
        """Number of packages."""
        return int(np.prod(self.shape, dtype=object))

    def levels(self, outcome: Sequence[int]) -> Integers:
        """Levels of every slot, by the number of the value of every part."""
        levels = np.array(self.low, dtype=np.int64)
        for part, value in zip(self.parts, outcome, strict=True):
            first, second = group_issues(part.group)
            levels[first], levels[second] = part.options[value]
        return levels

    def outcome(self, levels: Integers) -> tuple[int, ...]:
        """Number of the value of every part; levels outside the box are taken as its nearest ones."""
        inside = np.clip(levels, self.low, self.high)
        places = []
        for part in self.parts:
            first, second = group_issues(part.group)
            places.append(part.options.index((int(inside[first]), int(inside[second]))))
        return tuple(places)

    def tables(self, model: NegotiationModel, side: int) -> list[list[float]]:
        """What every value of every part is worth to a side; the first table also holds all that is not open."""
        tables = [[_worth(model, side, part.group, option) for option in part.options] for part in self.parts]
        rest = float(model.valuation.base[side])
        open_groups = {part.group for part in self.parts}
        for group in range(GROUP_COUNT):
            if group not in open_groups:
                first, second = group_issues(group)
                rest += _worth(model, side, group, (self.low[first], self.low[second]))
        tables[0] = [value + rest for value in tables[0]]
        return tables

    def payoffs(self, model: NegotiationModel, side: int) -> Floats:
        """Payoff of every package to a side, one axis a part; US$ bn a year."""
        total: Floats = np.zeros(self.shape)
        for axis, table in enumerate(self.tables(model, side)):
            shape = [1] * len(self.parts)
            shape[axis] = len(table)
            total = total + np.reshape(table, shape)
        return total

    def tableable(self, model: NegotiationModel, side: int) -> NDArray[np.bool_]:
        """Packages that the side may table today by the rule of the table: red lines and what firms will deliver."""
        boxes = [box for box in side_boxes(model, side, delivered=True) if not is_empty(box)]
        if not boxes:
            return np.ones(self.shape, dtype=np.bool_)
        allowed: NDArray[np.bool_] = np.zeros(self.shape, dtype=np.bool_)
        for box in boxes:
            here = np.ones(self.shape, dtype=np.bool_)
            for axis, part in enumerate(self.parts):
                first, second = group_issues(part.group)
                fits = [_fits(box, first, one) and _fits(box, second, two) for one, two in part.options]
                shape = [1] * len(self.parts)
                shape[axis] = len(fits)
                here &= np.reshape(fits, shape)
            allowed |= here & self._closed_fit(box)
        return allowed

    def _closed_fit(self, box: Integers) -> bool:
        """Whether the levels of what is not open lie in a box."""
        opened = {issue for part in self.parts for issue in group_issues(part.group)}
        return all(_fits(box, issue, self.low[issue]) for issue in range(MAX_ISSUES) if issue not in opened)


def _fits(box: Integers, issue: int, level: int) -> bool:
    return bool(box[0, issue] <= level <= box[1, issue])


def _worth(model: NegotiationModel, side: int, group: int, option: tuple[int, int]) -> float:
    return float(group_value(model.valuation, side, group, *option))


def side_boxes(model: NegotiationModel, side: int, *, delivered: bool) -> list[Integers]:
    """Boxes from which a side tables, one a branch of the linkages; narrowed to what firms will deliver if asked."""
    boxes = []
    for branch in range(1 << linkage_count(model.p)):
        box = np.empty((2, MAX_ISSUES), np.int64)
        if delivered:
            table_box(model.p, model.pledges, side, branch, model.common, box)
        else:
            full_box(model.p, box)
            narrow_to_red_lines(model.p, -1 if model.common else side, branch, box)
        boxes.append(box)
    return boxes


def whole_space(model: NegotiationModel) -> OutcomeSpace:
    """Every package of the grid, red lines or not."""
    box = np.empty((2, MAX_ISSUES), np.int64)
    full_box(model.p, box)
    return _space(model, box)


def open_space(model: NegotiationModel) -> OutcomeSpace:
    """Smallest box that holds whatever either side's red lines let it table in this regime."""
    hull = np.empty((2, MAX_ISSUES), np.int64)
    full_box(model.p, hull)
    whole = hull.copy()
    hull[0], hull[1] = whole[1], whole[0]
    for side in range(len(SIDES)):
        boxes = [box for box in side_boxes(model, side, delivered=False) if not is_empty(box)]
        for box in boxes or [whole]:
            hull[0] = np.minimum(hull[0], box[0])
            hull[1] = np.maximum(hull[1], box[1])
    return _space(model, hull)


def _space(model: NegotiationModel, box: Integers) -> OutcomeSpace:
    low, high = (tuple(int(level) for level in row) for row in box)
    parts = []
    for group in range(GROUP_COUNT):
        issues = tuple(dict.fromkeys(group_issues(group)))
        opened = [issue for issue in issues if high[issue] > low[issue]]
        if not opened:
            continue
        first, second = group_issues(group)
        options = tuple(
            (one, two)
            for one in range(low[first], high[first] + 1)
            for two in (range(low[second], high[second] + 1) if second != first else (one,))
        )
        parts.append(GuestIssue(group, "+".join(model.case.issue_names[issue] for issue in opened), options))
    if not parts:
        raise RunError(f"run {model.case.run}: the red lines leave a single package, so that guests have no choice.")
    space = OutcomeSpace(low, high, tuple(parts))
    if space.size > MOST_PACKAGES:
        raise RunError(
            f"{space.size:,} packages are on the table, and guests that sort them all can take {MOST_PACKAGES:,}; "
            f"cut the grid with --levels (or experiment.levels), for example to 5."
        )
    return space


def values_of(model: NegotiationModel, part: GuestIssue, value: int) -> dict[str, float]:
    """Values of a part's open issues, in our units, at one of the part's own values."""
    names = part.name.split("+")
    pairs = dict(zip(group_issues(part.group), part.options[value], strict=True))
    return {
        model.case.issue_names[issue]: float(level_value(model.p, issue, level))
        for issue, level in pairs.items()
        if model.case.issue_names[issue] in names
    }
