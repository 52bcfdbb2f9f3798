"""The answer that says what a hindcast found, baselines that beat the model first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from experiments.labels import capitalised, counted, fixed, inside, listed, percent
from experiments.questions.hindcast.contains import YES
from experiments.questions.hindcast.forecast import MODEL
from experiments.report.blocks import Answer, KeyNumber

if TYPE_CHECKING:
    from datetime import date

    from experiments.questions.hindcast.forecast import Hindcast
    from experiments.questions.hindcast.targets import Target

_CODES: Final = tuple(f"B{number}" for number in range(1, 10))


#: Targets of which an answer gives numbers.
_MOST: Final = 5

_CERTAIN: Final = "Monte Carlo error: how far a score could be off because the runs of a forecast are limited."


def answer(result: Hindcast) -> Answer:
    """Say how often baselines forecast better than the model, then what it says of the rates and of the deal."""
    more = " ".join([*_rates(result), *_deal(result)])
    return Answer(_verdict(result), tuple(_numbers(result))[:_MOST], _CERTAIN, _contained(result), (more,))


def _verdict(result: Hindcast) -> str:
    """Of how many forecasts of rates a baseline is better, and what the model says of the deal."""
    rates = [(one, target) for target in _of_kind(result, "rate") for one in result.dates if target.is_open(one)]
    beaten = sum(bool(beaten_by(result, one, target.name)[0]) for one, target in rates)
    said = f"A baseline without a model forecasts better in {beaten:,} of {counted(len(rates), 'forecast')} of rates"
    deal = next(_said_of_deal(result), "")
    return f"{said if rates else 'No rate was open to be forecast'}{deal and f'; {inside(deal)}'}."


def _said_of_deal(result: Hindcast) -> Iterator[str]:
    for name in ("deal_by", "no_deal_before"):
        target = result.targets.get(name)
        open_on = [one for one in result.dates if target and target.is_open(one) and _is_said(result, one, target.name)]
        if target is not None and open_on:
            fact = "so it was" if target.observed else "it was not so"
            yield f"{target.words} ({fact}) has a chance of {percent(_says(result, open_on[-1], name))} in the last one"


def _is_said(result: Hindcast, as_of: date, target: str) -> bool:
    """Whether the model says anything of an event on a date."""
    rows = result.score(as_of, target, "brier")
    return bool((rows["forecaster"] == MODEL).any())


def _of_kind(result: Hindcast, kind: str) -> list[Target]:
    return [target for target in result.targets.values() if target.kind == kind]


def _numbers(result: Hindcast) -> Iterator[KeyNumber]:
    """Error of the last forecast of each rate, and what the last one says of each event, beside what happened."""
    for target in _of_kind(result, "rate"):
        open_on = [one for one in result.dates if target.is_open(one)]
        if open_on:
            rows = result.score(open_on[-1], target.name, "crps")
            own = rows[rows["forecaster"] == MODEL]
            if own.empty:
                continue
            row = own.iloc[0]
            better = listed(beaten_by(result, open_on[-1], target.name)[0], cut=False) or "none"
            yield KeyNumber(
                f"Error (CRPS) of {inside(target.words)}, {_short(open_on[-1])}",
                f"{fixed(100 * float(row['value']), 2)} points",
                f"Monte Carlo error: ± {fixed(100 * float(row['error']), 2)} points",
                f"in fact {percent(target.observed)}; better baselines: {better}",
            )
    for target in _of_kind(result, "event"):
        open_on = [one for one in result.dates if target.is_open(one) and _is_said(result, one, target.name)]
        if open_on:
            fact = "in fact yes" if target.observed else "in fact no"
            label = f"{capitalised(target.words)}, {_short(open_on[-1])}"
            yield KeyNumber(label, percent(_says(result, open_on[-1], target.name)), note=fact)


def _contained(result: Hindcast) -> str:
    """Say which answers the config states itself, so that their score is one of an input."""
    names = dict.fromkeys(result.contains.loc[result.contains["contained"] == YES, "target"])
    words = [inside(result.targets[str(name)].words) for name in names if name in result.targets]
    if not words:
        return "The config states none of the answers in a red line, a release or an end of the agenda."
    return f"Put in: the config states the answer itself of {listed(words, cut=False)}; that score is one of an input."


def beaten_by(result: Hindcast, as_of: date, target: str, score: str = "crps") -> tuple[list[str], list[str]]:
    """Baselines with a better score than the model, and those with a worse one, by their codes.

    A difference that is not larger than twice the Monte Carlo error of the model's score counts as neither.
    """
    rows = result.score(as_of, target, score)
    own = rows[rows["forecaster"] == MODEL]
    if own.empty or math.isnan(own["value"].iloc[0]):
        return [], []
    value, error = float(own["value"].iloc[0]), float(own["error"].iloc[0])
    slack = 0.0 if math.isnan(error) else 2 * error
    theirs = {
        str(name): float(score) for name, score in zip(rows["forecaster"], rows["value"], strict=True) if name in _CODES
    }
    better = [name for name, score in theirs.items() if score < value - slack]
    worse = [name for name, score in theirs.items() if score > value + slack]
    return better, worse


def _rates(result: Hindcast) -> Iterator[str]:
    for target in result.targets.values():
        if target.kind != "rate":
            continue
        open_on = [one for one in result.dates if target.is_open(one)]
        if not open_on:
            continue
        yield _rate(result, target, open_on)


def _rate(result: Hindcast, target: Target, dates: list[date]) -> str:
    first, last = dates[0], dates[-1]
    always = [name for name in _CODES if all(name in beaten_by(result, one, target.name)[0] for one in dates)]
    sometimes = [
        name for name in _CODES
        if name not in always and any(name in beaten_by(result, one, target.name)[0] for one in dates)
    ]  # fmt: skip
    scores = [_own(result, one, target.name) for one in (first, last)]
    ends = f"{fixed(100 * scores[0], 2)} points on {_short(first)}"
    ends += "" if first == last else f" and {fixed(100 * scores[1], 2)} on {_short(last)}"
    said = f"{capitalised(target.words)}, {percent(target.observed)} in fact: the CRPS of the model is {ends}."
    marked = [f"{name}{'*' if name in ('B3', 'B4') else ''}" for name in always]
    if marked:
        every = "on every date" if len(dates) > 1 else "on it"
        said += f" {listed(marked, cut=False)} {'beats' if len(marked) == 1 else 'beat'} it {every}"
        said += f", {listed(sometimes, cut=False)} on some." if sometimes else "."
    elif sometimes:
        said += f" {listed(sometimes, cut=False)} {'beats' if len(sometimes) == 1 else 'beat'} it on some dates."
    else:
        said += " No baseline beats it."
    return " ".join([said, *_put_in(result, target, dates), *of_inputs(result, target, dates)])


def of_inputs(result: Hindcast, target: Target, dates: list[date]) -> Iterator[str]:
    """Say what a rate sits on where inputs fix it in more than half of the deals: in full once, then on which dates."""
    found = {one: result.inputs(one)[target.name] for one in dates if target.name in result.inputs(one)}
    if not found:
        return
    first, *others = found
    yield found[first]
    if len(dates) > 1:
        also = f", and more than half of them do on {listed([_short(one) for one in others], cut=False)}"
        yield f"That is of {_short(first)}{also if others else ''}."


def _put_in(result: Hindcast, target: Target, dates: list[date]) -> Iterator[str]:
    """Say that the config contains the answer, and on which dates, for then the score is one of an input."""
    rows = result.contains[(result.contains["target"] == target.name) & (result.contains["contained"] == YES)]
    told = [one for one in dates if str(one) in set(rows["as_of"])]
    if not told:
        return
    row = rows.iloc[0]
    shares = f" ({percent(row['at_answer'])} of the deals sit there on an input)" if row["at_answer"] > 0 else ""
    when = "" if len(told) == len(dates) else f" on {listed([_short(one) for one in told], cut=False)}"
    where = str(row["inputs"]) if row["at_answer"] > 0 else str(row["stated"])
    yield f"The config contains this answer{when}: {where}{shares}."


def _own(result: Hindcast, as_of: date, target: str) -> float:
    rows = result.score(as_of, target, "crps")
    return float(rows.loc[rows["forecaster"] == MODEL, "value"].iloc[0])


def _deal(result: Hindcast) -> Iterator[str]:
    for name in ("no_deal_before", "deal_by"):
        target = result.targets.get(name)
        open_on = [one for one in result.dates if target is not None and target.is_open(one)]
        if target is None or not open_on:
            continue
        said = [_says(result, one, name) for one in (open_on[0], open_on[-1])]
        parts = f"{percent(said[0])} on {_short(open_on[0])}"
        parts += "" if len(open_on) == 1 else f", {percent(said[1])} on {_short(open_on[-1])}"
        yield f"{capitalised(target.words)} ({'so it was' if target.observed else 'it was not'}): {parts}."
    yield f"{counted(result.runs, 'run')} a forecast. * Chosen after the fact."


def _says(result: Hindcast, as_of: date, target: str) -> float:
    rows = result.score(as_of, target, "brier")
    return float(rows.loc[rows["forecaster"] == MODEL, "says"].iloc[0])


def _short(day: date) -> str:
    return f"{day.day} {day:%B}"
