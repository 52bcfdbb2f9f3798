"""The four files of the record as one value: read, checked against each other, and cut off at a date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar, final

from experiments.errors import ConfigError, Position, Problem, given_with, suggestion
from experiments.files import installed
from experiments.record.cases import CASE_COLUMNS, CaseFacts
from experiments.record.columns import RecordColumn
from experiments.record.csv_lines import COMMENT, cells_of, check_count, lines_of, positions_of_columns
from experiments.record.rows import (
    ALL,
    EVENT_COLUMNS,
    OUTCOME_COLUMNS,
    POSITION_COLUMNS,
    DatedEvent,
    RecordedOutcome,
    RecordRow,
    StatedPosition,
)

#: The record that comes with winset.
RECORD: Final = installed("configs") / "record"

#: Option that names a record of one's own.
OPTION: Final = "--record"
#: What the folder of a record holds.
FILES: Final = ("positions.csv", "events.csv", "cases.csv", "outcomes.csv")

#: Bytes of a file of the record. The largest shipped one has 13 kB.
MAX_BYTES: Final = 1024 * 1024

AnyRow = TypeVar("AnyRow", bound=RecordRow)


def rows_known_by(rows: Iterable[AnyRow], day: date) -> tuple[AnyRow, ...]:
    """Rows that could be known by `day`, in their order; of the facts of a case what was known then.

    Parameters
    ----------
    rows : iterable of rows
        Positions, events, facts of cases, or outcomes.
    day : datetime.date
        Last day whose knowledge counts.
    """
    return tuple(known for row in rows if (known := row.as_known(day)) is not None)


@final
@dataclass(frozen=True, slots=True)
class DatedRecord:
    """Everything of the record, in the order of the files.

    Attributes
    ----------
    positions : tuple of StatedPosition
    events : tuple of DatedEvent
    cases : tuple of CaseFacts
    outcomes : tuple of RecordedOutcome
    """

    positions: tuple[StatedPosition, ...]
    events: tuple[DatedEvent, ...]
    cases: tuple[CaseFacts, ...]
    outcomes: tuple[RecordedOutcome, ...]

    @property
    def digest(self) -> str:
        """Digest of all rows, in hexadecimal; where they were read from is no part of it."""
        return hashlib.blake2b(repr(self).encode(), digest_size=16).hexdigest()

    def known_by(self, day: date) -> DatedRecord:
        """The record without what was learnt after `day`."""
        return DatedRecord(
            rows_known_by(self.positions, day),
            rows_known_by(self.events, day),
            rows_known_by(self.cases, day),
            rows_known_by(self.outcomes, day),
        )

    def case(self, name: str) -> CaseFacts:
        """Facts of a case, by its name in any case of letters.

        Raises
        ------
        experiments.errors.ConfigError
            When there is no such case.
        """
        for one in self.cases:
            if one.case.casefold() == name.casefold():
                return one
        known = [one.case for one in self.cases]
        message = f"there is no such case in the record{suggestion(name, known, most=20)}"
        raise ConfigError([Problem(Position(name), "", message)])

    def in_force(self, case: str, issue: str, day: date) -> DatedEvent | None:
        """Tariff of an issue that a case pays on `day`: the last one set by then, of its own or for all countries.

        Of tariffs that were set on one day the last in the file counts.
        """
        found = None
        for event in self.events:
            is_about = event.kind == "tariff" and event.issue == issue and event.case in (case, ALL)
            if is_about and event.date <= day and (found is None or event.date >= found.date):
                found = event
        return found


def read_record(folder: Path = RECORD) -> DatedRecord:
    """Read the four files of a record and check them against each other.

    Parameters
    ----------
    folder : pathlib.Path
        Where ``positions.csv``, ``events.csv``, ``cases.csv`` and ``outcomes.csv`` lie; by default those of winset.

    Raises
    ------
    experiments.errors.ConfigError
        Listing everything that is wrong, with file, line, column, value and what would be right.
    """
    if folder.is_file():
        message = f"is a file; a record is a folder that holds {', '.join(FILES[:-1])} and {FILES[-1]}"
        raise ConfigError([Problem(Position(str(folder)), "", message)])
    record = DatedRecord(
        read_positions(folder / "positions.csv"),
        read_events(folder / "events.csv"),
        read_cases(folder / "cases.csv"),
        read_outcomes(folder / "outcomes.csv"),
    )
    known = [one.case for one in record.cases]
    about = [one for one in record.events if one.case != ALL]
    rows: list[RecordRow] = [*record.positions, *about, *record.outcomes]
    problems = [
        Problem(row.place, "case", f"{row.case} is no case of cases.csv{suggestion(row.case, known, most=0)}")
        for row in rows
        if row.case not in known
    ]
    if problems:
        raise ConfigError(problems)
    return record


def record_of(given: DatedRecord | str | Path | None) -> DatedRecord:
    """Record of whatever names it: itself, its folder as an option names it, or by default the one of winset.

    Raises
    ------
    experiments.errors.ConfigError
        As :func:`read_record`, with the option before it.
    """
    if given is None:
        return read_record()
    if isinstance(given, DatedRecord):
        return given
    with given_with(OPTION, given):
        return read_record(Path(given))


def read_positions(path: Path) -> tuple[StatedPosition, ...]:
    """Read ``positions.csv``."""
    return _rows(path, POSITION_COLUMNS, StatedPosition, ("case", "round", "date", "side", "issue", "status"))


def read_events(path: Path) -> tuple[DatedEvent, ...]:
    """Read ``events.csv``."""
    return _rows(path, EVENT_COLUMNS, DatedEvent, ("case", "date", "kind", "issue", "value"))


def read_cases(path: Path) -> tuple[CaseFacts, ...]:
    """Read ``cases.csv``, or a file of one row that ``winset case`` has written."""
    return _rows(path, CASE_COLUMNS, CaseFacts, ("case",))


def read_outcomes(path: Path) -> tuple[RecordedOutcome, ...]:
    """Read ``outcomes.csv``."""
    return _rows(path, OUTCOME_COLUMNS, RecordedOutcome, ("case",))


def _rows(path: Path, columns: Sequence[RecordColumn], row: type[AnyRow], key: Sequence[str]) -> tuple[AnyRow, ...]:
    """Rows of a file, of which no two have the same values in the columns of `key`."""
    (number, comment), *rest = lines_of(path, MAX_BYTES)
    name = str(path)
    if not comment.startswith(COMMENT):
        message = f"the first line must be a comment that says where the rows come from, such as {COMMENT} Sources: ..."
        raise ConfigError([Problem(Position(name, number, 1), "", message)])
    if not rest:
        raise ConfigError([Problem(Position(name, number, 1), "", f"there is no header; it is {_header(columns)}")])
    header = cells_of(*rest[0], name)
    places = positions_of_columns(header, [column.name for column in columns])
    found: list[AnyRow] = []
    problems: list[Problem] = []
    for at, line in rest[1:]:
        try:
            found.append(_row(at, line, name, columns, row, places))
        except ConfigError as error:
            problems.extend(error.problems)
    problems.extend(_doubles(found, key))
    if problems:
        raise ConfigError(problems)
    return tuple(found)


def _header(columns: Sequence[RecordColumn]) -> str:
    return ",".join(column.name for column in columns)


def _row(
    number: int, line: str, origin: str, columns: Sequence[RecordColumn], row: type[AnyRow], places: dict[str, int]
) -> AnyRow:
    here = Position(origin, number, 1)
    if not line.strip():
        raise ConfigError([Problem(here, "", "the line is empty; leave it out")])
    cells = cells_of(number, line, origin)
    check_count(cells, len(places))
    values: dict[str, Any] = {}
    problems = []
    by_name = {column.name: cells[places[column.name]] for column in columns}
    for column in columns:
        cell = by_name[column.name]
        try:
            values[column.name] = column.value(cell.text)
        except ValueError as error:
            problems.append(Problem(cell.place, column.name, str(error)))
    if problems:
        raise ConfigError(problems)
    made = row(**values, place=here)
    disagreeing = [Problem(by_name[column].place, column, message) for column, message in made.complaints()]
    if disagreeing:
        raise ConfigError(disagreeing)
    return made


def _doubles(rows: Sequence[RecordRow], key: Sequence[str]) -> Iterator[Problem]:
    seen: dict[tuple[object, ...], RecordRow] = {}
    for row in rows:
        values = tuple(row.case.casefold() if name == "case" else getattr(row, name) for name in key)
        first = seen.setdefault(values, row)
        if first is not row:
            message = f"line {first.place.line} has the same {', '.join(key)}; one of both must go"
            if first.case != row.case:
                message += f" ({first.case} and {row.case} are one name, for capital letters do not count)"
            yield Problem(row.place, "", message)
