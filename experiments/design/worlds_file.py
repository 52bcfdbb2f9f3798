"""A user's own table of worlds as it was written: its columns, its cells, and where each stands, for messages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

import numpy as np

from experiments.errors import ConfigError, Position, Problem, RunError, shown
from experiments.files import read_source
from experiments.record.csv_lines import Cell, cells_of, check_count, numbered, refuse_other_separators

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    import pyarrow as pa

    from sim.records import Floats

    ParquetReader = Callable[[bytes], pa.Table]

#: What names such a table.
OPTION: Final = "--design"

#: How a table in memory is called in messages.
_IN_MEMORY: Final = "design"

_MAX_BYTES: Final = 1 << 28
_NO_NUMBER: Final = "must be a finite number"


class WorldsFile(ABC):
    """A table of worlds before it is known whether a config has its columns.

    Attributes
    ----------
    columns : tuple of str
        Header, in the order of the file.
    values : numpy.ndarray
        Numbers, shape ``[row, column]``; NaN where a cell is no number.
    """

    columns: tuple[str, ...]
    values: Floats

    @abstractmethod
    def place(self, column: int, row: int | None = None) -> Position:
        """Where a cell stands; the header of the column without a row."""

    @abstractmethod
    def text(self, column: int, row: int) -> str:
        """What a cell holds, as it is quoted in a message; empty where it holds nothing."""

    def checked(self) -> WorldsFile:
        """The table itself.

        Raises
        ------
        experiments.errors.ConfigError
            Naming every column without a name or of a name that stands before, and every cell that is missing or no
            number.
        """
        problems = [*self._wrong_headings(), *self._wrong_cells()]
        if problems:
            raise ConfigError(problems)
        if not len(self.values):
            raise ConfigError([Problem(self.place(0), "", "has no row below the header; a row is a world")])
        return self

    def _wrong_headings(self) -> Iterator[Problem]:
        for place, name in enumerate(self.columns):
            if not name:
                message = "this column has no name; leave out an index (pandas: to_csv(..., index=False))"
                yield Problem(self.place(place), "", message)
            elif name in self.columns[:place]:
                yield Problem(self.place(place), name, "this column stands in the table twice")

    def _wrong_cells(self) -> Iterator[Problem]:
        for row, column in np.argwhere(~np.isfinite(self.values)).tolist():
            text = self.text(column, row)
            said = f"(got {shown(text)})" if text else "(the cell is empty)"
            yield Problem(self.place(column, row), self.columns[column], f"{_NO_NUMBER} {said}")


@final
class _CsvFile(WorldsFile):
    """A table in a CSV file."""

    def __init__(self, raw: bytes, origin: str) -> None:
        self._origin = origin
        header, *self._lines = numbered(raw, origin)
        self._header = cells_of(*header, origin)
        refuse_other_separators(self._header)
        self.columns = tuple(cell.text for cell in self._header)
        self.values = self._numbers()

    def place(self, column: int, row: int | None = None) -> Position:
        return (self._header if row is None else self._cells(row))[column].place

    def text(self, column: int, row: int) -> str:
        return self._cells(row)[column].text

    def _cells(self, row: int) -> list[Cell]:
        return cells_of(*self._lines[row], self._origin)

    def _numbers(self) -> Floats:
        width = len(self.columns)
        plain = [line.split(",") for _, line in self._lines]
        try:
            if all(len(cells) == width for cells in plain):
                numbers = [[_plain(cell) for cell in cells] for cells in plain]
                return np.array(numbers, dtype=np.float64).reshape(-1, width)
        except ValueError:
            pass
        # With quotes, a line too short or too long, or what is no number: one by one, to say where.
        found = np.empty((len(self._lines), width))
        for row in range(len(found)):
            cells = self._cells(row)
            check_count(cells, width)
            found[row] = [_as_number(cell.text) for cell in cells]
        return found


@final
class _Frame(WorldsFile):
    """A table of a Parquet file, or one in memory."""

    def __init__(self, frame: pd.DataFrame, origin: str) -> None:
        self._origin = origin
        self._frame = frame
        self.columns = tuple(str(name).strip() for name in frame.columns)
        self.values = np.empty(frame.shape)
        for place in range(len(self.columns)):
            self.values[:, place] = [_as_number(value) for value in frame.iloc[:, place].tolist()]

    def place(self, column: int, row: int | None = None) -> Position:
        return Position(self._origin if row is None else f"{self._origin}: row {row + 1:,}")

    def text(self, column: int, row: int) -> str:
        import pandas as pd

        value = self._frame.iloc[:, column]
        return "" if pd.isna(value).iloc[row] else str(value.iloc[row])


def _plain(text: str) -> float:
    """Number that a text is; an underscore among digits is one to Python and to no other program."""
    return float("" if "_" in text else text)


def _as_number(value: object) -> float:
    """Number that a cell holds; NaN where it holds none."""
    try:
        return _plain(value) if isinstance(value, str) else float(value)  # type: ignore[arg-type]  # refused by it
    except (TypeError, ValueError, OverflowError):
        return np.nan


def read_worlds(design: pd.DataFrame | str | Path, parquet: ParquetReader) -> WorldsFile:
    """Read a table of worlds: a row is a world, a column a path of the config.

    Parameters
    ----------
    design : pandas.DataFrame, str or pathlib.Path
        Table, or a file whose name ends in ``.csv`` or ``.parquet``.
    parquet : callable
        Reads the content of a Parquet file, see :func:`experiments.store.tables.table_in`.

    Raises
    ------
    experiments.errors.ConfigError
        Naming file, line and column of everything that is wrong with it.
    experiments.errors.RunError
        When it is neither a table nor such a file.
    """
    import pandas as pd

    if isinstance(design, pd.DataFrame):
        if not len(design.columns):
            raise RunError(f"{_IN_MEMORY} has no column; name one after each number that the worlds differ in.")
        return _Frame(design, _IN_MEMORY).checked()
    if not isinstance(design, str | Path):
        raise RunError(f"{_IN_MEMORY} is a {type(design).__name__}; it must be a table (pandas) or the name of a file.")
    path = Path(design)
    given = f"{OPTION} {path}"
    if path.suffix not in (".csv", ".parquet"):
        raise RunError(f"{given}: a table of worlds is a file whose name ends in .csv or .parquet.")
    try:
        raw = read_source(path, _MAX_BYTES, f"is larger than {_MAX_BYTES:,} bytes, the most that is read").raw
    except ConfigError as error:
        raise ConfigError(replace(one, place=Position(given)) for one in error.problems) from None
    if path.suffix == ".csv":
        if not raw.strip():
            raise ConfigError([Problem(Position(given), "", "the file is empty; its first line names the columns")])
        return _CsvFile(raw, given).checked()
    return _Frame(_parquet(raw, given, parquet), given).checked()


def _parquet(raw: bytes, given: str, read: ParquetReader) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    try:
        table = read(raw)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ConfigError([Problem(Position(given), "", f"is no Parquet file that can be read ({error})")]) from error
    if not table.num_columns:
        raise ConfigError([Problem(Position(given), "", "has no column")])
    # Column by column, for two of one name are a mistake to name and not one to fail on.
    columns = [pd.Series(column.to_pylist(), dtype=object) for column in table.columns]
    frame = pd.concat(columns, axis=1)
    frame.columns = pd.Index(table.column_names)
    return frame
