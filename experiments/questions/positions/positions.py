"""From a table of positions to what every forecaster makes of it, in its directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from experiments.config.shipped import positions_file
from experiments.errors import RunError, check_number
from experiments.positions.expected_utility import COMPROMISES, Compromise
from experiments.positions.files import Ranges, read_positions
from experiments.positions.table import PositionTable
from experiments.progress import Progress, listener
from experiments.questions.positions.forecasts import tables_of
from experiments.questions.positions.noise import noise_table
from experiments.questions.positions.result import FILES, PositionsResult, read
from experiments.store.directory import Directory
from experiments.store.manifest import Request

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.store.place import Folder

ROUNDS: Final = 10
DRAWS: Final = 500
SEED: Final = 1

_MOST_ROUNDS: Final = 1_000
_MOST_DRAWS: Final = 100_000


def positions(
    table: PositionTable | str | Path,
    seed: int | None = None,
    rounds: int = ROUNDS,
    draws: int = DRAWS,
    *,
    compromise: Compromise = "least_movement",
    ranges: Ranges | None = None,
    salience_scale: float | None = None,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> PositionsResult:
    """Put every position-based forecaster to a table of positions, with and without noise in salience.

    Parameters
    ----------
    table : PositionTable, str or pathlib.Path
        The positions, or a file of them, see :func:`experiments.positions.files.read_positions`.
    seed : int, optional
        Seed of the noise, 1 unless given.
    rounds : int
        Rounds of the expected-utility model at most.
    draws : int
        Draws of the noise at each of its deviations.
    compromise : str
        Which compromise an actor of that model takes: ``least_movement`` or ``lowest``.
    ranges, salience_scale
        How the file is read.
    out : str or pathlib.Path, optional
        Directory for the tables; without one they are read before they go.
    resume, overwrite : bool
        Go on with what is in `out`, which is computed anew, or replace it.
    progress : Progress, optional
        Told what happens.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When the file or a number is wrong.
    """
    chosen = SEED if seed is None else seed
    check_number("--rounds", rounds, 1, _MOST_ROUNDS)
    check_number("--draws", draws, 1, _MOST_DRAWS)
    if compromise not in COMPROMISES:
        raise RunError(f"there is no compromise {compromise!r}; choose one of: {', '.join(COMPROMISES)}.")
    loaded = (
        table if isinstance(table, PositionTable) else read_positions(positions_file(table), ranges, salience_scale)
    )
    settings = {"rounds": int(rounds), "draws": int(draws), "compromise": compromise}
    request = Request("positions", loaded, chosen, settings)
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=listener(progress).say) as directory:
        tables, is_complete = tables_of(loaded, compromise, rounds)
        tables["noise"] = noise_table(loaded, compromise, rounds, draws, chosen, tables["forecasts"])
        for name, file in FILES.items():
            directory.keep(file, tables[name])
        directory.finish(every_order=is_complete)
        return read(directory.finished())
