"""The tab on which a person takes a seat and bargains against a tactic."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import solara
import solara.lab

from experiments.app.drawing import plane_svg, positions_svg
from experiments.app.watched import Moment, moment_after
from experiments.app.wishes import AS_WRITTEN, Wishes, whole_number
from experiments.app.words import ending_html, ledger_html, rounds_html, turn_html
from experiments.config import config_from
from experiments.errors import ConfigError
from experiments.explain import event_descriptions, further_units
from experiments.labels import (
    SIDE_LABELS,
    agent_label,
    inside,
    number,
    ordered_issues,
    plain,
    quantity,
    scale_of,
    unit_of,
)
from experiments.labels import axis_label as shown_in
from experiments.plan import MAX_RUNS, SEEDS, RunError
from experiments.play_text import Glossary, day
from experiments.seat.session import Session
from experiments.seat.turn import Action, Decision, RefusedDecisionError
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config import Config
    from experiments.narrative import Ending
    from experiments.seat.turn import Offer, Turn

_SEATS: Final = {agent_label(side): side for side in SIDES}


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """What the tab shows: a session, whose turn it is, and what was refused.

    Attributes
    ----------
    session : Session or None
        The talks; None before they begin.
    turn : Turn or None
        What the person decides on.
    moments : list of Moment
        Rounds that are over; the session adds to it.
    message : str
        Why the last decision was refused.
    ending : Ending or None
        How the talks ended.
    """

    session: Session | None = None
    turn: Turn | None = None
    moments: list[Moment] = field(default_factory=list)
    message: str = ""
    ending: Ending | None = None


def sit_down(config: Config, side: str, tactic: str, seed: str, run: str) -> Seat:
    """Start talks with a person in a seat; what is wrong with the input becomes the message."""
    moments: list[Moment] = []
    try:
        wishes = Wishes(japan_tactic=tactic) if side == SIDES[0] else Wishes(us_tactic=tactic)
        changed = config_from(config.resolved(), config.name, wishes.sets(config))
        session = Session(
            changed,
            side,
            seed=whole_number("Seed", seed, *SEEDS),
            run=whole_number("Run", run, 0, MAX_RUNS - 1),
            look=lambda model, story: moments.append(moment_after(model, story)),
        )
    except (ConfigError, RunError) as error:
        return Seat(message=str(error))
    return _gone_on(Seat(session=session, moments=moments), session, session.start)


def decided(seat: Seat, decision: Decision) -> Seat:
    """Go on with a decision; one that the rules do not allow leaves the turn as it is, with the reason."""
    session = seat.session
    if session is None or seat.turn is None:
        return seat
    return _gone_on(seat, session, lambda: session.decide(decision))


def _gone_on(seat: Seat, session: Session, go: Callable[[], Turn | None]) -> Seat:
    try:
        turn = go()
        ending = session.story().ending if turn is None else None
    except RefusedDecisionError as refusal:
        return replace(seat, message=str(refusal))
    except Exception as error:  # noqa: BLE001 - the page shows what went wrong and goes on
        traceback.print_exception(error, file=sys.stderr)
        session.leave()
        return replace(seat, turn=None, message=f"{type(error).__name__}: {error}")
    return Seat(session, turn, seat.moments, "", ending)


@solara.component
def SeatPage(config: Config, seed: int) -> None:
    """Take a seat, bargain, and see what it came to."""
    from agents.tactics.registry import TACTICS

    # Kept by hand: use_reactive would take every new default for a change.
    seat: Any = solara.use_memo(lambda: solara.reactive(Seat()), [])
    side, tactic = solara.use_reactive(agent_label(SIDES[1])), solara.use_reactive(AS_WRITTEN)
    run, typed_seed = solara.use_reactive("0"), solara.use_reactive(str(seed))
    glossary = solara.use_memo(lambda: Glossary(further_units(config), event_descriptions(config)), [])

    def leave() -> None:
        if seat.value.session is not None:
            seat.value.session.leave()

    def start() -> None:
        leave()
        seat.value = sit_down(config, _SEATS[side.value], tactic.value, typed_seed.value, run.value)

    def decide(decision: Decision) -> None:
        seat.value = decided(seat.value, decision)

    solara.use_effect(lambda: leave, [])
    with solara.AppBar():
        solara.AppBarTitle("winset")
        solara.lab.ThemeToggle()
    _html(f"<h3>{_escaped(config.title)}</h3>")
    with solara.Div(classes=["form"]):
        solara.Select("Your seat", value=side, values=list(_SEATS))
        solara.Select("The other side's tactic", value=tactic, values=[AS_WRITTEN, *TACTICS])
        solara.InputText("Run (from 0)", value=run)
        solara.InputText("Seed", value=typed_seed)
    solara.Button("Start the talks" if seat.value.session is None else "Start again", on_click=start, color="primary")
    if seat.value.message:
        solara.Warning(seat.value.message)
    if seat.value.turn is not None:
        turn = seat.value.turn
        key = f"{len(seat.value.moments)}-{turn.round}-{turn.heard and turn.heard.values}"
        YourTurn(turn, decide, glossary.units).key(key)
    if seat.value.ending is not None:
        _html(ending_html(seat.value.ending, glossary.units))
    _Past(seat.value, glossary)


@solara.component
def YourTurn(turn: Turn, decide: Callable[[Decision], None], units: Mapping[str, str]) -> None:
    """What is on the table, and the buttons and the form to answer with."""
    other = SIDE_LABELS[SIDES[1 - SIDES.index(turn.side)]]
    typed = solara.use_reactive(_first_values(turn))
    heading = f"Round {turn.round}, {day(turn.date)}; deadline {day(turn.deadline)}. It is your turn."
    need = f"You need {turn.reservation:.2f}; walking away is worth {turn.walk_away:.2f}"
    _html(
        f"<h3>{_escaped(heading)}</h3>{turn_html(turn, other, units)}"
        f'<p class="note">{need}, your best package {turn.ideal:.2f} (US$ bn a year).</p>'
    )
    blocked = turn.heard is None or bool(turn.heard.obstacle)
    if turn.heard is not None and turn.heard.obstacle:
        _html(f'<p class="note">You cannot sign the offer: {_escaped(turn.heard.obstacle)}.</p>')
    with solara.Row(gap="8px", style={"flex-wrap": "wrap"}):
        for label, action, off in (
            ("Accept", Action.ACCEPT, blocked),
            ("Hold", Action.HOLD, False),
            ("Walk out", Action.WALK_OUT, False),
        ):
            solara.Button(
                label, on_click=lambda action=action: decide(Decision(action)), disabled=off, color="primary",
                outlined=action is not Action.ACCEPT,
            )  # fmt: skip
    with solara.Div(classes=["columns"]):
        with solara.Div():
            _html("<h3>Your advisers suggest</h3>")
            _Suggestions(turn, decide, other, units)
        with solara.Div():
            _html("<h3>Or write your own offer</h3>")
            _Form(turn, typed, units)
            solara.Button(
                "Offer this package",
                on_click=lambda: decide(Decision(Action.OFFER, typed.value)),
                color="primary",
                outlined=True,
            )
    if turn.heard is not None:
        with solara.Details(summary=f"What the {other} offer is made of"):
            _html(ledger_html(turn.heard))


@solara.component
def _Suggestions(turn: Turn, decide: Callable[[Decision], None], other: str, units: Mapping[str, str]) -> None:
    with solara.Div(classes=["suggestions"]):
        for suggestion in turn.suggestions:
            offer = suggestion.offer
            label = (
                f"Ask {100 * suggestion.aspiration:.0f} %: {offer.own:.2f} to you, {offer.other:.2f} to {other}. "
                f"{_package(offer, units)}"
            )
            solara.Button(
                label, on_click=lambda offer=offer: decide(Decision(Action.OFFER, offer.values)), outlined=True
            )


@solara.component
def _Form(turn: Turn, typed: solara.Reactive[dict[str, float]], units: Mapping[str, str]) -> None:
    with solara.Div(classes=["form"]):
        for issue in ordered_issues(turn.scales):
            unit, scale = unit_of(issue, units), turn.scales[issue]
            factor = scale_of(unit)
            span = f"{number(scale.low * factor)} to {number(scale.high * factor)}"

            def put(value: float | None, issue: str = issue, factor: float = factor) -> None:
                if value is not None:
                    typed.value = {**typed.value, issue: value / factor}

            solara.InputFloat(
                f"{plain(issue)}, {inside(shown_in(unit))} ({span})",
                value=round(typed.value[issue] * factor, 6),
                on_value=put,
            )


@solara.component
def _Past(seat: Seat, glossary: Glossary) -> None:
    """The rounds so far."""
    if not seat.moments:
        return
    package = seat.ending.package if seat.ending else None
    with solara.Div(classes=["columns"]):
        stories = rounds_html([moment.story for moment in seat.moments], glossary)
        _html(f'<h3>The rounds so far</h3><div class="story">{stories}</div>')
        _html("<h3>Positions over the rounds</h3>" + positions_svg(seat.moments, package, glossary.units))
        if seat.ending is not None:
            _html("<h3>What the offers were worth</h3>" + plane_svg(seat.moments, dealt=package is not None))


def _first_values(turn: Turn) -> dict[str, float]:
    """Start of the form: the own last offer, else the best suggestion, else the middle of every scale."""
    middles = {issue: (scale.low + scale.high) / 2 for issue, scale in turn.scales.items()}
    start = turn.last or next((suggestion.offer for suggestion in turn.suggestions), None)
    return {**middles, **({} if start is None else start.values)}


def _package(offer: Offer, units: Mapping[str, str]) -> str:
    values = (
        f"{inside(plain(issue))} {quantity(offer.values[issue], unit_of(issue, units))}"
        for issue in ordered_issues(offer.values)
    )
    text = ", ".join(values)
    return text[:1].upper() + text[1:]


def _html(text: str) -> None:
    solara.HTML(unsafe_innerHTML=text)


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
