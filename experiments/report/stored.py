"""Files of a finished directory as they were written: read with their checksums, or refused with a reason."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from experiments.errors import RunError
from experiments.store.manifest import MANIFEST
from experiments.store.place import reading_from
from experiments.store.seal import refuse_names

if TYPE_CHECKING:
    import pandas as pd

    from experiments.store.place import Place


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
