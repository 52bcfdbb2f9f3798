"""A second process lowers rules: what it has lowered is taken over, and without it nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from numba.core.errors import TypingError

from sim import lowering_apart
from sim.compiled import IS_COMPILED
from sim.linking import Rule
from tests.lowered_part import PARTS, halved, lowered_elsewhere
from tests.tree import ROOT

pytestmark = [pytest.mark.unit, pytest.mark.skipif(not IS_COMPILED, reason="nothing is compiled")]


def doubled(x: float) -> float:
    """Twice what another process has lowered."""
    return 2.0 * lowered_elsewhere(x)


def wrong(x: float) -> float:
    """What has no types."""
    return lowered_elsewhere("x") + x  # type: ignore[arg-type]  # that is the fault


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Processes that are started, with two processors to be had and nothing lowered yet."""
    found: list[subprocess.Popen[bytes]] = []

    class Recorded(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for rule in (halved, lowered_elsewhere):
        rule.lowered.overloads.clear()  # type: ignore[attr-defined]  # a compiled rule
    return found


def _beside(function: Any, module: str) -> Any:
    return Rule(function, meanwhile=partial(lowering_apart.lowered_apart, module, PARTS))


def _number_of(rule: Any) -> int:
    (overload,) = rule.lowered.overloads.values()
    return int(overload.fndesc.uid)


def test_what_a_second_process_has_lowered_is_taken_over(started: list[subprocess.Popen[bytes]]) -> None:
    assert _beside(doubled, "tests.lowered_part")(8.0) == 10.0
    assert len(started) == 1
    assert _number_of(lowered_elsewhere) >= 1_000_000
    assert halved.lowered.overloads == {}  # type: ignore[attr-defined]  # came with it


@pytest.mark.parametrize("module", ["tests.no_such_module", "tests.tree"])
def test_what_it_does_not_give_is_lowered_here(started: list[subprocess.Popen[bytes]], module: str) -> None:
    assert _beside(doubled, module)(8.0) == 10.0
    assert len(started) == 1
    assert _number_of(lowered_elsewhere) < 1_000_000


def test_one_processor_starts_no_second_process(
    started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert _beside(doubled, "tests.lowered_part")(8.0) == 10.0
    assert started == []


def test_the_process_ends_with_a_rule_that_does_not_compile(started: list[subprocess.Popen[bytes]]) -> None:
    with pytest.raises(TypingError):
        _beside(wrong, "tests.lowered_part")(8.0)
    (process,) = started
    assert process.returncode is not None
    assert not lowered_elsewhere.lowered.awaited  # type: ignore[attr-defined]  # a compiled rule


@pytest.mark.long
def test_the_engine_asks_for_all_that_is_lowered_for_it(tmp_path: Path) -> None:
    code = "import logging; logging.basicConfig(level=logging.INFO); import sim.engine.kernel"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"WINSET_CACHE_DIR": str(tmp_path / "cache")},
    )  # fmt: skip
    assert "second process" not in done.stderr
