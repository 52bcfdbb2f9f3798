"""A row views one record: what Python and compiled rules write, the array holds."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from sim.economy.trade import blend_horizon, horizon_mean
from sim.records import FIRM, RECORD
from sim.row import Row, new_row, rows
from tests.support import default_record


def test_reading_and_writing_go_to_the_array() -> None:
    array = np.zeros(1, FIRM)
    row = Row(array)
    row.capex = 0.5
    assert array["capex"][0] == row.capex == 0.5
    array["capex"] = 0.7
    assert row.capex == 0.7


def test_a_nested_field_is_a_view() -> None:
    array = np.zeros(1, RECORD)
    row = Row(array)
    row.sector_import_value[2] = 3.0
    row.sector_mfn_rate = 0.1
    assert array["sector_import_value"][0].tolist() == [0.0, 0.0, 3.0, 0.0, 0.0, 0.0]
    assert array["sector_mfn_rate"][0].tolist() == [0.1] * 6


def test_compiled_rules_write_to_the_array() -> None:
    array = np.frombuffer(default_record().data, RECORD).copy()
    row = Row(array)
    row.economy_horizon = 2.0
    blend_horizon(row)
    assert array["sector_elasticity"][0, 0] == horizon_mean(0.9, 3.0, row.economy_adjustment_speed, 2.0)


def test_rows_view_every_record_of_a_table() -> None:
    table = np.zeros(3, FIRM)
    views = rows(table)
    for i, view in enumerate(views):
        view.capex = float(i)
    assert table["capex"].tolist() == [0.0, 1.0, 2.0]
    assert rows(table[:0]) == []


def test_new_row_is_all_zeros() -> None:
    row = new_row(RECORD)
    assert not np.frombuffer(row.data, np.uint8).any()


@pytest.mark.parametrize("shape", [(0,), (2,), (1, 1), ()])
def test_only_one_record_can_be_viewed(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one record"):
        Row(np.zeros(shape, FIRM))


def test_an_unknown_field_is_an_error() -> None:
    row = new_row(FIRM)
    with pytest.raises(AttributeError, match="no field 'capital'"):
        _ = row.capital
    with pytest.raises((AttributeError, ValueError), match="capital"):
        row.capital = 1.0


def test_a_copy_of_a_row_holds_the_same_values() -> None:
    row = new_row(FIRM)
    row.capex = 0.5
    assert copy.copy(row).capex == 0.5
    deep = copy.deepcopy(row)
    deep.capex = 0.9
    assert row.capex == 0.5
