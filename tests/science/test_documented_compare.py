"""The page of compare says what comes of a doubled budget and of a dropped threat: every cell is played anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import winset
from experiments.labels import outcome_label
from tests.documented import NUMBER, faults, says, table, text
from tests.tree import CONFIGS

if TYPE_CHECKING:
    from experiments.questions.compare.result import CompareResult

pytestmark = pytest.mark.long

PAGE: Final = "docs/compare.md"
CARS: Final = CONFIGS / "cars_on_the_table.yaml"
BUDGET: Final = "partner.subsidy_budget={dist: triangular, low: 1, mode: 5, high: 12}"
THREAT: Final = "walk_away.execution_probability=0"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _played(tmp_path_factory.mktemp("base"))


def _played(out: Path, *sets: str) -> Path:
    winset.run(CARS, 1_000, sets=sets, solutions=False, out=out)
    return out


def _beside(base: Path, out: Path, change: str) -> CompareResult:
    return winset.compare([base, _played(out, change)])


def _check(heading: str, other: str, found: CompareResult) -> None:
    rows = {outcome_label(str(row["outcome"])).lower(): row for row in found.outcomes.to_dict("records")}
    wrong = {}
    for name, cells in table(PAGE, heading).items():
        row = rows[name]
        shares = {"as it is": row["base_share"], other: row["share"]}
        ends = "" if row["low"] > 0 or row["high"] < 0 else ": may be chance"
        difference = (f"# points, # to #{ends}", [100 * row[key] for key in ("difference", "low", "high")])
        computed = {column: ("# %", [100 * share]) for column, share in shares.items()}
        if bad := faults(cells, {**computed, "difference, 95 % interval": difference}):
            wrong[name] = bad
    assert wrong == {}


def _mean(found: CompareResult, kind: str, quantity: str) -> dict[str, float]:
    chosen = ((found.values["kind"] == kind) & (found.values["quantity"] == quantity)).to_numpy()
    (row,) = found.values[chosen].to_dict("records")
    return {str(name): value for name, value in row.items()}


def _moves(found: CompareResult) -> list[int]:
    deal = [(found.moves[name] == "agreement").to_numpy() for name in ("base_outcome", "outcome")]
    counts = found.moves["count"].to_numpy()
    return [int(counts[chosen].sum()) for chosen in (~deal[0] & deal[1], deal[0] & ~deal[1], deal[0] & deal[1])]


def test_a_doubled_budget_moves_what_the_page_says(base: Path, tmp_path: Path) -> None:
    found = _beside(base, tmp_path, BUDGET)
    _check("budget, 1,000 pairs of runs", "budget doubled", found)
    assert _moves(found) == [16, 4, 254]
    chips, cars = _mean(found, "issue", "chip_purchases"), _mean(found, "issue", "car_tariff")
    gain, of_us = _mean(found, "gain", "partner"), _mean(found, "gain", "us_treasury")
    said = text(PAGE)
    for start, words, values in (
        ("chip purchases rise from", " US$# bn to # bn on average (#, # to #)",
         [chips[key] for key in ("base_mean", "mean", "difference", "low", "high")]),
        ("Japan gets", " # points less car tariff for them (# to #)",
         [-100 * cars[key] for key in ("difference", "high", "low")]),
        ("Japan's gain rises by", " US$# bn a year (# to #)", [gain[key] for key in ("difference", "low", "high")]),
    ):  # fmt: skip
        assert says(_after(said, start, words), words, values), (start, values)
    assert of_us["low"] < 0 < of_us["high"]


def test_a_dropped_threat_moves_what_the_page_says(base: Path, tmp_path: Path) -> None:
    found = _beside(base, tmp_path, THREAT)
    _check("threat, 1,000 pairs of runs", "no threat", found)
    assert _moves(found) == [58, 29, 229]
    cars = _mean(found, "issue", "car_tariff")
    us, japan = (_mean(found, "payoff", side) for side in ("us_treasury", "partner"))
    away = [abs(_mean(found, "walk_away", side)["difference"]) for side in ("partner", "us_treasury")]
    said = text(PAGE)
    for start, words, values in (
        (
            "There the car tariff is",
            " # points lower (# to #)",
            [-100 * cars[key] for key in ("difference", "high", "low")],
        ),
        ("Walking away is worth", " US$# bn a year more to Japan and # bn less to the US", away),
        (
            "the payoff of the US falls by",
            " US$# bn a year (# to #)",
            [-us[key] for key in ("difference", "high", "low")],
        ),
        ("and Japan's rises by", " # bn (# to #)", [japan[key] for key in ("difference", "low", "high")]),
    ):
        assert says(_after(said, start, words), words, values), (start, values)
    assert {"reciprocal_tariff", "other_purchases", "materials_support"} == {*found.inputs(found.base)}


def _after(said: str, start: str, words: str) -> str:
    """What the page says after a start, in the words of a pattern with its numbers."""
    pattern = NUMBER.pattern.join(re.escape(part) for part in (start + words).split("#"))
    found = re.search(pattern, said)
    assert found, f"{PAGE} does not say {start}{words}"
    return found[0].removeprefix(start)
