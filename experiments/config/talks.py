"""Config models of the talks: calendar, protocol, agenda, red lines, events, tactics, beliefs, experiment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from experiments.config.distributions import Fixed, Number, Quantity
from experiments.config.values import ConfigPart, Date, Flag, Integer, Line, Real, Slug, Text, refuse
from sim.issues import ISSUE_BY_NAME, MAX_LEVELS, SideName
from sim.records import MAX_ROUNDS

#: Longest time between two rounds, and longest slip of a deadline: ten years.
MAX_STEP_DAYS = 3650


#: Number of levels of a grid.
Levels = Annotated[Integer, Field(ge=2, le=MAX_LEVELS)]


class Calendar(ConfigPart):
    """Dates of the talks."""

    start: Date
    """Date of the first round."""
    days_between_rounds: Annotated[Real, Field(gt=0, le=MAX_STEP_DAYS)] = 7.0
    """Days from one round to the next."""
    deadline: Date
    """Day on which the threat falls due."""
    slip_days: Annotated[Real, Field(gt=0, le=MAX_STEP_DAYS)] = 23.0
    """Days by which a deadline slips that is not executed."""
    max_slips: Annotated[Integer, Field(ge=0, le=100)] = 1
    """How often the deadline slips at most."""
    round_limit: Annotated[Integer, Field(ge=1, le=MAX_ROUNDS)] = 40
    """Most rounds that are held."""
    after_execution: Literal["end", "continue"] = "end"
    """Whether talks end once a threat is carried out, or go on with its tariffs in force until an event sets another
    deadline or the rounds are over."""

    def date_of(self, round_number: float) -> date:
        """Day of a round, counted from 1; of a mean round the day that far into the talks."""
        return self.start + timedelta(days=(round_number - 1.0) * self.days_between_rounds)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.deadline <= self.start:
            refuse("talks", f"deadline must be after start {self.start}, got {self.deadline}")
        return self


class Protocol(ConfigPart):
    """Who speaks when, and when the talks end without a deal."""

    kind: Literal["alternating", "simultaneous"] = "alternating"
    """Whether sides take turns or table positions at the same time."""
    first_mover: Literal["coin", "us_treasury", "partner"] = "coin"
    """Side that opens."""
    cap: Literal["belief", "own_payoff", "none"] = "own_payoff"
    """What keeps a side from giving more than it is asked for: a belief about the other side's payoffs; that it tables
    nothing worth less to itself than the offer that it might sign instead; or nothing."""
    stall_rounds: Annotated[Integer, Field(ge=1, le=MAX_ROUNDS)] = 4
    """Rounds without movement that count as a stall."""
    walkout_rounds: Annotated[Integer, Field(ge=1, le=MAX_ROUNDS)] = 4
    """Rounds without anything to gain after which a side walks out."""
    stall_tolerance: Annotated[Real, Field(ge=0, lt=1)] = 0.01
    """Movement that counts as none, as a share of an issue's range."""
    agreement_tolerance: Annotated[Real, Field(ge=0, lt=1)] = 0.01
    """Difference between positions that counts as none, as a share of an issue's range."""


class AgendaEntry(ConfigPart):
    """An issue on the table: its grid of values, and for a further issue what a unit of it is worth."""

    FURTHER_KEYS: ClassVar[tuple[str, ...]] = ("unit", "us_value", "partner_value", "wants_high")

    low: Real
    """Lowest value."""
    high: Real
    """Highest value."""
    levels: Levels
    """Number of values from low to high, both included."""
    unit: Text | None = None
    """Unit of a further issue."""
    us_value: Number | None = None
    """Value of one unit of a further issue to the US, US$ bn a year."""
    partner_value: Number | None = None
    """Value of one unit of a further issue to the partner, US$ bn a year."""
    wants_high: SideName | None = None
    """Side that wants a further issue high."""
    source: Text | None = None
    """Where its numbers come from."""
    known_by: Date | None = None
    """First day on which its numbers could have been known."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.low < self.high:
            refuse("talks", f"low must be below high, got low {self.low:g} and high {self.high:g}")
        return self


def _with_default_grids(raw: object) -> object:
    if not isinstance(raw, dict):
        return raw
    return {name: _with_default_grid(name, entry) for name, entry in raw.items()}


def _with_default_grid(name: str, entry: object) -> object:
    issue = ISSUE_BY_NAME.get(name)
    if issue is None or not isinstance(entry, dict):
        return entry
    return {"low": issue.low, "high": issue.high, "levels": issue.levels} | entry


Agenda = Annotated[dict[str, AgendaEntry], BeforeValidator(_with_default_grids)]


class When(ConfigPart):
    """Condition on another issue of the same package."""

    issue: Text
    """Issue that the condition reads."""
    at_least: Number | None = None
    """Least value at which it holds."""
    at_most: Number | None = None
    """Largest value at which it holds."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.at_least is None and self.at_most is None:
            refuse("talks", "needs at_least or at_most")
        return self


