"""Both engines on the same runs, and tables compared to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from experiments.config.model import Config
from experiments.engine.simulate import SimulatedTables, simulate


def _bits(column: pa.ChunkedArray) -> list[Any]:
    """Values of a column; floats by their bit patterns, so that -0.0 is not 0.0, and with missing ones told apart."""
    missing = column.is_null().to_pylist()
    if pa.types.is_floating(column.type):
        return [*missing, *column.to_numpy().view(np.int64).tolist()]
    return [*missing, *column.to_pylist()]


def assert_same_bits(one: pa.Table, other: pa.Table) -> None:
    """Fail unless both tables have the same columns with the same values, to the last bit."""
    assert one.schema == other.schema
    assert one.num_rows == other.num_rows
    for name in one.column_names:
        assert _bits(one[name]) == _bits(other[name]), name


def played_by_both(config: Config, runs: int, *, solutions: bool = False) -> SimulatedTables:
    """Play the first runs of a config with both engines, which must give the same tables; return them."""
    compiled, mesa = (
        simulate(config, 0, runs, config.experiment.seed, runs, trajectories=True, solutions=solutions, engine=engine)
        for engine in ("compiled", "mesa")
    )
    assert compiled.trajectories is not None
    assert mesa.trajectories is not None
    assert_same_bits(compiled.runs, mesa.runs)
    assert_same_bits(compiled.trajectories, mesa.trajectories)
    return compiled
