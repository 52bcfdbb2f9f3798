"""The answer of a solved problem: its tables and numbers, how they are written, and how they are read back."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, final

import numpy as np
from pydantic import Field, FiniteFloat

from experiments.errors import MAX_RUNS
from experiments.questions.solve.points import BetweenLevels, Point
from experiments.questions.solve.problem import Solved, SolvedDeal, check_powers
from experiments.questions.solve.text import blocks, heading
from experiments.report.origin import Origin
from experiments.report.result import Result
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Count, checked
from sim.issues import SIDES
from sim.solutions.win_sets import Sizes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

#: Columns of the payoffs and gains of both sides, US$ bn a year.
_PAYOFFS: Final = tuple(f"payoff.{side}" for side in SIDES)
_GAINS: Final = tuple(f"gain.{side}" for side in SIDES)
#: What the columns of a package begin with.
_PACKAGE: Final = "package."

_POINT: Final = ("solution", *_PAYOFFS, *_GAINS)
_BETWEEN: Final = (*_POINT, "shift")
_TALKS: Final = ("outcome", "reason", "nash_distance", "pareto_gap", *_PAYOFFS, *_GAINS)
_LEFT: Final = ("issue", "added", "at")


_Pair = tuple[FiniteFloat, FiniteFloat]


class SolveSettings(Record):
    """What is asked beside config and seed."""

    run: Annotated[int, Field(ge=0, lt=MAX_RUNS)]
    powers: Annotated[tuple[float, ...], checked(check_powers)]
    refine: bool


class _Sizes(Record):
    """Numbers of packages: all, those in the win-set of each side, and those in both."""

    packages: Count
    win_sets: tuple[Count, Count]
    zone: Count


class SolveResults(Record):
    """What stands in no table of a solved problem."""

    date: dt.date
    walk_away: _Pair
    reservation: _Pair
    sizes: _Sizes | None


@final
@dataclass(frozen=True, eq=False, repr=False)
class SolveResult(Origin, Result):
    """The answer of a solved problem.

    Attributes
    ----------
    solved : Solved
        The bargaining problem with its solutions, and the deal.
    """

    solved: Solved

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``frontier``, ``solutions``, ``between_levels``, ``talks`` and ``value_left``."""
        return tables_of(self.solved)

    @property
    def negotiations(self) -> int:
        """The one that was played."""
        return 1

    def headline(self) -> str:
        """Say which negotiation it was and how it ended."""
        return heading(self.solved, self.config)

    def blocks(self) -> Sequence[Block]:
        """How the talks ended, the problem, its solutions, and what was left."""
        return tuple(blocks(self.solved, self.config))

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """The plane of gains with the frontier, the solutions and the deal."""
        return {"bargaining_problem": self._drawn}

    def _drawn(self) -> Figure | None:
        from experiments.questions.solve.figures import bargaining_problem

        solved = self.solved
        if not len(solved.frontier):
            return None
        tables = self.tables
        frontier = (tables["frontier"] - np.array(solved.walk_away)).set_axis([*_GAINS], axis=1)
        deal = tables["talks"].assign(solution="talks").dropna(subset=[*_GAINS])
        points = [table[["solution", *_GAINS]] for table in (deal, tables["solutions"]) if len(table)]
        needs: dict[str, float] = {}
        for side, without, least in zip(SIDES, solved.walk_away, solved.reservation, strict=True):
            needs[side] = least - without
        return bargaining_problem(frontier, _joined(points), needs)

    def plain(self) -> dict[str, Any]:
        """Everything as plain data; values of issues in their units, money in US$ bn a year."""
        solved, deal = self.solved, self.solved.deal
        return {
            "config": self.config.name,
            "seed": solved.seed,
            "run": solved.run,
            "date": str(solved.date),
            "walk_away": _by_side(solved.walk_away),
            "reservation": _by_side(solved.reservation),
            "frontier_points": len(solved.frontier),
            "frontier_points_in_zone": solved.in_zone(),
            "win_sets": _plain_sizes(solved.sizes),
            "solutions": {point.name: _plain_point(point) for point in solved.points},
            "between_levels": {
                one.point.name: {**_plain_point(one.point), "shift": one.shift} for one in solved.refined
            },
            "talks": {
                "outcome": deal.outcome,
                "reason": deal.reason,
                **(_plain_point(deal.point) if deal.point else {"package": None, "payoff": None, "gain": None}),
                "nash_distance": deal.nash_distance,
                "pareto_gap": deal.pareto_gap,
                "value_left": {issue: {"added": added, "at": at} for issue, (added, at) in deal.value_left.items()},
            },
        }


