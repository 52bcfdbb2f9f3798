"""Numbers that are written as shares of an amount of the partner."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.config.amounts import AMOUNTS, SHARE_OF
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.schema import config_schema
from experiments.config.units import is_money, unit_at
from experiments.errors import ConfigError
from sim.parameters.parameter import Parameter
from sim.parameters.table import TABLE

BASE = "japan_us_2025"
DEFAULTS = {row.path: row.default for row in TABLE}
#: Share of each amount that a margin of 2 is, worked by hand from the defaults of the seed config.
SIZES = {
    "exposed_imports": 41.665 + 14.553 + 44.056 + 23.582,
    "car_imports": 41.665 + 14.553,
    "reciprocal_imports": 44.056 + 23.582,
    "us_exports": 79.7,
    "partner_gdp": 4030.0,
}


def _with(*sets: str) -> Config:
    return load_config(BASE, sets)


def _margin(config: Config) -> float:
    low, high = config.partner.number("ratification_margin").support()
    assert low == high
    return low


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_share_is_multiplied_by_its_amount(name: str) -> None:
    config = _with(f"partner.ratification_margin={{value: 0.001, per: {name}}}")
    assert _margin(config) == pytest.approx(0.001 * SIZES[name], rel=1e-12)  # a sum in another order


def test_an_amount_is_that_of_the_config() -> None:
    config = _with(
        "sectors.cars.import_value=100",
        "sectors.parts.import_value={dist: uniform, low: 10, high: 30}",
        "partner.ratification_margin={value: 0.01, per: car_imports}",
    )
    assert _margin(config) == pytest.approx(1.2, rel=1e-12)


def test_every_number_of_a_distribution_is_multiplied_and_no_shape() -> None:
    gdp = "per: partner_gdp"
    config = _with(
        "economy.partner_gdp=1000",
        f"partner.ratification_margin={{dist: triangular, low: 0.001, mode: 0.002, high: 0.004, {gdp}}}",
        f"partner.subsidy_budget={{dist: lognormal, median: 0.002, sigma: 0.5, low: 0.001, high: 0.005, {gdp}}}",
        f"partner.farm_cost={{dist: choice, values: [0.001, 0.003], weights: [1, 3], {gdp}}}",
        f"partner.materials_cost={{dist: beta, a: 2, b: 5, low: 0.0, high: 0.001, {gdp}}}",
        f"us_treasury.supply_security_value={{dist: normal, mean: 0.001, sd: 0.0002, low: 0, high: 0.002, {gdp}}}",
    )
    dumped = config.resolved()
    partner = dumped["partner"]
    assert partner["ratification_margin"] == {"dist": "triangular", "low": 1.0, "mode": 2.0, "high": 4.0}
    assert partner["subsidy_budget"] == {"dist": "lognormal", "median": 2.0, "sigma": 0.5, "low": 1.0, "high": 5.0}
    assert partner["farm_cost"] == {"dist": "choice", "values": [1.0, 3.0], "weights": [1.0, 3.0]}
    assert partner["materials_cost"] == {"dist": "beta", "a": 2.0, "b": 5.0, "low": 0.0, "high": 1.0}
    assert dumped["us_treasury"]["supply_security_value"] == {
        "dist": "normal",
        "mean": 1.0,
        "sd": 0.2,
        "low": 0.0,
        "high": 2.0,
    }


def test_grids_red_lines_and_events_can_be_shares() -> None:
    config = _with(
        "economy.us_exports_to_partner=80",
        "agenda.other_purchases={low: 0.0, high: 0.25, levels: 11, per: us_exports}",
        "red_lines.japan_farm.at_most={value: 0.1, per: us_exports}",
        "events.election.set.partner.ratification_margin={value: 0.05, per: us_exports}",
    )
    grid = config.agenda["other_purchases"]
    assert (grid.low, grid.high, grid.levels) == (0.0, 20.0, 11)
    (line,) = (line for line in config.red_lines if line.name == "japan_farm")
    assert line.at_most is not None
    assert line.at_most.support() == (8.0, 8.0)
    (event,) = (event for event in config.events if event.name == "election")
    changed = event.changes["partner.ratification_margin"]
    assert changed.support() == (4.0, 4.0)  # type: ignore[union-attr]  # a number and no date


@pytest.mark.parametrize("row", [row for row in TABLE if row.path in SHARE_OF], ids=lambda row: row.path)
def test_what_a_calibration_writes_as_a_share_is_money(row: Parameter) -> None:
    assert is_money(row.unit)
    assert is_money(unit_at(f"events.any.set.{row.path}", ""))


def test_numbers_of_which_no_unit_is_known_can_be_shares() -> None:
    assert unit_at("agenda.shipyards", "") == unit_at("red_lines.own.at_most", "shipyards") == ""
    assert unit_at("agenda.shipyards.us_value", "") == ""
    assert unit_at("red_lines.own.price", "car_tariff") == unit_at("agenda.investment_fund", "") == "US$ bn"
    assert unit_at("red_lines.own.release.when.at_least", "investment_fund") == "US$ bn"
    assert unit_at("chip_makers.SUMCO.materials_sales", "") == "US$ bn a year"


def test_a_resolved_config_is_read_back_as_it_is() -> None:
    config = _with("partner.ratification_margin={value: 0.01, per: exposed_imports}")
    again = config_from(config.resolved(), config.name)
    assert again.resolved() == config.resolved()
    assert "per" not in str(again.resolved()["partner"]["ratification_margin"])


@given(st.integers(-20, 20), st.floats(0.0, 1.0))
def test_an_amount_times_a_power_of_two_scales_to_the_last_bit(power: int, share: float) -> None:
    sizes = [f"economy.partner_gdp={4030.0 * 2.0**power!r}"] if power >= -10 else []
    changes = [*sizes, f"partner.subsidy_budget={{value: {share!r}, per: partner_gdp}}"]
    factor = 2.0**power if sizes else 1.0
    if factor * 4030.0 > 1e6:
        return
    low, _ = _with(*changes).partner.number("subsidy_budget").support()
    assert low == np.float64(share) * 4030.0 * factor


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("partner.ratification_margin={value: 1, per: gdp}", "partner.ratification_margin.per: names no amount"),
        ("partner.ratification_margin={value: 1, per: 3}", "(got 3)"),
        ("calendar.per=partner_gdp", "calendar.per: has no number beside it to multiply"),
        ("sectors.cars.import_value={value: 1, per: car_imports}", "car_imports is made of this very number"),
        (
            "partner.ratification_margin={dist: discrete_uniform, low: 1, high: 2, per: us_exports}",
            "whole numbers cannot be a share",
        ),
        ("partner.ratification_margin={dist: beta, a: 2, b: 2, per: us_exports}", "needs low and high here"),
        (
            "partner.fund_equity_belief={value: 0.1, per: us_exports}",
            "partner.fund_equity_belief.per: only money can be a share of an amount, and the unit here is share "
            "(got {value: 0.1, per: us_exports})",
        ),
        ("sectors.cars.mfn_rate={value: 0.1, per: us_exports}", "the unit here is rate (got {value: 0.1"),
        ("us_treasury.consumer_weight={value: 0.1, per: us_exports}", "the unit here is weight"),
        ("us_treasury.deficit_weight={value: 1, per: us_exports}", "here is US$ bn a year per US$ bn a year (got"),
        ("chips.belief_half_life={value: 1, per: us_exports}", "the unit here is days"),
        ("firms.KDDI.holdout_belief={value: 0.001, per: us_exports}", "the unit here is share"),
        ("agenda.car_tariff={low: 0, high: 0.001, levels: 5, per: us_exports}", "the unit here is rate (got {low: 0"),
        ("red_lines.us_cars.at_least={value: 0.001, per: us_exports}", "the unit here is rate (got"),
        ("red_lines.japan_farm.firmness={value: 0.001, per: us_exports}", "the unit here is share"),
        ("events.election.probability={value: 0.001, per: us_exports}", "the unit here is share"),
        ("events.election.set.economy.metals_tariff={value: 0.001, per: us_exports}", "the unit here is rate"),
        ("tactics.partner.beta={value: 0.001, per: us_exports}", "the unit here is that of a tactic"),
        ("acceptance.partner={name: ac_const, level: {value: 0.01, per: us_exports}}", "the unit here is share"),
        ("partner.ratification_margin={value: many, per: us_exports}", "must be a number"),
        ("partner.ratification_margin={value: 1e6, per: us_exports}", "must be between 0 and 1e+06"),
    ],
)
def test_a_wrong_share_is_refused_with_its_place(change: str, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        _with(change)
    assert message in str(refused.value)
    assert f"--set {change}" in str(refused.value)


def test_a_wrong_amount_is_refused_as_itself() -> None:
    with pytest.raises(ConfigError, match=r"sectors\.cars\.import_value: must be a number"):
        _with("sectors.cars.import_value=abc", "partner.audience_cost={value: 0.001, per: car_imports}")


def test_editors_know_the_key() -> None:
    """Wherever a number can be a share, and nowhere else."""
    schema = config_schema()["$defs"]
    knowing = {name for name, model in schema.items() if "per" in model.get("properties", {})}
    assert knowing >= {
        "Uniform",
        "Triangular",
        "Normal",
        "Lognormal",
        "Beta",
        "Choice",
        "AgendaEntry",
        "RedLine",
        "When",
    }
    assert not knowing & {"DiscreteUniform", "Calendar", "Protocol", "Event"}
    assert schema["Uniform"]["properties"]["per"]["enum"] == list(AMOUNTS)
