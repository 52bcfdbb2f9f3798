"""Tables of a forecast from draws by hand: shares, errors, quantiles, bins, baselines and scores, cell by cell."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from experiments.baselines.baselines import BASELINES, BaselineForecast
from experiments.errors import Position
from experiments.questions.forecast.draws import binding, draws_table
from experiments.questions.forecast.tables import (
    DEALS,
    HOLD,
    baselines_table,
    bins_table,
    rates_table,
    scores_table,
    summary_table,
)
from experiments.record.rows import RecordedOutcome
from experiments.statistics.forecasts import Laplace, WeightedDraws
from experiments.statistics.scores import crps, crps_of_laplace

DAYS = ("2025-08-01", "2025-12-31")


def runs(**changes: Any) -> pa.Table:
    """Four runs: a deal with a fund, one without, one by the last day alone, and none, in which no fund was tabled."""
    columns = {
        "draw": [0, 1, 2, 3],
        "outcome": ["agreement", "agreement", "agreement", "stall"],
        "agreed.0": [1, 1, 0, 0], "rec.0": [0.15, 0.2, 0.1, 0.1], "car.0": [0.125, 0.15, 0.25, 0.25],
        "fund.0": [350.0, 0.0, 0.0, None],
        "agreed.1": [1, 1, 1, 0], "rec.1": [0.15, 0.2, 0.05, 0.3], "car.1": [0.125, 0.15, 0.05, 0.25],
        "fund.1": [350.0, 0.0, 100.0, None],
        "binds.reciprocal_tariff": ["interior", "grid:high", "grid:high", None],
    }  # fmt: skip
    return pa.table({**columns, **changes})


def draws(**changes: Any) -> pd.DataFrame:
    days = tuple(date.fromisoformat(day) for day in DAYS)
    return draws_table([("prior", runs(**changes))], "Korea", date(2025, 7, 12), days)


OUTCOME = RecordedOutcome(
    case="Korea", source="radio", known_by=date(2025, 7, 30), confidence="high", place=Position("made up"),
    deal_date=date(2025, 7, 30), rec=0.15, includes_mfn=True, car=0.14, fund=350.0, purchases=None, terms=None,
)  # fmt: skip

#: The first baseline has an error, the last one is made of deals, and one is undefined.
STATUS_QUO, UNDEFINED, EARLIER = (BASELINES[place] for place in (0, 4, 8))
BASED = {
    "rec": (
        BaselineForecast(STATUS_QUO, Laplace(0.1, 0.04), "", {}),
        BaselineForecast(UNDEFINED, None, "nobody has spoken", {}),
        BaselineForecast(EARLIER, WeightedDraws(np.array([0.1, 0.2]), is_sample=False), "", {}),
    ),
    "car": (BaselineForecast(STATUS_QUO, Laplace(0.25, 0.05), "", {}),),
}


def test_draws_stand_as_they_are_published() -> None:
    table = draws()
    assert list(table.columns) == ["case", "variant", "as_of", "horizon", "draw", "agreed", "rec", "car", "fund"]
    assert list(table.iloc[2]) == ["Korea", "prior", "2025-07-12", "2025-08-01", 2, 0, 0.1, 0.25, 0.0]
    assert list(table.iloc[6]) == ["Korea", "prior", "2025-07-12", "2025-12-31", 2, 1, 0.05, 0.05, 100.0]
    assert math.isnan(table["fund"].iloc[3])
    assert table["fund"].iloc[1] == 0.0
    assert binding(runs())[0][0] == "reciprocal_tariff"
    assert list(binding(runs())[0][1])[:3] == ["interior", "grid:high", "grid:high"]


def test_shares_have_their_errors_and_funds_their_median() -> None:
    table = summary_table(draws(), {"prior": ("2025-07-12", "UK", 3.5)})
    first, last = table.to_dict("records")
    assert (first["variant"], first["horizon"], first["draws"]) == ("prior", DAYS[0], 4)
    assert (first["fitted_through"], first["fitted_to"], first["effective"]) == ("2025-07-12", "UK", 3.5)
    assert (first["agreed"], last["agreed"]) == (0.5, 0.75)
    assert (first["fund"], last["fund"]) == (0.25, 0.5)
    assert first["agreed_error"] == 0.25
    assert last["agreed_error"] == pytest.approx(math.sqrt(0.75 * 0.25 / 4))
    assert first["fund_error"] == pytest.approx(math.sqrt(0.25 * 0.75 / 4))
    assert (first["fund_median"], last["fund_median"]) == (350.0, 225.0)


def test_without_a_fund_there_is_no_median() -> None:
    table = summary_table(draws(**{"fund.0": [0.0] * 4}), {"prior": ("", "", None)})
    assert math.isnan(table["fund_median"].iloc[0])


def test_quantiles_are_over_all_draws_and_over_deals_by_the_day() -> None:
    table = rates_table(draws()).set_index(["horizon", "rate", "among"])
    assert table.loc[(DAYS[0], "rec", HOLD), "draws"] == 4
    assert table.loc[(DAYS[0], "rec", HOLD), "q50"] == pytest.approx(0.125)
    assert table.loc[(DAYS[0], "rec", DEALS), "draws"] == 2
    assert table.loc[(DAYS[0], "rec", DEALS), "q50"] == pytest.approx(0.175)
    assert table.loc[(DAYS[1], "rec", DEALS), "draws"] == 3
    assert table.loc[(DAYS[1], "car", HOLD), "q05"] == pytest.approx(np.quantile([0.125, 0.15, 0.05, 0.25], 0.05))
    assert table.loc[(DAYS[1], "car", DEALS), "q95"] == pytest.approx(np.quantile([0.125, 0.15, 0.05], 0.95))


def test_a_rate_that_is_not_on_the_table_has_no_rows() -> None:
    none = pa.array([None] * 4, pa.float64())
    table = draws(**{"car.0": none, "car.1": none})
    assert set(rates_table(table)["rate"]) == {"rec"}
    assert set(bins_table(table)["rate"]) == {"rec"}
    assert set(scores_table(table, BASED, OUTCOME).query("forecaster == 'prior'")["target"]) == {"agreed", "rec"}


def test_without_a_deal_there_are_no_quantiles_of_deals() -> None:
    table = rates_table(draws(**{"agreed.0": [0] * 4})).set_index(["horizon", "rate", "among"])
    assert table.loc[(DAYS[0], "rec", DEALS), "draws"] == 0
    middle = table["q50"].to_dict()[DAYS[0], "rec", DEALS]
    assert math.isnan(middle)


def test_bins_hold_all_draws() -> None:
    table = bins_table(draws())
    first = table[(table["horizon"] == DAYS[0]) & (table["rate"] == "rec")]
    assert list(first["share"]) == [0.0, 0.5, 0.25, 0.25, 0.0, 0.0]
    assert list(first["low"].fillna(-1)) == [-1, 0.075, 0.125, 0.175, 0.225, 0.275]
    assert list(first["high"].fillna(9)) == [0.075, 0.125, 0.175, 0.225, 0.275, 9]


def test_baselines_have_a_row_for_each_value() -> None:
    table = baselines_table(BASED)
    rows = [(row["rate"], row["code"], row["agrees"], row["undefined"]) for row in table.to_dict("records")]
    assert rows == [
        ("rec", "B1", 0, ""), ("rec", "B5", 1, "nobody has spoken"), ("rec", "B9", 1, ""), ("rec", "B9", 1, ""),
        ("car", "B1", 0, ""),
    ]  # fmt: skip
    assert list(table["value"].fillna(-1)) == [0.1, -1, 0.1, 0.2, 0.25]
    assert list(table["scale"].fillna(-1)) == [0.04, -1, -1, -1, 0.05]


def test_scores_are_those_of_their_draws_beside_the_baselines() -> None:
    table = scores_table(draws(), BASED, OUTCOME)
    assert list(dict.fromkeys(table["target"])) == ["agreed", "rec", "car"]
    found = table.set_index(["horizon", "target", "forecaster", "score"])
    first = DAYS[0]
    assert found.loc[(first, "agreed", "prior", "brier"), "value"] == pytest.approx(0.25)
    assert found.loc[(first, "agreed", "B1", "brier"), "value"] == 1.0
    assert found.loc[(first, "agreed", "B9", "brier"), "value"] == 0.0
    own = crps(np.array([0.15, 0.2, 0.1, 0.1]), 0.15)
    assert found.loc[(first, "rec", "prior", "crps"), "value"] == pytest.approx(own)
    assert found.loc[(first, "rec", "prior", "crps"), "fact"] == 0.15
    assert found.loc[(first, "rec", "prior", "crps"), "said"] == pytest.approx(0.125)
    assert found.loc[(first, "car", "prior", "crps"), "fact"] == 0.14
    assert found.loc[(first, "car", "prior", "crps"), "value"] == pytest.approx(
        crps(np.array([0.125, 0.15, 0.25, 0.25]), 0.14)
    )
    assert found.loc[(first, "rec", "B1", "crps"), "value"] == pytest.approx(crps_of_laplace(0.1, 0.04, 0.15))
    assert found.loc[(first, "car", "B1", "crps"), "value"] == pytest.approx(crps_of_laplace(0.25, 0.05, 0.14))
    assert found.loc[(first, "rec", "B9", "crps"), "said"] == pytest.approx(0.15)
    # Beside the model stand the log score of who was sure, the even chance, and the skill of the model against both.
    assert found.loc[(first, "agreed", "B1", "log"), "value"] == math.inf
    assert found.loc[(first, "agreed", "B9", "log"), "value"] == 0.0
    assert found.loc[(first, "agreed", "even", "brier"), "value"] == 0.25
    assert found.loc[(first, "agreed", "even", "log"), "value"] == pytest.approx(math.log(2))
    own_log = -math.log(2.5 / 5)
    assert found.loc[(first, "agreed", "prior", "log"), "value"] == pytest.approx(own_log)
    skills = {name: found.loc[(first, "agreed", name, "brier"), "skill"] for name in ("B1", "B9", "even")}
    assert skills == {"B1": pytest.approx(0.75), "B9": -math.inf, "even": pytest.approx(0.0)}
    assert found.loc[(first, "agreed", "even", "log"), "skill"] == pytest.approx(1 - own_log / math.log(2))
    crps_of = found.xs("crps", level="score")["value"]
    assert found.loc[(first, "rec", "B9", "crps"), "skill"] == pytest.approx(
        1 - crps_of[first, "rec", "prior"] / crps_of[first, "rec", "B9"]
    )
    assert table[table["forecaster"] == "prior"]["skill"].isna().all()
    assert ("rec", "B5") not in set(zip(table["target"], table["forecaster"], strict=True))
    # Who can say nothing of the rate says nothing of a deal either.
    assert ("agreed", "B5") not in set(zip(table["target"], table["forecaster"], strict=True))
    units = dict(zip(table["score"], table["unit"], strict=True))
    assert units == {"brier": "", "log": "nats", "crps": "fraction", "ranked": ""}


def test_skill_is_that_of_the_first_variant_and_said_is_the_median() -> None:
    days = tuple(date.fromisoformat(day) for day in DAYS)
    parts = [("prior", runs()), ("later", runs(**{"agreed.0": [1, 1, 1, 1]}))]
    three = BaselineForecast(EARLIER, WeightedDraws(np.array([0.1, 0.12, 0.2]), is_sample=False), "", {})
    table = scores_table(draws_table(parts, "Korea", date(2025, 7, 12), days), {"rec": (*BASED["rec"], three)}, OUTCOME)
    found = table[(table["horizon"] == DAYS[0]) & (table["score"] == "brier")].set_index("forecaster")
    assert (found.loc["prior", "value"], found.loc["later", "value"]) == (0.25, 0.0)
    assert found.loc["B1", "skill"] == 0.75
    rates = table[(table["target"] == "rec") & (table["forecaster"] == "B9")]
    assert set(rates["said"].round(6)) == {0.15, 0.12}


def test_a_horizon_before_the_deal_is_scored_for_the_event_alone() -> None:
    table = scores_table(draws(), BASED, OUTCOME.__class__(**{**fields(OUTCOME), "deal_date": date(2025, 10, 1)}))
    first = table[table["horizon"] == DAYS[0]]
    assert set(first["target"]) == {"agreed"}
    assert set(first["fact"]) == {0.0}
    assert first[first["forecaster"] == "B1"]["value"].iloc[0] == 0.0
    assert set(table[table["horizon"] == DAYS[1]]["target"]) == {"agreed", "rec", "car"}


def fields(outcome: RecordedOutcome) -> dict[str, Any]:
    return {name: getattr(outcome, name) for name in outcome.__dataclass_fields__}


def test_without_an_outcome_nothing_is_scored() -> None:
    table = scores_table(draws(), BASED, None)
    assert table.empty
    assert "forecaster" in table
