"""Rounds and endings in words and tables, as HTML; every text that comes from a config is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from io import StringIO
from typing import TYPE_CHECKING, final

from rich.console import Console

from experiments.labels import (
    SIDE_LABELS,
    agent_label,
    capitalised,
    distance,
    fixed,
    ordered_issues,
    partner_name,
    partner_possessive,
    plain,
    quantity,
    unit_of,
)
from experiments.seats import turn_text
from experiments.story.ending import last_words
from experiments.story.text import Glossary, StoryLines
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.app.models import Snapshot
    from experiments.seats.turn import Offer, Suggestion, Turn
    from experiments.story.narrative import Ending, RoundStory, StoryTurn

#: A term of a payoff below this is not shown, US$ bn a year.
_SMALLEST = 0.005


@final
@dataclass(frozen=True)
class _Writer(StoryLines):
    """Tells rounds as paragraphs that the browser breaks into lines."""

    said: list[str] = field(default_factory=list)

    def say(self, text: str, indent: int = 0, style: str | None = None) -> None:
        """Keep a paragraph."""
        if text:
            tag = "h4" if style == "bold" else "p"
            self.said.append(f'<{tag} style="margin-left:{indent // 2}em">{escape(text)}</{tag}>')


def rounds_html(rounds: Sequence[RoundStory], glossary: Glossary) -> str:
    """Tell rounds, the last one first."""
    parts = []
    for place, part in enumerate(rounds):
        writer = _Writer(Console(file=StringIO()), glossary)
        writer.round(part, rounds[place - 1] if place else None)
        parts.append(f"<section>{''.join(writer.said)}</section>")
    rounds_back = "".join(reversed(parts))
    return (
        f'<div class="story" tabindex="0" role="region" aria-label="The rounds, the last one first">{rounds_back}</div>'
    )


def table_html(head: Sequence[str], rows: Iterable[Sequence[str]], *, total: int = 0) -> str:
    """Lay out a table whose first column names the rows; the last `total` rows are sums."""
    lines = [list(row) for row in rows]
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = ""
    for place, line in enumerate(lines):
        bold = ' class="total"' if place >= len(lines) - total else ""
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in line[1:])
        body += f"<tr{bold}><th>{escape(line[0])}</th>{cells}</tr>"
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def offers_html(snapshot: Snapshot, units: Mapping[str, str], package: Mapping[str, float] | None = None) -> str:
    """Both standing offers, issue by issue, and what was agreed."""
    us, partner = (offer.values if offer else {} for offer in snapshot.offers)
    rows = []
    for issue in ordered_issues([*us, *partner, *(package or {})]):
        unit = unit_of(issue, units)
        last = _gap(us, partner, issue, unit) if package is None else _value(package, issue, unit)
        rows.append([plain(issue), _value(us, issue, unit), _value(partner, issue, unit), last])
    last_head = f"US less {partner_name()}" if package is None else "Agreed"
    return table_html(("Issue", "US offers", f"{partner_name()} offers", last_head), rows)


def _value(values: Mapping[str, float], issue: str, unit: str) -> str:
    return quantity(values[issue], unit) if issue in values else "-"


def _gap(us: Mapping[str, float], partner: Mapping[str, float], issue: str, unit: str) -> str:
    return distance(us[issue] - partner[issue], unit) if issue in us and issue in partner else "-"


def history_html(snapshots: Sequence[Snapshot], units: Mapping[str, str]) -> str:
    """Every offer of both sides and its worth, round by round; what has changed since the last one is marked."""
    issues = ordered_issues(name for snapshot in snapshots for turn in snapshot.story.turns for name in turn.offer)
    last: dict[str, dict[str, float]] = {}
    body = ""
    for snapshot in snapshots:
        for turn in snapshot.story.turns:
            before = last.get(turn.side, turn.offer)
            cells = "".join(_offered(turn.offer, before, issue, units) for issue in issues)
            did = f"{snapshot.story.number} {SIDE_LABELS[turn.side]} {turn.action}"
            worth = "".join(f"<td>{cell}</td>" for cell in _worth(snapshot, turn))
            body += f"<tr><th>{escape(did)}</th>{cells}{worth}</tr>"
            last[turn.side] = turn.offer or before
    payoffs = (f"Worth to {name}, US$ bn a year" for name in ("the US", partner_name()))
    head = "".join(f"<th>{escape(label)}</th>" for label in (*map(plain, issues), *payoffs))
    return (
        '<div class="scroll tall" tabindex="0" role="region" aria-label="All offers"><table>'
        f"<thead><tr><th>Round</th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _worth(snapshot: Snapshot, turn: StoryTurn) -> tuple[str, str]:
    """What an offer is worth to the US and to the partner; nothing where none was made."""
    offer = snapshot.offers[SIDES.index(turn.side)]
    if offer is None or not turn.offer:
        return "", ""
    us, partner = offer.payoffs
    return _amount(us), _amount(partner)


def _offered(offer: Mapping[str, float], before: Mapping[str, float], issue: str, units: Mapping[str, str]) -> str:
    if issue not in offer:
        return "<td></td>"
    text = escape(quantity(offer[issue], unit_of(issue, units)))
    return f"<td><mark>{text}</mark></td>" if before.get(issue) != offer[issue] else f"<td>{text}</td>"


def ledgers_html(snapshot: Snapshot) -> str:
    """Terms of both sides' payoffs under both standing offers."""
    return f'<div class="ledgers">{_ledger_table(snapshot, 0)}{_ledger_table(snapshot, 1)}</div>'


