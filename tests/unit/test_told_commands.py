"""Pages to read tell commands that exist, examples that run, and outputs that come out of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import pytest
import typer.main
from typer.testing import CliRunner

from experiments.cli import app
from tests.own_tactics import registry_kept
from tests.told_commands import PAGES, Block, blocks, squeezed
from tests.tree import ROOT

GROUP: Final[Any] = typer.main.get_command(app)

#: Pages whose commands are run by every call of the tests; those of the others take minutes together.
QUICK: Final = "docs/start.md"

#: Commands that wait for a browser, or for files that a reader has and this checkout has not.
NOT_RUN: Final = ({"app"}, {"norway.csv"})

#: Files that a page tells its reader to save, by the kind of their blocks.
SAVED: Final = (
    ("docs/howto/own_tactic.md", "python", ["last_minute.py"]),
    ("docs/howto/worlds.md", "csv", ["points.csv"]),
    ("docs/howto/import.md", "csv", ["bounds.csv", "parameters.csv"]),
)

#: What a person types who sits down at the table.
TYPED: Final = "ask 40\nwalk\n"

#: Columns of the terminal whose output the pages show.
COLUMNS: Final = "100"


def _commands(page: str) -> list[list[str]]:
    return [words for block in blocks(page) for words in block.commands()]


def _python(page: str) -> list[str]:
    return [block.text for block in blocks(page) if block.kind == "python"]


def test_every_page_that_shows_an_output_tells_the_command_before_it() -> None:
    for page in PAGES:
        found = blocks(page)
        shown = [place for place, block in enumerate(found) if block.kind == "text" and not _is_to_type(block)]
        told = [place for place, block in enumerate(found) if block.commands()]
        assert all(any(earlier < place for earlier in told) for place in shown), page


def _is_to_type(block: Block) -> bool:
    """Whether a block of text is to be typed elsewhere: into a shell that installs, or on other machines."""
    return block.text.startswith(("make ", "dask "))


@pytest.mark.parametrize("page", [page for page in PAGES if _commands(page)])
def test_the_commands_of_a_page_have_the_options_that_it_names(page: str) -> None:
    for name, *words in _commands(page):
        if name.startswith("-"):
            continue
        command: click.Command = GROUP.commands[name]
        command.make_context(name, list(words))


def test_an_option_that_is_not_there_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        GROUP.commands["run"].make_context("run", ["tiny", "--rums", "3"])
    assert "there is no option --rums" in capsys.readouterr().err


@pytest.mark.parametrize("page", [page for page in PAGES if _python(page)])
def test_the_examples_of_a_page_run(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with registry_kept():
        for example in _python(page):
            exec(example, {"__name__": "__main__"})  # noqa: S102  to run it as printed is the test
            assert capsys.readouterr().out.strip() or "@register" in example


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working folder with the files that pages tell to save, and a terminal of their width."""
    for page, kind, names in SAVED:
        texts = [block.text for block in blocks(page) if block.kind == kind]
        for name, text in zip(names, texts, strict=True):
            (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", COLUMNS)
    with registry_kept():
        yield tmp_path


def _printed(words: list[str]) -> str:
    done = CliRunner().invoke(app, words, prog_name="winset", input=TYPED if "--seat" in words else None)
    assert done.exit_code == 0, f"winset {' '.join(words)}\n{done.stderr}"
    return squeezed(done.stdout)


def _missing(page: str) -> list[str]:
    """Pieces of output that a page shows and none of its commands above them prints."""
    printed: list[str] = []
    missing: list[str] = []
    for block in blocks(page):
        printed += [_printed(words) for words in block.commands() if not any(left & {*words} for left in NOT_RUN)]
        if not _is_to_type(block):
            missing += [piece for piece in block.pieces() if not any(piece in one for one in printed)]
    return missing


@pytest.mark.usefixtures("place")
def test_the_page_to_start_with_shows_what_its_commands_print() -> None:
    assert _missing(QUICK) == []


@pytest.mark.long
@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("page", [page for page in PAGES if page != QUICK and _commands(page)])
def test_a_page_shows_what_its_commands_print(page: str) -> None:
    assert _missing(page) == []


@pytest.mark.usefixtures("place")
def test_an_output_that_does_not_come_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [Block("sh", "winset check tiny\n"), Block("text", "The deadline is 2025-07-01\n…\nno such line\n")]
    monkeypatch.setattr(f"{__name__}.blocks", lambda _page: shown)
    assert _missing("page") == ["no such line"]


def test_lines_of_commands_are_read_as_a_shell_reads_them() -> None:
    text = "winset run tiny --set 'tactics.partner={name: linear}' \\\n    --runs 3   # three\n. .venv/bin/activate\n"
    assert Block("sh", text).commands() == [["run", "tiny", "--set", "tactics.partner={name: linear}", "--runs", "3"]]
    assert Block("text", text).commands() == []
    assert ROOT.joinpath(QUICK).is_file()
