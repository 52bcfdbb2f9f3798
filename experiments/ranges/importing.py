"""From a file of ranges to a config that extends another one and draws its numbers from them."""

from __future__ import annotations

import difflib
import json
import math
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from experiments.config.changes import Change
from experiments.config.distributions import Number
from experiments.config.files import files_of
from experiments.config.load import config_of
from experiments.config.model import Config
from experiments.config.numbers import Entry, numbers
from experiments.config.quantity import Quantity, Truncated
from experiments.config.shipped import config_file
from experiments.config.writing import as_yaml, lay
from experiments.errors import ConfigError, Problem, printable
from experiments.files import checksum
from experiments.labels import counted, listed, percent
from experiments.ranges.ema import ema_ranges, is_ema_header
from experiments.ranges.formats import RANGE_FORMATS, RangeFormat
from experiments.ranges.rows import Range, refused, rows_of
from experiments.ranges.salib import salib_ranges
from experiments.record.csv_lines import Cell

_NUMBER: Final = TypeAdapter[Quantity](Number)

#: Distributions that the model, whose numbers have limits, takes only with ends.
_WITHOUT_ENDS: Final = ("normal", "lognormal")

#: Share below which it is told as less than that.
_TOLD: Final = 0.001

#: Likeness from which on a path is offered in place of an unknown name, from 0 to 1.
_LIKE: Final = 0.4


@dataclass(frozen=True, slots=True)
class Imported:
    """A config that draws the numbers of a base from the ranges of a file.

    Attributes
    ----------
    config : Config
        The config, checked.
    content : bytes
        The same as YAML, which extends the base.
    ranges : tuple of (str, str)
        Path and distribution in words of every number that the file gives.
    notes : tuple of str
        What was not carried over, and what was taken to be meant.
    form : str
        What kind of file it was, in words.
    files : tuple of pathlib.Path
        The file of ranges, and those of the base.
    """

    config: Config
    content: bytes
    ranges: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    form: str
    files: tuple[Path, ...]


def imported(file: Path, base: str | Path, out: Path, form: RangeFormat | None = None) -> Imported:
    """Make the config that `out` is to hold.

    Parameters
    ----------
    file : pathlib.Path
        Bounds file of SALib, or parameter file of the EMA Workbench.
    base : str or pathlib.Path
        Config that is extended: a file, or the name of one that comes with winset.
    out : pathlib.Path
        File that is to hold it; it lies there relative to the base.
    form : str, optional
        ``salib`` or ``ema``; by default told by the header, which files of SALib do not have.

    Raises
    ------
    experiments.errors.ConfigError
        Naming file, row and cell of what cannot be read or carried over, is no number of the base, stands twice, or is
        a range that the number cannot have.
    """
    rows = rows_of(file)
    kind: RangeFormat = form or ("ema" if is_ema_header(rows[0]) else "salib")
    found = ema_ranges(rows) if kind == "ema" else salib_ranges(rows)
    path = config_file(base)
    before = config_of(path, ())
    entries = {entry.path: entry for entry in numbers(before)}
    paths, notes = _matched(found, [*entries])
    sourced = []
    for where, one in zip(paths, found, strict=True):
        cut, told = _inside_limits(one, entries[where])
        sourced.append({**cut, "source": f"{file.name}, line {one.name.place.line}"})
        notes += told
    name = _slug(out.stem)
    changes = [
        Change(f"{where}={json.dumps(number, ensure_ascii=False)}", f"{file}:{one.name.place.line}")
        for where, number, one in zip(paths, sourced, found, strict=True)
    ]
    tree: dict[str, Any] = {"extends": _extended(path, out), "name": name, "title": f"{before.title}; {file.name}"}
    for where, number in zip(paths, sourced, strict=True):
        lay(tree, where, number)
    config = config_of(path, [Change(f"name={json.dumps(name)}", "--out"), *changes])
    said = (*notes, *_said_of(found, kind))
    drawn = {entry.path: entry.number.text() for entry in numbers(config)}
    return Imported(
        config, as_yaml(tree, _heading(file, kind, said)), tuple((where, drawn[where]) for where in paths), said,
        RANGE_FORMATS[kind], (file, *files_of(path)),
    )  # fmt: skip


