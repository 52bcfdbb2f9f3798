"""The answer of a run, made from its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from experiments.labels import (
    AGREEMENT,
    SIDE_LABELS,
    between,
    counted,
    inside,
    outcome_label,
    percent,
    plain,
    quantity,
    unit_of,
)
from experiments.labels import side as called
from experiments.report.blocks import Answer, KeyNumber
from experiments.statistics.ties import best_places, together
from experiments.story.ending import how_ended, why_ended
from experiments.story.text import day
from sim.bargaining.outcomes import Reason

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.run.summary import Summary

_YEARLY = "US$ bn a year"

#: Numbers that an answer gives at most.
_MOST: Final = 5

#: A share nearer to nothing or to everything than this is written with more digits.
_ROUNDED = 0.001


#: What the intervals of a run say.
_CERTAIN: Final = (
    "95 %: how far a share could be off because the number of runs is limited. Nine in ten: how far the deals differ."
)
_ONE: Final = "One negotiation has no interval: it says how these talks can end, and not how often."


def answer(
    summary: Summary, units: Mapping[str, str], inputs: Mapping[str, str], short: str = "", further: Iterable[str] = ()
) -> Answer:
    """Say how the talks ended, what was agreed and what it brought.

    Parameters
    ----------
    summary : Summary
        What :func:`experiments.questions.run.summary.summarise` returns.
    units : mapping
        Units of further issues by name.
    inputs : mapping
        What is said of each issue whose value is put in, see :func:`experiments.story.constraints.input_sentences`.
    short : str
        The same in one sentence, see :func:`experiments.story.constraints.inputs_in_short`.
    further : iterable of str
        Paragraphs on where the numbers of the config come from.
    """
    if summary.runs == 0:
        return Answer("There are no negotiations in this directory.")
    more = " ".join(
        [
            *_executed(summary),
            *_package(summary, units),
            *inputs.values(),
            *_gains(summary),
            *_others(summary),
            *_difference(summary),
        ]
    )
    certainty = _ONE if summary.runs == 1 else _CERTAIN.replace("95 %", percent(summary.level), 1)
    if not summary.agreements:
        short = _put_in_without_a_deal(summary)
    numbers = (*_ends(summary), *_of_deals(summary))
    return Answer(_share_of_deals(summary), numbers[:_MOST], certainty, short, (*filter(None, (more,)), *further))


def _put_in_without_a_deal(summary: Summary) -> str:
    """Say that no agreed value was put in, and of how many talks the red lines alone stood in the way, which were."""
    rows = summary.reasons[summary.reasons["reason"] == Reason.DISJOINT_RED_LINES.value]
    stopped = float(rows["count"].sum()) / summary.runs
    nothing = "No deal, so that no agreed value was put in"
    if not stopped:
        return f"{nothing}."
    which = "the talks" if stopped == 1.0 else f"{_fine(stopped)} of the talks"
    return f"{nothing}: the red lines that stop {which} are inputs as well."


def _ends(summary: Summary) -> Iterator[KeyNumber]:
    """Share of deals, and of the ends that are more frequent than it or next to it."""
    if summary.runs == 1:
        yield KeyNumber("How it ended", outcome_label(str(summary.outcomes.sort_values("count")["outcome"].iloc[-1])))
        return
    rows = summary.outcomes.sort_values("count", ascending=False, kind="stable").to_dict("records")
    deal = next(row for row in rows if row["outcome"] == AGREEMENT)
    others = [row for row in rows if row["outcome"] != AGREEMENT and row["count"]]
    for row in (deal, *others[: 1 if summary.agreements else _MOST - 2]):
        label = "Talks that end in a deal" if row is deal else f"End in: {inside(outcome_label(str(row['outcome'])))}"
        ends = between(float(row["low"]), float(row["high"]), "share")
        yield KeyNumber(label, _fine(float(row["share"])), f"{percent(summary.level)}: {ends}")


def _of_deals(summary: Summary) -> Iterator[KeyNumber]:
    """Gains of both sides and the day of the deal; without deals the day on which talks end."""
    many = summary.runs > 1
    for side in SIDE_LABELS:
        row = _row(summary.gains, "agent", side)
        if row:
            span = f"nine in ten deals: {between(float(row['q05']), float(row['q95']), _YEARLY)}" if many else ""
            label = f"Gain of {called(side)} over walking away{', median' * many}"
            yield KeyNumber(label, quantity(float(row["q50"]), _YEARLY), span)
    ended = "Deal made" if summary.agreements else "Talks over"
    row = _row(summary.dates, "outcome", AGREEMENT if summary.agreements else "all")
    if row:
        half = " in half of them by" if many else " on"
        span = f"nine in ten: {day(row['q05'])} to {day(row['q95'])}" if many else ""
        yield KeyNumber(f"{ended}{half}", day(row["q50"]), span)


def _share_of_deals(summary: Summary) -> str:
    row = summary.outcomes[summary.outcomes["outcome"] == AGREEMENT].iloc[0]
    if summary.runs == 1:
        return f"The one simulated negotiation ended {'in' if summary.agreements else 'without'} a deal."
    runs = counted(summary.runs, "simulated negotiation")
    margin = f"{percent(summary.level)} interval: {_fine(row['low'])} to {_fine(row['high'])}"
    if summary.agreements == 0:
        return f"None of {runs} ended in a deal ({margin})."
    share = "all" if summary.agreements == summary.runs else _fine(row["share"])
    middle = _row(summary.rounds, "outcome", AGREEMENT)
    on = _row(summary.dates, "outcome", AGREEMENT)
    when = f"; half of the deals were made by round {middle['q50']:.0f}" if middle else ""
    when += f" ({day(on['q50'])})" if on else ""
    return f"Of {runs}, {share} ended in a deal ({margin}){when}."


def _executed(summary: Summary) -> Iterator[str]:
    """Say in how many runs a threat was carried out and the talks went on; nothing where they cannot."""
    if summary.executed == 0:
        return
    if summary.runs == 1:
        yield "A threat was executed on the way, and the talks went on with its tariffs in force."
        return
    after = _fine(summary.dealt_after / summary.runs)
    yield (
        f"In {_fine(summary.executed / summary.runs)} a threat was executed and the talks went on with its tariffs in "
        f"force; {after} ended in a deal after that."
    )


def _fine(share: float) -> str:
    """Share in per cent, with digits enough not to be rounded to nothing or to everything."""
    near = min(share, 1.0 - share)
    if near <= 0.0 or near >= _ROUNDED:
        return percent(share)
    digits = 1 - math.floor(math.log10(100.0 * near) + 1e-9)
    return f"{100.0 * share:.{digits}f} %"


def _package(summary: Summary, units: Mapping[str, str]) -> Iterator[str]:
    parts = []
    for row in summary.package.to_dict("records"):
        name = str(row["issue"])
        parts.append(f"{inside(plain(name))} {quantity(float(row['q50']), unit_of(name, units))}")
    if parts:
        yield f"In the middle of the deals lie: {', '.join(parts)} (the median of each issue by itself)."


def _gains(summary: Summary) -> Iterator[str]:
    sides = []
    for side, name in SIDE_LABELS.items():
        row = _row(summary.gains, "agent", side)
        if row:
            value = float(row["q50"])
            who = "the US" if name == "US" else name
            sides.append(f"{who} {'gains' if value >= 0 else 'loses'} {quantity(abs(value), _YEARLY)}")
    if sides:
        yield f"Over walking away, in the median, {' and '.join(sides)}."


def _others(summary: Summary) -> Iterator[str]:
    others = summary.outcomes[(summary.outcomes["outcome"] != AGREEMENT) & (summary.outcomes["count"] > 0)]
    if others.empty:
        return
    failed = summary.reasons[summary.reasons["outcome"] != AGREEMENT]
    reasons = failed.groupby("reason", sort=False)["count"].sum().sort_values(ascending=False, kind="stable")
    equal = best_places(reasons.to_numpy(float)) if len(reasons) else []
    why = together([why_ended(str(reasons.index[place])) for place in equal]) if equal else ""
    plural = "s" if len(equal) > 1 else ""
    if summary.runs == 1:
        yield f"{how_ended(str(others['outcome'].iloc[0]))}{why and f': {why}'}."
        return
    ends = ", ".join(
        f"{inside(outcome_label(row['outcome']))} {_fine(float(row['share']))}"
        for row in others.sort_values("count", ascending=False).to_dict("records")
    )
    which = f"The {'other ' * (summary.agreements > 0)}end{' is' if len(others) == 1 else 's are'}"
    yield f"{which}: {ends}{why and f'. The most frequent reason{plural}: {why}'}."


def _difference(summary: Summary) -> Iterator[str]:
    clear = summary.differences[(summary.differences["p_value"].astype(float) < 1 - summary.level).to_numpy()]
    if len(clear):
        row = clear.iloc[0]
        way = "higher" if row["effect"] > 0 else "lower"
        yield f"What most sets deals apart from the other runs is a {way} value of {row['parameter']}."


def _row(frame: pd.DataFrame, key: str, value: str) -> dict[str, Any]:
    found = frame[frame[key] == value]
    return {str(name): cell for name, cell in found.iloc[0].items()} if len(found) else {}
