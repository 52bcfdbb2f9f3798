"""A small made-up table of imports with its tariff lists, in which every sum and every rate differs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

#: Code, imports and duty in US$.
PRODUCTS: Final = (
    ("8703230100", 40_000_000_000.0, 1_000_000_000.0),
    ("8704210050", 1_500_000_000.0, 375_000_000.0),
    ("8708103099", 9_000_000_000.0, 200_000_000.0),
    ("7208100000", 2_000_000_000.0, 90_000_000.0),
    ("7318190000", 500_000_000.0, 5_000_000.0),
    ("8401100000", 32_000_000_000.0, 320_000_000.0),
    ("3004909200", 7_250_000_000.0, 0.0),
    ("8473302000", 125_000_000.0, 1_000_000.0),
    ("9801001000", 3_000_000_000.0, 0.0),
    ("7108121000", 1_000_000_000.0, 0.0),
    ("0101210000", 50_000_000.0, 2_000_000.0),
    ("6109100012", 10_000_000_000.0, 1_600_000_000.0),
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

LISTS: Final = {
    "auto-tariffs.csv": ("87032301", "87042100", "87081030"),
    "steel-tariffs.csv": ("73181900",),
    "alu-tariffs.csv": ("8473302000", "8708103060"),
    "annex-II-exemptions.csv": ("3004909200",),
    "consumer_electronics_EO14257_apr11.csv": ("8473302000",),
}


def write_lists(folder: Path) -> Path:
    """Write the tariff lists into a folder."""
    folder.mkdir(exist_ok=True)
    for name, codes in LISTS.items():
        (folder / name).write_text("\n".join(("HTSUS", *codes)) + "\n", encoding="utf-8")
    return folder


def write_csv(path: Path) -> Path:
    """Write the table as CSV, with columns that nobody looks at."""
    rows = [f'"goods, named",{duty:.0f},{code},{imports:.0f}' for code, imports, duty in PRODUCTS]
    path.write_text("\n".join(("name,duty,HS10,imports", *rows)) + "\n", encoding="utf-8")
    return path


def write_parquet(path: Path) -> Path:
    """Write the table as Parquet."""
    import pandas as pd

    codes, imports, duty = zip(*PRODUCTS, strict=True)
    pd.DataFrame({"share": 0.5, "HS10": codes, "imports": imports, "duty": duty}).to_parquet(path)
    return path
