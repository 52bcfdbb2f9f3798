"""The page of a comparison of grids: asked, found, what not to conclude, how to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.config.own_tactics import DEFAULT_ENGINE
from experiments.labels import counted
from experiments.questions.grid.text import answer, comparison
from experiments.report.blocks import Listing, Page, PageSection, PageTheme, Table, table
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.grid.result import GridResult

_WARNINGS: Final = (
    "The grid is part of the rules: a side that concedes less than a step stands still, and four such rounds are a "
    "stall. What is seen here is how much this rule decides, and not an error of computing.",
    "The halved grid is no limit: halving it again may move results further.",
    *OF_SHARES,
)


def page(result: GridResult, theme: PageTheme) -> Page:  # noqa: ARG001  the signature of every page
    """Page of a finished comparison; it has no pictures."""
    config = result.config
    lead = "The same draws on both grids: what differs between them is the grid's doing."
    return Page(
        title="How much the grid decides",
        subtitle=f"{config.name} on its own grid and with every step halved: {config.title}",
        answer=answer(result),
        sections=(
            PageSection("came-out", "What came out", lead, (comparison(result), _levels(result))),
            _scenario(result),
            limits_section(config, _WARNINGS),
            repeat_section(result.manifest, config, options=_options(result)),
        ),
    )


def _scenario(result: GridResult) -> PageSection:
    lines = (
        f"{counted(result.runs, 'run')} on the grid of the config, and the same with every step halved.",
        f"Seed {result.manifest.seed}; both grids meet the same draws.",
    )
    lead = "Would talks end in the same way if offers could be finer? The scenario, in words, is below."
    return scenario_section(result.config, lead, Listing("The comparison", lines))


def _levels(result: GridResult) -> Table:
    rows = [(str(path), f"{own:,}", f"{finer:,}") for path, own, finer in result.levels.itertuples(index=False)]
    return table("Levels of each issue", ("Issue", "own grid", "halved"), rows, folded=True)


def _options(result: GridResult) -> tuple[str, ...]:
    """Options with which the same rows come out again."""
    options = ("--runs", str(result.runs), "--seed", str(result.manifest.seed))
    engine = str(result.manifest.settings["engine"])
    return options if engine == DEFAULT_ENGINE else (*options, "--engine", engine)
