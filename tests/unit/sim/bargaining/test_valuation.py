"""The tables of the bargaining equal the ledger at every level, and find levels and values of packages."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.config.load import load_config
from sim.bargaining.red_lines import full_box
from sim.bargaining.valuation import (
    FUND_GROUP,
    GROUP_COUNT,
    PURCHASE_GROUP,
    VALUATION,
    group_issues,
    group_options,
    group_value,
    is_finite,
    package_value,
    package_values,
    tabulate,
)
from sim.economy.ledger import total
from sim.economy.pledge import DELIVERABLE
from sim.grid import level_count, level_value, nearest_level
from sim.issues import (
    CAR_TARIFF,
    CHIP_PURCHASES,
    FIRST_FURTHER_ISSUE,
    FUND_PROFIT_SHARE,
    INVESTMENT_FUND,
    ISSUES,
    MAX_ISSUES,
    OTHER_PURCHASES,
    PARTNER,
    US,
)
from sim.records import Floats, Integers, Record
from sim.row import new_row
from tests.strategies import records
from tests.support import (
    ample_makers,
    default_record,
    grid_pledges,
    payoffs_of,
    put_defaults_on_table,
    put_on_table,
    seven_firms,
)
from tests.support_talks import LAND, SEA, SHIPPED, levels_of, pie, played, talks

#: Sums of the same terms in another order; payoffs are of order a hundred.
EXACT = 1e-9


def full_agenda(p: Record) -> None:
    """Put every issue of the model on the table, and two of the three further slots."""
    put_defaults_on_table(p)
    put_on_table(p, FIRST_FURTHER_ISSUE, 0.0, 10.0, 11)
    put_on_table(p, FIRST_FURTHER_ISSUE + 1, -5.0, 5.0, 3)
    p.issue_off_value[FIRST_FURTHER_ISSUE + 2] = 2.5


def pledges_of(p: Record) -> Floats:
    return grid_pledges(p, seven_firms(), ample_makers())


def valuation_of(p: Record, pledges: Floats) -> Record:
    valuation = new_row(VALUATION)
    tabulate(p, pledges, valuation)
    return valuation


def both_payoffs(p: Record, pledges: Floats, levels: Integers) -> Floats:
    """Payoffs by the ledger."""
    package = np.zeros(MAX_ISSUES)
    package_values(p, levels, package)
    return payoffs_of(p, package, pledges[levels[CHIP_PURCHASES]])


@pytest.mark.parametrize(
    "overrides",
    [
        {},
        {"economy_deal_includes_mfn": 1.0, "economy_metals_tariff": 0.5},
        {"us_audience_cost": 0.3, "partner_audience_cost": 0.5, "us_lobby_weight": 1.0},
        {"sector_elasticity": 1.0, "fund_saturation": 200.0, "chips_delivery_years": 1.0},
    ],
    ids=["default", "inclusive", "audience and lobby", "unit elasticity"],
)
def test_tables_equal_the_ledger_at_every_level(overrides: dict[str, float]) -> None:
    """Every level of every group in turn, the other issues at levels drawn at random."""
    p = default_record(**overrides)
    p.further_us_value = [0.1, -0.2, 0.3]
    p.further_partner_value = [-0.05, 0.4, 0.0]
    full_agenda(p)
    pledges = pledges_of(p)
    valuation = valuation_of(p, pledges)
    rng = np.random.default_rng(5)
    for group in range(GROUP_COUNT):
        first, second = group_issues(group)
        for i in range(level_count(p, first)):
            for j in range(level_count(p, second)):
                levels = rng.integers(0, [level_count(p, issue) for issue in range(MAX_ISSUES)])
                levels[second] = j
                levels[first] = i
                expected = both_payoffs(p, pledges, levels)
                assert package_value(valuation, 0, levels) == pytest.approx(expected[0], abs=EXACT)
                assert package_value(valuation, 1, levels) == pytest.approx(expected[1], abs=EXACT)


@settings(max_examples=30)
@given(p=records(), tabled=st.lists(st.booleans(), min_size=MAX_ISSUES, max_size=MAX_ISSUES), seed=st.integers(0, 99))
def test_tables_equal_the_ledger_whatever_is_on_the_table(p: Record, tabled: list[bool], seed: int) -> None:
    full_agenda(p)
    for issue in ISSUES:
        p.issue_off_value[issue.slot] = 0.3 * issue.low + 0.7 * issue.high
    for slot, keep in enumerate(tabled):
        p.issue_tabled[slot] = p.issue_tabled[slot] if keep else 0
    pledges = pledges_of(p)
    valuation = valuation_of(p, pledges)
    levels = np.random.default_rng(seed).integers(0, [level_count(p, issue) for issue in range(MAX_ISSUES)])
    values = [package_value(valuation, side, levels) for side in (0, 1)]
    assert values == pytest.approx(both_payoffs(p, pledges, levels), abs=EXACT)


def test_every_issue_belongs_to_one_group() -> None:
    issues = [issue for group in range(GROUP_COUNT) for issue in sorted(set(group_issues(group)))]
    assert sorted(issues) == list(range(MAX_ISSUES))
    assert group_issues(PURCHASE_GROUP) == (CHIP_PURCHASES, OTHER_PURCHASES)
    assert group_issues(FUND_GROUP) == (INVESTMENT_FUND, FUND_PROFIT_SHARE)


@given(share=st.floats(-0.5, 1.5))
def test_nearest_level_is_the_nearest(share: float) -> None:
    p = default_record()
    put_on_table(p, CAR_TARIFF, 0.025, 0.275, 21)
    value = 0.025 + 0.25 * share
    grid = np.array([level_value(p, CAR_TARIFF, level) for level in range(21)])
    distance = np.abs(grid - value)
    assert distance[nearest_level(p, CAR_TARIFF, value)] == pytest.approx(distance.min(), abs=1e-12)


def test_an_issue_off_the_table_has_one_level() -> None:
    p = default_record()
    p.issue_off_value[CAR_TARIFF] = 0.2
    assert nearest_level(p, CAR_TARIFF, 0.2) == nearest_level(p, CAR_TARIFF, 5.0) == 0


@pytest.mark.parametrize(
    "poison",
    [{"us_consumer_weight": np.nan}, {"partner_guarantee_cost": np.inf}, {"economy_metals_tariff": np.nan}],
    ids=["car tariff", "fund", "base"],
)
def test_a_payoff_that_is_no_number_is_noticed(poison: dict[str, float]) -> None:
    sound = default_record()
    full_agenda(sound)
    assert is_finite(sound, valuation_of(sound, pledges_of(sound)))
    p = default_record(**poison)
    full_agenda(p)
    assert not is_finite(p, valuation_of(p, pledges_of(sound)))


def test_options_inside_a_box_are_listed_group_by_group() -> None:
    """The two pairs first; every option is the group's value at its levels."""
    p = default_record()
    full_agenda(p)
    valuation = valuation_of(p, pledges_of(p))
    box = np.zeros((2, MAX_ISSUES), np.int64)
    full_box(p, box)
    box[0, INVESTMENT_FUND], box[1, FUND_PROFIT_SHARE] = 10, 3
    options, starts = group_options(valuation, box)
    expected: list[list[float]] = []
    for k, group in enumerate(reversed(range(GROUP_COUNT))):
        first, second = group_issues(group)
        seconds = range(box[0, second], box[1, second] + 1) if first != second else [0]
        assert starts[k] == len(expected)
        expected += [
            [group_value(valuation, side, group, i, j) for side in (0, 1)]
            for i in range(box[0, first], box[1, first] + 1)
            for j in seconds
        ]
    assert starts[-1] == len(expected)
    assert options.tolist() == expected


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_tables_of_shipped_talks_equal_the_ledger_by_which_deals_are_settled(path: Path) -> None:
    """In the last round, by when every issue of the config is on the table; packages drawn at random."""
    model = played(load_config(path), run=3)
    counts = [level_count(model.p, issue) for issue in range(MAX_ISSUES)]
    counts[CHIP_PURCHASES] = max(1, int(model.pledges[: counts[CHIP_PURCHASES], DELIVERABLE].sum()))
    package = np.zeros(MAX_ISSUES)
    rng = np.random.default_rng(1)
    for _ in range(50):
        levels = rng.integers(0, counts)
        package_values(model.p, levels, package)
        _, ledger = model.price_package(package)
        for side in (US, PARTNER):
            assert package_value(model.valuation, side, levels) == pytest.approx(total(ledger[side]), abs=EXACT)


