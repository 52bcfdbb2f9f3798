"""Play the pairs of a tournament on the same worlds, and lay each result out as rows."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.engine.worlds import Worlds
from experiments.refusals import REFUSALS, is_about_input
from experiments.tournament.failures import FailedPairError, Failure, Limits, failure_of, is_from_outside
from experiments.tournament.players import CellFunction, cell_function
from sim.bargaining.outcomes import OUTCOMES
from sim.engine.results import gains_of
from sim.issues import SIDES

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.tournament.isolation import Children
    from experiments.tournament.terms import Terms
    from sim.engine.results import Ends

#: Worlds whose records are copied for a pair at a time; more take memory and no less time.
_BLOCK: Final = 1_000

Pair = tuple[int, int]


def draw_worlds(terms: Terms, at_a_time: int = _BLOCK) -> list[Worlds]:
    """Draw the worlds, block by block; run k of a ``winset run`` of as many runs is world k."""
    total = terms.worlds
    return [
        Worlds.draw(terms.config, min(at_a_time, total - first), terms.seed, first, total)
        for first in range(0, total, at_a_time)
    ]


def play_pairs(
    terms: Terms, pairs: Iterable[Pair], workers: int, limits: Limits
) -> Generator[tuple[Pair, pa.Table | Failure]]:
    """Play `pairs` and yield their rows as they are done, or why there are none.

    What the rows hold depends on no order, thread or limit. Tactics of winset are played in threads. Pairs in which a
    player from outside sits are played in processes of their own.

    Raises
    ------
    FailedPairError
        When a pair fails and `limits` say to stop.
    """
    wanted = list(pairs)
    if not wanted:
        return
    outside = [any(is_from_outside(terms.players[place]) for place in pair) for pair in wanted]
    blocks = [] if all(outside) else draw_worlds(terms)
    with ExitStack() as left, ThreadPoolExecutor(workers) as pool:
        children = _children(terms, limits) if any(outside) else None
        if children is not None:
            left.callback(children.close)
        futures = {
            pool.submit(children.play, pair) if children is not None and apart
            else pool.submit(play_or_fail, terms, blocks, pair): pair
            for pair, apart in zip(wanted, outside, strict=True)
        }  # fmt: skip
        try:
            for future in as_completed(futures):
                found = future.result()
                if isinstance(found, Failure) and limits.on_error == "stop":
                    raise FailedPairError(f"{found.us} against {found.japan}: {found.message.rstrip('.')}.")
                yield futures.pop(future), found
        except BaseException:
            if children is not None:
                children.stop()
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _children(terms: Terms, limits: Limits) -> Children:
    from experiments.tournament.isolation import Children
    from sim.compiled import is_cold

    return Children(terms, limits, one_at_first=is_cold())


def play_or_fail(terms: Terms, blocks: list[Worlds], pair: Pair) -> pa.Table | Failure:
    """Play one pair on every world, or say why it cannot be played to the end."""
    try:
        return play_pair(terms, blocks, pair)
    except REFUSALS as error:
        if not is_about_input(error):
            raise
        us, japan = (terms.players[place] for place in pair)
        return failure_of(error, us, japan)


def play_pair(terms: Terms, blocks: list[Worlds], pair: Pair, play: CellFunction | None = None) -> pa.Table:
    """Play one pair on every world, by `play` where it is given; one row a world."""
    import pyarrow as pa

    us, japan = (terms.players[place] for place in pair)
    play = play or cell_function(us, japan)
    tables = [
        rows_of(us.label, japan.label, worlds, play(worlds, us, japan, solutions=terms.solutions)) for worlds in blocks
    ]
    return pa.concat_tables(tables).combine_chunks()


def empty_rows() -> pa.Table:
    """Table of worlds of no pair."""
    import pyarrow as pa

    return pa.schema(
        [(name, pa.string()) for name in ("us", "japan")]
        + [("world", pa.int64()), ("outcome", pa.string()), ("round", pa.int64()), ("day", pa.float64())]
        + [(f"{kind}.{side}", pa.float64()) for kind in ("payoff", "gain") for side in SIDES]
        + [(name, pa.float64()) for name in ("gain.domestic", "nash_distance", "pareto_gap")]
    ).empty_table()


def rows_of(us: str, japan: str, worlds: Worlds, ends: Ends) -> pa.Table:
    """Rows of the table of worlds; documented in docs/tournament.md."""
    import pyarrow as pa

    results, gain = ends.results, gains_of(ends.results, ends.agents)
    columns: dict[str, Any] = {
        "us": pa.array([us] * len(worlds), pa.string()),
        "japan": pa.array([japan] * len(worlds), pa.string()),
        "world": pa.array(worlds.batch.runs),
        "outcome": pa.array([str(OUTCOMES[place]) for place in results["outcome"]], pa.string()),
        "round": pa.array(np.ascontiguousarray(results["round"])),
        "day": pa.array(np.ascontiguousarray(results["day"])),
    }
    for kind, values in (("payoff", results["payoff"]), ("gain", gain)):
        for side, government in enumerate(SIDES):
            columns[f"{kind}.{government}"] = pa.array(np.ascontiguousarray(values[:, side]))
    columns["gain.domestic"] = pa.array(gain[:, len(SIDES) :].sum(axis=1))
    for name in ("nash_distance", "pareto_gap"):
        values = np.ascontiguousarray(results[name])
        columns[name] = pa.array(values, pa.float64(), mask=np.isnan(values))
    return pa.table(columns)
