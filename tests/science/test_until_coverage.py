"""How often the interval holds the truth when a run ends by the width of it, which is looked at more than once.

Measured where it matters most: half of all runs end at one look and half at the next, so that the end depends on what
was found. The table of docs/run.md holds these numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist
from typing import Final

import numpy as np
import pytest

from experiments.questions.run.until import LEVEL, Look, is_reached, looks_at
from experiments.statistics.intervals import mean_half_width, wilson_interval
from experiments.store.plan import Until
from sim.records import Floats
from tests.documented import says, table

#: Runs that are repeated: enough for 0.15 points of coverage (one standard error) of shares, and 0.3 of means.
SHARES: Final = 20_000
MEANS: Final = 5_000

#: Most points of coverage that looking more than once may cost: what is found, 0.4, and two of its standard errors.
LOST: Final = 1.0

#: Draws that give the width of an interval nearly exactly.
MANY: Final = 2_000_000

PAGE: Final = "docs/run.md"

#: Number of negotiations at which half of the runs end.
HALF_AT: Final = 2_000

DISTRIBUTIONS: Final[dict[str, tuple[Callable[[np.random.Generator, int], Floats], float]]] = {
    "normal": (lambda draw, count: draw.normal(size=count), 0.0),
    "exponential": (lambda draw, count: draw.exponential(size=count), 1.0),
    "lognormal with sigma 1": (lambda draw, count: draw.lognormal(size=count), math.exp(0.5)),
}


def _usual(count: int, runs: int) -> tuple[float, float]:
    """Interval of a share by p (1 - p) / n, which is empty where nothing or everything counts."""
    share = count / runs
    half = NormalDist().inv_cdf(0.5 + LEVEL / 2) * math.sqrt(share * (1 - share) / runs)
    return share - half, share + half


def coverage_of_share(share: float, interval: Callable[[int, int], tuple[float, float]] = wilson_interval) -> float:
    """Per cent of runs whose last interval holds the share, when they end by its width."""
    known = cache(interval)
    low, high = known(round(share * HALF_AT), HALF_AT)
    until = Until(measure="stall", half_width=(high - low) / 2, most=128_000)
    draw = np.random.default_rng(11)
    held = 0
    for _ in range(SHARES):
        count = before = 0
        for runs in looks_at(until):
            count, before = count + int(draw.binomial(runs - before, share)), runs
            low, high = known(count, runs)
            if is_reached(until, Look(runs=runs, counted=count, half_width=(high - low) / 2)):
                break
        held += low <= share <= high
    return 100.0 * held / SHARES


def coverage_of_mean(name: str) -> float:
    """The same of a mean, of negotiations that all end in a deal."""
    drawn, mean = DISTRIBUTIONS[name]
    draw = np.random.default_rng(12)
    wide = mean_half_width(drawn(draw, MANY)) * math.sqrt(MANY / HALF_AT)
    until = Until(measure="car_tariff", half_width=wide, most=128_000)
    held = 0
    for _ in range(MEANS):
        values = np.empty(0)
        for runs in looks_at(until):
            values = np.concatenate([values, drawn(draw, runs - len(values))])
            half = mean_half_width(values, LEVEL)
            if is_reached(until, Look(runs=runs, counted=runs, half_width=half)):
                break
        held += abs(float(values.mean()) - mean) <= half
    return 100.0 * held / MEANS


@pytest.mark.long
@pytest.mark.parametrize("share", [0.5, 0.2, 0.05, 0.01, 0.002, 0.0005])
def test_the_interval_of_a_share_holds_it_about_as_often_as_it_says(share: float) -> None:
    found = coverage_of_share(share)
    assert found > 100 * LEVEL - LOST
    assert says(table(PAGE, "what it is of")[f"share of {share:g}"]["holds the truth"], "# %", [found])


@pytest.mark.long
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_interval_of_a_mean_holds_it_about_as_often_as_it_says(name: str) -> None:
    found = coverage_of_mean(name)
    assert found > 100 * LEVEL - LOST
    assert says(table(PAGE, "what it is of")[f"mean, {name}"]["holds the truth"], "# %", [found])


def test_the_usual_interval_of_what_seldom_happens_would_end_at_once() -> None:
    """With nothing found it is empty, and narrow enough for everything: why Wilson's is taken."""
    found = coverage_of_share(0.0005, _usual)
    assert found < 100 * LEVEL - 10 * LOST
    assert says(
        table(PAGE, "what it is of")["share of 0.0005, by the usual interval"]["holds the truth"], "# %", [found]
    )
