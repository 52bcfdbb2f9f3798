"""One negotiation has the shape of every answer."""

from __future__ import annotations

import json

import winset
from tests.tree import CONFIGS


def test_one_negotiation_is_tables_figures_text_and_json() -> None:
    played = winset.play(CONFIGS / "tiny.yaml", run=3)
    assert repr(played) == f"<PlayResult: run 3 of tiny, seed {played.story.seed}: agreement>"
    assert list(played.tables) == ["turns", "payoffs"]
    assert played.tables["payoffs"].equals(played.payoffs)
    assert list(played.figures()) == ["utility_plane"]
    assert json.loads(played.json())["run"] == 3
    html = played._repr_html_()
    assert html.startswith("<pre>")
    assert "Japan&#x27;s" in html
    assert played.text().splitlines()[0] in html
