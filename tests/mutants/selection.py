"""Which tests could notice a fault: those that ran its line, else those that import its file."""

from __future__ import annotations

import ast
import sqlite3
from pathlib import Path

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


class Coverage:
    """Which tests ran which line, from a run of all tests with their names kept (`--cov-context=test`).

    Compiled rules leave no trace here; for them `files_of_tests_near` chooses.

    Parameters
    ----------
    database : Path
        File that coverage.py wrote.
    root : Path
        Folder of the project when it was written.
    """

    def __init__(self, database: Path, root: Path) -> None:
        from coverage.numbits import num_in_numbits

        self._contains = num_in_numbits
        self._lines: dict[str, list[tuple[str, bytes]]] = {}
        with sqlite3.connect(database) as stored:
            rows = stored.execute(
                "select file.path, context.context, line_bits.numbits from line_bits"
                " join file on file.id = line_bits.file_id join context on context.id = line_bits.context_id"
            )
            for path, context, bits in rows:
                test = context.partition("|")[0]
                if test:
                    self._lines.setdefault(str(Path(path).relative_to(root)), []).append((test, bits))

    def tests(self, path: str, lines: tuple[int, int]) -> list[str]:
        """Names of the tests that ran one of the lines from the first to the last of a file."""
        span = range(lines[0], lines[1] + 1)
        rows = self._lines.get(path, ())
        return sorted({test for test, bits in rows if any(self._contains(line, bits) for line in span)})
