"""Play a chain: each case alone and after those before it, without each of them, and in other orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.config.changes import Changes, changes_of
from experiments.config.run_settings import seed_of
from experiments.errors import ConfigError, Problem, RunError, check_number, shown, suggestion
from experiments.lab.seats import refuse_uncompiled
from experiments.progress import Progress, listener
from experiments.questions.chain.members import Member, members_of
from experiments.questions.chain.orders import (
    RANDOM_ORDERS,
    Chain,
    Order,
    by_strength,
    chain_orders,
    stress_orders,
)
from experiments.questions.chain.result import (
    CASES_FILE,
    CONSTRAINTS_FILE,
    ORDERS_FILE,
    PLACES_FILE,
    REMOVED_FILE,
    ChainResult,
    KeptChain,
    read,
)
from experiments.questions.chain.spec import NARROWEST, WIDEST, ChainSpec, chain_from, read_chain
from experiments.questions.chain.tables import (
    CHAIN_ORDER,
    STRONGEST,
    TRIED,
    WEAKEST,
    cases_table,
    order_tables,
    removed_table,
)
from experiments.record.record import DatedRecord, record_of
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.story.constraints import count_constraints, together, worded

if TYPE_CHECKING:
    from experiments.store.place import Folder

#: Runs of each case and order, and most of them.
CHAIN_RUNS: Final = 200
_MOST_RUNS: Final = 100_000

#: Orders that are drawn where a case has no date.
CHAIN_ORDERS: Final = 10
_MOST_ORDERS: Final = 1_000

#: Time after the last forecast by which deals can count: talks of five years are no talks that this model has.
_LONGEST: Final = timedelta(days=1_826)


def chain(
    config: ChainSpec | Mapping[str, Any] | str | Path,
    runs: int = CHAIN_RUNS,
    seed: int | None = None,
    *,
    bandwidth: float | None = None,
    orders: int = CHAIN_ORDERS,
    stress: int = RANDOM_ORDERS,
    record: DatedRecord | str | Path | None = None,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> ChainResult:
    """Play cases one after the other, so that each sees the deals of those before it in the same run.

    Parameters
    ----------
    config : ChainSpec, mapping, str or pathlib.Path
        The chain: its file, or the bare name of one that comes with winset.
    runs : int
        Runs of each case and order.
    seed : int, optional
        Seed of every draw; that of the template of cases unless given.
    bandwidth : float, optional
        How far from a partner deals of others still count; that of the chain unless given.
    orders : int
        Orders that are drawn for the chain itself, where a case has no date.
    stress : int
        Random orders that are tried of more than six cases; of six or fewer all are. With 0 none is.
    record : DatedRecord, str or pathlib.Path, optional
        A record, or the folder of one; by default the one that comes with winset.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`; changes are made to the config of every case.

    Raises
    ------
    experiments.errors.ConfigError
        When the chain, a case or a change is wrong.
    experiments.errors.RunError
        When a number is out of its limits.
    """
    check_number("--runs", runs, 2, _MOST_RUNS)
    check_number("--orders", orders, 1, _MOST_ORDERS)
    check_number("--stress", stress, 0, _MOST_ORDERS)
    spec = spec_of(config, bandwidth)
    whole, progress = record_of(record), listener(progress)
    _check_cases(spec, whole)
    horizon = horizon_of(spec, whole)
    first = members_of(replace_cases(spec, spec.cases[:1]), whole, 1, 0, sets, horizon)[0].config
    chosen = seed_of(first, seed)
    members = members_of(spec, whole, runs, chosen, sets, horizon)
    for member in members:
        refuse_uncompiled(member.config)
    settings = {
        "chain": spec.model_dump(mode="json", include=set(KeptChain.model_fields)),
        "horizon": horizon.isoformat(),
        "runs": runs,
        "orders": orders,
        "stress": stress,
        "configs": [member.config.digest() for member in members],
        "sets": [change.text for change in changes_of(sets)],
        "record": whole.digest,
    }
    request = Request("chain", members[0].config, chosen, settings, pictures=partial(figures_in, "chain"))
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        played = Chain(members, spec.bandwidth, spec.reference != "none")
        _keep(directory, played, orders, stress, chosen, whole)
        directory.finish()
        return read(directory.finished())


def spec_of(config: ChainSpec | Mapping[str, Any] | str | Path, bandwidth: float | None = None) -> ChainSpec:
    """Chain of whatever names it, with another bandwidth if one is given.

    Raises
    ------
    experiments.errors.ConfigError, experiments.errors.RunError
        When the chain or the bandwidth is wrong.
    """
    if isinstance(config, str | Path):
        found = read_chain(config)
    else:
        found = config if isinstance(config, ChainSpec) else chain_from(config)
    if bandwidth is None:
        return found
    if not NARROWEST <= bandwidth <= WIDEST:
        raise RunError(f"--bandwidth is {bandwidth}; it must be a number from {NARROWEST:g} to {WIDEST:g}.")
    return found.model_copy(update={"bandwidth": float(bandwidth)})


def replace_cases(spec: ChainSpec, cases: tuple[str, ...]) -> ChainSpec:
    """Chain of other cases."""
    return spec.model_copy(update={"cases": cases})


def horizon_of(spec: ChainSpec, record: DatedRecord) -> date:
    """Day by which deals count: that of the chain, or the latest of the first horizons of its cases.

    Raises
    ------
    experiments.errors.ConfigError
        When neither the chain nor its cases give one, or it is not after the days of all forecasts, or too late.
    """
    facts = [record.case(case) for case in spec.cases]
    days = [spec.horizon] if spec.horizon is not None else [one.first_horizon for one in facts]
    horizon = max((day for day in days if day is not None), default=None)
    place = spec.place("horizon")
    if horizon is None:
        message = "give the day by which deals count; cases.csv has none for these cases"
        raise ConfigError([Problem(place, "horizon", message)])
    forecast = [(one.as_of, one.case) for one in facts if one.as_of is not None]
    if not forecast:
        return horizon
    last, case = max(forecast, key=itemgetter(0))
    latest = last + _LONGEST
    if not last < horizon <= latest:
        message = (
            f"must be after {last}, the day from which {case} is forecast, and by {latest} at the latest "
            f"(got {horizon})"
        )
        raise ConfigError([Problem(place, "horizon", message)])
    return horizon


def _check_cases(spec: ChainSpec, record: DatedRecord) -> None:
    """Refuse cases that the record does not have, each where it is named."""
    known = [one.case for one in record.cases]
    there = {name.casefold() for name in known}
    problems = [
        Problem(
            spec.place(f"cases.{number}"),
            f"cases.{number}",
            f"there is no such case in the record{suggestion(case, known, most=20)} (got {shown(case)})",
        )
        for number, case in enumerate(spec.cases)
        if case.casefold() not in there
    ]
    if problems:
        raise ConfigError(problems)


def _keep(directory: Directory, chain: Chain, orders: int, stress: int, seed: int, record: DatedRecord) -> None:
    own = chain_orders(chain.members, orders, seed)
    directory.keep(CASES_FILE, cases_table(chain, own, record.outcomes))
    directory.keep(CONSTRAINTS_FILE, together(_constraints(chain, own[0]), "case"))
    directory.keep(REMOVED_FILE, removed_table(chain, own))
    tried = _orders(chain.members, own[0], stress, seed)
    for name, table in zip((ORDERS_FILE, PLACES_FILE), order_tables(chain, tried), strict=True):
        directory.keep(name, table)


def _constraints(chain: Chain, order: Order) -> list[tuple[str, Any]]:
    found = []
    for place, played in chain.play(order):
        member = chain.members[place]
        counts = count_constraints(member.play_with_constraints(played.columns))
        found.append((member.name, worded(counts, member.config)))
    return found


def _orders(members: tuple[Member, ...], own: Order, stress: int, seed: int) -> dict[Order, str]:
    """Orders that are tried, the chain's own first, then by size; none of one case or where none is wanted."""
    if stress == 0 or len(members) == 1:
        return {}
    strength = by_strength(members)
    named = {own: CHAIN_ORDER, strength: STRONGEST, strength[::-1]: WEAKEST}
    found = dict.fromkeys((*named, *stress_orders(len(members), stress, seed)), TRIED)
    return found | {order: ", ".join(name for one, name in _names(own, strength) if one == order) for order in named}


def _names(own: Order, strength: Order) -> list[tuple[Order, str]]:
    return [(own, CHAIN_ORDER), (strength, STRONGEST), (strength[::-1], WEAKEST)]
