"""A cluster gives the same rows as this machine, also when a worker or the scheduler is lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from distributed import Client

from experiments.config.model import Config
from experiments.errors import RunError
from experiments.questions.run.cluster import _SECONDS_TO_CONNECT, _local_cluster, connected
from experiments.questions.run.run import run as play
from experiments.store.digest import digest_of_run
from experiments.store.manifest import read_manifest
from experiments.store.reading import load_runs
from tests.fake_engine import FakeConfig, fake_engine, fake_plan, run_fake
from tests.recorded_progress import RecordedProgress
from tests.tree import ROOT

#: Seconds until a test gives up on what must come; processes start late on a busy machine.
PATIENCE = 120.0


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Digest of the run that this machine computes alone."""
    folder = tmp_path_factory.mktemp("alone")
    run_fake(folder, fake_plan(runs=600, chunk_size=77))
    return digest_of_run(folder)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a fake engine play in place of the model."""
    monkeypatch.setattr("experiments.questions.run.run.find_engine", lambda _name: fake_engine())


def _run(
    folder: str | Path, cluster: str | None, config: FakeConfig | None = None, *, resume: bool = False
) -> list[str]:
    progress = RecordedProgress()
    play(
        cast("Config", config or FakeConfig()),
        600,
        chunk_size=20,
        engine="mesa",
        out=folder,
        workers={None: 1, "local": 2}.get(cluster),
        progress=progress,
        cluster=cluster,
        resume=resume,
    )
    return progress.messages


def test_a_local_cluster_gives_the_same_rows_also_when_a_worker_dies(tmp_path: Path, expected: str) -> None:
    config = FakeConfig(die_at=250, die_once=tmp_path / "died")
    _run(tmp_path / "out", "local", config)
    assert (tmp_path / "died").exists()
    assert digest_of_run(tmp_path / "out") == expected
    assert load_runs(tmp_path / "out", ["run"])["run"].tolist() == list(range(600))


def test_a_cluster_writes_to_an_address(tmp_path: Path, expected: str) -> None:
    address = f"file://{tmp_path}/out"
    _run(address, "local")
    assert digest_of_run(address) == digest_of_run(tmp_path / "out") == expected
    assert not list((tmp_path / "out").rglob(".*.tmp"))


@pytest.mark.long
def test_a_chunk_that_ends_every_worker_is_a_message_and_the_rest_is_kept(tmp_path: Path, expected: str) -> None:
    folder = tmp_path / "out"
    with pytest.raises(RunError, match=r"has ended every worker that it was given to .* --resume"):
        _run(folder, "local", FakeConfig(die_at=595))
    assert read_manifest(folder).parts
    _run(folder, "local", resume=True)
    assert digest_of_run(folder) == expected


SCHEDULER = "import sys; from distributed.cli.dask_scheduler import main; sys.exit(main())"
WORKER = "import sys; from distributed.cli.dask_worker import main; sys.exit(main())"
FOREIGN_WORKER = "import sys; sys.modules['experiments'] = None; from distributed.cli.dask_worker import main; main()"


@contextmanager
def _process(code: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


@contextmanager
def _scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    file = folder / "scheduler.json"
    options = (
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--dashboard-address",
        ":0",
        "--scheduler-file",
        str(file),
    )
    with _process(SCHEDULER, *options) as process:
        end = time.monotonic() + PATIENCE
        while not (file.exists() and file.read_text().endswith("}")):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"], process


@contextmanager
def _worker(address: str, folder: Path, code: str = WORKER) -> Iterator[None]:
    options = ("--no-dashboard", "--no-nanny", "--nthreads", "1", "--local-directory", str(folder))
    with _process(code, address, *options):
        yield


def _wait_for_workers(address: str, count: int) -> None:
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=PATIENCE)


@pytest.mark.long
def test_a_scheduler_elsewhere_whose_worker_comes_late(tmp_path: Path, expected: str) -> None:
    with _scheduler(tmp_path) as (address, _), _worker(address, tmp_path):
        _run(tmp_path / "out", address)
    assert digest_of_run(tmp_path / "out") == expected


def test_a_lost_scheduler_is_a_message_and_the_rest_is_kept(tmp_path: Path, expected: str) -> None:
    folder = tmp_path / "out"
    with _scheduler(tmp_path) as (address, scheduler), _worker(address, tmp_path):
        config = FakeConfig(die_at=250, die_once=tmp_path / "died", victim=scheduler.pid)
        with pytest.raises(RunError, match=r"connection to the scheduler is lost.* --resume"):
            _run(folder, address, config)
    assert 0 < sum(chunk.rows for chunk in read_manifest(folder).parts) < 600
    _run(folder, None, resume=True)
    assert digest_of_run(folder) == expected


DRIVER = """
import sys
from pathlib import Path
from experiments.questions.run.cluster import connected
from experiments.errors import RunError
from tests.fake_engine import FakeConfig, fake_plan, run_fake
try:
    with connected(sys.argv[1], None, 1) as backend:
        plan = fake_plan(FakeConfig(seconds_per_run=0.01), runs=5000, chunk_size=10)
        run_fake(Path(sys.argv[2]), plan, backend=backend)
