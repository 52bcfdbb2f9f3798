"""Numbers of a config: a fixed value or a distribution, each with where it comes from."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import Discriminator, Field, GetJsonSchemaHandler, Tag, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from experiments.config.values import ConfigPart, Date, Integer, Real, Text
from sim.parameters.parameter import Confidence
from sim.records import Floats

_PROVENANCE = ("source", "known_by", "confidence")

#: A truncated distribution whose bounds hold less probability than this cannot be drawn from with any precision.
_LEAST_MASS = 1e-12

#: Values of a choice that a description names.
_MOST_NAMED = 100

Positive = Annotated[Real, Field(gt=0)]


class Quantity(ConfigPart):
    """A number of a config, fixed or drawn; abstract."""

    kind: ClassVar[str]

    source: Text | None = None
    """Where the number comes from."""
    known_by: Date | None = None
    """First day on which the number could have been known."""
    confidence: Confidence | None = None
    """How far to trust the number."""

    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Smallest and largest possible value (infinite where there is no bound)."""

    @abstractmethod
    def ppf(self, uniform: Floats) -> Floats:
        """Values at the cumulative probabilities `uniform`, which lie strictly between 0 and 1."""

    @property
    def is_sampled(self) -> bool:
        """Whether the number is drawn, and so is a column of the design table."""
        return True

    def text(self) -> str:
        """One-line description, for example ``uniform(low=0, high=1)``."""
        given = self.model_dump(exclude={"dist", *_PROVENANCE})
        return f"{self.kind}({', '.join(f'{name}={_plain(value)}' for name, value in given.items())})"

    @model_serializer(mode="wrap")
    def _without_gaps(self, handler: Any) -> Any:
        dumped = {name: value for name, value in handler(self).items() if value is not None}
        return dumped["value"] if dumped.keys() == {"value"} else dumped


def _plain(value: object) -> str:
    return f"[{', '.join(map(_plain, value))}]" if isinstance(value, list | tuple) else f"{value:g}"


def _wrong(message: str) -> PydanticCustomError:
    # The message may hold braces of the user's own text, which the template of pydantic would read as fields.
    return PydanticCustomError("number", "{message}", {"message": message})


def _ordered(low: float, high: float) -> None:
    if not low < high:
        raise _wrong(f"low must be below high, got low {low:g} and high {high:g}")


