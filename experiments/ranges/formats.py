"""Kinds of files of ranges that are read; apart from their readers, which a start of the command line need not load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

RangeFormat = Literal["salib", "ema"]

#: What each is, in words.
RANGE_FORMATS: Final[Mapping[RangeFormat, str]] = {
    "salib": "a bounds file of SALib",
    "ema": "a parameter file of the EMA Workbench",
}
