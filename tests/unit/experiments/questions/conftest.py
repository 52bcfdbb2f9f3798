"""Small answers that the tests of all questions share."""

from __future__ import annotations

import pytest

from tests.small_answers import SmallAnswers


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> SmallAnswers:
    return SmallAnswers(tmp_path_factory)
