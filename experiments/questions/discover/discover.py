"""Scenario discovery: the boxes of the uncertain inputs in which talks end in a given way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.load import AnyConfig, config_of
from experiments.config.occurrences import uncertain
from experiments.config.run_settings import seed_of
from experiments.design.sampling import design_table
from experiments.design.values import with_occurrences
from experiments.engine.worlds import Worlds
from experiments.errors import MAX_RUNS, RunError, check_number, need
from experiments.lab.evaluate import Evaluation, chunks_of, evaluate
from experiments.lab.inputs import sampled_entries
from experiments.lab.models import drawn_seats, played_by
from experiments.lab.seats import refuse_uncompiled
from experiments.lab.vary import varied_tactics, vary_of, widened
from experiments.labels import AGREEMENT, quantity
from experiments.labels import side as called
from experiments.progress import listener
from experiments.questions.discover.boxes import sample_of, tables_of, units_in
from experiments.questions.discover.prim import find_boxes
from experiments.questions.discover.result import FILES, DiscoverResult, read
from experiments.questions.discover.targets import (
    LOW_GAIN,
    LOWEST,
    NO_DEAL,
    POOR_DEAL,
    cases_of,
    check_target,
    is_of_deals,
    looked_at,
    target_words,
)
from experiments.report.result import figures_in
from experiments.statistics.ties import tie_of
from experiments.store.directory import Directory
from experiments.store.manifest import Request

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.store.place import Folder
    from experiments.store.plan import Chunk

RUNS: Final = 5_000
BOXES: Final = 3

#: Quantiles by which a distribution is seen to have some width.
_PROBED: Final = 999

#: Fewest cases, and fewest rows that are none, from which a box is looked for.
LEAST_CASES: Final = 30

#: Fewest runs of which so many can lie strictly below the lowest quarter: ``0.25 (n - 1)``, rounded up.
LEAST_OF_LOW_GAIN: Final = int((LEAST_CASES - 1) / LOWEST) + 2


def discover(
    config: AnyConfig,
    target: str = NO_DEAL,
    runs: int = RUNS,
    seed: int | None = None,
    *,
    boxes: int = BOXES,
    density: float | None = None,
    vary: Sequence[str] = (),
    ranges: bool = False,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> DiscoverResult:
    """Play the runs of a config as ``winset run`` does, and look for boxes of its inputs in which the target happens.

    Correlated inputs are welcome: PRIM takes any sample. A dummy that changes nothing is among the inputs; a box that
    restricts it has found noise.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    target : str
        One of :func:`experiments.questions.discover.targets.targets`.
    runs : int
        Negotiations to play; they are those of ``winset run`` with this seed, where nothing more is varied.
    seed : int, optional
        Seed of every draw; by default that of the config.
    boxes : int
        Most boxes.
    density : float, optional
        Share of such runs that a box must reach; see :func:`experiments.questions.discover.prim.find_boxes`.
    vary : sequence of str
        What the config fixes and is drawn all the same: ``events``, ``red_lines`` and ``releases``, each of which then
        happens in every second run, ``tactics``, or ``all`` of them.
    ranges : bool
        Whether fixed parameters with a plausible range are drawn too, evenly.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError
        When nothing is uncertain or the search cannot be, before any run; when the target happens too often or too
        seldom for a box to say anything.
    """
    need("ema_workbench", "discovery")
    # Before a directory is made: all that can be known without playing.
    check_search(target, runs, boxes, density)
    asked = vary_of(vary)
    loaded, tactics = widened(config_of(config, sets), asked, ranges=ranges), varied_tactics(asked)
    check_uncertain(loaded, tactics)
    refuse_uncompiled(loaded)
    settings = {
        "target": target, "runs": runs, "boxes": boxes, "density": density,
        "vary": list(asked), "tactics": list(tactics), "ranges": ranges,
    }  # fmt: skip
    request = Request(
        "discover",
        loaded,
        seed_of(loaded, seed),
        settings,
        libraries=("ema-workbench",),
        pictures=partial(figures_in, "discover"),
    )

    def compute(chunk: Chunk) -> pa.Table:
        design = design_table(loaded, chunk.count, request.seed, chunk.first, runs)
        worlds = Worlds.at(loaded, with_occurrences(loaded, design, request.seed), request.seed)
        return played_by(worlds, tactics, drawn_seats(tactics, request.seed, chunk.first, chunk.count))

    progress = listener(progress)
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        played: pd.DataFrame = evaluate(Evaluation(chunks_of(runs), compute), directory, progress).to_pandas()
        rows = looked_at(target, played)
        cases = cases_of(target, rows)
        if why := (why_too_few(loaded, target, rows, played) or why_no_box(loaded, target, rows, cases)):
            # Of these rows there is no answer, and another target or another number of runs is another question.
            directory.discard()
            raise RunError(why)
        found = find_boxes(sample_of(loaded, rows, request.seed, tactics), cases, most=boxes, density=density)
        for name, table in tables_of(found, units_in(loaded, tactics)).items():
            directory.keep(FILES[name], table)
        directory.finish()
        return read(directory.finished())


def check_search(target: str, runs: int, most: int, density: float | None) -> None:
    """Refuse a search that cannot be.

    Raises
    ------
    RunError
        Naming the option and what it may be.
    """
    check_target(target)
    check_number("--runs", runs, 2 * LEAST_CASES, MAX_RUNS)
    if target.startswith(LOW_GAIN) and runs < LEAST_OF_LOW_GAIN:
        raise RunError(
            f"--runs is {runs:,}; a box needs at least {LEAST_CASES} runs below the lowest quarter of the gains, so "
            f"that --target {target} takes {LEAST_OF_LOW_GAIN:,} or more."
        )
    check_number("--boxes", most, 1, 20)
    if density is not None and not 0.0 < density <= 1.0:
        raise RunError(f"--density is {density:g}; it must be above 0 and at most 1.")


def check_uncertain(config: Config, tactics: Sequence[str] = ()) -> None:
    """Refuse a config of which nothing differs from run to run.

    Raises
    ------
    RunError
        When there is no input in whose range a box could lie.
    """
    entries = sampled_entries(config)
    if tactics or uncertain(config):
        return
    if not entries:
        raise RunError(
            f"{config.name} has no uncertain input; give a number a distribution, or use --vary or --ranges."
        )
    at = np.linspace(0.0, 1.0, _PROBED + 2)[1:-1]
    if all(np.ptp(entry.number.ppf(at)) == 0.0 for entry in entries):
        names = ", ".join(entry.path for entry in entries)
        raise RunError(
            f"{config.name} has no uncertain input, for each of these has one value only: {names}. Give a number a "
            "distribution of some width, or use --vary or --ranges."
        )


def why_too_few(config: Config, target: str, rows: pd.DataFrame, played: pd.DataFrame) -> str:
    """Why there are too few deals for a box among them, or nothing."""
    if not is_of_deals(target) or len(rows) >= LEAST_OF_LOW_GAIN:
        return ""
    return (
        f"--target {target}: {len(rows):,} of {len(played):,} runs of {config.name} end in a deal; a box among deals "
        f"needs at least {LEAST_OF_LOW_GAIN}, of which {LEAST_CASES} lie below the lowest quarter. Play more --runs, "
        "or choose another --target."
    )


def why_no_box(config: Config, target: str, frame: pd.DataFrame, cases: NDArray[np.bool_]) -> str:
    """Why a target happens too seldom or too often for a box, or nothing; where gains tie, that they do."""
    count, runs = int(cases.sum()), len(cases)
    if LEAST_CASES <= count <= runs - LEAST_CASES:
        return ""
    kind, _, side = target.partition(".")
    if kind in (LOW_GAIN, POOR_DEAL):
        gains = frame[f"gain.{side}"].to_numpy(np.float64)
        lowest = gains <= gains.min() + tie_of(gains)
        if lowest.mean() > LOWEST:
            what = "deals" if is_of_deals(target) else "runs"
            least = quantity(float(gains.min()), "US$ bn a year")
            why = (
                f"--target {target}: in {int(lowest.sum()):,} of {runs:,} {what} of {config.name} {called(side)} has "
                f"the same lowest gain, {least}. That is more than a quarter, so that none lies below the lowest "
                "quarter."
            )
            if (frame["outcome"][lowest] == AGREEMENT).any():
                return f"{why} Choose another --target."
            return (
                f"{why} All of them end without a deal: --target no_deal looks for those, and --target "
                f"{POOR_DEAL}.{side} looks among the deals alone."
            )
    return (
        f"talks of {config.name} {target_words(target)} in {count:,} of {runs:,} runs; a box needs at least "
        f"{LEAST_CASES} runs of either kind. Choose another --target, or more --runs."
    )
