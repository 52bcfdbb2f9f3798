"""How the compiled engine brings pledges, payoff tables and concession paths up to date."""

from __future__ import annotations

from sim.bargaining.calendar import path_floor
from sim.bargaining.concession import side_path
from sim.bargaining.learning import learn, learns, reweigh, take_stock
from sim.bargaining.offers import weigh_offer
from sim.bargaining.red_lines import has_common_package
from sim.bargaining.valuation import is_finite, tabulate_fixed, tabulate_purchases
from sim.compiled import rule
from sim.economy.chip_market import reservation_subsidy
from sim.economy.pledge import sign_pledges, supply_pledges
from sim.engine.memory import TRUE, Shared, Side
from sim.issues import PARTNER, US
from sim.records import Floats, Record, Table


@rule
def _price_and_tabulate(
    p: Record, firms: Table, makers: Table, reservations: Floats, is_new: bool, table: int, work: Record,
    valuation: Record,
) -> bool:  # fmt: skip
    """Bring one set of payoff tables up to date; whether anything in it has changed."""
    supplied, pledges = work.supplied[table], work.pledges[table]
    if is_new:
        supply_pledges(p, firms, makers, work.curves[table], supplied)
        tabulate_fixed(p, work.ledger, valuation)
    changed = sign_pledges(p, firms, reservations, supplied, pledges) or is_new
    if changed:
        tabulate_purchases(p, pledges, work.ledger, valuation)
    return changed


@rule
def _build_path(p: Record, shared: Shared, own: Side, is_new: bool) -> None:
    """Build a side's concession path from the true tables and its beliefs about the other side; see `side_path`."""
    side_path(
        p, shared.work.pledges[TRUE], shared.true, own.believes, own.number, shared.talk.common != 0,
        path_floor(p, shared.talk, own.number), is_new, own.branches, own.path,
    )  # fmt: skip
    own.seat.ideal = own.path.own[0]


@rule
def deepen_path(p: Record, shared: Shared, own: Side) -> None:
    """Build a path anew if the walk-away may now fall below the end of it."""
    if own.path.floor > path_floor(p, shared.talk, own.number):
        _build_path(p, shared, own, False)


@rule
def _take_stock(p: Record, own: Side) -> None:
    if learns(p, own.number):
        take_stock(p, own.mind, own.prior, 1 - own.number, own.believes)


@rule
def listen(p: Record, shared: Shared, own: Side, other: Record) -> None:
    """Let a learning side learn from the other side's new offers before it speaks."""
    if not learns(p, own.number):
        return
    if learn(p, shared.talk, own.mind, own.prior, shared.true, own.number, own.seat, other):
        reweigh(p, own.mind, own.prior, 1 - own.number, own.believes)
        _build_path(p, shared, own, True)
        weigh_offer(p, shared.work.pledges[TRUE], shared.true, own.believes, 1 - own.number, other)


@rule
def _study_side(p: Record, shared: Shared, own: Side, other: Side, is_new: bool) -> None:
    _build_path(p, shared, own, is_new or learns(p, own.number))
    own.seen.offers = 0
    weigh_offer(p, shared.work.pledges[TRUE], shared.true, other.believes, own.number, own.seat)


@rule
def study(
    p: Record, us_p: Record, partner_p: Record, firms: Table, makers: Table, day: float, is_new: bool, shared: Shared,
    reservations: Floats, us: Side, partner: Side,
) -> bool:  # fmt: skip
    """Ask the firms anew, price the pledges on their answers and rebuild what changes; False if a payoff is no number.

    `us_p` and `partner_p` are the parameters as each side believes them, `p` itself where beliefs are exact; `is_new`
    says that parameters have changed and not only the firms' answers.
    """
    work = shared.work
    for i in range(firms.shape[0]):
        reservations[i] = reservation_subsidy(p, firms[i], day)
    changed = _price_and_tabulate(p, firms, makers, reservations, is_new, TRUE, work, shared.true)
    if us.noisy:
        changed = _price_and_tabulate(us_p, firms, makers, reservations, is_new, 1 + US, work, us.prior) or changed
    if partner.noisy:
        changed = (
            _price_and_tabulate(partner_p, firms, makers, reservations, is_new, 1 + PARTNER, work, partner.prior)
            or changed
        )
    if not changed:
        return True
    if not is_finite(p, shared.true):
        return False
    shared.talk.common = 1 if has_common_package(p, work.pledges[TRUE]) else 0
    _take_stock(p, us)
    _take_stock(p, partner)
    _study_side(p, shared, us, partner, is_new)
    _study_side(p, shared, partner, us, is_new)
    return True
