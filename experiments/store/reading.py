"""Read the tables of a run back, in run order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from experiments.errors import RunError
from experiments.labels import counted
from experiments.store.manifest import Manifest, StoredChunk, StoredFile, read_manifest
from experiments.store.place import Folder, Place
from experiments.store.places import place_of
from experiments.store.soundness import refuse_unsound
from experiments.store.tables import is_as_written

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def load_runs(folder: Folder, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return one row per negotiation, in run order.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address of a finished run.
    columns : sequence of str, optional
        Only these columns.
    """
    place = place_of(folder)
    return _load(read_tables(place, runs_files(finished_manifest(place)), columns))


def load_trajectories(
    folder: Folder, columns: Sequence[str] | None = None, *, first_runs: int | None = None
) -> pd.DataFrame:
    """Return one row per run, round, side and issue; of a sample of runs unless all were asked for.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address of a finished run.
    columns : sequence of str, optional
        Only these columns.
    first_runs : int, optional
        Only the runs below this number.
    """
    place = place_of(folder)
    manifest = finished_manifest(place)
    if first_runs is None:
        return _load(read_tables(place, trajectory_files(manifest), columns))
    files = [stored for chunk, stored in _with_trajectories(manifest) if chunk.first < first_runs]
    wanted = None if columns is None else ["run", *(name for name in columns if name != "run")]
    frame = _load(_first_rows(table, first_runs) for table in read_tables(place, files, wanted))
    return frame if columns is None else frame[list(columns)]


def _first_rows(table: pa.Table, first_runs: int) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.less(table["run"], first_runs))


def finished_manifest(folder: Folder) -> Manifest:
    """Return the manifest of a finished run, refusing an unfinished one."""
    manifest = read_manifest(folder)
    refuse_unsound(place_of(folder), manifest)
    if manifest.status != "complete":
        there = sum(chunk.rows for chunk in manifest.chunks)
        raise RunError(
            f"{folder} holds an unfinished run ({there:,} of {counted(manifest.runs, 'negotiation')}); "
            f"finish it with --out {folder} --resume."
        )
    return manifest


def runs_files(manifest: Manifest) -> list[StoredFile]:
    """Files of the table of runs, in run order."""
    return [chunk.runs for chunk in manifest.chunks]


def trajectory_files(manifest: Manifest) -> list[StoredFile]:
    """Files of the table of trajectories, in run order."""
    return [stored for _, stored in _with_trajectories(manifest)]


def _with_trajectories(manifest: Manifest) -> Iterator[tuple[StoredChunk, StoredFile]]:
    for chunk in manifest.chunks:
        if chunk.trajectories is not None:
            yield chunk, chunk.trajectories


def read_tables(
    place: Place,
    files: Sequence[StoredFile],
    columns: Sequence[str] | None = None,
    *,
    coded: Sequence[str] = (),
    checked: bool = False,
) -> Iterator[pa.Table]:
    """Read files one after the other, naming the one that cannot be read or is not what was written.

    Parameters
    ----------
    place : Place
        Where the files are.
    files : sequence of StoredFile
        Which to read.
    columns : sequence of str, optional
        Only these columns; one that a file lacks is an error.
    coded : sequence of str
        Columns of text to return as codes and a list of texts, which takes less memory.
    checked : bool
        Whether the checksums of these files have just been found right, so that whoever reads a few columns at a time
        does not read all of them each time.
    """
    for stored in files:
        if not checked and not is_as_written(place, stored):
            raise damaged(place, stored.file)
        table = _read_table(place, stored.file, columns, coded)
        if table.num_rows != stored.rows:
            raise damaged(place, stored.file)
        yield table


def damaged(place: Place, name: str) -> RunError:
    """The message about a file of a run that is not what was written."""
    return RunError(f"{place}/{name} is missing or damaged; have it computed again with --out {place} --resume.")


def _read_table(place: Place, name: str, columns: Sequence[str] | None, coded: Sequence[str]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with (
            place.open(name) as handle,
            pq.ParquetFile(
                handle, read_dictionary=list(coded), pre_buffer=False, page_checksum_verification=True
            ) as file,
        ):
            missing = sorted(set(columns or ()) - set(file.schema_arrow.names))
            if missing:
                raise RunError(f"{place}/{name} has no column {', '.join(missing)}.")
            # Arrow's threads may outlive the interpreter, which then aborts at exit (apache/arrow 34314).
            table = file.read(columns=None if columns is None else list(columns), use_threads=False)
            return table if columns is None else table.select(columns)
    except (OSError, pa.ArrowInvalid) as error:
        raise damaged(place, name) from error


def _load(tables: Iterator[pa.Table]) -> pd.DataFrame:
    import pyarrow as pa

    frame: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    return frame
