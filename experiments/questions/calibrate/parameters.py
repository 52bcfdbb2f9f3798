"""Parameters that are calibrated: which, and from what prior; everything else that a config draws is a nuisance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.amounts import SHARE_OF, amount_of
from experiments.config.changes import Change
from experiments.config.load import config_from
from experiments.config.numbers import Entry, numbers
from experiments.errors import RunError, ended, suggestion
from experiments.labels import listed

if TYPE_CHECKING:
    from experiments.config.model import Config
    from sim.records import Floats

#: Parameters that are calibrated unless others are named: those on which the claims of the model rest.
DEFAULT: Final = (
    "walk_away.execution_probability",
    "walk_away.court_survival",
    "us_treasury.reference_loss",
    "partner.reference_loss",
    "us_treasury.fund_equity_belief",
    "us_treasury.fund_headline_weight",
    "tactics.us_treasury.beta",
    "tactics.partner.beta",
    "partner.ratification_margin",
    "partner.audience_cost",
)

_OPTION: Final = "--parameter"

#: Probabilities at which a prior is looked at: midpoints of as many parts.
_PARTS: Final = 4_096


def chosen_paths(config: Config, named: Sequence[str]) -> tuple[str, ...]:
    """Paths that are calibrated: those named, or those of the default that the config draws or that have a range.

    Raises
    ------
    experiments.errors.RunError
        When one is none that can be calibrated.
    """
    known = {entry.path: entry for entry in numbers(config)}
    if not named:
        found = tuple(path for path in DEFAULT if path in known and _has_prior(known[path]))
        if not found:
            raise RunError(f"{config.name} draws none of the usual parameters; name one with {_OPTION}.")
        return found
    for place, path in enumerate(named):
        if path not in known:
            raise RunError(ended(f"{_OPTION} {path}: {config.name} has no such number{suggestion(path, known)}"))
        if path in named[:place]:
            raise RunError(f"{_OPTION} {path} is given twice.")
    return tuple(named)


def with_priors(config: Config, paths: Sequence[str]) -> Config:
    """Config in which every one of these is drawn, one draw after the other, so that no draw depends on how many.

    A number that the config fixes is drawn evenly from the plausible range of the parameter table.

    Raises
    ------
    experiments.errors.RunError
        When a number has no range, or moves with another one.
    """
    known = {entry.path: entry for entry in numbers(config)}
    if config.posterior is not None:
        raise RunError(f"{config.name} draws numbers from a posterior already; calibrate the config that it came from.")
    tied = {path for pair in config.correlations for path in pair.between}
    if moved := [path for path in paths if path in tied]:
        raise RunError(
            f"{_OPTION} {moved[0]}: it is correlated with another number of {config.name}, and a prior that is "
            "calibrated stands alone; calibrate without: --set correlations=[]."
        )
    changes = [Change("experiment.sampling=monte_carlo", _OPTION)]
    changes += [_evenly(known[path]) for path in paths if not known[path].number.is_sampled]
    return config_from(config.resolved(), config.name, changes)


def _has_prior(entry: Entry) -> bool:
    return entry.number.is_sampled or (entry.row is not None and entry.row.low < entry.row.high)


def _evenly(entry: Entry) -> Change:
    row = entry.row
    if row is None or not _has_prior(entry):
        raise RunError(
            f"{_OPTION} {entry.path}: it is a fixed number without a plausible range; give it a distribution, such as "
            f"--set '{entry.path}={{dist: uniform, low: 0.1, high: 1}}'."
        )
    if row.unit == "flag":
        raise RunError(f"{_OPTION} {entry.path}: it is a switch; compare its two positions by --set.")
    prior = {
        "dist": "uniform", "low": row.low, "high": row.high, "source": f"plausible range; value: {row.source}",
        "known_by": row.known_by.isoformat(),
    }  # fmt: skip
    return Change(f"{entry.path}={json.dumps(prior)}", f"{_OPTION} {entry.path}")


def values_at(config: Config, paths: Sequence[str], probabilities: Floats) -> Floats:
    """Values of parameters at cumulative probabilities, both of shape ``[draw, parameter]``, in their own units."""
    known = {entry.path: entry.number for entry in numbers(config)}
    columns = [known[path].ppf(probabilities[:, place]) for place, path in enumerate(paths)]
    return np.stack(columns, axis=1)


def prior_values(config: Config, paths: Sequence[str]) -> Floats:
    """Values of each prior at evenly spaced probabilities, shape ``[part, parameter]``."""
    even = np.repeat(((np.arange(_PARTS) + 0.5) / _PARTS)[:, np.newaxis], len(paths), axis=1)
    return values_at(config, paths, even)


def shares_of(config: Config, paths: Sequence[str], values: Floats) -> Floats:
    """Values as a table of weights has them: of money that grows with the partner the share of its amount."""
    amounts = [amount_of(config, SHARE_OF[path]) if path in SHARE_OF else 1.0 for path in paths]
    found: Floats = values / np.array(amounts)
    return found


def nuisances(config: Config, paths: Sequence[str]) -> tuple[str, ...]:
    """Numbers that the config draws and that are not calibrated."""
    return tuple(entry.path for entry in numbers(config) if entry.number.is_sampled and entry.path not in paths)


def named(paths: Sequence[str]) -> str:
    """Paths in a sentence."""
    return listed(paths, cut=False)
