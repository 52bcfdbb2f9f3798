"""The shipped configs: each tells its story, names its sources, and the seed config knows nothing of the future."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from experiments.config.load import load_config
from experiments.config.numbers import provenance_of
from tests.tree import ROOT

CONFIGS = sorted((ROOT / "configs").glob("*.yaml"))
SEED_DATE = date(2025, 5, 28)
#: Built from the seed config without telling it anything later.
EX_ANTE = ("japan_us_2025", "cars_on_the_table", "bluff", "no_subsidy", "supply_crunch")
#: Not scenarios, but work to time engines on.
BENCHMARKS = ("bench", "bench_five_issues")
#: Scenarios that are known day by day, or from a later day on.
DATED = ("japan_hindcast", "july_10")
#: Dates and grids, whose sources stand in the comments beside them, and the events' own copies of them.
STRUCTURE = ("calendar.", "protocol.", "agenda.")


def test_all_scenarios_are_there() -> None:
    assert {path.stem for path in CONFIGS} == {*EX_ANTE, *BENCHMARKS, *DATED, "july_2025", "korea_example", "tiny"}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_config_opens_with_its_story(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    story = lines[: next(k for k, line in enumerate(lines) if not line.startswith("#"))]
    assert len(story) >= 3
    assert load_config(path).name == path.stem


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_number_says_where_it_is_from(path: Path) -> None:
    """Its own source, that of its firm, red line or event, or the row of the parameter table; the toy is all ours."""
    if path.stem == "tiny":
        assert "Its numbers are round and ours" in path.read_text(encoding="utf-8")
        return
    bare = [row.path for row in provenance_of(load_config(path)) if row.source.startswith("config file")]
    assert not [name for name in bare if not name.startswith(STRUCTURE) and ".add_issues." not in name]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_says_that_it_is_no_scenario(name: str) -> None:
    first = (ROOT / "configs" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# A benchmark and not a scenario: ")


@pytest.mark.parametrize("name", EX_ANTE)
def test_nothing_in_the_seed_configs_was_learnt_after_28_may_2025(name: str) -> None:
    rows = provenance_of(load_config(ROOT / "configs" / f"{name}.yaml"))
    later = [row for row in rows if row.known_by is not None and row.known_by > SEED_DATE]
    assert not later


def test_every_number_of_the_seed_config_has_a_dated_source() -> None:
    rows = provenance_of(load_config(ROOT / "configs" / "japan_us_2025.yaml"))
    undated = [row.path for row in rows if row.known_by is None and not row.path.startswith((*STRUCTURE, "tactics."))]
    assert not undated


def test_the_july_config_does_condition_on_july() -> None:
    rows = provenance_of(load_config(ROOT / "configs" / "july_2025.yaml"))
    assert {row.path for row in rows if row.known_by is not None and row.known_by > SEED_DATE} >= {
        "sectors.cars.pass_through_short_run",
        "partner.fund_equity_belief",
        "fund.reference_size",
        "events.letter.set.walk_away.threat_reciprocal_tariff",
        "agenda.reciprocal_tariff.high",
        "agenda.other_purchases.high",
        "events.fund.add_issues.investment_fund.high",
        "events.fund.add_issues.fund_profit_share.high",
    }
