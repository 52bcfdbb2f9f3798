"""Who wants what on which issue, how much it matters to them and how much they weigh: what every forecaster reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, final

import numpy as np

from experiments.config.digest import config_digest
from experiments.errors import RunError, ended, shown, suggestion

if TYPE_CHECKING:
    from sim.records import Floats

#: Ranges of issues by their names; under the empty name that of all others.
Ranges = Mapping[str, tuple[float, float]]

#: Actors on one issue at most.
MAX_ACTORS: Final = 200

#: Largest number in absolute value: products of such ones are exact enough, and none is endless.
LARGEST: Final = 1e12


def issue_words(name: str) -> str:
    """Name of an issue as a reader has it: ``car_tariff`` becomes ``car tariff``."""
    return name.replace("_", " ")


@final
@dataclass(frozen=True, eq=False)
class IssuePositions:
    """Positions of actors on one issue.

    Attributes
    ----------
    name : str
        The issue.
    actors : tuple of str
        Who has a position on it.
    position : numpy.ndarray
        What each wants, in the unit of the issue.
    salience : numpy.ndarray
        How much the issue matters to each, from 0 to 1.
    power : numpy.ndarray
        How much each weighs, on any scale.
    low, high : float
        Ends of the range of the issue.
    unit : str
        Unit of positions; empty where none is given.
    disagreement : numpy.ndarray or None
        What no agreement is worth to each, from 0 to 1; None where nothing is said, which is 0.

    Raises
    ------
    experiments.errors.RunError
        When a number is outside its limits, or nobody weighs.
    """

    name: str
    actors: tuple[str, ...]
    position: Floats
    salience: Floats
    power: Floats
    low: float
    high: float
    unit: str = ""
    disagreement: Floats | None = None

    def __post_init__(self) -> None:
        if complaint := next(self._complaints(), None):
            raise RunError(f"{self.name}: {complaint}.")

    def _complaints(self) -> Iterator[str]:
        """What is wrong with it."""
        count = len(self.actors)
        if not 1 <= count <= MAX_ACTORS:
            yield f"it must have 1 to {MAX_ACTORS} actors, and has {count:,}"
        if len(set(self.actors)) < count:
            yield "an actor stands on it twice"
        if not -LARGEST <= self.low < self.high <= LARGEST:
            yield (
                f"its range is from {self.low:g} to {self.high:g}; it must be from a lower end to a higher one, both "
                f"at most {LARGEST:g} in absolute value"
            )
        limits = {"position": (self.low, self.high), "salience": (0.0, 1.0), "power": (0.0, LARGEST),
                  "disagreement": (0.0, 1.0)}  # fmt: skip
        for name, (least, most) in limits.items():
            values = getattr(self, name)
            if values is None:
                continue
            if values.shape != (count,):
                yield f"{name} must be one number for each of the actors"
            elif (wrong := np.flatnonzero(~(np.isfinite(values) & (values >= least) & (values <= most)))).size:
                given = f"{values[wrong[0]]:g}"
                yield f"{name} of {shown(self.actors[wrong[0]])} must be from {least:g} to {most:g} (got {given})"
        if not self.weight.any():
            yield "no actor has both power and salience, so that nobody weighs"

    @property
    def label(self) -> str:
        """Its name as a reader has it."""
        return issue_words(self.name)

    @property
    def scale(self) -> float:
        """The range R."""
        return self.high - self.low

    @property
    def weight(self) -> Floats:
        """Power times salience of each actor."""
        weight: Floats = self.power * self.salience
        return weight

    @property
    def options(self) -> Floats:
        """Positions that some actor takes, each once, from the lowest."""
        return np.unique(self.position)


@final
@dataclass(frozen=True, eq=False)
class PositionTable:
    """Positions of actors on issues: what a question on positions is about, as a config is what others are about.

    Attributes
    ----------
    name : str
        Name of the table, after which a directory is called.
    issues : tuple of IssuePositions
        Its issues.
    notes : tuple of str
        How it was read, a sentence each.
    """

    name: str
    issues: tuple[IssuePositions, ...]
    notes: tuple[str, ...] = ()

    @property
    def actors(self) -> tuple[str, ...]:
        """Every actor once, in the order of the table."""
        return tuple(dict.fromkeys(actor for issue in self.issues for actor in issue.actors))

    def matrix(self, values: Mapping[str, Floats]) -> Floats:
        """Values by issue as one array ``[issue, actor]`` over all actors, NaN where an actor has no position."""
        found = np.full((len(self.issues), len(self.actors)), np.nan)
        for row, issue in enumerate(self.issues):
            found[row, [self.actors.index(actor) for actor in issue.actors]] = values[issue.name]
        return found

    def resolved(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "name": self.name,
            "issues": {issue.name: _plain(issue) for issue in self.issues},
            "notes": list(self.notes),
        }

    def digest(self) -> str:
        """Digest of :meth:`resolved`."""
        return config_digest(self.resolved())

    @classmethod
    def from_resolved(cls, plain: Mapping[str, Any]) -> Self:
        """Table of plain data that :meth:`resolved` gave."""
        issues = tuple(_issue(name, one) for name, one in plain["issues"].items())
        return cls(plain["name"], issues, tuple(plain["notes"]))


def _plain(issue: IssuePositions) -> dict[str, Any]:
    at_odds = [None] * len(issue.actors) if issue.disagreement is None else issue.disagreement.tolist()
    columns = (issue.position.tolist(), issue.salience.tolist(), issue.power.tolist(), at_odds)
    return {
        "unit": issue.unit,
        "low": issue.low,
        "high": issue.high,
        "actors": {
            actor: {"position": position, "salience": salience, "power": power, "disagreement": without}
            for actor, position, salience, power, without in zip(issue.actors, *columns, strict=True)
        },
    }


def _issue(name: str, plain: Mapping[str, Any]) -> IssuePositions:
    rows = list(plain["actors"].values())
    columns = {key: np.array([row[key] for row in rows], dtype=float) for key in ("position", "salience", "power")}
    without = [row["disagreement"] for row in rows]
    return IssuePositions(
        name,
        tuple(plain["actors"]),
        **columns,
        low=float(plain["low"]),
        high=float(plain["high"]),
        unit=str(plain["unit"]),
        disagreement=None if None in without else np.array(without, dtype=float),
    )


def check_ranges(ranges: Ranges, issues: Iterable[str], whose: str) -> None:
    """Refuse a range that is empty or has an end that is none, and one of no issue; `whose` says who has the issues.

    Raises
    ------
    experiments.errors.RunError
        Naming the range as it is written on the command line.
    """
    known = list(issues)
    for name, (low, high) in ranges.items():
        written = f"--range {name}{'=' if name else ''}{low:g}:{high:g}"
        if name and name not in known:
            raise RunError(ended(f"{written}: {whose} has no such issue{suggestion(name, known)}"))
        if not (abs(low) <= LARGEST and abs(high) <= LARGEST):
            raise RunError(f"{written}: the ends of a range must be numbers of at most {LARGEST:g} in absolute value.")
        if not low < high:
            raise RunError(f"{written}: the range is empty; write it from its lower end to its upper one.")
