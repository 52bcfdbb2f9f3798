"""The compiled engine: hands a batch to the kernel and refuses what no rule may answer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from agents.errors import PlayerCall, TacticError, not_a_number
from agents.own_rules.compiling import NotCompiled
from agents.tactics.registry import TACTICS
from experiments.design.draws import talk_draws
from experiments.engine.call_limit import batch_watched
from experiments.engine.rows import agent_names
from experiments.errors import RunError
from sim.bargaining.outcomes import BROKEN_PAYOFF, BROKEN_TACTIC, RUNNING
from sim.engine.case import not_finite
from sim.engine.kernel import play_all
from sim.engine.memory import Talks
from sim.engine.results import RESULT, TRACK, Ends
from sim.records import MAX_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.config.model import Config
    from experiments.design.records import Batch
    from sim.records import Floats, Record, Table


def play(config: Config, batch: Batch, seed: int, *, trajectories: bool, solutions: bool) -> Ends:
    """Play every negotiation of a batch; see :func:`experiments.engine.simulate.simulate`."""
    ends = empty_ends(batch, trajectories=trajectories)
    us, partner = (machine_code(name) for name in batch.tactics)
    try:
        with batch_watched(batch, ends.results):
            play_all(talks_of(config, batch, seed), us, partner, solutions, ends)
    except Exception:
        stopped = int(np.flatnonzero(ends.results["outcome"] == RUNNING)[0])
        _refuse_broken(config, batch, ends.results[:stopped])
        _replay(config, batch, seed, stopped)
        raise
    _refuse_broken(config, batch, ends.results)
    return ends


def _replay(config: Config, batch: Batch, seed: int, place: int) -> None:
    """Play a run that ended in an error once more with Mesa, which says what a user's tactic did and where."""
    from experiments.engine.agents import play_out
    from experiments.engine.cases import cases

    for number, case in enumerate(cases(config, batch, seed)):
        if number == place:
            play_out(case, batch.tactics)


def machine_code(name: str) -> Callable[[Record, Floats], float]:
    """Compiled rule of a tactic; that there is one is decided before an engine is chosen."""
    code = TACTICS[name].machine_code()
    if isinstance(code, NotCompiled):
        raise RunError(f"tactic {name} does not compile: {code.reason}; use --engine mesa.")
    return code.function


def talks_of(config: Config, batch: Batch, seed: int) -> Talks:
    """Negotiations of a batch with their draws, as the kernel takes them."""
    draws = talk_draws(config, batch, seed)
    return Talks(
        regimes=batch.parameters,
        beliefs=batch.beliefs,
        starts=batch.regime_days,
        noisy=np.array(batch.noisy, dtype=np.int64),
        firms=batch.firms,
        makers=batch.makers,
        movers=draws.movers,
        coins=draws.coins,
        executions=draws.executions,
        tactics=draws.tactics,
    )


def empty_ends(batch: Batch, *, trajectories: bool = False) -> Ends:
    """Arrays for the kernel to write into."""
    count = len(batch.runs)
    results = np.zeros(count, RESULT)
    results["outcome"] = RUNNING
    return Ends(
        results=results,
        agents=np.zeros((count, len(agent_names(batch)), 2)),
        tracks=np.zeros((count, MAX_ROUNDS) if trajectories else (0, 0), TRACK),
    )


def _refuse_broken(config: Config, batch: Batch, results: Table) -> None:
    """Refuse the first run that met a number that is none, in the words of the Mesa engine."""
    broken = np.flatnonzero(results["outcome"] < 0)
    if not broken.size:
        return
    run, result = int(batch.runs[broken[0]]), results[broken[0]]
    if result["outcome"] == BROKEN_PAYOFF:
        raise ArithmeticError(not_finite(run, config.calendar.start + timedelta(days=float(result["day"]))))
    if result["outcome"] == BROKEN_TACTIC:
        side = int(result["proposer"])
        call = PlayerCall(batch.tactics[side], side, int(result["round"]), run)
        raise TacticError(not_a_number(call.player, call.round, run), call)
    raise AssertionError(f"run {run} has no outcome")
