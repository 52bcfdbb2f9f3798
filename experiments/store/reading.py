"""Finished directories read back: what was asked for, the tables and files of the answer, and the rows behind them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, final

from experiments.config.load import config_from
from experiments.errors import RunError
from experiments.files import checksum
from experiments.labels import counted
from experiments.store.manifest import MANIFEST, Manifest, StoredFile, read_manifest
from experiments.store.place import Folder, Place, reading_from
from experiments.store.places import place_of
from experiments.store.seal import edited
from experiments.store.soundness import refuse_unsound
from experiments.store.tables import RUNS, TRAJECTORIES, is_as_written, read_columns
from experiments.store.typed import TABLE, results_of, settings_of, typed

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.config.model import Config

_Kind = TypeVar("_Kind")


@final
@dataclass(frozen=True, eq=False)
class Finished:
    """A finished directory, whose manifest has been checked; its files are when they are read.

    Attributes
    ----------
    place : Place
        The directory.
    manifest : Manifest
        What was asked for, and which files hold the answer.
    is_temporary : bool
        Whether it goes soon, so that all of it must be read at once.
    """

    place: Place
    manifest: Manifest
    is_temporary: bool = False

    @cached_property
    def config(self) -> Config:
        """What was negotiated; loading it names the partner in every text that follows."""
        return config_from(self.manifest.config, self._where)

    @property
    def command(self) -> str:
        """Question that was put."""
        return self.manifest.command

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return self.manifest.seed

    @property
    def folder(self) -> str | None:
        """Path or address of the directory; None for one that goes soon."""
        return None if self.is_temporary else str(self.place)

    def settings(self, kind: type[_Kind]) -> _Kind:
        """What decides the rows beside config and seed, as a record of the question.

        Raises
        ------
        experiments.errors.RunError
            Naming the first setting that is missing, unknown, or of another type.
        """
        return settings_of(kind, self.manifest, self.place)

    def results(self, kind: type[_Kind]) -> _Kind:
        """Numbers and texts of the answer that stand in no table, as a record of the question.

        Raises
        ------
        experiments.errors.RunError
            As :meth:`settings`.
        """
        return results_of(kind, self.manifest, self.place)

    def table_asked(self, kind: type[_Kind]) -> _Kind:
        """What was asked about, where that is a table and no config, as a record of the question.

        Raises
        ------
        experiments.errors.RunError
            As :meth:`settings`.
        """
        return typed(kind, self.manifest.config, self._where, TABLE)

    @property
    def _where(self) -> str:
        return f"{self.place}/{MANIFEST}"

    def damaged(self, file: str, why: object) -> RunError:
        """The message about a file of the directory that is not what was written."""
        return RunError(
            f"{self.place}/{file} is damaged: {why}; have it made again with winset {self.command} and --overwrite."
        )

    def unreadable(self, why: object) -> RunError:
        """The message about a manifest that holds what this version does not write."""
        return edited(self._where, str(why))

    def content(self, name: str) -> bytes:
        """Content of a file of the answer.

        Raises
        ------
        experiments.errors.RunError
            When it is not listed, not there, or not what was written.
        """
        stored = next((one for one in self.manifest.files if one.file == name), None)
        if stored is None:
            raise self.unreadable(f"it lists no file {name}")
        with reading_from(self.place):
            try:
                content = self.place.read(name)
            except (FileNotFoundError, NotADirectoryError) as error:
                raise self.damaged(name, "it is gone") from error
        if checksum(content) != stored.sha256:
            raise self.damaged(name, "it is not the file that was written")
        return content

    def data(self, name: str) -> Any:
        """Plain data of a JSON file of the answer."""
        try:
            return json.loads(self.content(name))
        except ValueError as error:
            raise self.damaged(name, error) from error

    def table(
        self, name: str, columns: Sequence[str], *, texts: Sequence[str] = (), only: bool = False
    ) -> pd.DataFrame:
        """Table of the answer.

        Parameters
        ----------
        name : str
            Its file, ending in ``.parquet`` or ``.csv``.
        columns : sequence of str
            Columns that it must have; in a CSV file those outside `texts` hold numbers.
        texts : sequence of str
            Columns of text.
        only : bool
            Whether a Parquet file is read without other columns.

        Raises
        ------
        experiments.errors.RunError
            When it is not what was written, lacks a column, or holds text among numbers.
        """
        content = self.content(name)
        if name.endswith(".csv"):
            return self._csv(name, content, columns, texts)
        import pyarrow as pa

        try:
            table, missing = read_columns(io.BytesIO(content), list(columns) if only else None)
        except (ValueError, OSError, pa.ArrowException) as error:
            raise self.damaged(name, error) from error
        missing = missing or [column for column in columns if column not in table.column_names]
        if missing:
            raise self.damaged(name, f"it lacks the column {missing[0]}")
        frame: pd.DataFrame = table.to_pandas()
        return frame

    def _csv(self, name: str, content: bytes, columns: Sequence[str], texts: Sequence[str]) -> pd.DataFrame:
        import pandas as pd

        try:
            # A name that looks like a number is a name.
            types = dict.fromkeys(texts, str)
            frame = pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""], dtype=types)
        except (ValueError, UnicodeDecodeError) as error:
            raise self.damaged(name, error) from error
        missing = [column for column in columns if column not in frame]
        if missing:
            raise self.damaged(name, f"it lacks the column {missing[0]}")
        return frame.assign(**{column: self._column(name, frame[column], texts) for column in columns})

    def _column(self, file: str, values: pd.Series, texts: Sequence[str]) -> pd.Series:
        import pandas as pd

        name = str(values.name)
        if name in texts:
            return values.astype(object).where(values.notna(), "").astype(str)
        if values.dtype == bool:
            return values
        try:
            return pd.to_numeric(values)
        except (ValueError, TypeError) as error:
            raise self.damaged(file, f"column {name} should hold numbers ({error})") from error

    def rows(self, folder: str = RUNS) -> pa.Table:
        """Rows of all parts, in order.

        Raises
        ------
        experiments.errors.RunError
            When a file is gone or is not what was written.
        """
        import pyarrow as pa

        tables = read_tables(self.place, self.files(folder))
        # An issue that is on the agenda of some points only is missing at the others.
        return pa.concat_tables(tables, promote_options="default").combine_chunks()

    def files(self, folder: str) -> list[StoredFile]:
        """Files of the parts in one of their folders, in order."""
        return [part.files[folder] for part in self.manifest.parts if folder in part.files]

    def need_own_tactics(self) -> None:
        """Refuse what met a tactic of the user's own that this process does not know.

        Raises
        ------
        experiments.errors.RunError
            Naming the tactic.
        """
        from agents.tactics.registry import TACTICS

        for source in self.manifest.tactics:
            if source.name not in TACTICS:
                raise RunError(
                    f"{self.place} was made with a tactic of your own, {source.name}; name its file with "
                    "--tactics FILE."
                )


def read_finished(folder: Folder, command: str | None = None) -> Finished:
    """Read what a finished directory says of itself.

    Parameters
    ----------
    folder : str, pathlib.Path or Place
        Directory or address.
    command : str, optional
        Question that must have been put.

    Raises
    ------
    experiments.errors.RunError
        When it is of another question or version, unfinished, or edited.
    """
    place = place_of(folder)
    manifest = read_manifest(place)
    if command is not None and manifest.command != command:
        raise RunError(f"{place} holds results of winset {manifest.command}, and not of winset {command}.")
    refuse_unsound(place, manifest)
    if manifest.status != "complete":
        there = f" ({counted(manifest.rows, 'negotiation')} are kept)" if manifest.rows else ""
        raise RunError(
            f"{place} holds an unfinished {manifest.command}{there}; finish it with winset {manifest.command} --out "
            f"{place} --resume, with the config and options that it began with."
        )
    return Finished(place, manifest)


def load_runs(folder: Folder, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return one row per negotiation, in run order.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address of a finished run.
    columns : sequence of str, optional
        Only these columns.
    """
    return runs_of(finished_run(folder), columns)


