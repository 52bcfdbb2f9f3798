"""The benchmark measures what it promises and says it in three forms. How fast anything is, no test asserts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from experiments.bench import engines as bench_engines
from experiments.bench.bench import BenchOptions
from experiments.bench.engines import STRETCH, contenders, opening_of
from experiments.bench.process import MOST_MESA_RUNS, CommandRuns, measure_memory, measure_starts
from experiments.bench.text import markdown, number, ratios
from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.model import Config
from experiments.errors import RunError
from tests.tree import TINY


def winset_bench(*arguments: str | Path) -> Result:
    words = ["bench", "--config", TINY, "--quick", "--no-cold", "--no-negmas", *arguments]
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="winset")


def _once_an_engine(measured: Callable[..., float]) -> Callable[..., float]:
    """Measure each engine in a process once, and give the same number whenever it is asked for again."""
    known: dict[str, float] = {}

    def measure(self: CommandRuns, engine: str, runs: int) -> float:
        if engine not in known:
            known[engine] = measured(self, engine, runs)
        return known[engine]

    return measure


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """Table and figures of a quick benchmark, with fewer processes and fewer records than it has otherwise."""
    path = tmp_path_factory.mktemp("bench") / "bench.json"
    with pytest.MonkeyPatch.context() as patched:
        for name in ("start_seconds", "peak_mib"):
            patched.setattr(CommandRuns, name, _once_an_engine(getattr(CommandRuns, name)))
        patched.setattr(bench_engines, "PREPARED", 100)
        result = winset_bench("--json", path)
    assert result.exit_code == 0, result.output
    return result.stdout, json.loads(path.read_text(encoding="utf-8"))


def test_the_file_holds_every_figure_that_is_promised(quick: tuple[str, dict[str, Any]]) -> None:
    _, report = quick
    assert {"date", "config", "machine", "negotiations", "payoffs", "starts", "memory", "negmas", "ratios"} <= {*report}
    machine = {"processors", "processor", "system", "python", "winset", "numpy", "numba", "mesa", "negmas"}
    assert machine == {*report["machine"]}
    for engine in bench_engines.engines():
        rows = [row for row in report["negotiations"] if row["engine"] == engine and row["scope"] == "table"]
        assert {row["threads"] for row in rows if not row["opening_only"]} == {1, 2}
        assert any(row["opening_only"] for row in rows)
        assert {row["engine"] for row in report["starts"]} >= {engine}
    ways = {(row["engine"], row["from"], row["threads"]) for row in report["payoffs"]}
    assert ways >= {(engine, "rules", threads) for engine in ("compiled", "mesa") for threads in (1, 2)}
    for row in [*report["negotiations"], *report["payoffs"]]:
        assert row["per_second"]["best"] >= row["per_second"]["median"] > 0
        assert row["per_second"]["repetitions"] == 2
    assert all(row["mib"] > 50 for row in report["memory"])
    assert report["ends"]["mesa"]["rounds"] >= 1


def test_the_table_shows_the_figures_with_their_ratios(quick: tuple[str, dict[str, Any]]) -> None:
    shown, report = quick
    for heading in (
        "Negotiations a second",
        "Paths and bargaining apart",
        "Payoff evaluations",
        "Start: seconds",
        "Peak memory",
    ):
        assert f"\n{heading}" in f"\n{shown}"
    assert f"{number(report['ratios']['mesa_table_two_over_one_thread'])} x (one)" in shown
    assert report["date"] in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_markdown_holds_the_same_table(quick: tuple[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    shown, report = quick
    asked: list[BenchOptions] = []

    def measured(_config: Config, options: BenchOptions, _say: object) -> dict[str, Any]:
        asked.append(options)
        return report | {"memory": []}

    monkeypatch.setattr("experiments.bench.bench.measure", measured)
    result = winset_bench("--no-memory", "--markdown")
    assert result.exit_code == 0, result.output
    assert [(one.cold_starts, one.memory_runs, one.negmas) for one in asked] == [(0, (), False)]
    rows = [line for line in result.stdout.splitlines() if line.startswith("|")]
    assert rows[0] == "|  | best | median | ratio |"
    assert {line.count("|") for line in rows} == {5}
    for row in rows[2:]:
        cells = [cell.strip(" *") for cell in row.strip("|").split("|")]
        assert re.search(" +".join(re.escape(cell) for cell in cells if cell), shown), row
    assert "NegMAS was not compared: left out" in result.stdout
    assert "Peak memory" not in result.stdout


def test_a_wrong_config_is_refused_before_anything_is_measured() -> None:
    result = winset_bench("--set", "calendar.round_limit=0")
    assert result.exit_code == 2
    assert "calendar.round_limit" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_opening_is_one_round_of_the_same_talks() -> None:
    config = load_config(TINY)
    short = opening_of(config)
    assert short.calendar.round_limit == 1
    assert short.agenda == config.agenda


def test_every_run_is_played_once_however_it_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[tuple[int, int]] = []

    def simulate(_config: Config, first: int, count: int, *_: int, **_options: object) -> None:
        played.append((first, count))

    monkeypatch.setattr("experiments.engine.simulate.simulate", simulate)
    bench_engines.play_stretch(load_config(TINY), 1, "mesa", 5, 2 * STRETCH + 3)
    assert played == [(5, STRETCH), (5 + STRETCH, STRETCH), (5 + 2 * STRETCH, 3)]


def test_the_compiled_loop_is_timed_by_itself_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, int]] = []
    monkeypatch.setattr(bench_engines, "PREPARED", 4)
    # The chain from config to table, which takes processes, is only made here and not timed.
    monkeypatch.setattr(bench_engines, "ProcessPoolExecutor", lambda threads, **_: ThreadPoolExecutor(threads))
    monkeypatch.setattr(
        bench_engines,
        "prepare_loop",
        lambda _config, _count, _seed: lambda count, threads: calls.append((count, threads)),
    )
    with contenders(load_config(TINY), 1) as ways:
        loops = {way.name: way for way in ways if way.scope == "loop"}
    assert set(loops) == {"compiled/loop/1", "compiled/loop/2", "compiled/loop/1/opening"}
    loops["compiled/loop/2"].play(10)
    assert calls == [(4, 2), (4, 2), (2, 2)]


def test_a_cold_start_compiles_into_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    caches: list[Path | None] = []

    def start(_self: CommandRuns, _engine: str, _runs: int, cache: Path | None = None) -> float:
        caches.append(cache)
        return 1.0 if cache is None else 9.0

    monkeypatch.setattr(CommandRuns, "start_seconds", start)
    rows = measure_starts(CommandRuns(load_config(TINY), tmp_path), ("mesa",), 3, 2, 2, lambda _text: None)
    assert [row["start"] for row in rows] == ["cold", "warm"]
    assert [row["seconds"]["median"] for row in rows] == [9.0, 1.0]
    assert len({cache for cache in caches if cache is not None}) == 2


def test_memory_that_would_take_hours_is_left_out_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CommandRuns, "peak_mib", lambda _self, _engine, runs: float(runs))
    rows = measure_memory(
        CommandRuns(load_config(TINY), tmp_path), ("mesa",), (10, MOST_MESA_RUNS + 1), lambda _text: None
    )
    assert [row["mib"] for row in rows] == [10.0, None]
    assert rows[1]["reason"]


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="a process of the benchmark failed: error: --runs is 0"):
        CommandRuns(load_config(TINY), tmp_path).peak_mib("mesa", 0)


def test_peak_memory_grows_with_what_is_held() -> None:
    # In a process of its own: this one may have held more before.
    lines = (
        "from experiments.bench.child import peak_kib",
        "before = peak_kib()",
        "held = bytearray(64 * 1024 * 1024)",
        "held[::4096] = b'x' * len(held[::4096])",
        "print(before, peak_kib())",
    )
    told = subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, capture_output=True, text=True).stdout
    before, after = map(int, told.split())
    assert 32 * 1024 <= after - before <= 96 * 1024  # 64 MiB, and what the interpreter had free or takes besides


def _report() -> dict[str, Any]:
    """Round figures: compiled 1,000 a second and 4 ms for an opening it does not have, Mesa 10, NegMAS 2 and 50."""

    def speed(median: float) -> dict[str, float]:
        return {"best": median, "median": median, "repetitions": 3}

    def row(engine: str, scope: str, threads: int, median: float, *, opening: bool = False) -> dict[str, Any]:
        keys = {"engine": engine, "scope": scope, "threads": threads, "opening_only": opening}
        return keys | {"per_second": speed(median)}

    def setup(name: str, median: float, *, exact: bool) -> dict[str, Any]:
        seconds = {"paths": speed(0.3), "bargaining": speed(0.2)}
        ends = {"runs": 8, "rounds": 100.0, "deals": 0.5}
        return {
            "name": name,
            "title": name,
            "exact": exact,
            "per_second": speed(median),
            "seconds": seconds,
            "ends": ends,
        }

    machine = dict.fromkeys(("processors", "processor", "python", "numpy", "numba", "mesa", "negmas"), "1")
    return {
        "date": "2025-01-01",
        "config": {"name": "c", "seed": 1},
        "machine": machine,
        "negotiations": [
            row("compiled", "table", 1, 1_000.0),
            row("compiled", "table", 2, 1_500.0),
            row("compiled", "loop", 1, 2_000.0),
            row("compiled", "loop", 1, 4_000.0, opening=True),
            row("mesa", "table", 1, 10.0),
        ],
        "payoffs": [],
        "starts": [{"start": "warm", "engine": "compiled", "runs": 100, "seconds": speed(1.0)}],
        "memory": [],
        "ends": {"compiled": {"runs": 100, "rounds": 50.0, "deals": 0.25}},
        "negmas": {"reason": None, "setups": [setup("default", 2.0, exact=True), setup("quick", 50.0, exact=False)]},
    }


def test_ratios_are_of_medians_and_say_what_is_over_what() -> None:
    found = ratios(_report())
    assert found["compiled_over_mesa"] == pytest.approx(100.0)
    assert found["compiled_table_two_over_one_thread"] == pytest.approx(1.5)
    assert found["compiled_loop_over_negmas_default"] == pytest.approx(1_000.0)
    assert found["compiled_loop_over_negmas_fastest_exact"] == pytest.approx(1_000.0)
    assert found["compiled_loop_over_negmas_fastest"] == pytest.approx(40.0)
    assert found["compiled_table_over_negmas_fastest"] == pytest.approx(20.0)
    assert found["compiled_paths_over_negmas_default"] == pytest.approx(0.3 * 4_000.0)
    assert found["compiled_bargaining_over_negmas_default"] == pytest.approx(0.2 / (1 / 2_000 - 1 / 4_000))
    assert "mesa_table_two_over_one_thread" not in found


def test_the_printed_table_puts_the_ratio_beside_the_figure() -> None:
    report = _report()
    report["ratios"] = ratios(report)
    lines = markdown(report).splitlines()
    assert "| NegMAS exact: default | 2 | 2 | 1,000 x (compiled) |" in lines
    assert "| NegMAS approx.: quick | 50 | 50 | 40 x (compiled) |" in lines
    assert "| compiled, from records to results, 1 thread | 2,000 | 2,000 |  |" in lines
    assert any(
        re.search(r"compiled 50\.0 \(25 % of 100\), NegMAS default 100\.0 \(50 % of 8\)", line) for line in lines
    )


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.01234, "0.0123"), (4.0, "4"), (123.4, "123"), (1_234_567.0, "1,230,000")]
)
def test_figures_keep_three_digits(value: float, text: str) -> None:
    assert number(value) == text
