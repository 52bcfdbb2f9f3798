"""A small made-up table of imports with its tariff lists, in which every sum and every rate differs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pandas as pd

from tests.tree import ROOT

#: Table of twelve products, and folder of the lists.
TABLE: Final = ROOT / "tests" / "data" / "trade" / "ruritania.csv"
LISTS: Final = TABLE.with_name("lists")

#: Files of the lists, in the order in which they are asked.
LIST_FILES: Final = (
    "auto-tariffs.csv",
    "steel-tariffs.csv",
    "alu-tariffs.csv",
    "annex-II-exemptions.csv",
    "consumer_electronics_EO14257_apr11.csv",
)

#: Imports, duty in US$ bn a year, and number of codes by sector.
SUMS: Final = {
    "cars": (41.5, 1.375, 2),
    "parts": (9.0, 0.2, 1),
    "metals": (2.625, 0.096, 3),
    "machinery": (32.0, 0.32, 1),
    "other": (10.05, 1.602, 2),
    "exempt": (11.25, 0.0, 3),
}
TOTAL: Final = (106.425, 3.593, 12)


def write_lists(folder: Path) -> Path:
    """Write the tariff lists into a folder."""
    return Path(shutil.copytree(LISTS, folder))


def write_csv(path: Path) -> Path:
    """Write the table as CSV, with a column that nobody looks at."""
    return Path(shutil.copyfile(TABLE, path))


def write_parquet(path: Path) -> Path:
    """Write the table as Parquet."""
    pd.read_csv(TABLE, dtype={"HS10": str}).to_parquet(path)
    return path
