"""Numbers of a config that a user's own table of worlds gives run by run, in place of what the config says of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.changes import Change, Changes, changes_of
from experiments.config.distributions import Fixed
from experiments.config.files import is_set_by
from experiments.config.load import config_from
from experiments.config.numbers import Entry, numbers
from experiments.config.occurrences import Occurrence, occurrences
from experiments.config.parameters import parameter_complaint
from experiments.config.weights import MOST_ROWS, MOST_VALUES
from experiments.design.worlds_file import OPTION, WorldsFile
from experiments.errors import ConfigError, Problem, RunError, shown, suggestion

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from sim.parameters.parameter import Parameter
    from sim.records import Floats

#: What is said of a column that is no number of the config and has no name like it.
_NOT_VARIED: Final = "; dates, grids, tactics and rules are the same in every row: see --set and winset sweep"


@dataclass(frozen=True, slots=True, eq=False)
class GivenDesign:
    """Values that runs are given: run ``first + i`` has row ``i``, and the rows begin again after the last one.

    Attributes
    ----------
    paths : tuple of str
        Numbers of the config, and what happens or not in it, each in canonical order.
    values : numpy.ndarray
        Shape ``[row, path]``, in the unit of each.
    first : int
        Run of the first row.
    """

    paths: tuple[str, ...]
    values: Floats
    first: int = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.values)

    def of_runs(self, first: int, count: int) -> Floats:
        """Rows of consecutive runs, shape ``[run, path]``."""
        found: Floats = self.values[(np.arange(first, first + count) - self.first) % len(self.values)]
        return found

    def cut(self, first: int, count: int) -> GivenDesign:
        """What these runs alone need, for a worker that plays no others."""
        return GivenDesign(self.paths, self.of_runs(first, count), first)

    @property
    def digest(self) -> str:
        """Digest of names and values, in hexadecimal; the same whatever the order of the columns in the file."""
        head = json.dumps([self.paths, self.values.shape])
        content = np.ascontiguousarray(self.values, dtype="<f8").tobytes()
        return hashlib.blake2b(head.encode() + content, digest_size=16).hexdigest()

    def frame(self) -> pd.DataFrame:
        """The table, a column a path."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=list(self.paths))


def under_design(config: Config, worlds: WorldsFile, sets: Changes = ()) -> tuple[Config, GivenDesign]:
    """Config of the worlds of a table, and what the table gives their runs.

    In the config each number that the table gives is a choice among its values, so that whatever describes the config
    (its ranges, its central case) is about the table. No run draws it.

    Parameters
    ----------
    config : Config
        Says what is drawn of all that the table does not name.
    worlds : WorldsFile
        The table.
    sets : sequence of str or Change
        Changes that were made to the config; none may set what the table gives.

    Raises
    ------
    experiments.errors.ConfigError
        Naming file, row and column of everything that the config cannot have.
    experiments.errors.RunError
        When a change sets what the table gives.
    """
    known = {entry.path: entry for entry in numbers(config)}
    happening = {one.path: one for one in occurrences(config)}
    places = {path: place for place, path in enumerate(worlds.columns)}
    _refuse([*_unknown(worlds, config, known, happening)])
    _refuse_undone(places, sets)
    _refuse([*_outside(worlds, known, happening)])
    paths = tuple(path for path in (*known, *happening) if path in places)
    given = GivenDesign(paths, np.ascontiguousarray(worlds.values[:, [places[path] for path in paths]]))
    columns = {path: worlds.values[:, places[path]] for path in paths if path in known}
    try:
        return _with_values(config, columns, given.digest), given
    except ConfigError as error:
        _refuse([*_that_cannot_be(config, worlds, columns)])
        raise ConfigError(_of_table(error, worlds, places)) from None


