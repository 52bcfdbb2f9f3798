"""The version of what winset writes into a directory, of every kind, and the refusal of a directory of another one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from experiments.errors import RunError

#: Rises for every kind at once, when tables, names in them or their meaning change.
#: 1: as of winset 0.1. 2: ends called by what happened, gains of talks without a deal zero.
FORMAT_VERSION: Final = 2
VERSION_KEY: Final = "schema_version"

_FAMILY: Final = "winset "
#: Searches of version 1 carry no number.
_UNNUMBERED: Final = 1


class OtherVersionError(RunError):
    """A directory of winset that was written in another version of the format.

    Attributes
    ----------
    kind : str
        ``format`` of its manifest, such as ``winset run``.
    """

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


def check_version(manifest: object, place: object) -> None:
    """Refuse what a manifest of winset holds in another version; what is no manifest of winset is left to the caller.

    Raises
    ------
    OtherVersionError
        With its version, this one, and the winset that wrote it.
    """
    if not isinstance(manifest, dict) or not str(manifest.get("format")).startswith(_FAMILY):
        return
    found = manifest.get(VERSION_KEY, _UNNUMBERED)
    if found != FORMAT_VERSION:
        raise OtherVersionError(
            f"{place} holds results in version {found!r} of the format{_writer(manifest)}, and this winset reads and "
            f"writes version {FORMAT_VERSION}. Read it with the winset that wrote it, or play it again: into another "
            "--out, or into this one with --overwrite.",
            str(manifest["format"]),
        )


def check_text(text: str | bytes, place: object) -> None:
    """Do the same to the text of a manifest; one that cannot be read is left to the caller."""
    with suppress(ValueError):
        check_version(json.loads(text), place)


def _writer(manifest: Mapping[str, Any]) -> str:
    code = manifest.get("code")
    version = code.get("version") if isinstance(code, dict) else None
    return f" (written by winset {version})" if isinstance(version, str) else ""
