"""What the columns of its tables hold."""

from __future__ import annotations

from typing import Final

from experiments.export.common import (
    COUNT,
    FROM_0,
    FROM_1,
    ISSUE,
    MONEY,
    NASH_DISTANCE,
    NO_DEAL,
    OUTCOME,
    PARETO_GAP,
    RATE,
    REASON,
    SIDE,
)
from experiments.export.described import DATE, NO_UNIT, Described, DescribedTable

COLUMNS: Final = {
    "runs": DescribedTable(
        "a negotiation",
        (
            Described("run", "number of the negotiation", FROM_0),
            OUTCOME,
            REASON,
            Described("round", "round in which the talks ended", FROM_1),
            Described("date", "day on which the talks ended", DATE),
            Described("executions", "how often the threat was executed", COUNT),
            Described("executed_on", "day on which the threat was executed first, talks going on", DATE,
                      "it never was"),
            Described("proposer", "side whose offer was accepted", NO_UNIT, "no deal, or positions met", "side"),
            Described("<issue>", "agreed value of the <issue>", "<issue>", NO_DEAL),
            Described("<seat>.<issue>", "last offer of <seat>: <issue>", "<issue>", "the side tabled nothing"),
            Described("subsidy_rate", "share of the chips' price that {partners} government pays", RATE, NO_DEAL),
            Described("subsidy_cost", "what these subsidies cost {partners} government", MONEY, NO_DEAL),
            Described("chip_price", "price of chips over their list price", "ratio", NO_DEAL),
            Described("chip_headline", "purchases of chips as they are announced", "US$ bn", NO_DEAL),
            Described("chip_additional", "what firms that sign buy beyond what they would have bought", MONEY,
                      NO_DEAL),
            Described("chip_booked", "part of these purchases that customs record as US exports", MONEY, NO_DEAL),
            Described("recorded_deficit", "US trade deficit with {partner} as statistics record it", MONEY),
            Described("payoff.<agent>", "payoff of <agent> against the world of 2024", MONEY),
            Described("gain.<agent>", "gain of <agent> over walking away", MONEY),
            Described("walk_away.<side>", "payoff of <side> from walking away", MONEY),
            Described("reservation.<side>", "payoff that <side> needs in order to sign and ratify", MONEY),
            NASH_DISTANCE,
            PARETO_GAP,
            Described("value_left.<issue>", "joint value that another level of the <issue> alone would add", MONEY,
                      "no deal, or the issue is not on the table"),
            Described("binds.<issue>", "constraint on which the agreed value sits: <issue>", NO_UNIT,
                      "no deal, or the issue is not on the table", "constraint"),
            Described("param.<path>", "drawn value of <path>", "<path>"),
        ),
    ),
    "trajectories": DescribedTable(
        "a standing offer: a negotiation, round, side and issue",
        (
            Described("run", "number of the negotiation", FROM_0),
            Described("round", "round", FROM_1),
            Described("date", "day of the round", DATE),
            SIDE,
            ISSUE,
            Described("value", "value that the side's standing offer gives the issue", "that of the issue"),
            Described("executions", "how often the threat had been executed by then", COUNT),
            Described("aspiration", "payoff that the side aims for", MONEY),
            Described("payoff", "payoff of the offer to the side that made it", MONEY),
            Described("reservation", "payoff that the side needs in order to sign and ratify", MONEY),
        ),
    ),
}  # fmt: skip
