"""What a model collects of itself: the rounds as model variables and every position as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mesa.datacollection import DataCollector

from sim.engine.cast import NegotiationView
from sim.grid import level_value
from sim.issues import PARTNER, SIDE_PREFIX, SIDES, US

#: Columns of the table of positions.
POSITION_COLUMNS: tuple[str, ...] = (
    "round",
    "date",
    "side",
    "issue",
    "value",
    "aspiration",
    "payoff",
    "reservation",
)


def position_rows(model: NegotiationView) -> list[dict[str, Any]]:
    """Both sides' standing offers of this round: one row per side and issue on the table.

    Values are in the issue's unit; payoff and reservation are the side's own, in US$ bn a year.
    """
    rows = []
    for government in model.governments:
        seat = government.seat
        if seat.tabled == 0:
            continue
        for issue in model.case.tabled(model.p):
            values = (
                model.round,
                model.date,
                SIDES[government.side],
                model.case.issue_names[issue],
                float(level_value(model.p, issue, seat.levels[issue])),
                float(seat.aspiration),
                float(seat.payoff),
                float(seat.reservation),
            )
            rows.append(dict(zip(POSITION_COLUMNS, values, strict=True)))
    return rows


def collect(model: NegotiationView, datacollector: DataCollector) -> None:
    """Collect one round: the model variables and both sides' positions."""
    datacollector.collect(model)
    for row in position_rows(model):
        datacollector.add_table_row("positions", row)


def _seat_value(side: int, field: str) -> Callable[[NegotiationView], float]:
    return lambda model: float(getattr(model.governments[side].seat, field))


def make_collector() -> DataCollector:
    """Make the collector of one negotiation: one row of model variables a round, and the table ``positions``."""
    seats = {
        f"{SIDE_PREFIX[side]}_{field}": _seat_value(side, field)
        for side in (US, PARTNER)
        for field in ("aspiration", "payoff", "reservation")
    }
    return DataCollector(
        model_reporters={
            "round": "round",
            "date": lambda talks: talks.date.isoformat(),
            "outcome": lambda talks: None if talks.outcome is None else str(talks.outcome),
            "reason": lambda talks: None if talks.reason is None else str(talks.reason),
            **seats,
        },
        tables={"positions": list(POSITION_COLUMNS)},
    )
