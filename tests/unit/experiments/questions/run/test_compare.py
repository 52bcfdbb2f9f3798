"""Finished runs side by side say of each config which agreed value was put in."""

from __future__ import annotations

from pathlib import Path

import pytest
from experiments.questions.run.compare import compare_runs
from matplotlib.figure import Figure

from experiments.config.load import load_config
from experiments.questions.run.run import run
from tests.tree import CONFIGS


def test_each_config_is_told_with_its_own_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The release of the US line lies at 15 % in one run and at 20 % in the other."""
    folders = []
    for release in (0.15, 0.2):
        sets = (f"red_lines.us_cars.release.at_least={release}", f"title=Release at {release:g}")
        folders.append(tmp_path / f"{release:g}")
        run(load_config(CONFIGS / "july_2025.yaml", sets), runs=40, seed=1, out=folders[-1])
    drawn: list[Figure] = []

    def kept(figure: Figure) -> bytes:
        drawn.append(figure)
        return b""

    monkeypatch.setattr("experiments.figures.kit.style.png_bytes", kept)
    compare_runs(folders, tmp_path / "compared")
    (figure,) = drawn
    note = " ".join(figure.legends[0].get_title().get_text().split())
    first, second = note.split("Release at 0.2: ")
    assert first.startswith("Release at 0.15: Car tariff: ")
    assert "of the deals sit on the US release of 15 % (us_cars): an input." in first
    assert second.startswith("Car tariff: ")
    assert "sit on the US release of 20 % (us_cars): an input." in second
    for part in (first, second):
        assert "Reciprocal tariff: " in part
        assert "Investment fund" not in part, "only issues that are drawn"