class Release(ConfigPart):
    """What loosens a red line, and to what."""

    date: Date | None = None
    """Day from which the looser bounds hold."""
    when: When | None = None
    """Condition on the package under which the looser bounds hold."""
    at_least: Number | None = None
    """Looser lower bound; none when left out."""
    at_most: Number | None = None
    """Looser upper bound; none when left out."""
    probability: Number | None = None
    """Chance that the release is in force, drawn once a run; it always is when left out."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.date is None) == (self.when is None):
            refuse(
                "talks",
                "needs either a date or a when, not both; delete one with ~" if self.date else "needs a date or a when",
            )
        return self


class RedLine(ConfigPart):
    """A bound on one issue that a side has declared."""

    name: Slug
    """Name, unique among the red lines."""
    side: SideName
    """Side that has drawn the line."""
    issue: Text
    """Issue that it bounds."""
    at_least: Number | None = None
    """Lower bound."""
    at_most: Number | None = None
    """Upper bound."""
    firmness: Number = Fixed(value=1.0, source="every line is real unless said otherwise")
    """Chance that the line is real; drawn once a run."""
    price: Number | None = None
    """What crossing the line costs its side at signing, in US$ bn a year per percentage point of a rate and per unit of
    any other issue; without a price the line cannot be crossed."""
    release: Release | None = None
    """What loosens the line; not for a line with a price."""
    source: Text | None = None
    """Where the line comes from."""
    known_by: Date | None = None
    """First day on which the line could have been known."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.at_least is None and self.at_most is None:
            refuse("talks", "needs at_least or at_most")
        return self


def _date_or_number(raw: object) -> str:
    return "<number>" if isinstance(raw, int | float | dict | Quantity) else "<date>"


Change = Annotated[Annotated[Number, Tag("<number>")] | Annotated[Date, Tag("<date>")], Discriminator(_date_or_number)]


class Event(ConfigPart):
    """Something that happens on a date and changes the game."""

    name: Slug
    """Name, unique among the events."""
    date: Date
    """Day on which it happens."""
    probability: Number = Fixed(value=1.0, source="every event happens unless said otherwise")
    """Chance that it happens; drawn once a run."""
    changes: dict[str, Change] = Field(default_factory=dict, alias="set")
    """New values by parameter path, or of ``calendar.deadline``."""
    add_issues: Agenda = Field(default_factory=dict)
    """Issues that come on the table."""
    drop_issues: tuple[Text, ...] = ()
    """Issues that leave the table."""
    add_red_lines: tuple[RedLine, ...] = ()
    """Red lines that are drawn."""
    drop_red_lines: tuple[Text, ...] = ()
    """Red lines that are given up."""
    source: Text | None = None
    """Where the event is recorded."""
    known_by: Date | None = None
    """First day on which it could have been known."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not (self.changes or self.add_issues or self.drop_issues or self.add_red_lines or self.drop_red_lines):
            refuse("talks", "changes nothing; give set, add_issues, drop_issues, add_red_lines or drop_red_lines")
        return self


class TacticChoice(ConfigPart):
    """A side's tactic by name, with the knobs of that tactic beside it."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, Number]

    name: Text
    """Name of the tactic."""

    @property
    def knobs(self) -> dict[str, Quantity]:
        """Knobs that are given, by name."""
        extra: dict[str, Any] = self.__pydantic_extra__ or {}
        return dict(extra)


class Tactics(ConfigPart):
    """Tactic of each side."""

    us_treasury: TacticChoice
    """Tactic of the US Treasury."""
    partner: TacticChoice
    """Tactic of the partner's government."""


class Correlation(ConfigPart):
    """Correlation of the normal scores of two sampled numbers (Gaussian copula)."""

    between: tuple[Text, Text]
    """Paths of the two numbers."""
    rho: Annotated[Real, Field(gt=-1, lt=1)]
    """Correlation of their normal scores."""


class Posterior(ConfigPart):
    """Numbers whose values are those of one draw: each a choice among as many values, in the same order.

    The draws of a run take them from one row. What they were fitted to stands beside, so that no result that rests on
    later facts can pass for a forecast.
    """

    paths: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Paths of the numbers, all with a distribution of the kind choice and the same weights."""
    fitted_through: Date
    """Last day of the record that they were fitted to."""
    cases: Annotated[tuple[Line, ...], Field(min_length=1)]
    """Cases of the record that they were fitted to."""
    digest: Line
    """Digest of the table of weights."""
    identified: tuple[Line, ...] = ()
    """Those that the record identifies; the others are about as wide as before the fit."""
    fixed_before: tuple[Line, ...] = ()
    """Those that the config fixes by itself, each with its value there: a rule that is off at 0 is on here."""


class Experiment(ConfigPart):
    """How many negotiations are run, and how their numbers are drawn."""

    runs: Annotated[Integer, Field(ge=1, le=10**9)] = 1000
    """Number of negotiations."""
    seed: Annotated[Integer, Field(ge=0, lt=2**63)] = 1
    """Seed of every draw."""
    sampling: Literal["monte_carlo", "latin_hypercube", "sobol"] = "monte_carlo"
    """How numbers with a distribution are drawn."""
    sobol_order: tuple[Text, ...] = ()
    """Sampled numbers in the order of their Sobol dimensions; filled in for sobol, new ones are added at the end."""
    levels: Levels | None = None
    """Number of levels of every issue, in place of each issue's own."""
    trajectories: Flag = False
    """Whether every run's trajectory is kept."""
