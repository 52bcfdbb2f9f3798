"""Criteria of a robust choice are those worked by hand, and resampled worlds say how sure a choice is."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.questions.advise.robust import criteria, cvar, regrets, resampled

#: Three settings in four worlds; by hand: means 2, 2, 1.5; shortfalls from the best of each world below.
GAINS = np.array([[4.0, 2.0, 2.0, 0.0], [2.0, 2.0, 2.0, 2.0], [0.0, 6.0, 0.0, 0.0]])


def test_criteria_are_those_worked_by_hand() -> None:
    np.testing.assert_array_equal(regrets(GAINS), [[0, 4, 0, 2], [2, 4, 0, 0], [4, 0, 2, 2]])
    found = criteria(GAINS, 2.0)
    np.testing.assert_array_equal(found["mean"], [2.0, 2.0, 1.5])
    np.testing.assert_array_equal(found["max_regret"], [4.0, 4.0, 4.0])
    np.testing.assert_array_equal(found["satisficing"], [0.75, 1.0, 0.25])
    np.testing.assert_array_equal(cvar(GAINS, 0.5), [1.0, 2.0, 0.0])


def test_resamples_are_sure_of_what_is_better_everywhere() -> None:
    better = np.stack([np.linspace(0, 1, 30), np.linspace(0, 1, 30) + 0.1])
    wins, means = resampled(better, 0.05, 1)
    assert wins["mean"][1] == pytest.approx(1.0)
    assert wins["max_regret"][1] == pytest.approx(1.0)
    np.testing.assert_allclose(means[:, 1] - means[:, 0], 0.1)


def test_settings_that_win_together_share_the_win() -> None:
    # The last two are the same in every world and better than the first one.
    gains = np.array([[0.0, 0.1, 0.2], [1.0, 1.5, 3.0], [1.0, 1.5, 3.0]])
    wins, _ = resampled(gains, 0.5, 1)
    for share in wins.values():
        assert share.tolist() == pytest.approx([0.0, 0.5, 0.5])
