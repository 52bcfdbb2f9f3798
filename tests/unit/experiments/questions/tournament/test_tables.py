"""Every cell of a tournament's tables, on screen, page and in JSON, against numbers that are all different."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from experiments.questions.tournament.failures import Failure
from experiments.questions.tournament.job import Tournament
from experiments.questions.tournament.ranks import FEWEST_WORLDS
from experiments.questions.tournament.read import Held
from experiments.questions.tournament.show import show
from experiments.questions.tournament.tables import (
    _MOST_EQUILIBRIA,
    equilibria_table,
    failures_table,
    pairs_table,
    players_table,
    rank_table,
    self_table,
    yardstick_table,
)
from experiments.questions.tournament.text import render
from experiments.questions.tournament.verdict import NOT_SURE
from experiments.questions.tournament.widget import measures, pair_data
from experiments.questions.tournament.words import answer, dominated, meeting
from experiments.report.blocks import Table
from experiments.store.tables import StoredFiles
from tests.tournament_by_hand import A, B, analysis, terms, worlds

SEATS = ("us_treasury", "partner")

FAILED = Failure(
    us=B, partner=A, kind="time", message="too slow", player=A, side="partner", round=4, run=17, at_fault=(A,)
)


def held_by_hand(failures: tuple[Failure, ...] = ()) -> Held:
    """The same as it is read back."""
    found = analysis()
    settings = json.loads(json.dumps(terms().settings()))
    files: Any = None
    return Held(
        {}, settings, terms().config, (A, B), found.players, found.cells, worlds().to_pandas(), found.equilibria,
        failures, StoredFiles(files, {}),
    )  # fmt: skip


def tournament_by_hand() -> Tournament:
    """The same as it has just been held."""
    return Tournament(terms(), worlds(), (), analysis())


def _rows(found: Table) -> list[list[str]]:
    return [list(row) for row in found.rows]


def test_the_ranking_on_the_page() -> None:
    held = held_by_hand()
    held.settings["worlds"] = FEWEST_WORLDS
    found = rank_table(held, SEATS[0])
    assert found.caption == "Ranking as the US"
    assert found.columns == (
        "Tactic", "Rank", "95 % interval", "Best in", "Behind the best", "Gain", "Worst 75 %", "Regret", "Deals",
        "Days",
    )  # fmt: skip
    assert _rows(found) == [
        [A, "1", "1 to 1", "72.5 %", "0.000", "+0.275", "+0.200", "2.50", "75 %", "15.0"],
        [B, "2", "1 to 2", "27.5 %", "0.500", "+0.850", "+0.567", "4.00", "25 %", "29.0"],
    ]
    assert "mean payoff over all opponents" in found.note
    assert "400 resampled tournaments" in found.note
    assert "No interval" not in found.note
    assert _rows(rank_table(held, SEATS[1])) == [
        [B, "1", "1 to 2", "91 %", "0.00", "+1.40", "+0.43", "2.50", "75 %", "21.0"],
        [A, "2", "1 to 2", "9 %", "2.50", "+3.05", "+2.70", "5.00", "25 %", "11.0"],
    ]


def test_the_pairs_on_the_page() -> None:
    found = pairs_table(held_by_hand())
    assert found.caption == "Every pair (4)"
    assert found.columns == (
        "US plays", "Japan plays", "Deals", "Interval", "US gain", "Japan's gain", "Rounds", "Days",
    )  # fmt: skip
    # Student's t of one degree of freedom at 97.5 % is 12.706.
    assert _rows(found) == [
        [A, A, "50 %", "9.5 % to 90.5 %", "+0.15 ± 0.64", "+2.20 ± 1.27", "2.00", "11.0"],
        [A, B, "100 %", "34.2 % to 100 %", "+0.40 ± 1.27", "+3.00 ± 1.27", "5.00", "17.0"],
        [B, A, "0 %", "0 % to 65.8 %", "+0.20 ± 11.4", "+3.90 ± 2.54", "-", "-"],
        [B, B, "50 %", "9.5 % to 90.5 %", "+1.50 ± 2.54", "-0.20 ± 57.2", "7.00", "29.0"],
    ]
    assert "95 % intervals by Student's t" in found.note


def test_each_tactic_against_itself_on_the_page() -> None:
    found = self_table(held_by_hand().cells)
    assert found.columns == ("Tactic", "US", "Japan", "Together", "Deals", "Days")
    assert _rows(found) == [
        [A, "+0.15", "+2.20", "+2.35", "50 %", "11.0"],
        [B, "+1.50", "-0.20", "+1.30", "50 %", "29.0"],
    ]


def test_the_equilibria_on_the_page() -> None:
    found = equilibria_table(held_by_hand())
    assert found is not None
    assert found.columns == (
        "US plays", "Japan plays", "US gain", "Japan's gain", "Deals", "Stands in", "At most to gain",
    )  # fmt: skip
    assert _rows(found) == [[f"“{A}”", f"“{B}”", "+0.40", "+3.00", "100 %", "47.5 %", "0.88"]]


def test_the_page_says_when_it_leaves_equilibria_out() -> None:
    held = held_by_hand()
    (one,) = held.equilibria["equilibria"]
    further = f" The first {_MOST_EQUILIBRIA}; the others are in equilibria.json."
    for count, said in ((1, False), (_MOST_EQUILIBRIA, False), (_MOST_EQUILIBRIA + 1, True)):
        held.equilibria["equilibria"] = [one] * count
        found = equilibria_table(held)
        assert found is not None
        assert len(found.rows) == min(count, _MOST_EQUILIBRIA)
        assert (further in found.note) is said


def test_a_mixed_equilibrium_brings_the_mean_of_its_pairs() -> None:
    held = held_by_hand()
    (one,) = held.equilibria["equilibria"]
    one |= {"us_treasury": {A: 0.75, B: 0.25}, "partner": {A: 0.4, B: 0.6}}
    found = equilibria_table(held)
    assert found is not None
    # The weights of AA, AB, BA and BB are 0.3, 0.45, 0.1 and 0.15.
    us, partner = f"“{A}” (75 %) or “{B}” (25 %)", f"“{A}” (40 %) or “{B}” (60 %)"
    assert _rows(found)[0][:5] == [us, partner, "+0.47", "+2.37", "67.5 %"]


def test_the_yardsticks_on_the_page() -> None:
    found = yardstick_table(held_by_hand())
    assert found.columns == ("What is played", "US", "Japan", "Deals", "Days", "From Nash", "Left on the table")
    best = ["+0.40", "+3.00", "100 %", "17.0", "0.55", "0.13"]
    assert _rows(found) == [
        ["Walking away", "0.00", "0.00", "-", "-", "-", "-"],
        # Means of the columns; of days and distances those of the pairs with a deal: 19, 0.85 and 0.2933.
        ["All pairs, mean", "+0.56", "+2.22", "50 %", "19.0", "0.85", "0.29"],
        [f"Best in each seat: US “{A}”, Japan “{B}”", *best],
        [f"Equilibrium: US “{A}”, Japan “{B}”", *best],
        [f"Most for both together: US “{B}”, Japan “{A}”", "+0.20", "+3.90", "0 %", "-", "-", "-"],
    ]


def test_who_takes_part_on_the_page() -> None:
    held = held_by_hand()
    held.settings["players"]["negmas:MiCRONegotiator"] = {"kind": "negmas"}
    held.settings["players"]["linear{initial: 0.1}"] = {"kind": "tactic", "tactic": B, "knobs": {"initial": 0.1}}
    found = players_table(held)
    assert found.columns == ("Tactic", "What it does", "Knobs", "Source")
    assert [row[0] for row in found.rows] == [A, B, "negmas:MiCRONegotiator", "linear{initial: 0.1}"]
    assert [row[2] for row in found.rows] == ["defaults", "defaults", "defaults", "initial 0.1"]
    assert found.rows[2][1::2] == ("negmas", "-")


def test_a_tactic_of_the_users_own_is_described_from_the_directory() -> None:
    held = held_by_hand()
    told = {"digest": "0", "summary": "Waits, then gives way.", "reference": "a paper of ours"}
    # Its file is not loaded where the page is written, and another tactic may have its name there.
    for name in ("patient", B):
        held.settings["players"] = {name: {"kind": "tactic", "tactic": name, "knobs": {"pace": 0.5}} | told}
        assert players_table(held).rows == ((name, "Waits, then gives way.", "pace 0.5", "a paper of ours"),)
    held.settings["players"] = {"patient": {"kind": "tactic", "tactic": "patient", "knobs": {}, "digest": "0"}}
    assert players_table(held).rows == (("patient", "a tactic of the user's own", "defaults", "-"),)


def test_the_failed_pairs_on_the_page() -> None:
    found = failures_table(held_by_hand((FAILED,)))
    assert found.caption == "Pairs that were not played to the end (1)"
    assert dict(zip(found.columns, found.rows[0], strict=True)) == {
        "US plays": B, "Japan plays": A, "Ended by": "a limit of time", "Left out for it": A,
        "What happened": "too slow", "Run": "17", "Round": "4",
    }  # fmt: skip


def _table(text: str, title: str) -> list[list[str]]:
    """Rows of a table of the terminal below its title, cells set apart by two blanks or more."""
    lines = text.splitlines()
    first = next(place for place, line in enumerate(lines) if line.startswith(title))
    rows: list[list[str]] = []
    for line in lines[first + 1 :]:
        if not line.strip():
            break
        rows.append(re.split(r"\s{2,}", line.strip()))
    return rows


@pytest.fixture(scope="module")
def text() -> str:
    console = Console(width=200, color_system=None, force_terminal=False)
    with console.capture() as captured:
        render(tournament_by_hand(), console)
    return captured.get()


def test_the_rankings_on_the_screen(text: str) -> None:
    assert _table(text, "As the US: ") == [
        ["Tactic", "Rank", "95 %", "Best in", "Behind", "Gain", "Worst 75 %", "Deals", "Days"],
        [A, "1", "-", "72.5 %", "0.000", "0.275", "0.200", "75 %", "15.0"],
        [B, "2", "-", "27.5 %", "0.500", "0.850", "0.567", "25 %", "29.0"],
        ["With fewer than 10 worlds no rank has an interval."],
    ]
    assert _table(text, "As Japan: ")[1:] == [
        [B, "1", "-", "91 %", "0.00", "1.40", "0.43", "75 %", "21.0"],
        [A, "2", "-", "9 %", "2.50", "3.05", "2.70", "25 %", "11.0"],
        ["With fewer than 10 worlds no rank has an interval."],
    ]


def test_self_play_on_the_screen(text: str) -> None:
    assert _table(text, "Against itself: ") == [
        ["Tactic", "US", "Japan", "Together", "Deals", "Days", "From Nash"],
        [A, "0.15", "2.20", "2.35", "50 %", "11.0", "0.50"],
        [B, "1.50", "-0.20", "1.30", "50 %", "29.0", "1.50"],
    ]


def test_sentences_on_the_screen(text: str) -> None:
    told = " ".join(text.split())
    assert "2 tactics, each against each in both seats, on the same 2 worlds" in told
    assert f"Left when dominated tactics are taken away one after the other: US {A}; Japan {B}." in told
    assert "1 Nash equilibrium (all supports tried):" in told
    stands = "stands in 47.5 % of the resampled tournaments, in 95 % of them no side gains more than 0.88 by leaving."
    assert f"US {A}; Japan {B}: {stands}" in told
    assert "Replicator dynamics from 20 starts:" in told
    assert f"85 % end at US {A}; Japan {B} 15 % end at US {A}, {B}; Japan {A} (still moving)" in told
    assert f"as the US {A} (2.50), as Japan {B} (2.50)." in told


def test_json_says_the_same(tmp_path: Any) -> None:
    console = Console(width=200, color_system=None, force_terminal=False)
    with console.capture() as captured:
        show(tournament_by_hand(), tmp_path, console, figures=False, as_json=True)
    content = json.loads(captured.get())
    found = analysis()
    for rows, frame in ((content["players"], found.players), (content["self_play"], found.cells.iloc[[0, 3]])):
        assert len(rows) == len(frame)
        for row, (_, wanted) in zip(rows, frame.iterrows(), strict=True):
            assert row.keys() == set(wanted.index)
            for name, value in wanted.items():
                endless = isinstance(value, float) and math.isinf(value)
                same = row[str(name)] is None if endless else row[str(name)] == value
                assert same, name
    assert content["equilibria"] == found.equilibria
    us, partner = content["best"].values()
    assert us == {
        "players": [A], "clear": False, "best_share": 0.725, "next": [B], "lead": 0.5, "not_surely_worse": [B],
    }  # fmt: skip
    assert (partner["players"], partner["best_share"], partner["lead"]) == ([B], 0.91, 2.5)
    assert content["settings"]["worlds"] == 2
    assert (content["failed"], content["left_out"], content["config"]) == ([], {}, "cars_on_the_table")


def test_the_answer_in_words() -> None:
    told = answer(held_by_hand())
    first = (
        "2 tactics met each other in both seats, every pair in the same 2 worlds: 8 simulated negotiations, of which "
    )
    assert told.startswith(f"{first}50 % ended in a deal.")
    few = "This is not clear: with fewer than 10 worlds no rank has an interval."
    assert (
        f"As the US, “{A}” does best, US$0.50 bn a year ahead of “{B}” on average over all opponents; it is best in "
        f"72.5 % of the resampled tournaments. {few}"
    ) in told
    assert f"As Japan, “{B}” does best, US$2.50 bn a year ahead of “{A}”" in told
    only = f"the US with “{A}” and Japan with “{B}” is the only Nash equilibrium"
    assert meeting(analysis().equilibria, FEWEST_WORLDS).startswith(
        f"If each side chooses its tactic once and knows the field, {only}: neither side gains by another tactic."
    )
    first, us, partner = dominated(analysis().equilibria)
    assert first.startswith("2 choices can be left out, in 2 steps:")
    assert (us, partner) == (f"Left for the US: {A}.", f"Left for Japan: {B}.")


def test_a_failed_pair_is_told_in_the_answer() -> None:
    told = answer(held_by_hand((FAILED,)))
    out = "Left out of ranks, regret and equilibria, with all pairs in which they sit:"
    assert f"1 of 4 pairs was not played to the end. {out} {A} (1 failed pair)." in told
    assert "A limit of time ended a pair." in told


def test_a_pair_that_is_picked_on_the_page() -> None:
    data = pair_data(held_by_hand())
    assert data["shown"] == 2
    assert data["dots"] == [
        [[0.1], [2.1], [0.2], [2.3]],
        [[0.3, 0.5], [2.9, 3.1], [], []],
        [[], [], [-0.7, 1.1], [3.7, 4.1]],
        [[1.7], [-4.7], [1.3], [4.3]],
    ]
    assert data["ends"] == [
        {"agreement": [[2], [1]], "stall": [[3], [1]]},
        {"agreement": [[4, 6], [1, 1]]},
        {"stall": [[8], [1]], "walkout": [[9], [1]]},
        {"stall": [[5], [1]], "agreement": [[7], [1]]},
    ]
    first, second = data["told"][:2]
    assert first == " ".join(
        [
            f"US “{A}”, Japan “{A}”: 1 deal in 2 worlds (50 %, 95 % interval 9.5 % to 90.5 %), on average in",
            "round 2.00, after 11.0 days; the others: stall 1. Gain over walking away, US$ bn a year: US +0.15,",
            "Japan +2.20 (in the worst 75 % of the worlds +0.13 and +2.17). Payoff, US$ bn a year: US +3.0,",
            "Japan +20.0. By changing its tactic alone the US could have 0.50 more, Japan 2.50.",
        ]
    )
    alone = "Neither side gains by another tactic: a Nash equilibrium; so in 60 % of the resampled ones."
    assert second.endswith(f"{alone} {NOT_SURE}")
    assert measures(analysis().cells) == {
        "Gain of the US": [0.15, 0.4, 0.2, 1.5],
        "Gain of Japan": [2.2, 3.0, 3.9, -0.2],
        "Share of deals": [0.5, 1.0, 0.0, 0.5],
    }


def test_small_numbers_keep_their_digits_on_the_page() -> None:
    held = held_by_hand()
    held = replace(
        held,
        cells=held.cells.assign(**{"gain.us_treasury": [0.000123456, 0.4, 12345.678, 1.5]}),
        worlds=held.worlds.assign(**{"gain.us_treasury": [4.56789e-5, *[0.25] * 7]}),
    )
    assert measures(held.cells)["Gain of the US"] == [0.00012346, 0.4, 12346.0, 1.5]
    assert pair_data(held)["dots"][0][0] == [4.5679e-5]


@pytest.mark.parametrize(("more", "is_equilibrium"), [(0.0, True), (4e-9, True), (6e-9, False), (0.02, False)])
def test_a_pair_is_an_equilibrium_by_the_tolerance_of_the_search(more: float, is_equilibrium: bool) -> None:
    held = held_by_hand()
    held.equilibria["tolerance"] = {"us_treasury": 5e-9, "partner": 5e-9}
    held = replace(held, cells=held.cells.assign(**{"deviation.us_treasury": more, "deviation.partner": 0.0}))
    told = pair_data(held)["told"][0]
    assert ("a Nash equilibrium" in told) == is_equilibrium
    assert ("By changing its tactic alone the US could have" in told) != is_equilibrium


def test_a_failed_pair_has_no_dots_and_says_why() -> None:
    held = held_by_hand((FAILED,))
    gone = held.cells["us"].eq(B) & held.cells["partner"].eq(A)
    held = replace(held, cells=held.cells.assign(worlds=[2, 2, 0, 2]), worlds=held.worlds.drop(index=[4, 5]))
    data = pair_data(held)
    assert gone.tolist() == [False, False, True, False]
    assert data["dots"][2:] == [[[], [], [], []], [[1.7], [-4.7], [1.3], [4.3]]]
    assert data["ends"][2] == {}
    assert data["told"][2] == f"US “{B}”, Japan “{A}”: not played to the end. too slow"
