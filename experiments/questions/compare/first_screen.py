"""The answer of a comparison: one sentence, the differences that it rests on, and what of them was put in."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import AGREEMENT, fixed, inside, listed, percent, plain
from experiments.labels import side as named
from experiments.questions.compare.answer import difference, paragraphs, put_in
from experiments.questions.compare.comparison import is_clear, of_kind, of_run
from experiments.report.blocks import Answer, KeyNumber
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from experiments.questions.compare.comparison import RunComparison

#: Key numbers, unless there are more runs: two rows of them leave a phone the room to show the whole picture.
_MOST: Final = 4
_CHANCE: Final = "not told apart from chance"
_NOTHING_PUT_IN: Final = (
    "No agreed value is set by a red line, linkage or end of the agenda in most deals of these runs."
)


def answer(comparison: RunComparison) -> Answer:
    """Say how often talks end in a deal in each run, and by how much that and the terms of the deals differ."""
    labels = (comparison.base, *comparison.others)
    shares = [*_shares(comparison)]
    numbers = [*shares, *islice(_terms(comparison), max(0, _MOST - len(shares)))]
    certainty = str(comparison.draws(comparison.others[0])["draws"])
    inputs = put_in(comparison, labels) or _NOTHING_PUT_IN
    return Answer(_sentence(comparison), tuple(numbers), certainty, inputs, tuple(paragraphs(comparison)))


def _sentence(comparison: RunComparison) -> str:
    rows = [_deals(comparison, label) for label in comparison.others]
    others = [f"in {label} {percent(row['share'])}" for label, row in zip(comparison.others, rows, strict=True)]
    doubt = ""
    if all(math.isfinite(row["low"]) and not is_clear(row) for row in rows):
        doubt = f", {_CHANCE}"
    first = f"In {comparison.base} {percent(rows[0]['base_share'])} of the talks end in a deal"
    return f"{first}, {listed(others)}{doubt}."


def _deals(comparison: RunComparison, label: str) -> dict[Any, Any]:
    outcomes = of_run(comparison.outcomes, label)
    (row,) = outcomes[(outcomes["outcome"] == AGREEMENT).to_numpy()].to_dict("records")
    return row


def _shares(comparison: RunComparison) -> Iterator[KeyNumber]:
    """Difference of the share of deals of each run."""
    for label in comparison.others:
        row = _deals(comparison, label)
        low, high = (fixed(100.0 * row[end], 1, sign=True) for end in ("low", "high"))
        known = math.isfinite(row["low"])
        yield KeyNumber(
            f"Talks that end in a deal, {label} less {comparison.base}",
            f"{fixed(100.0 * row['difference'], 1, sign=True)} points",
            f"95 %: {low} to {high} points" if known else "",
            _CHANCE if known and not is_clear(row) else "",
        )


def _terms(comparison: RunComparison) -> Iterator[KeyNumber]:
    """Differences of gains and agreed values, clear ones first."""
    label = comparison.others[0]
    values = of_run(comparison.values, label)
    gains = [row for row in of_kind(values, "gain").to_dict("records") if row["quantity"] in SIDES]
    issues = of_kind(values, "issue").to_dict("records")
    both = [row for row in (*gains, *issues) if row["base_count"] and row["count"]]
    for row in sorted(both, key=lambda one: not is_clear(one)):
        yield _mean(row, label, comparison.base)


def _mean(row: Mapping[Any, Any], label: str, base: str) -> KeyNumber:
    name = str(row["quantity"])
    what = f"Gain of {named(name)}" if row["kind"] == "gain" else f"Agreed {inside(plain(name))}"
    written, _, ends = difference(row).partition(" (")
    return KeyNumber(
        f"{what}, mean of {label} less {base}",
        written,
        f"95 %: {ends.removesuffix(')')}" if ends else "",
        _CHANCE if ends and not is_clear(row) else "",
    )
