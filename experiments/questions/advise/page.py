"""The page of an advice: which lever moves a side most once the other side reacts, at what cost, and what is robust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.labels import side
from experiments.questions.advise.figures import regret_heat_map
from experiments.questions.advise.text import answer, costs, price_table, trials, what_came_out
from experiments.report.blocks import Page, PageSection, PageTheme, picture
from experiments.report.limits import limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.advise.result import AdviseResult

_REGRET: Final = (
    "A row is something that the side could do, a column a tactic of the other side. The darker a cell, the further "
    "the row falls short of the best row in the same worlds; the frame is the tactic with which the other side does "
    "best against the row, and by which the row is judged."
)
_WARNINGS: Final = (
    "The other side is taken to pick the tactic that is best for it on average. One that errs, or cannot commit "
    "itself, gives another order of the levers; the map of regrets shows how much another.",
    "A lever changes one thing and leaves all else as it is. Two together may do more or less than the sum.",
    "What a lever costs outside the model, such as a broken promise at home, is in no number here.",
)


def page(result: AdviseResult, theme: PageTheme) -> Page:
    """Page of a finished advice."""
    config, settings, seat = result.config, result.settings, result.side
    seen = picture(regret_heat_map(result.regret, seat, config.name, result.meanings), _REGRET, theme)
    came_out = tuple(what_came_out(result))
    cost = (costs(settings, seat), price_table(settings, seat))
    return Page(
        title=f"What {side(seat)} could change, once the other side reacts",
        subtitle=f"Advice on the config {config.name}: {config.title}",
        answer=answer(settings, seat).shown(seen),
        sections=(
            PageSection("came-out", "What came out", "Which lever moves most, and which choice is robust.", came_out),
            PageSection("why", "At what cost", "What levers and settings change in a deal, term by term.", cost),
            _scenario(result),
            limits_section(config, _WARNINGS),
            repeat_section(result.manifest, config, options=options(result)),
        ),
    )


def _scenario(result: AdviseResult) -> PageSection:
    lead = "Which of the things in its hands should a side change? The scenario, in words, is below."
    return scenario_section(result.config, lead, trials(result))


def options(result: AdviseResult) -> tuple[str, ...]:
    """Options with which the same advice is given again."""
    settings = result.manifest.settings
    named = [*repeated("--lever", settings["levers"]), *repeated("--reaction", settings["reactions"])]
    return (
        "--side",
        result.side,
        *named,
        "--worlds",
        str(result.worlds),
        "--floor",
        str(result.floor),
        "--seed",
        str(result.manifest.seed),
    )
