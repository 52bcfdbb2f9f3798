"""The example notebook runs from a clean start and gives the outputs that are stored in it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.tree import ROOT

NOTEBOOK = ROOT / "examples" / "talks.ipynb"


def _texts(notebook: Any) -> list[str]:
    """Text of every output, in order; pictures count by their kind."""
    found = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found.append("image" if "image/png" in data else str(data.get("text/plain", output.get("text"))))
    return found


@pytest.fixture(scope="module")
def stored() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")  # of the kernel's own transport
def test_the_notebook_gives_what_is_stored(stored: Any) -> None:
    executed = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(executed, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    assert _texts(executed) == _texts(stored)
    assert "image" in _texts(stored)


def test_the_notebook_says_nothing_of_a_machine(stored: Any) -> None:
    text = nbformat.writes(stored)
    assert not any(word in text for word in (str(Path.home()), tempfile.gettempdir(), "/home/", "Traceback"))