except RunError as error:
    print(error)
"""


@pytest.mark.long
def test_a_lost_scheduler_ends_without_a_traceback(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with _scheduler(tmp_path) as (address, scheduler), _worker(address, tmp_path):
        driver = subprocess.Popen(
            [sys.executable, "-c", DRIVER, address, str(folder)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        end = time.monotonic() + PATIENCE
        while not (folder / "journal.jsonl").exists():
            assert driver.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        scheduler.kill()
        words, errors = driver.communicate(timeout=PATIENCE)
    assert words == "the connection to the scheduler is lost. What was finished is kept; go on with --resume.\n"
    assert errors == ""


def test_a_worker_without_winset_is_a_message(tmp_path: Path) -> None:
    with _scheduler(tmp_path) as (address, _), _worker(address, tmp_path, FOREIGN_WORKER):
        _wait_for_workers(address, 1)
        with pytest.raises(RunError, match=r"a member of the cluster cannot run winset \(tcp://.*'experiments'"):
            _run(tmp_path / "out", address)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nowhere", "no://where"])
def test_a_scheduler_that_does_not_answer_is_a_message_within_seconds(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _SECONDS_TO_CONNECT <= 5
    monkeypatch.setattr("experiments.questions.run.cluster._SECONDS_TO_CONNECT", 1)
    start = time.monotonic()
    with pytest.raises(RunError, match=f"no Dask scheduler answers at {address} .*Start one with"):
        _run(tmp_path / "out", address)
    assert time.monotonic() - start < 4.0
    assert not (tmp_path / "out").exists()


def test_workers_of_a_cluster_elsewhere_are_not_ours_to_count() -> None:
    with pytest.raises(RunError, match="--workers is for processes on this machine"), connected("tcp://x:1", 2, 2):
        raise AssertionError


def test_a_missing_dask_is_a_message_that_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r"pip install 'winset\[cluster\]'"):
        _run(tmp_path / "out", "local")
    assert not (tmp_path / "out").exists()


def test_a_local_cluster_leaves_nothing_among_the_temporary_files_and_nothing_there_can_be_foreseen(
    tmp_path: Path,
) -> None:
    """In a process of its own, for Python looks up the folder of temporary files once."""
    code = (
        "import stat, sys\nfrom pathlib import Path\nfrom experiments.questions.run.cluster import _local_cluster\n"
        "if __name__ == '__main__':\n"
        "    with _local_cluster(1) as cluster:\n"
        "        cluster.wait_for_workers(1)\n"
        "        for path in Path(sys.argv[1]).iterdir():\n"
        "            holds = sorted({found.name.split('-')[0] for found in path.glob('*/*-*')})\n"
        "            print(path.name, oct(stat.S_IMODE(path.stat().st_mode)), *holds)\n"
    )
    script, temporary = tmp_path / "script.py", tmp_path / "temporary"
    script.write_text(code)
    temporary.mkdir()
    names = set()
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(script), str(temporary)],
            env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        name, mode, *holds = done.stdout.split()
        assert name.startswith("winset-")
        assert (mode, holds) == ("0o700", ["scheduler", "worker"])
        assert list(temporary.iterdir()) == []
        names.add(name)
    assert len(names) == 2


def test_an_encrypted_scheduler_without_certificates_is_a_message(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"tls://127\.0\.0\.1:1 is encrypted and needs certificates; .*tls\.ca-file"):
        _run(tmp_path / "out", "tls://127.0.0.1:1")
    assert not (tmp_path / "out").exists()


def test_a_local_cluster_listens_on_this_machine_alone() -> None:
    """Scheduler, workers and Dask's page of figures, in all processes of the cluster."""
    import psutil

    with _local_cluster(1):
        driver = psutil.Process()
        family = [driver, *driver.children(recursive=True)]
        listening = [one for member in family for one in member.net_connections("tcp") if one.status == "LISTEN"]
        ports = {one.laddr.ip for one in listening}
    assert len(listening) >= 3
    assert ports == {"127.0.0.1"}
