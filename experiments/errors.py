"""What is wrong with the input of a user, and where: every error of theirs, and limits of what they may ask for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib.util import find_spec
from numbers import Integral
from typing import Final

MAX_RUNS: Final = 10**9

SEEDS: Final = (0, 2**63 - 1)

#: More processes than any one machine has use for.
MAX_WORKERS: Final = 1_024

_LONGEST_VALUE = 80
#: Problems that a message spells out.
_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class Position:
    """Where a value was written: a position in a file, or another origin such as a ``--set`` option.

    Attributes
    ----------
    origin : str
        File name as the user gave it, or the option.
    line, column : int
        Counted from 1; a line of 0 means that the origin has no lines.
    """

    origin: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.origin}:{self.line}:{self.column}" if self.line else self.origin


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: its place, the path of the key (may be empty) and what would be right."""

    place: Position
    path: str
    message: str

    def __str__(self) -> str:
        return printable(": ".join(part for part in (str(self.place), self.path, self.message) if part))


class ConfigError(Exception):
    """A config, a file of the record, or a table of positions that cannot be used.

    Its text lists the problems, one a line, and counts those beyond the first fifty.

    Attributes
    ----------
    problems : tuple of Problem
        What is wrong, each thing once, in the order of the files.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=_position))
        lines = [str(problem) for problem in self.problems[:_MOST_LISTED]]
        if further := len(self.problems) - len(lines):
            lines.append(f"and {further:,} more problem{'s' if further > 1 else ''}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


def _position(problem: Problem) -> tuple[str, int, int]:
    return problem.place.origin, problem.place.line, problem.place.column


@contextmanager
def given_with(option: str, value: object) -> Iterator[None]:
    """Name the option before all that is wrong with what it names, such as a file."""
    given = f"{option} {value}"
    try:
        yield
    except ConfigError as error:
        raise ConfigError(
            replace(
                problem,
                place=replace(
                    problem.place,
                    origin=given if problem.place.origin == str(value) else f"{given}: {problem.place.origin}",
                ),
            )
            for problem in error.problems
        ) from None


#: Parts of paths that were renamed, with what they are called now.
RENAMED: Final = {
    "japan_government": "partner",
    "japan_value": "partner_value",
    "japan_gdp": "partner_gdp",
    "japanese_inputs": "partner_inputs",
    "us_exports_to_japan": "us_exports_to_partner",
    "rice_cost": "farm_cost",
    "rice_free_purchases": "farm_free_purchases",
    "rice_purchase_span": "farm_purchase_span",
}


def suggestion(word: str, known: Iterable[str], most: int = 12) -> str:
    """Clause with the new name of a word, else with the closest known one, or all when they are at most so many."""
    options = list(dict.fromkeys(known))
    renamed = ".".join(RENAMED.get(part, part) for part in word.split("."))
    if renamed != word and renamed in options:
        return f"; it is called {renamed} now"
    close = difflib.get_close_matches(word, options, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known: {', '.join(options)}" if 0 < len(options) <= most else ""


def ended(text: str) -> str:
    """Sentence with its full stop, unless it ends in a question."""
    return text if text.endswith("?") else f"{text}."


def shown(value: object) -> str:
    """Value as it is quoted in a message: as YAML on one line, shortened when it is long."""
    text = printable(" ".join(_flow(value).split())) or "''"
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


def printable(text: str) -> str:
    """Text with every character that no terminal shows written as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def _flow(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(part)}' for key, part in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_flow(part) for part in value)}]"
    return str(value)


class RunError(Exception):
    """A run that cannot start, go on or be read back; the message says why and what to do."""


def check_whole(option: str, value: object) -> None:
    """Refuse what is no whole number; those of NumPy are."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise RunError(f"{option} is {value!r}; it must be a whole number.")


def check_number(option: str, value: int, least: int, most: int) -> None:
    """Refuse what is no whole number, and one outside its limits."""
    check_whole(option, value)
    if not least <= value <= most:
        raise RunError(f"{option} is {value:,}; it must be a whole number from {least:,} to {most:,}.")


def date_given(option: str, value: date | str) -> date:
    """Day that an option names, written as 2025-05-28.

    Raises
    ------
    RunError
        When it is none.
    """
    found = value if isinstance(value, date) else day_in(value)
    if found is None:
        raise RunError(f"{option} {shown(value)}: it must be a calendar date such as 2025-05-28.")
    return found


def day_in(text: str) -> date | None:
    """Day that a text is, written as 2025-05-28; None where it is none, or one in another form."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.isoformat() == text else None


def check_choice(option: str, value: object, choices: Iterable[str]) -> None:
    """Refuse what is none of the choices."""
    known = tuple(choices)
    if value not in known:
        raise RunError(f"{option} is {shown(value)}; {one_of(known)}.")


def one_of(choices: Sequence[str]) -> str:
    """Clause that says which values are right."""
    return f"it must be {' or '.join(choices)}" if len(choices) <= 2 else f"it must be one of {', '.join(choices)}"


def check_level(level: float) -> None:
    """Refuse what is no level of an interval."""
    if not 0.0 < level < 1.0:
        raise RunError(f"--level is {level:g}; it must lie between 0 and 1, for example 0.95.")


def need(module: str, extra: str, by: str = "this command") -> None:
    """Refuse to go on without a library that something is needed by, saying how to install it."""
    try:
        is_there = find_spec(module) is not None
    except ValueError:
        # Python was told that there is no such module.
        is_there = False
    if not is_there:
        raise RunError(missing(module, extra, by))


def missing(module: str, extra: str, by: str = "this command") -> str:
    """Say that a library is not there, and how to install it."""
    return f"{by} needs {module}, which is not installed here; install it with: pip install 'winset[{extra}]'"


def tactic_hint(name: str) -> str:
    """Clause that gives the new name of a tactic that was renamed, else the closest name that there is."""
    # Compiled rules stand behind the registry, and a start without them is quicker.
    from agents.tactics.registry import RENAMED, TACTICS

    if name in RENAMED:
        return f"; what was {name} is now called {RENAMED[name]}"
    return suggestion(name, TACTICS)
