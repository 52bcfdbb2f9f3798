"""How long other writers are kept out of a directory: while it is filled, and until its pictures are drawn as well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, final

from experiments.errors import RunError
from experiments.store.manifest import Manifest, read_manifest
from experiments.store.place import Place


@final
@dataclass(slots=True)
class _Kept:
    """Places that stay locked after they are closed, and what unlocks them."""

    names: set[str] = field(default_factory=set)
    unlocking: ExitStack = field(default_factory=ExitStack)


_KEPT: Final[ContextVar[_Kept | None]] = ContextVar("kept", default=None)


@contextmanager
def keeping_locks() -> Iterator[None]:
    """Keep other writers out of the directories that are closed meanwhile, until the end."""
    kept = _Kept()
    token = _KEPT.set(kept)
    with kept.unlocking:
        try:
            yield
        finally:
            _KEPT.reset(token)


def release(place: Place, unlock: Callable[[], None]) -> None:
    """Let other writers in again, at once or when locks are kept no longer."""
    kept = _KEPT.get()
    if kept is None:
        unlock()
    else:
        kept.names.add(str(place))
        kept.unlocking.callback(unlock)


@contextmanager
def writing_beside(place: Place, manifest: Manifest) -> Iterator[None]:
    """Keep other writers out of a finished directory while something is written beside its answer.

    Parameters
    ----------
    place : Place
        The directory.
    manifest : Manifest
        What it held when the answer was read.

    Raises
    ------
    experiments.errors.RunError
        When another process is writing there, or it holds another answer by now.
    """
    kept = _KEPT.get()
    unlock = None if kept is not None and str(place) in kept.names else place.lock()
    try:
        if read_manifest(place) != manifest:
            raise RunError(f"{place} has been filled anew since it was read; read it again.")
        yield
    finally:
        if unlock is not None:
            unlock()
