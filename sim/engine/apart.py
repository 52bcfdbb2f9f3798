"""What a second process lowers while the first lowers the rest of the engine: a round, and how a deal is judged."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, cast

from numba import types
from numba.np.numpy_support import from_dtype

from sim.bargaining.valuation import VALUATION
from sim.engine.round import play_round, settle_close
from sim.engine.signatures import PARAMETERS, PLEDGES, RESERVATIONS, RESULT, SHARED, SIDE, TACTICS, TALKS
from sim.engine.yardsticks import compare_deal
from sim.lowering_apart import ApartRule, hand_over, lowered_apart

# In the order in which the engine asks for them, after a review, whose rules are the larger half of the rest.
PARTS: Final = (
    ApartRule(cast("Any", play_round), (PARAMETERS, SHARED, SIDE, SIDE, TACTICS, RESULT)),
    ApartRule(
        cast("Any", settle_close),
        (TALKS, types.int64, PARAMETERS, SHARED, SIDE, SIDE, TACTICS, RESERVATIONS, RESULT),
    ),
    ApartRule(cast("Any", compare_deal), (PARAMETERS, PLEDGES, from_dtype(VALUATION), RESULT)),
)

#: Context in which the engine is compiled.
with_a_second_process: Final = partial(lowered_apart, __name__, PARTS)

if __name__ == "__main__":
    hand_over(PARTS)
