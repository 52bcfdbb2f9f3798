"""A person at the table: what they may do, how the talks wait for them, and the prompt of the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.seats.dialogue import LeftTheTableError, bargain, read_decision
from experiments.seats.session import Session
from experiments.seats.turn import Action, Decision, RefusedDecisionError, Turn
from experiments.seats.turn_text import when
from experiments.story.played import PlayResult
from experiments.story.text import Glossary
from sim.issues import SIDES
from tests.tree import CONFIGS

JULY, TINY, CARS = (CONFIGS / f"{name}.yaml" for name in ("july_2025", "tiny", "cars_on_the_table"))
HOLD = Decision(Action.HOLD)


@pytest.fixture
def july() -> Iterator[Session]:
    session = Session(load_config(JULY), "partner", seed=3)
    yield session
    session.leave()


def started(session: Session) -> Turn:
    turn = session.start()
    assert turn is not None
    return turn


def ask(turn: Turn, aspiration: float) -> Decision:
    """Table the suggestion nearest to an aspiration."""
    best = min(turn.suggestions, key=lambda suggestion: abs(suggestion.aspiration - aspiration))
    return Decision(Action.OFFER, best.offer.values)


def test_an_offer_that_was_never_made_leaves_no_gap(july: Session) -> None:
    turn = started(july)
    assert turn.round == 1
    assert july.decide(Decision(Action.WALK_OUT)) is None
    ending = july.story().ending
    assert ending.gaps == {}
    assert "partner" not in ending.ledger
    text = PlayResult(july.config, july.story()).text()
    assert "Japan: its own last offer" not in text


def test_a_person_is_told_that_no_deadline_stands_after_an_execution() -> None:
    sets = ["calendar.after_execution=continue", "walk_away.execution_probability=1", "protocol.stall_rounds=9",
            "protocol.walkout_rounds=9", "tactics.us_treasury={name: hardliner}"]  # fmt: skip
    session = Session(load_config(TINY, sets), "partner", seed=1)
    turn: Turn | None = started(session)
    told = {}
    while turn is not None:
        told[turn.round] = (turn.deadline, when(turn))
        turn = session.decide(HOLD) if turn.last else session.decide(ask(turn, 1.0))
    session.leave()
    assert told[1][0] == date(2025, 7, 1)
    assert told[1][1] == "Round 1, 1 June 2025; deadline 1 July 2025."
    assert told[5] == (None, "Round 5, 11 July 2025; no deadline stands.")


def concede_until_it_ends(session: Session) -> Turn | None:
    """Accept what can be signed, else give way step by step."""
    turn: Turn | None = started(session)
    asked = 1.0
    while turn is not None:
        if turn.heard is not None and not turn.heard.obstacle:
            turn = session.decide(Decision(Action.ACCEPT))
        else:
            asked = max(0.0, asked - 0.2)
            turn = session.decide(ask(turn, asked))
    return turn


@pytest.mark.parametrize("side", SIDES)
def test_a_person_closes_a_deal(side: str) -> None:
    session = Session(load_config(TINY), side, seed=5)
    concede_until_it_ends(session)
    story = session.story()
    assert session.is_over
    assert story.ending.outcome == "agreement"
    seat = session.person.seat
    assert story.ending.settlement.payoff[side] >= float(seat.reservation) - 1e-9
    assert story.tactics[SIDES.index(side)] == "person"
    assert len(story.rounds) == session.model.round


def test_the_deal_is_worth_what_the_person_was_shown(july: Session) -> None:
    turn: Turn | None = started(july)
    shown: float | None = None
    while turn is not None:
        shown = turn.heard.own if turn.heard else None
        can_sign = turn.heard is not None and not turn.heard.obstacle
        turn = july.decide(Decision(Action.ACCEPT) if can_sign else ask(turn, 1.0))
    ending = july.story().ending
    assert (ending.outcome, ending.reason) == ("agreement", "partner_accepts")
    assert ending.settlement.payoff["partner"] == pytest.approx(shown, abs=1e-9)


def test_the_terms_of_an_offer_sum_to_its_worth(july: Session) -> None:
    started(july)
    turn = july.decide(HOLD)
    assert turn is not None
    assert turn.heard is not None
    assert sum(turn.heard.ledger.values()) == pytest.approx(turn.heard.own, abs=1e-9)


def test_suggestions_fall_for_the_person_and_rise_for_the_other_side(july: Session) -> None:
    turn = started(july)
    own = [suggestion.offer.own for suggestion in turn.suggestions]
    other = [suggestion.offer.other for suggestion in turn.suggestions]
    assert own == sorted(own, reverse=True)
    assert other == sorted(other)
    assert min(own) >= turn.reservation - 1e-9
    assert own[0] == pytest.approx(turn.ideal)


def test_an_offer_keeps_what_it_does_not_name_and_lies_on_the_grid(july: Session) -> None:
    first = started(july)
    before = july.decide(ask(first, 0.6))
    assert before is not None
    assert before.last is not None
    after = july.decide(Decision(Action.OFFER, {"reciprocal_tariff": 0.151}))
    assert after is not None
    assert after.last is not None
    assert after.last.values["reciprocal_tariff"] == pytest.approx(0.15)
    rest = {issue: value for issue, value in before.last.values.items() if issue != "reciprocal_tariff"}
    assert {issue: after.last.values[issue] for issue in rest} == rest


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (Decision(Action.ACCEPT), "no offer to accept"),
        (Decision(Action.OFFER, {"car_tarif": 0.1}), "car_tarif is not on the table; on it are car_tariff"),
        (Decision(Action.OFFER, {"car_tariff": 3.0}), "car_tariff must be between 0.025 and 0.275, not 3"),
        (Decision(Action.OFFER, {"car_tariff": float("nan")}), "must be between"),
        (Decision(Action.OFFER, {"chip_purchases": 13.8}), "this package cannot be tabled: your own red lines or the"),
    ],
)
def test_what_the_rules_do_not_allow_is_refused_and_the_turn_stays(
    july: Session, decision: Decision, message: str
) -> None:
    turn = started(july)
    with pytest.raises(RefusedDecisionError, match=message):
        july.decide(decision)
    assert july.turn is turn
    assert july.decide(HOLD) is not None


def test_an_offer_below_the_reservation_cannot_be_signed(july: Session) -> None:
    started(july)
    turn = july.decide(HOLD)
    assert turn is not None
    assert turn.heard is not None
    assert "would not be ratified" in turn.heard.obstacle
    with pytest.raises(RefusedDecisionError, match="you cannot sign it"):
        july.decide(Decision(Action.ACCEPT))


def test_walking_out_ends_the_talks_at_once(july: Session) -> None:
    started(july)
    july.decide(HOLD)
    assert july.decide(Decision(Action.WALK_OUT)) is None
    assert july.story().ending.outcome == "walkout"
    assert july.model.round == 2


def test_the_same_decisions_give_the_same_story() -> None:
    stories = []
    for _ in range(2):
        session = Session(load_config(CARS), "us_treasury", seed=7, run=2)
        concede_until_it_ends(session)
        stories.append(PlayResult(session.config, session.story()).json())
    assert stories[0] == stories[1]


def test_talks_that_are_left_leave_no_thread_behind(july: Session) -> None:
    started(july)
    july.leave()
    assert not july._thread.is_alive()


def test_a_seat_that_is_none_and_talks_without_turns_are_refused() -> None:
    with pytest.raises(RunError, match=r"--seat is china; it must be us_treasury or partner\."):
        Session(load_config(TINY), "china")
    with pytest.raises(RunError, match="a person takes turns"):
        Session(load_config(TINY, ["protocol.kind=simultaneous"]), "us_treasury")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("sell everything", "is none of these"),
        ("offer car_tariff", "names no value; write for example"),
        ("offer car_tariff=low", "'low' is no number"),
        ("offer chip_purchases=4%", r"chip_purchases is in US\$ bn and not in per cent"),
        ("ask all", "'all' is no number"),
        ("ask inf", "'inf' is no number"),
        ("accept it", "is none of these"),
    ],
)
def test_a_line_that_is_no_decision_is_refused(july: Session, line: str, message: str) -> None:
    with pytest.raises(RefusedDecisionError, match=message):
        read_decision(line.split(), started(july), {})


def test_rates_are_typed_in_per_cent(july: Session) -> None:
    decision = read_decision(["offer", "car_tariff=15", "chip_purchases=4", "materials_support=60%"], started(july), {})
    assert decision.package == pytest.approx({"car_tariff": 0.15, "chip_purchases": 4.0, "materials_support": 0.6})


def _typed(lines: str) -> tuple[str, Session]:
    session = Session(load_config(JULY), "partner", seed=3)
    console = Console(file=StringIO(), width=100, color_system=None)
    reader = iter(lines.splitlines())

    def read() -> str:
        try:
            return next(reader)
        except StopIteration:
            raise EOFError from None

    try:
        bargain(session, console, read, Glossary())
    except LeftTheTableError as left:
        return f"{console.file.getvalue()}{left}", session  # type: ignore[attr-defined]  # it is the StringIO above
    return console.file.getvalue(), session  # type: ignore[attr-defined]  # it is the StringIO above


def test_the_prompt_shows_refuses_and_goes_on() -> None:
    shown, session = _typed("help\nwhy\nnonsense\nask 60\nwhy\naccept\nwalk\n")
    assert "Your turn for Japan" in shown
    assert "sign the other side's offer" in shown
    assert "There is no offer yet." in shown
    assert "'nonsense' is none of these" in shown
    assert "you cannot sign it: it is worth" in shown
    assert "Car exporters rent" in shown
    assert "It asks for" in shown
    assert session.story().ending.outcome == "walkout"


@pytest.mark.parametrize(("lines", "message"), [("quit\n", "you have left"), ("hold\n", "the input ended")])
def test_leaving_the_prompt_is_said(lines: str, message: str) -> None:
    shown, session = _typed(lines)
    assert message in shown
    assert not session._thread.is_alive()


def _command(*words: str | Path, typed: str = "") -> Any:
    return CliRunner().invoke(app, ["play", *map(str, words)], input=typed)


def test_the_command_seats_a_person() -> None:
    done = _command(TINY, "--seat", "us_treasury", typed="ask 0\n" * 40)
    assert done.exit_code == 0, done.output
    assert "The talks end in an agreement" in done.output


def test_the_command_gives_json() -> None:
    story = json.loads(_command(TINY, "--json").stdout)
    assert story["ending"]["outcome"] == "agreement"
    assert story["rounds"][0]["date"] == "2025-06-01"
    seated = _command(TINY, "--seat", "us_treasury", "--json", typed="ask 0\n" * 40)
    assert json.loads(seated.stdout)["tactics"][0] == "person"


@pytest.mark.parametrize(
    ("words", "typed", "message"),
    [
        (("--seat", "china"), "", "error: --seat is china; it must be us_treasury or partner."),
        (("--seat", "us_treasury"), "", "error: the input ended before the talks did"),
        (("--seat", "us_treasury"), "quit\n", "error: you have left"),
        (("--seat", "us_treasury", "--run", "-1"), "", "error: --run"),
    ],
)
def test_the_command_refuses(words: tuple[str, ...], typed: str, message: str) -> None:
    done = _command(TINY, *words, typed=typed)
    assert done.exit_code == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
