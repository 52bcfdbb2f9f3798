"""The table of runs against the definition of every column, on three made talks: signed, met half-way, and failed.

Land and sea are worth round numbers (see :data:`tests.support_talks.PIE`), and every package holds the same chips, so
that payoffs differ from those of the bare pledge by what the plots are worth. Nothing here is read from the records of
an end: what a column should hold is worked out from the package that was signed.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import Any

import numpy as np
import pytest

from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.rows import runs_table
from experiments.engine.settlement import end_of
from sim.economy.ledger import total
from sim.economy.trade import SECTOR_COUNT, recorded_deficit
from sim.economy.walkaway import STATUS_QUO, THREAT, no_deal_payoffs, no_deal_rates
from sim.engine.model import NegotiationModel
from sim.grid import level_value
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, PARTNER, SIDES, US
from tests.support_talks import Script, follows, holds, laid_on, pie, played

#: Every package holds US$2bn of chips over two years. Of the two firms, which buy 1 and 0.5 a year anyway, the
#: second hopes for more and does not sign. A threat is executed with chance 0.4 at one deadline, after 56 days.
TALKS: dict[str, Any] = {
    "protocol": {"stall_rounds": 40},
    "agenda": {"chip_purchases": {"high": 2.0, "levels": 2}},
    "red_lines": [{"name": "chips", "side": "us_treasury", "issue": "chip_purchases", "at_least": 2.0}],
    "firms": [
        {"name": "Firm", "capex": 1.0, "holdout_belief": 0.0},
        {"name": "Second", "capex": 0.5, "holdout_belief": 0.8},
    ],
    "chip_makers": [{"name": "Maker", "allocation": 9.0, "uncommitted_output": 9.0}],
    "chips": {"delivery_years": 2.0, "booked_share": 0.3},
    "walk_away": {"execution_probability": 0.4, "threat_car_tariff": 0.5},
    "us_treasury": {"ratification_margin": {"dist": "uniform", "low": 0.2, "high": 0.4}},
    "partner": {"ratification_margin": {"dist": "uniform", "low": 0.5, "high": 0.7}},
}

ROUNDING = 1e-9


def _talks(us: Script, partner: Script, run: int = 0, **sections: Any) -> tuple[NegotiationModel, dict[str, Any]]:
    """Played talks and their row of the table."""
    config = pie(laid_on(TALKS, sections))
    model = played(config, us, partner, run=run)
    result, agents = end_of(model, solutions=True)
    design = design_table(config, 1, 1, run)
    table = runs_table(build_records(config, design, 1), design, config.calendar.start, result, agents[np.newaxis])
    row: dict[str, Any] = table.to_pylist()[0]
    return model, row


def _bare_payoffs(model: NegotiationModel) -> tuple[float, float]:
    """What a package of the chips and no plots is worth to both sides."""
    package = np.array([level_value(model.p, issue, 0) for issue in range(MAX_ISSUES)])
    package[CHIP_PURCHASES] = 2.0
    _, ledger = model.price_package(package)
    return float(total(ledger[US])), float(total(ledger[PARTNER]))


def _without_deal(model: NegotiationModel, row: int) -> tuple[float, float]:
    payoffs = np.zeros((2, 2))
    no_deal_payoffs(model.p, np.zeros(SECTOR_COUNT), np.zeros((2, 64)), payoffs)
    return float(payoffs[row, US]), float(payoffs[row, PARTNER])


def _weight_of_waiting(model: NegotiationModel, days: float) -> float:
    rate, horizon = model.p.walk_away_discount_rate, model.p.economy_horizon
    return float((1.0 - math.exp(-rate * days / 365.25)) / (1.0 - math.exp(-rate * horizon)))


def _walk_away(model: NegotiationModel, days: float) -> list[float]:
    """W = w U_sq + (1 - w) [p U_threat + (1 - p) U_sq], so many days before the only deadline."""
    weight = _weight_of_waiting(model, days)
    both = zip(_without_deal(model, STATUS_QUO), _without_deal(model, THREAT), strict=True)
    return [weight * quo + (1.0 - weight) * (0.4 * threat + 0.6 * quo) for quo, threat in both]


def _deficit(model: NegotiationModel, row: int, booked: float) -> float:
    rates = np.zeros(SECTOR_COUNT)
    no_deal_rates(model.p, row, True, rates)
    return float(recorded_deficit(model.p, rates, 0.0)) - booked


def _plots(land: float, sea: float) -> tuple[float, float]:
    return land - 0.5 * sea, sea - 0.5 * land


def _nash(bare: tuple[float, float], walk_away: list[float]) -> tuple[float, float]:
    """Payoffs of the package with the largest product of gains among all 121."""
    best, chosen = -1.0, (math.nan, math.nan)
    for land, sea in itertools.product(range(11), range(11)):
        us, partner = (own + plots for own, plots in zip(bare, _plots(land, sea), strict=True))
        product = max(us - walk_away[US], 0.0) * max(partner - walk_away[PARTNER], 0.0)
        if product > best:
            best, chosen = product, (us, partner)
    return chosen


def _check_deal(model: NegotiationModel, row: dict[str, Any], land: float, sea: float, days: float) -> None:
    """Check every column that follows from the package and from the days that were left before the deadline."""
    bare, walk_away = _bare_payoffs(model), _walk_away(model, days)
    payoff = [own + plots for own, plots in zip(bare, _plots(land, sea), strict=True)]
    # The flow is 1 a year, of which the share of the first firm in what both buy is signed for, at list price.
    additional = 1.0 / 1.5
    expected: dict[str, float] = {
        "land": land,
        "sea": sea,
        "chip_purchases": 2.0,
        "chip_headline": 2.0,
        "chip_price": 1.0,
        "chip_additional": additional,
        "chip_booked": 0.3 * additional,
        "subsidy_cost": row["subsidy_rate"] * (1.5 + 1.0),
        "recorded_deficit": _deficit(model, STATUS_QUO, 0.3 * additional),
        "nash_distance": math.dist(payoff, _nash(bare, walk_away)),
        # A plot of either kind is worth 1 to one side and costs the other 0.5.
        "value_left.land": 0.5 * (10.0 - land),
        "value_left.sea": 0.5 * (10.0 - sea),
        "value_left.chip_purchases": 0.0,
        "pareto_gap": _gap(land, sea),
        "payoff.Maker": 0.72 * additional,
        "gain.Maker": 0.72 * additional,
    }
    for place, side in enumerate(SIDES):
        expected |= {
            f"payoff.{side}": payoff[place],
            f"walk_away.{side}": walk_away[place],
            f"gain.{side}": payoff[place] - walk_away[place],
            f"reservation.{side}": walk_away[place] + row[f"param.{side}.ratification_margin"],
        }
    for firm, without in zip(("Firm", "Second"), _firms_walk_away(model, days), strict=True):
        assert row[f"gain.{firm}"] == pytest.approx(row[f"payoff.{firm}"] - without, abs=ROUNDING)
    _check(row, expected)


def _check(row: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        assert row[name] == (pytest.approx(value, abs=ROUNDING) if isinstance(value, float) else value), name


def _firms_walk_away(model: NegotiationModel, days: float) -> list[float]:
    weight = _weight_of_waiting(model, days)
    both = [(firm.no_deal(STATUS_QUO), firm.no_deal(THREAT)) for firm in model.cast.firms]
    return [weight * quo + (1.0 - weight) * (0.4 * threat + 0.6 * quo) for quo, threat in both]


def _gap(land: float, sea: float) -> float:
    """Most that both sides could still gain at once, over all 121 packages."""
    us, partner = _plots(land, sea)
    gains = (min(a - us, b - partner) for a, b in itertools.starmap(_plots, itertools.product(range(11), range(11))))
    return max(0.0, *gains)


def test_a_signed_package_fills_every_column_by_its_definition() -> None:
    """The US tables 40 % of its range in round 3, and Japan, which would ask for 30 % of its own, signs."""
    model, row = _talks(follows(1.0, 1.0, 0.4), follows(1.0, 1.0, 0.3))
    _check_deal(model, row, 10.0, 8.0, days=56.0 - 14.0)
    words = {
        "run": 0, "outcome": "agreement", "reason": "partner_accepts", "round": 3, "date": dt.date(2025, 6, 15),
        "proposer": "us_treasury",
    }  # fmt: skip
    offers = {"us.land": 10.0, "us.sea": 8.0, "us.chip_purchases": 2.0, "partner.land": 0.0, "partner.sea": 10.0}
    _check(row, words | offers | {"partner.chip_purchases": 2.0})
    assert row["param.us_treasury.ratification_margin"] != row["param.partner.ratification_margin"]
    numbers = [value for name, value in row.items() if isinstance(value, float) and not _may_agree(name)]
    assert len(numbers) == len(set(numbers)), "no column could hold another's values unseen"
    # The rate makes both firms buy 2.5 in place of 1.5: (1 - g s)^-n = 2.5 / 1.5, on a tabulated curve.
    n, g = model.p.chips_demand_elasticity, model.p.chips_subsidised_share
    assert row["subsidy_rate"] == pytest.approx((1.0 - (2.5 / 1.5) ** (-1.0 / n)) / g, abs=0.02)


def _may_agree(name: str) -> bool:
    """Columns of positions, those that are the same number by definition, and round numbers of this case."""
    return ("." in name and name.split(".", maxsplit=1)[0] in ("us", "partner", "value_left")) or name in (
        "land", "sea", "chip_purchases", "chip_headline", "pareto_gap", "gain.Maker", "chip_price",
    )  # fmt: skip


def test_a_package_half_way_between_two_offers_fills_every_column_by_its_definition() -> None:
    """Positions of round 2 are near enough; nobody's offer is signed, and what both leave on the table is told."""
    model, row = _talks(
        follows(1.0, 0.85), follows(1.0, 0.8), protocol={"kind": "simultaneous", "agreement_tolerance": 0.9}
    )
    land, sea = (0.5 * (row[f"us.{issue}"] + row[f"partner.{issue}"]) for issue in ("land", "sea"))
    assert (land, sea) != (10.0, 10.0)
    _check_deal(model, row, land, sea, days=56.0 - 7.0)
    words = {
        "outcome": "agreement", "reason": "positions_met", "round": 2, "date": dt.date(2025, 6, 8), "proposer": None
    }  # fmt: skip
    _check(row, words)
    assert row["pareto_gap"] > 0.0


