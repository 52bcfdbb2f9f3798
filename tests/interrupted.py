"""What a question writes into its directory, watched, and interrupted where it would write more."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from experiments.store.directory import Directory


@contextmanager
def recorded(most: int | None = None) -> Iterator[list[str]]:
    """Keys of the parts that are noted meanwhile; whoever would note more than `most` of them is interrupted."""
    record, keys = Directory.record, list[str]()

    def watched(self: Directory, part: Any) -> None:
        if most is not None and len(keys) == most:
            raise KeyboardInterrupt
        record(self, part)
        keys.append(part.key)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Directory, "record", watched)
        yield keys


@contextmanager
def interrupted_while_writing(files: Container[str]) -> Iterator[None]:
    """Interrupt whoever would write one of these files of the answer."""
    keep = Directory.keep

    def watched(self: Directory, name: str, content: Any) -> None:
        if name in files:
            raise KeyboardInterrupt
        keep(self, name, content)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Directory, "keep", watched)
        yield
