"""Full factorial on a config: every combination of rules on and off, each on the same draws.

It answers which rules make an outcome, alone and together. A switch is a set of changes that turns a rule off; the
config as it stands has all of them on. All cells meet the same draws, so that the difference between two cells is that
of the rules and no noise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, product
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.changes import Change
from experiments.config.load import AnyConfig, config_of
from experiments.config.own_tactics import sources_of
from experiments.config.run_settings import seed_of
from experiments.errors import MAX_RUNS, check_level, check_number
from experiments.lab.evaluate import Evaluation, evaluate
from experiments.lab.seats import refuse_uncompiled
from experiments.labels import AGREEMENT
from experiments.progress import Progress, listener
from experiments.questions.factorial.combinations import EFFECT_COLUMNS, JOINT, OUTCOME, REASON, SHARE_COLUMNS
from experiments.questions.factorial.result import CELLS, EFFECTS, FactorialResult, read
from experiments.questions.factorial.switches import (
    Switches,
    changes_of_switch,
    check_switches,
    standard_switches,
    switched,
)
from experiments.statistics.intervals import mean_change_interval, wilson_interval
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.plan import Chunk

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.statistics.intervals import Floats
    from experiments.store.place import Folder

#: Which cell a row is of, in the order of the table of cells.
_CELL: Final = "cell"
_ENDS: Final = ["run", "outcome", "reason"]

#: Whether each rule is on.
Setting = Sequence[bool]


def factorial(
    config: AnyConfig,
    switches: Switches | None = None,
    runs: int | None = None,
    seed: int | None = None,
    *,
    level: float = 0.95,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> FactorialResult:
    """Run every combination of switches on the same draws.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    switches : mapping, optional
        For each switch by name, the changes ``path=value`` that turn its rule off; by default
        :func:`experiments.questions.factorial.switches.standard_switches`.
    runs, seed : int, optional
        Runs in each cell, and the seed of every draw; by default those of the config.
    level : float
        Level of the intervals.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError
        When there are no switches or too many, or when one changes nothing, or the same number as another.
    experiments.errors.ConfigError
        When a change is wrong.
    """
    loaded = config_of(config, sets)
    runs, progress = loaded.experiment.runs if runs is None else runs, listener(progress)
    check_number("--runs", runs, 1, MAX_RUNS)
    check_level(level)
    switches = standard_switches(loaded) if switches is None else switches
    check_switches(loaded, switches)
    settings = list(product((True, False), repeat=len(switches)))
    cells = [switched(loaded, _changes(switches, setting)) for setting in settings]
    for cell in cells:
        refuse_uncompiled(cell)
    # As a list, for cells are in the order of the switches.
    named = [[name, list(off)] for name, off in switches.items()]
    tactics = tuple(dict.fromkeys(source for cell in cells for source in sources_of(cell)))
    request = Request(
        "factorial", loaded, seed_of(loaded, seed), {"runs": runs, "switches": named, "level": level}, tactics
    )

    def rows_of(chunk: Chunk) -> pa.Table:
        return _rows(cells[chunk.index], chunk, request.seed)

    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        chunks = [Chunk(index, index * runs, runs) for index in range(len(cells))]
        rows: pd.DataFrame = evaluate(Evaluation(chunks, rows_of), directory, progress).to_pandas()
        agreed = np.asarray(rows["outcome"] == AGREEMENT, dtype=np.float64).reshape(len(cells), runs)
        directory.keep(CELLS, _cells(tuple(switches), settings, rows, level))
        directory.keep(EFFECTS, _effects(tuple(switches), settings, agreed, level))
        directory.finish()
        return read(directory.finished())


def _changes(switches: Switches, setting: Setting) -> tuple[Change, ...]:
    turned = zip(switches.items(), setting, strict=True)
    return tuple(change for (name, off), on in turned if not on for change in changes_of_switch(name, off))


def _rows(config: Config, chunk: Chunk, seed: int) -> pa.Table:
    """How the runs of a cell ended."""
    import pyarrow as pa

    from experiments.engine.simulate import simulate

    played = simulate(config, 0, chunk.count, seed, chunk.count, trajectories=False, solutions=False)
    return played.runs.select(_ENDS).add_column(0, _CELL, pa.array(np.full(chunk.count, chunk.index)))


def _cells(names: Sequence[str], settings: Sequence[Setting], rows: pd.DataFrame, level: float) -> pd.DataFrame:
    import pandas as pd

    found = []
    for setting, (_, table) in zip(settings, rows.groupby(_CELL, sort=True), strict=True):
        runs, deals = len(table), int((table["outcome"] == AGREEMENT).sum())
        shares = deals, deals / runs, *wilson_interval(deals, runs, level)
        counts = Counter(OUTCOME + outcome for outcome in table["outcome"])
        counts += Counter(
            f"{REASON}{outcome}.{reason}" for outcome, reason in zip(table["outcome"], table["reason"], strict=True)
        )
        row = dict(zip((*names, *SHARE_COLUMNS), (*setting, *shares), strict=True))
        found.append(row | {key: count / runs for key, count in counts.items()})
    frame = pd.DataFrame(found)
    first = [*names, *SHARE_COLUMNS]
    ends = sorted(set(frame.columns) - set(first))
    return frame[[*first, *ends]].fillna(dict.fromkeys(ends, 0.0))


def _effects(names: Sequence[str], settings: Sequence[Setting], agreed: Floats, level: float) -> pd.DataFrame:
    """Contrast of every set of switches, run by run, and its mean; `agreed` has shape ``[cell, run]``."""
    import pandas as pd

    signs = np.where(np.array(settings), 1.0, -1.0)
    rows = []
    for order in range(1, len(names) + 1):
        for chosen in combinations(range(len(names)), order):
            weights = signs[:, list(chosen)].prod(axis=1) / 2 ** (len(names) - 1)
            contrast = weights @ agreed
            low, high = mean_change_interval(contrast, level)
            term = JOINT.join(names[index] for index in chosen)
            rows.append((term, order, float(contrast.mean()), low, high))
    return pd.DataFrame(rows, columns=[*EFFECT_COLUMNS])
