"""A finished exploration read back from its directory: what was asked, its tables, and the rows behind them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from pydantic import ValidationError

from experiments.config.load import config_from
from experiments.errors import RunError
from experiments.lab.directory import FORMAT, TABLES
from experiments.store.manifest import MANIFEST, StoredChunk
from experiments.store.place import Place, reading_from
from experiments.store.soundness import refuse_gaps
from experiments.store.tables import is_sound

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.config.model import Config


#: Columns of text; every other one holds numbers or truth values.
_TEXTS: Final = frozenset({"output", "method", "input", "measure", "first", "second", "unit", "label", "note", "side",
                           "issue"})  # fmt: skip


@dataclass(frozen=True, eq=False)
class Finished:
    """What a directory says of the exploration in it.

    Attributes
    ----------
    place : Place
        The directory.
    manifest : dict
        Its manifest, as plain data.
    config : Config
        What was explored.
    """

    place: Place
    manifest: dict[str, Any]
    config: Config

    @property
    def command(self) -> str:
        """``sweep``, ``sensitivity`` or ``discover``."""
        return str(self.manifest["command"])

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return int(self.manifest["seed"])

    @property
    def negotiations(self) -> int:
        """Number of negotiations played."""
        return int(self.manifest["negotiations"])

    def setting(self, name: str) -> Any:
        """One of the settings that decide the rows."""
        try:
            return self.manifest["settings"][name]
        except (KeyError, TypeError) as error:
            raise self.damaged(MANIFEST, f"its settings lack {name}") from error

    def damaged(self, file: str, why: object) -> RunError:
        """Error that names a file of the directory."""
        return RunError(
            f"{self.place}/{file} is damaged: {why}; play it again with winset {self.command} and --overwrite."
        )

    def table(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Read one of its tables.

        Raises
        ------
        RunError
            When it is not there, or cannot be read, or lacks one of `columns`, or holds text among numbers.
        """
        file = f"{TABLES}/{name}.csv"
        with reading_from(self.place):
            try:
                content = self.place.read(file)
            except FileNotFoundError as error:
                raise RunError(f"{self.place} lacks its table {file}; play it again with --overwrite.") from error
        if hashlib.sha256(content).hexdigest() != self.manifest["files"].get(file):
            raise self.damaged(file, "it is not the file that was written")
        try:
            frame = pd.read_csv(io.BytesIO(content), keep_default_na=False, na_values=[""])
        except (ValueError, UnicodeDecodeError) as error:
            raise self.damaged(file, error) from error
        missing = [column for column in columns if column not in frame]
        if missing:
            raise self.damaged(file, f"it lacks the column {missing[0]}")
        return frame.assign(**{column: self._column(file, frame[column]) for column in columns})

    def _column(self, file: str, values: pd.Series) -> pd.Series:
        name = str(values.name)
        if name in _TEXTS:
            return values.astype(object).where(values.notna(), "").astype(str)
        if name == "constant":
            return values.astype(str) == "True"
        try:
            return pd.to_numeric(values)
        except (ValueError, TypeError) as error:
            raise self.damaged(file, f"column {name} should hold numbers ({error})") from error

    def rows(self) -> pa.Table:
        """Every negotiation that was played, in order.

        Raises
        ------
        RunError
            When a file is gone or is not what was written.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        tables = []
        for chunk in self._chunks():
            with reading_from(self.place):
                if not is_sound(self.place, chunk):
                    raise self.damaged(chunk.runs.file, "it is gone or holds something else than was written")
                with self.place.open(chunk.runs.file) as handle:
                    tables.append(pq.read_table(handle))
        return pa.concat_tables(tables, promote_options="default").combine_chunks()

    def _chunks(self) -> list[StoredChunk]:
        try:
            chunks = [StoredChunk.model_validate(written) for written in self.manifest["chunks"]]
        except ValidationError as error:
            raise self.damaged(MANIFEST, f"chunks: {error.errors()[0]['msg']}") from error
        refuse_gaps(chunks, f"{self.place}/{MANIFEST}")
        return chunks


def read_finished(place: Place, manifest: dict[str, Any]) -> Finished:
    """Read what a manifest of an exploration says.

    Raises
    ------
    RunError, ConfigError
        When it is not one of this version's.
    """
    wanted = {
        "command": str,
        "seed": int,
        "settings": dict,
        "negotiations": int,
        "config": dict,
        "chunks": list,
        "files": dict,
    }
    wrong = [key for key, kind in wanted.items() if not isinstance(manifest.get(key), kind)]
    if manifest.get("format") != FORMAT or wrong:
        raise RunError(
            f"{place}/{MANIFEST} is not a manifest that this version can read: {wrong[0] if wrong else 'format'} is "
            "missing or of another kind."
        )
    return Finished(place, manifest, config_from(manifest["config"], f"{place}/{MANIFEST}"))
