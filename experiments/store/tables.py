"""Write the Parquet files of a run, and tell whether they are still what was written."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from experiments.errors import RunError
from experiments.store.manifest import MANIFEST, StoredChunk, StoredFile
from experiments.store.place import KEPT, Place, reading_from, storing_in
from experiments.store.plan import Chunk
from experiments.store.seal import refuse_names

if TYPE_CHECKING:
    import pandas as pd


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


def as_parquet(table: pd.DataFrame) -> bytes:
    """Parquet file of a table; equal tables give equal bytes."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """Files of a directory whose manifest lists their checksums.

    Attributes
    ----------
    place : Place
        The directory.
    checks : mapping of str to str
        SHA-256 of each file by its name.
    """

    place: Place
    checks: Mapping[str, str]

    def __post_init__(self) -> None:
        """Refuse names that lead elsewhere before any of them is opened."""
        refuse_names([*self.checks], f"{self.place}/{MANIFEST}")

    def content(self, name: str) -> bytes:
        """Content of a file.

        Raises
        ------
        experiments.errors.RunError
            When it is not listed, not there, or not what was written.
        """
        if name not in self.checks:
            raise RunError(f"{self.place}/{MANIFEST} lists no file {name}; another version has written it.")
        with reading_from(self.place):
            try:
                content = self.place.read(name)
            except (FileNotFoundError, NotADirectoryError) as error:
                raise RunError(
                    f"{self.place}/{name} is gone, which {MANIFEST} lists; restore it, or use --overwrite."
                ) from error
        if hashlib.sha256(content).hexdigest() != self.checks[name]:
            raise RunError(f"{self.place}/{name} is damaged: it is not the file that was written.")
        return content

    def frame(self, name: str, columns: Sequence[str], *, only: bool = False) -> pd.DataFrame:
        """Table of a Parquet file that must hold `columns`, and is read without others if `only`."""
        import pandas as pd
        import pyarrow as pa
        import pyarrow.parquet as pq

        content = self.content(name)
        try:
            known = pq.read_schema(io.BytesIO(content)).names
            missing = [column for column in columns if column not in known]
            if missing:
                raise RunError(f"{self.place}/{name} has no column {missing[0]}; another version has written it.")
            return pd.read_parquet(io.BytesIO(content), columns=list(columns) if only else None)
        except (ValueError, OSError, pa.ArrowException) as error:
            raise RunError(f"{self.place}/{name} is damaged: {error}.") from error

    def data(self, name: str) -> Any:
        """Plain data of a JSON file."""
        try:
            return json.loads(self.content(name))
        except ValueError as error:
            raise RunError(f"{self.place}/{name} is damaged: {error}.") from error


def part(manifest: Mapping[str, Any], name: str, place: Place) -> dict[str, Any]:
    """Part of a manifest that must be a map.

    Raises
    ------
    experiments.errors.RunError
        When there is none.
    """
    found = manifest.get(name)
    if not isinstance(found, dict):
        raise RunError(f"{place}/{MANIFEST} is not a manifest that this version can read: {name} must be a map.")
    return found
