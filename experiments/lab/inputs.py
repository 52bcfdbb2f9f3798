"""The uncertain inputs of a config, its chance and a dummy: what a design varies, one unit interval each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from experiments.config.meanings import units_of
from experiments.config.numbers import Entry, numbers
from experiments.config.occurrences import Occurrence, uncertain
from sim.issues import SIDES
from sim.records import Floats

if TYPE_CHECKING:
    from experiments.config.model import Config

Role = Literal["number", "occurrence", "choice", "chance", "dummy"]

#: What is drawn inside a run and is no input of its own: whether a deadline is executed, how beliefs err, what random
#: tactics do, which of two equal positions is signed.
CHANCE: Final = "chance"

#: Changes nothing. What a method gives it is the noise of that method.
DUMMY: Final = "dummy"

#: Unit of what happens or not: 0 or 1.
FLAG: Final = "flag"


@dataclass(frozen=True, slots=True, eq=False)
class Input:
    """One input of a model.

    Attributes
    ----------
    name : str
        Path in the config, or ``chance`` or ``dummy``.
    unit : str
        Unit of its values; empty where there is none.
    ppf : callable
        Values at cumulative probabilities strictly between 0 and 1.
    role : str
        Whether it is a number of the model, something that happens or not, a choice among names without an order, the
        chance of a run, or the dummy.
    given : str
        Input whose value is the probability of an occurrence; empty where that probability is fixed.
    """

    name: str
    unit: str
    ppf: Callable[[Floats], Floats]
    role: Role = "number"
    given: str = ""

    @property
    def is_ordered(self) -> bool:
        """Whether its values run from low to high, so that both ends of it can be compared."""
        return self.role not in ("choice", "chance")

    def values(self, uniform: Floats, others: Mapping[str, Floats]) -> Floats:
        """Values at cumulative probabilities, where the inputs before it have the values `others`."""
        return _happening(uniform, others[self.given]) if self.given else self.ppf(uniform)


def config_inputs(config: Config, *, tactics: Sequence[str] = ()) -> tuple[Input, ...]:
    """Inputs of a config: uncertain numbers, what happens or not, tactics that are varied; then chance and dummy.

    Parameters
    ----------
    config : Config
        The scenario.
    tactics : sequence of str
        Tactics that either side may play, evenly; without any each plays its own.
    """
    entries = sampled_entries(config)
    units = units_of(config, entries)
    sampled = {entry.path for entry in entries}
    return (
        *(Input(entry.path, units[entry.path], entry.number.ppf) for entry in entries),
        *(_occurrence(one, sampled) for one in uncertain(config)),
        *(Input(path, "", partial(_place, len(tactics)), "choice") for path in (tactic_paths() if tactics else ())),
        Input(CHANCE, "", _same, "chance"),
        Input(DUMMY, "", _same, "dummy"),
    )


def tactic_paths() -> tuple[str, ...]:
    """Paths of the names of both sides' tactics, the US first."""
    return tuple(f"tactics.{side}.name" for side in SIDES)


def choice_path(path: str, tactic: str) -> str:
    """Name of the input that says whether a side plays one tactic."""
    return f"{path}={tactic}"


def sampled_entries(config: Config) -> list[Entry]:
    """Numbers with a distribution, in canonical order."""
    return [entry for entry in numbers(config) if entry.number.is_sampled]


def _occurrence(one: Occurrence, sampled: set[str]) -> Input:
    if one.chance_path in sampled:
        return Input(one.path, FLAG, _same, "occurrence", one.chance_path)
    return Input(one.path, FLAG, partial(_happening, chance=one.chance.ppf(np.array([0.5]))), "occurrence")


def _happening(uniform: Floats, chance: Floats) -> Floats:
    """1 in the upper part of the unit interval that is as wide as the chance, else 0."""
    return (uniform > 1.0 - chance).astype(np.float64)


def _place(count: int, uniform: Floats) -> Floats:
    """Place of a name among `count`, each as likely as another."""
    return np.minimum(np.floor(uniform * count), count - 1.0)


def _same(uniform: Floats) -> Floats:
    return uniform
