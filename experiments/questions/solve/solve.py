"""From a config and what the user asked for to a solved bargaining problem in its directory."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from experiments.config.load import AnyConfig, config_of
from experiments.config.run_settings import seed_of
from experiments.errors import MAX_RUNS, check_number
from experiments.progress import Progress, listener
from experiments.questions.solve.points import POWERS
from experiments.questions.solve.problem import check_powers, solve
from experiments.questions.solve.result import SolveResult, numbers_of, read, tables_of
from experiments.report.result import figures_in
from experiments.store.directory import Directory
from experiments.store.manifest import Request
from experiments.store.tables import table_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.store.place import Folder


def solutions(
    config: AnyConfig,
    seed: int | None = None,
    run: int = 0,
    powers: Sequence[float] | None = None,
    *,
    refine: bool = False,
    sets: Sequence[str] = (),
    out: Folder | None = None,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SolveResult:
    """Play one negotiation and solve the bargaining problem that it ended with.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    seed : int, optional
        Seed; by default that of the config.
    run : int
        Which of the negotiations of this seed.
    powers : sequence of float, optional
        Bargaining powers of the US for which the asymmetric Nash solution is wanted, each strictly between 0 and 1; by
        default 0.25 and 0.75.
    refine : bool
        Whether to look for the solutions between the levels of the grid as well.
    sets, out, resume, overwrite, progress
        As every question takes them, see :mod:`winset`: changes to the config, and where the answer is kept.

    Raises
    ------
    experiments.errors.RunError
        When a number is out of its range.
    """
    loaded = config_of(config, sets)
    chosen = POWERS if powers is None else tuple(powers)
    check_powers(chosen)
    check_number("--run", run, 0, MAX_RUNS - 1)
    settings = {"run": run, "powers": chosen, "refine": refine}
    request = Request("solve", loaded, seed_of(loaded, seed), settings, pictures=partial(figures_in, "solve"))
    say = listener(progress).say
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=say) as directory:
        solved = solve(loaded, request.seed, run, chosen, refine=refine)
        for name, table in tables_of(solved).items():
            directory.keep(table_file(name), table)
        directory.finish(**numbers_of(solved))
        return read(directory.finished())
