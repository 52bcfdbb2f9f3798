"""The parameter table: sound rows, and every row read by a rule that reacts to it."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from sim.economy.chip_market import purchases_at, review_day
from sim.economy.firm_payoffs import FIRM_TERMS, firm_terms
from sim.economy.ledger import package_rates
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import booked_flow
from sim.economy.trade import SECTOR_COUNT, blend_horizon, income_loss_share, recorded_deficit
from sim.economy.walkaway import THREAT, no_deal_payoffs, ratification_margin, walk_away_payoff
from sim.issues import CAR_TARIFF, CHIP_PURCHASES, PARTNER, US
from sim.parameters.parameter import SECTIONS, SECTORS, VALID_BY_UNIT, Parameter
from sim.parameters.table import TABLE
from sim.records import FIRM, MAKER, RECORD, Floats, Record, Table
from sim.row import rows
from tests.support import (
    default_record,
    firm_without_deal,
    firms_of,
    grid_pledges,
    ledger_of,
    maker_ledger,
    maker_without_deal,
    makers_of,
    package_of,
    parameters,
    put_on_table,
    reservations_of,
)
from tests.tree import ROOT

#: What the record holds besides parameters, by the name of the argument that carries it in a rule.
FIELDS_BY_ARGUMENT = {"p": RECORD, "firm": FIRM, "maker": MAKER, "firms": FIRM, "makers": MAKER}


def test_every_row_has_its_own_path_and_symbols_do_not_clash() -> None:
    assert len({row.path for row in TABLE}) == len(TABLE)
    scalars = parameters("scalar")
    assert len({row.field for row in scalars}) == len(scalars)
    columns = {row.field for row in parameters("sector")}
    assert not columns & {row.field for row in scalars}
    symbols = [row.symbol for row in scalars if row.symbol]
    assert len(set(symbols)) == len(symbols)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.path)
def test_a_row_is_sound(row: Parameter) -> None:
    assert row.unit in VALID_BY_UNIT
    assert row.low <= row.default <= row.high
    least, most = row.limits()
    assert least <= row.low <= row.high <= most
    assert row.admits(row.default)
    assert row.admits(row.low)
    assert row.admits(row.high)
    assert row.doc.endswith(".")
    assert row.source.strip()
    assert date(2025, 1, 1) <= row.known_by <= date(2026, 12, 31)
    assert row.path.split(".")[0] in {*SECTIONS, "sectors", "firms", "chip_makers"}


@pytest.mark.parametrize("row", parameters("scalar"), ids=lambda row: row.path)
def test_values_outside_the_hard_limits_are_refused(row: Parameter) -> None:
    least, most = row.limits()
    assert not row.admits(least - 1e-9)
    assert not row.admits(math.nan)
    if most < math.inf:
        assert not row.admits(most + 1e-9)


def test_every_sector_has_every_column() -> None:
    for column in {row.field for row in parameters("sector")}:
        sections = [row.section for row in parameters("sector") if row.field == column]
        assert sections == [f"sectors.{sector}" for sector in SECTORS]


def test_assumptions_say_that_they_are_ours() -> None:
    for row in TABLE:
        if row.confidence == "assumption":
            named = ("own", "derived", "range of", "numeraire")
            assert any(word in row.source for word in named), f"{row.path}: {row.source}"


def rule_functions() -> Iterator[ast.FunctionDef]:
    for path in sorted((ROOT / "sim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            decorators = getattr(node, "decorator_list", [])
            if any(isinstance(name, ast.Name) and name.id == "rule" for name in decorators):
                assert isinstance(node, ast.FunctionDef)
                yield node


def fields_read(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Arguments of a rule and the fields that it reads of them: ``p.field``, ``firms[i].field``."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Attribute):
            continue
        owner = node.value.value if isinstance(node.value, ast.Subscript) else node.value
        if isinstance(owner, ast.Name) and owner.id in FIELDS_BY_ARGUMENT and node.attr != "shape":
            yield owner.id, node.attr


RULES = list(rule_functions())


def test_every_field_that_a_rule_reads_is_declared() -> None:
    undeclared = {
        f"{function.name}: {argument}.{field}"
        for function in RULES
        for argument, field in fields_read(function)
        if field not in (FIELDS_BY_ARGUMENT[argument].names or ())
    }
    assert not undeclared


def test_every_parameter_is_read_by_a_rule() -> None:
    read = {field for function in RULES for _, field in fields_read(function)}
    assert not {row.path for row in TABLE if row.field not in read}


def test_the_scan_sees_what_a_rule_reads() -> None:
    source = "def f(p, firms):\n    return p.alpha + firms[0].capex * firms.shape[0] + other.beta"
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert set(fields_read(function)) == {("p", "alpha"), ("firms", "capex")}


#: Firms and makers among whom quorum, queue, supply and allocation all bind at some pledge of the grid below.
FIRMS = firms_of(
    {"capex": 0.3, "holdout_belief": 0.2},
    {"capex": 0.3, "financing_bound": 1.0, "unmet_demand": 1.3, "holdout_belief": 0.5},
    {"capex": 0.4, "holdout_belief": 0.9},
)
MAKERS = makers_of(
    {"allocation": 3.0, "uncommitted_output": 0.5},
    {"partner_inputs": 3.5, "allocation": 1.0},
    {"materials_sales": 0.9, "uncommitted_output": 0.3},
)
DAY = 30.0
PACKAGES = (
    package_of(0.1, 0.12, other=6.0, fund=400.0, share=0.7, support=0.5),
    package_of(0.25, 0.0, other=14.0, fund=600.0, share=0.9, support=1.0),
)
TARIFFS = np.array([0.2, 0.2, 0.2, 0.2, 0.2, 0.0])


def fine_pledges(p: Record, firms: Table, makers: Table) -> Floats:
    put_on_table(p, CHIP_PURCHASES, 0.0, 9.0, 37)
    return grid_pledges(p, firms, makers, DAY)[:37]


def of_governments(p: Record, pledges: Floats) -> list[float]:
    """Ledgers of two packages with a small and a middling pledge, deficit, and all that weighs the walk-away."""
    found: list[float] = []
    for pledge, package in zip(pledges[[1, 5]], PACKAGES, strict=True):
        rates = np.zeros(SECTOR_COUNT)
        package_rates(p, package, rates)
        found += [*ledger_of(p, package, pledge).ravel(), booked_flow(p, pledge), recorded_deficit(p, rates, 1.0)]
    no_deal = np.zeros((2, 2))
    no_deal_payoffs(p, np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS)), no_deal)
    margins = [ratification_margin(p, US), ratification_margin(p, PARTNER)]
    return [*found, *no_deal.ravel(), *margins, walk_away_payoff(p, 12.0, 16.0, DAY, 0), review_day(p, DAY)]


def of_firms(p: Record, firms: Table, pledges: Floats) -> list[float]:
    """Ledgers of the firms under a middling pledge at the tariffs, and what they want at a subsidy."""
    found, out = [purchases_at(p, firms, 0.9)], np.zeros(len(FIRM_TERMS))
    for firm in rows(firms):
        firm_terms(p, firm, pledges[5], True, income_loss_share(p, TARIFFS), out)
        found += [*out, firm_without_deal(p, firm, THREAT)]
    return found


def of_makers(p: Record, firms: Table, makers: Table, pledges: Floats) -> list[float]:
    """Ledgers of the makers under a middling pledge at the tariffs."""
    found: list[float] = []
    for maker in rows(makers):
        found += [*maker_ledger(p, maker, makers, firms, pledges[5], TARIFFS, 0.5)]
        found.append(maker_without_deal(p, maker, makers, firms, THREAT))
    return found


def everything(p: Record, firms: Table, makers: Table) -> Floats:
    """All that the rules make of the parameters."""
    blend_horizon(p)
    pledges = fine_pledges(p, firms, makers)
    rest = [*of_governments(p, pledges), *of_firms(p, firms, pledges), *of_makers(p, firms, makers, pledges)]
    return np.array([*pledges.ravel(), *reservations_of(p, firms, DAY), *rest])


def another_value(row: Parameter) -> float:
    """Middle of the default and the hard limit that lies further away, at most twice the default and one."""
    if row.unit == "flag":
        return 1.0 - row.default
    least, most = row.limits()
    most = min(most, 2.0 * row.default + 1.0)
    return (row.default + (most if most - row.default > row.default - least else least)) / 2.0


def change(row: Parameter, p: Record, firms: Table, makers: Table) -> None:
    if row.group == "scalar":
        setattr(p, row.field, another_value(row))
    elif row.group == "sector":
        getattr(p, row.field)[SECTORS.index(row.section.removeprefix("sectors."))] = another_value(row)
    else:
        (firms if row.group == "firm" else makers)[row.field] = another_value(row)


#: Exempt goods never pay more than their MFN rate, so that only their value and that rate count.
WITHOUT_EFFECT = {
    f"sectors.exempt.{name}"
    for name in (
        "elasticity_short_run",
        "elasticity_long_run",
        "pass_through_short_run",
        "pass_through_long_run",
        "exporter_margin",
        "diverted_share",
    )
}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.path)
def test_a_parameter_changes_what_the_rules_say(row: Parameter) -> None:
    """Beyond rounding, from a start at which audience costs and comparisons of both sides count."""
    p = default_record(
        us_audience_cost=0.1, partner_public_car_tariff=0.12, us_public_car_tariff=0.26, us_reference_loss=0.3,
        partner_reference_loss=0.3, us_forward_precedent=0.3,
    )  # fmt: skip
    p.issue_tabled[CAR_TARIFF] = 1
    firms, makers = FIRMS.copy(), MAKERS.copy()
    before = everything(p, firms, makers)
    change(row, p, firms, makers)
    same = np.allclose(before, everything(p, firms, makers), rtol=1e-9, atol=1e-12)
    assert same == (row.path in WITHOUT_EFFECT)
