"""The digest sees every value and nothing else."""

from __future__ import annotations

import math
import struct
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.errors import RunError
from experiments.store.digest import digest_of_run, digest_of_tables
from tests.fake_engine import fake_plan, run_fake

SCHEMA = pa.schema(
    [("run", pa.int64()), ("value", pa.float64()), ("name", pa.string()), ("day", pa.date32()), ("flag", pa.bool_())]
)
ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(),
        st.none() | st.text(max_size=4),
        st.none() | st.dates(),
        st.none() | st.booleans(),
    ),
    max_size=12,
)
Row = tuple[object, ...]


def table(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)


def exactly(value: object) -> object:
    """Value as it is stored: signed zeros differ, and every not-a-number is one."""
    return struct.pack("d", math.nan if math.isnan(value) else value) if isinstance(value, float) else value


@given(ROWS, st.integers(0, 12))
def test_cutting_the_rows_changes_nothing(rows: list[Row], cut: int) -> None:
    whole = digest_of_tables([table(rows)])
    assert digest_of_tables([table(rows[:cut]), table(rows[cut:])]) == whole


@given(ROWS, ROWS)
def test_different_rows_have_different_digests(one: list[Row], other: list[Row]) -> None:
    same_rows = [[exactly(value) for value in row] for row in one] == [
        [exactly(value) for value in row] for row in other
    ]
    assert (digest_of_tables([table(one)]) == digest_of_tables([table(other)])) == same_rows


@pytest.mark.parametrize(
    "other",
    [
        {"a": [1.0, 2.0], "b": ["x", "yz"], "c": [None, date(2025, 7, 9)]},
        {"a": [2.0, 1.0], "b": ["xy", "z"], "c": [None, date(2025, 7, 9)]},
        {"a": [1.0, 2.0], "b": ["xy", "z"], "c": [date(1970, 1, 1), date(2025, 7, 9)]},
        {"a": [1.0, 2.0], "b": ["xy", "z"], "d": [None, date(2025, 7, 9)]},
        {"b": ["xy", "z"], "a": [1.0, 2.0], "c": [None, date(2025, 7, 9)]},
        {"a": [1, 2], "b": ["xy", "z"], "c": [None, date(2025, 7, 9)]},
    ],
    ids=["text moved between rows", "rows swapped", "null filled", "column renamed", "columns swapped", "type changed"],
)
def test_a_near_miss_is_another_digest(other: dict[str, list[object]]) -> None:
    one = {"a": [1.0, 2.0], "b": ["xy", "z"], "c": [None, date(2025, 7, 9)]}
    assert digest_of_tables([pa.table(one)]) != digest_of_tables([pa.table(other)])


def test_dictionary_columns_count_as_their_values() -> None:
    plain = pa.table({"side": ["us", "partner", "us"]})
    encoded = pa.table({"side": plain["side"].dictionary_encode()})
    assert digest_of_tables([encoded]) == digest_of_tables([plain])


def test_files_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(RunError, match="different columns"):
        digest_of_tables([pa.table({"a": [1]}), pa.table({"b": [1]})])
    with pytest.raises(RunError, match="int64 in one file of this run and double in another"):
        digest_of_tables([pa.table({"a": [1]}), pa.table({"a": [1.0]})])


def test_a_type_without_a_digest_is_refused() -> None:
    with pytest.raises(TypeError, match="list"):
        digest_of_tables([pa.table({"a": [[1]]})])


def test_the_chunk_size_does_not_show_and_the_seed_does(tmp_path: Path) -> None:
    plans = [fake_plan(chunk_size=60), fake_plan(chunk_size=7), fake_plan(chunk_size=60, seed=2)]
    digests = []
    for place, plan in enumerate(plans):
        run_fake(tmp_path / str(place), plan)
        digests.append(digest_of_run(tmp_path / str(place)))
    assert digests[0] == digests[1] != digests[2]


def test_trajectories_belong_to_the_digest(tmp_path: Path) -> None:
    run_fake(tmp_path / "sample", fake_plan(runs=300))
    run_fake(tmp_path / "all", fake_plan(runs=300, trajectories="all"))
    assert digest_of_run(tmp_path / "sample") != digest_of_run(tmp_path / "all")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan(chunk_size=30))
    (tmp_path / "runs" / "part-000001.parquet").unlink()
    with pytest.raises(RunError, match=r"part-000001.parquet is missing or damaged; .* --resume"):
        digest_of_run(tmp_path)


def test_texts_have_one_digest_whatever_the_width_of_their_offsets_and_columns_may_be_empty() -> None:
    values = ["a", None, "bc"]
    narrow, wide = (pa.table({"name": pa.array(values, kind)}) for kind in (pa.string(), pa.large_string()))
    assert digest_of_tables([narrow]) == digest_of_tables([wide])
    assert digest_of_tables([wide]) != digest_of_tables([pa.table({"name": pa.array(["ab", None, "c"])})])
    nothing = [digest_of_tables([pa.table({"name": pa.nulls(count)})]) for count in (0, 1, 2)]
    assert len(set(nothing)) == 3
