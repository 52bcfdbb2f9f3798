"""What a sensitivity analysis says in sentences and tables: the terminal prints them, and the page shows them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from experiments.lab.inputs import DUMMY
from experiments.lab.left_out import left_out_table
from experiments.labels import capitalised, number
from experiments.questions.sensitivity.answer import amount, answer, clear_words
from experiments.questions.sensitivity.effects import (
    METHOD_LABELS,
    METHOD_NAMES,
    METHODS,
    MORRIS,
    PAWN,
    SOBOL,
    TOP,
    above_noise,
    main_key,
    main_method,
    methods_of,
    top,
    verdict_of,
    wide,
)
from experiments.report.blocks import Block, Listing, Table, Words, table

if TYPE_CHECKING:
    from experiments.questions.sensitivity.findings import Findings

#: What the dummy is for.
YARDSTICK: Final = (
    "The dummy is a random number that no rule reads. It changes nothing, so what a method gives it is noise, and an "
    "input counts as deciding only if its 95 % interval lies above what the dummy's interval reaches (for Sobol: of "
    "its first effect, on either side of 0)."
)

_METHODS: Final = (
    "Sobol: the share of the variance of an output that an input explains, alone (first effect) and together with the "
    "others (total effect). Total effects of something rare add up to far more than 1; then the ranks say more.",
    "PAWN: how far the distribution of an output moves when an input is held in one tenth of its range, on average "
    "over the tenths; from 0 to 1. It leaves out chance, of which a tenth is a sample of all.",
    "Morris (mu*): by how much an output changes, on average, when one input alone moves, for a move over the whole of "
    "its distribution: in the output's unit per unit of the input's cumulative probability.",
    f"{YARDSTICK} Intervals come from a bootstrap.",
)

_FIRST: Final = f"{SOBOL}.first"

#: More lines than these are folded away.
_MANY: Final = 12


def blocks(result: Findings) -> Iterator[Block]:
    """Say what decides and how surely, then what decides every other outcome, and whether the methods agree."""
    yield answer(result)
    yield from came_out(result)
    if result.target:
        yield named_inputs(result)
        yield from every_outcome(result)
        yield from (effects_table(result, output) for output in result.gains)
    yield from how_sure(result)
    yield left_out_table(result.config, result.tactics)


def came_out(result: Findings) -> Iterator[Block]:
    """What decides the output of the conclusion; where nothing varies, where each outcome stands."""
    if not result.target:
        yield means_table(result)
        return
    yield Words((clear_words(result),))
    yield effects_table(result, result.target)
    yield decided_by(result)


def every_outcome(result: Findings) -> Iterator[Table]:
    """Strongest inputs and mean of every outcome."""
    yield strongest_table(result)
    yield means_table(result)


def how_sure(result: Findings) -> Iterator[Block]:
    """What the methods are, whether they agree, and what was not computed."""
    yield Listing("The three methods", _METHODS)
    yield from agreement_tables(result)
    notes = tuple(_notes(result))
    if notes:
        yield Listing("What was not computed, and why", notes, folded=len(notes) > _MANY)


def effects_table(result: Findings, output: str) -> Table:
    """Effects of the inputs that any method ranks among the first five, and of the dummy, with 95 % intervals."""
    effects = result.effects
    methods, frame = methods_of(effects, output), wide(effects, output)
    best = dict.fromkeys(name for method in methods for name in top(effects, output, method))
    order = frame.loc[list(best)].sort_values(main_key(methods[0]), ascending=False, kind="stable")
    shown = [*([_FIRST] if SOBOL in methods else []), *map(main_key, methods)]
    clear = {name for method in methods for name in above_noise(effects, output, method)}
    rows = [
        (str(name), "yes" if name in clear else "no", *(_cell(row, key) for key in shown))
        for name, row in pd.concat([order, frame.loc[[DUMMY]]]).iterrows()
    ]
    headings = {_FIRST: "Sobol first", **{main_key(method): METHOD_LABELS[method] for method in METHODS}}
    columns = ("Input", "Above the noise", *(headings[key] for key in shown))
    note = f"In brackets: 95 % interval. Above the noise: by one of the methods. {_units(methods, result.unit(output))}"
    faint = [place for place, row in enumerate(rows) if row[1] == "no"]
    return table(f"{result.label(output)}: what decides", columns, rows, texts=2, note=note, faint=faint)


def named_inputs(result: Findings) -> Table:
    """What the inputs are that stand in the tables of the effects, and how well their ranges are supported."""
    named = dict.fromkeys(row[0] for output in result.shown for row in effects_table(result, output).rows)
    known = [one for path, one in result.inputs.items() if path in named]
    rows = [(capitalised(one.meaning) or "-", one.path, one.support or "-") for one in known]
    note = "Support: confidence of the source of the range; assumption: the developers' own."
    return table("What these inputs are", ("What it is", "Path in the config", "Support"), rows, texts=3, note=note)


def _cell(row: pd.Series, key: str) -> str:
    value, low, high = (float(row[f"{key}{end}"]) for end in ("", "_low", "_high"))
    return "-" if np.isnan(value) else f"{number(value)} ({number(low)} to {number(high)})"


def _units(methods: Sequence[str], unit: str) -> str:
    """What the numbers of each method are."""
    parts = {
        SOBOL: "Sobol: shares of the variance",
        PAWN: "PAWN: distance between distributions, from 0 to 1",
        MORRIS: f"Morris: {unit or 'share of worlds'} per unit of the input's cumulative probability",
    }
    return f"{'. '.join(parts[method] for method in methods)}."


def decided_by(result: Findings) -> Listing:
    """Which inputs decide the output of the conclusion, by each method."""
    subject = result.subject(result.target)
    lines = []
    for method in methods_of(result.effects, result.target):
        names = above_noise(result.effects, result.target, method)
        lines.append(
            f"{METHOD_LABELS[method]}: {subject} is decided by {', '.join(names) or 'nothing above the noise'}."
        )
    return Listing("What each method finds", tuple(lines))


def strongest_table(result: Findings) -> Table:
    """Strongest inputs of every outcome, by the method whose word counts; Morris alone orders nothing here."""
    rows = []
    for row in result.outputs.to_dict("records"):
        method = main_method(result.effects, row["output"])
        if method in (SOBOL, PAWN):
            names = above_noise(result.effects, row["output"], method)[:3]
            rows.append((row["label"], METHOD_LABELS[method], ", ".join(names) or "none above the noise"))
    columns = ("Outcome", "By", "Inputs above the noise, strongest first")
    return table("Strongest inputs of every outcome", columns, rows, texts=3)


def means_table(result: Findings) -> Table:
    """Mean of every outcome over the plain sample; folded away unless there is nothing else."""
    rows = [
        (row["label"], f"{int(row['points']):,}", amount(float(row["mean"]), row["output"], row["unit"]),
         "never varies" if row["constant"] else "")
        for row in result.outputs.to_dict("records")
    ]  # fmt: skip
    about = "Over a plain sample of all inputs; worlds: those in which the outcome is defined."
    note = " ".join([about, *result.put_in.values()])
    columns = ("Outcome", "Worlds", "Mean", "")
    folded = bool(result.target)
    return table("Where each outcome stands on average", columns, rows, note=note, folded=folded)


def agreement_tables(result: Findings) -> Iterator[Table]:
    """Whether the methods agree on the output of the conclusion, and on the others; the latter folded where many."""
    rows = result.agreement.to_dict("records")
    own = [row for row in rows if row["output"] == result.target]
    others = [row for row in rows if row["output"] != result.target]
    if own:
        yield _agreement("Do the methods agree?", result, own)
    if others:
        yield _agreement("Do the methods agree on the other outcomes?", result, others, folded=len(others) > TOP)


def _agreement(
    caption: str, result: Findings, rows: Iterable[Mapping[Hashable, Any]], *, folded: bool = False
) -> Table:
    cells = [
        (result.label(row["output"]), f"{METHOD_NAMES[row['first']]}, {METHOD_NAMES[row['second']]}",
         _verdict(result, row), f"{int(row['shared_top'])} of {TOP}", number(row["rank_correlation"]))
        for row in rows
    ]  # fmt: skip
    columns = ("Outcome", "Methods", "They", "Shared of the first", "Rank correlation")
    note = "Rank correlation: Spearman's, over the inputs of both."
    return table(caption, columns, cells, texts=3, note=note, folded=folded)


def _verdict(result: Findings, row: Mapping[Hashable, Any]) -> str:
    """Whether two methods agree on an output, and which of them has nothing above the noise to compare."""
    names = [str(row[which]) for which in ("first", "second")]
    silent = [METHOD_NAMES[name] for name in names if not above_noise(result.effects, str(row["output"]), name)]
    return f"{' and '.join(silent)}: nothing above the noise" if silent else verdict_of(int(row["shared_top"]))


def _notes(result: Findings) -> Iterator[str]:
    """Notes, those that many outputs share in one line."""
    for (method, note), part in result.notes.groupby(["method", "note"], sort=False):
        outputs = ", ".join(map(result.label, part["output"]))
        yield f"{outputs}: {METHOD_NAMES.get(str(method), 'all methods')}: {note}."
