"""What a package is worth: the engines' payoffs, closed forms, kinks, signs, and moves put back."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Final

import numpy as np
import pytest

import winset
from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.payoff_terms import KINDS
from experiments.questions.value.plain import BELIEF, PLAIN
from experiments.questions.value.result import ValueResult
from experiments.questions.value.text import answer
from experiments.story.central import CentralCase
from sim.economy.ledger import total
from sim.issues import SIDES
from tests.tree import CONFIGS

MAY: Final = str(CONFIGS / "japan_us_2025.yaml")
JULY: Final = str(CONFIGS / "july_2025.yaml")
TINY: Final = str(CONFIGS / "tiny.yaml")
PACKAGE: Final = {"car_tariff": 0.2, "chip_purchases": 3.47, "other_purchases": 3.0, "materials_support": 0.5}

#: Payoffs are sums of the same terms in another order.
ROUNDING: Final = 1e-9

#: The political numbers of plain economics as a config sets them; the belief is the partner's in july_2025.
SETS: Final = tuple(f"{path}={value}" for path, value in PLAIN.items())

#: Two issues of which each is worth its value per unit, whatever the others are.
LINEAR: Final = (
    "agenda.car_tariff=~",
    "agenda.chip_purchases=~",
    "agenda={first: {low: 0, high: 10, levels: 11, unit: Mt, us_value: 3, partner_value: -2, wants_high: us_treasury}, "
    "second: {low: 0, high: 20, levels: 5, unit: TWh, us_value: -0.5, partner_value: 0.25, wants_high: partner}}",
)


@cache
def may() -> ValueResult:
    """A package of the seed article at the medians."""
    return winset.value(MAY, PACKAGE, draws=0)


def payoffs(result: ValueResult, column: str = "payoff", state: str = "package") -> Any:
    """Payoff of every agent: the sum of its terms."""
    table: Any = result.tables["terms"]
    return table[table["state"] == state].groupby("agent", sort=False)[column].sum()


def by_engine(config: str, values: dict[str, float], sets: tuple[str, ...] = ()) -> np.ndarray:
    """Payoffs of both governments under a package at the medians, as the Mesa engine prices it."""
    case = CentralCase(load_config(config, sets))
    _, ledger = case.model.price_package(case.package(values))
    return np.array([total(ledger[0]), total(ledger[1])])


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_terms_add_up_to_the_payoff_that_each_engine_gives_of_a_deal(engine: Any) -> None:
    config = load_config(JULY)
    runs = simulate(config, 0, 4, 5, 4, trajectories=False, solutions=False, engine=engine).runs.to_pandas()
    deals = runs[runs["outcome"] == "agreement"]
    assert len(deals) >= 2
    for row in deals.iloc[:2].to_dict("records"):
        result = winset.value(config, seed=5, run=row["run"], at="deal", draws=0)
        found = payoffs(result)
        assert len(found) > len(SIDES)
        for agent, payoff in found.items():
            assert payoff == pytest.approx(row[f"payoff.{agent}"], abs=ROUNDING), agent
        package = result.tables["package"].set_index("issue")["value"]
        assert package.to_dict() == {issue: row[issue] for issue in package.index}


def test_at_the_status_quo_the_terms_are_those_of_no_deal() -> None:
    """Signing the status quo brings what it is worth without a deal, but for what only a signature costs."""
    result = winset.value(MAY, draws=0)
    signed, before = payoffs(result), payoffs(result, state="status_quo")
    table: Any = result.tables["terms"]
    cost = table[(table["term"] == "audience_cost") & (table["state"] == "package")].set_index("agent")["payoff"]
    assert cost["partner"] < 0.0
    for side in SIDES:
        assert signed[side] - cost[side] == pytest.approx(before[side], abs=ROUNDING)


def test_the_parts_of_every_term_add_up_to_it() -> None:
    table: Any = winset.value(JULY, {"car_tariff": 0.15, "investment_fund": 550}, draws=0).tables["terms"]
    assert (table[[*KINDS]].sum(axis=1) - table["payoff"]).abs().max() < ROUNDING
    sums = table[table["state"] == "package"].groupby("agent")[[*KINDS]].sum()
    assert (sums.loc[[*SIDES]] != 0.0).all(axis=None), "a package in which money, politics and beliefs all count"


@pytest.mark.parametrize(("config", "package"), [(MAY, PACKAGE), (JULY, {"car_tariff": 0.15, "investment_fund": 550})])
def test_plain_economics_is_what_the_engine_gives_where_the_config_says_so(
    config: str, package: dict[str, float]
) -> None:
    belief = CentralCase(load_config(config)).model.p
    shared = float(getattr(belief, BELIEF[1].replace(".", "_")))
    sets = (*SETS, f"{BELIEF[0]}={shared!r}")
    result = winset.value(config, package, draws=0)
    plain = payoffs(result, "plain")
    values: Any = result.tables["package"].set_index("issue")["value"].to_dict()
    assert [plain[side] for side in SIDES] == pytest.approx(list(by_engine(config, values, sets)), abs=ROUNDING)
    # The same config in the political account: nothing is left of politics.
    set_so = winset.value(config, package, draws=0, sets=sets)
    assert payoffs(set_so, "politics").abs().max() < ROUNDING
    assert payoffs(set_so)["partner"] == pytest.approx(plain["partner"], abs=ROUNDING)
    assert payoffs(set_so)["us_treasury"] == pytest.approx(plain["us_treasury"], abs=ROUNDING)


def test_marginal_values_are_differences_of_the_engines_payoffs() -> None:
    result = may()
    own: Any = result.tables["marginal"].set_index(["issue", "account", "side"])
    package: Any = result.tables["package"].set_index("issue")
    for issue, unit in (("car_tariff", 0.01), ("other_purchases", 1.0), ("chip_purchases", 1.0)):
        step = (package["high"][issue] - package["low"][issue]) / (package["levels"][issue] - 1)
        at, below, above = (
            by_engine(MAY, {**PACKAGE, issue: PACKAGE[issue] + shift * step}) for shift in (0.0, -1.0, 1.0)
        )
        for place, side in enumerate(SIDES):
            row = own.loc[(issue, "political", side)]
            assert row["unit"] == unit
            assert row["down"] == pytest.approx((at - below)[place] / step * unit, rel=1e-6)
            assert row["up"] == pytest.approx((above - at)[place] / step * unit, rel=1e-6)


def test_an_audience_cost_is_a_kink_at_the_public_position() -> None:
    """Above it each point costs K more, below it nothing changes."""
    slopes = []
    for cost in (0.0, 0.3):
        sets = [f"partner.audience_cost={cost}", "partner.public_car_tariff=0.2"]
        table = winset.value(MAY, PACKAGE, draws=0, sets=sets).tables["marginal"]
        own = table.set_index(["issue", "account", "side"])
        slopes.append(own.loc[[("car_tariff", account, "partner") for account in ("political", "plain")]])
    free, costly = (table[["down", "up"]].to_numpy() for table in slopes)
    np.testing.assert_allclose(costly - free, [[0.0, -0.3], [0.0, 0.0]], atol=ROUNDING)


def test_signs_are_those_of_a_negotiation() -> None:
    """The US wants each of these issues high and loses by less; the partner the other way round."""
    own: Any = may().tables["marginal"].set_index(["issue", "account", "side"])
    for issue in ("car_tariff", "other_purchases", "materials_support"):
        assert (own.loc[(issue, "political", "us_treasury"), ["down", "up"]] > 0.0).all()
        assert (own.loc[(issue, "political", "partner"), ["down", "up"]] < 0.0).all()
    table: Any = winset.value(MAY, draws=0).tables["equivalents"]
    moves: Any = table[table["other"] == "car_tariff"].set_index(["account", "side"])["move"]
    assert (moves < 0.0).all(), "chips are paid for with a lower tariff"


def test_moves_put_back_leave_a_government_as_well_off() -> None:
    result = winset.value(MAY, PACKAGE, draws=0, amount={"chip_purchases": 2.0})
    table: Any = result.tables["equivalents"]
    found = table[(table["account"] == "political") & table["move"].notna()]
    assert {"car_tariff", "reciprocal_tariff"} <= {*found["other"]}
    before = by_engine(MAY, PACKAGE)
    for issue, amount, other, side, change, move in found[
        ["issue", "amount", "other", "side", "change", "move"]
    ].itertuples(index=False):
        place = SIDES.index(side)
        values = dict(result.valued.values)
        values[issue] += amount
        assert by_engine(MAY, values)[place] - before[place] == pytest.approx(change, abs=ROUNDING)
        values[other] += move
        # As near as the root of a function with a slope of some 10 US$ bn a year can be found.
        assert by_engine(MAY, values)[place] == pytest.approx(before[place], abs=1e-9), (other, side)
        low, high = result.tables["package"].set_index("issue").loc[other, ["low", "high"]]
        assert low <= values[other] <= high


def test_moves_in_plain_economics_put_back_into_a_config_that_says_so() -> None:
    result = winset.value(MAY, PACKAGE, draws=0, amount={"chip_purchases": 2.0})
    table: Any = result.tables["equivalents"].set_index(["other", "account", "side"])
    before = by_engine(MAY, PACKAGE, SETS)
    for place, side in enumerate(SIDES):
        move = table.loc[("car_tariff", "plain", side), "move"]
        after = {**PACKAGE, "chip_purchases": 5.47, "car_tariff": 0.2 + move}
        assert by_engine(MAY, after, SETS)[place] == pytest.approx(before[place], abs=1e-9)


def test_linear_issues_have_the_ratios_of_their_values() -> None:
    """Of issues worth a and b a unit, x of one is made up for by -a x / b of the other; politics has no part."""
    given = {"first": 4.0, "second": 5.0}
    result = winset.value(TINY, given, draws=3, amount={"first": 1.0}, sets=LINEAR, between=["first", "second"])
    moves: Any = result.tables["equivalents"].set_index(["account", "side"])["move"]
    assert moves.to_dict() == {
        ("political", "us_treasury"): pytest.approx(6.0), ("plain", "us_treasury"): pytest.approx(6.0),
        ("political", "partner"): pytest.approx(8.0), ("plain", "partner"): pytest.approx(8.0),
    }  # fmt: skip
    spread: Any = result.tables["spread"].set_index(["account", "side"])
    assert spread.loc[("political", "partner"), ["low", "median", "high"]].to_list() == pytest.approx([8.0] * 3)
    assert (spread["found"] == 3).all()
    marginal: Any = result.tables["marginal"].set_index(["issue", "account", "side"])
    assert marginal.loc[("first", "plain", "us_treasury"), ["down", "up"]].to_list() == pytest.approx([3.0, 3.0])
    curves: Any = result.tables["curves"]
    own = curves[curves["account"] == "political"]
    line = 5.0 + 6.0 * (own["first"] - 4.0)
    inside = (line >= -ROUNDING) & (line <= 20.0 + ROUNDING)
    assert own["us_treasury"].notna().to_list() == inside.to_list()
    np.testing.assert_allclose(own.loc[inside, "us_treasury"], line[inside], atol=1e-9)
    # Above 4 the US asks for no more than 6 a unit and the partner for at least 8: nothing is in between. Below, the
    # partner gives up at most 8, and the US takes 6.
    point: Any = own.loc[(own["first"] - 3.5).abs().idxmin()]
    assert point["first"] == pytest.approx(3.5, abs=0.1)
    gap = 4.0 - point["first"]
    assert math.isnan(own.loc[(own["first"] - 5.0).abs().idxmin(), "better_from"])
    assert (point["better_from"], point["better_to"]) == pytest.approx((5.0 - 8.0 * gap, 5.0 - 6.0 * gap))


@pytest.mark.parametrize(
    ("us_value", "said"),
    [
        # Moves of second: -3 / us_value for the US, +8 for the partner.
        (0.3, "With the second a little more than 8 TWh higher, both are better off: both want it so."),
        (-0.3, "With the second in between, both are better off."),
        (-0.5, "No second in between leaves both better off."),
        # The US is as well off as before nearer to the package than the partner is: no more is known from that.
        (0.5, ""),
    ],
)
def test_what_leaves_both_better_off_depends_on_what_both_want(us_value: float, said: str) -> None:
    wants_high = "us_treasury" if us_value > 0.25 else "partner"
    sets = (*LINEAR, f"agenda.second.us_value={us_value}", f"agenda.second.wants_high={wants_high}")
    values = {"first": 4.0, "second": 10.0}
    result = winset.value(TINY, values, draws=0, amount={"first": 1.0}, sets=sets, between=["first", "second"])
    moves: Any = result.tables["equivalents"].set_index(["account", "side"])["move"]
    assert moves["political", "us_treasury"] == pytest.approx(-3.0 / us_value)
    assert moves["political", "partner"] == pytest.approx(8.0)
    (more,) = answer(result.valued, result.config).more
    assert [sentence in more for sentence in (said, "better off")] == [True, bool(said)]
    gains = [(np.array([3.0, -2.0]) + move * np.array([us_value, 0.25]) > 0.0).all() for move in (7.0, 9.0)]
    assert gains == [False, us_value != -0.5]


def test_a_move_that_would_leave_the_range_is_none() -> None:
    table = winset.value(
        TINY, {"first": 4.0, "second": 15.0}, draws=0, amount={"first": 1.0}, sets=LINEAR, between=["second", "first"]
    ).tables["equivalents"]
    assert table["why"].to_list() == ["range"] * 4
    assert table["move"].isna().all()


def test_what_cannot_be_delivered_is_no_move() -> None:
    pair = ["reciprocal_tariff", "chip_purchases"]
    result = winset.value(MAY, draws=0, amount={"reciprocal_tariff": 0.05}, between=pair)
    own: Any = result.tables["equivalents"].set_index(["other", "account", "side"])
    # The US gains by the tariff and chips are at nothing already, the partner would need to be paid in chips it buys.
    assert own.loc[("chip_purchases", "political", "partner"), "why"] == "delivery"


def test_draws_are_those_of_the_config() -> None:
    """Draw 2 of the spread is what --run 2 says."""
    spread: Any = winset.value(MAY, draws=3, seed=4).tables["draws"]
    own: Any = spread[(spread["run"] == 2) & (spread["other"] == "car_tariff")].set_index(["account", "side"])
    alone: Any = winset.value(MAY, draws=0, seed=4, run=2, amount={"chip_purchases": 6.94}).tables["equivalents"]
    found: Any = alone[alone["other"] == "car_tariff"].set_index(["account", "side"])
    assert own["move"].to_dict() == found["move"].to_dict()
