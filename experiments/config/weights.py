"""The table of weights that `winset calibrate` leaves: draws of the parameters, and how much each counts.

It is a CSV file. Its first line is a comment that holds, as JSON, what the draws were fitted to; a digest of that and
of all other lines tells whether somebody has edited it. Every config that has the same numbers can be played under it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.amounts import PER, SHARE_OF
from experiments.config.changes import Change, Changes, changes_of
from experiments.config.files import is_set_by
from experiments.config.load import config_from
from experiments.errors import SEEDS, ConfigError, Position, Problem, RunError, day_in, shown
from experiments.files import read_source
from experiments.labels import counted, listed
from experiments.record.csv_lines import COMMENT, cells_of, check_count, numbered
from experiments.statistics.weighted import distinct_number, resampled
from sim.draws import uniforms

if TYPE_CHECKING:
    from experiments.config.model import Config
    from sim.records import Floats, Integers

#: Option that names such a table, and what it is called in the directory of a calibration.
OPTION: Final = "--weights"
WEIGHTS: Final = "weights.csv"

#: Rows of a posterior that a config holds, and numbers in all of them.
MOST_ROWS: Final = 1_000
MOST_VALUES: Final = 12_000

_MAX_BYTES: Final = 1 << 28
_FIRST: Final = ("draw", "weight")
_DAYS: Final = ("fitted_through", "known_by")
#: Last number of a draw: whole numbers up to it are exact as numbers with a point.
_LAST_DRAW: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class FittedTo:
    """What a table of weights was fitted to.

    Attributes
    ----------
    config : str
        Name of the config whose priors the draws are from.
    cases : tuple of str
        Cases of the record.
    fitted_through : datetime.date
        Last day of the record that was used.
    known_by : datetime.date
        First day on which the table could have been made: `fitted_through`, or the latest day by which an entry of the
        configs that were fitted was known.
    rows : tuple of str
        Rows that were fitted: case, date and what was compared.
    method : str
        ``weights``, ``regression`` or ``smc``.
    tolerance : float
        Standard deviation of the kernel, in units of the rows' ranges.
    seed : int
        Seed of the draws.
    identified : tuple of str
        Parameters that the record identifies; the others are about as wide as they were before.
    """

    config: str
    cases: tuple[str, ...]
    fitted_through: date
    known_by: date
    rows: tuple[str, ...]
    method: str
    tolerance: float
    seed: int
    identified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class WeightTable:
    """Weighted draws of parameters.

    Attributes
    ----------
    paths : tuple of str
        Parameters.
    draws : numpy.ndarray
        Number of each draw, shape ``[draw]``.
    weights : numpy.ndarray
        Shape ``[draw]``, summing to 1.
    values : numpy.ndarray
        Shape ``[draw, parameter]``, in the unit of each; of a parameter in money that grows with the partner, the
        share of its amount (:data:`experiments.config.amounts.SHARE_OF`), so that it fits partners of any size.
    fitted : FittedTo
        What they were fitted to.
    """

    paths: tuple[str, ...]
    draws: Integers
    weights: Floats
    values: Floats
    fitted: FittedTo

    @property
    def effective(self) -> float:
        """Effective number of draws; copies of one draw, which sequential Monte Carlo makes, count as one."""
        return distinct_number(self.draws, self.weights)

    @property
    def digest(self) -> str:
        """Digest of what it was fitted to and of all rows, in hexadecimal."""
        return _digest(self._head(), self._lines())

    def as_bytes(self) -> bytes:
        """The table as a file; the same table gives the same bytes."""
        head = {**self._head(), "digest": self.digest}
        return f"{COMMENT} {json.dumps(head, ensure_ascii=False)}\n{self._lines()}".encode()

    def _head(self) -> dict[str, Any]:
        days = {name: getattr(self.fitted, name).isoformat() for name in _DAYS}
        return {**asdict(self.fitted), **days}

    def _lines(self) -> str:
        lines = [",".join((*_FIRST, *self.paths))]
        for draw, weight, row in zip(self.draws, self.weights, self.values, strict=True):
            lines.append(",".join((str(int(draw)), repr(float(weight)), *(repr(float(one)) for one in row))))
        return "\n".join((*lines, ""))

    def rows(self) -> Floats:
        """Values of rows of which each is as likely, shape ``[row, parameter]``, at most :data:`MOST_ROWS`.

        They are taken by systematic resampling, and depend on the table alone: a draw of weight w stands in them w
        times their number, rounded up or down.
        """
        count = min(MOST_ROWS, MOST_VALUES // len(self.paths))
        uniform = float(uniforms(0, f"posterior.{self.digest}", 0, 1)[0, 0])
        found: Floats = self.values[resampled(self.weights, count, uniform)]
        return found


def _digest(head: Mapping[str, Any], lines: str) -> str:
    text = f"{json.dumps(head, ensure_ascii=False, sort_keys=True)}\n{lines}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def read_weights(path: Path) -> WeightTable:
    """Read a table of weights.

    Raises
    ------
    experiments.errors.ConfigError
        When the file is no such table, or has been edited.
    """
    complaint = f"is larger than {_MAX_BYTES:,} bytes, the most that is read of such a file"
    return weights_in(read_source(path, _MAX_BYTES, complaint).raw, str(path))


def weights_in(raw: bytes, name: str) -> WeightTable:
    """Table of weights in the bytes of a file that is called `name`; raises as :func:`read_weights`."""
    (_, comment), *rest = numbered(raw, name)
    head = _head_of(comment, name)
    if not rest:
        raise _not_one(name, "has no header", 2)
    header = cells_of(*rest[0], name)
    paths = tuple(cell.text for cell in header[2:])
    if tuple(cell.text for cell in header[:2]) != _FIRST or not paths:
        raise _not_one(name, f"must have the columns {', '.join(_FIRST)} and one for each parameter", 2)
    table = _table(rest[1:], name, len(header))
    _check_values(table, [cell.text for cell in header], rest[1:], name)
    draws, weights = table[:, 0], table[:, 1]
    fitted = FittedTo(
        head["config"],
        tuple(head["cases"]),
        date.fromisoformat(head["fitted_through"]),
        date.fromisoformat(head["known_by"]),
        tuple(head["rows"]),
        head["method"],
        float(head["tolerance"]),
        head["seed"],
        tuple(head["identified"]),
    )
    found = WeightTable(paths, draws.astype(np.int64), weights, table[:, 2:], fitted)
    if found.digest != head["digest"]:
        raise _not_one(name, "has been edited since it was written: its digest is another; write it anew", 1)
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_list_of_texts(value: object, least: int = 1) -> bool:
    return isinstance(value, list) and len(value) >= least and all(map(_is_text, value))


def _is_date(value: object) -> bool:
    return isinstance(value, str) and day_in(value) is not None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and SEEDS[0] <= value <= SEEDS[1]


def _is_tolerance(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= sys.float_info.max


#: Keys of the first line: what a value of each must be, in words and as a check.
_HEAD: Final[dict[str, tuple[str, Callable[[object], bool]]]] = {
    "config": ("the name of a config", _is_text),
    "cases": ("a list of the names of cases", _is_list_of_texts),
    "fitted_through": ("a date in quotes such as 2025-06-28", _is_date),
    "known_by": ("a date in quotes such as 2025-06-28", _is_date),
    "rows": ("a list of rows of the record, each in quotes", _is_list_of_texts),
    "method": ("the name of a method", _is_text),
    "tolerance": ("a number of 0 or more", _is_tolerance),
    "seed": (f"a whole number from {SEEDS[0]} to {SEEDS[1]}", _is_whole),
    "identified": ("a list of parameters, each in quotes, which may be empty", partial(_is_list_of_texts, least=0)),
    "digest": ("the digest that the table was written with", _is_text),
}


def _head_of(comment: str, name: str) -> dict[str, Any]:
    try:
        head = json.loads(comment.removeprefix(COMMENT))
    except (ValueError, RecursionError):
        # Also of JSON that is nested too deeply, or has a number of too many digits.
        head = None
    if not comment.startswith(COMMENT) or not isinstance(head, dict) or head.keys() != _HEAD.keys():
        raise _not_one(name, "is no table of weights; winset calibrate writes one as weights.csv", 1)
    problems = [
        Problem(Position(name, 1, 1), key, f"must be {words} (got {shown(head[key])})")
        for key, (words, is_right) in _HEAD.items()
        if not is_right(head[key])
    ]
    if problems:
        raise ConfigError(problems)
    return head


def _table(lines: Sequence[tuple[int, str]], name: str, columns: int) -> Floats:
    """Numbers of all lines, shape ``[line, column]``."""
    plain = [line.split(",") for _, line in lines]
    try:
        if all(len(cells) == columns for cells in plain):
            return np.array(plain, dtype=np.float64).reshape(-1, columns)
    except ValueError:
        pass
    # One by one, to say which line is none.
    return np.array([_numbers(number, line, name, columns) for number, line in lines]).reshape(-1, columns)


def _check_values(table: Floats, columns: Sequence[str], lines: Sequence[tuple[int, str]], name: str) -> None:
    """Refuse a table without rows, and the first value that none can have, with its line."""
    if not len(table):
        raise _not_one(name, "must have a row for each draw", 2)
    draws, weights = table[:, 0], table[:, 1]
    wrong = ~np.isfinite(table)
    wrong[:, 1] |= weights < 0.0
    with np.errstate(invalid="ignore"):
        wrong[:, 0] |= (draws < 0) | (draws > _LAST_DRAW) | (draws != np.floor(draws))
    if wrong.any():
        row, column = (int(one) for one in np.argwhere(wrong)[0])
        right = (f"a whole number from 0 to {_LAST_DRAW:,}", "a finite number of 0 or more")
        must = right[column] if column < len(_FIRST) else "a finite number"
        raise ConfigError(
            [Problem(
                Position(name, lines[row][0], 1), columns[column],
                f"must be {must} (got {shown(lines[row][1].split(',')[column])})",
            )]
        )  # fmt: skip
    if not weights.sum() > 0.0:
        raise _not_one(name, "must have a weight above 0", lines[0][0])


def _numbers(number: int, line: str, name: str, columns: int) -> list[float]:
    cells = cells_of(number, line, name)
    check_count(cells, columns)
    try:
        return [float(cell.text) for cell in cells]
    except ValueError:
        raise _not_one(name, "must have numbers alone", number) from None


def _not_one(name: str, message: str, line: int) -> ConfigError:
    return ConfigError([Problem(Position(name, line, 1), "", message)])


def under_posterior(
    config: Config, table: WeightTable, option: str = OPTION, *, partly: bool = False, sets: Changes = ()
) -> Config:
    """Config whose numbers are drawn from a table of weights, a row at a time; all others stay as they are.

    Parameters
    ----------
    config : Config
        Any config that has the numbers.
    table : WeightTable
        What they are drawn from.
    option : str
        How a message calls the table.
    partly : bool
        Whether parameters that the config lacks, such as a knob of a tactic that nobody has here, are left out.
    sets : sequence of str or Change
        Changes that were made to the config; none may set what the table holds, for the table would undo it.

    Raises
    ------
    experiments.errors.ConfigError, experiments.errors.RunError
        When the config has no such number, or a value is none that the number can have.
    """
    from experiments.config.numbers import numbers

    known = {entry.path: entry.number for entry in numbers(config)}
    missing = [path for path in table.paths if path not in known]
    if missing and not (partly and len(missing) < len(table.paths)):
        raise RunError(
            f"{option}: {config.name} has no number {listed(missing, cut=False)}, of which the table holds draws; use "
            "a config with the same tactics, red lines and events."
        )
    paths = [path for path in table.paths if path in known]
    for change in changes_of(sets):
        if undone := [path for path in paths if is_set_by(path, change)]:
            raise RunError(
                f"{change.origin}: {option} draws {undone[0]} too and would undo it; leave one of the two out, or "
                "calibrate without that number (winset calibrate --parameter names the others)."
            )
    values = table.rows()
    through = table.fitted.fitted_through.isoformat()
    source = f"posterior of {listed(table.fitted.cases)} through {through}, {counted(len(table.draws), 'draw')}"
    changes = []
    for path in paths:
        number: dict[str, Any] = {
            "dist": "choice",
            "values": values[:, table.paths.index(path)].tolist(),
            "source": source,
            "known_by": table.fitted.known_by.isoformat(),
        }
        if path in SHARE_OF:
            number[PER] = SHARE_OF[path]
        changes.append(Change(f"{path}={json.dumps(number)}", option))
    together = {
        "paths": paths,
        "fitted_through": through,
        "cases": list(table.fitted.cases),
        "digest": table.digest,
        "identified": [path for path in table.fitted.identified if path in paths],
        "fixed_before": [f"{path} at {known[path].text()}" for path in paths if not known[path].is_sampled],
    }
    changes.append(Change(f"posterior={json.dumps(together)}", option))
    return config_from(config.resolved(), config.name, changes)
