"""What not to conclude: what a share is, which numbers are weak, and what is not in the model at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.config.numbers import numbers, provenance_of
from experiments.config.without_effect import differs_from_default, without_effect
from experiments.labels import as_called, counted
from experiments.report.blocks import Listing, PageSection, Words, table

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.report.blocks import Block

#: From the weakest to the best: what each confidence of the parameter table means to a reader.
_CONFIDENCE: Final = {
    "assumption": "The developers' own assumptions",
    "low": "Sources that bear the number badly",
    "medium": "Sources that bear the number fairly well",
    "high": "Sources that bear the number well",
}

_NOT_SAID: Final = "Not said"

_NOT_IN_THE_MODEL: Final = (
    "General equilibrium: incomes, wages and prices of other goods do not answer.",
    "The exchange rate.",
    "Retaliation by {partner}.",
    "Relocation of plants to the United States.",
    "Security ties.",
    "Other countries' talks, except as a precedent that the United States minds.",
)

#: What holds for every share that is counted.
OF_SHARES: Final = (
    "A share of runs is not a probability of the event. It says how often the model ends so when its uncertain numbers "
    "are drawn from the ranges of the config. Other ranges give other shares.",
    "An interval says how far a share could be off because the number of runs is limited. It says nothing about wrong "
    "assumptions or about what is left out.",
)
_OF_A_RUN: Final = (
    *OF_SHARES,
    "What sets deals apart are associations over the draws. They are effects inside the model, since the draws are "
    "independent unless the config correlates them, and no evidence about the world.",
)


def limits_section(config: Config, warnings: tuple[str, ...] = _OF_A_RUN, *first: Block) -> PageSection:
    """Section on the limits, with every number by the confidence that it deserves.

    `warnings` are the paragraphs on what is reported, by default those on a run; what is in `first` stands ahead.
    """
    found = [entry for entry in provenance_of(config) if entry.confidence is not None]
    blocks: list[Block] = [
        *first,
        Words(warnings),
        Listing("Not in the model", tuple(map(as_called, _NOT_IN_THE_MODEL))),
    ]
    if idle := without_effect(config, is_chosen=differs_from_default):
        blocks.append(Listing("Set, and of no effect or not for long", tuple(f"{one}." for one in idle)))
    groups = {level: [entry for entry in found if entry.confidence == level] for level in _CONFIDENCE}
    counts = [(_CONFIDENCE[level], f"{len(group):,}") for level, group in groups.items()]
    if silent := _without_confidence(config):
        counts.append((_NOT_SAID, f"{silent:,}"))
    blocks.append(table("How well the numbers are supported", ("Support", "Numbers"), counts))
    for level in ("assumption", "low"):
        rows = [(entry.path, entry.value, entry.source) for entry in groups[level]]
        if rows:
            title = f"{_CONFIDENCE[level]} ({counted(len(rows), 'number')})"
            blocks.append(table(title, ("Number", "Value", "Source"), rows, texts=3, folded=True))
    return PageSection("limits", "What not to conclude", "Read this before quoting a number.", tuple(blocks))


def _without_confidence(config: Config) -> int:
    """Numbers that have a source of their own, which does not say how far it bears them."""
    paths = {entry.path for entry in numbers(config)}
    return sum(
        entry.path in paths and entry.confidence is None and entry.source != "default"
        for entry in provenance_of(config)
    )