def _with_values(config: Config, columns: dict[str, Floats], digest: str) -> Config:
    """Config whose numbers are each a choice among what a column holds."""
    most = min(MOST_ROWS, MOST_VALUES // max(1, len(columns)))
    changes = []
    for path, column in columns.items():
        number: dict[str, Any] = {
            "dist": "choice",
            "values": _described(column, most),
            "source": f"given row by row by the user's table of worlds {digest}",
        }
        changes.append(Change(f"{path}={json.dumps(number)}", OPTION))
    return config_from(config.resolved(), config.name, changes) if changes else config


def _described(column: Floats, most: int) -> list[float]:
    """Values of a column in order, of a long one so many of its quantiles, both ends among them."""
    ordered = np.sort(column)
    places = np.rint(np.linspace(0, len(column) - 1, min(len(column), max(most, 2)))).astype(np.int64)
    return [float(value) for value in ordered[places]]


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise ConfigError(problems)


def _refuse_undone(places: dict[str, int], sets: Changes) -> None:
    for change in changes_of(sets):
        for path in places:
            if is_set_by(path, change):
                raise RunError(
                    f"{change.origin}: {OPTION} has a column {path} and would undo it; leave one of them out."
                )


def _unknown(
    worlds: WorldsFile, config: Config, known: dict[str, Entry], happening: dict[str, Occurrence]
) -> Iterator[Problem]:
    """Columns that are no number of the config, and those that it draws together with others."""
    tied = {path: place for place, pair in enumerate(config.correlations) for path in pair.between}
    for place, path in enumerate(worlds.columns):
        if path not in known and path not in happening:
            near = suggestion(path, [*known, *happening])
            yield Problem(worlds.place(place), path, f"names no number of {config.name}{near or _NOT_VARIED}")
        elif path in tied:
            message = (
                f"is drawn in a correlation, which a column of a table would break; leave the column out, or the "
                f"correlation: --set correlations.{tied[path]}=~"
            )
            yield Problem(worlds.place(place), path, message)
        elif config.posterior is not None and path in config.posterior.paths:
            message = "is drawn from a table of weights, together with others; leave the column or the weights out"
            yield Problem(worlds.place(place), path, message)


def _outside(worlds: WorldsFile, known: dict[str, Entry], happening: dict[str, Occurrence]) -> Iterator[Problem]:
    """Cells whose value the parameter of their column cannot have, and what cannot happen or must."""
    for place, path in enumerate(worlds.columns):
        column = worlds.values[:, place]
        row = known[path].row if path in known else None
        if row is not None:
            for number in np.flatnonzero(~_may_be(row, column)).tolist():
                complaint = parameter_complaint(row, Fixed(value=float(column[number])))
                yield _cell(worlds, place, number, f"{complaint} (got {shown(worlds.text(place, number))})")
        elif path in happening:
            yield from _impossible(worlds, place, happening[path])


def _may_be(row: Parameter, column: Floats) -> np.ndarray:
    low, high = row.limits()
    inside = (low <= column) & (column <= high)
    return np.asarray(inside & np.isin(column, (0.0, 1.0)) if row.unit == "flag" else inside)


def _impossible(worlds: WorldsFile, place: int, one: Occurrence) -> Iterator[Problem]:
    column = worlds.values[:, place]
    low, high = one.chance.support()
    for number in np.flatnonzero(~np.isin(column, (0.0, 1.0))).tolist():
        yield _cell(worlds, place, number, f"must be 0 or 1 (got {shown(worlds.text(place, number))})")
    for value, is_excluded, how in ((1.0, high <= 0.0, "never is so"), (0.0, low >= 1.0, "always is so")):
        if is_excluded:
            for number in np.flatnonzero(column == value).tolist():
                where = f": see {one.chance_path}" if one.chance_path else ""
                yield _cell(worlds, place, number, f"cannot be {value:g}, for in this config it {how}{where}")


def _cell(worlds: WorldsFile, place: int, row: int, message: str) -> Problem:
    return Problem(worlds.place(place, row), worlds.columns[place], message)


def _that_cannot_be(config: Config, worlds: WorldsFile, columns: dict[str, Floats]) -> Iterator[Problem]:
    """Lowest and highest cell of each column where the config cannot have it, for what has no row of its own limits."""
    for path, column in columns.items():
        place = worlds.columns.index(path)
        for row in dict.fromkeys((int(column.argmin()), int(column.argmax()))):
            try:
                config_from(config.resolved(), config.name, [Change(f"{path}={float(column[row])!r}", OPTION)])
            except ConfigError as error:
                messages = [one.message for one in error.problems if one.path == path]
                yield from (_cell(worlds, place, row, message) for message in messages)


def _of_table(error: ConfigError, worlds: WorldsFile, places: dict[str, int]) -> Iterator[Problem]:
    """What is wrong with values that the config can have one by one and not together, at the header of their column."""
    for one in error.problems:
        place = worlds.place(places[one.path]) if one.path in places else one.place
        yield Problem(place, one.path, one.message)
