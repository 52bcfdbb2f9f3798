"""Libraries that not every installation has."""

from __future__ import annotations

from importlib.util import find_spec

from experiments.plan import RunError


def need(module: str, extra: str) -> None:
    """Refuse to go on without a library, saying how to install it."""
    if find_spec(module) is None:
        raise RunError(
            f"this command needs {module}, which is not installed; install it: pip install 'winset[{extra}]'."
        )
