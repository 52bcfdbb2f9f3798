"""A tournament plays as single runs do, gives the same bytes however it was computed, and refuses what it cannot do."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from experiments.api import tournament
from experiments.cli import app
from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.errors import RunError
from experiments.questions.tournament import tournament as playing
from experiments.questions.tournament.failures import Limits
from experiments.questions.tournament.play import play_pairs
from experiments.questions.tournament.terms import Terms
from experiments.questions.tournament.tournament import tournament as play
from sim.issues import SIDES
from tests.small_answers import files_of
from tests.tournament_support import CARS, PLAYERS

TABLES = ("worlds.parquet", "cells.parquet", "players.parquet", "equilibria.json")


def _played(folder: Path, worlds: int = 30, workers: int = 1, *, resume: bool = False) -> dict[str, bytes]:
    """Play three tactics into a folder, and return the content of every file in it."""
    play(
        load_config(CARS), [PLAYERS], worlds=worlds, seed=5, draws=100, starts=20, workers=workers, out=folder,
        resume=resume,
    )  # fmt: skip
    return files_of(folder)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a finished tournament."""
    folder = tmp_path_factory.mktemp("played") / "tournament"
    assert set(_played(folder)) == {"manifest.json", *TABLES}
    return folder


def test_a_pair_plays_as_a_run_with_its_tactics(finished: Path) -> None:
    worlds = pd.read_parquet(finished / "worlds.parquet")
    sets = [
        "tactics.us_treasury={name: tit_for_tat}",
        "tactics.partner={name: conceder, beta: 2}",
    ]
    runs = simulate(load_config(CARS, sets), 0, 30, 5, 30, trajectories=False, solutions=True).runs.to_pandas()
    pair = worlds[(worlds["us"] == "tit_for_tat") & (worlds["partner"] == "conceder{beta: 2}")].reset_index(drop=True)
    assert pair["outcome"].tolist() == runs["outcome"].tolist()
    assert pair["round"].tolist() == runs["round"].tolist()
    for name in (*(f"{kind}.{side}" for kind in ("payoff", "gain") for side in SIDES), "nash_distance", "pareto_gap"):
        np.testing.assert_array_equal(pair[name].to_numpy(dtype=float), runs[name].to_numpy(dtype=float))
    domestic = [name for name in runs if name.startswith("gain.") and name.removeprefix("gain.") not in SIDES]
    # The same terms, added in another order.
    np.testing.assert_allclose(pair["gain.domestic"], runs[domestic].sum(axis=1), rtol=1e-9, atol=1e-12)


def _wilson(count: int, total: int) -> tuple[float, float]:
    """Ends of the 95 % interval of Wilson (1927), written out."""
    z, share = 1.959963984540054, count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return middle - half, middle + half


def test_cells_and_players_are_means_of_the_worlds(finished: Path) -> None:
    worlds = pd.read_parquet(finished / "worlds.parquet")
    cells = pd.read_parquet(finished / "cells.parquet")
    players = pd.read_parquet(finished / "players.parquet")
    assert (len(worlds), len(cells), len(players)) == (9 * 30, 9, 6)
    for _, cell in cells.iterrows():
        own = worlds[(worlds["us"] == cell["us"]) & (worlds["partner"] == cell["partner"])]
        deals = own[own["outcome"] == "agreement"]
        assert cell["deals"] == len(deals)
        assert cell["deal_share"] == len(deals) / 30
        assert (cell["deal_low"], cell["deal_high"]) == pytest.approx(_wilson(len(deals), 30), abs=1e-12)
        assert cell["gain.us_treasury"] == pytest.approx(own["gain.us_treasury"].mean())
        assert cell["payoff_cvar.partner"] == pytest.approx(own["payoff.partner"].nsmallest(3).mean())
        assert cell["welfare"] == pytest.approx((own["gain.us_treasury"] + own["gain.partner"]).mean())
        assert cell["days"] == pytest.approx(deals["day"].mean(), nan_ok=True)
        rivals = worlds[worlds["partner"] == cell["partner"]].pivot_table("payoff.us_treasury", "world", "us")
        mine = rivals[cell["us"]]
        assert cell["regret.us_treasury"] == pytest.approx((rivals.max(axis=1) - mine).mean(), abs=1e-12)
        assert cell["deviation.us_treasury"] == pytest.approx(rivals.mean().max() - mine.mean(), abs=1e-12)
    for _, row in players.iterrows():
        own = worlds[worlds["us" if row["seat"] == "us_treasury" else "partner"] == row["player"]]
        assert row["utility"] == pytest.approx(own[f"payoff.{row['seat']}"].mean())
        means = worlds.groupby("us" if row["seat"] == "us_treasury" else "partner")[f"payoff.{row['seat']}"].mean()
        assert row["rank"] == 1 + (means > means[row["player"]] + 1e-9).sum()
    assert players.groupby("seat")["best_share"].sum().tolist() == pytest.approx([1.0, 1.0])


