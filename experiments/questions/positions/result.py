"""The answer of the position forecasters, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, final

from experiments.labels import NOBODY, PartnerNames, counted
from experiments.positions.table import PositionTable
from experiments.questions.positions.findings import PositionFindings
from experiments.questions.positions.forecasts import CHAIN_COLUMNS, FORECAST_COLUMNS, PATH_COLUMNS, TRADE_COLUMNS
from experiments.questions.positions.noise import DEVIATIONS, NOISE_COLUMNS
from experiments.questions.positions.text import blocks, heading
from experiments.report.result import Result, records

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

#: Files of the tables.
FILES: Final = {name: f"tables/{name}.csv" for name in ("forecasts", "noise", "paths", "chain", "trades")}

_TEXTS: Final = ("issue", "forecaster", "reading", "actor", "kind", "towards", "giver", "taker", "first", "second")


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


def read(found: Finished) -> PositionsResult:
    """Read the answer of the position forecasters."""
    found.need_settings("rounds", "draws", "compromise")
    columns = {
        "forecasts": FORECAST_COLUMNS,
        "noise": NOISE_COLUMNS,
        "paths": PATH_COLUMNS,
        "chain": CHAIN_COLUMNS,
        "trades": TRADE_COLUMNS,
    }
    try:
        table = PositionTable.from_resolved(found.manifest.config)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise found.unreadable(f"its positions cannot be read ({error})") from error
    tables = {name: found.table(file, columns[name], texts=_TEXTS) for name, file in FILES.items()}
    return PositionsResult(
        table=table,
        manifest=found.manifest,
        folder=found.folder,
        **tables,
        every_order=bool(found.result("every_order")),
    )
