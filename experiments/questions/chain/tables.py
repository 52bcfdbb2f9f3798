"""Tables of a chain: each case alone and after the others, without one of them, and what the order changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.questions.chain.members import CAR_RATE, EXECUTION, OPEN, RATE, WEIGHT
from experiments.report.origin import Origin
from experiments.story.constraints import CONSTRAINT_COLUMNS, input_sentences

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.chain.members import Standing
    from experiments.questions.chain.orders import Chain, Order
    from experiments.record.rows import RecordedOutcome
    from sim.records import Floats

ALONE: Final = "alone"
IN_CHAIN: Final = "in the chain"
SETTINGS: Final = (ALONE, IN_CHAIN)

#: What a case sees of those before it, and the name of the column with its mean.
SEEN: Final = {
    "reference": RATE, "car_reference": CAR_RATE, "weight": WEIGHT, "open": OPEN, "execution": EXECUTION,
}  # fmt: skip

CASE_COLUMNS: Final = (
    "case", "setting", "runs", "agreed", "agreed_error", "rec", "rec_error", "rec_q05", "rec_q50", "rec_q95",
    "deal_rec_q50", "car_q50", "deal_car_q50", *SEEN, "fact_agreed", "fact_rec",
)  # fmt: skip
REMOVED_COLUMNS: Final = (
    "case", "without", "runs", "agreed_change", "agreed_error", "rec_change", "rec_error", "deal_rec_change",
    "deal_rec_error", "deals", "rec_of_deals", "rec_elsewhere",
)  # fmt: skip
ORDER_COLUMNS: Final = ("order", "name", "cases", "agreed", "rec")
PLACE_COLUMNS: Final = ("order", "place", "case", "agreed", "rec")
CONSTRAINTS: Final = ("case", *CONSTRAINT_COLUMNS)

#: Names of orders that are no mere try.
STRONGEST: Final = "largest first"
WEAKEST: Final = "smallest first"
CHAIN_ORDER: Final = "chain"
TRIED: Final = "tried"


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Chained(Origin):
    """What a chain says.

    Attributes
    ----------
    name, title : str
        Of the chain.
    horizon : str
        Day by which deals count.
    runs : int
        Runs of each case and order.
    cases : pandas.DataFrame
        :data:`CASE_COLUMNS`: of each case alone and in the chain the share of deals, mean and quantiles of the country
        rate that holds on the horizon, medians among deals, fractions all, and means of what it saw of others;
        `fact_agreed` and `fact_rec` are what the record says: 1 or 0, and the rate of a deal by the horizon.
    removed : pandas.DataFrame
        :data:`REMOVED_COLUMNS`: change that an earlier case makes to a later one, with it less without it, in the same
        runs; `deal_rec_change` is over the runs that agree both ways, whose number is `deals`. `rec_change` is the sum
        of `rec_of_deals`, which comes from runs that agree both ways, and `rec_elsewhere`, where a deal is made or lost
        or another rate is in force.
    orders : pandas.DataFrame
        :data:`ORDER_COLUMNS`: means over all cases in each order that was tried; empty where none was.
    places : pandas.DataFrame
        :data:`PLACE_COLUMNS`: of each case in each of these orders the share of deals and the mean rate.
    constraints : pandas.DataFrame
        What the deals of each case in the chain sit on.
    """

    name: str
    title: str
    horizon: str
    runs: int
    cases: pd.DataFrame
    removed: pd.DataFrame
    orders: pd.DataFrame
    places: pd.DataFrame
    constraints: pd.DataFrame

    @property
    def members(self) -> tuple[str, ...]:
        """Cases in the first order of the chain."""
        return tuple(dict.fromkeys(map(str, self.cases["case"])))

    def row(self, case: str, setting: str) -> dict[str, Any]:
        """Row of a case."""
        chosen = (self.cases["case"] == case) & (self.cases["setting"] == setting)
        return dict(self.cases[chosen].iloc[0])

    def inputs(self, case: str) -> dict[str, str]:
        """Sentence of every issue whose value an input fixes in more than half of a case's deals, by issue."""
        return input_sentences(self.constraints[(self.constraints["case"] == case).to_numpy()])


def cases_table(chain: Chain, orders: Sequence[Order], outcomes: Sequence[RecordedOutcome]) -> pd.DataFrame:
    """Each case alone and in the chain, over all its orders, and how it ended where one of the outcomes says so."""
    import pandas as pd

    found: dict[int, list[Standing]] = {}
    for order in orders:
        for place, played in chain.play(order):
            found.setdefault(place, []).append(played)
    rows = []
    ended = {one.case: one for one in outcomes}
    for place in orders[0]:
        member = chain.members[place]
        fact = _fact(ended.get(member.name), member.horizon)
        rows.append((*_case_row(chain, place, ALONE, [chain.last((place,))]), *fact))
        rows.append((*_case_row(chain, place, IN_CHAIN, found[place]), *fact))
    return pd.DataFrame(rows, columns=list(CASE_COLUMNS))


