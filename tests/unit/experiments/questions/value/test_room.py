"""Whether both can be better off follows from what each side gains and needs, draw by draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.questions.value.result import DRAWS
from experiments.questions.value.room import (
    BETWEEN,
    BEYOND,
    NOWHERE,
    UNKNOWN,
    room,
    room_in_draws,
    rooms,
    without_move,
)

NAN = float("nan")
#: What the amount changes for the US and for the partner, the moves that make up for it, and what follows.
CASES = [
    # The US would give up to 3, the partner needs 1.
    ((2.0, -1.0), (-3.0, -1.0), BETWEEN),
    ((-1.0, 2.0), (-1.0, -3.0), BETWEEN),
    ((2.0, -1.0), (-1.0, -3.0), NOWHERE),
    ((2.0, -1.0), (-2.0, -2.0), NOWHERE),
    # Both want the issue the same way.
    ((2.0, -1.0), (-3.0, 1.0), BEYOND),
    ((2.0, -1.0), (-1.0, 3.0), UNKNOWN),
    # Both gain, both lose, one does neither, or one has no move.
    ((2.0, 1.0), (-3.0, -1.0), UNKNOWN),
    ((-2.0, -1.0), (-3.0, -1.0), UNKNOWN),
    ((2.0, 0.0), (-3.0, 0.0), UNKNOWN),
    ((2.0, -1.0), (NAN, -1.0), UNKNOWN),
]


@pytest.mark.parametrize(("changes", "moves", "found"), CASES)
def test_whether_both_can_be_better_off(changes: tuple[float, float], moves: tuple[float, float], found: str) -> None:
    assert room(changes, moves) == found


def test_all_draws_at_once_are_each_by_itself() -> None:
    changes, moves = (np.array([case[place] for case in CASES]) for place in (0, 1))
    assert rooms(changes, moves).tolist() == [found for *_, found in CASES]


def _draws() -> pd.DataFrame:
    rows = [
        (run, other, account, side, changes[place], moves[place], why)
        for run, (changes, moves, _) in enumerate(CASES)
        for other, account in (("cars", "political"), ("cars", "plain"), ("land", "political"))
        for place, side in reversed([*enumerate(("us_treasury", "partner"))])
        for why in ["range" if np.isnan(moves[place]) else ""]
    ]
    table = pd.DataFrame(rows, columns=[*DRAWS])
    plain = table["account"] == "plain"
    table.loc[plain, "change"] = 1.0
    table.loc[table["other"] == "land", "move"] = NAN
    table.loc[(table["other"] == "land") & (table["run"] < 3), "why"] = "agenda"
    table.loc[(table["other"] == "land") & (table["run"] >= 3), "why"] = "range"
    table.loc[(table["other"] == "land") & (table["run"] == 4) & (table["side"] == "partner"), "why"] = "delivery"
    return table


def test_draws_are_counted_by_issue_and_account() -> None:
    assert room_in_draws(_draws(), "cars", "political") == {BETWEEN: 2, NOWHERE: 2, BEYOND: 1, UNKNOWN: 4}
    assert room_in_draws(_draws(), "cars", "plain") == {UNKNOWN: 9}
    assert room_in_draws(_draws(), "land", "political") == {}


def test_a_draw_without_a_move_has_its_first_reason() -> None:
    assert without_move(_draws(), "cars", "political") == {"range": 1}
    assert without_move(_draws(), "land", "political") == {"agenda": 3, "range": 6, "delivery": 1}
