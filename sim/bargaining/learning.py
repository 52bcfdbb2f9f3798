"""What a side learns about the other side's payoffs from its offers: a multiplier for every group of issues.

A learning side starts from payoff tables of the other side that rest on misjudged weights, its prior. What it learns
is by how much each group of issues counts for more or less than that. Two models read the offers, by when and in
which order the other side gives way on the groups; neither needs to know how fast it concedes.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sim.bargaining.calendar import time_of
from sim.bargaining.red_lines import respects_red_lines
from sim.bargaining.valuation import (
    FUND_GROUP,
    GROUP_COUNT,
    PURCHASE_GROUP,
    SEPARABLE,
    group_issues,
    group_value,
    package_values,
)
from sim.compiled import rule
from sim.grid import level_count, nearest_level
from sim.issues import CAR_TARIFF, MAX_ISSUES, RECIPROCAL_TARIFF
from sim.records import Floats, Integers, Record, layout

#: Models by their numbers in ``p.learner``; a side that learns nothing has the first.
MODELS: Final = ("none", "frequency", "bayesian")
NO_MODEL: Final = MODELS.index("none")
FREQUENCY: Final = MODELS.index("frequency")

#: Hypotheses about the logarithm of a multiplier: as many standard deviations from 0, evenly spaced.
HYPOTHESES: Final = 9
_WIDEST: Final = 3.0
#: Chance of an order of concessions that no payoff explains, and widths of the blur that count as none [assumptions].
_ANY_ORDER: Final = 0.01
_TOLERANCE: Final = 3.0

#: What a side did to a group of issues in its last offer.
_CLOSED: Final = 0  # nothing that could be read: it asks for what it is offered, or the group is worthless to a side
_YIELDED: Final = 1
_KEPT: Final = 2

#: What a side has learnt about the other side.
MIND: np.dtype[np.void] = layout(
    [
        ("heard", np.int64),  # offers of the other side that it has learnt from
        ("evidence", np.float64, (GROUP_COUNT, HYPOTHESES)),  # log-likelihood of each hypothesis
        ("weight", np.float64, (GROUP_COUNT,)),  # logarithm of each multiplier before they are normalised
        ("span", np.float64, (GROUP_COUNT,)),  # range of the other side's payoff over each group, by the prior
        ("multiplier", np.float64, (GROUP_COUNT,)),
    ]
)


@rule
def learns(p: Record, side: int) -> bool:
    """Whether a side learns from the other side's offers."""
    return bool(p.learner[side] != NO_MODEL)


@rule
def forget(mind: Record) -> None:
    """Go back to the prior."""
    mind.heard = 0
    mind.evidence[:, :] = 0.0
    mind.weight[:] = 0.0
    mind.multiplier[:] = 1.0


@rule
def _seconds(p: Record, group: int, first: int) -> range:
    """Levels of a group's second issue that go with a level of its first."""
    return range(level_count(p, group_issues(group)[1])) if group >= PURCHASE_GROUP else range(first, first + 1)


@rule
def _no_deal_value(p: Record, issue: int) -> float:
    """Value of an issue without a deal: the tariffs of the status quo, else nothing bought, paid or promised."""
    if issue == CAR_TARIFF:
        return float(p.walk_away_status_quo_car_tariff)
    if issue == RECIPROCAL_TARIFF:
        return float(p.walk_away_status_quo_reciprocal_tariff)
    return 0.0


@rule
def no_deal_levels(p: Record, group: int) -> tuple[int, int]:
    """Levels of a group nearest to no deal; what is believed of them is never reweighted."""
    first, second = group_issues(group)
    return nearest_level(p, first, _no_deal_value(p, first)), nearest_level(p, second, _no_deal_value(p, second))


@rule
def measure_spans(p: Record, prior: Record, party: int, mind: Record) -> None:
    """Measure the range of a party's payoff over each group by the prior; due whenever its tables change."""
    for group in range(GROUP_COUNT):
        low, high = math.inf, -math.inf
        for i in range(level_count(p, group_issues(group)[0])):
            for j in _seconds(p, group, i):
                value = group_value(prior, party, group, i, j)
                low, high = min(low, value), max(high, value)
        mind.span[group] = high - low


