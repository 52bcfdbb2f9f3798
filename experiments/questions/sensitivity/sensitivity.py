"""Which uncertain inputs decide how talks end: three methods on one budget, and whether they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.errors import RunError, need
from experiments.lab.checks import refuse_uncompiled, seed_of
from experiments.lab.models import TalksModel
from experiments.progress import _MessagesOnly
from experiments.questions.sensitivity.analysis import BASE, TRAJECTORIES, analyse, check_sizes
from experiments.questions.sensitivity.result import SensitivityResult, read
from experiments.store.directory import Directory
from experiments.store.manifest import Request

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.progress import Progress
    from experiments.store.place import Folder


def play(
    config: Config,
    seed: int | None = None,
    out: Folder | None = None,
    *,
    ranges: bool = False,
    base: int = BASE,
    trajectories: int = TRAJECTORIES,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SensitivityResult:
    """Explain how the talks of a config end by its uncertain inputs.

    Parameters
    ----------
    config : Config
        What is negotiated.
    seed : int, optional
        Seed of every draw; by default that of the config.
    out : str, pathlib.Path or Place, optional
        Directory or address of points and tables; without one they are read before they go.
    ranges : bool
        Whether fixed parameters with a plausible range are varied too, evenly.
    base, trajectories : int
        Sizes of the designs, see :func:`experiments.questions.sensitivity.analysis.analyse`.
    resume, overwrite : bool
        Go on with what is in `out`, or replace it.
    progress : Progress, optional
        Told what happens.

    Raises
    ------
    experiments.errors.RunError
        When an input is correlated with another: these methods vary inputs one by one. When a size is none that the
        designs have, a tactic cannot be compiled, or `out` holds something else.
    """
    need("SALib", "sensitivity")
    check_sizes(base, trajectories)
    if config.correlations:
        raise RunError(
            f"{config.name} has correlated inputs, and Sobol and Morris vary inputs one by one; explore it without: "
            "--set correlations=[]."
        )
    refuse_uncompiled(config)
    settings = {"ranges": ranges, "base": base, "trajectories": trajectories}
    request = Request("sensitivity", config, seed_of(config, seed), settings, libraries=("SALib",))
    model = TalksModel(config, request.seed, ranges)
    heard = _MessagesOnly() if progress is None else progress
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=heard.say) as directory:
        tables = analyse(model, request.seed, base=base, trajectories=trajectories, directory=directory, progress=heard)
        for name, table in tables.items():
            directory.keep(f"tables/{name}.csv", table)
        directory.finish()
        return read(directory.finished())
