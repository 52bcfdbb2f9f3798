"""What may not matter and what must: constants in payoffs, noiseless beliefs, errors of belief, the calendar."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import sim.engine.model
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.cases import build_case, seat_agents, tactic_names
from experiments.engine.settlement import settle
from sim.bargaining.outcomes import Outcome
from sim.bargaining.valuation import package_value, tabulate_fixed
from sim.economy.ledger import package_ledger
from sim.economy.walkaway import no_deal_payoffs
from sim.engine.model import NegotiationModel
from sim.grid import level_count
from sim.issues import PARTNER, RECIPROCAL_TARIFF, SIDES, US
from sim.records import Floats, Record
from tests.support_talks import SHIPPED, holds, pie, played, talks, to_the_end
from tests.tree import CONFIGS

#: Constants added to the payoffs of the US and Japan, US$ bn a year; halves and integers lose nothing in a sum.
SHIFTS = np.array([4096.0, -512.5])


def _course(model: NegotiationModel) -> list[Any]:
    """Every offer of both sides and how the talks ended."""
    offers = [government.seat.history[: government.seat.offers].tolist() for government in model.governments]
    deal = None if model.deal is None else model.deal.package.tolist()
    return [*offers, model.outcome, model.reason, model.round, deal]


def _add_to_payoffs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add :data:`SHIFTS` to every payoff of the two sides, with a deal and without one."""

    def shifted_tables(p: Record, ledger: Floats, valuation: Record) -> None:
        tabulate_fixed(p, ledger, valuation)
        valuation.base += SHIFTS

    def shifted_no_deal(p: Record, rates: Floats, ledger: Floats, out: Floats) -> None:
        no_deal_payoffs(p, rates, ledger, out)
        out += SHIFTS

    def shifted_ledger(p: Record, package: Floats, pledge: Floats, rates: Floats, ledger: Floats) -> None:
        package_ledger(p, package, pledge, rates, ledger)
        ledger[:, 0] += SHIFTS

    monkeypatch.setattr(sim.engine.model, "tabulate_fixed", shifted_tables)
    monkeypatch.setattr(sim.engine.model, "no_deal_payoffs", shifted_no_deal)
    monkeypatch.setattr(sim.engine.model, "package_ledger", shifted_ledger)


