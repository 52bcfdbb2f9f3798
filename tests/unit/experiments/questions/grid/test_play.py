"""Two grids are compared as computed, in chunks of any size and by either engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.config.agenda import halved
from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.questions.grid import grid
from experiments.questions.grid.grid import grid as play
from experiments.store.reading import read_finished
from tests.paired import runs_of
from tests.recorded_progress import RecordedProgress
from tests.small_answers import SmallAnswers, check_same_tables
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
    whole, heard = play(load_config(TINY), 20, 1), RecordedProgress()
    monkeypatch.setattr(grid, "_CHUNK", 7)
    parts = play(load_config(TINY), 20, 1, progress=heard)
    assert heard.chunks == [7, 7, 7, 7, 6, 6]
    assert heard.total == 40
    check_same_tables(parts, whole)
    assert parts.plain() == whole.plain()


def test_both_engines_give_the_same_figures() -> None:
    check_same_tables(play(load_config(TINY), 6, 1), play(load_config(TINY), 6, 1, engine="mesa"))


def test_what_both_grids_took_is_said_once_all_runs_were_played_and_kept_nowhere(tmp_path: Path) -> None:
    heard, again = RecordedProgress(), RecordedProgress()
    play(load_config(TINY), 8, 1, out=tmp_path / "out", progress=heard)
    (said,) = heard.messages
    assert said.startswith("Time on one processor: ")
    assert " s on the own grid, " in said
    assert " s on the halved one (x " in said
    play(load_config(TINY), 8, 1, out=tmp_path / "out", resume=True, progress=again)
    assert again.messages == []
    assert again.there.total() == 16


def test_rows_of_both_grids_are_kept(answers: SmallAnswers) -> None:
    rows = read_finished(answers["grid"].folder, "grid").rows().to_pandas()
    assert rows.groupby("grid.halved")["run"].apply(list).to_dict() == {False: [*range(8)], True: [*range(8)]}
