"""On which constraint each issue of a deal sits: one made case a constraint, with the answer worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.compiled import play
from experiments.engine.constraints import constraints_of, lay_terms, line_allows, next_value
from experiments.engine.simulate import simulate
from sim.bargaining.red_lines import respects_red_lines
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.trade import SECTOR_COUNT
from sim.engine.results import RESULT
from sim.issues import MAX_ISSUES, PARTNER, SIDES, US
from sim.records import RECORD
from sim.row import Row
from tests.support_talks import SHIPPED, pie, record_of, talks
from tests.tree import CONFIGS

#: A reservation that nothing misses.
_LOW = -1e6

#: A third firm, a maker and chips on the table. A flow of 1 a year needs a rate that both firms take.
CHIPS: dict[str, Any] = {
    "agenda": {"chip_purchases": {"low": 0.0, "high": 10.0, "levels": 11}},
    "firms": [
        {"name": "Firm", "capex": 1.0, "holdout_belief": 0.0},
        {"name": "Second", "capex": 0.5, "holdout_belief": 0.0},
    ],
    "chip_makers": [{"name": "Maker", "allocation": 9.0, "uncommitted_output": 9.0}],
    "chips": {"delivery_years": 2.0},
}


def _sits_on(
    config: Config, package: dict[str, float], needs: tuple[float, float] = (_LOW, _LOW), day: float = 0.0
) -> dict[str, str | None]:
    """Constraint of each issue of a package that is taken to be signed on a day, with reservations over the payoffs."""
    model = talks(config)
    model.step()
    names = list(model.case.issue_names)
    values = np.array([model.p.issue_off_value[slot] for slot in range(MAX_ISSUES)])
    for issue, value in package.items():
        values[names.index(issue)] = value
    batch = build_records(config, design_table(config, 1, 1, 0), 1)
    result = np.zeros(1, RESULT)
    result["dealt"], result["day"] = 1, day
    result["regime"] = int(np.searchsorted(batch.regime_days, day, side="right")) - 1
    pledge, ledger = model.price_package(values)
    result["package"], result["pledge"] = values, pledge
    result["payoff"] = [[total(ledger[US]), total(ledger[PARTNER])]]
    result["reservation"] = result["payoff"] + np.array(needs)
    return {
        name.removeprefix("binds."): column.to_pylist()[0] for name, column in constraints_of(batch, result).items()
    }


def _line(name: str, side: str, issue: str, **keys: Any) -> dict[str, Any]:
    return {"name": name, "side": side, "issue": issue, **keys}


def test_inside_everything_no_constraint_is_named() -> None:
    assert _sits_on(pie(), {"land": 4.0, "sea": 5.0}) == {"land": "interior", "sea": "interior"}
    # Between levels the next of them count.
    assert _sits_on(pie(), {"land": 4.5, "sea": 9.5}) == {"land": "interior", "sea": "interior"}


def test_an_end_of_the_grid_stops_who_wants_more() -> None:
    assert _sits_on(pie(), {"land": 10.0, "sea": 0.0}) == {"land": "grid:high", "sea": "grid:low"}


@pytest.mark.parametrize("bound", [3.0, 6.0, 8.0])
def test_a_red_line_stops_the_other_side_wherever_it_is_drawn(bound: float) -> None:
    line = _line("no_more_land", "partner", "land", at_most=bound)
    config = pie(red_lines=[line])
    assert _sits_on(config, {"land": bound, "sea": 5.0})["land"] == "red_line:no_more_land"
    assert _sits_on(config, {"land": bound - 1.0, "sea": 5.0})["land"] == "interior"


def test_a_value_sits_on_a_line_that_lies_between_two_levels() -> None:
    config = pie(red_lines=[_line("no_more_land", "partner", "land", at_most=6.4)])
    assert _sits_on(config, {"land": 6.0, "sea": 5.0})["land"] == "red_line:no_more_land"
    assert _sits_on(config, {"land": 5.0, "sea": 5.0})["land"] == "interior"


def test_a_line_that_nobody_would_cross_stops_nobody() -> None:
    """Nobody wants land below 2: both sides like more of it here."""
    config = pie(
        agenda={"land": {"partner_value": 0.5}}, red_lines=[_line("some_land", "partner", "land", at_least=2.0)]
    )
    assert _sits_on(config, {"land": 2.0, "sea": 5.0})["land"] == "interior"


def test_a_line_at_the_end_of_the_grid_comes_before_the_end() -> None:
    config = pie(red_lines=[_line("all_land", "partner", "land", at_most=10.0)])
    assert _sits_on(config, {"land": 10.0, "sea": 5.0})["land"] == "red_line:all_land"
    bluff = pie(red_lines=[_line("all_land", "partner", "land", at_most=10.0, firmness=0.0)])
    assert _sits_on(bluff, {"land": 10.0, "sea": 5.0})["land"] == "grid:high"


def _linked(land: float = 4.0, released: float = 7.0, sea: float = 6.0) -> Config:
    """The partner gives no more than 4 plots of land, or 7 where it gets at least 6 of sea."""
    release = {"when": {"issue": "sea", "at_least": sea}, "at_most": released}
    return pie(red_lines=[_line("land_for_sea", "partner", "land", at_most=land, release=release)])


def test_a_released_line_and_the_condition_of_its_release() -> None:
    config = _linked()
    assert _sits_on(config, {"land": 7.0, "sea": 6.0}) == {
        "land": "release:land_for_sea", "sea": "linkage:land_for_sea",
    }  # fmt: skip
    assert _sits_on(config, {"land": 7.0, "sea": 8.0}) == {"land": "release:land_for_sea", "sea": "interior"}
    assert _sits_on(config, {"land": 4.0, "sea": 5.0}) == {"land": "red_line:land_for_sea", "sea": "interior"}
    # With the line kept, no condition is needed.
    assert _sits_on(config, {"land": 4.0, "sea": 6.0}) == {"land": "interior", "sea": "interior"}


def test_release_and_condition_are_seen_to_move() -> None:
    moved = _linked(released=9.0, sea=3.0)
    assert _sits_on(moved, {"land": 9.0, "sea": 3.0}) == {
        "land": "release:land_for_sea", "sea": "linkage:land_for_sea",
    }  # fmt: skip
    assert _sits_on(moved, {"land": 7.0, "sea": 6.0}) == {"land": "interior", "sea": "interior"}


def test_a_dated_release_is_told_from_the_line_by_the_day() -> None:
    line = _line("land_later", "partner", "land", at_most=4.0, release={"date": "2025-06-20", "at_most": 7.0})
    config = pie(red_lines=[line])
    assert _sits_on(config, {"land": 4.0, "sea": 5.0}, day=7.0)["land"] == "red_line:land_later"
    assert _sits_on(config, {"land": 4.0, "sea": 5.0}, day=21.0)["land"] == "interior"
    assert _sits_on(config, {"land": 7.0, "sea": 5.0}, day=21.0)["land"] == "release:land_later"


def test_each_of_several_lines_is_called_by_its_own_name() -> None:
    """The first is not real in any run, so that the others stand one place further up in the record."""
    lines = [
        _line("bluff", "partner", "land", at_most=2.0, firmness=0.0),
        _line("no_more_land", "partner", "land", at_most=8.0),
        _line("no_more_sea", "us_treasury", "sea", at_most=7.0),
    ]
    found = _sits_on(pie(red_lines=lines), {"land": 8.0, "sea": 7.0})
    assert found == {"land": "red_line:no_more_land", "sea": "red_line:no_more_sea"}


@pytest.mark.parametrize(
    ("slack", "land", "sea"),
    [(0.49, "ratification", "ratification"), (0.5, "interior", "ratification"), (1.0, "interior", "interior")],
)
def test_a_reservation_binds_where_one_more_plot_would_miss_it(slack: float, land: str, sea: str) -> None:
    """A plot of land costs the partner 0.5 and brings the US 1; of sea it is the other way round."""
    found = _sits_on(pie(), {"land": 4.0, "sea": 5.0}, needs=(_LOW, -slack))
    assert found == {"land": _of(land, "partner"), "sea": _of(sea, "partner")}
    found = _sits_on(pie(), {"land": 4.0, "sea": 5.0}, needs=(-slack, _LOW))
    assert found == {"land": _of(sea, "us"), "sea": _of(land, "us")}


def _of(kind: str, side: str) -> str:
    return f"{kind}:{side}" if kind == "ratification" else kind


def test_of_two_stopped_steps_the_one_that_fixes_the_value_counts() -> None:
    """The US cannot have more land, for the partner needs what it has; the partner cannot have less, for a line."""
    config = pie(red_lines=[_line("least_land", "us_treasury", "land", at_least=4.0)])
    found = _sits_on(config, {"land": 4.0, "sea": 10.0}, needs=(0.0, 0.0))
    assert found == {"land": "red_line:least_land", "sea": "grid:high"}


def test_where_an_issue_is_worth_nothing_nothing_is_said_to_bind() -> None:
    nothing = {"unit": "plot", "low": 0.0, "high": 4.0, "levels": 5, "us_value": 0.0, "partner_value": 0.0}
    config = pie(agenda={"air": {**nothing, "wants_high": "us_treasury"}})
    assert _sits_on(config, {"land": 4.0, "sea": 5.0, "air": 2.0})["air"] == "indifferent"
    assert _sits_on(config, {"land": 4.0, "sea": 5.0, "air": 0.0})["air"] == "indifferent"


def _chips(**sections: Any) -> Config:
    return pie(CHIPS, **sections)


@pytest.mark.parametrize(
    ("sections", "sits"),
    [
        ({}, "interior"),
        ({"partner": {"subsidy_budget": 1.0}}, "delivery:budget"),
        # With 2 on the table the flow is 1 and the firms buy 2.5 together; at 3 they would buy 3.
        ({"chip_makers": [{"name": "Maker", "allocation": 2.75, "uncommitted_output": 9.0}]}, "delivery:allocation"),
    ],
)
def test_chips_stop_where_the_next_level_would_not_be_delivered(sections: dict[str, Any], sits: str) -> None:
    found = _sits_on(_chips(**sections), {"land": 4.0, "sea": 5.0, "chip_purchases": 2.0})
    assert found == {"chip_purchases": sits, "land": "interior", "sea": "interior"}


@pytest.mark.parametrize(("budget", "sits"), [(1.0, "delivery:quorum"), (0.1, "delivery:budget")])
def test_a_quorum_that_the_budget_cannot_pay_is_told_from_the_budget(budget: float, sits: str) -> None:
    """At a rate of 0.9 the firm signs, for 0.9 * 1.5 at the first level; some 0.2 * 1.5 would make it buy as much."""
    hopeful = [{"name": "Firm", "capex": 1.0, "holdout_belief": 1.0}]
    config = _chips(
        firms=hopeful, chips={"waiting_discount": 1.0, "later_subsidy": 0.9}, partner={"subsidy_budget": budget}
    )
    assert _sits_on(config, {"land": 4.0, "sea": 5.0})["chip_purchases"] == sits


def test_without_firms_nobody_buys_chips() -> None:
    assert _sits_on(_chips(firms=[]), {"land": 4.0, "sea": 5.0})["chip_purchases"] == "delivery:demand"


def test_an_issue_off_the_table_and_talks_without_a_deal_have_no_constraint() -> None:
    # At the release of 15 % nearly every run ends in a deal; at 20 % one in four does not.
    config = load_config(CONFIGS / "july_2025.yaml", ["red_lines.us_cars.release.at_least=0.2"])
    runs = simulate(config, 0, 60, 1, 60, trajectories=False, solutions=False).runs
    dealt = [outcome == "agreement" for outcome in runs["outcome"].to_pylist()]
    assert 0 < sum(dealt) < len(dealt)
    columns = [name for name in runs.column_names if name.startswith("binds.")]
    issues = [name.removeprefix("us.") for name in runs.column_names if name.startswith("us.")]
    assert columns == [f"binds.{issue}" for issue in issues]
    for issue in issues:
        tabled = [value is not None for value in runs[issue].to_pylist()]
        there = [value is not None for value in runs[f"binds.{issue}"].to_pylist()]
        assert all(deal or not named for deal, named in zip(dealt, there, strict=True))
        assert there == [deal and named for deal, named in zip(dealt, tabled, strict=True)] or issue.startswith("fund")


#: A threat that raises metals as well, after which the talks of `cars_on_the_table` go on.
GOES_ON: Final = (
    "calendar.after_execution=continue", "economy.metals_tariff=0.25", "walk_away.threat_metals_tariff=0.5",
    "walk_away.threat_car_tariff=0.4", "walk_away.execution_probability=0.9", "calendar.round_limit=30",
)  # fmt: skip


def test_a_deal_after_an_execution_is_priced_with_the_rates_in_force() -> None:
    """The package that was signed is worth its payoff, and steps from it are those of talks under these rates."""
    config = load_config(CONFIGS / "cars_on_the_table.yaml", GOES_ON)
    batch = build_records(config, design_table(config, 300, 1, 0), 1)
    results = play(config, batch, 1, trajectories=False, solutions=False).results
    late = np.flatnonzero((results["executions"] > 0) & (results["dealt"] != 0))
    assert late.size > 10
    terms, rates, ledger = np.zeros(1, RECORD), np.empty(SECTOR_COUNT), np.empty((2, MAX_TERMS))
    worth = np.zeros((len(results), 2))
    for run in np.flatnonzero(results["dealt"]):
        result = Row(results[run : run + 1])
        lay_terms(batch.parameters[run], result, terms)
        package_ledger(Row(terms), result.package, result.pledge, rates, ledger)
        worth[run] = total(ledger[US]), total(ledger[PARTNER])
    dealt = results["dealt"] != 0
    np.testing.assert_allclose(worth[dealt], results["payoff"][dealt], rtol=0.0, atol=1e-12)

    # The same deals in talks whose config has these rates, and no threat before.
    found = constraints_of(batch, results)
    fixed = replace(batch, parameters=batch.parameters.copy())
    for run in late:
        after = fixed.parameters[run]
        after["walk_away_status_quo_car_tariff"] = 0.4
        after["walk_away_status_quo_reciprocal_tariff"] = after["walk_away_threat_reciprocal_tariff"]
        after["economy_metals_tariff"] = 0.5
    plain = results.copy()
    plain["executions"] = 0
    assert found == constraints_of(fixed, plain)
    assert found != constraints_of(batch, plain), "with the rates of before the threat other constraints are named"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_lines_one_by_one_allow_what_both_sides_may_sign(path: Any) -> None:
    """The rule that names a line agrees with the rules' own check on random packages of every regime."""
    config, draws = load_config(path), np.random.default_rng(7)
    regimes = build_records(config, design_table(config, 1, 1, 0), 1).regime_count
    allowed = set()
    for regime in range(regimes):
        p = record_of(config, regime)
        for _ in range(60):
            place = draws.choice([0.0, 0.3, 0.5, 0.55, 0.6, 1.0], MAX_ISSUES)
            package = p.issue_low + place * (p.issue_high - p.issue_low)
            for side in range(len(SIDES)):
                lines = [line for line in range(p.line_count) if p.line_side[line] == side]
                own = all(line_allows(p, line, package) for line in lines)
                assert own == respects_red_lines(p, side, package)
                allowed.add(own)
    assert True in allowed


def test_the_next_value_is_a_level_or_lies_beyond_the_grid() -> None:
    p = record_of(pie())
    assert [next_value(p, 7, value, True) for value in (0.0, 4.5, 9.0, 10.0)] == [
        (1.0, True), (5.0, True), (10.0, True), (11.0, False),
    ]  # fmt: skip
    assert [next_value(p, 7, value, False) for value in (10.0, 4.5, 1.0, 0.0)] == [
        (9.0, True), (4.0, True), (0.0, True), (-1.0, False),
    ]  # fmt: skip
