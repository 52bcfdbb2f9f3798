"""What the levers of a side do: the tables of an advice, what was asked for, and what is best in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.questions.advise.levers import Setting
from experiments.questions.advise.robust import CRITERIA
from experiments.report.origin import Origin
from experiments.statistics.ties import best_places, together
from sim.economy.payoffs import PARTNER_TERMS, US_TERMS
from sim.issues import US

if TYPE_CHECKING:
    import pandas as pd


#: Tables of a finished directory and their columns: a row a setting, and a row a setting and reaction. Of the settings
#: there are also the terms of the payoff, which depend on the side.
SETTINGS_TABLE: Final = "settings.parquet"
SETTING_COLUMNS: Final = (
    "lever", "value", "reaction", *CRITERIA, "deal_share", "mean_regret", "effect", "effect_low", "effect_high",
    "gain_other", *(f"wins.{name}" for name in CRITERIA),
)  # fmt: skip
REGRET_TABLE: Final = "regret.parquet"
REGRET_COLUMNS: Final = ("setting", "reaction", "gain", "gain_other", "regret", "is_reply")

LEVER_COLUMNS: Final = ("lever", "best", "worst", "span", "best_effect", "worst_effect")


@dataclass(frozen=True, eq=False, repr=False)
class Advice(Origin):
    """What the levers of a side do.

    Attributes
    ----------
    side : str
        Side that is advised.
    floor : float
        Gain from which a world counts as satisfactory, US$ bn a year.
    worlds, played : int
        Worlds in which every setting was tried, and negotiations in all.
    settings : pandas.DataFrame
        One row a setting, the config as it is first, under the other side's best reply: ``lever, value, reaction``, the
        criteria ``mean, cvar, satisficing, max_regret``, ``deal_share, mean_regret``, ``effect`` against the config as
        it is with its 95 % interval ``effect_low, effect_high``, ``gain_other``, the share of resampled sets of worlds
        in which the setting is best by each criterion (``wins.<criterion>``), and the mean of each term of the side's
        payoff over the worlds with a deal (``term.<name>``). Money in US$ bn a year.
    regret : pandas.DataFrame
        One row a setting and reaction: ``setting, reaction``, mean gains ``gain, gain_other``, mean ``regret`` against
        the best setting of each world, and whether the reaction is the other side's best reply (``is_reply``).
    """

    side: str
    floor: float
    worlds: int
    played: int
    settings: pd.DataFrame
    regret: pd.DataFrame

    @property
    def negotiations(self) -> int:
        """Negotiations that were played."""
        return self.played

    def levers(self) -> pd.DataFrame:
        """One row a lever: the range of mean gains over its values, the config as it is included; widest first."""
        return levers_of(self.settings)

    def recommended(self, criterion: str) -> tuple[list[str], float]:
        """Best settings by a criterion, several only if they are equal, and the share of resamples that they win."""
        places = winners(self.settings, criterion)
        return [title_of(self.settings.iloc[place]) for place in places], share_of_wins(self.settings, criterion)


def setting_columns(side: int) -> tuple[str, ...]:
    """Columns of the table of settings of a side."""
    return (*SETTING_COLUMNS, *term_columns(side))


def term_columns(side: int) -> tuple[str, ...]:
    """Columns with the terms of a side's payoff."""
    return tuple(f"term.{name}" for name in term_names(side))


def term_names(side: int) -> tuple[str, ...]:
    """Names of the terms of a side's payoff."""
    return tuple(US_TERMS if side == US else PARTNER_TERMS)


def title_of(row: pd.Series) -> str:
    """Lever and value of a row of the table of settings on one line."""
    return Setting(str(row["lever"]), str(row["value"]), ()).title


def winners(settings: pd.DataFrame, criterion: str) -> list[int]:
    """Places of the best settings by a criterion, several only if they are equal."""
    return best_places(settings[criterion].to_numpy(np.float64), more=CRITERIA[criterion])


def share_of_wins(settings: pd.DataFrame, criterion: str) -> float:
    """Share of resampled sets of worlds in which one of the best settings by a criterion is the best."""
    return float(settings[f"wins.{criterion}"].to_numpy(np.float64)[winners(settings, criterion)].sum())


def levers_of(settings: pd.DataFrame) -> pd.DataFrame:
    """Levers of a table of settings; see :meth:`Advice.levers`. Values that do equally well stand together."""
    import pandas as pd

    base = float(settings["mean"].iloc[0])
    rows = []
    for lever, part in settings.iloc[1:].groupby("lever", sort=False):
        means = part["mean"].to_numpy(np.float64)
        most, least = best_places(means), best_places(means, more=False)
        best, worst = part.iloc[most[0]], part.iloc[least[0]]
        span = max(best["mean"], base) - min(worst["mean"], base)
        first, last = (together([str(part["value"].iloc[at]) for at in places]) for places in (most, least))
        rows.append((lever, first, last, float(span), float(best["effect"]), float(worst["effect"])))
    frame = pd.DataFrame(rows, columns=list(LEVER_COLUMNS))
    return frame.sort_values("span", ascending=False, kind="stable").reset_index(drop=True)
