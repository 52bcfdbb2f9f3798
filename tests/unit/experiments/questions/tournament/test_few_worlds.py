"""Below ten worlds no text, table or picture of a tournament claims to know how sure a rank or an equilibrium is."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from experiments.questions.tournament.answer import meeting
from experiments.questions.tournament.figures.gains import tournament_gains
from experiments.questions.tournament.figures.ranks import tournament_ranks
from experiments.questions.tournament.page import _came_out, _how, _scenario
from experiments.questions.tournament.ranks import FEWEST_WORLDS
from experiments.questions.tournament.text import equilibria_table, rank_table
from experiments.questions.tournament.verdict import NO_INTERVAL, NOT_SURE, too_few
from experiments.questions.tournament.widget import pair_data
from experiments.report.blocks import Listing, Words
from tests.tournament_by_hand import analysis, result_by_hand

FEW = FEWEST_WORLDS - 1


def _note(figure: Figure) -> str:
    return " ".join(figure.get_supxlabel().split())


def test_ten_worlds_are_enough() -> None:
    assert [too_few(worlds) for worlds in (2, 9, 10, 1_000)] == [True, True, False, False]


def test_the_picture_of_ranks_has_no_bars_for_few_worlds() -> None:
    players = analysis().players.assign(rank_low=[1, 2, 1, 2], rank_high=[1, 2, 1, 2])
    few, enough = (tournament_ranks(players, worlds=worlds) for worlds in (FEW, FEWEST_WORLDS))
    assert [len(axes.collections) for axes in few.axes] == [0, 0]
    assert [len(axes.collections) for axes in enough.axes] == [1, 1]
    assert f"No bars: {NO_INTERVAL}." in _note(few)
    assert "Bars: 95 % intervals" not in _note(few)
    assert "No bars" not in _note(enough)
    assert few.get_suptitle().count("which is not clear") == 2
    assert "not clear" not in enough.get_suptitle()


def test_the_picture_of_gains_warns_of_few_worlds() -> None:
    cells = analysis().cells
    warning = "With fewer than 10 worlds, other draws could give other best replies."
    assert warning in _note(tournament_gains(cells, worlds=FEW))
    assert warning not in _note(tournament_gains(cells, worlds=FEWEST_WORLDS))


def test_where_every_pair_failed_the_worlds_are_those_that_were_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair that failed has played none."""
    found = analysis()
    cells = found.cells.assign(worlds=0)
    cells[cells.columns.difference(["us", "partner", "worlds"])] = np.nan
    shown: list[Figure] = []

    def picture(figure: Figure, *_: object) -> Words:
        shown.append(figure)
        return Words(())

    monkeypatch.setattr("experiments.questions.tournament.page.picture", picture)
    for worlds in (FEW, FEWEST_WORLDS):
        result = result_by_hand(worlds_played=worlds, cells=cells, players=found.players.head(0))
        note = _note(result.figures()["tournament_gains"])
        assert ("With fewer than 10 worlds" in note) == (worlds == FEW)
        _how(result, None, "light")
    assert ["With fewer than 10 worlds" in _note(figure) for figure in shown] == [True, False]


@pytest.mark.parametrize("worlds", [FEW, FEWEST_WORLDS])
def test_the_page_warns_of_few_worlds(worlds: int) -> None:
    result = result_by_hand(worlds_played=worlds)
    few = worlds == FEW
    for seat in ("us_treasury", "partner"):
        found = rank_table(result, seat)
        assert [row[2] == "-" for row in found.rows] == [few, few]
        assert (f"No interval: {NO_INTERVAL}." in found.note) == few
    equilibria = equilibria_table(result)
    assert equilibria is not None
    assert (NOT_SURE in equilibria.note) == few
    asked = next(block for block in _scenario(result).blocks if isinstance(block, Listing))
    assert any(NO_INTERVAL in line and NOT_SURE in line for line in asked.lines) == few
    assert (NO_INTERVAL in str(_came_out(result).blocks[0])) == few
    assert meeting(analysis().equilibria, worlds).endswith(NOT_SURE) == few


def test_without_an_equilibrium_no_share_is_excused() -> None:
    found = analysis().equilibria
    mixed = [one | {"pure": False} for one in found["equilibria"]]
    assert mixed
    for others in ([], mixed):
        texts = meeting(found | {"equilibria": others}, FEW)
        assert "No pair of single tactics is a Nash equilibrium" in texts
        assert NOT_SURE not in texts
    # A tactic's name decides nothing.
    nearest = found["nearest_pure"] | {"us_treasury": "resampled"}
    assert NOT_SURE not in meeting(found | {"equilibria": [], "nearest_pure": nearest}, FEW)


@pytest.mark.parametrize("worlds", [FEW, FEWEST_WORLDS])
def test_the_screen_warns_of_few_worlds(worlds: int) -> None:
    text = " ".join(result_by_hand(worlds_played=worlds).text().split())
    assert text.count("No interval: with fewer than 10 worlds no rank has an interval.") == (2 if worlds == FEW else 0)
    assert text.count(NOT_SURE) == (2 if worlds == FEW else 0), "in the answer and below the equilibria"


def test_a_pair_that_is_picked_warns_of_few_worlds() -> None:
    result = result_by_hand()
    texts = [text for text in pair_data(result)["texts"] if "a Nash equilibrium" in text]
    assert texts
    assert all(text.endswith(NOT_SURE) for text in texts)
    many = result_by_hand(cells=result.cells.assign(worlds=FEWEST_WORLDS))
    assert not any(NOT_SURE in text for text in pair_data(many)["texts"])
