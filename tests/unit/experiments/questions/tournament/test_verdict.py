"""Who is named as the best in a seat: nobody without a deal, all who tie, and "clear" only where it is."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from experiments.questions.tournament.text import advice
from experiments.questions.tournament.verdict import Verdict, verdict
from experiments.questions.tournament.words import least_regret, meeting
from experiments.statistics.ties import equals

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


@pytest.mark.parametrize(
    ("table", "worlds", "told"),
    [
        (APART, 50, "a (best in 96 % of the resampled tournaments; clear: 0.50 ahead of b)."),
        (CLOSE, 50, "a (best in 70 % of the resampled tournaments; not clear: not surely worse: b)."),
        (
            SMALL,
            50,
            "a (best in 100 % of the resampled tournaments; not clear: its lead is less than 1 % of the distance "
            "between the best and the worst).",
        ),
        (TIED, 50, "a or b (best in 80 % of the resampled tournaments; not clear: they do equally well)."),
        (SAME, 50, "a or b (best in 100 % of the resampled tournaments; not clear: all do equally well)."),
        (
            APART,
            9,
            "a (best in 96 % of the resampled tournaments; not clear: with fewer than 10 worlds no rank has an "
            "interval).",
        ),
    ],
    ids=["apart", "close", "small", "tied", "same", "few"],
)
def test_the_advice_says_how_sure_it_is(table: pd.DataFrame, worlds: int, told: str) -> None:
    lines = list(advice(table, worlds))
    assert lines[:2] == [f"Take as the US: {told}", f"Take as Japan: {told}"]


def test_without_a_deal_nobody_is_named() -> None:
    (only,) = advice(NEVER, 50)
    assert only.startswith("No pair reaches a deal in any world")
    assert only.endswith("So no tactic is named.")


def test_all_who_have_the_least_to_regret_are_named() -> None:
    table = TIED.assign(regret_worst=[2.0, 0.5, 0.5 + 1e-12, 4.0, 7.0, 8.0, 6.25, 9.0])
    *_, last = advice(table, 50)
    wanted = "as the US b or c (0.50), as Japan c (6.25)"
    assert last == f"Least regret against the worst opponent, US$ bn a year: {wanted}."
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
    told = meeting(_game(("a", "b", 0.4), ("b", "a", 0.75)), 50)
    assert told.endswith(
        "the surest is the US with “b” and Japan with “a”. It stands in 75 % of the resampled tournaments."
    )
    told = meeting(_game(("a", "b", 0.6), ("b", "a", 0.6)), 50)
    assert told.endswith("Nash equilibria; each of them stands in 60 % of the resampled tournaments.")
    told = meeting(_game(("a", "b", 0.6), ("b", "a", 0.6), ("c", "c", 0.1)), 50)
    assert told.endswith("Nash equilibria; each of the 2 surest stands in 60 % of the resampled tournaments.")


def test_the_nearest_pair_is_one_of_those_that_tie() -> None:
    leaving = "the US with “x” and Japan with “y”, from which no side gains more than US$0.25 bn a year by leaving."
    none = "No pair of single tactics is a Nash equilibrium;"
    assert meeting(_game(), 50) == f"{none} the nearest is {leaving}"
    assert meeting(_game(ties=3), 50) == f"{none} 3 pairs are equally near, one of them {leaving}"
