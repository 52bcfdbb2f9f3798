"""How talks end and why, and the numbers that stand for both in compiled records."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """How talks end. Failure to agree is an outcome and not an error."""

    AGREEMENT = "agreement"
    STALL = "stall"
    CYCLE = "cycle"
    THREAT_EXECUTED = "threat_executed"
    DEADLINE_LAPSED = "deadline_lapsed"
    WALKOUT = "walkout"
    ROUND_LIMIT = "round_limit"


class Reason(StrEnum):
    """Why they ended so: who accepted, or what stood in the way of a deal."""

    US_ACCEPTS = "us_accepts"
    PARTNER_ACCEPTS = "partner_accepts"
    POSITIONS_MET = "positions_met"
    DISJOINT_RED_LINES = "disjoint_red_lines"
    US_HAS_BETTER = "us_ideal_below_reservation"
    PARTNER_HAS_BETTER = "partner_ideal_below_reservation"
    NO_ZONE = "no_zone"
    TACTICS_HOLD = "tactics_hold"


OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
REASONS: tuple[Reason, ...] = tuple(Reason)
AGREEMENT: Final = OUTCOMES.index(Outcome.AGREEMENT)
STALL: Final = OUTCOMES.index(Outcome.STALL)
CYCLE: Final = OUTCOMES.index(Outcome.CYCLE)
THREAT_EXECUTED: Final = OUTCOMES.index(Outcome.THREAT_EXECUTED)
DEADLINE_LAPSED: Final = OUTCOMES.index(Outcome.DEADLINE_LAPSED)
WALKOUT: Final = OUTCOMES.index(Outcome.WALKOUT)
ROUND_LIMIT: Final = OUTCOMES.index(Outcome.ROUND_LIMIT)

#: Talks that go on.
RUNNING: Final = -1

#: Talks that a rule or tactic broke: a payoff or an aspiration that is no number.
BROKEN_PAYOFF: Final = -2
BROKEN_TACTIC: Final = -3

#: Reason of an agreement by which side accepted.
ACCEPTED_BY: Final = (REASONS.index(Reason.US_ACCEPTS), REASONS.index(Reason.PARTNER_ACCEPTS))
POSITIONS_MET: Final = REASONS.index(Reason.POSITIONS_MET)
