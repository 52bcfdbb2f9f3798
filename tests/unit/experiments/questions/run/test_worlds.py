"""A run of a table of worlds: how many negotiations, the same whoever computes them, kept, gone on with and told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import winset
from experiments.config.weights import FittedTo, WeightTable
from experiments.errors import ConfigError, RunError
from experiments.questions.run.notes import notes
from experiments.questions.run.worlds import KEPT_AS
from experiments.store.manifest import MANIFEST, read_manifest
from experiments.store.plan import GivenSettings, RunSettings
from tests.command_line import refused
from tests.command_line import winset as command
from tests.pages import as_written
from tests.tree import TINY

FIXED, DRAWN, KNOB = "us_treasury.consumer_weight", "us_treasury.precedent_probability", "tactics.partner.beta"


@pytest.fixture
def frame() -> pd.DataFrame:
    """Six worlds, of which talks end with and without a deal."""
    return pd.DataFrame({FIXED: [0.1, 0.3, 0.5, 0.7, 0.9, 1.0], KNOB: [0.5, 1.0, 2.0, 0.5, 1.0, 2.0]})


@pytest.fixture
def points(frame: pd.DataFrame, tmp_path: Path) -> Path:
    """The same as a file."""
    path = tmp_path / "points.csv"
    frame.to_csv(path, index=False)
    return path


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def test_every_row_is_a_negotiation(frame: pd.DataFrame, points: Path) -> None:
    found = winset.run(TINY, design=points)
    assert found.negotiations == 6
    for path in frame:
        assert found.runs[f"param.{path}"].tolist() == frame[path].tolist()
    in_memory = winset.run(TINY, design=frame)
    assert in_memory.digest == found.digest


def test_a_multiple_repeats_the_table_with_other_draws(frame: pd.DataFrame) -> None:
    found = winset.run(TINY, 18, design=frame).runs
    assert found[f"param.{FIXED}"].tolist() == [*frame[FIXED]] * 3
    assert found[f"param.{DRAWN}"].nunique() == 18
    plain = winset.run(TINY, 18).runs
    assert found[f"param.{DRAWN}"].tolist() == plain[f"param.{DRAWN}"].tolist()


@pytest.mark.parametrize(
    ("runs", "near"), [(5, "such as 6; without"), (7, "such as 6 or 12; without"), (17, "such as 12 or 18; without")]
)
def test_what_is_no_multiple_is_refused(frame: pd.DataFrame, runs: int, near: str) -> None:
    with pytest.raises(RunError) as raised:
        winset.run(TINY, runs, design=frame)
    assert str(raised.value).startswith(f"--runs {runs}: --design has 6 rows, each played as often as any other, so")
    assert near in str(raised.value)


@pytest.mark.parametrize("how", [{"workers": 2, "chunk_size": 4}, {"engine": "mesa", "chunk_size": 5}])
def test_workers_chunks_and_engine_do_not_show(frame: pd.DataFrame, tmp_path: Path, how: dict[str, Any]) -> None:
    alone = winset.run(TINY, 12, design=frame, workers=1)
    assert winset.run(TINY, 12, design=frame, out=tmp_path / "other", **how).digest == alone.digest


@pytest.mark.long
def test_a_cluster_does_not_show(frame: pd.DataFrame, tmp_path: Path) -> None:
    alone = winset.run(TINY, 12, design=frame)
    there = winset.run(TINY, 12, design=frame, cluster="local", workers=2, chunk_size=3, out=tmp_path / "cluster")
    assert there.digest == alone.digest


def test_it_goes_on_with_the_table_that_it_has_kept(frame: pd.DataFrame, points: Path, tmp_path: Path) -> None:
    """Also when the file is gone; and repeated more often, which is what a run of so many has."""
    whole, grown = tmp_path / "whole", tmp_path / "grown"
    winset.run(TINY, 18, design=points, chunk_size=4, out=whole)
    winset.run(TINY, 6, design=points, chunk_size=4, out=grown)
    points.unlink()
    found = winset.run(TINY, 18, out=grown, resume=True)
    assert found.negotiations == 18
    assert _files(grown) == _files(whole)
    settings = read_manifest(grown).settings["design"]
    assert (settings["rows"], settings["columns"]) == (6, [FIXED, KNOB])
    assert pd.read_parquet(grown / KEPT_AS).equals(frame)


def test_a_changed_table_is_refused(frame: pd.DataFrame, tmp_path: Path) -> None:
    out = tmp_path / "out"
    winset.run(TINY, design=frame, out=out)
    before = _files(out)
    for changed in (frame.assign(**{KNOB: 1.5}), frame.iloc[:5], frame[[FIXED]]):
        with pytest.raises(RunError, match=r"was begun with another table of worlds \(6 rows, digest [0-9a-f]+; now"):
            winset.run(TINY, design=changed, out=out, resume=True)
    assert _files(out) == before
    assert winset.run(TINY, design=frame[[KNOB, FIXED]], out=out, resume=True).negotiations == 6


def test_a_run_without_a_table_goes_on_without(frame: pd.DataFrame, tmp_path: Path) -> None:
    winset.run(TINY, 6, out=tmp_path)
    with pytest.raises(RunError, match="was begun without --design; leave it out, or choose another --out"):
        winset.run(TINY, design=frame, out=tmp_path, resume=True)


def test_a_kept_table_that_is_damaged_is_told(frame: pd.DataFrame, tmp_path: Path) -> None:
    winset.run(TINY, design=frame, out=tmp_path)
    (tmp_path / KEPT_AS).write_bytes(b"PAR1 and then nothing")
    with pytest.raises(RunError, match=rf"{KEPT_AS}, the table of worlds of this run, is missing or damaged"):
        winset.run(TINY, out=tmp_path, resume=True)
    assert winset.run(TINY, design=frame, out=tmp_path, resume=True).negotiations == 6


def test_its_pictures_of_one_negotiation_are_of_the_row_that_was_played(frame: pd.DataFrame) -> None:
    found = winset.run(TINY, design=frame)
    for run in (0, 5):
        played = found.which(run)
        from experiments.story.one_run import play_again

        again = play_again(found.config, played)
        assert again.outcome == found.runs["outcome"][run]
        if again.deal is not None:
            payoffs = tuple(found.runs[f"payoff.{side}"][run] for side in ("us_treasury", "partner"))
            assert again.deal == payoffs
    assert {again.outcome for again in (play_again(found.config, found.which(run)) for run in range(6))} == {
        *found.runs["outcome"]
    }


def test_it_is_reported_and_compared(frame: pd.DataFrame, tmp_path: Path) -> None:
    found = winset.run(TINY, 12, design=frame, out=tmp_path / "one")
    winset.run(TINY, 12, out=tmp_path / "two")
    page = Path(winset.report(tmp_path / "one")).read_text(encoding="utf-8")
    (note,) = found.notes()
    # What a path means stands before it on the page.
    for part in re.split(r", with | from the table", note):
        assert part.split("us_treasury")[0] in as_written(page)
    assert "winset run tiny.yaml --runs 12 --seed 1 --design design.csv" in page
    assert "design.csv" in page
    both = winset.compare([tmp_path / "one", tmp_path / "two"])
    assert "alone plays a table of worlds" in str(both.runs["draws"].iloc[1])


def _words(rows: int, runs: int, *columns: str) -> str:
    settings = RunSettings(
        runs=runs, chunk_size=250, engine="compiled", trajectories="sample", solutions=False,
        design=GivenSettings(digest="d1", rows=rows, columns=columns),
    )  # fmt: skip
    return next(notes(winset.load_config(TINY), settings, None))


def test_where_the_worlds_come_from_is_said() -> None:
    assert _words(6, 18, FIXED, KNOB) == (
        "The worlds are those of a table of the user's own: each of the 6 rows is played 3 times, with "
        f"these numbers from the table: {FIXED} and {KNOB}. All else is as the config says. Shares, medians and "
        "intervals are over these rows: they say how likely an end is only if the rows are a sample of what is "
        "likely. Table of worlds d1."
    )
    assert "the only row is played once, with this number from the table: a. All" in _words(1, 1, "a")
    assert (
        "each of the 2 rows is played twice, with these numbers from the table: a, b, c, d and 2 more. All"
        in _words(2, 4, *"abcdef")
    )


def test_the_command_reads_it_and_its_json_says_so(points: Path, tmp_path: Path) -> None:
    done = command("run", str(TINY), "--design", str(points), "--out", str(tmp_path / "out"), "--no-figures", "--json")
    assert done.exit_code == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["negotiations"] == 6
    assert data["design"] == read_manifest(tmp_path / "out").settings["design"]
    assert data["digest"] == winset.run(TINY, design=points).digest


@pytest.mark.parametrize(
    ("cells", "words", "message"),
    [
        ("many", (), "points.csv:3:1: us_treasury.consumer_weight: must be a finite number (got many)"),
        ("0.5", ("--until", "agreement=0.1"),
         "--until agreement=0.1: the number of negotiations follows from the rows of --design, each played as often as "
         "any other; leave --until out, and repeat the table with --runs, a multiple of its rows."),
        ("0.5", ("--set", f"{FIXED}=0.4"), f"--set {FIXED}=0.4: --design has a column {FIXED} and would undo it"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_before_anything_is_written(
    cells: str, words: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "points.csv"
    path.write_text(f"{FIXED}\n0.4\n{cells}\n")
    assert message in refused("run", str(TINY), "--design", str(path), *words, "--out", str(tmp_path / "out"))
    assert [one.name for one in tmp_path.iterdir()] == ["points.csv"]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A table of weights of one number that tiny draws."""
    from datetime import date

    fitted = FittedTo("tiny", ("Japan",), date(2025, 6, 28), date(2025, 7, 3), ("a row",), "weights", 0.5, 1)
    table = WeightTable((DRAWN,), np.arange(4), np.full(4, 0.25), np.array([[0.0], [0.05], [0.1], [0.2]]), fitted)
    path = tmp_path / "weights.csv"
    path.write_bytes(table.as_bytes())
    return path


