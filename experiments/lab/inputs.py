"""The uncertain inputs of a config, its chance and a dummy: what a design varies, one unit interval each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from experiments.config.distributions import Choice, Uniform
from experiments.config.numbers import Entry, numbers
from sim.records import Floats

if TYPE_CHECKING:
    from experiments.config.model import Config

Role = Literal["number", "chance", "dummy"]

#: Everything that is drawn inside a run: who opens, whether a deadline is executed, which events happen, which red
#: lines are real, how beliefs err, what random tactics do.
CHANCE: Final = "chance"

#: Changes nothing. What a method gives it is the noise of that method.
DUMMY: Final = "dummy"


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
        Whether it is a number of the model, the chance of a run, or the dummy.
    """

    name: str
    unit: str
    ppf: Callable[[Floats], Floats]
    role: Role = "number"


def config_inputs(config: Config, *, ranges: bool = False) -> tuple[Input, ...]:
    """Inputs of a config in canonical order: numbers with a distribution, then chance and dummy.

    Parameters
    ----------
    config : Config
        The scenario.
    ranges : bool
        Whether a number that the config fixes is varied too, evenly over the plausible range of the parameter table,
        where that range has a width; a flag is 0 or 1.
    """
    sampled = sampled_entries(config)
    units = units_of(config, sampled)
    found = [Input(entry.path, units[entry.path], entry.number.ppf) for entry in sampled]
    if ranges:
        fixed = (entry for entry in numbers(config) if not entry.number.is_sampled)
        found += [_ranged(entry) for entry in fixed if entry.row is not None and entry.row.low < entry.row.high]
    return (*found, Input(CHANCE, "", _same, "chance"), Input(DUMMY, "", _same, "dummy"))


def sampled_entries(config: Config) -> list[Entry]:
    """Numbers with a distribution, in canonical order."""
    return [entry for entry in numbers(config) if entry.number.is_sampled]


def _ranged(entry: Entry) -> Input:
    if entry.row is None:
        raise ValueError(f"{entry.path} has no row in the parameter table")
    if entry.row.unit == "flag":
        return Input(entry.path, "flag", Choice(dist="choice", values=(0.0, 1.0)).ppf)
    return Input(entry.path, entry.row.unit, Uniform(dist="uniform", low=entry.row.low, high=entry.row.high).ppf)


def units_of(config: Config, entries: Iterable[Entry]) -> dict[str, str]:
    """Units of a config's numbers by path: of a number's row, of the issue that a red line bounds, else none."""
    from experiments.config.explain import further_units

    further = further_units(config)
    return {entry.path: _unit(config, entry, further) for entry in entries}


def _unit(config: Config, entry: Entry, further: Mapping[str, str]) -> str:
    from experiments.config.agenda_checks import price_unit
    from experiments.config.talks import RedLine
    from experiments.labels import unit_of

    if entry.row is not None:
        return entry.row.unit
    where, _, name = entry.path.rpartition(".")
    if isinstance(entry.owner, RedLine) and name == "price":
        return price_unit(config, entry.owner.issue)
    if not isinstance(entry.owner, RedLine) or name not in ("at_least", "at_most"):
        return ""
    # What releases a line is a value of another issue than the one that the line bounds.
    release = entry.owner.release
    condition = release.when if release is not None and where.endswith(".release.when") else None
    return unit_of(entry.owner.issue if condition is None else condition.issue, further)


def _same(uniform: Floats) -> Floats:
    return uniform
