"""What a user sees of a factorial: tables in the terminal, files on the disk, and the command that makes both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.text import Text

from experiments.config.run_settings import refuse_compared
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.lab.paired import AGREEMENT
from experiments.labels import counted, fixed, inside, percent, plain
from experiments.questions.factorial.factorial import REASON, Factorial, factorial, standard_switches
from experiments.statistics.ties import TIE, best_places, together
from experiments.store.place import storing_in
from experiments.store.places import place_of
from experiments.terminal.table import LINE_WIDTH, TerminalTable

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_ADVICE: Final = "Name another folder with --out."


def render(result: Factorial, console: Console) -> None:
    """Print a factorial: what each rule does alone, every cell, and the effects, at most 100 columns wide."""
    everything, nothing = result.cell(result.switches)["share"], result.cell(())["share"]
    runs = counted(result.runs, "run")
    lines = (
        f"Factorial of {result.name}: {counted(len(result.cells), 'cell')} of the same {runs}",
        f"Agreements: {percent(everything)} with every rule, {percent(nothing)} with none of them",
    )
    for line in lines:
        console.print(Text(line, style="bold"), width=min(LINE_WIDTH, console.width))
    for table in (_alone(result), _cells(result), _effects(result)):
        console.print()
        console.print(table, width=min(LINE_WIDTH, console.width))


def _table(title: str, left: Sequence[str], right: Sequence[str]) -> TerminalTable:
    table = TerminalTable(title)
    for column in left:
        table.add_column(column, "words", is_key=True)
    for column in right:
        table.add_column(column)
    return table


def _alone(result: Factorial) -> TerminalTable:
    """Share of agreements without one rule only, and with one rule only."""
    table = _table("Agreements by rule", ("Rule",), ("only this one off", "only this one on"))
    for name in result.switches:
        without = result.cell([other for other in result.switches if other != name])["share"]
        only = result.cell([name])["share"]
        table.add_row(plain(name), percent(without), percent(only))
    return table


def _cells(result: Factorial) -> TerminalTable:
    names = [plain(name) for name in result.switches]
    interval = f"{percent(result.level)} interval"
    table = _table("Agreements with every combination of rules", names, ("share", interval))
    table.add_column("most frequent obstacle", "words")
    for _, row in result.cells.iterrows():
        marks = ["on" if row[name] else "-" for name in result.switches]
        ends = f"{100 * row['low']:.1f} to {100 * row['high']:.1f} %"
        table.add_row(*marks, percent(row["share"]), ends, _obstacle(row))
    return table


def _obstacle(row: pd.Series) -> str:
    """Most frequent reason for no deal, however the talks ended, with its share of the runs."""
    shares: Counter[str] = Counter()
    for name, share in row.items():
        outcome, _, reason = str(name).removeprefix(REASON).partition(".")
        if str(name).startswith(REASON) and outcome != AGREEMENT and share > 0.0:
            shares[reason] += share
    if not shares:
        return "-"
    reasons = list(shares)
    best = [reasons[place] for place in best_places(list(shares.values()))]
    return f"{together([inside(plain(reason)) for reason in best])}, {percent(shares[best[0]])}"


def _effects(result: Factorial) -> TerminalTable:
    table = _table(
        "Effect of having a rule on the share of agreements, points",
        ("Rule, or rules together",),
        ("effect", f"{percent(result.level)} interval"),
    )
    for row in result.effects.to_dict("records"):
        clear = row["low"] > TIE or row["high"] < -TIE
        term = " x ".join(plain(name) for name in str(row["term"]).split(" x "))
        effect, low, high = (fixed(100.0 * row[name], 1, sign=True) for name in ("effect", "low", "high"))
        cells = (effect, f"{low} to {high}")
        table.add_row(term, *cells, style="" if clear else "dim")
    table.caption = "same draws in every cell; dim: the interval holds 0"
    return table


def parse_switches(options: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Read switches ``name=path=value``; those of one name turn off together.

    Raises
    ------
    RunError
        When an option does not have that form.
    """
    switches: dict[str, tuple[str, ...]] = {}
    for option in options:
        name, _, change = option.partition("=")
        path, equals, value = change.partition("=")
        if not (name.strip() and path.strip() and equals and value.strip()):
            raise RunError(
                f"--switch {option}: write name=path=value, the change that turns the rule off, for example "
                "margin=partner.ratification_margin=0."
            )
        refuse_compared("--switch", path.strip())
        switches[name.strip()] = (*switches.get(name.strip(), ()), change.strip())
    return switches


def factorial_command(
    config_path: str | Path,
    runs: int | None,
    seed: int | None,
    out: Path | None,
    switches: Sequence[str] = (),
    sets: Sequence[str] = (),
    *,
    console: Console,
    errors: Console,
) -> Factorial:
    """Run a factorial from the command line: print it, and write it into a folder where one is named.

    Parameters
    ----------
    config_path : str or pathlib.Path
        Config file with every rule on.
    runs, seed : int or None
        Runs in each cell, and seed; by default those of the config.
    out : pathlib.Path or None
        Folder for ``cells.csv`` and ``effects.csv``.
    switches : sequence of str
        Options ``name=path=value``; by default the standard switches that the config has.
    sets : sequence of str
        Changes ``path=value`` to the config, in every cell.
    console, errors : rich.console.Console
        Where the tables and where the progress go.
    """
    from experiments.config.load import load_config
    from experiments.progress import COMPILING, progress_for
    from sim.compiled import is_cold

    config = load_config(config_path, sets)
    factors = parse_switches(switches) or standard_switches(config)
    if not factors:
        raise RunError(f"{config.name} has none of the rules that are turned off by default; name some with --switch.")
    runs = config.experiment.runs if runs is None else runs
    seed = config.experiment.seed if seed is None else seed
    check_number("--runs", runs, 1, MAX_RUNS)
    if out is not None:
        _make_folder(out)
    progress = progress_for(errors)
    if is_cold():
        progress.say(COMPILING)
    with progress.counting(runs * 2 ** len(factors), Counter()):
        result = factorial(config, factors, runs, seed, advance=progress.advance)
    render(result, console)
    if out is not None:
        write_tables(result, out)
        console.out(f"Tables: {out}", highlight=False)
    return result


def write_tables(result: Factorial, out: Path) -> None:
    """Write the cells and the effects of a factorial as CSV files, each whole or not at all."""
    place = place_of(out)
    with storing_in(place, _ADVICE):
        for name, table in (("cells", result.cells), ("effects", result.effects)):
            place.write(f"{name}.csv", table.to_csv(index=False, lineterminator="\n").encode())


def _make_folder(out: Path) -> None:
    with storing_in(out, _ADVICE):
        place_of(out).make()
