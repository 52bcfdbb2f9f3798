"""Rows of the record: a stated position, a dated event, and how a case ended."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, Self, final, get_args

from experiments.errors import Position
from experiments.record.columns import HIGHEST_RATE, RecordColumn, amount, day, flag, number, rate, text, word
from sim.issues import ISSUE_BY_NAME, SIDES, SideName
from sim.parameters.parameter import Confidence

Status = Literal["offered", "asked", "threatened", "agreed", "off_table"]

#: What a side does with a position that is its own in the talks.
_STATED: Final = ("offered", "asked")

EventKind = Literal["tariff", "threat", "deadline", "statement", "ruling", "election", "deal_elsewhere"]

#: Case of an event that is about every country.
ALL: Final = "all"

#: Rates beside the issues of the model that events set. Those over MFN are what is added to a country's own MFN rate.
FURTHER_RATES: Final = ("parts_tariff", "metals_tariff", "car_tariff_over_mfn", "parts_tariff_over_mfn")

#: Phrase by which a source says that a figure comes from memory; such a row has low confidence.
NOT_LOOKED_UP: Final = "not looked up"

_FRACTIONS: Final = ("rate", "share")


def is_fraction(issue: str) -> bool:
    """Whether the values of an issue are fractions and not amounts."""
    return issue in FURTHER_RATES or (issue in ISSUE_BY_NAME and ISSUE_BY_NAME[issue].unit in _FRACTIONS)


def _value_complaints(issue: str, **values: float | None) -> Iterator[tuple[str, str]]:
    """Columns whose value is no fraction where the issue is one, with what is wrong."""
    most = 1.0 if issue in ISSUE_BY_NAME and ISSUE_BY_NAME[issue].unit == "share" else HIGHEST_RATE
    for column, value in values.items():
        if value is not None and is_fraction(issue) and value > most:
            yield column, f"{issue} is a fraction from 0 to {most:g}, 15 % being 0.15 (got {value:g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow(ABC):
    """What every row of the record has.

    Attributes
    ----------
    case : str
        Country that talks with the US.
    source : str
        Where it was read: keys of docs/references.md, and what was made of it.
    known_by : datetime.date
        Date from which it could be known.
    confidence : str
        How far the number can be trusted.
    place : Position
        Line of the file.
    """

    case: str
    source: str
    known_by: datetime.date
    confidence: Confidence
    place: Position = field(compare=False, repr=False)

    def as_known(self, day: datetime.date) -> Self | None:
        """The row as it was known on a day; None where it was not yet known."""
        return self if self.known_by <= day else None

    @abstractmethod
    def complaints(self) -> Iterator[tuple[str, str]]:
        """Columns that do not agree with others of the row, with what would be right."""

    def source_complaint(self) -> Iterator[tuple[str, str]]:
        """Say where a figure from memory is trusted more than it should be."""
        if NOT_LOOKED_UP in self.source and self.confidence != "low":
            yield "confidence", f"a figure that was {NOT_LOOKED_UP} has low confidence (got {self.confidence})"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPosition(RecordRow):
    """What a side has said on an issue in a round, or what both have signed.

    Attributes
    ----------
    round : str
        Name of the round.
    date : datetime.date
        Its last day.
    side, issue : str
        Whose position, and on which issue of the model.
    low, value, high : float or None
        Range and encoded value, rates as fractions and money in US$ bn. Without a number all are None; `high` alone is
        None where what was said has no upper end.
    status : str
        What was done with it: offered, asked, threatened, agreed, or not on the table.
    """

    round: str
    date: datetime.date
    side: SideName
    issue: str
    low: float | None
    value: float | None
    high: float | None
    status: Status

    @property
    def is_stated(self) -> bool:
        """Whether it is a number that the side offered or asked for.

        A threat is what comes without a deal, and what was agreed is how talks ended: neither is a position in them.
        """
        return self.value is not None and self.status in _STATED

    def complaints(self) -> Iterator[tuple[str, str]]:
        """Columns that do not agree with others of the row, with what would be right."""
        yield from _value_complaints(self.issue, low=self.low, value=self.value, high=self.high)
        yield from self.source_complaint()
        if self.status == "off_table" and (self.low, self.value, self.high) != (None, None, None):
            yield "value", "what is off the table has no number; leave low, value and high empty"
        if (self.low is None) != (self.value is None):
            yield "low", "low and value are both given or both empty"
        elif self.low is not None and self.value is not None and self.low > self.value:
            yield "low", f"is above the value ({self.low:g} > {self.value:g})"
        if self.high is not None and (self.value is None or self.value > self.high):
            yield "high", "needs a value, and must not lie below it"
        if self.known_by < self.date:
            yield "known_by", f"a position of {self.date} cannot be known by {self.known_by}"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DatedEvent(RecordRow):
    """Something that happened, or was set, on a date.

    Attributes
    ----------
    case : str
        Country that it is about, or ``all``. A deal elsewhere is about the country that signed it.
    date : datetime.date
        When it takes effect: a deadline and an election have their own day, which is known earlier.
    kind : str
        tariff (in force from that day), threat, deadline, statement, ruling, election or deal_elsewhere.
    issue : str or None
        Issue of the model, or a rate of :data:`FURTHER_RATES`.
    value : float or None
        Rate as a fraction, or US$ bn; for an election seats.
    """

    date: datetime.date
    kind: EventKind
    issue: str | None
    value: float | None

    def complaints(self) -> Iterator[tuple[str, str]]:
        """Columns that do not agree with others of the row, with what would be right."""
        yield from self.source_complaint()
        if self.issue is not None:
            yield from _value_complaints(self.issue, value=self.value)
        if self.kind in ("tariff", "threat") and (self.issue is None or self.value is None):
            yield "value", f"a {self.kind} needs an issue and a value"
        if self.kind not in ("deadline", "election", "tariff") and self.known_by < self.date:
            yield "known_by", f"a {self.kind.replace('_', ' ')} of {self.date} cannot be known by {self.known_by}"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOutcome(RecordRow):
    """How the talks of a case ended.

    Attributes
    ----------
    deal_date : datetime.date
        When the deal was announced.
    rec : float
        Its country rate, a fraction.
    includes_mfn : bool
        Whether that rate includes the MFN rate; else it is stacked on it.
    car : float or None
        Its rate on cars, a fraction; None where cars are not part of it.
    fund : float or None
        Its investment fund, US$ bn.
    purchases : float or None
        Purchases of US goods, US$ bn a year, where the terms come to a yearly amount.
    terms : str
        Further terms in words.
    """

    deal_date: datetime.date
    rec: float
    includes_mfn: bool
    car: float | None
    fund: float | None
    purchases: float | None
    terms: str | None

    def complaints(self) -> Iterator[tuple[str, str]]:
        """Columns that do not agree with others of the row, with what would be right."""
        yield from self.source_complaint()
        if self.known_by < self.deal_date:
            yield "known_by", f"a deal of {self.deal_date} cannot be known by {self.known_by}"


_CASE: Final = RecordColumn("case", text, "Country that talks with the US.")

#: Columns that close every row of the record.
ORIGIN: Final = (
    RecordColumn("source", text, "Where it was read: keys of docs/references.md, and what was made of it."),
    RecordColumn("known_by", day, "Date from which it could be known."),
    RecordColumn("confidence", word(get_args(Confidence)), "How far the number can be trusted."),
)

_AMOUNT_OR_RATE: Final = number(0.0, 1e6, "rates as fractions, money in US$ bn")

POSITION_COLUMNS: Final = (
    _CASE,
    RecordColumn("round", text, "Name of the round."),
    RecordColumn("date", day, "Last day of the round."),
    RecordColumn("side", word(SIDES), "Whose position it is."),
    RecordColumn("issue", word(tuple(ISSUE_BY_NAME)), "Issue of the model."),
    RecordColumn("low", _AMOUNT_OR_RATE, "Lower end of what was said; unit of the issue.", optional=True),
    RecordColumn(
        "value", _AMOUNT_OR_RATE, "Encoded value; unit of the issue. Empty: no number was said.", optional=True
    ),
    RecordColumn("high", _AMOUNT_OR_RATE, "Upper end; unit of the issue. Empty beside a value: open.", optional=True),
    RecordColumn("status", word(get_args(Status)), "What was done with it."),
    *ORIGIN,
)

EVENT_COLUMNS: Final = (
    RecordColumn("case", text, "Country that it is about, or all; of a deal elsewhere the one that signed it."),
    RecordColumn("date", day, "Day on which it takes effect."),
    RecordColumn("kind", word(get_args(EventKind)), "What happened."),
    RecordColumn(
        "issue", word((*ISSUE_BY_NAME, *FURTHER_RATES)), "Issue of the model, or another rate.", optional=True
    ),
    RecordColumn("value", _AMOUNT_OR_RATE, "Value; unit of the issue, of an election seats.", optional=True),
    *ORIGIN,
)

OUTCOME_COLUMNS: Final = (
    _CASE,
    RecordColumn("deal_date", day, "Day on which the deal was announced."),
    RecordColumn("rec", rate, "Country rate, a fraction."),
    RecordColumn("includes_mfn", flag, "1 if that rate includes MFN, 0 if it is stacked on it."),
    RecordColumn("car", rate, "Rate on cars, a fraction.", optional=True),
    RecordColumn("fund", amount, "Investment fund, US$ bn.", optional=True),
    RecordColumn("purchases", amount, "Purchases of US goods, US$ bn a year.", optional=True),
    RecordColumn("terms", text, "Further terms in words.", optional=True),
    *ORIGIN,
)
