"""Which uncertain inputs decide how talks end: three methods on one budget, and whether they agree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from experiments.config.load import AnyConfig, config_of
from experiments.config.run_settings import seed_of
from experiments.errors import RunError, need
from experiments.lab.models import TalksModel
from experiments.lab.seats import refuse_uncompiled
from experiments.progress import listener
from experiments.questions.sensitivity.analysis import BASE, TRAJECTORIES, analyse, check_sizes
from experiments.questions.sensitivity.result import SensitivityResult, read
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.tables import table_file

if TYPE_CHECKING:
    from experiments.progress import Progress
    from experiments.store.place import Folder


def sensitivity(
    config: AnyConfig,
    seed: int | None = None,
    *,
    ranges: bool = False,
    base: int = BASE,
    trajectories: int = TRAJECTORIES,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SensitivityResult:
    """Explain how the talks of a config end by its uncertain inputs.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    seed : int, optional
        Seed of every draw; by default that of the config.
    ranges : bool
        Whether fixed parameters with a plausible range are varied too, evenly.
    base, trajectories : int
        Sizes of the designs, see :func:`experiments.questions.sensitivity.analysis.analyse`.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError
        When an input is correlated with another: these methods vary inputs one by one. When a size is none that the
        designs have, a tactic cannot be compiled, or `out` holds something else.
    """
    loaded = config_of(config, sets)
    need("SALib", "sensitivity")
    check_sizes(base, trajectories)
    if loaded.correlations:
        raise RunError(
            f"{loaded.name} has correlated inputs, and Sobol and Morris vary inputs one by one; explore it without: "
            "--set correlations=[]."
        )
    if loaded.posterior is not None:
        raise RunError(
            f"{loaded.name} draws numbers together from a posterior, and Sobol and Morris vary inputs one by one; "
            "explore the config that was calibrated."
        )
    refuse_uncompiled(loaded)
    settings = {"ranges": ranges, "base": base, "trajectories": trajectories}
    request = Request(
        "sensitivity",
        loaded,
        seed_of(loaded, seed),
        settings,
        libraries=("SALib",),
        pictures=partial(figures_in, "sensitivity"),
    )
    model = TalksModel(loaded, request.seed, ranges)
    progress = listener(progress)
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        tables = analyse(
            model, request.seed, base=base, trajectories=trajectories, directory=directory, progress=progress
        )
        for name, table in tables.items():
            directory.keep(table_file(name), table)
        directory.finish()
        return read(directory.finished())
