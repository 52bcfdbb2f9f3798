"""Small answers that the tests of all questions share."""

from __future__ import annotations

import pytest

from tests.small_answers import SmallAnswers, make_in


@pytest.fixture(scope="session", autouse=True)
def _made_once_for_all(tmp_path_factory: pytest.TempPathFactory) -> None:
    make_in(tmp_path_factory)


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> SmallAnswers:
    return SmallAnswers(tmp_path_factory)
