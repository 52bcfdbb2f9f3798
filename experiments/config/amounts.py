"""Amounts as shares: ``per`` beside numbers multiplies them by an amount of the partner, whatever its size.

What a margin, a budget or a fund is worth depends on the country that it is for. Written as a share, such as
``{value: 0.012, per: exposed_imports}``, it fits another partner as it stands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from pydantic import TypeAdapter, ValidationError

from experiments.config.distributions import DiscreteUniform, Number, Quantity
from experiments.config.numbers import numbers
from experiments.config.units import is_money, unit_at
from experiments.config.yaml import Node, join
from experiments.errors import ConfigError, Problem, shown, suggestion
from sim.parameters.table import TABLE

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Key that names the amount.
PER: Final = "per"

_DEFAULTS: Final = {row.path: row.default for row in TABLE}


def _imports(*sectors: str) -> tuple[str, ...]:
    return tuple(f"sectors.{sector}.import_value" for sector in sectors)


#: Amounts that numbers can be shares of, US$ bn a year, each a sum of parameters.
AMOUNTS: Final[dict[str, tuple[str, ...]]] = {
    "exposed_imports": _imports("cars", "parts", "machinery", "other"),
    "car_imports": _imports("cars", "parts"),
    "reciprocal_imports": _imports("machinery", "other"),
    "us_exports": ("economy.us_exports_to_partner",),
    "partner_gdp": ("economy.partner_gdp",),
}

#: Amount that a parameter in money grows with from partner to partner, by its path.
SHARE_OF: Final[dict[str, str]] = {
    "us_treasury.ratification_margin": "exposed_imports",
    "us_treasury.audience_cost": "car_imports",
    "us_treasury.precedent_imports": "car_imports",
    "us_treasury.purchase_headline_weight": "us_exports",
    "us_treasury.purchase_headline_scale": "us_exports",
    "us_treasury.fund_headline_weight": "partner_gdp",
    "us_treasury.fund_headline_scale": "partner_gdp",
    "us_treasury.supply_security_value": "partner_gdp",
    "partner.ratification_margin": "exposed_imports",
    "partner.audience_cost": "car_imports",
    "partner.farm_cost": "us_exports",
    "partner.farm_free_purchases": "us_exports",
    "partner.farm_purchase_span": "us_exports",
    "partner.materials_cost": "partner_gdp",
    "partner.subsidy_budget": "partner_gdp",
    "fund.reference_size": "partner_gdp",
    "fund.saturation": "partner_gdp",
}

#: Distribution of whole numbers, which are no shares.
WHOLE: Final = DiscreteUniform.kind

#: Keys of numbers in the unit of what they describe; shapes, weights and numbers of levels are none.
IN_ITS_UNIT: Final = frozenset(
    {"value", "low", "mode", "high", "mean", "sd", "median", "quantiles", "values", "at_least", "at_most"}
)

_MEDIAN: Final = np.array([0.5])


def resolve_amounts(tree: Node) -> Node:
    """Multiply the numbers beside every ``per`` by its amount, and take the key away.

    An amount is the sum of the medians of its parameters in this config: a number that is drawn has the same scale in
    all runs.

    Raises
    ------
    ConfigError
        Listing every ``per`` that names no amount, has no number beside it, stands in the amount itself, or beside a
        number that is no money.
    """
    resolver = _Shares(tree)
    resolved = resolver.resolved(tree, "")
    if resolver.problems:
        raise ConfigError(resolver.problems)
    return resolved


class _Shares:
    def __init__(self, root: Node) -> None:
        self._root = root
        self._amounts: dict[str, float] = {}
        self.problems: list[Problem] = []

    def resolved(self, node: Node, path: str, issue: str = "") -> Node:
        """`node` with its shares as amounts; `issue` is that of the red line or condition that it is part of."""
        if node.is_list:
            return replace(node, value=[self.resolved(part, join(path, name)) for name, part in node.children()])
        if not node.is_map:
            return node
        own = node.scalar("issue") or issue
        issue = own if isinstance(own, str) else ""
        parts = {name: self.resolved(part, join(path, name), issue) for name, part in node.value.items() if name != PER}
        if PER in node.value:
            amount = self._named(node, path, issue)
            scaled = IN_ITS_UNIT & parts.keys()
            if not scaled:
                self._refuse(node.value[PER], join(path, PER), "has no number beside it to multiply")
            for name in scaled:
                parts[name] = _multiplied(parts[name], amount)
        return replace(node, value=parts)

    def _named(self, node: Node, path: str, issue: str) -> float:
        """Amount that a map's ``per`` names; 1 where it is refused."""
        given, where = node.value[PER], join(path, PER)
        name = given.value if isinstance(given.value, str) else ""
        if name not in AMOUNTS:
            complaint = f"names no amount{suggestion(name, AMOUNTS)} (got {shown(given.plain())})"
            return self._refuse(given, where, complaint)
        if (unit := unit_at(path, issue)) and not is_money(unit):
            complaint = (
                f"only money can be a share of an amount, and the unit here is {unit} (got {shown(node.plain())})"
            )
            return self._refuse(given, where, complaint)
        if any(path == source or path.startswith(f"{source}.") for source in AMOUNTS[name]):
            return self._refuse(given, where, f"{name} is made of this very number; give it in US$ bn a year")
        if node.scalar("dist") == WHOLE:
            return self._refuse(given, where, "whole numbers cannot be a share of an amount; use dist: choice")
        if node.scalar("dist") == "beta" and not {"low", "high"} <= node.value.keys():
            return self._refuse(given, where, "a beta distribution needs low and high here, as shares of the amount")
        if name not in self._amounts:
            self._amounts[name] = sum(self._median(source) for source in AMOUNTS[name])
        return self._amounts[name]

    def _refuse(self, node: Node, path: str, message: str) -> float:
        self.problems.append(Problem(node.key_place, path, message))
        return 1.0

    def _median(self, path: str) -> float:
        """Median of a parameter as the config has it, or its default."""
        node: Node | None = self._root
        for part in path.split("."):
            node = node.value.get(part) if node is not None and node.is_map else None
        if node is None:
            return _DEFAULTS[path]
        try:
            number: Quantity = _NUMBER.validate_python(node.plain())
        except ValidationError:
            # The parameter itself is refused, with its place, when the whole config is validated.
            return _DEFAULTS[path]
        return float(number.ppf(_MEDIAN)[0])


def amount_of(config: Config, name: str) -> float:
    """Amount of a loaded config, US$ bn a year: the sum of the medians of its parameters."""
    found = {entry.path: entry.number for entry in numbers(config)}
    return float(sum(found[path].ppf(_MEDIAN)[0] for path in AMOUNTS[name]))


def default_amount(name: str) -> float:
    """The same amount of the partner whose numbers are the defaults."""
    return sum(_DEFAULTS[path] for path in AMOUNTS[name])


_NUMBER: Final = TypeAdapter[Quantity](Number)


def _multiplied(node: Node, amount: float) -> Node:
    """Number or numbers times the amount; what is no number is left to the validation that refuses it."""
    if node.is_list:
        return replace(node, value=[_multiplied(part, amount) for part in node.value])
    if node.is_map:
        return replace(node, value={name: _multiplied(part, amount) for name, part in node.value.items()})
    is_number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return replace(node, value=node.value * amount) if is_number else node
