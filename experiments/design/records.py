"""From a design table to the records that the rules read: one record for each negotiation and regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from agents.tactics.registry import SIGNS_BY_DEFAULT, TACTICS
from experiments.config.agenda_checks import all_entries
from experiments.config.distributions import Quantity
from experiments.config.numbers import ROW_BY_PATH
from experiments.config.occurrences import US_OPENS, of_event
from experiments.config.regimes import Regime, days_since_start, regimes_of
from experiments.design.agenda import LineNames, fill_agenda, fill_red_lines, issue_slots
from experiments.design.values import Mask, Values, from_regime
from sim.bargaining.learning import MODELS
from sim.bargaining.position import CAPS
from sim.issues import MAX_ISSUES, PARTNER, SIDE_STREAMS, SIDES, US
from sim.parameters.parameter import SECTORS, Parameter
from sim.parameters.table import TABLE
from sim.records import BROUGHT, FIRM, MAKER, RECORD, Floats, Integers, Table

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.config.parameters import Agent
    from experiments.config.talks import Event

_COIN = 2

#: Numbers of the walk-away that a package's payoff reads too.
_IN_TABLES: Final = ("court_survival", "deal_court_exposure", "open_imports_share")

#: Fields that move walk-away, reservation or the course of the talks, but no payoff of a package.
NOT_IN_TABLES: frozenset[str] = frozenset(
    [row.field for row in TABLE if row.section == "walk_away" and row.name not in _IN_TABLES]
    + [row.field for row in TABLE if row.name == "ratification_margin"]
    + ["deadline_day", "slip_days", "max_slips", "round_interval", "round_limit", "goes_on"]
    + ["simultaneous", "first_mover", "cap"]
    + ["stall_rounds", "walkout_rounds", "stall_tolerance", "agreement_tolerance", "knobs"]
    + ["learner", "learner_knobs"]
    + ["acceptance", "acceptance_number", *(name for name, _ in BROUGHT)]
)

#: The threat, which counts in the payoff of a package only where a lower rate is a precedent for others.
_THREAT: Final = "walk_away_threat_reciprocal_tariff"

#: Sections besides the other side's own whose weights a side may misjudge.
_SHARED_SECTIONS = ("walk_away", "chips", "purchases", "fund")


@dataclass(frozen=True, slots=True)
class Batch:
    """Negotiations that are ready to run.

    Attributes
    ----------
    runs : numpy.ndarray
        Number of each negotiation in the experiment.
    parameters : numpy.ndarray
        Records of :data:`sim.records.RECORD`, shape ``[run, regime]``.
    beliefs : numpy.ndarray
        The same with the other side's weights as side 0 (US) and 1 (the partner) believes them, shape ``[run, regime,
        2]``; without any run where both sides' beliefs are exact.
    noisy : tuple of bool
        Whether the beliefs of the US Treasury and of the partner's government are noisy.
    firms, makers : numpy.ndarray
        Records of :data:`sim.records.FIRM` and :data:`sim.records.MAKER`, shape ``[run, agent]``.
    firm_names, maker_names : tuple of str
        Names in the order of those records.
    issues : tuple of str
        Name of the issue in each slot, the further issues last.
    agenda : tuple of str
        Names of the issues that the config can bring to the table, in the order of their slots; the same in every
        stretch of runs, also where an event adds one by chance.
    tabled : numpy.ndarray
        Whether an issue is on the table in any run, shape ``[regime, slot]``.
    wants_high : numpy.ndarray
        Side that wants each issue high, by slot.
    lines : LineNames
        Which red line of the config stands in which place of a record.
    regime_dates : tuple of datetime.date
    regime_days : numpy.ndarray
        First day of each regime, as a date and in days from the start of the talks.
    regime_events : tuple of tuple of str
        Names of the events that may happen at the start of each regime.
    happened : dict
        For each event by name, whether it happens, by run.
    tactics : tuple of str
        Name of the tactic of the US Treasury and of the partner's government.
    """

    runs: Integers
    parameters: Table
    beliefs: Table
    noisy: tuple[bool, bool]
    firms: Table
    makers: Table
    firm_names: tuple[str, ...]
    maker_names: tuple[str, ...]
    issues: tuple[str, ...]
    agenda: tuple[str, ...]
    tabled: Mask
    wants_high: Integers
    lines: LineNames
    regime_dates: tuple[date, ...]
    regime_days: Floats
    regime_events: tuple[tuple[str, ...], ...]
    happened: dict[str, Mask]
    tactics: tuple[str, str]

    @property
    def regime_count(self) -> int:
        """Number of regimes, the same in every run."""
        return len(self.regime_dates)


def build_records(config: Config, design: pd.DataFrame, seed: int) -> Batch:
    """Build the records of the negotiations of a design table.

    Parameters
    ----------
    config : Config
        The scenario.
    design : pandas.DataFrame
        Values of its sampled numbers, indexed by run; see :func:`experiments.design.sampling.design_table`. A further
        column may name a parameter that the config fixes, and then takes its place.
    seed : int
        Seed of the experiment; decides which events happen, which red lines are real, and how beliefs err.

    Raises
    ------
    ValueError
        When the design table does not fit the config.
    """
    values = Values(config, design, seed)
    regimes = regimes_of(config)
    happened = {event.name: values.occurs(of_event(event)) for event in config.events}
    records = np.zeros((values.runs.size, len(regimes)), RECORD)
    _fill_parameters(records, values)
    _fill_talks(records, config, values, regimes)
    _apply_changes(records, config, values, regimes, happened)
    fill_agenda(records, config, values, regimes, happened)
    released, lines = fill_red_lines(records, config, values, regimes, happened)
    _fill_event_ahead(records, values, regimes, released)
    _fill_openings(records)
    slots = issue_slots(config)
    return Batch(
        runs=values.runs,
        parameters=records,
        beliefs=_beliefs(records, config, values),
        noisy=_noisy(config),
        firms=_agents(config.firms, "firms", "firm", FIRM, values),
        makers=_agents(config.chip_makers, "chip_makers", "maker", MAKER, values),
        firm_names=tuple(firm.name for firm in config.firms),
        maker_names=tuple(maker.name for maker in config.chip_makers),
        issues=tuple(slots),
        agenda=tuple(name for name in slots if name in {entry for _, entry, _ in all_entries(config)}),
        tabled=_tabled(records),
        wants_high=_wants_high(config, slots),
        lines=lines,
        regime_dates=tuple(regime.start for regime in regimes),
        regime_days=np.array([regime.day for regime in regimes]),
        regime_events=tuple(tuple(event.name for event in regime.events) for regime in regimes),
        happened=happened,
        tactics=(config.tactics.us_treasury.name, config.tactics.partner.name),
    )


def _parameter(records: Table, row: Parameter) -> Table:
    """Field of a parameter, shape ``[run, regime]`` (or with one more axis if `records` has it)."""
    if row.group == "sector":
        return records[row.field][..., SECTORS.index(row.section.removeprefix("sectors."))]
    return records[row.field]


def _fill_parameters(records: Table, values: Values) -> None:
    for row in ROW_BY_PATH.values():
        _parameter(records, row)[:] = values[row.path][:, np.newaxis]


def _fill_talks(records: Table, config: Config, values: Values, regimes: Sequence[Regime]) -> None:
    calendar, protocol = config.calendar, config.protocol
    records["regime_start_day"] = [regime.day for regime in regimes]
    records["deadline_day"] = days_since_start(config, calendar.deadline)
    records["slip_days"] = calendar.slip_days
    records["max_slips"] = calendar.max_slips
    records["round_interval"] = calendar.days_between_rounds
    records["round_limit"] = calendar.round_limit
    records["goes_on"] = calendar.after_execution == "continue"
    records["simultaneous"] = protocol.kind == "simultaneous"
    movers = {"us_treasury": US, "partner": PARTNER, "coin": _COIN}
    records["first_mover"] = movers[protocol.first_mover]
    us_opens = values.column(US_OPENS)
    if us_opens is not None:
        records["first_mover"] = np.where(us_opens != 0.0, US, PARTNER)[:, np.newaxis]
    records["cap"] = CAPS.index(protocol.cap)
    for name in ("stall_rounds", "walkout_rounds", "stall_tolerance", "agreement_tolerance"):
        records[name] = getattr(protocol, name)
    for index, side in enumerate(SIDES):
        choice = getattr(config.tactics, side)
        knobs = [values[f"tactics.{side}.{knob}"] for knob in choice.knobs]
        columns = np.stack(knobs, axis=1) if knobs else np.empty((values.runs.size, 0))
        condition = getattr(config.acceptance, side)
        seat_tactic(records, index, choice.name, columns, signs=condition.place is None)
        if condition.place is not None:
            records["acceptance"][:, :, index] = condition.place
        if condition.number is not None:
            records["acceptance_number"][:, :, index] = values[f"acceptance.{side}.{condition.key}"][:, np.newaxis]
        _fill_learner(records, config, values, index)


def _fill_learner(records: Table, config: Config, values: Values, index: int) -> None:
    """Write by which model a side learns; the knobs in the order in which its rule reads them."""
    belief = getattr(config.beliefs, SIDES[index])
    if belief.learner is None:
        return
    records["learner"][:, :, index] = MODELS.index(belief.learner)
    for place, name in enumerate(belief.learner_knobs()):
        knob = values[f"beliefs.{SIDES[index]}.{name}"]
        records["learner_knobs"][:, :, index, place] = knob[:, np.newaxis]


def seat_tactic(records: Table, side: int, name: str, knobs: Floats, *, signs: bool) -> None:
    """Write what a side's tactic brings to the table into every regime: its knobs and the fields that follow from it.

    `knobs` has shape ``[run, knob]``, in the order of the tactic's rule. `signs` says that the config sets no
    acceptance condition for the side, so that the tactic brings its own or the default.
    """
    records["knobs"][:, :, side] = 0.0
    records["knobs"][:, :, side, : knobs.shape[1]] = knobs[:, np.newaxis]
    tactic = TACTICS[name]
    places = {knob.name: place for place, knob in enumerate(tactic.knobs)}
    brings = dict(tactic.brings) | {"reads_path": float(tactic.reads_path)}
    for field, _ in BROUGHT:
        source = brings.get(field, 0.0)
        value = knobs[:, np.newaxis, places[source]] if isinstance(source, str) else source
        records[field][:, :, side] = value
    if signs:
        signing = tactic.signing or SIGNS_BY_DEFAULT
        records["acceptance"][:, :, side] = signing.place
        records["acceptance_number"][:, :, side] = signing.number


def _apply_changes(
    records: Table, config: Config, values: Values, regimes: Sequence[Regime], happened: Mapping[str, Mask]
) -> None:
    """Write what events set from their regime on, in the runs in which they happen."""
    for index, regime in enumerate(regimes):
        for event in regime.events:
            for key, change in event.changes.items():
                if isinstance(change, Quantity):
                    field, value = _parameter(records, ROW_BY_PATH[key]), values[f"events.{event.name}.set.{key}"]
                    from_regime(field, index, happened[event.name], value)
                else:
                    day = days_since_start(config, change)
                    from_regime(records["deadline_day"], index, happened[event.name], day)


def _changes_the_game(event: Event) -> bool:
    """Whether an event is worth waiting for: it touches agenda, red lines or threat, and not a deadline alone."""
    lists = (event.add_issues, event.drop_issues, event.add_red_lines, event.drop_red_lines)
    return any(lists) or any(key.startswith("walk_away.") for key in event.changes)


def _fill_event_ahead(
    records: Table, values: Values, regimes: Sequence[Regime], released: Sequence[tuple[int, Mask]]
) -> None:
    ahead = records["event_ahead"]
    for index, regime in enumerate(regimes):
        for event in regime.events:
            if _changes_the_game(event):
                ahead[:, :index] |= (values.chance_of(of_event(event)) > 0)[:, np.newaxis]
    for index, loosened in released:
        ahead[:, :index] |= loosened[:, np.newaxis]


def _fill_openings(records: Table) -> None:
    """Mark the regimes that change something in a run: an event that does not happen opens nothing."""
    bookkeeping = ("regime_start_day", "event_ahead", "regime_is_new", "tables_are_new")
    for mark in ("regime_is_new", "tables_are_new"):
        records[mark][:, 0] = 1
    for name in records.dtype.names or ():
        if name in bookkeeping:
            continue
        changed = records[name][:, 1:] != records[name][:, :-1]
        moved = changed.any(axis=tuple(range(2, changed.ndim)))
        records["regime_is_new"][:, 1:] |= moved
        if name == _THREAT:
            moved &= records["us_forward_precedent"][:, 1:] != 0.0
        elif name in NOT_IN_TABLES:
            continue
        records["tables_are_new"][:, 1:] |= moved


def _noisy(config: Config) -> tuple[bool, bool]:
    beliefs = config.beliefs
    return beliefs.us_treasury.kind != "exact", beliefs.partner.kind != "exact"


def _beliefs(records: Table, config: Config, values: Values) -> Table:
    from scipy.special import ndtri

    noisy = _noisy(config)
    believing = records if any(noisy) else records[:0]
    beliefs: Table = np.repeat(believing[:, :, np.newaxis], len(SIDES), axis=2)
    for index, (side, stream) in enumerate(zip(SIDES, SIDE_STREAMS, strict=True)):
        if not noisy[index]:
            continue
        noise = values[f"beliefs.{side}.noise"]
        for row in TABLE:
            if row.is_weight and row.section in (SIDES[1 - index], *_SHARED_SECTIONS):
                error = np.exp(noise * ndtri(values.uniform(f"belief.{stream}.{row.stream}")))
                field = _parameter(beliefs[:, :, index], row)
                field[:] = np.clip(field * error[:, np.newaxis], *row.limits())
    return beliefs


def _agents(
    agents: Sequence[Agent], part: str, group: Literal["firm", "maker"], layout: np.dtype[np.void], values: Values
) -> Table:
    table: Table = np.zeros((values.runs.size, len(agents)), layout)
    for index, agent in enumerate(agents):
        for row in TABLE:
            if row.group == group:
                table[row.field][:, index] = values[f"{part}.{agent.name}.{row.name}"]
    return table


def _tabled(records: Table) -> Mask:
    tabled: Mask = np.not_equal(records["issue_tabled"], 0)
    return np.asarray(tabled.any(axis=0))


def _wants_high(config: Config, slots: Mapping[str, int]) -> Integers:
    sides = np.full(MAX_ISSUES, US, dtype=np.int64)
    for _, name, entry in all_entries(config):
        if entry.wants_high is not None:
            sides[slots[name]] = SIDES.index(entry.wants_high)
    return sides
