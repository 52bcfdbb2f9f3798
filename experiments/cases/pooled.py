"""Draws that cases share: the same shared parameters in all of them, everything else independent from case to case.

Weights of several cases are products only if what they do not share is independent: with the same noise in all cases,
a draw that fits one by luck would fit the others by the same luck. Each case therefore has streams of its own, keyed by
its name, for all numbers that are not shared and for the chances of the talks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from experiments.config.amounts import IN_ITS_UNIT, PER, SHARE_OF, amount_of
from experiments.config.changes import Change
from experiments.config.load import config_from
from experiments.config.numbers import numbers
from experiments.design.sampling import design_table
from experiments.errors import RunError
from sim.draws import stream_key, uniforms

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from sim.records import Floats

#: Seeds are below this.
_SEEDS: Final = 1 << 63

#: Draws in sequence whose numbers do not depend on how many there are.
_MONTE_CARLO: Final = "experiment.sampling=monte_carlo"


def case_seed(seed: int, case: str, repeat: int = 0) -> int:
    """Seed of what a case does not share with others, and of each repeat of it."""
    return stream_key(seed, f"case.{case}.{repeat}") % _SEEDS


def shared_probabilities(config: Config, paths: Sequence[str], seed: int, first: int, count: int) -> Floats:
    """Cumulative probabilities of the shared parameters, shape ``[draw, parameter]``: those of a design table.

    Parameters
    ----------
    config : Config
        Knows the stream of each parameter.
    paths : sequence of str
        Which parameters are shared.
    seed : int
        Seed that all cases share.
    first, count : int
        First draw, and number of draws.
    """
    streams = {entry.path: entry.stream for entry in numbers(config)}
    columns = [uniforms(seed, f"design.{streams[path]}", first, count)[:, 0] for path in paths]
    return np.stack(columns, axis=1) if columns else np.empty((count, 0))


def case_design(config: Config, shared: Mapping[str, Floats], seed: int, first: int, count: int) -> pd.DataFrame:
    """Design table of a case, for :meth:`experiments.engine.worlds.Worlds.at` with the same seed.

    Parameters
    ----------
    config : Config
        Config of the case, drawn by Monte Carlo.
    shared : mapping
        Cumulative probability of each shared parameter by path, shape ``[draw]``. All cases have the same one; their
        values are the same as well where priors are, and the same share of each case's amount where priors are shares.
    seed : int
        Seed of the case; see :func:`case_seed`.
    first, count : int
        Number of the first draw, and how many.

    Raises
    ------
    ValueError
        When a shared parameter is not drawn by the config.
    """
    design = design_table(config, count, seed, first)
    sampled = {entry.path: entry.number for entry in numbers(config) if entry.number.is_sampled}
    for path, probability in shared.items():
        if path not in sampled:
            raise ValueError(f"{config.name} does not draw {path}")
        design[path] = sampled[path].ppf(probability)
    return design


def with_priors_of(base: Config, config: Config, paths: Sequence[str]) -> Config:
    """Config of a case whose shared parameters have the priors of another one, as shares where they grow with size.

    Parameters
    ----------
    base : Config
        Whose priors count; it draws all of them.
    config : Config
        The case.
    paths : sequence of str
        Shared parameters.

    Raises
    ------
    experiments.errors.RunError
        When the case lacks one of them.
    """
    known = {entry.path for entry in numbers(config)}
    priors = {entry.path: entry.number for entry in numbers(base)}
    changes = [Change(_MONTE_CARLO, "--case")]
    for path in paths:
        if path not in known:
            raise RunError(
                f"--parameter {path}: {config.name} has no such number, and cannot share it with {base.name}."
            )
        prior: Any = priors[path].model_dump(mode="json", exclude_none=True)
        if path in SHARE_OF:
            amount = amount_of(base, SHARE_OF[path])
            prior = {key: _divided(value, amount) if key in IN_ITS_UNIT else value for key, value in prior.items()}
            prior[PER] = SHARE_OF[path]
        changes.append(Change(f"{path}={json.dumps(prior)}", f"--parameter {path}"))
    return config_from(config.resolved(), config.name, changes)


def _divided(value: Any, amount: float) -> Any:
    return [one / amount for one in value] if isinstance(value, list) else value / amount
