"""The page of the model says of deals what they are: who gains, what each rule does, and what agreed values sit on.

Each test plays a table of the page anew and compares every cell to the rounding that it shows, so that whoever moves a
rule or a default sees in which cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest

from tests.documented import AGAIN, deal_share, deals, faults, played, says, table, text

if TYPE_CHECKING:
    import pandas as pd

pytestmark = pytest.mark.long

EFFECTS: Final = "docs/model/effects.md"
RESULTS: Final = "docs/model/results.md"
FIRMS: Final = ("SoftBank", "KDDI", "NTT", "Sakura Internet", "Rakuten", "GMO", "Highreso")
SUPPLIERS: Final = ("Shin-Etsu", "SUMCO", "Photoresist makers")
PLANTS: Final = "US fabs"

#: Loss of a gain that is rounding.
NOTHING: Final = 1e-12

Cell = tuple[str, Sequence[float]]


def _lose(frame: pd.DataFrame, agent: str) -> float:
    return 100.0 * float((deals(frame)[f"gain.{agent}"] < -NOTHING).mean())


def _median(frame: pd.DataFrame, column: str) -> float:
    return float(deals(frame)[column].median())


def _share(frame: pd.DataFrame) -> Cell:
    return "# %", [deal_share(frame)]


def _range(frame: pd.DataFrame, column: str) -> Cell:
    low, middle, high = np.percentile(100.0 * deals(frame)[column], [10, 50, 90])
    return "#, # to #", [middle, low, high]


# Who gains.

NOW_OF_CARS: Final = f"{AGAIN}now"

WHO: Final[dict[str, Callable[[pd.DataFrame], Cell]]] = {
    "share of deals": _share,
    "car tariff, median": lambda frame: ("# %", [100.0 * _median(frame, "car_tariff")]),
    "reciprocal tariff, median": lambda frame: ("# %", [100.0 * _median(frame, "reciprocal_tariff")]),
    "gain of the US, median": lambda frame: ("#", [_median(frame, "gain.us_treasury")]),
    "gain of Japan, median": lambda frame: ("#", [_median(frame, "gain.partner")]),
    "data-centre firms that lose": lambda frame: _between(frame, FIRMS),
    "US plants lose in": lambda frame: ("# %", [_lose(frame, PLANTS)]),
    "suppliers of wafers lose in": lambda frame: _between(frame, SUPPLIERS),
}


def _between(frame: pd.DataFrame, agents: Sequence[str]) -> Cell:
    shares = [_lose(frame, agent) for agent in agents]
    low, high = min(shares), max(shares)
    return ("# %", [low]) if low == high else ("# to # %", [low, high])


def test_the_table_of_who_gains_is_what_deals_bring() -> None:
    rows = table(EFFECTS, "| `july_2025` before")
    assert [*rows] == [*WHO]
    frames = {"now": played("july_2025"), NOW_OF_CARS: played("cars_on_the_table")}
    wrong = {
        name: bad
        for name, cells in rows.items()
        if (bad := faults(_now(cells), {column: WHO[name](frame) for column, frame in frames.items()}))
    }
    assert wrong == {}


def _now(cells: dict[str, str]) -> dict[str, str]:
    """Cells of the columns that are no memory of earlier rules."""
    return {name: cells[name] for name in ("now", NOW_OF_CARS)}


# What each rule does.

_FREE: Final = "red_lines.us_cars.release=~"
ALONE: Final = "all at their defaults"
GOES_ON: Final = ("calendar.after_execution=continue",)
BY_SPENDING: Final = ("economy.diversion_by_volume=0",)


def _exposure(value: float) -> tuple[str, ...]:
    return (f"walk_away.deal_court_exposure={value}",)


def _references(loss: float, rate: float) -> tuple[str, ...]:
    """Both sides compare with deals at this reciprocal rate, and at 15 % on cars."""
    losses = [f"{side}.reference_loss={loss}" for side in ("us_treasury", "partner")]
    return (*losses, f"reference.reciprocal_rate={rate}", "reference.car_rate=0.15")


#: Changes by the name of their row.
JULY: Final[dict[str, tuple[str, ...]]] = {
    ALONE: (),
    "`deal_court_exposure` 0.5": _exposure(0.5),
    "`deal_court_exposure` 0": _exposure(0),
    "`diversion_by_volume` 0": BY_SPENDING,
    "`materials_cost_share` 0": ("partner.materials_cost_share=0",),
    "both `reference_loss` 0.44, reference 10": _references(0.44, 0.10),
    "both 0.44, reference 15": _references(0.44, 0.15),
    "both 1.2, reference 15": _references(1.2, 0.15),
    "both 0.44, reference 20": _references(0.44, 0.20),
    "`forward_precedent` 0.3": ("us_treasury.forward_precedent=0.3",),
    "`forward_precedent` 0.7": ("us_treasury.forward_precedent=0.7",),
    "no US line on cars": ("red_lines.us_cars=~",),
    "that line at a price of 0.2 a point": (_FREE, "red_lines.us_cars.price=0.2"),
    "at 0.5 a point": (_FREE, "red_lines.us_cars.price=0.5"),
    "at 1 a point": (_FREE, "red_lines.us_cars.price=1"),
    "`after_execution: continue`": GOES_ON,
}
CARS: Final[dict[str, tuple[str, ...]]] = {
    ALONE: (),
    "`deal_court_exposure` 0": _exposure(0),
    "`diversion_by_volume` 0": BY_SPENDING,
    "`after_execution: continue`": GOES_ON,
}


def _with_rule(frame: pd.DataFrame) -> dict[str, Cell]:
    return {
        "deals": _share(frame),
        "car tariff": _range(frame, "car_tariff"),
        "reciprocal tariff": _range(frame, "reciprocal_tariff"),
        "gain of the US": ("#", [_median(frame, "gain.us_treasury")]),
        "of Japan": ("#", [_median(frame, "gain.partner")]),
        "US plants lose in": ("# %", [_lose(frame, PLANTS)]),
    }


def test_the_table_of_july_says_what_each_rule_does() -> None:
    rows = table(EFFECTS, "July with")
    assert [*rows] == [*JULY]
    wrong = {}
    for name, sets in JULY.items():
        frame = played("july_2025", sets)
        fund = {"fund": ("#", [_median(frame, "investment_fund")])}
        if bad := faults(rows[name], _with_rule(frame) | fund):
            wrong[name] = bad
    assert wrong == {}


def test_the_table_of_cars_says_what_each_rule_does() -> None:
    rows = table(EFFECTS, "`cars_on_the_table` with")
    assert [*rows] == [*CARS]
    frames = {name: played("cars_on_the_table", sets) for name, sets in CARS.items()}
    wrong = {name: bad for name, frame in frames.items() if (bad := faults(rows[name], _with_rule(frame)))}
    assert wrong == {}


def test_the_sentences_below_the_tables_of_rules_hold() -> None:
    said = re.search(
        r"threat is carried out in [\d.]+ % of runs while the talks go on, and [\d.]+ % end in a deal", text(EFFECTS)
    )
    assert said is not None
    goes_on = played("cars_on_the_table", GOES_ON)
    executed = goes_on["executions"] > 0
    ends_well = executed & goes_on.index.isin(deals(goes_on).index)
    words = "threat is carried out in # % of runs while the talks go on, and # % end in a deal"
    assert says(said.group(), words, [100.0 * executed.mean(), 100.0 * ends_well.mean()])
    assert not (played("july_2025", GOES_ON)["executions"] > 0).any()
    paid = played("july_2025", JULY["`materials_cost_share` 0"])
    assert [_lose(paid, supplier) for supplier in SUPPLIERS] == [100.0] * len(SUPPLIERS)


# What agreed values sit on.

#: Issues by their rows, each with the words in which it names its inputs in July and with cars on the table.
ISSUES: Final[dict[str, tuple[str, Any, Any]]] = {
    "car tariff": ("car_tariff", "# % (release of `us_cars`)", "# % (`japan_cars` #, grid #)"),
    "reciprocal tariff": ("reciprocal_tariff", "# % (`us_baseline` #, grid #)", "# % (grid #, `us_baseline` #)"),
    "chip purchases": ("chip_purchases", "# % (grid)", "# % (grid)"),
    "other purchases": ("other_purchases", "# % (`japan_farm` #, grid #)", "# % (`japan_farm`)"),
    "investment fund": ("investment_fund", "# % (linkage of `us_cars` #, grid #)", None),
    "fund profit share": ("fund_profit_share", "# % (grid: # % in #, # % in #)", None),
    "materials support": ("materials_support", "# % (grid)", "# % (grid: full support)"),
}
INPUTS: Final = ("red_line", "release", "linkage", "grid")
RUNS: Final = 20_000
TABLED: Final = ("on an input", "ratification", "delivery", "none")


def _sits(frame: pd.DataFrame, issue: str, words: str) -> dict[str, Cell]:
    """Shares of the deals by what stopped an issue, in per cent."""
    found = deals(frame)[f"binds.{issue}"].dropna()
    shares = {str(name): float(share) for name, share in (100.0 * found.value_counts(normalize=True)).items()}
    kinds = {kind: sum(share for name, share in shares.items() if name.partition(":")[0] == kind) for kind in
             (*INPUTS, "ratification", "delivery", "interior", "indifferent")}  # fmt: skip
    assert sum(kinds.values()) == pytest.approx(100.0)
    named = [(name.partition(":")[2], share) for name, share in shares.items() if name.partition(":")[0] in INPUTS]
    parts = []
    if "grid: # %" in words:
        rates = deals(frame)[issue][found.str.startswith("grid")]
        for rate in (rates.max(), rates.min()):
            parts += [100.0 * rate, 100.0 * float((rates == rate).sum()) / len(found)]
    else:
        for name in re.findall(r"`?(\w+)`? #", words.partition("(")[2]):
            parts.append(kinds["grid"] if name == "grid" else sum(share for line, share in named if line == name))
    inputs = sum(kinds[kind] for kind in INPUTS)
    rest = {"ratification": kinds["ratification"], "delivery": kinds["delivery"]}
    cells: dict[str, Cell] = {"on an input": (words, [inputs, *parts])}
    cells |= {name: ("# %", [share]) for name, share in rest.items()}
    if issue != "chip_purchases":
        assert kinds["delivery"] == 0.0
        cells["delivery"] = ("-", [])
    return cells | {"none": ("# %", [kinds["interior"] + kinds["indifferent"]])}


@pytest.mark.parametrize(("config", "place"), [("july_2025", 1), ("cars_on_the_table", 2)])
def test_the_table_of_what_values_sit_on_counts_deals(config: str, place: int) -> None:
    rows = table(RESULTS, "issue | `july_2025`: on an input")
    assert [*rows] == [*ISSUES]
    frame = played(config, runs=RUNS)
    columns = [[*rows["car tariff"]][4 * (place - 1) + k] for k in range(len(TABLED))]
    assert columns[0] == f"`{config}`: on an input"
    wrong = {}
    for name, one in ISSUES.items():
        cells = dict(zip(TABLED, (rows[name][column] for column in columns), strict=True))
        if one[place] is None:
            assert [*cells.values()] == [""] * len(TABLED)
        elif bad := faults(cells, _sits(frame, one[0], one[place])):
            wrong[name] = bad
    assert wrong == {}


def test_the_release_of_the_line_on_cars_is_an_input_wherever_it_is_put() -> None:
    words = "sits on it in # % of the deals, with # % in # %, and with # % in # %"
    said = re.search(
        r"sits on it in [\d.]+ % of the deals, with \d+ % in [\d.]+ %, and with \d+ % in [\d.]+ %", text(RESULTS)
    )
    assert said is not None
    shares = {
        rate: 100.0 * float((found["binds.car_tariff"] == "release:us_cars").mean())
        for rate in (10, 15, 20)
        for found in [deals(played("july_2025", (f"red_lines.us_cars.release.at_least={rate / 100}",)))]
    }
    assert says(said.group(), words, [shares[15], 20, shares[20], 10, shares[10]])
