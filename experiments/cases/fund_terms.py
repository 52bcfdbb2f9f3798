"""What a fund is worth beside the trade that it is to buy lower rates for, case by case.

The US values a fund in dollars, while what it pays for with it grows with trade under the country rate: a partner of
much income and little trade with the US can bring a fund that outweighs everything else.

``python -m experiments.cases.fund_terms`` prints the table of ``docs/cases.md``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.cases.cases import case_config
from experiments.config.numbers import numbers
from experiments.engine.worlds import Worlds
from experiments.record.record import DatedRecord, read_record
from sim.economy.payoffs import MAX_TERMS, PARTNER_TERMS, US_TERMS, add_fund
from sim.economy.signing import trade_under_reciprocal

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Fund that is looked at, as a share of GDP, and the share of its profit that goes to the US.
FUND_SHARE: Final = 0.1
PROFIT_SHARE: Final = 0.5

_MEDIAN: Final = np.array([0.5])

#: Columns of the printed table.
_HEADINGS: Final = (
    "case",
    "fund, US$ bn",
    "trade under the country rate",
    "worth to the US",
    "to the partner",
    "to the US per dollar of that trade",
)


@dataclass(frozen=True, slots=True)
class FundTerms:
    """What a fund of a tenth of GDP is worth in a case, at the medians of all numbers.

    Attributes
    ----------
    case : str
        The country.
    fund : float
        US$ bn.
    trade : float
        Imports under the country rate, V_rec, US$ bn a year.
    us : float
        Profit and headline to the US, US$ bn a year.
    partner : float
        Profit given and guarantees of the partner, US$ bn a year, below 0.
    """

    case: str
    fund: float
    trade: float
    us: float
    partner: float

    @property
    def per_dollar(self) -> float:
        """Value to the US per dollar of trade under the country rate, US$ a year."""
        return self.us / self.trade


def fund_terms(config: Config, case: str) -> FundTerms:
    """What a fund of a tenth of GDP is worth in the talks of a case."""
    import pandas as pd

    medians = {one.path: one.number.ppf(_MEDIAN) for one in numbers(config) if one.number.is_sampled}
    p = Worlds.at(config, pd.DataFrame(medians, index=pd.RangeIndex(1, name="run")), 0).batch.parameters[0, 0]
    fund = FUND_SHARE * float(p["economy_partner_gdp"])
    us, partner = np.zeros(MAX_TERMS), np.zeros(MAX_TERMS)
    add_fund(p, fund, PROFIT_SHARE, us, partner)
    return FundTerms(
        case,
        fund,
        trade_under_reciprocal(p),
        float(us[: len(US_TERMS)].sum()),
        float(partner[: len(PARTNER_TERMS)].sum()),
    )


def all_fund_terms(record: DatedRecord | None = None) -> Iterator[FundTerms]:
    """The same of every case of the record, in its order."""
    whole = read_record() if record is None else record
    for facts in whole.cases:
        yield fund_terms(case_config(facts.case, record=whole), facts.case)


def fund_markdown(record: DatedRecord | None = None) -> str:
    """Table of :func:`all_fund_terms` in Markdown; money is US$ bn a year, the fund US$ bn."""
    lines = [f"| {' | '.join(_HEADINGS)} |", "|---" * len(_HEADINGS) + "|"]
    for one in all_fund_terms(record):
        amounts = (
            f"{one.fund:,.0f}",
            f"{one.trade:.1f}",
            f"{one.us:.2f}",
            f"{one.partner:.2f}",
            f"{one.per_dollar:.3f}",
        )
        lines.append(f"| {' | '.join((one.case, *amounts))} |")
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(fund_markdown())
