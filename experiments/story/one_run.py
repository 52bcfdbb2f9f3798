"""One run of an experiment played again, as tables: its offers as both sides value them, and where it could settle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.cases import cases, seat_agents, tactic_names
from experiments.engine.frontier import frontier, walk_away_point
from sim.economy.ledger import total
from sim.engine.model import NegotiationModel
from sim.issues import SIDES

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.design.given import GivenDesign


@dataclass(frozen=True, slots=True)
class WhichRun:
    """A run of an experiment: its number, the seed and number of runs of the whole, and the worlds it was given."""

    run: int
    seed: int
    total: int
    given: GivenDesign | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PlayedRun:
    """What the plane of one negotiation is drawn from; see :func:`experiments.figures.utility_plane.utility_plane`.

    Attributes
    ----------
    run : int
        Its number.
    outcome : str
        How it ended.
    offers : pandas.DataFrame
        ``round, side, us, partner``: payoffs of each standing offer to both sides, US$ bn a year.
    limits : pandas.DataFrame
        ``side, walk_away, reservation`` in the last round, US$ bn a year.
    frontier : pandas.DataFrame
        ``us, partner``: Pareto frontier of what both may sign in the last round, US$ bn a year.
    deal : tuple of float or None
        Payoffs of the package that was signed.
    """

    run: int
    outcome: str
    offers: pd.DataFrame
    limits: pd.DataFrame
    frontier: pd.DataFrame
    deal: tuple[float, float] | None


def play_again(config: Config, which: WhichRun) -> PlayedRun:
    """Play a run again with the Mesa engine, which gives the rows of the compiled one to the last bit."""
    import pandas as pd

    design = design_table(config, 1, which.seed, which.run, which.total, which.given)
    case = next(cases(config, build_records(config, design, which.seed), which.seed))
    model = NegotiationModel(case, seat_agents(tactic_names(config)), collect=False, rng=which.seed)
    offers: list[tuple[int, str, float, float]] = []
    while model.running:
        model.step()
        for side, government in zip(SIDES, model.governments, strict=True):
            if government.seat.tabled:
                offers.append((model.round, side, *_worth(model, government.seat.package)))
    walk_away = walk_away_point(model)
    points = frontier(model, walk_away)
    seats = [government.seat for government in model.governments]
    return PlayedRun(
        run=which.run,
        outcome=str(model.outcome),
        offers=pd.DataFrame(offers, columns=["round", "side", "us", "partner"]),
        limits=pd.DataFrame(
            {"side": SIDES, "walk_away": walk_away, "reservation": [float(seat.reservation) for seat in seats]}
        ),
        frontier=pd.DataFrame({"us": points[:, 0], "partner": points[:, 1]}),
        deal=None if model.deal is None else _worth(model, model.deal.package),
    )


def _worth(model: NegotiationModel, package: np.ndarray) -> tuple[float, float]:
    ledger = model.price_package(package)[1]
    return float(total(ledger[0])), float(total(ledger[1]))
