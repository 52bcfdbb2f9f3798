"""The stress test of one tactic: search, map, confirm, write down."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.engine.worlds import Seated
from experiments.errors import SEEDS, RunError, check_number
from experiments.lab.arena import Arena
from experiments.lab.measures import AIMS, AimName
from experiments.lab.seats import check_config_compiles, families, seated, side_index
from experiments.lab.space import Space, space_of
from experiments.labels import counted
from experiments.questions.stress.cases import OWN_BASE, as_yaml, base_path, case_tree, case_values, find_draw
from experiments.questions.stress.findings import Finding, confirm, distinct, thresholds_of
from experiments.questions.stress.result import StressOptions, StressResult
from experiments.questions.stress.search import LEAST_POPULATION, MISSING_RIBS, fill_map, has_ribs, worst_case
from experiments.questions.stress.search_state import SearchState
from experiments.store.batches import Journal, job_of, own_sources
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Least budget of any search, however few points its options need, and the most.
BUDGETS: Final = (1_000, 10**9)


#: Part of the budget that goes to regret beside other aims: one of its points costs a negotiation for every family.
_REGRET: Final = 0.5

#: Part of the budget that goes to the worst case where a map is made as well.
_WORST: Final = 0.5


def stress(
    config: Config,
    options: StressOptions,
    folder: Path | None = None,
    *,
    original: Path | None = None,
    resume: bool = False,
    overwrite: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> StressResult:
    """Search for what hurts a tactic and confirm it on fresh draws.

    Parameters
    ----------
    config : Config
        The scenario.
    options : StressOptions
        What is asked for.
    folder : pathlib.Path, optional
        Directory for cases, map, figure and what is needed to go on; without one nothing is written.
    original : pathlib.Path, optional
        File of the config, for cases to extend; None where it was changed on the way.
    resume, overwrite : bool
        Go on with the search in `folder`, or replace it.
    say : callable
        Told what the user should know.

    Raises
    ------
    RunError
        When something that was asked for makes no sense.
    """
    from experiments.questions.stress.tables import map_table

    seed, own, space = _checked(config, options)
    thresholds = dict(thresholds_of(options.thresholds, options.aims))
    mapped = options.with_map and has_ribs()
    if options.with_map and not mapped:
        say(MISSING_RIBS)
    arena = Arena(space, tuple(Seated(name, {}) for name in families()))
    points = _points(options, arena, mapped=mapped)
    journal = _journal(config, options, seed, mapped, folder, resume, overwrite)
    hall = SearchState(arena, journal, seed, options.draws, thresholds)
    with journal:
        for aim in options.aims:
            worst, further = points[aim]
            say(f"{AIMS[aim].title}: at most {counted(worst + further, 'point')} of {counted(options.draws, 'draw')}")
            worst_case(hall, aim, worst)
            if mapped:
                fill_map(hall, aim, further)
        searching = hall.negotiations
        found = [one for aim in options.aims for one in confirm(hall, aim, thresholds[aim], options.fresh)]
        failures = distinct(found)
        cases = {} if folder is None else _write_cases(journal, space, failures, options, seed, folder, original)
        table = map_table(space, found)
        result = StressResult(
            space, thresholds, hall.points, searching, hall.negotiations, tuple(found), tuple(failures), cases, table,
            journal.seconds, mapped,
        )  # fmt: skip
        if folder is not None:
            _write_tables(journal, result, own)
    return result


def _checked(config: Config, options: StressOptions) -> tuple[int, Seated | None, Space]:
    seed = config.experiment.seed if options.seed is None else options.seed
    check_number("--seed", seed, *SEEDS)
    if options.budget > BUDGETS[1]:
        raise RunError(f"--budget is {options.budget:,}; it must be at most {BUDGETS[1]:,}.")
    check_number("--draws", options.draws, 1, 1_000)
    check_number("--fresh", options.fresh, 8, 100_000)
    check_number("--cases", options.cases, 0, 100)
    if not options.aims:
        raise RunError("--aim: name at least one aim.")
    side = side_index(options.side)
    own = None if options.tactic is None else seated(options.tactic)
    for number, name in enumerate(SIDES):
        if (number == side and own is None) or (number != side and options.against == "world"):
            check_config_compiles(config, name)
    return seed, own, space_of(config, side, own, options.against)


def _points(options: StressOptions, arena: Arena, *, mapped: bool) -> dict[AimName, tuple[int, int]]:
    """Points that each aim can afford for the worst case and for the map.

    Half of the budget is for regret, the rest is shared evenly by the other aims.
    """
    found: dict[AimName, tuple[int, int]] = {}
    least = 0
    for aim in options.aims:
        share = 1.0 / len(options.aims)
        if "regret" in options.aims and len(options.aims) > 1:
            share = _REGRET if aim == "regret" else (1.0 - _REGRET) / (len(options.aims) - 1)
        worst = _WORST if mapped else 1.0
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
            f"{options.draws} draws for each aim{' and its map' if mapped else ''}, and for regret a negotiation with "
            "every family at each. Raise it, name fewer aims with --aim, or take fewer --draws."
        )
    return found


def _journal(
    config: Config, options: StressOptions, seed: int, mapped: bool, folder: Path | None, resume: bool, overwrite: bool
) -> Journal:
    asked = {
        "side": options.side,
        "tactic": options.tactic,
        "against": options.against,
        "aims": list(options.aims),
        "thresholds": list(options.thresholds),
        "budget": options.budget,
        "draws": options.draws,
        "fresh": options.fresh,
        "cases": options.cases,
        "map": mapped,
    }
    job = job_of("stress", config, seed, own_sources(), **asked)
    return Journal.open(folder, job, resume=resume, overwrite=overwrite)


def _write_cases(
    journal: Journal,
    space: Space,
    failures: Sequence[Finding],
    options: StressOptions,
    seed: int,
    folder: Path,
    original: Path | None,
) -> dict[int, dict[str, Any]]:
    base = base_path(original, folder)
    if base == OWN_BASE:
        journal.keep("base.yaml", as_yaml(space.config.resolved(), "The config that was stressed, with every change."))
    written: dict[AimName, int] = {}
    cases = {}
    for place, one in enumerate(failures):
        if written.get(one.aim, 0) >= options.cases:
            continue
        written[one.aim] = written.get(one.aim, 0) + 1
        name = f"{one.aim}_{written[one.aim]}"
        values = case_values(space, one, seed, options.fresh)
        tree = case_tree(space, one, values, base, name)
        file = f"cases/{name}.yaml"
        journal.keep(file, as_yaml(tree))
        case_seed, run = find_draw(folder / file, one, space.side, seed)
        tree["experiment"]["seed"] = case_seed
        command = f"winset play {name}.yaml" + (f" --run {run}" if run else "")
        journal.keep(file, as_yaml(tree, f"A failure that the stress lab has found. It replays with: {command}"))
        cases[place] = {**one.at_run, "file": file, "seed": case_seed, "run": run}
    return cases


def _write_tables(journal: Journal, result: StressResult, own: Seated | None) -> None:
    from experiments.figures.kit.style import png_bytes
    from experiments.questions.stress.failure_map import failure_map
    from experiments.questions.stress.tables import plain_result
    from experiments.store.tables import as_parquet

    journal.keep("map.parquet", as_parquet(result.map))
    title = own.name if own else getattr(result.space.config.tactics, SIDES[result.space.side]).name
    journal.keep("figures/failure_map.png", png_bytes(failure_map(result.map, title, result.verdict())))
    journal.finish(points=sum(result.points.values()), negotiations=result.negotiations, verdict=result.verdict(),
                   result=plain_result(result))  # fmt: skip