def test_an_executed_threat_fills_every_column_by_its_definition() -> None:
    """Both sides ask for everything to the deadline in round 9; its draw executes the threat."""
    run = next(run for run in range(20) if _talks(holds(1.0), holds(1.0), run)[1]["outcome"] == "threat_executed")
    model, row = _talks(holds(1.0), holds(1.0), run)
    threat, walk_away = _without_deal(model, THREAT), _walk_away(model, 0.0)
    expected: dict[str, Any] = {
        "run": run, "reason": "tactics_hold", "round": 9, "date": dt.date(2025, 7, 27), "proposer": None,
        "recorded_deficit": _deficit(model, THREAT, 0.0), "payoff.Maker": 0.0,
        "us.land": 10.0, "us.sea": 0.0, "partner.land": 0.0, "partner.sea": 10.0,
    }  # fmt: skip
    for place, side in enumerate(SIDES):
        expected |= {
            f"payoff.{side}": threat[place],
            f"gain.{side}": 0.0,
            f"walk_away.{side}": walk_away[place],
            f"reservation.{side}": walk_away[place] + row[f"param.{side}.ratification_margin"],
        }
    for place, firm in enumerate(("Firm", "Second")):
        expected |= {f"payoff.{firm}": model.cast.firms[place].no_deal(THREAT), f"gain.{firm}": 0.0}
    _check(row, expected)
    signed: tuple[str, ...] = (
        "land",
        "sea",
        "chip_purchases",
        "subsidy_rate",
        "subsidy_cost",
        "nash_distance",
        "pareto_gap",
    )
    signed += ("chip_price", "chip_headline", "chip_additional", "chip_booked", "value_left.land", "value_left.sea")
    assert [row[name] for name in signed] == [None] * len(signed)
    assert threat != _without_deal(model, STATUS_QUO)
