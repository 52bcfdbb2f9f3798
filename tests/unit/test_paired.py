"""Two configs meet the same draws: numbers move by an affine map, nothing else does, and signs are counted right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import config_of, load_config
from experiments.config.model import Config
from experiments.config.numbers import numbers
from experiments.design.sampling import design_table
from experiments.errors import ConfigError
from tests.paired import SignShare, compare, join_runs, moved, runs_of, sign_share
from tests.tree import CONFIGS

WEIGHT = "us_treasury.deficit_weight"

#: Distributions whose quantiles follow an affine map.
STRETCHABLE = (
    "0.3",
    "{value: 0.3, source: here}",
    "{dist: uniform, low: 0.1, high: 0.5}",
    "{dist: triangular, low: 0.1, mode: 0.2, high: 0.5}",
    "{dist: normal, mean: 0.3, sd: 0.1, low: 0.1, high: 0.6}",
    "{dist: beta, a: 2, b: 3}",
    "{dist: beta, a: 2, b: 3, low: 0.1, high: 0.5}",
    "{dist: choice, values: [0.1, 0.4], weights: [1, 3]}",
)


@pytest.fixture(scope="module")
def tiny() -> Config:
    return load_config(CONFIGS / "tiny.yaml")


def number_values(config: Config, path: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    number = next(entry.number for entry in numbers(config) if entry.path == path)
    return number.ppf(np.linspace(0.01, 0.99, 25))


@pytest.mark.parametrize("text", STRETCHABLE)
def test_the_same_draw_gives_the_moved_value(tiny: Config, text: str) -> None:
    before = config_of(tiny, (f"{WEIGHT}={text}",))
    after = moved(before, WEIGHT, factor=0.5, shift=0.2)
    np.testing.assert_allclose(number_values(after, WEIGHT), 0.5 * number_values(before, WEIGHT) + 0.2, rtol=1e-12)


def test_a_lognormal_is_stretched_but_not_shifted(tiny: Config) -> None:
    before = config_of(tiny, (f"{WEIGHT}={{dist: lognormal, median: 0.2, sigma: 0.5, high: 1}}",))
    after = moved(before, WEIGHT, factor=3.0)
    np.testing.assert_allclose(number_values(after, WEIGHT), 3.0 * number_values(before, WEIGHT), rtol=1e-12)
    with pytest.raises(ValueError, match="no such distribution when it is shifted"):
        moved(before, WEIGHT, shift=0.1)


def test_what_an_event_sets_moves_as_well() -> None:
    path = "partner.ratification_margin"
    event = f"events.election.set.{path}"
    before = load_config(CONFIGS / "japan_us_2025.yaml")
    after = moved(before, path, factor=2.0, shift=1.0)
    for place in (path, event):
        np.testing.assert_allclose(number_values(after, place), 2.0 * number_values(before, place) + 1.0)


def test_other_draws_stay_where_they_are() -> None:
    path = "us_treasury.consumer_weight"
    before = load_config(CONFIGS / "july_2025.yaml")
    one, two = (design_table(config, 20, 7) for config in (before, moved(before, path, factor=0.5)))
    assert len(one.columns) > 20
    pd.testing.assert_frame_equal(one.drop(columns=path), two.drop(columns=path))
    np.testing.assert_allclose(two[path], 0.5 * one[path])


def test_moves_that_cannot_be_made_are_refused(tiny: Config) -> None:
    with pytest.raises(ValueError, match=r"no number us_treasury\.deficit_wait; did you mean us_treasury\."):
        moved(tiny, "us_treasury.deficit_wait")
    with pytest.raises(ValueError, match="positive factor"):
        moved(tiny, WEIGHT, factor=-1.0)
    whole = config_of(tiny, (f"{WEIGHT}={{dist: discrete_uniform, low: 0, high: 3}}",))
    with pytest.raises(ValueError, match="cannot be stretched"):
        moved(whole, WEIGHT, factor=0.5)
    with pytest.raises(ConfigError, match="execution_probability"):
        moved(tiny, "walk_away.execution_probability", shift=2.0)


def test_a_config_compared_with_itself_is_the_same_twice(tiny: Config) -> None:
    pairs = compare(tiny, tiny, 12, 3)
    assert list(pairs.index) == list(range(12))
    first, second = (pairs.filter(regex=rf"^{side}\.").rename(columns=lambda name: name[2:]) for side in "ab")
    pd.testing.assert_frame_equal(first, second)
    assert sign_share(pairs, "agreement") == SignShare("agreement", 0, 12, 0)


def test_two_configs_share_the_draws_of_all_that_they_have_in_common(tiny: Config) -> None:
    changed = config_of(tiny, ("us_treasury.consumer_weight={dist: uniform, low: 0.2, high: 0.4}",))
    pairs = compare(tiny, changed, 12, 3)
    sampled = "param.us_treasury.precedent_probability"
    assert pairs[f"a.{sampled}"].nunique() == 12
    np.testing.assert_array_equal(pairs[f"a.{sampled}"], pairs[f"b.{sampled}"])
    assert (pairs["a.payoff.us_treasury"] != pairs["b.payoff.us_treasury"]).all()


def test_tables_of_different_runs_are_not_joined(tiny: Config) -> None:
    table = runs_of(tiny, 4, 1)
    with pytest.raises(ValueError, match="do not hold the same runs"):
        join_runs(table, table.iloc[::-1])
    with pytest.raises(ValueError, match="do not hold the same runs"):
        join_runs(table, table.iloc[:3])


def _pairs(before: list[float | None], after: list[float | None]) -> pd.DataFrame:
    """Pairs with a car tariff where there was a deal."""
    sides: dict[str, list[Any]] = {}
    for prefix, tariffs in (("a", before), ("b", after)):
        sides[f"{prefix}.outcome"] = ["stall" if tariff is None else "agreement" for tariff in tariffs]
        sides[f"{prefix}.car_tariff"] = [math.nan if tariff is None else tariff for tariff in tariffs]
    return pd.DataFrame(sides)


def test_signs_are_counted_over_pairs_that_agree_in_both() -> None:
    pairs = _pairs([0.15, 0.15, 0.15, 0.15, None, 0.15, None], [0.10, 0.20, 0.15, 0.15 + 1e-12, 0.15, None, None])
    tariff = sign_share(pairs, "car_tariff")
    assert (tariff.fell, tariff.same, tariff.rose, tariff.pairs) == (1, 2, 1, 4)
    assert (tariff.not_up, tariff.not_down) == (0.75, 0.75)
    agreement = sign_share(pairs, "agreement")
    assert (agreement.fell, agreement.same, agreement.rose) == (1, 5, 1)
    low, high = agreement.interval_not_up()
    assert 0.0 < low < agreement.not_up < high < 1.0
    assert agreement.interval_not_down() == (low, high)


def test_a_share_of_no_pairs_is_no_number() -> None:
    share = sign_share(_pairs([None, 0.2], [0.2, None]), "car_tariff")
    assert share.pairs == 0
    assert math.isnan(share.not_up)
    assert math.isnan(share.not_down)


def test_a_quantity_without_value_in_a_deal_is_refused() -> None:
    pairs = _pairs([0.1, 0.1], [0.1, 0.2]).assign(**{"b.car_tariff": [0.1, math.nan]})
    with pytest.raises(ValueError, match="car_tariff is not a number in every pair"):
        sign_share(pairs, "car_tariff")
