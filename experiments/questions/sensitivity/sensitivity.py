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
from experiments.lab.vary import varied_tactics, vary_of, widened
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
    vary: Sequence[str] = (),
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
    vary : sequence of str
        What the config fixes and is varied all the same: ``events``, ``red_lines`` and ``releases``, each of which then
        happens in every second run, ``tactics``, or ``all`` of them.
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
    need("SALib", "sensitivity")
    check_sizes(base, trajectories)
    asked = vary_of(vary)
    loaded, tactics = widened(config_of(config, sets), asked, ranges=ranges), varied_tactics(asked)
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
    settings = {
        "vary": list(asked), "tactics": list(tactics), "ranges": ranges, "base": base, "trajectories": trajectories,
    }  # fmt: skip
    request = Request(
        "sensitivity",
        loaded,
        seed_of(loaded, seed),
        settings,
        libraries=("SALib",),
        pictures=partial(figures_in, "sensitivity"),
    )
    model = TalksModel(loaded, request.seed, tactics)
    progress = listener(progress)
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=progress.say) as directory:
        tables = analyse(
            model, request.seed, base=base, trajectories=trajectories, directory=directory, progress=progress
        )
        for name, table in tables.items():
            directory.keep(table_file(name), table)
        directory.finish()
        return read(directory.finished())
