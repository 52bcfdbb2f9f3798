"""A finished run that the tests of all commands share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import winset
from tests.smallest_calls import TINY


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a small run, in which nothing is to be changed."""
    out = tmp_path_factory.mktemp("finished") / "run"
    result = winset("run", TINY, "--runs", "3", "--no-figures", "--out", out)
    assert result.exit_code == 0, result.output
    return out
