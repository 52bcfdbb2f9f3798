"""The answer of a discovery in plain sentences, made from its boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.lab.inputs import DUMMY
from experiments.lab.known_inputs import KnownInput, support_words
from experiments.lab.left_out import varied_words
from experiments.labels import counted, listed, percent, quantity
from experiments.report.blocks import Answer, KeyNumber
from experiments.report.key_numbers import key_number
from experiments.statistics.intervals import wilson_interval

if TYPE_CHECKING:
    from experiments.questions.discover.boxes import Discovery
    from experiments.questions.discover.prim import Box

Interval = tuple[float, float]

_OF_DEALS: Final = "Looked at are the {} of {} alone, so that runs are deals in all that follows. "

_CERTAIN: Final = "95 %: Wilson. The box was looked for in the same runs, so that in new ones it holds somewhat fewer."


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


def answer(result: Discovery, inputs: dict[str, KnownInput]) -> Answer:
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
    among = _OF_DEALS.format(counted(runs, "deal"), counted(result.negotiations, "run")) if result.is_of_deals else ""
    share = (
        f"{among}Talks {result.words} in {percent(result.share)} of {counted(runs, 'simulated negotiation')} "
        f"(95 % interval: {between((low, high))})."
    )
    varied = varied_words(result.config, result.tactics)
    numbers = (key_number(f"Talks {result.words}", result.share, "share", (low, high)), *_of_first_box(result))
    if not result.boxes:
        none = (
            f"No box was found in which talks {result.words} clearly more often than elsewhere, so the inputs that "
            "were drawn do not tell when."
        )
        put_in = "Put in: the ranges of the inputs. Wider ones may tell more."
        return Answer(none, numbers, _CERTAIN, put_in, (share, varied))
    first, *others = (_box(result, box, number, inputs) for number, box in enumerate(result.boxes, 1))
    support = support_words(restricted(result), inputs)
    more = " ".join(part for part in (share, first, *others, *_together(result), *_dummy(result), support) if part)
    put_in = support or "Put in: the ranges from which the inputs are drawn; other ranges give other boxes."
    return Answer(_best_box(result, inputs), numbers, _CERTAIN, put_in, (more, varied))


def _best_box(result: Discovery, inputs: dict[str, KnownInput]) -> str:
    """Where the target happens most, in one sentence."""
    box = result.boxes[0]
    where = listed(in_words(result, box, inputs, article="the "), cut=False)
    return (
        f"Talks {result.words} above all where {where}: in {percent(box.density)} of the runs there, "
        f"{percent(result.share)} of all."
    )


def _of_first_box(result: Discovery) -> Iterator[KeyNumber]:
    """How much of the target the first box holds, how densely, and how large it is."""
    if not result.boxes:
        yield KeyNumber(
            "Boxes in which it is clearly more frequent", "none", note=f"in {counted(len(result.sample), 'run')}"
        )
        return
    box = result.boxes[0]
    yield key_number("The same inside box 1 (density)", box.density, "share", density_interval(box))
    yield key_number(
        "Of all such runs, those in box 1 (coverage)", box.coverage, "share", coverage_interval(box, result)
    )
    yield key_number("Size of box 1", box.mass, "share", note="of all runs")


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
