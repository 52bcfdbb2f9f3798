"""A record of one's own: the shipped one with an invented country, whose row is that of Korea under another name."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from experiments.record.record import RECORD

INVENTED: Final = "Ruritania"


def write_own_record(folder: Path, factor: float = 1.0) -> Path:
    """Write it, with the GDP of the invented country times a factor, and return its folder."""
    shutil.copytree(RECORD, folder)
    cases = folder / "cases.csv"
    lines = cases.read_text("utf-8").splitlines()
    header = lines[1].split(",")
    (row,) = (line for line in lines if line.startswith("Korea,"))
    cells = row.split(",")
    cells[0] = INVENTED
    gdp = header.index("gdp")
    cells[gdp] = f"{factor * float(cells[gdp]):g}"
    cases.write_text("\n".join([*lines, ",".join(cells), ""]), encoding="utf-8")
    return folder
