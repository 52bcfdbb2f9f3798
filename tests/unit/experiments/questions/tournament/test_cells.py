"""Every cell of a tournament's tables and every value in JSON, against numbers that are all different."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from experiments.questions.tournament.answer import answer, dominated, least_regret, meeting, mixture
from experiments.questions.tournament.ranks import FEWEST_WORLDS
from experiments.questions.tournament.text import (
    MOST_ENDS,
    blocks,
    ends_table,
    equilibria_table,
    failed_pairs,
    failures_table,
    pairs_table,
    players_table,
    rank_table,
    self_table,
    yardstick_table,
)
from experiments.questions.tournament.verdict import NOT_SURE
from experiments.questions.tournament.widget import measures, pair_data
from experiments.report.blocks import Listing, Table, Words
from tests.tournament_by_hand import FAILED, A, B, analysis, result_by_hand

SEATS = ("us_treasury", "partner")


def _rows(found: Table) -> list[list[str]]:
    return [list(row) for row in found.rows]


def test_the_ranking() -> None:
    result = result_by_hand(worlds_played=FEWEST_WORLDS)
    found = rank_table(result, SEATS[0])
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
    assert rank_table(result, SEATS[1]).note == "Columns as in the ranking as the US."
    assert _rows(rank_table(result, SEATS[1])) == [
        [B, "1", "1 to 2", "91 %", "0.00", "+1.40", "+0.43", "2.50", "75 %", "21.0"],
        [A, "2", "1 to 2", "9 %", "2.50", "+3.05", "+2.70", "5.00", "25 %", "11.0"],
    ]


def test_the_pairs() -> None:
    found = pairs_table(result_by_hand())
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


def test_each_tactic_against_itself() -> None:
    found = self_table(result_by_hand().cells)
    assert found.columns == ("Tactic", "US", "Japan", "Together", "Deals", "Days", "From Nash")
    assert _rows(found) == [
        [A, "+0.15", "+2.20", "+2.35", "50 %", "11.0", "0.50"],
        [B, "+1.50", "-0.20", "+1.30", "50 %", "29.0", "1.50"],
    ]
    assert not found.folded


def test_the_equilibria() -> None:
    found = equilibria_table(result_by_hand())
    assert found is not None
    assert found.columns == (
        "US plays", "Japan plays", "US gain", "Japan's gain", "Deals", "Stands in", "At most to gain",
    )  # fmt: skip
    assert _rows(found) == [[f"“{A}”", f"“{B}”", "+0.40", "+3.00", "100 %", "47.5 %", "0.88"]]


def test_the_page_says_when_it_leaves_equilibria_out() -> None:
    result = result_by_hand()
    (one,) = result.equilibria["equilibria"]
    further = f" The first {MOST_ENDS}; the others are in equilibria.json."
    for count, said in ((1, False), (MOST_ENDS, False), (MOST_ENDS + 1, True)):
        result.equilibria["equilibria"] = [one] * count
        found = equilibria_table(result)
        assert found is not None
        assert len(found.rows) == min(count, MOST_ENDS)
        assert (further in found.note) is said


def test_a_weight_is_not_rounded_to_nothing_or_to_everything() -> None:
    assert mixture({A: 0.9994, B: 0.0006}) == f"“{A}” (>99.9 %) or “{B}” (<0.1 %)"
    assert mixture({A: 0.999, B: 0.001}) == f"“{A}” (99.9 %) or “{B}” (0.1 %)"


def test_a_mixed_equilibrium_brings_the_mean_of_its_pairs() -> None:
    result = result_by_hand()
    (one,) = result.equilibria["equilibria"]
    one |= {"us_treasury": {A: 0.75, B: 0.25}, "partner": {A: 0.4, B: 0.6}}
    found = equilibria_table(result)
    assert found is not None
    # The weights of AA, AB, BA and BB are 0.3, 0.45, 0.1 and 0.15.
    us, partner = f"“{A}” (75 %) or “{B}” (25 %)", f"“{A}” (40 %) or “{B}” (60 %)"
    assert _rows(found)[0][:5] == [us, partner, "+0.47", "+2.37", "67.5 %"]


def test_the_yardsticks() -> None:
    found = yardstick_table(result_by_hand())
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


def test_who_takes_part() -> None:
    result = result_by_hand()
    result.settings["players"]["negmas:MiCRONegotiator"] = {"kind": "negmas"}
    result.settings["players"]["linear{initial: 0.1}"] = {"kind": "tactic", "tactic": B, "knobs": {"initial": 0.1}}
    found = players_table(result)
    assert found.columns == ("Tactic", "What it does", "Knobs", "Source")
    assert [row[0] for row in found.rows] == [A, B, "negmas:MiCRONegotiator", "linear{initial: 0.1}"]
    assert [row[2] for row in found.rows] == ["defaults", "defaults", "defaults", "initial 0.1"]
    assert found.rows[2][1::2] == ("negmas", "-")


def test_a_tactic_of_the_users_own_is_described_from_the_directory() -> None:
    def described(name: str, facts: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
        players = {name: {"kind": "tactic", "tactic": name, "digest": "0"} | facts}
        return players_table(result_by_hand(settings={"players": players})).rows

    texts = {"summary": "Waits, then gives way.", "reference": "a paper of ours"}
    # Its file is not loaded where the page is written, and another tactic may have its name there.
    for name in ("patient", B):
        assert described(name, {"knobs": {"pace": 0.5}} | texts) == (
            (name, "Waits, then gives way.", "pace 0.5", "a paper of ours"),
        )
    assert described("patient", {"knobs": {}}) == (("patient", "a tactic of the user's own", "defaults", "-"),)


def test_the_failed_pairs() -> None:
    found = failures_table(result_by_hand((FAILED,)))
    assert found.caption == "Pairs that were not played to the end (1)"
    assert dict(zip(found.columns, found.rows[0], strict=True)) == {
        "US plays": B, "Japan plays": A, "Ended by": "a limit of time", "Left out for it": A,
        "What happened": "too slow", "Run": "17", "Round": "4",
    }  # fmt: skip


def test_the_first_of_many_failed_pairs_are_named_where_their_table_is_folded_away() -> None:
    (few,) = failed_pairs(result_by_hand((FAILED,) * 8))
    assert isinstance(few, Table)
    assert not few.folded
    listing, table = failed_pairs(result_by_hand((FAILED,) * 9))
    line = f"US {B}, Japan {A}: too slow"
    assert listing == Listing("Failed pairs", (*[line] * 5, "and 4 more, which manifest.json holds too"))
    assert isinstance(table, Table)
    assert table.folded
    assert len(table.rows) == 9
    assert list(failed_pairs(result_by_hand())) == []


def test_where_the_dynamics_end() -> None:
    found = ends_table(result_by_hand())
    assert found.caption == "Replicator dynamics from 20 starts"
    assert found.columns == ("Left for the US", "Left for Japan", "Starts", "At the end")
    assert _rows(found) == [[A, B, "85 %", "settled"], [f"{A}, {B}", A, "15 %", "still moving"]]
    assert found.numeric == {2}
    assert "Tactics that hold at least 1 % of their side" in found.note
    assert "equilibria.json" not in found.note


def test_the_first_ends_of_many_are_listed() -> None:
    result = result_by_hand()
    first, _ = result.equilibria["replicator"]["basins"]
    result.equilibria["replicator"]["basins"] = [first] * (MOST_ENDS + 3)
    found = ends_table(result)
    assert len(found.rows) == MOST_ENDS
    assert found.note.endswith(f" The first {MOST_ENDS} of {MOST_ENDS + 3} ends; the others are in equilibria.json.")


def test_what_is_said_in_order() -> None:
    said = list(blocks(result_by_hand()))
    assert said[0] == answer(result_by_hand())
    assert [block.caption if isinstance(block, Table) else block.kind for block in said[1:]] == [
        "Ranking as the US", "Ranking as Japan", "words", "words", "Nash equilibria: all there are",
        "Replicator dynamics from 20 starts", "Gains beside yardsticks", "Each tactic against itself",
        "Every pair (4)",
    ]  # fmt: skip
    assert said[3] == Words((least_regret(analysis().players),))
    assert said[4] == Words(tuple(dominated(analysis().equilibria)))


def test_the_screen_shows_the_tables() -> None:
    """Every number once more, as far as it is not folded away; words may go on in the line below."""
    result = result_by_hand()
    lines = [" ".join(line.split()) for line in result.text().splitlines()]
    seen = 0
    for block in (block for block in blocks(result) if isinstance(block, Table) and not block.folded):
        for row in block.rows:
            tail = " ".join(row[min(block.numeric) :])
            assert any(line.endswith(f" {tail}") for line in lines), tail
            seen += 1
    assert seen == 14
    assert "Every pair (4): 4 rows, on the page" in lines
    assert f"Left for the US: {A}." in lines


def test_json_says_the_same() -> None:
    content = json.loads(result_by_hand().json())
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
    assert (content["folder"], content["figures"]) == (None, [])


def test_the_answer_in_words() -> None:
    found = answer(result_by_hand())
    assert found.sentence == (
        f"On average over all opponents, best are as the US “{A}” and as Japan “{B}”: neither is clear."
    )
    assert [(one.label, one.value) for one in found.numbers[:3]] == [
        ("Best as the US", A), ("Best as Japan", B), ("Negotiations that end in a deal", "50 %"),
    ]  # fmt: skip
    said = found.more[0]
    first = (
        "2 tactics met each other in both seats, every pair in the same 2 worlds: 8 simulated negotiations, of which "
    )
    assert said.startswith(f"{first}50 % ended in a deal.")
    few = "This is not clear: with fewer than 10 worlds no rank has an interval."
    assert (
        f"As the US, “{A}” does best, US$0.50 bn a year ahead of “{B}” on average over all opponents; it is best in "
        f"72.5 % of the resampled tournaments. {few}"
    ) in said
    assert f"As Japan, “{B}” does best, US$2.50 bn a year ahead of “{A}”" in said
    only = f"the US with “{A}” and Japan with “{B}” is the only Nash equilibrium"
    assert meeting(analysis().equilibria, FEWEST_WORLDS).startswith(
        f"If each side chooses its tactic once and knows the field, {only}: neither side gains by another tactic."
    )
    first, us, partner = dominated(analysis().equilibria)
    assert first.startswith("2 choices can be left out, in 2 steps:")
    assert (us, partner) == (f"Left for the US: {A}.", f"Left for Japan: {B}.")


def test_a_failed_pair_is_told_in_the_answer() -> None:
    said = answer(result_by_hand((FAILED,))).text
    out = "Left out of ranks, regret and equilibria, with all pairs in which they sit:"
    assert f"1 of 4 pairs was not played to the end. {out} {A} (1 failed pair)." in said
    assert "A limit of time ended a pair." in said


def test_a_pair_that_is_picked() -> None:
    data = pair_data(result_by_hand())
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
    first, second = data["texts"][:2]
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


def test_small_numbers_keep_their_digits() -> None:
    own = result_by_hand()
    result = result_by_hand(
        cells=own.cells.assign(**{"gain.us_treasury": [0.000123456, 0.4, 12345.678, 1.5]}),
        rows=own.worlds.assign(**{"gain.us_treasury": [4.56789e-5, *[0.25] * 7]}),
    )
    assert measures(result.cells)["Gain of the US"] == [0.00012346, 0.4, 12346.0, 1.5]
    assert pair_data(result)["dots"][0][0] == [4.5679e-5]


@pytest.mark.parametrize(("more", "is_equilibrium"), [(0.0, True), (4e-9, True), (6e-9, False), (0.02, False)])
def test_a_pair_is_an_equilibrium_by_the_tolerance_of_the_search(more: float, is_equilibrium: bool) -> None:
    result = result_by_hand()
    result.equilibria["tolerance"] = {"us_treasury": 5e-9, "partner": 5e-9}
    result = replace(result, cells=result.cells.assign(**{"deviation.us_treasury": more, "deviation.partner": 0.0}))
    said = pair_data(result)["texts"][0]
    assert ("a Nash equilibrium" in said) == is_equilibrium
    assert ("By changing its tactic alone the US could have" in said) != is_equilibrium


def test_a_failed_pair_has_no_dots_and_says_why() -> None:
    result = result_by_hand((FAILED,))
    gone = result.cells["us"].eq(B) & result.cells["partner"].eq(A)
    result = result_by_hand(
        (FAILED,), cells=result.cells.assign(worlds=[2, 2, 0, 2]), rows=result.worlds.drop(index=[4, 5])
    )
    data = pair_data(result)
    assert gone.tolist() == [False, False, True, False]
    assert data["dots"][2:] == [[[], [], [], []], [[1.7], [-4.7], [1.3], [4.3]]]
    assert data["ends"][2] == {}
    assert data["texts"][2] == f"US “{B}”, Japan “{A}”: not played to the end. too slow"
