"""The page of a discovery: in which boxes of the uncertain inputs talks end in a given way, and how surely."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.lab.known_inputs import KnownInput, inputs_table, support_blocks
from experiments.lab.left_out import left_out_table
from experiments.lab.vary import TACTICS, VARY
from experiments.labels import counted, percent
from experiments.questions.discover.answer import answer, restricted
from experiments.questions.discover.figures import box_figure
from experiments.questions.discover.text import box_table, inputs_of, limit_table
from experiments.questions.discover.widget import discover_widget
from experiments.report.blocks import Block, Listing, Page, PageSection, PageTheme, Words, picture
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section, repeated
from experiments.report.scenario import scenario_section

if TYPE_CHECKING:
    from experiments.questions.discover.result import DiscoverResult
    from experiments.report.blocks import Widget
    from experiments.store.manifest import Manifest

_TERMS: Final = (
    "A box is a region of the uncertain inputs: each of its restrictions says that one input lies below, above or "
    "between two values. All must hold at once.",
    "Coverage: of all runs in which it happens, the share that lie in the box.",
    "Density: of all runs in the box, the share in which it happens.",
    "Quasi-p: the chance of so many such runs in the box if that one restriction did nothing. Small is sure. It is no "
    "p-value proper, for the box was looked for in the same runs. For that reason the intervals of coverage and "
    "density are too narrow as well, and in new runs a box holds somewhat fewer.",
    "The dummy is an input that changes nothing. A box that restricts it has found noise.",
    "Boxes are found one by one (patient rule induction): each among the runs that the ones before have left.",
)

_CAPTION: Final = (
    "Left: the way from all runs (right end) to a small box; the steeper it climbs, the better the inputs tell. Right: "
    "single runs over the two inputs that restrict the first box most."
)
_NO_BOX: Final = "Single runs over two of the inputs: no box sets those apart in which this happens."


def page(result: DiscoverResult, theme: PageTheme) -> Page:
    """Page of a finished discovery."""
    config, inputs = result.config, inputs_of(result)
    widget, scripts = discover_widget(result)
    sections = (
        _came_out(result, inputs, widget),
        PageSection(
            "sure", "How sure this is", "What the words mean, and what they do not.", (Listing("Terms", _TERMS),)
        ),
        _scenario(result, inputs),
        limits_section(config, OF_SHARES, *support_blocks(restricted(result), inputs)),
        repeat_section(result.manifest, config, options=_options(result.manifest)),
    )
    played = counted(result.negotiations, "simulated negotiation")
    return Page(
        title=config.title,
        subtitle=f"Where talks {result.words}: {played} of {config.name}",
        answer=answer(result, inputs).shown(picture(box_figure(result), _CAPTION if result.boxes else _NO_BOX, theme)),
        sections=sections,
        scripts=scripts,
    )


def _options(manifest: Manifest) -> tuple[str, ...]:
    """Options with which the same rows come out again."""
    settings = manifest.settings
    usual = {"--target": settings["target"], "--runs": settings["runs"], "--seed": manifest.seed,
             "--boxes": settings["boxes"]}  # fmt: skip
    options = [text for name, value in usual.items() for text in (name, str(value))]
    density = settings["density"]
    # The saved config draws what it once fixed; the choice of tactics alone is no entry of it.
    return (
        *options,
        *([] if density is None else ["--density", f"{density!r}"]),
        *repeated(VARY, [TACTICS] if settings["tactics"] else []),
    )


def _scenario(result: DiscoverResult, inputs: dict[str, KnownInput]) -> PageSection:
    varied = len([one for one in inputs.values() if one.support])
    lead = (
        f"In which regions of {counted(varied, 'uncertain input')} do talks {result.words}? All were drawn at once "
        "from the ranges and chances that the config gives them."
    )
    density = result.manifest.settings["density"]
    wanted = result.share + (1.0 - result.share) / 2.0 if density is None else float(density)
    chosen = "half-way from its share in all runs to 1" if density is None else "as was asked for"
    own = "" if result.tactics else ", those of winset run with this config"
    played = (
        f"{counted(result.negotiations, 'negotiation')} were played{own}, seed {result.seed}. "
        f"Looked for were {_at_most(int(result.manifest.settings['boxes']))} the largest on its way in which it "
        f"happens in at least {percent(wanted)} of the runs ({chosen})."
    )
    blocks = (inputs_table(inputs), left_out_table(result.config, result.tactics))
    return scenario_section(result.config, lead, Words((played,)), *blocks)


def _at_most(boxes: int) -> str:
    return "one box," if boxes == 1 else f"at most {boxes} boxes, each"


def _came_out(result: DiscoverResult, inputs: dict[str, KnownInput], widget: Widget) -> PageSection:
    blocks: list[Block] = [box_table(result), limit_table(result, inputs)] if result.boxes else []
    blocks.append(widget)
    return PageSection("came-out", "What came out", f"Where talks {result.words}, as boxes.", tuple(blocks))
