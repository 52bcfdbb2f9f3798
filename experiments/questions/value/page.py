"""The page of a valued package: what one issue is worth in another, every payoff, and what not to conclude."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.config.explain import further_units
from experiments.labels import as_called, counted
from experiments.questions.value.findings import Valued
from experiments.questions.value.package import as_texts
from experiments.questions.value.plain import BELIEF, PLAIN
from experiments.questions.value.text import (
    answer,
    domestic,
    governments,
    little_more,
    made_up,
    ones,
    over_draws,
    package,
)
from experiments.report.blocks import Listing, Page, PageSection, PageTheme, picture
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.value.result import ValueResult

_WARNINGS: Final = (
    "A payoff adds money, politics and beliefs, all written in US$ bn a year. A dollar of headlines is what a "
    "government would give for them by the weights of the config; nobody has it in an account.",
    "Plain economics is no cost-benefit analysis. It is the same model without its politics: what the model leaves out "
    "is missing there too, and a belief that both share may be wrong.",
    "What makes up for what compares two packages for one government. It does not say that either can be signed, for a "
    "red line may forbid it; nor does it compare a dollar of one government with a dollar of the other.",
    "The range over the draws comes from the ranges of the config. Draws without such a move are left out of it and "
    "counted beside it.",
)
_CAPTIONS: Final = {
    "indifference_curves": "Along a line a government is as well off as with the package, marked by the star, with all "
    "other issues unchanged: on the left as the governments count in the talks, on the right in plain economics. In "
    "the shaded area both are better off in this one world; the answer says in how many draws they are. A line ends "
    "where the range of an issue does, or what can be delivered.",
    "equivalents": "How far each other issue would have to move to leave a government as well off as before, over the "
    "draws of the config. Full marks are the governments' own payoffs, hollow ones plain economics.",
}


def page(result: ValueResult, theme: PageTheme) -> Page:
    """Page of a valued package."""
    config, valued = result.config, result.valued
    units = further_units(config)
    pictures = {
        name: picture(figure, as_called(_CAPTIONS[name]), theme, result.narrow(name))
        for name, figure in result.draw().items()
    }
    first = pictures.pop("indifference_curves", None) or pictures.pop("equivalents", None)
    spread = (over_draws(valued, units),) if valued.draws else ()
    return Page(
        title="What the package is worth",
        subtitle=f"{config.title}; {valued.date}",
        answer=answer(valued, config).shown(first),
        sections=(
            PageSection(
                "came-out",
                "What one issue is worth in another",
                "How far an issue would have to move to make up for a change of another, for each government.",
                (package(valued, units), *pictures.values(), *made_up(valued, units), *spread, ones(valued, units)),
            ),
            PageSection(
                "terms",
                "What it is worth to whom",
                "Every payoff term by term: what of it is money, what politics, and what a belief.",
                (*governments(valued), little_more(valued, units), *domestic(valued)),
            ),
            _scenario(result),
            limits_section(config, _WARNINGS),
            repeat_section(result.manifest, config, options=options(result)),
        ),
    )


def _scenario(result: ValueResult) -> PageSection:
    valued = result.valued
    world = (
        "Every uncertain number at its median." if valued.run is None else f"Run {valued.run} of seed {result.seed}."
    )
    lines = (
        f"{world} The package is valued on {valued.date}.",
        f"What makes up for what is worked out again in {counted(valued.draws, 'draw')} of the config.",
    )
    numbers = (
        *(f"{path}: {value:g}" for path, value in PLAIN.items()),
        f"{BELIEF[0]}: that of {BELIEF[1]}",
        "price of every red line: 0",
    )
    lead = "What is the package worth, and what is one issue worth in terms of another? The scenario is below."
    return scenario_section(
        result.config, lead, Listing("The question", lines), Listing("Plain economics sets", numbers, folded=True)
    )


def options(result: ValueResult) -> tuple[str, ...]:
    """Options with which the same answer comes out again."""
    settings, valued = result.manifest.settings, result.valued
    found = ["--seed", str(result.seed)]
    for name in ("run", "at", "on"):
        if settings[name] is not None:
            found += repeated(f"--{name}", [settings[name]])
    if settings["package"]:
        found += repeated("--package", [as_texts([*settings["package"]], settings["package"])])
    return (*found, *_issues(valued))


def _issues(valued: Valued) -> tuple[str, ...]:
    issue, much = valued.amount
    return (
        *repeated("--between", [",".join(valued.between)]),
        *repeated("--amount", [f"{issue}={much!r}"]),
        *repeated("--draws", [valued.draws]),
    )
