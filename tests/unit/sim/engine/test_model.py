"""The course of a negotiation: who speaks first, what an event changes, and how talks end without a deal."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from agents.errors import TacticError
from experiments.config.model import Config
from sim.bargaining.calendar import path_floor
from sim.bargaining.outcomes import Outcome, Reason
from sim.economy.walkaway import deadline_hazard
from sim.engine.model import NegotiationModel
from sim.issues import PARTNER, SIDES, US
from sim.records import Record
from tests.support_talks import follows, holds, pie, played, tabled, talks, to_the_end

#: The deadline of the pie, 27 July, is the day of its ninth round.
DEADLINE_ROUND = 9

PATIENT = {"stall_rounds": 60}


def _event(name: str, day: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "date": day, **changes}


LINE = {"name": "us_sea", "side": "us_treasury", "issue": "sea", "at_most": 2}


def _opening_order(config: Config, run: int = 0) -> int:
    """Side whose first offer the other could answer: the one that did not accept."""
    model = talks(config, holds(0.0), holds(0.0), run=run)
    model.step()
    assert model.deal is not None
    return US if model.deal.proposer == "us_treasury" else PARTNER


@pytest.mark.parametrize(("mover", "side"), [("us_treasury", US), ("partner", PARTNER)])
def test_the_first_mover_of_the_config_opens_and_the_other_may_accept_at_once(mover: str, side: int) -> None:
    assert _opening_order(pie(protocol={"first_mover": mover})) == side


def test_the_coin_decides_who_opens_and_is_fair() -> None:
    config = pie(protocol={"first_mover": "coin"})
    openers = []
    for run in range(60):
        openers.append(_opening_order(config, run))
        draw = talks(config, run=run).case.draws.first_mover
        assert openers[-1] == (US if draw < 0.5 else PARTNER)
    # Chance that a fair coin falls outside: below one in a million.
    assert 12 <= sum(openers) <= 48


def test_the_first_mover_opens_every_round() -> None:
    """Japan would take the first offer of round 2 before the US could table another one."""
    config = pie(protocol={"first_mover": "partner"})
    model = played(config, follows(0.0, 1.0), follows(1.0, 0.5))
    assert (model.round, model.reason) == (2, Reason.PARTNER_ACCEPTS)


def test_rounds_have_dates() -> None:
    model = talks(pie(), holds(1.0), holds(1.0))
    model.step()
    model.step()
    assert (model.round, model.day, model.date) == (2, 7.0, date(2025, 6, 8))


def test_an_event_takes_effect_in_the_first_round_on_or_after_its_date() -> None:
    config = pie(events=[_event("line", "2025-06-10", add_red_lines=[LINE])], protocol=PATIENT)
    model = talks(config, holds(0.0), holds(1.0))
    sea = []
    for _ in range(4):
        model.step()
        sea.append(tabled(model, PARTNER)["sea"])
    assert sea == [10.0, 10.0, 2.0, 2.0]
    assert list(model.opened_by) == []


def test_an_event_on_the_first_day_holds_from_the_first_round() -> None:
    model = talks(pie(events=[_event("line", "2025-06-01", add_red_lines=[LINE])]), holds(1.0), holds(1.0))
    model.step()
    assert tabled(model, PARTNER)["sea"] == 2.0


def test_all_events_between_two_rounds_take_effect_together_in_the_order_of_their_dates() -> None:
    margin = "us_treasury.ratification_margin"
    events = [
        _event("later", "2025-06-07", set={margin: 3.0}),
        _event("earlier", "2025-06-03", set={margin: 2.0, "partner.ratification_margin": 1.0}),
    ]
    model = talks(pie(events=events, protocol=PATIENT), holds(1.0), holds(1.0))
    model.step()
    assert _margins(model) == [0.0, 0.0]
    model.step()
    assert _margins(model) == pytest.approx([3.0, 1.0])
    assert list(model.opened_by) == ["earlier", "later"]
    model.step()
    assert list(model.opened_by) == []


def _margins(model: NegotiationModel) -> list[float]:
    return [float(government.seat.reservation - government.seat.walk_away) for government in model.governments]


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_an_event_of_chance_zero_changes_nothing_and_of_chance_one_always_happens(probability: float) -> None:
    event = _event("line", "2025-06-10", add_red_lines=[LINE], probability=probability)
    without = [_positions(played(pie(), run=run)) for run in range(5)]
    with_event = [played(pie(events=[event]), run=run) for run in range(5)]
    if probability == 0.0:
        assert [_positions(model) for model in with_event] == without
    else:
        assert all(tabled(model, PARTNER)["sea"] <= 2.0 for model in with_event)


def _positions(model: NegotiationModel) -> list[object]:
    histories = [government.seat.history[: government.seat.offers].tolist() for government in model.governments]
    return [*histories, model.outcome, model.reason, model.round]


def test_the_event_happens_in_the_share_of_runs_that_its_chance_says() -> None:
    event = _event("line", "2025-06-10", add_red_lines=[LINE], probability=0.5)
    happened = 0
    for run in range(60):
        model = talks(pie(events=[event], protocol=PATIENT), holds(1.0), holds(1.0), run=run)
        for _ in range(3):
            model.step()
        happened += tabled(model, PARTNER)["sea"] == 2.0
    assert 12 <= happened <= 48


def test_aspiration_never_rises_within_a_regime_and_may_rise_after_an_event() -> None:
    config = pie(events=[_event("line", "2025-06-20", add_red_lines=[LINE])], protocol=PATIENT)
    model = talks(config, follows(0.9, 0.5, 0.8, 0.7, 0.6), holds(1.0))
    seen = []
    for _ in range(5):
        model.step()
        seen.append(float(model.cast.us.seat.aspiration))
    assert seen == [0.9, 0.5, 0.5, 0.7, 0.6]


def test_a_tactic_that_returns_no_number_is_refused_by_name() -> None:
    with pytest.raises(TacticError, match=r"scripted returned NaN in round 1 of run 0"):
        played(pie(), holds(math.nan), holds(1.0))


@pytest.mark.parametrize("rounds", [1, 2, 4, 7])
def test_two_sides_that_do_not_move_stall_after_the_stall_rounds(rounds: int) -> None:
    model = played(pie(protocol={"stall_rounds": rounds}), holds(0.95), holds(0.95))
    assert (model.outcome, model.reason) == (Outcome.STALL, Reason.TACTICS_HOLD)
    assert model.round == 1 + rounds, "the first round brings the first offers, and so a move"


def test_a_side_that_plans_to_move_before_the_deadline_keeps_the_talks_going() -> None:
    def waits(view: Record) -> float:
        return 0.9 if view.time < 1.0 else 0.7

    model = played(pie(), holds(0.9), waits)
    assert model.round == DEADLINE_ROUND
    assert model.outcome is Outcome.DEADLINE_LAPSED


def test_a_step_below_the_stall_tolerance_does_not_keep_the_talks_going() -> None:
    creeps = follows(*(0.99 - 0.05 * k for k in range(20)))
    assert played(pie(protocol={"stall_tolerance": 0.5}), holds(0.95), creeps).round == 5
    assert played(pie(protocol={"stall_tolerance": 0.01}), holds(0.95), creeps).round > 5


#: Changes that an event in round 7 can bring, and the round in which four rounds without movement are full: at once
#: where the event is not worth waiting for, else four rounds after the last move, which a new issue forces.
AHEAD = [
    ({"add_red_lines": [{**LINE, "at_most": 10}]}, 10),
    ({"set": {"walk_away.threat_reciprocal_tariff": 0.25}}, 10),
    ({"add_issues": {"materials_support": {"levels": 2}}}, 11),
    ({"set": {"calendar.deadline": "2025-10-05"}}, 5),
    ({"set": {"us_treasury.ratification_margin": 0.1}}, 5),
]


@pytest.mark.parametrize(("change", "last_round"), AHEAD)
def test_only_an_event_that_changes_agenda_lines_or_threat_postpones_a_stall(
    change: dict[str, Any], last_round: int
) -> None:
    config = pie(events=[_event("ahead", "2025-07-13", **change)], calendar={"deadline": "2025-09-28"})
    model = played(config, holds(0.95), holds(0.95))
    assert (model.outcome, model.round) == (Outcome.STALL, last_round)


def test_a_side_with_nothing_to_gain_walks_out_after_the_walkout_rounds() -> None:
    for rounds in (1, 3, 6):
        config = pie(protocol={"walkout_rounds": rounds}, us_treasury={"ratification_margin": 50.0})
        model = played(config)
        assert (model.outcome, model.reason) == (Outcome.WALKOUT, Reason.US_HAS_BETTER)
        assert model.round == rounds


def test_an_event_that_gives_a_side_something_to_gain_keeps_it_at_the_table() -> None:
    event = _event("relief", "2025-06-15", set={"partner.ratification_margin": 0.0})
    config = pie(partner={"ratification_margin": 50.0}, events=[event])
    model = talks(config)
    below = []
    for _ in range(3):
        model.step()
        below.append(int(model.cast.partner.seat.below))
    assert below == [1, 2, 0]
    assert to_the_end(model).outcome is not Outcome.WALKOUT


@pytest.mark.parametrize(
    ("execution", "max_slips", "outcome", "round_number"),
    [
        (1.0, 5, Outcome.THREAT_EXECUTED, DEADLINE_ROUND),
        (0.0, 0, Outcome.DEADLINE_LAPSED, DEADLINE_ROUND),
        (0.0, 2, Outcome.DEADLINE_LAPSED, DEADLINE_ROUND + 2),
        (0.0, 60, Outcome.ROUND_LIMIT, 30),
    ],
)
def test_a_deadline_is_executed_or_slips_and_the_last_one_ends_the_talks(
    execution: float, max_slips: int, outcome: Outcome, round_number: int
) -> None:
    config = pie(walk_away={"execution_probability": execution}, calendar={"max_slips": max_slips}, protocol=PATIENT)
    model = played(config, holds(0.95), holds(0.95))
    assert (model.outcome, model.round) == (outcome, round_number)


def test_a_deadline_that_slips_gives_tactics_more_time() -> None:
    model = talks(pie(calendar={"max_slips": 1, "slip_days": 28}, protocol=PATIENT), holds(0.95), holds(0.95))
    for _ in range(DEADLINE_ROUND - 1):
        model.step()
    assert model.round_of_deadline == DEADLINE_ROUND
    assert model.days_left == 7.0
    model.step()
    assert model.slipped
    assert model.round_of_deadline == DEADLINE_ROUND + 4
    assert model.days_left == 28.0


def test_an_event_moves_the_deadline_and_with_it_the_end() -> None:
    event = _event("longer", "2025-07-20", set={"calendar.deadline": "2025-08-17"})
    model = played(pie(events=[event], protocol=PATIENT), holds(0.95), holds(0.95))
    assert (model.outcome, model.round) == (Outcome.DEADLINE_LAPSED, DEADLINE_ROUND + 3)


def test_the_round_limit_ends_talks_whose_deadline_is_further_away() -> None:
    model = played(pie(calendar={"round_limit": 4}, protocol=PATIENT), holds(0.95), holds(0.95))
    assert (model.outcome, model.round) == (Outcome.ROUND_LIMIT, 4)
    assert talks(pie(calendar={"round_limit": 4})).running


def test_tactics_count_time_to_the_round_limit_where_it_comes_before_the_deadline() -> None:
    model = played(pie(calendar={"round_limit": 4}))
    assert float(model.cast.us.seat.aspiration) < 0.95 * 2 / 3 + 1e-9
    assert model.round <= 4


def test_every_deadline_has_a_draw_of_its_own() -> None:
    """After an event has set a new deadline, the draw of an earlier one that slipped does not decide again."""
    event = _event("longer", "2025-08-10", set={"calendar.deadline": "2025-08-24"})
    config = pie(
        events=[event], calendar={"max_slips": 1, "slip_days": 60}, protocol=PATIENT,
        walk_away={"execution_probability": 0.5},
    )  # fmt: skip
    executed = []
    for run in range(60):
        model = talks(config, holds(0.95), holds(0.95), run=run)
        draws = model.case.draws.execution
        to_the_end(model)
        hazard = deadline_hazard(model.p)
        if draws[0] >= hazard:
            assert (model.outcome is Outcome.THREAT_EXECUTED and model.round == 13) == (draws[1] < hazard)
            executed.append(draws[1] < hazard)
        else:
            assert (model.outcome, model.round) == (Outcome.THREAT_EXECUTED, DEADLINE_ROUND)
    assert 0 < sum(executed) < len(executed)


@pytest.mark.parametrize("max_slips", [0, 3])
def test_all_deadlines_together_are_executed_with_the_chance_of_the_config(max_slips: int) -> None:
    config = pie(
        walk_away={"execution_probability": 0.5}, calendar={"max_slips": max_slips, "slip_days": 7}, protocol=PATIENT
    )
    ends = [played(config, holds(0.95), holds(0.95), run=run) for run in range(60)]
    assert {model.outcome for model in ends} == {Outcome.THREAT_EXECUTED, Outcome.DEADLINE_LAPSED}
    assert 12 <= sum(model.outcome is Outcome.THREAT_EXECUTED for model in ends) <= 48


def test_a_path_goes_deeper_from_the_day_on_which_its_owner_needs_less() -> None:
    """Both margins of 3 fall to nothing; no payoff of a package moves, so that no path is built anew for that."""
    event = _event("relief", "2025-06-22", set={f"{side}.ratification_margin": 0.0 for side in SIDES})
    margins = {side: {"ratification_margin": 3.0} for side in SIDES}
    model = talks(pie(events=[event], protocol=PATIENT, **margins), holds(1.0), holds(1.0))
    floors: list[list[float]] = []
    while model.running and len(floors) < 5:
        model.step()
        floors.append([float(one.path.floor) for one in model.governments])
        assert floors[-1] == [float(path_floor(model.p, model.talk, side)) for side in (US, PARTNER)]
    assert [before - after for before, after in zip(floors[0], floors[-1], strict=True)] == pytest.approx([3.0, 3.0])
