"""Which files of a directory are winset's own, and how they and nothing else are removed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Final

from experiments.store.manifest import MANIFEST, noted
from experiments.store.picture_forms import PICTURE_FORMS
from experiments.store.place import LocalPlace, Place, is_temporary
from experiments.store.tables import BATCHES, CASES, FIGURES, PAIRS, REPORT, RUNS, TABLES, TRAJECTORIES

#: The journal of version 1 of the format: a file, and at an address a folder.
_EARLIER_JOURNAL: Final = "chunks.jsonl"
_EARLIER_NOTES: Final = "chunks"

#: Folders whose files are called by the key of their part, so that one which nothing mentions is known as well: an
#: interrupted writer may have left it.
_BY_KEY: Final[dict[str, re.Pattern[str]]] = {
    **dict.fromkeys((RUNS, TRAJECTORIES, PAIRS), re.compile(r"part-\d+(-\d+)?\.parquet")),
    BATCHES: re.compile(r"part-\d+\.npy"),
    _EARLIER_NOTES: re.compile(r"\d+\.json"),
}

#: Every folder that a question fills.
FOLDERS: Final = (*_BY_KEY, TABLES, FIGURES, CASES)

_PICTURE: Final = re.compile(rf"(?P<kind>[^.]+)(\..+)?\.({'|'.join(PICTURE_FORMS)})")


def clear(place: Place, pictures: Callable[[], Collection[str]] = tuple) -> None:
    """Remove what a question has written, and nothing else.

    Files go before the journal that may alone know of them, and the journal before the parts, for its lines would count
    as parts of what comes. The manifest stays until a new one takes its name: so long the folder is known to be ours.

    Parameters
    ----------
    place : Place
        A directory with a manifest of winset, of any version.
    pictures : callable
        Gives the names of the kinds of pictures that are drawn of its answers; asked only where there are files among
        the pictures, for what draws takes a second to load.
    """
    for name in (*_listed(place), _EARLIER_JOURNAL):
        place.remove(name)
    place.forget_notes()
    for folder in _BY_KEY:
        clear_parts(place, folder)
    clear_drawn(place, pictures)
    place.remove_temporaries(*FOLDERS)
    for folder in FOLDERS:
        remove_if_empty(place, folder)


def clear_drawn(place: Place, pictures: Callable[[], Collection[str]]) -> None:
    """Remove the page and the pictures of an answer, which are about the rows that were there when they were made."""
    place.remove(REPORT)
    drawn = [match for name in place.entries(FIGURES) if (match := _PICTURE.fullmatch(name))]
    ours = pictures() if drawn else ()
    for match in drawn:
        if match["kind"] in ours:
            place.remove(f"{FIGURES}/{match[0]}")


def clear_parts(place: Place, folder: str) -> None:
    """Remove the parts in a folder, and the folder if nothing else is there."""
    for name in place.entries(folder):
        if _BY_KEY[folder].fullmatch(name) or is_temporary(name):
            place.remove(f"{folder}/{name}")
    remove_if_empty(place, folder)


def remove_if_empty(place: Place, folder: str = "") -> None:
    """Remove a folder of a place on this machine unless something is in it."""
    if isinstance(place, LocalPlace):
        # One that is gone, or that nobody may remove, is no reason to fail: an empty folder is in nobody's way.
        with suppress(OSError):
            (place.folder / folder).rmdir()


def _listed(place: Place) -> list[str]:
    """Files that a manifest of any version and the journal list, by names that lead nowhere else.

    Of what is removed nothing need be believed but that it is ours.
    """
    files = json.loads(place.read(MANIFEST)).get("files")
    listed: list[Any] = [*files] if isinstance(files, dict | list) else []
    names = [one.get("file") if isinstance(one, dict) else one for one in listed]
    _, begun = noted(place.notes())
    return [name for name in (*names, *(one.file for one in begun)) if isinstance(name, str) and _is_inside(name)]


def _is_inside(name: str) -> bool:
    """Whether a file lies in the place itself or in one of the folders that a question fills."""
    folder, _, file = name.rpartition("/")
    return folder in ("", *FOLDERS) and file not in ("", ".", "..", MANIFEST) and not {"\\", "\0"} & set(name)
