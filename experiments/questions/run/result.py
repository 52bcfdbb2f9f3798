"""What came out of a run: its tables, read from its directory a few columns at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, final

from experiments.errors import check_number
from experiments.labels import counted, percent
from experiments.questions.run.until import RunFound, UntilFound
from experiments.questions.run.worlds import kept_design
from experiments.report.result import Result, records
from experiments.store.columns import Columns, FrameColumns, StoredColumns
from experiments.store.digest import digest_of_rows
from experiments.store.plan import RunSettings
from experiments.store.reading import Finished, runs_of, trajectories_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.config.model import Config
    from experiments.design.given import GivenDesign
    from experiments.questions.run.figures import Material
    from experiments.questions.run.summary import Summary
    from experiments.report.blocks import Block
    from experiments.store.manifest import Manifest
    from experiments.story.one_run import WhichRun

#: Runs whose paths are drawn; more would not change a band by the width of its line.
PICTURED_RUNS: Final = 2_000


@final
class RunResult(Result):
    """The answer of a run.

    Parameters
    ----------
    found : Finished
        Its directory. From one that goes soon everything is read at once.

    Attributes
    ----------
    manifest : Manifest
        What was asked for, and with what code.
    """

    def __init__(self, found: Finished) -> None:
        self.manifest: Manifest = found.manifest
        self._found = found
        if found.is_temporary:
            _ = self.runs, self.trajectories, self.digest, self.rows

    @property
    def config(self) -> Config:
        """What was negotiated."""
        return self._found.config

    @property
    def folder(self) -> str | None:
        """Directory of the run, where one was named."""
        return self._found.folder

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row per negotiation."""
        return runs_of(self._found)

    @cached_property
    def given(self) -> GivenDesign | None:
        """Table of worlds that the runs were given, where there was one."""
        return kept_design(self._found.place, self.manifest)

    @cached_property
    def _settings(self) -> RunSettings:
        return self._found.settings(RunSettings)

    @cached_property
    def _until(self) -> UntilFound | None:
        return self._found.results(RunFound).until

    @cached_property
    def trajectories(self) -> pd.DataFrame:
        """One row per run, round, side and issue; of a sample of runs unless all were asked for."""
        return trajectories_of(self._found)

    @cached_property
    def digest(self) -> str:
        """What ``winset hash`` prints: equal digests mean equal results."""
        return digest_of_rows(self._found)

    @property
    def columns(self) -> Columns:
        """Table of the runs, of which only a few columns at a time need be in memory.

        Not kept, for another run may take the directory over: whoever reads on later has its files checked again.
        """
        return FrameColumns(self.runs) if self.folder is None else StoredColumns(self._found)

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Trajectories of as many runs as are drawn."""
        if self.folder is None:
            return self.trajectories[self.trajectories["run"] < PICTURED_RUNS]
        return trajectories_of(self._found, first_runs=PICTURED_RUNS)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``runs`` and ``trajectories``."""
        return {"runs": self.runs, "trajectories": self.trajectories}

    @property
    def headings(self) -> dict[str, tuple[str, ...]]:
        """Names of the columns of both tables, of which not all rows are read."""
        return {"runs": self.columns.names, "trajectories": tuple(map(str, self.paths.columns))}

    @property
    def negotiations(self) -> int:
        """Number of negotiations."""
        return int(self.manifest.settings["runs"])

    @cached_property
    def _summary(self) -> Summary:
        from experiments.questions.run.summary import summarise

        return summarise(self.columns)

    def summary(self) -> Summary:
        """Shares of the outcomes with intervals, and quantiles of package and gains."""
        return self._summary

    def headline(self) -> str:
        """Say how many talks were played and how many ended in a deal."""
        summary = self._summary
        share = percent(summary.agreements / summary.runs) if summary.runs else "none"
        return f"{counted(self.negotiations, 'negotiation')} of {self.config.name}, {share} with a deal"

    @cached_property
    def rows(self) -> pd.DataFrame | None:
        """How the talks of each row of a table of worlds ended, see :func:`experiments.questions.run.by_row.by_row`.

        None without such a table, and of one with more rows than anyone looks through.
        """
        from experiments.questions.run.by_row import by_row

        return None if self.given is None else by_row(self.columns, self.given)

    def row_tables(self) -> Sequence[Block]:
        """Table of :attr:`rows`, where there is one."""
        from experiments.questions.run.by_row import row_table

        return () if self.rows is None or self.given is None else (row_table(self.rows, self.given.paths),)

    def blocks(self) -> Sequence[Block]:
        """Sentences and tables of the summary, and what came of each row of a table of worlds."""
        from experiments.questions.run.text import blocks

        return (*blocks(self._summary, self.config, self.notes()), *self.row_tables())

    def notes(self) -> tuple[str, ...]:
        """Sentences on where the worlds come from, and on how sure the run was to be."""
        from experiments.questions.run.notes import notes

        return tuple(notes(self.config, self._settings, self._until))

    def plain(self) -> dict[str, Any]:
        """Tables of the summary, as plain data."""
        from experiments.config.explain import further_units
        from experiments.questions.run.answer import answer
        from experiments.questions.run.notes import units_of_tables, until_as_data
        from experiments.story.constraints import input_sentences, worded

        summary, settings = self._summary, self._settings
        until, found = settings.until, self._until
        constraints = worded(summary.constraints, self.config)
        inputs, units = input_sentences(constraints), further_units(self.config)
        names = (
            "outcomes", "reasons", "rounds", "dates", "package", "pledge", "gains", "gaps", "met",
            "differences",
        )  # fmt: skip
        return {
            "config": self.config.name,
            "negotiations": self.negotiations,
            "seed": self.manifest.seed,
            "answer": answer(summary, units, inputs).text,
            "notes": list(self.notes()),
            "level": summary.level,
            "agreements": summary.agreements,
            "digest": self.digest,
            **records({name: getattr(summary, name) for name in names} | {"constraints": constraints}),
            "differences_note": summary.differences_note,
            "executed": summary.executed,
            "dealt_after": summary.dealt_after,
            "inputs": inputs,
            "units": units_of_tables(summary, self.config),
            "design": None if settings.design is None else settings.design.model_dump(),
            **({} if self.rows is None else records({"rows": self.rows})),
            "until": None if until is None or found is None else until_as_data(until, found, self.config),
        }

    def material(self, run: int | None = None) -> Material:
        """What the pictures are drawn from, with the run whose own picture is drawn; a typical one unless given."""
        from experiments.questions.run.figures import Material, typical_run

        if run is not None:
            check_number("--run", run, 0, self.negotiations - 1)
        chosen = typical_run(self.columns) if run is None else run
        return Material(self.config, self.columns, self.paths, self.which(chosen))

    def which(self, run: int) -> WhichRun:
        """One of its runs, to be played again."""
        from experiments.story.one_run import WhichRun

        return WhichRun(run, self.manifest.seed, self.negotiations, self.given)

    def draw(self, names: Sequence[str] | None = None, run: int | None = None) -> dict[str, Figure]:
        """Draw pictures by name; of one negotiation, that with the number `run` or a typical one."""
        from experiments.questions.run.figures import draw

        return draw(self.material(run), names)


def read(found: Finished) -> RunResult:
    """Read the answer of a finished run."""
    found.settings(RunSettings)
    found.results(RunFound)
    return RunResult(found)
