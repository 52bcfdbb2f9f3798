"""Paired comparison under common random numbers, for tests of signs: two configs meet the same draws, run by run.

Every draw depends on the seed, its own name and the run alone. Two configs that differ in one number therefore share
all others, and what differs between the two halves of a pair is the effect of that number and no noise.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.distributions import Quantity
from experiments.config.load import config_of
from experiments.config.model import Config
from experiments.config.numbers import numbers
from experiments.errors import suggestion
from experiments.labels import AGREEMENT
from experiments.statistics.intervals import wilson_interval

if TYPE_CHECKING:
    import pandas as pd

FIRST: Final = "a."
SECOND: Final = "b."

#: Difference below which a quantity has not moved: far above rounding, far below any step of a grid.
NO_MOVE: Final = 1e-9

#: Fields of a number that hold a value, and those that hold a width, by kind. Whole numbers have neither.
_VALUES: Final = {
    "value": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "normal": ("mean", "low", "high"),
    "lognormal": ("median", "low", "high"),
    "beta": ("low", "high"),
    "choice": ("values",),
}
_WIDTHS: Final = {"normal": ("sd",)}


@dataclass(frozen=True, slots=True)
class SignShare:
    """In how many pairs a quantity is lower, the same or higher in the second config.

    Attributes
    ----------
    quantity : str
        What was compared.
    fell, same, rose : int
        Pairs by the sign of the difference, second less first.
    """

    quantity: str
    fell: int
    same: int
    rose: int

    @property
    def pairs(self) -> int:
        """Pairs that have the quantity in both configs."""
        return self.fell + self.same + self.rose

    @property
    def not_up(self) -> float:
        """Share of the pairs in which the quantity does not rise; NaN without pairs."""
        return self._share(self.fell + self.same)

    @property
    def not_down(self) -> float:
        """Share of the pairs in which the quantity does not fall; NaN without pairs."""
        return self._share(self.rose + self.same)

    def interval_not_up(self, level: float = 0.95) -> tuple[float, float]:
        """Wilson interval of :attr:`not_up`."""
        return wilson_interval(self.fell + self.same, self.pairs, level)

    def interval_not_down(self, level: float = 0.95) -> tuple[float, float]:
        """Wilson interval of :attr:`not_down`."""
        return wilson_interval(self.rose + self.same, self.pairs, level)

    def _share(self, count: int) -> float:
        return count / self.pairs if self.pairs else math.nan


def compare(config_a: Config, config_b: Config, runs: int, seed: int) -> pd.DataFrame:
    """Run two configs on the same draws and join their tables run by run.

    Parameters
    ----------
    config_a, config_b : Config
        The scenarios; as a rule the second is the first with one thing changed.
    runs, seed : int
        Number of pairs, and the seed of every draw.

    Returns
    -------
    pandas.DataFrame
        Index ``run``; the columns of the table ``runs`` twice, as ``a.<column>`` and ``b.<column>``.
    """
    return join_runs(runs_of(config_a, runs, seed), runs_of(config_b, runs, seed))


def runs_of(config: Config, runs: int, seed: int) -> pd.DataFrame:
    """Table ``runs`` of a config, one row a negotiation, computed here and written nowhere."""
    from experiments.engine.simulate import simulate

    tables = simulate(config, 0, runs, seed, runs, trajectories=False, solutions=False)
    frame: pd.DataFrame = tables.runs.to_pandas()
    return frame


def join_runs(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Join two tables ``runs`` of the same draws run by run, as :func:`compare` returns them."""
    import pandas as pd

    if list(first["run"]) != list(second["run"]):
        raise ValueError("the two tables do not hold the same runs in the same order")
    parts = [table.set_index("run").add_prefix(prefix) for table, prefix in ((first, FIRST), (second, SECOND))]
    return pd.concat(parts, axis=1)


def sign_share(pairs: pd.DataFrame, quantity: str) -> SignShare:
    """Count in how many pairs a quantity falls, stays or rises from the first config to the second.

    Parameters
    ----------
    pairs : pandas.DataFrame
        What :func:`compare` returns.
    quantity : str
        ``agreement`` (0 or 1, over all pairs), or a column of the table ``runs`` that holds numbers; it is compared in
        the pairs that agree in both configs.
    """
    deals = [(pairs[f"{prefix}outcome"] == AGREEMENT).to_numpy(np.bool_) for prefix in (FIRST, SECOND)]
    if quantity == AGREEMENT:
        before, after = (deal.astype(np.float64) for deal in deals)
    else:
        agreed = pairs[deals[0] & deals[1]]
        before, after = (agreed[f"{prefix}{quantity}"].to_numpy(np.float64) for prefix in (FIRST, SECOND))
    change = after - before
    if np.isnan(change).any():
        raise ValueError(f"{quantity} is not a number in every pair that agrees; choose another column")
    rose, fell = int((change > NO_MOVE).sum()), int((change < -NO_MOVE).sum())
    return SignShare(quantity, fell, len(change) - rose - fell, rose)


def moved(config: Config, path: str, *, factor: float = 1.0, shift: float = 0.0) -> Config:
    """Copy of a config in which one number is ``factor x + shift`` in every run, whatever else is drawn.

    The distribution is stretched and shifted, so that the same draw gives the moved value. What events set the number
    to is moved as well.

    Raises
    ------
    ValueError
        When the config has no number of that path, or its distribution cannot be moved so.
    experiments.errors.ConfigError
        When a moved value is not allowed.
    """
    found = {entry.path: entry.number for entry in numbers(config)}
    if path not in found:
        raise ValueError(f"{config.name} has no number {path}{suggestion(path, found)}")
    if not factor > 0.0:
        raise ValueError(f"factor = {factor}: only a positive factor keeps large draws large")
    sets = tuple(f"{place}={json.dumps(_moved(found[place], place, factor, shift))}" for place in _places(config, path))
    return config_of(config, sets)


def _places(config: Config, path: str) -> Iterator[str]:
    """Path of a number, and of every value that an event gives it."""
    yield path
    for event in config.events:
        if isinstance(event.changes.get(path), Quantity):
            yield f"events.{event.name}.set.{path}"


def _moved(number: Quantity, path: str, factor: float, shift: float) -> Any:
    """Plain data of the moved number."""
    if number.kind not in _VALUES:
        raise ValueError(f"{path} is drawn from {number.text()}, which cannot be stretched")
    if number.kind == "lognormal" and shift != 0.0:
        raise ValueError(f"{path} is drawn from {number.text()}, which is no such distribution when it is shifted")
    dumped = number.model_dump(mode="json")
    data = dumped if isinstance(dumped, dict) else {"value": dumped}
    for name in _VALUES[number.kind]:
        if name in data:
            data[name] = _affine(data[name], factor, shift)
    for name in _WIDTHS.get(number.kind, ()):
        data[name] *= factor
    return data


def _affine(value: Any, factor: float, shift: float) -> Any:
    if isinstance(value, list):
        return [factor * part + shift for part in value]
    return factor * value + shift
