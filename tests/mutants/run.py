"""Plant faults one at a time, run the tests that could notice, and count what was noticed: `make mutants`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Queue
from typing import Protocol

from tests.mutants.selection import Coverage, files_of_tests_near, passed_in
from tests.mutants.sites import Mutant, draw

ROOT = Path(__file__).resolve().parents[2]

#: Folders of each part. Options, pages and the benchmark's clock are no results.
PARTS = {
    "rules": ("sim/", "agents/"),
    "results": (
        "experiments/engine/",
        "experiments/figures/",
        "experiments/lab/",
        "experiments/questions/",
        "experiments/report/",
        "experiments/statistics/",
        "experiments/store/columns.py",
        "experiments/store/digest.py",
        "experiments/story/",
        "experiments/labels.py",
    ),
}

#: By which run of the tests it is known which of them ran a line: with rules compiled, as they are, or interpreted.
RUNS = {"rules": "interpreted", "results": "coverage"}

#: Most tests of one line that are run; those nearest in imports go first.
MOST_TESTS = 400
#: Verdicts on faults that no test has noticed; whether one that hung would have been, a reader must find out.
UNNOTICED = {"hung", "survived"}


@dataclass(frozen=True)
class Verdict:
    """What became of one fault: `interpreted`, `selected`, `whole` (each noticed), `hung`, or `survived`."""

    part: str
    mutant: Mutant
    by: str
    seconds: float
    difference: str


def _tracked(root: Path) -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def _clone(root: Path, to: Path) -> Path:
    """What was committed last, as it is checked out anywhere."""
    subprocess.run(["git", "clone", "--quiet", "--local", str(root), str(to)], check=True)
    return to


def _pytest(tree: Path, cache: Path, tests: list[str], timeout: float, interpreted: bool) -> str:
    """Run tests until one fails; `failed`, `passed` or `hung`."""
    if not tests:
        return "passed"
    surroundings = {**os.environ, "PYTHONPATH": str(tree), "WINSET_CACHE_DIR": str(cache), "CI": "true"}
    if interpreted:
        surroundings["NUMBA_DISABLE_JIT"] = "1"
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", *tests]
    process = subprocess.Popen(
        command,
        cwd=tree,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return "passed" if process.wait(timeout) == 0 else "failed"
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return "hung"


class RanBy(Protocol):
    """Knows which tests ran a line."""

    def tests(self, path: str, lines: tuple[int, int], /) -> list[str]:
        """Names of the tests that ran one of the lines from the first to the last of a file."""


@dataclass(frozen=True)
class Chosen:
    """Tests that could notice a fault, each step tried only where the one before noticed nothing.

    Attributes
    ----------
    interpreted : list of str
        Of a rule: tests that ran its line while Python interpreted it. Compiling anew takes minutes.
    selected : list of str
        Tests near in imports.
    whole : list of str
        All tests that ran the line; of a rule, or of a line that no test ran, all that import its file, over however
        many others.
    """

    interpreted: list[str]
    selected: list[str]
    whole: list[str]


def choose(
    part: str, mutant: Mutant, coverage: Mapping[str, RanBy], passed: Mapping[str, Mapping[str, float]]
) -> Chosen:
    """Tests for a fault, the nearest in imports first, and among equally near ones the quickest.

    Parameters
    ----------
    part : str
        One of `PARTS`.
    mutant : Mutant
        The fault.
    coverage : mapping
        Which tests ran which line, a part.
    passed : mapping
        Tests that pass without a fault and how long each takes, a part.
    """
    near = files_of_tests_near(ROOT, mutant.path)
    rank = {name: k for k, ring in enumerate(near) for name in ring}

    def distance(test: str) -> int:
        return rank.get(test.partition("::")[0], len(near))

    def importing(tests: Mapping[str, float]) -> list[str]:
        return sorted(
            (test for test in tests if distance(test) < len(near)), key=lambda test: (distance(test), tests[test])
        )

    # A line that runs when its file is imported belongs to no test.
    found = [] if mutant.at_import else coverage[part].tests(mutant.path, mutant.statement)
    ran = sorted(found, key=distance)
    if part == "rules" or not ran:
        interpreted = (ran or importing(passed["rules"]))[:MOST_TESTS] if part == "rules" else []
        compiled = importing(passed["results"])
        further = [test for test in compiled if distance(test)]
        return Chosen(interpreted, [test for test in compiled if not distance(test)], further[:MOST_TESTS])
    return Chosen([], [test for test in ran if not distance(test)], ran[:MOST_TESTS])


def judge(part: str, mutant: Mutant, tree: Path, cache: Path, chosen: Chosen, timeout: float) -> Verdict:
    """Plant a fault in a copy of the project, run the tests, and take it out again."""
    file = tree / mutant.path
    before = file.read_text(encoding="utf-8")
    start = time.monotonic()
    own_cache = cache
    if part == "rules":
        own_cache = Path(tempfile.mkdtemp(prefix="rules-", dir=cache.parent))
    file.write_text(mutant.source(before), encoding="utf-8")
    by = "survived"
    try:
        for name, tests in asdict(chosen).items():
            ended = _pytest(tree, own_cache, tests, timeout, interpreted=name == "interpreted")
            if ended == "failed":
                by = name
                break
            # Interpreted rules are slow: what hung there may yet be noticed in compiled code.
            by = "hung" if ended == "hung" else by
    finally:
        file.write_text(before, encoding="utf-8")
        if own_cache != cache:
            shutil.rmtree(own_cache)
    return Verdict(part, mutant, by, round(time.monotonic() - start, 1), mutant.difference(before))


def _folder(path: str) -> str:
    parts = Path(path).parent.parts
    return "/".join(parts[:2]) or "."


def table(verdicts: list[Verdict]) -> str:
    """Faults planted and noticed a folder, then those that nobody noticed."""
    planted, noticed = Counter[str](), Counter[str]()
    for verdict in verdicts:
        for name in (_folder(verdict.mutant.path), f"all {verdict.part}"):
            planted[name] += 1
            noticed[name] += verdict.by not in UNNOTICED
    lines = [f"{'folder':<28}{'planted':>8}{'noticed':>8}{'share':>8}"]
    lines += [
        f"{name:<28}{planted[name]:>8}{noticed[name]:>8}{100 * noticed[name] / planted[name]:>6.0f} %"
        for name in sorted(planted)
    ]
    for verdict in verdicts:
        if verdict.by in UNNOTICED:
            lines.append(f"\n{verdict.by}: {verdict.mutant.path}:{verdict.mutant.line} {verdict.mutant.operator}")
            lines.append(verdict.difference)
    return "\n".join(lines)


def _read_kept(journal: Path) -> dict[Mutant, Verdict]:
    kept = {}
    if journal.exists():
        for line in journal.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            mutant = Mutant(**{**row["mutant"], "statement": tuple(row["mutant"]["statement"])})
            kept[mutant] = Verdict(**{**row, "mutant": mutant})
    return kept


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=50, help="faults in sim/ and agents/")
    parser.add_argument("--results", type=int, default=100, help="faults in what computes and shows results")
    parser.add_argument("--only", default="", help="only files whose path starts so")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--timeout", type=float, default=900.0,
        help="seconds after which a run of tests is ended; it may have been slow and not hung, and counts as unnoticed",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "mutants", help="holds both runs with coverage")
    return parser.parse_args()


def main() -> None:
    """Draw, judge and tell; a run that was stopped goes on where it was."""
    asked = _options()
    if subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, check=False).returncode:
        sys.exit("error: files differ from what was committed, in which faults are planted; commit them first")
    files = [name for name in _tracked(ROOT) if name.endswith(".py") and name.startswith(asked.only)]
    drawn = [
        (part, mutant)
        for part, count in (("rules", asked.rules), ("results", asked.results))
        for mutant in draw(ROOT, [name for name in files if name.startswith(PARTS[part])], count, asked.seed)
    ]
    passed = {part: passed_in(asked.out / f"{run}.xml") for part, run in RUNS.items()}
    coverage = {part: Coverage(asked.out / f"{run}.db", ROOT, passed[part]) for part, run in RUNS.items()}
    journal = asked.out / f"verdicts-{asked.seed}.jsonl"
    kept = _read_kept(journal)
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        cache = Path(scratch) / "cache"
        trees: Queue[Path] = Queue()
        for k in range(asked.jobs):
            trees.put(_clone(ROOT, Path(scratch) / f"tree{k}"))

        def one(part: str, mutant: Mutant) -> Verdict:
            tree = trees.get()
            try:
                verdict = judge(part, mutant, tree, cache, choose(part, mutant, coverage, passed), asked.timeout)
            finally:
                trees.put(tree)
            with journal.open("a", encoding="utf-8") as stored:
                stored.write(json.dumps(asdict(verdict)) + "\n")
            print(
                f"{verdict.by:<9}{verdict.seconds:>7.1f} s  {mutant.path}:{mutant.line} {mutant.operator}", flush=True
            )
            return verdict

        with ThreadPoolExecutor(asked.jobs) as pool:
            waiting = [pool.submit(one, part, mutant) for part, mutant in drawn if mutant not in kept]
            fresh = {answer.result().mutant: answer.result() for answer in waiting}
    verdicts = [(kept | fresh)[mutant] for _, mutant in drawn]
    told = table(verdicts)
    (asked.out / f"table-{asked.seed}.txt").write_text(told + "\n", encoding="utf-8")
    print(told)


if __name__ == "__main__":
    main()