def runs_of(found: Finished, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Do the same of a run whose manifest has been read."""
    return _load(read_tables(found.place, found.files(RUNS), columns))


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
    return trajectories_of(finished_run(folder), columns, first_runs=first_runs)


def trajectories_of(
    found: Finished, columns: Sequence[str] | None = None, *, first_runs: int | None = None
) -> pd.DataFrame:
    """Do the same of a run whose manifest has been read."""
    if first_runs is None:
        return _load(read_tables(found.place, found.files(TRAJECTORIES), columns))
    files = list(_files_of_first(found.manifest, first_runs))
    wanted = None if columns is None else ["run", *(name for name in columns if name != "run")]
    frame = _load(_first_rows(table, first_runs) for table in read_tables(found.place, files, wanted))
    return frame if columns is None else frame[list(columns)]


def _files_of_first(manifest: Manifest, first_runs: int) -> Iterator[StoredFile]:
    """Files of trajectories of the parts that begin before a run."""
    first = 0
    for part in manifest.parts:
        if first < first_runs and TRAJECTORIES in part.files:
            yield part.files[TRAJECTORIES]
        first += part.files[RUNS].rows


def _first_rows(table: pa.Table, first_runs: int) -> pa.Table:
    import pyarrow.compute as pc

    return table.filter(pc.less(table["run"], first_runs))


def finished_run(folder: Folder) -> Finished:
    """Read what a finished run says of itself, refusing everything else."""
    return read_finished(folder, "run")


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
    """The message about a file of a part that is not what was written."""
    return RunError(f"{place}/{name} is missing or damaged; have it computed again with --out {place} --resume.")


def _read_table(place: Place, name: str, columns: Sequence[str] | None, coded: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    try:
        with place.open(name) as handle:
            table, missing = read_columns(handle, columns, coded)
    except (OSError, pa.ArrowInvalid) as error:
        raise damaged(place, name) from error
    if missing:
        raise RunError(f"{place}/{name} has no column {', '.join(missing)}.")
    return table


def _load(tables: Iterator[pa.Table]) -> pd.DataFrame:
    import pyarrow as pa

    frame: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    return frame
