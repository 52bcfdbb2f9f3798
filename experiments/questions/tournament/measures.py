"""What a pair of players is worth: risk, regret and the row of a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.statistics.intervals import wilson_interval
from sim.issues import PARTNER, SIDES, US

if TYPE_CHECKING:
    import pandas as pd

    from experiments.questions.tournament.outcomes import Outcomes
    from experiments.questions.tournament.terms import Terms
    from sim.records import Floats

#: Columns of the table of pairs, in order.
CELL_COLUMNS: Final = (
    "us", "partner", "worlds", "deals", "deal_share", "deal_low", "deal_high",
    *(f"{kind}{what}.{side}" for kind in ("payoff", "gain") for side in SIDES for what in ("", "_error", "_cvar")),
    *(f"{kind}.{side}" for side in SIDES for kind in ("regret", "deviation")),
    "welfare", "welfare_with_firms", "nash_distance", "pareto_gap", "rounds", "days", "equilibrium_share",
)  # fmt: skip


def conditional_value_at_risk(values: Floats, alpha: float) -> Floats:
    """Mean of the worst share `alpha` of the values on the last axis [Acerbi and Tasche 2002].

    Of n values, alpha n count; of the last one that counts in part, that part.
    """
    count = values.shape[-1]
    weights = np.clip(alpha * count - np.arange(count), 0.0, 1.0)
    risk: Floats = np.sort(values, axis=-1) @ weights / (alpha * count)
    return risk


def hindsight_regret(utility: Floats) -> Floats:
    """What each side would have had more in each world with the player that was best there against this opponent.

    Parameters
    ----------
    utility : array, shape [us, partner, world, side]

    Returns
    -------
    array, shape [us, partner, world, side]
        Never below 0, US$ bn a year.
    """
    regret = np.empty_like(utility)
    regret[..., US] = utility[..., US].max(axis=0, keepdims=True) - utility[..., US]
    regret[..., PARTNER] = utility[..., PARTNER].max(axis=1, keepdims=True) - utility[..., PARTNER]
    return regret


def mean_of_deals(values: Floats, deal: Floats) -> Floats:
    """Mean over the worlds with a deal, the last axis; NaN where there is none or no value."""
    there = (deal != 0) & ~np.isnan(values)
    count = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    mean: Floats = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return mean


def cells_table(terms: Terms, outcomes: Outcomes, ranked: Outcomes, equilibrium_share: Floats) -> pd.DataFrame:
    """One row a pair; the columns are documented in docs/tournament.md.

    Parameters
    ----------
    terms, outcomes
        The tournament.
    ranked : Outcomes
        Outcomes among the players that are ranked; regret and equilibria are theirs.
    equilibrium_share : array, shape [us, partner]
        Share of the bootstrap samples in which a pair of them is an equilibrium.
    """
    import pandas as pd

    size, whole = len(outcomes.labels), outcomes.whole
    deals = np.where(whole, outcomes.deal.sum(axis=-1), np.nan)
    intervals = np.array([_interval(count, outcomes.worlds, terms.level) for count in deals.ravel()])
    columns: dict[str, Any] = {
        "us": np.repeat(outcomes.labels, size),
        "partner": np.tile(outcomes.labels, size),
        "worlds": np.where(whole, outcomes.worlds, 0),
        "deals": deals,
        "deal_share": deals / outcomes.worlds,
        "deal_low": intervals[:, 0],
        "deal_high": intervals[:, 1],
    }
    for kind, values in (("payoff", outcomes.payoff), ("gain", outcomes.gain)):
        for side, government in enumerate(SIDES):
            own = values[..., side]
            columns[f"{kind}.{government}"] = own.mean(axis=-1)
            columns[f"{kind}_error.{government}"] = own.std(axis=-1, ddof=1) / np.sqrt(outcomes.worlds)
            columns[f"{kind}_cvar.{government}"] = conditional_value_at_risk(own, terms.alpha)
    regret, deviation = _regrets(ranked.utility(terms.utility))
    for side, government in enumerate(SIDES):
        columns[f"regret.{government}"] = _among(outcomes, ranked, regret[..., side])
        columns[f"deviation.{government}"] = _among(outcomes, ranked, deviation[..., side])
    governments = outcomes.gain.sum(axis=-1)
    columns["welfare"] = governments.mean(axis=-1)
    columns["welfare_with_firms"] = (governments + outcomes.domestic).mean(axis=-1)
    for name in ("nash_distance", "pareto_gap", "rounds", "days"):
        columns[name] = mean_of_deals(getattr(outcomes, name), outcomes.deal)
    columns["equilibrium_share"] = _among(outcomes, ranked, equilibrium_share)
    table = pd.DataFrame({name: np.asarray(columns[name]).ravel() for name in CELL_COLUMNS})
    return table.astype({"deals": "Int64"})


def _regrets(utility: Floats) -> tuple[Floats, Floats]:
    """Mean regret in hindsight and regret of the means, shape ``[us, partner, side]``."""
    if utility.size == 0:
        return utility[:, :, 0], utility[:, :, 0]
    return hindsight_regret(utility).mean(axis=2), hindsight_regret(utility.mean(axis=2)[:, :, np.newaxis])[:, :, 0]


def _among(outcomes: Outcomes, ranked: Outcomes, values: Floats) -> Floats:
    """Values of pairs of ranked players in the square of all players, NaN for the others."""
    places = [outcomes.labels.index(label) for label in ranked.labels]
    full = np.full((len(outcomes.labels),) * 2, np.nan)
    full[np.ix_(places, places)] = values
    return full


def _interval(count: float, worlds: int, level: float) -> tuple[float, float]:
    return (np.nan, np.nan) if np.isnan(count) else wilson_interval(int(count), worlds, level)
