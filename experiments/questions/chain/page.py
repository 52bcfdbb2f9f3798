"""The page of a chain: asked, found, what the order does, what not to conclude, how to repeat it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from experiments.config.changes import SET
from experiments.labels import counted, listed
from experiments.questions.chain.figures import chain_cases, chain_orders
from experiments.questions.chain.text import answer, by_size, cases, orders, removed, seen
from experiments.report.blocks import Block, Download, Listing, Page, PageSection, PageTheme, Words, picture
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.own_record import record_needed, record_option
from experiments.report.repeat import Asked, file_name, repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.chain.result import ChainResult

_WARNINGS: Final = (
    "A case sees of those before it three things: the rates of similar deals, how much of the trade is still open, and "
    "how many threats were carried out of those that fell due. What governments say to each other is not in it.",
    "Cases follow one another as wholes: talks that go on at the same time see nothing of each other until one ends.",
    "Draws of politics are the same in all cases, so that a run in which the US carries out its threats does so "
    "everywhere.",
    *OF_SHARES,
)
_LINKS: Final = (
    "Reference rate: mean of the rates signed before, weighed by how similar the countries are.",
    "Open imports: those under the country rate of countries that have not signed yet, over all.",
    "Credibility: the chance p that a threat is carried out at one of all n deadlines of the talks. Each is spared "
    "with the chance h, h^n = 1 - p. After s earlier deadlines that were spared and x at which a threat was carried "
    "out, h is Beta(n + s, 1 + x), and p the quantile at the run's own draw; before any, p is uniform.",
)
_OF_FIRST: Final = (
    "What is said of single numbers below is about the config of {}, which has no case before it; reference rates and "
    "losses against earlier deals matter to the cases after it."
)
_DRAWN: Final = "Each case alone and in the chain, and how it ended where the record says so."
_LEAD: Final = "What do deals do to those still to come? Below is the config of the first case; others are made alike."


def page(result: ChainResult, theme: PageTheme) -> Page:
    """Page of a finished chain."""
    found: list[Block] = [cases(result), seen(result)]
    found += [removed(result)] if len(result.removed) else []
    sections = [
        PageSection("came-out", "What came out", "What earlier deals do to later ones.", tuple(found)),
    ]
    if len(result.orders):
        drawn = picture(chain_orders(result), "Each case over all orders that were tried.", theme)
        blocks = (drawn, orders(result), by_size(result))
        sections.append(PageSection("orders", "What the order does", "The same cases in other orders.", blocks))
    sections += [
        scenario_section(result.config, _LEAD, _asked(result), Listing("What is seen", _LINKS)),
        limits_section(result.config, _WARNINGS, Words((_OF_FIRST.format(result.members[0]),))),
        repeat_section(result.manifest, result.config, options=_options(result), asked=_again(result)),
    ]
    return Page(
        title=f"Chain {result.name}",
        subtitle=f"{result.title}: {counted(result.negotiations, 'simulated negotiation')} of the chain itself",
        answer=answer(result).shown(picture(chain_cases(result), _DRAWN, theme)),
        sections=tuple(sections),
    )


def _options(result: ChainResult) -> tuple[str, ...]:
    settings = result.manifest.settings
    return (
        "--runs", str(result.runs), "--orders", str(settings["orders"]), "--stress", str(settings["stress"]),
        "--seed", str(result.seed), *repeated(SET, settings["sets"]), *record_option(settings["record"]),
    )  # fmt: skip


def _again(result: ChainResult) -> Asked:
    """The chain as a file to save, with the day by which deals count."""
    name = f"{file_name(result.name)}.yaml"
    keys = {**result.manifest.settings["chain"], "horizon": result.horizon}
    content = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in keys.items())
    save = f"Save the chain as {name}, with every default spelled out, and run it:"
    needs = record_needed(result.manifest.settings["record"])
    return Asked(name, save, (Download(name, f"Save {name}", content.encode()),), needs)


def _asked(result: ChainResult) -> Listing:
    chain = result.manifest.settings["chain"]
    linked = chain["reference"] != "none"
    seen_by = (
        f"how far from a partner deals still count: {chain['bandwidth']:g}"
        if linked
        else "no case looks at those before it"
    )
    lines = (
        f"Cases: {listed(chain['cases'], cut=False)}; {seen_by}.",
        f"{counted(result.runs, 'run')} of each of {counted(len(result.members), 'case')}; seed {result.seed}.",
        f"Deals count by {result.horizon}.",
    )
    return Listing("The chain", lines)
