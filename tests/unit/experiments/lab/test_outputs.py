"""What a sensitivity analysis explains, from a table of five talks made by hand in which every number differs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from experiments.config.load import load_config
from experiments.lab.outputs import Output, is_counted, talk_outputs
from tests.tree import CONFIGS

#: The issues of the small config, and the width of the range of each.
WIDTHS = {"car_tariff": 0.125, "chip_purchases": 6.0}
OUTCOMES = ["agreement", "stall", "walkout", "stall", "walkout"]
REASONS = ["us_accepts", "tactics_hold", "no_zone", "no_zone", "no_zone"]
NONE = math.nan


def _table() -> pa.Table:
    columns: dict[str, Any] = {"outcome": OUTCOMES, "reason": REASONS, "round": [3, 5, 9, 11, 13]}
    columns |= {
        # The second issue is never tabled in the third talks, and nobody has tabled anything in the last.
        "us.car_tariff": [0.20, 0.25, 0.27, 0.19, NONE],
        "partner.car_tariff": [0.22, 0.15, 0.17, 0.21, NONE],
        "us.chip_purchases": [1.0, 4.5, NONE, 5.5, NONE],
        "partner.chip_purchases": [2.0, 3.0, 3.5, 2.5, 4.0],
        "gain.us_treasury": [1.5, 0.0, 0.25, 0.5, 0.75],
        "gain.partner": [2.5, 0.125, 0.0, 0.375, 0.625],
        "car_tariff": [0.21, NONE, NONE, NONE, NONE],
        "chip_purchases": [1.75, NONE, NONE, NONE, NONE],
        "binds.car_tariff": ["grid:low", None, None, None, None],
        "binds.chip_purchases": ["interior", None, None, None, None],
    }
    return pa.table(columns)


@pytest.fixture(scope="module")
def found() -> dict[str, Output]:
    config = load_config(CONFIGS / "tiny.yaml")
    assert {name: entry.high - entry.low for name, entry in config.agenda.items()} == pytest.approx(WIDTHS)
    return {output.name: output for output in talk_outputs(config, _table())}


def test_every_quantity_has_its_values_words_and_unit(found: dict[str, Output]) -> None:
    expected: dict[str, tuple[str, str, list[float]]] = {
        "deal": ("Deal or no deal", "", [1, 0, 0, 0, 0]),
        "outcome.stall": ("Talks end in a stall", "", [0, 1, 0, 1, 0]),
        "outcome.walkout": ("Talks end in a walk-out", "", [0, 0, 1, 0, 1]),
        "reason.no_zone": ("No deal: no zone", "", [0, 0, 1, 1, 1]),
        "reason.tactics_hold": ("No deal: tactics hold", "", [0, 1, 0, 0, 0]),
        "round": ("Last round", "rounds", [3, 5, 9, 11, 13]),
        # Shares of the ranges: 0.1/0.125 and 1.5/6; 0.1/0.125 alone; 0.02/0.125 and 3/6; 0 after a deal.
        "gap": ("Gap between the last positions", "share", [0.0, (0.8 + 0.25) / 2, 0.8, (0.16 + 0.5) / 2, NONE]),
        "gain.us_treasury": ("Gain of US", "US$ bn a year", [1.5, 0.0, 0.25, 0.5, 0.75]),
        "gain.partner": ("Gain of Japan", "US$ bn a year", [2.5, 0.125, 0.0, 0.375, 0.625]),
        "car_tariff": ("Car tariff in a deal", "rate", [0.21, NONE, NONE, NONE, NONE]),
        "chip_purchases": ("Chip purchases in a deal", "US$ bn", [1.75, NONE, NONE, NONE, NONE]),
    }
    assert list(found) == list(expected)
    for name, (label, unit, values) in expected.items():
        assert (found[name].label, found[name].unit) == (label, unit)
        np.testing.assert_allclose(found[name].values, values, rtol=1e-12, err_msg=name)


def test_where_a_quantity_is_defined_is_told(found: dict[str, Output]) -> None:
    told = {name: output.defined for name, output in found.items() if output.defined}
    assert told == {
        "gap": "once both sides have tabled", "car_tariff": "with a deal", "chip_purchases": "with a deal",
    }  # fmt: skip
    assert {name for name, output in found.items() if np.isnan(output.values).any()} == set(told)


def test_one_known_value_or_equal_ones_leave_nothing_to_explain(found: dict[str, Output]) -> None:
    assert [name for name, output in found.items() if output.is_constant] == ["car_tariff", "chip_purchases"]
    assert Output("x", "X", "", np.array([7.0, 7.0])).is_constant
    assert not Output("x", "X", "", np.array([7.0, 7.5])).is_constant
    assert Output("x", "X", "", np.array([NONE])).is_constant


def test_what_happens_or_not_is_counted(found: dict[str, Output]) -> None:
    assert [name for name in found if is_counted(name)] == [
        "deal", "outcome.stall", "outcome.walkout", "reason.no_zone", "reason.tactics_hold",
    ]  # fmt: skip
