"""The central case stands without the answers of a tactic: one of the user's own that fails in it costs no picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.cli import app
from experiments.config.load import load_config
from experiments.config.own_tactics import load_tactics
from experiments.questions.run.figures import Material, draw
from experiments.store.columns import columns_of
from experiments.story.central import CentralCase
from tests.own_tactics import registry_kept
from tests.synthetic_tables import talks
from tests.tree import TINY

#: Fails where its knob is at the median of its distribution, and nowhere else.
OWN = """
from experiments.api import register


@register(knobs={"share": (0.4, 0, 1, "conceded evenly"), "from_round": (1, 1, 9, "first round in which it fails")})
def at_the_median(view, knobs):
    if knobs[0] == 0.5 and view.round >= knobs[1]:
        raise ValueError("out of ideas")
    return 1.0 - knobs[0] * view.time
"""
SHARE = "{dist: uniform, low: 0.25, high: 0.75}"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "mine.py"
    file.write_text(OWN)
    with registry_kept():
        yield file


def _tactic(from_round: int) -> str:
    return f"tactics.us_treasury={{name: at_the_median, share: {SHARE}, from_round: {from_round}}}"


def test_a_line_at_a_price_is_marked_as_one() -> None:
    line = "{{name: a, side: partner, issue: car_tariff, at_most: 0.2{}}}"
    guides = [
        CentralCase(load_config(TINY, [f"red_lines=[{line.format(more)}]"])).guides() for more in ("", ", price: 0.5")
    ]
    hard, priced = (found[found["side"] == "partner"].to_dict("records") for found in guides)
    told = {"issue": "car_tariff", "side": "partner", "value": 0.2, "bound": "at_most"}
    assert hard == [{**told, "kind": "red_line", "label": "red line of Japan"}]
    assert priced == [{**told, "kind": "priced_line", "label": "red line of Japan, at a price"}]


@pytest.mark.parametrize("from_round", [1, 2])
def test_a_tactic_that_fails_in_the_central_case_changes_nothing_that_is_drawn_of_it(
    own: Path, from_round: int
) -> None:
    load_tactics(own)
    broken, sound = (CentralCase(load_config(TINY, [_tactic(first)])) for first in (from_round, 9))
    assert (broken.ending(), sound.ending() is None) == (None, False)
    pd.testing.assert_frame_equal(broken.gains_frontier(), sound.gains_frontier())
    pd.testing.assert_frame_equal(broken.guides(), sound.guides())
    package: dict[str, dict[str, float] | tuple[dict[str, float], dict[str, float]]] = {"deal": {"car_tariff": 0.2}}
    pd.testing.assert_frame_equal(broken.ledger(package), sound.ledger(package))
    figure = draw(Material(broken.config, columns_of(talks(20, 5)[0]), None), ["gains_plane"])["gains_plane"]
    assert " ".join(figure.legends[0].get_title().get_text().split()).endswith(
        " The central case, with every uncertain number at its median and the draws of run 0, cannot be played to its "
        "end."
    )


def test_a_run_whose_tactic_fails_at_the_median_alone_has_its_pictures(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["run", str(TINY), "--tactics", str(own), "--set", _tactic(1), "--runs", "20", "--workers", "1"]
    done = CliRunner().invoke(app, [*command, "--out", str(out)])
    assert done.exit_code == 0, done.stderr
    assert (out / "figures" / "gains_plane.png").exists()


def test_a_fault_of_ours_in_the_central_case_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    central = CentralCase(load_config(TINY))
    monkeypatch.setattr(type(central.model), "step", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        central.ending()