def _fact(outcome: RecordedOutcome | None, horizon: date) -> tuple[float, float]:
    """Whether there was a deal by the horizon, and its country rate; missing where the record does not say."""
    if outcome is None:
        return np.nan, np.nan
    return (1.0, outcome.rec) if outcome.deal_date <= horizon else (0.0, np.nan)


def _case_row(chain: Chain, place: int, setting: str, parts: Sequence[Standing]) -> tuple[Any, ...]:
    member = chain.members[place]
    agreed = np.concatenate([part.agreed for part in parts])
    rec, car = (np.concatenate([getattr(part, name) for part in parts]) for name in ("rec", "car"))
    share = float(agreed.mean())
    share_error, rec_error = (_error([getattr(part, name) for part in parts]) for name in ("agreed", "rec"))
    seen = (_mean_seen(chain, place, parts, path) for path in SEEN.values())
    cars = (_quantile(car, 0.5), _quantile(car[agreed], 0.5)) if member.has_cars else (np.nan, np.nan)
    return (
        member.name, setting, len(parts[0].agreed), share, share_error, float(rec.mean()), rec_error,
        *(_quantile(rec, level) for level in (0.05, 0.5, 0.95)), _quantile(rec[agreed], 0.5), *cars, *seen,
    )  # fmt: skip


def _mean_seen(chain: Chain, place: int, parts: Sequence[Standing], path: str) -> float:
    """Mean over the runs; of reference rates over those in which there is a deal to compare with."""
    member = chain.members[place]
    seen, weights = (
        np.concatenate([part.columns.get(one, member.number(one)) for part in parts]) for one in (path, WEIGHT)
    )
    found = seen[weights > 0.0] if path in (RATE, CAR_RATE) else seen
    return float(found.mean()) if len(found) else np.nan


def _quantile(values: Floats, level: float) -> float:
    return float(np.quantile(values, level)) if len(values) else np.nan


def _error(parts: Sequence[Floats]) -> float:
    """Standard error of the mean over runs and orders: all orders share the draws of a run."""
    return _mean_error(np.mean(parts, axis=0))


def _mean_error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def removed_table(chain: Chain, orders: Sequence[Order]) -> pd.DataFrame:
    """What each earlier case does to each later one: the chain as it is, less the chain without that case."""
    import pandas as pd

    changes: dict[tuple[int, int], list[Floats]] = {}
    for order in orders:
        played = dict(chain.play(order))
        for at, gone in enumerate(order[:-1]):
            for place, other in chain.play((*order[:at], *order[at + 1 :])):
                if order.index(place) > at:
                    changes.setdefault((place, gone), []).append(_change(played[place], other))
    first = {place: at for at, place in enumerate(orders[0])}
    rows = [
        (chain.members[place].name, chain.members[gone].name, *_mean_change(changes[place, gone]))
        for place, gone in sorted(changes, key=lambda pair: (first[pair[0]], first[pair[1]]))
    ]
    return pd.DataFrame(rows, columns=list(REMOVED_COLUMNS))


def _change(one: Standing, other: Standing) -> Floats:
    """Differences by run, shape ``[3, run]``: of agreeing, of the rate that holds, and the same where both agree."""
    rec = one.rec - other.rec
    return np.array([one.agreed.astype(float) - other.agreed, rec, np.where(one.agreed & other.agreed, rec, np.nan)])


def _mean_change(parts: Sequence[Floats]) -> tuple[Any, ...]:
    """Mean of each difference over runs and orders with its error, and the runs that agree both ways in any order."""
    agreed, rec, both = np.array(parts).transpose(1, 0, 2)
    there = ~np.isnan(both).all(axis=0)
    deals = np.nanmean(both[:, there], axis=0)
    of_deals = (float(deals.mean()), _mean_error(deals)) if len(deals) > 1 else (np.nan, np.nan)
    means = ((float(part.mean()), _error(part)) for part in (agreed, rec))
    from_deals = float(np.where(np.isnan(both), 0.0, both).mean())
    split = (from_deals, float(rec.mean()) - from_deals)
    return (agreed.shape[1], *next(means), *next(means), *of_deals, len(deals), *split)


def order_tables(chain: Chain, orders: Mapping[Order, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means over all cases in each order, and each case in each order.

    Parameters
    ----------
    chain : Chain
    orders : mapping
        Orders and what each is called.
    """
    import pandas as pd

    rows, places = [], []
    for number, (order, name) in enumerate(orders.items()):
        own = list(_places(chain, order))
        places += [(number, *place) for place in own]
        shares, rates = (float(np.mean([place[at] for place in own])) for at in (2, 3))
        rows.append((number, name, ", ".join(chain.members[one].name for one in order), shares, rates))
    return pd.DataFrame(rows, columns=list(ORDER_COLUMNS)), pd.DataFrame(places, columns=list(PLACE_COLUMNS))


def _places(chain: Chain, order: Order) -> Iterator[tuple[int, str, float, float]]:
    for at, (place, played) in enumerate(chain.play(order), start=1):
        yield at, chain.members[place].name, float(played.agreed.mean()), float(played.rec.mean())
