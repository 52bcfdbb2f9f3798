"""From a config and what the user asked for to a solved bargaining problem in its directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.errors import MAX_RUNS, check_number
from experiments.lab.checks import seed_of
from experiments.progress import Progress, _MessagesOnly
from experiments.questions.solve.points import POWERS
from experiments.questions.solve.problem import check_powers, solve
from experiments.questions.solve.result import SolveResult, numbers_of, read, tables_of
from experiments.store.directory import Directory
from experiments.store.manifest import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from experiments.config.model import Config
    from experiments.store.place import Folder


def play(
    config: Config,
    seed: int | None = None,
    run: int = 0,
    powers: Sequence[float] | None = None,
    out: Folder | None = None,
    *,
    refine: bool = False,
    resume: bool = False,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> SolveResult:
    """Play one negotiation and solve the bargaining problem that it ended with.

    Parameters
    ----------
    config : Config
        What is negotiated.
    seed : int, optional
        Seed; by default that of the config.
    run : int
        Which of the negotiations of this seed.
    powers : sequence of float, optional
        Bargaining powers of the US for which the asymmetric Nash solution is wanted, each strictly between 0 and 1; by
        default 0.25 and 0.75.
    out : str or pathlib.Path, optional
        Directory for the tables; without one they are read before they go.
    refine : bool
        Whether to look for the solutions between the levels of the grid as well.
    resume, overwrite : bool
        Go on with what is in `out`, which is one negotiation and played anew, or replace it.
    progress : Progress, optional
        Told what happens.

    Raises
    ------
    experiments.errors.RunError
        When a number is out of its range.
    """
    chosen = POWERS if powers is None else tuple(powers)
    check_powers(chosen)
    check_number("--run", run, 0, MAX_RUNS - 1)
    request = Request("solve", config, seed_of(config, seed), {"run": run, "powers": chosen, "refine": refine})
    say = (progress or _MessagesOnly()).say
    with Directory.open(out, request, resume=resume, overwrite=overwrite, say=say) as directory:
        solved = solve(config, request.seed, run, chosen, refine=refine)
        for name, table in tables_of(solved).items():
            directory.keep(f"{name}.csv", table)
        directory.finish(**numbers_of(solved))
        return read(directory.finished())
