"""Every term of every payoff has words and a kind, and there are words for no other."""

from __future__ import annotations

from experiments.payoff_terms import KIND_MEANINGS, KINDS, term_of, terms_of
from sim.economy.firm_payoffs import FIRM_TERMS, MAKER_TERMS
from sim.economy.payoffs import PARTNER_TERMS, US_TERMS

OF_AGENTS = {"us_treasury": US_TERMS, "partner": PARTNER_TERMS, "firm": FIRM_TERMS, "maker": MAKER_TERMS}


def test_every_term_is_described_in_the_order_of_the_model() -> None:
    for agent, names in OF_AGENTS.items():
        assert terms_of(agent) == names
        found = [term_of(agent, name) for name in names]
        assert len({term.words for term in found if term is not None}) == len(names)
        assert {term.kind for term in found if term is not None} <= {*KINDS}
        assert all(term.kind == "money" for term in found if term is not None and term.is_weighted)
    assert {*KIND_MEANINGS} == {*KINDS}


def test_a_tag_says_what_a_term_is_counted_in() -> None:
    tags = {name: term_of("us_treasury", name) for name in ("consumers", "chip_maker_profit", "deficit", "fund_profit")}
    assert {name: term.tag for name, term in tags.items() if term is not None} == {
        "consumers": "weighted money", "chip_maker_profit": "money", "deficit": "politics", "fund_profit": "belief",
    }  # fmt: skip
    assert term_of("us_treasury", "rent") is None
    assert term_of("nobody", "farm") is None
