"""Orders of a chain, and the chain played in each: cases that have the same ones before them are played once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Final

import numpy as np

from experiments.questions.chain.members import Member, Standing, seen_by
from sim.draws import uniforms

#: Cases up to which all orders are tried.
ALL_ORDERS: Final = 6

#: Orders that are tried of more cases.
RANDOM_ORDERS: Final = 200

Order = tuple[int, ...]


@dataclass(slots=True)
class Chain:
    """Members that can be played in any order; what has been played is kept.

    Attributes
    ----------
    members : tuple of Member
    bandwidth : float
        How far from a partner deals of others still count.
    linked : bool
        Whether a case sees those before it.
    """

    members: tuple[Member, ...]
    bandwidth: float
    linked: bool
    _played: dict[Order, Standing] = field(default_factory=dict)

    def play(self, order: Order) -> Iterator[tuple[int, Standing]]:
        """Each case of an order, and how its talks stand with those before it."""
        for place in range(len(order)):
            yield order[place], self.last(order[: place + 1])

    def last(self, order: Order) -> Standing:
        """How the talks of the last case of an order stand."""
        if order not in self._played:
            member = self.members[order[-1]]
            earlier = [(self.members[one], self.last(order[: place + 1])) for place, one in enumerate(order[:-1])]
            columns = seen_by(member, earlier, self.bandwidth) if self.linked else {}
            self._played[order] = member.play(columns)
        return self._played[order]

    def forget(self) -> None:
        """Let go of what has been played."""
        self._played.clear()


def dated_order(members: Sequence[Member]) -> Order:
    """Members whose deal has a date, by that date."""
    dated = [(one.deal_date, place) for place, one in enumerate(members) if one.deal_date is not None]
    return tuple(place for _, place in sorted(dated))


def chain_orders(members: Sequence[Member], count: int, seed: int) -> list[Order]:
    """Orders of the chain itself: dated members by date, the others in random places after what had happened by then.

    Parameters
    ----------
    members : sequence of Member
    count : int
        Orders that are drawn where a member has no date.
    seed : int
        Seed of all cases.
    """
    dated = dated_order(members)
    undated = [place for place in range(len(members)) if place not in dated]
    if not undated:
        return [dated]
    return [_placed(members, dated, undated, uniforms(seed, "chain.order", run, 1, 2 * len(undated))[0])
            for run in range(count)]  # fmt: skip


def _placed(members: Sequence[Member], dated: Order, undated: Sequence[int], draws: np.ndarray) -> Order:
    found = list(dated)
    for turn, key in enumerate(np.argsort(draws[: len(undated)], kind="stable")):
        place = undated[int(key)]
        member = members[place]
        before = [
            at for at, one in enumerate(found)
            if (day := members[one].deal_date) is not None and day <= member.known.day
        ]  # fmt: skip
        first = max(before, default=-1) + 1
        found.insert(first + int(draws[len(undated) + turn] * (len(found) + 1 - first)), place)
    return tuple(found)


def stress_orders(count: int, tries: int, seed: int) -> list[Order]:
    """All orders of few cases, or random ones of many, each only once."""
    if count <= ALL_ORDERS:
        return list(permutations(range(count)))
    draws = uniforms(seed, "chain.stress", 0, tries, count)
    return list(dict.fromkeys(tuple(int(one) for one in np.argsort(row, kind="stable")) for row in draws))


def by_strength(members: Sequence[Member]) -> Order:
    """Members by GDP, the largest first."""
    return tuple(sorted(range(len(members)), key=lambda place: (-members[place].known.gdp, members[place].name)))
