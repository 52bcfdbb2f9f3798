"""The finished runs that are set side by side: what each is called, and which cannot stand beside another."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, final

from experiments.config.digest import config_digest
from experiments.config.explain import further_units
from experiments.config.shipped import CONFIGS
from experiments.errors import RunError
from experiments.labels import plain
from experiments.report.repeat import file_name
from experiments.report.result import Result
from experiments.store.columns import Columns, StoredColumns
from experiments.store.digest import digest_of_rows
from experiments.store.place import Folder, LocalPlace, Place
from experiments.store.places import place_of
from experiments.store.plan import RunSettings
from experiments.store.reading import Finished, finished_run

if TYPE_CHECKING:
    from experiments.config.model import Config

#: Runs that stand side by side at most, the base included.
MOST_RUNS: Final = 6

_YAML: Final = (".yaml", ".yml")


@final
@dataclass(frozen=True, eq=False)
class ComparedRun:
    """One of the runs.

    Attributes
    ----------
    label : str
        What it is called beside the others: the end of its directory's path.
    found : Finished
        Its directory.
    settings : RunSettings
        How it was played.
    """

    label: str
    found: Finished
    settings: RunSettings

    @property
    def config(self) -> Config:
        """What was negotiated."""
        return self.found.config

    @property
    def seed(self) -> int:
        """Seed of every draw."""
        return self.found.seed

    @cached_property
    def columns(self) -> Columns:
        """Its table of runs."""
        return StoredColumns(self.found)

    def resolved(self) -> dict[str, Any]:
        """What a comparison keeps of it, as plain data."""
        code = self.found.manifest.surroundings.code
        return {
            "label": self.label,
            "folder": str(self.found.place),
            "seed": self.seed,
            "runs": self.settings.runs,
            "rows": digest_of_rows(self.found),
            "version": code.version,
            "code": code.digest,
            "config": self.config.resolved(),
        }


@final
@dataclass(frozen=True, eq=False)
class RunsCompared:
    """What a comparison is about: its runs, the base first.

    Attributes
    ----------
    runs : tuple of ComparedRun
        The runs.
    """

    runs: tuple[ComparedRun, ...]

    @property
    def name(self) -> str:
        """The names of the runs, after which a directory is called."""
        return "-".join(file_name(run.label) for run in self.runs)

    @cached_property
    def _plain(self) -> dict[str, Any]:
        return {"name": self.name, "runs": [run.resolved() for run in self.runs]}

    def resolved(self) -> dict[str, Any]:
        """The configs of all runs, and which rows they have, as plain data."""
        return self._plain

    def digest(self) -> str:
        """Digest of :meth:`resolved`."""
        return config_digest(self._plain)


def runs_compared(given: Sequence[Folder | Result]) -> RunsCompared:
    """Read the runs that are set side by side.

    Parameters
    ----------
    given : sequence of str, pathlib.Path or Result
        Directories or addresses of finished runs, the base first.

    Raises
    ------
    experiments.errors.RunError
        When there are too few or too many, one is no finished run, one stands twice, or they differ in their partner or
        in the unit of an issue.
    """
    if not 2 <= len(given) <= MOST_RUNS:
        raise RunError(
            f"compare needs the directories of 2 to {MOST_RUNS} finished runs, the base first (got {len(given)}); "
            "for example winset compare out/base out/other."
        )
    places = [_place(one) for one in given]
    _refuse_twice(places)
    found = [finished_run(place) for place in places]
    labels = _apart([str(place) for place in places])
    runs = tuple(ComparedRun(label, one, one.settings(RunSettings)) for label, one in zip(labels, found, strict=True))
    _refuse_other_partners(runs)
    _refuse_other_units(runs)
    return RunsCompared(runs)


def _place(given: Folder | Result) -> Place:
    if isinstance(given, Result):
        if given.folder is None:
            raise RunError("a run that was kept in no directory cannot be compared: play it with out=.")
        return place_of(given.folder)
    if isinstance(given, str | Path) and "://" not in str(given):
        _refuse_config(Path(given))
    return place_of(given)


def _refuse_config(path: Path) -> None:
    """Refuse a config with the command that plays it."""
    is_shipped = len(path.parts) == 1 and not path.exists() and (CONFIGS / f"{path.name}.yaml").is_file()
    if is_shipped or path.suffix.lower() in _YAML:
        out = shlex.quote(f"out/{path.stem}")
        raise RunError(
            f"{path} is a config, and compare reads finished runs; play it first: winset run {shlex.quote(str(path))} "
            f"--runs 1000 --out {out}, and the same with what you would change, such as --set PATH=VALUE, and another "
            "--out. Then name both directories."
        )


def _refuse_twice(places: Sequence[Place]) -> None:
    known: dict[str, Place] = {}
    for place in places:
        key = str(place.folder.resolve()) if isinstance(place, LocalPlace) else str(place)
        if key in known:
            raise RunError(
                f"{place} is named twice; a run is compared with another one. Play the same config with what you would "
                "change, such as --set PATH=VALUE, into another --out."
            )
        known[key] = place


def _refuse_other_partners(runs: Sequence[ComparedRun]) -> None:
    base = runs[0]
    for run in runs[1:]:
        names = [one.config.partner.names.name for one in (base, run)]
        if names[0] != names[1]:
            raise RunError(
                f"{base.found.place} is about talks with {names[0]}, and {run.found.place} with {names[1]}: "
                "their gains and purchases are those of two countries, and no difference of them is that of one "
                "change. Compare runs with one partner; winset forecast and winset chain set countries side by side."
            )


def _refuse_other_units(runs: Sequence[ComparedRun]) -> None:
    base = runs[0]
    units = further_units(base.config)
    for run in runs[1:]:
        other = further_units(run.config)
        for issue in units:
            if issue in other and other[issue] != units[issue]:
                raise RunError(
                    f"{plain(issue)} is in {units[issue]} in {base.found.place} and in {other[issue]} in "
                    f"{run.found.place}; give it one unit in both configs, or another name in one of them."
                )


def _apart(folders: Sequence[str]) -> list[str]:
    """Ends of paths, no longer than it takes to tell them apart."""
    paths = [PurePosixPath(folder).parts for folder in folders]
    for length in range(1, max(map(len, paths)) + 1):
        names = ["/".join(path[-length:]) for path in paths]
        if len(set(names)) == len(names):
            return names
    return list(folders)
