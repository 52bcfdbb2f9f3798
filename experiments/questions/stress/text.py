"""What a user sees of a stress test in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from experiments.lab.measures import AIMS
from experiments.labels import SIDE_LABELS, counted, fixed, inside, number, outcome_label, percent
from experiments.questions.stress.cases import opponent_knobs
from experiments.store.batches import own_sources
from experiments.terminal.table import table_of
from sim.issues import SIDES

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.questions.stress.findings import Finding
    from experiments.questions.stress.result import StressResult

_WIDTH = 100


def render(result: StressResult, folder: Path | None, console: Console) -> None:
    """Print verdict, thresholds, the failures of each aim, and where the cases are."""
    space, side = result.space, SIDES[result.space.side]
    tested = space.own.name if space.own else getattr(space.config.tactics, side).name
    console.print(Text(f"{tested} for {SIDE_LABELS[side]} in {space.config.name}: {result.verdict()}", style="bold"))
    limits = "; ".join(f"{aim} >= {value:g} ({AIMS[aim].unit})" for aim, value in result.thresholds.items())
    for line in (
        f"Counts as a failure: {limits}, on fresh draws and beyond chance.",
        f"{came_of(len(result.findings), result.dropped, len(result.failures))}{_more(result)}; "
        f"{result.seconds:.0f} s.",
    ):
        console.print(Text(line), width=min(_WIDTH, console.width))
    for aim in result.thresholds:
        failures = [(place, one) for place, one in enumerate(result.failures) if one.aim == aim]
        console.print()
        title = f"{AIMS[aim].title[0].upper()}{AIMS[aim].title[1:]} ({AIMS[aim].unit})"
        if not failures:
            console.print(
                Text(f"{title}: nothing found in {counted(result.points[aim], 'point')}."),
                width=min(_WIDTH, console.width),
            )
            continue
        title = f"{title}, {counted(result.points[aim], 'point')}"
        table = table_of(
            title, ("Opponent", "Talks end"), ("round", "date", "score", "fails", "gain", "other's", "case")
        )
        for place, one in failures[:10]:
            table.add_row(*_cells(result, place, one))
        console.print(table, width=min(_WIDTH, console.width))
        if len(failures) > 10:
            console.print(f"and {counted(len(failures) - 10, 'more way')}, in map.parquet")
    if folder is not None:
        console.print()
        for case in result.cases.values():
            console.out(f"winset play {folder / case['file']}" + (f" --run {case['run']}" if case["run"] else ""),
                        highlight=False)  # fmt: skip
        if result.cases and own_sources():
            console.out("A case with a tactic of your own needs its file: --tactics FILE", highlight=False)
        console.out(f"Map and cases: {folder}", highlight=False)
        console.out(f"As a page to read: winset report {folder}", highlight=False)


def came_of(candidates: int, dropped: int, failures: int) -> str:
    """What became of the candidates: those that are failures, those like a worse one, and those that did not hold."""
    if not candidates:
        return "No candidates to be confirmed on fresh draws"
    alike = candidates - dropped - failures
    return (
        f"{counted(candidates, 'candidate')}: {counted(failures, 'distinct failure')}, {alike:,} that held but fail as "
        f"a worse one does (same opponent, ending and reason), {dropped:,} that did not hold on fresh draws"
    )


def _more(result: StressResult) -> str:
    """What confirming them took."""
    more = result.negotiations - result.searching
    return f", in {counted(more, 'more negotiation')}" if more else ""


def _cells(result: StressResult, place: int, one: Finding) -> tuple[str, ...]:
    case = result.cases.get(place)
    return (
        ", ".join([one.opponent, *(f"{key}={value:.3g}" for key, value in opponent_knobs(result.space, one).items())]),
        f"{inside(outcome_label(one.outcome))} ({one.reason})",
        f"{one.round:.1f}",
        str(result.space.config.calendar.date_of(one.round)),
        f"{fixed(one.score, 3)} +- {fixed(one.error, 3)}",
        percent(one.failing),
        number(one.own),
        number(one.other),
        Path(case["file"]).stem if case else "-",
    )
