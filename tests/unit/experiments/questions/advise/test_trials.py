"""What was played becomes gains, means of terms over deals, and shares of deals, under the other side's best reply."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.advise.tables import term_names
from experiments.questions.advise.trials import Trials

SETTINGS = (AS_IT_IS, Setting("knob", "2", ()))


def _played() -> np.ndarray:
    """Two settings, two reactions and four worlds: own gain, other gain and terms."""
    played = np.zeros((2, 2, 4, 2 + len(term_names(0))))
    played[0, :, :, 0] = [[1.0, 2.0, 3.0, 6.0], [7.0, 7.0, 7.0, 7.0]]
    played[0, :, :, 1] = [[0.5, 0.5, 0.5, 1.5], [0.25, 0.25, 0.25, 0.25]]
    played[1, :, :, 0] = [[8.0, 8.0, 8.0, 8.0], [4.0, 5.0, 5.0, 4.0]]
    played[1, :, :, 1] = [[0.0, 0.0, 0.0, 0.0], [0.125, 0.125, 0.0, 0.0]]
    # As it is two worlds end in a deal, in one of which a term is 0; the other setting never ends in one.
    played[0, 0, 1, 2:4] = [3.0, 0.0]
    played[0, 0, 3, 2:4] = [5.0, 2.0]
    # Terms against the reaction that is not the best reply count for nothing.
    played[0, 1, :, 2:] = 9.0
    played[1, 0, :, 2:] = 9.0
    return played


def test_terms_are_means_over_deals_and_none_without_a_deal() -> None:
    trials = Trials.of(0, SETTINGS, ("as in the config", "linear"), _played(), 2.0, 1)
    np.testing.assert_array_equal(trials.deals, [0.5, 0.0])
    np.testing.assert_array_equal(trials.terms[0], [4.0, 1.0] + [0.0] * (len(term_names(0)) - 2))
    assert np.isnan(trials.terms[1]).all()


def test_settings_are_judged_under_the_best_reply_to_each() -> None:
    table = Trials.of(0, SETTINGS, ("as in the config", "linear"), _played(), 2.0, 1).settings_table()
    assert table["reaction"].tolist() == ["as in the config", "linear"]
    assert table["mean"].tolist() == [3.0, 4.5]
    assert table["gain_other"].tolist() == [0.75, 0.0625]
    assert table["satisficing"].tolist() == [0.75, 1.0]
    assert table["max_regret"].tolist() == [3.0, 2.0]
    # Resampled differences lie between those of the best and of the worst world for the setting.
    assert -2.0 <= table["effect_low"].iloc[1] < 1.5 < table["effect_high"].iloc[1] <= 3.0
    assert table["wins.mean"].sum() == pytest.approx(1.0)
