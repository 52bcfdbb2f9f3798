"""The tree keeps its shape: one arrow of imports, a docstring for every module, no file that holds two ideas."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("sim", "agents", "experiments")
TEST_FOLDERS = ("unit", "science", "parity", "golden")
MAX_LINES = 400

#: What each package may import of ours: ``experiments -> agents -> sim``.
MAY_IMPORT = {
    "sim": {"sim"},
    "agents": {"agents", "sim"},
    "experiments": {"experiments", "agents", "sim"},
}


def _python_files(*folders: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py"))


def _imported(tree: ast.Module) -> set[str]:
    """Top-level names of every absolute import, also of one inside a function or a ``TYPE_CHECKING`` block."""
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            modules.add(node.module)
    return {module.partition(".")[0] for module in modules}


def _against_the_arrow(package: str, source: str) -> set[str]:
    ours = {*PACKAGES, "tests"}
    return (_imported(ast.parse(source)) & ours) - MAY_IMPORT[package]


@pytest.mark.parametrize("path", _python_files(*PACKAGES), ids=str)
def test_imports_follow_the_arrow(path: Path) -> None:
    assert not _against_the_arrow(path.parts[0], (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("package", "source", "wrong"),
    [
        ("sim", "from agents.tactics import registry", {"agents"}),
        ("sim", "def late():\n    import experiments.config.load as config", {"experiments"}),
        ("sim", "from sim.economy.trade import revenue\nimport numpy", set()),
        ("agents", "from experiments import run", {"experiments"}),
        ("agents", "import sim.economy.payoffs", set()),
        ("experiments", "import agents, sim", set()),
        ("experiments", "from tests.helpers import tiny", {"tests"}),
    ],
)
def test_the_arrow_check_sees_a_wrong_import(package: str, source: str, wrong: set[str]) -> None:
    assert _against_the_arrow(package, source) == wrong


@pytest.mark.parametrize("path", _python_files(*PACKAGES, "tests"), ids=str)
def test_module_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", _python_files(*PACKAGES, "tests"), ids=str)
def test_file_holds_one_idea(path: Path) -> None:
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    assert lines <= MAX_LINES, f"{path} has {lines} lines: split it by idea"


@pytest.mark.parametrize("path", [path for path in _python_files("tests") if path.name.startswith("test_")], ids=str)
def test_test_file_says_its_kind(path: Path) -> None:
    assert path.parts[1] in TEST_FOLDERS
