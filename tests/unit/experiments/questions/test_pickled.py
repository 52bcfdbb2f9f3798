"""An answer can be sent to another process, whether its directory stays or is gone."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import winset
from experiments.report.result import Result


@pytest.mark.parametrize("is_named", [False, True])
@pytest.mark.parametrize(
    "put",
    [
        partial(winset.run, "tiny", 5),
        partial(winset.positions, "emission_standards", draws=5),
        partial(winset.tournament, "tiny", ["boulware", "conceder"], worlds=2, draws=100, starts=20),
    ],
    ids=["run", "positions", "tournament"],
)
def test_an_answer_that_was_pickled_is_the_same(put: Callable[..., Result], is_named: bool, tmp_path: Path) -> None:
    result = put(out=tmp_path if is_named else None)
    sent: Result = pickle.loads(pickle.dumps(result))  # noqa: S301 - our own bytes
    assert sent.text() == result.text()
    assert sent.tables.keys() == result.tables.keys()
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(sent.tables[name], table)
