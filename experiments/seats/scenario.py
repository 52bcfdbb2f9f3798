"""Our case as a scenario of NegMAS: one run at the tables of one of its rounds, in memory and as files.

In memory the values of an issue are numbers from 0, which hash alike in every process; in files they are words that
say what they stand for, which Genius reads as well. Files of both kinds hold the payoffs to the last digit.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, final

from experiments.config.explain import further_units
from experiments.engine.cases import build_case, seat_agents, tactic_names
from experiments.errors import RunError
from experiments.labels import unit_of
from experiments.seats.names import need_negmas
from experiments.seats.space import OutcomeSpace, open_space, values_of, whole_space
from experiments.store.place import storing_in
from sim.engine.model import NegotiationModel
from sim.grid import level_value
from sim.issues import SIDES

if TYPE_CHECKING:
    from collections.abc import Callable

    from experiments.config.model import Config
    from experiments.seats.negmas import NegmasObject

#: Kinds of files, by their ending: NegMAS's own and Genius's.
Format = Literal["yml", "xml"]
#: What the values and payoffs of the files mean, in our units. No ending that NegMAS would take for a scenario's file.
MAPPING: Final = "winset_mapping.json"


@final
@dataclass(frozen=True, slots=True)
class PayoffTable:
    """The table of one run in one of its rounds: the model as it stands, and the packages on offer."""

    model: NegotiationModel
    space: OutcomeSpace


def table_of(config: Config, seed: int, run: int, *, at_round: int = 1, whole: bool = False) -> PayoffTable:
    """Play a run by the tactics of its config up to a round and look at the table there.

    Parameters
    ----------
    config : Config
        The scenario.
    seed, run : int
        Seed of the experiment and number of the run.
    at_round : int
        Round whose payoffs and reservations are taken: events before it have happened.
    whole : bool
        Whether packages outside the red lines are kept.

    Raises
    ------
    RunError
        When the talks end before that round, or there are too many packages.
    """
    model = NegotiationModel(build_case(config, seed, run), seat_agents(tactic_names(config)), collect=False, rng=run)
    model.step()
    while model.round < at_round:
        if not model.running:
            raise RunError(f"run {run} of {config.name} ends in round {model.round}; there is no round {at_round}.")
        model.step()
    return PayoffTable(model, whole_space(model) if whole else open_space(model))


def outcome_space(space: OutcomeSpace, label: Callable[[int, int], str] | None = None) -> NegmasObject:
    """Issues of NegMAS: values are numbers from 0, or what `label` calls value `v` of part `k`."""
    from negmas.outcomes import make_issue, make_os

    sizes = enumerate(zip(space.parts, space.shape, strict=True))
    issues = [
        make_issue(size if label is None else [label(k, value) for value in range(size)], name=part.name)
        for k, (part, size) in sizes
    ]
    return make_os(issues, name="domain")


def utility(table: PayoffTable, side: int, outcomes: NegmasObject) -> NegmasObject:
    """Payoff of a side in US$ bn a year as NegMAS's additive utility function, its reservation as reserved value."""
    from negmas.preferences import LinearAdditiveUtilityFunction

    values = {
        issue.name: dict(zip(issue.all, worth, strict=True))
        for issue, worth in zip(outcomes.issues, table.space.tables(table.model, side), strict=True)
    }
    reservation = float(table.model.governments[side].seat.reservation)
    return LinearAdditiveUtilityFunction(
        values, outcome_space=outcomes, reserved_value=reservation, name=SIDES[side], id=SIDES[side]
    )


def scenario(table: PayoffTable, *, labelled: bool = False) -> NegmasObject:
    """Make NegMAS's scenario of a table, the US first.

    Raises
    ------
    RunError
        When NegMAS is not installed.
    """
    need_negmas()
    from negmas.inout import Scenario

    outcomes = outcome_space(table.space, _labels(table) if labelled else None)
    return Scenario(outcome_space=outcomes, ufuns=tuple(utility(table, side, outcomes) for side in range(len(SIDES))))


def _labels(table: PayoffTable) -> Callable[[int, int], str]:
    def label(part: int, value: int) -> str:
        values = values_of(table.model, table.space.parts[part], value).values()
        return " and ".join(f"{number:.10g}" for number in values)

    return label


def write_scenario(config: Config, table: PayoffTable, folder: Path, form: Format = "yml") -> list[Path]:
    """Write a table as files that NegMAS, and for ``xml`` Genius, reads, with a mapping to our units beside them.

    Raises
    ------
    RunError
        When the folder holds anything, so that nothing is mixed up.
    """
    written = scenario(table, labelled=True)
    text = json.dumps(mapping(config, table), indent=1, ensure_ascii=False)
    with storing_in(folder, "Nothing was written; name another folder with --out."):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise RunError(f"{folder} is there already and not an empty folder; name another with --out.")
        # Filled beside its name and then renamed, so that a folder of this name holds every file or none.
        target = folder.resolve()
        filled = target.with_name(f".{target.name}.{os.getpid()}.tmp")
        filled.mkdir(parents=True)
        try:
            written.dumpas(filled, form)
            (filled / MAPPING).write_text(text + "\n", encoding="utf-8")
            filled.rename(target)
        except BaseException:
            shutil.rmtree(filled, ignore_errors=True)
            raise
        return sorted(path for path in folder.iterdir() if path.is_file())


def mapping(config: Config, table: PayoffTable) -> dict[str, Any]:
    """What the scenario's issues, values and numbers mean: plain data."""
    model, space = table.model, table.space
    label, units = _labels(table), further_units(config)
    parts: dict[str, Any] = {}
    for k, part in enumerate(space.parts):
        names = part.name.split("+")
        parts[part.name] = {
            "issues": {name: unit_of(name, units) for name in names},
            "values": {label(k, value): values_of(model, part, value) for value in range(len(part.options))},
        }
    package = space.levels((0,) * len(space.parts))
    named = {name for part in space.parts for name in part.name.split("+")}
    closed = {
        model.case.issue_names[issue]: float(level_value(model.p, issue, package[issue]))
        for issue in model.case.tabled(model.p)
        if model.case.issue_names[issue] not in named
    }
    seats = {SIDES[side]: model.governments[side].seat for side in range(len(SIDES))}
    return {
        "config": config.name,
        "run": model.case.run,
        "round": model.round,
        "date": model.date.isoformat(),
        "utility": "payoff, US$ bn a year; reserved value: walk-away payoff and ratification margin",
        "files": "each side's utility function is the file of its name",
        "first_mover": SIDES[model.first_mover()],
        "rounds_to_deadline": model.round_of_deadline - model.round + 1,
        "reservation": {name: float(seat.reservation) for name, seat in seats.items()},
        "walk_away": {name: float(seat.walk_away) for name, seat in seats.items()},
        "parts": parts,
        "same_in_every_package": closed,
        "packages": space.size,
    }
