"""The example notebooks run from a clean start and give the outputs that are stored in them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.tree import ROOT

NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


def _texts(notebook: Any) -> list[str]:
    """Text of every output, in order; pictures count by their kind."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found.append("image" if "image/png" in data else str(data.get("text/plain", output.get("text"))))
    return found


each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


@each
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")  # of the kernel's own transport
def test_the_notebook_gives_what_is_stored(path: Path) -> None:
    executed, stored = _read(path), _read(path)
    NotebookClient(executed, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    assert _texts(executed) == _texts(stored)
    assert _texts(stored)


@each
def test_every_cell_of_the_notebook_was_run_in_order_and_is_explained(path: Path) -> None:
    cells = _read(path).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [*range(1, len(code) + 1)]
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert len(cells) - len(code) > len(code) / 2, "text cells say what came out"


@each
def test_the_notebook_says_nothing_of_a_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not any(word in text for word in (str(Path.home()), tempfile.gettempdir(), "/home/", "Traceback"))
