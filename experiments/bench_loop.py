"""The compiled loop by itself, with its records ready: what it takes on one thread or on several."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.compiled import empty_ends, machine_code, talks_of
from sim.engine.kernel import play_all
from sim.engine.memory import Talks
from sim.engine.results import Ends

if TYPE_CHECKING:
    from experiments.config.model import Config


@dataclass(frozen=True, slots=True)
class PreparedLoop:
    """Negotiations as records, with room for their ends."""

    talks: Talks
    ends: Ends
    tactics: tuple[str, str]

    def __call__(self, count: int, threads: int) -> Ends:
        """Play the first `count` negotiations on so many threads."""
        bounds = [round(count * share / threads) for share in range(threads + 1)]
        us, japan = (machine_code(name) for name in self.tactics)
        with ThreadPoolExecutor(threads) as pool:
            parts = [
                pool.submit(play_all, _part(self.talks, *span), us, japan, False, _ends(self.ends, *span))
                for span in pairwise(bounds)
            ]
            for part in parts:
                part.result()
        return self.ends


def prepare(config: Config, count: int, seed: int) -> PreparedLoop:
    """Draw and build the records of so many negotiations."""
    batch = build_records(config, design_table(config, count, seed, 0, count), seed)
    return PreparedLoop(talks_of(config, batch, seed), empty_ends(batch), batch.tactics)


def _part(talks: Talks, first: int, last: int) -> Talks:
    runs = {
        name: getattr(talks, name)[first:last]
        for name in ("regimes", "firms", "makers", "movers", "coins", "executions", "beliefs", "tactics")
    }
    return talks._replace(**runs)


def _ends(ends: Ends, first: int, last: int) -> Ends:
    return Ends(ends.results[first:last], ends.agents[first:last], np.zeros((0, 0), ends.tracks.dtype))
