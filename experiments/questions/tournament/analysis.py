"""From the table of worlds to the answers: a row a pair, a row a player and seat, equilibria and basins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.questions.tournament.equilibria import Equilibrium, Solution, solve, survival
from experiments.questions.tournament.failures import ranked_of
from experiments.questions.tournament.game import TOLERANCE, Game, pure_equilibrium_mask
from experiments.questions.tournament.measures import (
    cells_table,
    conditional_value_at_risk,
    hindsight_regret,
    mean_of_deals,
)
from experiments.questions.tournament.outcomes import Outcomes
from experiments.questions.tournament.ranks import mean_margins, ranks
from experiments.questions.tournament.replicator import Flow, replicator_flow, seeded_starts
from experiments.statistics.resampling import bootstrapped_means
from sim.issues import PARTNER, SIDES, US

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.questions.tournament.failures import Failure
    from experiments.questions.tournament.terms import Terms
    from sim.records import Floats


#: Players below which nobody is ranked.
FEWEST_RANKED: Final = 2


#: Columns of the table of players, in order.
PLAYER_COLUMNS: Final = (
    "seat", "player", "rank", "rank_low", "rank_high", "best_share", "utility", "utility_low", "utility_high", "payoff",
    "payoff_cvar", "gain", "gain_cvar", "regret", "regret_worst", "deal_share", "welfare", "nash_distance", "rounds",
    "days", "replicator_share",
)  # fmt: skip

#: What is said of equilibria, in order.
EQUILIBRIA_KEYS: Final = (
    "utility", "players", "tolerance", "tolerance_share_of_range", "complete", "eliminated", "left", "nearest_pure",
    "equilibria", "replicator",
)  # fmt: skip


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


def analyse(terms: Terms, worlds: pa.Table, failures: Sequence[Failure] = ()) -> Analysis:
    """Work out everything from the table of worlds; see docs/tournament.md for the columns.

    Players that are at fault for a failed pair are left out of ranks, regret, equilibria and dynamics, and so are all
    pairs in which they sit. With fewer than two players left, nobody is ranked.
    """
    outcomes = Outcomes.of_table(terms.labels, terms.worlds, worlds, failures)
    labels = ranked_of(terms.labels, failures)
    if len(labels) < FEWEST_RANKED:
        nobody = outcomes.part(())
        return Analysis(
            cells=cells_table(terms, outcomes, nobody, np.empty((0, 0))),
            players=_no_players(),
            equilibria=_no_equilibria(terms),
        )
    ranked = outcomes.part(labels)
    utility = ranked.utility(terms.utility)
    # Worlds first: all pairs are resampled together.
    samples = bootstrapped_means(np.ascontiguousarray(utility.transpose(2, 0, 1, 3)), terms.draws, terms.seed)
    game = Game.of(utility.mean(axis=2))
    flow = replicator_flow(game, *seeded_starts(game, terms.starts, terms.seed))
    return Analysis(
        cells=cells_table(terms, outcomes, ranked, pure_equilibrium_mask(samples).mean(axis=0)),
        players=_players_table(terms, ranked, flow),
        equilibria=_equilibria(terms, labels, game, samples, flow),
    )


def _no_players() -> pd.DataFrame:
    """Table of players where nobody is ranked."""
    import pandas as pd

    texts, counts = ("seat", "player"), ("rank", "rank_low", "rank_high")
    kinds = dict.fromkeys(PLAYER_COLUMNS, "float64") | dict.fromkeys(texts, "str") | dict.fromkeys(counts, "int64")
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})


def _players_table(terms: Terms, outcomes: Outcomes, flow: Flow) -> pd.DataFrame:
    import pandas as pd

    parts = [_seat(terms, outcomes, side, share) for side, share in ((US, flow.us), (PARTNER, flow.partner))]
    return pd.concat([part.sort_values("rank", kind="stable") for part in parts], ignore_index=True)


def _seat(terms: Terms, outcomes: Outcomes, side: int, shares: Floats) -> pd.DataFrame:
    """Rows of the players of one seat; every opponent counts alike."""
    import pandas as pd

    def own(values: Floats) -> Floats:
        """Values of shape [player, opponent, world, ...]."""
        return values if side == US else values.swapaxes(0, 1)

    utility = own(outcomes.utility(terms.utility))[..., side]
    scores = np.ascontiguousarray(utility.mean(axis=1).T)
    ranking = ranks(scores, terms.level, terms.draws, terms.seed)
    mean, margin = scores.mean(axis=0), mean_margins(scores, terms.level, terms.draws, terms.seed)
    payoff, gain = own(outcomes.payoff)[..., side], own(outcomes.gain)[..., side]
    deal = own(outcomes.deal)
    regret = own(hindsight_regret(outcomes.utility(terms.utility)))[..., side].mean(axis=-1)

    def flat(values: Floats) -> Floats:
        return values.reshape(len(outcomes.labels), -1)

    columns: dict[str, Any] = {
        "seat": SIDES[side],
        "player": outcomes.labels,
        "rank": ranking.rank,
        "rank_low": ranking.low,
        "rank_high": ranking.high,
        "best_share": ranking.best_share,
        "utility": mean,
        "utility_low": mean - margin,
        "utility_high": mean + margin,
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
    return pd.DataFrame(columns, columns=list(PLAYER_COLUMNS))


def _no_equilibria(terms: Terms) -> dict[str, Any]:
    """What is said of equilibria where nobody is ranked."""
    return {
        "utility": terms.utility,
        "players": [],
        "tolerance": dict.fromkeys(SIDES, 0.0),
        "tolerance_share_of_range": TOLERANCE,
        "complete": False,
        "eliminated": [],
        "left": {side: [] for side in SIDES},
        "nearest_pure": None,
        "equilibria": [],
        "replicator": {"starts": 0, "settled_share": None, "basins": []},
    }


def _equilibria(terms: Terms, labels: tuple[str, ...], game: Game, samples: Floats, flow: Flow) -> dict[str, Any]:
    solution = solve(game)
    return {
        "utility": terms.utility,
        "players": list(labels),
        "tolerance": dict(zip(SIDES, game.tolerances, strict=True)),
        "tolerance_share_of_range": TOLERANCE,
        "complete": solution.complete,
        "eliminated": _eliminated(solution, labels),
        "left": {
            SIDES[US]: [labels[i] for i in solution.rows],
            SIDES[PARTNER]: [labels[i] for i in solution.columns],
        },
        "nearest_pure": _nearest_pure(game, labels),
        "equilibria": [_described(one, game, samples, terms.level, labels) for one in solution.equilibria],
        "replicator": {
            "starts": len(flow.settled),
            "settled_share": float(flow.settled.mean()),
            "basins": [
                {
                    SIDES[US]: [labels[i] for i in us],
                    SIDES[PARTNER]: [labels[i] for i in partner],
                    "settled": settled,
                    "share": share,
                }
                for us, partner, settled, share in flow.basins()
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


def _nearest_pure(game: Game, labels: tuple[str, ...]) -> dict[str, Any]:
    """Pair of single tactics from which the side that gains more by leaving gains least, US$ bn a year."""
    us, partner = game.us.max(axis=0) - game.us, game.partner.max(axis=1, keepdims=True) - game.partner
    most = np.maximum(us, partner)
    place = np.unravel_index(int(most.argmin()), most.shape)
    return {
        SIDES[US]: labels[int(place[0])],
        SIDES[PARTNER]: labels[int(place[1])],
        "regret": {SIDES[US]: float(us[place]), SIDES[PARTNER]: float(partner[place])},
        "most": float(most[place]),
        "ties": int((most <= most[place] + max(game.tolerances)).sum()),
    }


def _described(one: Equilibrium, game: Game, samples: Floats, level: float, labels: tuple[str, ...]) -> dict[str, Any]:
    share, regrets = survival(one, samples)
    mixtures = zip(SIDES, (one.us, one.partner), one.supports, strict=True)
    values = game.values(one.us, one.partner)
    return {
        "pure": one.is_pure,
        **{side: {labels[i]: float(mixture[i]) for i in support} for side, mixture, support in mixtures},
        "utility": dict(zip(SIDES, values, strict=True)),
        "regret": dict(zip(SIDES, one.regrets, strict=True)),
        "survival": share,
        "regret_in_samples": {
            side: float(value) for side, value in zip(SIDES, np.quantile(regrets, level, axis=0), strict=True)
        },
    }
