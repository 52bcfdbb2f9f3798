"""What the grid does to the results: the same runs on a config's grid and on one with every step halved."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.agenda import halved
from experiments.config.agenda_checks import all_entries
from experiments.config.explain import further_units
from experiments.config.load import AnyConfig, config_of
from experiments.config.own_tactics import EngineName, choose_engine
from experiments.config.run_settings import seed_of
from experiments.engine.simulate import find_engine
from experiments.errors import MAX_RUNS, check_number
from experiments.lab.evaluate import Evaluation, chunks_of, evaluate
from experiments.labels import AGREEMENT, ordered_outcomes, unit_of
from experiments.progress import Progress, listener
from experiments.questions.grid.comparison import (
    DIFFERENCE_COLUMNS,
    GAIN,
    GRIDS,
    LEVEL_COLUMNS,
    OUTCOME_COLUMNS,
)
from experiments.questions.grid.result import CONSTRAINTS_FILE, DIFFERENCES, LEVELS, OUTCOMES, GridResult, read
from experiments.store.columns import BINDS
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.plan import Chunk
from experiments.story.constraints import count_constraints, together, worded
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    import pyarrow as pa

    from experiments.config.model import Config
    from experiments.store.place import Folder

#: Runs on one grid that are kept together.
_CHUNK: Final = 5_000

#: Whether a row is one of the halved grid; the dot keeps it apart from the name of any issue.
_HALVED: Final = "grid.halved"
_GAINS: Final = tuple(GAIN + side for side in SIDES)
_GAIN_UNIT: Final = "US$ bn a year"


def grid(
    config: AnyConfig,
    runs: int = 500,
    seed: int | None = None,
    *,
    engine: EngineName | None = None,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> GridResult:
    """Play the same runs on a config's grid and on the one with every step halved.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    runs : int
        Number of runs on each grid.
    seed : int, optional
        Seed of every draw; by default that of the config.
    engine : str, optional
        What computes the runs.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError
        When a grid has too many levels to be halved, or a number is outside its limits.
    """
    loaded = config_of(config, sets)
    check_number("--runs", runs, 1, MAX_RUNS)
    grids, seed, progress = (loaded, halved(loaded)), seed_of(loaded, seed), listener(progress)
    chosen = find_engine(choose_engine(loaded, engine, progress.say)).name
    request = Request("grid", loaded, seed, {"runs": runs, "engine": chosen})
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        playing = _Played(grids, runs, request)
        rows: pd.DataFrame = evaluate(Evaluation(playing.chunks, playing.rows), directory, progress).to_pandas()
        playing.say_time(progress)
        own, finer = rows[~rows[_HALVED]], rows[rows[_HALVED]]
        both = ((own["outcome"] == AGREEMENT).to_numpy() & (finer["outcome"] == AGREEMENT).to_numpy()).astype(np.bool_)
        directory.keep(LEVELS, _levels(*grids))
        directory.keep(OUTCOMES, _outcomes(own, finer))
        directory.keep(DIFFERENCES, _differences(loaded, own[both], finer[both]))
        directory.keep(CONSTRAINTS_FILE, _constraints(grids, (own[both], finer[both])))
        changed = (own["outcome"].to_numpy() != finer["outcome"].to_numpy()).sum()
        directory.finish(changed=int(changed), agreed=int(both.sum()))
        return read(directory.finished())


class _Played:
    """Plays chunk after chunk, on the own grid and then on the halved one, and knows what each grid took."""

    def __init__(self, grids: tuple[Config, Config], runs: int, request: Request) -> None:
        self._grids = grids
        self._runs = runs
        self._seed = request.seed
        self._engine: EngineName = request.settings["engine"]
        self._seconds: dict[int, float] = {}
        self._binds = [f"{BINDS}{issue}" for issue in _issues(grids[0])]
        both = [(chunk, place) for chunk in chunks_of(runs, _CHUNK) for place in range(len(grids))]
        self.chunks = [Chunk(index, chunk.first, chunk.count) for index, (chunk, _) in enumerate(both)]

    def rows(self, chunk: Chunk) -> pa.Table:
        """Ends, packages and gains of the runs of a chunk."""
        import pyarrow as pa

        place = chunk.index % len(self._grids)
        if chunk.index < len(self._grids):
            # What must be compiled is compiled before the clock runs.
            self._simulated(place, 0, 1)
        start = time.thread_time()
        table = self._simulated(place, chunk.first, chunk.count)
        self._seconds[chunk.index] = time.thread_time() - start
        kept = table.select(["run", "outcome", "reason", "round", *_issues(self._grids[0]), *self._binds, *_GAINS])
        return kept.add_column(0, _HALVED, pa.array(np.full(chunk.count, place == 1)))

    def _simulated(self, place: int, first: int, count: int) -> pa.Table:
        from experiments.engine.simulate import simulate

        config, engine = self._grids[place], self._engine
        return simulate(
            config, first, count, self._seed, self._runs, trajectories=False, solutions=False, engine=engine
        ).runs

    def say_time(self, progress: Progress) -> None:
        """Say what both grids took, if all of their runs were played just now."""
        if len(self._seconds) < len(self.chunks):
            return
        own, finer = (sum(self._seconds[chunk.index] for chunk in self.chunks[place::2]) for place in (0, 1))
        progress.say(
            f"Time on one processor: {own:.2f} s on the own grid, {finer:.2f} s on the halved one "
            f"(x {finer / max(own, 1e-9):.2f})."
        )


def _issues(config: Config) -> list[str]:
    return list(dict.fromkeys(name for _, name, _ in all_entries(config)))


def _levels(own: Config, finer: Config) -> pd.DataFrame:
    """Number of levels of each issue, by the issue's path in the config."""
    import pandas as pd

    both = zip(all_entries(own), all_entries(finer), strict=True)
    return pd.DataFrame([(path, a.levels, b.levels) for (path, _, a), (_, _, b) in both], columns=[*LEVEL_COLUMNS])


