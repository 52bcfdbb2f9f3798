"""Numbers that are drawn from values that a config lists, or that a column of a file holds."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, ClassVar, Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from experiments.config.quantity import Quantity, ordered, wrong
from experiments.config.values import Integer, Real, Sha256, Text
from sim.records import Floats

#: Values that a config may list.
_MOST_LISTED: Final = 1000

#: Rows that a column may have: a config keeps them all.
MOST_ROWS: Final = 10_000

#: Sums of chances that are as near to 1 are 1: what rounding leaves.
_OF_ONE: Final = 1e-9

#: Values of a choice that a description names.
_MOST_NAMED: Final = 100


class Choice(Quantity):
    """One of a few values, equally likely unless weights are given."""

    kind: ClassVar[str] = "choice"

    dist: Literal["choice"]
    values: Annotated[tuple[Real, ...], Field(min_length=1, max_length=_MOST_LISTED)]
    weights: tuple[Annotated[Real, Field(ge=0)], ...] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.weights is not None:
            if len(self.weights) != len(self.values):
                raise wrong(f"needs one weight a value, got {len(self.weights)} for {len(self.values)} values")
            if not 0 < sum(self.weights) < math.inf:
                raise wrong(f"weights must have a positive, finite sum, got {sum(self.weights):g}")
        return self

    def text(self) -> str:
        """One-line description; of many values their number and ends."""
        if len(self.values) <= _MOST_NAMED:
            return super().text()
        low, high = self.support()
        weighted = "" if self.weights is None else ", weighted"
        return f"choice({len(self.values):,} values, {low:g} to {high:g}{weighted})"

    def support(self) -> tuple[float, float]:
        """Smallest and largest of the values."""
        return min(self.values), max(self.values)

    def ppf(self, uniform: Floats) -> Floats:
        """First value, in the order given, whose cumulative weight exceeds the probability."""
        weights = np.ones(len(self.values)) if self.weights is None else np.asarray(self.weights)
        cumulative = np.cumsum(weights)
        index = np.searchsorted(cumulative, uniform * cumulative[-1], side="right")
        last = int(np.flatnonzero(weights)[-1])
        chosen: Floats = np.asarray(self.values)[np.minimum(index, last)]
        return chosen


class Discrete(Quantity):
    """One of a few values, each with its chance."""

    kind: ClassVar[str] = "discrete"

    dist: Literal["discrete"]
    values: Annotated[tuple[Real, ...], Field(min_length=1, max_length=_MOST_LISTED)]
    chances: tuple[Annotated[Real, Field(ge=0)], ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.chances) != len(self.values):
            raise wrong(f"needs one chance a value, got {len(self.chances)} for {len(self.values)} values")
        if twice := [value for place, value in enumerate(self.values) if value in self.values[:place]]:
            raise wrong(f"names the value {twice[0]:g} twice; give it once, with the sum of both chances")
        total = math.fsum(self.chances)
        if abs(total - 1) > _OF_ONE:
            raise wrong(f"chances must sum to 1, and sum to {total:.12g}; choice takes weights of any sum")
        return self

    def text(self) -> str:
        """One-line description; of many values their number and ends."""
        if len(self.values) <= _MOST_NAMED:
            return super().text()
        low, high = self.support()
        return f"discrete({len(self.values):,} values with their chances, {low:g} to {high:g})"

    def support(self) -> tuple[float, float]:
        """Smallest and largest of the values that have a chance."""
        possible = [value for value, chance in zip(self.values, self.chances, strict=True) if chance > 0]
        return min(possible), max(possible)

    def ppf(self, uniform: Floats) -> Floats:
        """Smallest value whose chance together with those of all smaller ones reaches the probability."""
        order = np.argsort(self.values)
        chances = np.asarray(self.chances)[order]
        cumulative = np.cumsum(chances)
        index = np.searchsorted(cumulative, uniform * cumulative[-1], side="left")
        # A probability of 0 is reached by a smallest value that has no chance.
        first, last = np.flatnonzero(chances)[[0, -1]]
        chosen: Floats = np.asarray(self.values)[order][np.clip(index, first, last)]
        return chosen


class FileColumn(Quantity):
    """One of the values of a column of a file, each row as likely as another.

    A config names `file` and `column`; `values`, in rising order, and the file's SHA-256 checksum are filled in when it
    is loaded (:func:`experiments.config.columns.resolve_columns`), so that what was played is known without the file.
    """

    kind: ClassVar[str] = "column"

    dist: Literal["column"]
    file: Text
    """CSV file, relative to the config that names it."""
    column: Text
    """Heading of the column."""
    values: Annotated[tuple[Real, ...], Field(min_length=1, max_length=MOST_ROWS)]
    """What the column holds, in rising order; read from the file."""
    sha256: Sha256
    """Checksum of the file; filled in with the values."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if any(later < earlier for earlier, later in pairwise(self.values)):
            raise wrong("values of a column are in rising order; leave values and sha256 out to have the file read")
        return self

    def text(self) -> str:
        """One-line description: column, file, number of values and their ends."""
        low, high = self.support()
        values = f"{len(self.values):,} value{'' if len(self.values) == 1 else 's'}"
        return f"column({self.column} of {self.file}: {values}, {low:g} to {high:g})"

    def support(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.values[0], self.values[-1]

    def ppf(self, uniform: Floats) -> Floats:
        """Smallest value that a share of at least `uniform` of the rows does not exceed."""
        count = len(self.values)
        place = np.clip(np.ceil(uniform * count).astype(np.int64) - 1, 0, count - 1)
        found: Floats = np.asarray(self.values)[place]
        return found


class DiscreteUniform(Quantity):
    """Every whole number from `low` to `high`, both included, equally likely."""

    kind: ClassVar[str] = "discrete_uniform"

    dist: Literal["discrete_uniform"]
    low: Integer
    high: Integer

    @model_validator(mode="after")
    def _check(self) -> Self:
        ordered(self.low, self.high)
        return self

    def support(self) -> tuple[float, float]:
        """Both ends."""
        return float(self.low), float(self.high)

    def ppf(self, uniform: Floats) -> Floats:
        """``low + floor(u (high - low + 1))``."""
        whole: Floats = np.clip(self.low + np.floor(uniform * (self.high - self.low + 1)), *self.support())
        return whole


#: Numbers whose possible values are listed one by one.
ListedValues = Choice | Discrete | FileColumn