def test_equilibria_of_the_file_hold_in_the_cells(finished: Path) -> None:
    cells = pd.read_parquet(finished / "cells.parquet")
    content = json.loads((finished / "equilibria.json").read_text())
    assert content["equilibria"]
    for one in content["equilibria"]:
        assert max(one["regret"].values()) <= max(content["tolerance"].values())
        if one["pure"]:
            us, partner = (next(iter(one[side])) for side in SIDES)
            cell = cells[(cells["us"] == us) & (cells["partner"] == partner)].iloc[0]
            assert max(cell[f"deviation.{side}"] for side in SIDES) <= 1e-6
            assert cell["equilibrium_share"] == pytest.approx(one["survival"])
    assert sum(basin["share"] for basin in content["replicator"]["basins"]) == pytest.approx(1.0)


def test_threads_change_no_byte(finished: Path, tmp_path: Path) -> None:
    assert _played(tmp_path / "two", workers=2) == files_of(finished)


def test_an_interruption_changes_no_byte(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(terms: Terms, pairs: list[tuple[int, int]], workers: int, limits: Limits) -> object:
        for count, done in enumerate(play_pairs(terms, pairs, workers, limits)):
            if count == 4:
                raise KeyboardInterrupt
            yield done

    folder = tmp_path / "again"
    with monkeypatch.context() as patched:
        patched.setattr(playing, "play_pairs", interrupted)
        with pytest.raises(KeyboardInterrupt):
            _played(folder)
    there = sorted((folder / "pairs").iterdir())
    assert len(there) == 4
    # One of them has been damaged since.
    there[0].write_bytes(b"torn")
    played: list[tuple[int, int]] = []

    def watched(terms: Terms, pairs: list[tuple[int, int]], workers: int, limits: Limits) -> object:
        played.extend(pairs)
        return play_pairs(terms, pairs, workers, limits)

    monkeypatch.setattr(playing, "play_pairs", watched)
    assert _played(folder, resume=True) == files_of(finished)
    assert len(played) == 6
    assert not (folder / "pairs").exists()
    played.clear()
    assert _played(folder, resume=True) == files_of(finished)
    assert played == []


def test_a_tournament_that_has_changed_does_not_go_on(finished: Path) -> None:
    with pytest.raises(RunError, match=r"worlds: 30 -> 31"):
        _played(finished, 31, resume=True)
    with pytest.raises(RunError, match="holds a finished tournament; replace it with --overwrite"):
        _played(finished)


def test_the_zero_of_gains_may_be_the_utility() -> None:
    result = tournament(CARS, ["linear", "boulware"], worlds=40, draws=100, starts=5, utility="gain")
    np.testing.assert_allclose(result.players["utility"], result.players["gain"])
    assert set(result.figures()) == {
        "tournament_gains", "tournament_ranks", "tournament_times", "tournament_basins",
    }  # fmt: skip
    assert "As Japan, all do equally well." in " ".join(result.text().split())
    assert result.folder is None


def test_without_any_deal_it_says_so() -> None:
    result = tournament(CARS, ["hardliner", "tit_for_tat{opening: 0}"], worlds=10, draws=100, starts=5)
    assert result.cells["deals"].sum() == 0
    for column in ("gain.us_treasury", "gain.partner", "gain_error.us_treasury", "welfare_with_firms"):
        assert (result.cells[column] == 0.0).all(), column
    assert (result.players["gain"] == 0.0).all()
    assert result.cells["days"].isna().all()
    assert "tournament_times" not in result.figures()
    assert "No pair reaches a deal in any world" in result.text()
    assert "does best" not in result.text()
    titles = {name: " ".join(figure.get_suptitle().split()) for name, figure in result.figures().items()}
    assert titles["tournament_ranks"].startswith("No pair reaches a deal: ranks say only")
    assert titles["tournament_gains"].startswith("No pair reaches a deal, and nobody gains over walking away")


def _command(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["tournament", str(CARS), *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_writes_tables_and_figures_and_prints_json(tmp_path: Path) -> None:
    out = tmp_path / "out"
    quick = ["--players", PLAYERS, "--worlds", "20", "--draws", "100", "--starts", "5", "--out", str(out)]
    code, stdout, stderr = _command(*quick, "--json")
    assert code == 0, stderr
    content = json.loads(stdout)
    worlds = pd.read_parquet(out / "worlds.parquet")
    for seat, column in zip(SIDES, ("us", "partner"), strict=True):
        means = worlds.groupby(column)[f"payoff.{seat}"].mean()
        assert content["best"][seat]["players"] == [name for name in means.index if means[name] > means.max() - 1e-9]
    assert len(content["players"]) == 6
    assert sorted(path.name for path in (out / "figures").iterdir()) == sorted(
        Path(name).name for name in content["figures"]
    )
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["status"], manifest["settings"]["worlds"]) == ("complete", 20)
    assert {entry["file"] for entry in manifest["files"]} == set(TABLES)
    assert pq.read_metadata(out / "worlds.parquet").num_rows == 180
    code, stdout, _ = _command(*quick, "--overwrite", "--no-figures")
    assert code == 0
    assert "As Japan, “" in " ".join(stdout.split())
    assert "Picture" not in stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--players", "boulware"], "from 2 to 100 players; got 1"),
        (["--players", "boulware,nobody"], "there is no tactic 'nobody'"),
        (["--worlds", "1"], "--worlds is 1"),
        (["--worlds", "20001"], "--worlds is 20,001"),
        (["--seed", "-1"], "--seed is -1"),
        (["--alpha", "0"], "--alpha is 0"),
        (["--level", "1"], "--level is 1"),
        (["--draws", "10"], "--draws is 10"),
        (["--starts", "0"], "--starts is 0"),
        (["--utility", "fame"], "--utility is fame; it must be payoff or gain"),
        (["--workers", "0"], "--workers is 0"),
        (["--set", "tactics.nobody=1"], "tactics.nobody"),
        (["--tactics", "nowhere.py"], "nowhere.py"),
    ],
)
def test_bad_input_ends_with_2_and_leaves_nothing(arguments: list[str], message: str, tmp_path: Path) -> None:
    code, _, stderr = _command(*arguments, "--out", str(tmp_path / "out"))
    assert code == 2
    assert message in stderr
    assert not (tmp_path / "out").exists()


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    code, _, stderr = _command("--players", PLAYERS, "--out", str(tmp_path), "--overwrite")
    assert (code, [path.name for path in tmp_path.iterdir()]) == (2, ["mine.txt"])
    assert "holds no results of winset" in stderr
    (tmp_path / "manifest.json").write_text('{"format": "winset directory", "schema_version": 4, "command": "run"}')
    code, _, stderr = _command("--players", PLAYERS, "--out", str(tmp_path), "--resume")
    assert code == 2
    assert "holds results of winset run, which winset tournament does not touch" in " ".join(stderr.split())


