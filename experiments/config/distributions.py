"""The distributions that a config may give in place of a number, each by its name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal, Self

import numpy as np
from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from experiments.config.listed_values import Choice, Discrete, DiscreteUniform, FileColumn, ListedValues
from experiments.config.quantity import Between, Fixed, Positive, Quantity, Truncated, normal_between, wrong
from experiments.config.values import Real
from sim.records import Floats

__all__ = [
    "DISTRIBUTIONS",
    "MOST_LOGARITHM",
    "Choice",
    "Discrete",
    "DiscreteUniform",
    "FileColumn",
    "Fixed",
    "ListedValues",
    "Number",
    "Quantity",
]

#: Shapes of a beta distribution beyond this leave its quantiles no precision.
_LARGEST_SHAPE: Final = 1e10

#: Logarithm beyond which, above or below 0, a median is no number of full precision.
MOST_LOGARITHM: Final = 700.0


class Uniform(Between):
    """Every value between `low` and `high` equally likely."""

    kind: ClassVar[str] = "uniform"

    dist: Literal["uniform"]
    low: Real
    high: Real

    def ppf(self, uniform: Floats) -> Floats:
        """``low + u (high - low)``."""
        return np.clip(self.low * (1 - uniform) + self.high * uniform, self.low, self.high)


class LogUniform(Between):
    """Every ratio between `low` and `high` equally likely: uniform in the logarithm."""

    kind: ClassVar[str] = "loguniform"

    dist: Literal["loguniform"]
    low: Positive
    high: Positive

    def ppf(self, uniform: Floats) -> Floats:
        """``low (high / low)^u``."""
        values = np.exp(math.log(self.low) * (1 - uniform) + math.log(self.high) * uniform)
        return np.clip(values, self.low, self.high)


class Triangular(Between):
    """Rises from `low` to `mode` and falls to `high`."""

    kind: ClassVar[str] = "triangular"

    dist: Literal["triangular"]
    low: Real
    mode: Real
    high: Real

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        _check_mode(self.low, self.mode, self.high)
        return self

    def ppf(self, uniform: Floats) -> Floats:
        """Inverse of the two parabolas of the cumulative distribution."""
        width = self.high - self.low
        rising = (self.mode - self.low) / width
        below = self.low + width * np.sqrt(uniform * rising)
        above = self.high - width * np.sqrt((1 - uniform) * (1 - rising))
        return np.clip(np.where(uniform < rising, below, above), self.low, self.high)


class Pert(Between):
    """Beta distribution between `low` and `high` with mean ``(low + weight mode + high) / (weight + 2)``.

    With the usual weight of 4 these are the three estimates of PERT [Malcolm et al. 1959]; a higher weight draws more
    tightly around the mode, and 0 evenly [Vose 2008].
    """

    kind: ClassVar[str] = "pert"

    dist: Literal["pert"]
    low: Real
    mode: Real
    high: Real
    weight: Annotated[Real, Field(ge=0, le=_LARGEST_SHAPE)] = 4.0

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        _check_mode(self.low, self.mode, self.high)
        return self

    def ppf(self, uniform: Floats) -> Floats:
        """Quantiles of the beta distribution with these shapes, stretched."""
        rising = (self.mode - self.low) / (self.high - self.low)
        shapes = 1 + self.weight * rising, 1 + self.weight * (1 - rising)
        return _stretched_beta(uniform, shapes, self.low, self.high)


class Normal(Truncated):
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
        return np.clip(self.mean + self.sd * normal_between(uniform, *self._scores()), *self.support())

    def _scores(self) -> tuple[float, float]:
        low, high = self.support()
        return (low - self.mean) / self.sd, (high - self.mean) / self.sd


class Lognormal(Truncated):
    """Exponential of a normal with standard deviation `sigma` around ln `median`, cut to [low, high] where given.

    In place of both it may give two `quantiles`, by their probabilities: those of the distribution before it is cut.
    """

    kind: ClassVar[str] = "lognormal"

    dist: Literal["lognormal"]
    median: Positive | None = None
    sigma: Positive | None = None
    quantiles: Annotated[
        dict[str, Positive] | None,
        Field(
            json_schema_extra={
                "propertyNames": {"pattern": r"^0?\.\d*[1-9]\d*$"},
                "minProperties": 2,
                "maxProperties": 2,
            }
        ),
    ] = None
    low: Annotated[Real, Field(ge=0)] | None = None
    high: Positive | None = None

    @field_validator("quantiles", mode="before")
    @classmethod
    def _probabilities_alike(cls, raw: object) -> object:
        """Write each probability in one way, so that 0.05 and .05 are the same config."""
        return {_probability_text(key): value for key, value in raw.items()} if isinstance(raw, dict) else raw

    def support(self) -> tuple[float, float]:
        """Bounds; 0 and infinity where none is given."""
        return 0.0 if self.low is None else self.low, math.inf if self.high is None else self.high

    def ppf(self, uniform: Floats) -> Floats:
        """``median exp(sigma z)`` with z the quantile of the truncated normal."""
        median, sigma = self._shape()
        with np.errstate(over="ignore"):
            values = median * np.exp(sigma * normal_between(uniform, *self._scores()))
        return np.clip(values, *self.support())

    def _scores(self) -> tuple[float, float]:
        median, sigma = self._shape()
        low, high = self.support()
        lowest = math.log(low / median) / sigma if low > 0 else -math.inf
        return lowest, math.log(high / median) / sigma if math.isfinite(high) else math.inf

    def _shape(self) -> tuple[float, float]:
        """Median and sigma, given or from two quantiles: ``ln q = ln median + sigma z`` at both.

        Raises
        ------
        pydantic_core.PydanticCustomError
            When they are given in neither way or in both, or no such distribution has these quantiles.
        """
        if self.quantiles is None:
            if self.median is None or self.sigma is None:
                raise wrong("needs median and sigma, or quantiles such as {0.05: 1, 0.95: 20}")
            return self.median, self.sigma
        if self.median is not None or self.sigma is not None:
            raise wrong("has quantiles, from which median and sigma follow; leave these out")
        return _through_quantiles(self.quantiles, *self.support())


class Beta(Between):
    """Beta distribution stretched to [low, high], by its shapes `a` and `b` or by its `mean` and standard deviation."""

    kind: ClassVar[str] = "beta"

    dist: Literal["beta"]
    a: Annotated[Positive, Field(le=_LARGEST_SHAPE)] | None = None
    b: Annotated[Positive, Field(le=_LARGEST_SHAPE)] | None = None
    mean: Real | None = None
    sd: Positive | None = None
    low: Real = 0.0
    high: Real = 1.0

    @model_validator(mode="after")
    def _check_shapes(self) -> Self:
        self._shapes()
        return self

    def ppf(self, uniform: Floats) -> Floats:
        """Inverse of the regularised incomplete beta function, stretched."""
        return _stretched_beta(uniform, self._shapes(), self.low, self.high)

    def _shapes(self) -> tuple[float, float]:
        """Shapes, given or by the method of moments.

        Raises
        ------
        pydantic_core.PydanticCustomError
            When they are given in neither way or in both, or no such distribution has these moments.
        """
        moments = self.mean, self.sd
        if self.a is not None and self.b is not None and moments == (None, None):
            return self.a, self.b
        if self.mean is None or self.sd is None or (self.a, self.b) != (None, None):
            raise wrong("needs either its shapes a and b, or its mean and sd")
        if not self.low < self.mean < self.high:
            raise wrong(f"mean must lie between low {self.low:g} and high {self.high:g}, got {self.mean:g}")
        width = self.high - self.low
        mean, variance = (self.mean - self.low) / width, (self.sd / width) ** 2
        most = mean * (1 - mean)
        if not variance < most:
            raise wrong(
                f"sd must be below {width * math.sqrt(most):.4g}, the most that values between low {self.low:g} and "
                f"high {self.high:g} with mean {self.mean:g} can have, got {self.sd:g}"
            )
        if not most < _LARGEST_SHAPE * variance:
            raise wrong(
                f"sd {self.sd:g} is too small beside low {self.low:g} and high {self.high:g}; bring them closer"
            )
        both = most / variance - 1
        return mean * both, (1 - mean) * both


def _check_mode(low: float, mode: float, high: float) -> None:
    if not low <= mode <= high:
        raise wrong(f"mode must lie between low {low:g} and high {high:g}, got {mode:g}")


def _stretched_beta(uniform: Floats, shapes: tuple[float, float], low: float, high: float) -> Floats:
    """Quantiles of the beta distribution with these shapes, stretched from [0, 1] to [low, high]."""
    from scipy.special import betaincinv

    share = betaincinv(*shapes, uniform)
    stretched: Floats = np.clip(low * (1 - share) + high * share, low, high)
    return stretched


def _probability_text(key: object) -> str:
    try:
        return repr(float(str(key)))
    except ValueError:
        return str(key)


def _through_quantiles(quantiles: Mapping[str, float], low: float, high: float) -> tuple[float, float]:
    """Median and sigma of the lognormal distribution with two quantiles, which lie between `low` and `high`."""
    from scipy.special import ndtri

    for text in quantiles:
        if not _is_probability(text):
            raise wrong(f"quantiles are given by probabilities between 0 and 1, such as 0.05, got {text}")
    if len(quantiles) != 2:
        raise wrong(f"quantiles must be two, such as {{0.05: 1, 0.95: 20}}, got {len(quantiles)}")
    (lower, least), (upper, most) = sorted((float(text), value) for text, value in quantiles.items())
    if not least < most:
        raise wrong(
            f"quantiles must rise with their probabilities, got {least:g} at {lower:g} and {most:g} at {upper:g}"
        )
    if not low <= least < most <= high:
        raise wrong(f"quantiles must lie between low {low:g} and high {high:g}, got {least:g} and {most:g}")
    below, above = (float(score) for score in ndtri([lower, upper]))
    sigma = math.log(most / least) / (above - below) if below < above else math.inf
    centre = math.log(least) - sigma * below
    if not (sigma > 0 and abs(centre) < MOST_LOGARITHM):
        raise wrong(
            f"no lognormal distribution that can be computed has {least:g} at {lower:g} and {most:g} at {upper:g}; "
            "name two quantiles that lie further apart"
        )
    return math.exp(centre), sigma


def _is_probability(text: str) -> bool:
    try:
        return 0 < float(text) < 1
    except ValueError:
        return False


DISTRIBUTIONS: dict[str, type[Quantity]] = {
    model.kind: model
    for model in (
        Uniform,
        LogUniform,
        Triangular,
        Pert,
        Normal,
        Lognormal,
        Beta,
        Choice,
        Discrete,
        DiscreteUniform,
        FileColumn,
    )
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
    | Annotated[LogUniform, Tag("<loguniform>")]
    | Annotated[Triangular, Tag("<triangular>")]
    | Annotated[Pert, Tag("<pert>")]
    | Annotated[Normal, Tag("<normal>")]
    | Annotated[Lognormal, Tag("<lognormal>")]
    | Annotated[Beta, Tag("<beta>")]
    | Annotated[Choice, Tag("<choice>")]
    | Annotated[Discrete, Tag("<discrete>")]
    | Annotated[DiscreteUniform, Tag("<discrete_uniform>")]
    | Annotated[FileColumn, Tag("<column>")],
    Discriminator(_tag),
]
