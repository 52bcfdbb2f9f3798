"""What is timed takes turns, at a size that fits the time there is."""

from __future__ import annotations

import time

import pytest

from experiments.bench import measure as bench_clock
from experiments.bench.measure import Effort, duration, interleaved, rate


class Clock:
    """A clock that only tasks move."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.calls: list[tuple[str, int]] = []
        monkeypatch.setattr(time, "perf_counter", lambda: self.now)

    def task(self, name: str, seconds: float) -> bench_clock.Task:
        def work(count: int) -> None:
            self.calls.append((name, count))
            self.now += seconds * count

        return work


def test_tasks_take_turns_and_their_times_are_for_one_job(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    times = interleaved({"slow": clock.task("slow", 2.0), "fast": clock.task("fast", 0.001)}, Effort(3, 1.0))
    assert [name for name, _ in clock.calls[-6:]] == ["slow", "fast"] * 3
    assert times["slow"] == pytest.approx([2.0] * 3)
    assert times["fast"] == pytest.approx([0.001] * 3)


def test_a_measurement_takes_about_as_long_as_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    interleaved({"slow": clock.task("slow", 2.0), "fast": clock.task("fast", 0.0001)}, Effort(1, 1.0))
    counts = dict(clock.calls[-2:])
    assert counts["slow"] == 1
    assert 5_000 <= counts["fast"] <= 20_000


def test_a_task_that_takes_no_time_still_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    clock.now = 1.0
    interleaved({"nothing": clock.task("nothing", 1e-9)}, Effort(1, 1.0))
    assert clock.calls[-1] == ("nothing", 10_000_000)


def test_best_and_median_are_of_the_repetitions() -> None:
    assert duration([3.0, 1.0, 2.5]) == {"best": 1.0, "median": 2.5, "repetitions": 3}
    assert rate([0.5, 0.1, 0.2]) == {"best": pytest.approx(10.0), "median": pytest.approx(5.0), "repetitions": 3}
