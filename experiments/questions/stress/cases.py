"""Write failures as small configs that extend the original, and find the draw with which each replays."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.config.load import config_over
from experiments.config.shipped import config_file
from experiments.config.writing import as_yaml, lay
from experiments.design.sampling import design_table
from experiments.questions.stress.findings import Finding, confirm_seed, opponent_knobs
from experiments.store.place import LocalPlace, Place
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.engine.worlds import Seated
    from experiments.lab.space import Space
    from experiments.store.directory import Directory

#: Seeds that are tried for one whose first run shows the case, before the run has to be named.
_TRIES: Final = 24

#: Config that was stressed, in the directory, and how a case names it that cannot extend the original.
BASE_FILE: Final = "base.yaml"
OWN_BASE: Final = f"../{BASE_FILE}"

#: Difference in US$ bn a year below which two payoffs are the same.
_SAME: Final = 1e-9


def case_values(space: Space, finding: Finding, seed: int, draws: int) -> dict[str, float]:
    """Value of every number that the config draws, by path, in the run that shows a finding."""
    row = design_table(space.config, draws, confirm_seed(seed), total=draws).iloc[finding.run]
    values = {str(path): float(value) for path, value in row.items()}
    searched = space.world(finding.genes[None])
    return values | {path: float(column[0]) for path, column in searched.items()}


def case_tree(space: Space, finding: Finding, values: Mapping[str, float], base: str, name: str) -> dict[str, Any]:
    """Config of a case as plain data: everything that was drawn is fixed."""
    tree: dict[str, Any] = {"name": name, "title": _title(space, finding), "extends": base}
    replaced: dict[str, dict[str, Any]] = {}
    if space.own is not None:
        replaced[SIDES[space.side]] = {"name": space.own.name, **_all_knobs(space.own)}
    if space.families:
        replaced[SIDES[1 - space.side]] = {"name": finding.opponent, **opponent_knobs(space, finding)}
    for path, value in values.items():
        parts = path.split(".")
        if not (parts[0] == "tactics" and parts[1] in replaced):
            lay(tree, path, value)
    if replaced:
        tree.setdefault("tactics", {}).update(replaced)
    if space.config.correlations:
        tree["correlations"] = []
    if space.config.posterior is not None:
        tree["posterior"] = None
    tree["experiment"] = {"runs": 1, "sampling": "monte_carlo", "sobol_order": []}
    return tree


def _all_knobs(own: Seated) -> dict[str, float]:
    from agents.tactics.registry import TACTICS

    return {knob.name: float(own.knobs.get(knob.name, knob.default)) for knob in TACTICS[own.name].knobs}


def _title(space: Space, finding: Finding) -> str:
    own = space.own.name if space.own else getattr(space.config.tactics, SIDES[space.side]).name
    return f"{own} for {SIDES[space.side]} against {finding.opponent}: {finding.aim}, {finding.outcome}"


def base_path(original: Path | None, place: Place) -> str:
    """What a case in the folder ``cases`` of `place` extends: the original file, or the resolved config beside it.

    A path from one tree of the machine to another would tell of the machine and break when the directory is moved.
    """
    if original is None or not isinstance(place, LocalPlace):
        return OWN_BASE
    here, file, folder = (path.resolve() for path in (Path.cwd(), config_file(original), place.folder))
    if not (file.is_relative_to(here) and folder.is_relative_to(here)):
        return OWN_BASE
    return Path(os.path.relpath(file, folder / "cases")).as_posix()


def replay(config: Config, seed: int, run: int) -> dict[str, Any]:
    """What one run of a config ends in, as :func:`experiments.engine.simulate.simulate` has it."""
    from experiments.engine.simulate import simulate

    row = simulate(config, run, 1, seed, run + 1, trajectories=False, solutions=False).runs.to_pylist()[0]
    return {"outcome": row["outcome"], "reason": row["reason"], "round": row["round"],
            **{side: row[f"gain.{side}"] for side in SIDES}}  # fmt: skip


def shows(found: Mapping[str, Any], finding: Finding, side: int) -> bool:
    """Whether a replay is what the finding says of its run."""
    at = finding.at_run
    pairs = ((found[SIDES[side]], at["gain"]), (found[SIDES[1 - side]], at["gain_other"]))
    return all(found[key] == at[key] for key in ("outcome", "reason", "round")) and all(
        math.isclose(one, other, rel_tol=0.0, abs_tol=_SAME) for one, other in pairs
    )


def find_draw(config: Config, finding: Finding, side: int, seed: int) -> tuple[int, int]:
    """Seed and run with which a case replays: run 0 of some seed, else the run of the confirmation."""
    start = confirm_seed(seed)
    for number in range(start, start + _TRIES):
        if shows(replay(config, number, 0), finding, side):
            return number, 0
    return start, finding.run


def write_cases(
    directory: Directory, space: Space, failures: Sequence[Finding], original: Path | None, *, most: int, draws: int
) -> list[dict[str, Any]]:
    """Write the worst failures of each aim as configs, and return what each of them shows.

    Parameters
    ----------
    directory : Directory
        Where they are kept.
    space : Space
        What was searched.
    failures : sequence of Finding
        The worst of each aim first.
    original : pathlib.Path, optional
        File of the config, for cases to extend.
    most : int
        Cases of each aim.
    draws : int
        Fresh draws on which the failures were confirmed.

    Returns
    -------
    list of dict
        Its place among the failures, its file, seed and run, and how that run ends.
    """
    base, seed, resolved = base_path(original, directory.place), directory.manifest.seed, space.config.resolved()
    if base == OWN_BASE:
        directory.keep(BASE_FILE, as_yaml(resolved, "The config that was stressed, with every change."))
    written: Counter[str] = Counter()
    cases = []
    for place, one in enumerate(failures):
        if written[one.aim] == most:
            continue
        written[one.aim] += 1
        name = f"{one.aim}_{written[one.aim]}"
        file = f"cases/{name}.yaml"
        tree = case_tree(space, one, case_values(space, one, seed, draws), base, name)
        config = config_over(resolved, BASE_FILE, as_yaml(tree), file)
        tree["experiment"]["seed"], run = find_draw(config, one, space.side, seed)
        command = f"winset play {name}.yaml" + (f" --run {run}" if run else "")
        directory.keep(file, as_yaml(tree, f"A failure that the stress lab has found. It replays with: {command}"))
        case = {"failure": place, **one.at_run, "file": file, "seed": tree["experiment"]["seed"], "run": run}
        cases.append(case)
    return cases
