"""What a valued package says in words and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from experiments.config.explain import further_units
from experiments.labels import (
    AGENT_LABELS,
    SIDE_LABELS,
    as_called,
    counted,
    fixed,
    inside,
    listed,
    number,
    plain,
    side,
    unit_of,
)
from experiments.payoff_terms import KIND_MEANINGS, KINDS, Term, term_of
from experiments.questions.value.accounts import ACCOUNTS
from experiments.questions.value.amounts import by, ends, level, moved, moves_between, signed, size
from experiments.questions.value.findings import Valued, spread
from experiments.questions.value.marginal import OFF_TABLE, OUT_OF_RANGE, UNDELIVERED
from experiments.questions.value.room_in_words import because, left_out_in_words, the, trade_in_words
from experiments.questions.value.terms import PACKAGE, STATUS_QUO
from experiments.report.blocks import Answer, Block, KeyNumber, Listing, Table, table
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from experiments.config.model import Config

#: Where a package comes from, in a sentence.
_SOURCES: Final = {"deal": "the deal", "us": "the last offer of the US", "partner": "the last offer of {partner}"}

#: What stands in a cell where no move makes up for an amount.
_NONE: Final = {OUT_OF_RANGE: "out of range", UNDELIVERED: "not deliverable", OFF_TABLE: "not on the table"}

_MEANINGS: Final = "; ".join(f"{kind}: {meaning}" for kind, meaning in KIND_MEANINGS.items())

_ADDED: Final = (
    f"The parts of a term add up to its payoff. {_MEANINGS[:1].upper()}{_MEANINGS[1:]}. Plain economics: every "
    "political weight 1, no headlines and no public positions, and both believe of the fund what {partner} does."
)

_PUT_IN: Final = (
    "Weights of politics, headlines and beliefs are assumptions of the config: what differs from plain economics is "
    "put in."
)

#: Amounts smaller than this are left out of tables, US$ bn a year.
_SMALLEST: Final = 5e-4


def blocks(valued: Valued, config: Config) -> Iterator[Block]:
    """Answer in words, then the package, what makes up for what, what a little more is worth, and every term."""
    units = further_units(config)
    yield answer(valued, config)
    yield package(valued, units)
    yield from made_up(valued, units)
    if valued.draws:
        yield over_draws(valued, units)
    yield ones(valued, units)
    yield little_more(valued, units)
    yield from governments(valued)
    yield from domestic(valued)


def heading(valued: Valued, config: Config) -> str:
    """Say which package was valued in which world."""
    what = "a package" if valued.at is None else _what(valued)
    where = "at the medians" if valued.run is None else f"run {valued.run}"
    return f"{config.name}, {where}: {what} on {valued.date}"


def _what(valued: Valued) -> str:
    if valued.at is None:
        return "the package"
    return _SOURCES[valued.at].replace("{partner}", SIDE_LABELS["partner"])


def answer(valued: Valued, config: Config) -> Answer:
    """Say what makes up for the amount in both accounts, over the draws, and whether that could be signed."""
    units = further_units(config)
    other, issue = valued.numeraire, valued.amount[0]
    moves = valued.moves(other=other)
    unit = unit_of(other, units)
    told = f"{_sides_as_well_off(valued, moves, 'political', other, unit)}."
    more = [f"In plain economics {_in_plain(valued, moves, other, unit)}."]
    more += trade_in_words(valued, moves, other, unit)
    more += left_out_in_words(valued, other)
    more += _crossing(valued, other)
    sentence = f"{plain(issue)} {by(valued.amount[1], unit_of(issue, units))}: {told}"
    return Answer(sentence, tuple(_key_numbers(valued, moves, unit)), _certain(valued), _PUT_IN, (" ".join(more),))


def _key_numbers(valued: Valued, moves: Mapping[tuple[str, str], float], unit: str) -> Iterator[KeyNumber]:
    """Move that makes up for the amount for each government, as they count and in plain economics."""
    found = spread(valued.tables["draws"]) if valued.draws else None
    for account, further in zip(ACCOUNTS, ("", ", plain economics"), strict=True):
        for seat in SIDES:
            why = valued.why("equivalents", valued.amount[0], valued.numeraire, account, seat)
            move = moves[account, seat]
            span, note = "", ""
            if found is not None:
                chosen = (found["other"] == valued.numeraire) & (found["account"] == account) & (found["side"] == seat)
                (row,) = rows_of(found[chosen])
                span = f"nine in ten draws: {moves_between(row, unit)}" if row["found"] else ""
                note = f"a move in {int(row['found']):,} of {counted(int(row['draws']), 'draw')}"
            if math.isnan(move):
                note = "; ".join(filter(None, (because(why, valued.numeraire), note)))
            label = f"{plain(valued.numeraire)} to make up for it, {side(seat)}{further}"
            yield KeyNumber(label, _NONE[why] if math.isnan(move) else moved(move, unit), span, note)


def _certain(valued: Valued) -> str:
    if not valued.draws:
        return "No draws were asked for, so that nothing is said of how far the uncertain numbers move it."
    where = "every uncertain number at its median" if valued.run is None else "the draws of that run"
    return (
        f"The number is that of {where}; nine in ten draws of the config, of those that have such a move, lie between."
    )


def _sides_as_well_off(
    valued: Valued, moves: Mapping[tuple[str, str], float], account: str, other: str, unit: str
) -> str:
    sides = [
        f"{side(seat)} is as well off as before with {the(other)} {moved(moves[account, seat], unit)}"
        if not math.isnan(moves[account, seat])
        else f"no {inside(plain(other))} makes up for it to {side(seat)} "
        f"({because(valued.why('equivalents', valued.amount[0], other, account, seat), other)})"
        for seat in SIDES
    ]
    return ", and ".join(sides)


def _in_plain(valued: Valued, moves: Mapping[tuple[str, str], float], other: str, unit: str) -> str:
    told = []
    for seat in SIDES:
        move = moves["plain", seat]
        why = valued.why("equivalents", valued.amount[0], other, "plain", seat)
        told.append(
            f"{moved(move, unit)} for {side(seat)}" if not math.isnan(move) else f"{_NONE[why]} for {side(seat)}"
        )
    return f"it is {' and '.join(told)}"


def _crossing(valued: Valued, other: str) -> list[str]:
    table = valued.tables["equivalents"]
    own = table[(table["other"] == other) & (table["account"] == "political")]
    sides = [seat for seat in SIDES if any(seat in str(crossed).split(",") for crossed in own["crosses"])]
    if not sides:
        return []
    lines = f"a red line of {side(sides[0])}" if len(sides) == 1 else "red lines of both"
    return [f"Such a package crosses {lines}: this is what the moves are worth, and not what can be signed."]


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table, each by its columns."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def package(valued: Valued, units: Mapping[str, str]) -> Listing:
    """Value of every issue on the table, where it comes from, and whose red lines it crosses."""
    lines = [
        f"{plain(str(issue))}: {level(float(value), unit_of(str(issue), units))}"
        + (" (at the status quo)" if source == "status quo" else "")
        for issue, value, source in valued.tables["package"][["issue", "value", "source"]].itertuples(index=False)
    ]
    if valued.crosses:
        lines.append(f"It crosses a red line of {listed([side(seat) for seat in valued.crosses])}.")
    return Listing(f"{_what(valued)[:1].upper()}{_what(valued)[1:]}", tuple(lines))


def columns_of_accounts() -> tuple[str, ...]:
    """Heads of the columns of both accounts."""
    return (*SIDE_LABELS.values(), *(f"{label}, plain economics" for label in SIDE_LABELS.values()))


def made_up(valued: Valued, units: Mapping[str, str]) -> Iterator[Table]:
    """What of each other issue makes up for the amount."""
    issue, amount = valued.amount
    changes = valued.changes().values()
    rows = [("By itself it is worth, US$ bn a year", *(fixed(change, 2, sign=True) for change in changes))]
    rows += [
        (plain(other), *_cells(valued, "equivalents", issue, other, units)) for other in valued.values if other != issue
    ]
    yield table(
        f"What makes up for {inside(plain(issue))} {by(amount, unit_of(issue, units))}",
        ("", *columns_of_accounts()),
        rows,
        note="The move of one issue that leaves a government as well off as before, all others as in the package.",
    )


def _cells(valued: Valued, name: str, issue: str, other: str, units: Mapping[str, str]) -> list[str]:
    moves = valued.moves(name, issue=issue, other=other)
    cells = []
    for account in ACCOUNTS:
        for seat in SIDES:
            why = valued.why(name, issue, other, account, seat)
            cells.append(_NONE[why] if why else signed(moves[account, seat], unit_of(other, units)))
    return cells


def over_draws(valued: Valued, units: Mapping[str, str]) -> Table:
    """Median and middle 90 % of the same over the draws, and in how many of them there is such a move."""
    issue, amount = valued.amount
    found = spread(valued.tables["draws"])
    rows = []
    never = []
    for other in dict.fromkeys(found["other"].astype(str)):
        unit = unit_of(other, units)
        if not found.loc[found["other"] == other, "found"].any():
            never.append(inside(plain(other)))
            continue
        for account in ACCOUNTS:
            own = found[(found["other"] == other) & (found["account"] == account)]
            cells = [
                cell
                for row in rows_of(own)
                for cell in (
                    (signed(row["median"], unit), ends(row, unit), f"{int(row['found']):,}")
                    if row["found"]
                    else ("-", "-", "0")
                )
            ]
            label = plain(other) if account == "political" else f"{plain(other)}, plain economics"
            rows.append((label, *cells))
    heads = [head for label in SIDE_LABELS.values() for head in (f"{label}, median", "5 to 95 %", "draws")]
    return table(
        f"The same over {counted(valued.draws, 'draw')} of the config: {inside(plain(issue))} "
        f"{by(amount, unit_of(issue, units))}",
        ("", *heads),
        rows,
        note="Of the draws in which there is such a move; in the others the chips cannot be delivered or a range ends."
        + (f" In no draw: {listed(never, cut=False)}." if never else ""),
    )


def ones(valued: Valued, units: Mapping[str, str]) -> Table:
    """What makes up for one unit of each issue, in terms of the issue that all is told in."""
    other = valued.numeraire
    found = valued.tables["units"]
    own = found[found["other"] == other]
    rows = [
        (
            f"{plain(str(issue))} {by(float(amount), unit_of(str(issue), units))}",
            *_cells(valued, "units", str(issue), other, units),
        )
        for issue, amount in own[["issue", "amount"]].drop_duplicates().itertuples(index=False)
    ]
    return table(f"What makes up for it in {inside(plain(other))}", ("", *columns_of_accounts()), rows)


def little_more(valued: Valued, units: Mapping[str, str]) -> Table:
    """Change of each payoff for a unit less and more of each issue, over one step of its grid."""
    found, rows = valued.tables["marginal"], []
    for issue in dict.fromkeys(found["issue"].astype(str)):
        own = found[found["issue"] == issue].set_index(["account", "side"])
        unit = unit_of(issue, units)
        one = size(float(own["unit"].iloc[0]), unit)
        for column, word, sign in (("down", "less", -1.0), ("up", "more", 1.0)):
            changes = [sign * float(own[column][account, seat]) for account in ACCOUNTS for seat in SIDES]
            if not all(map(math.isnan, changes)):
                cells = [number(change, sign=True) if math.isfinite(change) else "-" for change in changes]
                rows.append((f"{plain(issue)}, {one} {word}", *cells))
    return table(
        "What a little of each issue is worth, US$ bn a year",
        ("", *columns_of_accounts()),
        rows,
        note="A unit's worth of one step of the grid, less or more.",
    )


def governments(valued: Valued) -> Iterator[Table]:
    """Every term of both governments, in money, politics and beliefs, with the status quo below."""
    found = valued.tables["terms"]
    for seat in SIDES:
        own = found[(found["agent"] == seat) & (found["role"] == seat)]
        dealt, before = own[own["state"] == PACKAGE], own[own["state"] == STATUS_QUO]
        rows = [_row(_words(seat, str(row["term"])), row) for row in rows_of(dealt) if _counts(row)]
        sums = [_sum(state) for state in (dealt, before)]
        rows += [
            _row("Payoff", sums[0]),
            _row("Status quo, without a deal", sums[1]),
            _row("Gain over the status quo", {name: sums[0][name] - sums[1][name] for name in _NUMBERS}, sign=True),
        ]
        columns = ("", *KINDS, "payoff", "plain economics")
        last = len(rows) - 1
        yield table(
            f"{AGENT_LABELS[seat]}: what {_what(valued)} is worth, US$ bn a year",
            columns, rows, note=as_called(_ADDED), strong=(last - 2, last),
        )  # fmt: skip


_NUMBERS: Final = (*KINDS, "payoff", "plain")


def _sum(terms: pd.DataFrame) -> dict[str, float]:
    return {name: float(terms[name].sum()) for name in _NUMBERS}


def _counts(row: Mapping[str, float]) -> bool:
    return any(abs(float(row[name])) >= _SMALLEST for name in _NUMBERS)


def _row(label: str, row: Mapping[str, float], *, sign: bool = False) -> tuple[str, ...]:
    return label, *(fixed(float(row[name]), 2, sign=sign) for name in _NUMBERS)


def _words(role: str, term: str) -> str:
    found = term_of(role, term)
    return _tagged(found) if found is not None else plain(term)


def _tagged(term: Term) -> str:
    return f"{term.words} [{term.tag}]"


def domestic(valued: Valued) -> Iterator[Table]:
    """Every term of the firms and chip makers, which is money in both accounts."""
    found = valued.tables["terms"]
    for role, title in (("firm", "Data-centre firms"), ("maker", "Chip makers and their suppliers")):
        own = found[found["role"] == role]
        rows, strong = [], []
        for agent in dict.fromkeys(own["agent"].astype(str)):
            terms = own[own["agent"] == agent]
            rows += [
                (agent, _plain_words(role, str(row["term"])), _money(row["payoff"]))
                for row in rows_of(terms)
                if abs(row["payoff"]) >= _SMALLEST
            ]
            strong.append(len(rows))
            rows.append((agent, "Payoff", _money(float(terms["payoff"].sum()))))
        if rows:
            yield table(
                f"{title}: what {_what(valued)} is worth, US$ bn a year", ("", "", "money"), rows, texts=2,
                note="Money, the same in plain economics.", strong=strong,
            )  # fmt: skip


def _plain_words(role: str, term: str) -> str:
    found = term_of(role, term)
    return plain(term) if found is None else found.words


def _money(value: float) -> str:
    return fixed(value, 3)
