"""A table of runs of which only a few columns at a time need to be in memory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from experiments.store.reading import Finished, damaged, read_tables
from experiments.store.tables import RUNS, is_as_written

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Floats = NDArray[np.float64]

#: Bytes of numbers that are read together: more would be quicker, for each file is opened again for each reading.
_READ_TOGETHER: Final = 1 << 23

#: Prefix of the columns that say on which constraint each issue of a deal sits.
BINDS: Final = "binds."


class Columns(ABC):
    """The columns of a table of runs, in run order."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of runs."""

    @abstractmethod
    def frame(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some of the columns; text may come as categories."""

    def numbers(self, groups: Sequence[tuple[str, ...]]) -> Iterator[tuple[Floats, ...]]:
        """Return each group of columns in turn as numbers, null as not-a-number, and forget it before the next."""
        for together in self._batches(groups):
            frame = self.frame(sorted({name for group in together for name in group}))
            for group in together:
                yield tuple(frame[name].to_numpy(np.float64, na_value=np.nan) for name in group)

    def _batches(self, groups: Sequence[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
        most = max(1, _READ_TOGETHER // (8 * max(1, len(self))))
        batch: list[tuple[str, ...]] = []
        for group in groups:
            if batch and sum(map(len, batch)) + len(group) > most:
                yield batch
                batch = []
            batch.append(group)
        if batch:
            yield batch


@final
class FrameColumns(Columns):
    """Columns of a data frame."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(map(str, self._frame.columns))

    def __len__(self) -> int:
        """Return the number of runs."""
        return len(self._frame)

    def frame(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some of the columns."""
        return self._frame[list(names)]


@final
class StoredColumns(Columns):
    """Columns of a finished run, read from its files when they are asked for."""

    def __init__(self, found: Finished) -> None:
        self._place = found.place
        self._files = found.files(RUNS)
        # Once for all columns: below, each file is opened for every few of them.
        for stored in self._files:
            if not is_as_written(self._place, stored):
                raise damaged(self._place, stored.file)
        first = next(read_tables(self._place, self._files[:1], checked=True))
        self._types: dict[str, pa.DataType] = dict(zip(first.column_names, first.schema.types, strict=True))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(self._types)

    def __len__(self) -> int:
        """Return the number of runs."""
        return sum(stored.rows for stored in self._files)

    def frame(self, names: Sequence[str]) -> pd.DataFrame:
        """Return some of the columns; text comes as categories."""
        import pandas as pd
        import pyarrow as pa

        coded = [name for name in names if pa.types.is_string(self._types.get(name, pa.float64()))]
        # Filled file by file into one array a column: joining tables would hold everything twice.
        arrays = {name: self._empty(name) for name in names if name not in coded}
        texts: dict[str, list[pa.Array]] = {name: [] for name in coded}
        end = 0
        for table in read_tables(self._place, self._files, names, coded=coded, checked=True):
            start, end = end, end + table.num_rows
            for name, array in arrays.items():
                array[start:end] = table[name].to_numpy()
            for name, parts in texts.items():
                parts.extend(table[name].chunks)
        for name, parts in texts.items():
            arrays[name] = pa.chunked_array(parts).unify_dictionaries().to_pandas()
        return pd.DataFrame({name: arrays[name] for name in names}, copy=False)

    def _empty(self, name: str) -> Any:
        import pyarrow as pa

        kind = self._types.get(name, pa.float64())
        if pa.types.is_date32(kind):
            return np.empty(len(self), "datetime64[D]")
        if not (pa.types.is_floating(kind) or pa.types.is_integer(kind)):
            raise TypeError(f"column {name} is {kind} and is not read in this way")
        return np.empty(len(self), kind.to_pandas_dtype())


def columns_of(runs: pd.DataFrame | Columns) -> Columns:
    """Columns of a table, whichever way it is given."""
    return runs if isinstance(runs, Columns) else FrameColumns(runs)
