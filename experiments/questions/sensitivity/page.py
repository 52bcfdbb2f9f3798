"""The page of a sensitivity analysis: which uncertain inputs decide how talks end, how surely, and on what support."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.lab.finished import read_finished
from experiments.lab.inputs import DUMMY
from experiments.lab.known_inputs import KnownInput, inputs_table, known_inputs, support_blocks
from experiments.labels import counted, fixed, number
from experiments.questions.sensitivity.effects import TORNADO, output_figures
from experiments.questions.sensitivity.result import read_sensitivity
from experiments.questions.sensitivity.sensitivity import MAIN, METHODS, MORRIS, PAWN, SOBOL, TOP, Sensitivity
from experiments.questions.sensitivity.text import (
    METHOD_LABELS,
    METHOD_NAMES,
    YARDSTICK,
    above_noise,
    label_of,
    main_method,
    verdict_of,
    wide,
)
from experiments.questions.sensitivity.widget import sensitivity_widget
from experiments.questions.sensitivity.words import amount, clear_words, deciding, sensitivity_answer
from experiments.report.asked import asked_section
from experiments.report.blocks import Block, Listing, Page, PageSection, Table, Words, picture, table
from experiments.report.limits import OF_SHARES, limits_section
from experiments.report.repeat import repeat_section

if TYPE_CHECKING:
    from experiments.figures.kit.theme import Theme
    from experiments.lab.finished import Finished
    from experiments.store.place import Place

_METHODS: Final = (
    "Sobol: the share of the variance of an output that an input explains, alone (first effect) and together with the "
    "others (total effect). Total effects of something rare add up to far more than 1; then the ranks say more.",
    "PAWN: how far the distribution of an output moves when an input is held in one tenth of its range, on average "
    "over the tenths; from 0 to 1. It leaves out chance, which has no order.",
    "Morris (mu*): by how much an output changes, on average, when one input alone moves, for a move over the whole of "
    "its distribution: in the output's unit per unit of the input's cumulative probability.",
    f"{YARDSTICK} Intervals come from a bootstrap.",
)

_CAPTIONS: Final[dict[str, str]] = {
    "sobol": "How much of the variance each input explains, alone and with the others, with 95 % intervals.",
    "tornado": "Where the mean stands when an input is in its lowest tenth and when it is in its highest.",
    "morris": "Inputs to the right matter more; those above the dashed line have an effect that depends on the others.",
}


def sensitivity_page(place: Place, theme: Theme) -> Page:
    """Page of a finished sensitivity analysis.

    Parameters
    ----------
    place : Place
        Its directory.
    theme : str
        ``light`` or ``dark``.
    """
    from experiments.store.manifest import read_any_manifest

    found = read_finished(place, read_any_manifest(place))
    result = read_sensitivity(found)
    ranges = bool(found.setting("ranges"))
    inputs = known_inputs(found.config, ranges=ranges)
    if unknown := sorted(set(result.effects["input"]) - set(inputs)):
        raise found.damaged("tables/effects.csv", f"the config has no input {unknown[0]}")
    decide = deciding(result) if result.target else []
    widget, scripts = sensitivity_widget(found, result, inputs, decide[0] if decide else "")
    options = ("--seed", str(found.seed), "--base", str(found.setting("base")),
               "--trajectories", str(found.setting("trajectories")), *(["--ranges"] if ranges else []))  # fmt: skip
    limits = limits_section(found.config, OF_SHARES)
    sections = (
        _asked(found, inputs),
        _came_out(result, inputs, theme, *([] if widget is None else [widget])),
        _others(result, inputs, theme),
        _sure(result),
        replace(limits, blocks=(*support_blocks(decide, inputs), *limits.blocks)),
        repeat_section(found.manifest, "sensitivity", found.config, options=options),
    )
    return Page(
        title=found.config.title,
        subtitle=f"Which inputs decide: {counted(found.negotiations, 'simulated negotiation')} of {found.config.name}",
        answer=sensitivity_answer(result, inputs),
        sections=sections,
        scripts=scripts,
    )


def _asked(found: Finished, inputs: dict[str, KnownInput]) -> PageSection:
    numbers = len([one for one in inputs.values() if one.support])
    base, steps, count = int(found.setting("base")), int(found.setting("trajectories")), len(inputs)
    how = ", and every fixed number over its plausible range" if found.setting("ranges") else ""
    lead = (
        f"Which of {counted(numbers, 'uncertain number')} decide how these talks end? All were varied at once over the "
        f"ranges that the config gives them{how}, together with the chance of each negotiation and a dummy, a random "
        "number that changes nothing."
    )
    played = (
        f"{counted(found.negotiations, 'negotiation')} were played: {base * (count + 2):,} for Sobol and PAWN, "
        f"{steps * (count + 1):,} for Morris; seed {found.seed}. Analysed are deal or no deal, every way and reason in "
        "which talks fail, the last round, the gap that is left, both sides' gains, and each issue of a deal."
    )
    section = asked_section(found.config)
    return replace(section, lead=lead, blocks=(Words((played,)), inputs_table(inputs), *section.blocks))


def _came_out(result: Sensitivity, inputs: dict[str, KnownInput], theme: Theme, *widget: Block) -> PageSection:
    lead = "Which inputs decide the main outcome, and by how much."
    if not result.target:
        return PageSection("came-out", "What came out", lead, (_means(result),))
    blocks: list[Block] = [Words((clear_words(result, inputs),)), effects_table(result, result.target, inputs)]
    blocks += [*_pictures(result, result.target, theme), *widget]
    return PageSection("came-out", "What came out", lead, tuple(blocks))


def _others(result: Sensitivity, inputs: dict[str, KnownInput], theme: Theme) -> PageSection:
    gains = [
        name for name in dict.fromkeys(result.effects["output"]) if name.startswith("gain.") and name != result.target
    ]
    blocks: list[Block] = [_overview(result), _means(result)] if result.target else []
    for output in gains:
        blocks += [
            *_pictures(result, output, theme, also=(TORNADO,)),
            replace(effects_table(result, output, inputs), folded=True),
        ]
    lead = "What decides who gains how much, how talks fail, and what a deal says."
    return PageSection(
        "others", "Every other outcome", lead, tuple(blocks) or (Words(("Nothing else varies either.",)),)
    )


def _sure(result: Sensitivity) -> PageSection:
    blocks: list[Block] = [Listing("The three methods", _METHODS)]
    if len(result.agreement):
        labels = dict(zip(result.outputs["output"], result.outputs["label"], strict=True))
        rows = [
            (labels.get(row["output"], row["output"]), f"{METHOD_NAMES[row['first']]}, {METHOD_NAMES[row['second']]}",
             _agree(result, row), f"{int(row['shared_top'])} of {TOP}", number(row["rank_correlation"]))
            for row in result.agreement.to_dict("records")
        ]  # fmt: skip
        columns = ("Outcome", "Methods", "They", "Shared of the first", "Rank correlation")
        blocks.append(table("Do the methods agree?", columns, rows, texts=3, folded=len(rows) > TOP))
    notes = tuple(_notes(result))
    if notes:
        blocks.append(Listing("What was not computed, and why", notes, folded=len(notes) > TOP))
    lead = "Three methods on one budget; where they name the same inputs, the answer does not hang on one of them."
    return PageSection("sure", "How sure this is", lead, tuple(blocks))


def _agree(result: Sensitivity, row: Mapping[Hashable, Any]) -> str:
    """Whether two methods agree on an output, and which of them has nothing above the noise to compare."""
    names = [str(row[which]) for which in ("first", "second")]
    silent = [METHOD_NAMES[name] for name in names if not above_noise(result, str(row["output"]), name)]
    return f"{' and '.join(silent)}: nothing above the noise" if silent else verdict_of(int(row["shared_top"]))


def effects_table(result: Sensitivity, output: str, inputs: dict[str, KnownInput]) -> Table:
    """Effects of the inputs that any method ranks among the first five, and of the dummy, with 95 % intervals."""
    frame = wide(result, output)
    keys = [f"{method}.{MAIN[method]}" for method in METHODS if f"{method}.{MAIN[method]}" in frame]
    best = [name for method in METHODS for name in result.top(output, method)]
    order = frame.loc[list(dict.fromkeys(best))].sort_values(keys[0], ascending=False, kind="stable")
    shown = [f"{SOBOL}.first", *keys] if keys[0].startswith(SOBOL) else keys
    clear = {
        name for method in METHODS if f"{method}.{MAIN[method]}" in keys for name in above_noise(result, output, method)
    }
    rows = []
    for name, row in pd.concat([order, frame.loc[[DUMMY]]]).iterrows():
        known = inputs[str(name)]
        values = [_cell(row, key) for key in shown]
        rows.append((known.words, known.support or "-", "yes" if name in clear else "no", *values))
    headings = {
        f"{SOBOL}.first": "Sobol first",
        **{f"{method}.{MAIN[method]}": METHOD_LABELS[method] for method in METHODS},
    }
    columns = ("Input", "Support", "Above the noise", *(headings[key] for key in shown))
    note = (
        "In brackets: 95 % interval. Above the noise: by one of the methods. Support: confidence of the range's source."
    )
    return table(f"{label_of(result, output)}: what decides", columns, rows, texts=3, note=note)


def _cell(row: pd.Series, key: str) -> str:
    value, low, high = (float(row[f"{key}{end}"]) for end in ("", "_low", "_high"))
    return "-" if np.isnan(value) else f"{fixed(value, 2)} ({fixed(low, 2)} to {fixed(high, 2)})"


def _pictures(
    result: Sensitivity, output: str, theme: Theme, also: tuple[str, ...] = (TORNADO, MORRIS)
) -> Iterator[Block]:
    for kind, figure in output_figures(result, output, (SOBOL, *also)).items():
        yield picture(figure, _CAPTIONS[kind], theme)


def _overview(result: Sensitivity) -> Table:
    rows = []
    for row in result.outputs.to_dict("records"):
        method = main_method(result, row["output"])
        if method in (SOBOL, PAWN):
            names = above_noise(result, row["output"], method)[:3]
            rows.append((row["label"], METHOD_LABELS[method], ", ".join(names) or "none above the noise"))
    columns = ("Outcome", "By", "Inputs above the noise, strongest first")
    return table("Strongest inputs of every outcome", columns, rows, texts=3)


def _means(result: Sensitivity) -> Table:
    rows = [
        (row["label"], f"{int(row['points']):,}", amount(float(row["mean"]), row["output"], row["unit"]),
         "never varies" if row["constant"] else "")
        for row in result.outputs.to_dict("records")
    ]  # fmt: skip
    note = "Over a plain sample of all inputs; worlds: those in which the outcome is defined."
    return table(
        "Where each outcome stands on average", ("Outcome", "Worlds", "Mean", ""), rows, note=note, folded=True
    )


def _notes(result: Sensitivity) -> Iterator[str]:
    labels = dict(zip(result.outputs["output"], result.outputs["label"], strict=True))
    for (method, note), part in result.notes.groupby(["method", "note"], sort=False):
        outputs = ", ".join(labels.get(name, name) for name in part["output"])
        yield f"{outputs}: {METHOD_NAMES.get(str(method), 'all methods')}: {note}."
