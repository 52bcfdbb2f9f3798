"""The rows of a run depend on config and seed alone, and nothing that happens on the way loses one."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import final

import pytest

from experiments.errors import RunError
from experiments.progress import Progress
from experiments.questions.run.execute import execute
from experiments.store.digest import digest_of_run
from experiments.store.directory import Directory
from experiments.store.manifest import read_manifest
from experiments.store.plan import Plan, default_chunk_size
from experiments.store.reading import load_runs, load_trajectories
from tests.fake_engine import (
    FakeConfig,
    fake_engine,
    fake_plan,
    open_fake,
    resume_fake,
    run_fake,
)
from tests.recorded_progress import RecordedProgress
from tests.sizes import sized
from tests.tree import ROOT

#: Seconds until a test gives up on what must come; processes start late on a busy machine.
PATIENCE = 120.0


def test_chunks_cover_every_run_once() -> None:
    for runs, size in [(1, 1), (10, 3), (12, 3), (5, 100)]:
        chunks = list(fake_plan(runs=runs, chunk_size=size).chunks())
        assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
        covered = [run for chunk in chunks for run in range(chunk.first, chunk.first + chunk.count)]
        assert covered == list(range(runs))


@pytest.mark.parametrize(
    ("engine", "sizes"), [("mesa", [10, 10, 63, 250, 250]), ("compiled", [250, 250, 250, 6_250, 10_000])]
)
def test_default_chunks_are_neither_tiny_nor_long(engine: str, sizes: list[int]) -> None:
    assert [default_chunk_size(runs, engine) for runs in (1, 100, 1_000, 100_000, 10_000_000)] == sizes


@pytest.mark.parametrize("option", ["runs", "chunk_size", "seed"])
def test_a_number_that_makes_no_sense_is_refused(option: str) -> None:
    with pytest.raises(RunError, match=rf"--{option.replace('_', '-')} is -1; it must be a whole number"):
        replace(fake_plan(), **{option: -1})  # type: ignore[arg-type]  # each option is a number


def test_the_config_decides_what_the_user_leaves_open() -> None:
    config = FakeConfig()
    plan = fake_plan(replace(config, experiment=replace(config.experiment, runs=20_000, seed=5, trajectories=True)))
    assert (plan.runs, plan.seed, plan.trajectories, plan.solutions) == (20_000, 5, "all", False)
    assert fake_plan(runs=10_000).solutions


def test_workers_and_chunks_do_not_show(tmp_path: Path) -> None:
    cases = {"one": (1, 20), "two": (2, 20), "three": (sized(1, 3), 7)}
    for name, (workers, size) in cases.items():
        run_fake(tmp_path / name, fake_plan(runs=90, chunk_size=size), workers=workers)
    assert len({digest_of_run(tmp_path / name) for name in cases}) == 1
    assert read_manifest(tmp_path / "one").parts == read_manifest(tmp_path / "two").parts
    for path in sorted((tmp_path / "one").rglob("*.parquet")):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


@pytest.mark.parametrize("size", [60, 200, 250])
def test_the_sample_is_the_first_runs_whatever_the_chunks(tmp_path: Path, size: int) -> None:
    run_fake(tmp_path, fake_plan(runs=260, chunk_size=size))
    assert load_runs(tmp_path)["run"].tolist() == list(range(260))
    assert load_trajectories(tmp_path)["run"].drop_duplicates().tolist() == list(range(200))


def test_all_trajectories_when_asked(tmp_path: Path) -> None:
    run_fake(tmp_path, fake_plan(runs=260, trajectories="all"))
    assert load_trajectories(tmp_path)["run"].nunique() == 260


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path) -> None:
    plan = fake_plan(runs=60, chunk_size=10)
    run_fake(tmp_path / "whole", plan)
    interrupted = fake_plan(FakeConfig(interrupt_at=35), runs=60, chunk_size=10)
    with pytest.raises(KeyboardInterrupt):
        run_fake(tmp_path / "cut", interrupted)
    assert read_manifest(tmp_path / "cut").status == "running"
    progress = resume_fake(tmp_path / "cut", plan)
    assert (progress.there.total(), progress.outcomes.total(), len(progress.chunks)) == (30, 30, 3)
    assert read_manifest(tmp_path / "cut").status == "complete"
    assert digest_of_run(tmp_path / "cut") == digest_of_run(tmp_path / "whole")


def test_damaged_chunks_are_computed_again(tmp_path: Path) -> None:
    plan = fake_plan(runs=60, chunk_size=10)
    run_fake(tmp_path, plan)
    before = digest_of_run(tmp_path)
    parts = read_manifest(tmp_path).parts
    (tmp_path / "runs" / "part-000001.parquet").write_bytes(b"PAR1 and then nothing")
    (tmp_path / "trajectories" / "part-000004.parquet").unlink()
    progress = resume_fake(tmp_path, plan)
    assert progress.messages == [
        f"{tmp_path}/runs/part-000001.parquet is damaged or gone; its rows are computed again.",
        f"{tmp_path}/trajectories/part-000004.parquet is damaged or gone; its rows are computed again.",
    ]
    assert len(progress.chunks) == 2
    assert digest_of_run(tmp_path) == before
    assert read_manifest(tmp_path).parts == parts


def test_resuming_a_finished_run_computes_nothing(tmp_path: Path) -> None:
    plan = fake_plan(runs=60, chunk_size=10)
    manifest = run_fake(tmp_path, plan)
    progress = resume_fake(tmp_path, plan)
    assert (progress.messages, progress.chunks) == ([], [])
    assert progress.there == Counter(load_runs(tmp_path)["outcome"])
    assert read_manifest(tmp_path) == manifest


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (fake_plan(seed=2), "seed: 1 -> 2"),
        (fake_plan(chunk_size=20), "chunk_size: 10 -> 20"),
        (fake_plan(runs=59, chunk_size=10), "--resume takes none away"),
        (fake_plan(trajectories="all"), "trajectories: sample -> all"),
        (fake_plan(FakeConfig(values={"title": "Another"})), "config title: A fake -> Another"),
    ],
)
def test_a_run_does_not_go_on_as_another(tmp_path: Path, changed: Plan, message: str) -> None:
    run_fake(tmp_path, fake_plan())
    files = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    with pytest.raises(RunError, match=message):
        open_fake(tmp_path, changed, resume=True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == files


@final
class _FileSizeLimit(Progress):
    """Lets no file grow beyond a few bytes once a chunk is done, as a full disk does."""

    def say(self, message: str) -> None:
        raise AssertionError(message)

    @contextmanager
    def counting(self, total: int, there: Counter[str]) -> Iterator[None]:
        assert there.total() < total
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    def advance(self, outcomes: Counter[str]) -> None:
        assert outcomes
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))


def test_a_full_disk_is_a_message_and_loses_nothing(tmp_path: Path) -> None:
    plan = fake_plan(runs=60, chunk_size=10)
    with (
        open_fake(tmp_path, plan) as directory,
        pytest.raises(RunError, match=r"cannot write to .*: File too large. What was finished is kept"),
    ):
        execute(plan, fake_engine(), directory, progress=_FileSizeLimit())
    assert not list(tmp_path.rglob("*.tmp"))
    assert resume_fake(tmp_path, plan).there.total() == 10
    run_fake(tmp_path / "whole", plan)
    assert digest_of_run(tmp_path) == digest_of_run(tmp_path / "whole")


def test_cold_rules_are_compiled_once_before_workers_start(tmp_path: Path) -> None:
    for workers, calls in ((1, 0), (2, 1)):
        warmed: list[Plan] = []
        progress = RecordedProgress()
        plan = fake_plan(runs=20, chunk_size=10)
        with open_fake(tmp_path / str(workers), plan) as directory:
            execute(plan, fake_engine(cold=True, warmed=warmed), directory, workers=workers, progress=progress)
        assert warmed == [plan] * calls
        assert progress.messages == []


@pytest.mark.parametrize("inside", ["runs", "journal.jsonl"])
def test_a_disk_that_fills_in_a_worker_or_while_noting_loses_nothing(tmp_path: Path, inside: str) -> None:
    """Files of a chunk take some 2,000 bytes, the journal's line some 300 a chunk."""
    config = FakeConfig(file_size=100) if inside == "runs" else FakeConfig()
    plan = fake_plan(config, runs=60, chunk_size=10)
    folder = tmp_path / "out"
    part = run_fake(tmp_path / "other", fake_plan(runs=60, chunk_size=10)).parts[0]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_the_journal(directory: Directory) -> None:
        directory.record(part)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400, before[1]))
        directory.record(part.model_copy(update={"key": "000001"}))

    def fill_in_workers(directory: Directory) -> None:
        execute(plan, fake_engine(), directory, workers=2, progress=RecordedProgress())

    fill = fill_in_workers if inside == "runs" else fill_the_journal
    message = r"cannot write to .*: File too large. What was finished is kept"
    try:
        with open_fake(folder, plan) as directory, pytest.raises(RunError, match=message):
            fill(directory)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    plan = fake_plan(runs=60, chunk_size=10)
    resume_fake(folder, plan)
    run_fake(tmp_path / "whole", plan)
    assert digest_of_run(folder) == digest_of_run(tmp_path / "whole")


