"""`winset hash` reads every kind of finished directory, says which kind it is, and sees what changed in its results."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from experiments.api import tournament
from experiments.cli import app
from experiments.questions.digest import digest_of
from experiments.store.digest import digest_of_run
from experiments.store.manifest import MANIFEST
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
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("held") / "out"
    tournament(TINY, ["linear", "boulware"], worlds=4, draws=100, starts=2, out=folder)
    return folder


def _edited(folder: Path, **changes: Any) -> str:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(sealed(manifest | changes))
    return digest_of(folder)[1]


def test_a_tournament_is_named_and_its_rows_make_the_digest(held: Path, tmp_path: Path) -> None:
    kind, digest = _printed(held)
    assert kind == "tournament:\n"
    again = tmp_path / "again"
    tournament(TINY, ["linear", "boulware"], worlds=4, draws=100, starts=2, out=again, workers=1)
    assert _printed(again)[1] == digest
    other = tmp_path / "other"
    tournament(TINY, ["linear", "boulware"], worlds=4, seed=99, draws=100, starts=2, out=other)
    assert _printed(other)[1] != digest


def test_who_failed_is_in_the_digest_and_when_is_not(held: Path, tmp_path: Path) -> None:
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
    assert first != digest_of(held)[1]
    later = [one | {"message": "after 12 s", "round": 9, "run": 3} for one in manifest["failed"]]
    assert _edited(out, failed=later) == first
    assert _edited(out, failed=[one | {"kind": "died"} for one in later]) != first


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


def _search(folder: Path, table: pd.DataFrame, held: Path, **changes: Any) -> str:
    """Write the directory of a search by hand, with the number of the format of `held`, and return its digest."""
    folder.mkdir(parents=True)
    content = io.BytesIO()
    table.to_parquet(content)
    files = {"map.parquet": content.getvalue(), "base.yaml": b"name: tiny\n", "figures/map.png": folder.name.encode()}
    for name, written in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(written)
    sums = {name: hashlib.sha256(written).hexdigest() for name, written in files.items()}
    manifest: dict[str, Any] = {
        "format": "winset stress", "command": "stress", "status": "complete", "result": {"found": 1}, "files": sums,
    }  # fmt: skip
    manifest["schema_version"] = json.loads((held / MANIFEST).read_text())["schema_version"]
    (folder / MANIFEST).write_text(sealed(manifest | changes))
    kind, digest = digest_of(folder)
    assert kind == "stress"
    return digest


def test_a_search_is_what_it_found(tmp_path: Path, held: Path) -> None:
    table = pd.DataFrame({"loss": [1.0, 2.0]})
    first = _search(tmp_path / "one", table, held)
    assert _search(tmp_path / "same", table, held, seconds=7.0) == first
    assert _search(tmp_path / "table", table.assign(loss=[1.0, 3.0]), held) != first
    assert _search(tmp_path / "result", table, held, result={"found": 2}) != first


def test_what_is_no_finished_directory_is_refused(tmp_path: Path, held: Path) -> None:
    done = _hash(tmp_path)
    assert done.exit_code == 2
    assert "has no manifest.json, so it holds no results that could be read back" in " ".join(done.stderr.split())
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in held.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    (copy / "worlds.parquet").write_bytes(b"torn")
    done = _hash(copy)
    assert done.exit_code == 2
    assert "worlds.parquet is damaged" in done.stderr
