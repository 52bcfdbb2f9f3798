"""Runs that go on until a share or a mean is sure enough: what is looked at, when, and what each look has found."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.agenda_checks import all_entries
from experiments.errors import MAX_RUNS, RunError, check_number, ended, shown, suggestion
from experiments.labels import AGREEMENT
from experiments.questions.run.extend import slices_ranges
from experiments.statistics.intervals import mean_half_width, wilson_interval
from experiments.store.plan import Until
from experiments.store.reading import read_tables
from experiments.store.surroundings import Record
from experiments.store.tables import RUNS
from sim.bargaining.outcomes import OUTCOMES
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.store.directory import Directory
    from experiments.store.plan import Plan
    from sim.records import Floats

OPTION: Final = "--until"
MOST: Final = "--most"

#: Negotiations at the first look; each later look is at twice as many.
FIRST_LOOK: Final = 1_000

#: Negotiations after which a run ends in any case, unless told otherwise.
DEFAULT_MOST: Final = 128_000

#: Fewest deals of which a mean is taken for known: of fewer that are alike the interval would be empty.
LEAST_DEALS: Final = 100

#: How much of what is repeated lies inside the interval.
LEVEL: Final = 0.95

#: Half the width of all that a share can be.
_WIDEST_SHARE: Final = 0.5

#: What the name of a gain begins with.
GAIN: Final = "gain."


class Look(Record):
    """What was found after so many negotiations.

    Attributes
    ----------
    runs : int
        Negotiations that were looked at.
    counted : int
        How many of them ended in the outcome, or in the deals over which the mean is.
    half_width : float or None
        Half the width of the interval; None of a mean over too few deals.
    """

    runs: int
    counted: int
    half_width: float | None


class UntilFound(Record):
    """What came of an aim.

    Attributes
    ----------
    reached : bool
        Whether a look has found the interval narrow enough; the last one is the first that has.
    looks : tuple of Look
        All of them, in order.
    """

    reached: bool
    looks: tuple[Look, ...]


class RunFound(Record):
    """Results of a run in its manifest that stand in no table."""

    until: UntilFound | None = None


@dataclass(frozen=True, slots=True)
class UntilAsked:
    """What the user asked for by ``--until`` and ``--most``; None means not said."""

    text: str | None = None
    most: int | None = None

    def over(self, recorded: Until | None, config: Config) -> Until | None:
        """The aim of a run, where what is not said is that of the run that goes on, if any.

        Raises
        ------
        experiments.errors.RunError
            When the text is no measure of the config with a number, or the number of negotiations is none.
        """
        if self.most is not None:
            check_number(MOST, self.most, FIRST_LOOK, MAX_RUNS)
        most = self.most or (DEFAULT_MOST if recorded is None else recorded.most)
        if self.text is not None:
            measure, half_width = _parsed(self.text, config)
            return Until(measure=measure, half_width=half_width, most=most)
        if recorded is None and self.most is not None:
            raise RunError(
                f"{MOST} {self.most}: it says when {OPTION} gives up; name both, as {OPTION} {AGREEMENT}=0.01."
            )
        return None if recorded is None else recorded.model_copy(update={"most": most})


def _parsed(text: str, config: Config) -> tuple[str, float]:
    measure, _, value = (part.strip() for part in text.partition("="))
    known = measures(config)
    if measure not in known:
        told = (
            f"{OPTION} {shown(text)}: it must be MEASURE=HALF_WIDTH, of an outcome, an issue or a gain, for example "
            f"{AGREEMENT}=0.01{suggestion(measure, known, most=len(known))}"
        )
        raise RunError(ended(told))
    try:
        half_width = float(value)
    except ValueError:
        half_width = math.nan
    if not 0.0 < half_width < math.inf:
        raise RunError(f"{OPTION} {shown(text)}: the half-width after = must be a number above 0, such as 0.01.")
    if is_share(measure) and half_width >= _WIDEST_SHARE:
        raise RunError(
            f"{OPTION} {shown(text)}: half of the interval of a share is below {_WIDEST_SHARE:g} from the start; one "
            f"percentage point is {measure}=0.01."
        )
    return measure, half_width


def measures(config: Config) -> list[str]:
    """What a run can go on for: the share of an outcome, and the mean over the deals of an issue or a gain."""
    agents = (*SIDES, *(one.name for one in (*config.firms, *config.chip_makers)))
    issues = dict.fromkeys(name for _, name, _ in all_entries(config))
    return [*map(str, OUTCOMES), *issues, *(f"{GAIN}{name}" for name in agents)]


def is_share(measure: str) -> bool:
    """Whether a measure is the share of an outcome, and no mean."""
    return measure in OUTCOMES


def looks_at(until: Until) -> Iterator[int]:
    """Numbers of negotiations after which the interval is looked at: 1,000, 2,000, 4,000 … and last the most."""
    runs = FIRST_LOOK
    while runs < until.most:
        yield runs
        runs *= 2
    yield until.most


def look(until: Until, outcomes: np.ndarray, values: Floats | None) -> Look:
    """Look at the interval of a share (Wilson's) or of a mean over the deals (Student's).

    Parameters
    ----------
    until : Until
        What is asked for.
    outcomes : numpy.ndarray
        How each negotiation ended.
    values : numpy.ndarray or None
        Issue or gain of each negotiation; None for a share.
    """
    runs = len(outcomes)
    if values is None:
        count = int((outcomes == until.measure).sum())
        low, high = wilson_interval(count, runs, LEVEL)
        return Look(runs=runs, counted=count, half_width=(high - low) / 2)
    deals = values[(outcomes == AGREEMENT) & ~np.isnan(values)]
    known = len(deals) >= LEAST_DEALS
    return Look(runs=runs, counted=len(deals), half_width=mean_half_width(deals, LEVEL) if known else None)


def is_reached(until: Until, found: Look) -> bool:
    """Whether the interval of a look is narrow enough."""
    return found.half_width is not None and found.half_width <= until.half_width


def found_so_far(until: Until, directory: Directory) -> UntilFound:
    """Every look at the rows that are there, up to the first that finds the interval narrow enough."""
    columns = ["outcome", *([] if is_share(until.measure) else [until.measure])]
    files = [directory.parts[key].files[RUNS] for key in sorted(directory.parts)]
    tables = list(read_tables(directory.place, files, columns, checked=True))
    outcomes = np.concatenate([table["outcome"].to_numpy(zero_copy_only=False) for table in tables])
    values = None
    if not is_share(until.measure):
        cells = [table[until.measure].to_numpy(zero_copy_only=False).astype(np.float64) for table in tables]
        values = np.concatenate(cells)
    looks: list[Look] = []
    for runs in looks_at(until):
        if runs > len(outcomes) or (looks and is_reached(until, looks[-1])):
            break
        looks.append(look(until, outcomes[:runs], None if values is None else values[:runs]))
    return UntilFound(reached=bool(looks) and is_reached(until, looks[-1]), looks=tuple(looks))


def next_look(until: Until, found: UntilFound) -> int | None:
    """Number of negotiations of the next look, or None where there is none."""
    last = found.looks[-1].runs if found.looks else 0
    return None if found.reached else next((runs for runs in looks_at(until) if runs > last), None)


def would_take(until: Until, found: UntilFound) -> int | None:
    """Negotiations that would be enough, as far as the last look tells; None where it has no interval."""
    last = found.looks[-1]
    return None if last.half_width is None else math.ceil(last.runs * (last.half_width / until.half_width) ** 2)


def refuse_until(plan: Plan, *, weighted: bool) -> None:
    """Refuse an aim where no number of negotiations makes the interval that it is about.

    Raises
    ------
    experiments.errors.RunError
        Saying why, and what would be right.
    """
    if plan.until is None:
        return
    asked = f"{OPTION} {plan.until.measure}={plan.until.half_width:g}"
    if plan.given is not None:
        raise RunError(
            f"{asked}: the number of negotiations follows from the rows of --design, each played as often as any "
            "other; leave --until out, and repeat the table with --runs, a multiple of its rows."
        )
    if slices_ranges(plan):
        raise RunError(
            f"{asked}: a Latin hypercube is drawn for a number of negotiations that is known, and cannot be continued; "
            "name --runs, or use --set experiment.sampling=monte_carlo, or sobol."
        )
    if weighted:
        raise RunError(
            f"{asked}: the numbers that are drawn from a table of weights (posterior) are as sure as its effective "
            "draws, whatever is played: half an interval over negotiations would leave that out; name --runs."
        )
