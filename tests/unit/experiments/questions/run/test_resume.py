"""Start, go on, replace: what the same command does to the directory that it finds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import pytest

from experiments.config.model import Config
from experiments.engine.simulate import find_engine
from experiments.errors import RunError
from experiments.questions.run.run import run as play
from experiments.store.digest import digest_of_run
from experiments.store.directory import default_folder
from experiments.store.manifest import MANIFEST, Manifest, read_manifest
from experiments.store.plan import Options
from tests.fake_engine import FakeConfig, fake_engine
from tests.recorded_progress import RecordedProgress


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fake engine play in place of the model."""
    engines = {"mesa": fake_engine()}
    monkeypatch.setattr("experiments.questions.run.run.find_engine", engines.__getitem__)


def _given(options: Options) -> dict[str, Any]:
    """What a user says of a run, with trajectories as a flag."""
    given = {name: value for name, value in asdict(options).items() if value is not None}
    return given | ({"trajectories": options.trajectories == "all"} if options.trajectories else {})


def run(folder: Path, config: FakeConfig | None = None, options: Options | None = None, **how: Any) -> Manifest:
    return play(
        cast("Config", config or FakeConfig()),
        out=folder,
        workers=1,
        **(_given(options or Options()) | {"engine": "mesa"}),
        progress=RecordedProgress(),
        **how,
    ).manifest


def test_the_folder_is_named_after_config_question_and_side() -> None:
    config = cast("Config", FakeConfig(name="tiny"))
    assert default_folder(config, "run") == Path("out/tiny-run")
    assert default_folder(config, "stress", "partner") == Path("out/tiny-stress-partner")


def test_a_run_that_goes_on_remembers_its_options(tmp_path: Path) -> None:
    options = Options(runs=50, seed=7, chunk_size=9, trajectories="all", solutions=False)
    run(tmp_path / "whole", options=options)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", FakeConfig(interrupt_at=30), options)
    manifest = run(tmp_path / "cut", resume=True)
    assert manifest.seed == 7
    assert manifest.settings == {
        "runs": 50,
        "chunk_size": 9,
        "engine": "mesa",
        "trajectories": "all",
        "solutions": False,
    }
    assert digest_of_run(tmp_path / "cut") == digest_of_run(tmp_path / "whole")


def test_an_option_that_contradicts_the_run_is_refused(tmp_path: Path) -> None:
    run(tmp_path)
    with pytest.raises(RunError, match="seed: 1 -> 2"):
        run(tmp_path, options=Options(seed=2), resume=True)


@pytest.mark.parametrize("leftover", [None, f".{MANIFEST}.4711.tmp"])
def test_going_on_with_nothing_is_starting(tmp_path: Path, leftover: str | None) -> None:
    folder = tmp_path / "out"
    if leftover:
        folder.mkdir()
        (folder / leftover).write_text("{")
    run(folder, resume=True)
    assert read_manifest(folder).status == "complete"
    assert not list(folder.glob(".*.tmp"))


def test_overwriting_replaces_a_finished_run(tmp_path: Path) -> None:
    run(tmp_path)
    run(tmp_path, options=Options(seed=2), overwrite=True)
    assert read_manifest(tmp_path).seed == 2


def test_overwriting_replaces_an_interrupted_run(tmp_path: Path) -> None:
    options = Options(runs=50, seed=7, chunk_size=9)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", FakeConfig(interrupt_at=30), options)
    run(tmp_path / "cut", options=options, overwrite=True)
    run(tmp_path / "whole", options=options)
    assert digest_of_run(tmp_path / "cut") == digest_of_run(tmp_path / "whole")


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(RunError, match="--engine is abacus; it must be compiled or mesa"):
        find_engine("abacus")
