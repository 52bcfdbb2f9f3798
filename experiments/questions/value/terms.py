"""Every agent's payoff term by term, in both accounts, split into money, politics and beliefs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from experiments.payoff_terms import KINDS, term_of
from experiments.questions.value.accounts import Books
from experiments.story.ledgers import TERMS, status_quo_ledger
from sim.economy.firm_payoffs import FIRM_TERMS, MAKER_TERMS
from sim.issues import SIDES

if TYPE_CHECKING:
    from sim.records import Floats

#: Columns of the terms: whose, in which state, what, the payoff and the parts of it, and the same in plain economics.
#: US$ bn a year; the parts add up to the payoff.
TERM_COLUMNS: Final = ("agent", "role", "state", "term", "payoff", *KINDS, "plain")

#: States: the package, and the status quo without a deal, which governments alone are asked for.
PACKAGE: Final = "package"
STATUS_QUO: Final = "status_quo"


def terms(books: Books, package: Floats) -> Iterator[tuple[object, ...]]:
    """Yield rows of :data:`TERM_COLUMNS` for governments, firms and chip makers."""
    political, plain = books.political, books.plain
    for state, ledgers in (
        (PACKAGE, (political.ledger(package), plain.ledger(package))),
        (STATUS_QUO, (status_quo_ledger(political.p), status_quo_ledger(plain.p))),
    ):
        for place, side in enumerate(SIDES):
            for k, term in enumerate(TERMS[place]):
                yield side, side, state, term, *parts(side, term, *(float(ledger[place, k]) for ledger in ledgers))
    for role, names, own, agents in (
        ("firm", FIRM_TERMS, political.names.firms, (political.firm_terms(package), plain.firm_terms(package))),
        ("maker", MAKER_TERMS, political.names.makers, (political.maker_terms(package), plain.maker_terms(package))),
    ):
        for place, agent in enumerate(own):
            for k, term in enumerate(names):
                payoff, in_plain = (float(ledgers[place][k]) for ledgers in agents)
                yield agent, role, PACKAGE, term, *parts(role, term, payoff, in_plain)


def parts(role: str, term: str, payoff: float, plain: float) -> tuple[float, float, float, float, float]:
    """Payoff, what of it is money, politics and belief, and the payoff in plain economics.

    Of money that a political weight multiplies, what plain economics counts is money, and the rest politics.
    """
    found = term_of(role, term)
    if found is None:
        raise ValueError(f"{term} of {role} is no term that experiments.payoff_terms describes")
    money, politics, belief = {
        "money": (plain, payoff - plain, 0.0),
        "politics": (0.0, payoff, 0.0),
        "belief": (0.0, 0.0, payoff),
    }[found.kind]
    return payoff, money, politics, belief, plain
