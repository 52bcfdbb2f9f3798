"""Which column of a table of positions means what: our own names, those of KTAB and of re-implementations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, final

from experiments.errors import ConfigError, Position, Problem, suggestion
from experiments.labels import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Columns of a table as winset writes it, of which the issue may be left out where there is only one.
OWN: Final = ("actor", "issue", "position", "salience", "power")
FURTHER: Final = ("unit", "scale_low", "scale_high", "disagreement")

#: What else columns are called, in small letters.
_ALSO: Final[dict[str, str]] = {
    "stakeholder": "actor",
    "capability": "power",
    "capabilities": "power",
    "influence": "power",
    "clout": "power",
    "dimension": "issue",
    "pstn": "position",
    "sal": "salience",
}

#: A column of one issue among several, as KTAB has them: ``Pstn1``, ``Sal1``, ``Policy Position``, ``Policy Salience``.
_OF_ISSUE: Final = re.compile(
    r"(?P<issue>.*?)[ _]*(?P<word>position|pstn|salience|sal)[ _]*(?P<number>\d*)", re.IGNORECASE
)

#: Header of a table in our own columns.
EXAMPLE: Final = ",".join(OWN)


@final
@dataclass(frozen=True, slots=True)
class Headings:
    """Places of the columns of a table.

    Attributes
    ----------
    single : dict of str to int
        Place of each column that a row has once, by our name for it.
    pairs : dict of str to tuple of int
        Places of position and salience by issue, where a row holds several issues or names its own in the header.
    headings : tuple of str
        The header as it is written.
    unused : tuple of str
        Columns without a counterpart.
    """

    single: dict[str, int]
    pairs: dict[str, tuple[int, int]]
    headings: tuple[str, ...]
    unused: tuple[str, ...] = field(default=())

    def notes(self) -> list[str]:
        """Say what other names were taken for, and what has no counterpart."""
        said = []
        others = [f"{self.headings[place]} as {name}" for name, place in self.single.items()
                  if self.headings[place].lower() != name]  # fmt: skip
        others += [
            f"{self.headings[position]} and {self.headings[salience]} as position and salience on {issue}"
            for issue, (position, salience) in self.pairs.items()
        ]
        if others:
            said.append(f"Columns read by other names: {listed(others)}.")
        if self.unused:
            said.append(f"Columns without a counterpart here, which no forecaster uses: {listed(list(self.unused))}.")
        return said


def own_name(heading: str) -> str:
    """Our name of a column, or its own in small letters."""
    plain = heading.strip().lower()
    return _ALSO.get(plain, plain)


def names_actors(cells: Sequence[str]) -> bool:
    """Whether a row is a header, that is, has a column of actors beside others."""
    return len(cells) > 1 and "actor" in {own_name(cell) for cell in cells} - {""} and not _is_data(cells)


def _is_data(cells: Sequence[str]) -> bool:
    return any(re.fullmatch(r"[-+]?\d+(\.\d*)?", cell.strip()) for cell in cells)


def columns_of(cells: Sequence[str], origin: str, line: int) -> Headings:
    """Understand a header.

    Raises
    ------
    experiments.errors.ConfigError
        When a column is missing or comes twice.
    """
    headings = tuple(cell.strip() for cell in cells)
    single: dict[str, int] = {}
    words: dict[str, dict[str, int]] = {}
    unused: list[str] = []
    problems: list[Problem] = []
    for place, heading in enumerate(headings):
        name, here = own_name(heading), Position(origin, line, place + 1)
        if name in (*OWN, *FURTHER):
            if name in single:
                other = headings[single[name]]
                problems.append(Problem(here, heading, f"means {name}, as column {other} does already"))
            single.setdefault(name, place)
        elif (found := _OF_ISSUE.fullmatch(heading)) is not None:
            issue, word = _issue_of(found), own_name(found["word"])
            if word in words.setdefault(issue, {}):
                problems.append(Problem(here, heading, f"is the second column of {word} on {issue}"))
            words[issue].setdefault(word, place)
        elif heading:
            unused.append(heading)
    problems += _missing(single, words, headings, Position(origin, line, 1))
    if problems:
        raise ConfigError(problems)
    pairs = {issue: (both["position"], both["salience"]) for issue, both in words.items()}
    return Headings(single, pairs, headings, tuple(unused))


def _issue_of(found: re.Match[str]) -> str:
    words = " ".join(part for part in (found["issue"].strip(" _"), found["number"]) if part)
    return f"dimension {words}" if words.isdecimal() else words


def _missing(
    single: dict[str, int], words: dict[str, dict[str, int]], headings: Sequence[str], here: Position
) -> list[Problem]:
    needed = ["actor", "power", *(() if words else ("position", "salience"))]
    found = [
        Problem(here, name, f"there is no such column{suggestion(name, headings)}; a header is {EXAMPLE}")
        for name in needed
        if name not in single
    ]
    for issue, both in words.items():
        for word in ("position", "salience"):
            if word not in both:
                found.append(Problem(here, f"{issue} {word}", f"there is no such column beside the other of {issue}"))
    twice = [name for name in ("issue", "position", "salience") if words and name in single]
    found += [
        Problem(
            replace(here, column=single[name] + 1),
            headings[single[name]],
            f"stands beside columns of single issues ({listed(list(words))})",
        )
        for name in twice
    ]
    return found
