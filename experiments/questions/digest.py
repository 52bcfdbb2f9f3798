"""One digest of what a finished directory holds, and the command that filled it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from experiments.files import checksum
from experiments.questions.tournament.result import FAILED, TournamentResults
from experiments.store.digest import digest_of_run, digest_of_tables
from experiments.store.reading import Finished, read_finished
from experiments.store.tables import BATCHES, FIGURES, TABLES, table_in

if TYPE_CHECKING:
    from experiments.store.place import Folder

#: Of a pair that failed, what is the same wherever it fails: no time, and no message, which may hold one.
_FAILED: Final = ("us", "partner", "kind", "player", "side", "at_fault")

_DIGEST_BYTES: Final = 16


def digest_of(folder: Folder) -> tuple[str, str]:
    """Command that filled a finished directory, and the digest of its results.

    It covers the rows of all negotiations where they are kept, else the tables and other files of the answer and what
    stands in no table. No picture or page is in it.

    Raises
    ------
    experiments.errors.RunError
        When the directory is not finished, or damaged.
    """
    found = read_finished(folder)
    if found.command == "run":
        return found.command, digest_of_run(folder)
    total = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for name, text in _contents(found):
        total.update(f"{name}\0{text}\0".encode())
    return found.command, total.hexdigest()


def _contents(found: Finished) -> Iterator[tuple[str, str]]:
    parts = [folder for part in found.manifest.parts for folder in part.files if folder != BATCHES]
    for folder in dict.fromkeys(parts):
        yield folder, digest_of_tables([found.rows(folder)])
    # Files are read also where the rows of all negotiations say everything, so that a damaged one is noticed.
    files = {stored.file: found.content(stored.file) for stored in found.manifest.files}
    if not parts:
        yield "results", json.dumps(_same_everywhere(found), sort_keys=True)
        for name in sorted(files):
            if not name.startswith(f"{FIGURES}/"):
                # Of a table its name, wherever it lies.
                yield name.removeprefix(f"{TABLES}/"), _of_file(name, files[name])


def _of_file(name: str, content: bytes) -> str:
    return digest_of_tables([table_in(content)]) if name.endswith(".parquet") else checksum(content)


def _same_everywhere(found: Finished) -> dict[str, Any]:
    results = found.manifest.results
    if FAILED not in results:
        return results
    failed = [
        failure.model_dump(mode="json", include={*_FAILED}) for failure in found.results(TournamentResults).failed
    ]
    return results | {FAILED: [{name: one[name] for name in _FAILED} for one in failed]} if failed else results
