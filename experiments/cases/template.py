"""The template that the configs of all cases share, and what it says of how a row of the record becomes one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from experiments.config.limits import MAX_BYTES
from experiments.config.yaml import parse_yaml
from experiments.files import decoded, installed, read_source

TEMPLATE: Final = installed("configs") / "cases" / "template.yaml"


@dataclass(frozen=True, slots=True)
class CaseRules:
    """How a row of ``cases.csv`` becomes a config.

    Attributes
    ----------
    cars_share : float
        Share of all imports above which cars are on the table.
    bandwidth : float
        How far from a partner deals of others still count, without unit.
    rate_step : float
        Step of the grid of the country rate, a fraction.
    car_levels : int
        Levels of the grid of the car tariff.
    statement_firmness : dict
        Chance that a floor which the US has named in public is real, as a config has it.
    margin_after_election : dict
        What the partner's government needs at home after an election, as a config has it.
    called : dict
        Adjective, government and currency by case.
    """

    cars_share: float
    bandwidth: float
    rate_step: float
    car_levels: int
    statement_firmness: dict[str, Any]
    margin_after_election: dict[str, Any]
    called: dict[str, dict[str, str]]


def template() -> tuple[dict[str, Any], CaseRules]:
    """What all configs of cases have in common, as plain data that may be changed, and how to make one."""
    tree = parse_yaml(_text(), TEMPLATE.name).plain()
    rules = CaseRules(**tree.pop("case"))
    return tree, rules


@cache
def _text() -> str:
    name = str(TEMPLATE)
    return decoded(read_source(TEMPLATE, MAX_BYTES, f"is larger than {MAX_BYTES:,} bytes").raw, name)
