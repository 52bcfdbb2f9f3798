"""Whether NegMAS is installed, and which version of it."""

from __future__ import annotations

import importlib.util
from typing import Any, Final

#: A NegMAS object; the library is not imported before it is used.
NegmasObject = Any

INSTALL: Final = "NegMAS is not installed; install winset with the extra `negmas`."


def version() -> str | None:
    """Version of NegMAS; None where it is not installed."""
    if importlib.util.find_spec("negmas") is None:
        return None
    from importlib.metadata import version as version_of

    return version_of("negmas")
