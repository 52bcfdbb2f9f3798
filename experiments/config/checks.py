"""What the parts of a config must satisfy together, and the values that follow from others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from experiments.config.agenda import with_one_number_of_levels
from experiments.config.agenda_checks import (
    ConfigFinding,
    agenda_findings,
    calendar_findings,
    price_unit,
    red_line_findings,
)
from experiments.config.correlations import correlation_groups
from experiments.config.distributions import Fixed, Quantity
from experiments.config.numbers import ROW_BY_PATH, numbers, sampled_paths
from experiments.config.parameters import limit_complaint, parameter_complaint
from experiments.config.posterior import posterior_findings
from experiments.config.regimes import MAX_REGIMES, ordered_events, placed_lines, regimes_of
from experiments.config.sides import Belief, belief_limits
from experiments.config.talks import RedLine
from experiments.config.values import A_DATE
from experiments.errors import ConfigError, Problem, shown, suggestion, tactic_hint
from experiments.labels import AGENT_LABELS, SIDE_LABELS
from sim.issues import LARGEST_VALUE, SIDES

if TYPE_CHECKING:
    from agents.tactics.tactic import Tactic
    from experiments.config.model import Config

_DEADLINE = "calendar.deadline"


def completed(config: Config) -> Config:
    """Check a config as a whole and fill in what follows from other values.

    Raises
    ------
    ConfigError
        Listing everything that is wrong.
    """
    found = [
        *_name_findings(config),
        *calendar_findings(config),
        *agenda_findings(config),
        *red_line_findings(config),
        *_event_findings(config),
        *_tactic_findings(config),
        *_number_findings(config),
        *_sampling_findings(config),
        *posterior_findings(config),
    ]
    if found:
        raise ConfigError(_problem(config, finding) for finding in found)
    return _with_sobol_order(_with_learners(_with_knobs(with_one_number_of_levels(config))))


def _problem(config: Config, finding: ConfigFinding) -> Problem:
    got = "" if finding.value is None else f" (got {shown(finding.value)})"
    return Problem(config.place(finding.path), finding.path, f"{finding.message}{got}")


def _name_findings(config: Config) -> Iterator[ConfigFinding]:
    agents = [("firms", firm.name) for firm in config.firms] + [("chip_makers", m.name) for m in config.chip_makers]
    lines = [(placed.path.rpartition(".")[0], placed.line.name) for placed in placed_lines(config)]
    events = [("events", event.name) for event in config.events]
    for what, named in (("firm or chip maker", agents), ("red line", lines), ("event", events)):
        yield from _doubles(what, named)
    # A reader would take such a name for the government's, in whatever letters it is written.
    sides = {_words_of(word) for labels in (SIDE_LABELS, AGENT_LABELS) for pair in labels.items() for word in pair}
    for part, name in agents:
        if _words_of(name) in sides:
            yield ConfigFinding(f"{part}.{name}", "is the name of a side; choose another", name)


def _words_of(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _doubles(what: str, named: list[tuple[str, str]]) -> Iterator[ConfigFinding]:
    count = Counter(name for _, name in named)
    for part, name in dict.fromkeys(named):
        if count[name] > 1:
            yield ConfigFinding(f"{part}.{name}", f"is the name of more than one {what}; names must be unique", name)


def _event_findings(config: Config) -> Iterator[ConfigFinding]:
    start = config.calendar.start
    lines = {line.name for line in config.red_lines}
    for event in ordered_events(config):
        path = f"events.{event.name}"
        if event.date < start:
            yield ConfigFinding(f"{path}.date", f"must not be before calendar.start {start}", event.date)
        for key, change in event.changes.items():
            if message := _change_complaint(config, event.date, key, change):
                value = change.text() if isinstance(change, Quantity) else change
                yield ConfigFinding(f"{path}.set.{key}", message, value)
        for name in event.drop_red_lines:
            if name not in lines:
                message = f"no red line of this name has been drawn by then{suggestion(name, lines)}"
                yield ConfigFinding(f"{path}.drop_red_lines", message, name)
        lines |= {line.name for line in event.add_red_lines}
    found = len(regimes_of(config))
    if found > MAX_REGIMES:
        message = f"events and dated releases fall on {found - 1} days after the start; at most {MAX_REGIMES - 1} fit"
        yield ConfigFinding("events", message, None)


def _change_complaint(config: Config, day: Any, key: str, change: Any) -> str | None:
    if key == _DEADLINE:
        if isinstance(change, Quantity):
            return A_DATE
        earliest = max(day, config.calendar.start)
        return None if change > earliest else f"must be after {earliest}"
    row = ROW_BY_PATH.get(key)
    if row is None:
        hint = suggestion(key, [*ROW_BY_PATH, _DEADLINE])
        return f"an event sets single parameters, sector parameters or {_DEADLINE}{hint}"
    if not isinstance(change, Quantity):
        return "must be a number or a distribution"
    return parameter_complaint(row, change)


def _tactics() -> dict[str, Tactic]:
    # Compiled rules stand behind the registry, and a start without them is quicker.
    from agents.tactics.registry import TACTICS

    return TACTICS


def _tactic_findings(config: Config) -> Iterator[ConfigFinding]:
    known = _tactics()
    for side in SIDES:
        choice = getattr(config.tactics, side)
        path = f"tactics.{side}"
        tactic = known.get(choice.name)
        if tactic is None:
            hint = f"{tactic_hint(choice.name)} (your own tactic? make it known with --tactics FILE)"
            yield ConfigFinding(f"{path}.name", f"unknown tactic{hint}", choice.name)
            continue
        knobs = {knob.name: knob for knob in tactic.knobs}
        for name, number in choice.knobs.items():
            if name not in knobs:
                has = suggestion(name, knobs) if knobs else "; it has none"
                if "did you mean" not in has:  # the knob is another tactic's, kept when this one was named
                    has += f"; to replace the tactic with its knobs, write {path}={{name: {tactic.name}}}"
                yield ConfigFinding(f"{path}.{name}", f"{tactic.name} has no knob of this name{has}", number.text())
            elif complaint := limit_complaint(number, knobs[name].low, knobs[name].high, "knob"):
                yield ConfigFinding(f"{path}.{name}", complaint, number.text())


def _number_findings(config: Config) -> Iterator[ConfigFinding]:
    for entry in numbers(config):
        part, last = entry.path.partition(".")[0], entry.path.rpartition(".")[2]
        complaint = None
        if part in {"red_lines", "events"} and last in {"firmness", "probability"}:
            complaint = limit_complaint(entry.number, 0.0, 1.0, "chance")
        elif isinstance(entry.owner, RedLine) and last == "price":
            complaint = limit_complaint(entry.number, 0.0, LARGEST_VALUE, price_unit(config, entry.owner.issue))
        elif part == "beliefs":
            complaint = limit_complaint(entry.number, *belief_limits(last))
        elif part == "acceptance":
            complaint = limit_complaint(entry.number, 0.0, 1.0, "share")
        if complaint:
            yield ConfigFinding(entry.path, complaint, entry.number.text())


def _sampling_findings(config: Config) -> Iterator[ConfigFinding]:
    known = [entry.path for entry in numbers(config)]
    for path in config.experiment.sobol_order:
        if path not in known:
            yield ConfigFinding(
                "experiment.sobol_order", f"names no number of this config{suggestion(path, known)}", path
            )
    for path, times in Counter(config.experiment.sobol_order).items():
        if times > 1:
            yield ConfigFinding("experiment.sobol_order", "names this number more than once", path)
    sampled = set(sampled_paths(config))
    usable = True
    pairs = Counter(frozenset(pair.between) for pair in config.correlations)
    for index, pair in enumerate(config.correlations):
        leave_out = f"leave this correlation out: --set correlations.{index}=~"
        for message, value in _pair_complaints(pair.between, sampled, known, pairs, leave_out):
            usable = False
            yield ConfigFinding(f"correlations.{index}", message, value)
    if usable:
        for group in correlation_groups(config):
            if not group.is_valid:
                message = (
                    f"those of {', '.join(group.paths)} contradict each other (pairs that are not given count as 0): "
                    "their matrix must be positive definite; lower a rho or give the missing pairs"
                )
                yield ConfigFinding("correlations", message, None)


def _pair_complaints(
    between: tuple[str, str], sampled: set[str], known: Iterable[str], pairs: Counter[frozenset[str]], leave_out: str
) -> Iterator[tuple[str, str]]:
    for path in between:
        if path not in sampled:
            hint = (
                f"; it is a fixed value, give it a distribution or {leave_out}"
                if path in known
                else suggestion(path, sampled)
            )
            yield f"between must name sampled numbers{hint}", path
    if between[0] == between[1]:
        yield "between must name two different numbers", between[0]
    elif pairs[frozenset(between)] > 1:
        yield "the correlation of this pair is given more than once", " and ".join(between)


def _with_knobs(config: Config) -> Config:
    """Config with every knob of both tactics, so that it means the same if a default changes."""
    known = _tactics()
    sides = {}
    for side in SIDES:
        choice = getattr(config.tactics, side)
        tactic = known[choice.name]
        knobs = {
            knob.name: choice.knobs.get(knob.name)
            or Fixed(value=knob.default, source=f"default of the tactic: {tactic.reference}", confidence="assumption")
            for knob in tactic.knobs
        }
        sides[side] = type(choice)(name=choice.name, **knobs)
    return config.model_copy(update={"tactics": type(config.tactics)(**sides)})


def _with_learners(config: Config) -> Config:
    """Config with every knob of the models by which sides learn."""
    sides: dict[str, Belief] = {side: getattr(config.beliefs, side).completed() for side in SIDES}
    return config.model_copy(update={"beliefs": config.beliefs.model_copy(update=sides)})


def _with_sobol_order(config: Config) -> Config:
    """Config that names the Sobol dimension of each sampled number: first those listed, then by order of writing."""
    if config.experiment.sampling != "sobol":
        return config
    listed = config.experiment.sobol_order
    sampled = sampled_paths(config)
    written = [path for path in config.written_distributions() if path in sampled]
    order = tuple(dict.fromkeys([*listed, *written, *sampled]))
    return config.model_copy(update={"experiment": config.experiment.model_copy(update={"sobol_order": order})})
