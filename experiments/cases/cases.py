"""From a case of the record to a config of its talks: one row of ``cases.csv`` and one template, nothing else."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any, Final

from experiments.cases.known import CARS, RECIPROCAL, KnownCase, Rates
from experiments.cases.template import CaseRules, template
from experiments.config.changes import Changes
from experiments.config.load import config_from
from experiments.config.model import Config
from experiments.record.record import DatedRecord, read_record
from sim.issues import MAX_LEVELS
from sim.parameters.parameter import SECTORS, Confidence

Tree = dict[str, Any]

#: Rates are written with this many decimals, which takes away what sums of decimal fractions leave.
_DECIMALS: Final = 6


def case_config(
    case: str,
    *,
    as_of: date | None = None,
    record: DatedRecord | None = None,
    sets: Changes = (),
    bandwidth: float | None = None,
    deals_through: date | None = None,
) -> Config:
    """Config of the talks with a country, made of what was known on a day.

    Parameters
    ----------
    case : str
        A case of the record, in any case of letters.
    as_of : datetime.date, optional
        Day whose knowledge counts and on which the talks begin; by default that of ``cases.csv``.
    record : DatedRecord, optional
        By default the record that comes with winset.
    sets : sequence of str or Change
        Changes ``path=value`` that are laid on the config in order.
    bandwidth : float, optional
        How far from the partner deals of others still count; by default that of the template.
    deals_through : datetime.date, optional
        Later day through which deals of others count as well, see :meth:`experiments.cases.known.KnownCase.on`.

    Raises
    ------
    experiments.errors.ConfigError
        When there is no such case, its row lacks what a config needs, or a change is wrong.
    """
    known = KnownCase.on(read_record() if record is None else record, case, as_of, deals_through)
    tree, rules = template()
    rates = known.rates()
    has_cars = known.facts.cars > rules.cars_share * known.facts.total
    tree |= _texts(known)
    tree["partner"] |= {
        "name": known.name,
        **rules.called.get(known.name, {}),
        "public_car_tariff": _car_mfn(known, rates),
    }
    _lay_amounts(tree, known)
    _lay_rates(tree, known, rates)
    _lay_calendar(tree, known)
    _lay_agenda(tree, known, rates, rules, has_cars)
    _lay_reference(tree, known, rates, rules.bandwidth if bandwidth is None else bandwidth)
    tree["red_lines"] = [
        _line(known, issue, rates, rules) for issue in (RECIPROCAL, CARS) if _has_line(known, issue, has_cars)
    ]
    tree["events"] = [_fund(tree, known), *_elections(known, rules)]
    return config_from(tree, f"case {known.name}", sets)


def _texts(known: KnownCase) -> Tree:
    day = known.day.isoformat()
    return {
        "name": f"case_{known.name.lower().replace(' ', '_')}",
        "title": f"{known.name} and the US from {day} on",
        "story": f"Made of what the record knew of {known.name} on {day} and of the template of all cases.",
    }


def _number(value: float, source: str, known_by: date, confidence: Confidence | None = None) -> Tree:
    return {"value": value, "source": source, "known_by": known_by, "confidence": confidence}


def _lay_amounts(tree: Tree, known: KnownCase) -> None:
    """Trade by sector, US exports and GDP."""
    facts = known.facts
    for sector in SECTORS:
        tree["sectors"][sector] |= {
            "import_value": _number(facts.imports[sector], facts.source, facts.known_by, facts.confidence),
            "mfn_rate": _number(facts.mfn_rates[sector] or 0.0, facts.source, facts.known_by, facts.confidence),
        }
    tree["economy"] |= {
        "us_exports_to_partner": _number(
            known.us_exports, facts.us_exports_source or "", facts.known_by, facts.us_exports_confidence
        ),
        "partner_gdp": _number(known.gdp, facts.gdp_source or "", facts.known_by, facts.gdp_confidence),
    }


def _lay_rates(tree: Tree, known: KnownCase, rates: Rates) -> None:
    """Status quo and threat; cars and metals are not threatened with more than they pay."""

    def number(value: float) -> Tree:
        return _number(value, known.facts.tariffs_source or "events.csv", known.day, known.facts.tariffs_confidence)

    tree["economy"]["metals_tariff"] = number(rates.metals)
    tree["walk_away"] |= {
        "status_quo_car_tariff": number(rates.car),
        "status_quo_reciprocal_tariff": number(rates.reciprocal),
        "threat_car_tariff": number(rates.car),
        "threat_reciprocal_tariff": number(rates.threat),
        "threat_metals_tariff": number(rates.metals),
        "open_imports_share": _number(
            known.open_share(), "cases.csv and outcomes.csv", known.day, known.facts.confidence
        ),
    }
    tree["us_treasury"] |= {"public_car_tariff": number(rates.car), "precedent_base_rate": number(rates.car)}


def _car_mfn(known: KnownCase, rates: Rates) -> Tree:
    return _number(rates.car_mfn, "own assumption: all of the tariff on cars is to go", known.day, "assumption")


def _lay_calendar(tree: Tree, known: KnownCase) -> None:
    """Start, deadline, and rounds at most a week apart of which one falls on the deadline."""
    event, calendar = known.deadline(), tree["calendar"]
    first, later = known.facts.first_horizon, known.day + timedelta(days=calendar["slip_days"])
    horizon = first if first is not None and first > known.day else later
    deadline = horizon if event is None else event.date
    days = (deadline - known.day).days
    rounds = math.ceil(days / calendar["days_between_rounds"])
    tree["calendar"] |= {"start": known.day, "deadline": deadline, "days_between_rounds": days / max(1, rounds)}


def _lay_agenda(tree: Tree, known: KnownCase, rates: Rates, rules: CaseRules, has_cars: bool) -> None:
    """Country rate from nothing to the threat, and the car tariff from MFN to what is in force."""
    source = {"source": known.facts.tariffs_source or "events.csv", "known_by": known.day}
    most = max(rates.threat, rates.reciprocal)
    levels = min(MAX_LEVELS, math.ceil(most / rules.rate_step - _SLACK) + 1)
    grids = {RECIPROCAL: {"low": 0.0, "high": most, "levels": levels, **source}}
    if has_cars:
        grids = {CARS: {"low": rates.car_mfn, "high": rates.car, "levels": rules.car_levels, **source}} | grids
    tree["agenda"] = grids | tree["agenda"]


_SLACK: Final = 1e-9


def _lay_reference(tree: Tree, known: KnownCase, rates: Rates, bandwidth: float) -> None:
    """Reference rates of deals signed before, with no weight before the first; without one on cars that of the rest."""
    reciprocal, car = known.reference(RECIPROCAL, bandwidth), known.reference(CARS, bandwidth)
    names = ", ".join(deal.case for deal in known.earlier_deals(RECIPROCAL))
    source = f"outcomes.csv: deals of {names}, weighed by likeness" if names else "no deal had been signed"
    known_by = max((deal.known_by for deal in known.signed), default=known.day)
    rate = rates.reciprocal if reciprocal is None else reciprocal.rate
    values = {
        "reciprocal_rate": round(rate, _DECIMALS),
        "car_rate": round(rate if car is None else car.rate, _DECIMALS),
        "weight": 0.0 if reciprocal is None else round(reciprocal.closeness, _DECIMALS),
    }
    # The rates are facts; what weighs them is our own measure of likeness.
    tree["reference"] = {name: _number(value, source, known_by, "assumption") for name, value in values.items()}


def _has_line(known: KnownCase, issue: str, has_cars: bool) -> bool:
    return bool(known.floors(issue)) and (issue == RECIPROCAL or has_cars)


def _line(known: KnownCase, issue: str, rates: Rates, rules: CaseRules) -> Tree:
    """Red line of the US where it said below which rate it would not go; of several values each is as likely."""
    said = known.floors(issue)
    most = max(rates.threat, rates.reciprocal) if issue == RECIPROCAL else rates.car
    values = sorted({min(_value(one.value), most) for one in said})
    origin = {"source": said[-1].source, "known_by": max(one.known_by for one in said)}
    bound: Tree = {"value": values[0]} if len(values) == 1 else {"dist": "choice", "values": values}
    return {
        "name": f"us_{issue}",
        "side": "us_treasury",
        "issue": issue,
        "at_least": {**bound, **origin, "confidence": said[-1].confidence},
        "firmness": rules.statement_firmness,
        **origin,
    }


def _value(value: float | None) -> float:
    if value is None:
        raise ValueError("a floor has a value")
    return value


def _fund(tree: Tree, known: KnownCase) -> Tree:
    """The event by which a fund may come to the table, on the first day."""
    (event,) = tree["events"]
    return {**event, "date": known.day}


def _elections(known: KnownCase, rules: CaseRules) -> list[Tree]:
    """Elections ahead, after which the partner's government needs less at home."""
    return [
        {
            "name": "election" if number == 0 else f"election_{number + 1}",
            "date": one.date,
            "set": {"partner.ratification_margin": rules.margin_after_election},
            "source": one.source,
            "known_by": one.known_by,
        }
        for number, one in enumerate(known.elections())
    ]
