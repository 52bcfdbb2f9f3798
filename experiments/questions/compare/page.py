"""The page of a comparison of runs: asked, found, why, what not to conclude, how to repeat it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from experiments.labels import listed
from experiments.questions.compare.answer import terms
from experiments.questions.compare.first_screen import answer
from experiments.questions.compare.text import (
    change_tables,
    constraint_table,
    deal_times,
    endings,
    pair_table,
    runs_listing,
    value_tables,
)
from experiments.report.blocks import Block, Commands, Page, PageSection, PageTheme, Words, picture
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import asked_of_config, computed_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from experiments.questions.compare.result import CompareResult

_WARNINGS: Final = (
    "A difference is that of two models of the same talks. It is the doing of what was changed as long as the runs are "
    "paired, and it is no forecast of what the change would do to the talks themselves.",
    "Of the runs with a deal in both, agreed values and gains say how terms move. Runs that gain or lose their deal "
    "are not among them, so that the means over all deals of a run can move otherwise.",
    "An interval is one of 95 % for each difference alone: of many, some leave out no difference by chance.",
    *OF_SHARES,
)

_CAPTIONS: Final = {
    "comparison": "Above, the share of each ending in every run, and how far it lies from that of the base. Below, the "
    "deals of each run, issue by issue, and the gains over walking away: dot, bar and line are the median, half and "
    "nine in ten of the deals.",
    "compare_positions": "What both sides table, round by round: the median of the runs that are still at the table, "
    "dashed for the base. A round is drawn if a tenth of the runs reach it; late rounds are of talks that last.",
}


def page(result: CompareResult, theme: PageTheme) -> Page:
    """Page of a comparison of finished runs.

    Parameters
    ----------
    result : CompareResult
        The answer.
    theme : str
        ``light`` or ``dark``.
    """
    drawn = result.draw()
    pictures = {
        name: picture(figure, _CAPTIONS[name.partition(".")[0]], theme, result.narrow(name))
        for name, figure in drawn.items()
    }
    overview = pictures.get("comparison")
    paths = [one for name, one in pictures.items() if name != "comparison"]
    return Page(
        title=f"What changes: {listed(result.others, cut=False)} beside {result.base}",
        subtitle=f"Finished runs of {listed(dict.fromkeys(one.title for one in result.configs), cut=False)}",
        answer=answer(result).shown(overview),
        sections=(
            PageSection(
                "came-out",
                "What came out",
                "How talks end, what is agreed and what it brings, beside the base.",
                (
                    Words(tuple(terms(result, label) for label in result.others)),
                    *_found(result),
                    deal_times(result),
                ),
            ),
            PageSection(
                "why",
                "How it got there",
                "What both sides table, and on which constraint the agreed values sit.",
                (*paths, *(one for label in result.others for one in constraint_table(result, label))),
            ),
            PageSection(
                "scenario",
                "What was asked",
                "What does a change of the config do to the results? The base comes first; settings that bear on no "
                "result are left out.",
                (runs_listing(result), *(one for label in result.others for one in change_tables(result, label))),
            ),
            limits_section(result.config, _WARNINGS),
            _again(result),
        ),
    )


def _found(result: CompareResult) -> Iterator[Block]:
    for label in result.others:
        yield endings(result, label)
        yield from pair_table(result, label)
        yield from value_tables(result, label)


def _again(result: CompareResult) -> PageSection:
    """Commands that play every run and compare them, with the configs to save."""
    blocks: list[Block] = []
    lines, folders = [], []
    for place, (member, config) in enumerate(zip(result.members, result.configs, strict=True), 1):
        asked = asked_of_config(config)
        file = f"{place}_{asked.subject}"
        folder = f"out/{place}"
        (download,) = asked.files
        blocks.append(replace(download, name=file, label=f"Save {file}"))
        lines.append(f"winset run {shlex.quote(file)} --runs {member.runs} --seed {member.seed} --out {folder}")
        folders.append(folder)
    lines.append(f"winset compare {' '.join(folders)} --out out/compare")
    return PageSection(
        "again",
        "How to run it again",
        "The same configs, seeds and versions give the same result.",
        (
            Words(("Save the configs, with every default and change spelled out, play them and compare:",)),
            *blocks,
            Commands(tuple(lines)),
            computed_by(result.manifest, "runs"),
        ),
    )
