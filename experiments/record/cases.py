"""The facts of a case: trade by sector, size, and the tariffs that it faced on the day from which it is forecast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self, final, get_args

from experiments.record.columns import RecordColumn, amount, day, flag, number, rate, text, word
from experiments.record.rows import NOT_LOOKED_UP, ORIGIN, RecordRow
from sim.parameters.parameter import SECTORS, Confidence

#: US$ bn by which sums of rounded sectors may differ from the rounded total.
_ROUNDING: Final = 0.005


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts(RecordRow):
    """One country: what is known of it before its talks end.

    Source, `known_by` and confidence are those of the sums and duty rates; the other columns say their own.

    Attributes
    ----------
    total, cars, parts, metals, machinery, other, exempt : float
        US imports for consumption from it in 2024, US$ bn a year.
    mfn_cars, ..., mfn_exempt : float or None
        Duty collected over imports in 2024, a fraction; None where there were no imports.
    us_exports : float or None
        US goods exports to it, US$ bn a year, with `us_exports_source` and `us_exports_confidence`.
    gdp, gdp_per_head : float or None
        US$ bn a year, and US$ thousand a year, with `gdp_source` and `gdp_confidence`.
    board, letter : float or None
        Country rate announced on 2 April 2025, and that of the letter of July 2025, fractions; the letter was out by
        `letter_known_by`.
    includes_mfn : bool or None
        Whether the country rate includes the MFN rate; else it is stacked on it.
    as_of : datetime.date or None
        Day from which the case is forecast.
    status_quo_reciprocal, status_quo_car, status_quo_metals : float or None
        Rates in force on that day, fractions: the country rate, and all that cars and metals pay.
    first_horizon, last_horizon : datetime.date or None
        Days by which a forecast says whether there is a deal.
    tariffs_source, tariffs_confidence
        Where board, letter and status quo were read.
    """

    total: float
    cars: float
    parts: float
    metals: float
    machinery: float
    other: float
    exempt: float
    mfn_cars: float | None
    mfn_parts: float | None
    mfn_metals: float | None
    mfn_machinery: float | None
    mfn_other: float | None
    mfn_exempt: float | None
    us_exports: float | None
    us_exports_source: str | None
    us_exports_confidence: Confidence | None
    gdp: float | None
    gdp_per_head: float | None
    gdp_source: str | None
    gdp_confidence: Confidence | None
    board: float | None
    letter: float | None
    letter_known_by: date | None
    includes_mfn: bool | None
    as_of: date | None
    status_quo_reciprocal: float | None
    status_quo_car: float | None
    status_quo_metals: float | None
    first_horizon: date | None
    last_horizon: date | None
    tariffs_source: str | None
    tariffs_confidence: Confidence | None

    @property
    def imports(self) -> Mapping[str, float]:
        """US imports by sector, US$ bn a year."""
        return {sector: getattr(self, sector) for sector in SECTORS}

    @property
    def mfn_rates(self) -> Mapping[str, float | None]:
        """Duty over imports by sector, a fraction."""
        return {sector: getattr(self, f"mfn_{sector}") for sector in SECTORS}

    @property
    def threat(self) -> float | None:
        """Country rate without a deal: that of the letter, else that of the board."""
        return self.board if self.letter is None else self.letter

    def as_known(self, day: date) -> Self | None:
        """The facts without those that were learnt after `day`; None where the sums were not there yet."""
        if self.known_by > day:
            return None
        late: dict[str, Any] = {}
        if self.letter_known_by is not None and self.letter_known_by > day:
            late |= dict.fromkeys(("letter", "letter_known_by"))
        if self.as_of is not None and self.as_of > day:
            late |= dict.fromkeys(_STATUS_QUO)
        return replace(self, **late) if late else self

    def complaints(self) -> Iterator[tuple[str, str]]:
        """Columns that do not agree with others of the row, with what would be right."""
        for name in _ABOVE_0:
            if (size := getattr(self, name)) is not None and size <= 0:
                yield name, f"must be above 0 (got {size:g})"
        parts = sum(self.imports.values())
        if abs(parts - self.total) > _ROUNDING:
            yield "total", f"the sectors come to {parts:.3f} and not to {self.total:g}"
        for sector, value in self.imports.items():
            if (value == 0) != (self.mfn_rates[sector] is None):
                yield f"mfn_{sector}", "is empty where there are no imports, and only there"
        yield from self.source_complaint()
        yield from self._unsourced()
        if (self.letter is None) != (self.letter_known_by is None):
            yield "letter_known_by", "is given where there is a letter, and only there"
        elif self.as_of is not None and self.letter_known_by is not None and self.letter_known_by > self.as_of:
            yield "letter_known_by", f"the letter must be known on the day of the forecast, {self.as_of}"
        if (self.as_of is None) != (self.status_quo_reciprocal is None):
            yield "status_quo_reciprocal", "is given where there is a day of the forecast, and only there"
        days = [one for one in (self.as_of, self.first_horizon, self.last_horizon) if one is not None]
        if days != sorted(days):
            yield "last_horizon", "the day of the forecast comes first, then the first horizon, then the last"

    def _unsourced(self) -> Iterator[tuple[str, str]]:
        """Groups of columns that have a value and no source, or a confidence that does not fit."""
        groups = {
            "us_exports": (self.us_exports, self.us_exports_source, self.us_exports_confidence),
            "gdp": (self.gdp, self.gdp_source, self.gdp_confidence),
            "tariffs": (self.threat, self.tariffs_source, self.tariffs_confidence),
        }
        for name, (value, source, confidence) in groups.items():
            if len({value is None, source is None, confidence is None}) > 1:
                yield f"{name}_source", "value, source and confidence are all given or all empty"
            elif source is not None and NOT_LOOKED_UP in source and confidence != "low":
                yield f"{name}_confidence", f"a figure that was {NOT_LOOKED_UP} has low confidence (got {confidence})"


#: Sizes that other numbers are shares of, or whose logarithms are compared.
_ABOVE_0: Final = ("total", "us_exports", "gdp", "gdp_per_head")

_STATUS_QUO: Final = ("as_of", "status_quo_reciprocal", "status_quo_car", "status_quo_metals")

_TRUST: Final = word(get_args(Confidence))
_MONEY: Final = "US$ bn a year"
_HEAD: Final = number(0.0, 1e4, "US$ thousand a year")

#: Columns that :mod:`experiments.cases.trade_table` fills.
TRADE_COLUMNS: Final = (
    RecordColumn("total", amount, f"US imports for consumption from it in 2024, {_MONEY}."),
    *(RecordColumn(sector, amount, f"Of these {sector}, {_MONEY}.") for sector in SECTORS),
    *(
        RecordColumn(f"mfn_{sector}", rate, f"Duty over imports of {sector} in 2024, a fraction.", optional=True)
        for sector in SECTORS
    ),
)

_FURTHER: Final = (
    ("us_exports", amount, f"US goods exports to it, {_MONEY}."),
    ("us_exports_source", text, "Where they were read."),
    ("us_exports_confidence", _TRUST, "How far they can be trusted."),
    ("gdp", amount, f"Gross domestic product, {_MONEY}."),
    ("gdp_per_head", _HEAD, "The same a head, US$ thousand a year."),
    ("gdp_source", text, "Where both were read."),
    ("gdp_confidence", _TRUST, "How far they can be trusted."),
    ("board", rate, "Country rate announced on 2 April 2025, a fraction."),
    ("letter", rate, "Country rate of the letter of July 2025, a fraction."),
    ("letter_known_by", day, "Day by which the letter was out."),
    ("includes_mfn", flag, "1 if the country rate includes MFN, 0 if it is stacked on it."),
    ("as_of", day, "Day from which the case is forecast."),
    ("status_quo_reciprocal", rate, "Country rate in force on that day, a fraction."),
    ("status_quo_car", rate, "All that cars pay on that day, a fraction."),
    ("status_quo_metals", rate, "All that metals pay on that day, a fraction."),
    ("first_horizon", day, "First day by which a forecast says whether there is a deal."),
    ("last_horizon", day, "Last such day."),
    ("tariffs_source", text, "Where board, letter and status quo were read."),
    ("tariffs_confidence", _TRUST, "How far they can be trusted."),
)

CASE_COLUMNS: Final = (
    RecordColumn("case", text, "Country that talks with the US."),
    *TRADE_COLUMNS,
    *(RecordColumn(name, read, doc, optional=True) for name, read, doc in _FURTHER),
    *ORIGIN,
)