def _plain_sizes(sizes: Sizes | None) -> dict[str, int] | None:
    if sizes is None:
        return None
    return {"packages": sizes.packages, **dict(zip(SIDES, sizes.win_sets, strict=True)), "zone": sizes.zone}


def _plain_point(point: Point) -> dict[str, Any]:
    return {"package": point.package, "payoff": _by_side(point.payoff), "gain": _by_side(point.gain)}


def _by_side(values: tuple[float, float]) -> dict[str, float]:
    return dict(zip(SIDES, values, strict=True))


def tables_of(solved: Solved) -> dict[str, pd.DataFrame]:
    """Tables of a solved problem, by the names of their files."""
    import pandas as pd

    deal = solved.deal
    talks = (deal.outcome, deal.reason, deal.nash_distance, deal.pareto_gap)
    nothing = dict.fromkeys((*_PAYOFFS, *_GAINS), math.nan)
    ending = dict(zip(_TALKS, talks, strict=False)) | (nothing if deal.point is None else _row(deal.point))
    between = [{"solution": one.point.name, **_row(one.point), "shift": one.shift} for one in solved.refined]
    left = [(issue, added, at) for issue, (added, at) in deal.value_left.items()]
    return {
        "frontier": pd.DataFrame(solved.frontier, columns=[*_PAYOFFS]),
        "solutions": _frame(_POINT, [{"solution": point.name, **_row(point)} for point in solved.points]),
        "between_levels": _frame(_BETWEEN, between),
        "talks": _frame(_TALKS, [ending]).astype({"nash_distance": float, "pareto_gap": float}),
        "value_left": pd.DataFrame(left, columns=[*_LEFT]),
    }


def _row(point: Point) -> dict[str, float]:
    amounts = dict(zip((*_PAYOFFS, *_GAINS), (*point.payoff, *point.gain), strict=True))
    return amounts | {f"{_PACKAGE}{issue}": value for issue, value in point.package.items()}


def _frame(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Table with some columns first, whether or not it has a row; packages follow."""
    import pandas as pd

    issues = dict.fromkeys(name for row in rows for name in row if name not in columns)
    return pd.DataFrame(rows, columns=[*columns, *issues])


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["solution", *_GAINS])


def numbers_of(solved: Solved) -> dict[str, Any]:
    """What stands in no table of a solved problem."""
    return {
        "date": str(solved.date),
        "walk_away": solved.walk_away,
        "reservation": solved.reservation,
        "sizes": None if solved.sizes is None else solved.sizes._asdict(),
    }


def read(found: Finished) -> SolveResult:
    """Read the answer of a solved problem."""
    settings, results = found.settings(SolveSettings), found.results(SolveResults)
    frontier = found.table(table_file("frontier"), _PAYOFFS)[[*_PAYOFFS]]
    solutions = found.table(table_file("solutions"), _POINT, texts=("solution",))
    between = found.table(table_file("between_levels"), _BETWEEN, texts=("solution",))
    sizes = results.sizes
    solved = Solved(
        seed=found.seed,
        run=settings.run,
        date=results.date,
        walk_away=results.walk_away,
        reservation=results.reservation,
        frontier=np.ascontiguousarray(frontier.to_numpy(np.float64)),
        sizes=None if sizes is None else Sizes(sizes.packages, sizes.win_sets, sizes.zone),
        points=tuple(_point(row) for row in solutions.to_dict("records")),
        deal=_deal(found),
        refined=tuple(BetweenLevels(_point(row), float(row["shift"])) for row in between.to_dict("records")),
    )
    return SolveResult(found.config, found.manifest, found.folder, solved)


def _deal(found: Finished) -> SolvedDeal:
    talks = found.table(table_file("talks"), _TALKS, texts=("outcome", "reason"))
    if len(talks) != 1:
        raise found.damaged(table_file("talks"), "it should have one row")
    (row,) = talks.to_dict("records")
    left = found.table(table_file("value_left"), _LEFT, texts=("issue",))
    return SolvedDeal(
        str(row["outcome"]),
        str(row["reason"]),
        None if math.isnan(row[_PAYOFFS[0]]) else _point({"solution": "talks", **row}),
        _or_none(row["nash_distance"]),
        _or_none(row["pareto_gap"]),
        {str(issue): (float(added), float(at)) for issue, added, at in left[[*_LEFT]].itertuples(index=False)},
    )


def _point(row: Any) -> Point:
    package = {
        name.removeprefix(_PACKAGE): float(value) for name, value in row.items() if name.startswith(_PACKAGE)
    }  # fmt: skip
    payoff, gain = (_pair([row[name] for name in names]) for names in (_PAYOFFS, _GAINS))
    return Point(str(row["solution"]), package, payoff, gain)


def _pair(values: Iterable[float]) -> tuple[float, float]:
    us, partner = values
    return float(us), float(partner)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
