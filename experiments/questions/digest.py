"""One digest of what a finished directory of any kind holds, and the name of its kind."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from experiments.store.digest import digest_of_run, digest_of_tables
from experiments.store.directory import FIGURES
from experiments.store.manifest import kind_of, read_any_manifest
from experiments.store.place import Folder, Place
from experiments.store.places import place_of
from experiments.store.tables import StoredFiles, part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pyarrow as pa

#: Of a failed pair, what is the same wherever it fails: no time, and no message, which may hold one.
_FAILED: Final = ("us", "partner", "kind", "player", "side", "at_fault")

_DIGEST_BYTES: Final = 16


def digest_of(folder: Folder) -> tuple[str, str]:
    """Kind of a finished directory, as the command that filled it is called, and the digest of its results.

    Of a run, tournament or exploration it covers the rows of all negotiations; of a search its tables and cases and
    what it found. No time, picture or page is in it.

    Raises
    ------
    experiments.errors.RunError
        When the directory is not finished, damaged, or of a kind that this version does not know.
    """
    place = place_of(folder)
    manifest = read_any_manifest(place)
    kind = kind_of(manifest)
    digests: dict[str, Callable[[Place, dict[str, Any]], str]] = {
        "run": lambda found, _manifest: digest_of_run(found),
        "tournament": _of_tournament,
        "exploration": _of_exploration,
    }
    return str(manifest.get("command", kind)), digests.get(kind, _of_search)(place, manifest)


def _of_tournament(place: Place, _manifest: dict[str, Any]) -> str:
    from experiments.questions.tournament.directory import WORLDS_TABLE
    from experiments.questions.tournament.read import read_held

    # Reading it checks that the tables fit together.
    held = read_held(place)
    rows = digest_of_tables([_table(held.files.content(WORLDS_TABLE))])
    failed = [failure.model_dump(include=set(_FAILED)) for failure in held.failures]
    return _joined([("worlds", rows), ("failed", _text(failed))])


def _of_exploration(place: Place, manifest: dict[str, Any]) -> str:
    from experiments.lab.finished import read_finished

    return _joined([("rows", digest_of_tables([read_finished(place, manifest).rows()]))])


def _of_search(place: Place, manifest: dict[str, Any]) -> str:
    checks = {str(name): str(check) for name, check in part(manifest, "files", place).items()}
    stored = StoredFiles(place, checks)
    parts = [("result", _text(manifest.get("result")))]
    for name in sorted(checks):
        if name.startswith(f"{FIGURES}/"):
            continue
        content = stored.content(name)
        table = name.endswith(".parquet")
        parts.append((name, digest_of_tables([_table(content)]) if table else hashlib.sha256(content).hexdigest()))
    return _joined(parts)


def _table(content: bytes) -> pa.Table:
    import io

    import pyarrow.parquet as pq

    return pq.read_table(io.BytesIO(content))


def _text(data: object) -> str:
    return json.dumps(data, sort_keys=True)


def _joined(parts: Iterable[tuple[str, str]]) -> str:
    total = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for name, text in parts:
        total.update(f"{name}\0{text}\0".encode())
    return total.hexdigest()
