"""An edited directory is believed by no command: one message, whatever was changed and whoever reads it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from experiments.cli import app
from experiments.errors import RunError
from experiments.store.digest import digest_of_run
from experiments.store.reading import load_runs, load_trajectories
from experiments.store.seal import SEAL, sealed, unsealed, unsealed_as
from experiments.store.surroundings import Code
from tests.smallest_calls import beside
from tests.tree import ROOT

TINY = str(ROOT / "configs" / "tiny.yaml")
CARS = TINY.replace("tiny", "cars_on_the_table")
SIDE = ("--side", "us_treasury")
KINDS = {
    "run": ("run", TINY, "--runs", "25", "--chunk-size", "10"),
    "tournament": ("tournament", TINY, "--players", "boulware,conceder", "--worlds", "10"),
    "sweep": ("sweep", TINY, "--over", "us_treasury.consumer_weight=0.5,1", "--runs", "5"),
    "sensitivity": ("sensitivity", TINY, "--trajectories", "10", "--base", "64"),
    "discover": ("discover", CARS, "--runs", "200", "--target", "deal"),
    "stress": ("stress", TINY, *SIDE, "--budget", "4000", "--aim", "gain", "--no-map"),
    "exploit": ("exploit", TINY, "--tactic", "conceder", "--budget", "12000"),
    "advise": ("advise", TINY, *SIDE, "--worlds", "20"),
}
READERS: dict[str, Callable[[Path, Path], tuple[str, ...]]] = {
    "hash": lambda folder, _: ("hash", str(folder)),
    "report": lambda folder, out: ("report", str(folder), "--out", str(out / "page.html")),
    "plot": lambda folder, out: ("plot", str(folder), "--out", str(out)),
    "compare": lambda folder, out: ("compare", str(folder), beside(folder), "--out", str(out)),
}
EDITED = "has been edited or damaged: "


def winset(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), prog_name="winset")


def refused(*arguments: str) -> str:
    result = winset(*arguments)
    assert result.exit_code == 2, (arguments, result.output, result.exception)
    assert result.stdout == ""
    return result.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Finished directory of a kind, made once."""
    folder = tmp_path_factory.mktemp("made")

    def make(kind: str) -> Path:
        if not (folder / kind).exists():
            result = winset(*KINDS[kind], "--no-figures", "--out", str(folder / kind))
            assert result.exit_code == 0, (result.output, result.exception)
        return folder / kind

    return make


def _copy(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, beside(tmp_path / "copy"))
    return Path(shutil.copytree(original, tmp_path / "copy"))


def _edit(folder: Path, change: Callable[[dict[str, Any]], Any], *, seal: bool) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(sealed(manifest) if seal else json.dumps(manifest))


def _everywhere(folder: Path, tmp_path: Path, kind: str = "run") -> list[str]:
    """Message of every reader of a directory and of whoever would go on with it."""
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    # Of best replies there is no picture.
    names = ["report", *([] if kind == "exploit" else ["plot"]), *(["hash", "compare"] if kind == "run" else [])]
    told = [refused(*READERS[name](folder, out)) for name in names]
    told.append(refused(*KINDS[kind], "--no-figures", "--out", str(folder), "--resume"))
    assert list(out.iterdir()) == []
    return told


EDITS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "seed": lambda m: m.update(seed=5),
    "config": lambda m: m["config"]["experiment"].update(seed=99),
    "packages": lambda m: m["surroundings"]["packages"].update(numpy="0.1"),
    "seal": lambda m: m.update({SEAL: "0" * 64}),
}


