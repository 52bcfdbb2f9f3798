"""The answer of a discovery in plain sentences, made from its boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from experiments.lab.inputs import DUMMY
from experiments.lab.known_inputs import KnownInput, support_words
from experiments.labels import counted, listed, percent, quantity
from experiments.statistics.intervals import wilson_interval

if TYPE_CHECKING:
    from experiments.questions.discover.boxes import Discovery
    from experiments.questions.discover.prim import Box

Interval = tuple[float, float]


def cases_in(box: Box) -> int:
    """Runs of the box in which the target happens."""
    return round(box.density * box.rows)


def density_interval(box: Box) -> Interval:
    """Wilson interval of the density of a box."""
    return wilson_interval(cases_in(box), box.rows)


def coverage_interval(box: Box, result: Discovery) -> Interval:
    """Wilson interval of the coverage of a box."""
    return wilson_interval(cases_in(box), int(result.sample["case"].sum()))


def between(interval: Interval) -> str:
    """Write an interval of shares."""
    return f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f} %"


def restricted(result: Discovery) -> list[str]:
    """Inputs that the boxes restrict, the strongest of the first box first; without the dummy."""
    names = dict.fromkeys(limit.input for box in result.boxes for limit in box.limits)
    return [name for name in names if name != DUMMY]


def answer(result: Discovery, inputs: dict[str, KnownInput]) -> str:
    """Say where talks end in the given way: each box in words, with coverage and density and their intervals.

    Parameters
    ----------
    result : Discovery
        Boxes, and the sample in which they were found.
    inputs : dict
        Inputs by path.
    """
    runs = len(result.sample)
    low, high = wilson_interval(int(result.sample["case"].sum()), runs)
    share = (
        f"Talks {result.words} in {percent(result.share)} of {counted(runs, 'simulated negotiation')} "
        f"(95 % interval: {between((low, high))})."
    )
    if not result.boxes:
        return (
            f"{share} No box was found: in no region of the uncertain inputs does this happen clearly more often than "
            "elsewhere, so the inputs that were drawn do not tell when."
        )
    parts = [share, *(_box(result, box, number, inputs) for number, box in enumerate(result.boxes, 1))]
    parts += [*_together(result), *_dummy(result), support_words(restricted(result), inputs)]
    return " ".join(part for part in parts if part)


def _box(result: Discovery, box: Box, number: int, inputs: dict[str, KnownInput]) -> str:
    words = in_words(result, box, inputs, article="the ")
    where = listed(words, cut=False)
    density = f"{percent(box.density)} of them (density; {between(density_interval(box))})"
    coverage = f"{percent(box.coverage)} of all such runs (coverage; {between(coverage_interval(box, result))})"
    opening = "They do so above all where" if number == 1 else f"Of the rest, box {number} is where"
    size = f"that is {percent(box.mass)} of all runs"
    return f"{opening} {where}: {size}, it happens in {density}, and they hold {coverage}."


def _together(result: Discovery) -> Iterator[str]:
    if len(result.boxes) > 1:
        covered = sum(box.coverage for box in result.boxes)
        yield f"Together the {len(result.boxes)} boxes hold {percent(covered)} of such runs."


def _dummy(result: Discovery) -> Iterator[str]:
    if result.restricts_dummy:
        yield "A box restricts the dummy, which changes nothing: take its weaker restrictions for noise."


def in_words(result: Discovery, box: Box, inputs: Mapping[str, KnownInput], article: str = "") -> list[str]:
    """Restrictions of a box as phrases, the strongest first; what happens or not is told by its clause.

    Parameters
    ----------
    result : Discovery
        What the box belongs to.
    box : Box
        The box.
    inputs : mapping
        Inputs by path; one that is missing is called by its path.
    article : str
        What comes before the name of an input.
    """
    phrases = []
    for limit in box.limits:
        known = inputs.get(limit.input)
        if known is not None and known.states:
            phrases.append(f"{known.states[int(limit.low > 0.0)]} ({limit.input})")
            continue
        name = limit.input if known is None else f"{article}{known.words}"
        unit = result.units.get(limit.input, "")
        low, high = (_amount(end, unit) for end in (limit.low, limit.high))
        if np.isinf(limit.low):
            phrases.append(f"{name} is at most {high}")
        elif np.isinf(limit.high):
            phrases.append(f"{name} is at least {low}")
        else:
            phrases.append(f"{name} is between {low} and {high}")
    return phrases


def _amount(value: float, unit: str) -> str:
    return quantity(value, "" if unit in ("ratio", "weight", "exponent", "elasticity") else unit)