def _ledger_table(snapshot: Snapshot, side: int) -> str:
    ledgers = [offer.ledgers[side] if offer else {} for offer in snapshot.offers]
    terms = [term for term in {**ledgers[0], **ledgers[1]} if _is_shown(term, ledgers)]
    rows = [[plain(term), *(_amount(ledger.get(term)) for ledger in ledgers)] for term in terms]
    rows.append(["Payoff", *(_amount(offer.payoffs[side] if offer else None) for offer in snapshot.offers)])
    rows.append(["What it needs", *2 * [_amount(snapshot.needs[side])]])
    rows.append(["Walking away", *2 * [_amount(snapshot.walk_away[side])]])
    table = table_html(("Term", "US offer", f"{partner_possessive()} offer"), rows, total=3)
    return f"<div><h4>{escape(agent_label(SIDES[side]))}, US$ bn a year</h4>{table}</div>"


def _is_shown(term: str, ledgers: Sequence[Mapping[str, float]]) -> bool:
    return any(abs(ledger.get(term, 0.0)) >= _SMALLEST for ledger in ledgers)


def _amount(value: float | None) -> str:
    return "-" if value is None else fixed(value, 2)


def ending_html(ending: Ending) -> str:
    """How the talks ended, why, and what it is worth to whom."""
    settled = ending.settlement
    rows = [
        [agent_label(agent), *map(_amount, (settled.payoff[agent], settled.walk_away[agent], settled.gain(agent)))]
        for agent in SIDES
    ]
    worth = table_html(("Payoff, US$ bn a year", "at the end", "walking away", "gain over it"), rows)
    deal = "" if ending.package is None else " deal"
    return f'<div class="ending{deal}"><p>{escape(last_words(ending))}</p>{worth}</div>'


def turn_html(turn: Turn, units: Mapping[str, str]) -> str:
    """What a person has before them: the other side's offer and the own last one."""
    rows = [[plain(issue), *turn_text.offered(turn, issue, units)] for issue in ordered_issues(turn.scales)]
    rows += [[f"{capitalised(label)} (US$ bn a year)", *values] for label, values in turn_text.worth(turn).items()]
    return table_html(("Issue", f"{turn_text.other_label(turn)} offers", "your last offer"), rows, total=2)


def ledger_html(offer: Offer) -> str:
    """Terms that an offer's worth to the person is the sum of."""
    rows = [[plain(term), _amount(value)] for term, value in offer.ledger.items() if value]
    rows.append(["Payoff", _amount(offer.own)])
    return table_html(("Term of your payoff", "US$ bn a year"), rows, total=1)


def suggestion_html(suggestion: Suggestion, other: str, units: Mapping[str, str]) -> str:
    """A package that the advisers suggest: what it is worth, then its values."""
    offer = suggestion.offer
    demand = f"Ask {100 * suggestion.aspiration:.0f} %"
    worth = f"{_amount(offer.own)} to you, {_amount(offer.other)} to {other}"
    package = escape(capitalised(turn_text.package(offer, units)))
    return f"<b>{demand}: {escape(worth)}</b><br><span>{package}</span>"
