"""From finished runs to what differs between them, in a directory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.explain import further_units
from experiments.config.own_tactics import sources_of
from experiments.figures.kit.paths import position_bands, standing_positions
from experiments.labels import partner_called
from experiments.progress import Progress, listener
from experiments.questions.compare.answer import CODE
from experiments.questions.compare.changes import NONE, ChangedSetting, changes
from experiments.questions.compare.compared import ComparedRun, RunsCompared, runs_compared
from experiments.questions.compare.comparison import (
    CHANGE_COLUMNS,
    POSITION_COLUMNS,
    RUN_COLUMNS,
)
from experiments.questions.compare.draws import draws_of
from experiments.questions.compare.effects import effects, spreads
from experiments.questions.compare.result import FILES, CompareResult, read
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.reading import trajectories_of
from experiments.story.constraints import constraints_of_runs, together

if TYPE_CHECKING:
    import pandas as pd

    from experiments.report.result import Result
    from experiments.store.place import Folder

#: Runs whose paths are looked at; more would not move a median by the width of its line.
_PICTURED_RUNS: Final = 2_000


def compare(
    runs: Sequence[Folder | Result],
    *,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> CompareResult:
    """Set finished runs side by side: what was changed, and what differs, each run beside the first.

    Runs of one seed are compared pair by pair, for they meet the same draws; others are taken for independent.

    Parameters
    ----------
    runs : sequence of str, pathlib.Path or RunResult
        Directories or addresses of 2 to 6 finished runs, or what :func:`winset.run` has returned with `out`; the base
        first.
    out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: where the answer is kept.

    Raises
    ------
    experiments.errors.RunError
        When one is no finished run, one is named twice, or they are about different partners.
    """
    return compare_runs(runs_compared(runs), out=out, resume=resume, overwrite=overwrite, progress=progress)


def compare_runs(
    asked: RunsCompared,
    *,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> CompareResult:
    """Do the same of runs that have been read."""
    base = asked.runs[0]
    tactics = {source.name: source for run in asked.runs for source in sources_of(run.config)}
    settings = {"pictured_runs": _PICTURED_RUNS}
    pictures = partial(figures_in, "compare")
    request = Request("compare", asked, base.seed, settings, tuple(tactics.values()), pictures=pictures)
    # Nothing is played, so that no rule has to be compiled first, which a listener would be told.
    say = listener(None).say if progress is None else progress.say
    with (
        partner_called(base.config.partner.names),
        Directory.open(out, request, resume=resume, overwrite=overwrite, say=say) as directory,
    ):
        for name, table in _tables(asked.runs).items():
            directory.keep(FILES[name], table)
        directory.finish()
        return read(directory.finished())


def _tables(runs: Sequence[ComparedRun]) -> dict[str, pd.DataFrame]:
    import pandas as pd

    base, *others = runs
    units: dict[str, str] = {}
    for run in reversed(runs):
        units |= further_units(run.config)
    about = [(base.label, base.config.title, base.seed, base.settings.runs, base.settings.runs, True, "")]
    parts: dict[str, list[pd.DataFrame]] = {"outcomes": [], "moves": [], "values": []}
    changed = []
    for other in others:
        draws = draws_of(base, other)
        asked = other.config.title, other.seed, other.settings.runs
        about.append((other.label, *asked, draws.pairs, draws.has_intervals, draws.why))
        found = (*changes(base.config, other.config), *_code(base, other))
        changed += [(other.label, *astuple(change)) for change in found]
        for name, table in effects(base, other, draws, units).items():
            parts[name].append(table)
    return {
        "runs": pd.DataFrame(about, columns=list(RUN_COLUMNS)),
        "changes": pd.DataFrame(changed, columns=list(CHANGE_COLUMNS)),
        **{name: pd.concat(tables, ignore_index=True) for name, tables in parts.items()},
        "spreads": pd.concat([spreads(run, units) for run in runs], ignore_index=True),
        "constraints": together(((run.label, constraints_of_runs(run.columns, run.config)) for run in runs), "run"),
        "positions": pd.concat([_positions(run) for run in runs], ignore_index=True),
    }


def _code(base: ComparedRun, other: ComparedRun) -> Iterator[ChangedSetting]:
    """What played the runs, where that is not the same code."""
    ran = [run.found.manifest.surroundings.code for run in (base, other)]
    if ran[0] != ran[1]:
        before, after = (f"version {code.version}, source files {code.digest[:8]}" for code in ran)
        yield ChangedSetting(CODE, "Code that played the runs, which may change results too", "", before, after)
    files = [{one.name: one.sha256[:8] for one in run.found.manifest.tactics} for run in (base, other)]
    for name in dict.fromkeys([*files[0], *files[1]]):
        before, after = (found.get(name, NONE) for found in files)
        if before != after:
            yield ChangedSetting(name, "Tactics of your own", "", before, after)


def _positions(run: ComparedRun) -> pd.DataFrame:
    """Quartiles of what both sides table in each round, over the runs whose paths were kept."""
    standing = standing_positions(trajectories_of(run.found, first_runs=_PICTURED_RUNS))
    bands = position_bands(standing)[list(POSITION_COLUMNS[-3:])]
    counts = standing.groupby(["issue", "side", "round"]).size().reindex(bands.index)
    found = bands.assign(runs=counts.to_numpy(np.int64), run=run.label).reset_index()
    return found[list(POSITION_COLUMNS)]