@rule
def normalise(mind: Record) -> None:
    """Scale the multipliers so that the ranges of all groups together stay what they are by the prior."""
    before, after = 0.0, 0.0
    for group in range(GROUP_COUNT):
        before += mind.span[group]
        after += mind.span[group] * math.exp(mind.weight[group])
    scale = before / after if after > 0.0 else 1.0
    for group in range(GROUP_COUNT):
        mind.multiplier[group] = scale * math.exp(mind.weight[group])


@rule
def reweigh(p: Record, mind: Record, prior: Record, party: int, believed: Record) -> None:
    """Write a party's payoffs as believed now: away from no deal, each group counts by its multiplier.

    b(x) = a(x) + (m - 1) (a(x) - a(no deal)), with a the prior and m the multiplier of the group. What is believed of
    no deal, and so of the other side's walk-away, stays as it is.
    """
    normalise(mind)
    believed.base[party] = prior.base[party]
    for group in range(GROUP_COUNT):
        first, second = no_deal_levels(p, group)
        anchor = group_value(prior, party, group, first, second)
        extra = mind.multiplier[group] - 1.0
        for i in range(level_count(p, group_issues(group)[0])):
            for j in _seconds(p, group, i):
                value = group_value(prior, party, group, i, j)
                value += extra * (value - anchor)
                if group == PURCHASE_GROUP:
                    believed.purchases[party, i, j] = value
                elif group == FUND_GROUP:
                    believed.fund[party, i, j] = value
                else:
                    believed.single[party, SEPARABLE[group], i] = value


@rule
def take_stock(p: Record, mind: Record, prior: Record, party: int, believed: Record) -> None:
    """Bring beliefs about a party to new prior tables; what has been learnt is kept."""
    measure_spans(p, prior, party, mind)
    reweigh(p, mind, prior, party, believed)


@rule
def learn(
    p: Record, talk: Record, mind: Record, prior: Record, own: Record, side: int, seat: Record, other: Record
) -> bool:
    """Learn from the offers of the other side that are new; whether there was anything to learn from.

    Two offers in a row say something if both were made under the present parameters and agenda, and if the red lines
    leave a common package: else nobody asks for what the other could give.

    Parameters
    ----------
    prior, own : record
        Payoff tables: the other side's by the prior, and the side's own.
    side : int
        The side that learns.
    seat, other : record
        Seats of the side and of the other side.
    """
    learnt = False
    for k in range(mind.heard, other.offers):
        if k > other.opening and seat.tabled != 0 and talk.common != 0:
            time = time_of(p, talk)
            learnt = _learn_step(p, mind, prior, own, side, seat.levels, other.history, k, time) or learnt
    mind.heard = other.offers
    return learnt


@rule
def _learn_step(
    p: Record, mind: Record, prior: Record, own: Record, side: int, asked: Integers, history: Integers, k: int,
    time: float,
) -> bool:  # fmt: skip
    what = np.empty(GROUP_COUNT, np.int64)
    ratio = np.empty(GROUP_COUNT)
    yielded, kept = 0, 0
    for group in range(GROUP_COUNT):
        what[group], ratio[group] = _read(own, prior, side, group, history[k - 1], history[k], asked)
        if what[group] == _KEPT and not _may_give(p, 1 - side, group, history[k], asked):
            what[group] = _CLOSED
        yielded += 1 if what[group] == _YIELDED else 0
        kept += 1 if what[group] == _KEPT else 0
    if yielded == 0 or kept == 0:
        return False
    if p.learner[side] == FREQUENCY:
        count_kept(what, p.learner_knobs[side, 0], time, mind)
    else:
        weigh_hypotheses(what, ratio, p.learner_knobs[side, 0], p.learner_knobs[side, 1], mind)
    return True


