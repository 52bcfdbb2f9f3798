"""The answer of a comparison of runs, and how it is read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, final

from experiments.config.load import config_from
from experiments.labels import AGREEMENT, counted, inside, listed, percent
from experiments.questions.compare.answer import put_in
from experiments.questions.compare.comparison import (
    CHANGE_COLUMNS,
    CONSTRAINTS,
    POSITION_COLUMNS,
    RUN_COLUMNS,
    RunComparison,
    StoredRuns,
    of_run,
)
from experiments.questions.compare.effects import MOVE_COLUMNS, OUTCOME_COLUMNS, SPREAD_COLUMNS, VALUE_COLUMNS
from experiments.questions.compare.text import blocks
from experiments.report.result import Result, records
from experiments.store.surroundings import Record
from experiments.store.tables import table_file
from experiments.store.typed import Number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.report.blocks import Block
    from experiments.store.reading import Finished

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "runs": RUN_COLUMNS,
    "changes": CHANGE_COLUMNS,
    "outcomes": OUTCOME_COLUMNS,
    "moves": MOVE_COLUMNS,
    "values": VALUE_COLUMNS,
    "spreads": SPREAD_COLUMNS,
    "constraints": CONSTRAINTS,
    "positions": POSITION_COLUMNS,
}

#: Files of the tables.
FILES: Final = {name: table_file(name) for name in _COLUMNS}

_TEXTS: Final = (
    "run", "title", "draws", "path", "meaning", "unit", "before", "after", "remark", "outcome", "base_outcome", "kind",
    "quantity", "issue", "constraint", "words", "side",
)  # fmt: skip


class CompareSettings(Record):
    """What decides rows beside the runs: of how many of each the paths are looked at."""

    pictured_runs: Number


class CompareResults(Record):
    """What stands in no table: nothing."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class CompareResult(RunComparison, Result):
    """The answer of a comparison of runs; its tables are those of :class:`RunComparison`."""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of :class:`RunComparison`, by its names for them."""
        return {name: getattr(self, name) for name in FILES}

    @property
    def negotiations(self) -> int:
        """None: the runs were played before."""
        return 0

    @property
    def meanings(self) -> Mapping[str, str]:
        """What the numbers are of the base, and what was changed in any other run."""
        changed = zip(self.changes["path"], self.changes["meaning"], strict=True)
        return {**super().meanings, **{str(path): inside(str(meaning)) for path, meaning in changed}}

    @property
    def amount(self) -> str:
        """Runs that were read, in words."""
        return f"{counted(sum(member.runs for member in self.members), 'negotiation')} read"

    def headline(self) -> str:
        """Say which runs stand beside which, and their shares of deals."""
        deals = self.outcomes[(self.outcomes["outcome"] == AGREEMENT).to_numpy()]
        base = percent(float(deals["base_share"].iloc[0]))
        others = (f"{percent(float(of_run(deals, name)['share'].iloc[0]))} in {name}" for name in self.others)
        return f"deals in {base} of {self.base}, {listed(others, cut=False)}"

    def blocks(self) -> Sequence[Block]:
        """What was changed, and what differs, each run beside the base."""
        return tuple(blocks(self))

    def drawings(self) -> Mapping[str, Callable[[], Figure | None]]:
        """All runs in one picture, and the positions of each beside those of the base."""
        from experiments.questions.compare.figures import FIGURES
        from experiments.questions.compare.figures.compare_positions import drawn_positions

        several, note = len(self.others) > 1, put_in(self, (self.base, *self.others))
        return {
            "comparison": lambda: FIGURES["comparison"](self.outcomes, self.values, self.spreads, note),
            **{
                f"compare_positions{f'.{place}' if several else ''}": partial(drawn_positions, self, name)
                for place, name in enumerate(self.others, 1)
            },
        }

    def narrow(self, name: str) -> tuple[Figure, ...]:
        """A picture that there is, as a phone shows it: in parts, one below the other."""
        from experiments.questions.compare.figures.compare_positions import drawn_positions
        from experiments.questions.compare.figures.comparison import panels_of
        from experiments.questions.compare.figures.narrow import narrow_deals, narrow_differences, narrow_endings

        if name == "comparison":
            deals = (narrow_deals(self.values, self.spreads),) if panels_of(self.spreads) else ()
            ends = (draw(self.outcomes, self.spreads) for draw in (narrow_endings, narrow_differences))
            return (*ends, *deals)
        _, _, place = name.partition(".")
        drawn = drawn_positions(self, self.others[int(place or 1) - 1], narrow=True)
        return () if drawn is None else (drawn,)

    def plain(self) -> dict[str, Any]:
        """Everything as plain data; of a difference that has no interval both ends are None."""
        tables = {name: table for name, table in self.tables.items() if name not in ("runs", "positions")}
        about = records({"runs": self.runs})["runs"]
        known = {member.label: member for member in self.members}
        return {
            "base": self.base,
            "runs": [
                {**row, "folder": known[row["run"]].folder, "config": known[row["run"]].config["name"]} for row in about
            ],
            **records(tables),
            "inputs": {name: self.inputs(name) for name in (self.base, *self.others)},
        }


def read(found: Finished) -> CompareResult:
    """Read the answer of a finished comparison."""
    found.settings(CompareSettings)
    found.results(CompareResults)
    asked = found.table_asked(StoredRuns)
    labels = [member.label for member in asked.runs]
    if len(set(labels)) != len(labels) or len(labels) < 2:
        raise found.unreadable("it names fewer than two runs, or one of them twice")
    where = f"{found.place}/manifest.json"
    # The base last, so that it is the one that names the partner.
    configs = tuple(config_from(member.config, where) for member in reversed(asked.runs))[::-1]
    tables = {name: found.table(file, _COLUMNS[name], texts=_TEXTS) for name, file in FILES.items()}
    _check_runs(found, tables, labels)
    return CompareResult(
        config=configs[0],
        manifest=found.manifest,
        folder=found.folder,
        members=asked.runs,
        configs=configs,
        **tables,
    )


#: Tables that have rows of every run, or of every run but the base.
_OF_ALL: Final = ("runs", "spreads")
_OF_OTHERS: Final = ("outcomes", "values")


def _check_runs(found: Finished, tables: Mapping[str, pd.DataFrame], labels: Sequence[str]) -> None:
    """Refuse a table whose rows are not about the runs."""
    for name, table in tables.items():
        there = [*dict.fromkeys(table["run"])]
        expected = labels if name in _OF_ALL else labels[1:] if name in _OF_OTHERS else None
        if there != list(expected) if expected is not None else not set(there) <= set(labels):
            raise found.damaged(FILES[name], "its rows are not those of the runs")
