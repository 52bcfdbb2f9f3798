"""From records to models: the cases of a batch, and a Mesa model straight from a config by keyword arguments."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from agents.chip_maker import ChipMaker
from agents.data_center_firm import DataCenterFirm
from agents.government import Government
from agents.partner_government import PartnerGovernment
from agents.tactics.registry import TACTICS
from agents.us_treasury import USTreasury
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.design.draws import talk_draws
from experiments.design.records import Batch, build_records
from experiments.design.sampling import design_table
from experiments.errors import SEEDS, RunError, check_number
from sim.engine.case import NO_DRAW, Case, Draws
from sim.engine.cast import Cast
from sim.engine.model import NegotiationModel
from sim.issues import MAX_ISSUES, PARTNER, SIDES, US
from sim.records import MAX_ROUNDS


def _happened(batch: Batch, row: int, regime: int) -> tuple[str, ...]:
    return tuple(name for name in batch.regime_events[regime] if batch.happened[name][row])


def cases(config: Config, batch: Batch, seed: int) -> Iterator[Case]:
    """Yield the negotiations of a batch, one by one.

    The runs of the batch must be consecutive.
    """
    draws = talk_draws(config, batch, seed)
    undrawn = np.full((len(SIDES), MAX_ROUNDS), NO_DRAW)
    names = batch.issues + ("",) * (MAX_ISSUES - len(batch.issues))
    for row in range(len(batch.runs)):
        beliefs = [batch.beliefs[row, :, side] if batch.noisy[side] else None for side in range(len(SIDES))]
        yield Case(
            run=int(batch.runs[row]),
            start=config.calendar.start,
            regimes=batch.parameters[row],
            beliefs=(beliefs[0], beliefs[1]),
            firms=batch.firms[row],
            makers=batch.makers[row],
            firm_names=batch.firm_names,
            maker_names=batch.maker_names,
            issue_names=names,
            event_names=tuple(_happened(batch, row, regime) for regime in range(batch.regime_count)),
            draws=Draws(
                float(draws.movers[row]),
                float(draws.coins[row]),
                draws.executions[row],
                draws.tactics[row] if len(draws.tactics) else undrawn,
            ),
        )


def seat_agents(
    tactics: tuple[str, str], others: Mapping[int, Callable[[NegotiationModel], Government]] | None = None
) -> Callable[[NegotiationModel], Cast]:
    """Make the function that seats all agents of a negotiation: both governments, the firms and the chip makers.

    Parameters
    ----------
    tactics : tuple of str
        Names of the tactics of the US and of the partner.
    others : mapping, optional
        By side, what makes a government that somebody else than its tactic decides for.
    """

    def government(model: NegotiationModel, side: int) -> Government:
        if others is not None and side in others:
            return others[side](model)
        return (USTreasury, PartnerGovernment)[side](model, TACTICS[tactics[side]])

    def seat(model: NegotiationModel) -> Cast:
        return Cast(
            us=government(model, US),
            partner=government(model, PARTNER),
            firms=[DataCenterFirm(model, i) for i in range(len(model.case.firms))],
            makers=[ChipMaker(model, j) for j in range(len(model.case.makers))],
        )

    return seat


def build_case(config: Config, seed: int, run: int) -> Case:
    """Resolve one run of an experiment to its case."""
    design = design_table(config, 1, seed, run)
    return next(cases(config, build_records(config, design, seed), seed))


def tactic_names(config: Config) -> tuple[str, str]:
    """Names of the tactics of the US Treasury and of the partner's government."""
    return config.tactics.us_treasury.name, config.tactics.partner.name


class ConfiguredNegotiation(NegotiationModel):
    """A negotiation made from a config with keyword arguments only, for Mesa's own tools.

    It adds nothing to :class:`sim.engine.model.NegotiationModel` but this way to make one, so that ``mesa.batch_run``,
    a ``DataCollector`` and ``SolaraViz`` can be pointed at it.

    All draws follow from `run` and the seed. In ``mesa.batch_run``, ``run=range(n)`` therefore gives `n` different
    negotiations, while iterations repeat the same one.

    Parameters
    ----------
    config : Config or path
        A loaded config, or a path to one.
    run : int
        Run of the experiment to play: it decides the sampled numbers and all draws.
    rng : int or numpy.random.Generator, optional
        Seed of the experiment, or a generator that one is drawn from; that of the config if not given.
    seed : int, optional
        Another name of `rng`; only one of the two can be given.
    collect : bool
        Whether to collect model variables and positions.
    **kwargs
        Values by path, as for ``--set``: ``{"us_treasury.consumer_weight": 0.4}``.

    Raises
    ------
    experiments.errors.ConfigError
        When the config or an override is wrong.
    experiments.errors.RunError
        When both `rng` and `seed` are given, or the seed is out of range.
    """

    def __init__(
        self,
        *,
        config: Config | str | Path,
        run: int = 0,
        rng: int | np.random.Generator | None = None,
        seed: int | None = None,
        collect: bool = True,
        **kwargs: Any,
    ) -> None:
        sets = tuple(f"{path}={value}" for path, value in kwargs.items())
        if not isinstance(config, Config):
            resolved = load_config(config, sets)
        elif sets:
            resolved = config_from(config.resolved(), config.name, sets)
        else:
            resolved = config
        chosen = _chosen_seed(resolved, rng, seed)
        case = build_case(resolved, chosen, run)
        super().__init__(case, seat_agents(tactic_names(resolved)), collect=collect, rng=chosen)


def _chosen_seed(config: Config, rng: int | np.random.Generator | None, seed: int | None) -> int:
    if rng is not None and seed is not None:
        raise RunError("rng and seed are two names of one number; give only one of them.")
    given = seed if rng is None else rng
    if isinstance(given, np.random.Generator):
        return int(given.integers(2**63, dtype=np.int64))
    chosen = config.experiment.seed if given is None else operator.index(given)
    check_number("seed", chosen, *SEEDS)
    return chosen
