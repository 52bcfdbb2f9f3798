"""Write the Parquet files of a run, and tell whether they are still what was written."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from experiments.store.manifest import StoredChunk, StoredFile
from experiments.store.place import KEPT, Place, storing_in
from experiments.store.plan import Chunk

if TYPE_CHECKING:
    import pyarrow as pa

RUNS: Final = "runs"
TRAJECTORIES: Final = "trajectories"


@dataclass(frozen=True, slots=True)
class ChunkTables:
    """The tables of one chunk; `trajectories` is None when the plan keeps none of its runs."""

    runs: pa.Table
    trajectories: pa.Table | None


def write_chunk(place: Place, chunk: Chunk, tables: ChunkTables) -> StoredChunk:
    """Write the files of one chunk; the same rows give the same bytes."""
    name = f"{part_name(chunk.index)}.parquet"
    trajectories = tables.trajectories
    with storing_in(place, KEPT):
        return StoredChunk(
            index=chunk.index,
            first=chunk.first,
            rows=chunk.count,
            runs=write_table(place, f"{RUNS}/{name}", tables.runs),
            trajectories=None if trajectories is None else write_table(place, f"{TRAJECTORIES}/{name}", trajectories),
        )


def part_name(index: int) -> str:
    """Name of a chunk's files, without the ending."""
    return f"part-{index:06d}"


def write_table(place: Place, file: str, table: pa.Table) -> StoredFile:
    """Write one Parquet file; the same rows give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(
        # Metadata would carry pandas' or a caller's notes into the bytes.
        table.replace_schema_metadata(None),
        sink,
        compression="zstd",
        # Numbers seldom repeat: dictionaries of them take a sixth more room and three times as long to write.
        use_dictionary=[field.name for field in table.schema if not pa.types.is_floating(field.type)],
        write_page_checksum=True,
    )
    content = sink.getvalue().to_pybytes()
    place.write(file, content)
    return StoredFile(file=file, rows=table.num_rows, sha256=hashlib.sha256(content).hexdigest())


def is_sound(place: Place, chunk: StoredChunk) -> bool:
    """Whether every file of `chunk` is there with the content that was written."""
    return all(is_as_written(place, stored) for stored in chunk.files())


def is_as_written(place: Place, stored: StoredFile) -> bool:
    """Whether a file is there with the content that was written."""
    return _checksum(place, stored.file) == stored.sha256


def _checksum(place: Place, file: str) -> str | None:
    """Checksum of a file; none for one that is gone or that the disk cannot read any more."""
    digest = hashlib.sha256()
    try:
        with place.open(file) as handle:
            while block := handle.read(1 << 20):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()


def count_outcomes(runs: pa.Table) -> Counter[str]:
    """Count how often each outcome occurs in a table of runs."""
    counts = runs.column("outcome").value_counts().to_pylist()
    return Counter({str(entry["values"]): int(entry["counts"]) for entry in counts})
