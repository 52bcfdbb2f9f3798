"""A negotiation told in words: round by round who heard what, why it answered so, what it moved and at what price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from experiments.labels import (
    SIDE_LABELS,
    agent_label,
    capitalised,
    fixed,
    inside,
    ordered_issues,
    partner_name,
    partner_possessive,
    percent,
    plain,
    quantity,
    tactic_label,
    unit_of,
)
from experiments.story.ending import print_ending
from experiments.terminal.letters import filled
from experiments.terminal.table import LINE_WIDTH
from sim.issues import SIDES

if TYPE_CHECKING:
    import datetime as dt

    from rich.console import Console

    from experiments.story.narrative import Move, RoundStory, Story, StoryTurn

#: Differences below these would be printed as nothing.
_SMALLEST_SHOWN: Final = 0.005
_LEAST_MARKUP: Final = 0.0005


@dataclass(frozen=True)
class Glossary:
    """Words that a story does not hold itself: units of further issues and descriptions of events, both by name."""

    units: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)


def render(story: Story, console: Console, glossary: Glossary | None = None) -> None:
    """Print a story, at most 100 columns wide.

    Parameters
    ----------
    story : Story
        What :func:`experiments.story.narrative.narrate` returns.
    console : rich.console.Console
        Where to print.
    glossary : Glossary, optional
        Units of further issues and descriptions of events.
    """
    teller = StoryLines(console, glossary or Glossary())
    teller.header(story)
    before: RoundStory | None = None
    for part in story.rounds:
        teller.round(part, before)
        before = part
    teller.say("")
    print_ending(story, console, teller.glossary.units, min(LINE_WIDTH, console.width))


@dataclass(frozen=True)
class StoryLines:
    """Tells the parts of a story one by one."""

    console: Console
    glossary: Glossary

    def say(self, text: str, indent: int = 0, style: str | None = None) -> None:
        """Print one paragraph."""
        width, rest = min(LINE_WIDTH, self.console.width), " " * (indent + 2 if indent else 0)
        self.console.out(filled(text, width, first=" " * indent, rest=rest), style=style, highlight=False)

    def header(self, story: Story) -> None:
        """Say what is played, and by whom."""
        self.say(story.title, style="bold")
        seats = zip(SIDES, story.tactics, strict=True)
        tactics = ", ".join(f"{agent_label(side)} plays {tactic_label(tactic)}" for side, tactic in seats)
        self.say(f"Run {story.run} of seed {story.seed}. {tactics}.")
        if story.signing:
            self.say(story.signing)
        if story.red_lines_common:
            self.say("At the end, the red lines of both sides leave packages that both may sign.")
        else:
            self.say("At the end, the red lines of both sides leave no package that both may sign.")
        self.say("Payoffs are in US$ bn a year, against a world with MFN tariffs only.")

    def round(self, part: RoundStory, before: RoundStory | None) -> None:
        """Tell a round, given the one before it."""
        self.say("")
        self.say(round_heading(part), style="bold")
        for indent, text in round_lines(part, before, self.glossary):
            self.say(text, indent)


def round_heading(part: RoundStory) -> str:
    """Number and day of a round, and the deadline that holds in it."""
    return f"Round {part.number}, {day(part.date)}; {deadline_words(part.deadline)}"


def deadline_words(deadline: dt.date | None) -> str:
    """The deadline that stands, or that none does."""
    return "no deadline stands" if deadline is None else f"deadline {day(deadline)}"


def round_lines(part: RoundStory, before: RoundStory | None, glossary: Glossary) -> Iterator[tuple[int, str]]:
    """Lines that tell a round, given the one before it, each with how far it stands in."""
    for event in part.events:
        yield 2, f"Event: {glossary.events.get(event, plain(event))}."
    if before is not None:
        yield from ((2, line) for line in _deadline_lines(part, before))
    if before is None or _home(part) != _home(before):
        yield 2, f"At home: {_home(part)}."
    if part.raised_threat is not None:
        was, now = part.raised_threat
        yield 2, f"The threat grows: the chance that it is executed rises from {percent(was)} to {percent(now)}."
    for turn in part.turns:
        yield from _turn_lines(turn, glossary)


def _deadline_lines(part: RoundStory, before: RoundStory) -> Iterator[str]:
    """Say what has come of the deadline of the round before, and which one stands now."""
    was = "" if before.deadline is None else day(before.deadline)
    if before.executed:
        yield f"The deadline of {was} has passed and the threat was executed: its tariffs are now in force."
        if part.deadline is not None:
            yield f"The next deadline is {day(part.deadline)}."
    elif before.deadline_slipped:
        yield f"The deadline of {was} has passed without execution and slipped."
    elif part.deadline is not None and before.deadline is None:
        yield f"The deadline is now {day(part.deadline)}; none stood before."
    elif part.deadline is not None and before.deadline != part.deadline:
        yield f"The deadline is now {day(part.deadline)}; it was {was}."


def _turn_lines(turn: StoryTurn, glossary: Glossary) -> Iterator[tuple[int, str]]:
    yield 2, _action(turn)
    if turn.heard is not None:
        yield 4, _answer(turn, turn.heard)
    if turn.action != "accepts":
        yield 4, _position(turn)
    if turn.action == "opens":
        yield 4, _first_offer(turn, glossary.units)
    for move in turn.moves:
        yield 4, f"- {_move(move, turn, glossary.units)}"


def day(date: dt.date) -> str:
    """Write a date as readers say it."""
    return f"{date.day} {date:%B %Y}"


def _home(part: RoundStory) -> str:
    """Say what the partner's standing offer asks of the firms and who backs it."""
    if part.subsidy_rate > 0:
        cost = quantity(part.subsidy_cost, "US$ bn a year")
        offer = f"a subsidy of {percent(part.subsidy_rate)} costs {partner_name()} {cost}"
    else:
        offer = f"{partner_possessive()} offer needs no subsidy"
    signed = f"signed: {', '.join(part.signed)}" if part.signed else "no firm has signed"
    waiting = f"; holding out: {', '.join(part.holding_out)}" if part.holding_out and part.signed else ""
    scarce = part.chip_price - 1.0 >= _LEAST_MARKUP
    price = f"; chips cost {percent(part.chip_price - 1.0)} more than list price" if scarce else ""
    return f"{offer}; {signed}{waiting}{price}"


