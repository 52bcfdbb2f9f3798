"""What the end of a negotiation of the compiled engine is worth to every firm and chip maker."""

from __future__ import annotations

from sim.compiled import rule
from sim.economy.chip_market import signs
from sim.economy.firm_payoffs import (
    FIRM_TERMS,
    MAKER_TERMS,
    firm_deal_terms,
    firm_no_deal,
    maker_deal_terms,
    maker_no_deal,
    set_deal_worlds,
    set_no_deal_world,
)
from sim.economy.ledger import total
from sim.economy.pledge import SUBSIDY_RATE
from sim.economy.walkaway import STATUS_QUO, THREAT, mean_without_deal
from sim.engine.memory import Scratch
from sim.engine.results import payoff_without_deal
from sim.issues import MATERIALS_SUPPORT
from sim.records import Floats, Record, Table


@rule
def _without_deal(talk: Record, outcome: int, status_quo: float, threat: float, ends: Floats) -> None:
    """Write an agent's payoff without a deal and its walk-away payoff."""
    waiting = mean_without_deal(talk.waiting, talk.execution, status_quo, threat)
    ends[0] = payoff_without_deal(outcome, status_quo, threat, waiting)
    ends[1] = waiting


@rule
def settle_agents(
    p: Record, talk: Record, firms: Table, makers: Table, room: Scratch, result: Record, agents: Floats
) -> None:
    """Write payoff and walk-away payoff of every firm, then of every chip maker, into `agents` (shape [agent, 2])."""
    work, worlds, faced, dealt = room.work[0], room.worlds, room.faced, result.dealt != 0
    set_no_deal_world(p, makers, firms, work.rates, work.pledge, worlds)
    if dealt:
        set_deal_worlds(p, makers, firms, result.package, result.pledge, work.rates, faced)
    terms = work.terms[: len(FIRM_TERMS)]
    rate = result.pledge[SUBSIDY_RATE]
    for i in range(firms.shape[0]):
        firm, ends = firms[i], agents[i]
        status_quo, threat = firm_no_deal(p, firm, worlds[STATUS_QUO]), firm_no_deal(p, firm, worlds[THREAT])
        _without_deal(talk, result.outcome, status_quo, threat, ends)
        if dealt:
            signed = rate > 0.0 and signs(rate, room.reservations[i])
            firm_deal_terms(p, firm, result.pledge, signed, faced, terms)
            ends[0] = total(terms)
    terms = work.terms[: len(MAKER_TERMS)]
    for j in range(makers.shape[0]):
        maker, ends = makers[j], agents[firms.shape[0] + j]
        status_quo, threat = (
            maker_no_deal(p, maker, worlds[STATUS_QUO], terms),
            maker_no_deal(p, maker, worlds[THREAT], terms),
        )
        _without_deal(talk, result.outcome, status_quo, threat, ends)
        if dealt:
            maker_deal_terms(p, maker, faced, result.package[MATERIALS_SUPPORT], terms)
            ends[0] = total(terms)
