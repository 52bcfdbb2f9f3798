"""What tests of a user's own tactics share: files of them, and the command that uses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agents.tactics.registry import TACTICS
from experiments.config import own_tactics as user_tactics

US: Final = "tactics.us_treasury.name"

HEAD = "import math\nimport numpy as np\nfrom experiments.api import register\n"

IN_PYTHON = """
import statistics
from experiments.api import register

@register
def plain(view, knobs):
    '''Runs in Python, for Numba knows no statistics.'''
    return 1.0 - 0.5 * statistics.mean((view.time, view.time))
"""


@contextmanager
def registry_kept() -> Iterator[None]:
    """Forget afterwards which tactics of the user's own this process has loaded."""
    before, files = dict(TACTICS), dict(user_tactics._loaded)
    try:
        yield
    finally:
        TACTICS.clear()
        TACTICS.update(before)
        user_tactics._loaded.clear()
        user_tactics._loaded.update(files)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
