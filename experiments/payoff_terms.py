"""Terms of every agent's payoff as a reader has them: in words, and whether they are money, politics or a belief.

All terms are in US$ bn a year, and that hides what they are: a dollar of duty, a dollar's worth of headlines and a
dollar that somebody believes in can be added, and are not the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["money", "politics", "belief"]

KINDS: Final[tuple[Kind, ...]] = ("money", "politics", "belief")

#: What each kind stands for, for the note below a table or picture.
KIND_MEANINGS: Final[dict[Kind, str]] = {
    "money": "counted dollar for dollar",
    "politics": "worth something to a government and to nobody's account: weights, headlines, public positions",
    "belief": "money that depends on what a government believes: of the fund, or of other countries",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a payoff.

    Attributes
    ----------
    words : str
        What it is, for the reader.
    kind : str
        What it is counted in: ``money``, ``politics`` or ``belief``.
    is_weighted : bool
        Whether it is money that a political weight multiplies, so that what the weight adds or takes is politics.
    """

    words: str
    kind: Kind
    is_weighted: bool = False

    @property
    def tag(self) -> str:
        """Kind in short, where the parts of a weighted term are not told apart."""
        return "weighted money" if self.is_weighted else self.kind


_AUDIENCE: Final = Term("Retreat from the public position on cars", "politics")
_FURTHER: Final = Term("Further issues, at the values of the config", "money")
_REFERENCE: Final = Term("Distance from comparable deals", "politics")
_PRICED: Final = Term("Red lines crossed at a price", "politics")

#: By who has them, terms of :data:`sim.economy.payoffs.US_TERMS` and of the tables beside it.
_BY_AGENT: Final[dict[str, dict[str, Term]]] = {
    "us_treasury": {
        "tariff_revenue": Term("Tariff revenue", "money", is_weighted=True),
        "consumers": Term("Loss of US consumers", "money", is_weighted=True),
        "protected_rents": Term("Rents of protected US producers", "money", is_weighted=True),
        "deficit": Term("Smaller bilateral deficit", "politics"),
        "purchase_headline": Term("Headline of the purchases", "politics"),
        "chip_maker_profit": Term("Chip makers' profit", "money"),
        "chip_maker_lobby": Term("Chip makers' lobby", "politics"),
        "other_purchase_profit": Term("Profit on other purchases", "money"),
        "fund_profit": Term("Profit of the fund, as the US believes", "belief"),
        "fund_headline": Term("Headline of the fund", "politics"),
        "supply_security": Term("Secure supply of wafers and chemicals", "money"),
        "precedent": Term("Precedent of a car cut for others", "belief"),
        "audience_cost": _AUDIENCE,
        "further_issues": _FURTHER,
        "reference_rate": _REFERENCE,
        "forward_precedent": Term("Precedent for those still in talks", "belief"),
        "priced_red_lines": _PRICED,
    },
    "partner": {
        "car_exporters_rent": Term("Rents of car exporters", "money", is_weighted=True),
        "other_exporters_rent": Term("Rents of other exporters", "money"),
        "lost_volume": Term("Jobs in lost exports", "politics"),
        "subsidy_cost": Term("Cost of the chip subsidy", "money"),
        "data_centre_rent": Term("Rents of data-centre firms", "money"),
        "chip_spillover": Term("Spillover of the chips at home", "money"),
        "purchase_premium": Term("Premium on other purchases", "money"),
        "farm": Term("Cost to farmers", "money"),
        "fund_profit_given": Term("Fund profit given away, as it believes", "belief"),
        "fund_guarantees": Term("Cost of the fund's loans and guarantees", "belief"),
        "materials_cost": Term("Cost of wafer and chemical support", "money"),
        "audience_cost": _AUDIENCE,
        "further_issues": _FURTHER,
        "reference_rate": _REFERENCE,
        "priced_red_lines": _PRICED,
    },
    "firm": {
        "capacity_profit": Term("Profit on further capacity, at list price", "money"),
        "subsidy": Term("Subsidy", "money"),
        "price_premium": Term("Price above list", "money"),
        "lost_demand": Term("Demand lost to tariffs", "money"),
    },
    "maker": {
        "additional_margin": Term("Margin on further output", "money"),
        "price_premium": Term("Price above list", "money"),
        "input_tariff": Term("Tariffs on its inputs", "money"),
        "materials_rent": Term("Tariffs on the materials that it sells", "money"),
        "derived_materials": Term("Materials for further chips", "money"),
        "guaranteed_volume": Term("Guaranteed volume of materials", "money"),
    },
}


def term_of(agent: str, term: str) -> Term | None:
    """Term of an agent, which is a side, ``firm`` or ``maker``; None for one that the model does not have."""
    return _BY_AGENT.get(agent, {}).get(term)


def terms_of(agent: str) -> tuple[str, ...]:
    """Names of an agent's terms that are described here."""
    return tuple(_BY_AGENT[agent])
