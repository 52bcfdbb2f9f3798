"""Whether NegMAS is installed, and which version of it."""

from __future__ import annotations

import importlib.util
from typing import Any, Final

from experiments.errors import missing

#: A NegMAS object; the library is not imported before it is used.
NegmasObject = Any

INSTALL: Final = missing("negmas", "negmas", "a guest")


def version() -> str | None:
    """Version of NegMAS; None where it is not installed."""
    if importlib.util.find_spec("negmas") is None:
        return None
    from importlib.metadata import version as version_of

    return version_of("negmas")
