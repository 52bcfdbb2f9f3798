"""The end of a told negotiation: the outcome and its reason, the package or the gap, and what it means to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from rich.text import Text

from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    STATUS_QUO_IS,
    agent_label,
    as_called,
    distance,
    fixed,
    inside,
    ordered_issues,
    partner_name,
    plain,
    quantity,
    unit_of,
)
from experiments.statistics.ties import SAME_VALUE
from experiments.terminal.table import TerminalTable
from sim.issues import SIDES

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.story.narrative import Ending, Story

_MOST_TERMS: Final = 5

_OUTCOMES: Final[dict[str, str]] = {
    AGREEMENT: "The talks end in an agreement",
    "stall": "The talks stall: neither side moves any more",
    "cycle": "The talks go round in a circle",
    "threat_executed": "The deadline has come and the threat is executed",
    "deadline_lapsed": "The last deadline lapses and the threat is gone",
    "walkout": "The talks end with a walk-out",
    "round_limit": "The talks reach the limit of their rounds without a deal",
}

#: Why talks can fail over a package that both sides table.
NO_GAP: Final = (
    "Zero without a deal: both table the same value, and a side still cannot sign the package: it needs more, which is "
    "walking away plus a margin at home, or a red line or the domestic table forbids it."
)

_NO_GAIN: Final = (
    "Without a deal nobody gains over walking away: who walks away meets the same deadlines. "
    "Walking away is valued before the last draw, the end after it."
)

_REASONS: Final[dict[str, str]] = {
    "us_accepts": "the US accepts {partners} offer",
    "partner_accepts": "{partner} accepts the US offer",
    "positions_met": "the positions have met",
    "disjoint_red_lines": "the red lines leave no package that both may sign",
    "us_ideal_below_reservation": "even its best package is worth less to the US than what it needs",
    "partner_ideal_below_reservation": "even its best package is worth less to {partner} than what it needs",
    "no_zone": "no package gives both sides what they need",
    "tactics_hold": "a package would suit both sides, but their tactics hold them back from it",
}


def print_ending(story: Story, console: Console, units: Mapping[str, str], width: int) -> None:
    """Print how the talks end, at most `width` columns wide."""
    ending = story.ending
    console.print(Text(last_words(ending), style="bold"), width=width)
    for side, lessons in ending.lessons.items():
        console.print(Text(_lessons(side, lessons)), width=width)
    for table in (_package(story, units), *_gains(ending), *(_ledger(ending, side) for side in ending.ledger)):
        console.print()
        console.print(table, width=width)


def last_words(ending: Ending) -> str:
    """Say how talks have ended and why."""
    return f"{how_ended(ending.outcome)}: {why_ended(ending.reason)}."


def how_ended(outcome: str) -> str:
    """Say how talks with an outcome have ended."""
    return _OUTCOMES.get(outcome, outcome)


def why_ended(reason: str) -> str:
    """Say why talks have ended, as it stands inside a sentence."""
    return as_called(_REASONS[reason]) if reason in _REASONS else plain(reason).lower()


def _lessons(side: str, lessons: Mapping[tuple[str, ...], float]) -> str:
    """Say what a side has come to believe of the other side's weights."""
    who, other = ("The US", partner_name()) if side == "us_treasury" else (partner_name(), "the US")
    groups = ", ".join(f"{inside(plain(' and '.join(issues)))} {value:.2f}" for issues, value in lessons.items())
    return f"{who} has come to believe that the issues count for {other} so many times what it thought: {groups}."


def _package(story: Story, units: Mapping[str, str]) -> TerminalTable:
    signed = story.ending.package
    if signed is not None:
        table = _table("Agreed package", "value")
        for issue in ordered_issues(signed):
            table.add_row(plain(issue), quantity(signed[issue], unit_of(issue, units)))
        return table
    table = _table("Gap that is left", "US asks", f"{partner_name()} asks", f"US less {partner_name()}")
    us, partner = (_last_offer(story, side) for side in SIDES)
    gaps = story.ending.gaps
    for issue in ordered_issues([*us, *partner]):
        unit = unit_of(issue, units)
        demands = [quantity(offer[issue], unit) if issue in offer else "-" for offer in (us, partner)]
        gap = distance(gaps[issue], unit) if issue in gaps else "-"
        table.add_row(plain(issue), *demands, gap)
    if gaps and all(abs(gap) <= SAME_VALUE for gap in gaps.values()):
        table.caption = NO_GAP
    return table


def _last_offer(story: Story, side: str) -> dict[str, float]:
    offers = [turn.offer for part in story.rounds for turn in part.turns if turn.side == side and turn.offer]
    return offers[-1] if offers else {}


def _gains(ending: Ending) -> Iterator[TerminalTable]:
    """Payoffs against walking away: of the governments in billions, of single firms in millions."""
    settlement = ending.settlement
    firms = [agent for agent in settlement.payoff if agent not in SIDES]
    for title, agents, scale in (
        ("Payoffs of the governments, US$ bn a year", SIDES, 1.0),
        ("Payoffs of firms and chip makers, US$ m a year", firms, 1000.0),
    ):
        if agents:
            table = _table(title, "at the end", "walking away", "gain over it")
            for agent in agents:
                row = (settlement.payoff[agent], settlement.walk_away[agent], settlement.gain(agent))
                table.add_row(*_amounts(agent_label(agent), *(scale * value for value in row)))
            if not settlement.dealt:
                table.caption = _NO_GAIN
            yield table


def _ledger(ending: Ending, side: str) -> TerminalTable:
    """Terms of a side's payoff that differ most from the status quo; the rest in one line, and the sum."""
    what = "The deal" if ending.package is not None else "Its own last offer"
    title = f"{SIDE_LABELS[side]}: {what.lower()} against the status quo, US$ bn a year"
    table = _table(title, "status quo", what.lower(), "change")
    terms = sorted(ending.ledger[side].items(), key=lambda term: -abs(term[1][0] - term[1][1]))
    largest = [term for term in terms[:_MOST_TERMS] if term[1][0] != term[1][1]]
    rest = [values for _, values in terms[len(largest) :]]
    for name, (final, before) in largest:
        table.add_row(*_terms(plain(name), final, before))
    table.add_row(*_terms("All other terms", sum(final for final, _ in rest), sum(before for _, before in rest)))
    every = ending.ledger[side].values()
    total = _terms("Payoff", sum(final for final, _ in every), sum(before for _, before in every))
    table.add_row(*total, style="bold")
    table.caption = STATUS_QUO_IS
    return table


def _terms(name: str, final: float, before: float) -> tuple[str, ...]:
    return _amounts(name, before, final, final - before)


def _amounts(name: str, first: float, second: float, change: float) -> tuple[str, ...]:
    return name, fixed(first, 2), fixed(second, 2), fixed(change, 2, sign=True)


def _table(title: str, *columns: str) -> TerminalTable:
    table = TerminalTable(title)
    table.add_column("", "words", is_key=True)
    for column in columns:
        table.add_column(column)
    return table
