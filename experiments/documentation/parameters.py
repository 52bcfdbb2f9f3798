"""The parts of the documentation that follow from the parameter table.

The page of all parameters is made with the site. The two tables of ``docs/model/`` that repeat rows are printed by
``python -m experiments.documentation.parameters sectors`` and ``... symbols``.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable
from typing import Final

from experiments.catalogue import parameter_rows
from experiments.documentation.markdown import table
from sim.parameters.parameter import SECTORS, VALID_BY_UNIT, Confidence, Parameter
from sim.parameters.table import TABLE

_TITLES: Final[dict[str, str]] = {
    "us_treasury": "US Treasury",
    "partner": "The partner's government",
    "economy": "Economy",
    "walk_away": "Walk-away",
    "reference": "Earlier deals of others",
    "chips": "Chip market",
    "purchases": "Other purchases",
    "fund": "Investment fund",
    "sectors": "Import sectors",
    "firms": "Data-centre firms",
    "chip_makers": "Chip makers and suppliers",
}

_CONFIDENCE: Final[dict[Confidence, str]] = {
    "high": "a figure found in the source that is named",
    "medium": "taken or derived from the sources that are named, with some choice of ours in it",
    "low": "quoted from memory; no page that we found confirms it",
    "assumption": "ours; no source gives it",
}

_INTRODUCTION: Final = """\
# All parameters

The rows of `sim/parameters/table.py`. The equations in which each parameter stands are on the pages of
[the model](model/index.md), the keys in the column *source* in [the references](references.md).
`winset list parameters` prints the same rows, and with `--json` for other programs.

- *Parameter* is the path in a config file and in `--set`. For a firm or a chip maker put its name for `<name>`.
- *Range* is what we think plausible. A value outside it is allowed, and `winset check` reports it. Hard limits, which
  refuse a value, come from the unit; square brackets after the unit narrow them further.
- *Misjudged* marks what noisy beliefs perturb when one side guesses the payoffs of the other.
- *Known by* is the first day on which the default could have been known. A page that a source names may be younger than
  the fact.
"""


def parameter_markdown() -> str:
    """Page of all parameters in Markdown, with a table for each section."""
    tables = {"Confidence": _confidence_table(), "Units": _unit_table()}
    tables |= {title: _section_table(section) for section, title in _TITLES.items()}
    return "\n".join([_INTRODUCTION, *(f"## {heading}\n\n{rows}" for heading, rows in tables.items())])


def sector_markdown() -> str:
    """Table of the six import sectors at their defaults, one row a sector."""
    columns = {row.name: row for row in TABLE if row.group == "sector"}
    header = ["sector", *(f"`{row.symbol}`" for row in columns.values())]
    units = ["*unit*", *(f"*{row.unit}*" for row in columns.values())]
    defaults = {row.path: f"{row.default:g}" for row in TABLE if row.group == "sector"}
    rows = [[sector, *(defaults[f"sectors.{sector}.{name}"] for name in columns)] for sector in SECTORS]
    return table(header, [units, *rows])


def symbol_markdown() -> str:
    """Table of the symbols that stand for parameters in the equations, in the order of the parameter table."""
    docs = {(row.symbol, _any_sector(row)): row.doc for row in TABLE if row.symbol}
    rows = [[f"`{symbol}`", f"`{path}`", doc] for (symbol, path), doc in docs.items()]
    return table(["symbol", "parameter", "meaning"], rows)


def _any_sector(row: Parameter) -> str:
    return f"sectors.<sector>.{row.name}" if row.group == "sector" else row.path


def _confidence_table() -> str:
    count = Counter(row.confidence for row in TABLE)
    rows = [[name, str(count[name]), meaning] for name, meaning in _CONFIDENCE.items()]
    return table(["confidence", "rows", "meaning"], rows)


def _unit_table() -> str:
    return table(["unit", "admitted values"], [[unit, _admitted(unit)] for unit in VALID_BY_UNIT])


def _admitted(unit: str) -> str:
    return "0 or 1" if unit == "flag" else _span(*VALID_BY_UNIT[unit])


def _section_table(section: str) -> str:
    header = ["parameter", "symbol", "default", "range", "unit", "meaning", "source", "confidence", "known by"]
    pairs = zip(TABLE, parameter_rows(), strict=True)
    rows = [_cells(row, entry["parameter"]) for row, entry in pairs if row.section.partition(".")[0] == section]
    return table([*header, "misjudged"], rows)


def _cells(row: Parameter, path: str) -> list[str]:
    return [
        f"`{path}`",
        f"`{row.symbol}`" if row.symbol else "",
        f"{row.default:g}",
        f"{row.low:g} to {row.high:g}",
        row.unit + _narrower(row),
        row.doc,
        row.source,
        row.confidence,
        row.known_by.isoformat(),
        "yes" if row.is_weight else "",
    ]


def _narrower(row: Parameter) -> str:
    """Hard limits of a row in brackets where they are tighter than those of its unit."""
    return f" [{_span(*row.limits())}]" if row.limits() != VALID_BY_UNIT[row.unit] else ""


def _span(low: float, high: float) -> str:
    return f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}"


_TABLES: Final[dict[str, Callable[[], str]]] = {
    "sectors": sector_markdown,
    "symbols": symbol_markdown,
}

if __name__ == "__main__":
    sys.stdout.write(_TABLES[sys.argv[1]]())