@pytest.mark.parametrize("kind", ["alternating", "simultaneous"])
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_constant_in_the_payoffs_changes_no_position_and_no_outcome(
    path: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load_config(path, (f"protocol.kind={kind}",))
    plain = [_course(played(config, run=run)) for run in range(6)]
    _add_to_payoffs(monkeypatch)
    shifted = [played(config, run=run) for run in range(6)]
    assert [_course(model) for model in shifted] == plain
    for model in shifted:
        for side, government in enumerate(model.governments):
            assert abs(government.seat.walk_away - SHIFTS[side]) < 200, "the constant did not arrive"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_beliefs_without_noise_are_exact_to_the_last_bit(path: Any) -> None:
    config, noiseless = (
        load_config(path, tuple(f"beliefs.{side}={{kind: {kind}}}" for side in SIDES))
        for kind in ("exact", "noisy, noise: 0.0")
    )
    for run in range(6):
        exact, noisy = played(config, run=run), played(noiseless, run=run)
        assert noisy.case.beliefs[US] is not None
        assert _course(exact) == _course(noisy)
        for one, other in zip(exact.governments, noisy.governments, strict=True):
            count = int(one.path.count)
            assert count == other.path.count
            for field in ("own", "other", "levels"):
                assert np.array_equal(getattr(one.path, field)[:count], getattr(other.path, field)[:count])


CARS = CONFIGS / "cars_on_the_table.yaml"
NOISE = ("beliefs.partner={kind: noisy, noise: 0.8}",)


def _opened(config: Config, run: int) -> NegotiationModel:
    model = talks(config, run=run)
    model.step()
    return model


def test_a_side_that_misjudges_the_other_concedes_in_another_order() -> None:
    exact, noisy = load_config(CARS), load_config(CARS, NOISE)
    changed = 0
    for run in range(8):
        one, other = _opened(exact, run).cast, _opened(noisy, run).cast
        assert np.array_equal(one.us.path.levels, other.us.path.levels), "the US believes what it believed"
        changed += not np.array_equal(one.partner.path.levels, other.partner.path.levels)
    assert changed >= 6


def test_errors_of_belief_are_about_the_other_and_never_about_the_own_payoffs() -> None:
    for run in range(4):
        model = _opened(load_config(CARS, NOISE), run)
        path = model.cast.partner.path
        for node in range(int(path.count)):
            assert path.own[node] == package_value(model.valuation, PARTNER, path.levels[node])
        believed = [package_value(model.valuation, US, path.levels[node]) for node in range(int(path.count))]
        assert not np.allclose(path.other[: path.count], believed)


def test_with_errors_of_belief_a_deal_is_still_judged_by_true_payoffs() -> None:
    config = load_config(CONFIGS / "bluff.yaml", ("red_lines.us_cars.firmness=0", "red_lines.japan_cars.firmness=0"))
    deals = 0
    for run in range(40):
        model = played(config, run=run)
        if model.outcome is Outcome.AGREEMENT:
            deals += 1
            payoff = settle(model).payoff
            for name, government in zip(SIDES, model.governments, strict=True):
                assert payoff[name] >= government.seat.reservation - 1e-8
    assert deals > 0


def _path_of(model: NegotiationModel) -> bytes:
    path = model.cast.partner.path_to(-math.inf)
    return b"".join(field[: path.count].tobytes() for field in (path.levels, path.own, path.other))


def test_the_calendar_moves_the_end_of_the_path_and_not_the_path() -> None:
    """Between events and reviews of the domestic table only the walk-away moves, and with it where the path ends."""
    model = talks(load_config(CARS, ("chips.review_interval=28",)), holds(1.0), holds(1.0), run=1)
    model.step()
    path, walk_away = _path_of(model), float(model.cast.us.seat.walk_away)
    for _ in range(3):
        model.step()
        assert model.day < 28
        assert _path_of(model) == path
        assert model.cast.us.seat.walk_away != walk_away


def test_the_path_is_rebuilt_when_firms_review_their_beliefs_and_when_an_event_comes() -> None:
    event = {
        "name": "letter", "date": "2025-06-15", "set": {"us_treasury.purchase_headline_weight": 4.0},
    }  # fmt: skip
    reviewed = talks(load_config(CARS, ("chips.review_interval=14",)), holds(1.0), holds(1.0), run=1)
    paths = []
    for _ in range(3):
        reviewed.step()
        paths.append(_path_of(reviewed))
    assert paths[0] == paths[1] != paths[2]
    model = talks(pie(agenda={"other_purchases": {"levels": 5}}, events=[event]), holds(1.0), holds(1.0))
    paths = []
    for _ in range(4):
        model.step()
        paths.append(_path_of(model))
    assert paths[0] == paths[1] != paths[2] == paths[3]


def test_audience_cost_is_charged_on_signing_and_nowhere_else() -> None:
    """Below its public position on cars the US loses by a deal what it does not lose without one."""
    free, dear = (load_config(CARS, (f"us_treasury.audience_cost={cost}",)) for cost in (0.0, 0.5))
    one, other = _opened(free, 0), _opened(dear, 0)
    assert np.array_equal(one.talk.no_deal, other.talk.no_deal)
    levels = np.zeros_like(one.cast.us.seat.levels)
    package = np.array(one.case.regimes["issue_low"][0])
    points = 100 * (float(one.p.us_public_car_tariff) - package[0])
    loss = package_value(one.valuation, US, levels) - package_value(other.valuation, US, levels)
    assert loss == pytest.approx(0.5 * points)


@pytest.mark.parametrize("exposure", [0, 1])
def test_courts_put_the_walk_away_at_risk_and_a_signed_deal_where_it_is_exposed(exposure: int) -> None:
    """Only the reciprocal tariff is at risk; if it is sure to fall, all its levels are worth the same."""
    sure, doomed = (
        load_config(CARS, (f"walk_away.court_survival={chance}", f"walk_away.deal_court_exposure={exposure}"))
        for chance in (1.0, 0.0)
    )
    one, other = _opened(sure, 0), _opened(doomed, 0)
    differs = (one.valuation.single != other.valuation.single).any(axis=(0, 2))
    assert np.flatnonzero(differs).tolist() == [RECIPROCAL_TARIFF][:exposure]
    assert np.array_equal(one.valuation.base, other.valuation.base)
    assert (one.talk.no_deal != other.talk.no_deal).all()
    levels = level_count(other.p, RECIPROCAL_TARIFF)
    spread = np.ptp(other.valuation.single[:, RECIPROCAL_TARIFF, :levels], axis=1)
    assert ((spread == 0.0) == (exposure == 1)).all()


def test_an_expectation_over_the_courts_lies_between_its_branches() -> None:
    low, middle, high = (
        _opened(load_config(CARS, (f"walk_away.court_survival={chance}",)), 0).talk.no_deal
        for chance in (0.0, 0.25, 1.0)
    )
    assert middle == pytest.approx(0.75 * low + 0.25 * high)


def test_a_model_does_not_change_its_case() -> None:
    config = load_config(CONFIGS / "july_2025.yaml")
    case = build_case(config, 1, 0)
    before = [case.regimes.tobytes(), case.firms.tobytes(), case.makers.tobytes()]
    to_the_end(NegotiationModel(case, seat_agents(tactic_names(config)), collect=False))
    assert [case.regimes.tobytes(), case.firms.tobytes(), case.makers.tobytes()] == before
