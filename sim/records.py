"""Layout of the records that rules read, derived from the parameter table.

One row describes one negotiation in one regime (the time between two events). Rules get a single record ``p`` and read
``p.us_consumer_weight``; firms and chip makers are rows of their own arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.issues import FIRST_FURTHER_ISSUE, MAX_ISSUES, MAX_RED_LINES
from sim.parameters.parameter import SECTORS, Parameter
from sim.parameters.table import TABLE

#: Type of one record at run time; numba and numpy give it attribute access that no static type describes.
Record = Any
Table = NDArray[Any]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

KNOBS: Final = 8
LEARNER_KNOBS: Final = 2
MAX_ROUNDS: Final = 128
FURTHER: Final = MAX_ISSUES - FIRST_FURTHER_ISSUE

_FIELD = tuple[str, type] | tuple[str, type, tuple[int, ...]]


class Element(np.record):  # type: ignore[misc]  # NumPy's types call a base of it final, NumPy does not
    """One record of an array where Python runs the rules; fields are attributes, also one named as a method is."""

    def __getattribute__(self, name: str) -> Any:
        """Read a field before anything else of that name, such as ``round``."""
        return self[name] if name in np.void.__getattribute__(self, "dtype").fields else super().__getattribute__(name)


def layout(fields: Sequence[_FIELD]) -> np.dtype[np.void]:
    """Type of a record whose fields are read as attributes, in compiled code and where Python runs the same rules."""
    return np.dtype((Element, list(fields)))


def _rows(group: str) -> list[Parameter]:
    return [row for row in TABLE if row.group == group]


def _parameter_fields() -> list[_FIELD]:
    scalars: list[_FIELD] = [(row.field, np.float64) for row in _rows("scalar")]
    columns = dict.fromkeys(row.field for row in _rows("sector"))
    return scalars + [(name, np.float64, (len(SECTORS),)) for name in columns]


_DERIVED: list[_FIELD] = [
    ("sector_elasticity", np.float64, (len(SECTORS),)),
    ("sector_pass_through", np.float64, (len(SECTORS),)),
]

_AGENDA: list[_FIELD] = [
    ("issue_tabled", np.int64, (MAX_ISSUES,)),
    ("issue_low", np.float64, (MAX_ISSUES,)),
    ("issue_high", np.float64, (MAX_ISSUES,)),
    ("issue_levels", np.int64, (MAX_ISSUES,)),
    ("issue_off_value", np.float64, (MAX_ISSUES,)),
    ("further_us_value", np.float64, (FURTHER,)),
    ("further_partner_value", np.float64, (FURTHER,)),
]

_RED_LINES: list[_FIELD] = [
    ("line_count", np.int64),
    ("line_side", np.int64, (MAX_RED_LINES,)),
    ("line_issue", np.int64, (MAX_RED_LINES,)),
    ("line_low", np.float64, (MAX_RED_LINES,)),
    ("line_high", np.float64, (MAX_RED_LINES,)),
    ("line_when_issue", np.int64, (MAX_RED_LINES,)),
    ("line_when_low", np.float64, (MAX_RED_LINES,)),
    ("line_when_high", np.float64, (MAX_RED_LINES,)),
    ("line_released_low", np.float64, (MAX_RED_LINES,)),
    ("line_released_high", np.float64, (MAX_RED_LINES,)),
    ("line_priced", np.int64, (MAX_RED_LINES,)),  # whether it can be crossed at a price; else it cannot be crossed
    ("line_price", np.float64, (MAX_RED_LINES,)),  # US$ bn a year per unit of the issue beyond a bound
]

_TALKS: list[_FIELD] = [
    ("regime_start_day", np.float64),
    ("regime_is_new", np.int64),  # whether anything has changed since the regime before
    ("tables_are_new", np.int64),  # whether payoffs, agenda or red lines have, so that tables and paths are rebuilt
    ("event_ahead", np.int64),
    ("deadline_day", np.float64),
    ("slip_days", np.float64),
    ("max_slips", np.int64),
    ("round_interval", np.float64),
    ("round_limit", np.int64),
    ("goes_on", np.int64),  # whether talks go on once a threat has been carried out
    ("simultaneous", np.int64),
    ("first_mover", np.int64),
    ("cap", np.int64),  # place of the cap on what a side gives in sim.bargaining.position.CAPS
    ("stall_rounds", np.int64),
    ("walkout_rounds", np.int64),
    ("stall_tolerance", np.float64),
    ("agreement_tolerance", np.float64),
    ("knobs", np.float64, (2, KNOBS)),
    ("learner", np.int64, (2,)),  # by which model each side learns, see sim.bargaining.learning
    ("learner_knobs", np.float64, (2, LEARNER_KNOBS)),
    ("acceptance", np.int64, (2,)),  # place of each side's acceptance condition in sim.bargaining.acceptance.CONDITIONS
    ("acceptance_number", np.float64, (2,)),  # its level or time
]

#: What a tactic brings to the table besides its aspiration, by side; 0 for a tactic that does not say otherwise.
BROUGHT: Final[tuple[tuple[str, type], ...]] = (
    ("reads_path", np.int64),  # whether its view holds what lies ahead on the path, see sim.bargaining.prospects
    ("stride", np.float64),  # nodes of the path in one step of it, at least 1
    (
        "path_order",
        np.int64,
    ),  # whether its path concedes package by package or issue by issue, see sim.bargaining.concession
    ("brink_patience", np.float64),  # rounds that the other side may stand still before the threat rises
    ("brink_step", np.float64),  # chance by which it rises in a round, see sim.bargaining.brinkmanship
    ("brink_limit", np.float64),  # chance of execution above which it never rises
)

_BROUGHT: list[_FIELD] = [(name, kind, (2,)) for name, kind in BROUGHT]

RECORD: np.dtype[np.void] = layout(_parameter_fields() + _DERIVED + _AGENDA + _RED_LINES + _TALKS + _BROUGHT)
FIRM: np.dtype[np.void] = layout([(row.field, np.float64) for row in _rows("firm")])
MAKER: np.dtype[np.void] = layout([(row.field, np.float64) for row in _rows("maker")])

#: What a tactic sees when it chooses its aspiration.
VIEW: np.dtype[np.void] = layout(
    [
        ("round", np.int64),  # rounds are counted from 1
        ("time", np.float64),  # share of the time from the first round to the deadline that has passed, 0 to 1
        ("moves", np.int64),  # own offers made so far
        ("aspiration", np.float64),  # own last aspiration, also across events; 1 before the first offer
        ("draw", np.float64),  # a uniform draw of this round, for tactics that randomise
        ("offers", np.int64),  # offers received so far
        ("offers_since_event", np.int64),  # those of them that were made under the present parameters and agenda
        ("gap", np.float64, (MAX_ROUNDS,)),  # own ideal payoff less own payoff of each offer received, oldest first
        ("range", np.float64),  # own ideal payoff less own reservation, US$ bn a year; below 0 if nothing can be gained
        # The rest is filled only for a tactic that reads the path, see sim.bargaining.prospects.
        ("distinct", np.int64),  # different packages received so far
        ("own_distinct", np.int64),  # different packages offered so far
        ("next_step", np.float64),  # aspiration at which the next package of the own path is tabled
        ("own_risk", np.float64),  # own risk limit [Zeuthen 1930] between the two standing offers, 0 to 1
        ("other_risk", np.float64),  # that of the other side, as believed
        ("risk_step", np.float64),  # aspiration of the least concession that hands the smaller risk limit over
        ("nash_step", np.float64),  # aspiration of the package with the largest product of gains, as believed
    ]
)

#: Fields of the view that are filled only for a tactic that reads the path.
PATH_FIELDS: Final = ("distinct", "own_distinct", "next_step", "own_risk", "other_risk", "risk_step", "nash_step")
