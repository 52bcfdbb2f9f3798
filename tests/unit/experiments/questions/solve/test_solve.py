"""A solved negotiation: packages are worth what is said, counts are exact, and refinement finds known points."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.simulate import simulate
from experiments.errors import RunError
from experiments.questions.solve import counting
from experiments.questions.solve.continuous import refine
from experiments.questions.solve.counting import ratified
from experiments.questions.solve.points import choices
from experiments.questions.solve.problem import Solved, played
from experiments.questions.solve.solve import solutions as play
from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.valuation import package_value, package_values
from sim.economy.ledger import total
from sim.economy.pledge import DELIVERABLE
from sim.engine.model import NegotiationModel
from sim.issues import MAX_ISSUES, SIDES
from sim.records import Floats
from sim.solutions.points import nash_linear
from tests.support_talks import holds, pie
from tests.support_talks import played as played_by
from tests.tree import CONFIGS

JULY = CONFIGS / "july_2025.yaml"
CARS = CONFIGS / "cars_on_the_table.yaml"

#: The table of a level and the ledger of its value add the same terms in another order; US$ bn a year.
ROUNDING = 1e-9


@pytest.fixture(scope="module")
def july() -> tuple[Config, Solved, NegotiationModel]:
    config = load_config(JULY)
    return config, play(config).solved, played(config, None, 0)[0]


def reservations(model: NegotiationModel) -> Floats:
    return np.array([float(seat.reservation) for seat in (model.cast.us.seat, model.cast.partner.seat)])


def test_packages_are_worth_what_is_said_and_both_may_sign_them(july: Any) -> None:
    _, solved, model = july
    assert {point.name for point in solved.points} >= {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian"}
    for point in solved.points:
        package = model.deal.package.copy()
        package[model.case.tabled(model.p)] = list(point.package.values())
        pledge, ledger = model.price_package(package)
        assert pledge[DELIVERABLE] > 0.5
        assert all(respects_red_lines(model.p, side, package) for side in range(len(SIDES)))
        assert point.payoff == pytest.approx([float(total(ledger[side])) for side in (0, 1)], abs=ROUNDING)
        assert point.gain == pytest.approx(np.array(point.payoff) - solved.walk_away, abs=ROUNDING)
    assert list(solved.points[0].package) == [model.case.issue_names[issue] for issue in model.case.tabled(model.p)]


def test_the_deal_is_the_one_of_the_table_of_runs(july: Any) -> None:
    config, solved, _ = july
    runs = simulate(config, 0, 1, solved.seed, 1, trajectories=False, solutions=True).runs.to_pylist()[0]
    deal = solved.deal
    assert (deal.outcome, deal.reason) == (runs["outcome"], runs["reason"])
    assert deal.point.package == {issue: runs[issue] for issue in deal.point.package}
    assert deal.point.payoff == tuple(runs[f"payoff.{side}"] for side in SIDES)
    assert (deal.nash_distance, deal.pareto_gap) == (runs["nash_distance"], runs["pareto_gap"])
    assert {issue: added for issue, (added, _) in deal.value_left.items()} == {
        issue: runs[f"value_left.{issue}"] for issue in deal.value_left
    }
    nash = solved.point("nash")
    assert np.hypot(*np.subtract(deal.point.payoff, nash.payoff)) == pytest.approx(deal.nash_distance, abs=ROUNDING)


def test_the_best_deals_leave_the_other_side_what_it_needs(july: Any) -> None:
    _, solved, _ = july
    us, partner = solved.point("best_us"), solved.point("best_partner")
    assert us.payoff[1] >= solved.reservation[1]
    assert partner.payoff[0] >= solved.reservation[0]
    inside = solved.frontier[(solved.frontier >= np.array(solved.reservation)).all(axis=1)]
    assert us.payoff[0] == inside[:, 0].max()
    assert partner.payoff[1] == inside[:, 1].max()
    assert len(inside) == solved.in_zone()


def _listed(model: NegotiationModel, needs: Floats) -> tuple[int, tuple[int, ...], int]:
    """Packages in all, in each win-set and in the zone, one by one."""
    counts = np.zeros(4, int)
    levels, package = np.zeros(MAX_ISSUES, np.int64), np.zeros(MAX_ISSUES)
    sizes = [
        int(size) if tabled else 1 for size, tabled in zip(model.p.issue_levels, model.p.issue_tabled, strict=True)
    ]
    for chosen in itertools.product(*(range(size) for size in sizes)):
        levels[:] = chosen
        package_values(model.p, levels, package)
        if model.pledges[levels[2], DELIVERABLE] < 0.5:
            continue
        own = [
            respects_red_lines(model.p, side, package) and package_value(model.valuation, side, levels) >= needs[side]
            for side in (0, 1)
        ]
        counts += [1, own[0], own[1], all(own)]
    return int(counts[0]), (int(counts[1]), int(counts[2])), int(counts[3])


LINKED = (
    {"name": "sea", "side": "us_treasury", "issue": "sea", "at_most": 3.0,
     "release": {"when": {"issue": "land", "at_least": 6.0}, "at_most": 9.0}},
    {"name": "land", "side": "partner", "issue": "land", "at_most": 7.0},
)  # fmt: skip


@pytest.mark.parametrize("lines", [(), LINKED[1:], LINKED])
def test_packages_are_counted_as_if_they_were_listed(lines: tuple[Any, ...]) -> None:
    model = played_by(pie(red_lines=list(lines)), holds(0.95), holds(0.95))
    # Sums of two halves round in another order, so that no floor lies at a package: multiples of a half are not met.
    for margin in (-1e-6, 1.3, 4.2, 90.0):
        needs = reservations(model) + margin
        assert ratified(model, needs) == _listed(model, needs)


def test_packages_of_a_shipped_config_are_counted_as_if_they_were_listed() -> None:
    model, _ = played(load_config(CARS, ("experiment.levels=6",)), None, 0)
    needs = reservations(model)
    counted = ratified(model, needs)
    assert counted == _listed(model, needs)
    assert counted is not None
    assert min(counted.win_sets) > 0


def test_too_many_packages_are_not_counted(monkeypatch: pytest.MonkeyPatch, july: Any) -> None:
    monkeypatch.setattr(counting, "_MOST_LISTED", 10)
    assert ratified(july[2], reservations(july[2])) is None


#: Land of four levels, a plot worth 1 to the US at a cost of 2 to Japan, who has 5 from signing at all by the sea.
LEVELS: dict[str, Any] = {
    "agenda": {
        "land": {"high": 3.0, "levels": 4, "us_value": 1.0, "partner_value": -2.0},
        "sea": {"low": 0.0, "high": 1.0, "levels": 2, "us_value": 0.0, "partner_value": 5.0},
    },
    "red_lines": [{"name": "sea", "side": "partner", "issue": "sea", "at_least": 1.0}],
}


def test_refinement_finds_the_closed_form_between_levels() -> None:
    """Gains v and 5 - 2v: on the line 2 u1 + u2 = 5 Nash and Kalai-Smorodinsky give v = 1.25, equal gains v = 5/3."""
    model = played_by(pie(LEVELS), holds(0.95), holds(0.95))
    refined = refine(model, (0.25, 0.75))
    # SLSQP stops at 1e-11 of a merit that is flat at its top: the place is known to about the root of that.
    precision = 1e-4
    expected = {name: nash_linear(2.0, 1.0, 5.0, (0.0, 0.0), theta) for name, theta in
                (("nash", 0.5), ("nash_power_0.25", 0.25), ("nash_power_0.75", 0.75))}  # fmt: skip
    expected |= {"kalai_smorodinsky": (1.25, 2.5), "egalitarian": (5 / 3, 5 / 3), "utilitarian": (0.0, 5.0)}
    for name, gains in expected.items():
        assert refined[name].continuous.gain == pytest.approx(gains, abs=precision), name
        assert refined[name].grid.package["land"] in (0.0, 1.0, 2.0)
    assert refined["nash"].shift == pytest.approx(np.hypot(0.25, 0.5), abs=precision)


@pytest.mark.parametrize("path", [JULY, CARS], ids=lambda path: path.stem)
def test_refined_solutions_are_near_those_of_the_grid_and_never_worse(path: Path) -> None:
    """Grid solutions of shipped configs lie within US$0.3 bn a year of the continuous ones, in either payoff."""
    model, _ = played(load_config(path), None, 0)
    refined = refine(model)
    assert {"nash", "kalai_smorodinsky", "egalitarian", "utilitarian"} <= set(refined)
    for name, pair in refined.items():
        grid, continuous = np.array(pair.grid.gain), np.array(pair.continuous.gain)
        assert pair.shift < 0.3, name
        assert (continuous >= -1e-6).all(), name  # the search lets constraints be missed by 1e-7
        if name == "nash":
            assert continuous.prod() >= grid.prod()
        if name == "egalitarian":
            assert continuous.min() >= grid.min()
        if name == "utilitarian":
            assert continuous.sum() >= grid.sum()
        package = np.zeros(MAX_ISSUES)
        package_values(model.p, np.zeros(MAX_ISSUES, np.int64), package)
        package[model.case.tabled(model.p)] = list(pair.continuous.package.values())
        assert all(respects_red_lines(model.p, side, package) for side in range(len(SIDES))), name


def test_choices_take_payoffs_of_any_origin() -> None:
    points = np.array([[4.0, 0.0], [3.0, 2.0], [1.0, 3.0], [0.0, 3.5]])
    found = choices(points, np.zeros(2), np.array([0.0, 2.5]))
    assert found["nash"] == 1
    assert found["nash_ratified"] == 2
    assert found["best_us"] == 2
    assert found["best_partner"] == 3


def test_without_a_common_package_there_is_nothing_to_solve() -> None:
    solved = play(load_config(CONFIGS / "japan_us_2025.yaml")).solved
    assert solved.points == ()
    assert solved.point("nash") is None
    assert len(solved.frontier) == 0
    assert solved.deal.point is None
    assert solved.sizes is not None
    assert solved.sizes.zone == 0
    assert min(solved.sizes.win_sets) > 0


@pytest.mark.parametrize("power", [0.0, 1.0, float("nan")])
def test_a_power_that_is_none_is_refused(power: float) -> None:
    with pytest.raises(RunError, match="--power must be between 0 and 1"):
        play(load_config(CARS), powers=[power])
