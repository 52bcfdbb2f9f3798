"""What a stress test says in tables and lists: the terminal prints them, and the page shows them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from experiments.lab.measures import AIMS
from experiments.labels import SIDE_LABELS, counted, inside, number, outcome_label, percent, plain, readable, side
from experiments.questions.stress.answer import HURTS, INTERVAL, TITLES, answer, bare, score
from experiments.report.blocks import Block, Commands, Listing, Table, Words, table

if TYPE_CHECKING:
    from experiments.questions.stress.failures import Failures, StressFailure

#: Failures of one kind that are listed at once, and those that are listed at all; the file has the others.
_FEW: Final = 10
_MOST: Final = 100

_SEARCHED: Final = {
    "opponent": "the other side's tactic: every family that the compiled engine plays, with its knobs in their limits",
    "world": "the numbers that the config draws, each inside the central 99.9 % of its range",
    "both": "the other side's tactic with its knobs, and the numbers that the config draws, at the same time",
}


def blocks(result: Failures) -> Iterator[Block]:
    """Say what was found of each kind, list every way to fail, and say how it was searched."""
    yield answer(result)
    yield aims_table(result)
    yield candidates(result)
    yield from failure_tables(result)
    yield searched(result)
    if result.folder is not None:
        yield from case_commands(result, result.folder)


def aims_table(result: Failures) -> Table:
    """What was searched for, how much, and what came of it."""
    rows = []
    for aim in result.aims:
        own = result.map[result.map["aim"] == aim]
        dropped = int((~own["confirmed"].astype(bool)).sum())
        failures = result.failures_of(aim)
        rows.append(
            (
                TITLES[aim], score(aim, result.thresholds[aim]), f"{result.points[aim]:,}", f"{len(own):,}",
                f"{dropped:,}", f"{len(own) - dropped - len(failures):,}",
                f"{len(failures):,}" if failures else "nothing found",
                _score(failures[0]) if failures else "-",
            )
        )  # fmt: skip
    fresh = counted(result.options.fresh, "fresh draw")
    note = (
        "Settings: what was tried in search of it. Candidates: the worst setting of each opponent, ending and time "
        f"that reached the bar. Dropped: did not hold on {fresh} beyond chance. Alike: held, but fail as a worse "
        "one does. Ways: those that are left, which differ in opponent, ending or its reason. "
        "Worst: mean over those draws ± 1.96 standard errors, money in US$ bn a year."
    )
    columns = ("What hurts", "Counts from", "Settings", "Candidates", "Dropped", "Alike", "Ways to fail", "Worst")
    return table("What was searched for, and what was found", columns, rows, note=note)


def _score(failure: StressFailure) -> str:
    """Score with the half-width of its interval."""
    return f"{bare(failure.aim, failure.score)} ± {bare(failure.aim, INTERVAL * failure.standard_error)}"


def candidates(result: Failures) -> Words:
    """The verdict with the budget that was searched, and what became of the candidates."""
    more = result.negotiations - result.searching
    confirming = f", in {counted(more, 'more negotiation')}" if more else ""
    became = became_of(len(result.map), result.dropped, len(result.failures))
    return Words((f"{result.headline()}.", f"{became}{confirming}."))


def became_of(total: int, dropped: int, failures: int) -> str:
    """What became of the candidates: those that are failures, those like a worse one, and those that did not hold."""
    if not total:
        return "No candidates to be confirmed on fresh draws"
    alike = total - dropped - failures
    return (
        f"{counted(total, 'candidate')}: {counted(failures, 'distinct failure')}, {alike:,} that held but fail as "
        f"a worse one does (same opponent, ending and reason), {dropped:,} that did not hold on fresh draws"
    )


def failure_tables(result: Failures) -> Iterator[Table]:
    """Failures of each kind, the worst first; those beyond the first few in a table that is folded away."""
    for aim in result.aims:
        failures = result.failures_of(aim)
        if not failures:
            continue
        title = f"{TITLES[aim]}: {counted(len(failures), 'way')}"
        note = (
            f"Score: {AIMS[aim].title}, {AIMS[aim].unit}; mean over the fresh draws ± 1.96 standard errors. Round, its "
            "date and the gains over walking away (US$ bn a year) are means over these draws as well. Fails in: share "
            "of them that reach the bar. Talks end: the usual way where it fails."
        )
        yield _failure_table(result, title, failures[:_FEW], note)
        further = failures[_FEW:_MOST]
        if further:
            note = f"The file map.parquet has all {len(failures)}." if len(failures) > _MOST else ""
            title = f"{TITLES[aim]}, the next {len(further)} of {len(failures)}"
            yield _failure_table(result, title, further, note, folded=True)


def _failure_table(
    result: Failures, title: str, failures: Sequence[StressFailure], note: str, *, folded: bool = False
) -> Table:
    own, other = SIDE_LABELS[result.side], SIDE_LABELS[result.opponent]
    rows = [
        (
            readable(one.opponent), f"{inside(outcome_label(one.outcome))} ({inside(plain(one.reason))})",
            number(one.round), str(result.config.calendar.date_of(one.round)), _score(one), percent(one.failing_share),
            number(one.gain, sign=True), number(one.gain_other, sign=True),
            PurePosixPath(one.case.file).stem if one.case else "-",
        )
        for one in failures
    ]  # fmt: skip
    columns = ("Opponent", "Talks end", "Round", "Date", "Score", "Fails in", f"{own} gain", f"{other} gain", "Case")
    return table(title, columns, rows, texts=2, note=note, folded=folded)


def searched(result: Failures) -> Listing:
    """What was under test, what could change, what counts as a failure, and what was spent on it."""
    bars = "; ".join(f"{HURTS[aim]} from {score(aim, result.thresholds[aim])}" for aim in result.aims)
    lines = (
        f"Under test: {readable(result.tactic)} in the seat of {side(result.side)}.",
        f"What may change: {_SEARCHED[result.options.against]}. All else stays as the config has it, drawn anew "
        "where it draws.",
        f"What counts as a failure, as a mean over the draws: {bars}.",
        f"Budget: {counted(result.options.budget, 'negotiation')} for the search, of which {result.searching:,} "
        f"were used; every setting meets the same {counted(result.options.draws, 'draw')} of chance. "
        f"Seed {result.manifest.seed}.",
        _how_searched(result),
        f"A failure is reported only if it holds on {counted(result.options.fresh, 'fresh draw')} by more than "
        f"2.3 standard errors: {result.negotiations - result.searching:,} negotiations more.",
    )
    return Listing("The stress test", lines)


def _how_searched(result: Failures) -> str:
    if result.options.map:
        return (
            "Half of it went to the single worst setting (differential evolution), half to a map of distinct failures, "
            "opponent and ending by time (quality diversity)."
        )
    return "All of it went to the single worst setting (differential evolution); no map of distinct failures was made."


def case_commands(result: Failures, folder: str = "") -> Iterator[Block]:
    """Commands that replay every case, typed where `folder` is found; inside the directory itself without one."""
    cases = [one.case for one in result.failures if one.case is not None]
    if not cases:
        return
    # A config is read from this machine only.
    local = "" if "://" in folder else folder
    where = "" if local else ", from inside the directory of this test"
    own = " A case with a tactic of your own needs its file: --tactics FILE." if result.manifest.tactics else ""
    yield Words((f"{counted(len(cases), 'case')} to play again{where}.{own}",))
    lines = [
        f"winset play {shlex.quote(str(PurePosixPath(local, case.file)))}{f' --run {case.run}' if case.run else ''}"
        for case in cases
    ]
    yield Commands(tuple(lines))
