"""Noise in salience: keyed draws, thrown back at the ends, and what the table of it counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from experiments.positions.table import PositionTable
from experiments.questions.positions.forecasts import FORECASTERS, tables_of
from experiments.questions.positions.noise import DEVIATIONS, FAR, noise_table, perturbed, reflected
from tests.positions_by_hand import table_by_hand


def test_what_leaves_the_ends_is_thrown_back() -> None:
    given = np.array([0.3, -0.2, 1.2, 0.0, 1.0, 2.5, -1.25])
    assert reflected(given) == pytest.approx([0.3, 0.2, 0.8, 0.0, 1.0, 0.5, 0.75])


def test_errors_have_the_size_that_is_named_and_are_the_same_draws_at_each() -> None:
    middle = table_by_hand()
    delay = replace(middle.issues[0], salience=np.full(3, 0.5))
    table = PositionTable("middle", (delay,))
    small, large = (perturbed(table, sd, 4_000, 7)[0] - 0.5 for sd in DEVIATIONS)
    assert small.std(axis=0) == pytest.approx([DEVIATIONS[0]] * 3, rel=0.05)
    assert large == pytest.approx(small * DEVIATIONS[1] / DEVIATIONS[0], abs=1e-12)
    assert abs(np.corrcoef(small.T) - np.eye(3)).max() < 0.06, "actors err independently"


def test_another_actor_issue_or_number_of_draws_leaves_the_draws_of_the_others() -> None:
    table = table_by_hand()
    first = table.issues[0]
    fewer = PositionTable("fewer", (replace(
        first, actors=first.actors[1:], position=first.position[1:], salience=first.salience[1:], power=first.power[1:]
    ),))  # fmt: skip
    np.testing.assert_array_equal(perturbed(fewer, 0.05, 5, 3)[0], perturbed(table, 0.05, 9, 3)[0][:5, 1:])
    assert not np.array_equal(perturbed(table, 0.05, 5, 3)[0], perturbed(table, 0.05, 5, 4)[0])


def test_the_table_counts_quantiles_and_shares() -> None:
    table = table_by_hand()
    tables, _ = tables_of(table, "least_movement", 3)
    found = noise_table(table, "least_movement", 3, 200, 1, tables["forecasts"])
    assert len(found) == len(table.issues) * len(FORECASTERS) * len(DEVIATIONS)
    issue = table.issues[1]
    own = found[(found["issue"] == issue.name) & (found["forecaster"] == "weighted_mean")].set_index("deviation")
    for deviation in DEVIATIONS:
        weights = issue.power * perturbed(table, deviation, 200, 1)[1]
        means = (weights * issue.position).sum(axis=1) / weights.sum(axis=1)
        still = (issue.weight * issue.position).sum() / issue.weight.sum()
        row = own.loc[deviation]
        assert [row["low"], row["median"], row["high"]] == pytest.approx(np.quantile(means, [0.05, 0.5, 0.95]).tolist())
        assert row["far"] == pytest.approx((np.abs(means - still) > FAR * issue.scale).mean())
        assert row["without"] == 0.0


def test_draws_without_an_answer_are_counted_and_move_no_quantile() -> None:
    """Two actors of one weight tie for ever where the error is nothing, and one of them wins where it is something."""
    table = table_by_hand()
    delay = replace(
        table.issues[0], actors=("Ann", "Bob"), position=np.array([2.0, 9.0]), salience=np.array([0.5, 0.5]),
        power=np.ones(2),
    )  # fmt: skip
    tied = PositionTable("tied", (delay,))
    tables, _ = tables_of(tied, "least_movement", 1)
    still = tables["forecasts"].set_index("forecaster")
    assert still["value"].isna().tolist() == [name == "condorcet" for name in still.index]
    found = noise_table(tied, "least_movement", 1, 100, 1, tables["forecasts"])
    rows = found[found["forecaster"] == "condorcet"]
    assert rows["without"].tolist() == [0.0, 0.0]
    assert rows["low"].tolist() == [2.0, 2.0]
    assert rows["high"].tolist() == [9.0, 9.0]
    assert rows["far"].isna().all(), "there is nothing to be far from"


def test_many_draws_are_computed_in_parts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_by_hand()
    tables, _ = tables_of(table, "least_movement", 3)
    whole = noise_table(table, "least_movement", 3, 30, 1, tables["forecasts"])
    monkeypatch.setattr("experiments.questions.positions.noise._AT_ONCE", 45)
    parts = noise_table(table, "least_movement", 3, 30, 1, tables["forecasts"])
    assert whole.drop(columns=["low", "median", "high"]).equals(parts.drop(columns=["low", "median", "high"]))
    np.testing.assert_allclose(whole[["low", "median", "high"]], parts[["low", "median", "high"]], atol=1e-6)
