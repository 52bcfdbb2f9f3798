"""A country's six sectors for the reader: as a table, as plain data, and as a row that ``cases.csv`` takes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from experiments.labels import fixed, plain
from experiments.record.cases import CASE_COLUMNS
from experiments.record.columns import as_text
from experiments.record.csv_lines import COMMENT, written
from experiments.record.sectors import Overlap

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.cases.trade_table import CountryTrade, SectorSums

UNITS = {"imports": "US$ bn a year", "duty": "US$ bn a year", "mfn_rate": "fraction", "products": "codes"}

#: Decimals of sums in US$ bn, and of rates, in the files of the record.
_SUM_DECIMALS = 3
_RATE_DECIMALS = 5


def print_case(trade: CountryTrade, console: Console) -> None:
    """Print the sectors, and the codes on two lists with the sector that they count as."""
    from experiments.terminal.table import TerminalTable

    table = TerminalTable(f"{trade.name}: US imports for consumption by sector, one year")
    table.add_column("sector", "words", is_key=True)
    for heading in ("imports, US$ bn", "duty, US$ bn", "duty over imports, %", "codes"):
        table.add_column(heading)
    for sector, sums in trade.sectors.items():
        table.add_row(plain(sector), *_cells(sums))
    table.add_row("Total", *_cells(trade.total), style="bold")
    table.caption = f"From {trade.made_from}."
    console.print(table)
    if trade.overlaps:
        console.out("")
        console.out("On lists of two sectors, of which the first decides:", highlight=False)
        for line in map(_overlap_line, trade.overlaps):
            console.out(f"  {line}", highlight=False)


def _cells(sums: SectorSums) -> tuple[str, ...]:
    rate = "-" if sums.mfn_rate is None else fixed(100 * sums.mfn_rate, 2)
    return fixed(sums.imports, _SUM_DECIMALS), fixed(sums.duty, _SUM_DECIMALS), rate, f"{sums.products:,}"


def _overlap_line(one: Overlap) -> str:
    return f"{one.code}: {', '.join(one.lists)}; counts as {one.sector}"


def case_data(trade: CountryTrade) -> dict[str, Any]:
    """The sectors as plain data, with units."""
    return {
        "case": trade.name,
        "made_from": trade.made_from,
        "units": UNITS,
        "sectors": {sector: _sums_data(sums) for sector, sums in trade.sectors.items()},
        "total": _sums_data(trade.total),
        "overlaps": [{"code": one.code, "lists": list(one.lists), "sector": one.sector} for one in trade.overlaps],
    }


def _sums_data(sums: SectorSums) -> dict[str, float | int | None]:
    return {"imports": sums.imports, "duty": sums.duty, "mfn_rate": sums.mfn_rate, "products": sums.products}


def trade_values(trade: CountryTrade) -> dict[str, float | None]:
    """Columns of ``cases.csv`` that come from the sums, rounded as they stand there."""
    sums = {sector: round(one.imports, _SUM_DECIMALS) for sector, one in trade.sectors.items()}
    rates = {
        f"mfn_{sector}": None if one.mfn_rate is None or not sums[sector] else round(one.mfn_rate, _RATE_DECIMALS)
        for sector, one in trade.sectors.items()
    }
    return {"total": round(trade.total.imports, _SUM_DECIMALS), **sums, **rates}


def case_file(trade: CountryTrade, known_by: date) -> bytes:
    """A file of one row that ``cases.csv`` takes; columns that no table of imports can fill are empty."""
    row: dict[str, object] = {
        "case": trade.name,
        **trade_values(trade),
        "source": f"made by winset case from {trade.made_from}",
        "known_by": known_by,
        "confidence": "high",
    }
    names = [column.name for column in CASE_COLUMNS]
    lines = (
        f"{COMMENT} Sources: made by winset case; fill in the empty columns and move the row to your cases.csv.",
        written(names),
        written([as_text(row.get(name)) for name in names]),
    )
    return ("\n".join(lines) + "\n").encode()
