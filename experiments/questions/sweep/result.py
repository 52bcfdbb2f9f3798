"""The answer of a sweep, and how it is read from its directory."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, final

from pydantic import Field

from experiments.labels import counted, percent
from experiments.questions.sweep.axes import Axis
from experiments.questions.sweep.leader import FOLLOWING, leader_of
from experiments.questions.sweep.pairs import CHANGES
from experiments.questions.sweep.tables import (
    CONSTRAINTS,
    DEALS,
    OPENINGS,
    Sweep,
    issues_in,
    outcomes_in,
    point_columns,
)
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Number
from sim.issues import SideName

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

POINTS_FILE: Final = table_file("points")
OPENINGS_FILE: Final = table_file("openings")
CHANGES_FILE: Final = table_file("changes")
CONSTRAINTS_FILE: Final = table_file("constraints")
FOLLOWING_FILE: Final = table_file("following")


class Moved(Record):
    """Whose opening is moved, and on which issue; on none it is the opening offer."""

    side: SideName
    issue: str | None


class SweepSettings(Record):
    """What is asked beside config and seed: values of each axis by its path, worlds at each point, and the leader."""

    over: Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1, max_length=2)]
    runs: Number
    leader: Moved | None = None


class SweepResults(Record):
    """Units of the axes by path, and those of issues that are not of the shipped agenda."""

    units: dict[str, str]
    issue_units: dict[str, str]


@final
@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SweepResult(Sweep, Result):
    """The answer of a sweep."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``points``, ``changes``, ``openings`` and ``constraints``; of a leader sweep also ``following``."""
        found = {"points": self.points, "changes": self.changes}
        found |= {"openings": self.openings, "constraints": self.constraints}
        return found if self.following is None else found | {"following": self.following}

    @property
    def meanings(self) -> Mapping[str, str]:
        """What the numbers of the config are, and what a leader moves."""
        moved = {} if self.leader is None else {self.leader.axis.path: self.leader.meaning}
        return {**super().meanings, **moved}

    def headline(self) -> str:
        """Say what was moved and how far the share of deals went."""
        shares = self.points[DEALS]
        moved = " and ".join(axis.path for axis in self.axes)
        low, high = percent(float(shares.min())), percent(float(shares.max()))
        ends = f"deals {low} at each" if low == high else f"deals from {low} to {high}"
        return f"{counted(len(self.points), 'point')} of {self.config.name} over {moved}, {ends}"

    def blocks(self) -> Sequence[Block]:
        """Sentences and tables of the sweep."""
        from experiments.questions.sweep.text import blocks

        return tuple(blocks(self))

    def plain(self) -> dict[str, Any]:
        """Every table, as plain data."""
        about = {"config": self.config.name, "negotiations": self.negotiations, "inputs": self.inputs}
        return {**about, **records(self.tables)}

    def drawings(self) -> Mapping[str, Callable[[], Figure]]:
        """Lines of one axis, and of a leader sweep openings beside settlements; the phase diagram of two axes."""
        from experiments.questions.sweep.figures import leader_lines, phase_diagram, sweep_lines

        if len(self.axes) == 2:
            return {"phase_diagram": lambda: phase_diagram(self)}
        lines: dict[str, Callable[[], Figure]] = {"sweep": lambda: sweep_lines(self)}
        return lines if self.leader is None else lines | {"leader": lambda: leader_lines(self)}


def read(found: Finished) -> SweepResult:
    """Read the answer of a finished sweep."""
    config, settings, results = found.config, found.settings(SweepSettings), found.results(SweepResults)
    axes = tuple(Axis(path, values, results.units.get(path, "")) for path, values in settings.over.items())
    moved = settings.leader
    leader = None if moved is None else leader_of(config, moved.side, moved.issue, len(axes[0].values))
    if leader is not None and [axis.path for axis in axes] != [leader.axis.path]:
        raise found.unreadable(f"its settings say that {leader.axis.path} is moved, and not over what")
    return SweepResult(
        config=config,
        axes=axes,
        points=_points(found, axes),
        openings=found.table(OPENINGS_FILE, OPENINGS, texts=("side", "issue")),
        changes=found.table(CHANGES_FILE, CHANGES, texts=("beside",)),
        constraints=found.table(CONSTRAINTS_FILE, CONSTRAINTS, texts=("issue", "constraint", "words")),
        runs=settings.runs,
        units=results.issue_units,
        leader=leader,
        following=None if leader is None else found.table(FOLLOWING_FILE, FOLLOWING, texts=("issue", "unit")),
        manifest=found.manifest,
        folder=found.folder,
    )


def _points(found: Finished, axes: Sequence[Axis]) -> pd.DataFrame:
    """Table of the points, which are those of the axes."""
    known = found.table(POINTS_FILE, ("point", "runs", DEALS))
    if len(known) != math.prod(len(axis.values) for axis in axes):
        raise found.damaged(POINTS_FILE, f"it has {len(known):,} rows, which are not those of the axes")
    texts = [axis.path for axis in axes if axis.numbers is None]
    return found.table(POINTS_FILE, point_columns(axes, outcomes_in(known), issues_in(known)), texts=texts)
