"""Advice and best replies against numbers worked by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from experiments.questions.advise.regret_heat_map import regret_heat_map
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle

from experiments.config.load import load_config
from experiments.engine.worlds import Seated
from experiments.errors import RunError
from experiments.questions.advise.advise import Advice, regret_cells
from experiments.questions.advise.levers import AS_IT_IS, Setting
from experiments.questions.advise.robust import criteria, cvar, regrets
from experiments.questions.exploit.exploit import _Search, exploit
from sim.records import Floats
from tests.tree import CONFIGS


def _patches(axes: Axes) -> list[Rectangle]:
    return [patch for patch in axes.patches if isinstance(patch, Rectangle)]


def test_the_heat_map_shows_the_regret_of_each_setting_against_each_reaction() -> None:
    settings, reactions = ("as it is", "tactics.us_treasury.beta=2", "x=3"), ("own", "linear")
    regret = [[0.5, 0.25], [0.125, 1.5], [0.75, 2.0]]
    cells = pd.DataFrame(
        [
            {"setting": setting, "reaction": reaction, "regret": regret[i][j], "gain": [2.0, 3.0, 1.0][i] - 0.1 * j,
             "is_reply": j == (1, 0, 0)[i]}
            for i, setting in enumerate(settings) for j, reaction in enumerate(reactions)
        ]
    )  # fmt: skip
    figure = regret_heat_map(cells, "us_treasury", "tiny")
    axes = figure.axes[0]
    (image,) = (one for one in axes.images if isinstance(one, AxesImage))
    # By own gain under the reply: 3.0, 1.9, 1.0.
    np.testing.assert_allclose(np.asarray(image.get_array()), [regret[1], regret[0], regret[2]])
    assert image.get_clim() == (0.0, 2.0)
    assert list(image.get_extent()) == [-0.5, 1.5, 2.5, -0.5]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written == {
        (0, 0): "0.12", (1, 0): "1.50", (0, 1): "0.50", (1, 1): "0.25", (0, 2): "0.75", (1, 2): "2.00",
    }  # fmt: skip
    framed = [(patch.get_x() + 0.47, patch.get_y() + 0.44) for patch in _patches(axes)]
    np.testing.assert_allclose(framed, [(0, 0), (1, 1), (0, 2)], atol=1e-12)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["beta = 2", "as it is", "x = 3"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["own", "linear"]
    assert figure.axes[1].get_ylabel() == "Mean regret, US$ bn a year"
    assert "US does best with beta = 2 once" in " ".join(figure.get_suptitle().split())


def _advice() -> Advice:
    """Two settings, two reactions, four worlds; the other side answers the first with the second and back."""
    own = np.array([[[1.0, 2, 3, 4], [2.0, 2, 5, 7]], [[0.0, 6, 4, 4], [9.0, 9, 9, 9]]])
    other = np.array([[[1.0, 1, 1, 1], [2.0, 2, 2, 2]], [[8.0, 8, 8, 8], [3.0, 3, 3, 3]]])
    terms = np.array([[0.25, -1.0, *[0.0] * 30], [0.75, 2.0, *[0.0] * 30]])
    wins = {name: np.array([0.3, 0.7]) for name in ("mean", "cvar", "satisficing", "max_regret")}
    means = np.array([[4.0, 3.0], [4.0, 4.5], [3.0, 5.0]])
    settings = (AS_IT_IS, Setting("knob", "2", ()))
    return Advice(
        0, settings, ("as in the config", "linear"), own, other, terms, np.array([0.5, 1.0]), 4.0, wins, means, 32, 1.0
    )


def test_the_table_of_settings_is_worked_out_under_the_other_sides_replies() -> None:
    advice = _advice()
    assert advice.replies == [1, 0]
    np.testing.assert_array_equal(advice.gains, [[2, 2, 5, 7], [0, 6, 4, 4]])
    first, second = advice.table().to_dict("records")
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
    assert [second[f"wins.{name}"] for name in advice.wins] == [0.7] * 4


def test_regret_of_a_cell_is_against_the_best_setting_under_the_same_reaction() -> None:
    cells = regret_cells(_advice()).set_index(["setting", "reaction"])
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


def test_a_best_reply_is_picked_in_one_half_of_the_fresh_worlds_and_measured_in_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    search = object.__new__(_Search)
    search.names, search.worlds, search._fresh = ("hardliner",), 1, cast(Any, "fresh")
    monkeypatch.setattr(_Search, "_best", lambda _self, name, _target, _seat: Seated(name, {}))
    target = Seated("linear", {})
    # Gains of replier and tactic in four fresh worlds, and of self-play in the replier's seat.
    reply = np.array([[1.0, 10], [2.0, 20], [5.0, 30], [8.0, 50]])
    self_play = np.array([[0.5, 0.0], [0.5, 0], [1.0, 0], [3.0, 0]])

    def gain(_worlds: Any, one: Seated, _target: Seated, _seat: int) -> Floats:
        return self_play if one is target else reply

    monkeypatch.setattr("experiments.questions.exploit.exploit._gain", gain)
    gained, tactic, own, more, error, picking = search._answer(target, 0)[0][:6]
    assert (gained, tactic, own) == (6.5, 40.0, 2.0)
    # Differences 4 and 5: mean 4.5, sample deviation sqrt(1/2), standard error sqrt(1/2) / sqrt(2).
    assert (more, error) == (4.5, pytest.approx(0.5))
    assert picking == 1.0


def test_more_than_the_most_negotiations_are_refused(tmp_path: Path) -> None:
    """A search of a thousand million is played, one of a single negotiation more is not even begun."""
    with pytest.raises(RunError, match=r"--budget is 1,000,000,001; it must be at most 1,000,000,000\."):
        exploit(load_config(CONFIGS / "tiny.yaml"), ("linear",), 10**9 + 1, folder=tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
