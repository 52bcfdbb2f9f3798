"""The tab on which a person takes a seat and bargains against a tactic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING, Any

import solara
import solara.lab

from experiments.app.blocks import (
    Block,
    html,
    note,
    package_of,
    positions,
    show,
    story,
    theme_in_use,
    title,
    with_partner_names,
    worth,
)
from experiments.app.controls import AS_WRITTEN, ControlValues, typed_run, typed_seed
from experiments.app.fragments import ending_html, ledger_html, offers_html, suggestion_html, turn_html
from experiments.app.models import Snapshot, snapshot_of
from experiments.config.explain import event_descriptions, further_units
from experiments.labels import agent_label, issue_label, number, ordered_issues, scale_of, unit_of
from experiments.refusals import REFUSALS, refusal
from experiments.seats import turn_text
from experiments.seats.session import Session
from experiments.seats.turn import Action, Decision, RefusedDecisionError
from experiments.story.text import Glossary
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.seats.turn import Turn
    from experiments.story.narrative import Ending


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """What the tab shows: a session, whose turn it is, and what was refused.

    Attributes
    ----------
    session : Session or None
        The talks; None before they begin.
    turn : Turn or None
        What the person decides on.
    snapshots : list of Snapshot
        Rounds that are over; the session adds to it.
    message : str
        Why the last decision was refused.
    ending : Ending or None
        How the talks ended.
    """

    session: Session | None = None
    turn: Turn | None = None
    snapshots: list[Snapshot] = field(default_factory=list)
    message: str = ""
    ending: Ending | None = None


def take_seat(config: Config, side: str, tactic: str, seed: str, run: str) -> Seat:
    """Start talks with a person in a seat; what is wrong with the input becomes the message."""
    snapshots: list[Snapshot] = []
    try:
        values = ControlValues(partner_tactic=tactic) if side == SIDES[0] else ControlValues(us_tactic=tactic)
        session = Session(
            values.changed(config),
            side,
            seed=typed_seed(seed),
            run=typed_run(run),
            after_round=lambda model, story: snapshots.append(snapshot_of(model, story)),
        )
    except REFUSALS as error:
        return Seat(message=refusal(error))
    return _advanced(Seat(session=session, snapshots=snapshots), session, session.start)


def after_decision(seat: Seat, decision: Decision) -> Seat:
    """Go on with a decision; one that the rules do not allow leaves the turn as it is, with the reason."""
    session = seat.session
    if session is None or seat.turn is None:
        return seat
    return _advanced(seat, session, lambda: session.decide(decision))


def _advanced(seat: Seat, session: Session, go: Callable[[], Turn | None]) -> Seat:
    try:
        turn = go()
        ending = session.story().ending if turn is None else None
    except RefusedDecisionError as refused:
        return replace(seat, message=str(refused))
    except REFUSALS as error:
        return replace(seat, turn=None, message=refusal(error))
    return Seat(session, turn, seat.snapshots, "", ending)


@solara.component
@with_partner_names
def SeatPage(config: Config, seed: int) -> None:
    """Take a seat, bargain, and see what it came to."""
    from agents.tactics.registry import TACTICS

    seats = {agent_label(side): side for side in SIDES}
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
        seat.value = take_seat(config, seats[side.value], tactic.value, typed_seed.value, run.value)

    def decide(decision: Decision) -> None:
        seat.value = after_decision(seat.value, decision)

    solara.use_effect(lambda: leave, [])
    with solara.AppBar():
        solara.AppBarTitle("winset")
        solara.lab.ThemeToggle()
    title(config)
    with solara.Div(classes=["form"]):
        solara.Select("Your seat", value=side, values=list(seats))
        solara.Select("The other side's tactic", value=tactic, values=[AS_WRITTEN, *TACTICS])
        solara.InputText("Run (from 0)", value=run)
        solara.InputText("Seed", value=typed_seed)
    begun = seat.value.session is not None
    with solara.Row():
        solara.Button("Start again" if begun else "Start the talks", on_click=start, color="primary", outlined=begun)
    if seat.value.message:
        solara.Warning(seat.value.message)
    if seat.value.turn is not None:
        turn = seat.value.turn
        key = f"{len(seat.value.snapshots)}-{turn.round}-{turn.heard and turn.heard.values}"
        YourTurn(config, turn, decide, glossary.units).key(key)
    if seat.value.ending is not None:
        html(ending_html(seat.value.ending))
    _PastRounds(config, seat.value, glossary)


@solara.component
@with_partner_names
def YourTurn(config: Config, turn: Turn, decide: Callable[[Decision], None], units: Mapping[str, str]) -> None:
    """What is on the table, and the buttons and the form to answer with."""
    other = turn_text.other_label(turn)
    typed = solara.use_reactive(_first_values(turn))
    html(f'<p class="status">{escape(turn_text.when(turn))} It is your turn.</p>{turn_html(turn, units)}')
    note(turn_text.payoffs_to_know(turn))
    obstacle = turn_text.obstacle(turn)
    if obstacle:
        note(obstacle)
    with solara.Row(gap="8px", style={"flex-wrap": "wrap"}):
        for label, action, off in (
            ("Accept", Action.ACCEPT, turn.heard is None or bool(obstacle)),
            ("Hold", Action.HOLD, False),
            ("Walk out", Action.WALK_OUT, False),
        ):
            solara.Button(
                label, on_click=lambda action=action: decide(Decision(action)), disabled=off, color="primary",
                outlined=action is not Action.ACCEPT,
            )  # fmt: skip
    with solara.Div(classes=["blocks"]):
        with solara.Div():
            html("<h3>Your advisers suggest</h3>")
            _Suggestions(config, turn, decide, other, units)
        with solara.Div():
            html("<h3>Or write your own offer</h3>")
            _Form(config, turn, typed, units)
            solara.Button(
                "Offer this package",
                on_click=lambda: decide(Decision(Action.OFFER, typed.value)),
                color="primary",
                outlined=True,
            )
    if turn.heard is not None:
        with solara.Details(summary=f"What the {other} offer is made of"):
            html(ledger_html(turn.heard))


@solara.component
@with_partner_names
def _Suggestions(
    _config: Config, turn: Turn, decide: Callable[[Decision], None], other: str, units: Mapping[str, str]
) -> None:
    with solara.Div(classes=["suggestions"]):
        for suggestion in turn.suggestions:
            decision = Decision(Action.OFFER, suggestion.offer.values)
            with solara.Button(on_click=lambda decision=decision: decide(decision), outlined=True):
                html(suggestion_html(suggestion, other, units))


@solara.component
@with_partner_names
def _Form(_config: Config, turn: Turn, typed: solara.Reactive[dict[str, float]], units: Mapping[str, str]) -> None:
    with solara.Div(classes=["form"]):
        for issue in ordered_issues(turn.scales):
            unit, scale = unit_of(issue, units), turn.scales[issue]
            factor = scale_of(unit)
            span = f"{number(scale.low * factor)} to {number(scale.high * factor)}"

            def set_value(value: float | None, issue: str = issue, factor: float = factor) -> None:
                if value is not None:
                    typed.value = {**typed.value, issue: value / factor}

            solara.InputFloat(
                f"{issue_label(issue, unit)} ({span})",
                value=round(typed.value[issue] * factor, 6),
                on_value=set_value,
            )


@solara.component
@with_partner_names
def _PastRounds(_config: Config, seat: Seat, glossary: Glossary) -> None:
    """The rounds so far; what the offers are worth to the other side is shown once the talks are over."""
    theme = theme_in_use()
    if not seat.snapshots:
        return
    with solara.Div(classes=["blocks"]):
        if seat.ending is not None:
            show(Block("On the table", offers_html(seat.snapshots[-1], glossary.units, package_of(seat.ending))))
            show(worth(seat.snapshots, seat.ending, theme))
        show(positions(seat.snapshots, seat.ending, glossary.units))
        show(replace(story(seat.snapshots, glossary), title="The rounds so far", wide=True))


def _first_values(turn: Turn) -> dict[str, float]:
    """Start of the form: the own last offer, else the best suggestion, else the middle of every scale."""
    middles = {issue: (scale.low + scale.high) / 2 for issue, scale in turn.scales.items()}
    start = turn.last or next((suggestion.offer for suggestion in turn.suggestions), None)
    return {**middles, **({} if start is None else start.values)}
