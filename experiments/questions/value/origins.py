"""Where the world and the package of a question come from: the medians of a config, one of its draws, or its talks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np

from experiments.config.load import AnyConfig, config_of
from experiments.config.regimes import days_since_start
from experiments.config.run_settings import seed_of
from experiments.design.records import build_records
from experiments.design.sampling import design_table
from experiments.engine.cases import build_case, cases, seat_agents, tactic_names
from experiments.errors import MAX_RUNS, RunError, check_number
from experiments.labels import counted, ends_how, inside, listed, partner_name, plain
from experiments.questions.value.priced_world import PricedWorld, WorldNames, row_of
from experiments.store.manifest import command_at
from experiments.store.places import place_of
from experiments.store.reading import finished_run, runs_of
from experiments.story.central import median_design
from sim.bargaining.calendar import regime_at
from sim.engine.model import NegotiationModel
from sim.issues import PARTNER, US

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from experiments.config.changes import Changes
    from experiments.config.model import Config
    from experiments.store.place import Folder
    from sim.engine.case import Case
    from sim.records import Floats

#: Packages of the talks: what was signed, and the last offer of each side.
At = Literal["deal", "us", "partner"]
AT: Final[tuple[At, ...]] = get_args(At)

#: Runs with a deal that a message lists.
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class ValueSubject:
    """What is asked about.

    Attributes
    ----------
    config : Config
        The scenario, with the number of runs of the experiment.
    seed : int
        Seed of every draw.
    folder : str or None
        Directory of the run that was named in place of a config.
    """

    config: Config
    seed: int
    folder: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A world with what the talks have made of it.

    Attributes
    ----------
    situation : PricedWorld
        The world.
    passed : float
        Days from the first round to its date.
    package : dict of str to float or None
        Value of every issue on the table, where the package is one of the talks.
    """

    situation: PricedWorld
    passed: float
    package: dict[str, float] | None


def subject_of(config: AnyConfig, seed: int | None, sets: Changes) -> ValueSubject:
    """Read a config, or the directory of a finished run, which has one.

    Raises
    ------
    experiments.errors.RunError
        When a directory is of another question, unfinished or damaged, or when it is to be changed.
    """
    if not isinstance(config, str | Path) or not _is_finished(config):
        loaded = config_of(config, sets)
        return ValueSubject(loaded, seed_of(loaded, seed), None)
    found = finished_run(config)
    for option, given in (("--set", bool(sets)), ("--seed", seed is not None)):
        if given:
            raise RunError(
                f"{option}: {config} was played with a config and a seed of its own; name the config in its place, "
                "and the package with --package."
            )
    found.need_own_tactics()
    plan = found.config.experiment.model_copy(update={"runs": found.manifest.settings["runs"]})
    return ValueSubject(found.config.model_copy(update={"experiment": plan}), found.seed, str(config))


def _is_finished(named: Folder) -> bool:
    """Whether a name is that of a directory which a question has filled, at an address too; a file is a config."""
    name = str(named)
    is_folder = not Path(name).suffix if "://" in name else Path(name).is_dir()
    return is_folder and bool(command_at(place_of(named)))


def central(subject: ValueSubject, on: date | None) -> Found:
    """World with every uncertain number at its median; what may or may not happen is that of run 0."""
    config, seed = subject.config, subject.seed
    return _of_case(config, next(cases(config, build_records(config, median_design(config), seed), seed)), on)


def drawn(subject: ValueSubject, run: int, on: date | None) -> Found:
    """World of one draw."""
    check_number("--run", run, 0, MAX_RUNS - 1)
    return _of_case(subject.config, build_case(subject.config, subject.seed, run), on)


def _of_case(config: Config, case: Case, on: date | None) -> Found:
    passed = first_full_day(case) if on is None else days_passed(config, on)
    regime = regime_at(np.ascontiguousarray(case.regimes["regime_start_day"]), 0, passed)
    names = WorldNames(case.issue_names, case.firm_names, case.maker_names)
    day = case.date_of(passed)
    world = PricedWorld.on(row_of(case.regimes, regime), case.firms, case.makers, names, case.run, day, passed)
    return Found(world, passed, None)


def first_full_day(case: Case) -> float:
    """Day of the first round with the most issues on the table, in days from the first round."""
    fullest = int(case.regimes["issue_tabled"].sum(axis=1).argmax())
    interval = float(case.regimes["round_interval"][0])
    return float(math.ceil(float(case.regimes["regime_start_day"][fullest]) / interval) * interval)


