"""The bytes of tables and arrays, what their files are called, and whether a file is still what was written.

Checksums, names of parts and options of Parquet are here alone.
"""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from experiments.files import checksum
from experiments.store.manifest import Part, StoredFile
from experiments.store.place import KEPT, Place, reading_from, storing_in
from experiments.store.seal import edited, refuse_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pyarrow as pa

    from sim.records import Floats

#: Folders of parts: rows of negotiations, paths of negotiations, pairs of a tournament, answers of a search.
RUNS: Final = "runs"
TRAJECTORIES: Final = "trajectories"
PAIRS: Final = "pairs"
BATCHES: Final = "batches"

#: Folders of other files of an answer, and the page that is made of it.
TABLES: Final = "tables"
FIGURES: Final = "figures"
CASES: Final = "cases"
REPORT: Final = "report.html"

_BLOCK: Final = 1 << 20


def part_key(index: int) -> str:
    """Key of a part that has a number."""
    return f"{index:06d}"


def part_file(folder: str, key: str) -> str:
    """Name of a part's file in one of its folders."""
    return f"{folder}/part-{key}.{'npy' if folder == BATCHES else 'parquet'}"


def table_file(name: str) -> str:
    """Name of a table of an answer that people may open."""
    return f"{TABLES}/{name}.csv"


def write_part(place: Place, key: str, tables: Mapping[str, pa.Table]) -> Part:
    """Write the tables of a part, each into its folder; the same rows give the same bytes."""
    with storing_in(place, KEPT):
        place.make(*tables)
        files = {folder: write_file(place, part_file(folder, key), table) for folder, table in tables.items()}
    return Part(key=key, files=files)


def write_answer(place: Place, key: str, question: str, answer: Floats) -> Part:
    """Write the answer of a search to a question."""
    buffer = io.BytesIO()
    np.save(buffer, answer, allow_pickle=False)
    with storing_in(place, KEPT):
        place.make(BATCHES)
        stored = write_file(place, part_file(BATCHES, key), buffer.getvalue())
    return Part(key=key, question=question, files={BATCHES: stored})


def write_file(place: Place, file: str, content: pa.Table | pd.DataFrame | bytes) -> StoredFile:
    """Write a file; a table in the way that the end of its name says."""
    stored, data = content_of(file, content)
    place.write(file, data)
    return stored


def content_of(file: str, content: pa.Table | pd.DataFrame | bytes) -> tuple[StoredFile, bytes]:
    """What a manifest says of a file, and its bytes; a table in the way that the end of its name says."""
    data = content if isinstance(content, bytes) else _as_csv(content) if file.endswith(".csv") else as_parquet(content)
    return StoredFile(file=file, rows=0 if isinstance(content, bytes) else len(content), sha256=checksum(data)), data


def as_parquet(table: pa.Table | pd.DataFrame) -> bytes:
    """Parquet file of a table; the same rows give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    sink = pa.BufferOutputStream()
    pq.write_table(
        # Metadata would carry pandas' or a caller's notes into the bytes.
        arrow.replace_schema_metadata(None),
        sink,
        compression="zstd",
        # Numbers seldom repeat: dictionaries of them take a sixth more room and three times as long to write.
        use_dictionary=[field.name for field in arrow.schema if not pa.types.is_floating(field.type)],
        write_page_checksum=True,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _as_csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def table_in(content: bytes) -> pa.Table:
    """Table of the content of a Parquet file."""
    import pyarrow.parquet as pq

    # Arrow's threads may outlive the interpreter, which then aborts at exit (apache/arrow 34314). A file and not a
    # data set, for a table of the user's own may have two columns of one name.
    with pq.ParquetFile(io.BytesIO(content)) as file:
        return file.read(use_threads=False)


def columns_in(content: bytes) -> list[str]:
    """Names of the columns of the content of a Parquet file, in their order; one that is there twice is named twice."""
    import pyarrow.parquet as pq

    return list(pq.read_schema(io.BytesIO(content)).names)


def read_part(place: Place, part: Part, folder: str) -> pa.Table:
    """Table of a part whose files are known to be as they were written."""
    with reading_from(place):
        return table_in(place.read(part.files[folder].file))


def read_answer(place: Place, part: Part) -> Floats:
    """Answer of a search that is known to be as it was written."""
    with reading_from(place):
        answer: Floats = np.load(io.BytesIO(place.read(part.files[BATCHES].file)), allow_pickle=False)
    return answer


def read_columns(
    handle: BinaryIO, columns: Sequence[str] | None = None, coded: Sequence[str] = ()
) -> tuple[pa.Table, list[str]]:
    """Read columns of an open Parquet file, each page against its checksum, and name those that it lacks.

    Parameters
    ----------
    handle : file
        Open for reading.
    columns : sequence of str, optional
        Only these.
    coded : sequence of str
        Columns of text to return as codes and a list of texts, which takes less memory.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(handle, read_dictionary=list(coded), pre_buffer=False, page_checksum_verification=True) as file:
        missing = sorted(set(columns or ()) - set(file.schema_arrow.names))
        wanted = None if columns is None else [name for name in columns if name not in missing]
        table = file.read(columns=wanted, use_threads=False)
    return (table if wanted is None else table.select(wanted)), missing


def is_as_written(place: Place, stored: StoredFile) -> bool:
    """Whether a file is there with the content that was written; a disk that cannot read it any more has it not."""
    digest = hashlib.sha256()
    try:
        with place.open(stored.file) as handle:
            while block := handle.read(_BLOCK):
                digest.update(block)
    except OSError:
        return False
    return digest.hexdigest() == stored.sha256


def refuse_foreign(parts: Iterable[Part], where: str) -> None:
    """Refuse parts whose files are not those of their key.

    Raises
    ------
    experiments.errors.RunError
        Naming the first.
    """
    for part in parts:
        for folder, stored in part.files.items():
            name = part_file(folder, part.key)
            refuse_names([name], where)
            if stored.file != name:
                raise edited(where, f"part {part.key}: its file is {stored.file!r} where it should be {name}")


def count_outcomes(runs: pa.Table) -> Counter[str]:
    """Count how often each outcome occurs in a table of runs."""
    counts = runs.column("outcome").value_counts().to_pylist()
    return Counter({str(entry["values"]): int(entry["counts"]) for entry in counts})
