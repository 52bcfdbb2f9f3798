"""A page for each command, from what the command line says of it, and one that lists them.

Names, types, defaults and sentences are those that ``--help`` prints; nothing is written here a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import typer

from experiments.cli import app
from experiments.documentation.markdown import block, code, plain, table

#: Folder of the pages within the site.
FOLDER: Final = "commands"

#: Heading of what an option has in the help without a panel of its own.
_OPTIONS: Final = "Options"

#: How the help ends of what has a default or has to be given: in our words, or in Typer's.
_DEFAULT: Final = re.compile(r"\s*(?:\(Default: (?P<ours>.+?)\.?\)|\[default: (?P<typer>.+)\])$")
_REQUIRED: Final = re.compile(r"\s*\[required\]$")


def command_pages() -> dict[str, str]:
    """Text of every page about commands, by its path within the site."""
    group = _group()
    pages = {f"{FOLDER}/index.md": _list(group)}
    return pages | {f"{FOLDER}/{name}.md": _page(name, command) for name, command in group.commands.items()}


def commands_by_panel() -> dict[str, list[str]]:
    """Names of the commands by the heading under which the help lists them, in its order."""
    panels: dict[str, list[str]] = {}
    for name, command in _group().commands.items():
        panels.setdefault(command.rich_help_panel, []).append(name)
    return panels


def _group() -> Any:
    return typer.main.get_command(app)


def _list(group: Any) -> str:
    parts = [
        "# Commands\n",
        f"{plain(group.help)}\n",
        "Each page says what `--help` says. Before a command stand the options of `winset` itself:\n",
        _options(group, "winset", named=False),
    ]
    for panel, names in commands_by_panel().items():
        rows = [[f"[`winset {name}`]({name}.md)", plain(_summary(group.commands[name]))] for name in names]
        parts += [f"## {panel}\n", table(["command", "does"], rows)]
    return "\n".join(parts)


def _summary(command: Any) -> str:
    return str(command.help).partition("\n\n")[0].replace("\n", " ")


def _page(name: str, command: Any) -> str:
    called = f"winset {name}"
    paragraphs = [plain(" ".join(one.split())) for one in str(command.help).split("\n\n")]
    context = typer.Context(command, info_name=called)
    usage = command.get_usage(context).removeprefix("Usage: ")
    parts = [
        f"# {called}\n",
        *(f"{one}\n" for one in paragraphs),
        block(str(command.epilog).removeprefix("Example: "), "sh"),
        block(" ".join(usage.split()), "text"),
        _options(command, called, named=True),
    ]
    return "\n".join(parts)


def _options(command: Any, called: str, *, named: bool) -> str:
    """Tables of arguments and options, under the headings of the help; the first heading can be left out."""
    context = typer.Context(command, info_name=called)
    rows: dict[str, list[list[str]]] = {}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            is_argument = parameter.param_type_name == "argument"
            panel = "Arguments" if is_argument else parameter.rich_help_panel or _OPTIONS
            rows.setdefault(panel, []).append([*_cells(*record)])
    order = sorted(rows, key=lambda panel: (panel != "Arguments", panel != _OPTIONS))
    parts = [(panel, table(["argument" if panel == "Arguments" else "option", "default", "meaning"], rows[panel]))
             for panel in order]  # fmt: skip
    return "\n".join(f"## {panel}\n\n{text}" if named else text for panel, text in parts)


def _cells(names: str, help_text: str) -> Iterator[str]:
    """Cells of one argument or option: how it is written, its default and what it means."""
    yield code(names)
    required = bool(_REQUIRED.search(help_text))
    text = _REQUIRED.sub("", help_text)
    found = _DEFAULT.search(text)
    default = "" if found is None else found["ours"] or found["typer"]
    yield "required" if required else plain(default)
    yield plain(_DEFAULT.sub("", text).strip())
