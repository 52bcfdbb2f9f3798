"""Variants of a forecast: the config of a case with nothing fitted, and under tables of weights."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from experiments.cases.cases import case_config
from experiments.cases.known import KnownCase
from experiments.config.changes import Changes
from experiments.config.weights import OPTION, WeightTable, read_weights, under_posterior
from experiments.errors import RunError, given_with

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.record.record import DatedRecord

#: Variant to which nothing is fitted.
PRIOR: Final = "prior"

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant of a forecast.

    Attributes
    ----------
    name : str
        ``prior``, or that of a table of weights.
    config : Config
        Talks of the case.
    fitted_through : datetime.date or None
        Last day of the record that its numbers were fitted to; None where nothing was.
    fitted_to : tuple of str
        Cases of the record that they were fitted to.
    table : WeightTable or None
        Its table of weights; None where nothing was fitted.
    """

    name: str
    config: Config
    fitted_through: date | None = None
    fitted_to: tuple[str, ...] = ()
    table: WeightTable | None = None

    @property
    def digest(self) -> str:
        """Digest of the table of weights; empty where there is none."""
        return "" if self.table is None else self.table.digest

    @property
    def effective(self) -> float | None:
        """Effective number of its draws."""
        return None if self.table is None else self.table.effective


def parse_weights(options: Sequence[str]) -> dict[str, Path]:
    """Read tables of weights ``[NAME=]FILE``; without a name a table is called as its file.

    Raises
    ------
    experiments.errors.RunError
        When a name is none, or is used twice.
    """
    found: dict[str, Path] = {}
    for option in options:
        name, equals, file = option.partition("=")
        path = Path(file if equals else option)
        name = name if equals else path.stem
        check_name(name, option)
        if not path.exists():
            raise RunError(f"{OPTION} {option}: there is no file {path}.")
        if name in found:
            raise RunError(f"{OPTION} {option}: two variants are called {name}; name them with {OPTION} NAME=FILE.")
        found[name] = path
    return found


def check_name(name: str, option: str) -> None:
    """Refuse what is no name of a variant, or that of the one without weights."""
    if not _NAME.fullmatch(name) or name == PRIOR:
        raise RunError(
            f"{OPTION} {option}: {name or 'nothing'} is no name of a variant; write {OPTION} NAME=FILE with a name of "
            f"small letters, digits and _ that is not {PRIOR}."
        )


def variants_of(
    case: str,
    record: DatedRecord,
    weights: Mapping[str, str | Path | WeightTable],
    *,
    as_of: date | None = None,
    sets: Changes = (),
) -> tuple[Variant, ...]:
    """The variant with nothing fitted, and one for each table of weights.

    A variant that is fitted to later deals knows them as the pattern, too, as far as they were signed before the case's
    own.
    """
    found = [Variant(PRIOR, case_config(case, as_of=as_of, record=record, sets=sets))]
    for name, source in weights.items():
        table = _table(source)
        through = table.fitted.fitted_through
        config = case_config(case, as_of=as_of, record=record, sets=sets, deals_through=through)
        fitted = under_posterior(config, table, f"{OPTION} {name}", partly=True, sets=sets)
        found.append(Variant(name, fitted, through, table.fitted.cases, table))
    return tuple(found)


def _table(source: str | Path | WeightTable) -> WeightTable:
    if isinstance(source, WeightTable):
        return source
    with given_with(OPTION, source):
        return read_weights(Path(source))


def known_of(case: str, record: DatedRecord, as_of: date | None) -> KnownCase:
    """The case on the day of its forecast.

    Raises
    ------
    experiments.errors.ConfigError
        When there is no such case, or its row lacks what a forecast needs.
    experiments.errors.RunError
        When its own deal is there on that day, so that there is nothing to forecast.
    """
    known = KnownCase.on(record, case, as_of)
    own = next((one for one in record.outcomes if one.case == known.name), None)
    # From its announcement on, also where the terms were known only on the next day.
    if own is not None and own.deal_date <= known.day:
        raise RunError(
            f"--as-of {known.day}: {known.name}'s deal has been known since {own.deal_date}; choose an earlier day."
        )
    return known
