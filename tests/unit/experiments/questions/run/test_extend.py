"""More negotiations for a run that is there: what a run of all of them would have computed, or a reason why not."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import winset
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.errors import RunError
from experiments.questions.run.execute import execute
from experiments.questions.run.run import request_for
from experiments.questions.run.run import run as play
from experiments.store.digest import digest_of_run
from experiments.store.directory import Directory
from experiments.store.manifest import Manifest, read_manifest
from experiments.store.reading import load_runs
from tests.fake_engine import FakeConfig, FakeExperiment, fake_engine, fake_plan
from tests.recorded_progress import RecordedProgress
from tests.sizes import sized
from tests.tree import CONFIGS, TINY


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fake engine play in place of the model."""
    monkeypatch.setattr("experiments.questions.run.run.find_engine", lambda _name: fake_engine())


def _run(folder: Path, runs: int | None, config: FakeConfig | None = None, **how: Any) -> Manifest:
    given: dict[str, Any] = {"engine": "mesa", "workers": 1, "progress": RecordedProgress()} | how
    return play(cast("Config", config or FakeConfig()), runs, out=folder, **given).manifest


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


@pytest.mark.usefixtures("fake")
@settings(max_examples=sized(20, 150), deadline=None)
@given(
    sizes=st.lists(st.integers(1, 290), min_size=2, max_size=4, unique=True).map(sorted),
    chunk=st.integers(1, 120),
    cut=st.integers(0, 289),
    trajectories=st.booleans(),
)
def test_an_extended_run_is_the_run_of_all(sizes: list[int], chunk: int, cut: int, trajectories: bool) -> None:
    """File by file, whatever the chunks, where it was interrupted, and in how many steps it grew."""
    how: dict[str, Any] = {"chunk_size": max(chunk, sizes[-1] // 40), "trajectories": trajectories}
    with tempfile.TemporaryDirectory() as place:
        whole, grown = Path(place) / "whole", Path(place) / "grown"
        _run(whole, sizes[-1], **how)
        for runs in sizes:
            try:
                _run(grown, runs, FakeConfig(interrupt_at=cut), resume=True, **how)
            except KeyboardInterrupt:
                assert read_manifest(grown).settings["runs"] == runs
                _run(grown, None, resume=True)
        assert digest_of_run(grown) == digest_of_run(whole)
        assert _files(grown) == _files(whole)


@pytest.mark.usefixtures("fake")
def test_workers_do_not_show(tmp_path: Path) -> None:
    _run(tmp_path / "whole", 300, chunk_size=40)
    _run(tmp_path / "grown", 130, chunk_size=40, workers=2)
    _run(tmp_path / "grown", 300, resume=True, workers=2)
    assert _files(tmp_path / "grown") == _files(tmp_path / "whole")


@pytest.mark.usefixtures("fake")
def test_chunks_of_another_size_change_no_row(tmp_path: Path) -> None:
    _run(tmp_path / "whole", 300)
    _run(tmp_path / "grown", 90, chunk_size=7)
    assert _run(tmp_path / "grown", 300, resume=True).settings["chunk_size"] == 7
    assert digest_of_run(tmp_path / "grown") == digest_of_run(tmp_path / "whole")


@pytest.mark.usefixtures("fake")
def test_only_what_is_missing_is_played(tmp_path: Path) -> None:
    _run(tmp_path, 100, chunk_size=25)
    progress = RecordedProgress()
    _run(tmp_path, 200, resume=True, progress=progress)
    assert (progress.there.total(), progress.outcomes.total(), progress.chunks) == (100, 100, [25] * 4)


@pytest.mark.usefixtures("fake")
def test_a_chunk_that_the_end_cut_short_is_played_whole(tmp_path: Path) -> None:
    _run(tmp_path, 110, chunk_size=25)
    progress = RecordedProgress()
    _run(tmp_path, 200, resume=True, progress=progress)
    assert (progress.there.total(), progress.chunks) == (100, [25] * 4)


@pytest.mark.usefixtures("fake")
def test_none_is_taken_away(tmp_path: Path) -> None:
    _run(tmp_path, 100)
    before = _files(tmp_path)
    with pytest.raises(RunError) as raised:
        _run(tmp_path, 99, resume=True)
    assert str(raised.value) == (
        f"{tmp_path} was begun with 100 negotiations, and --resume takes none away (got 99); leave --runs out, ask for "
        "more, or choose another --out."
    )
    assert _files(tmp_path) == before


@pytest.mark.usefixtures("fake")
def test_what_else_differs_is_refused_before_anything_changes(tmp_path: Path) -> None:
    _run(tmp_path, 100)
    before = _files(tmp_path)
    for how, message in (({"seed": 2}, "seed: 1 -> 2"), ({"solutions": False}, "solutions: True -> False")):
        with pytest.raises(RunError, match=message):
            _run(tmp_path, 200, resume=True, **how)
        assert _files(tmp_path) == before


def test_a_killed_extension_can_be_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever write a kill follows: what was finished is still there, and the end is the run of all."""
    short, longer = fake_plan(runs=110, chunk_size=25), fake_plan(runs=200, chunk_size=25)
    with Directory.open(tmp_path / "whole", request_for(longer)) as directory:
        execute(longer, fake_engine(), directory, progress=RecordedProgress())
    digest = digest_of_run(tmp_path / "whole")
    write, forget = type(directory.place).write, type(directory.place).forget_notes
    met = 0
    for kill in range(100):
        folder, steps = tmp_path / f"killed-{kill}", iter(range(1000))

        def killing(action: Any) -> Any:
            def wrapped(self: Any, *words: Any) -> None:
                action(self, *words)
                if next(steps) == kill:  # noqa: B023 - called within this turn of the loop
                    raise KeyboardInterrupt

            return wrapped

        # Played to its last chunk, and killed before the journal moved into the manifest.
        with pytest.raises(ZeroDivisionError), Directory.open(folder, request_for(short)) as directory:
            execute(short, fake_engine(), _never_finished(directory), progress=RecordedProgress())
        monkeypatch.setattr(type(directory.place), "write", killing(write))
        monkeypatch.setattr(type(directory.place), "forget_notes", killing(forget))
        try:
            with Directory.open(folder, request_for(longer), resume=True) as directory:
                execute(longer, fake_engine(), directory, progress=RecordedProgress())
            ended = True
        except KeyboardInterrupt:
            ended = False
        monkeypatch.undo()
        if ended:
            break
        met += 1
        assert read_manifest(folder).rows >= 100
        with Directory.open(folder, request_for(longer), resume=True) as directory:
            execute(longer, fake_engine(), directory, progress=RecordedProgress())
        assert digest_of_run(folder) == digest
    assert met >= 6


def _never_finished(directory: Directory) -> Directory:
    def finish(**_results: object) -> Manifest:
        raise ZeroDivisionError

    directory.finish = finish  # type: ignore[method-assign]  # stands for a kill
    return directory


@pytest.mark.usefixtures("fake")
def test_what_was_drawn_of_fewer_goes(tmp_path: Path) -> None:
    """A picture or page of the shorter run would pass for one of the longer; what is somebody else's stays."""
    _run(tmp_path, 100)
    (tmp_path / "figures").mkdir()
    for name in ("figures/positions.png", "figures/mine.png", "report.html", "notes.txt"):
        (tmp_path / name).write_bytes(b"drawn of 100")
    _run(tmp_path, 100, resume=True)
    assert (tmp_path / "report.html").exists()
    _run(tmp_path, 200, resume=True)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*") if b"drawn of" in path.read_bytes()} == {
        "figures/mine.png", "notes.txt",
    }  # fmt: skip


@pytest.mark.parametrize("sampling", ["monte_carlo", "sobol"])
def test_the_model_extended_is_the_model_played_at_once(tmp_path: Path, sampling: str) -> None:
    config = load_config(CONFIGS / "july_2025.yaml", (f"experiment.sampling={sampling}",))
    whole = winset.run(config, 70, chunk_size=50, out=tmp_path / "whole")
    winset.run(config, 30, chunk_size=50, out=tmp_path / "grown")
    grown = winset.run(config, 70, out=tmp_path / "grown", resume=True)
    assert grown.digest == whole.digest
    assert _files(tmp_path / "grown") == _files(tmp_path / "whole")
    assert grown.runs["run"].tolist() == list(range(70))


def test_a_latin_hypercube_cannot_grow(tmp_path: Path) -> None:
    config = load_config(TINY, ("experiment.sampling=latin_hypercube",))
    winset.run(config, 8, out=tmp_path)
    before = _files(tmp_path)
    with pytest.raises(RunError) as raised:
        winset.run(config, 16, out=tmp_path, resume=True)
    assert str(raised.value) == (
        f"{tmp_path} was begun with 8 negotiations of a Latin hypercube, which cuts every range into as many slices as "
        "there are negotiations: among 16 they would be others, so that none can be added. Run all of them anew with "
        "another --out, or with a sampling that can be continued: --set experiment.sampling=monte_carlo, or sobol."
    )
    assert _files(tmp_path) == before
    assert len(winset.run(config, 8, out=tmp_path, resume=True).runs) == 8


def test_a_latin_hypercube_that_draws_nothing_can(tmp_path: Path) -> None:
    config = load_config(TINY, ("experiment.sampling=latin_hypercube", "us_treasury.precedent_probability=0.1"))
    winset.run(config, 8, chunk_size=4, out=tmp_path / "grown")
    winset.run(config, 16, out=tmp_path / "grown", resume=True)
    winset.run(config, 16, chunk_size=4, out=tmp_path / "whole")
    assert _files(tmp_path / "grown") == _files(tmp_path / "whole")


@pytest.mark.usefixtures("fake")
def test_a_run_by_default_grows_by_option(tmp_path: Path) -> None:
    """The number of the config is one that nobody asked for by name."""
    assert _run(tmp_path, None, FakeConfig(experiment=FakeExperiment(runs=40))).settings["runs"] == 40
    assert _run(tmp_path, 60, resume=True).settings["runs"] == 60
    assert load_runs(tmp_path)["run"].tolist() == list(range(60))
