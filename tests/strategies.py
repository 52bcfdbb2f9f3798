"""Hypothesis strategies for records, firms, chip makers and packages inside the plausible ranges.

A record has some hundred numbers; they come from a generator whose seed hypothesis draws, which is many times faster
than drawing each. Half of the examples lie at corners of the ranges.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.issues import ISSUES, MAX_ISSUES
from sim.parameters.parameter import SECTORS, Parameter
from sim.records import FIRM, FURTHER, MAKER, Floats, Record, Table
from tests.support import default_record, parameters


class Shares:
    """Numbers from 0 to 1: where in its range each value lies."""

    def __init__(self, seed: int, *, corner: bool) -> None:
        self._rng = np.random.default_rng(seed)
        self._corner = corner

    def draw(self, count: int) -> Floats:
        """Draw `count` shares, all of them 0 or 1 at a corner."""
        drawn = self._rng.random(count)
        return np.round(drawn) if self._corner else drawn

    def value(self, row: Parameter) -> float:
        """Draw a parameter from its plausible range."""
        value = row.low + (row.high - row.low) * float(self.draw(1)[0])
        return float(round(value)) if row.unit == "flag" else value


SHARES = st.builds(Shares, st.integers(0, 2**32 - 1), corner=st.booleans())


def _record(shares: Shares) -> Record:
    fields: dict[str, Any] = {row.field: shares.value(row) for row in parameters("scalar")}
    for row in parameters("sector"):
        column = fields.setdefault(row.field, np.zeros(len(SECTORS)))
        column[SECTORS.index(row.section.removeprefix("sectors."))] = shares.value(row)
    fields["further_us_value"] = shares.draw(FURTHER) - 0.5
    fields["further_partner_value"] = shares.draw(FURTHER) - 0.5
    return default_record(**fields)


def _package(shares: Shares) -> Floats:
    package = 10.0 * shares.draw(MAX_ISSUES)
    for issue in ISSUES:
        package[issue.slot] = issue.low + (issue.high - issue.low) * package[issue.slot] / 10.0
    return package


def _rows(dtype: np.dtype[np.void], group: str, shares: Shares, count: int) -> Table:
    table = np.zeros(count, dtype)
    for i in range(count):
        for row in parameters(group):
            table[row.field][i] = shares.value(row)
    return table


def records() -> st.SearchStrategy[Record]:
    """Draw every parameter from its plausible range, and values of the further issues."""
    return SHARES.map(_record)


def packages() -> st.SearchStrategy[Floats]:
    """Draw a package from the default grids' ranges; further issues from 0 to 10."""
    return SHARES.map(_package)


def firm_tables(most: int = 5, least: int = 0) -> st.SearchStrategy[Table]:
    """Draw data-centre firms from their plausible ranges."""
    return st.builds(_rows, st.just(FIRM), st.just("firm"), SHARES, st.integers(least, most))


def maker_tables(most: int = 4, least: int = 0) -> st.SearchStrategy[Table]:
    """Draw chip makers from their plausible ranges."""
    return st.builds(_rows, st.just(MAKER), st.just("maker"), SHARES, st.integers(least, most))
