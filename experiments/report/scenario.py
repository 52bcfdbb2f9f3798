"""What was asked: the config in words, and where its numbers come from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final

from experiments.config.explain import explanation
from experiments.config.numbers import provenance_of
from experiments.files import installed
from experiments.labels import counted, inside, plain
from experiments.report.blocks import Block, Listing, PageSection, Words, table

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.report.blocks import Table

#: Headings of the explanation that a page has elsewhere or says in other words.
_ELSEWHERE: Final = ("Sources", "Experiment")

_LEAD: Final = "The scenario in words. A number given as a range is drawn anew for each negotiation."

#: More lines than these are folded away.
_MANY: Final = 12

_REFERENCES: Final = installed("docs/references.md")
_ROW: Final = re.compile(r"^\| ([A-Z][A-Z0-9]+) \| (.+?) \|\s*$", re.MULTILINE)


def scenario_section(config: Config, lead: str = _LEAD, *first: Block) -> PageSection:
    """Section on the config: its story, calendar, table, red lines and events, and the source of each number.

    Parameters
    ----------
    config : Config
        What is negotiated.
    lead : str
        Question that is put.
    *first
        What else was asked for, ahead of the config.
    """
    (_, story), *parts = explanation(config)
    names = _issue_names(config)
    listings = (
        Listing(heading, tuple(_named(line, names) for line in lines), folded=len(lines) > _MANY)
        for heading, lines in parts
        if not heading.startswith(_ELSEWHERE)
    )
    blocks: list[Block] = [Words(tuple(story))] if story else []
    return PageSection(
        "scenario",
        "What was asked",
        lead,
        (*first, *blocks, *listings, *sources(config)),
    )


def _issue_names(config: Config) -> re.Pattern[str]:
    """Names of the issues as configs write them, where they stand alone and in no path."""
    agendas = [config.agenda, *(event.add_issues for event in config.events)]
    known = sorted({name for agenda in agendas for name in agenda}, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, known))})(?![\w.=])")


def _named(line: str, names: re.Pattern[str]) -> str:
    """Line with its issues called as elsewhere on the page."""
    return names.sub(lambda found: plain(found[0]) if found.start() == 0 else inside(plain(found[0])), line)


def sources(config: Config) -> Iterable[Table]:
    """Every number with where it comes from, and what the short names of the sources stand for."""
    found = [entry for entry in provenance_of(config) if entry.confidence is not None or entry.source != "default"]
    rows = [
        (entry.path, entry.value, entry.source, entry.confidence or "", str(entry.known_by or ""))
        for entry in found
    ]  # fmt: skip
    columns = ("Number", "Value", "Source", "Confidence", "Known by")
    yield table(
        f"Where the numbers come from ({counted(len(rows), 'value')})", columns, rows, texts=5, folded=True,
        note="Confidence: how well the source bears the number; assumption: the developers' own.",
    )  # fmt: skip
    known = _references()
    used = [key for key in known if any(re.search(rf"\b{key}\b", entry.source) for entry in found)]
    if used:
        yield table("Sources by their short names", ("Name", "Source"), [(key, known[key]) for key in used], texts=2,
                    folded=True)  # fmt: skip


@cache
def _references() -> dict[str, str]:
    """List of sources beside the packages; empty where winset was installed without its documentation."""
    if not _REFERENCES.is_file():
        return {}
    text = _REFERENCES.read_text(encoding="utf-8")
    return {key: " - ".join(part.strip() for part in rest.split(" | ")) for key, rest in _ROW.findall(text)}
