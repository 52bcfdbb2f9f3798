"""Every answer has one shape: tables, figures, text, JSON, one line of itself, and HTML for a notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.config.load import config_from, load_config
from experiments.config.model import Config
from experiments.errors import RunError
from experiments.labels import partner_called, partner_name
from experiments.report.blocks import Block, Words, table
from experiments.report.result import Result, finite, records
from experiments.store.manifest import Manifest
from tests.kept_manifest import kept_manifest
from tests.tree import CONFIGS, ROOT

TINY = load_config(CONFIGS / "tiny.yaml")


@dataclass(frozen=True, eq=False, repr=False)
class _Answer(Result):
    config: Config = TINY
    folder: str | None = None
    manifest: Manifest | None = None  # type: ignore[assignment]  # an answer that is kept nowhere needs none here
    empty: bool = False
    drawn: list[str] = field(default_factory=list)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        return {"points": pd.DataFrame({"a": [1.5, np.nan], "b": ["x", "y"]})}

    @property
    def negotiations(self) -> int:
        return 7

    def headline(self) -> str:
        return f"what {partner_name()} gains"

    def blocks(self) -> Sequence[Block]:
        return (
            Words((f"{partner_name()} gains.",)),
            table("Points", ("Point", "Value"), (("first <b>", "1.25"), ("second", "2.5")), faint=[1]),
        )

    def plain(self) -> dict[str, Any]:
        return {"config": self.config.name, "who": partner_name(), **records(self.tables)}

    def drawings(self) -> dict[str, Callable[[], Figure | None]]:
        def draw() -> Figure:
            self.drawn.append(partner_name())
            return Figure()

        return {"points": draw, "nothing": lambda: None}


def test_an_answer_is_one_line_of_itself() -> None:
    assert repr(_Answer()) == "<_Answer: what Japan gains>"


def test_text_json_html_and_pictures_call_the_partner_as_the_config_of_the_answer_does() -> None:
    other = config_from(TINY.resolved(), "mapping", ["partner.name=Ruritania", "partner.adjective=Ruritanian"])
    answer = _Answer(other)
    with partner_called(TINY.partner.names):
        assert "Ruritania gains." in answer.text()
        assert json.loads(answer.json())["who"] == "Ruritania"
        assert "Ruritania gains." in answer._repr_html_()
        assert repr(answer) == "<_Answer: what Ruritania gains>"
        answer.figures()
        assert answer.drawn == ["Ruritania"]
        assert partner_name() == "Japan"


def test_html_escapes_what_a_config_calls_its_things_and_has_every_cell() -> None:
    html = _Answer()._repr_html_()
    for cell in ("first &lt;b&gt;", "1.25", "second", "2.5", "Point", "Value", "<caption>Points</caption>"):
        assert cell in html
    assert "<b>" not in html
    assert html.count('class="faint"') == 1


def test_without_the_extra_for_reports_a_notebook_gets_the_text() -> None:
    code = (
        "import importlib.util; found = importlib.util.find_spec; "
        "importlib.util.find_spec = lambda name: None if name == 'jinja2' else found(name); "
        "from tests.unit.experiments.report.test_result import _Answer; html = _Answer()._repr_html_(); "
        "assert html.startswith('<pre>Japan gains.'), html; assert 'first &lt;b&gt;' in html; "
        "import sys; assert 'jinja2' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True)


def test_pictures_are_those_that_can_be_drawn_and_are_asked_for() -> None:
    assert list(_Answer().figures()) == ["points"]
    assert list(_Answer().draw(["nothing"])) == []
    assert list(_Answer().draw(["unknown", "points"])) == ["points"]
    with pytest.raises(RunError, match="--run 3: only the answer of winset run has pictures of one negotiation"):
        _Answer().draw(run=3)


def test_pictures_go_into_the_directory_of_the_answer_or_another_one(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="the answer lies in no directory: name a folder for its pictures"):
        _Answer().save_figures()
    assert _Answer().save_figures(tmp_path / "named") == [f"{tmp_path}/named/figures/points.png"]
    own = str(tmp_path / "own")
    assert _Answer(folder=own, manifest=kept_manifest(own, TINY)).save_figures() == [
        f"{tmp_path}/own/figures/points.png"
    ]
    assert {path.name for path in tmp_path.rglob("*.png")} == {"points.png"}


def test_plain_data_has_null_for_what_is_no_number_and_no_type_of_a_library() -> None:
    given = {
        "nan": np.nan,
        "infinite": float("inf"),
        "whole": np.int64(3),
        "flag": np.bool_(True),
        "row": np.array([1.5, np.nan]),
        "missing": pd.NA,
        "inside": [{"path": Path("out")}, (1, None)],
        4: "key",
    }
    assert finite(given) == {
        "nan": None,
        "infinite": None,
        "whole": 3,
        "flag": True,
        "row": [1.5, None],
        "missing": None,
        "inside": [{"path": "out"}, [1, None]],
        "4": "key",
    }
    assert json.loads(_Answer().json())["points"] == [{"a": 1.5, "b": "x"}, {"a": None, "b": "y"}]
