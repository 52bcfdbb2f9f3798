"""What a page says of the record that an answer rests on, where that is not the one of winset."""

from __future__ import annotations

from functools import cache
from typing import Final

from experiments.record.record import OPTION, read_record

#: Folder in which a command on a page looks for a record of the user's own.
FOLDER: Final = "record"


@cache
def _shipped() -> str:
    """Digest of the record of winset, which no process changes and each page asks for twice."""
    return read_record().digest


def _is_own(digest: str) -> bool:
    return digest != _shipped()


def record_needed(digest: str) -> tuple[str, ...]:
    """Say that it takes a record of one's own; nothing where the one of winset has this digest."""
    if not _is_own(digest):
        return ()
    return (f"It needs a record other than that of this winset, with the digest {digest}, in the folder {FOLDER}.",)


def record_option(digest: str) -> tuple[str, ...]:
    """Option that names the folder of that record."""
    return (OPTION, FOLDER) if _is_own(digest) else ()
