"""Smallest call of every command, and what a call that must be refused says."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

from experiments.cli import app
from tests.command_line import winset
from tests.trade_tables import LISTS, TABLE
from tests.tree import ROOT

CHAIN: Final = str(ROOT / "configs" / "chains" / "five.yaml")
TINY: Final = str(ROOT / "configs" / "tiny.yaml")
#: Bounds of one number.
RANGES: Final = str(ROOT / "tests" / "data" / "ranges.csv")
#: A table of one actor with one position.
ALONE: Final = str(ROOT / "tests" / "data" / "alone.csv")
GROUP: Final[Any] = typer.main.get_command(app)


@dataclass(frozen=True)
class Verb:
    """Smallest call of a command, how it names its output, and what it needs besides to write one.

    In it `config`, `positions`, `folder`, `other`, `table`, `lists`, `ranges` and `chain` stand for what the command
    reads.
    """

    call: tuple[str, ...]
    out: str | None = None
    is_file: bool = False
    writes: tuple[str, ...] = ()


SIDE: Final = ("--side", "us_treasury")
#: Under this tiny's talks end with and without a deal.
UNCERTAIN: Final = "us_treasury.consumer_weight={dist: uniform, low: 0.1, high: 1}"
SMALLEST: Final = {
    "run": Verb(("config",), "--out", writes=("--runs", "2", "--no-figures")),
    "play": Verb(("config",)),
    "solve": Verb(("config",), "--out"),
    "app": Verb(("config", "--no-open")),
    "factorial": Verb(("config",), "--out", writes=("--runs", "2", "--switch", "t=walk_away.threat_car_tariff=0.1")),
    "grid": Verb(("config",), "--out", writes=("--runs", "2")),
    "positions": Verb(("positions",), "--out", writes=("--draws", "2")),
    "hindcast": Verb(
        ("config", "--informed", "--as-of", "2025-05-28"), "--out", writes=("--runs", "40", "--no-figures")
    ),
    "calibrate": Verb(("config",), "--out", writes=("--draws", "100")),
    "bench": Verb(("--config", "config", "--quick", "--no-cold", "--no-memory", "--no-negmas"), "--json", is_file=True),
    "tournament": Verb(("config", "--players", "boulware,conceder"), "--out", writes=("--worlds", "2", "--no-figures")),
    "sweep": Verb(("config", "--over", "us_treasury.consumer_weight=0.5,1"), "--out", writes=("--runs", "2")),
    "sensitivity": Verb(("config",), "--out", writes=("--base", "16", "--trajectories", "4")),
    "discover": Verb(("config",), "--out", writes=("--runs", "200", "--set", UNCERTAIN)),
    "stress": Verb(("config", *SIDE), "--out", writes=("--budget", "2000", "--aim", "gain", "--no-map")),
    "exploit": Verb(("config", "--tactic", "conceder"), "--out", writes=("--budget", "12000")),
    "value": Verb(("config",), "--out", writes=("--draws", "2", "--no-figures")),
    "advise": Verb(("config", *SIDE), "--out", writes=("--worlds", "20")),
    "forecast": Verb(("UK",), "--out", writes=("--draws", "2", "--no-figures")),
    "chain": Verb(("chain",), "--out", writes=("--runs", "2", "--stress", "0", "--no-figures")),
    "check": Verb(("config",)),
    "list": Verb(("tactics",)),
    "hash": Verb(("folder",)),
    "compare": Verb(("folder", "other"), "--out"),
    "export": Verb(("folder",), "--out"),
    "import": Verb(("ranges", "--config", "config"), "--out", is_file=True),
    "case": Verb(("table", "--lists", "lists"), "--out", is_file=True, writes=("--known-by", "2025-04-11")),
    "guests": Verb(("config",), writes=("--us", "boulware")),
    "scenario": Verb(("config",), "--out", writes=("--run", "0")),
    "report": Verb(("folder",), "--out", is_file=True),
    "plot": Verb(("folder",), "--out"),
}


def beside(folder: str | Path) -> str:
    """Name of the directory beside another, which holds the same."""
    return f"{os.fspath(folder)}-other"


def call(
    verb: str,
    *more: str | Path,
    folder: str | Path = "folder",
    config: str | Path = TINY,
    positions: str | Path = ALONE,
) -> list[str]:
    """Smallest call of a command with an output that nothing else uses, unless `more` names one."""
    stands = {
        "config": config,
        "positions": positions,
        "folder": folder,
        "other": beside(folder),
        "table": TABLE,
        "lists": LISTS,
        "chain": CHAIN,
        "ranges": RANGES,
    }
    return [
        verb,
        *(os.fspath(stands.get(word, word)) for word in SMALLEST[verb].call),
        *(os.fspath(word) for word in more),
    ]


def refused(arguments: list[str], codes: tuple[int, ...] = (2,)) -> str:
    """What a call says that must be refused."""
    result = winset(*arguments)
    assert result.exit_code in codes, (arguments, result.output, result.exception)
    assert isinstance(result.exception, SystemExit), (arguments, result.exception)
    assert "Traceback" not in result.output
    assert "error: " in result.stderr, arguments
    assert "─" not in result.stderr, "a box"
    assert len(result.stderr) < 3_000, arguments
    return " ".join(result.stderr.split())
