"""Marks every test with the kind that its folder names, and fixes how hypothesis runs."""

from __future__ import annotations

import functools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
import typer.testing
from hypothesis import settings

from experiments.config.parameters import JAPAN
from experiments.labels import call_partner
from tests.browser import chromium
from tests.sizes import ask_for_long, is_long

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TESTS = Path(__file__).parent

# No deadline: the first example may compile rules. In CI the same examples are tried on every run.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


# Typer would make every command anew for each of the thousands of calls.
vars(typer.testing)["_get_command"] = functools.cache(typer.main.get_command)

#: By these a terminal, or whoever started the tests, changes the width and colours of what is printed.
PRINTING = ("CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "LINES", "NO_COLOR", "PY_COLORS",
            "TTY_COMPATIBLE", "TTY_INTERACTIVE")  # fmt: skip
for _name in PRINTING:
    os.environ.pop(_name, None)

#: Signals that a shell or `nohup` may have told its children to ignore, and what Python does with them otherwise.
_SIGNALS: dict[signal.Signals, Callable[..., object] | signal.Handlers] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGHUP: signal.SIG_DFL,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the tests that take long."""
    parser.addoption("--long", action="store_true", help="also run what takes long, and try more of what is drawn")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the size, and take back what a parent has ignored.

    Programs that tests start would ignore the same signals, and be waited for in vain.
    """
    ask_for_long(config.getoption("--long"))
    for number, usual in _SIGNALS.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_runtest_setup() -> None:
    """Say of tables alone, without a config, what is said of the shipped case, whatever an earlier test has named."""
    call_partner(JAPAN)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark ``tests/unit/...`` as unit, and so on; a folder without a registered marker is an error."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])
    if not is_long():
        left_out = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of a file; while it runs, no loop of asyncio can be started."""
    with chromium() as started:
        yield started
