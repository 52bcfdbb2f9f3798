"""More negotiations for a run that is there: where its sampling allows, the rows of a longer run begin with its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.config.numbers import sampled_paths
from experiments.errors import RunError
from experiments.labels import counted
from experiments.store.manifest import plain_data
from experiments.store.plan import RunSettings
from experiments.store.typed import settings_of

if TYPE_CHECKING:
    from experiments.design.given import GivenDesign
    from experiments.store.manifest import Manifest, Part
    from experiments.store.plan import Plan


def slices_ranges(plan: Plan) -> bool:
    """Whether rows depend on the number of runs, for a Latin hypercube has as many slices of every range that it draws.

    What a table of worlds gives is not drawn.
    """
    if plan.config.experiment.sampling != "latin_hypercube":
        return False
    given = () if plan.given is None else plan.given.paths
    return bool(set(sampled_paths(plan.config)) - set(given))


def extended(before: Manifest, plan: Plan, place: object) -> Manifest:
    """Manifest of an earlier run with as many negotiations, and the aim, that `plan` has; itself where both are alike.

    All else that differs stays as it is, for whoever compares it with the plan's.

    Parameters
    ----------
    before : Manifest
        Of a run that is finished or not.
    plan : Plan
        What is asked for now.
    place : object
        Where the run lies, as messages name it.

    Raises
    ------
    experiments.errors.RunError
        When the plan has fewer negotiations, or those that are there would be others in a run as long as the plan's.
    """
    recorded = settings_of(RunSettings, before, place)
    if recorded.runs == plan.runs and recorded.until == plan.until:
        return before
    if plan.runs < recorded.runs:
        raise RunError(
            f"{place} was begun with {counted(recorded.runs, 'negotiation')}, and --resume takes none away (got "
            f"{plan.runs:,}); leave --runs out, ask for more, or choose another --out."
        )
    if plan.runs > recorded.runs and slices_ranges(plan):
        raise RunError(
            f"{place} was begun with {counted(recorded.runs, 'negotiation')} of a Latin hypercube, which cuts every "
            f"range into as many slices as there are negotiations: among {plan.runs:,} they would be others, so that "
            "none can be added. Run all of them anew with another --out, or with a sampling that can be continued: "
            "--set experiment.sampling=monte_carlo, or sobol."
        )
    settings = {name: value for name, value in before.settings.items() if name != "until"} | {"runs": plan.runs}
    if plan.until is not None:
        settings["until"] = plain_data(plan.until.model_dump())
    parts = tuple(part for part in before.parts if _stays(part, recorded, plan))
    return before.model_copy(update={"settings": settings, "parts": parts, "results": {}})


def _stays(part: Part, recorded: RunSettings, plan: Plan) -> bool:
    """Whether a chunk holds what it holds in the longer run: one that was cut short by the end of the run does not."""
    first = int(part.key) * recorded.chunk_size
    return part.rows == min(recorded.chunk_size, plan.runs - first)


def refuse_another_table(recorded: RunSettings, given: GivenDesign | None, place: object) -> None:
    """Refuse to go on with a run by another table of worlds than the one that it began with.

    Raises
    ------
    experiments.errors.RunError
        Naming the rows and digests of both.
    """
    before = None if recorded.design is None else recorded.design.digest
    now = None if given is None else given.digest
    if before == now:
        return
    if recorded.design is None:
        raise RunError(f"{place} was begun without --design; leave it out, or choose another --out.")
    there = f"{counted(recorded.design.rows, 'row')}, digest {recorded.design.digest}"
    here = "none" if given is None else f"{counted(len(given), 'row')}, digest {now}"
    raise RunError(
        f"{place} was begun with another table of worlds ({there}; now {here}), so its rows would not belong together. "
        "Undo the change of the table, leave --design out to go on with the one that is kept there, or choose another "
        "--out."
    )
