"""Memory of the compiled engine: what is played, and the arrays in which one negotiation after the other is played.

Helpers of the engine take records and short arrays and never these tuples: each array in a tuple is counted at every
call, which took three times as long as the rules themselves. What is handed to a negotiation is lent (:func:`lend`), so
that not even those that it picks out are counted.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba.extending import intrinsic

from sim.bargaining.calendar import TALK
from sim.bargaining.concession import MAX_BRANCHES, PATH, Branches
from sim.bargaining.learning import MIND, forget
from sim.bargaining.offers import SEAT
from sim.bargaining.valuation import VALUATION
from sim.compiled import IS_COMPILED, rule
from sim.economy.chip_market import CURVE_POINTS
from sim.economy.firm_payoffs import FIRM_TERMS, MAKER_TERMS, WORLD
from sim.economy.payoffs import MAX_TERMS
from sim.economy.pledge import PLEDGE_COLUMNS
from sim.economy.trade import SECTOR_COUNT
from sim.issues import MAX_ISSUES, MAX_LEVELS
from sim.records import MAX_ROUNDS, RECORD, VIEW, Floats, Integers, Record, Table, layout

#: Payoff tables: the true ones, then those of the US's and of the partner's beliefs.
TRUE: Final = 0
TABLES: Final = 3
#: Behind them the tables from which a learning US and a learning the partner start.
PRIOR: Final = TABLES

_MOST_TERMS: Final = max(len(FIRM_TERMS), len(MAKER_TERMS))


class Talks(NamedTuple):
    """Negotiations to play, one per first index of every array.

    Attributes
    ----------
    regimes : array of RECORD, shape [run, regime]
        Parameters; the horizon blends in them are filled here.
    beliefs : array of RECORD, shape [run, regime, 2]
        The same as each side believes them where the other's payoffs are concerned; no runs where beliefs are exact.
    starts : array, shape [regime]
        First day of every regime.
    noisy : array of int64, shape [2]
        Whether each side's beliefs are noisy.
    firms, makers : array of FIRM, array of MAKER, shape [run, agent]
        Data-centre firms and chip makers.
    movers, coins : array, shape [run]
        Uniform draws of the first mover, and of who signs when both sides accept at once.
    executions : array, shape [run, deadline]
        Uniform draws that execute the threat at each deadline.
    tactics : array, shape [run or 0, 2, round]
        Uniform draws of the tactics; no runs where no tactic draws.
    """

    regimes: Table
    beliefs: Table
    starts: Floats
    noisy: Integers
    firms: Table
    makers: Table
    movers: Floats
    coins: Floats
    executions: Floats
    tactics: Floats


#: Prices and scratch of one negotiation; the first index of the first three is the payoff table that they belong to.
WORK: np.dtype[np.void] = layout(
    [
        ("supplied", np.float64, (TABLES, MAX_LEVELS, PLEDGE_COLUMNS)),
        ("pledges", np.float64, (TABLES, MAX_LEVELS, PLEDGE_COLUMNS)),
        ("curves", np.float64, (TABLES, CURVE_POINTS)),
        ("reviewed", np.float64),  # day of the last review of the domestic table
        ("next_start", np.float64),  # first day of the regime that comes next
        ("mover", np.float64),  # draws of the run, see Talks
        ("coin", np.float64),
        ("executions", np.float64, (MAX_ROUNDS,)),
        ("draws", np.float64, (2, MAX_ROUNDS)),
        ("rates", np.float64, (SECTOR_COUNT,)),
        ("ledger", np.float64, (2, MAX_TERMS)),
        ("package", np.float64, (MAX_ISSUES,)),
        ("pledge", np.float64, (PLEDGE_COLUMNS,)),
        ("terms", np.float64, (_MOST_TERMS,)),
    ]
)


class Scratch(NamedTuple):
    """Memory of one negotiation, used again for the next; pairs are by side.

    `regimes` and `beliefs` hold the parameters of talks in which a threat has been carried out.
    """

    talk: Table
    seats: Table
    views: Table
    paths: Table
    valuations: Table
    minds: Table
    worlds: Table
    faced: Table
    branches: Table
    work: Table
    reservations: Floats
    regimes: Table
    beliefs: Table


class Side(NamedTuple):
    """One government in the compiled engine; records only, which cost nothing to hand over."""

    number: int
    noisy: bool
    seat: Record
    seen: Record
    path: Record
    branches: Branches
    believes: Record
    prior: Record
    mind: Record


class Shared(NamedTuple):
    """What both governments share in one negotiation."""

    talk: Record
    work: Record
    true: Record


@intrinsic  # type: ignore[untyped-decorator]  # Numba has no types
def _lend(_: Any, arrays: Any) -> Any:
    """Make a copy of a tuple of arrays that counts no references: it may be used only while the lender is.

    Compiled code counts an array at each call that takes it, by a locked instruction: a tenth of a negotiation's time.
    """

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        lent = []
        for place, kind in enumerate(signature.args[0]):
            array = context.make_array(kind)(context, builder, builder.extract_value(args[0], place))
            array.meminfo = array.meminfo.type(None)
            lent.append(array._getvalue())
        return context.make_tuple(builder, signature.return_type, lent)

    return arrays(arrays), codegen


def _keep(arrays: Any) -> Any:
    return arrays


#: What Python runs counts references itself.
lend: Final = _lend if IS_COMPILED else _keep


@rule
def make_room(firms: int, regimes: int) -> Scratch:
    """Make the memory of one negotiation with so many firms and regimes."""
    return Scratch(
        np.zeros(1, TALK),
        np.zeros(2, SEAT),
        np.zeros(2, VIEW),
        np.zeros(2, PATH),
        np.zeros(TABLES + 2, VALUATION),
        np.zeros(2, MIND),
        np.zeros((2, 2), WORLD),
        np.zeros(2, WORLD),
        np.zeros((2, MAX_BRANCHES), PATH),
        np.zeros(1, WORK),
        np.zeros(firms),
        np.zeros(regimes, RECORD),
        np.zeros((regimes, 2), RECORD),
    )


@rule
def clear_shared(shared: Shared) -> None:
    """Forget where the last talks stood."""
    shared.talk.round = 0
    shared.talk.slips = 0
    shared.talk.deadlines = 0
    shared.talk.escalated = 0.0
    shared.talk.has_deadline = 0
    shared.talk.executions = 0
    shared.talk.executed_day = 0.0
    shared.talk.to_put_in_force = 0
    shared.work.reviewed = -1.0


@rule
def clear_side(side: Side) -> None:
    """Forget the last talks' offers and memory of a side."""
    seat = side.seat
    seat.tabled = 0
    seat.offers = 0
    seat.opening = 0
    seat.below = 0
    seat.levels[:] = 0
    seat.package[:] = 0.0
    seat.payoff = 0.0
    seat.next_payoff = 0.0
    seat.asked = 0.0
    side.seen.offers = 0
    side.seen.gap[:] = 0.0
    forget(side.mind)
