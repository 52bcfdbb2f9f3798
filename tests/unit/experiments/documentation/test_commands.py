"""The page of a command holds what its help prints, and no more."""

from __future__ import annotations

import html
import re
from typing import Any, Final

import pytest
import typer

from experiments.cli import app
from experiments.documentation.commands import command_pages, commands_by_panel
from tests.command_line import winset

GROUP: Final[Any] = typer.main.get_command(app)
PAGES: Final = command_pages()


def _rows(page: str) -> list[list[str]]:
    """Cells of the tables of a page, as a reader sees them."""
    lines = [line for line in page.splitlines() if line.startswith("| <code>")]
    cells = [re.sub(r"</?code>", "", line).strip("| ").split(" | ") for line in lines]
    return [[html.unescape(cell).strip() for cell in row] for row in cells]


def _help(*words: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Text of the help without its frames, on lines that nothing makes end."""
    monkeypatch.setenv("COLUMNS", "1000")
    return " ".join(re.sub("[│╭╮╰╯─]", " ", winset(*words, "--help").stdout).split())


def test_there_is_a_page_for_each_command_and_one_that_lists_them() -> None:
    assert {*PAGES} == {"commands/index.md", *(f"commands/{name}.md" for name in GROUP.commands)}
    listed = re.findall(r"\[`winset ([a-z]+)`\]\(([a-z]+)\.md\)", PAGES["commands/index.md"])
    assert [name for name, _ in listed] == [name for names in commands_by_panel().values() for name in names]
    assert all(name == target for name, target in listed)


@pytest.mark.parametrize("name", sorted(GROUP.commands))
def test_a_page_says_what_the_help_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page, told = PAGES[f"commands/{name}.md"], _help(name, monkeypatch=monkeypatch)
    rows = _rows(page)
    options = {option for names, _, _ in rows for option in re.findall(r"--[a-z-]+", names)}
    commands = {
        option for command in GROUP.commands[name].params for option in (*command.opts, *command.secondary_opts)
    }
    assert options == {one for one in commands if one.startswith("--")} | {"--help"}
    for names, default, meaning in rows:
        assert " ".join(meaning.split()) in told, names
        assert default == "required" or default.strip("()") in told, names
    example = re.search(r"```sh\n(.+)\n```", page)
    assert example is not None
    assert f"Example: {example[1]}" in told
    usage = re.search(r"```text\n(.+)\n```", page)
    assert usage is not None
    assert f"Usage: {usage[1]}" in told
    first = html.unescape(page.splitlines()[2])
    assert first
    assert first in told


def test_a_default_stands_in_a_column_of_its_own() -> None:
    run = {names.split()[0]: (default, meaning) for names, default, meaning in _rows(PAGES["commands/run.md"])}
    assert run["CONFIG"][0] == "required"
    assert run["--engine"][0] == "compiled", "told by us"
    assert run["--figures"] == ("figures", "Draw the pictures into DIR."), "told by Typer"
    assert run["--json"][0] == ""
