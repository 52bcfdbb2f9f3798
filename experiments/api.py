"""The door for notebooks and scripts: run a config and get data frames, or play one negotiation and read its story."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from rich.console import Console

from agents.tactics.registering import register, unregister
from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.config.own_tactics import EngineName, load_tactics
from experiments.errors import MAX_RUNS, SEEDS, check_number
from experiments.job import default_folder, run_to_folder
from experiments.progress import COMPILING, Progress
from experiments.store.digest import digest_of_run
from experiments.store.directory import FIGURES
from experiments.store.plan import Options, scope_of
from experiments.store.reading import load_runs, load_trajectories
from experiments.tournament.api import TournamentResult, tournament

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.solving.problem import Solved
    from experiments.story.narrative import Story
    from experiments.stress.advise import Advice
    from experiments.stress.exploit import ExploitResult
    from experiments.stress.lab import StressOptions, StressResult
    from experiments.summary import Summary

__all__ = [
    "PlayResult",
    "RunResult",
    "TournamentResult",
    "advise",
    "exploit",
    "load_runs",
    "load_tactics",
    "load_trajectories",
    "play",
    "register",
    "run",
    "solutions",
    "stress",
    "tournament",
    "unregister",
]

#: A config that is loaded already, as plain data, or as the name of a file.
AnyConfig = Config | Mapping[str, Any] | str | Path


@dataclass(frozen=True, eq=False)
class RunResult:
    """The tables of a finished run.

    Attributes
    ----------
    config : Config
        What was negotiated.
    runs : pandas.DataFrame
        One row per negotiation.
    trajectories : pandas.DataFrame
        One row per run, round, side and issue; of a sample of runs unless all were asked for.
    digest : str
        What ``winset hash`` prints: equal digests mean equal results.
    folder : pathlib.Path or None
        Directory of the run, where one was named.
    """

    config: Config
    runs: pd.DataFrame
    trajectories: pd.DataFrame
    digest: str
    folder: Path | None

    def summary(self) -> Summary:
        """Shares of the outcomes with intervals, and quantiles of package and gains."""
        from experiments.summary import summarise

        return summarise(self.runs)

    def figures(self) -> dict[str, Figure]:
        """Draw the pictures, by name."""
        from experiments.pictures import figures_of

        return figures_of(self.config, self.runs, self.trajectories)

    def save_figures(self, folder: str | Path | None = None) -> list[Path]:
        """Draw the pictures into `folder`, by default into that of the run, and return their files."""
        from experiments.pictures import draw_all

        place = Path(folder) if folder is not None else (self.folder or default_folder(self.config)) / FIGURES
        return draw_all(self.config, self.runs, self.trajectories, place)


def _as_json(value: Any) -> Any:
    """Dates in ISO form, arrays as lists, numbers of NumPy as plain ones."""
    return value.tolist() if hasattr(value, "tolist") else str(value)


@dataclass(frozen=True, eq=False)
class PlayResult:
    """One negotiation, told."""

    config: Config
    story: Story

    @property
    def turns(self) -> pd.DataFrame:
        """Every turn with what was heard, asked for and tabled; see :func:`experiments.story.played.turns_of`."""
        from experiments.story.played import turns_of

        return turns_of(self.story)

    @property
    def payoffs(self) -> pd.DataFrame:
        """Payoff, walk-away payoff and gain of every agent at the end, US$ bn a year."""
        from experiments.story.played import payoffs_of

        return payoffs_of(self.story)

    def figures(self) -> dict[str, Figure]:
        """Draw the negotiation in the plane of both payoffs, by name; only of talks between tactics of the config."""
        from experiments.story.played import figures_of

        return figures_of(self.story, self.config)

    def tell(self, console: Console) -> None:
        """Print the story."""
        from experiments.config.explain import event_descriptions, further_units
        from experiments.story.text import Glossary, render

        render(self.story, console, Glossary(further_units(self.config), event_descriptions(self.config)))

    def json(self) -> str:
        """Story as JSON: the fields of :class:`experiments.story.narrative.Story`, dates in ISO form.

        What a side has learnt is a list of ``issues`` and ``multiplier``, since JSON has no names of several parts.
        """
        import json
        from dataclasses import asdict

        data = asdict(self.story)
        data["ending"]["lessons"] = {
            side: [{"issues": issues, "multiplier": multiplier} for issues, multiplier in lessons.items()]
            for side, lessons in self.story.ending.lessons.items()
        }
        return json.dumps(data, default=_as_json, ensure_ascii=False, indent=1)

    def text(self, width: int = 100) -> str:
        """Story as plain text of `width` columns."""
        console = Console(width=width, color_system=None, force_terminal=False, force_jupyter=False)
        with console.capture() as captured:
            self.tell(console)
        return captured.get()


def run(
    config: AnyConfig,
    runs: int | None = None,
    seed: int | None = None,
    sets: Sequence[str] = (),
    workers: int = 1,
    trajectories: bool | None = None,
    out: str | Path | None = None,
    *,
    engine: EngineName | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> RunResult:
    """Run many negotiations.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    runs, seed : int, optional
        Number of negotiations and seed; by default those of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    workers : int
        Number of processes. They do not execute the script that starts them.
    trajectories : bool, optional
        Whether every run's trajectory is kept; by default as the config says.
    out : str or pathlib.Path, optional
        Directory for the files; without one they are gone when the frames are read.
    engine : str, optional
        ``compiled`` or ``mesa``; the rows are the same.
    resume, overwrite : bool
        Go on with the run in `out`, or replace it.

    Returns
    -------
    RunResult
        Tables of the run.
    """
    loaded = config_of(config, sets)
    options = Options(runs=runs, seed=seed, engine=engine, trajectories=scope_of(trajectories))
    with tempfile.TemporaryDirectory(prefix="winset-") as temporary:
        folder = Path(temporary) if out is None else Path(out)
        progress = _MessagesOnly()
        run_to_folder(loaded, options, folder, workers=workers, progress=progress, resume=resume, overwrite=overwrite)
        return RunResult(
            config=loaded,
            runs=load_runs(folder),
            trajectories=load_trajectories(folder),
            digest=digest_of_run(folder),
            folder=None if out is None else folder,
        )


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
    """
    from experiments.story.narrative import narrate
    from sim.compiled import is_cold

    loaded = config_of(config, sets)
    chosen = loaded.experiment.seed if seed is None else seed
    check_number("--seed", chosen, *SEEDS)
    check_number("--run", run, 0, MAX_RUNS - 1)
    if say is not None and is_cold():
        say(COMPILING)
    return PlayResult(loaded, narrate(loaded, chosen, run))


