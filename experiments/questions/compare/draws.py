"""Whether two runs met the same draws, run by run, and whether chance between their runs has an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.lab.even_draws import HOW, have_intervals, of_intervals
from experiments.labels import counted

if TYPE_CHECKING:
    from experiments.questions.compare.compared import ComparedRun


@dataclass(frozen=True, slots=True)
class CommonDraws:
    """How the draws of a run stand to those of the base.

    Attributes
    ----------
    pairs : int
        Runs of the same number that met the same draws; 0 where the runs are independent.
    has_intervals : bool
        Whether chance between runs has an interval.
    why : str
        Both in a sentence.
    """

    pairs: int
    has_intervals: bool
    why: str


def draws_of(base: ComparedRun, other: ComparedRun) -> CommonDraws:
    """Compare how two runs were drawn.

    Each draw depends on the seed, its own name and the number of the run alone, so that runs of one number and seed
    meet the same draws wherever both configs draw; what differs within such a pair is the doing of what was changed.
    A Latin hypercube also depends on how many runs there are.
    """
    given = _given(base, other)
    if given is not None:
        return given
    one, two = (run.config.experiment.sampling for run in (base, other))
    pairs, why = _pairs(base, other, one, two)
    return CommonDraws(pairs, have_intervals(one, two), f"{why} {of_intervals(one, two)}".rstrip())


def _given(base: ComparedRun, other: ComparedRun) -> CommonDraws | None:
    """How runs stand to each other of which one or both play a table of worlds; None where neither does."""
    one, two = base.settings.design, other.settings.design
    if one is None and two is None:
        return None
    none = (
        "No intervals: the rows of a table of worlds are chosen and not drawn, so that a difference is one over these "
        "rows."
    )
    if one is not None and two is not None and one.digest == two.digest and base.seed == other.seed:
        pairs = min(base.settings.runs, other.settings.runs)
        why = f"Paired: {counted(pairs, 'run')} of each play the same worlds of one table (seed {base.seed})."
        return CommonDraws(pairs, False, f"{why} {none}")
    if one is None or two is None:
        own = base if one is not None else other
        return CommonDraws(0, False, f"Independent runs: {own.label} alone plays a table of worlds. {none}")
    differ = "other tables of worlds" if one.digest != two.digest else "one table of worlds from two seeds"
    return CommonDraws(0, False, f"Independent runs: {base.label} and {other.label} play {differ}. {none}")


def _pairs(base: ComparedRun, other: ComparedRun, one: str, two: str) -> tuple[int, str]:
    runs = base.settings.runs, other.settings.runs
    if base.seed != other.seed:
        return 0, f"Independent runs: seed {base.seed} in {base.label} and {other.seed} in {other.label}."
    if one != two:
        return 0, f"Independent runs: {base.label} is drawn by {HOW[one]} and {other.label} by {HOW[two]}."
    if runs[0] != runs[1] and one == "latin_hypercube":
        return 0, (
            f"Independent runs: a Latin hypercube of {runs[0]:,} runs ({base.label}) has other draws than one of "
            f"{runs[1]:,} ({other.label})."
        )
    pairs = min(runs)
    why = f"Paired: {counted(pairs, 'run')} of each meet the same draws (seed {base.seed}) and are compared one by one."
    if runs[0] != runs[1]:
        longer = base if runs[0] > runs[1] else other
        why += f" {longer.label} has {max(runs):,} runs, of which the first {pairs:,} are looked at here."
    return pairs, why
