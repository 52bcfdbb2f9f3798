"""From a table of positions to what every forecaster makes of it, in its directory."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.config.shipped import positions_file
from experiments.errors import RunError, check_choice, date_given
from experiments.positions.expected_utility import COMPROMISES, Compromise
from experiments.positions.files import read_positions
from experiments.positions.record import positions_at
from experiments.positions.table import PositionTable, Ranges
from experiments.progress import Progress, listener
from experiments.questions.positions.forecasts import tables_of
from experiments.questions.positions.noise import noise_table
from experiments.questions.positions.result import FILES, PositionsResult, check_draws, check_rounds, read
from experiments.record.record import read_record
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request

if TYPE_CHECKING:
    from experiments.store.place import Folder

ROUNDS: Final = 10
DRAWS: Final = 500
SEED: Final = 1


def positions(
    table: PositionTable | str | Path | None = None,
    seed: int | None = None,
    rounds: int = ROUNDS,
    draws: int = DRAWS,
    *,
    compromise: Compromise = "least_movement",
    ranges: Ranges | None = None,
    salience_scale: float | None = None,
    case: str | None = None,
    on: date | str | None = None,
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> PositionsResult:
    """Put every position-based forecaster to a table of positions, with and without noise in salience.

    Parameters
    ----------
    table : PositionTable, str or pathlib.Path, optional
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
    case : str, optional
        In place of a table: the country with whose talks the record of winset is about; both sides weigh the same.
    on : datetime.date or str, optional
        With `case`: the day whose positions, as they were known then, are taken.
    out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: where the answer is kept.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When the file or a number is wrong.
    """
    check_rounds(rounds)
    check_draws(draws)
    check_choice("--compromise", compromise, COMPROMISES)
    loaded = positions_asked(table, ranges, salience_scale, case, on)
    chosen = SEED if seed is None else seed
    settings = {"rounds": int(rounds), "draws": int(draws), "compromise": compromise}
    request = Request("positions", loaded, chosen, settings, pictures=partial(figures_in, "positions"))
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=listener(progress).say) as directory:
        tables, is_complete = tables_of(loaded, compromise, rounds)
        tables["noise"] = noise_table(loaded, compromise, rounds, draws, chosen, tables["forecasts"])
        for name, file in FILES.items():
            directory.keep(file, tables[name])
        directory.finish(every_order=is_complete)
        return read(directory.finished())


def positions_asked(
    table: PositionTable | str | Path | None,
    ranges: Ranges | None = None,
    salience_scale: float | None = None,
    case: str | None = None,
    on: date | str | None = None,
) -> PositionTable:
    """Read what a question is about: a table or its file, or the record of a case; arguments as of :func:`positions`.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When it is neither or both, or is wrong.
    """
    if (table is None) == (case is None):
        raise RunError(
            "give what is asked about: either a table of positions, or --case with --on, for example --case Japan --on "
            "2025-05-28."
        )
    if case is None and on is not None:
        raise RunError(f"--on {on} goes with --case; a table of positions has no dates.")
    if isinstance(table, PositionTable):
        for option, value in (("--range", ranges), ("--salience-scale", salience_scale)):
            if value:
                raise RunError(f"{option} says how a file is read, and a PositionTable has been read.")
        return table
    if table is not None:
        return read_positions(positions_file(table), ranges, salience_scale)
    if salience_scale is not None:
        raise RunError("--salience-scale says how a file is read; in the record every salience is the same.")
    return positions_at(read_record().positions, str(case), _day(on), ranges)


def _day(on: date | str | None) -> date:
    if on is None:
        raise RunError("--case needs --on, the day whose positions are taken, for example --on 2025-05-28.")
    return date_given("--on", on)
