"""What the columns of tables hold: the entries of the one dictionary, and the names that may stand in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from experiments.labels import as_called, inside, outcome_label, plain
from experiments.labels import side as side_words
from experiments.story.ending import why_ended
from sim.issues import SIDE_PREFIX, SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Unit of what has none: a text, a rank, a number without dimension.
NO_UNIT: Final = "none"

#: Unit of a calendar day; in a file of text it is written 2025-07-22.
DATE: Final = "date"

#: A word in angle brackets in an entry stands for any name of its kind.
_ANY: Final = re.compile(r"<(\w+)>")


def _agent(name: str) -> str:
    return side_words(name) if name in SIDES else name


def _seat(name: str) -> str:
    return side_words(SIDES[SIDE_PREFIX.index(name)])


#: How a name of each kind is called inside a sentence.
_CALLED: Final[Mapping[str, Callable[[str], str]]] = {
    "agent": _agent,
    "side": side_words,
    "seat": _seat,
    "issue": lambda name: inside(plain(name)),
    "outcome": lambda name: inside(outcome_label(name)),
    "reason": why_ended,
    "term": lambda name: inside(plain(name)),
    "switch": lambda name: f"“{name}”",
}


@dataclass(frozen=True, slots=True)
class Described:
    """What a column holds.

    Attributes
    ----------
    column : str
        Its name, in which a word in angle brackets stands for any name of that kind: ``gain.<agent>``.
    meaning : str
        What it is, in words; ``<agent>`` is called as a reader has it.
    unit : str
        Its unit; ``<issue>`` and ``<path>`` are the unit of what stands there.
    missing : str
        What a missing value means; empty where none can be missing.
    values : str
        Vocabulary of its texts, a key of :data:`experiments.export.vocabulary.VOCABULARIES`; empty for any text.
    """

    column: str
    meaning: str
    unit: str
    missing: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """What a table holds: what its rows are, and its columns; of several that fit, the first counts."""

    rows: str
    columns: tuple[Described, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one answer that entries leave open.

    Attributes
    ----------
    issues : mapping of str to str
        Issues with their units.
    agents : tuple of str
        Governments, firms and chip makers.
    paths : mapping of str to tuple of str
        Numbers of the config, each with what it is and its unit.
    """

    issues: Mapping[str, str] = field(default_factory=dict)
    agents: tuple[str, ...] = ()
    paths: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def admits(self, kind: str, name: str) -> bool:
        """Whether a name may stand for a kind; of kinds without a list any may."""
        known = {"issue": self.issues, "agent": self.agents, "side": SIDES, "seat": SIDE_PREFIX}
        return kind not in known or name in known[kind]

    def called(self, kind: str, name: str) -> str:
        """Name inside a sentence."""
        if kind == "path":
            meaning, _ = self.paths.get(name, ("", ""))
            return f"{meaning} ({name})" if meaning else name
        return _CALLED.get(kind, str)(name)

    def unit(self, kind: str, name: str) -> str:
        """Unit of what a name stands for."""
        found = self.issues.get(name, "") if kind == "issue" else self.paths.get(name, ("", ""))[1]
        return found or NO_UNIT


def names_of(config: Config) -> Names:
    """Names of a config: issues that are ever on its table, agents, and every number."""
    from experiments.config.agenda_checks import all_entries
    from experiments.config.explain import further_units
    from experiments.config.meanings import meanings_of, units_of
    from experiments.config.numbers import numbers
    from experiments.labels import unit_of
    from sim.issues import ISSUES

    further = further_units(config)
    issues = [*(issue.name for issue in ISSUES), *(name for _, name, _ in all_entries(config))]
    entries = list(numbers(config))
    units, meanings = units_of(config, entries), meanings_of(config)
    return Names(
        {name: unit_of(name, further) for name in dict.fromkeys(issues)},
        (*SIDES, *(firm.name for firm in config.firms), *(maker.name for maker in config.chip_makers)),
        {
            entry.path: (
                meanings[entry.path],
                units[entry.path],
            )
            for entry in entries
        },
    )


def entry_for(column: str, table: DescribedTable, names: Names) -> Described | None:
    """Entry of a column with its names filled in, or None where the table has none for it."""
    for entry in sorted(table.columns, key=lambda one: bool(_ANY.search(one.column))):
        found = _named(entry.column, column)
        if found is not None and all(names.admits(kind, name) for kind, name in found.items()):
            return _filled(entry, column, found, names)
    return None


def _named(pattern: str, column: str) -> dict[str, str] | None:
    """Names that stand in a column for the kinds of a pattern, or None where it does not fit."""
    parts = _ANY.split(pattern)
    wanted = "".join(f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    match = re.fullmatch(wanted, column)
    return None if match is None else match.groupdict()


def _filled(entry: Described, column: str, found: Mapping[str, str], names: Names) -> Described:
    meaning, unit = entry.meaning, entry.unit
    for kind, name in found.items():
        meaning = meaning.replace(f"<{kind}>", names.called(kind, name))
        unit = unit.replace(f"<{kind}>", names.unit(kind, name)) if f"<{kind}>" in unit else unit
    return Described(column, as_called(meaning), unit, as_called(entry.missing), entry.values)


def placeholders(entry: Described) -> Iterator[str]:
    """Kinds of names that an entry leaves open."""
    yield from _ANY.findall(entry.column)
