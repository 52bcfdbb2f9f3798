"""The tree keeps its shape: rooms on floors, no circle of imports, a docstring for every module, one idea a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.tree import ROOT

PACKAGES = ("sim", "agents", "experiments")
TEST_FOLDERS = ("unit", "science", "parity", "golden")
MAX_LINES = 400

#: Rooms of each package from the ground up, each a folder or a file by itself. A room imports rooms before it.
ROOMS: Final[dict[str, tuple[str, ...]]] = {
    "sim": (
        "parameters",
        "issues",
        "records",
        "code_cache",
        "linking",
        "compiled",
        "lowering_apart",
        "row",
        "draws",
        "grid",
        "sorting",
        "solutions",
        "economy",
        "bargaining",
        "engine",
    ),
    "agents": (
        "errors",
        "watching",
        "own_rules",
        "tactics",
        "government",
        "us_treasury",
        "partner_government",
        "data_center_firm",
        "chip_maker",
    ),
    "experiments": (
        "errors",
        "files",
        "json_values",
        "labels",
        "payoff_terms",
        "progress",
        "statistics",
        "baselines",
        "terminal",
        "refusals",
        "record",
        "config",
        "ranges",
        "positions",
        "design",
        "store",
        "figures",
        "engine",
        "cases",
        "story",
        "export",
        "report",
        "lab",
        "seats",
        "questions",
        "app",
        "bench",
        "api",
        "catalogue",
        "forecast_files",
        "forecast_scores",
        "commands",
        "cli",
        "documentation",
    ),
}

#: Folders whose own folders are rooms of one floor, of which none imports another.
SIDE_BY_SIDE: Final = "experiments.questions"

Graph = Mapping[str, set[str]]


def _python_files(*folders: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.Module) -> Iterator[str]:
    """Every absolute import, also inside a function or a type-only block; of ``from a import b`` also ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _graph(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Modules of ours that each module imports; a name in a package counts as the package only if it is no module."""
    graph = {}
    for module, source in sources.items():
        named = {name for name in _imported(ast.parse(source)) if name in sources and name != module}
        graph[module] = {name for name in named if not any(other.startswith(f"{name}.") for other in named)}
    return graph


def _circles(graph: Graph) -> list[list[str]]:
    """Strongly connected modules [Tarjan 1972], each circle in the order of the alphabet."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        number[module] = lowest[module] = len(number)
        path.append(module)
        for other in sorted(graph[module]):
            if other not in number:
                visit(other)
            if other in path:
                lowest[module] = min(lowest[module], lowest[other])
        if lowest[module] == number[module]:
            circle = path[path.index(module) :]
            del path[path.index(module) :]
            if len(circle) > 1:
                found.append(sorted(circle))

    for module in sorted(graph):
        if module not in number:
            visit(module)
    return found


def _room(module: str) -> str:
    """Room of a module: its package and what it lies in there; where rooms stand side by side, one folder more."""
    parts = module.split(".")
    depth = 3 if module.startswith(f"{SIDE_BY_SIDE}.") else 2
    return ".".join(parts[:depth])


def _height(module: str, folders: set[str]) -> tuple[int, int, int]:
    """Floor of a module: its package, its room, and above rooms that stand side by side the files beside them."""
    package, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    room = ROOMS[package].index(name) if name else -1
    above = int(module.startswith(f"{SIDE_BY_SIDE}.") and _room(module) not in folders)
    return PACKAGES.index(package), room, above


def _upwards(graph: Graph, folders: set[str]) -> list[str]:
    """Imports of what does not lie below; files beside rooms that stand side by side may import one another."""
    found = []
    for module, others in sorted(graph.items()):
        height = _height(module, folders)
        for other in sorted(others):
            higher = _height(other, folders)
            is_beside = higher == height and height[2] == 1
            if _room(module) != _room(other) and higher >= height and not is_beside:
                found.append(f"{module} -> {other}")
    return found


FILES = _python_files(*PACKAGES)
SOURCES = {_module_of(path): (ROOT / path).read_text(encoding="utf-8") for path in FILES}
FOLDERS = {_module_of(path) for path in FILES if path.name == "__init__.py"}


def test_no_files_import_each_other_in_a_circle() -> None:
    assert _circles(_graph(SOURCES)) == []


def test_every_room_imports_lower_rooms_only() -> None:
    assert _upwards(_graph(SOURCES), FOLDERS) == []


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for module, source in SOURCES.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(module)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_table_of_rooms_names_what_is_there(package: str) -> None:
    there = {path.name.removesuffix(".py") for path in (ROOT / package).iterdir() if not path.name.startswith("_")}
    assert sorted(ROOMS[package]) == sorted(there)


def _found(**sources: str) -> tuple[list[list[str]], list[str]]:
    named = {module.replace("__", "."): source for module, source in sources.items()}
    graph = _graph(named)
    folders = {module.rpartition(".")[0] for module in named}
    return _circles(graph), _upwards(graph, folders)


@pytest.mark.parametrize(
    ("sources", "wrong"),
    [
        ({"sim__issues": "from agents import errors", "agents__errors": ""}, ["sim.issues -> agents.errors"]),
        ({"sim__issues": "def late():\n    import sim.row", "sim__row": ""}, ["sim.issues -> sim.row"]),
        ({"sim__row": "from sim.issues import US\nimport numpy", "sim__issues": ""}, []),
        (
            {"experiments__config__load": "if TYPE_CHECKING:\n    from experiments.store.plan import Plan",
             "experiments__store__plan": ""},
            ["experiments.config.load -> experiments.store.plan"],
        ),
        (
            {"experiments__questions__run__run": "import experiments.questions.sweep.axes",
             "experiments__questions__sweep__axes": ""},
            ["experiments.questions.run.run -> experiments.questions.sweep.axes"],
        ),
        (
            {"experiments__questions__registry": "import experiments.questions.run.run",
             "experiments__questions__run__run": ""},
            [],
        ),
        (
            {"experiments__questions__run__run": "import experiments.questions.registry",
             "experiments__questions__registry": ""},
            ["experiments.questions.run.run -> experiments.questions.registry"],
        ),
    ],
)  # fmt: skip
def test_the_check_of_floors_sees_a_wrong_import(sources: dict[str, str], wrong: list[str]) -> None:
    assert _found(**sources)[1] == wrong


def test_the_check_of_circles_sees_one_of_three_files() -> None:
    circles, _ = _found(
        sim__issues="import sim.row\nimport sim.grid",
        sim__row="import sim.draws",
        sim__draws="import sim.issues",
        sim__grid="",
    )
    assert circles == [["sim.draws", "sim.issues", "sim.row"]]


# One test each, and not one a file: to be collected takes longer than to be asked.
def test_every_module_has_a_docstring() -> None:
    files = _python_files(*PACKAGES, "tests")
    assert [path for path in files if not ast.get_docstring(ast.parse((ROOT / path).read_text("utf-8")))] == []


def test_every_file_holds_one_idea() -> None:
    """A file that is longer is to be split by idea."""
    lines = {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in _python_files(*PACKAGES, "tests")}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


def test_every_test_file_says_its_kind() -> None:
    files = [path for path in _python_files("tests") if path.name.startswith("test_")]
    assert files
    assert [path for path in files if path.parts[1] not in TEST_FOLDERS] == []
