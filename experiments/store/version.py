"""The version of what winset writes into a directory, of every kind, and the refusal of a directory of another one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from experiments.errors import RunError

#: Rises for every kind at once, when tables, names in them or their meaning change.
#: 1: as of winset 0.1. 2: ends called by what happened, gains of talks without a deal zero. 3: one layout for the
#: directories of all commands, columns and settings of a partner. 4: every CSV table in the folder ``tables``, and on
#: which constraint each issue of a deal sits.
FORMAT_VERSION: Final = 4
VERSION_KEY: Final = "schema_version"

#: What a manifest is of. Until version 2 it named the command, such as ``winset run``.
FORMAT: Final = "winset directory"

_FAMILY: Final = "winset "
#: Searches of version 1 carry no number.
_UNNUMBERED: Final = 1


def check_version(manifest: object, place: object) -> None:
    """Refuse what a manifest of winset holds in another version; what is no manifest of winset is left to the caller.

    Raises
    ------
    experiments.errors.RunError
        With its version, this one, and the winset that wrote it.
    """
    if not isinstance(manifest, dict) or not str(manifest.get("format")).startswith(_FAMILY):
        return
    found = manifest.get(VERSION_KEY, _UNNUMBERED)
    if found != FORMAT_VERSION:
        raise RunError(
            f"{place} holds results in version {found!r} of the format{_writer(manifest)}, and this winset reads and "
            f"writes version {FORMAT_VERSION}. Read it with the winset that wrote it, or play it again: into another "
            "--out, or into this one with --overwrite."
        )


def command_of(manifest: Mapping[str, Any]) -> str:
    """Command that filled a directory, by its manifest in whatever version; empty where it is not one of winset."""
    written = str(manifest.get("format"))
    if not written.startswith(_FAMILY):
        return ""
    return str(manifest.get("command", written.removeprefix(_FAMILY)))


def command_in(text: str | bytes) -> str:
    """The same of the text of a manifest, believing nothing else of it."""
    with suppress(ValueError, RecursionError):
        manifest = json.loads(text)
        if isinstance(manifest, dict):
            return command_of(manifest)
    return ""


def check_text(text: str | bytes, place: object) -> None:
    """Do the same to the text of a manifest; one that cannot be read is left to the caller."""
    with suppress(ValueError, RecursionError):
        check_version(json.loads(text), place)


def _writer(manifest: Mapping[str, Any]) -> str:
    around = manifest.get("surroundings")
    code = around.get("code") if isinstance(around, dict) else manifest.get("code")
    version = code.get("version") if isinstance(code, dict) else None
    return f" (written by winset {version})" if isinstance(version, str) else ""
