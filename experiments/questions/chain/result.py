"""The answer of a chain, and how it is read from its directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, final

from experiments.config.values import Line, Slug
from experiments.labels import counted, percent
from experiments.questions.chain.spec import Bandwidth, Cases, Reference
from experiments.questions.chain.tables import (
    ALONE,
    CASE_COLUMNS,
    CONSTRAINTS,
    IN_CHAIN,
    ORDER_COLUMNS,
    PLACE_COLUMNS,
    REMOVED_COLUMNS,
    Chained,
)
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Count, Number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

CASES_FILE: Final = table_file("cases")
REMOVED_FILE: Final = table_file("removed")
ORDERS_FILE: Final = table_file("orders")
PLACES_FILE: Final = table_file("places")
CONSTRAINTS_FILE: Final = table_file("constraints")


class KeptChain(Record):
    """What of a chain decides its rows, and what it is called; limits are those of its config."""

    name: Slug
    title: Line
    cases: Cases
    reference: Reference
    bandwidth: Bandwidth


class ChainSettings(Record):
    """What is asked beside config and seed: the chain, and how much of it is played."""

    chain: KeptChain
    horizon: date
    runs: Number
    orders: Number
    stress: Count
    configs: tuple[str, ...]
    sets: tuple[str, ...]
    record: str


@final
@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ChainResult(Chained, Result):
    """The answer of a chain."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table of :class:`Chained`."""
        return {
            "cases": self.cases,
            "removed": self.removed,
            "orders": self.orders,
            "places": self.places,
            "constraints": self.constraints,
        }

    @property
    def negotiations(self) -> int:
        """Runs of the chain itself; more are played without one of its cases and in other orders."""
        return self.runs * len(self.members)

    @property
    def subject_name(self) -> str:
        """Name of the chain."""
        return self.name

    def headline(self) -> str:
        """Say how the share of deals of the last case changes in the chain."""
        last = self.members[-1]
        alone, chained = (percent(float(self.row(last, setting)["agreed"])) for setting in (ALONE, IN_CHAIN))
        return f"chain of {counted(len(self.members), 'case')}; {last}: deal {alone} alone, {chained} in the chain"

    def blocks(self) -> Sequence[Block]:
        """The answer, each case alone and in the chain, without each earlier one, and in other orders."""
        from experiments.questions.chain.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every table as plain data."""
        about = {"chain": self.name, "horizon": self.horizon, "runs": self.runs, "seed": self.seed}
        inputs = {case: self.inputs(case) for case in self.members}
        return {**about, "inputs": inputs, **records(self.tables)}

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """Each case alone and in the chain, and what the order changes."""
        from experiments.questions.chain.figures import chain_cases, chain_orders

        drawn: dict[str, Callable[[], Figure | None]] = {"chain_cases": lambda: chain_cases(self)}
        return drawn | ({"chain_orders": lambda: chain_orders(self)} if len(self.orders) else {})


def read(found: Finished) -> ChainResult:
    """Read the answer of a finished chain."""
    config, settings = found.config, found.settings(ChainSettings)
    cases = found.table(CASES_FILE, CASE_COLUMNS, texts=("case", "setting"))
    if len(cases) != 2 * len(settings.chain.cases):
        raise found.damaged(CASES_FILE, f"it has {counted(len(cases), 'row')}, which are not those of its cases")
    return ChainResult(
        config=config,
        manifest=found.manifest,
        folder=found.folder,
        name=settings.chain.name,
        title=settings.chain.title,
        horizon=settings.horizon.isoformat(),
        runs=settings.runs,
        cases=cases,
        removed=found.table(REMOVED_FILE, REMOVED_COLUMNS, texts=("case", "without")),
        orders=found.table(ORDERS_FILE, ORDER_COLUMNS, texts=("name", "cases")),
        places=found.table(PLACES_FILE, PLACE_COLUMNS, texts=("case",)),
        constraints=found.table(CONSTRAINTS_FILE, CONSTRAINTS, texts=("case", "issue", "constraint", "words")),
    )
