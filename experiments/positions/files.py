"""Files of positions: CSV in our own columns, or as KTAB writes it, to a table; every mistake with its place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, final

import numpy as np

from experiments.config.yaml import text_complaint
from experiments.errors import ConfigError, Position, Problem, RunError, shown
from experiments.files import decoded, read_source
from experiments.labels import counted
from experiments.positions.headings import EXAMPLE, Headings, columns_of, names_actors
from experiments.positions.table import LARGEST, MAX_ACTORS, IssuePositions, PositionTable, Ranges, check_ranges

#: Range of an issue of which none is declared.
USUAL_RANGE: Final = (0.0, 100.0)

#: Bytes of a file of positions.
MAX_BYTES: Final = 256 * 1024

_NUMBER: Final = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_WHAT: Final = "a table of positions"
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}


@final
@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a file: where it stands, and its cells."""

    line: int
    cells: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class _Entry:
    """An actor's position on an issue, as it was read."""

    actor: str
    line: int
    places: dict[str, int]
    numbers: dict[str, float]


@final
@dataclass(slots=True)
class _Reader:
    """What is known of a file while its rows are read."""

    origin: str
    columns: Headings
    only: str
    problems: list[Problem] = field(default_factory=list)
    entries: dict[str, list[_Entry]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    def complain(self, line: int, place: int, message: str) -> None:
        heading = self.columns.headings[place] if place < len(self.columns.headings) else ""
        self.problems.append(Problem(Position(self.origin, line, place + 1), heading, message))

    def take(self, row: _Row) -> None:
        """Read one row: one position in our own columns, one for each issue in those of KTAB."""
        width = len(self.columns.headings)
        beyond = [place for place, cell in enumerate(row.cells) if place >= width and cell]
        if beyond:
            what = f"is a cell beyond the {counted(width, 'column')} of the header (got {shown(row.cells[beyond[0]])})"
            self.complain(row.line, beyond[0], what)
            return
        single = self.columns.single
        actor = self._cell(row, single["actor"])
        if not actor:
            self.complain(row.line, single["actor"], "is empty; name the actor")
        power = self._number(row, single["power"])
        if power is not None and power < 0.0:
            self.complain(
                row.line, single["power"], f"must be 0 or more (got {shown(self._cell(row, single['power']))})"
            )
        pairs = self.columns.pairs or {self._issue(row): (single["position"], single["salience"])}
        for issue, (position, salience) in pairs.items():
            if self.columns.pairs and not self._cell(row, position) and not self._cell(row, salience):
                continue
            places = {"position": position, "salience": salience, "power": single["power"]}
            numbers = {"position": self._number(row, position), "salience": self._number(row, salience), "power": power}
            if "disagreement" in single:
                places["disagreement"] = single["disagreement"]
                numbers["disagreement"] = self._number(row, single["disagreement"])
            known = {name: value for name, value in numbers.items() if value is not None}
            self.entries.setdefault(issue, []).append(_Entry(actor, row.line, places, known))
            self._declared(row, issue)

    def _cell(self, row: _Row, place: int) -> str:
        return row.cells[place] if place < len(row.cells) else ""

    def _number(self, row: _Row, place: int) -> float | None:
        text = self._cell(row, place)
        if not text:
            self.complain(row.line, place, "is empty; it must be a number")
        elif not _NUMBER.fullmatch(text) or not np.isfinite(float(text)):
            self.complain(row.line, place, f"must be a number, with a point for decimals (got {shown(text)})")
        elif abs(float(text)) > LARGEST:
            self.complain(row.line, place, f"must be at most {LARGEST:g} in absolute value (got {shown(text)})")
        else:
            return float(text)
        return None

    def _issue(self, row: _Row) -> str:
        place = self.columns.single.get("issue")
        if place is None:
            return self.only
        if not self._cell(row, place):
            self.complain(row.line, place, "is empty; name the issue")
        return self._cell(row, place)

    def _declared(self, row: _Row, issue: str) -> None:
        """Take unit and range of an issue from its row; all rows of an issue must agree."""
        single = self.columns.single
        if "unit" in single:
            unit = self._cell(row, single["unit"])
            if self.units.setdefault(issue, unit) != unit:
                self.complain(
                    row.line, single["unit"], f"differs from earlier rows of {issue}: {shown(self.units[issue])} there"
                )
        if "scale_low" in single or "scale_high" in single:
            ends = [
                self._number(row, single[name]) if name in single else usual
                for name, usual in zip(("scale_low", "scale_high"), USUAL_RANGE, strict=True)
            ]
            low, high = ends
            if low is None or high is None:
                return
            place = single.get("scale_high", single.get("scale_low", 0))
            if not low < high:
                self.complain(row.line, place, f"the range from {low:g} to {high:g} is empty")
            elif self.ranges.setdefault(issue, (low, high)) != (low, high):
                first = "{:g} to {:g}".format(*self.ranges[issue])
                self.complain(row.line, place, f"differs from earlier rows of {issue}, whose range is {first}")


def read_positions(
    path: str | Path, ranges: Ranges | None = None, salience_scale: float | None = None
) -> PositionTable:
    """Read a file of positions.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV with columns ``actor, issue, position, salience, power``, and if wanted ``unit, scale_low, scale_high,
        disagreement``; or as KTAB has it, with a line on the scenario and a pair of columns for each issue. Lines that
        begin with ``#`` above the header are comments.
    ranges : mapping, optional
        Range of an issue by its name, which stands above the file's; under the empty name that of every issue.
    salience_scale : float, optional
        What full salience is in the file, 1 or 100; unless given it is 1 where no value is larger.

    Raises
    ------
    experiments.errors.ConfigError
        Naming file, line, cell and value of everything that is wrong.
    experiments.errors.RunError
        When a range is of no issue of the file, or `salience_scale` is neither.
    """
    if salience_scale not in (None, 1, 100):
        raise RunError(f"--salience-scale is {salience_scale:g}; it must be 1 or 100.")
    file = Path(path)
    rows = _rows(read_source(file, MAX_BYTES, f"is larger than {_WHAT} may be: {MAX_BYTES:,} bytes").raw, str(file))
    scenario, header, body = _parted(rows, str(file))
    columns = columns_of(header.cells, str(file), header.line)
    reader = _Reader(str(file), columns, only=file.stem)
    for row in body:
        reader.take(row)
    if not body:
        reader.problems.append(Problem(Position(str(file), header.line, 1), "", "no actor stands below the header"))
    else:
        _check_scenario(reader, scenario, body)
    scale, notes = _salience_scale(reader, salience_scale)
    declared = _ranges(reader, ranges or {})
    _check(reader, declared, scale)
    if reader.problems:
        raise ConfigError(reader.problems)
    issues = tuple(
        _issue(name, entries, declared[name], reader.units.get(name, ""), scale)
        for name, entries in reader.entries.items()
    )
    titles = [f"KTAB scenario: {' - '.join(scenario.cells[:-2])}."] if scenario else []
    return PositionTable(file.stem, issues, (*titles, *columns.notes(), *notes))


def _rows(raw: bytes, origin: str) -> list[_Row]:
    """Rows of a file without comments and empty lines; cells without the spaces around them."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError([Problem(Position(origin, 1, 1), "", "is UTF-16; save the file as UTF-8")])
    text = decoded(raw, origin)
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines, 1):
        if complaint := text_complaint(line):
            raise ConfigError([Problem(Position(origin, number, 1), "", complaint.replace("a config", _WHAT))])
    comments = next((place for place, line in enumerate(lines) if not _is_comment(line)), len(lines))
    kept = "".join(["\n"] * comments + lines[comments:])
    reader = csv.reader(io.StringIO(kept, newline=""), strict=True, skipinitialspace=True)
    rows = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_Row(reader.line_num, tuple(cell.strip() for cell in cells)))
    except csv.Error as error:
        raise ConfigError([Problem(Position(origin, reader.line_num, 1), "", f"is no CSV: {error}")]) from error
    return rows


def _is_comment(line: str) -> bool:
    """Whether a line above the header is none of the table; below it a name may begin with the same sign."""
    return not line.strip() or line.lstrip().startswith("#")


def _parted(rows: Sequence[_Row], origin: str) -> tuple[_Row | None, _Row, list[_Row]]:
    """A line on the scenario, if there is one as KTAB has it, the header, and the rows below it."""
    if not rows:
        what = f"the file is empty; {_WHAT} begins with the header {EXAMPLE}"
        raise ConfigError([Problem(Position(origin), "", what)])
    for mark, words in _SEPARATORS.items():
        if len(rows[0].cells) == 1 and mark in rows[0].cells[0]:
            what = f"columns are separated by {words}; separate them by commas, and write numbers with a point"
            raise ConfigError(
                [Problem(Position(origin, rows[0].line, 1), "", f"{what} (got {shown(rows[0].cells[0])})")]
            )
    if len(rows) > 1 and not names_actors(rows[0].cells) and names_actors(rows[1].cells):
        return _Row(rows[0].line, _without_end(rows[0].cells)), rows[1], list(rows[2:])
    return None, _Row(rows[0].line, _without_end(rows[0].cells)), list(rows[1:])


def _without_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Cells without those behind a comma at the end of a line."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    return cells


def _check_scenario(reader: _Reader, scenario: _Row | None, body: Sequence[_Row]) -> None:
    """Check what KTAB's first line says of the numbers of actors and issues."""
    if scenario is None:
        return
    counts = (("actors", len(body)), ("issues", len(reader.columns.pairs or reader.entries)))
    for place, (what, there) in enumerate(counts, start=len(scenario.cells) - len(counts)):
        said = scenario.cells[place] if place >= 0 else ""
        if said != str(there):
            here = Position(reader.origin, scenario.line, max(place, 0) + 1)
            message = f"the line on the scenario should give {there} as its number of {what} (got {shown(said)})"
            reader.problems.append(Problem(here, "", message))


def _salience_scale(reader: _Reader, given: float | None) -> tuple[float, list[str]]:
    """What full salience is in a file, and how that is known."""
    if given is not None:
        return float(given), []
    values = [entry.numbers.get("salience", 0.0) for entries in reader.entries.values() for entry in entries]
    if max(values, default=0.0) <= 1.0:
        return 1.0, ["Salience is read as a share from 0 to 1, since no value is larger."]
    return 100.0, ["Salience is read from 0 to 100."]


def _ranges(reader: _Reader, given: Ranges) -> dict[str, tuple[float, float]]:
    """Range of every issue: as the caller says, else as the file does, else the usual one."""
    check_ranges(given, reader.entries, "the file")
    usual = given.get("", USUAL_RANGE)
    return {
        issue: given[issue] if issue in given else given[""] if "" in given else reader.ranges.get(issue, usual)
        for issue in reader.entries
    }


def _check(reader: _Reader, ranges: Ranges, scale: float) -> None:
    """Check values that can only be judged once the whole file is known."""
    for issue, entries in reader.entries.items():
        low, high = ranges[issue]
        first: dict[str, int] = {}
        for entry in entries:
            for name, least, most in (("salience", 0.0, scale), ("position", low, high), ("disagreement", 0.0, 1.0)):
                value = entry.numbers.get(name)
                if value is not None and not least <= value <= most:
                    hint = f", the range of {issue}; see --range" if name == "position" else ""
                    message = f"must be from {least:g} to {most:g}{hint} (got {value:g})"
                    reader.complain(entry.line, entry.places[name], message)
            if entry.actor in first:
                message = f"{shown(entry.actor)} has a position on {issue} already, on line {first[entry.actor]}"
                reader.complain(entry.line, reader.columns.single["actor"], message)
            first.setdefault(entry.actor, entry.line)
        here = Position(reader.origin, entries[0].line, 1)
        if len(entries) > MAX_ACTORS:
            reader.problems.append(Problem(here, issue, f"has {len(entries):,} actors; at most {MAX_ACTORS} fit"))
        if not any(entry.numbers.get("power", 1.0) * entry.numbers.get("salience", 1.0) > 0.0 for entry in entries):
            reader.problems.append(Problem(here, issue, "no actor has both power and salience, so that nobody weighs"))


def _issue(name: str, entries: Sequence[_Entry], ends: tuple[float, float], unit: str, scale: float) -> IssuePositions:
    def column(key: str) -> np.ndarray:
        return np.array([entry.numbers[key] for entry in entries], dtype=np.float64)

    return IssuePositions(
        name=name,
        actors=tuple(entry.actor for entry in entries),
        position=column("position"),
        salience=column("salience") / scale,
        power=column("power"),
        low=ends[0],
        high=ends[1],
        unit=unit,
        disagreement=column("disagreement") if "disagreement" in entries[0].numbers else None,
    )


def written(table: PositionTable) -> Iterator[str]:
    """Lines of a table as a file in our own columns, salience from 0 to 1."""
    further = any(issue.disagreement is not None for issue in table.issues)
    yield ",".join([EXAMPLE, "unit", "scale_low", "scale_high", *(["disagreement"] if further else [])])
    for issue in table.issues:
        at_odds = np.zeros(len(issue.actors)) if issue.disagreement is None else issue.disagreement
        columns = (issue.position, issue.salience, issue.power, at_odds)
        for actor, *numbers in zip(issue.actors, *(column.tolist() for column in columns), strict=True):
            cells = [actor, issue.name, *map(repr, numbers[:3]), issue.unit, repr(issue.low), repr(issue.high)]
            buffer = io.StringIO()
            csv.writer(buffer, lineterminator="").writerow([*cells, *([repr(numbers[3])] if further else [])])
            yield buffer.getvalue()
