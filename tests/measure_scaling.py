"""Measure what a run costs by number of runs and by what computes it: the table of `docs/scaling.md`.

For example, from the root of the checkout:

    python -m tests.measure_scaling --runs 100000 1000000

Seconds are those of the whole command, from its start to the printed summary, without pictures. Memory is that of all
its processes together, at its peak.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from experiments.store.digest import digest_of_run
from tests.tree import ROOT

PAGE = os.sysconf("SC_PAGE_SIZE")

#: How a run may be computed, by the name of its row.
WAYS = {
    "one process": ("--workers", "1"),
    "two processes": ("--workers", "2"),
    "Dask, two processes": ("--workers", "2", "--cluster", "local"),
}


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    seconds: float
    computing: float
    driver: float
    together: float
    bytes_a_run: float
    hashing: float
    digest: str


def measure(config: Path, runs: int, options: tuple[str, ...], folder: Path) -> Cost:
    """Run the command into `folder` and return what it took; memory in MB."""
    command = [sys.executable, "-m", "experiments.cli", "run", str(config), "--runs", str(runs), "--out", str(folder)]
    start = time.monotonic()
    process = subprocess.Popen(
        [*command, "--no-figures", *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    driver = together = 0.0
    while process.poll() is None:
        sizes = dict(_sizes(process.pid))
        driver, together = max(driver, sizes.get(process.pid, 0.0)), max(together, sum(sizes.values()))
        time.sleep(0.05)
    seconds = time.monotonic() - start
    if process.returncode:
        raise SystemExit(f"the command failed: {' '.join(command)}")
    size = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
    start = time.monotonic()
    digest = digest_of_run(folder)
    hashing = time.monotonic() - start
    # What the command says fits into the pipe, so that reading it after the end keeps nobody waiting.
    printed = re.search(r"^[\d,]+ negotiations?, ([\d.]+) s$", process.communicate()[0], re.MULTILINE)
    if printed is None:
        raise SystemExit("the command did not say how long it computed")
    computing = float(printed[1])
    return Cost(seconds, computing, driver, together, size / runs, hashing, digest)


def _sizes(session: int) -> Iterator[tuple[int, float]]:
    """Memory of every process of a session: its own pages, and a fair part of those that it shares."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            its_session = folder.joinpath("stat").read_text().rpartition(")")[2].split()[3]
            if int(its_session) == session:
                lines = folder.joinpath("smaps_rollup").read_text().splitlines()
                yield int(folder.name), next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
        except (OSError, StopIteration, IndexError):
            # It has ended while we looked.
            continue


def main() -> None:
    """Read the command line, measure and print a table."""
    parser = argparse.ArgumentParser(description="Measure what runs cost.")
    parser.add_argument("--config", type=Path, default=ROOT / "configs" / "japan_us_2025.yaml")
    parser.add_argument("--runs", type=int, nargs="+", default=[100_000])
    parser.add_argument("options", nargs="*", help="further options of winset run, after --")
    said = parser.parse_args()
    print("| runs | computed by | seconds | of them computing | runs a second | MB driver | MB in all | bytes a run |")
    print("|---|---|---|---|---|---|---|---|")
    digests: dict[int, set[str]] = {}
    for runs in said.runs:
        for name, way in WAYS.items():
            with tempfile.TemporaryDirectory(prefix="winset-scaling-") as folder:
                cost = measure(said.config.resolve(), runs, (*way, *said.options), Path(folder) / "out")
            digests.setdefault(runs, set()).add(cost.digest)
            print(
                f"| {runs:,} | {name} | {cost.seconds:.1f} | {cost.computing:.1f} | {runs / cost.computing:,.0f} "
                f"| {cost.driver:.0f} | {cost.together:.0f} | {cost.bytes_a_run:.0f} |",
                flush=True,
            )
    same = all(len(found) == 1 for found in digests.values())
    print(f"\n`winset hash` is {'the same' if same else 'NOT THE SAME'} in every way of computing.")


if __name__ == "__main__":
    main()
