"""One negotiation told as data, round by round: who moved on what, why, what it cost and what it brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from experiments.config.signing import signing_words
from experiments.engine.cases import build_case, seat_agents, tactic_names
from experiments.engine.settlement import Settlement, settle
from experiments.story.deal import deal_sits_on
from experiments.story.ledgers import TERMS, final_ledger, status_quo_ledger
from sim.bargaining.concession import node_worth
from sim.bargaining.offers import target_payoff
from sim.bargaining.position import BELIEF
from sim.bargaining.valuation import GROUP_COUNT, group_issues, group_value, package_value
from sim.economy.pledge import OUTLAY, PRICE, SUBSIDY_RATE
from sim.economy.walkaway import execution_chance
from sim.engine.cast import GovernmentView
from sim.engine.model import NegotiationModel
from sim.grid import level_value
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from sim.records import Integers, Record


@dataclass(frozen=True, slots=True)
class Move:
    """A change of one issue, or of the pair of issues that are priced together, between two own offers.

    Attributes
    ----------
    changes : tuple of (issue, before, after)
        Values in the issues' units.
    cost, gift : float
        Change of the own payoff and of the other side's, US$ bn a year.
    """

    changes: tuple[tuple[str, float, float], ...]
    cost: float
    gift: float


@dataclass(frozen=True, slots=True)
class StoryTurn:
    """What one side did in a round.

    Attributes
    ----------
    side : str
        ``us_treasury`` or ``partner``.
    action : str
        ``opens``, ``holds``, ``moves`` or ``accepts``.
    heard : float or None
        Own payoff of the other side's standing offer, if one stood.
    own_next : float
        Own payoff of the package that it tabled, or that it would have asked for where it accepted.
    aspiration, ideal, reservation, walk_away : float
        What it asked for and what it measured that against; payoffs in US$ bn a year.
    held_by : str
        What decided the position: ``tactic`` (the aspiration), ``asked`` (the other side had asked for no more),
        ``offer`` (to sign the other side's offer would be worth more than what the tactic asked for), ``reservation``
        (even the ideal is below what it needs), or ``choice`` (no tactic: a person or a guest decides).
    may_sign : bool
        Whether its red lines and the domestic table let it sign the other side's offer.
    offer : dict
        Value of every issue in the package that it tabled; empty when it accepted.
    moves : tuple of Move
        What changed against its last offer.
    """

    side: str
    action: str
    heard: float | None
    own_next: float
    aspiration: float
    ideal: float
    reservation: float
    walk_away: float
    held_by: str
    may_sign: bool
    offer: dict[str, float]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class RoundStory:
    """One round: what opened it, the domestic table, and both sides' turns in the order in which they spoke.

    `deadline` is the one that stood in it; None if none did. `executed` says that its threat was carried out at the end
    of the round and that the talks go on.
    `raised_threat` holds the chance that the threat is executed before and after brinkmanship raised it in this round;
    None if it did not.
    """

    number: int
    date: dt.date
    events: tuple[str, ...]
    deadline: dt.date | None
    deadline_slipped: bool
    subsidy_rate: float
    subsidy_cost: float
    chip_price: float
    signed: tuple[str, ...]
    holding_out: tuple[str, ...]
    turns: tuple[StoryTurn, ...]
    raised_threat: tuple[float, float] | None = None
    executed: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """How the talks ended.

    Attributes
    ----------
    package : dict or None
        What was signed.
    settlement : Settlement
        Payoffs and walk-away payoffs of all agents.
    ledger : dict
        By side, then term: value under the signed package (without a deal under the side's own last offer) and at the
        status quo, US$ bn a year, with the chance that the courts strike down the reciprocal tariff. A side that never
        made an offer has none.
    gaps : dict
        Without a deal, US position less the partner's on every issue; empty where a side never made an offer.
    lessons : dict
        By side that learns, then group of issues that are priced together: how often as much the side now believes the
        group to count for the other side as it believed at first.
    sits_on : dict
        By agreed issue, the constraint that it sits on: as in the column ``binds.<issue>``, and in words. Empty without
        a deal.
    """

    outcome: str
    reason: str
    package: dict[str, float] | None
    settlement: Settlement
    ledger: dict[str, dict[str, tuple[float, float]]]
    gaps: dict[str, float]
    lessons: dict[str, dict[tuple[str, ...], float]] = field(default_factory=dict)
    sits_on: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A whole negotiation as told to a reader; `signing` says by which acceptance condition each tactic signs."""

    title: str
    run: int
    seed: int
    tactics: tuple[str, str]
    red_lines_common: bool
    rounds: tuple[RoundStory, ...]
    ending: Ending
    signing: str


def _named(model: NegotiationModel, levels: Integers) -> dict[str, float]:
    names = model.case.issue_names
    return {names[i]: float(level_value(model.p, i, levels[i])) for i in model.case.tabled(model.p)}


def _moves(model: NegotiationModel, side: int, before: Integers, after: Integers) -> tuple[Move, ...]:
    moves = []
    for group in range(GROUP_COUNT):
        issues = group_issues(group)
        changed = [i for i in dict.fromkeys(issues) if before[i] != after[i]]
        if not changed:
            continue
        change = [
            group_value(model.valuation, who, group, *(after[i] for i in issues))
            - group_value(model.valuation, who, group, *(before[i] for i in issues))
            for who in (side, 1 - side)
        ]
        steps = tuple(
            (
                model.case.issue_names[i],
                float(level_value(model.p, i, before[i])),
                float(level_value(model.p, i, after[i])),
            )
            for i in changed
        )
        moves.append(Move(steps, float(change[0]), float(change[1])))
    return tuple(moves)


@dataclass(frozen=True, slots=True)
class _Before:
    """A side's memory before its turn."""

    offers: int
    levels: Integers


def _held_by(p: Record, own: GovernmentView) -> str:
    seat = own.seat
    if not own.follows_tactic:
        return "choice"
    if seat.reservation > seat.ideal:
        return "reservation"
    target = target_payoff(seat.reservation, seat.ideal, seat.aspiration)
    if seat.tabled == 0 or seat.node >= node_worth(own.path_to(target), target):
        return "tactic"
    return "asked" if p.cap == BELIEF else "offer"


def _heard(model: NegotiationModel, side: int, levels: Integers) -> tuple[float, bool]:
    own = model.governments[side]
    return float(package_value(model.valuation, side, levels)), own.may_sign(levels)


def _turn(model: NegotiationModel, side: int, before: tuple[_Before, _Before], spoke_first: bool) -> StoryTurn:
    own, other = model.governments[side], model.governments[1 - side]
    seat = own.seat
    tabled = seat.offers > before[side].offers
    heard: tuple[float, bool] | None = None
    answers_this_round = not spoke_first and model.p.simultaneous == 0
    if answers_this_round:
        heard = _heard(model, side, other.seat.levels)
    elif before[1 - side].offers > 0:
        heard = _heard(model, side, before[1 - side].levels)
    if tabled:
        first = before[side].offers == 0
        moves = () if first else _moves(model, side, before[side].levels, seat.levels)
        action = "opens" if first else "moves" if moves else "holds"
    else:
        action, moves = "accepts", ()
    return StoryTurn(
        side=SIDES[side],
        action=action,
        heard=None if heard is None else heard[0],
        own_next=float(seat.payoff if tabled else seat.next_payoff),
        aspiration=float(seat.aspiration),
        ideal=float(seat.ideal),
        reservation=float(seat.reservation),
        walk_away=float(seat.walk_away),
        held_by=_held_by(model.p, own),
        may_sign=heard is None or heard[1],
        offer=_named(model, seat.levels) if tabled else {},
        moves=moves,
    )


def play_round(model: NegotiationModel) -> RoundStory:
    """Play the next round of talks and tell it."""
    grid = model.p
    before = tuple(_Before(int(g.seat.offers), g.seat.levels.copy()) for g in model.governments)
    deadline_before = model.deadline_day
    escalated_before = float(model.talk.escalated)
    model.step()
    if grid is not None and model.opened_by:
        before = tuple(
            _Before(past.offers, g.seat.history[past.offers - 1].copy() if past.offers else past.levels)
            for past, g in zip(before, model.governments, strict=True)
        )
    first = model.first_mover()
    spoken = [side for side in (first, 1 - first) if _spoke(model, side, before)]
    pledge = model.standing_pledge()
    firms = model.cast.firms
    return RoundStory(
        number=model.round,
        date=model.date,
        events=model.opened_by,
        deadline=_deadline(model, deadline_before),
        deadline_slipped=model.slipped,
        subsidy_rate=float(pledge[SUBSIDY_RATE]),
        subsidy_cost=float(pledge[OUTLAY]),
        chip_price=float(pledge[PRICE]),
        signed=tuple(firm.name for firm in firms if firm.signed),
        holding_out=tuple(firm.name for firm in firms if not firm.signed),
        turns=tuple(_turn(model, side, (before[0], before[1]), side == first) for side in spoken),
        raised_threat=_raised_threat(model, escalated_before),
        executed=model.executed,
    )


def _deadline(model: NegotiationModel, before: float) -> dt.date | None:
    """Deadline that stood in this round; an event may have set it at its start, and it may have fallen due since."""
    if model.executed:
        return model.case.date_of(float(model.p.deadline_day) if int(model.talk.slips) == 0 else before)
    if not model.has_deadline:
        return None
    if model.slipped:
        return model.case.date_of(float(model.p.deadline_day) if int(model.talk.slips) == 1 else before)
    return model.case.date_of(model.deadline_day)


def _raised_threat(model: NegotiationModel, before: float) -> tuple[float, float] | None:
    now = float(model.talk.escalated)
    if now == before:
        return None
    return execution_chance(model.p, before), execution_chance(model.p, now)


def _spoke(model: NegotiationModel, side: int, before: tuple[_Before, ...]) -> bool:
    accepted = model.deal is not None and model.deal.proposer == SIDES[1 - side]
    return accepted or model.governments[side].seat.offers > before[side].offers


def ending_of(model: NegotiationModel, sits_on: dict[str, tuple[str, str]] | None = None) -> Ending:
    """Tell how talks that are over have ended, and what the agreed issues sit on where that is known."""
    final, status_quo = final_ledger(model), status_quo_ledger(model.p)
    offered = [model.deal is not None or bool(government.seat.tabled) for government in model.governments]
    ledger: dict[str, dict[str, tuple[float, float]]] = {
        side: {term: (float(final[index, k]), float(status_quo[index, k])) for k, term in enumerate(TERMS[index])}
        for index, side in enumerate(SIDES)
        if offered[index]
    }
    us, partner = (_named(model, government.seat.levels) for government in model.governments)
    signed = None
    if model.deal is not None:
        signed = {model.case.issue_names[i]: float(model.deal.package[i]) for i in model.case.tabled(model.p)}
    gaps = {issue: us[issue] - partner[issue] for issue in us} if signed is None and all(offered) else {}
    ends = str(model.outcome), str(model.reason)
    return Ending(*ends, signed, settle(model), ledger, gaps, _lessons(model), sits_on or {})


def _lessons(model: NegotiationModel) -> dict[str, dict[tuple[str, ...], float]]:
    tabled = set(model.case.tabled(model.p))
    lessons: dict[str, dict[tuple[str, ...], float]] = {}
    for side, government in zip(SIDES, model.governments, strict=True):
        multipliers = government.lessons()
        if multipliers is None:
            continue
        groups = [[i for i in dict.fromkeys(group_issues(group)) if i in tabled] for group in range(GROUP_COUNT)]
        lessons[side] = {
            tuple(model.case.issue_names[i] for i in issues): float(multiplier)
            for issues, multiplier in zip(groups, multipliers, strict=True)
            if issues
        }
    return lessons


def narrate(config: Config, seed: int, run: int = 0) -> Story:
    """Play one run of an experiment and tell it.

    Parameters
    ----------
    config : Config
        The scenario.
    seed : int
        Seed of the experiment.
    run : int
        Which of its runs; the same as in the tables of ``winset run``.
    """
    tactics = tactic_names(config)
    model = NegotiationModel(build_case(config, seed, run), seat_agents(tactics), collect=False, rng=seed)
    return story_of(model, config, run, seed, tactics)


def story_of(model: NegotiationModel, config: Config, run: int, seed: int, deciders: tuple[str, str]) -> Story:
    """Play talks that have not begun to their end and tell them; `deciders` names who decides for each side."""
    rounds = []
    while model.running:
        rounds.append(play_round(model))
    return finished_story(model, config, run, seed, deciders, rounds)


def finished_story(
    model: NegotiationModel, config: Config, run: int, seed: int, deciders: tuple[str, str],
    rounds: Sequence[RoundStory],
) -> Story:  # fmt: skip
    """Tell talks that are over, of which the rounds have been told."""
    ending = ending_of(model, deal_sits_on(model, config, run, seed))
    signing = signing_words(config, deciders)
    return Story(config.title, run, seed, deciders, model.common, tuple(rounds), ending, signing)
