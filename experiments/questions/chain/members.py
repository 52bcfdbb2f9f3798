"""Members of a chain: talks of a case that can be played with other deals before them, run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.baselines.similarity import reference_rates, squared_distance
from experiments.cases.cases import case_config
from experiments.cases.known import CARS, RECIPROCAL, KnownCase
from experiments.cases.pooled import case_seed
from experiments.cases.streams import shared_design
from experiments.config.changes import Changes
from experiments.engine.compiled import play
from experiments.engine.constraints import constraints_of
from experiments.engine.in_force import executions_of, rates_on_day
from experiments.engine.worlds import Worlds
from experiments.questions.chain.spec import ChainSpec
from experiments.record.record import DatedRecord
from sim.bargaining.calendar import deadline_round

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.design.records import Batch
    from experiments.design.values import Mask
    from experiments.record.cases import CaseFacts
    from sim.records import Floats, Integers, Table

EXECUTION: Final = "walk_away.execution_probability"
OPEN: Final = "walk_away.open_imports_share"
RATE: Final = "reference.reciprocal_rate"
CAR_RATE: Final = "reference.car_rate"
WEIGHT: Final = "reference.weight"

#: Days by which something may come later than a horizon and still count.
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How the talks of a case stand in each run on the horizon of a chain, shape ``[run]``.

    Attributes
    ----------
    agreed : numpy.ndarray
        Whether a deal is signed by then.
    rec, car : numpy.ndarray
        Country rate and car tariff that hold then, fractions; they are those of the deal where there is one.
    due, executed : numpy.ndarray
        Deadlines that had fallen due by then, and threats that had been carried out.
    columns : dict
        What this case was made to see of those before it, by path.
    """

    agreed: Mask
    rec: Floats
    car: Floats
    due: Integers
    executed: Integers
    columns: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A case of a chain.

    Attributes
    ----------
    known : KnownCase
        What is known of it, without the deals of other members.
    config : Config
        Its talks with no member before it.
    design : pandas.DataFrame
        Its sampled numbers.
    seed : int
        Seed of what is its own.
    horizon : datetime.date
        Day by which deals count.
    deal_date : datetime.date or None
        When its deal was made, where the record says so.
    """

    known: KnownCase
    config: Config
    design: pd.DataFrame
    seed: int
    horizon: date
    deal_date: date | None

    @property
    def name(self) -> str:
        """Name of the case."""
        return self.known.name

    @property
    def facts(self) -> CaseFacts:
        """Its facts."""
        return self.known.facts

    @property
    def has_cars(self) -> bool:
        """Whether cars are on its table."""
        return "car_tariff" in self.config.agenda

    @property
    def day(self) -> float:
        """Days from the start of its talks to the horizon."""
        return (self.horizon - self.config.calendar.start).days + _SLACK

    def number(self, path: str) -> Floats:
        """Values of a parameter by run, drawn or fixed."""
        if path in self.design:
            return self.design[path].to_numpy(np.float64)
        section, _, name = path.partition(".")
        return self.config.section(section).number(name).ppf(np.full(len(self.design), 0.5))

    def play(self, columns: dict[str, Floats] | None = None) -> Standing:
        """Play all its runs; `columns` take the place of numbers of the config."""
        batch, results = self._ends(columns or {})
        return self._stand(batch, results, columns or {})

    def play_with_constraints(self, columns: dict[str, Floats]) -> list[tuple[str, pd.Series]]:
        """What each issue of each deal sits on, by issue."""
        import pyarrow as pa

        found = constraints_of(*self._ends(columns))
        return [(name.partition(".")[2], pa.array(values).to_pandas()) for name, values in found.items()]

    def _ends(self, columns: dict[str, Floats]) -> tuple[Batch, Table]:
        batch = Worlds.at(self.config, self.design.assign(**columns), self.seed).batch
        return batch, play(self.config, batch, self.seed, trajectories=False, solutions=False).results

    def _stand(self, batch: Batch, results: Table, columns: dict[str, Floats]) -> Standing:
        rates, carried_out = rates_on_day(batch, results, self.day), executions_of(results)
        executed = carried_out.there & (carried_out.since <= self.day)
        return Standing(
            rates.agreed,
            rates.reciprocal,
            rates.car,
            self._due(batch, results, executed, carried_out.since),
            executed.astype(np.int64),
            columns,
        )

    def _due(self, batch: Batch, results: Table, executed: Mask, since: Floats) -> Integers:
        """Deadlines that had fallen due: until the deal, the end, the execution or the horizon, whichever comes first.

        A deal in the round of a deadline comes before it.
        """
        p, calendar = batch.parameters[0, 0], self.config.calendar
        first = (calendar.deadline - calendar.start).days
        last = np.minimum(np.where(executed, since, results["day"]), self.day)
        due = np.zeros(len(results), dtype=np.int64)
        for slip in range(calendar.max_slips + 1):
            number = deadline_round(p, first + slip * calendar.slip_days)
            day = (number - 1) * calendar.days_between_rounds
            before_deal = (results["dealt"] == 0) | (day < results["day"] - _SLACK)
            due += before_deal & (day <= last + _SLACK)
        return due


def members_of(
    spec: ChainSpec, record: DatedRecord, runs: int, seed: int, sets: Changes, horizon: date
) -> tuple[Member, ...]:
    """Members of a chain in the order of its config.

    The record's deals of members are left out: in a chain these deals are played. Deals of others are facts.
    """
    names = {record.case(case).case for case in spec.cases}
    hidden = names if spec.reference == "earlier_deals" else {one.case for one in record.cases}
    without = replace(record, outcomes=tuple(one for one in record.outcomes if one.case not in hidden))
    dates = {one.case: one.deal_date for one in record.outcomes}
    found = []
    for case in spec.cases:
        known = KnownCase.on(without, case)
        config = case_config(case, record=without, sets=sets, bandwidth=spec.bandwidth)
        design = shared_design(config, known.name, runs, seed)
        own = case_seed(seed, known.name)
        found.append(Member(known, config, design, own, horizon, dates.get(known.name)))
    return tuple(found)


def seen_by(member: Member, earlier: Sequence[tuple[Member, Standing]], bandwidth: float) -> dict[str, Floats]:
    """What a case sees of those before it in the same run, by path: nothing where there are none.

    Parameters
    ----------
    member : Member
        The case.
    earlier : sequence of (Member, Standing)
        Those before it, and how their talks stand.
    bandwidth : float
        How far from the partner deals of others still count, without unit.
    """
    if not earlier:
        return {}
    columns = _reference(member, earlier, bandwidth)
    columns[OPEN] = _open_share(member, earlier)
    due = sum((played.due for _, played in earlier), np.zeros(len(member.design), dtype=np.int64))
    executed = sum((played.executed for _, played in earlier), np.zeros(len(member.design), dtype=np.int64))
    if EXECUTION in member.design:
        deadlines = member.config.calendar.max_slips + 1
        columns[EXECUTION] = credibility(member.number(EXECUTION), due, executed, deadlines)
    return columns


def credibility(prior: Floats, due: Integers, executed: Integers, deadlines: int) -> Floats:
    """Chance that a threat is carried out at one of all its deadlines, after what became of earlier deadlines.

    Parameters
    ----------
    prior : numpy.ndarray
        Draws of the chance p from a uniform prior, shape ``[run]``.
    due, executed : numpy.ndarray
        Single deadlines that fell due, and threats that were carried out at them.
    deadlines : int
        Deadlines n over which p counts: the first one and its slips, in all cases alike.

    Notes
    -----
    A single deadline is spared with chance h = (1 - p)^(1/n), see :func:`sim.economy.walkaway.deadline_hazard`. Where p
    is uniform, h^n is as well, so that h has density n h^(n-1), which is Beta(n, 1). By Bayes' rule s spared and x
    executed deadlines make it h^(n-1+s) (1 - h)^x, that is 1 - h is Beta(1 + x, n + s). A draw is its own quantile
    under a uniform prior, and becomes the same quantile of the posterior of p = 1 - h^n.
    """
    from scipy.special import betaincinv

    hazard = betaincinv(1.0 + executed, deadlines + (due - executed), np.clip(prior, 0.0, 1.0))
    found: Floats = np.where(due > 0, 1.0 - (1.0 - hazard) ** deadlines, prior)
    return found


def _reference(member: Member, earlier: Sequence[tuple[Member, Standing]], bandwidth: float) -> dict[str, Floats]:
    """r* and the weight of the most similar deal, over facts and earlier members; without one those of the config."""
    own, everyone = member.known.features(), np.ones(len(member.design), dtype=bool)
    played = [(squared_distance(own, one.known.features()), one, standing) for one, standing in earlier]

    def mean(issue: str) -> tuple[Floats, Floats]:
        facts = [(deal.features, deal.rate) for deal in member.known.earlier_deals(issue) if deal.features is not None]
        # Distance, rate and whether it is there, of each deal by run.
        deals = [(squared_distance(own, features), np.where(everyone, rate, 0.0), everyone) for features, rate in facts]
        for distance, one, standing in played:
            there = standing.agreed if issue == RECIPROCAL else standing.agreed & one.has_cars
            deals.append((distance, standing.rec if issue == RECIPROCAL else standing.car, there))
        distances = np.array([np.where(there, distance, np.inf) for distance, _, there in deals])
        return reference_rates(distances, np.array([rate for _, rate, _ in deals]), bandwidth)

    rate, closeness = mean(RECIPROCAL)
    car, of_cars = mean(CARS)
    base = {path: member.number(path) for path in (RATE, CAR_RATE, WEIGHT)}
    any_deal = np.any([standing.agreed for _, standing in earlier], axis=0)
    car = np.where(of_cars > 0.0, car, rate)
    found = {RATE: rate, CAR_RATE: car, WEIGHT: closeness}
    return {path: np.where(any_deal, values, base[path]) for path, values in found.items()}


def _open_share(member: Member, earlier: Sequence[tuple[Member, Standing]]) -> Floats:
    """Imports under the country rate of others that still negotiate, over those of all others in the record."""
    found = member.known.open_shares({one.name: played.agreed for one, played in earlier})
    return np.broadcast_to(found, len(member.design)).copy()
