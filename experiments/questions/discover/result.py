"""A finished discovery as it is read back."""

from __future__ import annotations

from typing import Final

import pandas as pd

from experiments.lab.directory import TABLES
from experiments.lab.finished import Finished
from experiments.lab.inputs import DUMMY, sampled_entries, units_of
from experiments.questions.discover.discover import Discovery, cases_of, check_target, words_of
from experiments.questions.discover.prim import Box, Limit
from sim.draws import uniforms

_BOXES: Final = ("box", "coverage", "density", "mass", "rows")

_LIMITS: Final = ("box", "input", "unit", "low", "high", "quasi_p")

_PEELING: Final = ("box", "coverage", "density", "mass", "res_dim")


def read_discovery(found: Finished) -> Discovery:
    """Boxes of a discovery with the sample in which they were found."""
    target, frame = str(found.setting("target")), found.rows().to_pandas()
    check_target(target)
    entries = sampled_entries(found.config)
    paths = [f"param.{entry.path}" for entry in entries]
    if missing := [path for path in paths if path not in frame]:
        raise found.damaged("runs", f"its rows lack the column {missing[0]}")
    sample = pd.DataFrame({entry.path: frame[path].astype(float) for entry, path in zip(entries, paths, strict=True)})
    sample[DUMMY] = uniforms(found.seed, "explore.dummy", 0, len(frame))[:, 0]
    cases = cases_of(target, frame)
    return Discovery(
        target=target,
        words=words_of(target, frame, cases),
        sample=sample.assign(case=cases),
        boxes=tuple(_boxes(found, {*map(str, sample)})),
        units=units_of(found.config, entries),
        share=float(cases.mean()),
    )


def _boxes(found: Finished, inputs: set[str]) -> list[Box]:
    boxes, limits = found.table("boxes", _BOXES), found.table("limits", _LIMITS)
    if unknown := sorted(set(limits["input"]) - inputs):
        raise found.damaged(f"{TABLES}/limits.csv", f"the config has no input {unknown[0]}")
    peeling = found.table("peeling", _PEELING)
    made = []
    for row in boxes.to_dict("records"):
        own = limits[limits["box"] == row["box"]].to_dict("records")
        if not own:
            raise found.damaged(f"{TABLES}/limits.csv", f"box {row['box']} restricts nothing")
        ends = tuple(Limit(str(o["input"]), float(o["low"]), float(o["high"]), float(o["quasi_p"])) for o in own)
        way = peeling[peeling["box"] == row["box"]].drop(columns="box").reset_index(drop=True)
        coverage, density, mass = (float(row[name]) for name in ("coverage", "density", "mass"))
        made.append(Box(ends, coverage, density, mass, int(row["rows"]), way))
    return made
