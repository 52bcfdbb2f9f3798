"""The compiled engine at its edges: what it refuses and how it says so, own tactics, threads, and what it keeps."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from agents.errors import OwnTacticError, TacticError
from agents.tactics.registry import TACTICS
from experiments.bench.measure import prepare
from experiments.cli import app
from experiments.config import own_tactics as user_tactics
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.config.own_tactics import EngineName, load_tactics
from experiments.design.records import Batch, build_records
from experiments.design.sampling import design_table
from experiments.engine import agents as engine_mesa
from experiments.engine import compiled as engine_compiled
from experiments.engine.compiled import empty_ends
from experiments.engine.simulate import simulate
from sim.engine.results import TRACK, Ends
from sim.records import MAX_ROUNDS
from tests.support_engines import assert_same_bits, played_by_both
from tests.tree import CONFIGS

TINY, JULY, BLUFF, CARS = (CONFIGS / f"{name}.yaml" for name in ("tiny", "july_2025", "bluff", "cars_on_the_table"))
ENGINES: tuple[EngineName, ...] = ("compiled", "mesa")
PLAY = {"compiled": engine_compiled.play, "mesa": engine_mesa.play}
RUNS = 12

HEAD = "import math\nfrom experiments.api import register\n\n@register"


@pytest.fixture(autouse=True)
def forget_tactics() -> Iterator[None]:
    """Leave the registry as it was."""
    before, files = dict(TACTICS), dict(user_tactics._loaded)
    yield
    TACTICS.clear()
    TACTICS.update(before)
    user_tactics._loaded.clear()
    user_tactics._loaded.update(files)


def _written(folder: Path, body: str, *, draws: bool = False) -> Path:
    """File with a tactic ``own`` that may draw; its body starts in line 6."""
    path = folder / "own.py"
    path.write_text(f"{HEAD}{'(is_random=True)' if draws else ''}\ndef own(view, knobs):\n    {body}\n")
    return path


def _batch(config: Config, runs: int = RUNS, seed: int = 1) -> Batch:
    return build_records(config, design_table(config, runs, seed, 0, runs), seed)


def _played(engine: str, config: Config, batch: Batch, seed: int = 1) -> Ends:
    return PLAY[engine](config, batch, seed, trajectories=False, solutions=False)


def _told(config: Config, batch: Batch, seed: int = 1) -> Exception | None:
    """What both engines refuse a batch with: the same error in the same words, or None."""
    told: list[Exception | None] = []
    for engine in ENGINES:
        try:
            _played(engine, config, batch, seed)
            told.append(None)
        except (ArithmeticError, ValueError) as error:
            told.append(error)
    assert type(told[0]) is type(told[1])
    assert str(told[0]) == str(told[1])
    return told[0]


def _run(engine: str, folder: Path, *options: str | Path) -> str:
    """Message of ``winset run``, which must refuse its input."""
    how = ("run", TINY, "--engine", engine, "--workers", "1", "--runs", str(RUNS), "--no-figures")
    result = CliRunner().invoke(app, [str(part) for part in (*how, "--out", folder / engine, *options)])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.stderr
    return result.stderr.strip()


@pytest.mark.parametrize("field", ["us_consumer_weight", "partner_guarantee_cost"])
@pytest.mark.parametrize("regime", [0, 1, 2])
def test_a_payoff_that_is_no_number_is_refused_with_run_and_date(field: str, regime: int) -> None:
    config = load_config(JULY)
    batch = _batch(config)
    batch.parameters[field][7:, regime:] = math.nan
    batch.parameters["tables_are_new"][:, regime] = 1
    batch.parameters["regime_is_new"][:, regime] = 1
    error = _told(config, batch)
    if regime == 0:
        assert str(error) == "run 7: a payoff is not a finite number on 2025-06-26"
    elif regime < 2:
        assert str(error) == "run 7: a payoff is not a finite number on 2025-07-08"
    else:
        assert type(error) is ArithmeticError


def test_the_command_line_refuses_a_payoff_that_is_no_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(*given: Any) -> Batch:
        batch = build_records(*given)
        batch.parameters["us_consumer_weight"][batch.runs == RUNS - 1] = math.inf
        return batch

    monkeypatch.setattr("experiments.engine.simulate.build_records", poisoned)
    told = {_run(engine, tmp_path) for engine in ENGINES}
    assert told == {f"error: run {RUNS - 1}: a payoff is not a finite number on 2025-06-01"}


@pytest.mark.parametrize("side", ["us_treasury", "partner"])
@pytest.mark.parametrize("protocol", ["alternating", "simultaneous"])
@pytest.mark.parametrize("when", ["view.round == 1", "view.round == 3", "view.time > 0.5", "view.offers > 1"])
def test_a_tactic_that_gives_no_number_is_refused_in_the_words_of_the_mesa_engine(
    when: str, protocol: str, side: str, tmp_path: Path
) -> None:
    load_tactics(_written(tmp_path, f"return math.nan if {when} else 1.0 - 0.3 * view.time"))
    config = load_config(CARS, [f"tactics.{side}={{name: own}}", f"protocol.kind={protocol}"])
    error = _told(config, _batch(config))
    assert isinstance(error, TacticError)
    assert re.search(r"tactic own returned NaN in round \d+ of run \d+", str(error))


def test_the_first_run_that_fails_is_told_whatever_fails_later(tmp_path: Path) -> None:
    """An answer that is none lets the batch go on and an error stops it; the earlier of the two is told."""
    no_number = "if view.draw < 0.02:\n        return math.nan\n"
    error = "    if view.draw > 0.98:\n        return view.gap[900]\n"
    body = f"{no_number}{error}    return 0.9"
    load_tactics(_written(tmp_path, body, draws=True))
    config = load_config(TINY, ["tactics.us_treasury={name: own}"])
    kinds = {type(_told(config, _batch(config, 20, seed), seed)) for seed in range(12)}
    assert {TacticError, OwnTacticError} <= kinds


def test_a_plan_for_the_deadline_that_is_no_number_is_refused(tmp_path: Path) -> None:
    """Talks that stand still ask both tactics what they would do at the deadline."""
    load_tactics(_written(tmp_path, "return math.nan if view.time == 1.0 else 0.95"))
    sets = ["tactics.us_treasury={name: own}", "tactics.partner={name: hardliner}"]
    config = load_config(TINY, [*sets, "protocol.stall_rounds=1"])
    assert isinstance(_told(config, _batch(config)), TacticError)


def test_the_command_line_refuses_a_tactic_that_gives_no_number(tmp_path: Path) -> None:
    path = _written(tmp_path, "return math.nan")
    told = {_run(engine, tmp_path, "--tactics", path, "--set", "tactics.us_treasury.name=own") for engine in ENGINES}
    (message,) = told
    assert message.startswith("error: tactic own returned NaN in round 1 of run 0")


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        ("rounds = (1.0, 0.9)\n    return rounds[view.round]", 7, "round 2 of run 0: IndexError"),
        (
            "if view.round > 2:\n        raise ValueError('no more')\n    return 1.0",
            7,
            "round 3 of run 0: ValueError: no",
        ),
        ("return view.gap[127 + view.round]", 6, "round 1 of run 0: IndexError"),
    ],
)
def test_an_error_in_compiled_code_is_told_with_file_line_round_and_run(
    body: str, line: int, told: str, tmp_path: Path
) -> None:
    path = _written(tmp_path, body)
    how = ("--tactics", path, "--set", "tactics.us_treasury.name=own")
    messages = {_run(engine, tmp_path, *how) for engine in ENGINES}
    (message,) = messages
    assert message.startswith(f"error: {path}:{line}: tactic own failed in {told}")


@pytest.mark.parametrize("config", [CARS, JULY, BLUFF], ids=lambda path: path.stem)
@pytest.mark.parametrize("draws", [False, True])
def test_own_tactics_give_the_same_tables_from_both_engines(draws: bool, config: Path, tmp_path: Path) -> None:
    seen = "worst = view.gap[view.offers - 1] if view.offers > 0 else 1.0\n"
    answer = "return 1.0 - 0.6 * view.time * view.draw" if draws else "return 1.0 - view.time / (1.0 + worst * worst)"
    body = answer if draws else f"{seen}    {answer}"
    load_tactics(_written(tmp_path, body, draws=draws))
    for protocol in ("alternating", "simultaneous"):
        sides = ["tactics.us_treasury={name: own}", "tactics.partner={name: own}"]
        tables = played_by_both(load_config(config, [*sides, f"protocol.kind={protocol}"]), RUNS)
        assert tables.trajectories is not None
        assert len(set(tables.trajectories["aspiration"].to_pylist())) > RUNS


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", [JULY, BLUFF], ids=lambda path: path.stem)
def test_trajectories_on_request_change_no_run(path: Path, engine: EngineName) -> None:
    config = load_config(path)
    asked, not_asked = (
        simulate(config, 0, RUNS, 1, RUNS, trajectories=wanted, solutions=False, engine=engine)
        for wanted in (True, False)
    )
    assert_same_bits(asked.runs, not_asked.runs)
    assert asked.trajectories is not None
    assert not_asked.trajectories is None


@pytest.mark.parametrize("path", [CARS, JULY, BLUFF], ids=lambda path: path.stem)
def test_threads_on_parts_of_a_batch_give_the_results_of_one(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TACTICS, "boulware", replace(TACTICS["boulware"], is_random=True))
    load_tactics(_written(tmp_path, "return 1.0 - 0.8 * view.time * view.draw", draws=True))
    config, runs = load_config(path, ["tactics.partner={name: own}"]), 61
    alone = prepare(config, runs, 3)(runs, 1)
    assert len(np.unique(alone.results["round"])) > 1
    for threads in (2, 3):
        shared = prepare(config, runs, 3)(runs, threads)
        assert shared.results.tobytes() == alone.results.tobytes()
        assert shared.agents.tobytes() == alone.agents.tobytes()


def test_memory_is_taken_for_trajectories_only_where_they_are_wanted() -> None:
    batch = _batch(load_config(JULY))
    bare, full = empty_ends(batch), empty_ends(batch, trajectories=True)
    assert bare.tracks.nbytes == 0
    assert full.tracks.shape == (RUNS, MAX_ROUNDS)
    assert full.tracks.nbytes == RUNS * MAX_ROUNDS * TRACK.itemsize
    assert bare.results.shape == full.results.shape == (RUNS,)
    # A run without trajectories must stay small, else millions of them would not fit into memory.
    assert (bare.results.nbytes + bare.agents.nbytes) / RUNS < 2500
