"""What is to be explained about talks: whether they end in a deal, how else, when, how far apart, and for what gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.agenda_checks import all_entries
from experiments.config.explain import further_units
from experiments.labels import AGREEMENT, SIDE_LABELS, ends_how, inside, plain, unit_of
from experiments.store.columns import BINDS
from sim.issues import SIDES
from sim.records import Floats

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from experiments.config.model import Config

DEAL: Final = "deal"
GAP: Final = "gap"


def is_counted(output: str) -> bool:
    """Whether an output says of a world that something happens or not."""
    return output == DEAL or output.startswith(("outcome.", "reason."))


@dataclass(frozen=True, slots=True, eq=False)
class Output:
    """One quantity to be explained.

    Attributes
    ----------
    name, label, unit : str
        Name in tables, words for the reader, and unit.
    values : array, shape [point]
        NaN where the quantity is not defined.
    defined : str
        Where it is defined, in words; empty where it always is.
    sits_on : pandas.Series or None
        Of an issue, the constraint that it sits on in each deal.
    """

    name: str
    label: str
    unit: str
    values: Floats
    defined: str = ""
    sits_on: pd.Series | None = None

    @property
    def known(self) -> Floats:
        """Values where the quantity is defined."""
        return self.values[~np.isnan(self.values)]

    @property
    def is_constant(self) -> bool:
        """Whether there is nothing to be explained: fewer than two different values."""
        known = self.known
        return known.size == 0 or bool(np.ptp(known) == 0.0)


def talk_outputs(config: Config, table: pa.Table) -> tuple[Output, ...]:
    """Quantities of a table of talks, the main one first.

    A payoff over walking away is defined for every run, a package only for a deal. The gap between the last positions
    is that of the mean issue as a share of its range; it is 0 after a deal and not defined before both have tabled.
    """
    outcomes = np.asarray(table.column("outcome").to_pylist())
    reasons = np.asarray(table.column("reason").to_pylist())
    deal = outcomes == AGREEMENT
    found = [Output(DEAL, "Deal or no deal", "", deal.astype(np.float64))]
    for kind in sorted(set(outcomes) - {AGREEMENT}):
        label = f"Talks end {ends_how(kind)}"
        found.append(Output(f"outcome.{kind}", label, "", (outcomes == kind).astype(np.float64)))
    for reason in sorted(set(reasons[~deal])):
        label = f"No deal: {inside(plain(reason))}"
        found.append(Output(f"reason.{reason}", label, "", ((reasons == reason) & ~deal).astype(np.float64)))
    rounds = np.asarray(table.column("round").to_numpy(), dtype=np.float64)
    found += [Output("round", "Last round", "rounds", rounds), _gap(config, table, deal)]
    for side in SIDES:
        label = f"Gain of {SIDE_LABELS[side]}"
        found.append(Output(f"gain.{side}", label, "US$ bn a year", _numbers(table, f"gain.{side}")))
    units = further_units(config)
    for issue in _issues(config):
        values = _numbers(table, issue)
        sits_on = table.column(f"{BINDS}{issue}").to_pandas()
        label = f"{plain(issue)} in a deal"
        found.append(Output(issue, label, unit_of(issue, units), values, "with a deal", sits_on))
    return tuple(found)


def _gap(config: Config, table: pa.Table, deal: np.ndarray) -> Output:
    shares = []
    for issue, span in _issues(config).items():
        distance = np.abs(_numbers(table, f"us.{issue}") - _numbers(table, f"partner.{issue}"))
        # An issue that never came to the table has no positions and keeps nobody apart.
        shares.append(np.where(_tabled(table, issue), distance / span, np.nan))
    stacked = np.stack(shares)
    there = ~np.isnan(stacked)
    total = np.where(there, stacked, 0.0).sum(axis=0)
    mean = np.divide(total, there.sum(axis=0), out=np.full(len(deal), np.nan), where=there.any(axis=0))
    values = np.where(deal, 0.0, mean)
    return Output(GAP, "Gap between the last positions", "share", values, "once both sides have tabled")


def _tabled(table: pa.Table, issue: str) -> np.ndarray:
    return ~(np.isnan(_numbers(table, f"us.{issue}")) | np.isnan(_numbers(table, f"partner.{issue}")))


def _issues(config: Config) -> dict[str, float]:
    """Width of the range of every issue that can come to the table."""
    return {name: entry.high - entry.low for _, name, entry in all_entries(config)}


def _numbers(table: pa.Table, name: str) -> Floats:
    return np.asarray(table.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)
