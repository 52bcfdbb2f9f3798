"""With every later rule switched off, results are what they were before there were any, column by column.

The digests in ``old_rules`` were kept then and are not renewed. What has no switch is the cost of assured supply, which
was charged to the government and to its suppliers as well: it is taken from the suppliers' payoffs here once more.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.engine.simulate import simulate
from experiments.store.columns import BINDS
from sim.parameters.parameter import SECTORS
from sim.parameters.table import TABLE
from tests.golden.values import RUNS, Digests, table_digests
from tests.support import PUBLISHED_SECTORS
from tests.tree import CONFIGS

KEPT: Final = Path(__file__).resolve().parent / "old_rules"

#: How each later rule that is on by default is switched off; the others are off unless a config switches them on.
OFF: Final = ("walk_away.deal_court_exposure=0", "economy.diversion_by_volume=0")

#: Changes that give Japan the sectors and MFN rates that it had in the parameter table.
SECTORS_THEN: Final = tuple(
    f"sectors.{sector}.{name}={value:g}"
    for name in ("import_value", "mfn_rate")
    for sector, value in zip(SECTORS, PUBLISHED_SECTORS[f"sector_{name}"], strict=True)
)

#: Configs of that time, by the names of their files.
THEN: Final = tuple(sorted(KEPT.glob("*.json")))

#: Numbers whose default of 0 keeps a rule off.
ZERO: Final = ("us_treasury.reference_loss", "partner.reference_loss", "us_treasury.forward_precedent")

#: Columns that tell of later rules alone.
LATER: Final = {"executions", "executed_on"}

LONG: Final = ("bench", "bench_five_issues", "korea_example", "no_subsidy", "supply_crunch")


def charged_twice(runs: pd.DataFrame, config: Config) -> pd.DataFrame:
    """Table of runs with the suppliers' part of cq q^2 taken from what they have under a deal."""
    runs = runs.copy()
    if "materials_support" not in runs.columns:
        return runs
    sales = {maker.name: float(maker.number("materials_sales").support()[0]) for maker in config.chip_makers}
    cost = config.section("partner").number("materials_cost")
    assert not cost.is_sampled
    for name, sold in sales.items():
        paid = sold / sum(sales.values()) * cost.support()[0] * runs["materials_support"].fillna(0.0) ** 2
        for column in (f"payoff.{name}", f"gain.{name}"):
            runs.loc[paid > 0.0, column] -= paid
    return runs


def as_then(name: str, *changes: str) -> Config:
    """A config with the sectors that it had; another country names imports of its own, and borrowed MFN rates alone."""
    own = load_config(CONFIGS / f"{name}.yaml").partner.name != "Japan"
    sectors = [change for change in SECTORS_THEN if not (own and ".import_value=" in change)]
    return load_config(CONFIGS / f"{name}.yaml", [*sectors, *changes])


def moved(before: Digests, now: Digests) -> set[str]:
    """Columns with other values, or that are there on one side only."""
    names = {name for name in {*before, *now} - LATER if not name.startswith(BINDS)}
    return {name for name in names if before.get(name) != now.get(name)}


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.long) if path.stem in LONG else path for path in THEN],
    ids=lambda path: path.stem,
)
def test_without_the_later_rules_results_are_what_they_were(path: Path) -> None:
    before = json.loads(path.read_text(encoding="utf-8"))
    config = as_then(path.stem, *OFF)
    seed = config.experiment.seed
    played = simulate(config, 0, RUNS, seed, RUNS, trajectories=True, solutions=True)
    assert played.trajectories is not None
    assert moved(before["runs"], table_digests(charged_twice(played.runs.to_pandas(), config))) == set()
    assert moved(before["trajectories"], table_digests(played.trajectories.to_pandas())) == set()


def test_each_switch_moves_july() -> None:
    """So that a test that found all switched off could not have found the same with one of them on."""
    before = json.loads((KEPT / "july_2025.json").read_text(encoding="utf-8"))["runs"]
    for left_on in range(len(OFF)):
        config = as_then("july_2025", *OFF[:left_on], *OFF[left_on + 1 :])
        runs = simulate(config, 0, RUNS, config.experiment.seed, RUNS, trajectories=False, solutions=False).runs
        assert {"payoff.us_treasury", "payoff.partner"} <= moved(before, table_digests(runs.to_pandas()))


def test_what_is_off_by_default_is_off_in_the_shipped_configs() -> None:
    rows = {row.path: row for row in TABLE}
    assert [rows[path].default for path in ZERO] == [0.0] * len(ZERO)
    for path in THEN:
        config = load_config(CONFIGS / f"{path.stem}.yaml")
        assert config.calendar.after_execution == "end"
        for parameter in ZERO:
            section, _, name = parameter.partition(".")
            assert config.section(section).number(name).support() == (0.0, 0.0)
