"""Two grids are compared as computed, and kept in a directory that goes on after an interruption and is read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.config.agenda import halved
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.lab.paired import runs_of
from experiments.questions.grid import grid
from experiments.questions.grid.grid import grid as play
from experiments.questions.grid.result import DIFFERENCES, LEVELS, OUTCOMES, read
from experiments.store.reading import read_finished
from tests.command_line import refused, winset
from tests.comparisons_by_hand import Heard, check_same_tables, interrupted_at, sums_of
from tests.tree import TINY


@pytest.mark.parametrize(("runs", "seed", "option"), [(0, 1, "--runs"), (5, -1, "--seed")])
def test_numbers_outside_their_limits_are_refused(runs: int, seed: int, option: str, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=option):
        play(load_config(TINY), runs, seed, out=tmp_path / "out")
    with pytest.raises(RunError, match="at most 61 fit"):
        play(load_config(TINY, ["experiment.levels=32"]), 2, 1, out=tmp_path / "out")
    assert [*tmp_path.iterdir()] == []


def test_the_figures_are_those_of_the_two_tables() -> None:
    config = load_config(TINY)
    result = play(config, 30, 3)
    own, finer = runs_of(config, 30, 3), runs_of(halved(config), 30, 3)
    assert result.changed == int((own["outcome"] != finer["outcome"]).sum())
    for grid_of, table in (("own", own), ("halved", finer)):
        counts = result.outcomes.set_index("outcome")[grid_of]
        assert counts[counts > 0].to_dict() == table["outcome"].value_counts().to_dict()
    both = (own["outcome"] == "agreement") & (finer["outcome"] == "agreement")
    assert result.agreed == both.sum() > 0
    assert [*result.differences["quantity"]] == ["car_tariff", "chip_purchases", "gain.us_treasury", "gain.partner"]
    assert [*result.differences["unit"]] == ["rate", "US$ bn", "US$ bn a year", "US$ bn a year"]
    for row in result.differences.to_dict("records"):
        name = str(row["quantity"])
        moves = (finer[name] - own[name])[both].abs()
        assert row["mean"] == pytest.approx(moves.mean(), rel=1e-12)
        assert row["percentile_95"] == pytest.approx(np.quantile(moves, 0.95), rel=1e-12)
        assert row["own"] == pytest.approx(own[name][both].mean(), rel=1e-12)
        assert row["halved"] == pytest.approx(finer[name][both].mean(), rel=1e-12)
    assert (result.gains["mean"] > 0).any()
    assert (result.folder, result.manifest.seed, result.runs) == (None, 3, 30)


def test_chunks_do_not_change_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, heard = play(load_config(TINY), 20, 1), Heard()
    monkeypatch.setattr(grid, "_CHUNK", 7)
    parts = play(load_config(TINY), 20, 1, progress=heard)
    assert [outcomes.total() for outcomes in heard.counts] == [7, 7, 7, 7, 6, 6]
    assert heard.total == 40
    check_same_tables(parts, whole)
    assert parts.plain() == whole.plain()


def test_both_engines_give_the_same_figures() -> None:
    check_same_tables(play(load_config(TINY), 6, 1), play(load_config(TINY), 6, 1, engine="mesa"))


def test_what_both_grids_took_is_said_once_all_runs_were_played_and_kept_nowhere(tmp_path: Path) -> None:
    heard, again = Heard(), Heard()
    play(load_config(TINY), 8, 1, out=tmp_path / "out", progress=heard)
    (said,) = heard.messages
    assert said.startswith("Time on one processor: ")
    assert " s on the own grid, " in said
    assert " s on the halved one (x " in said
    play(load_config(TINY), 8, 1, out=tmp_path / "out", resume=True, progress=again)
    assert again.messages == []
    assert again.there.total() == 16


def test_a_directory_is_read_back_as_it_was_played(tmp_path: Path) -> None:
    played = play(load_config(TINY), 8, 1, out=tmp_path / "out")
    found = read_finished(tmp_path / "out", "grid")
    back = read(found)
    check_same_tables(played, back)
    assert played.plain() == back.plain()
    assert back.folder == played.folder == str(tmp_path / "out")
    rows = found.rows().to_pandas()
    assert rows.groupby("grid.halved")["run"].apply(list).to_dict() == {False: [*range(8)], True: [*range(8)]}


def test_an_interrupted_comparison_ends_in_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "_CHUNK", 3)
    whole = play(load_config(TINY), 8, 1, out=tmp_path / "whole")
    # Two calls compile; the chunks follow.
    go_on = interrupted_at(6, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        play(load_config(TINY), 8, 1, out=tmp_path / "cut")
    go_on()
    heard = Heard()
    resumed = play(load_config(TINY), 8, 1, out=tmp_path / "cut", resume=True, progress=heard)
    assert 0 < heard.there.total() < 16
    assert heard.messages == []
    check_same_tables(whole, resumed)
    assert sums_of(tmp_path / "whole") == sums_of(tmp_path / "cut")


@pytest.mark.parametrize("file", [LEVELS, OUTCOMES, DIFFERENCES])
def test_a_damaged_table_is_refused_by_its_name(file: str, tmp_path: Path) -> None:
    play(load_config(TINY), 4, 1, out=tmp_path / "out")
    path = tmp_path / "out" / file
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n", 1))
    for verb in ("report", "hash"):
        assert f"{path} is damaged" in refused(verb, tmp_path / "out")


def test_the_command_keeps_a_directory_that_is_reported_and_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ("grid", TINY, "--runs", "4", "--out", out)
    result = winset(*command)
    assert result.exit_code == 0, result.output
    assert f"Kept in {out}; as a page to read: winset report {out}" in result.stdout
    assert "holds a finished grid; replace it with --overwrite" in refused(*command)
    assert winset("report", out).exit_code == 0
    assert "How much the grid decides" in (out / "report.html").read_text(encoding="utf-8")
    first = winset("hash", out)
    assert first.stderr == "grid:\n"
    before = sums_of(out)
    assert winset(*command, "--overwrite").exit_code == 0
    assert sums_of(out) == {name: one for name, one in before.items() if name != "report.html"}
    assert winset(*command, "--overwrite", "--seed", "9").exit_code == 0
    assert winset("hash", out).stdout != first.stdout
    for change in (("--runs", "5"), ("--seed", "8"), ("--engine", "mesa"), ("--levels", "4")):
        assert "was begun with something else" in refused(*command, "--seed", "9", "--resume", *change)
