"""From the table of worlds to the answers: a row a pair, a row a player and seat, equilibria and basins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.tournament.bootstrap import Ranks, bootstrapped_means, ranks
from experiments.tournament.equilibria import Equilibrium, Solution, solve, survival
from experiments.tournament.game import TOLERANCE, Game, pure_equilibrium_mask
from experiments.tournament.measures import (
    cells_table,
    conditional_value_at_risk,
    hindsight_regret,
    mean_of_deals,
)
from experiments.tournament.outcomes import Outcomes
from experiments.tournament.replicator import Flow, replicator_flow, seeded_starts
from sim.issues import JAPAN, SIDES, US

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.tournament.terms import Terms
    from sim.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What a tournament says.

    Attributes
    ----------
    cells, players : pandas.DataFrame
        One row a pair; one row a player and seat.
    equilibria : dict
        Plain data of ``equilibria.json``.
    """

    cells: pd.DataFrame
    players: pd.DataFrame
    equilibria: dict[str, Any]


def analyse(terms: Terms, worlds: pa.Table) -> Analysis:
    """Work out everything from the table of worlds; see docs/tournament.md for the columns."""
    outcomes = Outcomes.of_table(terms.labels, worlds)
    utility = outcomes.utility(terms.utility)
    # Worlds first: all pairs are resampled together.
    samples = bootstrapped_means(np.ascontiguousarray(utility.transpose(2, 0, 1, 3)), terms.draws, terms.seed)
    game = Game.of(utility.mean(axis=2))
    flow = replicator_flow(game, *seeded_starts(game, terms.starts, terms.seed))
    cells = cells_table(terms, outcomes, pure_equilibrium_mask(samples).mean(axis=0))
    return Analysis(
        cells=cells,
        players=_players_table(terms, outcomes, samples, flow),
        equilibria=_equilibria(terms, game, samples, flow),
    )


def _players_table(terms: Terms, outcomes: Outcomes, samples: Floats, flow: Flow) -> pd.DataFrame:
    import pandas as pd

    parts = [_seat(terms, outcomes, samples, side, share) for side, share in ((US, flow.us), (JAPAN, flow.japan))]
    return pd.concat([part.sort_values("rank", kind="stable") for part in parts], ignore_index=True)


def _seat(terms: Terms, outcomes: Outcomes, samples: Floats, side: int, shares: Floats) -> pd.DataFrame:
    """Rows of the players of one seat; every opponent counts alike."""
    import pandas as pd

    opponents = 1 if side == US else 0

    def own(values: Floats) -> Floats:
        """Values of shape [player, opponent, world, ...]."""
        return values if side == US else values.swapaxes(0, 1)

    utility = own(outcomes.utility(terms.utility))[..., side]
    means = samples[..., side].mean(axis=1 + opponents)
    ranking: Ranks = ranks(np.ascontiguousarray(utility.mean(axis=1).T), means, terms.level)
    payoff, gain = own(outcomes.payoff)[..., side], own(outcomes.gain)[..., side]
    deal = own(outcomes.deal)
    regret = own(hindsight_regret(outcomes.utility(terms.utility)))[..., side].mean(axis=-1)
    low, high = np.quantile(means, [0.5 - terms.level / 2, 0.5 + terms.level / 2], axis=0)

    def flat(values: Floats) -> Floats:
        return values.reshape(len(outcomes.labels), -1)

    columns: dict[str, Any] = {
        "seat": SIDES[side],
        "player": outcomes.labels,
        "rank": ranking.rank,
        "rank_low": ranking.low,
        "rank_high": ranking.high,
        "best_share": ranking.best_share,
        "utility": utility.mean(axis=(1, 2)),
        "utility_low": low,
        "utility_high": high,
        "payoff": payoff.mean(axis=(1, 2)),
        "payoff_cvar": conditional_value_at_risk(flat(payoff), terms.alpha),
        "gain": gain.mean(axis=(1, 2)),
        "gain_cvar": conditional_value_at_risk(flat(gain), terms.alpha),
        "regret": regret.mean(axis=1),
        "regret_worst": regret.max(axis=1),
        "deal_share": deal.mean(axis=(1, 2)),
        "welfare": own(outcomes.gain).sum(axis=-1).mean(axis=(1, 2)),
    }
    for name in ("nash_distance", "rounds", "days"):
        columns[name] = mean_of_deals(flat(own(getattr(outcomes, name))), flat(deal))
    columns["replicator_share"] = shares.mean(axis=0)
    return pd.DataFrame(columns)


def _equilibria(terms: Terms, game: Game, samples: Floats, flow: Flow) -> dict[str, Any]:
    solution = solve(game)
    labels = terms.labels
    return {
        "utility": terms.utility,
        "players": list(labels),
        "tolerance": dict(zip(SIDES, game.tolerances, strict=True)),
        "tolerance_share_of_range": TOLERANCE,
        "complete": solution.complete,
        "eliminated": _eliminated(solution, labels),
        "left": {
            SIDES[US]: [labels[i] for i in solution.rows],
            SIDES[JAPAN]: [labels[i] for i in solution.columns],
        },
        "equilibria": [_described(one, game, samples, terms) for one in solution.equilibria],
        "replicator": {
            "starts": len(flow.settled),
            "settled_share": float(flow.settled.mean()),
            "basins": [
                {
                    SIDES[US]: [labels[i] for i in us],
                    SIDES[JAPAN]: [labels[i] for i in japan],
                    "settled": settled,
                    "share": share,
                }
                for us, japan, settled, share in flow.basins()
            ],
        },
    }


def _eliminated(solution: Solution, labels: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {
            "round": gone.round,
            "side": SIDES[gone.side],
            "player": labels[gone.choice],
            "by": {labels[choice]: weight for choice, weight in gone.by.items()},
        }
        for gone in solution.eliminations
    ]


def _described(one: Equilibrium, game: Game, samples: Floats, terms: Terms) -> dict[str, Any]:
    share, regrets = survival(one, samples)
    mixtures = zip(SIDES, (one.us, one.japan), one.supports, strict=True)
    values = game.values(one.us, one.japan)
    return {
        "pure": one.is_pure,
        **{side: {terms.labels[i]: float(mixture[i]) for i in support} for side, mixture, support in mixtures},
        "utility": dict(zip(SIDES, values, strict=True)),
        "regret": dict(zip(SIDES, one.regrets, strict=True)),
        "survival": share,
        "regret_in_samples": {
            side: float(value) for side, value in zip(SIDES, np.quantile(regrets, terms.level, axis=0), strict=True)
        },
    }
