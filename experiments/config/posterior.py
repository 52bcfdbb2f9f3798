"""Numbers that are drawn together, a row at a time, because `winset calibrate` has found them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from experiments.config.agenda_checks import ConfigFinding
from experiments.config.distributions import Choice
from experiments.config.numbers import numbers

if TYPE_CHECKING:
    from experiments.config.model import Config


def posterior_findings(config: Config) -> Iterator[ConfigFinding]:
    """What keeps the numbers of a posterior from being drawn together."""
    if config.posterior is None:
        return
    choices = {entry.path: entry.number for entry in numbers(config)}
    correlated = {path for pair in config.correlations for path in pair.between}
    first = choices.get(config.posterior.paths[0])
    for place, path in enumerate(config.posterior.paths):
        number, at = choices.get(path), f"posterior.paths.{place}"
        if number is None:
            yield ConfigFinding(at, "names no number of this config", path)
        elif path in config.posterior.paths[:place]:
            yield ConfigFinding(at, "is named twice", path)
        elif not isinstance(number, Choice):
            yield ConfigFinding(at, "must be drawn from values, {dist: choice, values: [...]}", path)
        elif path in correlated:
            yield ConfigFinding(at, "is drawn with the posterior and cannot be correlated besides", path)
        elif isinstance(first, Choice) and _weights(number) != _weights(first):
            message = f"must be a choice among as many values as {config.posterior.paths[0]}, with the same weights"
            yield ConfigFinding(at, message, path)


def _weights(number: Choice) -> tuple[float, ...]:
    return number.weights or (1.0,) * len(number.values)
