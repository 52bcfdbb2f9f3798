"""``winset export``: where it writes, what it replaces, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

import winset as package
from experiments.errors import RunError
from experiments.export import writing
from tests.command_line import refused, winset
from tests.tree import TINY


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "talks"
    package.run(TINY, runs=12, workers=1, out=folder)
    return folder


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(("form", "name"), [
    ("csv", "talks-csv"), ("stata", "talks-stata"), ("xlsx", "talks.xlsx"), ("duckdb", "talks.duckdb"),
])  # fmt: skip
def test_an_export_lies_beside_its_directory_unless_a_place_is_named(
    answer: Path, form: str, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(answer.parent)
    before = _content(answer)
    done = winset("export", "talks", "--format", form)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"Export: {name} (2 tables, ")
    assert (answer.parent / name).exists()
    assert _content(answer) == before
    done = winset("export", "talks", "--format", form, "--out", tmp_path / "new" / "place")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "new" / "place").is_dir() == (form in ("csv", "stata"))


def test_an_address_has_nothing_beside_it(answer: Path, tmp_path: Path) -> None:
    assert "is an address; name a file or folder of this machine with --out" in refused("export", f"file://{answer}")
    done = winset("export", f"file://{answer}", "--out", tmp_path / "csv")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "csv" / "runs.csv").exists()


def test_an_export_is_replaced_when_asked_for_and_nothing_else_ever_is(answer: Path, tmp_path: Path) -> None:
    out = tmp_path / "csv"
    words = ("export", answer, "--out", out)
    assert winset(*words).exit_code == 0
    whole = _content(out)
    (out / "runs.csv").write_text("old")
    (out / "gone.csv").write_text("of an earlier answer")
    assert "is not empty; replace an export with --overwrite" in refused(*words)
    assert winset(*words, "--overwrite").exit_code == 0
    assert _content(out) == whole
    (out / "thesis.doc").write_text("mine")
    assert "holds thesis.doc, which is no export of this format" in refused(*words, "--overwrite")
    assert (out / "thesis.doc").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["csv"]


def test_a_folder_of_other_tables_is_not_replaced(answer: Path, tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "mine.csv").write_text("mine")
    assert "holds mine.csv, which is no export" in refused("export", answer, "--out", tmp_path / "csv", "--overwrite")
    assert _content(tmp_path / "csv") == {"mine.csv": b"mine"}


def test_a_file_is_replaced_only_when_asked_for(answer: Path, tmp_path: Path) -> None:
    out = tmp_path / "talks.xlsx"
    out.write_text("mine")
    words = ("export", answer, "--format", "xlsx", "--out", out)
    assert "is there already; replace it with --overwrite" in refused(*words)
    assert out.read_text() == "mine"
    assert winset(*words, "--overwrite").exit_code == 0
    assert out.read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(("form", "message"), [
    ("csv", "is a file and no folder, and --format csv fills one"), ("xlsx", "is a folder; name a file, such as"),
])  # fmt: skip
def test_a_place_of_the_wrong_kind_is_refused(answer: Path, tmp_path: Path, form: str, message: str) -> None:
    (tmp_path / "csv").write_text("mine")
    (tmp_path / "xlsx").mkdir()
    assert message in refused("export", answer, "--format", form, "--out", tmp_path / form, "--overwrite")


def test_a_folder_is_whole_or_as_it_was(answer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "csv"
    winset("export", answer, "--out", out)
    before = _content(out)
    write, names = Path.write_bytes, list[str]()

    def full(self: Path, content: bytes) -> int:
        names.append(self.name)
        if len(names) == 3:
            raise OSError(28, "No space left on device")
        return write(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    message = refused("export", answer, "--out", out, "--overwrite")
    assert f"--out {out} cannot be written: No space left on device" in message
    assert _content(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["csv"]


@pytest.mark.parametrize(("form", "name", "message"), [
    ("csv", "talks.xlsx", "is named as a file, and --format csv fills a folder; name a folder, such as {folder}/talks, "
                          "or take --format xlsx."),
    ("stata", "talks.DTA", "is named as a file, and --format stata fills a folder; name a folder, such as "
                           "{folder}/talks."),
    ("xlsx", "manifest.json", "ends in .xlsx; choose another, such as {folder}/manifest.json.xlsx."),
    ("duckdb", "talks.xlsx", "ends in .duckdb; choose another, such as {folder}/talks.xlsx.duckdb."),
])  # fmt: skip
def test_a_name_of_another_kind_of_file_is_refused_and_that_file_kept(
    answer: Path, tmp_path: Path, form: str, name: str, message: str
) -> None:
    (tmp_path / name).write_text("mine")
    words = ("export", answer, "--format", form, "--out", tmp_path / name, "--overwrite")
    assert message.format(folder=tmp_path) in refused(*words)
    assert _content(tmp_path) == {name: b"mine"}


def test_a_place_is_checked_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there.xlsx").write_text("mine")
    monkeypatch.setattr(writing, "write_export", lambda *_, **__: pytest.fail("written"))
    with pytest.raises(RunError, match="is there already"):
        writing.check_out(tmp_path / "there.xlsx", "xlsx", overwrite=False)


def test_python_refuses_an_unknown_format(answer: Path, tmp_path: Path) -> None:
    result = package.load_result(answer)
    with pytest.raises(RunError, match="form is xls; it must be one of csv, xlsx, stata, duckdb"):
        result.export(tmp_path / "x", "xls")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_python_gives_the_dictionary_as_a_table(answer: Path) -> None:
    found = package.load_result(answer).dictionary().set_index(["table", "column"])
    assert found.loc[("runs", "gain.partner"), "unit"] == "US$ bn a year"
    assert found.loc[("runs", "gain.partner"), "meaning"] == "gain of Japan over walking away"
    assert found.loc[("trajectories", "value"), "unit"] == "that of the issue"