def _outcomes(own: pd.DataFrame, finer: pd.DataFrame) -> pd.DataFrame:
    """How often talks ended in each way."""
    import pandas as pd

    names = ordered_outcomes([*own["outcome"], *finer["outcome"]])
    counts = [(name, *(int((table["outcome"] == name).sum()) for table in (own, finer))) for name in names]
    return pd.DataFrame(counts, columns=[*OUTCOME_COLUMNS])


def _differences(config: Config, own: pd.DataFrame, finer: pd.DataFrame) -> pd.DataFrame:
    """Means of each quantity over the runs that agree on both grids, and of how far it moves."""
    import pandas as pd

    units = further_units(config)
    units_of_all = {name: unit_of(name, units) for name in _issues(config)} | dict.fromkeys(_GAINS, _GAIN_UNIT)
    rows = [(name, unit, *_moves(own[name], finer[name])) for name, unit in units_of_all.items()]
    return pd.DataFrame(rows, columns=[*DIFFERENCE_COLUMNS])


def _constraints(grids: Sequence[Config], agreed: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What the runs that agree on both grids sit on, on each of them."""
    parts: list[tuple[str, pd.DataFrame]] = []
    for grid, config, rows in zip(GRIDS, grids, agreed, strict=True):
        counts = count_constraints((issue, rows[f"{BINDS}{issue}"]) for issue in _issues(config))
        parts.append((grid, worded(counts, config)))
    return together(parts, "grid")


def _moves(own: pd.Series, finer: pd.Series) -> Iterator[float]:
    before, after = own.to_numpy(np.float64), finer.to_numpy(np.float64)
    if not len(before):
        return iter([np.nan] * 4)
    moves = np.abs(after - before)
    return iter([float(before.mean()), float(after.mean()), float(moves.mean()), float(np.quantile(moves, 0.95))])
