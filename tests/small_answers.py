"""Every question at a small size, and what two of its answers or directories must have in common."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final, final

import pandas as pd
import pytest

from experiments.lab import evaluate
from experiments.questions.registry import QUESTIONS
from experiments.questions.reporting import write_report
from experiments.report.result import Result
from tests.interrupted import recorded
from tests.made_once import made_once
from tests.tree import CONFIGS, ROOT, TINY

DATA: Final = ROOT / "tests" / "data"
#: Three actors on two issues, between whom one trade is possible.
SPENDING: Final = DATA / "spending.csv"
CARS: Final = CONFIGS / "cars_on_the_table.yaml"
WEIGHT: Final = "us_treasury.consumer_weight=0.5,1"
UNCERTAIN: Final = ("walk_away.execution_probability={dist: uniform, low: 0, high: 1}",)

#: Nobody gives way, so that no talks end in a deal, and how else they end is chance.
NO_DEAL: Final = ("tactics.us_treasury={name: hardliner}", "tactics.partner={name: hardliner}")

#: Where chunks are made so small that there are several: what is replaced, and with what.
_CHUNKS: Final[dict[str, tuple[str, Any]]] = {
    "sensitivity": ("experiments.questions.sensitivity.analysis.chunks_of", lambda rows: evaluate.chunks_of(rows, 64)),
    "discover": ("experiments.questions.discover.discover.chunks_of", lambda rows: evaluate.chunks_of(rows, 64)),
    "grid": ("experiments.questions.grid.grid._CHUNK", 3),
    "hindcast": ("experiments.questions.hindcast.hindcast._CHUNK", 20),
    "calibrate": ("experiments.questions.calibrate.calibrate.chunks_of", lambda rows: evaluate.chunks_of(rows, 64)),
    "forecast": ("experiments.questions.forecast.forecast.chunks_of", lambda rows: evaluate.chunks_of(rows, 16)),
}


#: Where the tests of a session make what several processes need.
_FACTORY: list[pytest.TempPathFactory] = []


def compared_runs() -> tuple[Path, Path]:
    """Directories of two small runs of one seed with different configs, in which nothing is to be changed."""
    import winset

    def make(folder: Path) -> tuple[Path, Path]:
        folders = folder / "base", folder / "other"
        for place, sets in zip(
            folders, ((), ("us_treasury.consumer_weight={dist: uniform, low: 0.1, high: 1}",)), strict=True
        ):
            winset.run(TINY, 30, seed=3, sets=(*UNCERTAIN, *sets), out=place, workers=1)
        return folders

    return made_once(_FACTORY[0], "compared_runs", make)


def make_in(factory: pytest.TempPathFactory) -> None:
    """Say where what several processes need is made."""
    _FACTORY[:] = [factory]


@final
@dataclass(frozen=True)
class Small:
    """A question that is put at a small size.

    Attributes
    ----------
    command : str
        Its command, which is the name of the question as well.
    options : mapping
        What it is asked from Python.
    words : str
        The same on the command line, apart from changes to the config.
    files : tuple of str
        Files of its answer.
    config : pathlib.Path or str
        What is negotiated, or the table that it is about.
    sets : tuple of str
        Changes to the config.
    leads : bool
        Whether it is the sweep of a leader, which has a function of its own.
    """

    command: str
    options: Mapping[str, Any]
    words: str
    files: tuple[str, ...]
    config: Path | str = TINY
    sets: tuple[str, ...] = ()
    leads: bool = False

    def play(self, out: Path | None = None, **how: Any) -> Result:
        """Put the question, in chunks so small that there are several."""
        names = {"solve": "solutions", "sweep": "leader_sweep" if self.leads else "sweep"}
        module = import_module(f"experiments.questions.{self.command}.{self.command}")
        ask: Callable[..., Result] = getattr(module, names.get(self.command, self.command))
        sets = {"sets": self.sets} if QUESTIONS[self.command].of_talks else {}
        with self.chunks():
            return ask(self.subject(), out=out, **{**sets, **self.options, **how})

    def subject(self, *, another: bool = False) -> Any:
        """What it is about; `another` one has the same answer only by chance."""
        if self.command != "compare":
            return self.config
        runs = compared_runs()
        return [*map(str, runs[::-1] if another else runs)]

    def play_another(self, out: Path, **how: Any) -> Result:
        """Put a question with another answer: from another seed, or about runs in another order."""
        if self.command == "compare":
            from experiments.questions.compare.compare import compare

            return compare(self.subject(another=True), out=out, **how)
        return self.play(out, seed=99, **how)

    @contextmanager
    def chunks(self) -> Iterator[None]:
        """Make chunks so small that there are several."""
        with pytest.MonkeyPatch.context() as patched:
            if self.command in _CHUNKS:
                patched.setattr(*_CHUNKS[self.command])
            yield

    def command_line(self, *, another: bool = False) -> tuple[str, ...]:
        """The command that puts the question, or one with another answer."""
        sets = [word for change in self.sets for word in ("--set", change)]
        about = self.subject(another=another)
        seed = ("--seed", "99") if another and self.command != "compare" else ()
        named = about if isinstance(about, list) else [str(about)]
        return (self.command, *named, *shlex.split(self.words), *sets, *seed)


_SOLVED: Final = tuple(
    f"tables/{name}.csv" for name in ("frontier", "solutions", "between_levels", "talks", "value_left")
)
_VALUED: Final = tuple(
    f"tables/{name}.csv" for name in ("package", "terms", "marginal", "units", "equivalents", "curves", "draws")
)
_SENSED: Final = tuple(f"tables/{name}.csv" for name in ("effects", "agreement", "swings", "notes", "outputs"))
_BOXES: Final = tuple(f"tables/{name}.csv" for name in ("boxes", "limits", "peeling"))
_CALIBRATED: Final = (
    *(f"tables/{name}.csv" for name in ("parameters", "correlations", "rows", "steps")),
    "weights.csv",
)
_FORECAST: Final = (
    *(f"tables/{name}.csv"
      for name in ("draws", "summary", "rates", "bins", "baselines", "scores", "constraints")), "case.yaml",
)  # fmt: skip
_COMPARED: Final = tuple(
    f"tables/{name}.csv"
    for name in ("runs", "changes", "outcomes", "moves", "values", "spreads", "constraints", "positions")
)
_SWEPT: Final = ("tables/points.csv", "tables/openings.csv")

SMALL: Final[dict[str, Small]] = {
    "run": Small(
        "run",
        {"runs": 20, "seed": 3, "chunk_size": 4, "trajectories": True, "workers": 1},
        "--runs 20 --seed 3 --chunk-size 4 --trajectories --workers 1 --no-figures",
        (),
    ),
    "tournament": Small(
        "tournament",
        {"players": ["boulware,conceder{beta: 2},tit_for_tat"], "worlds": 12, "seed": 5, "draws": 100, "starts": 5,
         "workers": 1},
        "--players 'boulware,conceder{beta: 2},tit_for_tat' --worlds 12 --seed 5 --draws 100 --starts 5 --workers 1 "
        "--no-figures",
        ("worlds.parquet", "cells.parquet", "players.parquet", "equilibria.json"),
        CARS,
    ),
    "stress": Small(
        "stress",
        {"side": "us_treasury", "aims": ("missed", "regret"), "budget": 5_000, "draws": 2, "fresh": 16, "cases": 1},
        "--side us_treasury --aim missed --aim regret --budget 5000 --draws 2 --fresh 16 --cases 1",
        ("map.parquet", "cases/missed_1.yaml", "cases/regret_1.yaml"),
    ),
    "exploit": Small(
        "exploit", {"tactics": "linear", "budget": 12_000, "seed": 3}, "--tactic linear --budget 12000 --seed 3",
        ("exploit.parquet",),
    ),
    "advise": Small(
        "advise",
        {"side": "partner", "levers": "tactics.partner.beta=0.2,1,3", "worlds": 30},
        "--side partner --lever tactics.partner.beta=0.2,1,3 --worlds 30",
        ("settings.parquet", "regret.parquet"),
    ),
    "sensitivity": Small(
        "sensitivity", {"seed": 3, "base": 256, "trajectories": 4}, "--seed 3 --base 256 --trajectories 4", _SENSED,
        sets=UNCERTAIN,
    ),
    "discover": Small(
        "discover", {"runs": 200, "seed": 2, "boxes": 1}, "--runs 200 --seed 2 --boxes 1", _BOXES, CARS
    ),
    "discover without box": Small(
        "discover",
        {"target": "deadline_lapsed", "runs": 120, "density": 1.0},
        "--target deadline_lapsed --runs 120 --density 1",
        _BOXES,
        sets=NO_DEAL,
    ),
    "sweep": Small(
        "sweep", {"over": [WEIGHT], "runs": 8, "seed": 4}, f"--over {WEIGHT} --runs 8 --seed 4", _SWEPT
    ),
    "sweep of two": Small(
        "sweep",
        {"over": ["protocol.kind=alternating,simultaneous", "us_treasury.consumer_weight=0.5:1:3"], "runs": 8},
        "--over protocol.kind=alternating,simultaneous --over us_treasury.consumer_weight=0.5:1:3 --runs 8",
        _SWEPT,
    ),
    "sweep of names": Small(
        "sweep",
        {"over": "tactics.us_treasury.name=linear,hardliner", "runs": 8},
        "--over tactics.us_treasury.name=linear,hardliner --runs 8",
        _SWEPT,
    ),
    "leader": Small(
        "sweep",
        {"side": "us_treasury", "points": 3, "runs": 8, "seed": 4},
        "--leader us_treasury --points 3 --runs 8 --seed 4",
        (*_SWEPT, "tables/following.csv"),
        leads=True,
    ),
    "leader on one issue": Small(
        "sweep",
        {"side": "partner", "issue": "car_tariff", "points": 3, "runs": 8},
        "--leader partner --issue car_tariff --points 3 --runs 8",
        (*_SWEPT, "tables/following.csv"),
        CARS,
        leads=True,
    ),
    "solve": Small(
        "solve",
        {"powers": (0.3,), "run": 1, "refine": True},
        "--power 0.3 --run 1 --refine",
        _SOLVED,
        CONFIGS / "july_2025.yaml",
    ),
    "solve without a zone": Small(
        "solve", {"refine": True}, "--refine", _SOLVED, CONFIGS / "japan_us_2025.yaml"
    ),
    "factorial": Small(
        "factorial",
        {"switches": {"margin": ["partner.ratification_margin=2"], "weight": ["us_treasury.consumer_weight=0.1"]},
         "runs": 5, "seed": 3},
        "--switch margin=partner.ratification_margin=2 --switch weight=us_treasury.consumer_weight=0.1 --runs 5 "
        "--seed 3",
        ("tables/cells.csv", "tables/effects.csv"),
    ),
    "hindcast": Small(
        "hindcast",
        {"dates": [date(2025, 5, 28), date(2025, 6, 13)], "runs": 50, "seed": 3, "informed": True},
        "--as-of 2025-05-28 --as-of 2025-06-13 --runs 50 --seed 3 --informed",
        (*(f"tables/{name}.csv" for name in ("scores", "pit", "paths", "fan", "ablation", "contains", "leaks")),
         "tables/draws.parquet"),
    ),
    "forecast": Small(
        "forecast",
        {"draws": 40, "seed": 3, "as_of": date(2025, 7, 11)},
        "--draws 40 --seed 3 --as-of 2025-07-11",
        _FORECAST,
        "Korea",
        ("us_treasury.consumer_weight=0.4",),
    ),
    "chain": Small(
        "chain",
        {"runs": 6, "seed": 3, "bandwidth": 0.8},
        "--runs 6 --seed 3 --bandwidth 0.8",
        tuple(f"tables/{name}.csv" for name in ("cases", "removed", "orders", "places", "constraints")),
        DATA / "chain.yaml",
        ("us_treasury.consumer_weight=0.4",),
    ),
    "value": Small(
        "value",
        {"package": {"car_tariff": 0.175}, "run": 1, "on": "2025-06-21", "between": ["car_tariff", "chip_purchases"],
         "amount": {"car_tariff": -0.01}, "draws": 4, "seed": 3},
        "--package car_tariff=0.175 --run 1 --on 2025-06-21 --between car_tariff,chip_purchases "
        "--amount car_tariff=-0.01 --draws 4 --seed 3",
        _VALUED,
    ),
    "value of a deal": Small("value", {"at": "deal", "draws": 0}, "--at deal --draws 0", _VALUED),
    "grid": Small(
        "grid", {"runs": 8, "seed": 1}, "--runs 8 --seed 1",
        ("tables/levels.csv", "tables/outcomes.csv", "tables/differences.csv"),
    ),
    "compare": Small("compare", {}, "", _COMPARED, "the runs that a test has made"),
    "positions": Small(
        "positions",
        {"rounds": 4, "draws": 20, "seed": 2, "compromise": "lowest"},
        "--rounds 4 --draws 20 --seed 2 --compromise lowest",
        tuple(f"tables/{name}.csv" for name in ("forecasts", "noise", "paths", "chain", "trades")),
        SPENDING,
    ),
    "calibrate": Small(
        "calibrate",
        {"parameters": ["us_treasury.precedent_probability", "walk_away.execution_probability"], "draws": 150,
         "kept": 0.7, "through": "2025-06-28", "seed": 2},
        "--parameter us_treasury.precedent_probability --parameter walk_away.execution_probability --draws 150 "
        "--kept 0.7 --through 2025-06-28 --seed 2",
        _CALIBRATED,
    ),
    "calibrate in steps": Small(
        "calibrate",
        {"parameters": ["us_treasury.precedent_probability", "walk_away.court_survival"], "draws": 100, "repeats": 2,
         "method": "smc", "tolerance": 0.8, "most_steps": 2, "hold_out": ["deal_day"]},
        "--parameter us_treasury.precedent_probability --parameter walk_away.court_survival --draws 100 --repeats 2 "
        "--method smc --tolerance 0.8 --most-steps 2 --hold-out deal_day",
        _CALIBRATED,
    ),
}  # fmt: skip


@final
@dataclass(frozen=True)
class Kept:
    """An answer with its directory.

    Attributes
    ----------
    small : Small
        What was asked.
    result : Result
        The answer, as it was played.
    folder : pathlib.Path
        Its directory, in which nothing is to be changed.
    parts : int
        How many parts were noted on the way.
    """

    small: Small
    result: Any
    folder: Path
    parts: int


@final
@dataclass
class SmallAnswers:
    """Small answers by name, each played when it is first asked for and kept for all tests of all processes."""

    factory: pytest.TempPathFactory
    _kept: dict[str, Kept] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Kept:
        """The answer with this name."""
        if name not in self._kept:
            small = SMALL[name]
            # Runs that it is about are no part of its own answer.
            small.subject()

            def play(folder: Path) -> tuple[Result, Path, int]:
                with recorded() as parts:
                    return small.play(folder), folder, len(parts)

            self._kept[name] = Kept(small, *made_once(self.factory, name.replace(" ", "_"), play))
        return self._kept[name]

    def page(self, name: str) -> Path:
        """The page of the answer with this name, which follows the reader's light or dark."""
        answer = self[name].folder

        def write(folder: Path) -> Path:
            write_report(answer, folder / "report.html", "auto")
            return folder / "report.html"

        return made_once(self.factory, f"page_of_{name.replace(' ', '_')}", write)


def files_of(folder: Path) -> dict[str, bytes]:
    """Content of every file of a directory, by its path inside."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_same_tables(one: Result, other: Result) -> None:
    """Check that two answers have the same tables, to the last bit."""
    assert [*one.tables] == [*other.tables]
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)
