"""What happens or not in a negotiation by a chance that the config names: events, red lines, releases, the opening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from experiments.config.distributions import Fixed, Quantity
from experiments.config.numbers import Sourced
from experiments.config.regimes import placed_lines
from experiments.config.talks import Event, RedLine

if TYPE_CHECKING:
    from experiments.config.model import Config

Kind = Literal["event", "red_line", "release", "opening"]

#: Whether the US opens, where a coin decides that.
US_OPENS: Final = "protocol.first_mover.us_treasury"

_FAIR: Final = Fixed(value=0.5, source="a fair coin")
_ALWAYS: Final = Fixed(value=1.0, source="every release is in force unless said otherwise")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that happens in a run or does not: a column of 0 and 1 in a design table that names it.

    Attributes
    ----------
    path : str
        Its column: ``events.election.happens``, ``red_lines.us_cars.is_real``, ``red_lines.us_cars.release.in_force``.
    kind : str
        What it is.
    name : str
        Name of the event or red line; of a release, that of its line; empty for the opening.
    chance : Quantity
        Probability that it happens.
    chance_path : str
        Path of that probability in the config; empty where it has none.
    stream : str
        Stream of the draw that decides it: it happens where the draw lies below the probability.
    owner : Sourced or None
        The event or red line.
    """

    path: str
    kind: Kind
    name: str
    chance: Quantity
    chance_path: str
    stream: str
    owner: Sourced | None

    @property
    def is_uncertain(self) -> bool:
        """Whether it may happen in one run and not in another."""
        low, high = self.chance.support()
        return low < 1.0 and high > 0.0


def occurrences(config: Config) -> Iterator[Occurrence]:
    """Everything that happens or not, be it certain: the opening, red lines with their releases, then events."""
    if config.protocol.kind == "alternating" and config.protocol.first_mover == "coin":
        yield Occurrence(US_OPENS, "opening", "", _FAIR, "", "talks.first_mover", None)
    for placed in placed_lines(config):
        yield of_line(placed.path, placed.line)
        if placed.line.release is not None:
            yield of_release(placed.path, placed.line)
    for event in config.events:
        yield of_event(event)


def uncertain(config: Config) -> list[Occurrence]:
    """What may happen in one run and not in another."""
    return [one for one in occurrences(config) if one.is_uncertain]


def of_event(event: Event) -> Occurrence:
    """Whether an event happens."""
    path = f"events.{event.name}"
    happens = f"{path}.happens"
    return Occurrence(happens, "event", event.name, event.probability, f"{path}.probability", happens, event)


def of_line(path: str, line: RedLine) -> Occurrence:
    """Whether a red line at a path is real."""
    stream = f"red_lines.{line.name}.firmness"
    return Occurrence(f"{path}.is_real", "red_line", line.name, line.firmness, f"{path}.firmness", stream, line)


def of_release(path: str, line: RedLine) -> Occurrence:
    """Whether the release of a red line at a path is in force."""
    given = line.release.probability if line.release is not None else None
    stream, chance_path = f"red_lines.{line.name}.release", f"{path}.release.probability"
    return Occurrence(f"{path}.release.in_force", "release", line.name, given or _ALWAYS, chance_path, stream, line)
