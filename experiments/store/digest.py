"""One digest of the rows of a run: what "the same result" means, however the rows are cut into files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from experiments.errors import RunError
from experiments.store.place import Folder
from experiments.store.reading import Finished, finished_run, read_tables
from experiments.store.tables import RUNS, TRAJECTORIES

if TYPE_CHECKING:
    import pyarrow as pa

_DIGEST_BYTES: Final = 16


def digest_of_run(folder: Folder) -> str:
    """Digest of the runs and of the trajectories that were kept, in run order.

    It covers column names, column types and every value to the last bit, and nothing else: no file name, no order of
    columns inside a file's bytes, no time.
    """
    return digest_of_rows(finished_run(folder))


def digest_of_rows(found: Finished) -> str:
    """Do the same of a run whose manifest has been read."""
    total = _new_digest()
    for name in (RUNS, TRAJECTORIES):
        total.update(f"{name}\0{digest_of_tables(read_tables(found.place, found.files(name)))}\0".encode())
    return total.hexdigest()


def digest_of_tables(tables: Iterable[pa.Table]) -> str:
    """Digest of the rows of `tables`, one after the other as if they were one table."""
    columns: list[_ColumnDigest] = []
    names: list[str] | None = None
    rows = 0
    for table in tables:
        if names is None:
            names = table.column_names
            columns = [_ColumnDigest() for _ in names]
        elif names != table.column_names:
            raise RunError("the files of this run have different columns, so they do not belong together.")
        rows += table.num_rows
        for column, values in zip(columns, table.columns, strict=True):
            for array in values.chunks:
                column.add(array)
    total = _new_digest()
    total.update(f"{rows}\0".encode())
    for name, column in zip(names or [], columns, strict=True):
        total.update(f"{name}\0{column.result()}\0".encode())
    return total.hexdigest()


class _ColumnDigest:
    """Digest of one column that does not see where one array ends and the next begins.

    Validity, values and (for text) lengths go into streams of their own, so that no value can pass for another's
    end.
    """

    def __init__(self) -> None:
        self._type = ""
        self._validity = _new_digest()
        self._values = _new_digest()
        self._lengths = _new_digest()

    def add(self, array: pa.Array) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        if pa.types.is_large_string(array.type):
            # Texts are texts however wide their offsets are; their length is counted in the same type.
            array = array.cast(pa.string())
        self._agree_on_type(str(array.type))
        self._validity.update(_bytes(array.is_valid().cast(pa.uint8())))
        if pa.types.is_string(array.type):
            known = array.fill_null("")
            self._lengths.update(_bytes(pc.binary_length(known)))
            self._values.update("".join(known.to_pylist()).encode())
        elif pa.types.is_floating(array.type):
            self._values.update(_bytes(_one_nan(array.fill_null(0.0))))
        elif pa.types.is_date32(array.type):
            self._values.update(_bytes(array.cast(pa.int32()).fill_null(0)))
        elif pa.types.is_boolean(array.type):
            self._values.update(_bytes(array.cast(pa.uint8()).fill_null(0)))
        elif pa.types.is_integer(array.type):
            self._values.update(_bytes(array.fill_null(0)))
        elif not pa.types.is_null(array.type):
            raise TypeError(f"no digest is defined for columns of type {array.type}")

    def result(self) -> str:
        parts = (self._validity, self._values, self._lengths)
        return "\0".join([self._type, *(part.hexdigest() for part in parts)])

    def _agree_on_type(self, kind: str) -> None:
        if self._type and self._type != kind:
            raise RunError(f"a column is {self._type} in one file of this run and {kind} in another.")
        self._type = kind


def _one_nan(array: pa.Array) -> pa.Array:
    """Give every not-a-number the same bits; processors differ in them."""
    import pyarrow.compute as pc

    return pc.if_else(pc.is_nan(array), float("nan"), array)


def _bytes(array: pa.Array) -> bytes:
    return bytes(array.to_numpy(zero_copy_only=False).tobytes())


def _new_digest() -> hashlib.blake2b:
    return hashlib.blake2b(digest_size=_DIGEST_BYTES)
