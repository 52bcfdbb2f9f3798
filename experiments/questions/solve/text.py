"""What a solved bargaining problem says in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
    side,
    unit_of,
)
from experiments.report.blocks import Answer, Block, KeyNumber, Listing, Table, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from experiments.config.model import Config
    from experiments.questions.solve.points import Point
    from experiments.questions.solve.problem import Solved

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

_YEARLY: Final = "US$ bn a year"
_EXACT: Final = "One negotiation, solved on its grid: nothing here is a sample, so that nothing has an interval."
_PUT_IN: Final = (
    "Put in: the red lines, which bound every package here, the grid of the agenda, and the payoffs of the model."
)

_POWER: Final = "nash_power_"


def name_of(point: str) -> str:
    """Name of a solution for the reader."""
    return f"Nash, US power {point.removeprefix(_POWER)}" if point.startswith(_POWER) else as_called(_NAMES[point][0])


def _head(point: str) -> str:
    return f"Nash {point.removeprefix(_POWER)}" if point.startswith(_POWER) else as_called(_NAMES[point][1])


def blocks(solved: Solved, config: Config) -> Iterator[Block]:
    """Say how the talks ended, then show the problem, its solutions and packages, and what the deal left."""
    yield answer(solved, config)
    yield facts(solved)
    yield from worth(solved)
    yield from packages(solved, config)
    yield from left(solved, config)


def answer(solved: Solved, config: Config) -> Answer:
    """Say how the talks ended, and how far from the solutions, or whether there was anything to agree on."""
    found = [heading(solved, config)]
    if solved.deal.point is not None:
        found.append(_distances(solved))
    if solved.point("nash") is None:
        found.append(_nothing(solved))
    elif solved.deal.point is None:
        found.append(_missed(solved))
    first = "; ".join([found[0], *(inside(part) for part in found[1:])]).rstrip(".")
    return Answer(f"{first}.", tuple(_numbers(solved)), _EXACT, _PUT_IN)


def _numbers(solved: Solved) -> Iterator[KeyNumber]:
    """What the deal brings, what the Nash solution would, how far apart they are, and how much could be signed."""
    for place, seat in enumerate(SIDE_LABELS):
        nash = solved.point("nash")
        would = "" if nash is None else f"Nash solution: {quantity(nash.gain[place], _YEARLY)}"
        label = f"Gain of {side(seat)} over walking away"
        if solved.deal.point is not None:
            yield KeyNumber(label, quantity(solved.deal.point.gain[place], _YEARLY), note=would)
        elif nash is not None:
            yield KeyNumber(f"{label}, Nash solution", quantity(nash.gain[place], _YEARLY), note="no deal was made")
    for label, value in (
        ("Distance of the deal from the Nash solution", solved.deal.nash_distance),
        ("Distance of the deal inside the frontier", solved.deal.pareto_gap),
    ):
        if value is not None:
            yield KeyNumber(label, quantity(value, _YEARLY))
    if solved.deal.point is None and solved.point("nash") is None:
        for seat, value in zip(SIDE_LABELS, solved.walk_away, strict=True):
            yield KeyNumber(f"Walking away is worth to {side(seat)}", quantity(value, _YEARLY))
    points = counted(len(solved.frontier), "point")
    yield KeyNumber("Points of the frontier that both would ratify", f"{solved.in_zone():,}", note=f"of {points}")


def heading(solved: Solved, config: Config) -> str:
    """Say which negotiation it was, and how and when it ended."""
    ending = f"{outcome_label(solved.deal.outcome).lower()} ({inside(plain(solved.deal.reason))})"
    return f"{config.name}, seed {solved.seed}, run {solved.run}: {ending} on {solved.date}"


def _distances(solved: Solved) -> str:
    deal = solved.deal
    distances = [("from the Nash solution", deal.nash_distance), ("inside the frontier", deal.pareto_gap)]
    known = [f"US${fixed(value, 2)} bn a year {what}" for what, value in distances if value is not None]
    return f"The deal is {' and '.join(known)}."


def _nothing(solved: Solved) -> str:
    if not len(solved.frontier):
        return "No package lies inside both sides' red lines: there is nothing to solve."
    return "No package inside both sides' red lines is worth as much as walking away to both: there is no solution."


def _missed(solved: Solved) -> str:
    if count := solved.in_zone():
        bring = "brings" if count == 1 else "bring"
        return f"A deal was possible: {counted(count, 'point')} of the frontier {bring} both sides what they need."
    return "Some packages are worth more than walking away to both sides, but none on the frontier is what both need."


def facts(solved: Solved) -> Listing:
    """What walking away is worth, and the sizes of frontier, win-sets and zone."""
    sides = list(zip(SIDE_LABELS.values(), solved.walk_away, solved.reservation, strict=True))
    walk_away = ", ".join(f"{side} {fixed(value, 2)} (needs {fixed(needs, 2)})" for side, value, needs in sides)
    return Listing(
        f"The bargaining problem on {solved.date}",
        (
            f"Walking away is worth, US$ bn a year: {walk_away}",
            f"Pareto frontier inside both sides' red lines: {counted(len(solved.frontier), 'point')}, "
            f"{solved.in_zone():,} of them in the zone of agreement",
            _win_sets(solved),
        ),
    )


def _win_sets(solved: Solved) -> str:
    if solved.sizes is None:
        return "Win-sets: too many packages to count"
    counts = zip(("the US", partner_name(), "both"), (*solved.sizes.win_sets, solved.sizes.zone), strict=True)
    ratified = ", ".join(f"by {who} {size:,} ({share_of(size, solved.sizes.packages)})" for who, size in counts)
    return f"Of {counted(solved.sizes.packages, 'deliverable package')}, ratified {ratified}"


def _points(solved: Solved) -> list[Point]:
    """The deal, if there is one, and the solutions."""
    return [*([solved.deal.point] if solved.deal.point else []), *solved.points]


def worth(solved: Solved) -> Iterator[Table]:
    """What the deal and each solution are worth; nothing where there is none."""
    points, sides = _points(solved), tuple(SIDE_LABELS.values())
    columns = ("", *(f"{side} payoff" for side in sides), *(f"{side} gain" for side in sides), "gains together")
    rows = []
    for point in points:
        amounts = [fixed(value, 2) for value in point.payoff]
        amounts += [fixed(value, 2, sign=True) for value in (*point.gain, sum(point.gain))]
        rows.append((name_of(point.name), *amounts))
    agreed = [place for place, point in enumerate(points) if point.name == "talks"]
    if rows:
        yield table("What each is worth, US$ bn a year; gains over walking away", columns, rows, strong=agreed)


def packages(solved: Solved, config: Config) -> Iterator[Table]:
    """Packages of the deal and of the solutions, on the grid and between its levels."""
    units = further_units(config)
    yield from _side_by_side(_points(solved), units, "Packages")
    if solved.refined:
        rows = [
            (name_of(one.point.name), *(fixed(value, 3, sign=True) for value in one.point.gain), fixed(one.shift, 3))
            for one in solved.refined
        ]
        columns = ("", "US gain", f"{partner_name()} gain", "away from the grid's")
        yield table("Between the levels of the grid, US$ bn a year", columns, rows)
        yield from _side_by_side([one.point for one in solved.refined], units, "Packages between the levels")


def _side_by_side(points: Sequence[Point], units: Mapping[str, str], title: str) -> Iterator[Table]:
    """Tables of packages side by side, as many as fit in a line."""
    for first in range(0, len(points), _ABREAST):
        shown = points[first : first + _ABREAST]
        rows = [
            (issue_label(issue, unit_of(issue, units)), *(_value(issue, point, units) for point in shown))
            for issue in ordered_issues(points[0].package)
        ]
        yield table(f"{title}, continued" if first else title, ("", *(_head(point.name) for point in shown)), rows)


def _value(issue: str, point: Point, units: Mapping[str, str]) -> str:
    return number(scale_of(unit_of(issue, units)) * point.package[issue])


def left(solved: Solved, config: Config) -> Iterator[Table]:
    """What another level of each issue would have added to the deal; nothing without one."""
    if solved.deal.point is None:
        return
    units = further_units(config)
    rows = []
    for issue in ordered_issues(solved.deal.value_left):
        added, value = solved.deal.value_left[issue]
        at = quantity(value, unit_of(issue, units)) if added > 0.0 else "as agreed"
        rows.append((plain(issue), fixed(added, 2), at))
    title = "Joint value that another level of one issue alone would add, US$ bn a year"
    yield table(title, ("", "added", "at"), rows)
