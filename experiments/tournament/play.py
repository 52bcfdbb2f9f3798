"""Play the pairs of a tournament on the same worlds, and lay each result out as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.tournament.players import cell_function
from experiments.worlds import Worlds, gains
from sim.issues import SIDES
from sim.protocol import OUTCOMES

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.tournament.terms import Terms
    from sim.results import Ends

#: Worlds whose records are copied for a pair at a time; more take memory and no less time.
_BLOCK: Final = 1_000

Pair = tuple[int, int]


def draw_worlds(terms: Terms) -> list[Worlds]:
    """Draw the worlds, block by block; run k of a ``winset run`` of as many runs is world k."""
    total = terms.worlds
    return [
        Worlds.draw(terms.config, min(_BLOCK, total - first), terms.seed, first, total)
        for first in range(0, total, _BLOCK)
    ]


def play_pairs(terms: Terms, pairs: Iterable[Pair], workers: int) -> Iterator[tuple[Pair, pa.Table]]:
    """Play `pairs` and yield their rows as they are done; what the rows hold depends on no order and no thread."""
    wanted = list(pairs)
    if not wanted:
        return
    blocks = draw_worlds(terms)
    players = terms.players
    together = [(us, japan) for us, japan in wanted if players[us].threads and players[japan].threads]
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(play_pair, terms, blocks, pair): pair for pair in together}
        try:
            for future in as_completed(futures):
                yield futures.pop(future), future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    for pair in wanted:
        if pair not in together:
            yield pair, play_pair(terms, blocks, pair)


def play_pair(terms: Terms, blocks: list[Worlds], pair: Pair) -> pa.Table:
    """Play one pair on every world; one row a world."""
    import pyarrow as pa

    us, japan = (terms.players[place] for place in pair)
    play = cell_function(us, japan)
    tables = [
        _rows(us.label, japan.label, worlds, play(worlds, us, japan, solutions=terms.solutions)) for worlds in blocks
    ]
    return pa.concat_tables(tables).combine_chunks()


def _rows(us: str, japan: str, worlds: Worlds, ends: Ends) -> pa.Table:
    """Rows of the table of worlds; documented in docs/tournament.md."""
    import pyarrow as pa

    results, gain = ends.results, gains(ends)
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
    columns["gain.domestic"] = pa.array((ends.agents[:, :, 0] - ends.agents[:, :, 1]).sum(axis=1))
    for name in ("nash_distance", "pareto_gap"):
        values = np.ascontiguousarray(results[name])
        columns[name] = pa.array(values, pa.float64(), mask=np.isnan(values))
    return pa.table(columns)