def test_runs_of_a_killed_worker_are_computed_again(tmp_path: Path) -> None:
    plan = fake_plan(FakeConfig(die_at=35, die_once=tmp_path / "died"), runs=200, chunk_size=10)
    progress = RecordedProgress()
    run_fake(tmp_path / "out", plan, workers=2, progress=progress)
    assert (tmp_path / "died").exists()
    assert progress.messages == [
        "A worker process was ended from outside (often for lack of memory); its runs are computed again."
    ]
    assert progress.outcomes.total() == 200
    run_fake(tmp_path / "whole", fake_plan(runs=200, chunk_size=10))
    assert digest_of_run(tmp_path / "out") == digest_of_run(tmp_path / "whole")


def test_workers_that_always_die_are_a_message_and_the_rest_is_kept(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.mkdir()
    plan = fake_plan(FakeConfig(die_at=35, pids=pids), runs=60, chunk_size=10)
    with pytest.raises(RunError, match=r"ended from outside 3 times in a row .* --resume"):
        run_fake(tmp_path / "out", plan, workers=2)
    _wait_until_gone([int(path.name) for path in pids.iterdir()])
    in_health = fake_plan(runs=60, chunk_size=10)
    assert resume_fake(tmp_path / "out", in_health).there.total() in range(10, 60, 10)
    run_fake(tmp_path / "whole", in_health)
    assert digest_of_run(tmp_path / "out") == digest_of_run(tmp_path / "whole")


DRIVER = """
import sys
from pathlib import Path
from tests.fake_engine import FakeConfig, fake_plan, run_fake

if __name__ == "__main__":
    place = Path(sys.argv[1])
    config = FakeConfig(seconds_per_run=0.03, pids=place / "pids")
    try:
        run_fake(place / "out", fake_plan(config, runs=600, chunk_size=5), workers=2)
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.parametrize("death", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_dying_driver_leaves_no_worker_and_loses_no_row(tmp_path: Path, death: signal.Signals) -> None:
    """SIGINT goes to the whole group, as from a keyboard; SIGKILL to the driver alone."""
    (tmp_path / "pids").mkdir()
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    driver = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )
    _wait_for(lambda: (tmp_path / "out" / "journal.jsonl").exists() and _journal_lines(tmp_path / "out") >= 3)
    # On a busy machine the second worker starts late.
    _wait_for(lambda: len([*(tmp_path / "pids").iterdir()]) == 2)
    if death is signal.SIGINT:
        os.killpg(driver.pid, death)
    else:
        driver.kill()
    _, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == (130 if death is signal.SIGINT else -signal.SIGKILL)
    assert death is signal.SIGKILL or errors == ""
    workers = [int(path.name) for path in (tmp_path / "pids").iterdir()]
    assert len(workers) == 2
    _wait_until_gone(workers)
    kept = read_manifest(tmp_path / "out").rows
    assert 15 <= kept < 600
    plan = fake_plan(runs=600, chunk_size=5)
    assert resume_fake(tmp_path / "out", plan).there.total() == kept
    run_fake(tmp_path / "whole", plan)
    assert digest_of_run(tmp_path / "out") == digest_of_run(tmp_path / "whole")


SCRIPT = """
import os, sys
from pathlib import Path
from tests.fake_engine import FakeConfig, fake_plan, run_fake
print("once", flush=True)
os.environ.update(name.split("=") for name in sys.argv[2:])
run_fake(Path(sys.argv[1]), fake_plan(FakeConfig(), runs=40, chunk_size=10), workers=2)
"""


def _run_script(place: Path, *arguments: str, from_input: bool = False) -> subprocess.CompletedProcess[str]:
    (place / "script.py").write_text(SCRIPT)
    return subprocess.run(
        [sys.executable, "-" if from_input else str(place / "script.py"), str(place / "out"), *arguments],
        input=SCRIPT if from_input else "",
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=120,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("from_input", [False, True], ids=["file", "standard input"])
def test_workers_do_not_execute_the_script_that_starts_them(tmp_path: Path, from_input: bool) -> None:
    """It lacks the main guard, or cannot be found; both used to end every worker."""
    done = _run_script(tmp_path, from_input=from_input)
    assert (done.returncode, done.stdout, done.stderr) == (0, "once\n", "")
    run_fake(tmp_path / "whole", fake_plan(runs=40, chunk_size=10))
    assert digest_of_run(tmp_path / "out") == digest_of_run(tmp_path / "whole")


def test_workers_that_cannot_start_are_not_started_again(tmp_path: Path) -> None:
    """What they say themselves stands once for each of them, and the message says how to do without."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif 'spawn_main' in ''.join(sys.orig_argv):\n    os.write(2, b'no start\\n')\n    os._exit(3)\n"
    )
    done = _run_script(tmp_path, f"PYTHONPATH={tmp_path}")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines.count("no start") in {1, 2}
    assert lines[-1] == (
        "experiments.errors.RunError: worker processes end while they start: what they say stands above, or there is "
        "no memory for them. What was finished is kept; go on with --resume, perhaps with --workers 1, which starts "
        "none."
    )


def _journal_lines(folder: Path) -> int:
    return (folder / "journal.jsonl").read_text().count("\n")


def _wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def _wait_until_gone(pids: list[int]) -> None:
    _wait_for(lambda: not any(_is_alive(pid) for pid in pids))


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
