"""Write a failure as a small config that extends the original, and find the draw with which it replays."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from experiments.config.files import NAMED_LISTS
from experiments.config.load import load_config
from experiments.design.sampling import design_table
from experiments.questions.stress.findings import Finding, confirm_seed
from sim.issues import SIDES

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.engine.worlds import Seated
    from experiments.lab.space import Space

#: Seeds that are tried for one whose first run shows the case, before the run has to be named.
_TRIES: Final = 24

#: What a case extends that cannot extend the file that was stressed.
OWN_BASE: Final = "../base.yaml"

#: Difference in US$ bn a year below which two payoffs are the same.
_SAME: Final = 1e-9


def case_values(space: Space, finding: Finding, seed: int, draws: int) -> dict[str, float]:
    """Value of every number that the config draws, by path, in the run that shows a finding."""
    row = design_table(space.config, draws, confirm_seed(seed), total=draws).iloc[finding.run]
    values = {str(path): float(value) for path, value in row.items()}
    searched = space.world(finding.genes[None])
    return values | {path: float(column[0]) for path, column in searched.items()}


def opponent_knobs(space: Space, finding: Finding) -> dict[str, float]:
    """Knobs of a finding's opponent by name; empty where it is the config's own."""
    family = int(space.family(finding.genes[None])[0])
    return {name: float(values[0]) for name, values in space.knobs(family, finding.genes[None]).items()}


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
            _lay(tree, parts, value)
    if replaced:
        tree.setdefault("tactics", {}).update(replaced)
    if space.config.correlations:
        tree["correlations"] = []
    tree["experiment"] = {"runs": 1, "sampling": "monte_carlo", "sobol_order": []}
    return tree


def _all_knobs(own: Seated) -> dict[str, float]:
    from agents.tactics.registry import TACTICS

    return {knob.name: float(own.knobs.get(knob.name, knob.default)) for knob in TACTICS[own.name].knobs}


def _title(space: Space, finding: Finding) -> str:
    own = space.own.name if space.own else getattr(space.config.tactics, SIDES[space.side]).name
    return f"{own} for {SIDES[space.side]} against {finding.opponent}: {finding.aim}, {finding.outcome}"


def _lay(tree: dict[str, Any], parts: list[str], value: float) -> None:
    """Write a value at a path; named lists hold their items by name, and keys below ``set`` are paths themselves."""
    node: Any = tree
    while len(parts) > 1:
        key, parts = parts[0], parts[1:]
        if key == "set":
            node.setdefault(key, {})[".".join(parts)] = value
            return
        if key in NAMED_LISTS:
            items = node.setdefault(key, [])
            name, parts = parts[0], parts[1:]
            if all(item["name"] != name for item in items):
                items.append({"name": name})
            node = next(item for item in items if item["name"] == name)
        else:
            node = node.setdefault(key, {})
    node[parts[0]] = value


def as_yaml(tree: Mapping[str, Any], heading: str = "") -> bytes:
    """YAML text of plain data below comment lines."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # ruamel types it by its default
    yaml.width = 118
    buffer = io.BytesIO()
    yaml.dump(dict(tree), buffer)
    comment = "".join(f"# {line}\n" for line in heading.splitlines())
    return comment.encode() + buffer.getvalue()


def base_path(original: Path | None, folder: Path) -> str:
    """What a case in ``folder/cases`` extends: the original file, or the resolved config beside the cases.

    A path from one tree of the machine to another would tell of the machine and break when the directory is moved.
    """
    here = Path.cwd().resolve()
    if original is None or not all(path.resolve().is_relative_to(here) for path in (original, folder)):
        return OWN_BASE
    return Path(os.path.relpath(original.resolve(), (folder / "cases").resolve())).as_posix()


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


def find_draw(path: Path, finding: Finding, side: int, seed: int) -> tuple[int, int]:
    """Seed and run with which the case in a file replays: run 0 of some seed, else the run of the confirmation."""
    config = load_config(path)
    start = confirm_seed(seed)
    for number in range(start, start + _TRIES):
        if shows(replay(config, number, 0), finding, side):
            return number, 0
    return start, finding.run
