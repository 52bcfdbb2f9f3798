"""Every parameter of the model once: default, range, unit, source, confidence and the date by which it was known.

The record that rules read, the config schema, the editor schema and the printed tables all derive from the rows of
:mod:`sim.parameters.table`; nothing else may hold a second copy of a default.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

SEED_DATE = date(2025, 5, 28)

JULY_DEAL = date(2025, 7, 23)

OWN = "own assumption"

Group = Literal["scalar", "sector", "firm", "maker"]
Confidence = Literal["high", "medium", "low", "assumption"]

#: Field-name prefix of each config section of scalar parameters.
SECTIONS: dict[str, str] = {
    "us_treasury": "us",
    "partner": "partner",
    "economy": "economy",
    "walk_away": "walk_away",
    "reference": "reference",
    "chips": "chips",
    "purchases": "purchases",
    "fund": "fund",
}

#: Name of a section in the streams of draws where the section is called otherwise now; see :attr:`Parameter.stream`.
_SECTION_STREAMS: Final = {"partner": "japan_government"}

#: Numbers of a country outside its own sections.
_OF_PARTNER: Final = frozenset(
    {
        "economy.us_exports_to_partner",
        "economy.partner_gdp",
        "economy.lost_volume_value_added",
        "us_treasury.precedent_imports",
        "us_treasury.supply_security_value",
        "walk_away.status_quo_reciprocal_tariff",
        "walk_away.threat_reciprocal_tariff",
    }
)

SECTORS: tuple[str, ...] = ("cars", "parts", "metals", "machinery", "other", "exempt")

#: No amount, ratio or weight is larger, so that no payoff can overflow.
LARGEST: Final = 1e6

#: Values that a unit admits at all, whatever the plausible range of a row.
VALID_BY_UNIT: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "rate": (0.0, 5.0),
    "flag": (0.0, 1.0),
    "weight": (0.0, LARGEST),
    "elasticity": (0.0, 100.0),
    "ratio": (0.0, LARGEST),
    "exponent": (0.0, 10.0),
    "years": (0.05, 100.0),
    "days": (0.0, 36500.0),
    "a year": (0.0, 10.0),
    "US$ bn": (0.0, LARGEST),
    "US$ bn a year": (0.0, LARGEST),
    "US$ bn a year per point": (0.0, LARGEST),
    "US$ bn a year per US$ bn a year": (0.0, LARGEST),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that a rule reads.

    Attributes
    ----------
    group : str
        ``scalar`` (one number), or one column of the ``sector``, ``firm`` or ``maker`` table.
    section, name : str
        Together the path in a config, for example ``us_treasury.consumer_weight``.
    default, low, high : float
        Default and plausible range, in `unit`. Values outside the range but inside `valid` are allowed and reported.
    unit, source, confidence : str
        Unit of the value, where it comes from, and how far to trust it; an ``assumption`` is ours.
    known_by : datetime.date
        First day on which the default could have been known; a hindcast that starts earlier must override it.
    doc : str
        Meaning, in one sentence.
    symbol : str
        Symbol in the equations of ``docs/model/``, where there is one.
    valid : tuple of float
        Hard limits; a value outside them is refused.
    is_weight : bool
        Whether the other side may misjudge it (noisy beliefs perturb these rows).
    drawn_as : str
        Name in the streams of draws, where that is not `name`.
    """

    group: Group
    section: str
    name: str
    default: float
    low: float
    high: float
    unit: str
    source: str
    confidence: Confidence
    known_by: date
    doc: str
    symbol: str = ""
    valid: tuple[float, float] = (-math.inf, math.inf)
    is_weight: bool = False
    drawn_as: str = ""

    @property
    def stream(self) -> str:
        """Path under which it is drawn; fixed, so that a new name in configs redraws nothing."""
        return f"{_SECTION_STREAMS.get(self.section, self.section)}.{self.drawn_as or self.name}"

    @property
    def path(self) -> str:
        """Path in a config file, for example ``sectors.cars.import_value``."""
        return f"{self.section}.{self.name}"

    @property
    def field(self) -> str:
        """Name of the field of the parameter record that holds it."""
        if self.group == "scalar":
            return f"{SECTIONS[self.section]}_{self.name}"
        if self.group == "sector":
            return f"sector_{self.name}"
        return self.name

    @property
    def is_of_partner(self) -> bool:
        """Whether its default is the number of one country: another partner has another one."""
        return self.section == "partner" or self.section.startswith("sectors.") or self.path in _OF_PARTNER

    def admits(self, value: float) -> bool:
        """Whether `value` is inside the hard limits of the unit and of this row."""
        low, high = VALID_BY_UNIT[self.unit]
        return max(low, self.valid[0]) <= value <= min(high, self.valid[1])

    def limits(self) -> tuple[float, float]:
        """Hard limits: those of the unit, narrowed by those of the row."""
        low, high = VALID_BY_UNIT[self.unit]
        return max(low, self.valid[0]), min(high, self.valid[1])


def row(
    section: str,
    name: str,
    values: tuple[float, float, float],
    unit: str,
    source: str,
    confidence: Confidence,
    doc: str,
    *,
    symbol: str = "",
    known_by: date = SEED_DATE,
    valid: tuple[float, float] = (-math.inf, math.inf),
    weight: bool = False,
    group: Group = "scalar",
    drawn_as: str = "",
) -> Parameter:
    """Make one row; `values` are default, low and high end of the plausible range."""
    default, low, high = values
    return Parameter(
        group, section, name, default, low, high, unit, source, confidence, known_by, doc, symbol, valid, weight,
        drawn_as
    )
