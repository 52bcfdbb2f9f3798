"""What tests of a user's own tactics share: files of them, and the command that uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from agents.tactics.registering import register, unregister
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


def pushover(view: Any, knobs: Any) -> float:  # noqa: ARG001  the signature of every tactic
    """Take whatever is offered."""
    return 0.0


def steady(view: Any, knobs: Any) -> float:  # noqa: ARG001  the signature of every tactic
    """Ask for six tenths throughout."""
    return 0.6


@contextmanager
def known(*functions: Callable[[Any, Any], float]) -> Iterator[None]:
    """Make tactics known under the names of their functions, and forget them again."""
    for function in functions:
        register(function, name=function.__name__)
    try:
        yield
    finally:
        for function in functions:
            unregister(function.__name__)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
