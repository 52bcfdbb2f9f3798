"""What every number of a config has: its possible values, its quantiles, and where it comes from."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self

import numpy as np
from pydantic import Field, GetJsonSchemaHandler, model_serializer, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from experiments.config.values import ConfigPart, Date, Real, Text
from sim.parameters.parameter import Confidence
from sim.records import Floats

_PROVENANCE: Final = ("source", "known_by", "confidence")

#: A truncated distribution whose bounds hold less probability than this cannot be drawn from with any precision.
_LEAST_MASS: Final = 1e-12

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
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_plain(one)}' for key, one in value.items())}}}"
    return f"[{', '.join(map(_plain, value))}]" if isinstance(value, list | tuple) else f"{value:g}"


def wrong(message: str) -> PydanticCustomError:
    """Say in words of our own why a number cannot be."""
    # The message may hold braces of the user's own text, which the template of pydantic would read as fields.
    return PydanticCustomError("number", "{message}", {"message": message})


def ordered(low: float, high: float) -> None:
    """Refuse bounds that leave nothing between them."""
    if not low < high:
        raise wrong(f"low must be below high, got low {low:g} and high {high:g}")


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


class Between(Quantity):
    """A number between `low` and `high`, both of which are given; abstract."""

    if TYPE_CHECKING:
        # Fields of each distribution, in its own order.
        low: float
        high: float

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        ordered(*self.support())
        return self

    def support(self) -> tuple[float, float]:
        """Both ends."""
        return self.low, self.high


class Truncated(Quantity):
    """A number cut to bounds, which must leave enough of its distribution to draw from; abstract."""

    @model_validator(mode="after")
    def _check_bounds(self) -> Self:
        ordered(*self.support())
        if not self.kept > _LEAST_MASS:
            raise wrong("low and high hold almost no probability; widen them or move the centre")
        return self

    @property
    def kept(self) -> float:
        """Share of the distribution that its bounds leave, between 0 and 1."""
        return _mass(*self._scores())

    @abstractmethod
    def _scores(self) -> tuple[float, float]:
        """Bounds as standard scores of the normal distribution that is cut."""


def normal_between(uniform: Floats, low: float, high: float) -> Floats:
    """Quantiles of the standard normal cut to [low, high], precise in either tail."""
    from scipy.special import ndtr, ndtri

    if low > 0:
        return -normal_between(1 - uniform, -high, -low)
    bottom, top = ndtr(low), ndtr(high)
    scores: Floats = np.clip(ndtri(bottom + uniform * (top - bottom)), low, high)
    return scores


def _mass(low: float, high: float) -> float:
    """Probability of the standard normal distribution between two scores, precise in either tail."""
    from scipy.special import ndtr

    return float(ndtr(-low) - ndtr(-high) if low > 0 else ndtr(high) - ndtr(low))
