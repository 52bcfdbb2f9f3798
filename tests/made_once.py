"""What takes long to make, made once for all processes of the tests."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

Made = TypeVar("Made")


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Made]) -> Made:
    """What was made in a folder of this name, in which nothing is to be changed.

    Whichever process of the tests needs it first makes it; the others wait, and are sent it as it was made. What has
    failed is made anew by the next one, which then fails by itself.
    """
    root = _shared(factory)
    folder, kept = root / name, root / f"{name}.pickle"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            made = make(folder)
            kept.write_bytes(pickle.dumps(made))
            return made
    sent: Made = pickle.loads(kept.read_bytes())  # noqa: S301 - our own bytes
    return sent


def _shared(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of these tests have in common."""
    own = factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made_once"
    shared.mkdir(exist_ok=True)
    return shared
