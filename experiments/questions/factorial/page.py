"""The page of a factorial: asked, found, what not to conclude, how to repeat it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.labels import counted
from experiments.questions.factorial.text import alone, answer, cells, effects, turned_off
from experiments.report.blocks import Listing, Page, PageSection, PageTheme
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.factorial.result import FactorialResult

_WARNINGS: Final = (
    "An effect is a mean over the settings of the other rules, and those settings count alike, likely or not. Where "
    "rules stand in each other's way, look at the cells.",
    "Taking a rule away changes the model and nothing else: what a side would do in its place is not asked.",
    *OF_SHARES,
)


def page(result: FactorialResult, theme: PageTheme) -> Page:  # noqa: ARG001  the signature of every page
    """Page of a finished factorial; it has no pictures."""
    config = result.config
    return Page(
        title="Which rules stand in the way of a deal",
        subtitle=f"Every combination of {counted(len(result.switches), 'rule')} on the config {config.name}: "
        f"{config.title}",
        answer=answer(result),
        sections=(
            PageSection(
                "came-out",
                "What came out",
                "Agreements with one rule more or less, with every combination, and what each rule does on average.",
                (alone(result), cells(result), effects(result)),
            ),
            _scenario(result),
            limits_section(config, _WARNINGS),
            repeat_section(result.manifest, config, options=_options(result)),
        ),
    )


def _scenario(result: FactorialResult) -> PageSection:
    lines = (
        f"{counted(len(result.cells), 'cell')}: every combination of the rules on and off.",
        f"{counted(result.runs, 'run')} in each, the same draws in all. Seed {result.manifest.seed}.",
    )
    lead = "Which of the rules make talks fail, alone and together? The scenario, in words, is below."
    return scenario_section(result.config, lead, Listing("The factorial", lines), turned_off(result))


def _options(result: FactorialResult) -> tuple[str, ...]:
    """Options with which the same rows come out again."""
    switches = repeated("--switch", (f"{name}={change}" for name, off in result.off.items() for change in off))
    return ("--runs", str(result.runs), "--seed", str(result.manifest.seed), *switches)
