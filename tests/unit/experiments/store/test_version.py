"""A directory of another version of the format is refused by every verb that would read it or go on with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from experiments.config.load import load_config
from experiments.errors import RunError
from experiments.questions.registry import QUESTIONS
from experiments.store.directory import Directory
from experiments.store.manifest import MANIFEST, Request, read_manifest
from experiments.store.version import FORMAT, FORMAT_VERSION, VERSION_KEY, check_text, check_version
from tests.command_line import winset
from tests.tree import CONFIGS

TINY = str(CONFIGS / "tiny.yaml")

#: ``format`` of a directory and the command that fills one, by what the directory is of.
VERBS: dict[str, tuple[str, list[str]]] = {
    "run": ("winset run", ["run", TINY, "--runs", "5", "--no-figures", "--workers", "1"]),
    "tournament": ("winset tournament", ["tournament", TINY, "--players", "linear,conceder", "--worlds", "4"]),
    "stress": ("winset stress", ["stress", TINY, "--side", "us_treasury"]),
    "exploit": ("winset exploit", ["exploit", TINY, "--tactic", "linear"]),
    "advise": ("winset advise", ["advise", TINY, "--side", "us_treasury", "--lever", "calendar.round_limit=4"]),
    "sweep": ("winset exploration", ["sweep", TINY, "--over", "calendar.round_limit=4,5", "--runs", "3"]),
    "sensitivity": ("winset exploration", ["sensitivity", TINY, "--base", "64", "--trajectories", "10"]),
    "discover": ("winset exploration", ["discover", TINY, "--runs", "100"]),
    "solve": ("winset directory", ["solve", TINY]),
    "factorial": (
        "winset directory",
        ["factorial", TINY, "--runs", "2", "--switch", "margin=partner.ratification_margin=2"],
    ),
    "grid": ("winset directory", ["grid", TINY, "--runs", "2"]),
    "hindcast": ("winset directory", ["hindcast", TINY, "--informed", "--as-of", "2025-05-28", "--runs", "40"]),
    "calibrate": ("winset directory", ["calibrate", TINY, "--draws", "100"]),
}

#: Version as stored, and as a message names it; a search of version 1 has no number at all.
VERSIONS = {
    "first": (1, "1"),
    "second": (2, "2"),
    "third": (3, "3"),
    "none": (None, "1"),
    "later": (FORMAT_VERSION + 1, str(FORMAT_VERSION + 1)),
    "a text": (str(FORMAT_VERSION), f"'{FORMAT_VERSION}'"),
    "before": (FORMAT_VERSION - 1, str(FORMAT_VERSION - 1)),
}


def _old(folder: Path, kind: str, version: Any = 1, status: str = "complete") -> Path:
    """Directory of a kind with a manifest of another version, and a file that must stay."""
    folder.mkdir()
    written = {"format": VERBS[kind][0], VERSION_KEY: version, "status": status, "command": kind}
    written |= {"code": {"version": "0.1.0", "digest": "a"}, "files": {}, "chunks": []}
    if version is None:
        del written[VERSION_KEY]
    (folder / MANIFEST).write_text(json.dumps(written))
    (folder / "kept.txt").write_text("kept")
    return folder


def _refusal(result: Result, folder: Path, shown: str = "1") -> None:
    assert result.exit_code == 2, result.output
    said = " ".join(result.stderr.split())
    expected = (
        f"error: {folder} holds results in version {shown} of the format (written by winset 0.1.0), and this winset "
        f"reads and writes version {FORMAT_VERSION}. "
    )
    assert expected in said, said
    assert sorted(path.name for path in folder.iterdir()) == ["kept.txt", MANIFEST], "nothing is written or removed"


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        *((kind, "second") for kind in VERBS),
        ("run", "first"),
        ("run", "third"),
        ("run", "later"),
        ("solve", "before"),
        ("factorial", "before"),
        ("grid", "before"),
        ("stress", "none"),
        ("sweep", "a text"),
    ],
)
def test_report_and_plot_refuse_another_version(kind: str, version: str, tmp_path: Path) -> None:
    stored, shown = VERSIONS[version]
    folder = _old(tmp_path / "old", kind, stored)
    for verb in ("report", "plot"):
        _refusal(winset(verb, folder), folder, shown)


@pytest.mark.parametrize("kind", VERBS)
def test_hash_and_compare_refuse_another_version(kind: str, tmp_path: Path) -> None:
    folder = _old(tmp_path / "old", kind)
    _refusal(winset("hash", folder), folder)
    _refusal(winset("compare", folder, _old(tmp_path / "other", kind), "--out", tmp_path / "both"), folder)
    assert not (tmp_path / "both").exists()


@pytest.mark.parametrize("status", ["running", "complete"])
@pytest.mark.parametrize("kind", VERBS)
def test_no_command_goes_on_with_another_version(kind: str, status: str, tmp_path: Path) -> None:
    folder = _old(tmp_path / "old", kind, status=status)
    command = [*VERBS[kind][1], "--out", str(folder)]
    _refusal(winset(*command, "--resume"), folder)
    _refusal(winset(*command), folder)


def test_another_version_may_be_replaced_by_its_own_command_only(tmp_path: Path) -> None:
    folder = _old(tmp_path / "old", "run")
    assert winset(*VERBS["run"][1], "--out", folder, "--overwrite").exit_code == 0
    assert read_manifest(folder).schema_version == FORMAT_VERSION


@pytest.mark.parametrize("how", [(), ("--resume",), ("--overwrite",)])
@pytest.mark.parametrize("kind", VERBS)
def test_what_another_command_left_in_another_version_is_refused_without_an_offer_to_replace_it(
    kind: str, how: tuple[str, ...], tmp_path: Path
) -> None:
    folder = _old(tmp_path / "old", kind)
    other = "run" if kind != "run" else "tournament"
    done = winset(*VERBS[other][1], "--out", folder, *how)
    assert done.exit_code == 2, done.output
    said = " ".join(done.stderr.split())
    assert said == (
        f"error: {folder} holds results of winset {kind}, which winset {other} does not touch; choose another --out."
    )
    assert sorted(path.name for path in folder.iterdir()) == ["kept.txt", MANIFEST], "nothing is written or removed"


@pytest.mark.parametrize("command", QUESTIONS)
def test_every_directory_is_written_with_this_version(command: str, tmp_path: Path) -> None:
    config = load_config(TINY)
    with Directory.open(tmp_path / command, Request(command, config, 1, {})):
        written = json.loads((tmp_path / command / MANIFEST).read_text())
    assert (written["format"], written["command"], written[VERSION_KEY]) == (FORMAT, command, FORMAT_VERSION)
    check_version(written, tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "3", '{"format": "other", "schema_version": 1}', '{"schema_version": 1}'])
def test_what_is_no_manifest_of_winset_is_left_to_its_reader(text: str) -> None:
    check_text(text, "here")


def test_a_refusal_names_no_writer_where_none_is_known() -> None:
    with pytest.raises(RunError, match=re.escape("version 1 of the format, and this")):
        check_version({"format": "winset stress", "code": "x"}, "here")
