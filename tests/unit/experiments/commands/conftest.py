"""Finished directories that the tests of all commands share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.command_line import winset
from tests.made_once import made_once
from tests.smallest_calls import TINY, beside


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a small run with a copy beside it, in which nothing is to be changed."""

    def make(out: Path) -> Path:
        _filled(out, "run", "--runs", "3", "--no-figures")
        shutil.copytree(out, beside(out), dirs_exist_ok=True)
        return out

    return made_once(tmp_path_factory, "finished_run", make)


@pytest.fixture(scope="session")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of an answer with one picture, whose page is drawn in a moment; nothing in it is to be changed."""
    return made_once(tmp_path_factory, "finished_solve", lambda out: _filled(out, "solve", "--no-figures"))


def _filled(out: Path, verb: str, *words: str) -> Path:
    result = winset(verb, TINY, *words, "--out", out)
    assert result.exit_code == 0, result.output
    return out
