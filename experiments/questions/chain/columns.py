"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import CONSTRAINTS, COUNT, FROM_0, FROM_1, NO_DEALS, RATE, SHARE
from experiments.export.described import NO_UNIT, Described, DescribedTable

_CASE: Final = Described("case", "country", NO_UNIT)
_NONE: Final = "no deals, or cars are not on the table"
_NOTHING: Final = "no earlier deal to compare with"
_UNKNOWN: Final = "the record does not say how the case ended"
_SINGLE: Final = "a single run, or none"

COLUMNS: Final = {
    "cases": DescribedTable(
        "a case, alone or in the chain",
        (
            _CASE,
            Described("setting", "alone, or in the chain", NO_UNIT, values="word"),
            Described("runs", "runs of the case", COUNT),
            Described("agreed", "share of the runs with a deal by the horizon", SHARE),
            Described("agreed_error", "Monte Carlo error of that share", SHARE, _SINGLE),
            Described("rec", "mean country rate that holds on the horizon", RATE),
            Described("rec_error", "Monte Carlo error of that mean", RATE, _SINGLE),
            Described("rec_q05", "5 % of the country rates are lower", RATE),
            Described("rec_q50", "median country rate that holds on the horizon", RATE),
            Described("rec_q95", "95 % of the country rates are lower", RATE),
            Described("deal_rec_q50", "median country rate of deals", RATE, NO_DEALS),
            Described("car_q50", "median rate on cars that holds on the horizon", RATE, "cars are not on the table"),
            Described("deal_car_q50", "median rate on cars of deals", RATE, _NONE),
            Described("reference", "mean country rate of earlier deals that it looks at", RATE, _NOTHING),
            Described("car_reference", "mean rate on cars of earlier deals that it looks at", RATE, _NOTHING),
            Described("weight", "mean weight of the likest earlier deal", NO_UNIT),
            Described("open", "mean share of the others' imports that have not signed", SHARE),
            Described("execution", "mean chance that the threat is executed, as it is believed", SHARE),
            Described("fact_agreed", "1 if there was a deal by the horizon in fact, else 0", NO_UNIT, _UNKNOWN),
            Described("fact_rec", "country rate of that deal in fact", RATE, "no deal by then, or not known"),
        ),
    ),
    "removed": DescribedTable(
        "what one earlier case does to a later one",
        (
            Described("case", "later case", NO_UNIT),
            Described("without", "earlier case that is taken out", NO_UNIT),
            Described("runs", "runs", COUNT),
            Described("agreed_change", "share of deals with it, less that without it", SHARE),
            Described("agreed_error", "Monte Carlo error of the change of the share", SHARE, _SINGLE),
            Described("rec_change", "mean country rate with it, less that without it", RATE),
            Described("rec_error", "Monte Carlo error of the change of the mean rate", RATE, _SINGLE),
            Described("deal_rec_change", "the same over the runs that agree both ways", RATE, _SINGLE),
            Described("deal_rec_error", "Monte Carlo error of the change among deals", RATE, _SINGLE),
            Described("deals", "runs that agree both ways", COUNT),
            Described("rec_of_deals", "part of the change that comes from runs that agree both ways", RATE),
            Described("rec_elsewhere", "part of the change from deals made or lost", RATE),
        ),
    ),
    "orders": DescribedTable(
        "an order of the cases",
        (
            Described("order", "number of the order", FROM_0),
            Described("name", "what the order is called", NO_UNIT),
            Described("cases", "cases in their order", NO_UNIT),
            Described("agreed", "mean share of deals over all cases", SHARE),
            Described("rec", "mean country rate over all cases", RATE),
        ),
    ),
    "places": DescribedTable(
        "a case in an order",
        (
            Described("order", "number of the order", FROM_0),
            Described("place", "place of the case in it", FROM_1),
            _CASE,
            Described("agreed", "share of the runs with a deal by the horizon", SHARE),
            Described("rec", "mean country rate that holds on the horizon", RATE),
        ),
    ),
    "constraints": DescribedTable("a constraint on an issue of a case", (_CASE, *CONSTRAINTS)),
}  # fmt: skip
