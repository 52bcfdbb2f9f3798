"""The answer of a tournament is one thing, whether it was just played or is read back from its directory."""

from __future__ import annotations

import json
import shutil
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from experiments.api import tournament
from experiments.config.load import load_config
from experiments.config.own_tactics import load_tactics
from experiments.errors import RunError
from experiments.questions.registry import page_of
from experiments.questions.tournament.figures.times import RANGE_COLUMNS
from experiments.questions.tournament.outcomes import END_COLUMNS, WORLD_COLUMNS
from experiments.questions.tournament.players import players_from
from experiments.questions.tournament.result import read
from experiments.questions.tournament.tournament import request_for
from experiments.questions.tournament.tournament import tournament as play
from experiments.report.blocks import Table
from experiments.report.result import finite
from experiments.store.reading import Finished, read_finished
from tests.own_tactics import registry_kept
from tests.pages import as_written
from tests.recorded_progress import RecordedProgress
from tests.small_answers import SmallAnswers, files_of
from tests.tournament_by_hand import A, B, analysis, result_by_hand
from tests.tournament_support import CARS, PLAYERS, small_terms

SMALL: dict[str, Any] = {"worlds": 12, "seed": 5, "draws": 100, "starts": 5, "workers": 1}


def test_equilibria_failures_and_settings_are_read_back(answers: SmallAnswers) -> None:
    kept, again = answers["tournament"].result, read(read_finished(answers["tournament"].folder))
    assert [*again.tables] == ["cells", "players", "worlds"]
    assert again.equilibria == kept.equilibria
    assert again.failures == kept.failures == ()
    assert again.settings == kept.settings
    assert again.blocks() == kept.blocks()
    assert again.negotiations == 9 * 12


def test_counts_are_whole_numbers_whether_a_pair_failed_or_not(answers: SmallAnswers) -> None:
    kept = answers["tournament"].result
    assert kept.cells["deals"].dtype == pd.Int64Dtype()
    assert all(isinstance(row["deals"], int) for row in json.loads(kept.json())["self_play"])


def test_it_is_one_line_where_it_is_looked_at() -> None:
    best = "best: boulware as the US, linear as Japan"
    assert repr(result_by_hand()) == f"<TournamentResult: 2 tactics on cars_on_the_table in 2 worlds, {best}>"
    players = analysis().players
    tied = players.assign(rank=[1, 1, 1, 2])
    assert "best: boulware or linear as the US, linear as Japan" in repr(result_by_hand(players=tied))
    assert repr(result_by_hand(players=players.head(0))).endswith("in 2 worlds, nobody is ranked>")
    assert repr(result_by_hand(players=players.assign(deal_share=0.0))).endswith("in 2 worlds, no deal>")


def test_a_notebook_shows_its_tables() -> None:
    result = result_by_hand()
    first = next(block for block in result.blocks() if isinstance(block, Table))
    html = as_written(result._repr_html_())
    assert first.rows
    for row in first.rows:
        for cell in row:
            assert f"{cell}<" in unescape(html)


def test_json_is_its_plain_data() -> None:
    result = result_by_hand()
    assert json.loads(result.json()) == json.loads(json.dumps(finite(result.plain())))


def test_json_names_the_pictures_that_stand_in_the_directory(answers: SmallAnswers, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(answers["tournament"].folder, tmp_path / "copy"))
    result = read(read_finished(copy))
    assert result.plain()["figures"] == []
    files = result.save_figures()
    assert len(files) == 4
    assert result.plain()["figures"] == files
    (copy / "figures" / "tournament_ranks.png").unlink()
    assert result.plain()["figures"] == [file for file in files if "ranks" not in file]
    shutil.rmtree(copy / "figures")
    (copy / "figures").write_text("mine")
    assert result.plain()["figures"] == []


