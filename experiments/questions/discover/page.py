"""The page of a discovery: in which boxes of the uncertain inputs talks end in a given way, and how surely."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from experiments.lab.finished import read_finished
from experiments.lab.known_inputs import KnownInput, inputs_table, known_inputs, support_blocks
from experiments.labels import counted, percent
from experiments.questions.discover.boxes import box_figure
from experiments.questions.discover.discover import in_words
from experiments.questions.discover.result import read_discovery
from experiments.questions.discover.widget import discover_widget
from experiments.questions.discover.words import (
    between,
    cases_in,
    coverage_interval,
    density_interval,
    discover_answer,
    restricted,
)
from experiments.report.asked import asked_section
from experiments.report.blocks import Block, Listing, Page, PageSection, Words, picture, table
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section

if TYPE_CHECKING:
    from experiments.figures.kit.theme import Theme
    from experiments.lab.finished import Finished
    from experiments.questions.discover.discover import Discovery
    from experiments.report.blocks import Widget
    from experiments.store.place import Place

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


def discover_page(place: Place, theme: Theme) -> Page:
    """Page of a finished discovery.

    Parameters
    ----------
    place : Place
        Its directory.
    theme : str
        ``light`` or ``dark``.
    """
    from experiments.store.manifest import read_any_manifest

    found = read_finished(place, read_any_manifest(place))
    result = read_discovery(found)
    inputs = known_inputs(found.config, added=False)
    widget, scripts = discover_widget(result)
    density = found.setting("density")
    options = ("--target", result.target, "--runs", str(found.setting("runs")), "--seed", str(found.seed),
               "--boxes", str(found.setting("boxes")),
               *([] if density is None else ["--density", f"{density:g}"]))  # fmt: skip
    limits = limits_section(found.config, OF_SHARES)
    sections = (
        _asked(found, result, inputs),
        _came_out(result, inputs, widget, theme),
        PageSection(
            "sure", "How sure this is", "What the words mean, and what they do not.", (Listing("Terms", _TERMS),)
        ),
        replace(limits, blocks=(*support_blocks(restricted(result), inputs), *limits.blocks)),
        repeat_section(found.manifest, "discover", found.config, options=options),
    )
    return Page(
        title=found.config.title,
        subtitle=f"Where talks {result.words}: {counted(found.negotiations, 'simulated negotiation')} of "
        f"{found.config.name}",
        answer=discover_answer(result, inputs),
        sections=sections,
        scripts=scripts,
    )


def _asked(found: Finished, result: Discovery, inputs: dict[str, KnownInput]) -> PageSection:
    numbers = len([one for one in inputs.values() if one.support])
    lead = (
        f"In which regions of {counted(numbers, 'uncertain number')} do talks {result.words}? All were drawn at once "
        "from the ranges that the config gives them."
    )
    density = found.setting("density")
    wanted = result.share + (1.0 - result.share) / 2.0 if density is None else float(density)
    chosen = "half-way from its share in all runs to 1" if density is None else "as was asked for"
    played = (
        f"{counted(found.negotiations, 'negotiation')} were played, those of winset run with seed {found.seed}. Looked "
        f"for were {_at_most(int(found.setting('boxes')))} the largest on its "
        f"way in which it happens in at least {percent(wanted)} of the runs ({chosen})."
    )
    section = asked_section(found.config)
    return replace(section, lead=lead, blocks=(Words((played,)), inputs_table(inputs), *section.blocks))


def _at_most(boxes: int) -> str:
    return "one box," if boxes == 1 else f"at most {boxes} boxes, each"


def _came_out(result: Discovery, inputs: dict[str, KnownInput], widget: Widget, theme: Theme) -> PageSection:
    blocks: list[Block] = []
    if result.boxes:
        rows = [
            (f"Box {place}", f"{box.rows:,}", percent(box.mass), f"{cases_in(box):,}", percent(box.density),
             between(density_interval(box)), percent(box.coverage), between(coverage_interval(box, result)))
            for place, box in enumerate(result.boxes, 1)
        ]  # fmt: skip
        columns = ("", "Runs", "Of all", "Such runs", "Density", "95 % interval", "Coverage", "95 % interval")
        note = f"Such runs: those in which talks {result.words}; {percent(result.share)} of all runs."
        blocks.append(table("The boxes", columns, rows, note=note))
        names = {name: known.words for name, known in inputs.items()}
        limits = [
            (f"Box {place}", phrase, inputs[limit.input].support or "-", _small(limit.quasi_p))
            for place, box in enumerate(result.boxes, 1)
            for phrase, limit in zip(in_words(result, box, names), box.limits, strict=True)
        ]
        headings = ("Box", f"Talks {result.words} when", "Support", "Quasi-p")
        note = "All restrictions of a box hold at once. Support: confidence of the source of the input's range."
        blocks.append(table("Their restrictions, the surest first", headings, limits, texts=3, note=note))
    else:
        blocks.append(Words(("No box was found, so there is no restriction to show.",)))
    blocks += [picture(box_figure(result), _CAPTION, theme), widget]
    return PageSection("came-out", "What came out", f"Where talks {result.words}, as boxes.", tuple(blocks))


def _small(value: float) -> str:
    return f"{value:.1g}" if value >= 1e-12 else "<1e-12"
