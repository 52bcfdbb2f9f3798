"""How talks come to a deal: who accepts what, what a red line or an event forbids, and how two positions meet."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.engine.settlement import settle
from sim.bargaining.outcomes import Outcome, Reason
from sim.engine.model import NegotiationModel
from sim.issues import PARTNER, US
from tests.support_talks import LAND, SEA, follows, holds, pie, played, tabled, talks

SIMULTANEOUS = {"kind": "simultaneous"}


def _package(model: NegotiationModel) -> tuple[float, float]:
    """Land and sea of the deal."""
    assert model.deal is not None
    return float(model.deal.package[LAND]), float(model.deal.package[SEA])


def test_an_offer_worth_the_own_next_position_is_accepted() -> None:
    """The US tables (10, 10), worth 5 to Japan, whose own next position would be worth 5 too."""
    model = played(pie(), holds(0.5), holds(0.5))
    assert (model.outcome, model.reason, model.round) == (Outcome.AGREEMENT, Reason.PARTNER_ACCEPTS, 1)
    assert model.deal is not None
    assert model.deal.proposer == "us_treasury"
    assert _package(model) == (10.0, 10.0)


def test_an_offer_below_the_own_next_position_is_answered_with_another() -> None:
    model = talks(pie(), holds(0.5), holds(0.65))
    model.step()
    assert model.running
    assert tabled(model, US) == {"land": 10.0, "sea": 10.0}
    assert tabled(model, PARTNER) == {"land": 7.0, "sea": 10.0}


def test_an_offer_below_the_reservation_is_not_accepted_however_soft_the_side() -> None:
    """With a margin of 8 Japan needs more than any package gives that leaves the US its 5."""
    config = pie(partner={"ratification_margin": 8.0}, us_treasury={"ratification_margin": 5.0})
    model = played(config, holds(0.0), holds(0.0))
    assert (model.outcome, model.reason) == (Outcome.STALL, Reason.NO_ZONE)


def test_a_side_gives_no_more_than_it_was_asked_for() -> None:
    """In round 1 Japan asks for (8, 10), worth 6 to it. In round 2 the US would settle for nothing, yet tables that."""
    model = talks(pie(protocol=SIMULTANEOUS), follows(1.0, 0.0), holds(0.6))
    model.step()
    model.step()
    assert tabled(model, US) == {"land": 8.0, "sea": 10.0}
    assert (model.reason, _package(model)) == (Reason.POSITIONS_MET, (8.0, 10.0))


def test_the_last_speaker_does_not_give_all_away() -> None:
    """Whoever answers would settle for nothing, and still takes what the first offer leaves it."""
    model = played(pie(), holds(0.5), holds(0.0))
    assert _package(model) == (10.0, 10.0)
    model = played(pie(protocol={"first_mover": "partner"}), holds(0.0), holds(0.4))
    assert _package(model) == (10.0, 9.0)


LINES: list[dict[str, Any]] = [
    {"name": "us_sea", "side": "us_treasury", "issue": "sea", "at_most": 6},
    {"name": "partner_land", "side": "partner", "issue": "land", "at_most": 7},
]


def test_both_sides_table_inside_the_box_that_they_share() -> None:
    model = talks(pie(red_lines=LINES), holds(1.0), holds(1.0))
    model.step()
    assert tabled(model, US) == {"land": 7.0, "sea": 0.0}
    assert tabled(model, PARTNER) == {"land": 0.0, "sea": 6.0}


def test_without_a_common_package_each_side_tables_from_its_own_box_and_the_reason_says_so() -> None:
    lines = [*LINES, {"name": "us_land", "side": "us_treasury", "issue": "land", "at_least": 8}]
    model = played(pie(red_lines=lines), holds(0.0), holds(0.0))
    assert (model.outcome, model.reason) == (Outcome.STALL, Reason.DISJOINT_RED_LINES)
    assert tabled(model, US)["land"] >= 8
    assert tabled(model, US)["sea"] <= 6
    assert tabled(model, PARTNER)["land"] <= 7


def test_a_linkage_on_the_whole_package_makes_a_deal_possible() -> None:
    """Japan keeps land to 3 unless it gets at least 8 of the sea."""
    line = {"name": "partner_land", "side": "partner", "issue": "land", "at_most": 3}
    released = {**line, "release": {"when": {"issue": "sea", "at_least": 8}}}
    floor = {"name": "us_land", "side": "us_treasury", "issue": "land", "at_least": 5}
    kept = played(pie(red_lines=[line, floor]), holds(0.5), holds(0.5))
    assert kept.reason is Reason.DISJOINT_RED_LINES
    deal = played(pie(red_lines=[released, floor]), holds(0.5), holds(0.5))
    assert deal.outcome is Outcome.AGREEMENT
    land, sea = _package(deal)
    assert land >= 5
    assert sea >= 8


def test_a_line_is_released_on_its_date() -> None:
    line = {"name": "partner_land", "side": "partner", "issue": "land", "at_most": 3}
    released = {**line, "release": {"date": "2025-06-14", "at_most": 9}}
    model = talks(pie(red_lines=[released]), holds(1.0), holds(1.0))
    land = []
    for _ in range(3):
        model.step()
        land.append(tabled(model, US)["land"])
    assert land == [3.0, 3.0, 9.0]


@pytest.mark.parametrize("firmness", [0.0, 1.0])
def test_a_line_is_real_as_often_as_it_is_firm(firmness: float) -> None:
    line = {"name": "partner_land", "side": "partner", "issue": "land", "at_most": 3, "firmness": firmness}
    for run in range(5):
        model = talks(pie(red_lines=[line]), holds(1.0), holds(1.0), run=run)
        model.step()
        assert tabled(model, US)["land"] == (3.0 if firmness else 10.0)


#: In round 1 the US leaves (10, 10) on the table, of which Japan wants more; by round 2 it would take it.
STANDING = (follows(0.5, 1.0), follows(1.0, 0.3))


def _overtaken(**change: Any) -> NegotiationModel:
    """Japan opens round 2 with the standing offer of the US before it; an event has come in between."""
    event = {"name": "change", "date": "2025-06-05", **change}
    return played(pie(events=[event], protocol={"first_mover": "partner"}), *STANDING)


def test_a_standing_offer_is_accepted_in_the_next_round() -> None:
    model = played(pie(protocol={"first_mover": "partner"}), *STANDING)
    assert (model.reason, model.round, _package(model)) == (Reason.PARTNER_ACCEPTS, 2, (10.0, 10.0))


def test_a_standing_offer_that_its_owner_would_no_longer_sign_is_void() -> None:
    model = _overtaken(set={"us_treasury.ratification_margin": 9.0})
    assert (model.outcome, model.reason, model.deal) == (Outcome.STALL, Reason.NO_ZONE, None)


def test_a_standing_offer_outside_a_new_line_of_its_owner_is_void() -> None:
    line = {"name": "us_sea", "side": "us_treasury", "issue": "sea", "at_most": 2}
    model = _overtaken(add_red_lines=[line])
    assert (model.outcome, model.reason, model.deal) == (Outcome.STALL, Reason.TACTICS_HOLD, None)


def test_a_standing_offer_outside_a_new_line_of_the_other_side_is_not_accepted() -> None:
    line = {"name": "partner_land", "side": "partner", "issue": "land", "at_most": 2}
    model = _overtaken(add_red_lines=[line])
    assert (model.outcome, model.reason, model.deal) == (Outcome.STALL, Reason.TACTICS_HOLD, None)


def test_a_standing_offer_keeps_its_values_when_an_event_changes_the_grid() -> None:
    """Ten of the land is level 10 of the old grid and level 20 of the new one."""
    land = {
        "unit": "plot", "low": 0.0, "high": 10.0, "levels": 21, "us_value": 1.0, "partner_value": -0.5,
        "wants_high": "us_treasury",
    }  # fmt: skip
    model = _overtaken(add_issues={"land": land})
    assert (model.reason, model.round, _package(model)) == (Reason.PARTNER_ACCEPTS, 2, (10.0, 10.0))


def test_simultaneous_positions_within_the_tolerance_meet_half_way() -> None:
    """(10, 10) of the US and (9, 10) of Japan, a tenth of the range apart."""
    model = played(pie(protocol={**SIMULTANEOUS, "agreement_tolerance": 0.1}), holds(0.5), holds(0.55))
    assert (model.outcome, model.reason, model.round) == (Outcome.AGREEMENT, Reason.POSITIONS_MET, 1)
    assert model.deal is not None
    assert model.deal.proposer is None
    assert _package(model) == (9.5, 10.0)


def test_the_midpoint_is_not_signed_below_a_reservation() -> None:
    """It would give the US 4.5, half a unit less than it needs."""
    config = pie(protocol={**SIMULTANEOUS, "agreement_tolerance": 0.1}, us_treasury={"ratification_margin": 5.0})
    model = talks(config, holds(0.0), holds(0.55))
    model.step()
    assert (tabled(model, US), tabled(model, PARTNER)) == ({"land": 10.0, "sea": 10.0}, {"land": 9.0, "sea": 10.0})
    assert model.running


def test_the_midpoint_is_not_signed_outside_a_red_line() -> None:
    """Both would gain by (8.5, 9.5), but the US insists on 9 of the land and Japan gives no more than 7."""
    lines = [
        {"name": "us_land", "side": "us_treasury", "issue": "land", "at_least": 9},
        {"name": "partner_land", "side": "partner", "issue": "land", "at_most": 7},
    ]
    config = pie(protocol={**SIMULTANEOUS, "agreement_tolerance": 0.9}, red_lines=lines)
    model = talks(config, holds(0.5), holds(0.5))
    model.step()
    assert (tabled(model, US), tabled(model, PARTNER)) == ({"land": 10.0, "sea": 10.0}, {"land": 7.0, "sea": 9.0})
    assert model.running
    assert played(config, holds(0.5), holds(0.5)).reason is Reason.DISJOINT_RED_LINES


def test_if_both_would_accept_a_fair_coin_decides() -> None:
    accepting = []
    for run in range(60):
        model = played(pie(protocol=SIMULTANEOUS), holds(0.2), holds(0.2), run=run)
        assert model.outcome is Outcome.AGREEMENT
        accepting.append(model.reason is Reason.US_ACCEPTS)
        assert accepting[-1] == (model.case.draws.coin < 0.5)
    assert 12 <= sum(accepting) <= 48


def test_the_coin_of_the_deal_is_not_the_coin_of_the_first_mover() -> None:
    model = talks(pie())
    assert model.case.draws.coin != model.case.draws.first_mover


@pytest.mark.parametrize("kind", ["alternating", "simultaneous"])
def test_a_deal_of_two_exact_linear_sides_lies_on_the_frontier_and_above_both_reservations(kind: str) -> None:
    model = played(pie(protocol={"kind": kind}))
    assert model.outcome is Outcome.AGREEMENT
    land, sea = _package(model)
    assert 10.0 in (land, sea)
    settlement = settle(model)
    assert settlement.gain("us_treasury") == pytest.approx(land - 0.5 * sea)
    assert settlement.gain("partner") == pytest.approx(sea - 0.5 * land)
    assert min(land - 0.5 * sea, sea - 0.5 * land) >= 0


@pytest.mark.parametrize(
    ("margin", "reason"), [(4.8, Reason.TACTICS_HOLD), (5.0, Reason.TACTICS_HOLD), (5.2, Reason.NO_ZONE)]
)
def test_the_reason_says_whether_a_package_would_have_served_both(margin: float, reason: Reason) -> None:
    """With margins of 5 only (10, 10) serves both, to the last bit as it does for the rule that accepts it."""
    margins = {"ratification_margin": margin}
    model = played(pie(us_treasury=margins, partner=margins), holds(1.0), holds(1.0))
    assert model.reason is reason


@pytest.mark.parametrize(("margin", "reason"), [(1.0, Reason.TACTICS_HOLD), (1.8, Reason.NO_ZONE)])
def test_a_package_off_both_paths_counts_for_the_reason(margin: float, reason: Reason) -> None:
    """Sea for rice alone is worth (2, 1.5), but the paths trade sea for land and rice, and then for land."""
    agenda = {
        "land": {"levels": 2, "us_value": 1.0, "partner_value": -0.8},
        "sea": {"levels": 2, "us_value": -0.3, "partner_value": 0.6},
        "farm": {
            "unit": "plot", "low": 0.0, "high": 10.0, "levels": 2, "us_value": 0.5, "partner_value": -0.45,
            "wants_high": "us_treasury",
        },
    }  # fmt: skip
    margins = {"ratification_margin": margin}
    model = played(pie(agenda=agenda, us_treasury=margins, partner=margins), holds(0.0), holds(0.0))
    assert (model.outcome, model.reason) == (Outcome.STALL, reason)
