"""`winset hash` reads every kind of finished directory, says which kind it is, and sees what changed in its results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from experiments.api import tournament
from experiments.cli import app
from experiments.config.load import load_config
from experiments.questions.digest import digest_of
from experiments.store.digest import digest_of_run
from experiments.store.directory import Directory
from experiments.store.manifest import MANIFEST, Request
from experiments.store.seal import sealed
from tests.fake_engine import fake_plan, run_fake
from tests.own_tactics import registry_kept
from tests.tree import CONFIGS

TINY = str(CONFIGS / "tiny.yaml")


def _hash(folder: Path) -> Result:
    return CliRunner().invoke(app, ["hash", str(folder)])


def _printed(folder: Path) -> tuple[str, str]:
    done = _hash(folder)
    assert done.exit_code == 0, done.output
    return done.stderr, done.stdout


def test_a_run_keeps_its_digest(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan())
    assert _printed(tmp_path) == ("run:\n", f"{digest_of_run(tmp_path)}\n")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tournament") / "out"
    tournament(TINY, ["linear", "boulware"], worlds=4, draws=100, starts=2, out=folder)
    return folder


def _edited(folder: Path, **changes: Any) -> str:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(sealed(manifest | changes))
    return digest_of(folder)[1]


def test_a_tournament_is_named_and_its_rows_make_the_digest(finished: Path, tmp_path: Path) -> None:
    kind, digest = _printed(finished)
    assert kind == "tournament:\n"
    again = tmp_path / "again"
    tournament(TINY, ["linear", "boulware"], worlds=4, draws=100, starts=2, out=again, workers=1)
    assert _printed(again)[1] == digest
    other = tmp_path / "other"
    tournament(TINY, ["linear", "boulware"], worlds=4, seed=99, draws=100, starts=2, out=other)
    assert _printed(other)[1] != digest


def test_who_failed_is_in_the_digest_and_when_is_not(finished: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from experiments.api import register\n\n\n@register\ndef broken_for_hash(view, knobs):\n"
        '    """Break."""\n    if view.round == 2:\n        raise ValueError("no")\n    return 1.0\n'
    )
    out = tmp_path / "out"
    arguments = ["tournament", TINY, "--players", "linear,broken_for_hash", "--tactics", str(file), "--worlds", "4"]
    with registry_kept():
        done = CliRunner().invoke(
            app, [*arguments, "--draws", "100", "--starts", "2", "--no-figures", "--out", str(out)]
        )
    assert done.exit_code == 0, done.output
    manifest = json.loads((out / MANIFEST).read_text())
    first = digest_of(out)[1]
    assert first != digest_of(finished)[1]
    later = [one | {"message": "after 12 s", "round": 9, "run": 3} for one in manifest["results"]["failed"]]
    assert _edited(out, results={"failed": later}) == first
    assert _edited(out, results={"failed": [one | {"kind": "died"} for one in later]}) != first


def test_an_exploration_is_called_by_its_command(tmp_path: Path) -> None:
    digests = []
    for name, seed in (("one", "1"), ("same", "1"), ("other", "2")):
        out = str(tmp_path / name)
        arguments = ["sweep", TINY, "--over", "calendar.round_limit=4,6", "--runs", "4", "--seed", seed, "--out", out]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, done.output
        kind, digest = _printed(tmp_path / name)
        assert kind == "sweep:\n"
        digests.append(digest)
    assert digests[0] == digests[1] != digests[2]


def _search(folder: Path, loss: float, found: int) -> str:
    """Fill a directory as a search of a question that this version does not know, and return its digest."""
    config = load_config(TINY)
    with Directory.open(folder, Request("dance", config, 1, {})) as directory:
        directory.keep("map.parquet", pd.DataFrame({"loss": [1.0, loss]}))
        directory.keep("base.yaml", b"name: tiny\n")
        directory.keep("figures/map.png", folder.name.encode())
        directory.finish(found=found)
    kind, digest = digest_of(folder)
    assert kind == "dance"
    return digest


def test_a_search_is_what_it_found(tmp_path: Path) -> None:
    first = _search(tmp_path / "one", 2.0, 1)
    assert _search(tmp_path / "same", 2.0, 1) == first, "pictures are in no digest"
    assert _search(tmp_path / "table", 3.0, 1) != first
    assert _search(tmp_path / "result", 2.0, 2) != first


def test_what_is_no_finished_directory_is_refused(tmp_path: Path, finished: Path) -> None:
    done = _hash(tmp_path)
    assert done.exit_code == 2
    assert "has no manifest.json, so it holds no results that could be read back" in " ".join(done.stderr.split())
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in finished.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    (copy / "worlds.parquet").write_bytes(b"torn")
    done = _hash(copy)
    assert done.exit_code == 2
    assert "worlds.parquet is damaged" in done.stderr
