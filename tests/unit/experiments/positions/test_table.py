"""Tables of positions that are made in code: what is refused, and that plain data is read back as it was."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from experiments.errors import RunError
from experiments.positions.table import MAX_ACTORS, PositionTable
from tests.positions_by_hand import table_by_hand


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"position": np.array([2.0, 2.0, 11.0])}, "delay: position of Cy must be from 0 to 10 (got 11)."),
        ({"position": np.array([2.0, np.nan, 9.0])}, "delay: position of Bob must be from 0 to 10 (got nan)."),
        ({"salience": np.array([0.5, 25.0, 1.0])}, "delay: salience of Bob must be from 0 to 1 (got 25)."),
        ({"power": np.array([-1.0, 4.0, 3.0])}, "delay: power of Ann must be from 0 to 1e+12 (got -1)."),
        ({"power": np.array([np.inf, 4.0, 3.0])}, "delay: power of Ann must be from 0 to 1e+12 (got inf)."),
        ({"disagreement": np.array([0.0, 1.0, 1.5])}, "delay: disagreement of Cy must be from 0 to 1 (got 1.5)."),
        ({"power": np.ones(2)}, "delay: power must be one number for each of the actors."),
        ({"actors": ("Ann", "Ann", "Cy")}, "delay: an actor stands on it twice."),
        ({"low": 10.0}, "delay: its range is from 10 to 10; it must be from a lower end to a higher one, both"),
        (
            {"high": np.inf},
            "delay: its range is from 0 to inf; it must be from a lower end to a higher one, both at most",
        ),
        ({"low": -1e308, "high": 1e308}, "delay: its range is from -1e+308 to 1e+308; it must be from a lower end"),
        ({"power": np.array([1e308, 4.0, 3.0])}, "delay: power of Ann must be from 0 to 1e+12 (got 1e+308)."),
        ({"salience": np.zeros(3)}, "delay: no actor has both power and salience, so that nobody weighs."),
        ({"actors": ()}, f"delay: it must have 1 to {MAX_ACTORS} actors, and has 0."),
    ],
)
def test_an_issue_that_cannot_be_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(RunError, match=re.escape(said)):
        replace(table_by_hand().issues[0], **change)


def test_plain_data_is_read_back_as_it_was() -> None:
    table = table_by_hand()
    first = replace(table.issues[0], disagreement=np.array([0.0, 0.25, 0.5]))
    table = replace(table, issues=(first, table.issues[1]))
    again = PositionTable.from_resolved(json.loads(json.dumps(table.resolved())))
    assert again.resolved() == table.resolved()
    assert again.digest() == table.digest() != table_by_hand().digest()
