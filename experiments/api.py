"""The door for notebooks and scripts: each question by its name, one negotiation, and the page of a directory.

Every function takes a config in whatever form. What a question takes besides is in :mod:`winset`; what it returns has
tables, figures, text and JSON, see :class:`experiments.report.result.Result`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.tactics.registering import register, unregister
from experiments.config.load import AnyConfig, config_of, load_config
from experiments.config.own_tactics import load_tactics
from experiments.config.run_settings import seed_of
from experiments.errors import MAX_RUNS, check_number
from experiments.labels import partner_called
from experiments.progress import COMPILING
from experiments.questions.advise.advise import advise
from experiments.questions.calibrate.calibrate import calibrate
from experiments.questions.chain.chain import chain
from experiments.questions.compare.compare import compare
from experiments.questions.discover.discover import discover
from experiments.questions.exploit.exploit import exploit
from experiments.questions.factorial.factorial import factorial
from experiments.questions.forecast.forecast import forecast
from experiments.questions.grid.grid import grid
from experiments.questions.hindcast.hindcast import hindcast
from experiments.questions.positions.positions import positions
from experiments.questions.reporting import write_report
from experiments.questions.run.run import run
from experiments.questions.sensitivity.sensitivity import sensitivity
from experiments.questions.solve.solve import solutions
from experiments.questions.stress.stress import stress
from experiments.questions.sweep.sweep import leader_sweep, sweep
from experiments.questions.tournament.tournament import tournament
from experiments.questions.value.value import value
from experiments.store.reading import load_runs, load_trajectories
from experiments.story.played import PlayResult

if TYPE_CHECKING:
    from experiments.figures.kit.theme import Theme
    from experiments.progress import Progress
    from experiments.report.result import Result
    from experiments.store.place import Folder

__all__ = [
    "advise",
    "calibrate",
    "chain",
    "compare",
    "discover",
    "exploit",
    "factorial",
    "forecast",
    "grid",
    "hindcast",
    "leader_sweep",
    "load_config",
    "load_result",
    "load_runs",
    "load_tactics",
    "load_trajectories",
    "play",
    "positions",
    "progress_bar",
    "register",
    "report",
    "run",
    "sensitivity",
    "solutions",
    "stress",
    "sweep",
    "tournament",
    "unregister",
    "value",
]


def play(
    config: AnyConfig,
    seed: int | None = None,
    run: int = 0,
    sets: Sequence[str] = (),
    *,
    say: Callable[[str], None] | None = None,
) -> PlayResult:
    """Play one negotiation and tell it round by round.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    seed : int, optional
        Seed; by default that of the config.
    run : int
        Which of the negotiations of this seed.
    sets : sequence of str
        Changes ``path=value`` to the config.
    say : callable, optional
        Told when the rules have to be compiled first.

    Raises
    ------
    experiments.errors.RunError, experiments.errors.ConfigError
        When the config or a number is wrong.
    """
    from experiments.story.narrative import narrate
    from sim.compiled import is_cold

    loaded = config_of(config, sets)
    chosen = seed_of(loaded, seed)
    check_number("--run", run, 0, MAX_RUNS - 1)
    if say is not None and is_cold():
        say(COMPILING)
    with partner_called(loaded.partner.names):
        return PlayResult(loaded, narrate(loaded, chosen, run))


def progress_bar() -> Progress:
    """What shows on the error stream how far a question is, given to it as `progress`.

    It draws a bar on a terminal and prints a line now and then elsewhere. Without it a question says nothing.
    """
    from rich.console import Console

    from experiments.progress import progress_for

    return progress_for(Console(stderr=True))


def report(folder: Folder, out: str | Path | None = None, theme: Theme = "light") -> Path | str:
    """Write the page of a finished directory and return where it is.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address of the answer to a question.
    out : str or pathlib.Path, optional
        File to write; ``report.html`` inside the directory unless given.
    theme : str
        ``light`` or ``dark``.

    Raises
    ------
    experiments.errors.RunError
        When there is no finished answer, it is damaged, or the file cannot be written.
    """
    written, _ = write_report(folder, None if out is None else Path(out), theme)
    return written if "://" in written else Path(written)


def load_result(folder: Folder) -> Result:
    """Read the answer to whichever question a finished directory holds.

    Parameters
    ----------
    folder : str or pathlib.Path
        Directory or address.

    Raises
    ------
    experiments.errors.RunError
        When it is unfinished, damaged, or of another version.
    """
    from experiments.questions.registry import read_result

    return read_result(folder)[1]
