"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import CONSTRAINTS, COUNT, FROM_0, NO_DEALS, RATE, SHARE, as_of
from experiments.export.described import DATE, NO_UNIT, Described, DescribedTable

_VARIANT: Final = Described("variant", "variant of the forecast", NO_UNIT)
_HORIZON: Final = Described("horizon", "day by which a deal counts", DATE)
_RATE: Final = Described("rate", "rec: country rate; car: rate on cars", NO_UNIT, values="word")
_PRIOR: Final = "nothing is fitted"


def _quantile(column: str, words: str) -> Described:
    return Described(column, words, RATE, NO_DEALS)


COLUMNS: Final = {
    "draws": DescribedTable(
        "a draw of a variant by a horizon",
        (
            Described("case", "country", NO_UNIT),
            _VARIANT,
            as_of(),
            _HORIZON,
            Described("draw", "number of the draw", FROM_0),
            Described("agreed", "1 with a deal by the horizon, else 0", NO_UNIT),
            Described("rec", "country rate that holds on the horizon", RATE),
            Described("car", "rate on cars that holds on the horizon", RATE, "cars are not on the table"),
            Described("fund", "investment fund of the deal", "US$ bn", "no deal, or no fund on the table"),
        ),
    ),
    "summary": DescribedTable(
        "a variant by a horizon",
        (
            _VARIANT,
            Described("fitted_through", "last day of the record to which it is fitted", DATE, _PRIOR),
            Described("fitted_to", "cases to which it is fitted", NO_UNIT, _PRIOR),
            Described("effective", "effective number of fitted draws", COUNT, _PRIOR),
            _HORIZON,
            Described("draws", "draws", COUNT),
            Described("agreed", "share of the draws with a deal", SHARE),
            Described("agreed_error", "Monte Carlo error of the share with a deal", SHARE, "a single draw"),
            Described("fund", "share of the draws with a fund", SHARE, "no fund on the table"),
            Described("fund_error", "Monte Carlo error of the share with a fund", SHARE, "no fund on the table"),
            Described("fund_median", "median fund where there is one", "US$ bn", "no draw has a fund"),
        ),
    ),
    "rates": DescribedTable(
        "quantiles of a rate by a horizon",
        (
            _VARIANT,
            _HORIZON,
            _RATE,
            Described("among", "all draws, or deals by the horizon", NO_UNIT, values="word"),
            Described("draws", "draws among which", COUNT),
            _quantile("q05", "5 % of the rates are lower"),
            _quantile("q25", "25 % of the rates are lower"),
            _quantile("q50", "median rate"),
            _quantile("q75", "75 % of the rates are lower"),
            _quantile("q95", "95 % of the rates are lower"),
        ),
    ),
    "bins": DescribedTable(
        "a bin of a rate by a horizon",
        (
            _VARIANT,
            _HORIZON,
            _RATE,
            Described("low", "lower end of the bin", RATE, "it is open below"),
            Described("high", "upper end of the bin", RATE, "it is open above"),
            Described("share", "share of the draws in it", SHARE),
        ),
    ),
    "baselines": DescribedTable(
        "a value that a forecast without a model gives a rate",
        (
            _RATE,
            Described("code", "code of the baseline", NO_UNIT),
            Described("name", "the baseline in words", NO_UNIT),
            Described("mark", "whether it was chosen after the fact", NO_UNIT, "it was not"),
            Described("agrees", "1 if it says that there is a deal, else 0", NO_UNIT),
            Described("value", "what it says", RATE, "it says nothing, see the column undefined"),
            Described("scale", "scale of its Laplace error", RATE, "it says nothing, see the column undefined"),
            Described("undefined", "why it says nothing", NO_UNIT, "it says something"),
        ),
    ),
    "scores": DescribedTable(
        "a score of a forecaster on what is known by now",
        (
            _HORIZON,
            Described("target", "what is scored: whether there is a deal, or a rate", NO_UNIT, values="word"),
            Described("forecaster", "variant, or code of a baseline", NO_UNIT),
            Described("mark", "what keeps it from being a forecast", NO_UNIT, "nothing does"),
            Described("fact", "what happened: 1 or 0, or a rate", "that of the target"),
            Described("said", "probability of a deal, or median of the rate", "that of the target", "it says nothing"),
            Described("score", "score; the lower the better", NO_UNIT, values="word"),
            Described("value", "value of the score", "that of the column unit", "it says nothing"),
            Described("error", "Monte Carlo error of the value", "that of the column unit", "it says nothing"),
            Described("skill", "of a baseline: one less the first variant's score over its own", SHARE,
                      "no baseline, or its own score is 0"),
            Described("unit", "unit of the score", NO_UNIT, "it has none"),
        ),
    ),
    "constraints": DescribedTable("a constraint on an issue of a variant", (_VARIANT, *CONSTRAINTS)),
}  # fmt: skip
