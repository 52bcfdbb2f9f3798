"""Kill a run at random times, go on with it each time, and compare the end with a run that nobody disturbed.

For example, from the root of the checkout:

    python -m tests.kill_and_resume --config configs/japan_us_2025.yaml --runs 1000000 --kills 20

A kill is SIGKILL to the process that the user started, which nothing can catch. After it, every process that it had
started must be gone within seconds.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from experiments.store.digest import digest_of_run
from experiments.store.manifest import read_manifest
from experiments.store.reading import load_runs
from tests.tree import ROOT

#: Seconds in which a dead driver's workers must be gone.
PATIENCE = 10.0


@dataclass(frozen=True)
class RunCommand:
    """A command of ``winset run`` without its directory."""

    config: Path
    runs: int
    options: tuple[str, ...] = ()

    def start(self, folder: Path) -> subprocess.Popen[bytes]:
        """Start the run in a session of its own, going on where it was."""
        command = [sys.executable, "-m", "experiments.cli", "run", str(self.config), "--runs", str(self.runs)]
        return subprocess.Popen(
            [*command, "--out", str(folder), "--resume", "--no-figures", *self.options],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
        )


@dataclass(frozen=True)
class Report:
    """What came of the kills.

    Attributes
    ----------
    kills : int
        Kills that hit a running command.
    torn : int
        Kills that left something unfinished behind: a temporary file or a chunk that the journal does not know.
    digest : str
        Digest of the undisturbed run, which every killed one had to reach.
    seconds : float
        Duration of the undisturbed run.
    """

    kills: int
    torn: int
    digest: str
    seconds: float


class SurvivalError(AssertionError):
    """A kill has cost something."""


def kill_and_resume(command: RunCommand, kills: int, place: Path, *, seed: int = 0) -> Report:
    """Run `command` once undisturbed, then kill and resume it until `kills` have hit it; raise if anything is lost.

    Parameters
    ----------
    command : RunCommand
        What to run.
    kills : int
        How often to kill. When a command ends before its next kill, another one is started.
    place : pathlib.Path
        Folder for the directories of the runs.
    seed : int
        Seed of the times of the kills.
    """
    draw = random.Random(seed)  # noqa: S311 - times of kills are no secret
    start = time.monotonic()
    _finish(command, place / "undisturbed")
    seconds = time.monotonic() - start
    digest = digest_of_run(place / "undisturbed")
    hits = torn = 0
    while hits < kills:
        folder = place / "killed"
        shutil.rmtree(folder, ignore_errors=True)
        # Early and late kills alike, and on average enough of them before the command is done.
        while _killed(command, folder, draw.uniform(0.0, min(1.0, 4.0 / kills) * seconds)):
            hits += 1
            torn += _is_torn(folder)
            if hits == kills:
                break
        _finish(command, folder)
        _compare(command, folder, digest)
    return Report(hits, torn, digest, seconds)


def _killed(command: RunCommand, folder: Path, delay: float) -> bool:
    """Start or go on, kill after `delay` seconds; False if the command was done before."""
    driver = command.start(folder)
    try:
        driver.wait(delay)
    except subprocess.TimeoutExpired:
        os.kill(driver.pid, signal.SIGKILL)
        driver.wait()
    _check_gone(driver.pid)
    if driver.returncode == 0:
        return False
    if driver.returncode != -signal.SIGKILL:
        raise SurvivalError(f"the command failed by itself with exit code {driver.returncode}")
    return True


def _finish(command: RunCommand, folder: Path) -> None:
    driver = command.start(folder)
    if driver.wait() != 0:
        raise SurvivalError(f"the command failed by itself with exit code {driver.returncode}")
    _check_gone(driver.pid)


def _compare(command: RunCommand, folder: Path, digest: str) -> None:
    if load_runs(folder, ["run"])["run"].tolist() != list(range(command.runs)):
        raise SurvivalError(f"{folder}: a run is missing, doubled or out of order")
    if digest_of_run(folder) != digest:
        raise SurvivalError(f"{folder}: the rows differ from those of the undisturbed run")
    left = [str(path) for path in folder.rglob(".*.tmp")]
    if left:
        raise SurvivalError(f"{folder}: left behind: {', '.join(left)}")


def _is_torn(folder: Path) -> bool:
    if not (folder / "manifest.json").exists():
        return True
    known = {stored.file for part in read_manifest(folder).parts for stored in part.files.values()}
    return any(str(path.relative_to(folder)) not in known for path in folder.glob("*/*"))


def _check_gone(session: int) -> None:
    end = time.monotonic() + PATIENCE
    while left := _members(session):
        if time.monotonic() > end:
            raise SurvivalError(f"processes {left} of the killed run are still there after {PATIENCE:.0f} s")
        time.sleep(0.05)


def _members(session: int) -> list[int]:
    """Living processes of a session; the dead that wait for their parent do not count."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, its_session = stat.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(its_session) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def main() -> None:
    """Read the command line, do it and print what came of it."""
    parser = argparse.ArgumentParser(description="Kill a run at random times and see that nothing is lost.")
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "japan_us_2025.yaml")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="seed of the times of the kills")
    parser.add_argument("options", nargs="*", help="further options of winset run, after --")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="winset-kills-") as place:
        command = RunCommand(said.config.resolve(), said.runs, tuple(said.options))
        report = kill_and_resume(command, said.kills, Path(place), seed=said.seed)
    print(
        f"{report.kills} kills of a run of {said.runs:,} ({report.seconds:.1f} s undisturbed), {report.torn} of them "
        f"in the middle of a write; no row lost or doubled, no process left, the same digest each time: {report.digest}"
    )


if __name__ == "__main__":
    main()
