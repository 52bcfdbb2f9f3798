"""Every figure has an example, gives the same bytes for the same tables, keeps its text inside and names its axes."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import matplotlib as mpl
import pytest
from matplotlib.axes import Axes
from PIL import Image

from experiments.figures.kit.style import png_bytes
from experiments.questions.registry import figures_by_name
from tests.figure_examples import EXAMPLES, FEW
from tests.sizes import usual
from tests.support_pictures import drawn, nothing_at_the_edge
from tests.tree import ROOT


def test_every_figure_has_an_example_and_those_of_runs_are_called_as_their_files() -> None:
    files = {path.stem for path in (ROOT / "experiments" / "figures").glob("*.py")} - {"__init__"}
    found = {name: figure for name, (_, figure) in figures_by_name().items()}
    assert {name for name in found if f"experiments.figures.{name}" == found[name].__module__} == files
    assert all(found[name].__name__ == name for name in files)
    assert {*EXAMPLES} == {*found}


@pytest.mark.parametrize("name", usual(EXAMPLES, FEW))
def test_same_tables_give_the_same_bytes(name: str) -> None:
    figure = EXAMPLES[name]()
    first = png_bytes(figure, 50)
    assert png_bytes(figure, 50) == first
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "black", "text.parse_math": True}):
        assert png_bytes(EXAMPLES[name](), 50) == first
    with Image.open(io.BytesIO(first)) as image:
        assert set(image.info) == {"dpi"}


def _is_named(axes: Axes, other: Axes) -> bool:
    """Whether `other` says what stands on the upright axis of `axes`: itself, or a neighbour of the same scale."""
    ticks = [label.get_text() for label in axes.get_yticklabels()]
    if other is axes:
        return bool(axes.get_ylabel()) or (bool(ticks) and all(re.search(r"[^\W\d]", text) for text in ticks))
    beside = axes.get_position().y0 == pytest.approx(other.get_position().y0)
    return not ticks and beside and axes.get_ylim() == other.get_ylim() and bool(other.get_ylabel())


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_cut_off_no_text_lies_on_another_and_every_axis_has_a_name(name: str) -> None:
    figure = EXAMPLES[name]()
    picture = drawn(figure)
    assert nothing_at_the_edge(picture.png)
    assert picture.texts
    assert picture.cut() == []
    assert picture.on_each_other() == []
    assert figure.get_suptitle()
    for axes in (axes for axes in figure.axes if axes.axison and axes.get_label() != "<colorbar>"):
        assert any(sibling.get_xlabel() for sibling in axes.get_shared_x_axes().get_siblings(axes))
        assert any(_is_named(axes, other) for other in figure.axes)


def test_pyplot_stays_out_and_settings_are_left_alone() -> None:
    code = (
        "import sys, matplotlib; matplotlib.rcParams['font.size'] = 3; import pandas as pd; "
        "from experiments.figures.outcomes_by_round import outcomes_by_round; "
        "outcomes_by_round(pd.DataFrame({'outcome': ['stall'], 'round': [3]})); "
        "assert 'matplotlib.pyplot' not in sys.modules; assert matplotlib.rcParams['font.size'] == 3"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)
