"""What a user sees of a sensitivity analysis: what decides, by which method, and whether the methods agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from rich.text import Text

from experiments.lab.outputs import DEAL, is_counted
from experiments.labels import counted, inside, number
from experiments.questions.sensitivity.sensitivity import MAIN, METHODS, MORRIS, PAWN, SOBOL, TOP, Sensitivity
from experiments.terminal.table import LINE_WIDTH, TerminalTable

if TYPE_CHECKING:
    from rich.console import Console


METHOD_LABELS: Final[dict[str, str]] = {SOBOL: "Sobol total", PAWN: "PAWN mean", MORRIS: "Morris mu*"}

#: Names of the methods in sentences.
METHOD_NAMES: Final[dict[str, str]] = {SOBOL: "Sobol", PAWN: "PAWN", MORRIS: "Morris"}

#: What the dummy is for.
YARDSTICK: Final = (
    "The dummy is a random number that no rule reads. It changes nothing, so what a method gives it is noise, and an "
    "input counts as deciding only if its 95 % interval lies above what the dummy's interval reaches (for Sobol: of "
    "its first effect, on either side of 0)."
)


def render(result: Sensitivity, name: str, seconds: float, console: Console) -> None:
    """Print the analysis, at most 100 columns wide."""
    explained = list(dict.fromkeys(result.effects["output"]))
    for output in _shown(result, explained):
        _effects(result, output, console)
    _overview(result, explained, console)
    for line in _notes(result):
        console.out(f"  {line}", highlight=False)
    console.out("")
    if explained:
        console.print(Text(YARDSTICK), width=min(LINE_WIDTH, console.width))
    for line in conclusion(result, name):
        console.print(Text(line), width=min(LINE_WIDTH, console.width))
    console.out(f"{counted(result.evaluations, 'negotiation')} in {seconds:.1f} s.", highlight=False)


def _shown(result: Sensitivity, explained: list[str]) -> list[str]:
    """Outputs that get a table of their own: the target and the gains."""
    return [name for name in explained if name == result.target or name.startswith("gain.")]


def label_of(result: Sensitivity, output: str) -> str:
    """Words for an output."""
    table = result.outputs
    return str(table.loc[table["output"] == output, "label"].iloc[0])


def subject(result: Sensitivity, output: str) -> str:
    """Words for an output inside a sentence: what happens or not is told by how often."""
    label = inside(label_of(result, output))
    return f"how often {label}" if is_counted(output) and output != DEAL else label


def unit_of_output(result: Sensitivity, output: str) -> str:
    """Unit of an output; empty where it has none."""
    table = result.outputs
    return str(table.loc[table["output"] == output, "unit"].iloc[0])


def wide(result: Sensitivity, output: str) -> pd.DataFrame:
    """Effects of one output with a row an input and columns ``<method>.<measure>``, also ``_low`` and ``_high``."""
    chosen = result.effects[result.effects["output"] == output]
    columns = {}
    for (method, measure), part in chosen.groupby(["method", "measure"], sort=False):
        indexed = part.set_index("input")
        columns[f"{method}.{measure}"] = indexed["value"]
        columns[f"{method}.{measure}_low"] = indexed["low"]
        columns[f"{method}.{measure}_high"] = indexed["high"]
    return pd.DataFrame(columns)


def _effects(result: Sensitivity, output: str, console: Console) -> None:
    frame = wide(result, output)
    methods = [method for method in METHODS if f"{method}.{MAIN[method]}" in frame]
    title = f"{label_of(result, output)}: what decides (± half a 95 % interval)"
    table = TerminalTable(title)
    table.add_column("input", "words", is_key=True)
    if SOBOL in methods:
        table.add_column("Sobol first")
    for method in methods:
        table.add_column(METHOD_LABELS[method])
    best = [name for method in methods for name in result.top(output, method)]
    order = frame.loc[list(dict.fromkeys(best))].sort_values(
        f"{methods[0]}.{MAIN[methods[0]]}", ascending=False, kind="stable"
    )
    for name, row in pd.concat([order, frame.loc[["dummy"]]]).iterrows():
        cells = [_cell(row, "sobol.first")] if SOBOL in methods else []
        cells += [_cell(row, f"{method}.{MAIN[method]}") for method in methods]
        table.add_row("dummy (noise)" if name == "dummy" else str(name), *cells)
    table.caption = _units(methods, unit_of_output(result, output))
    console.print(table, width=min(LINE_WIDTH, console.width))
    console.out("")


def _units(methods: Sequence[str], unit: str) -> str:
    """What the numbers of each method are."""
    parts = {
        SOBOL: "Sobol: shares of the variance",
        PAWN: "PAWN: distance between distributions, from 0 to 1",
        MORRIS: f"Morris: {unit or 'share of worlds'} per unit of the input's cumulative probability",
    }
    return f"{'. '.join(parts[method] for method in methods)}."


def _cell(row: pd.Series, key: str) -> str:
    if np.isnan(row[key]):
        return "-"
    return f"{number(row[key])} ± {number((row[f'{key}_high'] - row[f'{key}_low']) / 2)}"


def _overview(result: Sensitivity, explained: list[str], console: Console) -> None:
    """Strongest inputs of every output, by the method that applies to it."""
    table = TerminalTable("Strongest inputs of every output")
    for heading in ("output", "method", "inputs above the noise"):
        table.add_column(heading, "words", is_key=heading == "output")
    for output in explained:
        methods = set(result.effects.loc[result.effects["output"] == output, "method"])
        method = SOBOL if SOBOL in methods else PAWN
        if method in methods:
            names = above_noise(result, output, method)[:3]
            table.add_row(output, METHOD_LABELS[method], ", ".join(names) or "none")
    console.print(table, width=min(LINE_WIDTH, console.width))


def above_noise(result: Sensitivity, output: str, method: str) -> list[str]:
    """Inputs of the first five whose interval lies above that of the dummy."""
    frame = wide(result, output)
    low = frame[f"{method}.{MAIN[method]}_low"]
    noise = result.noise(output, method)
    return [name for name in result.top(output, method) if low[name] > noise]


def _notes(result: Sensitivity) -> Iterator[str]:
    """Notes, those that many outputs share in one line."""
    for (method, note), part in result.notes.groupby(["method", "note"], sort=False):
        yield f"{', '.join(part['output'])}: {METHOD_LABELS.get(str(method), 'all methods')}: {note}"


def conclusion(result: Sensitivity, name: str) -> Iterator[str]:
    """Say what decides, and whether the methods agree."""
    if not result.target:
        yield f"Nothing varies on {name}: no input decides anything."
        return
    label = subject(result, result.target)
    if result.target != DEAL:
        share = float(result.outputs.loc[result.outputs["output"] == "deal", "mean"].fillna(0).sum())
        ends = "always ends in a deal" if share > 0.5 else "never ends in a deal"
        about = label if is_counted(result.target) else f"the {label}"
        yield f"{name} {ends}, whatever the inputs; what follows is about {about}."
    table = result.effects[result.effects["output"] == result.target]
    methods = [method for method in METHODS if method in set(table["method"])]
    for method in methods:
        first = above_noise(result, result.target, method)
        yield f"{METHOD_LABELS[method]}: {label} is decided by {', '.join(first) or 'nothing above the noise'}."
    for row in agreeing(result, result.target):
        yield (
            f"{METHOD_LABELS[row['first']]} and {METHOD_LABELS[row['second']]} {verdict_of(int(row['shared_top']))}: "
            f"{int(row['shared_top'])} of the first {TOP} shared, rank correlation {number(row['rank_correlation'])} "
            "over the inputs of both."
        )


def main_method(result: Sensitivity, output: str) -> str:
    """Method whose word counts for an output: Sobol, where it is refused PAWN, else Morris; empty without any."""
    there = set(result.effects.loc[result.effects["output"] == output, "method"])
    return next((method for method in METHODS if method in there), "")


def agreeing(result: Sensitivity, output: str) -> list[dict[str, Any]]:
    """Rows of the agreement of an output whose methods can be compared: an order of nothing but noise says nothing."""
    rows = result.agreement[result.agreement["output"] == output].to_dict("records")
    return [
        {str(key): value for key, value in row.items()}
        for row in rows
        if all(above_noise(result, output, str(row[which])) for which in ("first", "second"))
    ]


def verdict_of(shared: int) -> str:
    """Whether two methods agree that share so many of their first five inputs."""
    return "agree" if shared >= TOP - 1 else "agree in part" if shared >= TOP // 2 else "differ"