def days_passed(config: Config, on: date) -> float:
    """Days from the first round to a date within the talks.

    Raises
    ------
    experiments.errors.RunError
        When they do not last so long, or have not begun.
    """
    calendar = config.calendar
    passed = days_since_start(config, on)
    longest = calendar.days_between_rounds * (calendar.round_limit - 1)
    if not 0.0 <= passed <= longest:
        raise RunError(
            f"--on {on}: the talks of {config.name} begin on {calendar.start} and last {longest:g} days at most."
        )
    return passed


def played(subject: ValueSubject, run: int, at: str) -> Found:
    """World of the last round of a negotiation, and the package that it signed or that a side offered last.

    Raises
    ------
    experiments.errors.RunError
        When it has no such package, or does not come out as the directory says.
    """
    config, runs = subject.config, None if subject.folder is None else runs_of(finished_run(subject.folder))
    most = MAX_RUNS if runs is None else len(runs)
    check_number("--run", run, 0, most - 1)
    model = NegotiationModel(
        build_case(config, subject.seed, run), seat_agents(tactic_names(config)), collect=False, rng=subject.seed
    )
    while model.running:
        model.step()
    if runs is not None:
        _check_same(model, runs, run, str(subject.folder))
    case = model.case
    names = WorldNames(case.issue_names, case.firm_names, case.maker_names)
    world = PricedWorld.on(model.p, case.firms, case.makers, names, run, model.date, model.day)
    package = _package(model, run, at, runs)
    if not world.can_deliver(package):
        raise RunError(f"--at {at}: what run {run} has there of chips could no longer be delivered on {model.date}.")
    return Found(world, model.day, {case.issue_names[i]: float(package[i]) for i in case.tabled(model.p)})


def _check_same(model: NegotiationModel, runs: pd.DataFrame, run: int, folder: str) -> None:
    row = runs[runs["run"] == run].iloc[0]
    if (str(model.outcome), str(model.reason)) != (row["outcome"], row["reason"]):
        raise RunError(
            f"--run {run}: in {folder} it ended {ends_how(row['outcome'])}, and played again it ends "
            f"{ends_how(str(model.outcome))}; the directory is of another version of winset."
        )


def _package(model: NegotiationModel, run: int, at: str, runs: pd.DataFrame | None) -> Floats:
    if at == "deal":
        if model.deal is None:
            raise RunError(
                f"--at deal: run {run} ended {ends_how(str(model.outcome))} on {model.date} "
                f"({inside(plain(str(model.reason)))}), and there is no deal to value{_others(runs)}; "
                "--at us and --at partner take the last offers."
            )
        return model.deal.package
    side = {"us": US, "partner": PARTNER}[at]
    seat = model.governments[side].seat
    if seat.tabled == 0:
        who = partner_name() if side == PARTNER else "the US"
        raise RunError(f"--at {at}: in run {run} {who} tabled nothing before the talks ended on {model.date}.")
    package: Floats = np.array(seat.package, dtype=np.float64)
    return package


def _others(runs: pd.DataFrame | None) -> str:
    """Clause that names runs with a deal, where the directory knows them."""
    if runs is None:
        return ""
    dealt = [int(run) for run in runs.loc[runs["outcome"] == "agreement", "run"]]
    if not dealt:
        return f", as in none of its {counted(len(runs), 'run')}"
    return f" (runs with one: {listed([str(run) for run in dealt[:_LISTED]], cut=False)})"


def draw_worlds(subject: ValueSubject, count: int, passed: float) -> Iterator[PricedWorld]:
    """Worlds of the first draws of a config, each on the same day; of what came of the talks they know nothing."""
    config, seed = subject.config, subject.seed
    design = design_table(config, count, seed, 0, max(count, config.experiment.runs))
    batch = build_records(config, design, seed)
    names = WorldNames(batch.issues, batch.firm_names, batch.maker_names)
    regime = regime_at(batch.regime_days, 0, passed)
    day = config.calendar.start + timedelta(days=passed)
    for place, run in enumerate(batch.runs):
        p = row_of(batch.parameters[place], regime)
        yield PricedWorld.on(p, batch.firms[place], batch.makers[place], names, int(run), day, passed)
