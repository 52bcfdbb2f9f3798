"""The solution points between the levels of the grid, by continuous optimisation with the true payoff rules.

Each search starts from what the grid found, so that it cannot end worse. Red lines and delivery bound every issue where
they lie, not at the next level of the grid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.optimize import minimize

from experiments.engine.frontier import walk_away_point
from experiments.questions.solve.points import POWERS, Point, choices, point_of
from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.valuation import package_values
from sim.bargaining.zone import frontier_packages
from sim.economy.ledger import total
from sim.economy.pledge import DELIVERABLE
from sim.grid import level_count, level_value
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, SIDES

if TYPE_CHECKING:
    from sim.engine.model import NegotiationModel
    from sim.records import Floats, Integers

#: Halvings that find where a bound lies between two levels: to a millionth of a step.
_HALVINGS: Final = 20
#: US$ bn a year by which a constraint may be missed.
_TOLERANCE: Final = 1e-7
#: Smallest gain, US$ bn a year, whose logarithm is taken.
_LEAST_GAIN: Final = 1e-9
#: Points of the grid's frontier on each side of a solution from which the search is started as well.
_NEIGHBOURS: Final = 2

#: What is maximised, of both gains.
Merit = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Refined:
    """A solution on the grid and between its levels.

    Attributes
    ----------
    grid, continuous : Point
        Packages, payoffs and gains.
    """

    grid: Point
    continuous: Point

    @property
    def shift(self) -> float:
        """Distance between both in the plane of payoffs, US$ bn a year."""
        us, partner = (b - a for a, b in zip(self.grid.payoff, self.continuous.payoff, strict=True))
        return float(np.hypot(us, partner))


class _Refinement:
    """Packages of values of one negotiation, free between the bounds that hold around one package of the grid."""

    def __init__(self, model: NegotiationModel, levels: Integers) -> None:
        self._model = model
        self._walk_away = walk_away_point(model)
        self._start = np.zeros(MAX_ISSUES)
        package_values(model.p, levels, self._start)
        bounds = [(issue, *self._bounds(issue, int(levels[issue]))) for issue in model.case.tabled(model.p)]
        free = [(issue, low, high) for issue, low, high in bounds if high > low]
        self._issues = [issue for issue, _, _ in free]
        self._low = np.array([low for _, low, _ in free])
        self._width = np.array([high - low for _, low, high in free])

    def _allowed(self, package: Floats) -> bool:
        model = self._model
        if not all(respects_red_lines(model.p, side, package) for side in range(len(SIDES))):
            return False
        return package[CHIP_PURCHASES] == self._start[CHIP_PURCHASES] or bool(
            model.price_package(package)[0][DELIVERABLE] > 0.5
        )

    def _bounds(self, issue: int, level: int) -> tuple[float, float]:
        """Lowest and highest value of an issue that both may sign while all others stay as on the grid."""
        return self._bound(issue, level, -1), self._bound(issue, level, 1)

    def _bound(self, issue: int, level: int, step: int) -> float:
        package = self._start.copy()
        while 0 <= level + step < level_count(self._model.p, issue):
            package[issue] = level_value(self._model.p, issue, level + step)
            if not self._allowed(package):
                break
            level += step
        else:
            return float(level_value(self._model.p, issue, level))
        inside, outside = float(level_value(self._model.p, issue, level)), float(package[issue])
        for _ in range(_HALVINGS):
            package[issue] = (inside + outside) / 2
            inside, outside = (package[issue], outside) if self._allowed(package) else (inside, package[issue])
        return float(inside)

    def package(self, place: Floats) -> Floats:
        """Values of a package from places between its bounds, 0 to 1 for each free issue."""
        package = self._start.copy()
        package[self._issues] = self._low + self._width * np.clip(place, 0.0, 1.0)
        return package

    def payoffs(self, package: Floats) -> Floats:
        """Payoffs of the US and the partner by the rules themselves, off the grid or on it."""
        _, ledger = self._model.price_package(package)
        return np.array([float(total(ledger[side])) for side in range(len(SIDES))])

    def gains(self, place: Floats) -> Floats:
        """Gains over walking away."""
        return self.payoffs(self.package(place)) - self._walk_away

    def climb(self, merit: Merit | None, floors: Floats, scale: Floats) -> Floats:
        """Package that climbs from the grid's.

        Without a `merit` it raises the smallest gain divided by `scale`, through a bound on all of them that is pushed
        up; with one it raises the merit. No gain falls below its floor.
        """
        start = (self._start[self._issues] - self._low) / self._width
        count = len(start)
        floored = {"type": "ineq", "fun": lambda x: self.gains(x[:count]) - floors}
        if merit is not None:
            return self.package(_slsqp(lambda x: -merit(*self.gains(x)), start, count, [floored]))
        bound = {"type": "ineq", "fun": lambda x: self.gains(x[:count]) / scale - x[count]}
        start = np.append(start, np.min(self.gains(start) / scale))
        return self.package(_slsqp(lambda x: -float(x[count]), start, count, [bound, floored])[:count])

    def admits(self, package: Floats, floors: Floats) -> bool:
        """Whether a package is inside all bounds and leaves every side its floor."""
        gains = self.payoffs(package) - self._walk_away
        return self._allowed(package) and bool((gains >= floors - _TOLERANCE).all())

    @property
    def is_free(self) -> bool:
        """Whether any issue can move."""
        return bool(self._issues)


def _slsqp(loss: Callable[[Floats], float], start: Floats, places: int, constraints: Any) -> Floats:
    """Sequential quadratic programming; the first `places` variables stay between 0 and 1."""
    bounds: list[tuple[float | None, float | None]] = [(0.0, 1.0)] * places + [(None, None)] * (len(start) - places)
    found = minimize(
        loss, start, method="SLSQP", bounds=bounds, constraints=constraints, options={"maxiter": 200, "ftol": 1e-11}
    )
    best: Floats = found.x
    return best


def _nash_merit(power: float) -> Merit:
    """Logarithm of the weighed product of gains."""

    def merit(us: float, partner: float) -> float:
        return power * float(np.log(max(us, _LEAST_GAIN))) + (1.0 - power) * float(np.log(max(partner, _LEAST_GAIN)))

    return merit


def refine(model: NegotiationModel, powers: tuple[float, ...] = POWERS) -> dict[str, Refined]:
    """Refine the solutions of a finished negotiation between the levels of its grid.

    Nash, asymmetric Nash and utilitarian solutions maximise their merit, Kalai-Smorodinsky and egalitarian ones a bound
    that all gains, by ideal gains or as they are, must reach (SLSQP of scipy). What is reported is the best of all
    starts and of the grid itself; a local optimum is possible where payoffs are not concave.
    """
    problem = _Problem(model)
    found = choices(problem.points, problem.walk_away, problem.walk_away, powers)
    nobody_loses = np.zeros(2)
    refined: dict[str, Refined] = {}
    merits: dict[str, Merit] = {"nash": _nash_merit(0.5), "utilitarian": lambda us, partner: us + partner}
    merits |= {f"nash_power_{power:g}": _nash_merit(power) for power in powers}
    for name, merit in merits.items():
        if name in found:
            refined[name] = problem.best(name, found[name], merit, None, nobody_loses)
    if "egalitarian" in found:
        refined["egalitarian"] = problem.best("egalitarian", found["egalitarian"], None, np.ones(2), nobody_loses)
    if "kalai_smorodinsky" in found:
        refined["kalai_smorodinsky"] = problem.kalai_smorodinsky(found["kalai_smorodinsky"], nobody_loses)
    return refined


class _Problem:
    """The grid's frontier and searches from its points."""

    def __init__(self, model: NegotiationModel) -> None:
        self._model = model
        self.walk_away = walk_away_point(model)
        self.points, self._levels = frontier_packages(model.p, model.pledges, model.valuation, self.walk_away)

    def best(self, name: str, place: int, merit: Merit | None, scale: Floats | None, floors: Floats) -> Refined:
        """Best package that is reached from the grid's solution and its neighbours on the frontier."""
        model, scales = self._model, np.ones(2) if scale is None else scale

        def worth(gains: Floats) -> float:
            return float(np.min(gains / scales)) if merit is None else merit(*gains)

        package = np.zeros(MAX_ISSUES)
        package_values(model.p, self._levels[place], package)
        grid = point_of(name, model, package, self.points[place])
        best, best_worth = grid, worth(np.array(grid.gain))
        near = range(max(0, place - _NEIGHBOURS), min(len(self.points), place + _NEIGHBOURS + 1))
        for start in near:
            search = _Refinement(model, self._levels[start])
            if not search.is_free:
                continue
            reached = search.climb(merit, floors, scales)
            payoffs = search.payoffs(reached)
            if search.admits(reached, floors) and worth(payoffs - self.walk_away) > best_worth:
                best = point_of(name, model, reached, payoffs)
                best_worth = worth(np.array(best.gain))
        return Refined(grid, best)

    def kalai_smorodinsky(self, place: int, floors: Floats) -> Refined:
        """Kalai-Smorodinsky solution by the ideal gains of the continuous problem."""
        ideals = np.array(
            [
                self.best("ideal", int(np.argmax(self.points[:, side])), _own_gain(side), None, floors)
                .continuous.gain[side]
                for side in range(len(SIDES))
            ]
        )  # fmt: skip
        scale = np.where(ideals > 0.0, ideals, 1.0)
        return self.best("kalai_smorodinsky", place, None, scale, floors)


def _own_gain(side: int) -> Merit:
    return lambda us, partner: (us, partner)[side]
