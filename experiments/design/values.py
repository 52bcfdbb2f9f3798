"""Value of every number in every run, and the draws that decide what happens in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from experiments.config.numbers import Entry, numbers
from experiments.config.occurrences import Occurrence, occurrences, uncertain
from sim.draws import uniforms
from sim.records import Floats, Integers

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config

Mask = NDArray[np.bool_]


class Values:
    """Numbers of a config by path, one value a run: from the design table where it has a column, else fixed.

    Parameters
    ----------
    config : Config
        Its sampled numbers must all be columns of `design`.
    design : pandas.DataFrame
        Indexed by run, which decides its chances; rows of the same run meet the same ones. A column may also name a
        parameter that the config fixes, or an occurrence (0 or 1); it then takes its place.
    seed : int
        Seed of the draws of :meth:`uniform`.

    Raises
    ------
    ValueError
        When a column is missing or unknown, or holds a value outside the limits of its number.
    """

    def __init__(self, config: Config, design: pd.DataFrame, seed: int) -> None:
        self._entries = {entry.path: entry for entry in numbers(config)}
        self._occurrences = {one.path for one in occurrences(config)}
        self._columns = {str(name): np.asarray(design[name], dtype=np.float64) for name in design.columns}
        self._seed = seed
        self.runs: Integers = np.asarray(design.index, dtype=np.int64)
        self._check(config)

    def _check(self, config: Config) -> None:
        sampled = {path for path, entry in self._entries.items() if entry.number.is_sampled}
        if missing := sampled - self._columns.keys():
            raise ValueError(f"the design table of {config.name} lacks the sampled numbers {sorted(missing)}")
        if (self.runs < 0).any():
            raise ValueError("the design table must be indexed by run: whole numbers of at least 0")
        for path, column in self._columns.items():
            if path in self._occurrences:
                if not np.isin(column, (0.0, 1.0)).all():
                    raise ValueError(f"the design table holds values of {path} that are neither 0 nor 1")
                continue
            if path not in self._entries:
                raise ValueError(f"the design table names {path}, which is no number of {config.name}")
            low, high = _limits(self._entries[path])
            if not ((low <= column) & (column <= high) & np.isfinite(column)).all():
                raise ValueError(f"the design table holds values of {path} that are not between {low:g} and {high:g}")

    def __getitem__(self, path: str) -> Floats:
        if path in self._columns:
            return self._columns[path]
        return self._entries[path].number.ppf(np.full(self.runs.size, 0.5))

    def uniform(self, name: str) -> Floats:
        """One draw a run between 0 and 1 from the stream of `name`."""
        if self.runs.size == 0:
            return np.empty(0)
        first = int(self.runs.min())
        span = uniforms(self._seed, name, first, int(self.runs.max()) - first + 1).ravel()
        return span[self.runs - first]

    def occurs(self, one: Occurrence) -> Mask:
        """Whether something happens, by run: as its column says, else by its chance."""
        column = self.column(one.path)
        return self.uniform(one.stream) < self.chance_of(one) if column is None else column != 0.0

    def column(self, path: str) -> Floats | None:
        """Column of the design table of that name, or None where it has none."""
        return self._columns.get(path)

    def chance_of(self, one: Occurrence) -> Floats:
        """Probability with which something happens, by run."""
        if one.chance_path in self._entries:
            return self[one.chance_path]
        return one.chance.ppf(np.full(self.runs.size, 0.5))


def with_occurrences(config: Config, design: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Design table with a column of 0 and 1 for all that may happen in one run and not in another.

    It says what the draws of the seed say, so that the runs are the same with it and without it.
    """
    values = Values(config, design, seed)
    return design.assign(**{one.path: values.occurs(one).astype(np.float64) for one in uncertain(config)})


def _limits(entry: Entry) -> tuple[float, float]:
    """Values that a column of the design table may hold: a parameter's limits, else what the config says."""
    return entry.row.limits() if entry.row is not None else entry.number.support()


def from_regime(array: NDArray[Any], regime: int, mask: Mask, value: NDArray[Any] | float) -> None:
    """Write `value` into ``array[run, regime:]`` of the runs in `mask`."""
    wanted = np.broadcast_to(np.asarray(value), mask.shape)
    array[mask, regime:] = wanted[mask, np.newaxis]
