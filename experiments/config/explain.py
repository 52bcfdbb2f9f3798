"""A config in words: what is negotiated, by whom, until when, and which numbers are drawn, unusual or assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from experiments.config.amounts import SHARE_OF, amount_of, default_amount
from experiments.config.changes import is_option
from experiments.config.distributions import Fixed, Quantity
from experiments.config.numbers import BORROWED, numbers, provenance_of
from experiments.config.parameters import JAPAN
from experiments.config.without_effect import lines as idle_lines
from experiments.config.without_effect import without_effect
from experiments.labels import (
    SIDE_LABELS,
    as_called,
    capitalised,
    counted,
    partner_adjective,
    partner_currency,
    partner_name,
    quantity,
    unit_of,
)
from experiments.terminal.letters import filled
from sim.issues import SIDES

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.config.model import Config
    from experiments.config.talks import AgendaEntry, Event, RedLine, Release

_INDENT: Final = "  "

#: Difference of two bounds that is none.
_ROUNDING: Final = 1e-12
#: The same of bounds that are written as shares of an amount with three digits, relative to the bound.
_OF_SHARES: Final = 0.005
#: Numbers in money that are larger for a larger partner: those of configs of cases.
_SCALED: Final = {**SHARE_OF, "chips.guarantee_margin": "partner_gdp"}
#: What one country's cars pay in all, its own MFN rate included: a range around it says nothing of another one.
_OF_ITS_CARS: Final = ("us_treasury.precedent_base_rate", "walk_away.threat_car_tariff")
_OPENERS: Final = {
    "coin": "a fair coin decides who opens",
    "us_treasury": "the US opens",
    "partner": "{partner} opens",
}


def explain(config: Config, console: Console) -> None:
    """Print the explanation of a valid config."""
    for heading, lines in explanation(config):
        console.out(filled(heading, console.width, rest=_INDENT), style="bold", highlight=False)
        for line in lines:
            console.out(filled(line, console.width, first=_INDENT, rest=_INDENT * 2), highlight=False)


def explanation(config: Config) -> Iterator[tuple[str, list[str]]]:
    """Headings, each with its lines; parts that a config does not have are left out."""
    units = further_units(config)
    yield f"{config.name}: {config.title}", [" ".join(config.story.split())] if config.story else []
    yield "Calendar and protocol", [*_calendar(config), *_protocol(config)]
    idle = {one.path: f"; {one.reason}" for one in without_effect(config)}
    issues = (f"{_issue(name, issue)}{idle.get(f'agenda.{name}', '')}" for name, issue in config.agenda.items())
    yield (
        "On the table",
        [*issues, *_levels(config), f"Amounts are in US$; {partner_currency()} is converted beforehand."],
    )
    yield "At the table", list(_agents(config))
    parts = (
        ("Red lines", [_red_line(line, units) for line in config.red_lines]),
        ("Events", [_event(event, units) for event in sorted(config.events, key=lambda event: event.date)]),
        ("Numbers that are drawn for each negotiation", list(_sampled(config))),
        ("Without effect", idle_lines(config)),
        ("Outside the plausible range", list(_unusual(config))),
        ("Known only later than the talks could use them", list(_hindsight(config))),
        (f"{capitalised(BORROWED)}, for want of numbers of the partner's own", list(_borrowed(config))),
    )
    yield from ((f"{heading} ({len(lines)})", lines) for heading, lines in parts if lines)
    yield "Sources", list(_sources(config))
    yield "Experiment", [_experiment(config)]


def further_units(config: Config) -> dict[str, str]:
    """Units of the issues that the config itself defines, also of those that come later."""
    agendas = [config.agenda, *(event.add_issues for event in config.events)]
    return {name: issue.unit for agenda in agendas for name, issue in agenda.items() if issue.unit}


def event_descriptions(config: Config) -> dict[str, str]:
    """What each event is and changes, by its name."""
    units = further_units(config)
    return {event.name: f"{event.name}: {_changes(event, units)}" for event in config.events}


#: What each cap on what a side gives comes to.
_CAPS: Final = {
    "belief": "A side gives no more than the other side's own offer would, as it believes, give that side.",
    "own_payoff": "A side tables nothing that is worth less to it than an offer that it might sign instead.",
    "none": "A side tables what its tactic asks for, also where the other side has asked for less.",
}


def _calendar(config: Config) -> Iterator[str]:
    talks = config.calendar
    yield (
        f"Talks start on {talks.start}, with a round every {round(talks.days_between_rounds, 2):g} days and at most "
        f"{counted(talks.round_limit, 'round')}."
    )
    slips = "once" if talks.max_slips == 1 else counted(talks.max_slips, "time")
    slipping = f"it slips by {talks.slip_days:g} days, at most {slips}" if talks.max_slips else "talks end"
    yield f"The deadline is {talks.deadline}; when the threat is not executed then, {slipping}."
    if talks.after_execution == "continue":
        yield "When it is executed, its tariffs are in force and talks go on, with no deadline until an event sets one."


def _protocol(config: Config) -> Iterator[str]:
    protocol = config.protocol
    if protocol.kind == "simultaneous":
        yield "Both sides table positions at the same time."
    else:
        yield f"The sides take turns; {as_called(_OPENERS[protocol.first_mover])}."
    yield _CAPS[protocol.cap]
    yield (
        f"Talks stall after {counted(protocol.stall_rounds, 'round')} in which neither side moves by more than "
        f"{protocol.stall_tolerance:.3g} of an issue's range; a side with nothing to gain walks out after "
        f"{counted(protocol.walkout_rounds, 'round')}."
    )


def _issue(name: str, issue: AgendaEntry) -> str:
    unit = issue.unit or unit_of(name)
    grid = f"{name}: {quantity(issue.low, unit)} to {quantity(issue.high, unit)} in {issue.levels} levels"
    if issue.us_value is None or issue.partner_value is None:
        return grid
    worth = f"US {_number(issue.us_value)}, {partner_name()} {_number(issue.partner_value)}"
    return f"{grid}; one unit is worth, in US$ bn a year: {worth}"


def _levels(config: Config) -> Iterator[str]:
    if config.experiment.levels is not None:
        also = ", also those that events add" if any(event.add_issues for event in config.events) else ""
        yield f"experiment.levels gives every issue {config.experiment.levels} levels{also}."


def _agents(config: Config) -> Iterator[str]:
    for side in SIDES:
        choice, belief = getattr(config.tactics, side), getattr(config.beliefs, side)
        knobs = ", ".join(f"{name} {_number(knob)}" for name, knob in choice.knobs.items())
        tactic = f"{choice.name} ({knobs})" if knobs else choice.name
        if belief.kind == "exact":
            knows = "knows the other side's weights"
        else:
            knows = f"misjudges the other side's weights by about {_number(belief.noise)} in logarithms"
        if belief.learner is not None:
            learns = ", ".join(f"{name} {_number(getattr(belief, name))}" for name in belief.learner_knobs())
            knows = f"{knows} at first and learns from its offers ({belief.learner} model, {learns})"
        yield f"{SIDE_LABELS[side]}: tactic {tactic}; {knows}; {_accepts(config, side, choice.name)}."
    for what, agents in (
        (capitalised(f"{partner_adjective()} data-centre firms"), config.firms),
        ("Chip makers and suppliers", config.chip_makers),
    ):
        yield f"{what}: {', '.join(agent.name for agent in agents) or 'none'}."


def _accepts(config: Config, side: str, tactic: str) -> str:
    from experiments.config.signing import signs_by

    one = signs_by(config, side, tactic)
    number = "" if one.number is None else f" ({one.key} {_number(one.number)})"
    return f"signs by {one.condition}{number}, {one.why}"


def _red_line(line: RedLine, units: dict[str, str]) -> str:
    unit = units.get(line.issue) or unit_of(line.issue)
    bound = f"{line.name}: {SIDE_LABELS[line.side]} wants {line.issue} {_bounds(line.at_least, line.at_most, unit)}"
    real = "" if _is_one(line.firmness) else f"; real with chance {_number(line.firmness)}"
    release = f"; {_release(line.release, unit, units)}" if line.release else ""
    return f"{bound}{_price(line, unit)}{real}{release}.{_origin(line.source)}"


def _price(line: RedLine, unit: str) -> str:
    if line.price is None:
        return ""
    beyond = "percentage point" if unit == "rate" else unit or "unit"
    return f"; it can be crossed, at {_number(line.price)} US$ bn a year for each {beyond} beyond"


def _release(release: Release, unit: str, units: dict[str, str]) -> str:
    loosened = (
        "lifted"
        if release.at_least is release.at_most is None
        else f"{_bounds(release.at_least, release.at_most, unit)}"
    )
    if release.probability is not None and not _is_one(release.probability):
        loosened = f"with chance {_number(release.probability)} {loosened}"
    if release.date is not None:
        return f"{loosened} from {release.date}"
    when = release.when
    if when is None:
        raise ValueError("a release has neither a date nor a condition")
    condition = _bounds(when.at_least, when.at_most, units.get(when.issue) or unit_of(when.issue))
    return f"{loosened} when {when.issue} is {condition}"


def _event(event: Event, units: dict[str, str]) -> str:
    chance = "" if _is_one(event.probability) else f", with chance {_number(event.probability)}"
    return f"{event.date} {event.name}{chance}: {_changes(event, units)}.{_origin(event.source)}"


def _changes(event: Event, units: dict[str, str]) -> str:
    changes = [f"{path} becomes {_change(change)}" for path, change in event.changes.items()]
    changes += [f"on the table: {_issue(name, issue)}" for name, issue in event.add_issues.items()]
    changes += [f"off the table: {name}" for name in event.drop_issues]
    changes += [f"new red line {_red_line(line, units)}" for line in event.add_red_lines]
    changes += [f"red line {name} falls" for name in event.drop_red_lines]
    return "; ".join(changes).rstrip(".")


def _change(change: object) -> str:
    return _number(change) if isinstance(change, Quantity) else str(change)


def _sampled(config: Config) -> Iterator[str]:
    for entry in numbers(config):
        if entry.number.is_sampled:
            unit = f", {entry.row.unit}" if entry.row else ""
            yield f"{entry.path}: {entry.number.text()}{unit}"
    for pair in config.correlations:
        yield f"correlation of {pair.between[0]} and {pair.between[1]}: {pair.rho:g}"
    if config.posterior is not None:
        fitted = f"fitted to {', '.join(config.posterior.cases)} through {config.posterior.fitted_through}"
        yield f"drawn together from a posterior, {fitted}: {', '.join(config.posterior.paths)}"


def _unusual(config: Config) -> Iterator[str]:
    is_other = config.partner.name != JAPAN.name
    for entry in numbers(config):
        row = entry.row
        low, high = entry.number.support()
        if row is None or (is_other and (row.is_of_partner or row.path in _OF_ITS_CARS)):
            continue  # a range around the number of one country says nothing of another
        scale = _scale(config, row.path) if is_other else 1.0
        least, most = scale * row.low, scale * row.high
        slack = _OF_SHARES * most if row.path in _SCALED else _ROUNDING
        # A bound that differs from the table's by rounding alone is the same.
        if low < least - slack or high > most + slack:
            yield f"{entry.path} = {_number(entry.number)}; plausible is {least:.4g} to {most:.4g} ({row.unit})"


def _scale(config: Config, path: str) -> float:
    """How much larger a number in money is for this partner than in the table, which has it for its own amounts."""
    name = _SCALED.get(path)
    return 1.0 if name is None else amount_of(config, name) / default_amount(name)


def _hindsight(config: Config) -> Iterator[str]:
    """Values that nobody could know when they first matter: at the start, or on the day of their event."""
    days = {event.name: event.date for event in config.events}
    for entry in provenance_of(config):
        part, _, below = entry.path.partition(".")
        matters = days[below.partition(".")[0]] if part == "events" else config.calendar.start
        if entry.known_by is not None and entry.known_by > matters:
            yield f"{entry.path} = {entry.value}, known by {entry.known_by}"


def _borrowed(config: Config) -> Iterator[str]:
    for entry in provenance_of(config):
        if entry.source.startswith(BORROWED):
            yield f"{entry.path} = {entry.value}"


def _sources(config: Config) -> Iterator[str]:
    found = [entry for entry in provenance_of(config) if entry.confidence is not None or entry.source != "default"]
    defaults = sum(not config.is_written(entry.path) for entry in found)
    assumed = sum(entry.confidence == "assumption" for entry in found)
    weak = sum(entry.confidence == "low" for entry in found)
    yield f"{counted(len(found), 'value')}: {len(found) - defaults:,} from the config and {defaults:,} defaults."
    yield f"Assumptions of the model: {assumed:,}; of low confidence: {weak:,} (winset list parameters shows which)."
    unsourced = sum(entry.source.startswith("config file") or is_option(entry.source) for entry in found)
    if unsourced:
        yield f"Written without a source of their own: {unsourced:,}."


def _experiment(config: Config) -> str:
    plan = config.experiment
    how = plan.sampling.replace("_", " ")
    return f"{counted(plan.runs, 'run')} from seed {plan.seed}, {how} sampling."


def _bounds(at_least: Quantity | None, at_most: Quantity | None, unit: str) -> str:
    ends: Iterable[tuple[str, Quantity | None]] = (("at least", at_least), ("at most", at_most))
    return " and ".join(f"{word} {_with_unit(number, unit)}" for word, number in ends if number is not None)


def _with_unit(number: Quantity, unit: str) -> str:
    return quantity(number.value, unit) if isinstance(number, Fixed) else f"{number.text()} {unit}".strip()


def _number(number: Quantity) -> str:
    return f"{number.value:g}" if isinstance(number, Fixed) else number.text()


def _is_one(number: Quantity) -> bool:
    return number.support() == (1.0, 1.0)


def _origin(source: str | None) -> str:
    return f" Source: {source}." if source else ""


def part_in_words(config: Config, part: str) -> str:
    """Say what a named part of a config is: an issue, a red line, an event, a firm or a chip maker, by its path.

    Raises
    ------
    ValueError
        When the config has no such part.
    """
    where, _, name = part.rpartition(".")
    owner, _, kind = where.rpartition(".")
    event = next((one for one in config.events if owner == f"events.{one.name}"), None)
    units = further_units(config)
    holder = config if event is None else event
    members = getattr(holder, kind, ())
    found = members.get(name) if isinstance(members, dict) else next((one for one in members if one.name == name), None)
    if found is None:
        raise ValueError(f"{config.name} has no part {part}")
    if kind in ("agenda", "add_issues"):
        return _issue(name, found)
    if kind in ("red_lines", "add_red_lines"):
        return _red_line(found, units)
    if kind == "events":
        return _event(found, units)
    own = (entry for entry in numbers(config) if entry.path.startswith(f"{part}."))
    return ", ".join(f"{entry.path.rpartition('.')[2].replace('_', ' ')} {_number(entry.number)}" for entry in own)
