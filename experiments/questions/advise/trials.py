"""What came of the settings in every world, and the tables that are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.questions.advise.levers import Setting
from experiments.questions.advise.robust import criteria, regrets, resampled
from experiments.questions.advise.tables import REGRET_COLUMNS, setting_columns, term_columns
from experiments.statistics.ties import first_best

if TYPE_CHECKING:
    import pandas as pd

    from sim.records import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """What came of the settings of a side.

    Attributes
    ----------
    side : int
        Seat of the side that is advised.
    settings : tuple of Setting
        What was tried, the config as it is first.
    reactions : tuple of str
        Tactics from which the other side picks its best reply to each setting, the config's own first.
    own, other : array, shape ``[setting, reaction, world]``
        Gains over walking away, US$ bn a year.
    terms : array, shape ``[setting, term]``
        Mean of each term of the side's payoff over the worlds with a deal, under the other side's best reply.
    deals : array, shape ``[setting]``
        Share of worlds with a deal.
    floor : float
        Gain from which a world counts as satisfactory.
    wins : dict
        Share of resampled sets of worlds in which each setting is the best one, by criterion.
    means : array, shape ``[resample, setting]``
        Mean gains in resampled sets of worlds.
    """

    side: int
    settings: tuple[Setting, ...]
    reactions: tuple[str, ...]
    own: Floats
    other: Floats
    terms: Floats
    deals: Floats
    floor: float
    wins: dict[str, Floats]
    means: Floats

    @classmethod
    def of(
        cls,
        side: int,
        settings: Sequence[Setting],
        reactions: tuple[str, ...],
        played: Floats,
        floor: float,
        seed: int,
    ) -> Trials:
        """Trials of what was played: own and other gain and terms, shape ``[setting, reaction, world, 2 + term]``."""
        places = np.arange(len(played))
        own, other = played[..., 0], played[..., 1]
        replies = replies_of(other)
        terms = played[places, replies, :, 2:]
        wins, means = resampled(under(own, replies), floor, seed)
        deals = (terms != 0).any(axis=2).mean(axis=1)
        return cls(side, tuple(settings), reactions, own, other, _means_of_deals(terms), deals, floor, wins, means)

    def settings_table(self) -> pd.DataFrame:
        """One row a setting: criteria, reaction, effect against the config as it is with its interval, and terms."""
        import pandas as pd

        replies = replies_of(self.other)
        found, other = under(self.own, replies), under(self.other, replies)
        values, missed = criteria(found, self.floor), regrets(found)
        low, high = np.quantile(self.means - self.means[:, :1], [0.025, 0.975], axis=0)
        rows = []
        for place, setting in enumerate(self.settings):
            row: dict[str, Any] = {
                "lever": setting.lever,
                "value": setting.value,
                "reaction": self.reactions[replies[place]],
                **{name: float(column[place]) for name, column in values.items()},
                "deal_share": float(self.deals[place]),
                "mean_regret": float(missed[place].mean()),
                "effect": float(found[place].mean() - found[0].mean()),
                "effect_low": float(low[place]),
                "effect_high": float(high[place]),
                "gain_other": float(other[place].mean()),
                **{f"wins.{name}": float(share[place]) for name, share in self.wins.items()},
                **dict(zip(term_columns(self.side), self.terms[place].tolist(), strict=True)),
            }
            rows.append(row)
        return pd.DataFrame(rows)[list(setting_columns(self.side))]

    def regret_table(self) -> pd.DataFrame:
        """One row a setting and reaction: mean gains, regret against the best setting, whether it is the best reply."""
        import pandas as pd

        own, other, replies = self.own.mean(axis=2), self.other.mean(axis=2), replies_of(self.other)
        missed = (self.own.max(axis=0)[np.newaxis] - self.own).mean(axis=2)
        rows = [
            (setting.title, reaction, float(own[i, j]), float(other[i, j]), float(missed[i, j]), replies[i] == j)
            for i, setting in enumerate(self.settings)
            for j, reaction in enumerate(self.reactions)
        ]
        return pd.DataFrame(rows, columns=list(REGRET_COLUMNS))


def replies_of(other: Floats) -> list[int]:
    """Place of the reaction that gives the other side most on average over the worlds, by setting; first of equals."""
    return [int(place) for place in first_best(other.mean(axis=2))]


def under(values: Floats, replies: Sequence[int]) -> Floats:
    """Values under one reaction for each setting, shape ``[setting, world]``."""
    chosen: Floats = values[np.arange(len(values)), list(replies)]
    return chosen


def _means_of_deals(terms: Floats) -> Floats:
    """Mean of each term over the worlds with a deal, which alone have terms, shape ``[setting, term]``; else NaN."""
    dealt = (terms != 0).any(axis=2)
    count = dealt.sum(axis=1)[:, np.newaxis]
    means: Floats = np.divide(
        terms.sum(axis=1), count, out=np.full(count.shape[:1] + terms.shape[2:], np.nan), where=count > 0
    )
    return means
