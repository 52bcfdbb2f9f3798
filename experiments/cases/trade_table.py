"""From a table of imports by product to a country's six sectors: reading the table and the lists, and the sums."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

from experiments.errors import ConfigError, Position, Problem, RunError, printable, shown
from experiments.files import read_source
from experiments.record.csv_lines import cells_of, check_count, lines_of, numbered, refuse_other_separators
from experiments.record.sectors import LISTS, ListName, Overlap, TariffLists
from experiments.store.tables import columns_in, read_columns
from sim.parameters.parameter import SECTORS

#: Columns of a table of imports: the code in ten digits, imports for consumption and duty, both in US$ a year.
COLUMNS: Final = ("HS10", "imports", "duty")

#: How the file of each list begins its name.
LIST_FILES: Final[dict[ListName, str]] = {
    "autos": "auto",
    "steel": "steel",
    "aluminium": "alu",
    "exemptions": "annex",
    "electronics": "consumer_electronics",
}

#: Heading of the codes in a list.
LIST_HEADING: Final = "HTSUS"

#: Bytes of a table and of a list: the EU's table of 13,000 products has 1.3 MB in Parquet.
MAX_TABLE_BYTES: Final = 256 * 1024 * 1024
MAX_LIST_BYTES: Final = 4 * 1024 * 1024

_PARQUET: Final = b"PAR1"
_DIGITS: Final = 10
#: Codes of the tariff schedule have two digits a level.
_LIST_DIGITS: Final = (4, 6, 8, 10)

_BILLION: Final = 1e9


@final
@dataclass(frozen=True, slots=True)
class Product:
    """A line of a table of imports: code, imports and duty in US$, and where it stands."""

    code: str
    imports: float
    duty: float


@final
@dataclass(frozen=True, slots=True)
class SectorSums:
    """What a country sells to the US in one sector.

    Attributes
    ----------
    imports, duty : float
        US$ bn a year.
    products : int
        Codes with imports or without that the table has.
    """

    imports: float
    duty: float
    products: int

    @property
    def mfn_rate(self) -> float | None:
        """Duty over imports, a fraction; None without imports."""
        return self.duty / self.imports if self.imports else None


@final
@dataclass(frozen=True, slots=True)
class CountryTrade:
    """A country's six sectors, made from a table of imports and tariff lists.

    Attributes
    ----------
    name : str
        The country.
    sectors : dict
        Sums by sector, in the order of the model.
    overlaps : tuple of Overlap
        Codes that stand on lists of two sectors.
    made_from : str
        Names of the files, without their folders.
    """

    name: str
    sectors: dict[str, SectorSums]
    overlaps: tuple[Overlap, ...]
    made_from: str

    @property
    def total(self) -> SectorSums:
        """Sums over all sectors."""
        parts = self.sectors.values()
        return SectorSums(
            math.fsum(one.imports for one in parts),
            math.fsum(one.duty for one in parts),
            sum(one.products for one in parts),
        )


def country_trade(table: Path, lists: Sequence[Path], name: str | None = None) -> CountryTrade:
    """Make a country's six sectors from a table of its imports by product.

    Parameters
    ----------
    table : pathlib.Path
        Parquet or CSV file with the columns of :data:`COLUMNS`; others are not looked at.
    lists : sequence of pathlib.Path
        The five files of :data:`LIST_FILES`, or the folder that holds them.
    name : str, optional
        The country; by default the name of the table's file.

    Raises
    ------
    experiments.errors.ConfigError
        When a file cannot be used, listing everything that is wrong with it.
    experiments.errors.RunError
        When a list is missing or named twice, or the country has no printable name.
    """
    called = name or table.stem
    if not called.isprintable():
        raise RunError(f"--name {printable(called)}: a name has no line breaks and no other signs that are not shown.")
    files = list_files(lists)
    tariff_lists = TariffLists({one: read_list(path) for one, path in files.items()})
    products = read_products(table)
    found: dict[str, list[Product]] = {sector: [] for sector in SECTORS}
    for product in products:
        found[tariff_lists.sector(product.code)].append(product)
    sectors = {
        sector: SectorSums(
            math.fsum(one.imports for one in part) / _BILLION, math.fsum(one.duty for one in part) / _BILLION, len(part)
        )
        for sector, part in found.items()
    }
    made_from = f"{table.name} with {', '.join(path.name for path in files.values())}"
    return CountryTrade(called, sectors, tariff_lists.overlaps(), made_from)


def list_files(named: Sequence[Path]) -> dict[ListName, Path]:
    """File of each list, from files or folders; in a folder other files are not looked at.

    Raises
    ------
    experiments.errors.RunError
        When a list is missing or stands twice, or a file has a name of which nobody knows which list it is.
    """
    found: dict[ListName, list[Path]] = {name: [] for name in LISTS}
    for path in named:
        if path.is_dir():
            for file in sorted(path.glob("*.csv")):
                if (name := _list_of(file)) is not None:
                    found[name].append(file)
            continue
        name = _list_of(path)
        if name is None:
            raise RunError(f"--lists {path}: which list is it? A name begins with {_beginnings()}.")
        found[name].append(path)
    for name, files in found.items():
        if len(files) > 1:
            raise RunError(f"--lists: {files[0]} and {files[1]} are both the list of {name}; name one of them.")
    if missing := [f"{name} ({LIST_FILES[name]}*.csv)" for name, files in found.items() if not files]:
        raise RunError(f"--lists: there is no list of {', '.join(missing)}; without it its goods would go elsewhere.")
    return {name: files[0] for name, files in found.items()}


def _beginnings() -> str:
    *first, last = LIST_FILES.values()
    return f"{', '.join(first)} or {last}"


def _list_of(path: Path) -> ListName | None:
    return next((name for name, begins in LIST_FILES.items() if path.name.lower().startswith(begins)), None)


def read_list(path: Path) -> frozenset[str]:
    """Codes of a list: a column of them under its heading, four to ten digits each.

    Raises
    ------
    experiments.errors.ConfigError
        When it cannot be read, has no codes, or has what is none.
    """
    name = str(path)
    (number, heading), *lines = lines_of(path, MAX_LIST_BYTES)
    if heading.strip() != LIST_HEADING:
        message = f"a list begins with the heading {LIST_HEADING} (got {shown(heading)})"
        raise ConfigError([Problem(Position(name, number, 1), "", message)])
    if not lines:
        raise ConfigError([Problem(Position(name, number, 1), "", "the list is empty; it needs a code a line")])
    problems = [
        Problem(Position(name, at, 1), LIST_HEADING, f"a code has 4, 6, 8 or 10 digits (got {shown(code)})")
        for at, code in lines
        if not (_is_digits(code.strip()) and len(code.strip()) in _LIST_DIGITS)
    ]
    if problems:
        raise ConfigError(problems)
    return frozenset(code.strip() for _, code in lines)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def read_products(path: Path) -> list[Product]:
    """Lines of a table of imports, in Parquet or in CSV.

    Raises
    ------
    experiments.errors.ConfigError
        Listing everything that is wrong with it: missing columns, malformed or repeated codes, and amounts that are
        missing, negative or no numbers.
    """
    raw = read_source(path, MAX_TABLE_BYTES, f"is larger than {MAX_TABLE_BYTES:,} bytes").raw
    origin = str(path)
    values = _from_parquet(raw, origin) if raw.startswith(_PARQUET) else _from_csv(raw, origin)
    found: list[Product] = []
    problems: list[Problem] = []
    first: dict[str, str] = {}
    for row in values:
        code, imports, duty = row.values
        wrong = [*_wrong_code(code), *_wrong_amount("imports", imports), *_wrong_amount("duty", duty)]
        if not wrong and code in first:
            wrong.append(("HS10", f"{code} stands in {first[code]} already and would count twice"))
        problems.extend(row.problem(column, message) for column, message in wrong)
        if not wrong:
            first[str(code)] = row.name
            found.append(Product(str(code), float(str(imports)), float(str(duty))))
    if not found and not problems:
        problems.append(Problem(Position(origin), "", "the table has no rows"))
    if problems:
        raise ConfigError(problems)
    return found


@final
@dataclass(frozen=True, slots=True)
class _TableRow:
    """Code, imports and duty as a table has them, and where; the places of a Parquet file are rows and not lines."""

    name: str
    values: tuple[object, ...]
    places: tuple[Position, ...]

    def problem(self, column: str, message: str) -> Problem:
        place = self.places[COLUMNS.index(column)]
        return Problem(place, column if place.line else f"{self.name}, {column}", message)


def _wrong_code(code: object) -> Iterator[tuple[str, str]]:
    if not (isinstance(code, str) and len(code) == _DIGITS and _is_digits(code)):
        hint = "; was a leading zero lost?" if isinstance(code, str) and len(code) == _DIGITS - 1 else ""
        yield "HS10", f"a code has ten digits (got {shown(code)}){hint}"


def _wrong_amount(column: str, value: object) -> Iterator[tuple[str, str]]:
    try:
        number = math.nan if value is None else float(str(value))
    except ValueError:
        number = math.nan
    if value in (None, ""):
        yield column, "is missing; write 0 where there is nothing"
    elif not 0.0 <= number < math.inf:
        yield column, f"must be US$ a year, 0 or more (got {shown(value)})"


def _from_csv(raw: bytes, origin: str) -> Iterator[_TableRow]:
    (number, heading), *lines = numbered(raw, origin)
    header = cells_of(number, heading, origin)
    refuse_other_separators(header)
    names = [cell.text for cell in header]
    _check_columns(names, Position(origin, number, 1))
    at = [names.index(column) for column in COLUMNS]
    for line_number, line in lines:
        cells = cells_of(line_number, line, origin)
        check_count(cells, len(names))
        chosen = [cells[place] for place in at]
        yield _TableRow(
            f"line {line_number}", tuple(cell.text for cell in chosen), tuple(cell.place for cell in chosen)
        )


def _from_parquet(raw: bytes, origin: str) -> Iterator[_TableRow]:
    import pyarrow as pa

    try:
        _check_columns(columns_in(raw), Position(origin))
        table, _ = read_columns(io.BytesIO(raw), COLUMNS)
    except (pa.ArrowException, OSError) as error:
        raise ConfigError([Problem(Position(origin), "", f"is no whole Parquet file: {error}")]) from None
    kind = table.schema.field("HS10").type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)):
        message = f"must be text, so that no leading zero is lost; the file has it as {kind}"
        raise ConfigError([Problem(Position(origin), "HS10", message)])
    rows: Iterable[tuple[object, ...]] = zip(*(table.column(name).to_pylist() for name in COLUMNS), strict=True)
    for at, row in enumerate(rows, 1):
        yield _TableRow(f"row {at}", row, (Position(origin),) * len(COLUMNS))


def _check_columns(names: Sequence[str], place: Position) -> None:
    problems = [
        Problem(place, column, f"the column {fault}; a table has {', '.join(COLUMNS)}, and may have others")
        for column in COLUMNS
        for fault, is_wrong in (("is missing", column not in names), ("is there twice", list(names).count(column) > 1))
        if is_wrong
    ]
    if problems:
        raise ConfigError(problems)
