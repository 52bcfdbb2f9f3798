"""Marks every test with the kind that its folder names, and fixes how hypothesis runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent

# No deadline: the first example may compile rules. In CI the same examples are tried on every run.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark ``tests/unit/...`` as unit, and so on; a folder without a registered marker is an error."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])
