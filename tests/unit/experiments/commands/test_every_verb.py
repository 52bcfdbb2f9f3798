"""What holds for every command: a stream of few letters ends none, no table is cut, no path of the machine is told."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import typer
from rich.console import Console, ConsoleOptions, RenderResult
from typer.testing import CliRunner

from experiments.bench import bench
from experiments.bench.measure import Effort
from experiments.cli import app, main
from experiments.labels import NOBODY, call_partner
from experiments.terminal.table import TerminalTable
from tests.made_once import made_once
from tests.shipped_partner import of_the_shipped_partner, text_of
from tests.terminal_support import check_whole
from tests.trade_tables import write_csv, write_lists
from tests.tree import ROOT
from tests.verbs import SERVERS, TABLED, VERBS

TITLE = "通商交渉 … 二つの争点 🚢"
FIRM = "さくらインターネット"
OTHER = "ひまわりネットワーク"
PARTNER = """
partner:
  name: Ruritania
  adjective: Ruritanian
  government: Crown of Ruritania
  currency: krone
"""


@dataclass
class Ran:
    """What all commands printed, ended with and left behind."""

    folder: Path
    codes: dict[str, object] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[TerminalTable]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run every command on ASCII streams, on a config whose names they cannot show."""
    return made_once(tmp_path_factory, "verbs", _ran)


def _ran(folder: Path) -> Ran:
    found = Ran(folder)
    text = (ROOT / "configs" / "tiny.yaml").read_text("utf-8")
    for old, new in (("Two issues, two firms, one maker", TITLE), ("name: Big", f"name: {FIRM}"),
                     ("name: Small", f"name: {OTHER}"), ("\npartner:\n", PARTNER)):  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (found.folder / "odd.yaml").write_text(text, "utf-8")
    write_csv(found.folder / "odd.csv")
    (found.folder / "odd_ranges.csv").write_text("us_treasury.consumer_weight,0.1,1\n", "utf-8")
    (found.folder / "pair.yaml").write_text(f"name: pair\ntitle: {TITLE}\ncases: [UK, Korea]\n", "utf-8")
    write_lists(found.folder / "lists")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(found.folder)
        patch.setattr(bench, "QUICK", replace(bench.QUICK, effort=Effort(repetitions=1, seconds=0.001), start_runs=1))
        for verb, words in VERBS.items():
            _run(found, verb, shlex.split(words), patch)
    return found


def _run(found: Ran, verb: str, words: list[str], patch: pytest.MonkeyPatch) -> None:
    call_partner(NOBODY)  # as in a process of its own, which has loaded no config before
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    tables = found.tables.setdefault(verb, [])
    show = TerminalTable.__rich_console__

    def recorded(table: TerminalTable, console: Console, options: ConsoleOptions) -> RenderResult:
        tables.append(table)
        return show(table, console, options)

    with patch.context() as now:
        now.setattr(sys, "argv", ["winset", *words])
        now.setattr(sys, "stdout", out)
        now.setattr(sys, "stderr", err)
        now.setattr(TerminalTable, "__rich_console__", recorded)
        try:
            main()
            found.codes[verb] = 0
        except SystemExit as end:
            found.codes[verb] = end.code
        for stream, kept in ((out, found.printed), (err, found.told)):
            stream.flush()
            assert isinstance(stream.buffer, io.BytesIO)
            kept[verb] = stream.buffer.getvalue().decode("ascii")


def test_every_command_is_among_them() -> None:
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group has commands
    assert commands == {words.split()[0] for words in VERBS.values() if not words.startswith("-")} | SERVERS


def test_a_stream_of_few_letters_ends_no_command(ran: Ran) -> None:
    failed = {verb: (code, ran.told[verb][-500:]) for verb, code in ran.codes.items() if code != 0}
    assert not failed
    assert r"\u901a\u5546" in ran.printed["check"]
    assert r"\u3055\u304f\u3089" in ran.printed["run"]
    assert OTHER in json.dumps(json.loads(ran.printed["play as JSON"]), ensure_ascii=False)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("verb", TABLED)
def test_no_table_is_cut(ran: Ran, verb: str, width: int) -> None:
    assert ran.tables[verb], "prints no table"
    for table in ran.tables[verb]:
        check_whole(table, width)


def test_nothing_tells_a_path_of_the_machine(ran: Ran) -> None:
    secret = {str(ran.folder), str(ran.folder.resolve()), str(Path.home()), str(ROOT)} - {"/"}
    texts = {f"{verb}, printed": ran.printed[verb] for verb in VERBS}
    texts |= {f"{verb}, told": ran.told[verb] for verb in VERBS}
    for path in ran.folder.rglob("*"):
        if path.is_file():
            texts[str(path.relative_to(ran.folder))] = text_of(path)
    assert any(name.endswith("report.html") for name in texts)
    told = [(name, one) for name, text in texts.items() for one in secret if one in text]
    # The list of configs names where the shipped ones lie, for they are to be typed.
    assert not [(name, one) for name, one in told if name != "list of configs, printed"]


def test_nothing_is_said_of_the_partner_of_the_shipped_case(ran: Ran) -> None:
    """Sources excepted, which say whose number it is, and the list of shipped configs."""
    texts = {f"{verb}, printed": ran.printed[verb] for verb in VERBS}
    texts |= {f"{verb}, told": ran.told[verb] for verb in VERBS}
    texts |= {
        str(path.relative_to(ran.folder)): text_of(path)
        for path in ran.folder.rglob("*")
        if path.is_file() and path.suffix != ".png"
    }
    found = {name: sorted(of_the_shipped_partner(text))[:5] for name, text in texts.items()}
    assert not {name: said for name, said in found.items() if said and name != "list of configs, printed"}
    for verb in ("run", "play", "solve", "check", "tournament", "stress", "exploit", "advise"):
        assert "Ruritania" in ran.printed[verb], verb
    unnamed = {name for name, text in texts.items() if re.search(r"\bPartner\b", text)}
    assert not unnamed - {"list of configs, printed"}, "a text that names nobody"
    assert "Ruritanian data-centre firms" in ran.printed["check"]


@pytest.mark.parametrize("verb", sorted(typer.main.get_command(app).commands))  # type: ignore[attr-defined]  # a group has commands
def test_help_tells_no_path_of_the_machine(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    text = "".join(CliRunner().invoke(app, [verb, "--help"], prog_name="winset").stdout.split())
    assert "Usage:winset" in text
    assert not [one for one in (str(Path.home()), str(ROOT), str(Path.cwd())) if one != "/" and one in text]
