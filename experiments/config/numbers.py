"""Every number of a config with its path, in one canonical order, and where it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Protocol

from experiments.config.changes import is_option
from experiments.config.distributions import Quantity
from experiments.config.parameters import JAPAN
from sim.issues import SIDE_STREAMS, SIDES
from sim.parameters.parameter import Confidence, Parameter
from sim.parameters.table import TABLE

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.parameters import Agent
    from experiments.config.talks import AgendaEntry, Event, RedLine

#: How the source of a default begins that is the number of the shipped partner in a config of another one.
BORROWED: Final = f"borrowed from {JAPAN.name}"

#: Rows that an event can change: those with one value, not one for each firm or chip maker.
ROW_BY_PATH: dict[str, Parameter] = {row.path: row for row in TABLE if row.group in ("scalar", "sector")}


class Sourced(Protocol):
    """A part of a config that says where its numbers come from."""

    @property
    def source(self) -> str | None:
        """Where its numbers come from."""

    @property
    def known_by(self) -> date | None:
        """First day on which they could have been known."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of a config.

    Attributes
    ----------
    path : str
        Its path, which is also its column in the design table.
    number : Quantity
        Its value or distribution.
    row : Parameter or None
        Its row of the parameter table, where it has one.
    owner : Sourced or None
        The firm, red line or event that it belongs to.
    drawn_as : str
        Path in the streams of draws, where that is not `path`.
    """

    path: str
    number: Quantity
    row: Parameter | None = None
    owner: Sourced | None = None
    drawn_as: str = ""

    @property
    def stream(self) -> str:
        """Path under which it is drawn; fixed, so that a new name redraws nothing."""
        return self.drawn_as or self.path


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one number comes from; `known_by` is the first day on which it could have been known."""

    path: str
    value: str
    source: str
    known_by: date | None
    confidence: Confidence | None


def numbers(config: Config) -> Iterator[Entry]:
    """Every number, fixed or sampled, in canonical order.

    Parameters come in the order of the table, then firms, chip makers, further issues, red lines, tactics, beliefs,
    acceptance conditions and events in the order of the config.
    """
    yield from _parameters(config)
    for prefix, group, agents in (("firms", "firm", config.firms), ("chip_makers", "maker", config.chip_makers)):
        for agent in agents:
            yield from _agent(f"{prefix}.{agent.name}", group, agent)
    yield from _further_issues("agenda", config.agenda)
    for line in config.red_lines:
        yield from _red_line(f"red_lines.{line.name}", line)
    for side, stream in zip(SIDES, SIDE_STREAMS, strict=True):
        for name, knob in getattr(config.tactics, side).knobs.items():
            yield Entry(f"tactics.{side}.{name}", knob, drawn_as=f"tactics.{stream}.{name}")
    for side, stream in zip(SIDES, SIDE_STREAMS, strict=True):
        for name, number in getattr(config.beliefs, side).numbers.items():
            yield Entry(f"beliefs.{side}.{name}", number, drawn_as=f"beliefs.{stream}.{name}")
    for side, stream in zip(SIDES, SIDE_STREAMS, strict=True):
        acceptance = getattr(config.acceptance, side)
        if acceptance.number is not None:
            path, drawn_as = (f"acceptance.{one}.{acceptance.key}" for one in (side, stream))
            yield Entry(path, acceptance.number, drawn_as=drawn_as)
    for event in config.events:
        yield from _event(f"events.{event.name}", event)


def sampled_paths(config: Config) -> list[str]:
    """Paths of the sampled numbers: the columns of the design table, in their order."""
    return [entry.path for entry in numbers(config) if entry.number.is_sampled]


def _parameters(config: Config) -> Iterator[Entry]:
    for row in TABLE:
        if row.group == "scalar":
            yield Entry(row.path, config.section(row.section).number(row.name), row, drawn_as=row.stream)
        elif row.group == "sector":
            sector = row.section.removeprefix("sectors.")
            yield Entry(row.path, config.sectors.sector(sector).number(row.name), row)


def _agent(prefix: str, group: str, agent: Agent) -> Iterator[Entry]:
    for row in TABLE:
        if row.group == group:
            drawn_as = f"{prefix}.{row.drawn_as or row.name}"
            yield Entry(f"{prefix}.{row.name}", agent.number(row.name), row, agent, drawn_as)


def _further_issues(prefix: str, agenda: dict[str, AgendaEntry]) -> Iterator[Entry]:
    for name, issue in agenda.items():
        for key, drawn_as in (("us_value", "us_value"), ("partner_value", "japan_value")):
            value = getattr(issue, key)
            if value is not None:
                yield Entry(f"{prefix}.{name}.{key}", value, None, issue, f"{prefix}.{name}.{drawn_as}")


