"""The table of worlds of a run: as the user names it, or as it is kept in the directory of the run that goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from experiments.config.changes import Changes
from experiments.design.given import GivenDesign, under_design
from experiments.design.worlds_file import OPTION, read_worlds
from experiments.errors import RunError
from experiments.labels import counted
from experiments.store.place import reading_from
from experiments.store.plan import GivenSettings, RunSettings
from experiments.store.seal import edited
from experiments.store.tables import is_as_written, table_in
from experiments.store.typed import settings_of

if TYPE_CHECKING:
    import pandas as pd

    from experiments.config.model import Config
    from experiments.store.manifest import Manifest
    from experiments.store.place import Place

#: The table in the directory of a run.
KEPT_AS: Final = "design.parquet"


def with_worlds(
    config: Config, design: pd.DataFrame | str | Path | None, going_on: tuple[Place, Manifest] | None, sets: Changes
) -> tuple[Config, GivenDesign | None]:
    """Config of the worlds of a table, and the table; unless one is named that of the run that goes on."""
    if design is not None:
        return under_design(config, read_worlds(design, table_in), sets)
    if going_on is None or (kept := kept_design(*going_on)) is None:
        return config, None
    return under_design(config, read_worlds(kept.frame(), table_in), sets)


def kept_design(place: Place, manifest: Manifest) -> GivenDesign | None:
    """Table of worlds that a run has kept; None where it has none.

    Raises
    ------
    experiments.errors.RunError
        When it is not there as it was written.
    """
    settings = settings_of(RunSettings, manifest, place).design
    if settings is None:
        return None
    stored = next((one for one in manifest.files if one.file == KEPT_AS), None)
    if stored is None or not is_as_written(place, stored):
        raise RunError(
            f"{place}/{KEPT_AS}, the table of worlds of this run, is missing or damaged; name the table again with "
            f"{OPTION}, --resume and the options that the run began with."
        )
    with reading_from(place):
        table = table_in(place.read(KEPT_AS))
    columns = [table[name].to_numpy() for name in table.column_names]
    found = GivenDesign(tuple(table.column_names), np.stack(columns, axis=1))
    if found.digest != settings.digest:
        raise edited(str(place), f"the digest in its manifest is not that of {KEPT_AS}")
    return found


def settings_of_design(given: GivenDesign) -> GivenSettings:
    """What a manifest says of a table of worlds."""
    return GivenSettings(digest=given.digest, rows=len(given), columns=given.paths)


def runs_of_worlds(given: GivenDesign, runs: int | None) -> int:
    """Negotiations of a table of worlds: one a row, or as many times each as the user asks for.

    Raises
    ------
    experiments.errors.RunError
        When the number asked for is no multiple of the rows.
    """
    rows = len(given)
    if runs is None:
        return rows
    if runs < rows or runs % rows:
        fewer = rows * (runs // rows)
        near = f"{fewer:,} or {fewer + rows:,}" if fewer else f"{rows:,}"
        raise RunError(
            f"--runs {runs:,}: {OPTION} has {counted(rows, 'row')}, each played as often as any other, so it must be a "
            f"multiple of that, such as {near}; without --runs every row is played once."
        )
    return runs
