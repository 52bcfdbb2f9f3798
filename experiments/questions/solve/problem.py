"""The bargaining problem at the end of one negotiation: its frontier and its solution points, as packages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from experiments.config.run_settings import seed_of
from experiments.engine.cases import ConfiguredNegotiation
from experiments.engine.frontier import walk_away_point
from experiments.engine.settlement import end_of
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.questions.solve.counting import ratified
from experiments.questions.solve.points import POWERS, BetweenLevels, Point, choices, pair, point_of
from sim.bargaining.valuation import package_values
from sim.bargaining.zone import frontier_packages
from sim.engine.yardsticks import value_left
from sim.issues import MAX_ISSUES
from sim.solutions.points import zone_of_agreement

if TYPE_CHECKING:
    import datetime as dt

    from experiments.config.model import Config
    from sim.engine.model import NegotiationModel
    from sim.records import Floats, Integers
    from sim.solutions.win_sets import Sizes


@dataclass(frozen=True, slots=True)
class SolvedDeal:
    """How the talks ended.

    Attributes
    ----------
    outcome, reason : str
        As in the table of runs.
    point : Point or None
        What was signed.
    nash_distance, pareto_gap : float or None
        Distances of the deal, US$ bn a year; None without a deal, or without a solution to compare with.
    value_left : dict of str to (float, float)
        By issue, the joint value that another level of it alone would add, US$ bn a year, and that level's value; empty
        without a deal.
    """

    outcome: str
    reason: str
    point: Point | None
    nash_distance: float | None
    pareto_gap: float | None
    value_left: dict[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Solved:
    """The bargaining problem of one negotiation on the day on which it ended, solved.

    Attributes
    ----------
    seed, run : int
        Which negotiation.
    date : datetime.date
        Day of the last round; red lines, threat and domestic table are those of that day.
    walk_away, reservation : tuple of float
        The disagreement point, and what each side needs to ratify; US$ bn a year.
    frontier : array, shape [point, 2]
        Payoffs of the US and the partner on the Pareto frontier of all packages that both sides' red lines allow, best
        for the US first.
    sizes : Sizes or None
        Numbers of packages in the win-sets and the zone of agreement; None where there are too many to count.
    points : tuple of Point
        The solutions; none of them where no package is worth walking away from the talks for to both.
    deal : SolvedDeal
        What the talks came to.
    refined : tuple of BetweenLevels
        Solutions between the levels of the grid, where asked for.
    """

    seed: int
    run: int
    date: dt.date
    walk_away: tuple[float, float]
    reservation: tuple[float, float]
    frontier: Floats
    sizes: Sizes | None
    points: tuple[Point, ...]
    deal: SolvedDeal
    refined: tuple[BetweenLevels, ...] = ()

    def point(self, name: str) -> Point | None:
        """Return the solution of this name, or None if the problem has none."""
        return next((point for point in self.points if point.name == name), None)

    def in_zone(self) -> int:
        """Count the points of the frontier that both sides would ratify."""
        return int(np.count_nonzero(zone_of_agreement(self.frontier, np.array(self.reservation))))


def played(config: Config, seed: int | None, run: int) -> tuple[NegotiationModel, int]:
    """Play one negotiation to its end; return it with its seed."""
    chosen = seed_of(config, seed)
    check_number("--run", run, 0, MAX_RUNS - 1)
    model = ConfiguredNegotiation(config=config, run=run, rng=chosen, collect=False)
    while model.running:
        model.step()
    return model, chosen


def solve(
    config: Config, seed: int | None = None, run: int = 0, powers: tuple[float, ...] = POWERS, *, refine: bool = False
) -> Solved:
    """Play one negotiation and solve the bargaining problem that it ended with.

    Parameters
    ----------
    config : Config
        What is negotiated.
    seed : int, optional
        Seed; by default that of the config.
    run : int
        Which of the negotiations of this seed.
    powers : tuple of float
        Bargaining powers of the US for which the asymmetric Nash solution is wanted, each strictly between 0 and 1.
    refine : bool
        Whether to look for the solutions between the levels of the grid as well.

    Raises
    ------
    experiments.errors.RunError
        When a number is out of its range.
    """
    check_powers(powers)
    model, chosen = played(config, seed, run)
    solution = solved(model, chosen, run, powers)
    if not refine:
        return solution
    from experiments.questions.solve.continuous import refine as refined

    found = refined(model, powers).values()
    return replace(solution, refined=tuple(BetweenLevels(one.continuous, one.shift) for one in found))


def check_powers(powers: tuple[float, ...]) -> None:
    """Check that bargaining powers lie strictly between 0 and 1.

    Raises
    ------
    experiments.errors.RunError
        Naming the first that does not.
    """
    for power in powers:
        if not 0.0 < power < 1.0:
            raise RunError(f"--power must be between 0 and 1, without either, not {power:g}.")


def solved(model: NegotiationModel, seed: int, run: int, powers: tuple[float, ...]) -> Solved:
    """Solve the bargaining problem of a finished negotiation at its last day."""
    walk_away = walk_away_point(model)
    seats = (model.cast.us.seat, model.cast.partner.seat)
    reservation = np.array([float(seat.reservation) for seat in seats])
    points, levels = frontier_packages(model.p, model.pledges, model.valuation, np.full(2, -np.inf))
    chosen = choices(points, walk_away, reservation, powers)
    return Solved(
        seed=seed,
        run=run,
        date=model.date,
        walk_away=pair(walk_away),
        reservation=pair(reservation),
        frontier=points,
        sizes=ratified(model, reservation),
        points=tuple(
            point_of(name, model, _values(model, levels[place]), points[place]) for name, place in chosen.items()
        ),
        deal=_deal(model),
    )


def _values(model: NegotiationModel, levels: Integers) -> Floats:
    package = np.zeros(MAX_ISSUES)
    package_values(model.p, levels, package)
    return package


def _deal(model: NegotiationModel) -> SolvedDeal:
    result, _ = end_of(model, solutions=True)
    end = str(model.outcome), str(model.reason)
    if model.deal is None:
        return SolvedDeal(*end, None, None, None, {})
    left, at = np.empty(MAX_ISSUES), np.empty(MAX_ISSUES)
    value_left(model.p, model.pledges, model.deal.package, model.deal.pledge, result["payoff"][0], left, at)
    names = model.case.issue_names
    return SolvedDeal(
        *end,
        point_of("talks", model, model.deal.package, result["payoff"][0]),
        _number(result["nash_distance"][0]),
        _number(result["pareto_gap"][0]),
        {names[issue]: (float(left[issue]), float(at[issue])) for issue in model.case.tabled(model.p)},
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
