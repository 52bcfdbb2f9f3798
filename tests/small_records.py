"""A small config and its records, of which a test changes what it is about."""

from __future__ import annotations

from typing import Any, Final

from experiments.config.load import config_from
from experiments.config.model import Config
from experiments.design.records import Batch, build_records
from experiments.design.sampling import design_table

#: The least that a config must say.
SMALL: Final[dict[str, Any]] = {
    "name": "small",
    "title": "A small scenario",
    "calendar": {"start": "2025-05-30", "deadline": "2025-07-09"},
    "agenda": {"car_tariff": {}},
    "tactics": {"us_treasury": {"name": "linear"}, "partner": {"name": "linear"}},
}

RUNS: Final = 400


def small_config(**top: Any) -> Config:
    """A config of two issues, with these sections in place of its own."""
    issues: dict[str, Any] = {"car_tariff": {}, "chip_purchases": {}}
    tactics = SMALL["tactics"] | {"partner": {"name": "boulware"}}
    return config_from({**SMALL, "agenda": issues, "tactics": tactics, **top})


def built(config: Config, runs: int = RUNS, first: int = 0) -> Batch:
    """Records of some of its runs."""
    return build_records(config, design_table(config, runs, 3, first, total=RUNS), 3)


def event(day: str, name: str = "e", **keys: Any) -> dict[str, Any]:
    """An event of a config."""
    return {"name": name, "date": day, **keys}


def line(**keys: Any) -> dict[str, Any]:
    """A red line of a config."""
    return {"name": "line", "side": "partner", "issue": "car_tariff", "at_most": 0.2, **keys}
