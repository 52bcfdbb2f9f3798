"""Switches: which rules of a config are turned off, and by which changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from experiments.config.changes import Change, blamed_on
from experiments.config.distributions import Quantity
from experiments.config.load import config_of
from experiments.config.run_settings import refuse_compared
from experiments.errors import RunError
from experiments.labels import listed
from experiments.questions.factorial.combinations import JOINT, OUTCOME, REASON, SHARE_COLUMNS
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config

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

#: For each switch by name, the changes ``path=value`` that turn its rule off.
Switches = Mapping[str, Sequence[str]]


def standard_switches(config: Config) -> dict[str, tuple[str, ...]]:
    """Rules that may stand in the way of a deal, as far as the config has them, and how each is turned off.

    The US red lines on the car tariff, both sides' audience costs, both sides' ratification margins, and the threat:
    without it every threatened rate is that of the status quo. The deadline still ends talks as often as before, so
    that the switch changes what walking away is worth and not how long there is to talk.

    Raises
    ------
    experiments.errors.RunError
        When the config has none of them.
    """
    lines = [line.name for line in config.red_lines if line.side == SIDES[0] and line.issue == "car_tariff"]
    candidates = {
        "us_car_line": tuple(f"red_lines.{name}=~" for name in lines),
        "audience_cost": _set_everywhere(config, {f"{side}.audience_cost": "0" for side in SIDES}),
        "ratification": _set_everywhere(config, {f"{side}.ratification_margin": "0" for side in SIDES}),
        "threat": _set_everywhere(config, {path: f"${{{rate}}}" for path, rate in THREATENED.items()}),
    }
    found = {name: off for name, off in candidates.items() if off and _changes_something(config, name, off)}
    if not found:
        raise RunError(f"{config.name} has none of the rules that are turned off by default; name some with --switch.")
    return found


def changes_of_switch(name: str, off: Sequence[str]) -> tuple[Change, ...]:
    """Changes that turn a rule off, as the option makes them."""
    return tuple(Change(text, f"--switch {name}={text}") for text in off)


def switched(config: Config, changes: Sequence[Change]) -> Config:
    """Config with the changes of switches laid on it; an error that they make names them."""
    with blamed_on(changes):
        return config_of(config, changes)


def _changes_something(config: Config, name: str, off: Sequence[str]) -> bool:
    changed = switched(config, changes_of_switch(name, off))
    return bool(_without_sources(changed.resolved()) != _without_sources(config.resolved()))


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


def parse_switches(options: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read switches ``name=path=value``; those of one name turn off together.

    Raises
    ------
    experiments.errors.RunError
        When an option does not have that form.
    """
    switches: dict[str, tuple[str, ...]] = {}
    for option in options:
        name, _, change = option.partition("=")
        path, equals, value = change.partition("=")
        if not (name.strip() and path.strip() and equals and value.strip()):
            raise RunError(
                f"--switch {option}: write name=path=value, the change that turns the rule off, for example "
                "margin=partner.ratification_margin=0."
            )
        refuse_compared("--switch", path.strip())
        switches[name.strip()] = (*switches.get(name.strip(), ()), change.strip())
    return switches


def check_switches(config: Config, switches: Switches) -> None:
    """Check that switches make a factorial.

    Raises
    ------
    experiments.errors.RunError
        When there are none or too many, when a name is taken, or when one changes nothing, or the same number as
        another.
    """
    if not 1 <= len(switches) <= MOST_SWITCHES:
        raise RunError(f"--switch gives {len(switches)} switches; a factorial takes 1 to {MOST_SWITCHES}.")
    owner: dict[str, str] = {}
    for name, off in switches.items():
        if name in SHARE_COLUMNS or name.startswith((OUTCOME, REASON)) or JOINT in name:
            raise RunError(
                f"--switch {name}: give it another name, one that is not {listed(SHARE_COLUMNS, 'or')}, does not begin "
                f"with {OUTCOME} or {REASON}, and does not hold {JOINT!r}: the tables have these."
            )
        if not off or not _changes_something(config, name, off):
            raise RunError(f"--switch {name} changes nothing in {config.name}: its rule is off there already.")
        for change in off:
            path = change.partition("=")[0].strip()
            if owner.setdefault(path, name) != name:
                raise RunError(f"--switch {owner[path]} and {name} both change {path}; let one switch hold both.")
