"""The page of the position forecasters: asked, found, what not to conclude, how to repeat it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from experiments.labels import counted, fixed
from experiments.positions.files import written
from experiments.questions.positions.text import (
    answer,
    exchanges,
    issue_heading,
    laws,
    reading,
    rounds,
    side_by_side,
)
from experiments.report.blocks import Commands, Download, Page, PageSection, PageTheme, Words, picture, table
from experiments.report.repeat import computed_by, file_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from experiments.questions.positions.result import PositionsResult
    from experiments.report.blocks import Table

_WARNINGS: Final = (
    "A forecaster knows nothing but positions, salience and power. Those are judgements, and another judge would give "
    "others: the ranges show errors of salience alone.",
    "The weighted mean is the yardstick, since models of legislative procedure have forecast decisions of the European "
    "Union less well than such a compromise (Leinaweaver and Thomson 2014). That a model tells of rounds, threats and "
    "trades is no sign that it forecasts better.",
    "The expected-utility model jumps: a small error of salience can change who gives in to whom, and with it the "
    "whole path. Where its range is wide, its answer says little.",
    "Read over all pairs, its probabilities are none: they do not add up to 1. That reading is kept because published "
    "results were made with it.",
)
_CAPTIONS: Final = {
    "position_forecasts": "Above, every actor where it stands, its mark as large as power times salience. Below, the "
    "answer of every forecaster, with the range in which it lies in 90 % of draws with errors of salience: thick for "
    "the smaller error, thin for the larger.",
    "expected_utility_path": "Each thin line is an actor, from where it starts as round 0. The thick lines are the "
    "weighted median, which is the model's answer, and the weighted mean.",
}


def page(result: PositionsResult, theme: PageTheme) -> Page:
    """Page of an answer of the position forecasters.

    Parameters
    ----------
    result : PositionsResult
        The answer.
    theme : str
        ``light`` or ``dark``.
    """
    found = result.table
    drawn = [picture(figure, _CAPTIONS[name], theme) for name, figure in result.draw().items()]
    tables = tuple(side_by_side(result, issue) for issue in found.issues)
    behind = (*exchanges(result), *(rounds(result, issue) for issue in found.issues), *laws(result))
    who = f"{counted(len(found.actors), 'actor')} on {counted(len(found.issues), 'issue')}"
    return Page(
        title="What comes of positions",
        subtitle=f"{found.name}: {who}",
        answer=answer(result).shown(next(iter(drawn), None)),
        sections=(
            PageSection(
                "came-out",
                "What came out",
                "Every forecaster on the same positions, with and without errors of salience.",
                tables,
            ),
            PageSection("behind", "What lies behind", "Rounds, trades and shares of time.", (*drawn[1:], *behind)),
            PageSection(
                "asked",
                "What was asked",
                "Where will they end, to judge by where they stand? Below is all that the forecasters know.",
                (reading(result), *_actors(result)),
            ),
            PageSection("limits", "What not to conclude", "Read this before quoting a number.", (Words(_WARNINGS),)),
            _again(result),
        ),
    )


def _actors(result: PositionsResult) -> Iterator[Table]:
    for issue in result.table.issues:
        columns = (issue.position, issue.salience, issue.power)
        rows = [
            (actor, f"{position:g}", percent_of(salience), f"{power:g}")
            for actor, position, salience, power in zip(issue.actors, *(one.tolist() for one in columns), strict=True)
        ]
        yield table(f"Positions on {issue_heading(issue)}", ("Actor", "position", "salience", "power"), rows)


def percent_of(share: float) -> str:
    """Salience as it stands in a table of actors, from 0 to 100."""
    return fixed(100.0 * share, 1).removesuffix(".0")


def _again(result: PositionsResult) -> PageSection:
    settings, name = result.manifest.settings, f"{file_name(result.table.name)}.csv"
    content = "".join(f"{line}\n" for line in written(result.table)).encode()
    options = f"--seed {result.manifest.seed} --rounds {settings['rounds']} --draws {settings['draws']}"
    line = f"winset positions {shlex.quote(name)} {options} --salience-scale 1 --compromise {settings['compromise']}"
    return PageSection(
        "again",
        "How to run it again",
        "The same positions, seed and versions give the same result.",
        (
            Words((f"Save the positions as {name}, with the range of every issue, and run:",)),
            Download(name, f"Save {name}", content),
            Commands((line,)),
            computed_by(result.manifest, "positions"),
        ),
    )
