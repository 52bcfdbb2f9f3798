"""Payoff evaluations a second: what one package is worth to both governments.

One evaluation is one package for both sides. From the *rules* it is the ledger of
:func:`sim.economy.ledger.package_ledger` (six sectors, precedent, audience costs, purchases, fund, materials, further
issues) for the US and for the partner and the sum of each, with the chip pledge of every level priced beforehand. From
*tables* it is the sum of entries that the rules have filled in, which is what a round of bargaining asks for.
``compiled`` evaluates inside a compiled loop, as the compiled engine does; ``mesa`` calls the rule from Python, one
package at a time, as the agents of the Mesa engine do.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.bench.talks import opened
from experiments.engine.cases import build_case
from sim.bargaining.valuation import package_value, package_values
from sim.compiled import rule
from sim.economy.ledger import package_ledger, total
from sim.economy.payoffs import MAX_TERMS
from sim.economy.trade import SECTOR_COUNT
from sim.issues import CHIP_PURCHASES, MAX_ISSUES, PARTNER, US
from sim.records import Floats, Integers, Record

if TYPE_CHECKING:
    from experiments.bench.measure import Task
    from experiments.config.model import Config

#: Different packages that the loops go through again and again.
PACKAGES: Final = 1_000


@rule
def evaluate(p: Record, levels: Integers, pledges: Floats, count: int) -> float:
    """Evaluate `count` packages of levels (shape [package, MAX_ISSUES]); their sum, so that none can be left out."""
    package = np.zeros(MAX_ISSUES)
    rates = np.zeros(SECTOR_COUNT)
    ledger = np.zeros((2, MAX_TERMS))
    everything = 0.0
    for k in range(count):
        chosen = levels[k % levels.shape[0]]
        package_values(p, chosen, package)
        package_ledger(p, package, pledges[chosen[CHIP_PURCHASES]], rates, ledger)
        everything += total(ledger[US]) + total(ledger[PARTNER])
    return everything


@rule
def look_up(valuation: Record, levels: Integers, count: int) -> float:
    """Evaluate `count` packages of levels from the tables of a run; their sum."""
    everything = 0.0
    for k in range(count):
        chosen = levels[k % levels.shape[0]]
        everything += package_value(valuation, US, chosen) + package_value(valuation, PARTNER, chosen)
    return everything


class PayoffLoops:
    """The packages of one run, ready to be evaluated.

    Parameters
    ----------
    config : Config
        The scenario.
    seed : int
        Seed of the experiment; the run is its first.
    """

    def __init__(self, config: Config, seed: int) -> None:
        case = build_case(config, seed, 0)
        model = opened(config, case)
        self._p = model.p
        self._pledges = model.pledges
        self._valuation = model.valuation
        self._tabled = case.tabled(model.p)
        sizes = [int(model.p.issue_levels[issue]) for issue in range(MAX_ISSUES)]
        draws = np.random.default_rng(0)
        self.levels: Integers = np.stack([draws.integers(size, size=PACKAGES) for size in sizes], axis=1)

    @property
    def tabled_levels(self) -> list[tuple[int, ...]]:
        """The packages by the levels of the issues on the table."""
        return [tuple(map(int, row)) for row in self.levels[:, self._tabled]]

    def tasks(self) -> dict[tuple[str, str], Task]:
        """Every way of evaluating, by engine and by what it evaluates from."""
        return {
            ("compiled", "rules"): self.by_rules,
            ("compiled", "tables"): self.by_tables,
            ("mesa", "rules"): self.one_by_one,
        }

    def by_rules(self, count: int) -> float:
        """Sum of both payoffs over `count` packages, by the rules in a compiled loop."""
        return float(evaluate(self._p, self.levels, self._pledges, count))

    def by_tables(self, count: int) -> float:
        """Sum of both payoffs over `count` packages, from tables in a compiled loop."""
        return float(look_up(self._valuation, self.levels, count))

    def one_by_one(self, count: int) -> float:
        """Sum of both payoffs over `count` packages, by the rules, called from Python."""
        package, rates, ledger = np.zeros(MAX_ISSUES), np.zeros(SECTOR_COUNT), np.zeros((2, MAX_TERMS))
        everything = 0.0
        for k in range(count):
            chosen = self.levels[k % PACKAGES]
            package_values(self._p, chosen, package)
            package_ledger(self._p, package, self._pledges[chosen[CHIP_PURCHASES]], rates, ledger)
            everything += float(total(ledger[US]) + total(ledger[PARTNER]))
        return everything


def on_threads(task: Task, threads: int) -> Task:
    """Share a task among threads."""
    if threads == 1:
        return task

    def play(count: int) -> None:
        shares = [count * (k + 1) // threads - count * k // threads for k in range(threads)]
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(task, shares):
                pass

    return play