def _red_line(prefix: str, line: RedLine) -> Iterator[Entry]:
    release = line.release
    found = {
        "at_least": line.at_least,
        "at_most": line.at_most,
        "firmness": line.firmness,
        "price": line.price,
        "release.when.at_least": release.when.at_least if release and release.when else None,
        "release.when.at_most": release.when.at_most if release and release.when else None,
        "release.at_least": release.at_least if release else None,
        "release.at_most": release.at_most if release else None,
        "release.probability": release.probability if release else None,
    }
    for name, number in found.items():
        if number is not None:
            yield Entry(f"{prefix}.{name}", number, None, line)


def _event(prefix: str, event: Event) -> Iterator[Entry]:
    yield Entry(f"{prefix}.probability", event.probability, None, event)
    for path, change in event.changes.items():
        if isinstance(change, Quantity):
            row = ROW_BY_PATH.get(path)
            yield Entry(f"{prefix}.set.{path}", change, row, event, f"{prefix}.set.{row.stream if row else path}")
    yield from _further_issues(f"{prefix}.add_issues", event.add_issues)
    for line in event.add_red_lines:
        yield from _red_line(f"{prefix}.add_red_lines.{line.name}", line)


def provenance_of(config: Config) -> list[Provenance]:
    """Where every number of `config` comes from, in canonical order; then its dates and the grids of its issues."""
    found = [_of_entry(config, entry) for entry in numbers(config)]
    for path, value, owner in _other_values(config):
        found.append(_provenance(config, path, value, None, owner))
    return found


def _of_entry(config: Config, entry: Entry) -> Provenance:
    """Provenance of a number; a range that is the table's own, around its default, shares the row's source."""
    number, row = entry.number, entry.row
    if row is not None and number.source is None and _is_range_of(number, row):
        found = Provenance(entry.path, number.text(), row.source, row.known_by, row.confidence)
    else:
        found = _provenance(config, entry.path, number.text(), number, entry.owner)
    if row is None or not row.is_of_partner or found.source != row.source or config.partner.name == JAPAN.name:
        return found
    return replace(found, source=f"{BORROWED}: {found.source}")


def _is_range_of(number: Quantity, row: Parameter) -> bool:
    mode = getattr(number, "mode", None)
    ends = zip(number.support(), (row.low, row.high), strict=True)
    return number.is_sampled and mode == row.default and all(math.isclose(one, other) for one, other in ends)


def _provenance(config: Config, path: str, value: str, number: Quantity | None, owner: Sourced | None) -> Provenance:
    source = (number and number.source) or (owner and owner.source) or _written_in(config, path)
    known_by = (number and number.known_by) or (owner and owner.known_by) or None
    return Provenance(path, value, source, known_by, number.confidence if number else None)


def _written_in(config: Config, path: str) -> str:
    if not config.is_written(path):
        return "default"
    place = config.place(path)
    if place.line:
        return f"config file {PurePath(place.origin).name}"
    # Data that was read back from a directory names the place where it lies, which is no source.
    return place.origin if is_option(place.origin) else "the config"


def _other_values(config: Config) -> Iterator[tuple[str, str, Sourced | None]]:
    """Path, value and owner of the fixed values that are no numbers of the parameter table."""
    for part in ("calendar", "protocol"):
        for name, value in getattr(config, part):
            yield f"{part}.{name}", str(value), None
    yield from _grids("agenda", config.agenda)
    for line in config.red_lines:
        yield from _release_date(f"red_lines.{line.name}", line)
    for event in config.events:
        yield f"events.{event.name}.date", event.date.isoformat(), event
        for path, change in event.changes.items():
            if not isinstance(change, Quantity):
                yield f"events.{event.name}.set.{path}", change.isoformat(), event
        yield from _grids(f"events.{event.name}.add_issues", event.add_issues)
        for line in event.add_red_lines:
            yield from _release_date(f"events.{event.name}.add_red_lines.{line.name}", line)


def _grids(prefix: str, agenda: dict[str, AgendaEntry]) -> Iterator[tuple[str, str, Sourced | None]]:
    for name, issue in agenda.items():
        for key in ("low", "high", "levels"):
            yield f"{prefix}.{name}.{key}", str(getattr(issue, key)), issue


def _release_date(prefix: str, line: RedLine) -> Iterator[tuple[str, str, Sourced | None]]:
    if line.release and line.release.date:
        yield f"{prefix}.release.date", line.release.date.isoformat(), line
