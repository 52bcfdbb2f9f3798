"""From Python any number may come: one of NumPy is taken, and what is no whole number is refused by its name."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

import winset
from experiments.errors import RunError
from experiments.report.result import Result

TINY: Final = "tiny"
Put = Callable[..., Result]

#: A small one of each question, and its numbers that count something with one that may be given.
QUESTIONS: Final[dict[str, tuple[Put, dict[str, int]]]] = {
    "run": (partial(winset.run, TINY), {"runs": 2, "chunk_size": 2, "workers": 1}),
    "tournament": (
        partial(winset.tournament, TINY, ["boulware", "conceder"]),
        {"worlds": 2, "draws": 100, "starts": 20, "workers": 1},
    ),
    "sweep": (partial(winset.sweep, TINY, "us_treasury.consumer_weight=0.5,1"), {"runs": 2}),
    "leader_sweep": (partial(winset.leader_sweep, TINY, "us_treasury"), {"points": 2, "runs": 2}),
    "sensitivity": (partial(winset.sensitivity, TINY), {"base": 16, "trajectories": 4}),
    "discover": (partial(winset.discover, "cars_on_the_table"), {"runs": 150, "boxes": 1}),
    "stress": (
        partial(winset.stress, TINY, "partner", aims=["gain"], with_map=False),
        {"budget": 1000, "draws": 1, "fresh": 8, "cases": 0},
    ),
    "exploit": (partial(winset.exploit, TINY, "hardliner"), {"budget": 16_000}),
    "advise": (
        partial(winset.advise, TINY, "partner", "partner.ratification_margin=0", "hardliner"),
        {"worlds": 20},
    ),
    "solutions": (partial(winset.solutions, TINY), {"run": 1}),
    "value": (partial(winset.value, TINY), {"run": 1, "draws": 2}),
    "factorial": (
        partial(winset.factorial, TINY, {"threat": ["walk_away.threat_car_tariff=0.1"]}),
        {"runs": 2},
    ),
    "grid": (partial(winset.grid, TINY), {"runs": 2}),
    "positions": (partial(winset.positions, "emission_standards"), {"rounds": 2, "draws": 2}),
    "forecast": (partial(winset.forecast, "UK"), {"draws": 2}),
    "chain": (
        partial(winset.chain, {"name": "a", "title": "b", "cases": ["UK"]}),
        {"runs": 2, "orders": 1, "stress": 1},
    ),
    "calibrate": (partial(winset.calibrate, TINY), {"draws": 100, "repeats": 1, "most_steps": 1}),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_no_whole_number_is_refused_before_anything_is_made(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    put, numbers = QUESTIONS[name]
    for option, right in {**numbers, "seed": 1}.items():
        wrong: tuple[Any, ...] = (float(right), right + 0.5, float("nan"), float("inf"), str(right), True)
        for value in wrong:
            with pytest.raises(RunError) as told:
                put(**{**numbers, option: value})
            asked = f"--{option.replace('_', '-')} is {value!r}; it must be a whole number."
            assert str(told.value) == asked, (option, value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_whole_numbers_of_numpy_are_those_of_python(name: str, tmp_path: Path) -> None:
    put, numbers = QUESTIONS[name]
    plain, other = tmp_path / "plain", tmp_path / "numpy"
    put(**numbers, seed=3, out=plain)
    put(**{option: np.int64(value) for option, value in numbers.items()}, seed=np.int64(3), out=other)
    assert (other / "manifest.json").read_bytes() == (plain / "manifest.json").read_bytes()


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 5.0, float("nan"), float("inf")])
def test_the_level_of_a_factorial_lies_between_nothing_and_certainty(level: float) -> None:
    with pytest.raises(RunError, match=r"--level is .*; it must lie between 0 and 1, for example 0\.95"):
        winset.factorial(TINY, {"threat": ["walk_away.threat_car_tariff=0.1"]}, 2, level=level)


def test_a_grid_refuses_an_engine_that_there_is_not() -> None:
    with pytest.raises(RunError, match=r"--engine is fast; it must be compiled or mesa\."):
        winset.grid(TINY, 2, engine="fast")  # type: ignore[arg-type]  # what a notebook may hold


def test_one_change_may_be_given_as_a_text() -> None:
    change = "calendar.round_limit=3"
    assert winset.play(TINY, sets=change).text() == winset.play(TINY, sets=[change]).text()
    assert winset.load_config(TINY, change).calendar.round_limit == 3


def test_a_directory_without_a_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match="the name of the directory is empty"):
        winset.run(TINY, 2, out="")
    with pytest.raises(RunError, match="the name of the directory is empty"):
        winset.load_result("")
    assert list(tmp_path.iterdir()) == []
