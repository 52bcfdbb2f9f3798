"""The Mesa engine: every negotiation of a batch as a model of agents, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.engine.cases import cases, seat_agents
from experiments.engine.rows import agent_names
from experiments.engine.settlement import end_of
from sim.engine.model import NegotiationModel
from sim.engine.results import RESULT, TRACK, Ends, track_round
from sim.records import MAX_ROUNDS
from sim.row import Row

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.design.records import Batch
    from sim.engine.case import Case
    from sim.records import Table


def play(config: Config, batch: Batch, seed: int, *, trajectories: bool, solutions: bool) -> Ends:
    """Play every negotiation of a batch; see :func:`experiments.engine.simulate.simulate`."""
    count = len(batch.runs)
    results = np.zeros(count, RESULT)
    agents = np.zeros((count, len(agent_names(batch)), 2))
    tracks = np.zeros((count, MAX_ROUNDS) if trajectories else (0, 0), TRACK)
    for place, case in enumerate(cases(config, batch, seed)):
        model = play_out(case, batch.tactics, tracks[place] if trajectories else None)
        result, agents[place] = end_of(model, solutions=solutions)
        results[place] = result[0]
    return Ends(results, agents, tracks)


def play_out(case: Case, tactics: tuple[str, str], track: Table | None = None) -> NegotiationModel:
    """Play one negotiation to its end; write its positions into `track` (shape [round]) if given."""
    model = NegotiationModel(case, seat_agents(tactics), collect=False, rng=case.run)
    us, partner = (government.seat for government in model.governments)
    while model.running:
        model.step()
        if track is not None:
            row = Row(track[model.round - 1 : model.round])
            track_round(model.talk, model.regime, us, partner, row)
    return model
