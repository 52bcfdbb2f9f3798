"""The tables of scores in ``docs/cases.md`` are those of the forecasts of the five cases that the record knows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from experiments.baselines.baselines import BASELINES
from experiments.cases.known import KnownCase
from experiments.forecast_files import write_forecasts
from experiments.forecast_scores import PublishedScores, score_forecasts
from experiments.labels import fixed
from experiments.questions.forecast.forecast import forecast
from experiments.record.record import read_record
from experiments.statistics.score_errors import sign_test
from tests.tree import ROOT

CASES = ("UK", "Vietnam", "Japan", "EU", "Korea")
HORIZON = "2025-08-01"
PRIOR = "prior"

#: Tables of the page: target, score and what 1 is there.
TABLES = (("agreed", "brier", 1.0), ("rec", "crps", 100.0), ("car", "crps", 100.0))


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> PublishedScores:
    folder = tmp_path_factory.mktemp("root") / "five"
    write_forecasts(folder, CASES)
    return score_forecasts(folder)


def names() -> dict[str, str]:
    return {PRIOR: "`prior`"} | {
        one.code: f"{one.code} {one.name}{'*' if one.chosen_after_the_fact else ''}" for one in BASELINES
    }


def score_lines(scored: PublishedScores, target: str, score: str, scale: float) -> Iterator[str]:
    """Rows of a table of scores; of the model with the Monte Carlo error."""
    found: dict[tuple[str, str], dict[Any, Any]] = {}
    for one in scored.cases:
        for row in one.scores.to_dict("records"):
            if (row["horizon"], row["target"], row["score"]) == (HORIZON, target, score):
                found[row["forecaster"], one.case] = dict(row)
    cases = [case for case in CASES if (PRIOR, case) in found]
    yield f"| | {' | '.join(cases)} |"
    yield "|---" * (len(cases) + 1) + "|"
    if target == "agreed":
        yield f"| said, % | {' | '.join(fixed(100 * found[PRIOR, case]['said'], 1) for case in cases)} |"
    for code, name in names().items():
        cells = []
        for case in cases:
            row = found.get((code, case), {"value": math.nan, "error": 0.0})
            error = f" ±{fixed(scale * row['error'], 2)}" if row["error"] else ""
            cells.append(f"{fixed(scale * row['value'], 2)}{error}")
        yield f"| {name} | {' | '.join(cells)} |"


def comparison_lines(scored: PublishedScores) -> Iterator[str]:
    """Rows of the table of differences over cases."""
    pairs = {
        (one.target, one.score, one.baseline): one.found
        for one in scored.comparisons if (one.variant, one.horizon) == (PRIOR, HORIZON)
    }  # fmt: skip
    yield "| against | deal, Brier | country rate, CRPS, points | rate on cars, CRPS, points |"
    yield "|---|---|---|---|"
    for one in BASELINES:
        cells = []
        for target, score, scale in TABLES:
            pair = pairs[target, score, one.code]
            low, high = (fixed(scale * value, 2, sign=True) for value in (pair.low, pair.high))
            mean = fixed(scale * pair.mean, 2, sign=True)
            between = "" if low == "-" else f" ({low} to {high})"
            count = len(pair.differences)
            cells.append(f"{mean}{between}, better in {pair.better} of {count}, p {fixed(pair.p_value, 3)}")
        yield f"| {names()[one.code]} | {' | '.join(cells)} |"


def page_tables(scored: PublishedScores) -> list[str]:
    """Every table of the page."""
    found = [score_lines(scored, *one) for one in TABLES]
    return ["\n".join(lines) + "\n" for lines in (*found, comparison_lines(scored))]


@pytest.mark.long
def test_the_page_has_the_scores_of_the_five_cases(scored: PublishedScores) -> None:
    page = (ROOT / "docs" / "cases.md").read_text("utf-8")
    for one in page_tables(scored):
        assert one in page


@pytest.mark.long
def test_what_the_page_says_of_log_scores_is_so(scored: PublishedScores) -> None:
    pair = next(
        one.found for one in scored.comparisons
        if (one.variant, one.horizon, one.target, one.score, one.baseline) == (PRIOR, HORIZON, "rec", "log", "B7")
    )  # fmt: skip
    assert (pair.better, pair.worse) == (0, 4)
    assert sign_test(5, 0) == 0.0625


@pytest.mark.long
@pytest.mark.parametrize(
    ("case", "loss", "said"),
    [
        ("Vietnam", "0", ("a deal by 1 August in 22.6 % of draws",)),
        (
            "Vietnam",
            "{dist: uniform, low: 0.0, high: 0.3}",
            ("0 to 0.3 gives 3.3 %", "and 3.5 % by 31 December"),
        ),
        ("EU", "0", ("the EU would have a deal in 48.0 %",)),
        ("Korea", "0", ("Korea in 32.2 %",)),
        ("Japan", "0", ("Japan in 20.5 %",)),
        ("UK", "0", ("the UK in 90.8 %",)),
    ],
)
def test_the_page_says_what_forward_precedent_does(case: str, loss: str, said: tuple[str, ...]) -> None:
    page = " ".join((ROOT / "docs" / "cases.md").read_text("utf-8").split())
    found = forecast(case, sets=[f"us_treasury.forward_precedent={loss}"])
    for text, horizon in zip(said, found.horizons, strict=False):
        share = fixed(100 * found.row(PRIOR, horizon)["agreed"], 1)
        assert f"{share} %" in text
        assert text in page


def test_the_loss_of_vietnam_is_the_one_of_the_page() -> None:
    """Half of the range, times what lies between the threat and the rate signed, its trade and the share still open."""
    page = " ".join((ROOT / "docs" / "cases.md").read_text("utf-8").split())
    known = KnownCase.on(read_record(), "Vietnam")
    trade, share = known.facts.machinery + known.facts.other, known.open_share()
    assert f"US${trade:.1f} bn of imports under that rate, times the {100 * share:.0f} %" in page
    loss = 0.35 * (known.rates().threat - 0.20) * trade * share
    assert f"this is US${loss:.1f} bn a year" in page
