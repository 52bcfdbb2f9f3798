"""Full factorial on a config: every combination of rules on and off, each on the same draws.

It answers which rules make an outcome, alone and together. A switch is a set of changes that turns a rule off; the
config as it stands has all of them on. All cells meet the same draws, so that the difference between two cells is that
of the rules and no noise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.distributions import Quantity
from experiments.errors import RunError, check_number
from experiments.lab.paired import AGREEMENT, mean_change_interval, overridden, runs_of
from experiments.statistics.intervals import wilson_interval
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.statistics.intervals import Floats

#: More switches would make more cells than anyone can read.
MOST_SWITCHES: Final = 8

#: Keys of a config that say where a number comes from and change no result.
PROVENANCE: Final = ("source", "known_by", "confidence")

#: Every threatened rate, and the rate that holds while no deal is signed.
THREATENED: Final = {
    "walk_away.threat_car_tariff": "walk_away.status_quo_car_tariff",
    "walk_away.threat_reciprocal_tariff": "walk_away.status_quo_reciprocal_tariff",
    "walk_away.threat_metals_tariff": "economy.metals_tariff",
}

OUTCOME: Final = "outcome."
REASON: Final = "reason."


@dataclass(frozen=True, slots=True, eq=False)
class Factorial:
    """Outcomes of every combination of switches.

    Attributes
    ----------
    name : str
        Name of the config.
    switches : tuple of str
        Names of the switches.
    runs : int
        Runs in each cell, the same draws in all.
    level : float
        Level of every interval, for example 0.95.
    cells : pandas.DataFrame
        One row for each combination, all switches on first: for each switch whether its rule is on, then
        ``agreements, share, low, high`` (share of agreements with its Wilson interval), and the share of each outcome
        (``outcome.<outcome>``) and of each reason (``reason.<outcome>.<reason>``).
    effects : pandas.DataFrame
        Main effects and interactions on the share of agreements, ``term, order, effect, low, high``. A main effect is
        the share with the rule on less the share with it off, mean over the settings of the others; an interaction
        is half the difference that one rule makes to the effect of the other, and so on. Names in a term are joined by
        `` x ``; the interval is that of :func:`experiments.lab.paired.mean_change_interval`.
    """

    name: str
    switches: tuple[str, ...]
    runs: int
    level: float
    cells: pd.DataFrame
    effects: pd.DataFrame

    def cell(self, on: Sequence[str]) -> pd.Series:
        """Row of the cell in which exactly the rules `on` hold."""
        wanted = [name in on for name in self.switches]
        chosen = (self.cells[list(self.switches)] == wanted).all(axis=1)
        row: pd.Series = self.cells[chosen].iloc[0]
        return row


def standard_switches(config: Config) -> dict[str, tuple[str, ...]]:
    """Rules that may stand in the way of a deal, as far as the config has them, and how each is turned off.

    The US red lines on the car tariff, both sides' audience costs, both sides' ratification margins, and the threat:
    without it every threatened rate is that of the status quo. The deadline still ends talks as often as before, so
    that the switch changes what walking away is worth and not how long there is to talk.
    """
    lines = [line.name for line in config.red_lines if line.side == SIDES[0] and line.issue == "car_tariff"]
    candidates = {
        "us_car_line": tuple(f"red_lines.{name}=~" for name in lines),
        "audience_cost": _set_everywhere(config, {f"{side}.audience_cost": "0" for side in SIDES}),
        "ratification": _set_everywhere(config, {f"{side}.ratification_margin": "0" for side in SIDES}),
        "threat": _set_everywhere(config, {path: f"${{{rate}}}" for path, rate in THREATENED.items()}),
    }
    return {name: off for name, off in candidates.items() if off and _changes_something(config, off)}


def _changes_something(config: Config, changes: Sequence[str]) -> bool:
    return bool(_without_sources(overridden(config, tuple(changes)).resolved()) != _without_sources(config.resolved()))


def _without_sources(data: Any) -> Any:
    """Plain data of a config without saying where its numbers come from."""
    if isinstance(data, list):
        return [_without_sources(part) for part in data]
    if not isinstance(data, dict):
        return data
    kept = {key: _without_sources(part) for key, part in data.items() if key not in PROVENANCE}
    return kept["value"] if kept.keys() == {"value"} else kept


def _set_everywhere(config: Config, values: Mapping[str, str]) -> tuple[str, ...]:
    """Changes that set numbers by path, also where an event sets them."""
    events = [
        f"events.{event.name}.set.{path}={value}"
        for event in config.events
        for path, value in values.items()
        if isinstance(event.changes.get(path), Quantity)
    ]
    return (*(f"{path}={value}" for path, value in values.items()), *events)


def factorial(
    config: Config,
    factors: Mapping[str, Sequence[str]],
    runs: int,
    seed: int,
    *,
    level: float = 0.95,
    advance: Callable[[Counter[str]], None] | None = None,
) -> Factorial:
    """Run every combination of switches on the same draws.

    Parameters
    ----------
    config : Config
        The scenario with every rule on.
    factors : mapping
        For each switch by name, the changes ``path=value`` that turn its rule off.
    runs, seed : int
        Runs in each cell, and the seed of every draw.
    level : float
        Level of the intervals.
    advance : callable, optional
        Told the outcomes of each finished cell.

    Raises
    ------
    experiments.errors.RunError
        When there are no switches or too many, or when one changes nothing, or the same number as another.
    experiments.errors.ConfigError
        When a change is wrong.
    """
    check_number("--runs", runs, 1, 10**9)
    _check_switches(config, factors)
    names = tuple(factors)
    settings = list(product((True, False), repeat=len(names)))
    configs = [overridden(config, _changes(factors, setting)) for setting in settings]
    tables = []
    for cell in configs:
        tables.append(runs_of(cell, runs, seed)[["outcome", "reason"]])
        if advance is not None:
            advance(Counter(tables[-1]["outcome"].tolist()))
    agreed = np.array([(table["outcome"] == AGREEMENT).to_numpy(np.float64) for table in tables])
    return Factorial(
        name=config.name,
        switches=names,
        runs=runs,
        level=level,
        cells=_cells(names, settings, tables, level),
        effects=_effects(names, settings, agreed, level),
    )


def _changes(factors: Mapping[str, Sequence[str]], setting: Sequence[bool]) -> tuple[str, ...]:
    return tuple(change for off, on in zip(factors.values(), setting, strict=True) if not on for change in off)


def _check_switches(config: Config, factors: Mapping[str, Sequence[str]]) -> None:
    if not 1 <= len(factors) <= MOST_SWITCHES:
        raise RunError(f"a factorial needs 1 to {MOST_SWITCHES} switches, got {len(factors)}.")
    owner: dict[str, str] = {}
    for name, off in factors.items():
        if not off or not _changes_something(config, off):
            raise RunError(f"switch {name} changes nothing in {config.name}: its rule is off there already.")
        for change in off:
            path = change.partition("=")[0].strip()
            if owner.setdefault(path, name) != name:
                raise RunError(f"switches {owner[path]} and {name} both change {path}; let one switch hold both.")


def _cells(
    names: Sequence[str], settings: Sequence[Sequence[bool]], tables: Sequence[pd.DataFrame], level: float
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for setting, table in zip(settings, tables, strict=True):
        runs, deals = len(table), int((table["outcome"] == AGREEMENT).sum())
        low, high = wilson_interval(deals, runs, level)
        row = dict(zip(names, setting, strict=True)) | {"agreements": deals, "share": deals / runs}
        row |= {"low": low, "high": high}
        counts = Counter(OUTCOME + outcome for outcome in table["outcome"])
        counts += Counter(
            f"{REASON}{outcome}.{reason}" for outcome, reason in zip(table["outcome"], table["reason"], strict=True)
        )
        rows.append(row | {key: count / runs for key, count in counts.items()})
    frame = pd.DataFrame(rows)
    fixed = [*names, "agreements", "share", "low", "high"]
    shares = sorted(set(frame.columns) - set(fixed))
    return frame[[*fixed, *shares]].fillna(dict.fromkeys(shares, 0.0))


def _effects(names: Sequence[str], settings: Sequence[Sequence[bool]], agreed: Floats, level: float) -> pd.DataFrame:
    """Contrast of every set of switches, run by run, and its mean; `agreed` has shape ``[cell, run]``."""
    import pandas as pd

    signs = np.where(np.array(settings), 1.0, -1.0)
    rows = []
    for order in range(1, len(names) + 1):
        for chosen in combinations(range(len(names)), order):
            weights = signs[:, list(chosen)].prod(axis=1) / 2 ** (len(names) - 1)
            contrast = weights @ agreed
            low, high = mean_change_interval(contrast, level)
            term = " x ".join(names[index] for index in chosen)
            rows.append((term, order, float(contrast.mean()), low, high))
    return pd.DataFrame(rows, columns=["term", "order", "effect", "low", "high"])