def solutions(
    config: AnyConfig,
    run: int = 0,
    seed: int | None = None,
    sets: Sequence[str] = (),
    *,
    powers: Sequence[float] | None = None,
    refine: bool = False,
    say: Callable[[str], None] | None = None,
) -> Solved:
    """Play one negotiation and solve the bargaining problem that it ended with.

    Parameters
    ----------
    config : Config, mapping, str or pathlib.Path
        What is negotiated.
    run : int
        Which of the negotiations of this seed.
    seed : int, optional
        Seed; by default that of the config.
    sets : sequence of str
        Changes ``path=value`` to the config.
    powers : sequence of float, optional
        Bargaining powers of the US for asymmetric Nash solutions; by default 0.25 and 0.75.
    refine : bool
        Whether to look for the solutions between the levels of the grid as well.
    say : callable, optional
        Told when the rules have to be compiled first.
    """
    from experiments.solving.points import POWERS
    from experiments.solving.problem import solve
    from sim.compiled import is_cold

    if say is not None and is_cold():
        say(COMPILING)
    return solve(config_of(config, sets), seed, run, POWERS if powers is None else tuple(powers), refine=refine)


def stress(
    config: AnyConfig,
    options: StressOptions,
    sets: Sequence[str] = (),
    out: str | Path | None = None,
    *,
    resume: bool = False,
    overwrite: bool = False,
) -> StressResult:
    """Search for what hurts a tactic most; see :func:`experiments.stress.lab.stress` and its `StressOptions`."""
    from experiments.stress.lab import stress as stress_tactic

    original = Path(config) if isinstance(config, str | Path) and not sets else None
    folder = None if out is None else Path(out)
    return stress_tactic(
        config_of(config, sets), options, folder, original=original, resume=resume, overwrite=overwrite
    )


def exploit(config: AnyConfig, tactics: Sequence[str] = (), sets: Sequence[str] = (), **asked: Any) -> ExploitResult:
    """Find the best reply to each tactic; `asked` as in :func:`experiments.stress.exploit.exploit`."""
    from experiments.stress.exploit import exploit as best_replies

    return best_replies(config_of(config, sets), tuple(tactics), **asked)


def advise(config: AnyConfig, side: str, levers: Sequence[str] = (), sets: Sequence[str] = (), **asked: Any) -> Advice:
    """Try the levers of a side while the other side reacts; `asked` as in :func:`experiments.stress.advise.advise`."""
    from experiments.stress.advise import advise as advise_side

    return advise_side(config_of(config, sets), side, tuple(levers), **asked)


@final
class _MessagesOnly(Progress):
    """Prints what the user should know to standard error, and draws no bar into a notebook."""

    def say(self, message: str) -> None:
        """Print the message."""
        Console(stderr=True).print(message, markup=False, highlight=False, soft_wrap=True)

    def counting(self, total: int, there: Counter[str]) -> AbstractContextManager[None]:
        """Count nothing."""
        return nullcontext()

    def advance(self, outcomes: Counter[str]) -> None:
        """Count nothing."""


def config_of(config: AnyConfig, sets: Sequence[str]) -> Config:
    """Load a config from whatever names it, with changes ``path=value``."""
    if isinstance(config, str | Path):
        return load_config(config, sets)
    if isinstance(config, Config):
        return config_from(config.resolved(), config.name, sets) if sets else config
    return config_from(config, sets=sets)
