"""What the record knew of a case on a day, as a config needs it: rates, deadline, statements and earlier deals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar

import numpy as np

from experiments.baselines.similarity import EarlierDeal, Features, ReferenceRate, reference_rate
from experiments.errors import ConfigError, Position, Problem
from experiments.record.cases import CaseFacts
from experiments.record.record import DatedRecord
from experiments.record.rows import ALL, DatedEvent, RecordedOutcome
from experiments.record.situations import OVER_MFN, earlier_deals, features_of, last_threat, rate_in_force

if TYPE_CHECKING:
    from experiments.design.values import Mask
    from sim.records import Floats

Value = TypeVar("Value")

RECIPROCAL: Final = "reciprocal_tariff"
CARS: Final = "car_tariff"


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates without a deal on a day, fractions.

    Attributes
    ----------
    reciprocal, car, metals : float
        In force: the country rate, and all that cars and metals pay.
    car_mfn : float
        What cars pay without the tariff of 2025.
    threat : float
        Country rate of the threat.
    """

    reciprocal: float
    car: float
    metals: float
    car_mfn: float
    threat: float


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A case on a day.

    Attributes
    ----------
    facts : CaseFacts
        Its row as it was known then.
    day : datetime.date
        The day.
    record : DatedRecord
        All that was known then.
    signed : tuple of RecordedOutcome
        Deals of others to compare one's own with.
    """

    facts: CaseFacts
    day: date
    record: DatedRecord
    signed: tuple[RecordedOutcome, ...]

    @classmethod
    def on(
        cls, record: DatedRecord, case: str, day: date | None = None, deals_through: date | None = None
    ) -> KnownCase:
        """A case on a day.

        Parameters
        ----------
        record : DatedRecord
            The whole record.
        case : str
            Its name, in any case of letters.
        day : datetime.date, optional
            Day whose knowledge counts; by default that from which the record forecasts the case.
        deals_through : datetime.date, optional
            Later day through which deals of others count as well, as far as they were signed before the case's own.

        Raises
        ------
        experiments.errors.ConfigError
            When there is no such case, no such day, or the row lacks what a config needs.
        """
        facts = record.case(case)
        chosen = facts.as_of if day is None else day
        if chosen is None:
            _lacks(facts, "as_of", "the day from which it is forecast")
        if facts.known_by > chosen:
            message = f"the facts of {facts.case} were known by {facts.known_by}, which is after {chosen}"
            place, column = (facts.place, "known_by") if day is None else (Position(f"--as-of {day}"), "")
            raise ConfigError([Problem(place, column, message)])
        known = record.known_by(chosen)
        found = cls(known.case(facts.case), chosen, known, _signed(record, facts.case, chosen, deals_through))
        for name, what in (("gdp", "GDP"), ("gdp_per_head", "GDP a head"), ("us_exports", "US exports to it")):
            if getattr(found.facts, name) is None:
                _lacks(facts, name, what)
        return found

    @property
    def name(self) -> str:
        """Name of the case."""
        return self.facts.case

    @property
    def gdp(self) -> float:
        """US$ bn a year."""
        return _given(self.facts.gdp)

    @property
    def us_exports(self) -> float:
        """US$ bn a year."""
        return _given(self.facts.us_exports)

    def rates(self) -> Rates:
        """Rates without a deal: on the day of the forecast those of ``cases.csv``, on any other those of events."""
        facts, of_row = self.facts, self.facts.as_of == self.day
        over_mfn = self._in_force(OVER_MFN)
        car = facts.status_quo_car if of_row else rate_in_force(self.record, facts, CARS, self.day)
        car = over_mfn + (facts.mfn_cars or 0.0) if car is None else car
        reciprocal = facts.status_quo_reciprocal if of_row else None
        metals = facts.status_quo_metals if of_row else None
        said = None if of_row else last_threat(self.record, self.name, RECIPROCAL, self.day)
        threat = facts.threat if said is None else said
        if threat is None:
            _lacks(facts, "letter", "a country rate of board or letter, known on the day of the forecast")
        return Rates(
            self._in_force(RECIPROCAL) if reciprocal is None else reciprocal,
            car,
            self._in_force("metals_tariff") if metals is None else metals,
            round(max(0.0, car - over_mfn), 6),
            threat,
        )

    def deadline(self) -> DatedEvent | None:
        """The next deadline that was known, if there was one."""
        ahead = (one for one in self._events("deadline") if one.date > self.day)
        return min(ahead, key=lambda one: one.date, default=None)

    def elections(self) -> tuple[DatedEvent, ...]:
        """Elections that lay ahead, by date."""
        ahead = {one.date: one for one in self._events("election") if one.date > self.day}
        return tuple(ahead[day] for day in sorted(ahead))

    def floors(self, issue: str) -> tuple[DatedEvent, ...]:
        """What the US last said in public of a rate below which it would not go; several values of one day."""
        said = [one for one in self._events("statement") if one.issue == issue and one.value is not None]
        last = max((one.date for one in said), default=None)
        return tuple(one for one in said if one.date == last)

    def features(self) -> Features:
        """What decides whose deal is comparable."""
        return _given(features_of(self.facts))

    def earlier_deals(self, issue: str) -> tuple[EarlierDeal, ...]:
        """Deals of others with their rate on an issue, of those that have one, the oldest first."""
        found = earlier_deals(self.record, issue, self.signed)
        for deal in found:
            if deal.features is None:
                _need_features(self.record.case(deal.case))
        return found

    def reference(self, issue: str, bandwidth: float) -> ReferenceRate | None:
        """Reference rate r* of an issue; none before the first deal."""
        deals = [(deal.features, deal.rate) for deal in self.earlier_deals(issue) if deal.features is not None]
        return reference_rate(self.features(), deals, bandwidth)

    def open_share(self) -> float:
        """Imports under the country rate of others that still negotiate, over those of all others in the record."""
        return float(self.open_shares({}))

    def open_shares(self, agreed: Mapping[str, Mask]) -> Floats:
        """The same by run, where each case of `agreed` has signed as well in the runs that are marked."""
        signed = {deal.case for deal in self.signed}
        others = {one.case: one.machinery + one.other for one in self.record.cases if one.case != self.name}
        total, left = sum(others.values()), np.zeros(())
        for case, imports in others.items():
            if case not in signed:
                left = left + np.where(agreed.get(case, False), 0.0, imports)
        return left / total if total else np.ones_like(left)

    def _events(self, kind: str) -> Iterator[DatedEvent]:
        return (one for one in self.record.events if one.kind == kind and one.case in (self.name, ALL))

    def _in_force(self, issue: str) -> float:
        event = self.record.in_force(self.name, issue, self.day)
        return 0.0 if event is None else _given(event.value)


def _signed(record: DatedRecord, case: str, day: date, through: date | None) -> tuple[RecordedOutcome, ...]:
    last = day if through is None else max(day, through)
    known = [one for one in record.outcomes if one.known_by <= last]
    own = [one.deal_date for one in known if one.case == case]
    before = own[0] if own and own[0] > day else day if last == day else None
    found = [one for one in known if one.case != case and (before is None or one.deal_date < before)]
    return tuple(sorted(found, key=lambda one: (one.deal_date, one.case)))


def _need_features(facts: CaseFacts) -> None:
    """Refuse a row without what decides whose deal is comparable."""
    for name, what in (("gdp_per_head", "GDP a head"), ("us_exports", "US exports to it")):
        if getattr(facts, name) is None:
            _lacks(facts, name, what)


def _given(value: Value | None) -> Value:
    if value is None:
        raise ValueError("a value of the record that has been checked is missing")
    return value


def _lacks(facts: CaseFacts, column: str, what: str) -> NoReturn:
    message = f"is empty; a config of {facts.case} needs {what}"
    raise ConfigError([Problem(facts.place, column, message)])
