"""Values of results are what they were before code was moved and names were changed."""

from __future__ import annotations

import pytest

from tests.golden.values import FOLDER, every_kind, neutral, stored, table_digests

KINDS = every_kind()
USUAL = ("directory_tournament", "directory_sensitivity")


def _is_long(name: str) -> bool:
    """Runs of the Mesa engine, which has to give the rows of the compiled one, and directories but for two."""
    return name.endswith("_mesa") or (name.startswith("directory_") and name not in USUAL)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if _is_long(name) else name for name in KINDS]
)
def test_values_are_what_they_were(name: str) -> None:
    before, now = stored(name), KINDS[name]()
    assert [*now] == [*before]
    for table, columns in before.items():
        moved = [column for column, digest in columns.items() if now[table].get(column) != digest]
        assert not moved, f"{table}: {', '.join(moved)}"
        assert {*now[table]} == {*columns}


def test_both_engines_were_kept_with_the_same_values() -> None:
    for name in KINDS:
        if name.endswith("_mesa"):
            assert stored(name) == stored(name.replace("_mesa", "_compiled"))


def test_every_file_is_of_a_kind() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {*KINDS}


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("gain.japan_government", "gain.partner"),
        ("japan.car_tariff", "partner.car_tariff"),
        ("economy.japan_gdp", "economy.partner_gdp"),
        ("japan_government.rice_cost", "partner.farm_cost"),
        ("market_price", "market_price"),
    ],
)
def test_a_neutral_name_names_no_country(name: str, without: str) -> None:
    assert neutral(name) == without


def test_a_digest_is_of_values_and_their_order() -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0], "c": [1.0 + 1e-12, 2.0]})
    found = table_digests(frame)
    assert found["a"] == found["c"] != found["b"]