def test_weights_draw_what_the_table_does_not_name(frame: pd.DataFrame, weights: Path) -> None:
    both = winset.run(TINY, 12, design=frame, weights=weights)
    alone = winset.run(TINY, 12, weights=weights)
    assert both.runs[f"param.{DRAWN}"].tolist() == alone.runs[f"param.{DRAWN}"].tolist()
    assert both.runs[f"param.{FIXED}"].tolist() == [*frame[FIXED]] * 2
    assert len(both.notes()) > 1


def test_a_number_is_not_given_twice(weights: Path) -> None:
    with pytest.raises(
        ConfigError, match=rf"^design: {DRAWN}: is drawn from a table of weights, together with others;"
    ):
        winset.run(TINY, design=pd.DataFrame({DRAWN: [0.1]}), weights=weights)


def test_an_aim_is_refused_with_weights(weights: Path) -> None:
    with pytest.raises(RunError) as raised:
        winset.run(TINY, until="agreement=0.1", weights=weights)
    assert str(raised.value) == (
        "--until agreement=0.1: the numbers that are drawn from a table of weights (posterior) are as sure as its "
        "effective draws, whatever is played: half an interval over negotiations would leave that out; name --runs."
    )


def test_a_manifest_whose_table_is_another_is_believed_by_nobody(frame: pd.DataFrame, tmp_path: Path) -> None:
    """Though its seal is right."""
    from experiments.store.seal import sealed

    winset.run(TINY, design=frame, out=tmp_path)
    plain = json.loads((tmp_path / MANIFEST).read_text())
    plain["settings"]["design"]["digest"] = "0" * 32
    (tmp_path / MANIFEST).write_text(sealed(plain))
    with pytest.raises(RunError, match=r"the digest in its manifest is not that of design\.parquet"):
        winset.load_result(tmp_path).figures()
