"""Values of a config that cannot change anything: overwritten before a rule reads them, or read by no rule here.

Only what is certain for every run is reported. A value that an event overwrites later is reported when an option has
set it: events are there to change values, but whoever set it may have overlooked this one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from experiments.config.changes import is_option
from experiments.config.distributions import Quantity
from experiments.config.numbers import ROW_BY_PATH, numbers
from experiments.config.regimes import days_since_start, ordered_events, placed_lines
from experiments.progress import has_listener, notice
from sim.issues import CHIP_PURCHASES, ISSUES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.config.talks import Event

_DEADLINE: Final = "calendar.deadline"


Chosen = Callable[["Config", str], bool]


@dataclass(frozen=True, slots=True)
class WithoutEffect:
    """A value that does nothing, or nothing after a date.

    Attributes
    ----------
    path : str
        Where it stands.
    reason : str
        Why, in the words of a message; the path comes before it.
    at_all : bool
        Whether it is never in force; else it is in force in the first rounds.
    """

    path: str
    reason: str
    at_all: bool = True

    def __str__(self) -> str:
        return f"{self.path} {self.reason}"


def without_effect(config: Config, *, is_chosen: Chosen | None = None) -> list[WithoutEffect]:
    """Written values that do nothing in any run, and chosen ones that events overwrite or that nothing reads.

    Parameters
    ----------
    config : Config
        What is looked at.
    is_chosen : callable, optional
        Whether somebody chose the value at a path for these runs; by default whether an option set it.
    """
    chosen = is_chosen or _is_option
    return [
        *_of_overwritten_values(config, chosen),
        *_of_idle_events(config),
        *_of_lines_never_real(config),
        *_of_untabled_issues(config, chosen),
        *_of_pledges_never_made(config, chosen),
        *_of_rules_switched_off(config, chosen),
        *_of_idle_entries(config, chosen),
    ]


def differs_from_default(config: Config, path: str) -> bool:
    """Whether a parameter has another value than its default; for configs that have lost where values came from."""
    row = ROW_BY_PATH.get(path)
    if row is None:
        return path == _DEADLINE
    number = next(entry.number for entry in numbers(config) if entry.path == path)
    return number.is_sampled or number.support()[0] != row.default


def _of_overwritten_values(config: Config, chosen: Chosen) -> Iterator[WithoutEffect]:
    """Values that a certain event replaces: before the first round, or (if they were chosen) later."""
    for path, event in _first_setters(config).items():
        rounds = _rounds_before(config, event.date)
        setter = f"event {event.name} of {event.date} sets it in every run"
        if rounds == 0 and config.is_written(path):
            yield WithoutEffect(path, f"does nothing: {setter}, on the first day of the talks")
        elif rounds and event.date <= _last_round(config) and chosen(config, path):
            rounds_before = "round 1" if rounds == 1 else f"rounds 1 to {rounds}"
            yield WithoutEffect(path, f"holds in {rounds_before} only: {setter}", at_all=False)


def _first_setters(config: Config) -> dict[str, Event]:
    """For each path that a certain event sets, the first such event."""
    found: dict[str, Event] = {}
    for event in ordered_events(config):
        if _is_certain(event.probability):
            for path in event.changes:
                found.setdefault(path, event)
    return found


def _of_idle_events(config: Config) -> Iterator[WithoutEffect]:
    """Events without a chance, after the last round, and changes that a later event of the same day replaces."""
    last = _last_round(config)
    for event in config.events:
        if _is_impossible(event.probability):
            yield WithoutEffect(f"events.{event.name}", "never happens: its probability is 0")
        elif event.date > last:
            limit = config.calendar.round_limit
            yield WithoutEffect(
                f"events.{event.name}",
                f"never happens: it is dated {event.date}, and round {limit}, the last, is on {last}",
            )
    ordered = ordered_events(config)
    start = config.calendar.start
    for number, event in enumerate(ordered):
        for later in ordered[number + 1 :]:
            if max(later.date, start) == max(event.date, start) and _is_certain(later.probability):
                for path in event.changes.keys() & later.changes.keys():
                    yield WithoutEffect(
                        f"events.{event.name}.set.{path}",
                        f"does nothing: event {later.name} of {later.date} sets it again before the next round",
                    )


def _of_lines_never_real(config: Config) -> Iterator[WithoutEffect]:
    """Red lines without a chance of being real, and lines that cost nothing to cross."""
    for placed in placed_lines(config):
        if _is_impossible(placed.line.firmness):
            yield WithoutEffect(placed.path, "binds in no run: its firmness is 0")
        elif placed.line.price is not None and _is_impossible(placed.line.price):
            yield WithoutEffect(placed.path, "does nothing: it can be crossed, and its price is 0")


#: Parameters that only the worth of one issue reads, by their section or path.
_OF_ISSUE: Final = {
    "fund.": "investment_fund",
    "us_treasury.fund_": "investment_fund",
    "partner.fund_": "investment_fund",
    "partner.guarantee_cost": "investment_fund",
    "purchases.": "other_purchases",
    "us_treasury.other_purchase_margin": "other_purchases",
    "partner.farm_": "other_purchases",
    "partner.purchase_premium": "other_purchases",
    "us_treasury.supply_security_value": "materials_support",
    "partner.materials_cost": "materials_support",
    "us_treasury.forward_precedent": "reciprocal_tariff",
    "chips.guarantee_margin": "materials_support",
}


#: Parameters that bear on a pledge of chips alone: what it costs, brings and lacks, and when firms sign it.
_OF_PLEDGE: Final = (
    "us_treasury.lobby_weight", "us_treasury.delivery_doubt", "partner.public_funds_cost",
    "partner.spillover_share", "partner.subsidy_budget", "chips.delivery_years", "chips.booked_share",
    "chips.financing_share", "chips.supply_elasticity", "chips.later_subsidy", "chips.waiting_discount",
    "chips.belief_half_life", "chips.signing_quorum", "chips.materials_content",
)  # fmt: skip

#: Parameters that bear on firms and on nobody else.
_OF_FIRMS: Final = (
    "economy.partner_gdp", "economy.lost_volume_value_added", "chips.subsidised_share", "chips.demand_elasticity",
    "chips.income_elasticity",
)  # fmt: skip

_CHIPS: Final = ISSUES[CHIP_PURCHASES].name


def _of_pledges_never_made(config: Config, chosen: Chosen) -> Iterator[WithoutEffect]:
    """Chips on the table that nobody can deliver, and options on parameters of a pledge that is never made."""
    nobody = [
        *(["there are no firms to buy chips"] if not config.firms else []),
        *(["there are no makers to ship chips"] if not config.chip_makers else []),
    ]
    placed = [f"agenda.{_CHIPS}"] if _CHIPS in config.agenda else []
    placed += [f"events.{event.name}.add_issues.{_CHIPS}" for event in config.events if _CHIPS in event.add_issues]
    for path in placed if nobody else ():
        yield WithoutEffect(path, f"delivers nothing: {' and '.join(nobody)}", at_all=False)
    paths = [
        *(_OF_PLEDGE if nobody or not placed else ()),
        *(_OF_FIRMS if not config.firms else ()),
    ]
    why = " and ".join(nobody) or f"{_CHIPS} is never on the table"
    yield from (WithoutEffect(path, f"does nothing: {why}") for path in paths if chosen(config, path))


def _of_untabled_issues(config: Config, chosen: Chosen) -> Iterator[WithoutEffect]:
    """Options on parameters of an issue that is never on the table."""
    tabled = _tabled(config)
    for path in ROW_BY_PATH:
        issue = next((issue for start, issue in _OF_ISSUE.items() if path.startswith(start)), None)
        if issue is not None and issue not in tabled and chosen(config, path):
            yield WithoutEffect(path, f"is read by no rule here: {issue} is never on the table")


#: The issue that a number is about by which a side compares.
_COMPARES: Final = {
    "reference.reciprocal_rate": "reciprocal_tariff",
    "reference.car_rate": "car_tariff",
    "walk_away.open_imports_share": "reciprocal_tariff",
}

#: Rules that a number of 0 switches off: any of the first numbers and all of the second ones must be above, for the
#: third ones to be read.
_SWITCHES: Final = (
    (
        ("us_treasury.reference_loss", "partner.reference_loss"),
        ("reference.weight",),
        ("reference.reciprocal_rate", "reference.car_rate"),
    ),
    (("us_treasury.forward_precedent",), (), ("walk_away.open_imports_share",)),
)


def _of_rules_switched_off(config: Config, chosen: Chosen) -> Iterator[WithoutEffect]:
    """Options on numbers of a rule that another number switches off: no loss, nothing to compare with, no risk."""
    for losses, needed, read in _SWITCHES:
        if all(_is_always(config, path, 0.0) for path in losses):
            why = f"{' and '.join(losses)} {'are' if len(losses) > 1 else 'is'} 0"
            idle = (*needed, *read)
        elif any(_is_always(config, path, 0.0) for path in needed):
            why, idle = f"{' and '.join(needed)} is 0", (*losses, *read)
        else:
            idle = tuple(path for path in read if _COMPARES[path] not in _tabled(config))
            why = "the issue that it is about is never on the table"
        yield from (WithoutEffect(path, f"does nothing: {why}") for path in idle if chosen(config, path))
    exposure = "walk_away.deal_court_exposure"
    if _is_always(config, "walk_away.court_survival", 1.0) and chosen(config, exposure):
        yield WithoutEffect(exposure, "does nothing: walk_away.court_survival is 1, and there is no risk to carry")


def _is_always(config: Config, path: str, value: float) -> bool:
    """Whether a parameter has one value in every run, from the first round to the last."""
    section, _, name = path.partition(".")
    set_to = [event.changes[path] for event in config.events if path in event.changes]
    found = [config.section(section).number(name), *(one for one in set_to if isinstance(one, Quantity))]
    return all(not one.is_sampled and one.support()[0] == value for one in found)


def _of_idle_entries(config: Config, chosen: Chosen) -> Iterator[WithoutEffect]:
    """Entries that another entry of the config makes idle."""
    if config.experiment.sampling != "sobol" and config.experiment.sobol_order:
        yield WithoutEffect("experiment.sobol_order", "does nothing: only sampling: sobol reads it")
    if config.experiment.levels is not None:
        for path in (f"agenda.{name}.levels" for name in config.agenda):
            if chosen(config, path):
                yield WithoutEffect(path, "does nothing: experiment.levels gives every issue its number of levels")
    if config.calendar.max_slips == 0 and chosen(config, "calendar.slip_days"):
        yield WithoutEffect("calendar.slip_days", "does nothing: calendar.max_slips is 0")


def _tabled(config: Config) -> set[str]:
    return {*config.agenda, *(name for event in config.events for name in event.add_issues)}


def _is_certain(chance: Quantity) -> bool:
    return not chance.is_sampled and chance.support()[0] >= 1.0


def _is_impossible(chance: Quantity) -> bool:
    return not chance.is_sampled and chance.support()[1] <= 0.0


def _is_option(config: Config, path: str) -> bool:
    return config.is_written(path) and is_option(config.place(path).origin)


def _rounds_before(config: Config, day: date) -> int:
    """Rounds that are held before `day`, from which on an event of that day is in force."""
    days = days_since_start(config, day)
    return max(0, math.ceil(days / config.calendar.days_between_rounds))


def _last_round(config: Config) -> date:
    calendar = config.calendar
    return calendar.start + timedelta(days=(calendar.round_limit - 1) * calendar.days_between_rounds)


def announce(config: Config, *, options_only: bool = False) -> None:
    """Give notice of what does nothing in a config that has just been loaded, or only of its idle options."""
    for found in without_effect(config) if has_listener() else ():
        if not options_only or _is_option(config, found.path):
            notice(f"{found}.")


def lines(config: Config) -> list[str]:
    """What does nothing, one sentence each."""
    return [f"{one}." for one in without_effect(config)]
