"""Who is named as the best in a seat: nobody without a deal, all who tie, and "clear" only where it is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from experiments.questions.tournament.answer import answer, best_as, least_regret, meeting
from experiments.questions.tournament.failures import Failure
from experiments.questions.tournament.verdict import Verdict, verdict
from experiments.statistics.ties import equals
from tests.tournament_by_hand import analysis, result_by_hand

SEATS = ("us_treasury", "partner")


def players(*rows: tuple[str, float, int, int, float], deals: float = 0.5) -> pd.DataFrame:
    """Both seats alike: name, mean utility, rank, best rank of its interval, and share of samples in which it leads."""
    columns = ("player", "utility", "rank", "rank_low", "best_share")
    parts: list[pd.DataFrame] = []
    for seat in SEATS:
        part = pd.DataFrame(rows, columns=list(columns))
        parts.append(part.assign(seat=seat, deal_share=deals, regret_worst=[3.0 - k for k in range(len(rows))]))
    return pd.concat(parts, ignore_index=True)


APART = players(("a", 5.0, 1, 1, 0.96), ("b", 4.5, 2, 2, 0.04), ("c", -5.0, 3, 3, 0.0))
CLOSE = players(("a", 5.0, 1, 1, 0.7), ("b", 4.75, 2, 1, 0.3), ("c", -5.0, 3, 3, 0.0))
SMALL = players(("a", 5.0, 1, 1, 1.0), ("b", 4.9375, 2, 2, 0.0), ("c", -5.0, 3, 3, 0.0))
TIED = players(("a", 5.0, 1, 1, 0.4), ("b", 5.0, 1, 1, 0.4), ("c", 3.0, 3, 1, 0.2), ("d", 3.0, 3, 3, 0.0))
SAME = players(("a", 5.0, 1, 1, 0.5), ("b", 5.0, 1, 1, 0.5))
NEVER = players(("a", 5.0, 1, 1, 1.0), ("b", -5.0, 2, 2, 0.0), deals=0.0)


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        (APART, Verdict(("a",), 0.96, ("b",), 0.5, (), small=False)),
        (CLOSE, Verdict(("a",), 0.7, ("b",), 0.25, ("b",), small=False)),
        (SMALL, Verdict(("a",), 1.0, ("b",), 0.0625, (), small=True)),
        (TIED, Verdict(("a", "b"), 0.8, ("c", "d"), 2.0, ("c",), small=False)),
        (SAME, Verdict(("a", "b"), 1.0, (), 0.0, (), small=False)),
        (NEVER, Verdict((), 0.0, (), 0.0, (), small=False)),
    ],
    ids=["apart", "close", "small", "tied", "same", "never"],
)
def test_a_verdict_is_read_off_the_table(table: pd.DataFrame, wanted: Verdict) -> None:
    assert [verdict(table, seat) for seat in SEATS] == [wanted, wanted]
    assert wanted.clear == (table is APART)


def test_a_seat_has_its_own_verdict() -> None:
    both = pd.concat([APART[APART["seat"] == SEATS[0]], TIED[TIED["seat"] == SEATS[1]]])
    assert [verdict(both, seat).best for seat in SEATS] == [("a",), ("a", "b")]


AHEAD = "“a” does best, US${lead} bn a year ahead of “b” on average over all opponents; it is best in {share} of the"


@pytest.mark.parametrize(
    ("table", "worlds", "said"),
    [
        (APART, 50, f"{AHEAD.format(lead='0.50', share='96 %')} resampled tournaments, so that this is clear."),
        (
            CLOSE,
            50,
            f"{AHEAD.format(lead='0.25', share='70 %')} resampled tournaments. This is not clear: not surely worse: b.",
        ),
        (
            SMALL,
            50,
            f"{AHEAD.format(lead='0.06', share='100 %')} resampled tournaments. This is not clear: its lead is less "
            "than 1 % of the distance between the best and the worst.",
        ),
        (
            TIED,
            50,
            "“a” and “b” do equally well, and best of all, US$2.00 bn a year ahead of “c” and “d” on average over all "
            "opponents; one of them is best in 80 % of the resampled tournaments.",
        ),
        (SAME, 50, "all do equally well."),
        (
            APART,
            9,
            f"{AHEAD.format(lead='0.50', share='96 %')} resampled tournaments. This is not clear: with fewer than 10 "
            "worlds no rank has an interval.",
        ),
    ],
    ids=["apart", "close", "small", "tied", "same", "few"],
)
def test_the_answer_says_how_sure_it_is(table: pd.DataFrame, worlds: int, said: str) -> None:
    sentences = [best_as(table, seat, worlds) for seat in SEATS]
    assert sentences == [f"As the US, {said}", f"As Japan, {said}"]


def test_without_a_deal_nobody_is_named() -> None:
    said = answer(result_by_hand(players=analysis().players.assign(deal_share=0.0))).text
    assert (
        "No pair reaches a deal in any world: tactics only decide when the talks end, and what there is then, so that "
        "none is named as the best."
    ) in said
    assert "does best" not in said
    failed = Failure(us="x", partner="x", kind="time", message="slow", at_fault=("x",))
    some = answer(result_by_hand((failed,), players=analysis().players.assign(deal_share=0.0))).text
    assert "No pair of ranked tactics reaches a deal in any world:" in some, "who is left out may have made one"


def test_all_who_have_the_least_to_regret_are_named() -> None:
    table = TIED.assign(regret_worst=[2.0, 0.5, 0.5 + 1e-12, 4.0, 7.0, 8.0, 6.25, 9.0])
    assert least_regret(table).endswith(
        "as the US “b” or “c” (US$0.50 bn a year) and as Japan “c” (US$6.25 bn a year)."
    )


def test_values_that_differ_by_rounding_are_equal() -> None:
    values = [-7.0, 2.0, 2.0 - 1e-15, -7.0 + 9e-9]
    assert equals("abcd", values, largest=True) == ("b", "c")
    assert equals("abcd", values, largest=False) == ("a", "d")


def _game(*equilibria: tuple[str, str, float], ties: int = 1) -> dict[str, Any]:
    near = {"us_treasury": "x", "partner": "y", "most": 0.25, "ties": ties}
    found = [
        {"us_treasury": {us: 1.0}, "partner": {partner: 1.0}, "pure": True, "survival": survival}
        for us, partner, survival in equilibria
    ]
    return {"equilibria": found, "complete": True, "nearest_pure": near}


def test_the_surest_equilibrium_is_named_where_there_is_one() -> None:
    said = meeting(_game(("a", "b", 0.4), ("b", "a", 0.75)), 50)
    assert said.endswith(
        "the surest is the US with “b” and Japan with “a”. It stands in 75 % of the resampled tournaments."
    )
    said = meeting(_game(("a", "b", 0.6), ("b", "a", 0.6)), 50)
    assert said.endswith("Nash equilibria; each of them stands in 60 % of the resampled tournaments.")
    said = meeting(_game(("a", "b", 0.6), ("b", "a", 0.6), ("c", "c", 0.1)), 50)
    assert said.endswith("Nash equilibria; each of the 2 surest stands in 60 % of the resampled tournaments.")


def test_the_nearest_pair_is_one_of_those_that_tie() -> None:
    leaving = "the US with “x” and Japan with “y”, from which no side gains more than US$0.25 bn a year by leaving."
    none = "No pair of single tactics is a Nash equilibrium;"
    assert meeting(_game(), 50) == f"{none} the nearest is {leaving}"
    assert meeting(_game(ties=3), 50) == f"{none} 3 pairs are equally near, one of them {leaving}"