@rule
def _read(
    own: Record, prior: Record, side: int, group: int, before: Integers, after: Integers, asked: Integers
) -> tuple[int, float]:
    """What the other side did to a group, and the logarithm of what a side gains by it per unit of the other's loss.

    The loss is by the prior. For a group that was kept it is that of giving all that the side asks for.
    """
    first, second = group_issues(group)
    was_kept = before[first] == after[first] and before[second] == after[second]
    start_first, start_second = before[first], before[second]
    end_first, end_second = after[first], after[second]
    if was_kept:
        end_first, end_second = asked[first], asked[second]
    gain = group_value(own, side, group, end_first, end_second)
    gain -= group_value(own, side, group, start_first, start_second)
    loss = group_value(prior, 1 - side, group, start_first, start_second)
    loss -= group_value(prior, 1 - side, group, end_first, end_second)
    if gain <= 0.0 or loss <= 0.0:
        return _CLOSED, 0.0
    return _KEPT if was_kept else _YIELDED, math.log(gain) - math.log(loss)


@rule
def _may_give(p: Record, party: int, group: int, offer: Integers, asked: Integers) -> bool:
    """Whether the red lines of a party let it give on a group what it is asked for, and its offer else unchanged."""
    if p.line_count == 0:
        return True
    levels = offer.copy()
    for issue in group_issues(group):
        levels[issue] = asked[issue]
    package = np.empty(MAX_ISSUES)
    package_values(p, levels, package)
    return respects_red_lines(p, party, package)


@rule
def count_kept(what: Integers, rate: float, time: float, mind: Record) -> None:
    """Frequency model: a group that the other side kept while it yielded on another gains weight, less so over time.

    The multiplier grows by e^(rate (1 - t)).
    """
    for group in range(GROUP_COUNT):
        if what[group] == _KEPT:
            mind.weight[group] += rate * (1.0 - time)


@rule
def weigh_hypotheses(what: Integers, ratio: Floats, doubt: float, blur: float, mind: Record) -> None:
    """Bayesian model: independent hypotheses about each group's multiplier, weighed by the order of concessions.

    Whoever trades off well yields first where the other gains most per unit of own loss. The prior of the logarithm m
    of a group's multiplier is normal with standard deviation `doubt`; what is learnt is the mean of its posterior.
    """
    means = mind.weight.copy()
    for group in range(GROUP_COUNT):
        if what[group] == _CLOSED:
            continue
        rival = _KEPT if what[group] == _YIELDED else _YIELDED
        rivals = 0
        for other in range(GROUP_COUNT):
            rivals += 1 if what[other] == rival else 0
        total, mean = 0.0, 0.0
        for hypothesis in range(HYPOTHESES):
            deviation = _WIDEST * (2.0 * hypothesis / (HYPOTHESES - 1.0) - 1.0)
            value = ratio[group] - doubt * deviation
            for other in range(GROUP_COUNT):
                if what[other] == rival:
                    lead = value - (ratio[other] - means[other])
                    lead = lead if rival == _KEPT else -lead
                    mind.evidence[group, hypothesis] += math.log(chance_of_order(lead, blur)) / rivals
            weight = math.exp(mind.evidence[group, hypothesis] - 0.5 * deviation * deviation)
            total += weight
            mean += weight * doubt * deviation
        mind.weight[group] = mean / total


@rule
def chance_of_order(lead: float, blur: float) -> float:
    """Likelihood that a side yields on one group and keeps another.

    e + (1 - 2 e) / (1 + e^-(lead / blur + c)), e a chance of either order for reasons that no payoff shows. `lead` is
    by how much the logarithm of gain per loss, r - m, is larger where the side yields. The step c lets anything pass
    that the order does not contradict clearly, so that an order that fits the prior leaves it alone.
    """
    return _ANY_ORDER + (1.0 - 2.0 * _ANY_ORDER) / (1.0 + math.exp(-(lead / blur + _TOLERANCE)))
