"""What tests of cases share: the shipped record, other columns of a case, and a value that a config fixes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from experiments.config.model import Config
from experiments.config.numbers import numbers
from experiments.record.record import DatedRecord, read_record

RECORD: Final = read_record()
CASES: Final = tuple(facts.case for facts in RECORD.cases)

#: Columns of cases.csv that are amounts.
AMOUNTS: Final = ("total", "cars", "parts", "metals", "machinery", "other", "exempt", "us_exports", "gdp")


def value(config: Config, path: str) -> float:
    """Value that a config fixes."""
    (found,) = (one.number for one in numbers(config) if one.path == path)
    low, high = found.support()
    assert low == high, path
    return low


def changed(case: str, **columns: Any) -> DatedRecord:
    """The record with other columns of one case."""
    return replace(RECORD, cases=tuple(replace(one, **columns) if one.case == case else one for one in RECORD.cases))


def times(factor: float) -> DatedRecord:
    """The record with all amounts of all cases times a factor."""
    return replace(
        RECORD,
        cases=tuple(replace(one, **{name: factor * getattr(one, name) for name in AMOUNTS}) for one in RECORD.cases),
    )
