"""The page of a sensitivity analysis: which uncertain inputs decide how talks end, how surely, and on what support."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from experiments.lab.known_inputs import inputs_table, support_blocks
from experiments.lab.left_out import left_out_table
from experiments.lab.vary import TACTICS, VARY
from experiments.labels import counted
from experiments.questions.sensitivity.answer import answer
from experiments.questions.sensitivity.effects import MORRIS, SOBOL
from experiments.questions.sensitivity.figures import TORNADO, drawings_of
from experiments.questions.sensitivity.text import came_out, effects_table, every_outcome, how_sure, named_inputs
from experiments.questions.sensitivity.widget import sensitivity_widget
from experiments.report.blocks import Block, Page, PageSection, PageTheme, Picture, Widget, Words, picture
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.sensitivity.result import SensitivityResult

_CAPTIONS: Final[dict[str, str]] = {
    SOBOL: "How much of the variance each input explains, alone and with the others, with 95 % intervals.",
    TORNADO: "Where the mean stands when an input is in its lowest tenth and when it is in its highest.",
    MORRIS: "Longer bars matter more. Where the bar of the spread passes its tick, the effect depends on other inputs.",
}


def page(result: SensitivityResult, theme: PageTheme) -> Page:
    """Page of a finished sensitivity analysis."""
    config, manifest = result.config, result.manifest
    settings = manifest.settings
    # The saved config draws what it once fixed; the choice of tactics alone is no entry of it.
    options = [
        f"--seed {manifest.seed}", f"--base {settings['base']}", f"--trajectories {settings['trajectories']}",
        *repeated(VARY, [TACTICS] if result.tactics else []),
    ]  # fmt: skip
    widget, scripts = sensitivity_widget(result)
    first, *pictures = _pictures(result, result.target, theme) if result.target else (None,)
    sections = (
        _came_out(result, pictures, widget),
        _others(result, theme),
        _sure(result),
        _scenario(result),
        limits_section(config, OF_SHARES, *support_blocks(result.deciding(), result.inputs)),
        repeat_section(manifest, config, options=tuple(options)),
    )
    return Page(
        title=config.title,
        subtitle=f"Which inputs decide: {counted(result.negotiations, 'simulated negotiation')} of {config.name}",
        answer=answer(result).shown(first),
        sections=sections,
        scripts=scripts,
    )


def _scenario(result: SensitivityResult) -> PageSection:
    settings, inputs = result.manifest.settings, result.inputs
    varied = len([one for one in inputs.values() if one.support])
    base, steps, count = settings["base"], settings["trajectories"], len(inputs)
    how = ", and every fixed number over its plausible range" if settings["ranges"] else ""
    lead = (
        f"Which of {counted(varied, 'uncertain input')} decide how these talks end? All were varied at once over the "
        f"ranges and chances that the config gives them{how}, together with the other chances of a negotiation and a "
        "dummy, a random number that changes nothing."
    )
    played = (
        f"{counted(result.negotiations, 'negotiation')} were played: {base * (count + 2):,} for Sobol and PAWN, "
        f"{steps * (count + 1):,} for Morris; seed {result.manifest.seed}. Analysed are deal or no deal, every way and "
        "reason in which talks fail, the last round, the gap that is left, both sides' gains, and each issue of a deal."
    )
    blocks = (inputs_table(inputs), left_out_table(result.config, result.tactics))
    return scenario_section(result.config, lead, Words((played,)), *blocks)


def _came_out(result: SensitivityResult, pictures: Iterable[Block | None], widget: Widget | None) -> PageSection:
    blocks: list[Block] = list(came_out(result))
    if result.target:
        blocks += [*(one for one in (*pictures, widget) if one is not None), named_inputs(result)]
    lead = "Which inputs decide the main outcome, and by how much."
    return PageSection("came-out", "What came out", lead, tuple(blocks))


def _others(result: SensitivityResult, theme: PageTheme) -> PageSection:
    blocks: list[Block] = list(every_outcome(result)) if result.target else [Words(("Nothing else varies either.",))]
    for output in result.gains:
        blocks += [*_pictures(result, output, theme, without=MORRIS), effects_table(result, output)]
    lead = "What decides who gains how much, how talks fail, and what a deal says."
    return PageSection("others", "Every other outcome", lead, tuple(blocks))


def _sure(result: SensitivityResult) -> PageSection:
    lead = "Three methods on one budget; where they name the same inputs, the answer does not hang on one of them."
    return PageSection("sure", "How sure this is", lead, tuple(how_sure(result)))


def _pictures(result: SensitivityResult, output: str, theme: PageTheme, without: str = "") -> Iterator[Picture]:
    for kind, draw in drawings_of(result, output).items():
        if kind != without:
            yield picture(draw(), _CAPTIONS[kind], theme)
