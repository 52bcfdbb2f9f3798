"""The answer of a valued package: its tables, and how they are read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, final

from pydantic import Field, FiniteFloat

from experiments.errors import MAX_RUNS
from experiments.labels import counted
from experiments.questions.value.curves import CURVES
from experiments.questions.value.findings import Valued, spread
from experiments.questions.value.marginal import EQUIVALENTS, MARGINAL
from experiments.questions.value.origins import At
from experiments.questions.value.terms import TERM_COLUMNS
from experiments.questions.value.text import blocks, heading
from experiments.report.origin import Origin
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Count
from sim.issues import SideName

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

#: Columns of the package: issue, value, where that comes from, and the grid of the issue.
PACKAGE: Final = ("issue", "value", "source", "low", "high", "levels")
#: Columns of what makes up for the amount in each draw.
DRAWS: Final = ("run", *EQUIVALENTS[2:-1])

#: Columns of text, by table.
_TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "package": ("issue", "source"),
    "terms": ("agent", "role", "state", "term"),
    "marginal": ("issue", "account", "side"),
    "units": ("issue", "other", "account", "side", "why", "crosses"),
    "equivalents": ("issue", "other", "account", "side", "why", "crosses"),
    "curves": ("account",),
    "draws": ("other", "account", "side", "why"),
}
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "package": PACKAGE,
    "terms": TERM_COLUMNS,
    "marginal": MARGINAL,
    "units": EQUIVALENTS,
    "equivalents": EQUIVALENTS,
    "curves": CURVES,
    "draws": DRAWS,
}


class ValueSettings(Record):
    """What is asked beside config and seed."""

    run: Annotated[int, Field(ge=0, lt=MAX_RUNS)] | None
    at: At | None
    on: dt.date | None
    package: dict[str, FiniteFloat] | None
    between: tuple[str, str]
    amount: tuple[str, FiniteFloat]
    draws: Count


class ValueResults(Record):
    """What stands in no table."""

    date: dt.date
    crosses: tuple[SideName, ...]


@final
@dataclass(frozen=True, eq=False, repr=False)
class ValueResult(Origin, Result):
    """The answer of a valued package.

    Attributes
    ----------
    valued : Valued
        What it found.
    """

    valued: Valued

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Package, terms, marginal values, equivalents of units and of the amount, their spread, curves and draws."""
        found = self.valued.tables
        before = {name: table for name, table in found.items() if name not in ("curves", "draws")}
        return {**before, "spread": spread(found["draws"]), "curves": found["curves"], "draws": found["draws"]}

    @property
    def negotiations(self) -> int:
        """The one that is valued, and the draws."""
        return 1 + self.valued.draws

    @property
    def amount(self) -> str:
        """How many worlds a package was valued in."""
        return f"{counted(self.negotiations, 'negotiation')} valued"

    def headline(self) -> str:
        """Say what was valued and when."""
        return heading(self.valued, self.config)

    def blocks(self) -> Sequence[Block]:
        """The answer in a sentence, equivalents, what a little more is worth, the package, and all terms."""
        return tuple(blocks(self.valued, self.config))

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """The curves of two issues, and what makes up for the amount over the draws."""
        return {"indifference_curves": self._curves, "equivalents": self._equivalents}

    def narrow(self, name: str) -> tuple[Figure, ...]:
        """A picture that there is, as a phone shows it."""
        drawn = self._curves(narrow=True) if name == "indifference_curves" else self._equivalents(narrow=True)
        return () if drawn is None else (drawn,)

    def _curves(self, *, narrow: bool = False) -> Figure:
        from experiments.questions.value.figures import indifference_curves

        valued = self.valued
        units = {issue: valued.unit(self.config, issue) for issue in valued.between}
        return indifference_curves(valued.tables["curves"], valued.between, valued.values, units, narrow=narrow)

    def _equivalents(self, *, narrow: bool = False) -> Figure | None:
        from experiments.questions.value.figures import equivalents

        valued, found = self.valued, spread(self.valued.tables["draws"])
        if not (found["found"] > 0).any():
            return None
        units = {issue: valued.unit(self.config, issue) for issue in valued.values}
        return equivalents(found, valued.amount, units, narrow=narrow)

    def plain(self) -> dict[str, Any]:
        """Everything as plain data; values of issues in their units, money in US$ bn a year."""
        valued, settings = self.valued, self.manifest.settings
        tables = {name: table for name, table in self.tables.items() if name != "draws"}
        return {
            "config": self.config.name,
            "seed": self.seed,
            "date": str(valued.date),
            "crosses_red_line_of": valued.crosses,
            **{name: settings[name] for name in ("run", "at", "between", "amount", "draws")},
            **records(tables),
        }


def read(found: Finished) -> ValueResult:
    """Read the answer of a valued package."""
    settings, results = found.settings(ValueSettings), found.results(ValueResults)
    tables = {
        name: found.table(table_file(name), columns, texts=_TEXTS[name])[[*columns]]
        for name, columns in _COLUMNS.items()
    }
    known = set(tables["package"]["issue"])
    for issue in (*settings.between, settings.amount[0]):
        if issue not in known:
            raise found.unreadable(f"its settings name {issue}, which is no issue of the package")
    valued = Valued(
        date=results.date,
        crosses=results.crosses,
        run=settings.run,
        at=settings.at,
        between=settings.between,
        amount=settings.amount,
        draws=settings.draws,
        tables=tables,
    )
    return ValueResult(found.config, found.manifest, found.folder, valued)
