"""The central case of a config, every uncertain number at its median: what pictures and explanations are drawn from."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.errors import TacticError
from experiments.config.numbers import numbers
from experiments.design.records import build_records
from experiments.engine.cases import cases, seat_agents, tactic_names
from experiments.engine.frontier import frontier, walk_away_point
from experiments.labels import partner_name
from experiments.refusals import is_about_input
from experiments.story.ledgers import TERMS, status_quo_ledger
from sim.economy.chip_market import (
    allocation,
    firm_ratio,
    market_price,
    net_subsidy,
    purchases_at,
    signs,
    total_capex,
    uncommitted_output,
    unconstrained_ratio,
)
from sim.economy.pledge import DELIVERABLE, FLOW, SUBSIDY_RATE
from sim.engine.model import NegotiationModel
from sim.issues import CAR_TARIFF, MAX_ISSUES, RECIPROCAL_TARIFF, SIDES, US
from sim.row import rows

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from sim.records import Floats, Record

#: Subsidy rates of the picture of deliverable purchases.
_RATES = np.linspace(0.0, 0.8, 161)
_PRICE_STEPS = 60


def median_design(config: Config) -> pd.DataFrame:
    """Design table of one run with every sampled number at its median."""
    import pandas as pd

    medians = {
        entry.path: [float(np.asarray(entry.number.ppf(np.array([0.5])))[0])]
        for entry in numbers(config)
        if entry.number.is_sampled
    }
    return pd.DataFrame(medians, index=pd.Index([0], name="run"))


class CentralCase:
    """A negotiation at the medians, opened at the first round with the fullest agenda.

    Parameters
    ----------
    config : Config
        The scenario. Events and red lines that may or may not be real are those of run 0.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        seed = config.experiment.seed
        case = next(cases(config, build_records(config, median_design(config), seed), seed))
        tabled = case.regimes["issue_tabled"].sum(axis=1)
        day = float(case.regimes["regime_start_day"][int(tabled.argmax())])
        self._case = replace(case, beliefs=(None, None))
        self.model = self._opened()
        self.model.talk.round = math.ceil(day / float(case.regimes["round_interval"][0]))
        with suppress(TacticError):
            # All that is read of it stands before a tactic is asked.
            self.model.step()

    def _opened(self) -> NegotiationModel:
        seed = self.config.experiment.seed
        return NegotiationModel(self._case, seat_agents(tactic_names(self.config)), collect=False, rng=seed)

    def ending(self) -> tuple[bool, str] | None:
        """Whether these talks, played from their first round with the draws of run 0, end in a deal, and the reason.

        None where they cannot be played to the end, for a tactic that fails in them or payoffs that are not finite.
        """
        model = self._opened()
        try:
            while model.running:
                model.step()
        except Exception as error:
            if not is_about_input(error):
                raise
            return None
        return model.deal is not None, str(model.reason)

    @property
    def _p(self) -> Record:
        return self.model.p

    def package(self, values: dict[str, float]) -> Floats:
        """Package vector from values by issue; an issue that is not named keeps its off value."""
        package: Floats = np.array([self._p.issue_off_value[i] for i in range(MAX_ISSUES)])
        for slot, name in enumerate(self.model.case.issue_names):
            if name in values:
                package[slot] = values[name]
        return package

    def ledger(self, states: dict[str, dict[str, float] | tuple[dict[str, float], dict[str, float]]]) -> pd.DataFrame:
        """Terms of both sides at the status quo, with its risk from the courts, and under packages.

        Parameters
        ----------
        states : dict
            By name of the state: a package by issue, or one package for each side.

        Returns
        -------
        pandas.DataFrame
            Columns ``side, state, term, value``; US$ bn a year.
        """
        import pandas as pd

        tables: dict[str, Floats] = {"status quo": status_quo_ledger(self.model.p)}
        for name, packages in states.items():
            each = packages if isinstance(packages, tuple) else (packages, packages)
            tables[name] = np.array(
                [self.model.price_package(self.package(values))[1][side] for side, values in enumerate(each)]
            )
        records = [
            {"side": side, "state": state, "term": term, "value": float(table[index, k])}
            for state, table in tables.items()
            for index, side in enumerate(SIDES)
            for k, term in enumerate(TERMS[index])
        ]
        return pd.DataFrame.from_records(records)

    def gains_frontier(self) -> pd.DataFrame:
        """Pareto frontier above the walk-away point, as gains over it: columns ``us, partner``, US$ bn a year."""
        import pandas as pd

        walk_away = walk_away_point(self.model)
        gains = frontier(self.model, walk_away) - walk_away
        return pd.DataFrame({"us": gains[:, 0], "partner": gains[:, 1]})

    def guides(self) -> pd.DataFrame:
        """Values to mark beside positions: columns ``issue, kind, side, value, label, bound``."""
        import pandas as pd

        p, names = self._p, self.model.case.issue_names
        marks: list[dict[str, Any]] = []
        for kind, label in (("status_quo", "status quo"), ("threat", "threat")):
            for issue, field in ((CAR_TARIFF, "car_tariff"), (RECIPROCAL_TARIFF, "reciprocal_tariff")):
                rate = float(getattr(p, f"walk_away_{kind}_{field}"))
                marks.append({"issue": names[issue], "kind": kind, "side": None, "value": rate, "label": label})
        for line in range(int(p.line_count)):
            for bound, value in (("at_least", p.line_low[line]), ("at_most", p.line_high[line])):
                if np.isfinite(value):
                    side = SIDES[int(p.line_side[line])]
                    name = names[int(p.line_issue[line])]
                    priced = int(p.line_priced[line]) != 0
                    at_a_price = ", at a price" if priced else ""
                    label = f"red line of {'the US' if side == SIDES[US] else partner_name()}{at_a_price}"
                    kind = "priced_line" if priced else "red_line"
                    mark = {"issue": name, "kind": kind, "side": side, "value": float(value), "bound": bound}
                    marks.append({**mark, "label": label})
        return pd.DataFrame(marks, columns=["issue", "kind", "side", "value", "label", "bound"])

    def _price_at(self, rate: float) -> float:
        """Price over list at which the makers' supply meets what all firms buy at a subsidy rate, by bisection."""
        case = self.model.case
        comfortable = float(total_capex(case.firms) + uncommitted_output(case.makers))
        low, high = 1.0, 100.0
        for _ in range(_PRICE_STEPS):
            price = 0.5 * (low + high)
            value = price * purchases_at(self._p, case.firms, net_subsidy(rate, price))
            if market_price(self._p, value, comfortable) > price:
                low = price
            else:
                high = price
        return low

    def deliverable_curve(self) -> pd.DataFrame:
        """What each firm buys at each subsidy rate: columns ``subsidy_rate, firm, purchases, additional, signed``.

        Purchases are in US$ bn a year at the price that clears the makers' supply; ``additional`` is what the firm
        would not buy without subsidy.
        """
        import pandas as pd

        return pd.concat([self.firms_at(float(rate)) for rate in _RATES], ignore_index=True)

    def firms_at(self, rate: float) -> pd.DataFrame:
        """What each firm buys at one subsidy rate, with the columns of :meth:`deliverable_curve`."""
        import pandas as pd

        case, records = self.model.case, []
        price = self._price_at(rate)
        net = net_subsidy(rate, price)
        unconstrained = unconstrained_ratio(self._p, net)
        for firm, row in zip(self.model.cast.firms, rows(case.firms), strict=True):
            bought = float(price * row.capex * firm_ratio(self._p, row, net, unconstrained))
            records.append(
                {
                    "subsidy_rate": rate,
                    "firm": firm.name,
                    "purchases": bought,
                    "additional": bought - float(row.capex),
                    "signed": bool(signs(rate, firm.reservation)),
                }
            )
        return pd.DataFrame.from_records(records)

    def limits(self) -> dict[str, float]:
        """Subsidy budget and the makers' allocation, US$ bn a year."""
        return {
            "budget_limit": float(self._p.partner_subsidy_budget),
            "allocation_limit": float(allocation(self.model.case.makers)),
        }

    def pledge_point(self, chip_purchases: float) -> tuple[float, float] | None:
        """Subsidy rate and yearly purchases of a headline of chips; None where it cannot be delivered."""
        pledge, _ = self.model.price_package(self.package({"chip_purchases": chip_purchases}))
        if chip_purchases <= 0.0 or pledge[DELIVERABLE] < 0.5:
            return None
        return float(pledge[SUBSIDY_RATE]), float(total_capex(self.model.case.firms) + pledge[FLOW])

    def bought_anyway(self) -> float:
        """Chip purchases of all firms without subsidy, US$ bn a year."""
        return float(total_capex(self.model.case.firms))
