"""Draws of cases: the same politics in all of them, everything else each case's own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from experiments.cases.cases import case_config
from experiments.cases.fund_terms import FUND_SHARE, PROFIT_SHARE, all_fund_terms, fund_terms
from experiments.cases.streams import SHARED, shared_design
from experiments.config.weights import FittedTo, WeightTable, under_posterior
from tests.case_configs import RECORD
from tests.tree import ROOT
from tests.weights_by_hand import table_by_hand


def test_a_draw_has_the_same_politics_in_every_case_and_its_own_nuisances() -> None:
    korea, japan = (shared_design(case_config(case), case, 40, 5) for case in ("Korea", "Japan"))
    for path in SHARED:
        assert path in korea.columns
    same = [path for path in korea.columns if path in japan and np.array_equal(korea[path], japan[path])]
    # Margins and audience costs are shares of each country's trade, so that only their ranks are the same.
    scaled = {"us_treasury.fund_headline_weight", "us_treasury.ratification_margin", "partner.ratification_margin",
              "partner.audience_cost"}  # fmt: skip
    assert set(same) == set(SHARED) - scaled
    for path in scaled:
        assert np.array_equal(np.argsort(korea[path]), np.argsort(japan[path]))
        assert not np.allclose(korea[path], japan[path])


def test_draws_do_not_depend_on_where_a_chunk_begins() -> None:
    config = case_config("Korea")
    whole, part = shared_design(config, "Korea", 10, 5), shared_design(config, "Korea", 4, 5, 6)
    assert whole.iloc[6:].equals(part)


def test_a_draw_has_the_same_row_of_a_posterior_in_every_case() -> None:
    table = table_by_hand()
    designs = {
        case: shared_design(under_posterior(case_config(case), table, partly=True), case, 60, 5)
        for case in ("Korea", "Brazil")
    }
    first, second = table.paths
    korea, brazil = designs["Korea"], designs["Brazil"]
    assert np.array_equal(korea[first], brazil[first])
    exposed = {case: sum(RECORD.case(case).imports[name] for name in ("cars", "parts", "machinery", "other"))
               for case in designs}  # fmt: skip
    for case, design in designs.items():
        shares = design[second] / exposed[case]
        # Values of one draw stand in one row of the table.
        pairs = set(zip(design[first].round(9), shares.round(9), strict=True))
        assert pairs <= {(round(one, 9), round(two, 9)) for one, two in table.values}
        assert len(pairs) == 3


def test_the_terms_of_a_fund_are_those_of_its_equations() -> None:
    found = fund_terms(case_config("Korea", sets=[
        "us_treasury.fund_equity_belief=0.4", "us_treasury.fund_headline_weight=2",
        "us_treasury.fund_headline_scale=50", "fund.profit_rate=0.05", "fund.reference_size=200",
        "fund.saturation=100", "fund.guarantee_exponent=1",
        "partner.fund_equity_belief=0.02", "partner.guarantee_cost=0.003",
    ]), "Korea")  # fmt: skip
    fund = FUND_SHARE * 1870
    assert found.fund == fund
    assert np.isclose(found.trade, 23.073 + 21.92)
    effective = 200 * np.expm1(-fund / 100) / np.expm1(-2.0)
    us = 0.4 * effective * 0.05 * PROFIT_SHARE + 2 * np.log1p(fund / 50)
    partner = -0.02 * fund * 0.05 * PROFIT_SHARE - 0.98 * 0.003 * fund * fund / 200
    assert np.isclose(found.us, us)
    assert np.isclose(found.partner, partner)
    assert np.isclose(found.per_dollar, us / found.trade)


def test_the_table_by_hand_is_one_that_is_read_back() -> None:
    table = table_by_hand()
    assert isinstance(table, WeightTable)
    assert isinstance(table.fitted, FittedTo)
    assert table.fitted.cases == ("UK", "Vietnam")


def test_a_command_prints_what_a_fund_is_worth_in_every_case_and_the_page_has_it() -> None:
    command = [sys.executable, "-m", "experiments.cases.fund_terms"]
    printed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    heading, rule, *rows = printed.splitlines()
    assert heading.count("|") == rule.count("|") == 7
    assert [row.split(" | ")[0].lstrip("| ") for row in rows] == [facts.case for facts in RECORD.cases]
    for row, one in zip(rows, all_fund_terms(), strict=True):
        cells = f"{one.fund:,.0f} | {one.trade:.1f} | {one.us:.2f} | {one.partner:.2f} | {one.per_dollar:.3f}"
        assert row == f"| {one.case} | {cells} |"
    assert printed in (ROOT / "docs" / "cases.md").read_text("utf-8")