def _matched(found: Sequence[Range], known: Sequence[str]) -> tuple[list[str], list[str]]:
    """Path of each range by its name: a whole path, or the end of one path alone; and what was taken for what."""
    paths, notes, problems = list[str](), list[str](), list[Problem]()
    for one in found:
        name = one.name.text
        ends = [name] if name in known else [path for path in known if path.endswith(f".{name}")]
        if len(ends) != 1:
            problems.append(_unmatched(one.name, ends, known))
        elif ends[0] in paths:
            problems.append(Problem(one.name.place, printable(name), f"{ends[0]} stands here a second time"))
        else:
            paths.append(ends[0])
            notes += [] if ends[0] == name else [f"{name} is {ends[0]}"]
    if problems:
        raise ConfigError(problems)
    return paths, notes


def _inside_limits(one: Range, entry: Entry) -> tuple[dict[str, Any], list[str]]:
    """Distribution without ends, cut to what the model can take, and how much of it that leaves out, in words.

    What is wrong with it otherwise is said when the config is checked.

    Raises
    ------
    experiments.errors.ConfigError
        When nothing of it is left.
    """
    number = one.number
    if number["dist"] not in _WITHOUT_ENDS or entry.row is None:
        return number, []
    low, high = entry.row.limits()
    ends = {key: value for key, value in (("low", low), ("high", high)) if math.isfinite(value)}
    if number["dist"] == "lognormal" and low <= 0:
        del ends["low"]
    words = " or ".join(f"{'above' if key == 'high' else 'below'} {value:g}" for key, value in ends.items())
    try:
        _NUMBER.validate_python(number)
    except ValidationError:
        return number, []
    try:
        cut = _NUMBER.validate_python({**number, **ends})
    except ValidationError:
        raise refused(one.name, f"lies where the model takes nothing: {words}", entry.path) from None
    if not ends or not isinstance(cut, Truncated):
        return number, []
    return {**number, **ends}, [
        f"{entry.path} is cut to what the model can take: nothing {words}, which leaves out {_share(1 - cut.kept)} of "
        "its distribution"
    ]


def _share(left_out: float) -> str:
    return percent(left_out) if left_out >= _TOLD else f"less than {percent(_TOLD)}"


def _unmatched(name: Cell, ends: Sequence[str], known: Sequence[str]) -> Problem:
    if ends:
        return Problem(name.place, printable(name.text), f"may be {listed(ends, 'or', cut=False)}; give the whole path")
    nearest = _nearest(name.text, known)
    hint = f"; did you mean {nearest}?" if nearest else ""
    return Problem(name.place, printable(name.text), f"the config has no number of this name{hint}")


def _nearest(name: str, known: Sequence[str]) -> str:
    """Path that is most like a name, as a whole or by its last part; empty where none is like it at all."""
    words = {word: path for path in reversed(known) for word in (path.rpartition(".")[2], path)}
    close = difflib.get_close_matches(name, words, n=1, cutoff=_LIKE)
    return words[close[0]] if close else ""


def _said_of(found: Sequence[Range], kind: RangeFormat) -> Iterator[str]:
    notes = [note for one in found for note in one.notes]
    if kind == "salib" and notes:
        yield (
            f"{counted(len(notes), 'group')} not carried over, for winset looks at every number by itself: "
            f"{listed(notes)}"
        )
    elif notes:
        yield from notes


def _heading(file: Path, kind: RangeFormat, said: Sequence[str]) -> str:
    digest = checksum(file.read_bytes())
    lines = [f"Ranges from {file.name}, {RANGE_FORMATS[kind]} (SHA-256 {digest}), by winset import.", *said]
    return "\n".join(printable(line) for line in lines)


def _extended(base: Path, out: Path) -> str:
    """How the new file names the base: relative to itself where both lie below the working folder."""
    here, file, folder = (path.resolve() for path in (Path.cwd(), base, out.parent))
    if file.is_relative_to(here) and folder.is_relative_to(here):
        return Path(os.path.relpath(file, folder)).as_posix()
    return file.as_posix()


def _slug(stem: str) -> str:
    """Name of a config after its file."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", stem).strip("_-")[:60] or "imported"
