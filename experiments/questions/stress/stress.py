"""The stress test of one tactic: search, map, confirm, write down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

from experiments.config.changes import Changes
from experiments.config.load import AnyConfig, config_of
from experiments.config.own_tactics import registered_sources
from experiments.config.run_settings import seed_of
from experiments.engine.worlds import Seated
from experiments.errors import RunError, check_choice, check_number, check_whole, ended, suggestion
from experiments.lab.arena import Arena
from experiments.lab.measures import AIMS, AimName, aims_of
from experiments.lab.seats import check_config_compiles, families, seated, side_index
from experiments.lab.space import Against, Space, space_of
from experiments.labels import counted
from experiments.progress import listener
from experiments.questions.stress.cases import write_cases
from experiments.questions.stress.failures import MAP, StressOptions, distinct, map_table
from experiments.questions.stress.findings import confirm
from experiments.questions.stress.result import StressResult, read
from experiments.questions.stress.search import LEAST_POPULATION, MISSING_RIBS, fill_map, has_ribs, worst_case
from experiments.questions.stress.search_state import SearchState
from experiments.report.result import figures_in
from experiments.store.batches import Batches
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.store.place import Folder

#: Negotiations of a search unless the user says otherwise.
BUDGET: Final = 400_000

#: Least budget of any search, however few points its options need, and the most.
BUDGETS: Final = (1_000, 10**9)

#: Draws of chance that every point of the search meets, and fresh ones that confirm a failure.
DRAWS: Final = 8
FRESH: Final = 64

#: Failures of each aim that are written as configs.
CASES: Final = 3

#: Part of the budget that goes to regret beside other aims: one of its points costs a negotiation for every family.
_REGRET: Final = 0.5

#: Part of the budget that goes to the worst case where a map is made as well.
_WORST: Final = 0.5


def stress(
    config: AnyConfig,
    side: str,
    tactic: str | None = None,
    against: Against = "both",
    aims: Sequence[str] = (),
    thresholds: Sequence[str] = (),
    budget: int = BUDGET,
    draws: int = DRAWS,
    fresh: int = FRESH,
    cases: int = CASES,
    seed: int | None = None,
    *,
    with_map: bool = True,
    sets: Changes = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> StressResult:
    """Search for what hurts a tactic most and confirm it on fresh draws; without `out` no cases are written.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated; cases extend the file that is named here, unless `sets` change it.
    side : str
        Seat of the tactic under test.
    tactic : str, optional
        That tactic as ``name,knob=value,...``; by default the one of the config.
    against : str
        ``opponent``, ``world`` or ``both``: what is searched.
    aims : sequence of str
        What is looked for: ``gain``, ``regret``, ``missed``, ``exploited``; all but ``gain`` unless some are named.
    thresholds : sequence of str
        ``aim=value``: scores from which a point counts as a failure.
    budget : int
        Negotiations of the search.
    draws, fresh : int
        Draws of chance that every point meets, and fresh ones that a failure must survive.
    cases : int
        Most failures of each aim that are written as configs.
    seed : int, optional
        Seed of every draw; by default that of the config.
    with_map : bool
        Whether a map of distinct failures is made, where pyribs is installed.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError
        When something that was asked for makes no sense.
    """
    loaded = config_of(config, sets)
    original = Path(config) if isinstance(config, str | Path) and not sets else None
    say = listener(progress).say
    options = StressOptions(
        side, tactic, against, aims_of(aims), tuple(thresholds), budget, draws, fresh, cases, with_map and has_ribs()
    )
    space, bars = _checked(loaded, options)
    arena = Arena(space, tuple(Seated(name, {}) for name in families()))
    points = _points(options, arena)
    request = Request(
        "stress",
        loaded,
        seed_of(loaded, seed),
        asdict(options),
        registered_sources(),
        ("ribs",) if options.map else (),
        partial(figures_in, "stress"),
    )
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=say) as directory:
        if with_map and not options.map:
            say(MISSING_RIBS)
        state = SearchState(arena, Batches(directory), request.seed, draws, bars)
        for aim in options.aims:
            worst, further = points[aim]
            say(f"{AIMS[aim].title}: at most {counted(worst + further, 'point')} of {counted(draws, 'draw')}")
            worst_case(state, aim, worst)
            if options.map:
                fill_map(state, aim, further)
        searching = state.negotiations
        found = [one for aim in options.aims for one in confirm(state, aim, bars[aim], fresh)]
        table = map_table(space, found)
        failures = [found[place] for place in distinct(table).index]
        directory.keep(MAP, table)
        written = (
            [] if directory.is_temporary else write_cases(directory, space, failures, original, most=cases, draws=fresh)
        )
        directory.finish(
            points=state.points,
            negotiations_of_search=searching,
            negotiations=state.negotiations,
            thresholds=bars,
            cases=written,
        )
        return read(directory.finished())


def _checked(config: Config, options: StressOptions) -> tuple[Space, dict[AimName, float]]:
    """What is searched, and from which score of each aim on a point counts as a failure."""
    check_whole("--budget", options.budget)
    if options.budget > BUDGETS[1]:
        raise RunError(f"--budget is {options.budget:,}; it must be at most {BUDGETS[1]:,}.")
    check_number("--draws", options.draws, 1, 1_000)
    check_number("--fresh", options.fresh, 8, 100_000)
    check_number("--cases", options.cases, 0, 100)
    check_choice("--against", options.against, get_args(Against))
    side = side_index(options.side)
    own = None if options.tactic is None else seated(options.tactic)
    for number, name in enumerate(SIDES):
        if (number == side and own is None) or (number != side and options.against == "world"):
            check_config_compiles(config, name)
    space = space_of(config, side, own, options.against)
    return space, thresholds_of(options.thresholds, options.aims)


def thresholds_of(texts: Sequence[str], aims: Sequence[AimName]) -> dict[AimName, float]:
    """Thresholds by aim: those of the options ``aim=value``, else the standing ones.

    Raises
    ------
    experiments.errors.RunError
        When an option names no aim that is searched, or its value makes no sense.
    """
    found = {aim: AIMS[aim].threshold for aim in aims}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in found:
            raise RunError(ended(f"--threshold {text}: {name!r} is no aim of this search{suggestion(name, aims)}"))
        aim = AIMS[name]
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not aim.low <= number <= aim.high:
            raise RunError(
                f"--threshold {text}: must be a number from {aim.low:g} to {aim.high:g} ({aim.unit}), got {value!r}."
            )
        found[aim.name] = number
    return found


def _points(options: StressOptions, arena: Arena) -> dict[AimName, tuple[int, int]]:
    """Points that each aim can afford for the worst case and for the map.

    Half of the budget is for regret, the rest is shared evenly by the other aims.
    """
    found: dict[AimName, tuple[int, int]] = {}
    least = 0
    worst = _WORST if options.map else 1.0
    for aim in options.aims:
        share = 1.0 / len(options.aims)
        if "regret" in options.aims and len(options.aims) > 1:
            share = _REGRET if aim == "regret" else (1.0 - _REGRET) / (len(options.aims) - 1)
        cost = options.draws * arena.cost(replies=aim == "regret")
        # Shares such as a sixth are not exact: what a budget pays for to the last negotiation, it pays for.
        points = int(options.budget * share + 1e-6) // cost
        found[aim] = (int(points * worst), int(points * (1 - worst)))
        needed = math.ceil(LEAST_POPULATION / worst) * cost
        least = max(least, math.ceil(round(needed / share, 6)))
    if options.budget < BUDGETS[0] and least <= BUDGETS[0]:
        raise RunError(f"--budget is {options.budget:,}; it must be at least {BUDGETS[0]:,}.")
    if options.budget < least:
        raise RunError(
            f"--budget is {options.budget:,}; this search takes {least:,} or more: {LEAST_POPULATION} points of "
            f"{options.draws} draws for each aim{' and its map' if options.map else ''}, and for regret a negotiation "
            "with every family at each. Raise it, name fewer aims with --aim, or take fewer --draws."
        )
    return found
