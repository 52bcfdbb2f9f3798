"""Types of what the compiled engine's functions take, for those that are compiled before they are called."""

from __future__ import annotations

from typing import Final

from numba import types
from numba.np.numpy_support import from_dtype

from sim.bargaining.calendar import TALK
from sim.bargaining.concession import MAX_BRANCHES, PATH
from sim.bargaining.learning import MIND
from sim.bargaining.offers import SEAT
from sim.bargaining.valuation import VALUATION
from sim.engine.memory import WORK, Shared, Side, Talks
from sim.engine.results import RESULT as _RESULT
from sim.engine.results import TRACK, Ends
from sim.records import FIRM, MAKER, RECORD, VIEW

_F1, _F2, _F3 = types.float64[::1], types.float64[:, ::1], types.float64[:, :, ::1]
_TABLES: Final = from_dtype(VALUATION)

PARAMETERS: Final = from_dtype(RECORD)
RESULT: Final = from_dtype(_RESULT)
RESERVATIONS: Final = _F1
PLEDGES: Final = _F2
#: Type of a tactic: ``(view, knobs) -> aspiration``. One type for all, so that no tactic recompiles the engine.
TACTIC: Final = types.FunctionType(types.float64(from_dtype(VIEW), _F1))
TACTICS: Final = types.UniTuple(TACTIC, 2)
TALKS: Final = types.NamedTuple(
    (
        types.Array(PARAMETERS, 2, "C"),
        types.Array(PARAMETERS, 3, "C"),
        _F1,
        types.int64[::1],
        types.Array(from_dtype(FIRM), 2, "C"),
        types.Array(from_dtype(MAKER), 2, "C"),
        _F1,
        _F1,
        _F2,
        _F3,
    ),
    Talks,
)
ENDS: Final = types.NamedTuple((types.Array(RESULT, 1, "C"), _F3, types.Array(from_dtype(TRACK), 2, "C")), Ends)
SHARED: Final = types.NamedTuple((from_dtype(TALK), from_dtype(WORK), _TABLES), Shared)
SIDE: Final = types.NamedTuple(
    (
        types.int64,
        types.boolean,
        from_dtype(SEAT),
        from_dtype(VIEW),
        from_dtype(PATH),
        types.UniTuple(from_dtype(PATH), MAX_BRANCHES),
        _TABLES,
        _TABLES,
        from_dtype(MIND),
    ),
    Side,
)
