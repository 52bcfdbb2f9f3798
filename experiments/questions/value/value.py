"""From a config, or a finished run, and a package to what it is worth, in its directory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from experiments.config.changes import Changes
from experiments.config.load import AnyConfig
from experiments.errors import RunError, check_choice, check_number, date_given
from experiments.progress import Progress, listener
from experiments.questions.value.accounts import Books
from experiments.questions.value.curves import CURVES, indifference_curves
from experiments.questions.value.marginal import EQUIVALENTS, MARGINAL, equivalents, marginal_values
from experiments.questions.value.origins import AT, Found, ValueSubject, central, draw_worlds, drawn, played, subject_of
from experiments.questions.value.package import (
    amount_of,
    filled,
    natural_unit,
    pair_of,
    parse_amount,
    parse_pair,
    parse_values,
    unit_amounts,
)
from experiments.questions.value.result import DRAWS, PACKAGE, ValueResult, read
from experiments.questions.value.terms import TERM_COLUMNS, terms
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.tables import table_file

if TYPE_CHECKING:
    import pandas as pd

    from experiments.store.place import Folder

#: Draws over which equivalents are told unless another number is asked for, and the most that can be.
USUAL_DRAWS: Final = 300
MOST_DRAWS: Final = 100_000


def value(
    config: AnyConfig,
    package: Mapping[str, float] | str | Sequence[str] | None = None,
    seed: int | None = None,
    *,
    run: int | None = None,
    at: str | None = None,
    on: date | str | None = None,
    between: Sequence[str] | str | None = None,
    amount: Mapping[str, float] | str | None = None,
    draws: int = USUAL_DRAWS,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> ValueResult:
    """Say what a package is worth to every agent, and what one issue is worth in terms of another.

    Every payoff is told twice: as the governments of the talks count it, and in plain economics, which is the same
    rules with every political weight 1, no headlines and one belief on the fund.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated, or the directory of a finished run, whose config, seed and runs are taken.
    package : mapping or str, optional
        Value of issues on the table, each a level of its grid; as text ``issue=value,issue=value``. An issue that is
        not named is at its status quo: tariffs at the rate in force, all else at nothing.
    seed : int, optional
        Seed of the draws; by default that of the config.
    run : int, optional
        Draw of the config in whose world the package is valued; by default every uncertain number is at its median.
    at : str, optional
        In place of a package, one of the negotiation `run` (by default 0): ``deal``, what was signed, or ``us`` or
        ``partner``, what that side offered last. The world is then that of the last day of these talks.
    on : datetime.date or str, optional
        Day on which the package is valued; by default that of the first round with the most issues on the table.
    between : sequence of str or str, optional
        The two issues of the picture, as text ``issue,issue``; all is told in terms of the second. By default chip
        purchases and the car tariff.
    amount : mapping or str, optional
        Amount of one issue, by its name, that a move of each other issue is to make up for; as text ``issue=amount``.
        By default half of the range of the first issue of `between`.
    draws : int
        Draws of the config over which that is worked out again; none for 0.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When the config or an option is wrong, the run has no deal, or a package cannot be delivered.
    """
    subject, say = subject_of(config, seed, sets), listener(progress).say
    check_number("--draws", draws, 0, MOST_DRAWS)
    day = None if on is None else date_given("--on", on)
    given = None if package is None else _values(package)
    found = _world(subject, given, run, at, day)
    situation = found.situation
    if found.package is None:
        values, sources = filled(subject.config, situation, given or {})
    else:
        values, sources = found.package, dict.fromkeys(found.package, str(at))
    pair = pair_of(subject.config, situation, None if between is None else parse_pair(between))
    wanted = None if amount is None else parse_amount(amount)
    issue, size = amount_of(subject.config, situation, values, pair, wanted)
    settings = {
        "run": None if run is None and at is None else int(run or 0),
        "at": at,
        "on": None if day is None else str(day),
        "package": given,
        "between": list(pair),
        "amount": [issue, size],
        "draws": int(draws),
    }
    request = Request(
        "value", subject.config, subject.seed, settings, libraries=("scipy",), pictures=partial(figures_in, "value")
    )
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=say) as directory:
        for name, table in _tables(subject, found, values, sources, pair, (issue, size), draws).items():
            directory.keep(table_file(name), table)
        directory.finish(date=str(situation.day), crosses=situation.crossed(situation.package(values)))
        return read(directory.finished())


def _values(package: Mapping[str, float] | str | Sequence[str]) -> dict[str, float]:
    if isinstance(package, Mapping):
        return {str(name): float(number) for name, number in package.items()}
    return parse_values("--package", [package] if isinstance(package, str) else package)


def _world(
    subject: ValueSubject, given: Mapping[str, float] | None, run: int | None, at: str | None, on: date | None
) -> Found:
    if at is None:
        return central(subject, on) if run is None else drawn(subject, run, on)
    check_choice("--at", at, AT)
    if given is not None:
        raise RunError(f"--at {at} takes the package from the talks, and --package names one; give one of them.")
    if on is not None:
        raise RunError(f"--on {on}: --at {at} values the package on the last day of its talks.")
    return played(subject, 0 if run is None else run, at)


def _tables(
    subject: ValueSubject,
    found: Found,
    values: dict[str, float],
    sources: dict[str, str],
    pair: tuple[str, str],
    amount: tuple[str, float],
    count: int,
) -> dict[str, pd.DataFrame]:
    """Tables of the answer by the names of their files."""
    config, situation = subject.config, found.situation
    books, grids = Books.of(situation), situation.grids()
    units = {issue: natural_unit(config, issue) for issue in grids}
    packages = [(name, values[name], sources[name], *grid.ends, len(grid.values)) for name, grid in grids.items()]
    ones = unit_amounts(config, situation, values)
    others = _without(grids, amount[0])
    rows = [
        row for issue, one in ones.items() for row in equivalents(books, values, issue, one, _without(grids, issue))
    ]
    return {
        "package": _frame(PACKAGE, packages),
        "terms": _frame(TERM_COLUMNS, terms(books, situation.package(values))),
        "marginal": _frame(MARGINAL, marginal_values(books, values, units)),
        "units": _frame(EQUIVALENTS, rows),
        "equivalents": _frame(EQUIVALENTS, equivalents(books, values, *amount, others)),
        "curves": _frame(CURVES, indifference_curves(books, values, *pair)),
        "draws": _frame(DRAWS, _draws(subject, found, values, amount, others, count)),
    }


def _without(names: Mapping[str, Any], one: str) -> list[str]:
    return [name for name in names if name != one]


def _draws(
    subject: ValueSubject,
    found: Found,
    values: dict[str, float],
    amount: tuple[str, float],
    others: Sequence[str],
    count: int,
) -> Iterator[tuple[object, ...]]:
    """What makes up for the amount in every draw."""
    if count == 0:
        return
    for situation in draw_worlds(subject, count, found.passed):
        for row in equivalents(Books.of(situation), values, *amount, others):
            yield situation.run, *row[2:-1]


def _frame(columns: Sequence[str], rows: Any) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(list(rows), columns=[*columns])
