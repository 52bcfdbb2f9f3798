"""The page of a solved bargaining problem: asked, found, which packages, what not to conclude, how to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.labels import as_called, listed
from experiments.questions.solve.text import answer, facts, left, packages, worth
from experiments.report.blocks import Listing, Page, PageSection, PageTheme, picture
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.solve.result import SolveResult

_WARNINGS: Final = (
    "This is one negotiation with its own draws. Another run of the same config has another problem, and may end "
    "otherwise.",
    "A solution is what a theory of bargaining would pick on this frontier, given the model's payoffs. It says neither "
    "what the talks should have come to nor what they would have.",
    "Egalitarian and utilitarian solutions compare payoffs across sides, as if a dollar here were a dollar there.",
)
_LOCAL: Final = (
    "Solutions between the levels are the best that a search has found; where payoffs are not concave, it may have "
    "missed a better one."
)
_CAPTION: Final = (
    "What each package is worth over walking away to the US (to the right) and to {partner} (upwards); the line joins "
    "those that cannot be bettered for both. To the right of one dashed line the US would ratify, above the other "
    "{partner}. Solutions that fall on one point are named together."
)


def page(result: SolveResult, theme: PageTheme) -> Page:
    """Page of a solved problem."""
    config, solved = result.config, result.solved
    drawn = [picture(figure, as_called(_CAPTION), theme) for figure in result.draw().values()]
    found = tuple(packages(solved, config))
    which = PageSection(
        "packages", "Which packages", "What stands in the deal and in each solution, issue by issue.", found
    )
    return Page(
        title="Where the talks could have ended",
        subtitle=f"Run {solved.run} of seed {solved.seed} of the config {config.name}: {config.title}",
        answer=answer(solved, config).shown(drawn[0] if drawn else None),
        sections=(
            PageSection(
                "came-out",
                "What came out",
                "What both sides could sign on the last day, what theories of bargaining would pick of it, and what "
                "the talks made of it.",
                (facts(solved), *worth(solved), *left(solved, config)),
            ),
            *((which,) if found else ()),
            _scenario(result),
            limits_section(config, (*_WARNINGS, _LOCAL) if result.manifest.settings["refine"] else _WARNINGS),
            repeat_section(result.manifest, config, options=_options(result)),
        ),
    )


def _scenario(result: SolveResult) -> PageSection:
    settings = result.manifest.settings
    powers = listed([f"{power:g}" for power in settings["powers"]])
    lines = (
        f"Run {result.solved.run} of seed {result.solved.seed}, played to its end, and the problem of its last day.",
        f"Asymmetric Nash solutions for a bargaining power of the US of {powers}." if powers else
        "No asymmetric Nash solution.",
        "Solutions on the grid and between its levels." if settings["refine"] else "Solutions on the grid.",
    )  # fmt: skip
    lead = "Which deals would both sides have signed, and which would be fair or efficient? The scenario is below."
    return scenario_section(result.config, lead, Listing("The question", lines))


def _options(result: SolveResult) -> tuple[str, ...]:
    """Options with which the same solutions come out again."""
    settings = result.manifest.settings
    powers = repeated("--power", settings["powers"])
    options = ("--run", str(result.solved.run), "--seed", str(result.solved.seed), *powers)
    return (*options, "--refine") if settings["refine"] else options
