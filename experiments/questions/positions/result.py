"""The answer of the position forecasters, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, final

from experiments.errors import RunError, check_number
from experiments.export.described import Names
from experiments.labels import NOBODY, PartnerNames, counted
from experiments.positions.expected_utility import Compromise
from experiments.positions.table import PositionTable
from experiments.questions.positions.findings import PositionFindings
from experiments.questions.positions.forecasts import (
    CHAIN_COLUMNS,
    FORECAST_COLUMNS,
    FORECASTERS,
    PATH_COLUMNS,
    TRADE_COLUMNS,
)
from experiments.questions.positions.noise import DEVIATIONS, NOISE_COLUMNS
from experiments.questions.positions.text import blocks, heading
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import checked

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

#: Files of the tables.
FILES: Final = {name: table_file(name) for name in ("forecasts", "noise", "paths", "chain", "trades")}

_TEXTS: Final = ("issue", "forecaster", "reading", "actor", "kind", "towards", "giver", "taker", "first", "second")

_MOST_ROUNDS: Final = 1_000
_MOST_DRAWS: Final = 100_000


def check_rounds(rounds: int) -> None:
    """Refuse what is no number of rounds of the expected-utility model."""
    check_number("--rounds", rounds, 1, _MOST_ROUNDS)


def check_draws(draws: int) -> None:
    """Refuse what is no number of draws of noise."""
    check_number("--draws", draws, 1, _MOST_DRAWS)


class PositionsSettings(Record):
    """What is asked beside table and seed."""

    rounds: Annotated[int, checked(check_rounds)]
    draws: Annotated[int, checked(check_draws)]
    compromise: Compromise


class PositionsResults(Record):
    """Whether every order of trades of equal gain was tried."""

    every_order: bool


class StoredActor(Record):
    """An actor on an issue, as the manifest has it."""

    position: float
    salience: float
    power: float
    disagreement: float | None


class StoredIssue(Record):
    """An issue, as the manifest has it."""

    unit: str
    low: float
    high: float
    actors: dict[str, StoredActor]


class StoredTable(Record):
    """A table of positions, as the manifest has it."""

    name: str
    issues: dict[str, StoredIssue]
    notes: tuple[str, ...]


@final
@dataclass(frozen=True, eq=False, repr=False)
class PositionsResult(PositionFindings, Result):
    """The answer of the position forecasters; its tables are those of :class:`PositionFindings`."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``forecasts``, ``noise``, ``paths``, ``chain`` and ``trades``."""
        return {name: getattr(self, name) for name in FILES}

    @property
    def negotiations(self) -> int:
        """None: positions are read, and nothing is negotiated."""
        return 0

    @property
    def amount(self) -> str:
        """Draws of the noise in words."""
        return counted(len(DEVIATIONS) * self.draws, "draw") + " of salience"

    @property
    def partner_names(self) -> PartnerNames:
        """Nobody's: the actors are those of the table."""
        return NOBODY

    @property
    def meanings(self) -> Mapping[str, str]:
        """Nothing: a table of positions has no paths."""
        return {}

    @property
    def subject_name(self) -> str:
        """Name of the table of positions."""
        return self.table.name

    @property
    def names(self) -> Names:
        """The issues of the table."""
        return Names({issue.name: issue.unit for issue in self.table.issues})

    def headline(self) -> str:
        """Say of whom and what the table is, and what the weighted mean says."""
        return heading(self)

    def blocks(self) -> Sequence[Block]:
        """The answer, the forecasters side by side on each issue, and what lies behind them."""
        return tuple(blocks(self))

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """The line of positions with every answer, and the path of the expected-utility model."""
        from experiments.questions.positions.figures import FIGURES

        return {
            "position_forecasts": lambda: FIGURES["position_forecasts"](self.table, self.forecasts, self.noise),
            "expected_utility_path": lambda: FIGURES["expected_utility_path"](self.table, self.paths),
        }

    def plain(self) -> dict[str, Any]:
        """Everything as plain data; positions in the unit of their issue."""
        return {
            "positions": self.table.resolved(),
            "seed": self.manifest.seed,
            **self.manifest.settings,
            "every_order_of_equal_trades": self.every_order,
            **records(self.tables),
        }


#: Rows that tables must have, by their first columns.
_ROWS: Final[dict[str, Callable[[PositionTable], list[tuple[Any, ...]]]]] = {
    "forecasts": lambda table: [(issue.name, name) for issue in table.issues for name in FORECASTERS],
    "noise": lambda table: [
        (issue.name, name, deviation) for issue in table.issues for name in FORECASTERS for deviation in DEVIATIONS
    ],
    "chain": lambda table: [(issue.name, position) for issue in table.issues for position in issue.options.tolist()],
}


def read(found: Finished) -> PositionsResult:
    """Read the answer of the position forecasters."""
    settings, results = found.settings(PositionsSettings), found.results(PositionsResults)
    columns = {
        "forecasts": FORECAST_COLUMNS,
        "noise": NOISE_COLUMNS,
        "paths": PATH_COLUMNS,
        "chain": CHAIN_COLUMNS,
        "trades": TRADE_COLUMNS,
    }
    stored = found.table_asked(StoredTable).model_dump()
    try:
        table = PositionTable.from_resolved(stored)
    except RunError as error:
        raise found.unreadable(f"its table is none that there can be ({str(error).rstrip('.')})") from error
    tables = {name: found.table(file, columns[name], texts=_TEXTS) for name, file in FILES.items()}
    for name, keys in _ROWS.items():
        _check_rows(found, name, tables[name], keys(table))
    return PositionsResult(
        table=table,
        manifest=found.manifest,
        folder=found.folder,
        **tables,
        draws=settings.draws,
        every_order=results.every_order,
    )


def _check_rows(found: Finished, name: str, there: pd.DataFrame, keys: list[tuple[Any, ...]]) -> None:
    """Refuse a table whose rows are not those of the positions."""
    columns = there.columns[: len(keys[0])]
    if sorted(there[columns].itertuples(index=False, name=None)) != sorted(keys):
        raise found.damaged(FILES[name], "its rows are not those of the table of positions")