def test_without_nashpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "nashpy", None)
    code, _, stderr = _command("--players", PLAYERS, "--out", str(tmp_path / "out"))
    assert code == 2
    assert "winset tournament needs nashpy" in stderr
    assert "pip install 'winset[tournament]'" in stderr
    assert not (tmp_path / "out").exists()


def test_too_many_negotiations_are_refused() -> None:
    names = [f"boulware{{beta: {1 + number / 100}}}" for number in range(60)]
    with pytest.raises(RunError, match="at most 5,555 worlds or fewer players"):
        tournament(CARS, names, worlds=10_000)


def test_pictures_that_cannot_be_written_leave_a_tournament_to_go_on_with(tmp_path: Path) -> None:
    """A file stands where their folder should be made; by then all tables are there."""
    out = tmp_path / "out"
    terms = ["--worlds", "4", "--draws", "100", "--starts", "2"]
    arguments = ["--players", PLAYERS, *terms, "--out", str(out), "--resume"]
    assert _command(*arguments, "--no-figures")[0] == 0
    (out / "figures").write_text("mine")
    code, _, stderr = _command(*arguments)
    assert code == 2
    assert "What was finished is kept; mend this and go on with --resume." in " ".join(stderr.split())
    (out / "figures").unlink()
    assert _command(*arguments)[0] == 0
    assert (out / "figures" / "tournament_gains.png").exists()


def test_from_python_another_folder_can_be_named_for_the_pictures(tmp_path: Path) -> None:
    result = tournament(CARS, ["linear", "conceder"], worlds=4, draws=100, starts=2)
    (tmp_path / "figures").write_text("mine")
    with pytest.raises(RunError, match=r"figures is a file and no folder\. Mend this, or name another folder\.$"):
        result.save_figures(tmp_path)
    assert len(result.save_figures(tmp_path / "other")) == len(result.figures())
