"""The door for notebooks and scripts: run a config and get data frames, or play one negotiation and read its story."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.tactics.registering import register, unregister
from experiments.config.load import AnyConfig, config_of
from experiments.config.own_tactics import EngineName, load_tactics
from experiments.engine.call_limit import CALL_SECONDS
from experiments.errors import MAX_RUNS, SEEDS, check_number
from experiments.labels import partner_called
from experiments.progress import COMPILING, _MessagesOnly
from experiments.questions.run.result import RunResult
from experiments.questions.run.run import play as play_runs
from experiments.questions.tournament.failures import OnError
from experiments.questions.tournament.players import Player
from experiments.questions.tournament.result import TournamentResult
from experiments.questions.tournament.terms import (
    DEFAULT_ALPHA,
    DEFAULT_DRAWS,
    DEFAULT_LEVEL,
    DEFAULT_STARTS,
    DEFAULT_WORLDS,
    Utility,
)
from experiments.questions.tournament.tournament import play as play_tournament
from experiments.store.plan import Options, scope_of
from experiments.store.reading import load_runs, load_trajectories
from experiments.story.played import PlayResult

if TYPE_CHECKING:
    from experiments.questions.advise.advise import Advice
    from experiments.questions.exploit.exploit import ExploitResult
    from experiments.questions.solve.problem import Solved
    from experiments.questions.stress.result import StressOptions, StressResult

__all__ = [
    "PlayResult",
    "RunResult",
    "TournamentResult",
    "advise",
    "exploit",
    "load_runs",
    "load_tactics",
    "load_trajectories",
    "play",
    "register",
    "run",
    "solutions",
    "stress",
    "tournament",
    "unregister",
]


def run(
    config: AnyConfig,
    runs: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    workers: int = 1,
    trajectories: bool | None = None,
    out: str | Path | None = None,
    *,
    engine: EngineName | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> RunResult:
    """Run many negotiations.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    runs, seed : int, optional
        Number of negotiations and seed; by default those of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    workers : int
        Number of processes. They do not execute the script that starts them.
    trajectories : bool, optional
        Whether every run's trajectory is kept; by default as the config says.
    out : str or pathlib.Path, optional
        Directory for the files; without one they are gone when the frames are read.
    engine : str, optional
        ``compiled`` or ``mesa``; the rows are the same.
    resume, overwrite : bool
        Go on with the run in `out`, or replace it.

    Returns
    -------
    RunResult
        Tables of the run.
    """
    loaded = config_of(config, sets)
    options = Options(runs=runs, seed=seed, engine=engine, trajectories=scope_of(trajectories))
    with partner_called(loaded.partner.names):
        return play_runs(
            loaded,
            options,
            out,
            workers=workers,
            progress=_MessagesOnly(),
            resume=resume,
            overwrite=overwrite,
        )


def play(
    config: AnyConfig,
    seed: int | None = None,
    run: int = 0,
    sets: Sequence[str] = (),
    *,
    say: Callable[[str], None] | None = None,
) -> PlayResult:
    """Play one negotiation and tell it round by round.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    seed : int, optional
        Seed; by default that of the config.
    run : int
        Which of the negotiations of this seed.
    sets : sequence of str
        Changes ``path=value`` to the config.
    say : callable, optional
        Told when the rules have to be compiled first.
    """
    from experiments.story.narrative import narrate
    from sim.compiled import is_cold

    loaded = config_of(config, sets)
    chosen = loaded.experiment.seed if seed is None else seed
    check_number("--seed", chosen, *SEEDS)
    check_number("--run", run, 0, MAX_RUNS - 1)
    if say is not None and is_cold():
        say(COMPILING)
    with partner_called(loaded.partner.names):
        return PlayResult(loaded, narrate(loaded, chosen, run))


def solutions(
    config: AnyConfig,
    run: int = 0,
    seed: int | None = None,
    sets: Sequence[str] = (),
    *,
    powers: Sequence[float] | None = None,
    refine: bool = False,
    say: Callable[[str], None] | None = None,
) -> Solved:
    """Play one negotiation and solve the bargaining problem that it ended with.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    run : int
        Which of the negotiations of this seed.
    seed : int, optional
        Seed; by default that of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    powers : sequence of float, optional
        Bargaining powers of the US for asymmetric Nash solutions; by default 0.25 and 0.75.
    refine : bool
        Whether to look for the solutions between the levels of the grid as well.
    say : callable, optional
        Told when the rules have to be compiled first.
    """
    from experiments.questions.solve.points import POWERS
    from experiments.questions.solve.problem import solve
    from sim.compiled import is_cold

    if say is not None and is_cold():
        say(COMPILING)
    return solve(config_of(config, sets), seed, run, POWERS if powers is None else tuple(powers), refine=refine)


def tournament(
    config: AnyConfig,
    players: Sequence[str | Player] | None = None,
    worlds: int = DEFAULT_WORLDS,
    seed: int | None = None,
    sets: Sequence[str] = (),
    workers: int | None = None,
    out: str | Path | None = None,
    *,
    guests: Sequence[str] = (),
    utility: Utility = "payoff",
    alpha: float = DEFAULT_ALPHA,
    level: float = DEFAULT_LEVEL,
    draws: int = DEFAULT_DRAWS,
    starts: int = DEFAULT_STARTS,
    solutions: bool = True,
    on_error: OnError = "keep",
    pair_timeout: float | None = None,
    call_timeout: float = CALL_SECONDS,
    resume: bool = False,
    overwrite: bool = False,
) -> TournamentResult:
    """Let every player meet every player in both seats on the same worlds.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    players : sequence of str or Player, optional
        Tactics with their knobs, as ``"boulware{beta: 0.1}"``, or other players; by default every tactic.
    worlds : int
        Draws of the config that every pair plays.
    seed : int, optional
        Seed; by default that of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    workers : int, optional
        Threads; by default one a processor.
    out : str or pathlib.Path, optional
        Directory for the files; without one they are gone when the frames are read.
    guests, utility, alpha, level, draws, starts, solutions, on_error, pair_timeout, call_timeout
        As in :func:`experiments.questions.tournament.tournament.play`.
    resume, overwrite : bool
        Go on with the tournament in `out`, or replace it.

    Returns
    -------
    TournamentResult
        Tables of the tournament.
    """
    loaded = config_of(config, sets)
    with partner_called(loaded.partner.names):
        return play_tournament(
            loaded,
            players,
            guests=guests,
            worlds=worlds,
            seed=seed,
            utility=utility,
            alpha=alpha,
            level=level,
            draws=draws,
            starts=starts,
            solutions=solutions,
            on_error=on_error,
            pair_timeout=pair_timeout,
            call_timeout=call_timeout,
            workers=workers,
            out=out,
            resume=resume,
            overwrite=overwrite,
        )


def stress(
    config: AnyConfig,
    options: StressOptions,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    *,
    resume: bool = False,
    overwrite: bool = False,
) -> StressResult:
    """Search for what hurts a tactic most; see :func:`experiments.questions.stress.stress.stress`."""
    from experiments.questions.stress.stress import stress as stress_tactic

    original = Path(config) if isinstance(config, str | Path) and not sets else None
    folder = None if out is None else Path(out)
    return stress_tactic(
        config_of(config, sets), options, folder, original=original, resume=resume, overwrite=overwrite
    )


def exploit(config: AnyConfig, tactics: Sequence[str] = (), sets: Sequence[str] = (), **asked: Any) -> ExploitResult:
    """Find the best reply to each tactic; `asked` as in :func:`experiments.questions.exploit.exploit.exploit`."""
    from experiments.questions.exploit.exploit import exploit as best_replies

    return best_replies(config_of(config, sets), tuple(tactics), **asked)


def advise(config: AnyConfig, side: str, levers: Sequence[str] = (), sets: Sequence[str] = (), **asked: Any) -> Advice:
    """Try a side's levers while the other reacts; `asked` as in :func:`experiments.questions.advise.advise.advise`."""
    from experiments.questions.advise.advise import advise as advise_side

    return advise_side(config_of(config, sets), side, tuple(levers), **asked)