def test_the_table_of_worlds_is_read_once_and_only_when_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have millions of rows."""
    opened: list[tuple[str, ...]] = []
    table = Finished.table

    def watched(found: Finished, name: str, columns: Any, **options: Any) -> pd.DataFrame:
        if name == "worlds.parquet":
            opened.append(tuple(columns))
        return table(found, name, columns, **options)

    monkeypatch.setattr(Finished, "table", watched)
    result = tournament(CARS, [PLAYERS], out=tmp_path / "out", **SMALL)
    result.text()
    result.json()
    assert opened == []
    # Times are drawn with what lies between worlds.
    result.figures()
    assert opened == [RANGE_COLUMNS]
    page_of(tmp_path / "out", "light")
    assert opened == [RANGE_COLUMNS, END_COLUMNS, RANGE_COLUMNS]
    assert list(result.worlds.columns) == list(WORLD_COLUMNS)
    assert_frame_equal(result.ends, result.worlds[list(END_COLUMNS)])
    assert opened == [RANGE_COLUMNS, END_COLUMNS, RANGE_COLUMNS, WORLD_COLUMNS]
    del opened[:]
    alone = tournament(CARS, [PLAYERS], **SMALL)
    assert_frame_equal(alone.worlds, result.worlds)
    assert_frame_equal(alone.ends, result.ends)
    assert opened == [WORLD_COLUMNS], "a folder that goes is read at once"


def test_the_order_of_the_players_is_part_of_what_is_asked_for(answers: SmallAnswers, tmp_path: Path) -> None:
    """Pairs are kept by the places of their players."""
    copy = Path(shutil.copytree(answers["tournament"].folder, tmp_path / "copy"))
    before = files_of(copy)
    turned = [player.label for player in reversed(players_from([PLAYERS]))]
    with pytest.raises(RunError, match=r"order: \['boulware', .*\] -> \['tit_for_tat', "):
        tournament(CARS, turned, out=copy, resume=True, **SMALL)
    assert files_of(copy) == before


def test_a_damaged_table_of_worlds_is_played_again(answers: SmallAnswers, tmp_path: Path) -> None:
    kept = answers["tournament"]
    copy = Path(shutil.copytree(kept.folder, tmp_path / "copy"))
    (copy / "worlds.parquet").write_bytes(b"torn")
    heard = RecordedProgress()
    again = tournament(CARS, [PLAYERS], out=copy, resume=True, progress=heard, **SMALL)
    assert any("worlds.parquet is damaged or gone; its pairs are played again." in said for said in heard.messages)
    assert_frame_equal(again.worlds, kept.result.worlds)
    assert (copy / "worlds.parquet").read_bytes() == (kept.folder / "worlds.parquet").read_bytes()


def test_tactics_of_the_users_own_that_take_part_are_on_record(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "from experiments.api import register\n\n\n@register\ndef waits_here(view, knobs):\n"
        '    """Wait."""\n    return 1.0\n\n\n@register\ndef stays_away(view, knobs):\n'
        '    """Wait elsewhere."""\n    return 1.0\n'
    )
    with registry_kept():
        load_tactics(file)
        own = request_for(small_terms(players=players_from(["boulware,waits_here"]))).tactics
    assert own is not None
    assert [source.name for source in own] == ["waits_here"]
    assert request_for(small_terms()).tactics == ()


def test_everything_is_checked_before_a_directory_is_opened(tmp_path: Path) -> None:
    config = load_config(CARS)
    for wrong in (
        {"utility": "fame"}, {"on_error": "shrug"}, {"workers": 0}, {"pair_timeout": 0.0}, {"players": [A]},
        {"players": [A, "nobody"]}, {"guests": ["negmas:Nobody"]}, {"worlds": 1},
    ):  # fmt: skip
        options: dict[str, Any] = {"players": [A, B], **SMALL, **wrong, "out": tmp_path / "out"}
        with pytest.raises(RunError):
            play(config, **options)
        assert list(tmp_path.iterdir()) == [], wrong
