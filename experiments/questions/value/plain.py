"""Plain economics: the same rules on a record in which nothing counts for being politics.

Every political weight is 1 or, where it adds to money that is counted already, 0. Headlines, the recorded deficit,
public positions and comparisons count nothing, and both governments believe of the fund what the partner does.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.numbers import ROW_BY_PATH

if TYPE_CHECKING:
    from experiments.questions.value.priced_world import PricedWorld

#: Value of each political number in plain economics, by its path.
PLAIN: Final[dict[str, float]] = {
    "us_treasury.revenue_weight": 1.0,
    "us_treasury.consumer_weight": 1.0,
    "us_treasury.protected_rent_weight": 1.0,
    "us_treasury.deficit_weight": 0.0,
    "us_treasury.purchase_headline_weight": 0.0,
    "us_treasury.fund_headline_weight": 0.0,
    "us_treasury.lobby_weight": 0.0,
    "us_treasury.audience_cost": 0.0,
    "us_treasury.reference_loss": 0.0,
    "partner.car_rent_weight": 1.0,
    "partner.lost_volume_weight": 0.0,
    "partner.audience_cost": 0.0,
    "partner.reference_loss": 0.0,
}

#: The belief on the fund that is set, and the one that it is set to: that of whoever pays, which has a source.
BELIEF: Final = ("us_treasury.fund_equity_belief", "partner.fund_equity_belief")


def in_plain_economics(situation: PricedWorld) -> PricedWorld:
    """The same world with the numbers of :data:`PLAIN`, one belief on the fund, and no price on crossing a red line."""
    p = copy.deepcopy(situation.p)
    for path, value in PLAIN.items():
        setattr(p, ROW_BY_PATH[path].field, value)
    own, other = (ROW_BY_PATH[path].field for path in BELIEF)
    setattr(p, own, getattr(p, other))
    p.line_price = np.zeros_like(p.line_price)
    return replace(situation, p=p)
