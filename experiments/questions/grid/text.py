"""What a user sees of a comparison of grids: one table and one line, or JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.config.own_tactics import DEFAULT_ENGINE, EngineName
from experiments.labels import (
    SIDE_LABELS,
    aligned,
    counted,
    fixed,
    number,
    ordered_outcomes,
    outcome_label,
    partner_name,
    percent,
    plain,
    scale_of,
)
from experiments.questions.grid.grid import Difference, GridComparison, compare_grids
from experiments.terminal.letters import print_json
from experiments.terminal.table import LINE_WIDTH, TerminalTable

if TYPE_CHECKING:
    from rich.console import Console


Row = tuple[str, str, str, str, str]


def render(result: GridComparison, console: Console) -> None:
    """Print the comparison, at most 100 columns wide."""
    title = (
        f"Grid of {result.name} and every step halved: the same {counted(result.runs, 'run')} from seed {result.seed}"
    )
    table = TerminalTable(title)
    table.add_column("", "words", is_key=True)
    for heading in ("own grid", "halved", "mean difference", "95th percentile"):
        table.add_column(heading)
    for row in (("Levels of the issues", *_levels(result), "", ""), *_endings(result), *_deals(result), _time(result)):
        table.add_row(*row)
    console.print(table, width=min(LINE_WIDTH, console.width))
    console.out(conclusion(result), highlight=False)


def conclusion(result: GridComparison) -> str:
    """Say in one line what is seen."""
    count = f"{result.changed:,} of {counted(result.runs, 'run')}"
    seen = f"Halving every step changes the outcome of {count} ({percent(result.changed_share)})"
    if not result.agreed:
        return f"{seen}; no run agrees on both grids."
    us, partner = aligned([gain.mean for gain in result.gains])
    return f"{seen}; gains of deals move by {us} (US) and {partner} ({partner_name()}) US$ bn a year."


def _levels(result: GridComparison) -> tuple[str, str]:
    """Fewest and most levels of an issue on both grids: ``11 to 29``, ``21 to 57``."""
    own, finer = (sorted(set(levels)) for levels in zip(*result.levels.values(), strict=True))
    return " to ".join(map(str, own[:1] + own[1:][-1:])), " to ".join(map(str, finer[:1] + finer[1:][-1:]))


def _endings(result: GridComparison) -> Iterator[Row]:
    own, finer = result.outcomes
    for name in ordered_outcomes([*own, *finer]):
        shares = [counts[name] / result.runs for counts in (own, finer)]
        change = fixed(100.0 * (shares[1] - shares[0]), 1, sign=True)
        yield outcome_label(name), percent(shares[0]), percent(shares[1]), f"{change} points", ""
    low, high = result.changed_interval()
    ends = f"{100 * low:.1f} to {100 * high:.1f} %"
    yield "Outcome differs (95 % interval)", "", "", percent(result.changed_share), ends


def _deals(result: GridComparison) -> Iterator[Row]:
    yield "Agreement on both grids", "", "", percent(result.agreed / result.runs), ""
    for issue in result.issues:
        yield _difference(plain(issue.quantity), issue)
    for gain in result.gains:
        yield _difference(f"Gain of {SIDE_LABELS[gain.quantity.removeprefix('gain.')]}", gain)


def _difference(label: str, one: Difference) -> Row:
    scale = scale_of(one.unit)
    unit = one.unit if scale == 1.0 else "%"
    own, finer, mean, percentile = (number(scale * v) for v in (*one.means, one.mean, one.percentile_95))
    return f"{label}, {unit}", own, finer, mean, percentile


def _time(result: GridComparison) -> Row:
    own, finer = (f"{seconds:.2f} s" for seconds in result.seconds)
    return "Time", own, finer, f"x {result.time_ratio:.2f}", ""


def grid_command(
    config_path: str | Path,
    runs: int,
    seed: int | None,
    sets: Sequence[str] = (),
    *,
    engine: EngineName | None = None,
    as_json: bool = False,
    console: Console,
    errors: Console,
) -> GridComparison:
    """Compare the grids of a config from the command line.

    Parameters
    ----------
    config_path : str or pathlib.Path
        Config file.
    runs, seed : int, int or None
        Runs on each grid, and seed; by default that of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    engine : str or None
        What computes the negotiations.
    as_json : bool
        Whether JSON is printed in place of the table.
    console, errors : rich.console.Console
        Where the table and where the progress go.
    """
    from experiments.config.load import load_config
    from experiments.progress import COMPILING, progress_for
    from sim.compiled import is_cold

    config = load_config(config_path, sets)
    seed = config.experiment.seed if seed is None else seed
    progress = progress_for(errors)
    if is_cold():
        progress.say(COMPILING)
    with progress.counting(2 * runs, Counter()):
        result = compare_grids(config, runs, seed, engine=engine or DEFAULT_ENGINE, advance=progress.advance)
    if as_json:
        print_json(console, result.plain())
    else:
        render(result, console)
    return result
