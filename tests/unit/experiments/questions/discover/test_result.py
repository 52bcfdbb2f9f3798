"""A discovery keeps its sample and boxes, plays the runs of the config, and is said in a line."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from experiments.config.load import load_config
from experiments.engine.simulate import simulate
from experiments.errors import RunError
from experiments.lab.left_out import brief_words
from experiments.questions.discover.discover import discover as play
from experiments.questions.discover.result import read
from experiments.questions.discover.text import box_table, inputs_of, limit_table
from experiments.store.reading import read_finished
from tests.pages import as_written
from tests.small_answers import CARS, SmallAnswers
from tests.tree import TINY

PRECEDENT = "us_treasury.precedent_probability"


@pytest.mark.parametrize("name", ["discover", "discover without box"])
def test_sample_and_boxes_are_read_back(name: str, answers: SmallAnswers) -> None:
    made = answers[name].result
    back = read(read_finished(answers[name].folder))
    assert bool(made.boxes) is (name == "discover")
    pd.testing.assert_frame_equal(back.sample, made.sample)
    assert [box.limits for box in back.boxes] == [box.limits for box in made.boxes]
    assert list(back.tables) == ["boxes", "limits", "peeling"]
    assert (back.words, back.units, back.share) == (made.words, made.units, made.share)


def test_it_is_shown_in_one_line_and_in_a_notebook(answers: SmallAnswers) -> None:
    result, empty = answers["discover"].result, answers["discover without box"].result
    (box,) = result.boxes
    share, coverage = (f"{round(100 * value, 1):g} %" for value in (result.share, box.coverage))
    assert repr(result) == (
        f"<DiscoverResult: talks fail in {share} of 200 negotiations of cars_on_the_table; 1 box with {coverage} of "
        f"them; {brief_words(result.config)}>"
    )
    assert repr(empty).endswith(f"of 120 negotiations of tiny; no box; {brief_words(empty.config)}>")
    shown = as_written(result._repr_html_())
    for table in (box_table(result), limit_table(result, inputs_of(result))):
        assert all(f"{cell}<" in shown.replace("&lt;", "<") for row in table.rows for cell in row)
    told = json.loads(result.json())
    assert told["limits"][0]["high"] is None
    assert told | {"limits": result.plain()["limits"]} == result.plain()
    assert json.loads(empty.json()) == empty.plain()


def test_the_manifest_names_the_library_of_the_method(answers: SmallAnswers) -> None:
    manifest = json.loads((answers["discover"].folder / "manifest.json").read_text())
    assert "ema-workbench" in manifest["surroundings"]["packages"]
    assert manifest["settings"] == {
        "target": "no_deal", "runs": 200, "boxes": 1, "density": None, "vary": [], "tactics": [], "ranges": False,
    }  # fmt: skip
    assert manifest["seed"] == 2


def test_it_plays_the_runs_of_the_config_and_names_its_box(answers: SmallAnswers) -> None:
    result = answers["discover"].result
    runs = simulate(load_config(CARS), 0, 200, 2, 200, trajectories=False, solutions=False).runs
    failed = np.asarray(runs.column("outcome").to_pylist()) != "agreement"
    np.testing.assert_array_equal(result.sample["case"], failed)
    np.testing.assert_array_equal(result.sample[PRECEDENT], runs.column(f"param.{PRECEDENT}").to_numpy())
    (box,) = result.boxes
    assert box.limits[0].input == PRECEDENT
    assert box.density > result.share


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.errors.find_spec", lambda _: None)
    with pytest.raises(RunError, match=r"pip install 'winset\[discovery\]'"):
        play(load_config(TINY))
