"""A finished sweep as it is read back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from experiments.config.explain import further_units
from experiments.config.load import config_from
from experiments.lab.directory import TABLES
from experiments.lab.finished import Finished
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.leader import Leader, leader_of
from experiments.questions.sweep.points import with_units
from experiments.questions.sweep.sweep import Sweep

if TYPE_CHECKING:
    from experiments.config.model import Config


_POINTS: Final = ("point", "runs", "share.agreement", "share.agreement_low", "share.agreement_high")

_OPENINGS: Final = ("point", "side", "issue", "q05", "q50", "q95")

_FOLLOWING: Final = ("issue", "unit", "opening_first", "opening_last", "settled_first", "settled_last", "follows")

_SIDE: Final = re.compile(r"side: (\w+), issue: ([^,}]+)")


def read_sweep(found: Finished) -> tuple[Sweep, Leader | None, pd.DataFrame]:
    """Points of a sweep; of a leader sweep also who was moved, and how far the settlement followed."""
    over, runs = found.setting("over"), int(found.setting("runs"))
    axes = [Axis(str(path), tuple(map(str, values))) for path, values in over.items()]
    beside = found.manifest["settings"].get("beside")
    sets = [*(beside or ()), *(axis.set_to(axis.values[0]) for axis in axes)]
    named = with_units(axes, config_from(found.config.resolved(), found.config.name, sets))
    points = found.table("points", (*_POINTS, *(axis.path for axis in axes if axis.numbers is not None)))
    if len(points) != int(np.prod([len(axis.values) for axis in axes])):
        raise found.damaged(f"{TABLES}/points.csv", f"it has {len(points):,} rows, which are not those of the axes")
    points = points.assign(**{axis.path: points[axis.path].astype(str) for axis in axes if axis.numbers is None})
    openings, units = found.table("openings", _OPENINGS), further_units(found.config)
    if beside is None:
        return Sweep(named, points, openings, runs, units), None, pd.DataFrame()
    leader = _leader(found.config, axes[0], beside)
    followed = found.table("following", _FOLLOWING)
    return Sweep((leader.axis,), points, openings, runs, units), leader, followed


def _leader(config: Config, axis: Axis, beside: Sequence[str]) -> Leader:
    """Who was moved: the side of the knob, or that of the red line which every point has beside."""
    drawn = next((match for text in beside if (match := _SIDE.search(text))), None)
    side, issue = (axis.path.split(".")[1], None) if drawn is None else (drawn[1], drawn[2].strip())
    return leader_of(config, side, issue, len(axis.values))
