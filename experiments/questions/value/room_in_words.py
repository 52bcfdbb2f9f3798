"""Whether a trade leaves both governments better off, in sentences, and why there may be none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.labels import inside, listed, plain
from experiments.questions.value.accounts import ACCOUNTS
from experiments.questions.value.amounts import moved
from experiments.questions.value.marginal import OFF_TABLE, OUT_OF_RANGE, UNDELIVERED
from experiments.questions.value.room import BETWEEN, BEYOND, NOWHERE, room, room_in_draws, without_move
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from experiments.questions.value.findings import Valued

#: Why no move of an issue makes up for an amount, as a sentence.
_WHY: Final = {
    OUT_OF_RANGE: "the range of the {issue} ends before it makes up for it",
    UNDELIVERED: "the chips cannot be delivered",
    OFF_TABLE: "an issue is not on the table",
}


def because(why: str, issue: str) -> str:
    """Why no move of an issue makes up for an amount."""
    return _WHY[why].format(issue=inside(plain(issue)))


def the(issue: str) -> str:
    """Name of an issue within a sentence, with its article."""
    return f"the {inside(plain(issue))}"


def trade_in_words(valued: Valued, moves: Mapping[tuple[str, str], float], other: str, unit: str) -> Iterator[str]:
    """Whether a move leaves both better off, and in how many draws."""
    changes = valued.changes()
    own = [(changes["political", seat], moves["political", seat]) for seat in SIDES]
    found = room(*zip(*own, strict=True))
    if found == BETWEEN:
        told = f"With {the(other)} in between, both are better off"
    elif found == BEYOND:
        needed = next(move for change, move in own if change < 0.0)
        told = f"With {the(other)} a little more than {moved(needed, unit)}, both are better off: both want it so"
    elif found == NOWHERE:
        told = f"No {inside(plain(other))} in between leaves both better off"
    else:
        return
    if not valued.draws:
        yield f"{told}."
        return
    shares = []
    for account in ACCOUNTS:
        counts = room_in_draws(valued.tables["draws"], other, account)
        better, known = counts[BETWEEN] + counts[BEYOND], counts.total()
        shares.append(f"{better:,} of {known:,} draws")
    yield f"{told}. There is such a package in {shares[0]}, and in plain economics in {shares[1]}."


def left_out_in_words(valued: Valued, other: str) -> Iterator[str]:
    """Why there is no move in the other draws."""
    reasons = without_move(valued.tables["draws"], other, "political")
    if not reasons:
        return
    told = [f"{because(why, other)} in {count:,}" for why, count in reasons.items()]
    yield f"The other draws have no move for one side or both: {listed(told, cut=False)}."
