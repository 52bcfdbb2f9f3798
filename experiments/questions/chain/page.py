"""The page of a chain: asked, found, what the order does, what not to conclude, how to repeat it."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Final

from experiments.labels import counted
from experiments.questions.chain.figures import chain_cases, chain_orders
from experiments.questions.chain.members import members_of
from experiments.questions.chain.spec import chain_from
from experiments.questions.chain.text import answer, by_size, cases, orders, removed
from experiments.record.record import read_record
from experiments.report.blocks import Block, Commands, Download, Listing, Page, PageSection, Words, picture
from experiments.report.limits import OF_SHARES
from experiments.report.repeat import CHANGED, file_name, repeated_by

if TYPE_CHECKING:
    from experiments.figures.kit.theme import Theme
    from experiments.questions.chain.result import ChainResult

_WARNINGS: Final = (
    "A case sees of those before it three things: the rates of similar deals, how much of the trade is still open, and "
    "how often deadlines were carried out. What governments say to each other is not in it.",
    "Cases follow one another as wholes: talks that go on at the same time see nothing of each other until one ends.",
    "Draws of politics are the same in all cases, so that a run in which the US carries out its threats does so "
    "everywhere.",
    *OF_SHARES,
)
_LINKS: Final = (
    "Reference rate: mean of the rates signed before, weighed by how similar the countries are.",
    "Open imports: those under the country rate of countries that have not signed yet, over all.",
    "Credibility: the share of earlier deadlines that were carried out, from a uniform prior.",
)


def page(result: ChainResult, theme: Theme) -> Page:
    """Page of a finished chain."""
    found: list[Block] = [picture(chain_cases(result), "Each case alone and in the chain.", theme), cases(result)]
    found += [removed(result)] if len(result.removed) else []
    sections = [
        PageSection("asked", "What was asked", result.title, (_asked(result), Listing("What is seen", _LINKS))),
        PageSection("came-out", "What came out", "What earlier deals do to later ones.", tuple(found)),
    ]
    if len(result.orders):
        drawn = picture(chain_orders(result), "Each case over all orders that were tried.", theme)
        blocks = (drawn, orders(result), by_size(result))
        sections.append(PageSection("orders", "What the order does", "The same cases in other orders.", blocks))
    sections += [
        PageSection("limits", "What not to conclude", "Read this first.", (Listing("Of chains", _WARNINGS),)),
        _again(result),
    ]
    return Page(
        title=f"Chain {result.name}",
        subtitle=f"{result.title}: {counted(result.negotiations, 'simulated negotiation')} of the chain itself",
        answer=" ".join(answer(result)),
        sections=tuple(sections),
    )


def _again(result: ChainResult) -> PageSection:
    """How to play the same again: a chain is called by its own config, and not by that of a case."""
    settings, name = result.manifest.settings, f"{file_name(result.name)}.yaml"
    config = {**settings["chain"], "horizon": settings["horizon"]}
    options = (
        "--runs", str(result.runs), "--orders", str(settings["orders"]), "--stress", str(settings["stress"]),
        "--seed", str(result.seed),
    )  # fmt: skip
    day = date.fromisoformat(settings["horizon"])
    made = [one.config.digest() for one in members_of(chain_from(config), read_record(), 1, result.seed, (), day)]
    found: list[Block] = [
        Words((f"Save the chain as {name}, and run it:",)),
        Download(name, f"Save {name}", json.dumps(config, indent=1, ensure_ascii=False).encode()),
        *([] if made == settings["configs"] else [Words((CHANGED,))]),
        Commands((" ".join(["winset", "chain", name, *options]),)),
    ]
    return repeated_by(result.manifest, "config", found)


def _asked(result: ChainResult) -> Listing:
    settings = result.manifest.settings
    lines = (
        f"{counted(result.runs, 'run')} of each of {counted(len(result.members), 'case')}; seed {result.seed}.",
        f"Deals count by {result.horizon}.",
        f"The chain: {json.dumps(settings['chain'], ensure_ascii=False)}",
    )
    return Listing("The chain", lines)
