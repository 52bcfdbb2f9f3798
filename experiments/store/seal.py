"""The seal of a manifest: a checksum of all that it says, so that an edited one is found before it is believed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from experiments.errors import RunError

_Model = TypeVar("_Model", bound=BaseModel)

#: Key of the checksum, which covers every other.
SEAL: Final = "seal"


def sealed(manifest: Mapping[str, Any]) -> str:
    """Text of a manifest file, readable by people and by :func:`unsealed`."""
    plain = json.loads(json.dumps({key: value for key, value in manifest.items() if key != SEAL}))
    return json.dumps(plain | {SEAL: _checksum(plain)}, indent=1, ensure_ascii=False) + "\n"


def unsealed(text: str | bytes, where: str, check: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """Read a manifest file.

    Parameters
    ----------
    text : str or bytes
        What it holds.
    where : str
        Its name for messages.
    check : callable, optional
        Refuses what is no manifest of this version before its seal is looked at, which such a one need not have.

    Raises
    ------
    RunError
        When it is no map in JSON, or does not say what was written.
    """
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RunError(f"{where} is damaged: it is not a manifest that this version can read ({error}).") from error
    if not isinstance(manifest, dict):
        raise RunError(f"{where} is damaged: it is not a manifest that this version can read (it is no map of keys).")
    seal = manifest.pop(SEAL, None)
    if check is not None:
        check(manifest)
    if seal is None:
        why = "it has no seal, so another version of winset has written it, or it has been edited"
        raise RunError(f"{where} is not a manifest that this version can read: {why}.")
    if seal != _checksum(manifest):
        raise edited(where, "it does not say what was written (its seal does not match)")
    return manifest


def unsealed_as(model: type[_Model], text: str | bytes, where: str) -> _Model:
    """Read a manifest file as a record.

    Parameters
    ----------
    model : type
        Kind of the record; what does not fit it is refused before the seal is looked at.
    text, where : str or bytes, str
        What the file holds, and its name for messages.

    Raises
    ------
    RunError
        As :func:`unsealed` does, and when a key or value does not fit.
    """
    read: list[_Model] = []

    def check(plain: dict[str, Any]) -> None:
        try:
            read.append(model.model_validate(plain))
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"]) or "the file"
            raise RunError(f"{where} is not a manifest that this version can read ({key}: {first['msg']}).") from error

    unsealed(text, where, check)
    return read[0]


def edited(where: str, why: str) -> RunError:
    """The one message about a directory whose parts do not belong together."""
    return RunError(f"{where} has been edited or damaged: {why}. Restore it, or have it made anew with --overwrite.")


def refuse_names(names: Mapping[str, Any] | list[str], where: str) -> None:
    """Refuse names of files that lead out of their directory.

    Raises
    ------
    RunError
        Naming the first.
    """
    for name in names:
        if not name or "\\" in name or "\0" in name or any(part in ("", ".", "..") for part in name.split("/")):
            raise edited(where, f"it names the file {name!r}, which is none of this directory")


def _checksum(manifest: Mapping[str, Any]) -> str:
    text = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
