"""Play one pair of players on every world, with rows in the order of the worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.engine.worlds import Worlds
from experiments.questions.tournament.failures import Failure, failure_of
from experiments.questions.tournament.outcomes import WORLD_COLUMNS
from experiments.questions.tournament.players import CellFunction, cell_function
from experiments.refusals import REFUSALS, is_about_input
from sim.bargaining.outcomes import OUTCOMES
from sim.engine.results import gains_of
from sim.issues import SIDES

if TYPE_CHECKING:
    import pyarrow as pa

    from experiments.questions.tournament.terms import Terms
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


def play_or_fail(terms: Terms, blocks: list[Worlds], pair: Pair) -> pa.Table | Failure:
    """Play one pair on every world, or say why it cannot be played to the end."""
    try:
        return play_pair(terms, blocks, pair)
    except REFUSALS as error:
        if not is_about_input(error):
            raise
        us, partner = (terms.players[place] for place in pair)
        return failure_of(error, us, partner)


def play_pair(terms: Terms, blocks: list[Worlds], pair: Pair, play: CellFunction | None = None) -> pa.Table:
    """Play one pair on every world, by `play` where it is given; one row a world."""
    import pyarrow as pa

    us, partner = (terms.players[place] for place in pair)
    play = play or cell_function(us, partner)
    tables = [
        rows_of(us.label, partner.label, worlds, play(worlds, us, partner, solutions=terms.solutions))
        for worlds in blocks
    ]
    return pa.concat_tables(tables).combine_chunks()


def empty_rows() -> pa.Table:
    """Table of worlds of no pair."""
    import pyarrow as pa

    kinds = {name: pa.string() for name in ("us", "partner", "outcome")} | {"world": pa.int64(), "round": pa.int64()}
    return pa.schema([(name, kinds.get(name, pa.float64())) for name in WORLD_COLUMNS]).empty_table()


def rows_of(us: str, partner: str, worlds: Worlds, ends: Ends) -> pa.Table:
    """Rows of the table of worlds; documented in docs/tournament.md."""
    import pyarrow as pa

    results, gain = ends.results, gains_of(ends.results, ends.agents)
    columns: dict[str, Any] = {
        "us": pa.array([us] * len(worlds), pa.string()),
        "partner": pa.array([partner] * len(worlds), pa.string()),
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
    return pa.table(columns).select(WORLD_COLUMNS)