def _action(turn: StoryTurn) -> str:
    side = SIDE_LABELS[turn.side]
    if turn.action == "accepts":
        return f"{side} accepts {_offer_heard(turn)}."
    return {"opens": f"{side} opens.", "moves": f"{side} moves.", "holds": f"{side} holds its offer."}[turn.action]


def _first_offer(turn: StoryTurn, units: Mapping[str, str]) -> str:
    values = (
        f"{inside(plain(issue))} {quantity(turn.offer[issue], unit_of(issue, units))}"
        for issue in ordered_issues(turn.offer)
    )
    return f"It offers {', '.join(values)}."


def _move(move: Move, turn: StoryTurn, units: Mapping[str, str]) -> str:
    steps = ", ".join(
        f"{inside(plain(issue))} {quantity(before, unit_of(issue, units))} -> {quantity(after, unit_of(issue, units))}"
        for issue, before, after in move.changes
    )
    return f"{steps}: {_effect(move.cost, 'it')}, {_effect(move.gift, _other(turn))}"


def _effect(change: float, who: str) -> str:
    if abs(change) < _SMALLEST_SHOWN:
        return f"all the same to {who}"
    return f"{'brings' if change > 0 else 'costs'} {who} {_payoff(abs(change))}"


def _answer(turn: StoryTurn, heard: float) -> str:
    """Say what the other side's standing offer is worth and why it was or was not taken."""
    offer = f"{capitalised(_offer_heard(turn))} is worth {_payoff(heard)} to it"
    if turn.action == "accepts":
        needs, own = _payoff(turn.reservation), _payoff(turn.own_next)
        if heard < turn.own_next:
            late = f"its acceptance condition is now content with less than the {own} that it would itself ask for"
            return f"{offer}: enough, for it needs {needs}, and {late}."
        return f"{offer}: enough, for it needs {needs} and would itself ask for {own}."
    if heard < turn.reservation:
        away = f"walking away is worth {_payoff(turn.walk_away)}"
        also = "" if turn.may_sign else " Nor do red lines or the domestic table let it sign."
        return f"{offer}: too little, for it needs {_payoff(turn.reservation)}; {away}.{also}"
    if not turn.may_sign:
        return f"{offer}, enough in itself, but red lines or the domestic table do not let it sign."
    if heard < turn.own_next:
        needs = f"as much as it needs ({_payoff(turn.reservation)})"
        return f"{offer}: {needs}, but it still asks for {_payoff(turn.own_next)}."
    return f"{offer}."


def _position(turn: StoryTurn) -> str:
    """Say what decided the position."""
    span = f"what it needs ({_payoff(turn.reservation)}) to its best package ({_payoff(turn.ideal)})"
    if turn.held_by == "reservation":
        return (
            f"Even its best package ({_payoff(turn.ideal)}) is worth less to it than what it needs "
            f"({_payoff(turn.reservation)}), so it asks for that."
        )
    if turn.held_by == "choice":
        return f"It asks for {_payoff(turn.own_next)}, {percent(turn.aspiration)} of the way from {span}."
    if turn.held_by == "asked":
        return f"It asks for {_payoff(turn.own_next)} and gives no more, for {_other(turn)} has asked for no more."
    if turn.held_by == "offer":
        return (
            f"It asks for {_payoff(turn.own_next)} and gives no more, for that would be worth less to it than to sign "
            f"what {_other(turn)} offers."
        )
    return f"Its tactic asks for {percent(turn.aspiration)} of the way from {span}: {_payoff(turn.own_next)}."


def _payoff(value: float) -> str:
    return fixed(value, 2)


def _other(turn: StoryTurn) -> str:
    """Name of the other side inside a sentence."""
    return partner_name() if turn.side == "us_treasury" else "the US"


def _offer_heard(turn: StoryTurn) -> str:
    """Name of the other side's offer inside a sentence."""
    return f"{partner_possessive()} offer" if turn.side == "us_treasury" else "the US offer"