def test_a_further_issue_is_worth_its_value_per_unit() -> None:
    model = talks(pie())
    model.step()
    for side, land, sea in ((US, 3.0, -2.0), (PARTNER, -1.5, 4.0)):
        base = package_value(model.valuation, side, levels_of())
        assert package_value(model.valuation, side, levels_of(s7=3)) - base == pytest.approx(land, abs=EXACT)
        assert package_value(model.valuation, side, levels_of(s8=4)) - base == pytest.approx(sea, abs=EXACT)


def test_without_court_risk_a_package_of_nothing_is_worth_the_status_quo() -> None:
    """An issue off the table keeps the value that it has without a deal."""
    model = talks(pie())
    model.step()
    for side, government in enumerate(model.governments):
        assert package_value(model.valuation, side, levels_of()) == pytest.approx(government.seat.status_quo, abs=EXACT)


def test_chip_and_other_purchases_together_are_worth_less_to_the_us_than_each_alone() -> None:
    """They share one headline, whose value bends."""
    p = default_record(us_deficit_weight=0.0)
    full_agenda(p)
    valuation = valuation_of(p, pledges_of(p))

    def worth(chips: int, other: int) -> float:
        return float(valuation.purchases[US, chips, other])

    assert worth(3, 0) > worth(0, 0) < worth(0, 3)
    assert worth(3, 3) - worth(0, 0) < worth(3, 0) - worth(0, 0) + worth(0, 3) - worth(0, 0)


def test_the_options_of_the_groups_add_up_to_every_package_of_the_box() -> None:
    model = talks(pie(agenda={"other_purchases": {"levels": 4}, "fund_profit_share": {"levels": 3}}))
    model.step()
    box = np.zeros((2, MAX_ISSUES), np.int64)
    box[:, LAND], box[:, SEA] = (2, 4), (0, 1)
    box[:, OTHER_PURCHASES], box[:, FUND_PROFIT_SHARE] = (1, 3), (0, 2)
    options, starts = group_options(model.valuation, box)
    choices = itertools.product(*(options[starts[k] : starts[k + 1]].tolist() for k in range(GROUP_COUNT)))
    sums = sorted(tuple(np.sum(choice, axis=0) + model.valuation.base) for choice in choices)
    spans = [range(box[0, issue], box[1, issue] + 1) for issue in range(MAX_ISSUES)]
    packages = [np.array(levels, np.int64) for levels in itertools.product(*spans)]
    worth = sorted(tuple(package_value(model.valuation, side, levels) for side in (US, PARTNER)) for levels in packages)
    assert len(sums) == len(worth) == 3 * 2 * 3 * 3
    assert np.allclose(sums, worth, rtol=0, atol=EXACT)