class Fixed(Quantity):
    """A known value; written as a bare number, or with its source."""

    kind: ClassVar[str] = "value"

    value: Real

    @model_validator(mode="before")
    @classmethod
    def _from_bare_number(cls, raw: object) -> object:
        return {"value": raw} if isinstance(raw, int | float) else raw

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Schema of a number or of a map with ``value``."""
        with_source = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "number"}, with_source]}

    def support(self) -> tuple[float, float]:
        """Value, twice."""
        return self.value, self.value

    def ppf(self, uniform: Floats) -> Floats:
        """Value at every probability."""
        return np.full(uniform.shape, self.value)

    @property
    def is_sampled(self) -> bool:
        """Never."""
        return False

    def text(self) -> str:
        """Shortest text that reads back as the value."""
        return repr(self.value)


class _Between(Quantity):
    """A number between `low` and `high`, both of which are given; abstract."""

    if TYPE_CHECKING:
        # Fields of each distribution, in its own order.
        low: float
        high: float

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        _ordered(*self.support())
        return self

    def support(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high


class _Truncated(Quantity):
    """A number cut to bounds, which must leave enough of its distribution to draw from; abstract."""

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        _ordered(*self.support())
        _check_mass(*self._scores())
        return self

    @abstractmethod
    def _scores(self) -> tuple[float, float]:
        """Bounds as standard scores of the normal distribution that is cut."""


class Uniform(_Between):
    """Every value between `low` and `high` equally likely."""

    kind: ClassVar[str] = "uniform"

    dist: Literal["uniform"]
    low: Real
    high: Real

    def ppf(self, uniform: Floats) -> Floats:
        """``low + u (high - low)``."""
        return np.clip(self.low * (1 - uniform) + self.high * uniform, self.low, self.high)


class Triangular(_Between):
    """Rises from `low` to `mode` and falls to `high`."""

    kind: ClassVar[str] = "triangular"

    dist: Literal["triangular"]
    low: Real
    mode: Real
    high: Real

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        if not self.low <= self.mode <= self.high:
            raise _wrong(f"mode must lie between low {self.low:g} and high {self.high:g}, got {self.mode:g}")
        return self

    def ppf(self, uniform: Floats) -> Floats:
        """Inverse of the two parabolas of the cumulative distribution."""
        width = self.high - self.low
        rising = (self.mode - self.low) / width
        below = self.low + width * np.sqrt(uniform * rising)
        above = self.high - width * np.sqrt((1 - uniform) * (1 - rising))
        return np.clip(np.where(uniform < rising, below, above), self.low, self.high)


class Normal(_Truncated):
    """Normal distribution, cut to [low, high] where bounds are given."""

    kind: ClassVar[str] = "normal"

    dist: Literal["normal"]
    mean: Real
    sd: Positive
    low: Real | None = None
    high: Real | None = None

    def support(self) -> tuple[float, float]:
        """Bounds, infinite where none is given."""
        return -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high

    def ppf(self, uniform: Floats) -> Floats:
        """Quantiles of the truncated normal."""
        return np.clip(self.mean + self.sd * _normal_between(uniform, *self._scores()), *self.support())

    def _scores(self) -> tuple[float, float]:
        low, high = self.support()
        return (low - self.mean) / self.sd, (high - self.mean) / self.sd


class Lognormal(_Truncated):
    """Exponential of a normal with standard deviation `sigma` around ln `median`, cut to [low, high] where given."""

    kind: ClassVar[str] = "lognormal"

    dist: Literal["lognormal"]
    median: Positive
    sigma: Positive
    low: Annotated[Real, Field(ge=0)] | None = None
    high: Positive | None = None

    def support(self) -> tuple[float, float]:
        """Bounds; 0 and infinity where none is given."""
        return 0.0 if self.low is None else self.low, math.inf if self.high is None else self.high

    def ppf(self, uniform: Floats) -> Floats:
        """``median exp(sigma z)`` with z the quantile of the truncated normal."""
        with np.errstate(over="ignore"):
            values = self.median * np.exp(self.sigma * _normal_between(uniform, *self._scores()))
        return np.clip(values, *self.support())

    def _scores(self) -> tuple[float, float]:
        low, high = self.support()
        lowest = math.log(low / self.median) / self.sigma if low > 0 else -math.inf
        return lowest, math.log(high / self.median) / self.sigma if math.isfinite(high) else math.inf


class Beta(_Between):
    """Beta distribution with shapes `a` and `b`, stretched to [low, high]."""

    kind: ClassVar[str] = "beta"

    dist: Literal["beta"]
    a: Positive
    b: Positive
    low: Real = 0.0
    high: Real = 1.0

    def ppf(self, uniform: Floats) -> Floats:
        """Inverse of the regularised incomplete beta function, stretched."""
        from scipy.special import betaincinv

        share = betaincinv(self.a, self.b, uniform)
        return np.clip(self.low * (1 - share) + self.high * share, self.low, self.high)


class Choice(Quantity):
    """One of a few values, equally likely unless weights are given."""

    kind: ClassVar[str] = "choice"

    dist: Literal["choice"]
    values: Annotated[tuple[Real, ...], Field(min_length=1, max_length=1000)]
    weights: tuple[Annotated[Real, Field(ge=0)], ...] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.weights is not None:
            if len(self.weights) != len(self.values):
                raise _wrong(f"needs one weight a value, got {len(self.weights)} for {len(self.values)} values")
            if not 0 < sum(self.weights) < math.inf:
                raise _wrong(f"weights must have a positive, finite sum, got {sum(self.weights):g}")
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


class DiscreteUniform(Quantity):
    """Every whole number from `low` to `high`, both included, equally likely."""

    kind: ClassVar[str] = "discrete_uniform"

    dist: Literal["discrete_uniform"]
    low: Integer
    high: Integer

    @model_validator(mode="after")
    def _check(self) -> Self:
        _ordered(self.low, self.high)
        return self

    def support(self) -> tuple[float, float]:
        """Both ends."""
        return float(self.low), float(self.high)

    def ppf(self, uniform: Floats) -> Floats:
        """``low + floor(u (high - low + 1))``."""
        whole: Floats = np.clip(self.low + np.floor(uniform * (self.high - self.low + 1)), *self.support())
        return whole


def _normal_between(uniform: Floats, low: float, high: float) -> Floats:
    """Quantiles of the standard normal cut to [low, high], precise in either tail."""
    from scipy.special import ndtr, ndtri

    if low > 0:
        return -_normal_between(1 - uniform, -high, -low)
    bottom, top = ndtr(low), ndtr(high)
    scores: Floats = np.clip(ndtri(bottom + uniform * (top - bottom)), low, high)
    return scores


def _check_mass(low: float, high: float) -> None:
    from scipy.special import ndtr

    mass = ndtr(-low) - ndtr(-high) if low > 0 else ndtr(high) - ndtr(low)
    if not mass > _LEAST_MASS:
        raise _wrong("low and high hold almost no probability; widen them or move the centre")


DISTRIBUTIONS: dict[str, type[Quantity]] = {
    model.kind: model for model in (Uniform, Triangular, Normal, Lognormal, Beta, Choice, DiscreteUniform)
}


def _tag(raw: object) -> str | None:
    """Name, in angle brackets, of the kind of number that `raw` is meant to be."""
    if isinstance(raw, Quantity):
        return f"<{raw.kind}>"
    if isinstance(raw, dict):
        return f"<{raw['dist']}>" if "dist" in raw else "<value>" if "value" in raw else None
    return "<value>" if isinstance(raw, int | float) and not isinstance(raw, bool) else None


#: A number as configs write it: bare, with its source, or as a distribution.
Number = Annotated[
    Annotated[Fixed, Tag("<value>")]
    | Annotated[Uniform, Tag("<uniform>")]
    | Annotated[Triangular, Tag("<triangular>")]
    | Annotated[Normal, Tag("<normal>")]
    | Annotated[Lognormal, Tag("<lognormal>")]
    | Annotated[Beta, Tag("<beta>")]
    | Annotated[Choice, Tag("<choice>")]
    | Annotated[DiscreteUniform, Tag("<discrete_uniform>")],
    Discriminator(_tag),
]
