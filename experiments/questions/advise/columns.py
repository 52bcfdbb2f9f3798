"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import HIGH, LOW, MONEY, NO_DEALS, SHARE
from experiments.export.described import NO_UNIT, Described, DescribedTable

COLUMNS: Final = {
    "settings": DescribedTable(
        "a setting of a lever, under the other side's best reply",
        (
            Described("lever", "lever, by its path in the config", NO_UNIT, "the config as it is"),
            Described("value", "value of the lever", NO_UNIT, "the config as it is"),
            Described("reaction", "best reply of the other side", NO_UNIT, "it keeps its tactic"),
            Described("mean", "mean gain of the side over walking away", MONEY),
            Described("cvar", "mean gain in the worst worlds", MONEY),
            Described("satisficing", "share of the worlds in which the gain reaches the floor", SHARE),
            Described("max_regret", "largest regret over worlds against the best setting", MONEY),
            Described("deal_share", "share of the worlds with a deal", SHARE),
            Described("mean_regret", "mean regret against the best setting of each world", MONEY),
            Described("effect", "change of the mean gain against the config as it is", MONEY),
            Described("effect_low", f"{LOW} the effect", MONEY),
            Described("effect_high", f"{HIGH} the effect", MONEY),
            Described("gain_other", "mean gain of the other side over walking away", MONEY),
            Described("wins.<criterion>", "share of resampled worlds in which it is best by <criterion>", SHARE),
            Described("term.<term>", "mean of the term <term> of the side's payoff over the deals", MONEY, NO_DEALS),
        ),
    ),
    "levers": DescribedTable(
        "a lever",
        (
            Described("lever", "lever, by its path in the config", NO_UNIT),
            Described("best", "value that gains most", NO_UNIT),
            Described("worst", "value that gains least", NO_UNIT),
            Described("span", "difference of the mean gains of both", MONEY),
            Described("best_effect", "change of the mean gain by the best value", MONEY),
            Described("worst_effect", "change of the mean gain by the worst value", MONEY),
        ),
    ),
    "regret": DescribedTable(
        "a setting against a reaction of the other side",
        (
            Described("setting", "setting of a lever", NO_UNIT),
            Described("reaction", "tactic of the other side", NO_UNIT),
            Described("gain", "mean gain of the side over walking away", MONEY),
            Described("gain_other", "mean gain of the other side over walking away", MONEY),
            Described("regret", "mean regret against the best setting of each world", MONEY),
            Described("is_reply", "whether the reaction is the other side's best reply", NO_UNIT),
        ),
    ),
}  # fmt: skip
