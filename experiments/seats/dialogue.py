"""A person bargains in the terminal: each turn is shown, read and answered at a prompt."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from experiments.labels import (
    fixed,
    ordered_issues,
    partner_name,
    plain,
    quantity,
    scale_of,
    unit_of,
)
from experiments.seats import turn_text
from experiments.seats.turn import Action, Decision, RefusedDecisionError
from experiments.story.text import Glossary, StoryLines
from experiments.terminal.table import TerminalTable
from sim.issues import SIDES

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.seats.session import Session
    from experiments.seats.turn import Offer, Turn

HELP: Final = """\
accept               sign the other side's offer
hold                 table your last offer again
offer ISSUE=VALUE …  table a package: your last offer with these changes; rates and shares in per cent
ask N                table the package of your advisers that asks for N per cent, see the list
why                  show what the other side's offer is made of, term by term
walk                 walk out: the talks end
quit                 leave without an end"""

_WORDS: Final = {"accept": Action.ACCEPT, "hold": Action.HOLD, "walk": Action.WALK_OUT}


class LeftTheTableError(Exception):
    """The person has quit or there is no more input."""


def bargain(session: Session, console: Console, read: Callable[[], str], glossary: Glossary) -> None:
    """Play a session to its end at the prompt.

    Parameters
    ----------
    session : Session
        Not started yet.
    console : rich.console.Console
        Where the table is shown.
    read : callable
        Returns the next line that the person types; EOFError when there is none.
    glossary : Glossary
        Units of further issues and descriptions of events.

    Raises
    ------
    LeftTheTableError
        When the person quits or the input ends.
    """
    teller = StoryLines(console, glossary)
    printed = 0
    try:
        turn = session.start()
        while turn is not None:
            printed = _print_rounds(session, teller, printed)
            _show(turn, console, glossary)
            turn = _answered(session, turn, console, read, glossary)
        _print_rounds(session, teller, printed)
    finally:
        session.leave()


def _print_rounds(session: Session, teller: StoryLines, printed: int) -> int:
    """Print the rounds that are new; how many have been printed."""
    for place in range(printed, len(session.rounds)):
        teller.round(session.rounds[place], session.rounds[place - 1] if place else None)
    return len(session.rounds)


def _answered(
    session: Session, turn: Turn, console: Console, read: Callable[[], str], glossary: Glossary
) -> Turn | None:
    """Read lines until one is a decision that the rules allow, and go on with it."""
    while True:
        console.out("> ", end="", highlight=False)
        try:
            words = read().split()
        except EOFError:
            raise LeftTheTableError("the input ended before the talks did.") from None
        if not words:
            continue
        if words[0] == "quit":
            raise LeftTheTableError("you have left; the talks have no end.")
        if words[0] == "help":
            console.out(HELP, highlight=False)
            continue
        if words[0] == "why":
            _show_terms(turn, console)
            continue
        try:
            return session.decide(read_decision(words, turn, glossary.units))
        except RefusedDecisionError as refusal:
            console.out(str(refusal), highlight=False)


def read_decision(words: list[str], turn: Turn, units: Mapping[str, str]) -> Decision:
    """Read the words of a line as a decision.

    Raises
    ------
    RefusedDecisionError
        When the line is none, with what would be.
    """
    first, rest = words[0], words[1:]
    if first in _WORDS and not rest:
        return Decision(_WORDS[first])
    if first == "ask" and len(rest) == 1:
        return Decision(Action.OFFER, _advised(turn, _number(rest[0].rstrip("%"), rest[0]) / 100.0).values)
    if first == "offer" and rest:
        return Decision(Action.OFFER, dict(_setting(word, units) for word in rest))
    raise RefusedDecisionError(f"{' '.join(words)!r} is none of these:\n{HELP}")


def _setting(word: str, units: Mapping[str, str]) -> tuple[str, float]:
    issue, sign, value = word.partition("=")
    if not sign:
        raise RefusedDecisionError(f"{word} names no value; write for example car_tariff=15.")
    scale = scale_of(unit_of(issue, units))
    if value.endswith("%") and scale == 1.0:
        raise RefusedDecisionError(f"{word}: {issue} is in {unit_of(issue, units)} and not in per cent.")
    return issue, _number(value.removesuffix("%"), word) / scale


def _number(text: str, word: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise RefusedDecisionError(f"{word}: {text!r} is no number.") from None
    if not math.isfinite(value):
        raise RefusedDecisionError(f"{word}: {text!r} is no number.")
    return value


def _advised(turn: Turn, aspiration: float) -> Offer:
    """Suggestion nearest to an aspiration."""
    if not turn.suggestions:
        raise RefusedDecisionError("your advisers have no package; write offer with values.")
    return min(turn.suggestions, key=lambda suggestion: abs(suggestion.aspiration - aspiration)).offer


def _show(turn: Turn, console: Console, glossary: Glossary) -> None:
    console.out()
    console.out(f"{turn_text.when(turn)} Your turn for {_who(turn.side)}.", style="bold", highlight=False)
    for event in turn.events:
        console.out(f"Event: {glossary.events.get(event, plain(event))}.", highlight=False)
    table = _table("", f"{turn_text.other_label(turn)} offers", "your last offer", "lowest", "highest")
    for issue in ordered_issues(turn.scales):
        unit, scale = unit_of(issue, glossary.units), turn.scales[issue]
        offers = turn_text.offered(turn, issue, glossary.units)
        table.add_row(issue, *offers, quantity(scale.low, unit), quantity(scale.high, unit))
    for label, values in turn_text.worth(turn).items():
        table.add_row(label, *values, "", "")
    console.print(table)
    console.out(turn_text.payoffs_to_know(turn), highlight=False)
    if obstacle := turn_text.obstacle(turn):
        console.out(obstacle, highlight=False)
    console.print(_advice(turn, glossary.units))
    console.out("accept, hold, offer ISSUE=VALUE …, ask N, why, walk, quit or help", highlight=False)


def _advice(turn: Turn, units: Mapping[str, str]) -> TerminalTable:
    table = _table("your advisers suggest", "to you", "to them")
    table.add_column("package", "words")
    for suggestion in turn.suggestions:
        offer = suggestion.offer
        payoffs = fixed(offer.own, 2), fixed(offer.other, 2)
        table.add_row(f"ask {100 * suggestion.aspiration:.0f}", *payoffs, turn_text.package(offer, units))
    return table


def _show_terms(turn: Turn, console: Console) -> None:
    if turn.heard is None:
        console.out("There is no offer yet.", highlight=False)
        return
    table = _table("term of your payoff", "US$ bn a year")
    for term, value in turn.heard.ledger.items():
        if value:
            table.add_row(plain(term), fixed(value, 2, sign=True))
    table.add_row("Payoff", fixed(turn.heard.own, 2, sign=True), style="bold")
    console.print(table)


def _table(first: str, *columns: str) -> TerminalTable:
    table = TerminalTable()
    table.add_column(first, "words", is_key=True)
    for column in columns:
        table.add_column(column)
    return table


def _who(side: str) -> str:
    return partner_name() if side == SIDES[1] else "the US"
