"""Runs from directories to an answer: what is paired, what is refused, and what no two runs may differ in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import winset
from experiments.errors import RunError
from experiments.questions.compare.compared import MOST_RUNS
from experiments.statistics.intervals import mean_change_interval
from tests.command_line import refused
from tests.command_line import winset as command
from tests.small_answers import compared_runs
from tests.tree import CONFIGS, TINY

KOREA = CONFIGS / "korea_example.yaml"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small runs: a base, the same longer and from another seed, and two others that nothing can be compared with."""
    out = tmp_path_factory.mktemp("runs")
    for name, config, runs, seed, sets in (
        ("longer", TINY, 45, 3, ()),
        ("reseeded", TINY, 30, 4, ()),
        ("korea", KOREA, 2, 1, ()),
        ("levels", TINY, 30, 3, ("experiment.sampling=sobol",)),
    ):
        winset.run(config, runs, seed=seed, sets=sets, out=out / name, workers=1)
    return out


def test_a_pair_of_runs_is_compared_run_by_run() -> None:
    base, other = compared_runs()
    found = winset.compare([base, other])
    tables = [winset.load_runs(folder) for folder in (base, other)]
    deals = [(table["outcome"] == "agreement").to_numpy() for table in tables]
    row = found.outcomes.set_index("outcome").loc["agreement"]
    assert (row["base_count"], row["count"]) == tuple(deal.sum() for deal in deals)
    assert (row["low"], row["high"]) == pytest.approx(mean_change_interval(deals[1] * 1.0 - deals[0] * 1.0))
    both = deals[0] & deals[1]
    assert 0 < both.sum() < 30
    for issue in ("car_tariff", "chip_purchases"):
        value = found.values[(found.values["quantity"] == issue).to_numpy()].iloc[0]
        means = [float(table.loc[both, issue].mean()) for table in tables]
        assert (value["base_mean"], value["mean"], value["count"]) == pytest.approx((*means, both.sum()))
    (change,) = found.changes.to_dict("records")
    assert change["path"] == "us_treasury.consumer_weight"
    assert found.base == "base"
    assert found.others == ("other",)


def test_results_are_compared_as_their_directories_are() -> None:
    base, other = compared_runs()
    results = [winset.load_result(folder) for folder in (base, other)]
    assert winset.compare(results).json() == winset.compare([base, other]).json()
    with pytest.raises(RunError, match=r"a run that was kept in no directory cannot be compared: play it with out=\."):
        winset.compare([winset.run(TINY, 2, workers=1), other])


def test_runs_of_other_lengths_and_seeds_say_how_they_are_compared(folders: Path) -> None:
    base, _ = compared_runs()
    found = winset.compare([base, folders / "longer", folders / "reseeded"])
    assert found.runs["pairs"].tolist() == [30, 30, 0]
    longer = found.outcomes[(found.outcomes["run"] == "longer").to_numpy()]
    assert {*longer["base_runs"], *longer["runs"]} == {30}
    assert "longer has 45 runs, of which the first 30 are looked at here." in found.text()
    assert "Independent runs: seed 3 in base and 4 in reseeded." in " ".join(found.text().split())
    assert set(found.moves["run"]) == {"longer"}


def test_sobol_runs_have_no_intervals(folders: Path) -> None:
    sobol = folders / "levels"
    other = folders / "other_levels"
    shutil.copytree(sobol, other)
    found = winset.compare([sobol, other])
    assert found.outcomes["low"].isna().all()
    assert found.values["low"].isna().all()
    assert "No intervals: a Sobol sequence spreads its points evenly" in " ".join(found.text().split())


def test_the_same_run_in_two_directories_differs_in_nothing(tmp_path: Path) -> None:
    base, _ = compared_runs()
    copy = shutil.copytree(base, tmp_path / "copy")
    found = winset.compare([base, copy])
    assert found.changes.empty
    assert (found.outcomes["difference"] == 0.0).all()
    assert "copy beside base: both configs say the same." in found.text()
    assert "the same in every pair: car tariff, chip purchases" in " ".join(found.text().split())


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("base",), r"compare needs the directories of 2 to 6 finished runs, the base first \(got 1\)"),
        (("base", "base"), r"base is named twice; a run is compared with another one\."),
        (("base", "other/../base"), r"is named twice"),
        (("base", "none"), r"none has no manifest\.json"),
        (("base", "tiny"), r"tiny is a config, and compare reads finished runs; play it first: winset run tiny --runs"),
        (("base", "mine.yaml"), r"mine\.yaml is a config, and compare reads finished runs"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    names: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, _ = compared_runs()
    monkeypatch.chdir(base.parent)
    with pytest.raises(RunError, match=message):
        winset.compare([*names])


def test_too_many_runs_are_refused() -> None:
    base, _ = compared_runs()
    with pytest.raises(RunError, match=rf"\(got {MOST_RUNS + 1}\)"):
        winset.compare([base] * (MOST_RUNS + 1))


def test_another_partner_another_question_and_another_unit_are_refused(folders: Path, tmp_path: Path) -> None:
    base, _ = compared_runs()
    told = refused("compare", base, folders / "korea", "--out", tmp_path / "out")
    assert "is about talks with Japan" in told
    assert "with Korea: their gains and purchases are those of two countries" in told
    winset.grid(TINY, 2, out=tmp_path / "grid")
    assert "holds results of winset grid, and not of winset run" in refused("compare", base, tmp_path / "grid")
    issue = "{{unit: {}, low: 0, high: 1, levels: 5, us_value: 1, partner_value: -1, wants_high: us_treasury}}"
    for unit in ("Mt", "kt"):
        winset.run(TINY, 2, sets=[f"agenda.rice={issue.format(unit)}"], out=tmp_path / unit, workers=1)
    told = refused("compare", tmp_path / "Mt", tmp_path / "kt")
    assert "Rice is in Mt in" in told
    assert "and in kt in" in told
    assert not (tmp_path / "out").exists()


def test_the_command_prints_draws_keeps_and_replaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base, other = compared_runs()
    monkeypatch.chdir(tmp_path)
    done = command("compare", base, other)
    assert done.exit_code == 0, done.output
    kept = Path("out/base-other-compare")
    assert {path.name for path in (kept / "figures").iterdir()} == {"comparison.png", "compare_positions.png"}
    assert "60 negotiations read, " in done.stdout
    assert "holds a finished compare; replace it with --overwrite" in refused("compare", base, other)
    again = command("compare", other, base, "--out", kept, "--overwrite", "--json", "--no-figures")
    assert json.loads(again.stdout)["base"] == "other"
    assert not [*(kept / "figures").glob("*.png")]


def test_tables_that_are_about_other_runs_are_refused(tmp_path: Path) -> None:
    base, other = compared_runs()
    winset.compare([base, other], out=tmp_path / "out")
    found = winset.load_result(tmp_path / "out")
    assert isinstance(found.tables["runs"], pd.DataFrame)
    path = tmp_path / "out" / "tables" / "outcomes.csv"
    path.write_text(path.read_text().replace("other,", "another,"))
    assert "tables/outcomes.csv is damaged" in refused("report", tmp_path / "out").replace(" \n", " ")
