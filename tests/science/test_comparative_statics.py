"""Comparative statics on paired draws: one thing changes, everything else is drawn the same, and the sign is known.

Each case names a config in which deals happen, one change to it, and the way in which a quantity may not move. The weak
sign must hold in 95 % of the pairs and not in all of them: levels are discrete, and a side that meets another offer may
sign a package one level off, or in another round. A case must also move some pairs, or it would show nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from experiments.config.load import config_of, load_config
from experiments.config.model import Config
from tests.paired import join_runs, moved, runs_of, sign_share
from tests.tree import CONFIGS

if TYPE_CHECKING:
    import pandas as pd

CARS = "cars_on_the_table"
JULY = "july_2025"
SEED = 1

#: Pairs by config: fewer talks end in a deal without the fund.
PAIRS = {CARS: 300, JULY: 120, "japan_us_2025": 100}

#: Least share of pairs with the weak sign.
WEAK = 0.95

Change = Callable[[Config], Config]
Sign = tuple[str, Literal["not_up", "not_down"]]


@dataclass(frozen=True)
class Static:
    """Signs of quantities that a change to a config must respect; `given` is changed on both sides."""

    name: str
    config: str
    change: Change
    signs: tuple[Sign, ...]
    given: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}-{self.config}"


def move(path: str, factor: float = 1.0, shift: float = 0.0) -> Change:
    return lambda config: moved(config, path, factor=factor, shift=shift)


def override(*sets: str) -> Change:
    return lambda config: config_of(config, sets)


#: Closes three tenths of the way to certainty.
LIKELIER = {"factor": 0.7, "shift": 0.3}

#: Without the US car line nothing is linked to the fund, so that talks without a fund can end in a deal as well.
NO_FUND = ("red_lines.us_cars=~", "events.fund=~")
FUND = override("events.fund={date: 2025-07-22, add_issues: {investment_fund: {}, fund_profit_share: {}}}")

SIDES = ("us_treasury", "partner")
MARGINS = [(side, f"{side}.ratification_margin") for side in SIDES]
HARDER_TO_RATIFY: tuple[Sign, ...] = (("agreement", "not_up"), ("round", "not_down"))
FEWER_CHIPS: tuple[Sign, ...] = (("chip_purchases", "not_up"),)
EASIER: tuple[Sign, ...] = (("agreement", "not_down"), ("round", "not_up"))

STATICS = (
    Static("partner_audience_cost", CARS, move("partner.audience_cost", 2.0), (("car_tariff", "not_up"),)),
    Static("us_audience_cost", JULY, move("us_treasury.audience_cost", shift=0.2), (("car_tariff", "not_down"),)),
    Static("execution", CARS, move("walk_away.execution_probability", **LIKELIER), (("car_tariff", "not_down"),)),
    Static("execution", JULY, move("walk_away.execution_probability", **LIKELIER), (("car_tariff", "not_down"),)),
    Static(
        "guarantee_cost", JULY, move("partner.guarantee_cost", 2.0),
        (("investment_fund", "not_up"), ("round", "not_down")),
    ),
    *(Static(f"margin_{side}", name, move(path, shift=1.0), HARDER_TO_RATIFY)
      for name in (CARS, JULY) for side, path in MARGINS),
    Static("headline", CARS, move("us_treasury.purchase_headline_weight", 1.5), EASIER),
    Static("headline", JULY, move("us_treasury.purchase_headline_weight", 1.5), (("round", "not_up"),)),
    Static("fund_headline", JULY, move("us_treasury.fund_headline_weight", 1.5), (("round", "not_up"),)),
    Static("fund_added", JULY, FUND, EASIER, given=NO_FUND),
    Static("public_funds", CARS, move("partner.public_funds_cost", shift=0.3), FEWER_CHIPS),
    Static("public_funds", JULY, move("partner.public_funds_cost", shift=0.3), FEWER_CHIPS),
    Static("budget", CARS, move("partner.subsidy_budget", 0.5), FEWER_CHIPS),
    Static("allocation", CARS, move("chip_makers.Nvidia.allocation", 0.5), FEWER_CHIPS),
    Static(
        "us_floor", CARS, move("red_lines.us_floor.at_least", shift=0.05), (("car_tariff", "not_down"),),
        given=("red_lines.us_floor={side: us_treasury, issue: car_tariff, at_least: 0.10}",),
    ),
    Static("us_floor", JULY, move("red_lines.us_cars.release.at_least", shift=0.05), (("car_tariff", "not_down"),)),
    Static(
        "tougher_us", CARS, override("tactics.us_treasury={name: boulware, beta: 0.2}"), (("round", "not_down"),),
        given=("tactics.us_treasury={name: linear}", "tactics.partner={name: linear}"),
    ),
    Static("tougher_us", JULY, move("tactics.us_treasury.beta", 0.5), (("round", "not_down"),)),
)  # fmt: skip


@cache
def scenario(name: str, given: tuple[str, ...] = ()) -> Config:
    return config_of(load_config(CONFIGS / f"{name}.yaml"), given)


@cache
def first_runs(name: str, given: tuple[str, ...] = ()) -> pd.DataFrame:
    return runs_of(scenario(name, given), PAIRS[name], SEED)


def pairs_of(name: str, change: Change, given: tuple[str, ...] = ()) -> pd.DataFrame:
    return join_runs(first_runs(name, given), runs_of(change(scenario(name, given)), PAIRS[name], SEED))


@pytest.mark.parametrize("static", STATICS, ids=str)
def test_weak_sign(static: Static) -> None:
    pairs = pairs_of(static.config, static.change, static.given)
    moves = 0
    for quantity, sign in static.signs:
        share = sign_share(pairs, quantity)
        print(f"{static}: {quantity} {sign} in {getattr(share, sign):.1%} of {share.pairs} pairs ({share})")
        assert share.pairs >= 20
        assert getattr(share, sign) >= WEAK
        moves += share.fell if sign == "not_up" else share.rose
    assert moves > 0


@pytest.mark.parametrize("name", [CARS, JULY])
def test_a_constant_added_to_both_payoffs_changes_nothing(name: str) -> None:
    """Metals keep their tariff with or without a deal, so more metals trade adds a constant to each payoff.

    A higher base of the precedent term adds one to that of the US: every car tariff of the talks lies below both bases.
    """

    def shifted(config: Config) -> Config:
        more_metals = moved(config, "sectors.metals.import_value", factor=40.0)
        return moved(more_metals, "us_treasury.precedent_base_rate", shift=0.1)

    pairs = pairs_of(name, shifted)
    for side in SIDES:
        constant = pairs[f"b.walk_away.{side}"] - pairs[f"a.walk_away.{side}"]
        assert constant.abs().median() > 1.0
        np.testing.assert_allclose(pairs[f"b.gain.{side}"], pairs[f"a.gain.{side}"], rtol=0.0, atol=1e-9)
    free = [column.removeprefix("a.") for column in map(str, pairs.columns) if column.startswith("a.")]
    scaled = ("payoff.", "gain.", "walk_away.", "reservation.", "recorded_deficit")
    free = [column for column in free if not column.startswith(scaled)]
    assert {"outcome", "reason", "round", "proposer", "car_tariff", "us.car_tariff"} <= set(free)
    for column in free:
        assert pairs[f"a.{column}"].equals(pairs[f"b.{column}"]), column


def test_the_seed_config_never_agrees_while_the_us_keeps_its_line_on_cars() -> None:
    pairs = pairs_of("japan_us_2025", override("red_lines.us_cars=~"))
    assert not (pairs["a.outcome"] == "agreement").any()
    assert (pairs["a.reason"] == "disjoint_red_lines").all()
    assert sign_share(pairs, "agreement").rose >= 0.1 * len(pairs)


def test_july_without_the_fund_that_releases_the_line_never_agrees() -> None:
    pairs = pairs_of(JULY, override("red_lines.us_cars.release=~", "events.fund=~"))
    share = sign_share(pairs, "agreement")
    assert not (pairs["b.outcome"] == "agreement").any()
    assert share.fell >= 0.5 * len(pairs)
