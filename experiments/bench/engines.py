"""Our engines as things to time: the whole chain from a config to its table, and the compiled loop by itself."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

from experiments.config.load import config_from
from experiments.config.own_tactics import EngineName
from experiments.labels import AGREEMENT

if TYPE_CHECKING:
    from experiments.bench.measure import Task
    from experiments.config.model import Config

#: Runs that one call of an engine computes; more of them follow one another, so that memory stays bounded.
STRETCH: Final = 10_000

#: Runs whose records are prepared for the compiled loop before it is timed.
PREPARED: Final = 10_000

#: Runs of which rounds and deals are counted.
ENDED: Final = 100

#: From the config to the table of runs, or from records to results.
Scope = Literal["table", "loop"]


class Loop(Protocol):
    """The compiled loop with its records ready."""

    def __call__(self, count: int, threads: int) -> object:
        """Play the first `count` of the prepared runs on so many threads."""


def prepare_loop(config: Config, count: int, seed: int) -> Loop:
    """Make the compiled loop by itself, with the records of so many negotiations."""
    from experiments.bench.measure import prepare

    return prepare(config, count, seed)


@dataclass(frozen=True, slots=True)
class Contender:
    """An engine in one way of running it.

    Attributes
    ----------
    engine : str
        ``compiled`` or ``mesa``.
    scope : str
        ``table`` or ``loop``.
    threads : int
        Threads of the compiled loop; processes, as in ``winset run``, for the whole chain.
    opening : bool
        Whether only the first round is played: tables, paths and one exchange of offers.
    play : callable
        Plays so many negotiations.
    """

    engine: str
    scope: Scope
    threads: int
    opening: bool
    play: Task

    @property
    def name(self) -> str:
        """Key of the contender."""
        return f"{self.engine}/{self.scope}/{self.threads}{'/opening' if self.opening else ''}"


def engines() -> tuple[EngineName, ...]:
    """Names of the engines, the compiled one first."""
    return tuple(sorted(get_args(EngineName)))


def opening_of(config: Config) -> Config:
    """Return the config with talks that end after one round."""
    return config_from(config.resolved(), config.name, ["calendar.round_limit=1"])


@contextmanager
def contenders(config: Config, seed: int, threads: tuple[int, ...] = (1, 2)) -> Iterator[list[Contender]]:
    """Make every way of running every engine, ready to be timed; workers end with the context."""
    short = opening_of(config)
    with ProcessPoolExecutor(max(threads), mp_context=multiprocessing.get_context("spawn")) as pool:
        made = []
        for engine in engines():
            _warm(pool, config, seed, engine, max(threads))
            made += [Contender(engine, "table", n, False, _table_task(pool, config, seed, engine, n)) for n in threads]
            made.append(Contender(engine, "table", 1, True, _table_task(pool, short, seed, engine, 1)))
        loop, short_loop = (prepare_loop(each, PREPARED, seed) for each in (config, short))
        made += [Contender("compiled", "loop", n, False, _loop_task(loop, n)) for n in threads]
        made.append(Contender("compiled", "loop", 1, True, _loop_task(short_loop, 1)))
        yield made


def play_stretch(config: Config, seed: int, engine: EngineName, first: int, count: int) -> None:
    """Compute consecutive runs, from the config to their table."""
    from experiments.engine.simulate import simulate

    for start in range(first, first + count, STRETCH):
        size = min(STRETCH, first + count - start)
        simulate(config, start, size, seed, start + size, trajectories=False, solutions=False, engine=engine)


def how_runs_end(config: Config, seed: int, engine: EngineName) -> dict[str, float]:
    """Play some runs; how many, their mean number of rounds and the share that ends in a deal."""
    from experiments.engine.simulate import simulate

    tables = simulate(config, 0, ENDED, seed, ENDED, trajectories=False, solutions=False, engine=engine)
    runs = tables.runs.select(["round", "outcome"]).to_pandas()
    deals = runs["outcome"] == AGREEMENT
    return {"runs": ENDED, "rounds": float(runs["round"].mean()), "deals": float(deals.mean())}


def _warm(pool: ProcessPoolExecutor, config: Config, seed: int, engine: EngineName, workers: int) -> None:
    play_stretch(config, seed, engine, 0, 1)
    for future in [pool.submit(play_stretch, config, seed, engine, 0, 1) for _ in range(workers)]:
        future.result()


def _table_task(pool: ProcessPoolExecutor, config: Config, seed: int, engine: EngineName, workers: int) -> Task:
    def play(count: int) -> None:
        if workers == 1:
            play_stretch(config, seed, engine, 0, count)
            return
        edges = [count * k // workers for k in range(workers + 1)]
        futures = [
            pool.submit(play_stretch, config, seed, engine, start, end - start)
            for start, end in pairwise(edges)
            if end > start
        ]
        for future in futures:
            future.result()

    return play


def _loop_task(loop: Loop, threads: int) -> Task:
    def play(count: int) -> None:
        for start in range(0, count, PREPARED):
            loop(min(PREPARED, count - start), threads)

    return play
