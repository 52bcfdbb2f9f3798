"""A solved bargaining problem as tables in the terminal, and as plain data for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from experiments.config.explain import further_units
from experiments.labels import (
    SIDE_LABELS,
    as_called,
    counted,
    fixed,
    inside,
    issue_label,
    number,
    ordered_issues,
    outcome_label,
    partner_name,
    plain,
    quantity,
    scale_of,
    share_of,
    unit_of,
)
from experiments.terminal.table import LINE_WIDTH, TerminalTable
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from experiments.questions.solve.points import Point
    from experiments.questions.solve.problem import Solved, SolvedDeal

#: Packages that stand side by side.
_ABREAST: Final = 6

#: Name and head of the column of each solution.
_NAMES: Final[dict[str, tuple[str, str]]] = {
    "talks": ("What the talks agreed", "talks"),
    "nash": ("Nash", "Nash"),
    "nash_ratified": ("Nash, what both would ratify", "ratified"),
    "kalai_smorodinsky": ("Kalai-Smorodinsky", "Kalai-S."),
    "egalitarian": ("Egalitarian", "egalit."),
    "utilitarian": ("Utilitarian", "utilit."),
    "best_us": ("Best for the US that {partner} ratifies", "best US"),
    "best_partner": ("Best for {partner} that the US ratifies", "best {partner}"),
}

_POWER: Final = "nash_power_"


def _name(point: str) -> str:
    return f"Nash, US power {point.removeprefix(_POWER)}" if point.startswith(_POWER) else as_called(_NAMES[point][0])


def _head(point: str) -> str:
    return f"Nash {point.removeprefix(_POWER)}" if point.startswith(_POWER) else as_called(_NAMES[point][1])


def render(solved: Solved, console: Console) -> None:
    """Print a solved problem, at most 100 columns wide."""
    width = min(LINE_WIDTH, console.width)
    console.print(Text(_heading(solved), style="bold"), width=width)
    for line in _facts(solved):
        console.print(Text(line), width=width)
    points = [*([solved.deal.point] if solved.deal.point else []), *solved.points]
    if solved.point("nash") is None:
        console.print(Text(_nothing(solved)), width=width)
    if points:
        units = further_units(solved.config)
        for table in (_worth(points), *_packages(points, units, "Packages"), *_refined(solved, units)):
            console.print()
            console.print(table, width=width)
    if solved.deal.point is not None:
        console.print()
        console.print(_left(solved), width=width)
        console.print(Text(_distances(solved.deal)), width=width)


def _heading(solved: Solved) -> str:
    ending = f"{outcome_label(solved.deal.outcome).lower()} ({inside(plain(solved.deal.reason))})"
    return f"{solved.config.name}, seed {solved.seed}, run {solved.run}: {ending} on {solved.date}"


def _facts(solved: Solved) -> list[str]:
    sides = list(zip(SIDE_LABELS.values(), solved.walk_away, solved.reservation, strict=True))
    walk_away = ", ".join(f"{side} {fixed(value, 2)} (needs {fixed(needs, 2)})" for side, value, needs in sides)
    facts = [
        f"Walking away is worth, US$ bn a year: {walk_away}",
        f"Pareto frontier inside both sides' red lines: {counted(len(solved.frontier), 'point')}, "
        f"{solved.in_zone():,} of them in the zone of agreement",
    ]
    if solved.sizes is None:
        return [*facts, "Win-sets: too many packages to count"]
    counts = zip(("the US", partner_name(), "both"), (*solved.sizes.win_sets, solved.sizes.zone), strict=True)
    told = ", ".join(f"by {who} {size:,} ({share_of(size, solved.sizes.packages)})" for who, size in counts)
    return [*facts, f"Of {counted(solved.sizes.packages, 'deliverable package')}, ratified {told}"]


def _nothing(solved: Solved) -> str:
    if not len(solved.frontier):
        return "No package lies inside both sides' red lines: there is nothing to solve."
    return "No package inside them is worth as much as walking away to both sides: there is no solution."


def _table(title: str, *columns: str) -> TerminalTable:
    table = TerminalTable(title)
    table.add_column("", "words", is_key=True)
    for column in columns:
        table.add_column(column)
    return table


def _worth(points: list[Point]) -> TerminalTable:
    sides = tuple(SIDE_LABELS.values())
    columns = (*(f"{side} payoff" for side in sides), *(f"{side} gain" for side in sides), "gains together")
    table = _table("What each is worth, US$ bn a year; gains over walking away", *columns)
    for point in points:
        amounts = [fixed(value, 2) for value in point.payoff]
        amounts += [fixed(value, 2, sign=True) for value in (*point.gain, sum(point.gain))]
        table.add_row(_name(point.name), *amounts, style="bold" if point.name == "talks" else "")
    return table


def _packages(points: list[Point], units: Mapping[str, str], title: str) -> Iterator[TerminalTable]:
    """Tables of packages side by side, as many as fit in a line."""
    for first in range(0, len(points), _ABREAST):
        shown = points[first : first + _ABREAST]
        table = _table(title if first == 0 else f"{title}, continued", *(_head(point.name) for point in shown))
        for issue in ordered_issues(points[0].package):
            table.add_row(_with_unit(issue, units), *(_value(issue, point, units) for point in shown))
        yield table


def _with_unit(issue: str, units: Mapping[str, str]) -> str:
    return issue_label(issue, unit_of(issue, units))


def _value(issue: str, point: Point, units: Mapping[str, str]) -> str:
    return number(scale_of(unit_of(issue, units)) * point.package[issue])


def _refined(solved: Solved, units: Mapping[str, str]) -> list[TerminalTable]:
    """Solutions between the levels of the grid, and how far those of the grid are from them."""
    if not solved.refined:
        return []
    found = list(solved.refined.values())
    worth = _table(
        "Between the levels of the grid, US$ bn a year", "US gain", f"{partner_name()} gain", "away from the grid's"
    )
    for refined in found:
        gains = [fixed(value, 3, sign=True) for value in refined.continuous.gain]
        worth.add_row(_name(refined.grid.name), *gains, fixed(refined.shift, 3))
    return [worth, *_packages([refined.continuous for refined in found], units, "Packages between the levels")]


def _left(solved: Solved) -> TerminalTable:
    units = further_units(solved.config)
    table = _table("Joint value that another level of one issue alone would add, US$ bn a year", "added", "at")
    for issue in ordered_issues(solved.deal.value_left):
        added, value = solved.deal.value_left[issue]
        at = quantity(value, unit_of(issue, units)) if added > 0.0 else "as agreed"
        table.add_row(plain(issue), fixed(added, 2), at)
    return table


def _distances(deal: SolvedDeal) -> str:
    distances = [("from the Nash solution", deal.nash_distance), ("inside the frontier", deal.pareto_gap)]
    told = [f"US${fixed(value, 2)} bn a year {what}" for what, value in distances if value is not None]
    return f"The deal is {' and '.join(told)}."


def as_data(solved: Solved) -> dict[str, Any]:
    """Plain data of a solved problem; values of issues in their units, money in US$ bn a year."""
    deal = solved.deal
    return {
        "config": solved.config.name,
        "seed": solved.seed,
        "run": solved.run,
        "date": str(solved.date),
        "walk_away": _by_side(solved.walk_away),
        "reservation": _by_side(solved.reservation),
        "frontier_points": len(solved.frontier),
        "frontier_points_in_zone": solved.in_zone(),
        "win_sets": _sizes(solved),
        "solutions": {point.name: _point(point) for point in solved.points},
        "between_levels": {
            name: {**_point(refined.continuous), "shift": refined.shift} for name, refined in solved.refined.items()
        },
        "talks": {
            "outcome": deal.outcome,
            "reason": deal.reason,
            **(_point(deal.point) if deal.point else {"package": None, "payoff": None, "gain": None}),
            "nash_distance": deal.nash_distance,
            "pareto_gap": deal.pareto_gap,
            "value_left": {issue: {"added": added, "at": at} for issue, (added, at) in deal.value_left.items()},
        },
    }


def _sizes(solved: Solved) -> dict[str, int] | None:
    sizes = solved.sizes
    if sizes is None:
        return None
    return {"packages": sizes.packages, **dict(zip(SIDES, sizes.win_sets, strict=True)), "zone": sizes.zone}


def _by_side(values: tuple[float, float]) -> dict[str, float]:
    return dict(zip(SIDES, values, strict=True))


def _point(point: Point) -> dict[str, Any]:
    return {"package": point.package, "payoff": _by_side(point.payoff), "gain": _by_side(point.gain)}
