"""Which kind of place a path or an address names."""

from __future__ import annotations

from pathlib import Path

from experiments.errors import RunError
from experiments.store.place import Folder, LocalPlace, Place
from experiments.store.remote import remote_place


def place_of(folder: Folder) -> Place:
    """Place that a path or an address names."""
    if isinstance(folder, Place):
        return folder
    if not str(folder):
        raise RunError("the name of the directory is empty; write . for the one at hand.")
    if "://" in str(folder):
        return remote_place(str(folder))
    return LocalPlace(Path(folder))
