"""An engine without a model, so that the runner can be tested by itself; importable by worker processes."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from experiments.config.digest import config_digest
from experiments.engine.simulate import Engine
from experiments.progress import Progress
from experiments.questions.run.execute import Backend, execute
from experiments.questions.run.run import request_for
from experiments.store.directory import Directory
from experiments.store.manifest import Manifest
from experiments.store.place import Folder
from experiments.store.plan import Options, Plan, make_plan
from tests.recorded_progress import RecordedProgress

if TYPE_CHECKING:
    from experiments.config.model import Config
    from experiments.design.given import GivenDesign

RUNS_SCHEMA = pa.schema(
    [
        ("run", pa.int64()),
        ("outcome", pa.string()),
        ("reason", pa.string()),
        ("round", pa.int64()),
        ("date", pa.date32()),
        ("proposer", pa.string()),
        ("car_tariff", pa.float64()),
        ("solved", pa.bool_()),
    ]
)
TRAJECTORIES_SCHEMA = pa.schema(
    [("run", pa.int64()), ("round", pa.int64()), ("side", pa.string()), ("value", pa.float64())]
)


@dataclass(frozen=True)
class FakeExperiment:
    runs: int = 60
    seed: int = 1
    trajectories: bool = False
    sampling: str = "monte_carlo"


@dataclass(frozen=True)
class FakeConfig:
    """What the runner asks of a config, and how the fake engine is to behave."""

    name: str = "fake"
    values: dict[str, Any] = field(default_factory=lambda: {"title": "A fake", "walk_away": {"threat": 0.24}})
    experiment: FakeExperiment = field(default_factory=FakeExperiment)
    seconds_per_run: float = 0.0
    pids: Path | None = None
    interrupt_at: int | None = None
    die_at: int | None = None
    die_once: Path | None = None
    victim: int | None = None
    file_size: int | None = None
    posterior: None = None

    def resolved(self) -> dict[str, Any]:
        return self.values

    def digest(self) -> str:
        return config_digest(self.resolved())


@dataclass(frozen=True)
class FakeTables:
    runs: pa.Table
    trajectories: pa.Table | None


def simulate(
    config: Config,
    first: int,
    count: int,
    seed: int,
    total: int,
    *,
    trajectories: bool,
    solutions: bool,
    engine: str,
    given: GivenDesign | None,
) -> FakeTables:
    """Rows that depend on seed and run alone."""
    fake = cast("FakeConfig", config)
    assert engine == "mesa"
    assert given is None
    assert 0 <= first < first + count <= total
    if fake.pids is not None:
        (fake.pids / str(os.getpid())).touch()
    if fake.interrupt_at is not None and first <= fake.interrupt_at < first + count:
        raise KeyboardInterrupt
    if fake.die_at is not None and first <= fake.die_at < first + count and _is_due(fake):
        os.kill(fake.victim or os.getpid(), signal.SIGKILL)
    if fake.file_size is not None:
        # As a full disk does: every write beyond this fails.
        resource.setrlimit(resource.RLIMIT_FSIZE, (fake.file_size, resource.RLIM_INFINITY))
    time.sleep(fake.seconds_per_run * count)
    runs = [_run(seed, run, solutions) for run in range(first, first + count)]
    paths = [row for run in range(first, first + count) for row in _path(seed, run)]
    return FakeTables(
        pa.Table.from_pylist(runs, RUNS_SCHEMA),
        pa.Table.from_pylist(paths, TRAJECTORIES_SCHEMA) if trajectories else None,
    )


def _is_due(fake: FakeConfig) -> bool:
    """Whether this process has to die: always, or only the first one that comes here."""
    if fake.die_once is None:
        return True
    try:
        fake.die_once.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _run(seed: int, run: int, solutions: bool) -> dict[str, object]:
    draw = _draw(seed, run)
    deal = draw < 0.4
    return {
        "run": run,
        "outcome": "agreement" if deal else "stall",
        "reason": "us_accepts" if deal else "no_zone",
        "round": 1 + int(40 * draw),
        "date": date(2025, 5, 30) + timedelta(days=7 * int(40 * draw)),
        "proposer": "us_treasury" if deal else None,
        "car_tariff": draw if deal else None,
        "solved": solutions,
    }


def _path(seed: int, run: int) -> list[dict[str, object]]:
    return [
        {"run": run, "round": step, "side": side, "value": _draw(seed, run, step, side)}
        for step in range(1, 3)
        for side in ("us_treasury", "partner")
    ]


def _draw(*key: object) -> float:
    digest = hashlib.blake2b(repr(key).encode(), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 2.0**56


def fake_engine(*, cold: bool = False, warmed: list[Plan] | None = None) -> Engine:
    return Engine("mesa", simulate, lambda: cold, (warmed if warmed is not None else []).append)


def fake_plan(config: FakeConfig | None = None, **options: Any) -> Plan:
    return make_plan(cast("Config", config or FakeConfig()), Options(**({"engine": "mesa"} | options)))


def open_fake(folder: Folder, plan: Plan, *, resume: bool = False, overwrite: bool = False) -> Directory:
    return Directory.open(folder, request_for(plan), resume=resume, overwrite=overwrite)


def run_fake(
    folder: Folder, plan: Plan, *, workers: int = 1, progress: Progress | None = None, backend: Backend | None = None
) -> Manifest:
    progress = progress or RecordedProgress()
    with open_fake(folder, plan) as directory:
        return execute(plan, fake_engine(), directory, workers=workers, progress=progress, backend=backend)


def resume_fake(folder: Folder, plan: Plan) -> RecordedProgress:
    progress = RecordedProgress()
    with Directory.open(folder, request_for(plan), resume=True, say=progress.say) as directory:
        execute(plan, fake_engine(), directory, progress=progress)
    return progress
