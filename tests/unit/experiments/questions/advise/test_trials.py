"""What the settings did in every world, and its tables under the other side's replies, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.advise.robust import criteria, cvar, regrets
from experiments.questions.advise.tables import term_columns, term_names
from experiments.questions.advise.trials import Trials, replies_of, under

SETTINGS = (AS_IT_IS, Setting("knob", "2", ()))


def _trials() -> Trials:
    """Two settings, two reactions, four worlds; the other side answers the first with the second and back."""
    own = np.array([[[1.0, 2, 3, 4], [2.0, 2, 5, 7]], [[0.0, 6, 4, 4], [9.0, 9, 9, 9]]])
    other = np.array([[[1.0, 1, 1, 1], [2.0, 2, 2, 2]], [[8.0, 8, 8, 8], [3.0, 3, 3, 3]]])
    terms = np.zeros((2, len(term_columns(0))))
    terms[:, 0], terms[:, 1] = [0.25, 0.75], [-1.0, 2.0]
    wins = {name: np.array([0.3, 0.7]) for name in ("mean", "cvar", "satisficing", "max_regret")}
    means = np.array([[4.0, 3.0], [4.0, 4.5], [3.0, 5.0]])
    deals = np.array([0.5, 1.0])
    return Trials(0, SETTINGS, ("as in the config", "linear"), own, other, terms, deals, 4.0, wins, means)


def test_the_table_of_settings_is_worked_out_under_the_other_sides_replies() -> None:
    trials = _trials()
    replies = replies_of(trials.other)
    assert replies == [1, 0]
    np.testing.assert_array_equal(under(trials.own, replies), [[2, 2, 5, 7], [0, 6, 4, 4]])
    first, second = trials.settings_table().to_dict("records")
    # The best of each world is 2, 6, 5, 7.
    assert (first["mean"], second["mean"]) == (4.0, 3.5)
    assert (first["cvar"], second["cvar"]) == (2.0, 0.0)
    assert (first["satisficing"], second["satisficing"]) == (0.5, 0.75)
    assert (first["max_regret"], second["max_regret"]) == (4.0, 3.0)
    assert (first["mean_regret"], second["mean_regret"]) == (1.0, 1.5)
    assert (first["effect"], second["effect"]) == (0.0, -0.5)
    # Differences of the resampled means are -1, 0.5 and 2.
    assert second["effect_low"] == pytest.approx(np.quantile([-1, 0.5, 2], 0.025))
    assert second["effect_high"] == pytest.approx(np.quantile([-1, 0.5, 2], 0.975))
    assert (first["gain_other"], second["gain_other"]) == (2.0, 8.0)
    assert (first["deal_share"], second["deal_share"]) == (0.5, 1.0)
    assert (first["reaction"], second["reaction"]) == ("linear", "as in the config")
    assert [second[f"wins.{name}"] for name in trials.wins] == [0.7] * 4


def test_regret_of_a_cell_is_against_the_best_setting_under_the_same_reaction() -> None:
    cells = _trials().regret_table().set_index(["setting", "reaction"])
    expected = {
        # Best under the config's own tactic: 1, 6, 4, 4; under linear: 9, 9, 9, 9.
        ("as it is", "as in the config"): (2.5, 1.0, 1.25, False),
        ("as it is", "linear"): (4.0, 2.0, 5.0, True),
        ("knob=2", "as in the config"): (3.5, 8.0, 0.25, True),
        ("knob=2", "linear"): (9.0, 3.0, 0.0, False),
    }
    for key, (gain, gain_other, regret, is_reply) in expected.items():
        row = cells.loc[[key]].iloc[0]
        assert (row["gain"], row["gain_other"], row["regret"], row["is_reply"]) == (gain, gain_other, regret, is_reply)


def test_a_tail_holds_at_least_one_world_and_regret_takes_the_best_and_not_the_worst() -> None:
    gains = np.array([[1.0, 5.0], [3.0, 2.0]])
    np.testing.assert_array_equal(cvar(gains, 0.1), [1.0, 2.0])
    np.testing.assert_array_equal(regrets(gains), [[2, 0], [0, 3]])
    np.testing.assert_array_equal(criteria(gains, 3.0)["satisficing"], [0.5, 0.5])


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
