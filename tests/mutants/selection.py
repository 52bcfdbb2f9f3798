"""Which tests could notice a fault: those that ran its line, else those that import its file."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

PACKAGES = ("sim", "agents", "experiments")


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(source: str, known: set[str]) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found & known


def files_of_tests_near(root: Path, path: str) -> list[list[str]]:
    """Test files by distance in imports from a file: those that import it, those that import an importer, and so on.

    Returns
    -------
    list of list of str
        One list a distance, nearest first, each file once.
    """
    files = [p.relative_to(root) for top in (*PACKAGES, "tests") for p in sorted((root / top).rglob("*.py"))]
    modules = {_module(p): p for p in files}
    edges = {name: _imports((root / p).read_text(encoding="utf-8"), set(modules)) for name, p in modules.items()}
    importers: dict[str, set[str]] = {}
    for name, targets in edges.items():
        for target in targets:
            importers.setdefault(target, set()).add(name)
    seen = {_module(Path(path))}
    ring, rings = set(seen), []
    while ring:
        ring = {name for near in ring for name in importers.get(near, ())} - seen
        seen |= ring
        tests = sorted(str(modules[name]) for name in ring if modules[name].name.startswith("test_"))
        if tests:
            rings.append(tests)
    return rings


def passed_in(report: Path) -> dict[str, float]:
    """Seconds of the tests that passed, from the report of a run of tests (`--junitxml`)."""
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - written by our own run of pytest
    return {
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}": float(case.get("time", 0.0))
        for case in cases
        if not len(case)
    }


class Coverage:
    """Which tests ran which line, from a run of tests with their names kept (`--cov-context=test`).

    Compiled rules leave no trace, so the rules have a run of their own, in which Python interprets them.

    Parameters
    ----------
    database : Path
        File that coverage.py wrote.
    root : Path
        Folder of the project when it was written.
    seconds : mapping
        Tests to choose from, and how long each takes.
    """

    def __init__(self, database: Path, root: Path, seconds: Mapping[str, float]) -> None:
        from coverage.numbits import num_in_numbits

        self._contains = num_in_numbits
        self._seconds = seconds
        self._lines: dict[str, list[tuple[str, bytes]]] = {}
        with sqlite3.connect(database) as stored:
            rows = stored.execute(
                "select file.path, context.context, line_bits.numbits from line_bits"
                " join file on file.id = line_bits.file_id join context on context.id = line_bits.context_id"
            )
            for path, context, bits in rows:
                test = context.partition("|")[0]
                if test in seconds:
                    self._lines.setdefault(str(Path(path).relative_to(root)), []).append((test, bits))

    def tests(self, path: str, lines: tuple[int, int]) -> list[str]:
        """Names of the tests that ran one of the lines from the first to the last of a file, the quickest first."""
        span = range(lines[0], lines[1] + 1)
        rows = self._lines.get(path, ())
        found = {test for test, bits in rows if any(self._contains(line, bits) for line in span)}
        return sorted(found, key=lambda test: (self._seconds[test], test))