@pytest.mark.parametrize(
    ("kind", "edit"),
    [
        pytest.param(kind, edit, marks=() if kind == "run" or edit == "seal" else pytest.mark.long)
        for kind in KINDS
        for edit in EDITS
    ],
)
def test_an_edited_manifest_is_believed_by_nobody(
    kind: str, edit: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = _copy(made(kind), tmp_path)
    _edit(folder, EDITS[edit], seal=False)
    message = f"{folder}/manifest.json {EDITED}it does not say what was written (its seal does not match)."
    for told in _everywhere(folder, tmp_path, kind):
        assert message in told


@pytest.mark.parametrize("kind", ["run", "tournament", "sweep"])
def test_an_edited_directory_can_be_made_anew(kind: str, made: Callable[[str], Path], tmp_path: Path) -> None:
    folder = _copy(made(kind), tmp_path)
    _edit(folder, EDITS["seed"], seal=False)
    result = winset(*KINDS[kind], "--no-figures", "--out", str(folder), "--overwrite")
    assert result.exit_code == 0, result.output
    assert winset("report", str(folder), "--out", str(tmp_path / "page.html")).exit_code == 0


def test_a_manifest_without_a_seal_is_refused(made: Callable[[str], Path], tmp_path: Path) -> None:
    folder = _copy(made("run"), tmp_path)
    _edit(folder, lambda manifest: manifest.pop(SEAL), seal=False)
    for told in _everywhere(folder, tmp_path):
        assert "it has no seal, so another version of winset has written it, or it has been edited." in told


def _called(part: dict[str, Any], key: str) -> dict[str, Any]:
    """Part under another key, with its files called so."""
    files = {
        folder: stored | {"file": stored["file"].replace(part["key"], key)} for folder, stored in part["files"].items()
    }
    return part | {"key": key, "files": files}


def _above(key: str) -> dict[str, Any]:
    return {"file": f"../part-{key}.parquet", "rows": 1, "sha256": "0"}


def _other_rows(manifest: dict[str, Any]) -> None:
    manifest["parts"][2]["files"]["runs"].update(rows=10)


#: Edits that the seal does not show, for it was made anew, and what each is told as.
CONTRADICTIONS: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "part gone": (lambda m: m["parts"].pop(1), "it says complete, and lists 15 of 25 negotiations"),
    "no parts": (lambda m: m.update(parts=[]), "it says complete, and lists 0 of 25 negotiations"),
    "further part": (lambda m: m["parts"].append(_called(m["parts"][0], "000003")), "part 000003: the run has no such"),
    "a part that is no number": (
        lambda m: m["parts"].append(_called(m["parts"][0], "x")),
        "part x: the run has no such",
    ),
    "other rows": (_other_rows, "part 000002: it should hold the 5 runs from 20"),
    "file above": (
        lambda m: m["parts"][0]["files"]["runs"].update(file="../x"),
        "part 000000: its file is '../x' where it should be runs/part-000000.parquet",
    ),
    "another's file": (
        lambda m: m["parts"][1]["files"]["runs"].update(file="runs/part-000000.parquet"),
        "part 000001: its file is 'runs/part-000000.parquet' where it should be runs/part-000001.parquet",
    ),
    "trajectories elsewhere": (
        lambda m: m["parts"][0]["files"]["trajectories"].update(file="/etc/passwd"),
        "part 000000: its file is '/etc/passwd' where it should be trajectories/part-000000.parquet",
    ),
    "a folder above": (
        lambda m: m["parts"][0]["files"].update({"..": _above("000000")}),
        "it names the file '../part-",
    ),
    "no trajectories": (
        lambda m: m["parts"][0]["files"].pop("trajectories"),
        "part 000000: trajectories are listed where",
    ),
    "fewer runs": (lambda m: m["settings"].update(runs=20), "part 000002: the run has no such part"),
    "other chunks": (lambda m: m["settings"].update(chunk_size=9), "part 000000: it should hold the 9 runs from 0"),
    "no number of runs": (lambda m: m["settings"].pop("runs"), "its settings lack runs"),
    "runs in words": (
        lambda m: m["settings"].update(runs="25"),
        'its settings say runs "25", which should be a valid integer',
    ),
    "chunks of nothing": (
        lambda m: m["settings"].update(chunk_size=0),
        "its settings say chunk_size 0, which should be greater",
    ),
    "config": (lambda m: m["config"].update(title="x"), "its config is not the one that its config_digest is of"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_run_that_contradicts_itself_is_believed_by_nobody(
    name: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    change, message = CONTRADICTIONS[name]
    folder = _copy(made("run"), tmp_path)
    _edit(folder, change, seal=True)
    for told in _everywhere(folder, tmp_path):
        assert f"{folder}/manifest.json {EDITED}{message}" in told
    for read in (load_runs, load_trajectories, digest_of_run):
        with pytest.raises(RunError, match="has been edited or damaged"):
            read(folder)


def _other_number(folder: Path, table: str, column: str) -> None:
    """Write a file of a run anew with one number changed, so that it is a sound Parquet file."""
    path = folder / table / "part-000001.parquet"
    read = pq.read_table(path)
    place = read.column_names.index(column)
    changed = pc.add(read[column], pa.scalar(1, read[column].type))
    pq.write_table(read.set_column(place, read.schema.field(place), changed), path)


@pytest.mark.parametrize("verb", READERS)
def test_a_table_with_another_number_is_not_read(verb: str, made: Callable[[str], Path], tmp_path: Path) -> None:
    folder = _copy(made("run"), tmp_path)
    _other_number(folder, "runs", "round")
    out = tmp_path / "out"
    out.mkdir()
    message = f"{folder}/runs/part-000001.parquet is missing or damaged; have it computed again with"
    assert message in refused(*READERS[verb](folder, out))
    assert list(out.iterdir()) == []
    with pytest.raises(RunError, match="is missing or damaged"):
        load_runs(folder, ["run"])


def test_a_trajectory_with_another_number_is_not_read(made: Callable[[str], Path], tmp_path: Path) -> None:
    folder = _copy(made("run"), tmp_path)
    _other_number(folder, "trajectories", "round")
    with pytest.raises(RunError, match=r"trajectories/part-000001\.parquet is missing or damaged"):
        load_trajectories(folder)
    assert len(load_runs(folder)) == 25


def test_a_run_is_mended_by_going_on(made: Callable[[str], Path], tmp_path: Path) -> None:
    folder = _copy(made("run"), tmp_path)
    before = digest_of_run(folder)
    _other_number(folder, "runs", "round")
    assert winset(*KINDS["run"], "--out", str(folder), "--resume").exit_code == 0
    assert digest_of_run(folder) == before


def test_a_noted_chunk_whose_file_lies_elsewhere_is_refused(made: Callable[[str], Path], tmp_path: Path) -> None:
    folder = _copy(made("run"), tmp_path)
    (tmp_path / "x").write_text("mine")
    manifest = json.loads((folder / "manifest.json").read_text())
    noted = manifest["parts"].pop()
    noted["files"]["runs"]["file"] = "../x"
    (folder / "journal.jsonl").write_text(json.dumps(noted) + "\n")
    _edit(folder, lambda m: m.update(parts=m["parts"][:2], status="running"), seal=True)
    assert "part 000002: its file is '../x'" in refused(*KINDS["run"], "--out", str(folder), "--resume")
    assert (tmp_path / "x").read_text() == "mine"


def test_a_part_that_is_listed_twice_is_refused(made: Callable[[str], Path], tmp_path: Path) -> None:
    folder = _copy(made("run"), tmp_path)
    _edit(folder, lambda m: m["parts"].append(m["parts"][0]), seal=True)
    assert all("it lists part 000000 twice" in told for told in _everywhere(folder, tmp_path))


@pytest.mark.parametrize("kind", ["sweep", "discover"])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda m: m["parts"][0]["files"]["runs"].update(file="../x"),
            "part 000000: its file is '../x' where it should",
        ),
        (
            lambda m: m["parts"].insert(0, _called(m["parts"].pop(0), "000001")),
            "part 000001 does not begin where the one",
        ),
        (lambda m: m["parts"][0].update(key="000009"), "part 000009: its file is"),
    ],
)
def test_parts_of_an_exploration_are_its_own(
    kind: str, change: Callable[[dict[str, Any]], Any], message: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = _copy(made(kind), tmp_path)
    _edit(folder, change, seal=True)
    assert message in refused("report", str(folder), "--out", str(tmp_path / "page.html"))
    assert message in refused(*KINDS[kind], "--out", str(folder), "--resume")


@pytest.mark.parametrize(("kind", "table"), [("sweep", "points"), ("discover", "boxes")])
def test_a_table_of_an_exploration_that_was_edited_is_refused(
    kind: str, table: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = _copy(made(kind), tmp_path)
    with (folder / "tables" / f"{table}.csv").open("a") as file:
        file.write("\n")
    message = f"tables/{table}.csv is damaged: it is not the file that was written"
    for verb in ("report", "plot"):
        assert message in refused(*READERS[verb](folder, tmp_path / "none"))


@pytest.mark.parametrize("kind", ["tournament", "stress", "exploit", "advise"])
@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a//b", "./a", ""])
def test_a_listed_file_outside_the_directory_is_refused(
    kind: str, name: str, made: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = _copy(made(kind), tmp_path)

    _edit(folder, lambda manifest: manifest["files"].append(manifest["files"][0] | {"file": name}), seal=True)
    for verb in ("report", "plot") if kind != "exploit" else ("report",):
        told = refused(*READERS[verb](folder, tmp_path / "none"))
        assert f"{EDITED}it names the file {name!r}, which is none of this directory" in told


def test_a_seal_covers_every_value_and_no_order() -> None:
    manifest = {"a": 1, "b": {"c": [1.5, None, "é"]}}
    text = sealed(manifest)
    assert unsealed(text, "m") == manifest
    turned = json.dumps(dict(reversed(json.loads(text).items())))
    assert unsealed(turned, "m") == manifest
    for old, new in (("1.5", "1.25"), ("null", "0"), ("é", "e"), ('"a": 1', '"a": 2'), ('"a"', '"A"')):
        assert old in text
        with pytest.raises(RunError, match="m has been edited or damaged"):
            unsealed(text.replace(old, new, 1), "m")
    for wrong in ("[]", "{", "[" * 100_000, b"\xff"):
        with pytest.raises(RunError, match="m is damaged"):
            unsealed(wrong, "m")


def test_a_manifest_is_read_as_a_record_that_names_the_key_that_does_not_fit() -> None:
    code = {"version": "1", "digest": "ab"}
    assert unsealed_as(Code, sealed(code), "m") == Code(version="1", digest="ab")
    with pytest.raises(RunError, match="m has been edited or damaged"):
        unsealed_as(Code, sealed(code).replace('"ab"', '"cd"'), "m")
    with pytest.raises(RunError) as refusal:
        unsealed_as(Code, sealed(code | {"version": 3}), "m")
    wrong = "(version: Input should be a valid string)"
    assert str(refusal.value) == f"m is not a manifest that this version can read {wrong}."
